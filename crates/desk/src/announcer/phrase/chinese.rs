//! Chinese numerals, amounts and sentences that Mandarin and Cantonese share.
//!
//! Amounts are said as 十二元五角 and not 十二点五元: each digit carries its unit, so nothing can be mistaken for
//! another amount when one syllable is lost in noise. 零 stands where a place is skipped (十元零五分).

use super::{Clock, decimals, parts, spelled};
use domain::Money;

/// What differs between the Chinese languages.
pub(super) struct Script {
    pub(super) liang: &'static str,
    pub(super) wan: &'static str,
    pub(super) yi: &'static str,
    pub(super) dot: &'static str,
    /// 两百 in Mandarin, 二百 in Cantonese.
    pub(super) liang_bai: bool,
    pub(super) hour: &'static str,
    pub(super) minute: &'static str,
    pub(super) sharp: &'static str,
}

/// A currency's units.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    /// Said before the number: 新台币 …
    pub(super) prefix: &'static str,
    pub(super) whole: &'static str,
    pub(super) minor: Minor,
}

/// How minor units are said.
#[derive(Clone, Copy)]
pub(super) enum Minor {
    /// As tenths and hundredths, 角 and 分.
    Tenths(&'static str, &'static str),
    /// As a number of small units, 五十美分.
    Named(&'static str),
}

const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// A whole number, as it is counted.
pub(super) fn cardinal(n: u64, script: &Script) -> String {
    if n == 0 {
        return "零".to_owned();
    }
    let mut text = String::new();
    write_number(n, script, &mut text);
    // 十二 at the head, but 一百一十二 inside.
    if text.starts_with("一十") {
        text.drain(.."一".len());
    }
    text
}

/// Before a measure word two is 两: 两元, but 十二元.
pub(super) fn counted(n: u64, script: &Script) -> String {
    if n == 2 {
        script.liang.to_owned()
    } else {
        cardinal(n, script)
    }
}

/// In an ordinal two is always 二: 第二百笔.
pub(super) fn ordinal(n: u64, script: &Script) -> String {
    cardinal(n, script).replace(script.liang, "二")
}

fn write_number(n: u64, script: &Script, text: &mut String) {
    for (unit, name) in [(1_0000_0000, script.yi), (1_0000, script.wan)] {
        if n >= unit {
            let (high, rest) = (n / unit, n % unit);
            if high == 2 && text.is_empty() {
                text.push_str(script.liang);
            } else {
                write_number(high, script, text);
            }
            text.push_str(name);
            if rest > 0 {
                if rest < unit / 10 {
                    text.push('零');
                }
                write_number(rest, script, text);
            }
            return;
        }
    }
    write_section(n, script, text);
}

/// A number below ten thousand.
fn write_section(n: u64, script: &Script, text: &mut String) {
    let mut skipped = false;
    let mut begun = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = n / unit % 10;
        if digit == 0 {
            skipped = begun;
            continue;
        }
        if skipped {
            text.push('零');
        }
        let two_at_head =
            digit == 2 && text.is_empty() && (unit == 1000 || (unit == 100 && script.liang_bai));
        text.push_str(if two_at_head {
            script.liang
        } else {
            DIGITS[(digit % 10) as usize]
        });
        text.push_str(name);
        (skipped, begun) = (false, true);
    }
}

/// An amount; a currency without words is said as 十二点五零 C H F.
pub(super) fn amount(money: Money, unit: Option<Unit>, script: &Script) -> String {
    let (whole, minor, places) = parts(money);
    let Some(unit) = unit else {
        let digits = decimals(minor, places, |digit| {
            DIGITS[(digit % 10) as usize].to_owned()
        })
        .concat();
        let fraction = if digits.is_empty() {
            String::new()
        } else {
            format!("{}{digits}", script.dot)
        };
        return format!("{}{fraction} {}", cardinal(whole, script), spelled(money));
    };
    let mut text = unit.prefix.to_owned();
    if whole > 0 || minor == 0 {
        text.push_str(&counted(whole, script));
        text.push_str(unit.whole);
    }
    match unit.minor {
        _ if minor == 0 => {}
        Minor::Named(name) => {
            text.push_str(&counted(minor, script));
            text.push_str(name);
        }
        Minor::Tenths(tenth, hundredth) => {
            let (tenths, hundredths) = (minor / 10, minor % 10);
            if tenths > 0 {
                text.push_str(&counted(tenths, script));
                text.push_str(tenth);
            } else if whole > 0 {
                text.push('零');
            }
            if hundredths > 0 {
                text.push_str(&counted(hundredths, script));
                text.push_str(hundredth);
            }
        }
    }
    text
}

/// 十四点零二分.
pub(super) fn clock(at: Clock, script: &Script) -> String {
    let hour = counted(u64::from(at.hour), script);
    let minute = match at.minute {
        0 => return format!("{hour}{}{}", script.hour, script.sharp),
        m @ 1..=9 => format!("零{}", cardinal(u64::from(m), script)),
        m => cardinal(u64::from(m), script),
    };
    format!("{hour}{}{minute}{}", script.hour, script.minute)
}
