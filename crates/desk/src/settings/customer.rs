//! What the customer is shown, on displays and on the customers' own screen, and what may be in that.

use super::{Theme, displays::DisplayTexts};
use crate::customer::pictures::is_id;
use devices::display::{Qr, words::Language};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest name of whoever is paid, in characters.
const PAYEE_MAX: usize = 60;
/// The longest text while nobody is paying, in characters and in lines.
const IDLE_MAX: (usize, usize) = (200, 4);

/// So many pictures are shown in turn at most.
pub(crate) const PICTURES_MAX: usize = 20;

/// What the customer is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct CustomerSettings {
    /// How many seconds a payment is shown to the customer, 3 to 60.
    pub received_seconds: u16,
    /// What the shop's own payment code says; `None`: there is none to show.
    pub code: Option<String>,
    /// Who is paid by it, in words.
    pub payee: Option<String>,
    /// The customers' window is shown, where there is a monitor for it.
    pub on: bool,
    /// Its monitor, by name; `None`: the one that is surely not the clerk's.
    pub monitor: Option<String>,
    /// The language of its words; `None`: as the windows.
    pub language: Option<Language>,
    /// Its colours; `None`: as the windows.
    pub theme: Option<Theme>,
    /// Who paid is shown to whoever stands there.
    pub show_payer: bool,
    /// The owner's words while nobody is paying; empty: a greeting.
    pub idle: String,
    /// The owner's other words.
    pub texts: DisplayTexts,
    /// The time of day stands there while nobody is paying.
    pub clock: bool,
    /// The owner's pictures, shown in turn while nobody is paying: names that the app gave them.
    pub pictures: Vec<String>,
    /// How many seconds each of them is shown, 5 to 120.
    pub picture_seconds: u16,
}

impl Default for CustomerSettings {
    fn default() -> Self {
        Self {
            received_seconds: 8,
            code: None,
            payee: None,
            on: false,
            monitor: None,
            language: None,
            theme: None,
            show_payer: false,
            idle: String::new(),
            texts: DisplayTexts::default(),
            clock: true,
            pictures: Vec::new(),
            picture_seconds: 12,
        }
    }
}

impl CustomerSettings {
    /// The shop's own code to pay with, where there is one.
    pub fn qr(&self) -> Option<Qr> {
        let payee = self.payee.as_deref().unwrap_or_default();
        Qr::new(self.code.as_deref()?, payee)
    }

    /// The field that cannot be used.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let payee = |payee: &String| {
            (1..=PAYEE_MAX).contains(&payee.trim().chars().count())
                && !payee.chars().any(char::is_control)
        };
        let idle = |text: &str| {
            text.chars().count() <= IDLE_MAX.0
                && text.lines().count() <= IDLE_MAX.1
                && !text.chars().any(|c| c.is_control() && c != '\n')
        };
        let pictures = || {
            let several = self.pictures.iter().collect::<BTreeSet<_>>();
            several.len() == self.pictures.len()
                && self.pictures.len() <= PICTURES_MAX
                && self.pictures.iter().all(|id| is_id(id))
        };
        let fields = [
            (
                "customer.received_seconds",
                (3..=60).contains(&self.received_seconds),
            ),
            (
                "customer.code",
                self.code.is_none()
                    || Qr::new(self.code.as_deref().unwrap_or_default(), "").is_some(),
            ),
            ("customer.payee", self.payee.as_ref().is_none_or(payee)),
            ("customer.monitor", super::short(&self.monitor)),
            ("customer.idle", idle(&self.idle)),
            ("customer.texts", self.texts.are_good()),
            ("customer.pictures", pictures()),
            (
                "customer.picture_seconds",
                (5..=120).contains(&self.picture_seconds),
            ),
        ];
        fields
            .into_iter()
            .find(|(_, good)| !good)
            .map(|(field, _)| field)
    }
}
