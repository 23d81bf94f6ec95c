//! English. Rupees are counted in lakh and crore, as in India; everything else in thousands and millions.

use super::{
    Clock, Said, SaidGroup, Why, Wording,
    currency_words::{Grammar, Units, noun, units, whole_only},
    join,
};
use domain::{Currency, Kind, Money, Trust};

pub(super) struct English;

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

const GRAMMAR: Grammar = Grammar {
    counted: |n, _| cardinal(n),
    and: "and",
    point: "point",
    of_after_millions: None,
    is_one: |n| n == 1,
};
const INDIAN: Grammar = Grammar {
    counted: |n, _| indian(n),
    ..GRAMMAR
};

/// A whole number: `one thousand two hundred thirty-four`.
fn cardinal(n: u64) -> String {
    let scales = [
        (1_000_000_000_000_000, "quadrillion"),
        (1_000_000_000_000, "trillion"),
        (1_000_000_000, "billion"),
        (1_000_000, "million"),
        (1_000, "thousand"),
    ];
    scaled(n, &scales, cardinal)
}

/// A whole number in lakh and crore: `twelve lakh thirty-four thousand`.
fn indian(n: u64) -> String {
    scaled(
        n,
        &[
            (10_000_000, "crore"),
            (100_000, "lakh"),
            (1_000, "thousand"),
        ],
        indian,
    )
}

fn scaled(n: u64, scales: &[(u64, &str)], high: fn(u64) -> String) -> String {
    for (unit, name) in scales {
        if n >= *unit {
            let rest = n % unit;
            let head = format!("{} {name}", high(n / unit));
            return if rest == 0 {
                head
            } else {
                format!("{head} {}", scaled(rest, scales, high))
            };
        }
    }
    below_thousand(n)
}

fn below_thousand(n: u64) -> String {
    let at = |table: &[&'static str], i: u64| table[usize::try_from(i).unwrap_or(0)];
    match (n / 100, n % 100) {
        (0, n @ 0..20) => at(&SMALL, n).to_owned(),
        (0, n) if n.is_multiple_of(10) => at(&TENS, n / 10).to_owned(),
        (0, n) => format!("{}-{}", at(&TENS, n / 10), at(&SMALL, n % 10)),
        (hundreds, 0) => format!("{} hundred", at(&SMALL, hundreds)),
        (hundreds, rest) => format!("{} hundred {}", at(&SMALL, hundreds), below_thousand(rest)),
    }
}

fn currency_units(code: &str) -> Option<Units> {
    let cents = noun("cent", "cents");
    match code {
        "CNY" => units(noun("yuan", "yuan"), noun("fen", "fen")),
        "USD" => units(noun("dollar", "dollars"), cents),
        "EUR" => units(noun("euro", "euros"), cents),
        "GBP" => units(noun("pound", "pounds"), noun("penny", "pence")),
        "HKD" => units(noun("Hong Kong dollar", "Hong Kong dollars"), cents),
        "TWD" => units(noun("Taiwan dollar", "Taiwan dollars"), cents),
        "SGD" => units(noun("Singapore dollar", "Singapore dollars"), cents),
        "AUD" => units(noun("Australian dollar", "Australian dollars"), cents),
        "CAD" => units(noun("Canadian dollar", "Canadian dollars"), cents),
        "NZD" => units(noun("New Zealand dollar", "New Zealand dollars"), cents),
        "MOP" => units(noun("pataca", "patacas"), noun("avo", "avos")),
        "BRL" => units(noun("real", "reais"), noun("centavo", "centavos")),
        "MXN" => units(
            noun("Mexican peso", "Mexican pesos"),
            noun("centavo", "centavos"),
        ),
        "PHP" => units(
            noun("Philippine peso", "Philippine pesos"),
            noun("centavo", "centavos"),
        ),
        "INR" => units(noun("rupee", "rupees"), noun("paisa", "paise")),
        "BDT" => units(noun("taka", "taka"), noun("poisha", "poisha")),
        "THB" => units(noun("baht", "baht"), noun("satang", "satang")),
        "MYR" => units(noun("ringgit", "ringgit"), noun("sen", "sen")),
        "IDR" => units(noun("rupiah", "rupiah"), noun("sen", "sen")),
        "KES" => units(noun("Kenyan shilling", "Kenyan shillings"), cents),
        "TZS" => units(noun("Tanzanian shilling", "Tanzanian shillings"), cents),
        "ETB" => units(noun("birr", "birr"), noun("santim", "santim")),
        "KWD" => units(
            noun("Kuwaiti dinar", "Kuwaiti dinars"),
            noun("fils", "fils"),
        ),
        "BHD" => units(
            noun("Bahraini dinar", "Bahraini dinars"),
            noun("fils", "fils"),
        ),
        "OMR" => units(noun("Omani rial", "Omani rials"), noun("baisa", "baisa")),
        "TND" => units(
            noun("Tunisian dinar", "Tunisian dinars"),
            noun("millime", "millimes"),
        ),
        "JPY" => whole_only(noun("yen", "yen")),
        "KRW" => whole_only(noun("won", "won")),
        "VND" => whole_only(noun("dong", "dong")),
        "CLP" => whole_only(noun("Chilean peso", "Chilean pesos")),
        _ => None,
    }
}

fn clock(at: Clock) -> String {
    let half = if at.hour < 12 { "a m" } else { "p m" };
    let hour = cardinal(match u64::from(at.hour) % 12 {
        0 => 12,
        hour => hour,
    });
    match at.minute {
        0 => format!("{hour} {half}"),
        m @ 1..10 => format!("{hour} oh {} {half}", cardinal(u64::from(m))),
        m => format!("{hour} {} {half}", cardinal(u64::from(m))),
    }
}

impl Wording for English {
    fn amount(&self, money: Money) -> String {
        let grammar = if money.currency() == Currency::INR {
            &INDIAN
        } else {
            &GRAMMAR
        };
        grammar.amount(money, currency_units(money.currency().code()))
    }

    fn platform(&self, name: &str) -> Option<&'static str> {
        Some(match name {
            "bank_cn" | "bank_in" | "bank_th" | "bank_vn" => "bank",
            "ecny" => "digital yuan",
            "aggregator_cn" => "collection service",
            _ => return None,
        })
    }

    fn payment(&self, said: &Said<'_>) -> String {
        let what = match (said.kind, said.trust) {
            _ if said.test => "test payment",
            (Kind::Payment, Trust::Confirmed) => "payment received",
            (Kind::Payment, Trust::Reported) => "payment",
            (Kind::Refund, _) => "refund",
        };
        let reported = said.trust == Trust::Reported && !said.test;
        let platform = said.platform.filter(|_| !said.test);
        let head = join(
            " ",
            [
                reported.then_some("the phone reports a"),
                platform,
                Some(what),
            ],
        );
        let number = said
            .number
            .map(|n| format!("number {}", cardinal(u64::from(n))));
        let amount = said.amount.as_deref().unwrap_or("amount not given");
        join(", ", [Some(head.as_str()), number.as_deref(), Some(amount)])
    }

    fn sum(&self, why: Why, since: Option<Clock>, groups: &[SaidGroup]) -> String {
        let since = since.map(|at| format!("since {}", clock(at)));
        let head = match why {
            Why::Burst => "several payments".to_owned(),
            Why::Late => join(", ", [Some("from earlier"), since.as_deref()]),
        };
        let groups = groups.iter().map(|group| {
            let what = match (group.kind, group.count) {
                _ if group.test && group.count == 1 => "test payment",
                _ if group.test => "test payments",
                (Kind::Payment, 1) => "payment",
                (Kind::Payment, _) => "payments",
                (Kind::Refund, 1) => "refund",
                (Kind::Refund, _) => "refunds",
            };
            let reported = if group.trust == Trust::Reported && !group.test {
                "reported by the phone, "
            } else {
                ""
            };
            let count = cardinal(u64::from(group.count));
            match &group.total {
                Some(total) => format!("{reported}{count} {what}, together {total}"),
                None if group.test => format!("{count} {what}"),
                None => format!("{reported}{count} {what}, amount not given"),
            }
        });
        format!("{head}: {}", groups.collect::<Vec<_>>().join("; "))
    }

    fn stopped(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!(" since {}", clock(at)))
            .unwrap_or_default();
        format!("attention, payments are not heard{since}, please look at the computer")
    }

    fn refused(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!(" since {}", clock(at)))
            .unwrap_or_default();
        format!("attention, payment messages are refused{since}, please look at the computer")
    }

    fn back(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!(", after a gap since {}", clock(at)))
            .unwrap_or_default();
        format!("payments are heard again{since}")
    }

    fn again(&self) -> &'static str {
        "once more: "
    }

    fn check(&self) -> &'static str {
        "this is the sound check: when you hear this sentence, you will hear payments"
    }
}
