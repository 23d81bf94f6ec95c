//! The owner's phone: forwarders that tell a hub what a notice said.

use super::{Letter, Sale, beijing, yuan};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::Timestamp;
use md5::{Digest, Md5};
use serde_json::json;

/// A notice on the phone's screen.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Android package.
    pub app: &'static str,
    /// Title.
    pub title: String,
    /// Text.
    pub text: String,
    /// When the phone showed it.
    pub posted_at: Timestamp,
}

impl Notice {
    /// WeChat's notice of a collected amount.
    pub fn wechat(minor: i64, posted_at: Timestamp) -> Self {
        let text = format!("微信支付收款{}元(朋友到店)", yuan(minor));
        Self {
            app: "com.tencent.mm",
            title: "微信支付".to_owned(),
            text,
            posted_at,
        }
    }

    /// Alipay's notice of a collected amount.
    pub fn alipay(payer: &str, minor: i64, posted_at: Timestamp) -> Self {
        let text = format!("{payer}通过扫码向你付款{}元", yuan(minor));
        Self {
            app: "com.eg.android.AlipayGphone",
            title: "支付宝通知".to_owned(),
            text,
            posted_at,
        }
    }
}

/// The Android app SmsForwarder, set up with our template or with none.
#[derive(Debug, Clone)]
pub struct SmsForwarder {
    secret: String,
}

impl SmsForwarder {
    /// Set up with the secret that the hub shows.
    pub fn new(secret: &str) -> Self {
        Self {
            secret: secret.to_owned(),
        }
    }

    /// With the template that the hub shows.
    pub fn by_template(&self, notice: &Notice, now: Timestamp) -> Letter {
        let body = json!({
            "from": notice.app, "title": notice.title, "text": notice.text, "device": "前台手机",
            "received_at": received_at(notice), "timestamp": now.millis().to_string(), "sign": self.sign(now),
        });
        Letter {
            method: "POST",
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string().into_bytes(),
            ..Letter::default()
        }
    }

    /// Without a template: a form, the text within the app's own default lines.
    pub fn by_default(&self, notice: &Notice, now: Timestamp) -> Letter {
        let content = format!(
            "{}\n{}\n{}\nUID：10123\n{}\n前台手机",
            notice.app,
            notice.text,
            notice.title,
            received_at(notice)
        );
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("from", notice.app)
            .append_pair("content", &content)
            .append_pair("timestamp", &now.millis().to_string())
            .append_pair("sign", &self.sign(now))
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

    /// Proves the secret at this millisecond; percent-encoded once already, as the app does.
    fn sign(&self, now: Timestamp) -> String {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, self.secret.as_bytes());
        let mac = ring::hmac::sign(
            &key,
            format!("{}\n{}", now.millis(), self.secret).as_bytes(),
        );
        let plain = STANDARD.encode(mac);
        percent_encoding::utf8_percent_encode(&plain, percent_encoding::NON_ALPHANUMERIC)
            .to_string()
    }
}

fn received_at(notice: &Notice) -> String {
    beijing(notice.posted_at)
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// A V免签 monitor app. It parses the notice itself and tells only type and price.
#[derive(Debug, Clone)]
pub struct Vmq {
    key: String,
}

impl Vmq {
    /// Set up with the key that the hub shows.
    pub fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
        }
    }

    /// Still here.
    pub fn beat(&self, now: Timestamp) -> Letter {
        let t = now.millis();
        let sign = hex::encode(Md5::digest(format!("{t}{}", self.key)));
        Letter {
            method: "GET",
            rest: "/appHeart",
            query: format!("t={t}&sign={sign}"),
            ..Letter::default()
        }
    }

    /// Money came by WeChat (1) or Alipay (2).
    pub fn push(&self, kind: u8, sale: &Sale, now: Timestamp) -> Letter {
        let (t, price) = (now.millis(), sale.yuan());
        let sign = hex::encode(Md5::digest(format!("{kind}{price}{t}{}", self.key)));
        let query = format!("t={t}&type={kind}&price={price}&sign={sign}");
        Letter {
            method: "GET",
            rest: "/appPush",
            query,
            ..Letter::default()
        }
    }
}

/// Any other forwarder, by our own documented JSON.
#[derive(Debug, Clone)]
pub struct OtherForwarder {
    secret: String,
}

impl OtherForwarder {
    /// Set up with the secret that the hub shows.
    pub fn new(secret: &str) -> Self {
        Self {
            secret: secret.to_owned(),
        }
    }

    /// A notice, with Android's own key of it.
    pub fn notice(&self, notice: &Notice, key: &str) -> Letter {
        self.post(&json!({
            "app": notice.app, "title": notice.title, "text": notice.text, "device": "前台手机", "key": key,
            "posted_at": notice.posted_at.millis(),
        }))
    }

    /// Still here.
    pub fn beat(&self) -> Letter {
        self.post(&json!({"heartbeat": true}))
    }

    fn post(&self, body: &serde_json::Value) -> Letter {
        Letter {
            method: "POST",
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("authorization", format!("Bearer {}", self.secret)),
            ],
            body: body.to_string().into_bytes(),
            ..Letter::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_like_the_apps() {
        let at = Timestamp(1_777_599_016_000);
        let sign = SmsForwarder::new("smsf-shared-secret-01").sign(at);
        assert_eq!(sign, "%2BX0lCoWLNKKZkh7G7MZFd2%2FCjM3dRsl6mFbXPYONrdk%3D");
        let at = Timestamp(1_777_599_016_123);
        let vmq = Vmq::new("0123456789abcdef0123456789abcdef");
        assert!(
            vmq.beat(at)
                .query
                .ends_with("sign=3bb5cd257c6fdb7bae9f7dadffb8014d")
        );
        assert!(
            vmq.push(2, &Sale::new(1, 1280, at), at)
                .query
                .ends_with("sign=75a548c38d2870a2b6f4efe54094ef61")
        );
    }
}
