//! The day's closing on paper. Sums come from the book: nothing is added up here but what is over or short.

use super::{
    Receipt, Size,
    slip::{Head, closed, opened, signed},
    words::Word,
};
use domain::Money;

/// A business day as it stands on paper.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Closing<'a> {
    /// The business day.
    pub day: &'a str,
    /// When this was printed, by the shop's clock on the wall.
    pub printed: &'a str,
    /// Who closed the day.
    pub by: Option<&'a str>,
    /// What came by each platform.
    pub platforms: &'a [PlatformTotal<'a>],
    /// The day's sums, one for each currency.
    pub totals: &'a [Money],
    /// What of it was only reported, one for each currency.
    pub reported: &'a [Money],
    /// So many payments said no amount.
    pub without_amount: u32,
    /// How the cash was counted, line by line.
    pub cash: &'a [CashLine<'a>],
    /// What should be in the drawer, and what is.
    pub drawer: Option<(Money, Money)>,
}

/// What came by one platform in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformTotal<'a> {
    /// The platform's name.
    pub name: &'a str,
    /// How many payments.
    pub payments: u32,
    /// How much they were.
    pub received: Money,
    /// How many refunds.
    pub refunds: u32,
    /// How much they were; positive.
    pub refunded: Money,
}

/// One line of counted cash ("100 x 3", 300.00).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashLine<'a> {
    /// What was counted.
    pub what: &'a str,
    /// How much it is.
    pub amount: Money,
}

/// The day's closing.
pub fn closing(head: &Head<'_>, day: &Closing<'_>) -> Receipt {
    let say = |word: Word| word.text(head.language);
    let mut paper = opened(head, say(Word::ClosingTitle));
    paper.middle(day.day, Size::Tall, true);
    paper.rule();
    paper.pair(say(Word::Printed), day.printed, false);
    if let Some(by) = day.by {
        paper.pair(say(Word::ClosedBy), by, false);
    }
    paper.rule();
    for platform in day.platforms {
        paper.pair(platform.name, "", true);
        let count = |n: u32, word| format!("  {}: {n}", say(word));
        let received = signed(platform.received, false);
        paper.pair(count(platform.payments, Word::Payments), received, false);
        if platform.refunds > 0 {
            let refunded = signed(platform.refunded, true);
            paper.pair(count(platform.refunds, Word::Refunds), refunded, false);
        }
    }
    if !day.platforms.is_empty() {
        paper.rule();
    }
    for total in day.totals {
        paper.pair(say(Word::Total), signed(*total, false), true);
    }
    for reported in day.reported {
        paper.pair(say(Word::OfWhichReported), signed(*reported, false), false);
    }
    if day.without_amount > 0 {
        paper.pair(
            say(Word::WithoutAmount),
            day.without_amount.to_string(),
            false,
        );
    }
    cash(&mut paper, head, day);
    paper.rule();
    paper.pair(say(Word::Signature), "", false);
    paper.blocks.push(super::Block::Feed { lines: 2 });
    closed(paper, head)
}

fn cash(paper: &mut Receipt, head: &Head<'_>, day: &Closing<'_>) {
    let say = |word: Word| word.text(head.language);
    if day.cash.is_empty() && day.drawer.is_none() {
        return;
    }
    paper.rule();
    paper.pair(say(Word::Cash), "", true);
    for line in day.cash {
        paper.pair(
            format!("  {}", line.what),
            signed(line.amount, false),
            false,
        );
    }
    let Some((expected, counted)) = day.drawer else {
        return;
    };
    paper.pair(say(Word::Expected), signed(expected, false), false);
    paper.pair(say(Word::Counted), signed(counted, false), true);
    if expected.currency() != counted.currency() {
        return;
    }
    let over = counted.minor() - expected.minor();
    let word = match over {
        0 => Word::Even,
        1.. => Word::Over,
        _ => Word::Short,
    };
    let amount = Money::new(over.abs(), counted.currency()).filter(|_| over != 0);
    let amount = amount.map(Money::display).unwrap_or_default();
    paper.pair(say(word), amount, true);
}
