//! What WeChat's and Alipay's files say of themselves around their rows: whose they are, from when to when, how many
//! rows of which sum.

use crate::{
    amount,
    dates::when_in_beijing,
    reading::Reading,
    row::Period,
    table::{Header, Line, Table},
};
use domain::Currency;

/// Lines of words above a table, and below it.
#[derive(Debug, Default)]
pub(crate) struct Preamble {
    lines: Vec<String>,
}

/// How many lines are kept: real ones have about thirty.
const LINES_MAX: usize = 200;

impl Preamble {
    /// What stands above this header.
    pub(crate) fn of(table: &Table, header: Option<&Header>) -> Self {
        let mut preamble = Self::default();
        let above = header.map_or(LINES_MAX, Header::row);
        for line in table.rows().take(above) {
            preamble.add(line);
        }
        preamble
    }

    /// A line of words that stands below the rows.
    pub(crate) fn add(&mut self, line: Line<'_>) {
        if self.lines.len() < LINES_MAX {
            let cells: Vec<&str> = line.cells().collect();
            let joined = cells.join(",");
            let text = joined.trim_end_matches(',').trim_start_matches('#').trim();
            self.lines.push(text.chars().take(500).collect());
        }
    }

    /// Whether one of these words stands in a line.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.lines.iter().any(|line| line.contains(words))
    }

    /// What stands after a label: `账号：[…]`, `支付宝账户：…`.
    pub(crate) fn value(&self, label: &str) -> Option<String> {
        self.lines.iter().find_map(|line| {
            let rest = after(line, label)?;
            let value = match rest.strip_prefix('[') {
                Some(inner) => inner.split(']').next()?,
                None => rest,
            };
            let value = value.trim();
            (!value.is_empty()).then(|| value.to_owned())
        })
    }

    /// From when to when. Files of merchants name the first moment that is not in it, those of persons the last that is.
    pub(crate) fn period(&self, last_is_in: bool) -> Option<Period> {
        let at = |labels: [&str; 2]| {
            let text = labels.iter().find_map(|label| self.value(label))?;
            when_in_beijing(&text).map(|when| when.at)
        };
        let from = at(["起始日期", "起始时间"])?;
        let until = at(["终止日期", "终止时间"])?.plus_ms(if last_is_in { 1000 } else { 0 });
        (from < until).then_some(Period { from, until })
    }

    /// How many, and of which sum, as plain texts: `收入：1笔 23.00元`, `交易合计：1笔，商家实收共36.50元`.
    pub(crate) fn total(&self, label: &str) -> Option<(String, String)> {
        self.lines.iter().find_map(|line| {
            let (count, rest) = after(line, label)?.split_once('笔')?;
            let sum = rest.split('元').next()?;
            let sum = sum.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '-');
            Some((count.trim().to_owned(), sum.trim().to_owned()))
        })
    }

    /// How many rows: `共2笔记录`.
    pub(crate) fn rows(&self) -> Option<&str> {
        self.lines
            .iter()
            .find_map(|line| line.strip_prefix('共')?.strip_suffix("笔记录"))
    }

    /// Compares what a person's file says of itself with what was found.
    pub(crate) fn check(&self, reading: &mut Reading, sides: &Sides, neutral: &str) {
        if let Some(stated) = self.rows() {
            let found = sides.rows() + reading.unreadable_count();
            reading.check_count("rows", stated, found);
        }
        let sides = [
            (["in_rows", "in"], "收入", &sides.income),
            (["out_rows", "out"], "支出", &sides.spent),
            (["other_rows", "other"], neutral, &sides.neutral),
        ];
        for ([rows, sum], label, side) in sides {
            if let Some((count, total)) = self.total(label) {
                reading.check_count(rows, &count, side.rows);
                reading.check_sum(sum, &total, side.sum, Currency::CNY);
            }
        }
    }
}

/// What follows a label and its colon, wherever in the line: two may share one.
fn after<'l>(line: &'l str, label: &str) -> Option<&'l str> {
    let (_, rest) = line.split_once(label)?;
    let rest = rest.trim_start();
    rest.strip_prefix([':', '：']).map(str::trim_start)
}

/// Rows and sums of what came in, went out, or did neither.
#[derive(Debug, Default)]
pub(crate) struct Sides {
    income: Side,
    spent: Side,
    neutral: Side,
}

#[derive(Debug, Default)]
struct Side {
    rows: usize,
    sum: i64,
}

impl Sides {
    /// A row that came in (more than 0), went out (less), or did neither.
    pub(crate) fn add(&mut self, direction: i64, amount: i64) {
        let side = match direction {
            1.. => &mut self.income,
            0 => &mut self.neutral,
            _ => &mut self.spent,
        };
        side.rows += 1;
        side.sum = side.sum.saturating_add(amount.saturating_abs());
    }

    fn rows(&self) -> usize {
        self.income.rows + self.spent.rows + self.neutral.rows
    }

    /// What came in: how many, and of which sum.
    pub(crate) fn came_in(&self) -> (usize, i64) {
        (self.income.rows, self.income.sum)
    }

    /// What went out: how many, and of which sum.
    pub(crate) fn went_out(&self) -> (usize, i64) {
        (self.spent.rows, self.spent.sum)
    }
}

/// A count and a sum of the file's own, compared whatever its sign.
pub(crate) fn check_total(
    reading: &mut Reading,
    words: [&str; 2],
    stated: &(String, String),
    found: (usize, i64),
) {
    reading.check_count(words[0], &stated.0, found.0);
    let sum = amount::minor(&stated.1, Currency::CNY).map(i64::saturating_abs);
    reading.check(
        words[1],
        &stated.1,
        &crate::reading::decimal(found.1, Currency::CNY),
        sum == Ok(found.1),
    );
}
