//! Tables of amounts and sentences per language; and words read back by a parser that shares nothing with the code.

use super::*;
use crate::{
    announcer::queue::{Next, Queue},
    announcer::{ListeningChange, Saying},
    settings::{Language, Settings},
    views::LineId,
};
use SpeechLanguage::{En, Es, Hi, PtBr, ZhCn, ZhHk, ZhTw};
use domain::{Currency, Platform};
use proptest::prelude::*;

const ALL: [SpeechLanguage; 7] = [ZhCn, ZhTw, ZhHk, En, Es, PtBr, Hi];

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::new(code).expect(code)).expect("in range")
}

fn check_amounts(language: SpeechLanguage, table: &[(i64, &str, &str)]) {
    for (minor, code, words) in table {
        assert_eq!(
            amount(language, money(*minor, code)),
            *words,
            "{minor} {code}"
        );
    }
}

#[test]
fn amounts_in_mandarin() {
    check_amounts(
        ZhCn,
        &[
            (0, "CNY", "零元"),
            (1, "CNY", "一分"),
            (2, "CNY", "两分"),
            (5, "CNY", "五分"),
            (50, "CNY", "五角"),
            (55, "CNY", "五角五分"),
            (100, "CNY", "一元"),
            (200, "CNY", "两元"),
            (202, "CNY", "两元零两分"),
            (220, "CNY", "两元两角"),
            (1000, "CNY", "十元"),
            (1005, "CNY", "十元零五分"),
            (1200, "CNY", "十二元"),
            (1205, "CNY", "十二元零五分"),
            (1250, "CNY", "十二元五角"),
            (1255, "CNY", "十二元五角五分"),
            (2000, "CNY", "二十元"),
            (10_200, "CNY", "一百零二元"),
            (10_500, "CNY", "一百零五元"),
            (11_000, "CNY", "一百一十元"),
            (11_200, "CNY", "一百一十二元"),
            (20_000, "CNY", "两百元"),
            (100_500, "CNY", "一千零五元"),
            (120_000, "CNY", "一千二百元"),
            (200_200, "CNY", "两千零二元"),
            (202_000, "CNY", "两千零二十元"),
            (1_000_000, "CNY", "一万元"),
            (1_001_000, "CNY", "一万零一十元"),
            (1_342_200, "CNY", "一万三千四百二十二元"),
            (2_222_222, "CNY", "两万二千二百二十二元两角两分"),
            (12_000_000, "CNY", "十二万元"),
            (10_050_000, "CNY", "十万零五百元"),
            (101_000_000, "CNY", "一百零一万元"),
            (10_000_000_000, "CNY", "一亿元"),
            (10_000_050_000, "CNY", "一亿零五百元"),
            (20_050_000_000, "CNY", "两亿零五十万元"),
            (200, "JPY", "两百日元"),
            (1250, "USD", "十二美元五十美分"),
            (1205, "USD", "十二美元五美分"),
            (1500, "KWD", "一科威特第纳尔五百费尔"),
            (1250, "HKD", "十二港元五角"),
            (30_050, "TWD", "新台币三百元五角"),
            (1205, "CHF", "十二点零五 C H F"),
            (12, "XAF", "十二 X A F"),
        ],
    );
}

#[test]
fn amounts_in_the_mandarin_of_taiwan_and_in_cantonese() {
    check_amounts(
        ZhTw,
        &[
            (120_000, "TWD", "一千二百元"),
            (20_000, "TWD", "兩百元"),
            (2_000_050, "TWD", "兩萬元五角"),
            (1250, "CNY", "人民幣十二元五角"),
            (1250, "USD", "十二美元五十美分"),
            (200, "JPY", "兩百日圓"),
        ],
    );
    check_amounts(
        ZhHk,
        &[
            (1250, "HKD", "十二蚊五毫"),
            (200, "HKD", "兩蚊"),
            (20, "HKD", "兩毫"),
            (1205, "HKD", "十二蚊零五仙"),
            (20_000, "HKD", "二百蚊"),
            (200_000, "HKD", "兩千蚊"),
            (2_000_000, "HKD", "兩萬蚊"),
            (1250, "CNY", "人民幣十二蚊五毫"),
        ],
    );
}

#[test]
fn amounts_in_english() {
    check_amounts(
        En,
        &[
            (0, "CNY", "zero yuan"),
            (1, "USD", "one cent"),
            (50, "CNY", "fifty fen"),
            (100, "USD", "one dollar"),
            (101, "GBP", "one pound and one penny"),
            (1250, "CNY", "twelve yuan and fifty fen"),
            (1314, "USD", "thirteen dollars and fourteen cents"),
            (10_005, "CNY", "one hundred yuan and five fen"),
            (
                1_342_200,
                "USD",
                "thirteen thousand four hundred twenty-two dollars",
            ),
            (
                123_456_789,
                "USD",
                "one million two hundred thirty-four thousand five hundred sixty-seven dollars and eighty-nine cents",
            ),
            (
                123_456_789,
                "INR",
                "twelve lakh thirty-four thousand five hundred sixty-seven rupees and eighty-nine paise",
            ),
            (100_000_000_000, "INR", "one hundred crore rupees"),
            (1_000_000_000_000_000, "INR", "ten lakh crore rupees"),
            (1300, "JPY", "one thousand three hundred yen"),
            (1005, "KWD", "one Kuwaiti dinar and five fils"),
            (1205, "CHF", "twelve point zero five C H F"),
            (500, "XAF", "five hundred X A F"),
            (1_000_000_000_000_000, "VND", "one quadrillion dong"),
        ],
    );
}

#[test]
fn amounts_in_spanish() {
    check_amounts(
        Es,
        &[
            (1250, "EUR", "doce euros con cincuenta céntimos"),
            (100, "EUR", "un euro"),
            (2100, "MXN", "veintiún pesos"),
            (3101, "MXN", "treinta y un pesos con un centavo"),
            (10_000, "MXN", "cien pesos"),
            (10_100, "MXN", "ciento un pesos"),
            (20_100, "GBP", "doscientas una libras"),
            (50_000, "GBP", "quinientas libras"),
            (20_000_000, "GBP", "doscientas mil libras"),
            (10_100_000, "MXN", "ciento un mil pesos"),
            (100_000, "MXN", "mil pesos"),
            (2_100_000, "MXN", "veintiún mil pesos"),
            (100_000_000, "COP", "un millón de pesos"),
            (120_000_000, "COP", "un millón doscientos mil pesos"),
            (200_000_000_000, "COP", "dos mil millones de pesos"),
            (100_000_000_000_000, "COP", "un billón de pesos"),
            (16, "EUR", "dieciséis céntimos"),
            (1500, "CLP", "mil quinientos pesos"),
            (1205, "CHF", "doce coma cero cinco C H F"),
        ],
    );
}

#[test]
fn amounts_in_portuguese() {
    check_amounts(
        PtBr,
        &[
            (1250, "BRL", "doze reais e cinquenta centavos"),
            (100, "BRL", "um real"),
            (101, "BRL", "um real e um centavo"),
            (200, "GBP", "duas libras"),
            (20_200, "GBP", "duzentas e duas libras"),
            (10_000, "BRL", "cem reais"),
            (12_100, "BRL", "cento e vinte e um reais"),
            (100_100, "BRL", "mil e um reais"),
            (120_000, "BRL", "mil e duzentos reais"),
            (123_400, "BRL", "mil duzentos e trinta e quatro reais"),
            (210_000, "BRL", "dois mil e cem reais"),
            (100_000_000, "BRL", "um milhão de reais"),
            (120_000_000, "BRL", "um milhão duzentos mil reais"),
            (100_000_000_000, "BRL", "um bilhão de reais"),
            (5, "BRL", "cinco centavos"),
            (1205, "CHF", "doze vírgula zero cinco C H F"),
        ],
    );
}

#[test]
fn amounts_in_hindi() {
    check_amounts(
        Hi,
        &[
            (100, "INR", "एक रुपया"),
            (1250, "INR", "बारह रुपये और पचास पैसे"),
            (1, "INR", "एक पैसा"),
            (9_900, "INR", "निन्यानवे रुपये"),
            (10_500, "INR", "एक सौ पाँच रुपये"),
            (
                123_456_789,
                "INR",
                "बारह लाख चौंतीस हज़ार पाँच सौ सड़सठ रुपये और नवासी पैसे",
            ),
            (1_000_000_000, "INR", "एक करोड़ रुपये"),
            (1250, "CNY", "बारह युआन और पचास फ़ेन"),
            (1205, "CHF", "बारह दशमलव शून्य पाँच C H F"),
        ],
    );
}

/// What a word of an amount means.
enum Word {
    /// Adds.
    Add(u64),
    /// Multiplies what was added since the last scale.
    Times(u64),
    /// Ends a group.
    Scale(u64),
    /// Multiplies all before it.
    Crore,
    Whole,
    Minor,
    Point,
    Nothing,
}

fn place(list: &str, word: &str) -> Option<u64> {
    list.split_whitespace()
        .position(|known| known == word)
        .map(|at| at as u64)
}

fn english_word(word: &str) -> Option<Word> {
    use Word::*;
    let small = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
                 seventeen eighteen nineteen";
    let tens = "- - twenty thirty forty fifty sixty seventy eighty ninety";
    Some(match word {
        "hundred" => Times(100),
        "thousand" => Scale(1_000),
        "lakh" => Scale(100_000),
        "crore" => Crore,
        "million" => Scale(1_000_000),
        "billion" => Scale(1_000_000_000),
        "trillion" => Scale(1_000_000_000_000),
        "quadrillion" => Scale(1_000_000_000_000_000),
        "point" => Point,
        "and" | "Kuwaiti" | "Hong" | "Kong" | "Taiwan" | "Mexican" => Nothing,
        "yuan" | "dollar" | "dollars" | "rupee" | "rupees" | "yen" | "dinar" | "dinars"
        | "euro" | "euros" | "pound" | "pounds" | "real" | "reais" | "peso" | "pesos" => Whole,
        "fen" | "cent" | "cents" | "paisa" | "paise" | "fils" | "penny" | "pence" | "centavo"
        | "centavos" => Minor,
        _ => Add(place(small, word).or_else(|| place(tens, word).map(|ten| ten * 10))?),
    })
}

fn spanish_word(word: &str) -> Option<Word> {
    use Word::*;
    let small = "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis \
                 diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco \
                 veintiséis veintisiete veintiocho veintinueve";
    let tens = "- - - treinta cuarenta cincuenta sesenta setenta ochenta noventa";
    let hundreds =
        "- ciento doscient trescient cuatrocient quinient seiscient setecient ochocient novecient";
    Some(match word {
        "un" | "una" => Add(1),
        "veintiún" | "veintiuna" => Add(21),
        "cien" => Add(100),
        "mil" => Times(1_000),
        "millón" | "millones" => Scale(1_000_000),
        "billón" | "billones" => Scale(1_000_000_000_000),
        "coma" => Point,
        "y" | "con" | "de" | "kuwaití" | "kuwaitíes" | "Hong" | "Kong" => Nothing,
        "yuan" | "yuanes" | "dólar" | "dólares" | "rupia" | "rupias" | "yen" | "yenes"
        | "dinar" | "dinares" | "euro" | "euros" | "libra" | "libras" | "real" | "reales"
        | "peso" | "pesos" => Whole,
        "fen" | "centavo" | "centavos" | "céntimo" | "céntimos" | "penique" | "peniques"
        | "paisa" | "paisas" | "fils" => Minor,
        _ => Add(place(small, word)
            .or_else(|| place(tens, word).map(|ten| ten * 10))
            .or_else(|| place(hundreds, word).map(|n| n * 100))
            .or_else(|| {
                place(
                    hundreds,
                    word.strip_suffix("os").or(word.strip_suffix("as"))?,
                )
                .map(|n| n * 100)
            })?),
    })
}

fn portuguese_word(word: &str) -> Option<Word> {
    use Word::*;
    let small = "zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis \
                 dezessete dezoito dezenove";
    let tens = "- - vinte trinta quarenta cinquenta sessenta setenta oitenta noventa";
    let hundreds = "- cento duzent trezent quatrocent quinhent seiscent setecent oitocent novecent";
    Some(match word {
        "uma" => Add(1),
        "duas" => Add(2),
        "cem" => Add(100),
        "mil" => Times(1_000),
        "milhão" | "milhões" => Scale(1_000_000),
        "bilhão" | "bilhões" => Scale(1_000_000_000),
        "trilhão" | "trilhões" => Scale(1_000_000_000_000),
        "quatrilhão" | "quatrilhões" => Scale(1_000_000_000_000_000),
        "vírgula" => Point,
        "e" | "de" | "kuwaitiano" | "kuwaitianos" => Nothing,
        "yuan" | "yuans" | "dólar" | "dólares" | "rúpia" | "rúpias" | "iene" | "ienes"
        | "dinar" | "dinares" | "euro" | "euros" | "libra" | "libras" | "real" | "reais"
        | "peso" | "pesos" => Whole,
        "fen" | "centavo" | "centavos" | "penny" | "pence" | "paisa" | "paisas" | "fils" => Minor,
        _ => Add(place(small, word)
            .or_else(|| place(tens, word).map(|ten| ten * 10))
            .or_else(|| place(hundreds, word).map(|n| n * 100))
            .or_else(|| {
                place(
                    hundreds,
                    word.strip_suffix("os").or(word.strip_suffix("as"))?,
                )
                .map(|n| n * 100)
            })?),
    })
}

fn hindi_word(word: &str) -> Option<Word> {
    use Word::*;
    let below_hundred = "शून्य एक दो तीन चार पाँच छह सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस \
        बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस \
        उनतालीस चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास पचास इक्यावन बावन तिरपन चौवन \
        पचपन छप्पन सत्तावन अट्ठावन उनसठ साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर सत्तर इकहत्तर बहत्तर तिहत्तर \
        चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उन्यासी अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी \
        नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे";
    Some(match word {
        "सौ" => Times(100),
        "हज़ार" => Scale(1_000),
        "लाख" => Scale(100_000),
        "करोड़" => Crore,
        "दशमलव" => Point,
        "और" | "कुवैती" => Nothing,
        "युआन" | "डॉलर" | "रुपया" | "रुपये" | "येन" | "दीनार" | "यूरो" | "पाउंड" | "रियाल" => {
            Whole
        }
        "फ़ेन" | "सेंट" | "पैसा" | "पैसे" | "फ़िल" | "पेंस" | "सेंटावो" => {
            Minor
        }
        _ => Add(place(below_hundred, word)?),
    })
}

/// Reads words of an alphabetic language back as minor units.
fn read_words(text: &str, places: u32, word: fn(&str) -> Option<Word>) -> Option<u64> {
    let (mut total, mut group, mut minor_units) = (0, 0, 0);
    let mut words = text.split([' ', '-']).peekable();
    while let Some(next) = words.next() {
        // The letters of a currency without words end the amount.
        if next.len() == 1 && next.chars().all(|c| c.is_ascii_uppercase()) {
            minor_units += (total + group) * 10_u64.pow(places);
            return words.all(|rest| rest.len() == 1).then_some(minor_units);
        }
        match word(next)? {
            Word::Add(n) => group += n,
            Word::Times(n) => group = group.max(1) * n,
            Word::Scale(n) => (total, group) = (total + group * n, 0),
            Word::Crore => (total, group) = ((total + group) * 10_000_000, 0),
            Word::Whole => {
                minor_units += (total + group) * 10_u64.pow(places);
                (total, group) = (0, 0);
            }
            Word::Minor => {
                minor_units += total + group;
                (total, group) = (0, 0);
            }
            Word::Point => {
                for place in (0..places).rev() {
                    let Some(Word::Add(digit @ 0..10)) = word(words.next()?) else {
                        return None;
                    };
                    minor_units += digit * 10_u64.pow(place);
                }
            }
            Word::Nothing => {}
        }
    }
    (total == 0 && group == 0).then_some(minor_units)
}

/// Reads a Chinese numeral.
fn read_numeral(text: &str) -> Option<u64> {
    for (marks, unit) in [(['亿', '億'], 1_0000_0000), (['万', '萬'], 1_0000)] {
        if let Some((high, rest)) = text.rsplit_once(marks) {
            let rest = if rest.is_empty() {
                0
            } else {
                read_numeral(rest)?
            };
            return (rest < unit).then_some(read_numeral(high)? * unit + rest);
        }
    }
    let (mut total, mut digit) = (0, None);
    for c in text.chars() {
        let times = match c {
            '千' => 1000,
            '百' => 100,
            '十' => 10,
            '零' => {
                digit = Some(0);
                continue;
            }
            _ => {
                let value = "一二三四五六七八九"
                    .chars()
                    .position(|known| known == c)
                    .map(|at| at as u64 + 1);
                digit = Some(value.or("两兩".contains(c).then_some(2))?);
                continue;
            }
        };
        total += digit.filter(|d| *d > 0).unwrap_or(1) * times;
        digit = None;
    }
    Some(total + digit.unwrap_or(0))
}

/// Reads Chinese words back as minor units.
fn read_chinese(text: &str, places: u32) -> Option<u64> {
    let unit = 10_u64.pow(places);
    if let Some((amount, _)) = text.split_once(' ') {
        let (whole, fraction) = amount.split_once(['点', '點']).unwrap_or((amount, ""));
        let digits = fraction
            .chars()
            .map(|c| read_numeral(&c.to_string()))
            .collect::<Option<Vec<_>>>()?;
        return Some(
            read_numeral(whole)? * unit + digits.iter().fold(0, |sum, digit| sum * 10 + digit),
        );
    }
    let text = ["人民幣", "人民币", "美金", "新台币", "新台幣", "港幣"]
        .iter()
        .fold(text, |text, prefix| {
            text.strip_prefix(prefix).unwrap_or(text)
        });
    let mut minor = 0;
    let mut rest = text;
    let units: [(&[&str], u64); 4] = [
        (
            &[
                "科威特第纳尔",
                "科威特第納爾",
                "墨西哥比索",
                "雷亚尔",
                "巴西雷亞爾",
                "雷亞爾",
                "英镑",
                "英鎊",
                "欧元",
                "歐元",
                "港元",
                "美元",
                "日元",
                "日圓",
                "卢比",
                "盧比",
                "元",
                "蚊",
            ],
            unit,
        ),
        // 美分 and 派士 before 分, of which each is a part or a neighbour.
        (
            &[
                "美分", "欧分", "歐分", "歐仙", "便士", "派士", "费尔", "費爾",
            ],
            1,
        ),
        (&["角", "毫"], 10),
        (&["分", "仙"], 1),
    ];
    for (names, value) in units {
        let found = names.iter().find_map(|name| rest.split_once(name));
        if let Some((numeral, after)) = found {
            minor += read_numeral(numeral)? * value;
            rest = after;
        }
    }
    rest.is_empty().then_some(minor)
}

fn read_back(language: SpeechLanguage, text: &str, places: u32) -> Option<u64> {
    match language {
        ZhCn | ZhTw | ZhHk => read_chinese(text, places),
        En => read_words(text, places, english_word),
        Es => read_words(text, places, spanish_word),
        PtBr => read_words(text, places, portuguese_word),
        Hi => read_words(text, places, hindi_word),
    }
}

fn any_minor() -> impl Strategy<Value = i64> {
    // Till sales, round numbers with zeros inside, and anything there may be.
    prop_oneof![
        0..=1_000_000_i64,
        (0..=99_i64, 0..=13_u32, 0..=999_i64)
            .prop_map(|(high, zeros, low)| high * 10_i64.pow(zeros) + low),
        0..=Money::MAX_MINOR,
    ]
    .prop_filter("in range", |minor| *minor <= Money::MAX_MINOR)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn words_read_back_as_the_amount(
        minor in any_minor(),
        code in prop::sample::select(vec![
            "CNY", "HKD", "TWD", "USD", "EUR", "GBP", "BRL", "MXN", "INR", "JPY", "KWD", "CHF", "XAF",
        ]),
        language in prop::sample::select(ALL.to_vec()),
    ) {
        let money = money(minor, code);
        let words = amount(language, money);
        prop_assert!(!words.chars().any(char::is_numeric), "digits in {words}");
        let read = read_back(language, &words, money.currency().exponent());
        prop_assert_eq!(read, Some(minor.unsigned_abs()), "{:?}: {}", language, words);
    }

    #[test]
    fn no_sentence_ever_has_a_digit(
        minor in any_minor(), number in any::<u32>(), at in 0_i64..4_000_000_000_000,
        language in prop::sample::select(ALL.to_vec()), confirmed in any::<bool>(), refund in any::<bool>(),
    ) {
        let voice = voice(language);
        let mut one = announcement(Some(money(minor, "CNY")));
        one.number = Some(number);
        one.trust = if confirmed { Trust::Confirmed } else { Trust::Reported };
        one.kind = if refund { Kind::Refund } else { Kind::Payment };
        let stopped = ListeningChange::Stopped { since: Timestamp(at) };
        for words in [payment(&voice, &one), listening(&voice, stopped, Timestamp(at)), check(&voice)] {
            prop_assert!(!words.chars().any(|c| c.is_ascii_digit()), "{}", words);
        }
    }
}

#[test]
fn every_whole_number_to_a_hundred_thousand_reads_back() {
    for language in ALL {
        for n in (0..=11_200).chain((11_200..=100_100).step_by(37)) {
            let words = amount(language, money(n, "JPY"));
            assert_eq!(
                read_back(language, &words, 0),
                Some(n.unsigned_abs()),
                "{language:?}: {words}"
            );
        }
    }
}

fn voice(language: SpeechLanguage) -> Voice {
    let settings = Settings {
        speech_language: Some(language),
        ..Settings::default()
    };
    let rule = DayRule::new("Asia/Shanghai", 0).expect("known");
    Voice::new(settings, Language::En, None, rule)
}

fn announcement(amount: Option<Money>) -> Announcement {
    Announcement {
        line: LineId(1),
        kind: Kind::Payment,
        trust: Trust::Confirmed,
        platform: Platform::WECHAT,
        amount,
        number: Some(23),
        test: false,
        again: false,
        accepted_at: Timestamp(0),
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn sentences_in_every_language() {
    let confirmed = announcement(Some(money(1250, "CNY")));
    let reported = Announcement {
        trust: Trust::Reported,
        ..confirmed.clone()
    };
    let refund = Announcement {
        kind: Kind::Refund,
        number: None,
        ..confirmed.clone()
    };
    let not_given = Announcement {
        amount: None,
        ..reported.clone()
    };
    let test = Announcement {
        test: true,
        number: None,
        platform: Platform::TEST,
        ..confirmed.clone()
    };
    for (language, expected) in [
        (
            ZhCn,
            [
                "微信到账，第二十三笔，十二元五角",
                "手机通知，微信收款，第二十三笔，十二元五角",
                "微信退款，十二元五角",
                "手机通知，微信收款，第二十三笔，金额未知",
                "测试，到账，十二元五角",
            ],
        ),
        (
            ZhTw,
            [
                "微信入帳，第二十三筆，人民幣十二元五角",
                "手機通知，微信收款，第二十三筆，人民幣十二元五角",
                "微信退款，人民幣十二元五角",
                "手機通知，微信收款，第二十三筆，金額不明",
                "測試，入帳，人民幣十二元五角",
            ],
        ),
        (
            ZhHk,
            [
                "微信入咗數，第二十三單，人民幣十二蚊五毫",
                "手機話，微信收款，第二十三單，人民幣十二蚊五毫",
                "微信退款，人民幣十二蚊五毫",
                "手機話，微信收款，第二十三單，唔知幾多錢",
                "測試，入咗數，人民幣十二蚊五毫",
            ],
        ),
        (
            En,
            [
                "WeChat payment received, number twenty-three, twelve yuan and fifty fen",
                "the phone reports a WeChat payment, number twenty-three, twelve yuan and fifty fen",
                "WeChat refund, twelve yuan and fifty fen",
                "the phone reports a WeChat payment, number twenty-three, amount not given",
                "test payment, twelve yuan and fifty fen",
            ],
        ),
        (
            Es,
            [
                "pago recibido, WeChat, número veintitrés, doce yuanes con cincuenta fen",
                "el teléfono avisa de un pago, WeChat, número veintitrés, doce yuanes con cincuenta fen",
                "devolución, WeChat, doce yuanes con cincuenta fen",
                "el teléfono avisa de un pago, WeChat, número veintitrés, importe no indicado",
                "pago de prueba, doce yuanes con cincuenta fen",
            ],
        ),
        (
            PtBr,
            [
                "pagamento recebido, WeChat, número vinte e três, doze yuans e cinquenta fen",
                "o celular avisa um pagamento, WeChat, número vinte e três, doze yuans e cinquenta fen",
                "devolução, WeChat, doze yuans e cinquenta fen",
                "o celular avisa um pagamento, WeChat, número vinte e três, valor não informado",
                "pagamento de teste, doze yuans e cinquenta fen",
            ],
        ),
        (
            Hi,
            [
                "वीचैट भुगतान मिला, नंबर तेईस, बारह युआन और पचास फ़ेन",
                "फ़ोन की सूचना, वीचैट भुगतान, नंबर तेईस, बारह युआन और पचास फ़ेन",
                "वीचैट वापसी, बारह युआन और पचास फ़ेन",
                "फ़ोन की सूचना, वीचैट भुगतान, नंबर तेईस, राशि नहीं बताई गई",
                "परीक्षण भुगतान, बारह युआन और पचास फ़ेन",
            ],
        ),
    ] {
        let voice = voice(language);
        let said =
            [&confirmed, &reported, &refund, &not_given, &test].map(|one| payment(&voice, one));
        assert_eq!(said, expected, "{language:?}");
    }
}

/// The platforms that our sources tell of.
const PLATFORMS: &[&str] = &[
    "wechat",
    "wechat_work",
    "alipay",
    "unionpay",
    "ecny",
    "meituan",
    "aggregator_cn",
    "bank_cn",
    "bank_in",
    "bank_th",
    "bank_vn",
    "stripe",
    "paypal",
    "venmo",
    "pix",
    "nubank",
    "picpay",
    "upi",
    "paytm",
    "phonepe",
    "gpay_in",
    "bharatpe",
    "bkash",
    "nagad",
    "qris",
    "gopay",
    "dana",
    "mpesa",
    "telebirr",
];

#[test]
fn every_platform_has_a_name_in_every_language() {
    for language in ALL {
        for name in PLATFORMS {
            let spoken = wording(language)
                .platform(name)
                .or_else(|| brand(name))
                .unwrap_or_default();
            assert!(
                !spoken.is_empty() && !spoken.contains('_'),
                "{language:?}: {name}"
            );
        }
    }
}

#[test]
fn own_words_replace_a_platforms_name_and_settings_leave_things_out() {
    let mut voice = voice(En);
    let one = announcement(Some(money(500, "CNY")));
    voice
        .settings
        .platform_words
        .insert(Platform::WECHAT, "green".into());
    assert_eq!(
        payment(&voice, &one),
        "green payment received, number twenty-three, five yuan"
    );
    voice
        .settings
        .platform_words
        .insert(Platform::WECHAT, "  ".into());
    voice.settings.speak_number = false;
    assert_eq!(payment(&voice, &one), "WeChat payment received, five yuan");
    voice.settings.speak_platform = false;
    assert_eq!(payment(&voice, &one), "payment received, five yuan");
    let unknown = Announcement {
        platform: Platform::named("some_bank_9"),
        ..one
    };
    voice.settings.speak_platform = true;
    assert_eq!(
        payment(&voice, &unknown),
        "payment received, five yuan",
        "a name without words is left out"
    );
}

#[test]
fn sums_name_each_currency_and_keep_reported_apart() {
    let now = Timestamp::parse_rfc3339("2026-11-22T06:30:00Z").expect("a time");
    let accepted_at = now.plus_ms(-28 * 60_000);
    let confirmed = Announcement {
        accepted_at,
        ..announcement(Some(money(1250, "CNY")))
    };
    let reported = Announcement {
        trust: Trust::Reported,
        ..confirmed.clone()
    };
    let not_given = Announcement {
        amount: None,
        ..reported.clone()
    };
    let dollars = Announcement {
        amount: Some(money(300, "USD")),
        ..confirmed.clone()
    };
    let refund = Announcement {
        kind: Kind::Refund,
        ..confirmed.clone()
    };
    let test = Announcement {
        test: true,
        ..confirmed.clone()
    };
    for (language, expected) in [
        (
            ZhCn,
            "补报之前的款项，从十四点零二分起：到账两笔，共二十五元；手机通知收款一笔，共十二元五角；\
             手机通知收款一笔，金额未知；到账一笔，共三美元；退款一笔，共十二元五角；测试一笔",
        ),
        (
            En,
            "from earlier, since two oh two p m: two payments, together twenty-five yuan; \
             reported by the phone, one payment, together twelve yuan and fifty fen; \
             reported by the phone, one payment, amount not given; one payment, together three dollars; \
             one refund, together twelve yuan and fifty fen; one test payment",
        ),
    ] {
        let voice = voice(language);
        let mut queue = Queue::default();
        for one in [
            &confirmed, &confirmed, &reported, &not_given, &dollars, &refund, &test,
        ] {
            queue.push(Saying::Payment(one.clone()), now, &voice);
        }
        let later = now.plus_ms(5_000);
        let Some(Next::Sum(late)) = queue.take(later, &voice).say else {
            panic!("no sum")
        };
        assert_eq!(sum(&voice, &late, later), expected);
    }
}

#[test]
fn a_repetition_says_so_first_and_is_never_summed_with_what_is_new() {
    let first = announcement(Some(money(1250, "CNY")));
    let again = Announcement {
        again: true,
        ..first.clone()
    };
    for (language, before) in [
        (ZhCn, "再报一遍："),
        (ZhTw, "再報一次："),
        (ZhHk, "再報一次："),
        (En, "once more: "),
        (Es, "otra vez: "),
        (PtBr, "mais uma vez: "),
        (Hi, "एक बार फिर: "),
    ] {
        let voice = voice(language);
        let sentence = payment(&voice, &first);
        assert_eq!(payment(&voice, &again), format!("{before}{sentence}"));
        let mut queue = Queue::default();
        for one in [&first, &again, &again, &first, &first, &again] {
            queue.push(Saying::Payment(one.clone()), first.accepted_at, &voice);
        }
        for repeats in [true, false] {
            let Some(Next::Sum(burst)) = queue.take(first.accepted_at, &voice).say else {
                panic!("no sum")
            };
            let words = sum(&voice, &burst, first.accepted_at);
            assert_eq!(burst.count(), 3, "{language:?}: {words}");
            assert_eq!(words.starts_with(before), repeats, "{language:?}: {words}");
        }
    }
}

#[test]
fn listening_is_said_with_its_time() {
    let now = Timestamp::parse_rfc3339("2026-11-22T06:30:00Z").expect("a time");
    let since = now.plus_ms(-28 * 60_000);
    for (language, stopped, back) in [
        (
            ZhCn,
            "注意，从十四点零二分起，听不到收款消息，请查看电脑",
            "收款消息恢复了，中断从十四点零二分开始",
        ),
        (
            ZhTw,
            "注意，從十四點零二分起，收不到付款訊息，請查看電腦",
            "付款訊息恢復了，中斷從十四點零二分開始",
        ),
        (
            ZhHk,
            "注意，由十四點零二分開始，收唔到付款消息，請睇下電腦",
            "付款消息返嚟喇，係由十四點零二分開始斷咗",
        ),
        (
            En,
            "attention, payments are not heard since two oh two p m, please look at the computer",
            "payments are heard again, after a gap since two oh two p m",
        ),
        (
            Es,
            "atención, no se reciben avisos de pagos desde las catorce y dos, mire el ordenador",
            "se reciben de nuevo los avisos de pagos, después de un corte desde las catorce y dos",
        ),
        (
            PtBr,
            "atenção, os avisos de pagamento não chegam desde quatorze horas e dois minutos, veja o computador",
            "os avisos de pagamento voltaram, depois de uma falha desde quatorze horas e dois minutos",
        ),
        (
            Hi,
            "ध्यान दें, चौदह बजकर दो मिनट से भुगतान की सूचना नहीं आ रही, कृपया कंप्यूटर देखें",
            "भुगतान की सूचना फिर आ रही है, चौदह बजकर दो मिनट से रुकी थी",
        ),
    ] {
        let voice = voice(language);
        assert_eq!(
            listening(&voice, ListeningChange::Stopped { since }, now),
            stopped
        );
        assert_eq!(
            listening(&voice, ListeningChange::Back { since }, now),
            back
        );
    }
    // After most of a day, a time of day alone would mislead.
    let yesterday = ListeningChange::Back {
        since: now.plus_ms(-30 * 3_600_000),
    };
    assert_eq!(
        listening(&voice(En), yesterday, now),
        "payments are heard again"
    );
}

#[test]
fn that_what_comes_is_refused_is_said_with_its_time() {
    let now = Timestamp::parse_rfc3339("2026-11-22T06:30:00Z").expect("a time");
    let since = now.plus_ms(-28 * 60_000);
    for (language, said) in [
        (ZhCn, "注意，从十四点零二分起，收款消息被拒收，请查看电脑"),
        (ZhTw, "注意，從十四點零二分起，付款訊息被拒收，請查看電腦"),
        (ZhHk, "注意，由十四點零二分開始，付款消息被拒收，請睇下電腦"),
        (
            En,
            "attention, payment messages are refused since two oh two p m, please look at the computer",
        ),
        (
            Es,
            "atención, se rechazan los avisos de pagos desde las catorce y dos, mire el ordenador",
        ),
        (
            PtBr,
            "atenção, os avisos de pagamento são recusados desde quatorze horas e dois minutos, veja o computador",
        ),
        (
            Hi,
            "ध्यान दें, चौदह बजकर दो मिनट से भुगतान की सूचनाएँ अस्वीकार हो रही हैं, कृपया कंप्यूटर देखें",
        ),
    ] {
        let voice = voice(language);
        let refused = ListeningChange::Refused { since };
        assert_eq!(listening(&voice, refused, now), said);
    }
}
