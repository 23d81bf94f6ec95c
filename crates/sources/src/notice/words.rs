//! Words by which an unknown text is sorted: imitations of receipts, one-time codes, talk of money, and
//! placeholders that a forwarder did not fill in.

use regex::Regex;
use std::sync::LazyLock;

/// The phrases by which payment apps announce money, with the amount that follows them. Wide enough for quotations
/// with something before or behind; too narrow for people who merely talk about money.
static RECEIPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (?:微信支付收款|微信收款|个人收款码到账|二维码收款到账|二维码赞赏到账|收款单到账|收款到账|成功收款
          |支付宝到账|支付宝收款|云闪付收款|向你付款|向您付款)
        \s* (?:人民币)? \s* [-+−:：]? \s* [¥￥]? \s* [0-9０-９]
        | 你有一笔收款入账 | 向你转了\s*[0-9一]+\s*笔钱
        | [¥￥]\s*[0-9.,]+\s*收款到账
        | 银行卡.{0,40}入账\s*[¥￥]?\s*[0-9]",
    )
    .ok()
});

/// One-time passwords and codes: never kept, whoever sends them.
static ONE_TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\bOTP\b|验证码|校验码|驗證碼|动态密码|verification code|security code|one[- ]?time (?:password|passcode|pin|code)|código de (?:verificação|segurança|verificación)|kode verifikasi|mã xác (?:thực|nhận)|รหัส OTP",
    )
    .ok()
});

/// Talk of money coming in, in the languages of the catalogue.
static MONEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)收款|到账|入账|付款|收入|转账|转入|[0-9]元|[¥￥$€£₹৳฿]\s?[0-9]|\b(?:Rs|Rp|Tk|Ksh|ETB|THB|VND|R\$)\.?\s?[0-9]|\b(?:received|credited|deposit(?:ed)?|payment|paid|pix|recebeu|recebido|recibido|diterima|dana masuk)\b|เงินเข้า|nhận|chuyen tien",
    )
    .ok()
});

/// The words for money that came in, and an amount of yuan: together they are more than people say to each other.
static INCOMING: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"收款|到账|入账").ok());
static YUAN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:[¥￥]|人民币)\s?[0-9０-９]|[0-9０-９]\s?(?:元|块)|[0-9]\.[0-9]{2}(?:[^0-9.]|\z)",
    )
    .ok()
});

static LINK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)https?://|\bwww\.|\bbit\.ly\b").ok());

/// Placeholders of SmsForwarder, Tasker, AutoNotification and MacroDroid.
static PLACEHOLDER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)\A\s*(?:
          \[(?:from|content|msg|org_content|device_mark|app_version|title|card_slot|receive_time(?::[^\]]*)?|timestamp|sign)\]
        | \{\{[^{}]{1,40}\}\}
        | \{(?:not_[a-z_]{1,30}|notification[a-z_]{0,30})\}
        | \[(?:not_[a-z_]{1,30}|notification[a-z_]{0,30})\]
        | %(?:an|evt|nt)[a-z_]{1,30}
        )\s*\z",
    )
    .ok()
});

fn fits(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern
        .as_ref()
        .is_some_and(|pattern| pattern.is_match(text))
}

/// Whether a text that is no known notice holds the words of one.
pub(super) fn imitates(title: &str, text: &str) -> bool {
    fits(&RECEIPT, text) || fits(&RECEIPT, title)
}

/// Whether it holds a one-time code.
pub(super) fn one_time_code(title: &str, text: &str) -> bool {
    fits(&ONE_TIME, text) || fits(&ONE_TIME, title)
}

/// Whether it speaks of money at all.
pub(super) fn money(title: &str, text: &str) -> bool {
    fits(&MONEY, text) || fits(&MONEY, title)
}

/// Whether it says that money came in, and how much.
pub(super) fn incoming_amount(title: &str, text: &str) -> bool {
    (fits(&INCOMING, text) || fits(&INCOMING, title)) && (fits(&YUAN, text) || fits(&YUAN, title))
}

/// Whether it wants something to be opened.
pub(super) fn link(text: &str) -> bool {
    fits(&LINK, text)
}

/// Whether a forwarder sent its placeholder instead of what should stand there.
pub(crate) fn placeholder(value: &str) -> bool {
    value.len() <= 64 && fits(&PLACEHOLDER, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in [
            &RECEIPT,
            &ONE_TIME,
            &MONEY,
            &INCOMING,
            &YUAN,
            &LINK,
            &PLACEHOLDER,
        ] {
            assert!(pattern.is_some());
        }
    }

    #[test]
    fn talk_is_no_imitation() {
        for talk in [
            "今天收款多少？",
            "晚上吃什么",
            "钱到账了吗",
            "收款码给我一下",
            "微信支付收款功能升级，最高可享0费率",
        ] {
            assert!(!imitates("张三", talk), "{talk}");
        }
        for copy in [
            "哈哈 微信支付收款100.00元",
            "微信支付收款 ¥ １00元",
            "支付宝到账：200元",
            "你有一笔收款入账",
        ] {
            assert!(imitates("张三", copy), "{copy}");
        }
    }

    #[test]
    fn an_amount_that_came_in_needs_both_words() {
        for (title, text) in [
            ("微信收银台", "收款12.80元"),
            ("到账通知", "￥ 5"),
            ("张三", "刚才那12.80到账了"),
            ("小店", "入账人民币100"),
        ] {
            assert!(incoming_amount(title, text), "{title} {text}");
        }
        for (title, text) in [
            ("张三", "晚上一起吃饭吗"),
            ("张三", "今天收款多少？"),
            ("张三", "两杯茶一共12.80元"),
            ("张三", "快递到账了3个，版本1.2.345"),
        ] {
            assert!(!incoming_amount(title, text), "{title} {text}");
        }
    }

    #[test]
    fn placeholders_are_whole_values() {
        for left in [
            "[title]",
            "[org_content]",
            "[receive_time:HH:mm]",
            "%antext",
            "%anbigtext",
            "{not_title}",
            "{{TITLE}}",
        ] {
            assert!(placeholder(left), "{left}");
        }
        for text in [
            "",
            "[转账]请你确认收款",
            "收款[title]",
            "100%",
            "{}",
            "[Photo]",
        ] {
            assert!(!placeholder(text), "{text}");
        }
    }
}
