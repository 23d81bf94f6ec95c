//! UnionPay ACP 5.1.0 back notifications: a form whose sorted fields are digested twice and signed; the signer's
//! certificate travels inside and must have been issued by a CA that the owner entered.

use super::form::Form;
use super::{
    beijing, ignored, money, number, optional_number, order, positive_text, reply, signed_news,
};
use crate::signature::{Digest, PemBlock, RsaKey, parse_certificate, pem_blocks};
use crate::{Delivery, Reading, Refusal, Reply};
use domain::{Currency, Kind, News, Platform, SourceId, SourceKind, Timestamp};
use x509_parser::prelude::X509Certificate;
use x509_parser::time::ASN1Time;

/// The third part of the signer's name. CAs that sign for UnionPay sign for merchants too, so the CA is not enough.
const COMPANY: &str = "中国银联股份有限公司";

/// One account.
pub(crate) struct Unionpay {
    mer_id: String,
    /// DER of the CA certificates.
    authorities: Vec<Vec<u8>>,
    all_readable: bool,
    test_mode: bool,
}

impl Unionpay {
    pub(crate) fn new(mer_id: &str, ca_certificates: &[String], test_mode: bool) -> Self {
        let mut all_readable = true;
        let mut authorities = Vec::new();
        for text in ca_certificates {
            let blocks = pem_blocks(text).unwrap_or_default();
            all_readable &= !blocks.is_empty();
            for block in blocks {
                let usable = is_certificate(&block)
                    && parse_certificate(&block.der).is_some_and(|ca| ca.is_ca());
                all_readable &= usable;
                authorities.extend(usable.then_some(block.der));
            }
        }
        Self {
            mer_id: mer_id.trim().to_owned(),
            authorities,
            all_readable,
            test_mode,
        }
    }

    pub(crate) fn unusable_field(&self) -> Option<&'static str> {
        if self.mer_id.is_empty() {
            return Some("mer_id");
        }
        (!self.all_readable || self.authorities.is_empty()).then_some("ca_certificates")
    }

    pub(crate) fn read(
        &self,
        source: &SourceId,
        delivery: &Delivery<'_>,
        now: Timestamp,
    ) -> Result<Reading, Refusal> {
        let form = Form::parse(delivery.body)?;
        let sender = sender(&form)?;
        let certificate =
            parse_certificate(&sender.der).ok_or(Refusal::Malformed("no certificate"))?;
        self.check_sender(&certificate, now)?;
        verify(&form, &certificate)?;
        if self.mer_id.is_empty() || form.text("merId") != Some(&self.mer_id) {
            return Err(Refusal::WrongMerchant);
        }
        if !matches!(form.text("respCode"), Some("00" | "A6")) {
            return Ok(ignored("a payment that did not go through", taken()));
        }
        match form.text("txnType") {
            Some("01") => told(source, &form, Kind::Payment),
            Some("04" | "31") => told(source, &form, Kind::Refund),
            _ => Ok(ignored("another kind of notification", taken())),
        }
    }

    /// The certificate was issued by an entered CA, is UnionPay's own, and is in force.
    fn check_sender(
        &self,
        certificate: &X509Certificate<'_>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let at = ASN1Time::from_timestamp(now.millis().div_euclid(1000))
            .map_err(|_| Refusal::UnknownKey)?;
        let in_force = |c: &X509Certificate<'_>| self.test_mode || c.validity().is_valid_at(at);
        let issued = self
            .authorities
            .iter()
            .filter_map(|der| parse_certificate(der))
            .any(|ca| {
                ca.subject().as_raw() == certificate.issuer().as_raw()
                    && in_force(&ca)
                    && certificate.verify_signature(Some(ca.public_key())).is_ok()
            });
        let named = self.test_mode || is_unionpay(certificate);
        if issued && named && in_force(certificate) {
            Ok(())
        } else {
            Err(Refusal::UnknownKey)
        }
    }
}

fn is_unionpay(certificate: &X509Certificate<'_>) -> bool {
    let mut names = certificate.subject().iter_common_name();
    let (Some(name), None) = (names.next(), names.next()) else {
        return false;
    };
    name.as_str().ok().and_then(|name| name.split('@').nth(2)) == Some(COMPANY)
}

fn is_certificate(block: &PemBlock) -> bool {
    block.label == "CERTIFICATE"
}

fn sender(form: &Form) -> Result<PemBlock, Refusal> {
    let text = form.text("signPubKeyCert").ok_or(Refusal::Signature)?;
    let block = pem_blocks(text).unwrap_or_default().into_iter().next();
    block
        .filter(is_certificate)
        .ok_or(Refusal::Malformed("no certificate"))
}

/// The signature is over the hex text of the fields' digest, digested again.
fn verify(form: &Form, certificate: &X509Certificate<'_>) -> Result<(), Refusal> {
    let signature = form.text("signature").ok_or(Refusal::Signature)?;
    if form.text("version") != Some("5.1.0") || form.text("signMethod") != Some("01") {
        return Err(Refusal::Unsupported("this version or signature method"));
    }
    if form.hides(&READ) {
        return Err(Refusal::Malformed("a field hides another"));
    }
    let fields = form.joined(|name, _| name != b"signature");
    let digest = hex::encode(ring::digest::digest(&ring::digest::SHA256, &fields));
    let key = RsaKey::from_spki(certificate.public_key().raw).ok_or(Refusal::UnknownKey)?;
    key.verify(Digest::Sha256, digest.as_bytes(), signature)
}

/// The fields that decide what a notification says.
const READ: [&str; 8] = [
    "currencyCode",
    "merId",
    "orderId",
    "origQryId",
    "queryId",
    "respCode",
    "txnAmt",
    "txnType",
];

fn told(source: &SourceId, form: &Form, kind: Kind) -> Result<Reading, Refusal> {
    let currency = form
        .text("currencyCode")
        .map_or(Some(Currency::CNY), currency);
    let currency = currency.ok_or(Refusal::Malformed("a currency that is not known"))?;
    let amount = positive_text(form.text("txnAmt").unwrap_or_default(), currency)?;
    let query = number(form.text("queryId").unwrap_or_default())?;
    let transaction = match kind {
        Kind::Payment => Some(query.clone()),
        Kind::Refund => optional_number(form.text("origQryId"))?,
    };
    Ok(money(
        News {
            identity: Some(query.clone()),
            refund: (kind == Kind::Refund).then(|| query.clone()),
            transaction,
            order: order(form.text("orderId")),
            payer: form.text("accNo").and_then(card_end),
            paid_at: beijing("%Y%m%d%H%M%S", form.text("txnTime")),
            ..signed_news(
                source,
                SourceKind::Unionpay,
                Platform::UNIONPAY,
                query,
                kind,
                amount,
            )
        },
        taken(),
    ))
}

/// The last four digits: some notices carry the whole card number, which has no business here.
fn card_end(account: &str) -> Option<String> {
    let plain = account.len() >= 8 && account.bytes().all(|b| b.is_ascii_digit() || b == b'*');
    plain.then(|| format!("****{}", &account[account.len() - 4..]))
}

/// ISO 4217 numbers of the currencies that QR payments in China and its neighbours come in.
fn currency(number: &str) -> Option<Currency> {
    Currency::new(match number {
        "156" => "CNY",
        "344" => "HKD",
        "446" => "MOP",
        "901" => "TWD",
        "392" => "JPY",
        "410" => "KRW",
        "702" => "SGD",
        "764" => "THB",
        "458" => "MYR",
        "360" => "IDR",
        "704" => "VND",
        "840" => "USD",
        "978" => "EUR",
        "826" => "GBP",
        "036" => "AUD",
        _ => return None,
    })
}

/// Any 200 will do; this is what UnionPay's own samples say.
fn taken() -> Reply {
    reply("text/plain; charset=utf-8", "ok")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// UnionPay's own sample. Its authority's certificate is not public, so only the signature can be checked.
    #[test]
    fn verifies_unionpays_sample() {
        let cases: serde_json::Value =
            serde_json::from_str(include_str!("../fixtures/unionpay/refused.json")).expect("JSON");
        let sample = cases.as_array().and_then(|cases| {
            cases
                .iter()
                .find(|case| case["name"] == "public_vector_without_its_authority")
        });
        let body = sample
            .and_then(|sample| sample["request"]["body"].as_str())
            .expect("the sample");
        let form = Form::parse(body.as_bytes()).expect("a form");
        let digest = ring::digest::digest(
            &ring::digest::SHA256,
            &form.joined(|name, _| name != b"signature"),
        );
        assert_eq!(
            hex::encode(digest),
            "6a4caf90eb93b06e6879ff28b78c15b625063ef6b01028af3455263e71630950"
        );
        let sender = sender(&form).expect("a certificate");
        let certificate = parse_certificate(&sender.der).expect("a certificate");
        assert_eq!(verify(&form, &certificate), Ok(()));
        assert!(!is_unionpay(&certificate), "it is a test certificate");
        let reading =
            told(&SourceId::new("till").expect("id"), &form, Kind::Payment).expect("a payment");
        let crate::Outcome::Money(news) = reading.outcome else {
            panic!("{reading:?}")
        };
        assert_eq!(news[0].amount.map(|amount| amount.minor()), Some(136));
        assert_eq!(news[0].identity.as_deref(), Some("951807261002324791038"));
        let tampered =
            Form::parse(body.replace("txnAmt=136", "txnAmt=137").as_bytes()).expect("a form");
        assert_eq!(verify(&tampered, &certificate), Err(Refusal::Signature));
    }

    #[test]
    fn card_numbers_are_cut() {
        for (account, shown) in [
            ("6221558812340000", Some("****0000")),
            ("622155******1234", Some("****1234")),
            ("1234", None),
            ("张三张三张三张三", None),
        ] {
            assert_eq!(card_end(account).as_deref(), shown, "{account}");
        }
    }
}
