//! A key pair and certificate that are public: they sign in tests and in the demo, and prove nothing to anybody.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{rand::SystemRandom, signature};

/// The certificate's serial.
pub const SERIAL: &str = "4F2A7C11D9E0B35A66880123456789ABCDEF0A01";

/// The public half, PEM.
pub const PUBLIC: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2/Pr+Gvm944sl2R88/rr\n\
jxBTgJ0wRrslQiVqZ+n/q4DrCn/AlIRaar2Qql7PB5sLxbw+FOgvt788nO9SV9Be\n\
FqgPKb+kEKLJab+fuh9Z8JfFOZugjc2x54PHpiwfHriZRv+9nq0bAlyTwVWYY/2q\n\
6WQLl6iSV0Wge1Tbdj+B7vy3RGwRH6SYymj/8i3bBxVURelNVq5DW/ZRHt8jUaxY\n\
M3+6Elmc7X/xZg8NZuTC6yFBi3UAurD/tpBpN0JxfAaJCJCh9fFVXOihz33K9NbX\n\
8MHojSNF67xr3A3gbDTL9/hNNBuDzb9wmKOY3H+K8IUQ+hSpHwdNtW8F2HXacNRm\n\
EwIDAQAB\n\
-----END PUBLIC KEY-----\n\
";

/// A certificate for it, signed by itself, PEM.
pub const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIC+DCCAeCgAwIBAgIUTyp8Edngs1pmiAEjRWeJq83vCgEwDQYJKoZIhvcNAQEL\n\
BQAwNjELMAkGA1UEBhMCQ04xEjAQBgNVBAoMCVRFU1QgT05MWTETMBEGA1UEAwwK\n\
VGVzdCBrZXkgQTAeFw0yNTAxMDEwMDAwMDBaFw0zNTAxMDEwMDAwMDBaMDYxCzAJ\n\
BgNVBAYTAkNOMRIwEAYDVQQKDAlURVNUIE9OTFkxEzARBgNVBAMMClRlc3Qga2V5\n\
IEEwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDb8+v4a+b3jiyXZHzz\n\
+uuPEFOAnTBGuyVCJWpn6f+rgOsKf8CUhFpqvZCqXs8HmwvFvD4U6C+3vzyc71JX\n\
0F4WqA8pv6QQoslpv5+6H1nwl8U5m6CNzbHng8emLB8euJlG/72erRsCXJPBVZhj\n\
/arpZAuXqJJXRaB7VNt2P4Hu/LdEbBEfpJjKaP/yLdsHFVRF6U1WrkNb9lEe3yNR\n\
rFgzf7oSWZztf/FmDw1m5MLrIUGLdQC6sP+2kGk3QnF8BokIkKH18VVc6KHPfcr0\n\
1tfwweiNI0XrvGvcDeBsNMv3+E00G4PNv3CYo5jcf4rwhRD6FKkfB021bwXYddpw\n\
1GYTAgMBAAEwDQYJKoZIhvcNAQELBQADggEBAFOP45WDqEmdVh+DIAtak9/ycoep\n\
G8hRVLZTyJYP41MZA4dSSo9AwYwQAac/MX0ucixxVk1My617tvChkR5dqkrm288F\n\
hGmDQPZ0024OkJbK7kc3Ox88Fgi1YzQYQ+T29gf63xzeqPHDugSNmJrTUVKc6HMo\n\
lop2ftHNHoyfmnM7CgiR3jjLXu61z8G3LxJzwWXmzmq2qYviyeh668bfgobk8emL\n\
aEQAUD2FmHuiU9ry+35HasW9lYeZ925W53T6KCJGQMK6iAmvooR74NBbsbzW2sz8\n\
CpPcCL3YgOB1OAvNvOvxu1qq7eZGzH1NM4M+pCiCxdeRKo3GjTNieB2hZiU=\n\
-----END CERTIFICATE-----\n\
";

/// The private half: PKCS#8 in base64, without its armour.
const PRIVATE: &str = "\
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDb8+v4a+b3jiyX\
ZHzz+uuPEFOAnTBGuyVCJWpn6f+rgOsKf8CUhFpqvZCqXs8HmwvFvD4U6C+3vzyc\
71JX0F4WqA8pv6QQoslpv5+6H1nwl8U5m6CNzbHng8emLB8euJlG/72erRsCXJPB\
VZhj/arpZAuXqJJXRaB7VNt2P4Hu/LdEbBEfpJjKaP/yLdsHFVRF6U1WrkNb9lEe\
3yNRrFgzf7oSWZztf/FmDw1m5MLrIUGLdQC6sP+2kGk3QnF8BokIkKH18VVc6KHP\
fcr01tfwweiNI0XrvGvcDeBsNMv3+E00G4PNv3CYo5jcf4rwhRD6FKkfB021bwXY\
ddpw1GYTAgMBAAECggEAZWbDG1B3dxpjAVqQ5pP/5AE1Vd5hwsIFb8S7FPQCbAkv\
krQJzw5jdsE0/+5ciJeYqkzZ3B6c3Ru7cGg+sIA92DkbYHZax1ac/3UZyJ8qgioe\
ASx3rNgvE9ojgT7nC+0zsNE3FH+eq4yNi7yP2E06bYWzeHP9H2HYlfMtiArINqoN\
WVVjFVFYxzbXL1qzBHBh33be8dUsv5HkRIpHgMj25bR6ocGlWuf2J4yUmzp1Y9k9\
aHfN2xthAkcskcQnD39NmSq2U95Op6HnJGB5Yc3hVGkvuy+hfUJ6PUS+J20GLYVQ\
fBk8N3vQ9N5JWgKjh5ICy1HL1yXxyVYCMx3PKCW+8QKBgQD0dJzBu/RCOgW9Lqfh\
QHs0gB27KCB0YVP6/qgzoY5eGasl9UCbCVVCmMGoE2SWmr92e8+I2knf7oFHhzSG\
RinsUSITC16k6BNtT7mgEU9iOIu0El6Y8NmGBC7LNisN6yFX8pn3LFBzYLfb1wyH\
1hMXUQ+A47/+aod1sPcpr5Hh0QKBgQDmVxRs5An3D0h6d9OEiq59mrQZ+07aamI/\
bm/vG2T6vCUlUpB9Kj2CZzaGmN+Cu2qfyZ6CWIO6ZnpVbcWt3lylulTM3+rB/v5e\
dZxAzDWJhMJUsN2SfXF+qBRVERGWaJ+2u+5ZUOjoeqgZuw9zDBiFt3ha7AT2Usgu\
0+VHlXE+owKBgQDDOu6GewlUaupycHR7HPhIsZkNA7sHt0NOzVqgAYKl/HIHWptC\
Nm31RfJDvVk0Plpy0eapMUyWnvB4o657HkYVCabg9s+bfA0n2+gvwiNYGjjYk2Mh\
WhkfQu/sM1KnRwXWK1ZzZNzLiI7N8C19vqZ4lLCBC2MmWQXeJHsAu8sSQQKBgHar\
PlarVYb3VLvjqBGM8UC8xzTriEB2to8/cmOZlXioHesQkmgpru7UBf9qGxzbOZ+A\
3C0DNTp/OV9x4nolKU4opS+33NZ9bMd1iD7J9nsW7pd7V2v1PNen+HGrDYiT9lTK\
lY1mZdf/+ULoYJlBDhE16MfO+O9+zqtxd5pdn65JAoGBAKnZY5X7SIt5o4CCXViv\
7wEvcBTTAKnlR+tBM1adUhdLi/C3a6D7RQbv8Lwq138DCPudTopJwVGj3HTbJRcm\
S3ngRoVG5bEWzNYTWq5dVn1mE5R4GTbxg6zWP8E5HuqmTxUAxrTmrl9STCf8+2Di\
ZoN3/5b4aBPpaBGkghYPNe0V\
";

/// The private half as DER.
pub fn private_der() -> Vec<u8> {
    STANDARD.decode(PRIVATE).unwrap()
}

/// RSA PKCS#1 v1.5 with SHA-256, as base64.
pub fn sign(message: &[u8]) -> String {
    thread_local! {
        static PAIR: signature::RsaKeyPair = signature::RsaKeyPair::from_pkcs8(&private_der()).unwrap();
    }
    PAIR.with(|pair| {
        let mut made = vec![0; pair.public().modulus_len()];
        pair.sign(
            &signature::RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            message,
            &mut made,
        )
        .unwrap();
        STANDARD.encode(made)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn signs_like_the_published_vector() {
        let message = "POST\n/v3/pay/transactions/native\n1777599000\n593BEC0C930BF1AFEB40B4A08C8FB242\n{\"appid\":\"wxd678efh567hg6787\",\"mchid\":\"1900000109\",\"description\":\"红茶 中杯\",\"out_trade_no\":\"SHOP20260501093000001\",\"notify_url\":\"https://hub.example.com/wx/notify\",\"amount\":{\"total\":1280,\"currency\":\"CNY\"}}\n";
        assert!(
            super::sign(message.as_bytes())
                .starts_with("CZg8/ppKtSULK11CEkfqm+MUMfq3gNp1B/CEjdP9HuVw5M/o9zJ7cgIX")
        );
    }
}
