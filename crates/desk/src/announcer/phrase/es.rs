//! Spanish. Long scale: `mil millones` is 10⁹, `un billón` 10¹².

use super::{
    Clock, Said, SaidGroup, Why, Wording,
    currency_words::{Grammar, Units, feminine, noun, units, whole_only},
    join,
};
use domain::{Kind, Money, Trust};

pub(super) struct Spanish;

const SMALL: [&str; 30] = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
];
const TENS: [&str; 10] = [
    "",
    "",
    "",
    "treinta",
    "cuarenta",
    "cincuenta",
    "sesenta",
    "setenta",
    "ochenta",
    "noventa",
];
const HUNDREDS: [&str; 10] = [
    "",
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
];

const GRAMMAR: Grammar = Grammar {
    counted: |n, feminine| cardinal(n, if feminine { One::Una } else { One::Un }),
    and: "con",
    point: "coma",
    of_after_millions: Some("de"),
    is_one: |n| n == 1,
};

/// The form that *one* takes by what follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum One {
    /// Nothing follows: `número veintiuno`.
    Uno,
    /// A masculine noun: `veintiún pesos`.
    Un,
    /// A feminine noun, with which hundreds agree too: `doscientas una libras`.
    Una,
}

fn cardinal(n: u64, one: One) -> String {
    const SCALES: [(u64, &str, &str); 2] = [
        (1_000_000_000_000, "billón", "billones"),
        (1_000_000, "millón", "millones"),
    ];
    for (unit, singular, plural) in SCALES {
        if n >= unit {
            let (high, rest) = (n / unit, n % unit);
            let name = if high == 1 { singular } else { plural };
            let head = format!("{} {name}", cardinal(high, One::Un));
            return if rest == 0 {
                head
            } else {
                format!("{head} {}", cardinal(rest, one))
            };
        }
    }
    if n < 1000 {
        return below_thousand(n, one);
    }
    let (high, rest) = (n / 1000, n % 1000);
    // `mil`, not `un mil`; before it one is `un`, but hundreds agree with the noun: `doscientas mil libras`.
    let head = match high {
        1 => "mil".to_owned(),
        _ => format!("{} mil", thousands(high, one)),
    };
    if rest == 0 {
        head
    } else {
        format!("{head} {}", below_thousand(rest, one))
    }
}

fn thousands(n: u64, one: One) -> String {
    match (n / 100 * 100, n % 100) {
        (_, 0) => below_thousand(n, one),
        (0, rest) => below_thousand(rest, One::Un),
        (hundreds, rest) => {
            let head = if hundreds == 100 {
                "ciento".to_owned()
            } else {
                below_thousand(hundreds, one)
            };
            format!("{head} {}", below_thousand(rest, One::Un))
        }
    }
}

fn below_thousand(n: u64, one: One) -> String {
    let at = |table: &[&'static str], i: u64| table[usize::try_from(i).unwrap_or(0)];
    let (hundreds, rest) = (n / 100, n % 100);
    let head = match (hundreds, rest) {
        (0, _) => String::new(),
        (1, 0) => return "cien".to_owned(),
        (2.., _) if one == One::Una => at(&HUNDREDS, hundreds).replace("ientos", "ientas"),
        _ => at(&HUNDREDS, hundreds).to_owned(),
    };
    let head = if one == One::Una {
        head.replace("quinientos", "quinientas")
    } else {
        head
    };
    let tail = match (rest, one) {
        (0, _) if hundreds > 0 => String::new(),
        (1, One::Un) => "un".to_owned(),
        (1, One::Una) => "una".to_owned(),
        (21, One::Un) => "veintiún".to_owned(),
        (21, One::Una) => "veintiuna".to_owned(),
        (0..30, _) => at(&SMALL, rest).to_owned(),
        _ if rest.is_multiple_of(10) => at(&TENS, rest / 10).to_owned(),
        _ => format!(
            "{} y {}",
            at(&TENS, rest / 10),
            below_thousand(rest % 10, one)
        ),
    };
    join(" ", [Some(head.as_str()), Some(tail.as_str())])
}

fn currency_units(code: &str) -> Option<Units> {
    let centavos = noun("centavo", "centavos");
    match code {
        "EUR" => units(noun("euro", "euros"), noun("céntimo", "céntimos")),
        "MXN" | "ARS" | "COP" | "PHP" | "UYU" | "DOP" => units(noun("peso", "pesos"), centavos),
        "CLP" => whole_only(noun("peso", "pesos")),
        "USD" => units(noun("dólar", "dólares"), centavos),
        "PEN" => units(noun("sol", "soles"), noun("céntimo", "céntimos")),
        "BOB" => units(noun("boliviano", "bolivianos"), centavos),
        "GTQ" => units(noun("quetzal", "quetzales"), centavos),
        "CRC" => units(noun("colón", "colones"), noun("céntimo", "céntimos")),
        "PYG" => whole_only(noun("guaraní", "guaraníes")),
        "BRL" => units(noun("real", "reales"), centavos),
        "GBP" => units(feminine("libra", "libras"), noun("penique", "peniques")),
        "CNY" => units(noun("yuan", "yuanes"), noun("fen", "fen")),
        "HKD" => units(noun("dólar de Hong Kong", "dólares de Hong Kong"), centavos),
        "INR" => units(feminine("rupia", "rupias"), noun("paisa", "paisas")),
        "KWD" => units(
            noun("dinar kuwaití", "dinares kuwaitíes"),
            noun("fils", "fils"),
        ),
        "JPY" => whole_only(noun("yen", "yenes")),
        "KRW" => whole_only(noun("won", "wones")),
        "VND" => whole_only(noun("dong", "dong")),
        _ => None,
    }
}

fn clock(at: Clock) -> String {
    let hour = cardinal(u64::from(at.hour), One::Una);
    let article = if at.hour == 1 { "la" } else { "las" };
    match at.minute {
        0 => format!("{article} {hour}"),
        minute => format!(
            "{article} {hour} y {}",
            cardinal(u64::from(minute), One::Uno)
        ),
    }
}

impl Wording for Spanish {
    fn amount(&self, money: Money) -> String {
        GRAMMAR.amount(money, currency_units(money.currency().code()))
    }

    fn platform(&self, name: &str) -> Option<&'static str> {
        Some(match name {
            "bank_cn" | "bank_in" | "bank_th" | "bank_vn" => "banco",
            "ecny" => "yuan digital",
            "aggregator_cn" => "servicio de cobro",
            _ => return None,
        })
    }

    fn payment(&self, said: &Said<'_>) -> String {
        let what = match (said.kind, said.trust) {
            _ if said.test => "pago de prueba",
            (Kind::Payment, Trust::Confirmed) => "pago recibido",
            (Kind::Payment, Trust::Reported) => "el teléfono avisa de un pago",
            (Kind::Refund, Trust::Confirmed) => "devolución",
            (Kind::Refund, Trust::Reported) => "el teléfono avisa de una devolución",
        };
        let platform = said.platform.filter(|_| !said.test);
        let number = said
            .number
            .map(|n| format!("número {}", cardinal(u64::from(n), One::Uno)));
        let amount = said.amount.as_deref().unwrap_or("importe no indicado");
        join(
            ", ",
            [Some(what), platform, number.as_deref(), Some(amount)],
        )
    }

    fn sum(&self, why: Why, since: Option<Clock>, groups: &[SaidGroup]) -> String {
        let since = since.map(|at| format!("desde {}", clock(at)));
        let head = match why {
            Why::Burst => "varios pagos".to_owned(),
            Why::Late => join(", ", [Some("de antes"), since.as_deref()]),
        };
        let groups = groups.iter().map(|group| {
            let (what, one) = match (group.kind, group.count) {
                _ if group.test && group.count == 1 => ("pago de prueba", One::Un),
                _ if group.test => ("pagos de prueba", One::Un),
                (Kind::Payment, 1) => ("pago", One::Un),
                (Kind::Payment, _) => ("pagos", One::Un),
                (Kind::Refund, 1) => ("devolución", One::Una),
                (Kind::Refund, _) => ("devoluciones", One::Una),
            };
            let reported = if group.trust == Trust::Reported && !group.test {
                "según el teléfono, "
            } else {
                ""
            };
            let count = cardinal(u64::from(group.count), one);
            match &group.total {
                Some(total) => format!("{reported}{count} {what}, en total {total}"),
                None if group.test => format!("{count} {what}"),
                None => format!("{reported}{count} {what}, importe no indicado"),
            }
        });
        format!("{head}: {}", groups.collect::<Vec<_>>().join("; "))
    }

    fn stopped(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!(" desde {}", clock(at)))
            .unwrap_or_default();
        format!("atención, no se reciben avisos de pagos{since}, mire el ordenador")
    }

    fn refused(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!(" desde {}", clock(at)))
            .unwrap_or_default();
        format!("atención, se rechazan los avisos de pagos{since}, mire el ordenador")
    }

    fn back(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!(", después de un corte desde {}", clock(at)))
            .unwrap_or_default();
        format!("se reciben de nuevo los avisos de pagos{since}")
    }

    fn again(&self) -> &'static str {
        "otra vez: "
    }

    fn check(&self) -> &'static str {
        "esta es la prueba de sonido: si oye esta frase, oirá los pagos"
    }
}
