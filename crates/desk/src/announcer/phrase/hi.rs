//! Hindi. Every number below a hundred has a word of its own; beyond come hundred, thousand, lakh and crore.

use super::{
    Clock, Said, SaidGroup, Why, Wording,
    currency_words::{Grammar, Units, noun, units, whole_only},
    join,
};
use domain::{Kind, Money, Trust};

pub(super) struct Hindi;

#[rustfmt::skip]
const SMALL: [&str; 100] = [
    "शून्य", "एक", "दो", "तीन", "चार", "पाँच", "छह", "सात", "आठ", "नौ",
    "दस", "ग्यारह", "बारह", "तेरह", "चौदह", "पंद्रह", "सोलह", "सत्रह", "अठारह", "उन्नीस",
    "बीस", "इक्कीस", "बाईस", "तेईस", "चौबीस", "पच्चीस", "छब्बीस", "सत्ताईस", "अट्ठाईस", "उनतीस",
    "तीस", "इकतीस", "बत्तीस", "तैंतीस", "चौंतीस", "पैंतीस", "छत्तीस", "सैंतीस", "अड़तीस", "उनतालीस",
    "चालीस", "इकतालीस", "बयालीस", "तैंतालीस", "चौवालीस", "पैंतालीस", "छियालीस", "सैंतालीस", "अड़तालीस", "उनचास",
    "पचास", "इक्यावन", "बावन", "तिरपन", "चौवन", "पचपन", "छप्पन", "सत्तावन", "अट्ठावन", "उनसठ",
    "साठ", "इकसठ", "बासठ", "तिरसठ", "चौंसठ", "पैंसठ", "छियासठ", "सड़सठ", "अड़सठ", "उनहत्तर",
    "सत्तर", "इकहत्तर", "बहत्तर", "तिहत्तर", "चौहत्तर", "पचहत्तर", "छिहत्तर", "सतहत्तर", "अठहत्तर", "उन्यासी",
    "अस्सी", "इक्यासी", "बयासी", "तिरासी", "चौरासी", "पचासी", "छियासी", "सत्तासी", "अट्ठासी", "नवासी",
    "नब्बे", "इक्यानवे", "बानवे", "तिरानवे", "चौरानवे", "पचानवे", "छियानवे", "सत्तानवे", "अट्ठानवे", "निन्यानवे",
];

const GRAMMAR: Grammar = Grammar {
    counted: |n, _| cardinal(n),
    and: "और",
    point: "दशमलव",
    of_after_millions: None,
    is_one: |n| n == 1,
};

fn cardinal(n: u64) -> String {
    for (unit, name) in [
        (10_000_000, "करोड़"),
        (100_000, "लाख"),
        (1_000, "हज़ार"),
        (100, "सौ"),
    ] {
        if n >= unit {
            let rest = n % unit;
            let head = format!("{} {name}", cardinal(n / unit));
            return if rest == 0 {
                head
            } else {
                format!("{head} {}", cardinal(rest))
            };
        }
    }
    SMALL[usize::try_from(n).unwrap_or(0)].to_owned()
}

fn currency_units(code: &str) -> Option<Units> {
    let cents = noun("सेंट", "सेंट");
    match code {
        "INR" => units(noun("रुपया", "रुपये"), noun("पैसा", "पैसे")),
        "NPR" => units(noun("नेपाली रुपया", "नेपाली रुपये"), noun("पैसा", "पैसे")),
        "USD" => units(noun("डॉलर", "डॉलर"), cents),
        "EUR" => units(noun("यूरो", "यूरो"), cents),
        "GBP" => units(noun("पाउंड", "पाउंड"), noun("पेंस", "पेंस")),
        "CNY" => units(noun("युआन", "युआन"), noun("फ़ेन", "फ़ेन")),
        "BRL" => units(noun("रियाल", "रियाल"), noun("सेंटावो", "सेंटावो")),
        "AED" => units(noun("दिरहम", "दिरहम"), noun("फ़िल", "फ़िल")),
        "KWD" => units(noun("कुवैती दीनार", "कुवैती दीनार"), noun("फ़िल", "फ़िल")),
        "JPY" => whole_only(noun("येन", "येन")),
        "KRW" => whole_only(noun("वॉन", "वॉन")),
        _ => None,
    }
}

fn clock(at: Clock) -> String {
    let hour = cardinal(u64::from(at.hour));
    match at.minute {
        0 => format!("{hour} बजे"),
        minute => format!("{hour} बजकर {} मिनट", cardinal(u64::from(minute))),
    }
}

impl Wording for Hindi {
    fn amount(&self, money: Money) -> String {
        GRAMMAR.amount(money, currency_units(money.currency().code()))
    }

    fn platform(&self, name: &str) -> Option<&'static str> {
        Some(match name {
            "wechat" => "वीचैट",
            "wechat_work" => "वीकॉम",
            "meituan" => "मेइतुआन",
            "ecny" => "डिजिटल युआन",
            "aggregator_cn" => "कलेक्शन सेवा",
            "alipay" => "अलीपे",
            "unionpay" => "यूनियनपे",
            "stripe" => "स्ट्राइप",
            "paypal" => "पेपैल",
            "pix" => "पिक्स",
            "upi" => "यूपीआई",
            "paytm" => "पेटीएम",
            "phonepe" => "फ़ोनपे",
            "gpay_in" => "गूगल पे",
            "bharatpe" => "भारतपे",
            "bkash" => "बिकाश",
            "nagad" => "नगद",
            "bank_cn" | "bank_in" | "bank_th" | "bank_vn" => "बैंक",
            _ => return None,
        })
    }

    fn payment(&self, said: &Said<'_>) -> String {
        let what = match (said.kind, said.trust) {
            _ if said.test => "परीक्षण भुगतान",
            (Kind::Payment, Trust::Confirmed) => "भुगतान मिला",
            (Kind::Payment, Trust::Reported) => "भुगतान",
            (Kind::Refund, _) => "वापसी",
        };
        let reported = (said.trust == Trust::Reported && !said.test).then_some("फ़ोन की सूचना");
        let platform = said.platform.filter(|_| !said.test);
        let head = join(" ", [platform, Some(what)]);
        let number = said
            .number
            .map(|n| format!("नंबर {}", cardinal(u64::from(n))));
        let amount = said.amount.as_deref().unwrap_or("राशि नहीं बताई गई");
        join(
            ", ",
            [
                reported,
                Some(head.as_str()),
                number.as_deref(),
                Some(amount),
            ],
        )
    }

    fn sum(&self, why: Why, since: Option<Clock>, groups: &[SaidGroup]) -> String {
        let since = since.map(|at| format!("{} से", clock(at)));
        let head = match why {
            Why::Burst => "कई भुगतान".to_owned(),
            Why::Late => join(", ", [Some("पहले के"), since.as_deref()]),
        };
        let groups = groups.iter().map(|group| {
            let what = match group.kind {
                _ if group.test => "परीक्षण भुगतान",
                Kind::Payment => "भुगतान",
                Kind::Refund => "वापसी",
            };
            let reported = if group.trust == Trust::Reported && !group.test {
                "फ़ोन की सूचना से "
            } else {
                ""
            };
            let count = cardinal(u64::from(group.count));
            match &group.total {
                Some(total) => format!("{reported}{count} {what}, कुल {total}"),
                None if group.test => format!("{count} {what}"),
                None => format!("{reported}{count} {what}, राशि नहीं बताई गई"),
            }
        });
        format!("{head}: {}", groups.collect::<Vec<_>>().join("; "))
    }

    fn stopped(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!("{} से ", clock(at)))
            .unwrap_or_default();
        format!("ध्यान दें, {since}भुगतान की सूचना नहीं आ रही, कृपया कंप्यूटर देखें")
    }

    fn refused(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!("{} से ", clock(at)))
            .unwrap_or_default();
        format!("ध्यान दें, {since}भुगतान की सूचनाएँ अस्वीकार हो रही हैं, कृपया कंप्यूटर देखें")
    }

    fn back(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!(", {} से रुकी थी", clock(at)))
            .unwrap_or_default();
        format!("भुगतान की सूचना फिर आ रही है{since}")
    }

    fn again(&self) -> &'static str {
        "एक बार फिर: "
    }

    fn check(&self) -> &'static str {
        "यह आवाज़ की जाँच है, यह वाक्य सुनाई दे तो भुगतान भी सुनाई देंगे"
    }
}
