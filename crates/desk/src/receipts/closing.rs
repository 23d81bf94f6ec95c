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

/// A table goes on for so many rows on a roll; that there are more, and how many, is said.
const ROWS_MAX: usize = 40;
/// So many parts at the end of every closing are its fingerprint and its signatures.
const LAST: usize = 3;
/// A section that has to be cut short has its rule, its heading, and how much more there is.
const LEAST: usize = 3;

/// The receipt of a job that is no payment's.
pub(super) async fn receipt(
    desk: &Inner,
    printer: &PrinterSetup,
    job: &PrintJob,
) -> Result<Receipt, PrintProblem> {
    of(desk, printer, job.of, job.job.copy).await
}

/// Today as it stands, to try a printer with: true figures, marked as not closed.
pub(super) async fn sample(desk: &Inner, printer: &PrinterSetup) -> Result<Receipt, PrintProblem> {
    let today = desk.rule().day_of(now());
    of(desk, printer, Of::Look(today), None).await
}

async fn of(
    desk: &Inner,
    printer: &PrinterSetup,
    of: Of,
    copy: Option<u32>,
) -> Result<Receipt, PrintProblem> {
    let paper = paper(desk, printer, of, copy, Detail::Short).await?;
    Ok(papers(&paper, printer, language_of(printer)))
}

/// What stands on the paper, whatever the paper is.
pub(super) async fn paper(
    desk: &Inner,
    printer: &PrinterSetup,
    of: Of,
    copy: Option<u32>,
    detail: Detail,
) -> Result<Paper, PrintProblem> {
    let language = language_of(printer);
    let around = Around {
        texts: words::all(language),
        language: tag(language),
        detail,
        printed: Moment::new(now(), &desk.rule()),
        copy,
    };
    let paper = match of {
        Of::Closing(number) => match desk.ledger.closing(number).await {
            Ok(Some(found)) => Ok(closing(&desk.with_names(found), &around)),
            Ok(None) => Err(UiError::new("not_found")),
            Err(error) => Err(error.into()),
        },
        Of::Look(day) => {
            let found = desk.look(day).await;
            found.map(|found| look(&desk.with_names(found), &around))
        }
        Of::Payment(_) => Err(UiError::new("not_found")),
    };
    paper.map_err(|why| {
        tracing::error!(?why, "there is no paper of a closing");
        PrintProblem::new(PrintProblemCode::Other)
    })
}

fn language_of(printer: &PrinterSetup) -> Language {
    match printer.language {
        PaperLanguage::En => Language::En,
        PaperLanguage::ZhCn => Language::ZhCn,
    }
}

impl Inner {
    /// The closing that a day would have if it were closed now.
    pub(crate) async fn look(&self, day: BusinessDay) -> Result<Closing, UiError> {
        Ok(self.ledger.look(day, self.here()?).await?)
    }

    /// A closing for paper: the owner's names in place of what sources are called in the book.
    pub(crate) fn with_names(&self, mut closing: Closing) -> Closing {
        let names = self.source_names();
        for group in &mut closing.report.collectors {
            if let Some(name) = names.get(&group.key) {
                group.key.clone_from(name);
            }
        }
        closing
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
fn papers(paper: &Paper, printer: &PrinterSetup, language: Language) -> Receipt {
    let copies = usize::from(printer.copies).max(1);
    let one = blocks(paper, printer.logo, language);
    let blocks = std::iter::repeat_n(one, copies).flatten().collect();
    Receipt { blocks }
}

/// The paper's parts, one below the other.
fn blocks(paper: &Paper, logo: bool, language: Language) -> Vec<Block> {
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
    let mut ending = Vec::new();
    end.iter().for_each(|part| put(&mut ending, part, language));
    ending.push(Block::Cut);
    let room = BLOCKS_MAX.saturating_sub(blocks.len() + ending.len());
    blocks.extend(fitting(sections(body, language), room, language));
    blocks.extend(ending);
    blocks
}

/// What belongs below one heading.
struct Section {
    blocks: Vec<Block>,
    /// It is the drawer.
    cash: bool,
}

fn sections(parts: &[Part], language: Language) -> Vec<Section> {
    let cash = words::text(language, "paper.cash", &[]);
    let mut sections = Vec::new();
    for part in parts {
        if matches!(part, Part::Heading(_)) || sections.is_empty() {
            sections.push(Section {
                blocks: Vec::new(),
                cash: matches!(part, Part::Heading(text) if *text == cash),
            });
        }
        if let Some(section) = sections.last_mut() {
            put(&mut section.blocks, part, language);
        }
    }
    sections
}

/// The sections as far as there is room. The drawer has it first: nobody goes home without its count. Each other one has
/// at least its heading, and says what it leaves out.
fn fitting(sections: Vec<Section>, room: usize, language: Language) -> Vec<Block> {
    let least = |section: &Section| section.blocks.len().min(LEAST);
    let mut spare = room.saturating_sub(sections.iter().map(least).sum());
    let mut more = |section: &Section| {
        let wanted = section.blocks.len() - least(section);
        let given = wanted.min(spare);
        spare -= given;
        given
    };
    let for_cash: Vec<usize> = sections
        .iter()
        .map(|section| if section.cash { more(section) } else { 0 })
        .collect();
    let mut fitting = Vec::new();
    for (mut section, for_cash) in sections.into_iter().zip(for_cash) {
        let given = match section.cash {
            true => for_cash,
            false => more(&section),
        };
        let given = section.blocks.len().min(LEAST) + given;
        let all = section.blocks.len();
        if given < all {
            section.blocks.truncate(given.saturating_sub(1));
            section
                .blocks
                .push(and_more(all - section.blocks.len(), language));
        }
        fitting.extend(section.blocks);
    }
    // So many headings there are not; the end is whole whatever there is.
    fitting.truncate(room);
    fitting
}

/// So much stands in the book only.
fn and_more(count: usize, language: Language) -> Block {
    let count = count.to_string();
    left(
        &words::text(language, "paper.and_more", &[("count", &count)]),
        false,
    )
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

fn put(blocks: &mut Vec<Block>, part: &Part, language: Language) {
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
                blocks.push(and_more(table.rows.len() - ROWS_MAX, language));
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
