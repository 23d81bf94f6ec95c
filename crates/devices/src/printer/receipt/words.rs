//! The words that stand on paper, by language.

use serde::{Deserialize, Serialize};

/// A language that receipts are printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum PaperLanguage {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
}

impl PaperLanguage {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhCn];
}

macro_rules! words {
    ($($word:ident: $english:literal, $chinese:literal;)*) => {
        /// A word on paper.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, reason = "each says itself what it is in the table")]
        pub enum Word { $($word,)* }

        impl Word {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$word,)*];

            /// In a language.
            pub fn text(self, language: PaperLanguage) -> &'static str {
                match (self, language) {
                    $((Self::$word, PaperLanguage::En) => $english,
                      (Self::$word, PaperLanguage::ZhCn) => $chinese,)*
                }
            }
        }
    };
}

words! {
    PaymentTitle: "Payment received", "收款凭条";
    ReportedTitle: "Payment reported", "收款提示单";
    RefundTitle: "Refund", "退款凭条";
    ReportedRefundTitle: "Refund reported", "退款提示单";
    Copy: "COPY", "副本";
    Test: "TEST - no money came", "测试 - 未收款";
    NotGiven: "Amount not given", "金额未注明";
    Reported: "Reported by a phone's notice, not confirmed by the platform", "来自手机通知，平台尚未确认";
    Time: "Time", "时间";
    Platform: "Paid with", "支付方式";
    RefundedBy: "Refunded through", "退款渠道";
    Number: "Today's number", "当日序号";
    Order: "Order", "订单号";
    Collector: "Collected by", "收款人";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_in_every_language() {
        for word in Word::ALL {
            let english = word.text(PaperLanguage::En);
            let chinese = word.text(PaperLanguage::ZhCn);
            assert!(!english.is_empty() && english.is_ascii(), "{word:?}");
            assert!(
                chinese
                    .chars()
                    .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
                "{word:?}"
            );
        }
    }
}
