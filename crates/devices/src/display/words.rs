//! What displays say to customers, in the customers' languages.
//!
//! They live here and not among the words of the windows: a shop's customers read languages that its clerk does not
//! work in, each display has its own, and the shopkeeper may write every one of them anew.

use serde::{Deserialize, Serialize};

/// The words of one display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename = "DisplayWords"))]
pub struct Words {
    /// When nobody is paying; a line break begins the next row.
    pub idle: String,
    /// Beside an order's sum.
    pub total: String,
    /// Beside what is to be paid.
    pub to_pay: String,
    /// Beside what was paid.
    pub received: String,
    /// Beside what was paid as a phone's notice says it, which nobody has confirmed.
    pub reported: String,
    /// After a payment.
    pub thanks: String,
    /// Beside what the customer gets back.
    pub change: String,
    /// Beside what was given back.
    pub refund: String,
}

/// A language that customers read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(rename = "CustomerLanguage"))]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Chinese in simplified characters.
    #[serde(rename = "zh-CN")]
    ChineseSimplified,
    /// Chinese in traditional characters.
    #[serde(rename = "zh-TW")]
    ChineseTraditional,
    /// Japanese.
    #[serde(rename = "ja")]
    Japanese,
    /// Korean.
    #[serde(rename = "ko")]
    Korean,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
    /// Portuguese as in Brazil.
    #[serde(rename = "pt-BR")]
    Portuguese,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// German.
    #[serde(rename = "de")]
    German,
    /// Italian.
    #[serde(rename = "it")]
    Italian,
    /// Polish.
    #[serde(rename = "pl")]
    Polish,
    /// Russian.
    #[serde(rename = "ru")]
    Russian,
    /// Turkish.
    #[serde(rename = "tr")]
    Turkish,
    /// Indonesian.
    #[serde(rename = "id")]
    Indonesian,
    /// Vietnamese.
    #[serde(rename = "vi")]
    Vietnamese,
}

/// Idle, total, to pay, received, reported, thanks, change, refund.
type Row = [&'static str; 8];

#[rustfmt::skip]
const TABLE: [(Language, Row); 15] = [
    (Language::English, ["Welcome", "Total", "To pay", "Received", "Reported", "Thank you", "Change", "Refund"]),
    (Language::ChineseSimplified, ["欢迎光临", "合计", "应付", "已收款", "通知到账", "谢谢惠顾", "找零", "退款"]),
    (Language::ChineseTraditional, ["歡迎光臨", "合計", "應付", "已收款", "通知到帳", "謝謝惠顧", "找零", "退款"]),
    (Language::Japanese, ["いらっしゃいませ", "合計", "お支払い", "領収", "通知あり", "ありがとうございます", "お釣り", "返金"]),
    (Language::Korean, ["어서 오세요", "합계", "결제 금액", "결제 완료", "결제 알림", "감사합니다", "거스름돈", "환불"]),
    (Language::Spanish, ["Bienvenidos", "Total", "A pagar", "Recibido", "Avisado", "Gracias", "Cambio", "Devuelto"]),
    (Language::Portuguese, ["Bem-vindo", "Total", "A pagar", "Recebido", "Avisado", "Obrigado", "Troco", "Devolvido"]),
    (Language::French, ["Bienvenue", "Total", "À payer", "Reçu", "Signalé", "Merci", "Monnaie", "Remboursé"]),
    (Language::German, ["Willkommen", "Summe", "Zu zahlen", "Erhalten", "Gemeldet", "Vielen Dank", "Rückgeld", "Erstattet"]),
    (Language::Italian, ["Benvenuti", "Totale", "Da pagare", "Ricevuto", "Segnalato", "Grazie", "Resto", "Rimborso"]),
    (Language::Polish, ["Witamy", "Razem", "Do zapłaty", "Otrzymano", "Zgłoszono", "Dziękujemy", "Reszta", "Zwrot"]),
    (Language::Russian, ["Добро пожаловать", "Итого", "К оплате", "Получено", "Сообщено", "Спасибо", "Сдача", "Возврат"]),
    (Language::Turkish, ["Hoş geldiniz", "Toplam", "Ödenecek", "Alındı", "Bildirildi", "Teşekkürler", "Para üstü", "İade"]),
    (Language::Indonesian, ["Selamat datang", "Total", "Bayar", "Diterima", "Dilaporkan", "Terima kasih", "Kembali", "Refund"]),
    (Language::Vietnamese, ["Xin chào", "Tổng", "Phải trả", "Đã nhận", "Đã báo", "Cảm ơn", "Tiền thừa", "Hoàn tiền"]),
];

impl Language {
    /// Every language, for lists to choose from.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(language, _)| *language)
    }

    /// The words to start with.
    pub fn words(self) -> Words {
        let row = TABLE.iter().find(|(language, _)| *language == self);
        let [
            idle,
            total,
            to_pay,
            received,
            reported,
            thanks,
            change,
            refund,
        ] = row.map_or(TABLE[0].1, |(_, row)| *row).map(str::to_owned);
        Words {
            idle,
            total,
            to_pay,
            received,
            reported,
            thanks,
            change,
            refund,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::CodePage;

    #[test]
    fn every_language_fits_the_usual_display() {
        for language in Language::all() {
            let (_, row) = TABLE
                .iter()
                .find(|(other, _)| *other == language)
                .expect("listed");
            for (word, most) in row.iter().zip([20, 10, 10, 10, 10, 20, 10, 10]) {
                let page = match language {
                    Language::ChineseSimplified => CodePage::Gb18030,
                    Language::ChineseTraditional => CodePage::Big5,
                    Language::Japanese => CodePage::ShiftJis,
                    Language::Korean => CodePage::EucKr,
                    Language::Russian => CodePage::Cp866,
                    // What no single page has is written without its marks.
                    _ => CodePage::Ascii,
                };
                let bytes = page.encode(word, 40);
                assert!(
                    !bytes.is_empty() && bytes.len() <= most,
                    "{language:?} {word}: {} cells",
                    bytes.len()
                );
            }
        }
    }
}
