//! Payments as rows of a table: which columns there are, what stands in each, and what they sum up to.

use crate::texts::Texts;
use book::{Line, chain::Head};
use domain::{BusinessDay, Currency, DayRule, Kind, Money, Platform, Timestamp, Trust};
use jiff::{civil::DateTime, tz::TimeZone};
use std::{collections::BTreeMap, sync::Arc};

/// What stands in one place of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// Words of ours, or a code: a program takes them for nothing else.
    Word(String),
    /// What somebody else wrote.
    Text(String),
    /// A number that nobody counts with: its digits must all stay.
    Id(String),
    /// A count.
    Whole(i64),
    /// An amount, negative where it went back.
    Money(Money),
    /// A day.
    Day(BusinessDay),
    /// A time on the shop's clock.
    Moment(DateTime),
}

/// One column.
pub(crate) struct Column {
    /// Its head's key among the texts.
    pub(crate) head: &'static str,
    /// So many letters wide.
    pub(crate) wide: u16,
    /// What stands in it.
    pub(crate) cell: fn(&Line, &Clerk) -> Cell,
}

/// What a file says of itself.
#[derive(Debug, Clone)]
pub(crate) struct About {
    pub(crate) shop: String,
    pub(crate) software: String,
    pub(crate) made: Timestamp,
    /// The end of the book's chain when the file was begun.
    pub(crate) head: Head,
}

/// What rows are written with: the shop's clock and language.
pub(crate) struct Clerk {
    texts: Arc<Texts>,
    zone: TimeZone,
    about: About,
}

impl Clerk {
    pub(crate) fn new(texts: Arc<Texts>, rule: &DayRule, about: About) -> Self {
        Self {
            texts,
            about,
            zone: TimeZone::get(&rule.zone).unwrap_or(TimeZone::UTC),
        }
    }

    /// The words of a head, a kind or whatever else has words of its own.
    pub(crate) fn word(&self, key: &str) -> String {
        self.texts.text(key, &[])
    }

    fn moment(&self, at: Timestamp) -> Cell {
        let time = jiff::Timestamp::from_millisecond(at.millis());
        time.map_or(Cell::Empty, |time| {
            Cell::Moment(time.to_zoned(self.zone.clone()).datetime())
        })
    }

    /// The end of the book's chain, as far as it stands in this row.
    pub(crate) fn chain(&self, here: bool) -> [Cell; 2] {
        match here {
            true => [self.chain_rows(), self.chain_head()],
            false => [Cell::Empty, Cell::Empty],
        }
    }

    fn chain_rows(&self) -> Cell {
        Cell::Whole(i64::try_from(self.about.head.rows).unwrap_or(i64::MAX))
    }

    fn chain_head(&self) -> Cell {
        Cell::Word(self.about.head.text())
    }

    /// What a workbook says of itself, line by line.
    pub(crate) fn about(&self) -> Vec<[Cell; 2]> {
        let word = |key: &str| Cell::Word(self.word(key));
        vec![
            [word("sheet.shop"), Cell::Text(self.about.shop.clone())],
            [word("sheet.made_at"), self.moment(self.about.made)],
            [
                word("sheet.software"),
                Cell::Text(self.about.software.clone()),
            ],
            [word("sheet.book_rows"), self.chain_rows()],
            [word("sheet.book_head"), self.chain_head()],
        ]
    }

    pub(crate) fn platform(&self, platform: &Platform) -> String {
        let key = format!("platform.{}", platform.as_str());
        let named = self.texts.get(&key);
        named.unwrap_or(platform.as_str()).to_owned()
    }
}

fn text(text: Option<&String>) -> Cell {
    text.map_or(Cell::Empty, |text| Cell::Text(text.clone()))
}

fn id(text: Option<&String>) -> Cell {
    text.map_or(Cell::Empty, |text| Cell::Id(text.clone()))
}

/// The amount as it counts: negative where money went back.
pub(crate) fn counted(line: &Line) -> Option<Money> {
    let amount = line.amount?;
    match line.kind {
        Kind::Payment => Some(amount),
        Kind::Refund => Money::new(-amount.minor(), amount.currency()),
    }
}

/// The columns of payments.
pub(crate) const COLUMNS: &[Column] = &[
    Column {
        head: "sheet.day",
        wide: 11,
        cell: |line, _| Cell::Day(line.day),
    },
    Column {
        head: "sheet.number",
        wide: 8,
        cell: |line, _| line.number.map_or(Cell::Empty, |n| Cell::Whole(n.into())),
    },
    Column {
        head: "sheet.time",
        wide: 19,
        cell: |line, clerk| clerk.moment(line.paid_at.unwrap_or(line.accepted_at)),
    },
    Column {
        head: "sheet.kind",
        wide: 9,
        cell: |line, clerk| {
            Cell::Word(clerk.word(match line.kind {
                Kind::Payment => "sheet.payment",
                Kind::Refund => "sheet.refund",
            }))
        },
    },
    Column {
        head: "sheet.platform",
        wide: 14,
        cell: |line, clerk| Cell::Word(clerk.platform(&line.platform)),
    },
    Column {
        head: "sheet.amount",
        wide: 14,
        cell: |line, _| counted(line).map_or(Cell::Empty, Cell::Money),
    },
    Column {
        head: "sheet.currency",
        wide: 9,
        cell: |line, _| {
            let code = |amount: Money| Cell::Word(amount.currency().code().to_owned());
            line.amount.map_or(Cell::Empty, code)
        },
    },
    Column {
        head: "sheet.trust",
        wide: 12,
        cell: |line, clerk| {
            Cell::Word(clerk.word(match line.trust {
                Trust::Confirmed => "sheet.confirmed",
                Trust::Reported => "sheet.reported",
            }))
        },
    },
    Column {
        head: "sheet.collector",
        wide: 14,
        cell: |line, _| match line.collector.as_str() {
            "" => Cell::Empty,
            name => Cell::Text(name.to_owned()),
        },
    },
    Column {
        head: "sheet.payer",
        wide: 18,
        cell: |line, _| text(line.payer.as_ref()),
    },
    Column {
        head: "sheet.note",
        wide: 24,
        cell: |line, _| text(line.note.as_ref()),
    },
    Column {
        head: "sheet.remarks",
        wide: 24,
        cell: |line, _| text(line.remarks.as_ref()),
    },
    Column {
        head: "sheet.order",
        wide: 30,
        cell: |line, _| id(line.order.as_ref()),
    },
    Column {
        head: "sheet.transaction",
        wide: 30,
        cell: |line, _| id(line.transaction.as_ref()),
    },
    Column {
        head: "sheet.test",
        wide: 8,
        cell: |line, clerk| match line.test {
            true => Cell::Word(clerk.word("sheet.is_test")),
            false => Cell::Empty,
        },
    },
    Column {
        head: "sheet.accepted",
        wide: 19,
        cell: |line, clerk| clerk.moment(line.accepted_at),
    },
    Column {
        head: "sheet.spoken",
        wide: 19,
        cell: |line, clerk| line.spoken_at.map_or(Cell::Empty, |at| clerk.moment(at)),
    },
    Column {
        head: "sheet.row",
        wide: 10,
        cell: |line, _| Cell::Whole(line.id.0),
    },
];

/// What rows sum up to in one currency. Whole minor units: a sum may be past what one payment can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sum {
    pub(crate) payments: i64,
    pub(crate) paid: i64,
    pub(crate) refunds: i64,
    pub(crate) refunded: i64,
    pub(crate) reported: i64,
}

impl Sum {
    fn add(&mut self, line: &Line, minor: i64) {
        match line.kind {
            Kind::Payment => {
                self.payments += 1;
                self.paid = self.paid.saturating_add(minor);
            }
            Kind::Refund => {
                self.refunds += 1;
                self.refunded = self.refunded.saturating_add(minor);
            }
        }
        self.reported += i64::from(line.trust == Trust::Reported);
    }
}

/// The sums of the rows that were written: by day and by platform, for each currency. Tests, what said no amount and what
/// is the same payment as another row are in none of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sums {
    pub(crate) days: BTreeMap<(BusinessDay, Currency), Sum>,
    pub(crate) platforms: BTreeMap<(String, Currency), Sum>,
}

impl Sums {
    pub(crate) fn add(&mut self, line: &Line) {
        let Some(amount) = line.amount.filter(|_| !line.test && line.counts()) else {
            return;
        };
        let (currency, minor) = (amount.currency(), amount.minor());
        let day = self.days.entry((line.day, currency)).or_default();
        day.add(line, minor);
        let name = line.platform.as_str().to_owned();
        let platform = self.platforms.entry((name, currency)).or_default();
        platform.add(line, minor);
    }
}

/// The heads of a table of sums, after the one that says of what.
pub(crate) const SUM_HEADS: [&str; 7] = [
    "sheet.currency",
    "sheet.payments",
    "sheet.paid",
    "sheet.refunds",
    "sheet.refunded",
    "sheet.net",
    "sheet.reported_count",
];

/// The cells of a sum, under [`SUM_HEADS`].
pub(crate) fn sum_cells(currency: Currency, sum: &Sum) -> [Cell; 7] {
    let money = |minor: i64| Cell::Money(book::bounded(minor, currency));
    [
        Cell::Word(currency.code().to_owned()),
        Cell::Whole(sum.payments),
        money(sum.paid),
        Cell::Whole(sum.refunds),
        money(sum.refunded.saturating_neg()),
        money(sum.paid.saturating_sub(sum.refunded)),
        Cell::Whole(sum.reported),
    ]
}
