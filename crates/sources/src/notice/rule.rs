//! What a rule of the catalogue is, and how one is tried on a notice.

use super::{
    NoticeReading, Told,
    amount::{self, Grammar},
    words,
};
use domain::{Currency, Platform};
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// One app whose notices are known.
pub(super) struct App {
    /// The platform's name.
    pub platform: &'static str,
    /// Android packages.
    pub packages: &'static [&'static str],
    /// SMS senders, in lower case and without the carrier's prefix.
    pub senders: &'static [&'static str],
    /// The exact titles of its notices of money; empty where the title says nothing.
    pub titles: &'static [&'static str],
    /// Whether other people's messages appear under this app too.
    pub people: People,
    /// The currency of an amount that names none.
    pub currency: &'static str,
    /// How amounts are written.
    pub amounts: Grammar,
    /// The rules, tried in order, made ready on first use.
    pub rules: LazyLock<Vec<Ready>>,
}

/// Whether an app also shows what other people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum People {
    /// Never: all that it shows is its own.
    Never,
    /// Now and then. What speaks of money is kept for the owner.
    Sometimes,
    /// Mostly: what is no known notice, no imitation and no talk of an amount that came in is private, and not kept.
    Mostly,
}

/// One wording. `text` is a regular expression for the whole text, in which `@A` is the amount, `@N` another number,
/// `@Y` an optional yuan sign; groups named `payer`, `note`, `id` and `currency` are taken from text or title.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    title: Title,
    text: &'static str,
    means: Means,
    note: Note,
}

#[derive(Clone, Copy)]
enum Title {
    /// One of the app's titles.
    Official,
    /// Whatever it is.
    Any,
    /// A regular expression for the whole title, as for the text.
    Like(&'static str),
}

#[derive(Clone, Copy)]
enum Means {
    Income,
    Out,
    Not(&'static str),
    Unknown,
}

#[derive(Clone, Copy)]
enum Note {
    /// What the group `note` holds, if anything.
    Found,
    /// Always this.
    Fixed(&'static str),
    /// This word and the transaction code.
    Code(&'static str),
}

/// Money came in.
pub(super) const fn income(text: &'static str) -> Rule {
    Rule {
        title: Title::Official,
        text,
        means: Means::Income,
        note: Note::Found,
    }
}

/// Money went out.
pub(super) const fn out(text: &'static str) -> Rule {
    Rule {
        title: Title::Official,
        text,
        means: Means::Out,
        note: Note::Found,
    }
}

/// Neither, and known.
pub(super) const fn not(reason: &'static str, text: &'static str) -> Rule {
    Rule {
        title: Title::Official,
        text,
        means: Means::Not(reason),
        note: Note::Found,
    }
}

/// Close to a known wording, but to be judged by the owner.
pub(super) const fn unknown(text: &'static str) -> Rule {
    Rule {
        title: Title::Official,
        text,
        means: Means::Unknown,
        note: Note::Found,
    }
}

impl Rule {
    /// Only with a title that this expression fits as a whole.
    pub(super) const fn title(self, like: &'static str) -> Self {
        Self {
            title: Title::Like(like),
            ..self
        }
    }

    /// Under any title.
    pub(super) const fn any_title(self) -> Self {
        Self {
            title: Title::Any,
            ..self
        }
    }

    /// Notes what the wording itself says (a clerk's message, a tip).
    pub(super) const fn note(self, note: &'static str) -> Self {
        Self {
            note: Note::Fixed(note),
            ..self
        }
    }

    /// Notes the transaction code in group `id`, with the word that the platform uses for it.
    pub(super) const fn code(self, word: &'static str) -> Self {
        Self {
            note: Note::Code(word),
            ..self
        }
    }
}

/// A rule whose expressions are compiled.
pub(super) struct Ready {
    rule: Rule,
    title: Option<Regex>,
    text: Regex,
}

/// Compiles a table. An expression that does not compile is a mistake that a test finds; here it only never fits.
pub(super) fn ready(rules: &[Rule]) -> Vec<Ready> {
    rules.iter().filter_map(|rule| Ready::new(*rule)).collect()
}

impl Ready {
    fn new(rule: Rule) -> Option<Self> {
        let title = match rule.title {
            Title::Like(like) => Some(whole(like)?),
            Title::Official | Title::Any => None,
        };
        Some(Self {
            rule,
            title,
            text: whole(rule.text)?,
        })
    }

    /// What the rule makes of the notice; `None` when it does not fit.
    fn read(&self, app: &App, title: &str, text: &str) -> Option<NoticeReading> {
        let in_title = match self.rule.title {
            Title::Official if !app.titles.is_empty() && !app.titles.contains(&title) => {
                return None;
            }
            Title::Official | Title::Any => None,
            Title::Like(_) => Some(self.title.as_ref()?.captures(title)?),
        };
        let in_text = self.text.captures(text)?;
        let found = |name: &str| {
            group(&in_text, name).or_else(|| in_title.as_ref().and_then(|t| group(t, name)))
        };
        let said = found("amount");
        let currency = Currency::new(found("currency").unwrap_or(app.currency))?;
        let amount = said.and_then(|said| amount::parse(said, app.amounts, currency));
        let identity = found("id").map(str::to_owned);
        let note = match self.rule.note {
            Note::Found => found("note").map(str::to_owned),
            Note::Fixed(note) => Some(note.to_owned()),
            Note::Code(word) => identity
                .as_ref()
                .map(|code| format!("{word} {code}").trim().to_owned()),
        };
        let told = || Told {
            platform: Platform::named(app.platform),
            amount,
            payer: found("payer").map(str::to_owned),
            note,
            identity,
        };
        Some(match self.rule.means {
            Means::Income if said.is_some() && amount.is_none() => NoticeReading::ImpossibleAmount,
            Means::Income => NoticeReading::Payment(told()),
            Means::Out => NoticeReading::Out(told()),
            Means::Not(reason) => NoticeReading::NotPayment(reason),
            Means::Unknown => NoticeReading::UnknownWording,
        })
    }
}

impl App {
    /// What this app's notice says.
    pub(super) fn read(&self, title: &str, text: &str) -> NoticeReading {
        let known = self
            .rules
            .iter()
            .find_map(|rule| rule.read(self, title, text));
        known.unwrap_or_else(|| self.unknown(title, text))
    }

    /// What to think of words that fit no rule.
    fn unknown(&self, title: &str, text: &str) -> NoticeReading {
        let official = self.titles.contains(&title);
        if words::one_time_code(title, text) {
            return NoticeReading::NotPayment("otp");
        }
        if words::imitates(title, text) {
            // Without a title nobody can tell a receipt from a chat: the forwarder does not send it.
            return if title.is_empty() {
                NoticeReading::UnknownWording
            } else {
                NoticeReading::Imitation
            };
        }
        match self.people {
            // An account that we do not list yet may announce money too: for the owner to judge.
            People::Mostly if !official && !words::incoming_amount(title, text) => {
                NoticeReading::NotPayment("private_chat")
            }
            People::Sometimes if !official && !words::money(title, text) => {
                NoticeReading::NotPayment("private_chat")
            }
            _ => NoticeReading::UnknownWording,
        }
    }
}

/// An expression for the whole of a text, with its short forms written out.
fn whole(expression: &str) -> Option<Regex> {
    let written = expression
        .replace("@A", "(?P<amount>[-+−]?[0-9](?:[0-9.,]*[0-9])?)")
        .replace("@N", "[0-9](?:[0-9.,]*[0-9])?")
        .replace("@Y", "[¥￥]? ?");
    Regex::new(&format!(r"(?s)\A(?:{written})\z")).ok()
}

fn group<'t>(captures: &Captures<'t>, name: &str) -> Option<&'t str> {
    captures
        .name(name)
        .map(|found| found.as_str())
        .filter(|found| !found.is_empty())
}
