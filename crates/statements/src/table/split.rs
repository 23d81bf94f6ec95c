//! Text into rows and cells. Statements quote in three ways: WeChat's bills put a back-tick before each value and never
//! quote, Alipay's never quote, the others quote as spreadsheets do. A quotation mark that a stranger wrote into a
//! goods name must not swallow the rows after it.

use super::{Builder, TableError};
use crate::file::Limits;
use std::ops::Range;

/// How a quoted value may go on over several lines.
const MOST_LINES: usize = 64;
/// How often such a value may turn out to have no end before none is looked for any more.
const MOST_FAILURES: u32 = 50;
/// How far the top of a file is looked at.
const PROBE_LINES: usize = 60;

/// Words of platforms that never break a value over lines, whatever stands in it.
const ONE_LINE: &[&str] = &[
    "微信支付",
    "支付宝",
    "微信订单号",
    "银联订单号",
    "交易单号",
    "账务流水号",
    "交易订单号",
];

pub(super) fn split(text: &str, limits: &Limits, builder: &mut Builder) -> Result<(), TableError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = Lines {
        text,
        at: 0,
        // Only very old spreadsheets end their lines so.
        end: if text.contains('\n') { '\n' } else { '\r' },
        number: 0,
        longest: limits.line,
    };
    let ticked = top(text).any(is_ticked);
    let known = top(text).any(|line| ONE_LINE.iter().any(|word| line.contains(word)));
    // Those divide by commas, however many tabs and semicolons stand in their values.
    let delimiter = if ticked || known {
        ','
    } else {
        delimiter(text)
    };
    let mut joins = !ticked && !known;
    let mut failures = 0;
    // How many cells the header above has.
    let mut width = 0;
    while let Some(mut record) = lines.next()? {
        let line = &text[record.clone()];
        builder.begin(lines.number)?;
        if is_ticked(line) && !(width > 0 && was_resaved(line, width)) {
            ticked_cells(line, builder)?;
            width = if width == 0 { builder.width() } else { width };
            continue;
        }
        if joins && open_after(line, delimiter, false) {
            match lines.join(&record, delimiter)? {
                Some(joined) => record = joined,
                None => {
                    failures += 1;
                    joins = failures < MOST_FAILURES;
                }
            }
        }
        cells(&text[record], delimiter, builder)?;
        if !is_ticked(line) {
            width = builder.width();
        }
    }
    Ok(())
}

fn top(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .take(PROBE_LINES)
}

/// A row of WeChat's: its values begin with a back-tick.
fn is_ticked(line: &str) -> bool {
    line.trim_start().starts_with('`')
}

/// Splits at comma and back-tick together: either alone may stand in a goods name.
fn ticked_cells(line: &str, builder: &mut Builder) -> Result<(), TableError> {
    line.split(",`").try_for_each(|cell| builder.cell(cell))
}

/// Whether a row of WeChat's went through a spreadsheet: only then it fits its header as ordinary values and does not
/// as WeChat's.
fn was_resaved(line: &str, width: usize) -> bool {
    // Spreadsheets also fill up short rows with commas.
    let traces = line.contains('"') || line.ends_with(',');
    traces && line.split(",`").count() != width && count_cells(line, ',') == width
}

/// The mark that stands between values: what most lines at the top have in the same number.
fn delimiter(text: &str) -> char {
    let mut best = (0, ',');
    for candidate in [',', ';', '\t'] {
        let mut counts: Vec<usize> = top(text)
            .map(|line| outside_quotes(line, candidate))
            .filter(|count| *count > 0)
            .collect();
        counts.sort_unstable();
        let score = counts
            .chunk_by(|a, b| a == b)
            // A single line says little: it may be a sentence.
            .map(|same| {
                if same.len() > 1 {
                    same.len() * same[0]
                } else {
                    1
                }
            })
            .max()
            .unwrap_or(0);
        if score > best.0 {
            best = (score, candidate);
        }
    }
    best.1
}

/// How often a mark stands in a line outside quotation marks.
fn outside_quotes(line: &str, mark: char) -> usize {
    let parts = line.split('"').step_by(2);
    parts.map(|part| part.matches(mark).count()).sum()
}

/// Lines with their numbers and within their bound.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    end: char,
    number: u32,
    longest: usize,
}

impl Lines<'_> {
    /// Where the next line lies in the text, without its end.
    fn next(&mut self) -> Result<Option<Range<usize>>, TableError> {
        let begin = self.at;
        let rest = &self.text[begin..];
        if rest.is_empty() {
            return Ok(None);
        }
        let length = rest.find(self.end).unwrap_or(rest.len());
        self.at = (begin + length + 1).min(self.text.len());
        self.number = self.number.saturating_add(1);
        if length > self.longest {
            return Err(TableError::LongLine(self.number));
        }
        let line = rest[..length].strip_suffix('\r').unwrap_or(&rest[..length]);
        Ok(Some(begin..begin + line.len()))
    }

    /// A line whose last value is still open, with the lines up to the value's end; `None`, and nothing taken, where
    /// it has none within bounds.
    fn join(
        &mut self,
        line: &Range<usize>,
        delimiter: char,
    ) -> Result<Option<Range<usize>>, TableError> {
        let before = (self.at, self.number);
        for _ in 0..MOST_LINES {
            let Some(next) = self.next()? else { break };
            if next.end - line.start > self.longest {
                break;
            }
            if !open_after(&self.text[next.clone()], delimiter, true) {
                return Ok(Some(line.start..next.end));
            }
        }
        (self.at, self.number) = before;
        Ok(None)
    }
}

/// Whether a quoted value is open after this line, which began inside one or not.
fn open_after(line: &str, delimiter: char, mut open: bool) -> bool {
    let mut bytes = line.bytes().peekable();
    let mut at_start = !open;
    while let Some(byte) = bytes.next() {
        if open {
            if byte == b'"' && bytes.next_if_eq(&b'"').is_none() {
                open = false;
            }
            continue;
        }
        if byte == b'"' && at_start {
            open = true;
        }
        at_start = char::from(byte) == delimiter || (at_start && byte == b' ');
    }
    open
}

/// Splits a record; quotes count only at the beginning of a value, and only where they end.
fn cells(record: &str, delimiter: char, builder: &mut Builder) -> Result<(), TableError> {
    each_cell(record, delimiter, |cell| builder.cell(cell))
}

fn count_cells(record: &str, delimiter: char) -> usize {
    let mut count = 0;
    let counted: Result<(), ()> = each_cell(record, delimiter, |_| {
        count += 1;
        Ok(())
    });
    counted.map_or(0, |()| count)
}

fn each_cell<E>(
    record: &str,
    delimiter: char,
    mut take: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let mut rest = Some(record);
    while let Some(begin) = rest {
        let quoted = begin.trim_start_matches(' ').strip_prefix('"');
        rest = match quoted.and_then(|inner| unquote(inner, delimiter)) {
            Some((value, after)) => {
                take(&value)?;
                after
            }
            None => match begin.split_once(delimiter) {
                Some((value, after)) => {
                    take(value)?;
                    Some(after)
                }
                None => {
                    take(begin)?;
                    None
                }
            },
        };
    }
    Ok(())
}

/// The value after its opening quotation mark, and what follows its delimiter; `None` where it never ends.
fn unquote(inner: &str, delimiter: char) -> Option<(String, Option<&str>)> {
    let mut value = String::new();
    let mut rest = inner;
    loop {
        let (part, after) = rest.split_once('"')?;
        value.push_str(part);
        rest = after;
        match rest.strip_prefix('"') {
            Some(more) => {
                value.push('"');
                rest = more;
            }
            None => break,
        }
    }
    // What stands between the closing mark and the delimiter (a tab, at WeChat) belongs to the value.
    match rest.split_once(delimiter) {
        Some((tail, after)) => {
            value.push_str(tail);
            Some((value, Some(after)))
        }
        None => {
            value.push_str(rest);
            Some((value, None))
        }
    }
}
