//! What the customers' window shows of an occasion, in the customers' language. Pure.

use crate::{
    answers::qr,
    occasion::Occasion,
    settings::{Language, Settings},
    views::{CustomerFace, CustomerView},
};
use devices::display::{
    Qr,
    layout::{Message, OrderLine},
    words::{self, Words},
};
use domain::Money;

/// The newest lines of an order that are read from two metres.
const LINES_MAX: usize = 6;
/// So much of a payer's name is shown.
pub(super) const PAYER_MAX: usize = 40;

/// What is drawn beside what happened.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    /// The shop's name.
    pub(super) shop: String,
    /// Its time zone.
    pub(super) zone: String,
    /// The picture whose turn it is, while nobody is paying.
    pub(super) picture: Option<String>,
}

/// The language of the customers' words.
pub(super) fn language(settings: &Settings, windows: Language) -> words::Language {
    settings.customer.language.unwrap_or(match windows {
        Language::En => words::Language::English,
        Language::ZhCn => words::Language::ChineseSimplified,
    })
}

/// Its revision is the caller's.
pub(super) fn view(
    occasion: &Occasion,
    settings: &Settings,
    windows: Language,
    around: Around,
) -> CustomerView {
    let customer = &settings.customer;
    let language = language(settings, windows);
    let payer = occasion.payer.as_deref().filter(|_| customer.show_payer);
    let mut words = customer.texts.over(language);
    if !customer.idle.trim().is_empty() {
        words.idle.clone_from(&customer.idle);
    }
    occasion.say(&mut words, language);
    let mut face = face(&occasion.message, &words, payer);
    if let CustomerFace::Idle { clock, picture, .. } = &mut face {
        *clock = customer.clock.then_some(around.zone);
        *picture = around.picture;
    }
    CustomerView {
        revision: 0,
        occasion: occasion.number,
        language: tag(language),
        theme: customer.theme.unwrap_or(settings.theme),
        shop: around.shop,
        trial: None,
        face,
    }
}

/// The language as pages name it.
fn tag(language: words::Language) -> String {
    let name = serde_json::to_value(language).ok();
    name.and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_else(|| "en".to_owned())
}

fn face(message: &Message, words: &Words, payer: Option<&str>) -> CustomerFace {
    match message {
        Message::Idle { .. } => CustomerFace::Idle {
            lines: words.idle.lines().map(str::to_owned).collect(),
            clock: None,
            picture: None,
        },
        Message::Price { name, amount } => CustomerFace::Order {
            lines: Vec::new(),
            label: name.clone(),
            amount_text: amount.display(),
            code: None,
            payee: String::new(),
        },
        Message::Order { lines, total, qr } => CustomerFace::Order {
            lines: newest(lines),
            label: words.total.clone(),
            amount_text: total.display(),
            code: drawn(qr),
            payee: payee(qr),
        },
        Message::ToPay { amount, qr } => CustomerFace::ToPay {
            label: words.to_pay.clone(),
            amount_text: amount.display(),
            code: drawn(qr),
            payee: payee(qr),
        },
        Message::Received { amount, confirmed } => {
            received(Some(*amount), *confirmed, words, payer)
        }
        Message::Came { confirmed } => received(None, *confirmed, words, payer),
        Message::Change { amount } => CustomerFace::Change {
            label: words.change.clone(),
            amount_text: amount.display(),
        },
        Message::Refund { amount } => CustomerFace::Refund {
            label: words.refund.clone(),
            // Money that goes has a minus everywhere.
            amount_text: Money::new(-amount.minor().abs(), amount.currency())
                .unwrap_or(*amount)
                .display(),
        },
    }
}

/// A code that cannot be drawn was logged; the amount stands there all the same.
fn drawn(code: &Option<Qr>) -> Option<Vec<String>> {
    qr(code.as_ref()?.payload()).ok()
}

fn payee(code: &Option<Qr>) -> String {
    let payee = code.as_ref().map(|code| code.payee().to_owned());
    payee.unwrap_or_default()
}

fn received(
    amount: Option<Money>,
    confirmed: bool,
    words: &Words,
    payer: Option<&str>,
) -> CustomerFace {
    CustomerFace::Received {
        label: match confirmed {
            true => words.received.clone(),
            false => words.reported.clone(),
        },
        amount_text: amount.map(Money::display).unwrap_or_default(),
        confirmed,
        thanks: confirmed.then(|| words.thanks.clone()),
        payer: payer.map(|payer| payer.chars().take(PAYER_MAX).collect()),
    }
}

fn newest(lines: &[OrderLine]) -> Vec<(String, String)> {
    let newest = lines.iter().skip(lines.len().saturating_sub(LINES_MAX));
    let name = |line: &OrderLine| match line.quantity {
        1 => line.name.clone(),
        many => format!("{} ×{many}", line.name),
    };
    newest
        .map(|line| (name(line), line.amount.display()))
        .collect()
}
