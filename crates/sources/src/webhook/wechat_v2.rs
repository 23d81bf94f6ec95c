//! WeChat Pay v2: flat XML, signed with the shared key; refunds are encrypted with it instead.

use super::{beijing, xml};
use super::{
    ignored, money, number, optional_number, order, positive_text, reply, signed_news,
    strangers_text,
};
use crate::signature::{decode_base64, hmac_sha256_hex, same_text};
use crate::{Delivery, Reading, Refusal, Reply};
use aes::cipher::{BlockDecryptMut, KeyInit, block_padding::Pkcs7};
use domain::{Currency, Kind, News, Platform, Secret, SourceId, SourceKind};
use md5::{Digest as _, Md5};
use ring::hmac;
use std::collections::BTreeMap;

/// An APIv2 key has as many characters. A shorter one could be guessed from one notice.
const KEY_LENGTH: usize = 32;

/// One account.
pub(crate) struct WechatV2 {
    mch_id: String,
    appid: Option<String>,
    key: Option<Secret>,
}

struct Fields(BTreeMap<String, String>);

impl Fields {
    fn parse(body: &[u8], root: &str) -> Result<Self, Refusal> {
        let text = std::str::from_utf8(body).map_err(|_| Refusal::Malformed("no UTF-8"))?;
        xml::flat(text, root).map(Self)
    }

    /// A field's text; `None` when it is absent or empty.
    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Whether a value holds what would be a field if the signed text, which knows no escaping, were split elsewhere.
    fn hides_a_field(&self) -> bool {
        const READ: [&str; 7] = [
            "&fee_type=",
            "&mch_id=",
            "&out_trade_no=",
            "&result_code=",
            "&return_code=",
            "&total_fee=",
            "&transaction_id=",
        ];
        let held = |value: &String| READ.iter().any(|field| value.contains(field));
        self.0.values().any(held)
    }

    /// What is signed: every field that is not empty except the signature, by name.
    fn signed_text(&self, key: &Secret) -> String {
        let mut text = String::new();
        for (name, value) in self
            .0
            .iter()
            .filter(|(name, value)| *name != "sign" && !value.is_empty())
        {
            text.extend([name, "=", value, "&"]);
        }
        text + "key=" + key.expose()
    }
}

impl WechatV2 {
    pub(crate) fn new(mch_id: &str, appid: Option<&str>, api_v2_key: &Secret) -> Self {
        let key = api_v2_key.expose().trim();
        Self {
            mch_id: mch_id.trim().to_owned(),
            appid: appid
                .map(str::trim)
                .filter(|id| !id.is_empty())
                .map(str::to_owned),
            key: (key.len() == KEY_LENGTH).then(|| Secret::new(key)),
        }
    }

    pub(crate) fn unusable_field(&self) -> Option<&'static str> {
        if self.mch_id.is_empty() {
            return Some("mch_id");
        }
        self.key.is_none().then_some("api_v2_key")
    }

    pub(crate) fn read(
        &self,
        source: &SourceId,
        delivery: &Delivery<'_>,
    ) -> Result<Reading, Refusal> {
        // The signature is over the fields, so the XML is taken apart first: into names and texts, nothing more.
        let fields = Fields::parse(delivery.body, "xml")?;
        let key = self.key.as_ref().ok_or(Refusal::UnknownKey)?;
        match fields.get("req_info") {
            Some(sealed) => self.refund(source, &fields, sealed, key),
            None => self.payment(source, &fields, key),
        }
    }

    fn payment(
        &self,
        source: &SourceId,
        fields: &Fields,
        key: &Secret,
    ) -> Result<Reading, Refusal> {
        verify(fields, key)?;
        if fields.hides_a_field() {
            return Err(Refusal::Malformed("a field hides another"));
        }
        self.check_merchant(fields)?;
        if fields.get("return_code") != Some("SUCCESS")
            || fields.get("result_code") != Some("SUCCESS")
        {
            return Ok(ignored("a payment that did not go through", taken()));
        }
        let currency = fields
            .get("fee_type")
            .map_or(Some(Currency::CNY), Currency::new);
        let currency = currency.ok_or(Refusal::Malformed("no currency"))?;
        let amount = positive_text(fields.get("total_fee").unwrap_or_default(), currency)?;
        let transaction = number(fields.get("transaction_id").unwrap_or_default())?;
        Ok(money(
            News {
                identity: Some(transaction.clone()),
                order: order(fields.get("out_trade_no")),
                note: strangers_text(fields.get("attach")),
                paid_at: beijing("%Y%m%d%H%M%S", fields.get("time_end")),
                transaction: Some(transaction.clone()),
                ..signed_news(
                    source,
                    SourceKind::WechatV2,
                    Platform::WECHAT,
                    transaction,
                    Kind::Payment,
                    amount,
                )
            },
            taken(),
        ))
    }

    fn refund(
        &self,
        source: &SourceId,
        outer: &Fields,
        sealed: &str,
        key: &Secret,
    ) -> Result<Reading, Refusal> {
        // Everything that goes wrong inside is "cannot be decrypted": nothing else vouches for the content.
        let fields = opened(sealed, key)
            .and_then(|plain| Fields::parse(&plain, "root").ok())
            .ok_or(Refusal::Decrypt)?;
        self.check_merchant(outer)?;
        if fields.get("refund_status") != Some("SUCCESS") {
            return Ok(ignored("a refund that did not go through", taken()));
        }
        let amount = positive_text(fields.get("refund_fee").unwrap_or_default(), Currency::CNY)?;
        let refund = number(fields.get("refund_id").unwrap_or_default())?;
        Ok(money(
            News {
                identity: Some(refund.clone()),
                refund: Some(refund.clone()),
                transaction: optional_number(fields.get("transaction_id"))?,
                order: order(fields.get("out_trade_no")),
                paid_at: beijing("%Y-%m-%d %H:%M:%S", fields.get("success_time")),
                ..signed_news(
                    source,
                    SourceKind::WechatV2,
                    Platform::WECHAT,
                    refund,
                    Kind::Refund,
                    amount,
                )
            },
            taken(),
        ))
    }

    fn check_merchant(&self, fields: &Fields) -> Result<(), Refusal> {
        let one_of =
            |names: [&str; 2], ours: &str| names.iter().any(|name| fields.get(name) == Some(ours));
        let ours = !self.mch_id.is_empty() && one_of(["mch_id", "sub_mch_id"], &self.mch_id);
        let app_ours = self
            .appid
            .as_deref()
            .is_none_or(|app| one_of(["appid", "sub_appid"], app));
        if ours && app_ours {
            Ok(())
        } else {
            Err(Refusal::WrongMerchant)
        }
    }
}

fn verify(fields: &Fields, key: &Secret) -> Result<(), Refusal> {
    let theirs = fields.get("sign").ok_or(Refusal::Signature)?;
    let text = fields.signed_text(key);
    let ours = match fields.get("sign_type") {
        None | Some("MD5") => hex::encode(Md5::digest(&text)),
        Some("HMAC-SHA256") => hmac_sha256_hex(
            &hmac::Key::new(hmac::HMAC_SHA256, key.expose().as_bytes()),
            &[text.as_bytes()],
        ),
        Some(_) => return Err(Refusal::Unsupported("this signature type")),
    };
    if same_text(&ours.to_ascii_uppercase(), theirs) {
        Ok(())
    } else {
        Err(Refusal::Signature)
    }
}

/// AES-256-ECB with PKCS #7 padding under the hex of the key's MD5, as WeChat does it.
fn opened(sealed: &str, key: &Secret) -> Option<Vec<u8>> {
    let mut data = decode_base64(sealed)?;
    let aes_key = hex::encode(Md5::digest(key.expose()));
    let cipher = ecb::Decryptor::<aes::Aes256>::new_from_slice(aes_key.as_bytes()).ok()?;
    let length = cipher.decrypt_padded_mut::<Pkcs7>(&mut data).ok()?.len();
    data.truncate(length);
    Some(data)
}

fn taken() -> Reply {
    reply(
        "text/xml; charset=utf-8",
        "<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of WeChat's own documents.
    #[test]
    fn signs_as_the_documents_do() {
        let key = Secret::new("192006250b4c09247ec02edce69f6a2d");
        let body = "<xml><nonce_str>ibuaiVcKdpRxkhJA</nonce_str><appid>wxd930ea5d5a258f4f</appid><empty></empty>\
                    <mch_id>10000100</mch_id><device_info>1000</device_info><body>test</body><none/>";
        for (kind, sign, result) in [
            ("", "9A0A8659F005D6984697E2CA0A9CF3B7", Ok(())),
            (
                "",
                "9A0A8659F005D6984697E2CA0A9CF3B8",
                Err(Refusal::Signature),
            ),
            (
                "",
                "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6",
                Err(Refusal::Signature),
            ),
            (
                "MD5",
                "9A0A8659F005D6984697E2CA0A9CF3B7",
                Err(Refusal::Signature),
            ),
            (
                "SM3",
                "9A0A8659F005D6984697E2CA0A9CF3B7",
                Err(Refusal::Unsupported("this signature type")),
            ),
        ] {
            let body = format!("{body}<sign_type>{kind}</sign_type><sign>{sign}</sign></xml>");
            let fields = Fields::parse(body.as_bytes(), "xml").expect("XML");
            assert_eq!(verify(&fields, &key), result, "{kind} {sign}");
        }
        let fields = Fields::parse(format!("{body}</xml>").as_bytes(), "xml").expect("XML");
        let mac = hmac_sha256_hex(
            &hmac::Key::new(hmac::HMAC_SHA256, key.expose().as_bytes()),
            &[fields.signed_text(&key).as_bytes()],
        );
        assert_eq!(
            mac.to_uppercase(),
            "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6"
        );
    }
}
