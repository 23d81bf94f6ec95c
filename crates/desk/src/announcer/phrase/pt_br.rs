//! Portuguese as in Brazil. Short scale: `um bilhão` is 10⁹.

use super::{
    Clock, Said, SaidGroup, Why, Wording,
    currency_words::{Grammar, Units, feminine, noun, units, whole_only},
    join,
};
use domain::{Kind, Money, Trust};

pub(super) struct Portuguese;

const SMALL: [&str; 20] = [
    "zero",
    "um",
    "dois",
    "três",
    "quatro",
    "cinco",
    "seis",
    "sete",
    "oito",
    "nove",
    "dez",
    "onze",
    "doze",
    "treze",
    "quatorze",
    "quinze",
    "dezesseis",
    "dezessete",
    "dezoito",
    "dezenove",
];
const TENS: [&str; 10] = [
    "",
    "",
    "vinte",
    "trinta",
    "quarenta",
    "cinquenta",
    "sessenta",
    "setenta",
    "oitenta",
    "noventa",
];
const HUNDREDS: [&str; 10] = [
    "",
    "cento",
    "duzentos",
    "trezentos",
    "quatrocentos",
    "quinhentos",
    "seiscentos",
    "setecentos",
    "oitocentos",
    "novecentos",
];

const GRAMMAR: Grammar = Grammar {
    counted: cardinal,
    and: "e",
    point: "vírgula",
    of_after_millions: Some("de"),
    is_one: |n| n == 1,
};

fn cardinal(n: u64, feminine: bool) -> String {
    const SCALES: [(u64, &str, &str); 4] = [
        (1_000_000_000_000_000, "quatrilhão", "quatrilhões"),
        (1_000_000_000_000, "trilhão", "trilhões"),
        (1_000_000_000, "bilhão", "bilhões"),
        (1_000_000, "milhão", "milhões"),
    ];
    for (unit, singular, plural) in SCALES {
        if n >= unit {
            let (high, rest) = (n / unit, n % unit);
            let name = if high == 1 { singular } else { plural };
            return with_rest(format!("{} {name}", cardinal(high, false)), rest, feminine);
        }
    }
    match n {
        0..1000 => below_thousand(n, feminine),
        1000..2000 => with_rest("mil".to_owned(), n % 1000, feminine),
        _ => with_rest(
            format!("{} mil", below_thousand(n / 1000, feminine)),
            n % 1000,
            feminine,
        ),
    }
}

/// `e` stands before a last group below a hundred or of whole hundreds: `mil e duzentos`, `mil duzentos e trinta`.
fn with_rest(head: String, rest: u64, feminine: bool) -> String {
    let tail = cardinal(rest, feminine);
    match rest {
        0 => head,
        1..=100 => format!("{head} e {tail}"),
        101..1000 if rest.is_multiple_of(100) => format!("{head} e {tail}"),
        _ => format!("{head} {tail}"),
    }
}

fn below_thousand(n: u64, feminine: bool) -> String {
    let at = |table: &[&'static str], i: u64| table[usize::try_from(i).unwrap_or(0)];
    match (n / 100, n % 100) {
        (0, 1) if feminine => "uma".to_owned(),
        (0, 2) if feminine => "duas".to_owned(),
        (0, n @ 0..20) => at(&SMALL, n).to_owned(),
        (0, n) if n.is_multiple_of(10) => at(&TENS, n / 10).to_owned(),
        (0, n) => format!(
            "{} e {}",
            at(&TENS, n / 10),
            below_thousand(n % 10, feminine)
        ),
        (1, 0) => "cem".to_owned(),
        (hundreds, rest) => {
            let head = at(&HUNDREDS, hundreds);
            let head = if feminine && hundreds > 1 {
                head.replace("os", "as")
            } else {
                head.to_owned()
            };
            if rest == 0 {
                head
            } else {
                format!("{head} e {}", below_thousand(rest, feminine))
            }
        }
    }
}

fn currency_units(code: &str) -> Option<Units> {
    let centavos = noun("centavo", "centavos");
    match code {
        "BRL" => units(noun("real", "reais"), centavos),
        "USD" => units(noun("dólar", "dólares"), centavos),
        "EUR" => units(noun("euro", "euros"), centavos),
        "GBP" => units(feminine("libra", "libras"), noun("penny", "pence")),
        "ARS" | "MXN" | "UYU" | "COP" => units(noun("peso", "pesos"), centavos),
        "CLP" => whole_only(noun("peso", "pesos")),
        "PYG" => whole_only(noun("guarani", "guaranis")),
        "CNY" => units(noun("yuan", "yuans"), noun("fen", "fen")),
        "INR" => units(feminine("rúpia", "rúpias"), noun("paisa", "paisas")),
        "KWD" => units(
            noun("dinar kuwaitiano", "dinares kuwaitianos"),
            noun("fils", "fils"),
        ),
        "JPY" => whole_only(noun("iene", "ienes")),
        "KRW" => whole_only(noun("won", "wons")),
        "VND" => whole_only(noun("dong", "dongs")),
        _ => None,
    }
}

fn clock(at: Clock) -> String {
    let hour = cardinal(u64::from(at.hour), true);
    let hours = if at.hour < 2 { "hora" } else { "horas" };
    match at.minute {
        0 => format!("{hour} {hours}"),
        1 => format!("{hour} {hours} e um minuto"),
        minute => format!(
            "{hour} {hours} e {} minutos",
            cardinal(u64::from(minute), false)
        ),
    }
}

impl Wording for Portuguese {
    fn amount(&self, money: Money) -> String {
        GRAMMAR.amount(money, currency_units(money.currency().code()))
    }

    fn platform(&self, name: &str) -> Option<&'static str> {
        Some(match name {
            "bank_cn" | "bank_in" | "bank_th" | "bank_vn" => "banco",
            "ecny" => "yuan digital",
            "aggregator_cn" => "serviço de cobrança",
            _ => return None,
        })
    }

    fn payment(&self, said: &Said<'_>) -> String {
        let what = match (said.kind, said.trust) {
            _ if said.test => "pagamento de teste",
            (Kind::Payment, Trust::Confirmed) => "pagamento recebido",
            (Kind::Payment, Trust::Reported) => "o celular avisa um pagamento",
            (Kind::Refund, Trust::Confirmed) => "devolução",
            (Kind::Refund, Trust::Reported) => "o celular avisa uma devolução",
        };
        let platform = said.platform.filter(|_| !said.test);
        let number = said
            .number
            .map(|n| format!("número {}", cardinal(u64::from(n), false)));
        let amount = said.amount.as_deref().unwrap_or("valor não informado");
        join(
            ", ",
            [Some(what), platform, number.as_deref(), Some(amount)],
        )
    }

    fn sum(&self, why: Why, since: Option<Clock>, groups: &[SaidGroup]) -> String {
        let since = since.map(|at| format!("desde {}", clock(at)));
        let head = match why {
            Why::Burst => "vários pagamentos".to_owned(),
            Why::Late => join(", ", [Some("de antes"), since.as_deref()]),
        };
        let groups = groups.iter().map(|group| {
            let (what, feminine) = match (group.kind, group.count) {
                _ if group.test && group.count == 1 => ("pagamento de teste", false),
                _ if group.test => ("pagamentos de teste", false),
                (Kind::Payment, 1) => ("pagamento", false),
                (Kind::Payment, _) => ("pagamentos", false),
                (Kind::Refund, 1) => ("devolução", true),
                (Kind::Refund, _) => ("devoluções", true),
            };
            let reported = if group.trust == Trust::Reported && !group.test {
                "segundo o celular, "
            } else {
                ""
            };
            let count = cardinal(u64::from(group.count), feminine);
            match &group.total {
                Some(total) => format!("{reported}{count} {what}, no total {total}"),
                None if group.test => format!("{count} {what}"),
                None => format!("{reported}{count} {what}, valor não informado"),
            }
        });
        format!("{head}: {}", groups.collect::<Vec<_>>().join("; "))
    }

    fn stopped(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!(" desde {}", clock(at)))
            .unwrap_or_default();
        format!("atenção, os avisos de pagamento não chegam{since}, veja o computador")
    }

    fn refused(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!(" desde {}", clock(at)))
            .unwrap_or_default();
        format!("atenção, os avisos de pagamento são recusados{since}, veja o computador")
    }

    fn back(&self, since: Option<Clock>) -> String {
        let since = since
            .map(|at| format!(", depois de uma falha desde {}", clock(at)))
            .unwrap_or_default();
        format!("os avisos de pagamento voltaram{since}")
    }

    fn again(&self) -> &'static str {
        "mais uma vez: "
    }

    fn check(&self) -> &'static str {
        "este é o teste de som: se você ouve esta frase, vai ouvir os pagamentos"
    }
}
