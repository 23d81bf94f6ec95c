//! The whole catalogue, and what must never become a payment.

use super::{
    NoticeReading::{Imitation, ImpossibleAmount, NotPayment, UnknownApp, UnknownWording},
    *,
};
use proptest::prelude::*;
use serde::Deserialize;

const CATALOGUE: &str = include_str!("../fixtures/notices/catalogue.jsonl");

#[derive(Debug, Clone, Deserialize)]
struct Line {
    id: String,
    pkg: String,
    title: String,
    text: String,
    expect: Expect,
}

#[derive(Debug, Clone, Deserialize)]
struct Expect {
    platform: String,
    direction: String,
    amount_minor: Option<i64>,
    currency: Option<String>,
    payer: Option<String>,
    note: Option<String>,
    identity: Option<String>,
    reason: Option<String>,
}

fn catalogue() -> Vec<Line> {
    CATALOGUE
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

fn minor(told: &Told) -> Option<i64> {
    told.amount.map(Money::minor)
}

#[test]
fn every_line_of_the_catalogue_reads_as_it_should() {
    let lines = catalogue();
    let mut ids: Vec<&str> = lines.iter().map(|line| line.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert!(
        ids.len() == lines.len() && lines.len() >= 112,
        "{} ids of {} lines",
        ids.len(),
        lines.len()
    );
    let mut wrong = Vec::new();
    for line in &lines {
        let expect = &line.expect;
        let reading = read(&line.pkg, &line.title, &line.text);
        let right = match (expect.direction.as_str(), &reading) {
            ("in", NoticeReading::Payment(told)) => {
                told.platform.as_str() == expect.platform
                    && minor(told) == expect.amount_minor
                    && told
                        .amount
                        .is_none_or(|a| Some(a.currency().code()) == expect.currency.as_deref())
                    && told.payer == expect.payer
                    && told.note == expect.note
                    && told.identity == expect.identity
            }
            ("out", NoticeReading::Out(told)) => {
                told.platform.as_str() == expect.platform
                    && minor(told) == expect.amount_minor
                    && told
                        .amount
                        .is_none_or(|a| Some(a.currency().code()) == expect.currency.as_deref())
            }
            ("not_payment", reading) => match expect.reason.as_deref() {
                Some("chat_spoof" | "wrong_package" | "scam") => {
                    *reading == NoticeReading::Imitation
                }
                reason => {
                    matches!(reading, NoticeReading::NotPayment(given) if Some(*given) == reason)
                }
            },
            _ => false,
        };
        if !right {
            wrong.push(format!("{}: {reading:?}\n   expected {expect:?}", line.id));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_rule_compiles_and_every_app_is_sound() {
    let tables: &[(&App, &[rule::Rule])] = &[
        (&wechat::WECHAT, wechat::RULES),
        (&alipay::ALIPAY, alipay::RULES),
        (&unionpay::UNIONPAY, unionpay::RULES),
        (&wecom::WECOM, wecom::RULES),
        (&banks_cn::ICBC_MERCHANT, banks_cn::ICBC_MERCHANT_RULES),
        (&banks_cn::ICBC, banks_cn::ICBC_RULES),
        (&banks_cn::ICBC_SMS, banks_cn::ICBC_RULES),
        (&banks_cn::CMB, banks_cn::CMB_RULES),
        (&banks_cn::ECNY, banks_cn::ECNY_RULES),
        (&banks_cn::OTHER_BANKS, &[]),
        (
            &aggregators_cn::SHOUQIANBA,
            aggregators_cn::SHOUQIANBA_RULES,
        ),
        (&aggregators_cn::MEITUAN, aggregators_cn::MEITUAN_RULES),
        (&indonesia::GOPAY, indonesia::GOPAY_RULES),
        (&indonesia::DANA, indonesia::DANA_RULES),
        (&indonesia::QRIS, indonesia::QRIS_RULES),
        (&indonesia::OTHERS, &[]),
        (&brazil::PICPAY, brazil::PICPAY_RULES),
        (&brazil::NUBANK, brazil::NUBANK_RULES),
        (&brazil::OTHERS, &[]),
        (&vietnam::MB, vietnam::MB_RULES),
        (&vietnam::BIDV, vietnam::BIDV_RULES),
        (&vietnam::OTHERS, &[]),
        (&thailand::KBANK, thailand::KBANK_RULES),
        (&thailand::KTB, thailand::KTB_RULES),
        (&bangladesh::BKASH, bangladesh::BKASH_RULES),
        (&bangladesh::NAGAD, bangladesh::NAGAD_RULES),
        (&mpesa::MPESA, mpesa::RULES),
        (&telebirr::TELEBIRR, telebirr::RULES),
        (&india::BANKS, india::BANKS_RULES),
        (&india::GOOGLE_PAY, india::GOOGLE_PAY_RULES),
        (&india::PHONEPE, india::PHONEPE_RULES),
        (&india::PAYTM, india::PAYTM_RULES),
        (&india::BHARATPE, india::BHARATPE_RULES),
        (&india::BHIM, &[]),
        (&paypal::PAYPAL, paypal::RULES),
        (&venmo::VENMO, venmo::RULES),
        (&others::GCASH, &[]),
        (&others::MAYA, &[]),
        (&others::CASH_APP, &[]),
    ];
    assert_eq!(tables.len(), APPS.len());
    let mut packages: Vec<&str> = Vec::new();
    for ((app, table), listed) in tables.iter().zip(APPS) {
        assert!(
            std::ptr::eq(*app, *listed),
            "{} is listed in the same order",
            app.platform
        );
        assert_eq!(
            app.rules.len(),
            table.len(),
            "a rule of {} does not compile",
            app.platform
        );
        assert!(Platform::new(app.platform).is_some(), "{}", app.platform);
        assert!(
            domain::Currency::new(app.currency).is_some(),
            "{}",
            app.platform
        );
        for package in app.packages {
            assert_eq!(*package, package.to_lowercase());
            assert!(!packages.contains(package), "{package} is listed twice");
            packages.push(package);
        }
    }
}

const WX: &str = "com.tencent.mm";
const ALI: &str = "com.eg.android.AlipayGphone";

/// App, title, text, and what to make of it.
const LOOKALIKES: &[(&str, &str, &str, NoticeReading)] = &[
    // Private chats are not kept.
    (WX, "张三", "晚上一起吃饭吗", NotPayment("private_chat")),
    (
        WX,
        "一家人",
        "李四: 今天收款多少？",
        NotPayment("private_chat"),
    ),
    (WX, "张三", "[2条]张三: 在吗", NotPayment("private_chat")),
    (
        "com.tencent.mobileqq",
        "张三",
        "在吗",
        NotPayment("private_chat"),
    ),
    (
        "sms:+8613800000000",
        "+8613800000000",
        "明天几点开会",
        NotPayment("private_chat"),
    ),
    (
        "sms:106900001",
        "106900001",
        "您的验证码是 483920，请勿告诉他人",
        NotPayment("otp"),
    ),
    (
        ALI,
        "支付宝",
        "校验码 1234，请勿告诉他人",
        NotPayment("otp"),
    ),
    // Receipts quoted in chats, with other titles, or with something added.
    (WX, "张三", "[2条]张三: 微信支付收款9.00元", Imitation),
    (WX, "微信支付 ", "微信支付收款9.00元", Imitation),
    (WX, "微信支付", "微信支付收款9.00元 ", Imitation),
    (WX, "微信支付", " 微信支付收款9.00元", Imitation),
    (
        WX,
        "微信支付",
        "[条]微信支付: 微信支付收款9.00元",
        Imitation,
    ),
    (WX, "微信支付", "[2条]微信支付微信支付收款9.00元", Imitation),
    (
        WX,
        "微信支付",
        "微信支付收款9.00元\n微信支付收款900.00元",
        Imitation,
    ),
    (WX, "微信收款商业版", "微信支付收款9.00元", Imitation),
    (WX, "微信支付", "你有一笔收款入账。", Imitation),
    (ALI, "你已成功收款100元", "在吗", Imitation),
    (ALI, "张三", "李四通过扫码向你付款1.00元", Imitation),
    (ALI, "收钱码", "云闪付收款1元。", Imitation),
    (
        ALI,
        "收钱码",
        "小王通过扫码向你付款9.99元，请核对",
        Imitation,
    ),
    (
        "com.whatsapp",
        "支付宝",
        "支付宝成功收款200.00元。",
        Imitation,
    ),
    ("com.xiaomi.xmsf", "张三", "成功收款200.00元。", Imitation),
    // New words from where payments are announced.
    (
        WX,
        "微信支付",
        "微信支付收款9.00元(新会员到店)",
        UnknownWording,
    ),
    (WX, "微信支付", "您有新的服务消息", UnknownWording),
    // An account whose title is not listed: the owner sees it, but talk of money alone stays private.
    (WX, "微信收银台", "收款12.80元", UnknownWording),
    (WX, "到账通知", "金额：¥12.80", UnknownWording),
    (
        "com.tencent.wework",
        "收银台",
        "入账人民币12.80",
        UnknownWording,
    ),
    (WX, "张三", "两杯茶一共12.80元", NotPayment("private_chat")),
    (WX, "", "微信支付收款9.00元", UnknownWording),
    (
        ALI,
        "到账提醒",
        "今天有一笔58.80元的款项转入",
        UnknownWording,
    ),
    (
        "com.globe.gcash.android",
        "GCash",
        "You have received PHP 10",
        UnknownWording,
    ),
    (
        "sms:95533",
        "95533",
        "您尾号1234的储蓄卡收入人民币10.00元",
        UnknownWording,
    ),
    (
        "com.example.bank",
        "Bank",
        "You received $10.00",
        UnknownApp,
    ),
    (
        "sms:SOMEBANK",
        "SOMEBANK",
        "Rs 500 credited to your account",
        UnknownApp,
    ),
    // Amounts that cannot be.
    (WX, "微信支付", "微信支付收款0.00元", ImpossibleAmount),
    (WX, "微信支付", "微信支付收款-5.00元", ImpossibleAmount),
    (WX, "微信支付", "微信支付收款1.005元", ImpossibleAmount),
    (
        WX,
        "微信支付",
        "微信支付收款99999999999999999.00元",
        ImpossibleAmount,
    ),
    (
        "com.mbmobile",
        "MB Bank",
        "TK 03xxx619|GD: +0VND|SD: 1VND",
        ImpossibleAmount,
    ),
];

#[test]
fn what_looks_like_a_receipt_is_none() {
    for (app, title, text, expected) in LOOKALIKES {
        assert_eq!(
            read(app, title, text),
            *expected,
            "{app} {title:?} {text:?}"
        );
    }
    let long = "微信支付收款9.00元".repeat(10_000);
    assert_eq!(read(WX, "微信支付", &long), UnknownWording);
    assert_eq!(read("com.example", &long, "x"), UnknownApp);
}

#[test]
fn packages_in_lower_case_and_apps_by_name_are_known() {
    let told = |app: &str| {
        matches!(
            read(app, "收钱码", "小王通过扫码向你付款9.99元"),
            NoticeReading::Payment(_)
        )
    };
    assert!(told("com.eg.android.alipaygphone"));
    assert!(told(package_of("支付宝").expect("known")));
}

/// A line in which somebody else chooses the payer's name: where it stands, and how much was really paid.
const NAMED: &[(&str, &str, &str, i64)] = &[
    (
        "com.eg.android.AlipayGphone",
        "收钱码",
        "{}通过扫码向你付款0.01元",
        1,
    ),
    (
        "com.unionpay",
        "支付助手：入账成功",
        "您的工商银行卡6212 **** **** 7432收到来自{}的转账0.01元，已于2024-10-06 23:46成功到账！",
        1,
    ),
    (
        "com.google.android.apps.nbu.paisa.user",
        "{} paid you ₹0.01",
        "Payment received",
        1,
    ),
    (
        "com.phonepe.app",
        "PhonePe",
        "₹0.01 received from {}. UTR: 523411112222",
        1,
    ),
    (
        "net.one97.paytm",
        "Paytm",
        "Received ₹0.01 in your Paytm account from {}",
        1,
    ),
    ("com.bharatpe.app", "₹0.01 received", "{}", 1),
    ("com.venmo", "Venmo", "{} paid you $0.01", 1),
    (
        "com.paypal.android.p2pmobile",
        "PayPal",
        "You received $0.01 USD from {}",
        1,
    ),
    (
        "com.nu.production",
        "Pix recebido",
        "Você recebeu um Pix de {} no valor de R$ 0,01.",
        1,
    ),
    (
        "com.picpay",
        "{} enviou um Pix para você",
        "Você recebeu um Pix de R$0,01.",
        1,
    ),
    (
        "com.mbmobile",
        "MB Bank",
        "TK 03xxx619|GD: +1VND|SD: 12,345VND|ND: {}",
        1,
    ),
    (
        "sms:MPESA",
        "MPESA",
        "TJF987E58C Confirmed.You have received Ksh0.01 from {} 0712121212 on 15/10/24 at 12:16 PM  New M-PESA balance is Ksh123.12.",
        1,
    ),
    (
        "sms:127",
        "127",
        "Dear Name You have received ETB 0.01 from {}(2519****2078)  on 31/01/2026 16:51:21. Your transaction number is DAV4D0PVWS. Your current E-Money Account balance is ETB 9,719.23.",
        1,
    ),
    (
        "sms:bKash",
        "bKash",
        "You have received Tk 0.01 from 01700000002. Ref {}. Fee Tk 0.00. Balance Tk 138.34. TrxID DDC947L61P at 12/04/2026 20:18",
        1,
    ),
    (
        "sms:95588",
        "95588",
        "尾号2485卡12月16日16:51工商银行收入(他行汇入)0.01元，余额1,046.44元，对方户名：{}，对方账户尾号：6841。【工商银行】",
        1,
    ),
];

/// Every receipt in the catalogue and every phrase around a name, with other amounts: what a cheat would call himself.
fn evil_names() -> Vec<String> {
    let mut names: Vec<String> = NAMED
        .iter()
        .flat_map(|(_, title, text, _)| [*title, *text])
        .map(|phrase| {
            phrase
                .replace("{}", "X")
                .replace("0.01", "900.00")
                .replace("0,01", "900,00")
                .replace("+1V", "+900V")
        })
        .collect();
    names.extend(
        catalogue()
            .into_iter()
            .filter(|l| l.expect.direction == "in")
            .map(|l| l.text),
    );
    names
}

fn never_more(name: &str) {
    for (app, title, text, paid) in NAMED {
        let reading = read(app, &title.replace("{}", name), &text.replace("{}", name));
        if let NoticeReading::Payment(told) = &reading {
            assert!(
                minor(told).is_none_or(|said| said <= *paid),
                "{app} {name:?}: {reading:?}"
            );
        }
    }
}

#[test]
fn no_name_raises_the_amount() {
    let names = evil_names();
    for name in &names {
        never_more(name);
        for other in &names {
            never_more(&format!("{name}{other}"));
        }
    }
}

proptest! {
    #[test]
    fn random_names_never_raise_the_amount(
        before in ".{0,12}",
        phrase in prop::sample::select(evil_names()),
        after in ".{0,12}",
    ) {
        never_more(&format!("{before}{phrase}{after}"));
    }

    #[test]
    fn nothing_panics(app in "(com\\.tencent\\.mm|com\\.unionpay|sms:95588|[a-z.:]{0,12})", title in ".{0,40}", text in ".{0,200}") {
        let _ = read(&app, &title, &text);
    }

    /// With something behind it a receipt is none; where the text ends in words of the payer's own, it stays the
    /// same amount.
    #[test]
    fn random_tails_make_no_payment(tail in "[^0-9.。元\\s][^\\n]{0,20}") {
        const OWN_WORDS: [&str; 5] = ["net.one97.paytm", "com.bharatpe.app", "com.mbmobile", "com.paypal.android.p2pmobile", "com.gojek.gopaymerchant"];
        for line in catalogue().into_iter().filter(|l| l.expect.direction == "in") {
            let reading = read(&line.pkg, &line.title, &format!("{}{tail}", line.text));
            match &reading {
                NoticeReading::Payment(told) if OWN_WORDS.contains(&line.pkg.as_str()) => {
                    prop_assert_eq!(minor(told), line.expect.amount_minor, "{} {:?}", line.id, tail);
                }
                NoticeReading::Payment(_) => prop_assert!(false, "{} {:?}: {:?}", line.id, tail, reading),
                _ => {}
            }
        }
    }
}
