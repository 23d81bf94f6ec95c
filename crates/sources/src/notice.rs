//! The catalogue of notices: an app, a title and a text in, what they say about money out.
//!
//! Each app (or country's banks) has a file of its own with a table of [`rule::Rule`]s. A rule fits the *whole*
//! title and the *whole* text: a payer may call himself `paid you 100 yuan`, and a chat may quote a receipt, so
//! nothing is ever found somewhere inside a text. What fits no rule is for the owner to judge, never a payment.

mod aggregators_cn;
mod alipay;
mod amount;
mod bangladesh;
mod banks_cn;
mod brazil;
mod india;
mod indonesia;
mod mi_push;
mod mpesa;
mod others;
mod paypal;
mod rule;
mod sms;
mod telebirr;
mod thailand;
mod unionpay;
mod venmo;
mod vietnam;
mod wechat;
mod wecom;
mod words;

use domain::{Money, Platform};
use rule::App;

pub(crate) use words::placeholder;

/// The longest title and text, in bytes, that are looked at: the longest real ones are below a quarter of this.
const TITLE_MAX: usize = 1024;
const TEXT_MAX: usize = 8 * 1024;

/// Every app whose notices are known, except Mi Push, which speaks for others.
static APPS: &[&App] = &[
    &wechat::WECHAT,
    &alipay::ALIPAY,
    &unionpay::UNIONPAY,
    &wecom::WECOM,
    &banks_cn::ICBC_MERCHANT,
    &banks_cn::ICBC,
    &banks_cn::ICBC_SMS,
    &banks_cn::CMB,
    &banks_cn::ECNY,
    &banks_cn::OTHER_BANKS,
    &aggregators_cn::SHOUQIANBA,
    &aggregators_cn::MEITUAN,
    &indonesia::GOPAY,
    &indonesia::DANA,
    &indonesia::QRIS,
    &indonesia::OTHERS,
    &brazil::PICPAY,
    &brazil::NUBANK,
    &brazil::OTHERS,
    &vietnam::MB,
    &vietnam::BIDV,
    &vietnam::OTHERS,
    &thailand::KBANK,
    &thailand::KTB,
    &bangladesh::BKASH,
    &bangladesh::NAGAD,
    &mpesa::MPESA,
    &telebirr::TELEBIRR,
    &india::BANKS,
    &india::GOOGLE_PAY,
    &india::PHONEPE,
    &india::PAYTM,
    &india::BHARATPE,
    &india::BHIM,
    &paypal::PAYPAL,
    &venmo::VENMO,
    &others::GCASH,
    &others::MAYA,
    &others::CASH_APP,
];

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeReading {
    /// Money came in.
    Payment(Told),
    /// Money went out.
    Out(Told),
    /// Known, and neither: `refund` (to the phone's owner), `advert`, `summary`, `withdrawal`, `private_chat` …
    NotPayment(&'static str),
    /// The words of a payment, but not from where payments are announced, or with something added.
    Imitation,
    /// The app tells of money, but not in these words.
    UnknownWording,
    /// Nothing is known of this app.
    UnknownApp,
    /// A payment's words around an amount that cannot be.
    ImpossibleAmount,
}

/// What a notice tells of a movement of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The platform whose notice it is.
    pub platform: Platform,
    /// How much; `None` when the text does not say.
    pub amount: Option<Money>,
    /// Who paid, as the notice says it; a stranger's text, not yet cleaned.
    pub payer: Option<String>,
    /// What else the notice says, not yet cleaned.
    pub note: Option<String>,
    /// The transaction code that the text prints, where there is one.
    pub identity: Option<String>,
}

/// Reads a notice of `app` (an Android package, or `sms:<sender>`). Titles are compared as they come, byte for
/// byte: a trailing blank or a hidden character is how imitations are made.
pub fn read(app: &str, title: &str, text: &str) -> NoticeReading {
    if title.len() > TITLE_MAX || text.len() > TEXT_MAX {
        return if find(app).is_some() {
            NoticeReading::UnknownWording
        } else {
            NoticeReading::UnknownApp
        };
    }
    if let Some(sender) = app.strip_prefix("sms:") {
        return sms::read(sender, title, text);
    }
    if sms::shows_messages(app) {
        return sms::read(title, title, text);
    }
    if mi_push::is(app) {
        return mi_push::read(title, text);
    }
    match find(app) {
        Some(known) if std::ptr::eq(known, &wechat::WECHAT) => wechat::read(title, text),
        Some(known) => known.read(title, text),
        None => others::read(app, title, text),
    }
}

/// The app by its package; some forwarders write packages in lower case.
fn find(package: &str) -> Option<&'static App> {
    APPS.iter()
        .find(|app| app.packages.iter().any(|p| p.eq_ignore_ascii_case(package)))
        .copied()
}

/// The package of an app by the name that phones show, for forwarders that cannot send the package.
pub(crate) fn package_of(label: &str) -> Option<&'static str> {
    Some(match label {
        "微信" | "WeChat" | "Weixin" => "com.tencent.mm",
        "企业微信" | "WeCom" => "com.tencent.wework",
        "支付宝" | "Alipay" => "com.eg.android.AlipayGphone",
        "云闪付" => "com.unionpay",
        "收钱吧" => "com.wosai.cashbar",
        "PayPal" => "com.paypal.android.p2pmobile",
        "Venmo" => "com.venmo",
        "PicPay" => "com.picpay",
        "Nubank" => "com.nu.production",
        "DANA" => "id.dana",
        "PhonePe" => "com.phonepe.app",
        "Paytm" => "net.one97.paytm",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
