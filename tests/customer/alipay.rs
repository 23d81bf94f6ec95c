//! Alipay: forms signed with RSA2 over their sorted fields.

use super::{Letter, Sale, beijing, keys, yuan};
use domain::{SourceConfig, Timestamp};
use std::collections::BTreeMap;

/// An app at Alipay's open platform.
#[derive(Debug, Clone)]
pub struct Alipay {
    app_id: String,
    seller_id: String,
}

impl Default for Alipay {
    fn default() -> Self {
        Self {
            app_id: "2021000000000001".to_owned(),
            seller_id: "2088000000000001".to_owned(),
        }
    }
}

impl Alipay {
    /// What the owner enters for this app.
    pub fn config(&self) -> SourceConfig {
        SourceConfig::Alipay {
            app_id: self.app_id.clone(),
            seller_id: Some(self.seller_id.clone()),
            alipay_public_key: keys::PUBLIC.to_owned(),
            allow_rsa1: false,
        }
    }

    /// The customer paid: `TRADE_SUCCESS`.
    pub fn payment(&self, sale: &Sale, now: Timestamp) -> Letter {
        form(self.trade(sale, now, sale.number * 100))
    }

    /// Part of it went back. Alipay says `TRADE_SUCCESS` again, with the *total* refunded so far.
    pub fn refund(&self, sale: &Sale, so_far_minor: i64, times: u64, now: Timestamp) -> Letter {
        let mut fields = self.trade(sale, now, sale.number * 100 + times);
        fields.insert(
            "gmt_refund",
            beijing(now).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string(),
        );
        fields.insert("refund_fee", yuan(so_far_minor));
        fields.insert("out_biz_no", format!("RF{:016}{times:02}", sale.number));
        form(fields)
    }

    fn trade(&self, sale: &Sale, now: Timestamp, notify: u64) -> BTreeMap<&'static str, String> {
        let clock = |at: Timestamp| beijing(at).strftime("%Y-%m-%d %H:%M:%S").to_string();
        let text = str::to_owned;
        BTreeMap::from([
            ("app_id", self.app_id.clone()),
            ("auth_app_id", self.app_id.clone()),
            ("buyer_logon_id", text("138****1234")),
            (
                "buyer_open_id",
                text("074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"),
            ),
            ("buyer_pay_amount", sale.yuan()),
            ("charset", text("utf-8")),
            (
                "fund_bill_list",
                format!(
                    "[{{\"amount\":\"{}\",\"fundChannel\":\"ALIPAYACCOUNT\"}}]",
                    sale.yuan()
                ),
            ),
            ("gmt_create", clock(sale.paid_at)),
            ("gmt_payment", clock(sale.paid_at)),
            ("invoice_amount", sale.yuan()),
            ("notify_id", format!("2026050101222{notify:021}")),
            ("notify_time", clock(now)),
            ("notify_type", text("trade_status_sync")),
            ("out_trade_no", sale.order()),
            ("point_amount", text("0.00")),
            ("receipt_amount", sale.yuan()),
            ("seller_email", text("shop@example.com")),
            ("seller_id", self.seller_id.clone()),
            ("subject", text("红茶+蛋糕 A&B 50%")),
            ("total_amount", sale.yuan()),
            ("trade_no", format!("2026050122{:018}", sale.number)),
            ("trade_status", text("TRADE_SUCCESS")),
            ("version", text("1.0")),
        ])
    }
}

/// Signs the fields and sends them as a form.
fn form(fields: BTreeMap<&'static str, String>) -> Letter {
    let joined: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let sign = keys::sign(joined.join("&").as_bytes());
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .append_pair("sign", &sign)
        .append_pair("sign_type", "RSA2")
        .finish();
    Letter {
        method: "POST",
        headers: vec![(
            "content-type",
            "application/x-www-form-urlencoded; charset=utf-8".to_owned(),
        )],
        body: body.into_bytes(),
        ..Letter::default()
    }
}
