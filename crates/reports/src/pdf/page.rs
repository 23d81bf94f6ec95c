//! Where everything stands on A4: lines, tables with their heads repeated, signatures that stay together.

use super::{
    PdfError,
    fonts::{Fonts, Line, Look},
};
use crate::paper::{Pair, Paper, Part, Table};

/// A4 in points.
pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;
/// Nothing stands nearer to the sides …
const SIDE: f32 = 54.0;
/// … to the top, but the running head …
const TOP: f32 = 64.0;
/// … and to the bottom, but the page's number.
const BOTTOM: f32 = 64.0;
const ROOM: f32 = WIDTH - 2.0 * SIDE;
/// From one line's foot to the next, in sizes of its letters.
const LEADING: f32 = 1.5;
/// Between two columns.
const GAP: f32 = 14.0;
/// A hair's width.
const RULE: f32 = 0.6;
/// The shade of lines between rows, and of those that part what does not belong together.
const FAINT: u8 = 200;
const DARK: u8 = 60;
/// Room to sign.
const TO_SIGN: f32 = 44.0;

const TEXT: Look = look(10.0, false);
const STRONG: Look = look(10.0, true);
const SMALL: Look = look(8.0, false);
/// Of a table.
const HEADS: Look = look(8.5, true);

const fn look(size: f32, bold: bool) -> Look {
    Look { size, bold }
}

/// One thing on a page.
#[derive(Debug, Clone)]
pub(super) enum Op {
    /// A line of text, its feet at `y`.
    Text { x: f32, y: f32, line: Line },
    /// A block of grey, or a line.
    Block {
        x: f32,
        y: f32,
        wide: f32,
        high: f32,
        shade: u8,
    },
}

/// Which edge a text keeps to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Keep {
    Left(f32),
    Middle(f32),
    Right(f32),
}

/// The pages of a paper.
pub(super) fn lay(paper: &Paper, fonts: &mut Fonts) -> Result<Vec<Vec<Op>>, PdfError> {
    let mut sheet = Sheet {
        fonts,
        pages: vec![Vec::new()],
        y: TOP,
    };
    sheet.opening(paper)?;
    for part in &paper.parts {
        match part {
            Part::Heading(text) => sheet.heading(text)?,
            Part::Pairs(pairs) => sheet.pairs(pairs)?,
            Part::Table(table) => sheet.table(table)?,
            Part::Note(text) => sheet.note(text)?,
            Part::Signatures(who) => sheet.signatures(who)?,
        }
    }
    sheet.edges(paper)?;
    Ok(sheet.pages)
}

struct Sheet<'a> {
    fonts: &'a mut Fonts,
    pages: Vec<Vec<Op>>,
    /// Everything above is full.
    y: f32,
}

impl Sheet<'_> {
    fn put(&mut self, op: Op) {
        if let Some(page) = self.pages.last_mut() {
            page.push(op);
        }
    }

    /// Begins a new page where there is no room for so much. Says whether it did.
    fn need(&mut self, high: f32) -> bool {
        let full = self.y + high > HEIGHT - BOTTOM;
        // What fits on no page stands on one of its own, and is not looked for room for again.
        let fresh = self.y <= TOP;
        if full && !fresh {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
        full && !fresh
    }

    fn line(&mut self, line: Line, look: Look, keep: Keep, top: f32) {
        let x = match keep {
            Keep::Left(x) => x,
            Keep::Middle(x) => x - line.wide / 2.0,
            Keep::Right(x) => x - line.wide,
        };
        let y = top + look.size * 1.15;
        self.put(Op::Text { x, y, line });
    }

    /// Text over as many lines as it needs.
    fn text(&mut self, text: &str, look: Look, keep: Keep) -> Result<(), PdfError> {
        for line in self.fonts.shape(text, look, Some(ROOM))? {
            self.need(look.size * LEADING);
            self.line(line, look, keep, self.y);
            self.y += look.size * LEADING;
        }
        Ok(())
    }

    fn rule(&mut self, shade: u8) {
        self.put(Op::Block {
            x: SIDE,
            y: self.y,
            wide: ROOM,
            high: RULE,
            shade,
        });
    }

    fn opening(&mut self, paper: &Paper) -> Result<(), PdfError> {
        let middle = Keep::Middle(WIDTH / 2.0);
        if !paper.shop.is_empty() {
            self.text(&paper.shop, look(12.0, false), middle)?;
        }
        self.y += 4.0;
        self.text(&paper.title, look(18.0, true), middle)?;
        self.text(&paper.day, look(12.0, false), middle)?;
        for mark in &paper.marks {
            self.y += 4.0;
            self.text(mark, look(14.0, true), middle)?;
        }
        self.y += 14.0;
        Ok(())
    }

    fn heading(&mut self, text: &str) -> Result<(), PdfError> {
        self.y += 14.0;
        // With what it is the heading of: a head row and two more.
        self.need(80.0);
        self.text(text, look(11.5, true), Keep::Left(SIDE))?;
        self.y += 3.0;
        self.rule(DARK);
        self.y += 5.0;
        Ok(())
    }

    fn note(&mut self, text: &str) -> Result<(), PdfError> {
        self.y += 3.0;
        self.text(text, look(9.0, false), Keep::Left(SIDE))?;
        self.y += 3.0;
        Ok(())
    }

    fn pairs(&mut self, pairs: &[Pair]) -> Result<(), PdfError> {
        for pair in pairs {
            let look = if pair.bold { STRONG } else { TEXT };
            // What stands on the right is whole; a long one has half of the paper at least.
            let right = self.fonts.shape(&pair.right, look, Some(ROOM * 0.62))?;
            let widest = right.iter().map(|line| line.wide).fold(0.0, f32::max);
            let within = ROOM - widest - GAP;
            let left = self.fonts.shape(&pair.left, look, Some(within))?;
            let step = look.size * LEADING;
            self.need(lines(left.len().max(right.len())) * step);
            let sides = [(left, Keep::Left(SIDE)), (right, Keep::Right(WIDTH - SIDE))];
            let mut deepest = self.y;
            for (side, keep) in sides {
                let mut top = self.y;
                for line in side {
                    self.line(line, look, keep, top);
                    top += step;
                }
                deepest = deepest.max(top);
            }
            self.y = deepest;
        }
        Ok(())
    }

    fn table(&mut self, table: &Table) -> Result<(), PdfError> {
        self.y += 4.0;
        let edges = self.edges_of(table)?;
        let heads: Vec<String> = table.heads.iter().map(|(text, _)| text.clone()).collect();
        let head = |sheet: &mut Self| {
            sheet.row(&heads, HEADS, table, &edges)?;
            sheet.rule(DARK);
            sheet.y += 2.0;
            Ok::<_, PdfError>(())
        };
        // Heads alone at the foot of a page say nothing: with them the first row.
        let first = table.rows.first().map(|row| (row, TEXT));
        if let Some((row, look)) = first.or(table.sums.first().map(|row| (row, STRONG))) {
            let deep = self.depth(&heads, HEADS, &edges)? + 2.0;
            let with_it = deep + self.depth(row, look, &edges)?;
            self.need(with_it);
        }
        head(self)?;
        for row in &table.rows {
            let deep = self.depth(row, TEXT, &edges)?;
            if self.need(deep) {
                head(self)?;
            }
            self.row(row, TEXT, table, &edges)?;
            self.rule(FAINT);
        }
        for row in &table.sums {
            let deep = self.depth(row, STRONG, &edges)?;
            if self.need(deep) {
                head(self)?;
            }
            self.row(row, STRONG, table, &edges)?;
        }
        self.y += 4.0;
        Ok(())
    }

    /// The left and right edge of each column: figures have the room that they need, the words share what is left.
    fn edges_of(&mut self, table: &Table) -> Result<Vec<(f32, f32)>, PdfError> {
        let count = table.heads.len();
        let mut wide = vec![0.0_f32; count];
        let heads = table.heads.iter().map(|(text, _)| text);
        let cells = |column: usize| {
            let rows = table.rows.iter().chain(&table.sums);
            rows.filter_map(move |row| row.get(column))
        };
        for (column, head) in heads.enumerate() {
            for (text, look) in
                std::iter::once((head, HEADS)).chain(cells(column).map(|text| (text, STRONG)))
            {
                let lines = self.fonts.shape(text, look, None)?;
                let widest = lines.iter().map(|line| line.wide).fold(0.0, f32::max);
                wide[column] = wide[column].max(widest + 0.5);
            }
        }
        let gaps = GAP * lines(count.saturating_sub(1));
        let all: f32 = wide.iter().sum();
        let over = all + gaps - ROOM;
        if over > 0.0 {
            // Words are broken, figures are not; where figures alone are too wide, all give way alike.
            let words: f32 = shares(table, &wide, false);
            let scale = |sum: f32| ((sum - over) / sum).max(0.0);
            let of_words = if words > over * 1.25 {
                scale(words)
            } else {
                -1.0
            };
            for (column, (_, figures)) in table.heads.iter().enumerate() {
                match (of_words >= 0.0, figures) {
                    (true, false) => wide[column] *= of_words,
                    (true, true) => {}
                    (false, _) => wide[column] *= scale(all),
                }
            }
        } else if let Some(first) = wide.first_mut() {
            *first -= over;
        }
        let mut x = SIDE;
        let edges = wide.iter().map(|wide| {
            let edge = (x, x + wide);
            x += wide + GAP;
            edge
        });
        Ok(edges.collect())
    }

    /// How deep a row is.
    fn depth(&mut self, row: &[String], look: Look, edges: &[(f32, f32)]) -> Result<f32, PdfError> {
        let mut most = 1;
        for (text, (from, to)) in row.iter().zip(edges) {
            most = most.max(self.fonts.shape(text, look, Some(to - from))?.len());
        }
        Ok(lines(most) * look.size * LEADING + 4.0)
    }

    fn row(
        &mut self,
        row: &[String],
        look: Look,
        table: &Table,
        edges: &[(f32, f32)],
    ) -> Result<(), PdfError> {
        let deep = self.depth(row, look, edges)?;
        for ((text, (_, figures)), (from, to)) in row.iter().zip(&table.heads).zip(edges) {
            let mut top = self.y + 2.0;
            let keep = match figures {
                true => Keep::Right(*to),
                false => Keep::Left(*from),
            };
            for line in self.fonts.shape(text, look, Some(to - from))? {
                self.line(line, look, keep, top);
                top += look.size * LEADING;
            }
        }
        self.y += deep;
        Ok(())
    }

    fn signatures(&mut self, who: &[String]) -> Result<(), PdfError> {
        let rows = who.len().div_ceil(2);
        self.y += 10.0;
        self.need(lines(rows) * (TO_SIGN + 20.0));
        let half = (ROOM - 2.0 * GAP) / 2.0;
        for pair in who.chunks(2) {
            self.y += TO_SIGN;
            for (at, who) in pair.iter().enumerate() {
                let x = SIDE + lines(at) * (half + 2.0 * GAP);
                self.put(Op::Block {
                    x,
                    y: self.y,
                    wide: half,
                    high: RULE,
                    shade: DARK,
                });
                let label = self.fonts.shape(who, SMALL, Some(half))?;
                if let Some(label) = label.into_iter().next() {
                    self.line(label, SMALL, Keep::Left(x), self.y + 3.0);
                }
            }
            self.y += 20.0;
        }
        Ok(())
    }

    /// What stands at the edges of every page: whose it is, and which page of how many.
    fn edges(&mut self, paper: &Paper) -> Result<(), PdfError> {
        let pages = self.pages.len();
        let running = [&paper.shop, &paper.title, &paper.day];
        let running: Vec<&str> = { running }
            .into_iter()
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        let running = running.join(" · ");
        for page in 0..pages {
            let (number, of) = ((page + 1).to_string(), pages.to_string());
            let number = crate::texts::fill(&paper.page, &[("page", &number), ("pages", &of)]);
            let mut texts = vec![(number, Keep::Right(WIDTH - SIDE), HEIGHT - 44.0)];
            texts.push((paper.foot.clone(), Keep::Left(SIDE), HEIGHT - 44.0));
            if page > 0 {
                texts.push((running.clone(), Keep::Left(SIDE), 34.0));
            }
            for (text, keep, y) in texts {
                let Some(line) = self.fonts.shape(&text, SMALL, None)?.into_iter().next() else {
                    continue;
                };
                let x = match keep {
                    Keep::Right(x) => x - line.wide,
                    Keep::Left(x) | Keep::Middle(x) => x,
                };
                self.pages[page].push(Op::Text { x, y, line });
            }
        }
        Ok(())
    }
}

fn shares(table: &Table, wide: &[f32], of_figures: bool) -> f32 {
    let columns = table.heads.iter().zip(wide);
    let wanted = columns.filter(|((_, figures), _)| *figures == of_figures);
    wanted.map(|(_, wide)| wide).sum()
}

/// A count as a length's factor.
fn lines(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code: a panic is the report")]
    use super::*;

    /// Wherever on a page a table begins, its heads stand above a row of it.
    #[test]
    fn heads_never_stand_alone_at_the_foot_of_a_page() {
        let mut fonts = Fonts::of_system("en").unwrap();
        let table = Table {
            heads: vec![("Which".to_owned(), false), ("Amount".to_owned(), true)],
            rows: vec![vec!["row".to_owned(), "12.80".to_owned()]; 3],
            sums: Vec::new(),
        };
        let mut broken = 0;
        for notes in 20..50 {
            let mut parts = vec![Part::Note("A sentence.".to_owned()); notes];
            parts.push(Part::Table(table.clone()));
            let paper = Paper {
                parts,
                ..Paper::default()
            };
            let pages = lay(&paper, &mut fonts).unwrap();
            let has = |page: &[Op], wanted: &str| {
                page.iter()
                    .any(|op| matches!(op, Op::Text { line, .. } if line.text == wanted))
            };
            broken += usize::from(pages.len() > 1);
            for page in &pages {
                assert_eq!(has(page, "Which"), has(page, "row"), "{notes} notes");
            }
        }
        assert!(
            broken > 5,
            "the table came to the end of a page {broken} times"
        );
    }
}
