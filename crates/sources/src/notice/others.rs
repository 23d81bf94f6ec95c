//! Apps of which little or nothing is known: chats, wallets whose words were not seen yet, and all the rest.

use super::{
    NoticeReading,
    amount::Grammar,
    rule::{App, People},
    words,
};
use std::sync::LazyLock;

/// GCash, whose words were not seen yet.
pub(super) static GCASH: App = unseen("gcash", &["com.globe.gcash.android"], "PHP");
/// Maya, whose words were not seen yet.
pub(super) static MAYA: App = unseen("maya", &["com.paymaya"], "PHP");
/// Cash App, whose words were not seen yet.
pub(super) static CASH_APP: App = unseen("cash_app", &["com.squareup.cash"], "USD");

const fn unseen(
    platform: &'static str,
    packages: &'static [&'static str],
    currency: &'static str,
) -> App {
    App {
        platform,
        packages,
        senders: &[],
        titles: &[],
        people: People::Never,
        currency,
        amounts: Grammar::Point,
        rules: LazyLock::new(Vec::new),
    }
}

/// Apps that show what people write: never kept, unless it imitates a receipt.
const CHATS: &[&str] = &[
    "com.tencent.mobileqq",
    "com.tencent.tim",
    "com.alibaba.android.rimet",
    "com.ss.android.lark",
    "com.whatsapp",
    "com.whatsapp.w4b",
    "org.telegram.messenger",
    "org.thoughtcrime.securesms",
    "com.facebook.orca",
    "jp.naver.line.android",
    "com.zing.zalo",
    "com.kakao.talk",
    "com.viber.voip",
    "com.discord",
    "com.google.android.gm",
];

/// Reads a notice of an app without rules.
pub(super) fn read(package: &str, title: &str, text: &str) -> NoticeReading {
    if words::one_time_code(title, text) {
        NoticeReading::NotPayment("otp")
    } else if words::imitates(title, text) {
        NoticeReading::Imitation
    } else if CHATS.iter().any(|p| p.eq_ignore_ascii_case(package)) {
        NoticeReading::NotPayment("private_chat")
    } else {
        NoticeReading::UnknownApp
    }
}
