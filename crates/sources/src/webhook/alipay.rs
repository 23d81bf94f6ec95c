//! Alipay's asynchronous notifications: a form whose fields are signed sorted by name, in the sender's charset.

use super::form::Form;
use super::{
    beijing, ignored, money, number, optional_number, order, reply, signed_news, strangers_text,
};
use crate::signature::{Digest, RsaKey};
use crate::{Delivery, Reading, Refusal, Reply};
use domain::{Currency, Kind, Money, News, Platform, SourceId, SourceKind};
use encoding_rs::{Encoding, UTF_8};

const SECONDS: &str = "%Y-%m-%d %H:%M:%S";

/// One account.
pub(crate) struct Alipay {
    app_id: String,
    seller_id: Option<String>,
    key: Option<RsaKey>,
    allow_rsa1: bool,
}

impl Alipay {
    pub(crate) fn new(
        app_id: &str,
        seller_id: Option<&str>,
        alipay_public_key: &str,
        allow_rsa1: bool,
    ) -> Self {
        Self {
            app_id: app_id.trim().to_owned(),
            seller_id: seller_id
                .map(str::trim)
                .filter(|id| !id.is_empty())
                .map(str::to_owned),
            key: RsaKey::from_text(alipay_public_key),
            allow_rsa1,
        }
    }

    pub(crate) fn unusable_field(&self) -> Option<&'static str> {
        if self.app_id.is_empty() {
            return Some("app_id");
        }
        self.key.is_none().then_some("alipay_public_key")
    }

    pub(crate) fn read(
        &self,
        source: &SourceId,
        delivery: &Delivery<'_>,
    ) -> Result<Reading, Refusal> {
        let form = Form::parse(delivery.body)?;
        self.verify(&form)?;
        self.check_merchant(&form)?;
        let status = form.text("trade_status").unwrap_or_default();
        let refunded = form
            .text("refund_fee")
            .map(yuan)
            .transpose()?
            .filter(|fee| fee.minor() > 0);
        match (status, refunded) {
            // A partial refund comes as TRADE_SUCCESS again, a full one as TRADE_CLOSED, so the status alone does
            // not mean new money.
            ("TRADE_SUCCESS" | "TRADE_FINISHED" | "TRADE_CLOSED", Some(total)) => {
                refund(source, &form, total)
            }
            ("TRADE_SUCCESS" | "TRADE_FINISHED", None) if form.bytes("gmt_refund").is_some() => {
                Err(Refusal::Malformed("a refund without its amount"))
            }
            ("TRADE_SUCCESS" | "TRADE_FINISHED", None) => payment(source, &form),
            ("TRADE_CLOSED", None) => Ok(ignored("a trade that was never paid", taken())),
            ("WAIT_BUYER_PAY", _) => Ok(ignored("a trade that is not paid yet", taken())),
            _ => Ok(ignored("another kind of notification", taken())),
        }
    }

    fn verify(&self, form: &Form) -> Result<(), Refusal> {
        let signature = form.text("sign").ok_or(Refusal::Signature)?;
        let digest = match form.text("sign_type") {
            Some("RSA2") => Digest::Sha256,
            Some("RSA") if self.allow_rsa1 => Digest::Sha1,
            Some(_) => return Err(Refusal::Unsupported("this signature type")),
            None => return Err(Refusal::Signature),
        };
        let key = self.key.as_ref().ok_or(Refusal::UnknownKey)?;
        // Whether empty values and the certificate's number are part of what is signed differs between Alipay's own
        // libraries. Nothing is read from either, so leaving them out cannot be misused.
        let empty_too: &[bool] = if form.has_empty() {
            &[true, false]
        } else {
            &[true]
        };
        let certificate_too: &[bool] = if form.bytes("alipay_cert_sn").is_some() {
            &[true, false]
        } else {
            &[true]
        };
        for with_empty in empty_too {
            for with_certificate in certificate_too {
                let text = form.joined(|name, value| {
                    name != b"sign"
                        && name != b"sign_type"
                        && (*with_empty || !value.is_empty())
                        && (*with_certificate || name != b"alipay_cert_sn")
                });
                if key.verify(digest, &text, signature).is_ok() {
                    return Ok(());
                }
            }
        }
        Err(Refusal::Signature)
    }

    fn check_merchant(&self, form: &Form) -> Result<(), Refusal> {
        if form.hides(&READ) {
            return Err(Refusal::Malformed("a field hides another"));
        }
        let is_ours = |name: &str, ours: &str| form.text(name) == Some(ours);
        let app_ours = !self.app_id.is_empty()
            && (is_ours("app_id", &self.app_id) || is_ours("auth_app_id", &self.app_id));
        let seller_ours = self
            .seller_id
            .as_deref()
            .is_none_or(|seller| is_ours("seller_id", seller));
        if app_ours && seller_ours {
            Ok(())
        } else {
            Err(Refusal::WrongMerchant)
        }
    }
}

/// The fields that decide what a notification says.
const READ: [&str; 9] = [
    "app_id",
    "auth_app_id",
    "out_biz_no",
    "out_trade_no",
    "refund_fee",
    "seller_id",
    "total_amount",
    "trade_no",
    "trade_status",
];

fn payment(source: &SourceId, form: &Form) -> Result<Reading, Refusal> {
    let amount = yuan(form.text("total_amount").unwrap_or_default())?;
    if amount.minor() == 0 {
        return Err(Refusal::Malformed("the amount is not one that can be"));
    }
    let news = news(source, form, Kind::Payment, amount)?;
    Ok(money(
        News {
            identity: news.transaction.clone(),
            note: strangers_text(form.decoded("subject", charset(form)).as_deref()),
            paid_at: beijing(SECONDS, form.text("gmt_payment")),
            ..news
        },
        taken(),
    ))
}

/// `total` is what has been refunded of this trade so far.
fn refund(source: &SourceId, form: &Form, total: Money) -> Result<Reading, Refusal> {
    let news = news(source, form, Kind::Refund, total)?;
    let trade = news.transaction.as_deref().unwrap_or_default();
    // Alipay numbers no refunds: what its statements have is the shop's number of the request.
    let request = optional_number(form.text("out_biz_no"))?;
    let identity = match &request {
        Some(request) => format!("{trade}:{request}"),
        None => format!("{trade}:{}", total.decimal()),
    };
    // Written with milliseconds, which nobody needs.
    let refunded_at = form.text("gmt_refund").and_then(|time| time.get(..19));
    Ok(money(
        News {
            identity: Some(identity),
            refund: request,
            cumulative: true,
            paid_at: beijing(SECONDS, refunded_at),
            ..news
        },
        taken(),
    ))
}

fn news(source: &SourceId, form: &Form, kind: Kind, amount: Money) -> Result<News, Refusal> {
    let key = number(form.text("notify_id").unwrap_or_default())?;
    Ok(News {
        transaction: Some(number(form.text("trade_no").unwrap_or_default())?),
        order: order(form.decoded("out_trade_no", charset(form)).as_deref()),
        payer: strangers_text(form.decoded("buyer_logon_id", charset(form)).as_deref()),
        ..signed_news(
            source,
            SourceKind::Alipay,
            Platform::ALIPAY,
            key,
            kind,
            amount,
        )
    })
}

fn charset(form: &Form) -> &'static Encoding {
    form.bytes("charset")
        .and_then(Encoding::for_label)
        .unwrap_or(UTF_8)
}

fn yuan(text: &str) -> Result<Money, Refusal> {
    Money::parse(text, Currency::CNY)
        .map_err(|_| Refusal::Malformed("the amount is not one that can be"))
}

/// Exactly these seven characters; anything else is sent again.
fn taken() -> Reply {
    reply("text/plain; charset=utf-8", "success")
}
