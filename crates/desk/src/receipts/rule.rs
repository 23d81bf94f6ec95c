//! What is printed without anybody asking: pure.

use crate::{
    ledger::Line,
    settings::{
        Settings,
        printers::{ByItself, Printed},
    },
};
use domain::{Kind, Trust};

/// The rules of all printers in use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules(Vec<(String, ByItself)>);

impl Rules {
    /// Of the settings in force.
    pub fn of(settings: &Settings) -> Self {
        let in_use = settings.printers.iter().filter(|printer| printer.on);
        Self(
            in_use
                .map(|printer| (printer.id.clone(), printer.by_itself))
                .collect(),
        )
    }

    /// The printers that print a payment now that it is known so, and did not as it was known before.
    pub(crate) fn printers<'a>(
        &'a self,
        before: Option<&'a Line>,
        line: &'a Line,
    ) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(_, rule)| wants(rule, line))
            .filter(move |(_, rule)| before.is_none_or(|before| !wants(rule, before)))
            .map(|(printer, _)| printer.as_str())
    }
}

fn wants(rule: &ByItself, line: &Line) -> bool {
    let trusted = rule.payments != Printed::Confirmed || line.trust == Trust::Confirmed;
    let kind = match line.kind {
        Kind::Payment => rule.payments != Printed::Never,
        Kind::Refund => rule.refunds,
    };
    let enough = rule.from.is_none_or(|from| {
        line.amount.is_some_and(|amount| {
            amount.currency() != from.currency() || amount.minor() >= from.minor()
        })
    });
    trusted && kind && enough
}
