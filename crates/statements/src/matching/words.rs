//! Pairs by a number of ours that stands as a whole word in a row's text: what banks and Stripe say of a payment is
//! often only there.

use super::{
    By,
    entries::{BANK, Entry},
    ids::{TRIED, conflict, sum},
    work::{Phase, Work},
};
use crate::RowKind;
use domain::{Currency, Kind};
use std::collections::{HashMap, VecDeque};

/// A shorter number is too likely to stand there by chance.
const SHORTEST: usize = 4;

/// Pairs by numbers in texts, with kind and amount. Only rows without an order number of their own, and those of banks,
/// whose references are the payers'.
pub(super) fn by_text(work: &mut Work<'_>, phase: Phase) {
    type Key<'k> = (&'k str, u16, bool, (Currency, i64));
    let mut known: HashMap<Key<'_>, VecDeque<usize>> = HashMap::new();
    for h in work.free_heard() {
        let (heard, class) = work.heard[h];
        let Some(amount) = heard.amount else { continue };
        for id in [&heard.order, &heard.transaction, &heard.refund]
            .into_iter()
            .flatten()
        {
            if id.len() >= SHORTEST && id.bytes().any(|b| b.is_ascii_digit()) {
                let key = (id.as_str(), class, heard.kind == Kind::Refund, sum(amount));
                known.entry(key).or_default().push_back(h);
            }
        }
    }
    if known.is_empty() {
        return;
    }
    let mut taken = vec![false; work.heard.len()];
    let mut found = Vec::new();
    for r in work.free_rows(phase) {
        let entry = &work.rows.sales[r];
        let row = entry.told.row;
        let partner = words_of(entry).find_map(|word| {
            let key = (
                word,
                entry.class,
                row.kind == RowKind::Refund,
                sum(row.amount),
            );
            let waiting = known.get_mut(&key)?;
            while waiting.front().is_some_and(|h| taken[*h]) {
                waiting.pop_front();
            }
            let fits = |h: &usize| !taken[*h] && !conflict(work, *h, r);
            let at = waiting.iter().take(TRIED).position(fits)?;
            waiting.remove(at)
        });
        if let Some(h) = partner {
            taken[h] = true;
            found.push((h, r));
        }
    }
    for (h, r) in found {
        work.pair(h, r, By::Text);
    }
}

fn words_of<'e>(entry: &'e Entry<'_>) -> impl Iterator<Item = &'e str> {
    let row = entry.told.row;
    let looked_at = entry.class == BANK || row.ids.order.is_none();
    let text = row
        .text
        .as_deref()
        .filter(|_| looked_at)
        .unwrap_or_default();
    let references = [&row.ids.order, &row.ids.transaction, &row.ids.refund];
    let references = references.into_iter().flatten().map(String::as_str);
    references
        .filter(move |_| entry.class == BANK)
        .chain(words(text))
}

/// Blanks, and the marks that banks put around numbers.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            ',' | ';'
                | ':'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '<'
                | '>'
                | '"'
                | '\''
                | '|'
                | '+'
                | '?'
                | '='
                | '&'
                | '*'
                | '!'
                | '，'
                | '。'
                | '；'
                | '：'
                | '（'
                | '）'
                | '、'
        )
}

/// The words of a text; and the parts of such a word between strokes, since some write `RE/4711/MAY`.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_between)
        .flat_map(|word| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            let parts = word.split('/').filter(move |part| part.len() < word.len());
            std::iter::once(word).chain(parts)
        })
        .filter(|word| word.len() >= SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        for (text, found) in [
            ("Order ORDER-77, Tee", &["Order", "ORDER-77"][..]),
            ("SVWZ+A1234 EREF+B5678", &["SVWZ", "A1234", "EREF", "B5678"]),
            ("RE/4711/2026", &["RE/4711/2026", "4711", "2026"]),
            ("(#SHOP20260501.)", &["SHOP20260501"]),
            ("订单 SHOP-1，谢谢", &["订单", "SHOP-1", "谢谢"]),
            ("", &[]),
        ] {
            assert_eq!(words(text).collect::<Vec<_>>(), found, "{text}");
        }
    }
}
