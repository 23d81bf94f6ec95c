//! A closing on a receipt printer: the parts of its paper as blocks, in the printer's language.

use super::view::{PrintProblem, PrintProblemCode};
use crate::{
    api::UiError,
    desk::{Inner, now},
    ledger::{Of, PrintJob},
    settings::{Language, printers::PrinterSetup},
    words,
};
use book::dayend::{Closing, Moment};
use devices::printer::receipt::{
    Align, BLOCKS_MAX, Block, Receipt, Size, Style, words::PaperLanguage,
};
use domain::BusinessDay;
use reports::{
    closing::{Around, Detail, closing, look},
    paper::{Paper, Part, Table},
};

/// A table goes on for so many rows on a roll; how many more there are is said.
const ROWS_MAX: usize = 40;
/// So many parts at the end of every closing are its fingerprint and its signatures.
const LAST: usize = 3;

/// The receipt of a job that is no payment's.
pub(super) async fn receipt(
    desk: &Inner,
    printer: &PrinterSetup,
    job: &PrintJob,
) -> Result<Receipt, PrintProblem> {
    let language = match printer.language {
        PaperLanguage::En => Language::En,
        PaperLanguage::ZhCn => Language::ZhCn,
    };
    let around = Around {
        texts: words::all(language),
        language: tag(language),
        detail: Detail::Short,
        printed: Moment::new(now(), &desk.rule()),
        copy: job.job.copy,
    };
    let paper = match job.of {
        Of::Closing(number) => match desk.ledger.closing(number).await {
            Ok(Some(found)) => Ok(closing(&found, &around)),
            Ok(None) => Err(UiError::new("not_found")),
            Err(error) => Err(error.into()),
        },
        Of::Look(day) => desk.look(day).await.map(|found| look(&found, &around)),
        Of::Payment(_) => Err(UiError::new("not_found")),
    };
    paper.map(|paper| papers(&paper, printer)).map_err(|why| {
        tracing::error!(?why, "there is no paper of a closing");
        PrintProblem::new(PrintProblemCode::Other)
    })
}

impl Inner {
    /// The closing that a day would have if it were closed now.
    pub(crate) async fn look(&self, day: BusinessDay) -> Result<Closing, UiError> {
        Ok(self.ledger.look(day, self.here()?).await?)
    }
}

/// The language, as documents name it.
pub(crate) fn tag(language: Language) -> &'static str {
    match language {
        Language::En => "en",
        Language::ZhCn => "zh-CN",
    }
}

/// All papers of one job.
fn papers(paper: &Paper, printer: &PrinterSetup) -> Receipt {
    let copies = usize::from(printer.copies).max(1);
    let one = blocks(paper, printer.logo, BLOCKS_MAX / copies);
    let blocks = std::iter::repeat_n(one, copies).flatten().collect();
    Receipt { blocks }
}

/// The paper's parts, one below the other, in so many blocks at most.
fn blocks(paper: &Paper, logo: bool, most: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    if logo {
        blocks.push(Block::Logo);
    }
    for text in [&paper.shop, &paper.title] {
        if !text.is_empty() {
            blocks.push(middle(text, Size::Tall));
        }
    }
    blocks.push(middle(&paper.day, Size::Normal));
    for mark in &paper.marks {
        blocks.push(middle(&format!("** {mark} **"), Size::Tall));
    }
    // What a printer is sent has a bound, and what is compared and signed has to be within it.
    let last = paper.parts.len().saturating_sub(LAST);
    let (body, end) = paper.parts.split_at(last);
    body.iter().for_each(|part| put(&mut blocks, part));
    let mut ending = Vec::new();
    end.iter().for_each(|part| put(&mut ending, part));
    ending.push(Block::Cut);
    blocks.truncate(most.saturating_sub(ending.len()));
    blocks.extend(ending);
    blocks
}

fn middle(text: &str, size: Size) -> Block {
    Block::Text {
        text: text.to_owned(),
        style: Style {
            align: Align::Centre,
            bold: size != Size::Normal,
            size,
        },
    }
}

fn left(text: &str, bold: bool) -> Block {
    Block::Text {
        text: text.to_owned(),
        style: Style {
            bold,
            ..Style::default()
        },
    }
}

fn pair(left: &str, right: &str, bold: bool) -> Block {
    Block::Pair {
        left: left.to_owned(),
        right: right.to_owned(),
        bold,
    }
}

fn put(blocks: &mut Vec<Block>, part: &Part) {
    match part {
        Part::Heading(text) => blocks.extend([Block::Rule, left(text, true)]),
        Part::Note(text) => blocks.push(left(text, false)),
        Part::Pairs(pairs) => {
            blocks.extend(
                pairs
                    .iter()
                    .map(|one| pair(&one.left, &one.right, one.bold)),
            );
        }
        Part::Table(table) => {
            let shown = table.rows.iter().take(ROWS_MAX);
            shown.for_each(|row| put_row(blocks, table, row));
            if table.rows.len() > ROWS_MAX {
                blocks.push(left("…", false));
            }
            table
                .sums
                .iter()
                .for_each(|row| put_row(blocks, table, row));
        }
        Part::Signatures(who) => {
            blocks.push(Block::Rule);
            for who in who {
                blocks.extend([left(who, false), Block::Feed { lines: 2 }]);
            }
        }
    }
}

/// A row has no room beside itself: its words and its last figure stand on a line, the figures between below them. A
/// single one stands behind the words.
fn put_row(blocks: &mut Vec<Block>, table: &Table, row: &[String]) {
    let Some((last, cells)) = row.split_last() else {
        return;
    };
    let with_heads = || cells.iter().zip(&table.heads);
    let words = with_heads().filter(|(text, (_, figures))| !figures && !text.is_empty());
    let mut words: Vec<&str> = words.map(|(text, _)| text.as_str()).collect();
    let told = |text: &&String| !["", "0", "–"].contains(&text.as_str());
    let figures = with_heads().filter(|(text, (_, figures))| *figures && told(text));
    let figures: Vec<(&str, &str)> = figures
        .map(|(text, (head, _))| (head.as_str(), text.as_str()))
        .collect();
    let alone = with_heads().filter(|(_, (_, figures))| *figures).count() == 1;
    if alone {
        words.extend(figures.iter().map(|(_, text)| *text));
    }
    blocks.push(pair(
        &words.join(" · "),
        last,
        !alone && !figures.is_empty(),
    ));
    if !alone {
        let below = figures.iter();
        blocks.extend(below.map(|(head, text)| pair(&format!("  {head}"), text, false)));
    }
}

#[cfg(test)]
mod tests;
