//! Mi Push: `com.xiaomi.xmsf` posts for other apps on Xiaomi phones, so the platform is told by the title alone.

use super::{NoticeReading, alipay::ALIPAY, rule::App, unionpay::UNIONPAY, words};

/// Whether it is Mi Push.
pub(super) fn is(package: &str) -> bool {
    package.eq_ignore_ascii_case("com.xiaomi.xmsf")
}

/// Reads what it posted for another app.
pub(super) fn read(title: &str, text: &str) -> NoticeReading {
    let speaks_for = |app: &&&App| app.titles.contains(&title);
    if let Some(app) = [&ALIPAY, &UNIONPAY].iter().find(speaks_for) {
        return app.read(title, text);
    }
    // Alipay once wrote the amount into the title.
    if title.starts_with("你已成功收款") {
        return ALIPAY.read(title, text);
    }
    if words::one_time_code(title, text) {
        NoticeReading::NotPayment("otp")
    } else if words::imitates(title, text) {
        NoticeReading::Imitation
    } else if words::money(title, text) {
        NoticeReading::UnknownWording
    } else {
        NoticeReading::NotPayment("other_app")
    }
}
