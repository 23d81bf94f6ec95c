//! One entry of a camt file: a row, or as many as the payments that its batch tells one by one.

use super::tree::Node;
use crate::{
    amount,
    bank::{self, at_time, long_text, reference},
    reading::Fault,
    row::{Ids, Precision, Row, RowKind, RowState, When},
};
use domain::{Currency, Money};
use jiff::tz::TimeZone;

/// A line of free text is cut at so many characters and goes on in the next.
const LINE: usize = 140;

/// What is known where an entry is read.
pub(super) struct Told<'f> {
    pub(super) line: u32,
    pub(super) account: Option<&'f str>,
    pub(super) zone: &'f TimeZone,
    pub(super) currency: Currency,
}

/// What became of an entry.
pub(super) struct Entry {
    pub(super) rows: Vec<Row>,
    pub(super) state: RowState,
    /// What it moved.
    pub(super) signed: i64,
    pub(super) currency: Currency,
    /// What the entry says and what its parts come to, where these differ.
    pub(super) parts_differ: Option<(i64, i64)>,
}

/// An amount with its currency; the account's where it has none.
pub(super) fn money(node: &Node, currency: Currency) -> Result<Money, Fault> {
    let currency = match &node.currency {
        Some(code) => Currency::new(code).ok_or(Fault::Currency)?,
        None => currency,
    };
    let minor = amount::minor(&node.text, currency).map_err(|_| Fault::Amount)?;
    bank::money(minor, currency)
}

/// An entry that cannot be read, for a person.
pub(super) fn describe(node: &Node) -> String {
    let paths: [&[&str]; 5] = [
        &["Amt"],
        &["CdtDbtInd"],
        &["BookgDt", "Dt"],
        &["AcctSvcrRef"],
        &["AddtlNtryInf"],
    ];
    let words: Vec<&str> = paths.iter().map(|path| node.text_at(path)).collect();
    words.join(" ")
}

/// An entry's date or time.
fn when(node: &Node, names: &[&str], zone: &TimeZone) -> Option<When> {
    names.iter().find_map(|name| {
        let text = |kind: &str| node.text_at(&[name, kind]);
        at_time(text("DtTm"), zone).or_else(|| at_time(text("Dt"), zone))
    })
}

/// What the whole entry says of each of its rows.
struct Common<'n> {
    node: &'n Node,
    amount: Money,
    comes_in: bool,
    reversal: bool,
    state: RowState,
    booked: When,
    bank_reference: Option<String>,
}

impl Told<'_> {
    pub(super) fn entry(&self, node: &Node) -> Result<Entry, Fault> {
        let amount = money(node.child("Amt").ok_or(Fault::Amount)?, self.currency)?;
        let own = [node.text_at(&["AcctSvcrRef"]), node.text_at(&["NtryRef"])];
        let common = Common {
            node,
            amount,
            comes_in: direction(node).ok_or(Fault::Cells)?,
            reversal: matches!(node.text_at(&["RvslInd"]), "true" | "1"),
            state: state(node),
            booked: when(node, &["BookgDt", "ValDt"], self.zone).ok_or(Fault::Time)?,
            bank_reference: own.into_iter().find_map(reference),
        };
        let parts: Vec<&Node> = node
            .all("NtryDtls")
            .flat_map(|details| details.all("TxDtls"))
            .collect();
        let amounts: Option<Vec<Money>> = parts.iter().map(|p| self.part_amount(p)).collect();
        let signed = bank::signed(common.amount, common.comes_in);
        let mut entry = Entry {
            rows: Vec::new(),
            state: common.state,
            signed,
            currency: amount.currency(),
            parts_differ: None,
        };
        match amounts.filter(|all| all.len() > 1) {
            Some(amounts) => {
                let mut sum = 0_i64;
                for (i, (part, amount)) in parts.iter().zip(amounts).enumerate() {
                    let comes_in = direction(part).unwrap_or(common.comes_in);
                    sum = sum.saturating_add(bank::signed(amount, comes_in));
                    entry
                        .rows
                        .push(self.row(&common, Some(part), amount, comes_in, i));
                }
                entry.parts_differ = (sum != signed).then_some((signed, sum));
            }
            // A batch that does not tell its payments is one row.
            None => {
                let only = parts.first().filter(|_| parts.len() == 1);
                let row = self.row(&common, only.copied(), amount, common.comes_in, 0);
                entry.rows.push(row);
            }
        }
        Ok(entry)
    }

    /// The amount of one payment of a batch, in the entry's currency.
    fn part_amount(&self, part: &Node) -> Option<Money> {
        let direct = part.child("Amt");
        let node = direct.or_else(|| part.at(&["AmtDtls", "TxAmt", "Amt"]))?;
        money(node, self.currency)
            .ok()
            .filter(|amount| amount.currency() == self.currency)
    }

    fn row(
        &self,
        common: &Common<'_>,
        part: Option<&Node>,
        moved: Money,
        comes_in: bool,
        index: usize,
    ) -> Row {
        let node = part.unwrap_or(common.node);
        let charged = charged(common, part, moved);
        let amount = charged.map_or(moved, |(amount, _)| amount);
        // Many banks tell a payment's own time beside the booking's date.
        let paid = part.and_then(|p| when_paid(p, self.zone));
        let refs = |name: &str| reference(node.text_at(&["Refs", name]));
        let transaction = refs("TxId")
            .or_else(|| refs("UETR"))
            .or_else(|| refs("AcctSvcrRef"))
            .or_else(|| common.bank_reference.clone());
        let structured = structured(node);
        let end_to_end = refs("EndToEndId");
        let mut text = text(node);
        if let (Some(_), Some(own)) = (&end_to_end, &structured) {
            text = format!("{own} {text}");
        }
        if text.trim().is_empty() {
            text = common.node.text_at(&["AddtlNtryInf"]).to_owned();
        }
        let kind = kind(common, part, comes_in);
        let day =
            bank::date_of(common.booked.at, self.zone).map_or_else(String::new, |d| d.to_string());
        let own = refs("AcctSvcrRef")
            .or_else(|| refs("TxId"))
            .or_else(|| end_to_end.clone());
        let key = [
            self.account.unwrap_or_default(),
            common.bank_reference.as_deref().unwrap_or_default(),
            &day,
            &moved.decimal(),
            if comes_in { "C" } else { "D" },
            // The same batch in another file has the same parts in the same order.
            own.as_deref()
                .filter(|_| part.is_some())
                .unwrap_or_default(),
            &if index > 0 {
                index.to_string()
            } else {
                String::new()
            },
        ]
        .join("|");
        Row {
            line: self.line,
            key,
            kind,
            state: common.state,
            ids: Ids {
                order: end_to_end.or(structured),
                transaction,
                ..Ids::default()
            },
            amount,
            fee: charged.map(|(_, fee)| fee),
            net: Some(bank::signed(moved, comes_in)),
            settled_in: None,
            when: paid.unwrap_or(common.booked),
            settled_at: paid.map(|_| common.booked.at),
            batch: None,
            party: party(node, comes_in),
            text: long_text(&text),
        }
    }
}

fn direction(node: &Node) -> Option<bool> {
    match node.text_at(&["CdtDbtInd"]) {
        "CRDT" => Some(true),
        "DBIT" => Some(false),
        _ => None,
    }
}

/// Only what is booked is money. Earlier versions write the code as the element's text.
fn state(node: &Node) -> RowState {
    let code = [node.text_at(&["Sts", "Cd"]), node.text_at(&["Sts"])];
    match code.into_iter().find(|code| !code.is_empty()) {
        Some("BOOK") | None => RowState::Done,
        Some("PDNG" | "FUTR") => RowState::Pending,
        Some("INFO") => RowState::Failed,
        Some(_) => RowState::Unknown,
    }
}

/// What the entry's codes say that it is. Money in is a payment unless they say otherwise; money out is the shop's own
/// affair unless it is a fee, a reversal, or a direct debit that came back.
fn kind(common: &Common<'_>, part: Option<&Node>, comes_in: bool) -> RowKind {
    let code = |name: &[&str]| {
        let of = |node: &Node| {
            let path: Vec<&str> = ["BkTxCd", "Domn"].iter().chain(name).copied().collect();
            node.text_at(&path).to_owned()
        };
        let own = part.map(of).unwrap_or_default();
        if own.is_empty() { of(common.node) } else { own }
    };
    let (domain, family) = (code(&["Cd"]), code(&["Fmly", "Cd"]));
    let sub = code(&["Fmly", "SubFmlyCd"]);
    if common.reversal {
        return if comes_in {
            RowKind::Other
        } else {
            RowKind::Reversal
        };
    }
    match (sub.as_str(), comes_in) {
        ("CHRG" | "COMM" | "FEES" | "COMT", _) => return RowKind::Fee,
        ("INTR", _) => return RowKind::Other,
        ("UPDD" | "PRDD" | "RPCR" | "RRTN", false) if family == "IDDT" || family == "RDDT" => {
            return RowKind::Chargeback;
        }
        ("RRTN" | "RPCR", true) => return RowKind::Other,
        _ => {}
    }
    let is_payment = matches!(domain.as_str(), "" | "PMNT");
    let is_own = matches!(family.as_str(), "ICDT" | "CNTR" | "CUST");
    if comes_in && (!is_payment || is_own) {
        return RowKind::Other;
    }
    bank::plain_kind(comes_in)
}

/// When the customer's bank took the payment, where the file says so to the second.
fn when_paid(part: &Node, zone: &TimeZone) -> Option<When> {
    ["AccptncDtTm", "TxDtTm"]
        .iter()
        .find_map(|name| at_time(part.text_at(&["RltdDts", name]), zone))
        .filter(|when| when.precision != Precision::Day)
}

/// Where charges were taken out of what the customer paid: that amount, and the charges. Charges that were booked on
/// their own are an entry of their own.
fn charged(common: &Common<'_>, part: Option<&Node>, moved: Money) -> Option<(Money, i64)> {
    let of_part = part.and_then(|part| part.child("Chrgs"));
    let charges = of_part.or_else(|| common.node.child("Chrgs"))?;
    let records: Vec<&Node> = charges.all("Rcrd").collect();
    // In version 02 the element is the record itself.
    let records = if records.is_empty() {
        vec![charges]
    } else {
        records
    };
    let (mut fee, mut included) = (0_i64, false);
    for record in records {
        let amount = money(record.child("Amt")?, moved.currency()).ok()?;
        if amount.currency() != moved.currency() {
            return None;
        }
        let charge = bank::signed(amount, record.text_at(&["CdtDbtInd"]) != "CRDT");
        fee = fee.saturating_add(charge);
        included |= matches!(record.text_at(&["ChrgInclInd"]), "true" | "1");
    }
    let gross = Money::new(moved.minor().saturating_add(fee), moved.currency())?;
    let instructed = part
        .and_then(|part| part.at(&["AmtDtls", "InstdAmt", "Amt"]))
        .and_then(|node| money(node, moved.currency()).ok());
    let agrees = instructed.map_or(included, |paid| paid == gross);
    (agrees && gross.minor() > 0).then_some((gross, fee))
}

fn structured(node: &Node) -> Option<String> {
    node.child("RmtInf")?
        .all("Strd")
        .find_map(|one| reference(one.text_at(&["CdtrRefInf", "Ref"])))
}

/// The free text: lines that are full go on in the next without a blank.
fn text(node: &Node) -> String {
    let mut joined = String::new();
    let mut full = true;
    for line in node
        .child("RmtInf")
        .into_iter()
        .flat_map(|info| info.all("Ustrd"))
    {
        if !full {
            joined.push(' ');
        }
        joined.push_str(&line.text);
        full = line.text.chars().count() >= LINE;
    }
    joined
}

/// Who paid or was paid. Newer versions put one more element between.
fn party(node: &Node, comes_in: bool) -> Option<String> {
    let other = if comes_in { "Dbtr" } else { "Cdtr" };
    let paths: [&[&str]; 2] = [
        &["RltdPties", other, "Nm"],
        &["RltdPties", other, "Pty", "Nm"],
    ];
    paths.iter().find_map(|path| long_text(node.text_at(path)))
}
