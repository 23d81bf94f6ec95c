//! WeChat Pay v2: flat XML, signed over its sorted fields.

use super::{Letter, Sale, beijing};
use domain::{Secret, SourceConfig};
use md5::{Digest, Md5};
use std::collections::BTreeMap;

/// A merchant account of the older interface.
#[derive(Debug, Clone)]
pub struct WechatV2 {
    mch_id: String,
    api_v2_key: String,
}

impl Default for WechatV2 {
    fn default() -> Self {
        Self {
            mch_id: "10000100".to_owned(),
            api_v2_key: "192006250b4c09247ec02edce69f6a2d".to_owned(),
        }
    }
}

impl WechatV2 {
    /// What the owner enters for this account.
    pub fn config(&self) -> SourceConfig {
        SourceConfig::WechatV2 {
            mch_id: self.mch_id.clone(),
            appid: Some("wx2421b1c4370ec43b".to_owned()),
            api_v2_key: Secret::new(&*self.api_v2_key),
        }
    }

    /// The customer paid; signed with MD5, or with HMAC-SHA256.
    pub fn payment(&self, sale: &Sale, hmac: bool) -> Letter {
        let (order, minor) = (sale.order(), sale.minor.to_string());
        let transaction = format!("4200002469{:018}", sale.number);
        let time_end = beijing(sale.paid_at).strftime("%Y%m%d%H%M%S").to_string();
        let mut fields = BTreeMap::from([
            ("appid", "wx2421b1c4370ec43b"),
            ("bank_type", "CFT"),
            ("cash_fee", &minor),
            ("fee_type", "CNY"),
            ("is_subscribe", "N"),
            ("mch_id", &self.mch_id),
            ("nonce_str", "5d2b6c2a8db53831f7eda20af46e531c"),
            ("openid", "oUpF8uMEb4qRXf22hE3X68TekukE"),
            ("out_trade_no", &order),
            ("result_code", "SUCCESS"),
            ("return_code", "SUCCESS"),
            ("time_end", &time_end),
            ("total_fee", &minor),
            ("trade_type", "NATIVE"),
            ("transaction_id", &transaction),
        ]);
        if hmac {
            fields.insert("sign_type", "HMAC-SHA256");
        }
        let sign = self.sign(&fields, hmac);
        fields.insert("sign", &sign);
        let inner: String = fields
            .iter()
            .map(|(name, value)| format!("<{name}><![CDATA[{value}]]></{name}>"))
            .collect();
        Letter {
            method: "POST",
            headers: vec![("content-type", "text/xml".to_owned())],
            body: format!("<xml>{inner}</xml>").into_bytes(),
            ..Letter::default()
        }
    }

    fn sign(&self, fields: &BTreeMap<&str, &str>, hmac: bool) -> String {
        let joined: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let text = format!("{}&key={}", joined.join("&"), self.api_v2_key);
        if hmac {
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, self.api_v2_key.as_bytes());
            return hex::encode_upper(ring::hmac::sign(&key, text.as_bytes()));
        }
        hex::encode_upper(Md5::digest(text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_like_the_official_example() {
        let fields = BTreeMap::from([
            ("appid", "wxd930ea5d5a258f4f"),
            ("body", "test"),
            ("device_info", "1000"),
            ("mch_id", "10000100"),
            ("nonce_str", "ibuaiVcKdpRxkhJA"),
        ]);
        let account = WechatV2::default();
        assert_eq!(
            account.sign(&fields, false),
            "9A0A8659F005D6984697E2CA0A9CF3B7"
        );
        assert_eq!(
            account.sign(&fields, true),
            "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6"
        );
    }
}
