//! From what happens at the till to a screen: which words, which amounts, in which rows.

use super::{
    screen::{Geometry, Kind, Qr, Row, Screen},
    words::Words,
};
use domain::Money;
use serde::{Deserialize, Serialize};

/// What a customer is to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Message {
    /// Nobody is paying.
    Idle {
        /// The time of day, where it is wanted.
        #[serde(default)]
        clock: Option<Clock>,
    },
    /// The price of one thing.
    Price {
        /// What it is.
        name: String,
        /// What it costs.
        amount: Money,
    },
    /// An order as far as it goes.
    Order {
        /// From the first to the newest.
        lines: Vec<OrderLine>,
        /// Their sum.
        total: Money,
        /// With what it can be paid.
        #[serde(default)]
        qr: Option<Qr>,
    },
    /// Now pay.
    ToPay {
        /// How much.
        amount: Money,
        /// With what.
        #[serde(default)]
        qr: Option<Qr>,
    },
    /// The money came.
    Received {
        /// How much.
        amount: Money,
        /// Whether the platform has confirmed it. What only a phone's notice says is told in other words.
        confirmed: bool,
    },
    /// Money came, and nobody said how much.
    Came {
        /// Whether the platform has confirmed it.
        confirmed: bool,
    },
    /// What the customer gets back.
    Change {
        /// How much.
        amount: Money,
    },
    /// A payment was given back.
    Refund {
        /// How much; its sign does not matter.
        amount: Money,
    },
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct OrderLine {
    /// What was bought.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// What all of them cost.
    pub amount: Money,
}

/// The screen that says `message` on a display of this size, in these words.
pub fn layout(message: &Message, geometry: Geometry, words: &Words) -> Screen {
    let rows = geometry.rows();
    match message {
        Message::Idle { clock } => Screen {
            rows: idle(*clock, geometry, words),
            ..Screen::default()
        },
        Message::Price { name, amount } => labelled(Kind::Price, name, *amount, rows),
        Message::Order { lines, total, qr } => Screen {
            kind: Kind::AmountToPay,
            amount: Some(*total),
            rows: order(lines, *total, rows, words),
            qr: qr.clone(),
            ..Screen::default()
        },
        Message::ToPay { amount, qr } => Screen {
            qr: qr.clone(),
            ..labelled(Kind::AmountToPay, &words.to_pay, *amount, rows)
        },
        Message::Received { amount, confirmed } => Screen {
            kind: paid(*confirmed),
            amount: Some(*amount),
            rows: if *confirmed {
                vec![
                    Row::amount(&words.received, *amount),
                    Row::centered(&words.thanks),
                ]
            } else {
                vec![Row::amount(&words.reported, *amount)]
            },
            ..Screen::default()
        },
        Message::Came { confirmed } => Screen {
            kind: paid(*confirmed),
            rows: if *confirmed {
                vec![Row::text(&words.received), Row::centered(&words.thanks)]
            } else {
                vec![Row::text(&words.reported)]
            },
            ..Screen::default()
        },
        Message::Change { amount } => labelled(Kind::Change, &words.change, *amount, rows),
        Message::Refund { amount } => {
            // Money that goes has a minus everywhere: digits alone must not look like a payment.
            let gone = Money::new(-amount.minor().abs(), amount.currency()).unwrap_or(*amount);
            labelled(Kind::Refund, &words.refund, gone, rows)
        }
    }
}

/// What a payment is to lamps and pictures, which have no way to say "reported".
fn paid(confirmed: bool) -> Kind {
    if confirmed {
        Kind::Paid
    } else {
        Kind::Reported
    }
}

/// Words above, the amount below, so that both have a whole row; in one row where there is only one.
fn labelled(kind: Kind, words: &str, amount: Money, rows: usize) -> Screen {
    Screen {
        kind,
        amount: Some(amount),
        rows: if rows == 1 {
            vec![Row::amount(words, amount)]
        } else {
            vec![Row::text(words), Row::amount("", amount)]
        },
        ..Screen::default()
    }
}

/// The newest lines that fit above the total; where there is one row, only that.
fn order(lines: &[OrderLine], total: Money, rows: usize, words: &Words) -> Vec<Row> {
    let room = rows - 1;
    let newest = &lines[lines.len().saturating_sub(room)..];
    let mut shown: Vec<Row> = newest
        .iter()
        .map(|line| match line.quantity {
            1 => Row::amount(&line.name, line.amount),
            many => Row::amount(format!("{many}x {}", line.name), line.amount),
        })
        .collect();
    // The total stays in the last row while the order grows.
    shown.resize(room, Row::default());
    shown.push(Row::amount(&words.total, total));
    shown
}

/// The idle words, and below them the clock; where there is no room for both, the words.
fn idle(clock: Option<Clock>, geometry: Geometry, words: &Words) -> Vec<Row> {
    let clock = clock_text(clock);
    let mut lines = wrap(&words.idle, geometry.columns());
    lines.truncate(room_above(clock.as_ref(), geometry));
    lines.extend(clock.filter(|_| lines.len() < geometry.rows()));
    lines.into_iter().map(Row::centered).collect()
}

/// The idle screen of a display whose first row lets a text of so many cells run: where the words have no room as they
/// stand, and have it so. The clock keeps the last row.
pub fn idle_running(
    clock: Option<Clock>,
    geometry: Geometry,
    words: &Words,
    most: usize,
) -> Option<Screen> {
    let clock = clock_text(clock);
    let lines = wrap(&words.idle, geometry.columns()).len();
    let text: Vec<&str> = words.idle.split_whitespace().collect();
    let text = text.join(" ");
    if lines <= room_above(clock.as_ref(), geometry) || cells(&text) > most {
        return None;
    }
    let mut rows = vec![Row::default(); geometry.rows()];
    if let (Some(clock), [_, .., last]) = (clock, rows.as_mut_slice()) {
        *last = Row::centered(clock);
    }
    Some(Screen {
        rows,
        running: Some(text),
        ..Screen::default()
    })
}

fn clock_text(clock: Option<Clock>) -> Option<String> {
    clock
        .filter(|clock| clock.hour < 24 && clock.minute < 60)
        .map(|clock| format!("{:02}:{:02}", clock.hour, clock.minute))
}

/// So many rows are left for the idle words.
fn room_above(clock: Option<&String>, geometry: Geometry) -> usize {
    geometry.rows() - usize::from(clock.is_some() && geometry.rows() > 1)
}

/// `text` in lines of at most so many cells, broken at blanks where there are any, and within what is longer than a row:
/// Chinese has no blanks.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines().take(4) {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && cells(&line) + 1 + cells(word) > columns {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            for letter in word.chars() {
                if !line.is_empty() && cells(&line) + letter_cells(letter) > columns {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(letter);
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}

/// How many cells a text takes on a display that has its letters.
fn cells(text: &str) -> usize {
    text.chars().map(letter_cells).sum()
}

fn letter_cells(letter: char) -> usize {
    match letter {
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests;
