//! Short messages, whether forwarded as such (`sms:<sender>`) or as the messaging app's notice, titled with the
//! sender. A sender's name can be forged: only names on the list are read at all, and what they say is *reported*.

use super::{APPS, NoticeReading, words};

/// Messaging apps that show short messages.
const MESSAGING: &[&str] = &[
    "com.android.mms",
    "com.android.messaging",
    "com.google.android.apps.messaging",
    "com.samsung.android.messaging",
    "com.huawei.message",
    "com.hihonor.mms",
    "com.oneplus.mms",
    "com.coloros.mms",
];

/// Whether the app is one that shows short messages.
pub(super) fn shows_messages(package: &str) -> bool {
    MESSAGING.iter().any(|p| p.eq_ignore_ascii_case(package))
}

/// Reads a short message.
pub(super) fn read(sender: &str, title: &str, text: &str) -> NoticeReading {
    let plain = plain_sender(sender);
    if let Some(app) = APPS
        .iter()
        .find(|app| app.senders.contains(&plain.as_str()))
    {
        return app.read(title, text);
    }
    if words::one_time_code("", text) {
        NoticeReading::NotPayment("otp")
    } else if words::imitates("", text) || words::money("", text) && words::link(text) {
        // "You received a Pix, open this to release it": the owner should see that somebody tries.
        NoticeReading::Imitation
    } else if words::money("", text) && text.bytes().any(|b| b.is_ascii_digit()) {
        NoticeReading::UnknownApp
    } else {
        NoticeReading::NotPayment("private_chat")
    }
}

/// A sender as the lists write it: lower case, without the carrier's prefix and the kind of message that Indian
/// networks add (`VM-KOTAKB-S`).
fn plain_sender(sender: &str) -> String {
    let lower = sender.trim().to_lowercase();
    let parts: Vec<&str> = lower.split('-').collect();
    match parts.as_slice() {
        [carrier, name] | [carrier, name, _] if carrier.len() == 2 && name.len() >= 3 => {
            (*name).to_owned()
        }
        _ => lower,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_are_known_with_and_without_their_carrier() {
        for (sender, plain) in [
            ("VM-KOTAKB", "kotakb"),
            ("AD-KOTAKB-S", "kotakb"),
            ("MPESA", "mpesa"),
            ("M-PESA", "m-pesa"),
            ("+8613800000000", "+8613800000000"),
        ] {
            assert_eq!(plain_sender(sender), plain);
        }
    }
}
