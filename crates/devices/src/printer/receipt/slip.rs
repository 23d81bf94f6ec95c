//! The slip for one payment or refund.

use super::{
    Align, Barcode, Block, Receipt, Size, Style, Symbology,
    words::{PaperLanguage, Word},
};
use domain::{Kind, Money, Trust};

/// What stands at the head of everything that is printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head<'a> {
    /// The shop's name.
    pub shop: &'a str,
    /// What stands below it ("12 Hill Road"), the shop's own.
    pub top: &'a str,
    /// Whether the shop's logo comes first.
    pub logo: bool,
    /// The language of the paper.
    pub language: PaperLanguage,
    /// `Some(2)`: the second copy. The first paper of something is none.
    pub copy: Option<u32>,
    /// A text at the foot ("Thank you"), the shop's own.
    pub foot: &'a str,
}

/// A payment or refund as it stands on paper. Names are texts for people, times are in the shop's zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip<'a> {
    /// Money that came, or money that went back.
    pub kind: Kind,
    /// A test by the shop itself.
    pub test: bool,
    /// How sure it is.
    pub trust: Trust,
    /// How much, as the payment has it: positive for refunds too. `None` where no news said so.
    pub amount: Option<Money>,
    /// The amount in words; empty where the language has none.
    pub in_words: &'a str,
    /// When, by the shop's clock on the wall.
    pub at: &'a str,
    /// The platform's name.
    pub platform: &'a str,
    /// The day's running number.
    pub number: Option<u32>,
    /// The order number.
    pub order: Option<&'a str>,
    /// Whether the order number also stands there as a barcode, where it can.
    pub barcode: bool,
    /// Who collected it.
    pub collector: Option<&'a str>,
    /// A link in a QR code, the shop's own.
    pub link: Option<&'a str>,
}

/// The slip for one payment or refund. What was only reported says so in its title and again below.
pub fn slip(head: &Head<'_>, slip: &Slip<'_>) -> Receipt {
    let say = |word: Word| word.text(head.language);
    let title = match (slip.kind, slip.trust) {
        (Kind::Payment, Trust::Confirmed) => Word::PaymentTitle,
        (Kind::Payment, Trust::Reported) => Word::ReportedTitle,
        (Kind::Refund, Trust::Confirmed) => Word::RefundTitle,
        (Kind::Refund, Trust::Reported) => Word::ReportedRefundTitle,
    };
    let mut paper = opened(head, say(title));
    if slip.test {
        paper.middle(say(Word::Test), Size::Normal, true);
    }
    paper.rule();
    match slip.amount {
        Some(amount) => {
            let text = signed(amount, slip.kind == Kind::Refund);
            paper.blocks.push(Block::Figure { text });
        }
        None => paper.middle(say(Word::NotGiven), Size::Tall, true),
    }
    if slip.amount.is_some() && !slip.in_words.is_empty() {
        paper.middle(slip.in_words, Size::Normal, false);
    }
    paper.rule();
    if slip.trust == Trust::Reported {
        paper.middle(say(Word::Reported), Size::Normal, true);
        paper.rule();
    }
    paper.pair(say(Word::Time), slip.at, false);
    let by = match slip.kind {
        Kind::Payment => Word::Platform,
        Kind::Refund => Word::RefundedBy,
    };
    paper.pair(say(by), slip.platform, false);
    if let Some(number) = slip.number {
        paper.pair(say(Word::Number), number.to_string(), false);
    }
    if let Some(order) = slip.order {
        paper.pair(say(Word::Order), order, false);
    }
    if let Some(collector) = slip.collector {
        paper.pair(say(Word::Collector), collector, false);
    }
    if let Some(order) = slip.order.filter(|_| slip.barcode)
        && let Some(barcode) = Barcode::new(Symbology::Code128, order)
    {
        paper.blocks.push(Block::Feed { lines: 1 });
        paper.blocks.push(Block::Barcode(barcode));
    }
    if let Some(link) = slip.link {
        paper.blocks.push(Block::Qr { data: link.into() });
    }
    closed(paper, head)
}

/// The paper's beginning: logo, shop, what it is, and whether it is a copy.
pub(super) fn opened(head: &Head<'_>, title: &str) -> Receipt {
    let mut paper = Receipt::default();
    if head.logo {
        paper.blocks.push(Block::Logo);
    }
    if !head.shop.is_empty() {
        paper.middle(head.shop, Size::Tall, true);
    }
    if !head.top.is_empty() {
        paper.middle(head.top, Size::Normal, false);
    }
    paper.middle(title, Size::Normal, false);
    if let Some(copy) = head.copy {
        let mark = format!("** {} {copy} **", Word::Copy.text(head.language));
        paper.middle(&mark, Size::Tall, true);
    }
    paper
}

/// The paper's end.
pub(super) fn closed(mut paper: Receipt, head: &Head<'_>) -> Receipt {
    if !head.foot.is_empty() {
        paper.rule();
        let style = Style {
            align: Align::Centre,
            ..Style::default()
        };
        paper.text(head.foot, style);
    }
    paper.blocks.push(Block::Cut);
    paper
}

/// The amount for people, with a minus where it went back.
pub(super) fn signed(amount: Money, back: bool) -> String {
    let amount = match back && amount.minor() > 0 {
        true => Money::new(-amount.minor(), amount.currency()).unwrap_or(amount),
        false => amount,
    };
    amount.display()
}
