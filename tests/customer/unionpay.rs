//! UnionPay ACP 5.1.0: forms that carry their sender's certificate and a signature over a digest.

use super::{Letter, Sale, beijing, keys};
use domain::SourceConfig;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use std::collections::BTreeMap;

/// A merchant at UnionPay, and a certificate authority of our own in its place.
pub struct UnionPay {
    mer_id: String,
    authority_pem: String,
    sender_pem: String,
}

impl Default for UnionPay {
    fn default() -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::new(vec![]).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority
            .distinguished_name
            .push(DnType::CommonName, "Test authority in UnionPay's place");
        let authority_pem = authority.self_signed(&authority_key).unwrap().pem();
        let issuer = Issuer::new(authority, authority_key);

        let armoured = pem_of("PRIVATE KEY", &keys::private_der());
        let sender_key =
            KeyPair::from_pem_and_sign_algo(&armoured, &rcgen::PKCS_RSA_SHA256).unwrap();
        let mut sender = CertificateParams::new(vec![]).unwrap();
        // Its third part names who signs; in production that is checked.
        sender.distinguished_name.push(
            DnType::CommonName,
            "041@Z12@中国银联股份有限公司@00040000:SIGN",
        );
        let sender_pem = sender.signed_by(&sender_key, &issuer).unwrap().pem();
        // The platform sends it with the line ends of Windows, and signs them.
        let sender_pem = sender_pem
            .trim()
            .replace("\r\n", "\n")
            .replace('\n', "\r\n");
        Self {
            mer_id: "700000000000001".to_owned(),
            authority_pem,
            sender_pem,
        }
    }
}

impl UnionPay {
    /// What the owner enters for this merchant number.
    pub fn config(&self) -> SourceConfig {
        SourceConfig::Unionpay {
            mer_id: self.mer_id.clone(),
            ca_certificates: vec![self.authority_pem.clone()],
            test_mode: false,
        }
    }

    /// The customer paid.
    pub fn payment(&self, sale: &Sale) -> Letter {
        let time = beijing(sale.paid_at).strftime("%Y%m%d%H%M%S").to_string();
        let text = str::to_owned;
        let fields = BTreeMap::from([
            ("accNo", text("6221558812340000")),
            ("accessType", text("0")),
            ("bizType", text("000201")),
            ("currencyCode", text("156")),
            ("encoding", text("utf-8")),
            ("merId", self.mer_id.clone()),
            ("orderId", sale.order()),
            ("queryId", format!("951{:018}", sale.number)),
            ("respCode", text("00")),
            ("respMsg", text("成功[0000000]")),
            ("settleAmt", sale.minor.to_string()),
            ("settleCurrencyCode", text("156")),
            ("signMethod", text("01")),
            ("signPubKeyCert", self.sender_pem.clone()),
            ("traceNo", text("479103")),
            ("txnAmt", sale.minor.to_string()),
            ("txnSubType", text("01")),
            ("txnTime", time),
            ("txnType", text("01")),
            ("version", text("5.1.0")),
        ]);
        let joined: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let digest = hex::encode(ring::digest::digest(
            &ring::digest::SHA256,
            joined.join("&").as_bytes(),
        ));
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&fields)
            .append_pair("signature", &keys::sign(digest.as_bytes()))
            .finish();
        Letter {
            method: "POST",
            headers: vec![(
                "content-type",
                "application/x-www-form-urlencoded".to_owned(),
            )],
            body: body.into_bytes(),
            ..Letter::default()
        }
    }
}

fn pem_of(label: &str, der: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}
