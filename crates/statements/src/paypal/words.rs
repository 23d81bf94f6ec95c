//! PayPal's words: the names of columns, types and states. Those that are not English were collected from files of others
//! and are not verified; what is not known is shown, never dropped.

use crate::row::{RowKind, RowState};
use jiff::tz::Offset;

/// The columns that are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    Date,
    Time,
    Zone,
    Name,
    Type,
    Status,
    Currency,
    Gross,
    Fee,
    Net,
    Transaction,
    Reference,
    Invoice,
    Custom,
    Title,
    Subject,
    Note,
    Impact,
}

/// Their names, in the order of [`Column`]: English first, then German, French, Spanish, Portuguese, Italian, Dutch,
/// Chinese (not verified).
pub(super) const COLUMNS: [&[&str]; 18] = [
    &["Date", "Datum", "Fecha", "Data", "日期"],
    &["Time", "Uhrzeit", "Heure", "Hora", "Ora", "Tijd", "时间"],
    &[
        "TimeZone",
        "Time Zone",
        "Zeitzone",
        "Fuseau horaire",
        "Zona horaria",
        "Fuso horário",
        "Fuso orario",
        "Tijdzone",
        "时区",
    ],
    &["Name", "Nom", "Nombre", "Nome", "Naam", "姓名", "名称"],
    &["Type", "Typ", "Tipo", "类型"],
    &["Status", "État", "Estado", "Stato", "状态"],
    &[
        "Currency", "Währung", "Devise", "Divisa", "Moeda", "Valuta", "币种", "货币",
    ],
    &[
        "Gross",
        "Amount",
        "Brutto",
        "Avant commission",
        "Brut",
        "Bruto",
        "Importe bruto",
        "Lordo",
        "总额",
    ],
    &[
        "Fee",
        "Fees",
        "Gebühr",
        "Entgelt",
        "Commission",
        "Comisión",
        "Tarifa",
        "Tariffa",
        "Kosten",
        "费用",
        "手续费",
    ],
    &[
        "Net",
        "Total",
        "Netto",
        "Net de commission",
        "Neto",
        "Líquido",
        "净额",
    ],
    &[
        "Transaction ID",
        "Transaktionscode",
        "Transaktions-ID",
        "Numéro de transaction",
        "Id. de transacción",
        "ID da transação",
        "Codice transazione",
        "Transactiereferentie",
        "交易号",
    ],
    &[
        "Reference Txn ID",
        "Zugehöriger Transaktionscode",
        "Numéro de la transaction de référence",
        "Id. de transacción de referencia",
        "ID de referência da transação",
        "Codice transazione di riferimento",
        "参考交易号",
    ],
    &[
        "Invoice Number",
        "Rechnungsnummer",
        "Numéro de facture",
        "Número de factura",
        "Número da fatura",
        "Numero fattura",
        "账单号",
    ],
    &[
        "Custom Number",
        "Individueller Schlüssel",
        "Numéro de client",
        "Número personalizado",
        "自定义号码",
    ],
    &[
        "Item Title",
        "Artikelbezeichnung",
        "Titre de l'objet",
        "Título del artículo",
        "Título do item",
        "物品名称",
    ],
    &["Subject", "Betreff", "Objet", "Asunto", "Assunto"],
    &["Note", "Hinweis", "Remarque", "Nota"],
    &[
        "Balance Impact",
        "Auswirkung auf Guthaben",
        "Impact sur le solde",
        "Impacto en el saldo",
        "Impacto no saldo",
    ],
];

/// Zones whose accounts write the month first.
pub(super) const AMERICAN: [&str; 8] = ["PST", "PDT", "MST", "MDT", "CST", "CDT", "EST", "EDT"];

/// What types say: words of which one stands in the type, and what a row is that comes in, or goes out. The first line
/// that fits counts. In English; of other languages only what is told by one word.
const TYPES: [(&[&str], RowKind, RowKind); 8] = [
    (
        &[
            "conversion",
            "währungsumrechnung",
            "conversión",
            "conversão",
            "wisselkoers",
        ],
        RowKind::Other,
        RowKind::Other,
    ),
    (
        &[
            "chargeback",
            "payment reversal",
            "rückbuchung",
            "rétrofacturation",
            "contracargo",
        ],
        RowKind::Chargeback,
        RowKind::Chargeback,
    ),
    (
        &[
            "hold",
            "reserve",
            "authorization",
            "authorisation",
            "autorisierung",
            "einbehalt",
        ],
        RowKind::Other,
        RowKind::Other,
    ),
    // What a seller pays back to the shop is no refund of ours.
    (
        &[
            "refund",
            "rückzahlung",
            "remboursement",
            "reembolso",
            "rimborso",
            "terugbetaling",
            "退款",
        ],
        RowKind::Other,
        RowKind::Refund,
    ),
    (
        &[
            "withdrawal",
            "transfer to bank",
            "abbuchung auf bankkonto",
            "virement",
            "retirada",
            "prelievo",
            "提现",
        ],
        RowKind::Payout,
        RowKind::Payout,
    ),
    (
        &[
            "fee",
            "gebühr",
            "commission",
            "comisión",
            "tarifa",
            "手续费",
        ],
        RowKind::Fee,
        RowKind::Fee,
    ),
    (
        &[
            "payment",
            "checkout",
            "zahlung",
            "paiement",
            "pago",
            "pagamento",
            "betaling",
            "付款",
        ],
        RowKind::Payment,
        RowKind::Other,
    ),
    (
        &[
            "deposit",
            "transfer",
            "bonus",
            "credit",
            "adjustment",
            "reversal",
        ],
        RowKind::Other,
        RowKind::Other,
    ),
];

/// What a type says, and whether anybody here knows it.
pub(super) fn kind(text: &str, comes_in: bool) -> (RowKind, bool) {
    let text = text.to_lowercase();
    let fits = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match TYPES.iter().find(|(words, ..)| fits(words)) {
        Some((_, comes, _)) if comes_in => (*comes, true),
        Some((.., goes)) => (*goes, true),
        None => (RowKind::Other, false),
    }
}

/// What a state says.
pub(super) fn state(text: &str) -> RowState {
    match text.to_lowercase().as_str() {
        "completed" | "refunded" | "partially refunded" | "cleared" | "reversed"
        | "abgeschlossen" | "terminé" | "completado" | "concluído" | "completato" | "voltooid"
        | "已完成" => RowState::Done,
        "pending" | "processing" | "held" | "unclaimed" | "uncleared" | "ausstehend"
        | "en attente" | "pendiente" | "pendente" | "in sospeso" | "处理中" => RowState::Pending,
        "denied" | "failed" | "canceled" | "cancelled" | "voided" | "expired" | "removed"
        | "declined" | "storniert" | "abgelehnt" | "annulé" | "refusé" | "已取消" => {
            RowState::Failed
        }
        _ => RowState::Unknown,
    }
}

/// The offset of a zone by its abbreviation, which follows summer time. Some mean several: the shop's own zone decides.
pub(super) fn offset(zone: &str, shop: &str) -> Option<Offset> {
    let zone = zone.trim().to_ascii_uppercase();
    if let Some(written) = zone
        .strip_prefix("GMT")
        .or_else(|| zone.strip_prefix("UTC"))
    {
        return written_offset(written);
    }
    let in_asia = |cities: &[&str]| cities.iter().any(|city| shop.ends_with(city));
    let minutes = match zone.as_str() {
        "WET" | "Z" => 0,
        "BST" if in_asia(&["Dhaka"]) => 360,
        "IST" if in_asia(&["Kolkata", "Calcutta"]) => 330,
        "IST" if in_asia(&["Jerusalem", "Tel_Aviv"]) => 120,
        "CST" | "CDT" if in_asia(&["Shanghai", "Taipei", "Macau", "Chongqing"]) => 480,
        "BST" | "IST" | "WEST" | "CET" => 60,
        "CEST" | "EET" | "SAST" | "IDT" => 120 + if zone == "IDT" { 60 } else { 0 },
        "EEST" | "MSK" | "TRT" => 180,
        "HKT" | "SGT" | "PHT" | "AWST" | "MYT" => 480,
        "JST" | "KST" => 540,
        "AEST" => 600,
        "AEDT" => 660,
        "ACST" => 570,
        "ACDT" => 630,
        "NZST" => 720,
        "NZDT" => 780,
        "BRT" => -180,
        "ADT" => -180,
        "AST" | "EDT" => -240,
        "EST" | "CDT" => -300,
        "CST" | "MDT" => -360,
        "MST" | "PDT" => -420,
        "PST" | "AKDT" => -480,
        "AKST" => -540,
        "HST" => -600,
        _ => return None,
    };
    Offset::from_seconds(minutes * 60).ok()
}

/// `+08:00`, `-3`, or nothing.
fn written_offset(text: &str) -> Option<Offset> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
    let hours: i32 = hours.parse().ok().filter(|h| (0..=14).contains(h))?;
    let minutes: i32 = minutes.parse().ok().filter(|m| (0..60).contains(m))?;
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}
