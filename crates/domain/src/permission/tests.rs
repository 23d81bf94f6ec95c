//! Presets, details and sums, as tables and properties.

use super::*;
use crate::payment::NewsKey;
use crate::wire::Shop;
use crate::{BusinessDay, Currency, DayRule, Kind, News, Payment, SourceKind, Timestamp, Trust};
use proptest::prelude::*;

fn shop() -> Shop {
    Shop {
        name: "面馆".to_owned(),
        currency: Currency::CNY,
        day_rule: DayRule::new("Asia/Shanghai", 4).unwrap(),
    }
}

fn source(name: &str) -> SourceId {
    SourceId::new(name).unwrap()
}

/// Every field is filled, so that whatever is not cut shows.
fn payment(minor: Option<i64>, currency: Currency) -> Payment {
    let amount = minor.map(|minor| Money::new(minor, currency).unwrap());
    Payment {
        day: BusinessDay::parse("2026-05-01").unwrap(),
        number: Some(7),
        amount,
        test: false,
        news: News {
            source: source("wechat_1"),
            via: SourceKind::WechatV3,
            key: NewsKey {
                text: "KEY".to_owned(),
                within_ms: None,
                exact: Some("EXACT".to_owned()),
            },
            platform: Platform::WECHAT,
            kind: Kind::Payment,
            trust: Trust::Confirmed,
            amount,
            cumulative: false,
            identity: Some("IDENTITY".to_owned()),
            transaction: Some("TRANSACTION".to_owned()),
            refund: None,
            order: Some("ORDER".to_owned()),
            payer: Some("PAYER".to_owned()),
            note: Some("NOTE".to_owned()),
            paid_at: Some(Timestamp(1)),
            device: Some("DEVICE".to_owned()),
        },
    }
}

/// 2026-05-01 is a Friday; 09:30:15 by the shop's clock.
const FRIDAY: Timestamp = Timestamp(1_777_599_015_000);
const HOUR: i64 = 3_600_000;

fn cut(permission: &Permission, payment: &Payment, at: Timestamp) -> Option<Told> {
    let shop = shop();
    let seen = Seen {
        at,
        collector: Some("COLLECTOR"),
        shop: &shop,
    };
    permission.cut(payment, seen)
}

#[test]
fn presets_let_these_fields_out_and_no_others() {
    let everything = ["COLLECTOR", "NOTE", "ORDER", "PAYER", "wechat"];
    for (preset, let_out) in [
        (Preset::Clerk, &["wechat"][..]),
        (Preset::SeniorClerk, &["ORDER", "wechat"]),
        (Preset::Manager, &everything),
    ] {
        let permission = preset.permission();
        assert_eq!(permission.unusable_field(), None);
        assert_eq!(Preset::of(&permission), Some(preset));
        let told = cut(&permission, &payment(Some(1280), Currency::CNY), FRIDAY).unwrap();
        let json = serde_json::to_string(&told).unwrap();
        for field in everything {
            assert_eq!(
                json.contains(field),
                let_out.contains(&field),
                "{preset:?} {field}"
            );
        }
        // What no terminal is ever told.
        for never in [
            "KEY",
            "EXACT",
            "IDENTITY",
            "TRANSACTION",
            "DEVICE",
            "wechat_1",
        ] {
            assert!(!json.contains(never), "{preset:?} {json}");
        }
        assert_eq!(told.number, Some(7));
    }
}

#[test]
fn each_detail_hides_its_own_field() {
    let whole = Preset::Manager.permission();
    type Detail = (&'static str, fn(&mut Sees));
    let details: [Detail; 5] = [
        ("PAYER", |sees| sees.payer = false),
        ("ORDER", |sees| sees.order = false),
        ("wechat", |sees| sees.platform = false),
        ("NOTE", |sees| sees.note = false),
        ("COLLECTOR", |sees| sees.collector = false),
    ];
    for (hidden, hide) in details {
        let mut permission = whole.clone();
        hide(&mut permission.sees);
        let told = cut(&permission, &payment(Some(1), Currency::CNY), FRIDAY).unwrap();
        let json = serde_json::to_string(&told).unwrap();
        for (field, _) in details {
            assert_eq!(json.contains(field), field != hidden, "{hidden}: {json}");
        }
    }
}

#[test]
fn amounts_as_far_as_they_may_be_known() {
    let cny = |minor| Money::new(minor, Currency::CNY).unwrap();
    let usd = |minor| Money::new(minor, Currency::USD).unwrap();
    let (rounded, above) = (
        AmountSight::Rounded { to: 1_000 },
        AmountSight::HiddenAbove { limit: 5_000 },
    );
    let about = |money| ToldAmount::About { money };
    let exact = |money| ToldAmount::Exact { money };
    for (sight, amount, told) in [
        (AmountSight::Exact, Some(cny(1_280)), exact(cny(1_280))),
        (AmountSight::Exact, Some(usd(1_280)), exact(usd(1_280))),
        (AmountSight::Exact, None, ToldAmount::NotGiven),
        (rounded, Some(cny(1_499)), about(cny(1_000))),
        (rounded, Some(cny(1_500)), about(cny(2_000))),
        (rounded, Some(cny(1)), about(cny(1_000))),
        (rounded, None, ToldAmount::NotGiven),
        (
            rounded,
            Some(cny(Money::MAX_MINOR)),
            about(cny(Money::MAX_MINOR)),
        ),
        (above, Some(cny(5_000)), exact(cny(5_000))),
        (
            above,
            Some(cny(5_001)),
            ToldAmount::Over { limit: cny(5_000) },
        ),
        (
            above,
            Some(cny(Money::MAX_MINOR)),
            ToldAmount::Over { limit: cny(5_000) },
        ),
        (above, Some(usd(1)), ToldAmount::Withheld),
        (above, None, ToldAmount::NotGiven),
    ] {
        let mut permission = Preset::Manager.permission();
        permission.sees.amount = sight;
        let currency = amount.map_or(Currency::CNY, Money::currency);
        let paid = payment(amount.map(Money::minor), currency);
        assert_eq!(
            cut(&permission, &paid, FRIDAY).unwrap().amount,
            told,
            "{sight:?} {amount:?}"
        );
    }
}

#[test]
fn what_is_outside_does_not_exist_and_leaves_no_gap() {
    let which = |change: fn(&mut Which)| {
        let mut permission = Preset::Manager.permission();
        change(&mut permission.which);
        assert_eq!(permission.unusable_field(), None);
        permission
    };
    let (cny, usd) = (Currency::CNY, Currency::USD);
    type Case = (fn(&mut Which), Option<i64>, Currency, bool);
    let cases: [Case; 13] = [
        (
            |w| w.platforms = Some(vec![Platform::WECHAT]),
            None,
            cny,
            true,
        ),
        (
            |w| w.platforms = Some(vec![Platform::ALIPAY]),
            None,
            cny,
            false,
        ),
        (|w| w.platforms = Some(vec![]), None, cny, false),
        (
            |w| w.sources = Some(vec![source("wechat_1")]),
            None,
            cny,
            true,
        ),
        (
            |w| w.sources = Some(vec![source("other")]),
            None,
            cny,
            false,
        ),
        (|w| w.from = Some(100), Some(100), cny, true),
        (|w| w.from = Some(100), Some(99), cny, false),
        (|w| w.from = Some(100), None, cny, false),
        (|w| w.from = Some(100), Some(100), usd, false),
        (|w| w.to = Some(100), Some(100), cny, true),
        (|w| w.to = Some(100), Some(101), cny, false),
        (|w| w.to = Some(100), Some(1), usd, false),
        (|w| w.to = Some(100), None, cny, false),
    ];
    for (at, (change, minor, currency, known)) in cases.into_iter().enumerate() {
        let told = cut(&which(change), &payment(minor, currency), FRIDAY);
        assert_eq!(told.is_some(), known, "case {at}");
        assert_eq!(
            told.and_then(|told| told.number),
            None,
            "case {at}: a gap would tell"
        );
    }
}

#[test]
fn hours_by_the_shops_clock() {
    let hours = |days: &[u8], from: &str, to: &str| WeekHours {
        days: days.to_vec(),
        from: ClockTime::parse(from).unwrap(),
        to: ClockTime::parse(to).unwrap(),
    };
    for (span, after_h, known) in [
        (hours(&[5], "09:30", "09:31"), 0, true),
        (hours(&[5], "09:31", "22:00"), 0, false),
        (hours(&[5], "09:00", "09:30"), 0, false),
        (hours(&[4, 6], "09:00", "22:00"), 0, false),
        // Past midnight: Friday 22:00 to Saturday 02:00.
        (hours(&[5], "22:00", "02:00"), 15, true),
        (hours(&[5], "22:00", "02:00"), 17, false),
        (hours(&[6], "22:00", "02:00"), 15, false),
        // Sunday's night ends on Monday.
        (hours(&[7], "22:00", "02:00"), 24 * 2 + 15, true),
        // The whole day round.
        (hours(&[5], "00:00", "00:00"), 14, true),
        (hours(&[5], "00:00", "00:00"), 15, false),
    ] {
        let mut permission = Preset::Manager.permission();
        permission.which.hours = vec![span.clone()];
        assert_eq!(permission.unusable_field(), None);
        let at = FRIDAY.plus_ms(after_h * HOUR);
        let told = cut(&permission, &payment(Some(1), Currency::CNY), at);
        assert_eq!(told.is_some(), known, "{span:?} {after_h}");
    }
    for bad in ["9:00", "24:00", "12:60", "ab:cd", "12-00", "", "12:0٣"] {
        assert_eq!(ClockTime::parse(bad), None, "{bad}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_and_so_are_unknown_fields() {
    let with = |change: fn(&mut Permission)| {
        let mut permission = Preset::Clerk.permission();
        change(&mut permission);
        permission.unusable_field()
    };
    assert_eq!(
        with(|p| p.sees.amount = AmountSight::Rounded { to: 0 }),
        Some("rounded")
    );
    assert_eq!(
        with(|p| p.sees.amount = AmountSight::Rounded { to: -5 }),
        Some("rounded")
    );
    assert_eq!(
        with(|p| p.sees.amount = AmountSight::HiddenAbove { limit: i64::MAX }),
        Some("hidden_above")
    );
    assert_eq!(
        with(|p| p.which.platforms = Some(vec![Platform::TEST; PLATFORMS_MAX + 1])),
        Some("platforms")
    );
    assert_eq!(
        with(|p| p.which.sources = Some(vec![SourceId::new("a").unwrap(); SOURCES_MAX + 1])),
        Some("sources")
    );
    assert_eq!(with(|p| p.which.from = Some(-1)), Some("from"));
    assert_eq!(
        with(|p| (p.which.from, p.which.to) = (Some(5), Some(4))),
        Some("to")
    );
    for days in [vec![], vec![0], vec![8], vec![1, 1]] {
        let mut permission = Preset::Clerk.permission();
        let (from, to) = (
            ClockTime::parse("01:00").unwrap(),
            ClockTime::parse("02:00").unwrap(),
        );
        permission.which.hours = vec![WeekHours {
            days: days.clone(),
            from,
            to,
        }];
        assert_eq!(permission.unusable_field(), Some("hours"), "{days:?}");
    }
    let json = serde_json::to_value(Preset::Clerk.permission()).unwrap();
    assert!(serde_json::from_value::<Permission>(json.clone()).is_ok());
    for path in ["", "/may", "/sees", "/which"] {
        let mut more = json.clone();
        more.pointer_mut(path).unwrap()["refund"] = true.into();
        assert!(
            serde_json::from_value::<Permission>(more).is_err(),
            "{path}"
        );
    }
    let mut less = json;
    less["may"].as_object_mut().unwrap().remove("hear");
    assert!(
        serde_json::from_value::<Permission>(less).is_err(),
        "nothing is taken for granted"
    );
}

#[test]
fn totals_are_made_of_what_is_told() {
    let clerk = Preset::SeniorClerk.permission();
    let day = BusinessDay::parse("2026-05-01").unwrap();
    let refund = |mut payment: Payment| {
        payment.news.kind = Kind::Refund;
        payment
    };
    let test = |mut payment: Payment| {
        payment.test = true;
        payment
    };
    let another_day = |mut payment: Payment| {
        payment.day = BusinessDay::parse("2026-05-02").unwrap();
        payment
    };
    let cny = |minor| payment(minor, Currency::CNY);
    let all = [
        cny(Some(1_000)),
        cny(Some(250)),
        cny(None),
        payment(Some(9), Currency::USD),
        refund(cny(Some(100))),
        test(cny(Some(77_777))),
        another_day(cny(Some(55_555))),
    ];
    let totals = |permission: &Permission| {
        let told: Vec<_> = all
            .iter()
            .filter_map(|p| cut(permission, p, FRIDAY))
            .collect();
        TerminalTotals::of(permission, day, &told)
    };
    let money = |minor, currency| Money::new(minor, currency).unwrap();
    let whole = totals(&clerk);
    assert_eq!(
        (whole.payments, whole.refunds, whole.without_amount),
        (4, 1, 1)
    );
    assert_eq!(
        whole.received,
        Some(vec![money(1_250, Currency::CNY), money(9, Currency::USD)])
    );
    assert_eq!(whole.refunded, Some(vec![money(100, Currency::CNY)]));
    let mut near = clerk.clone();
    near.sees.amount = AmountSight::HiddenAbove { limit: 500 };
    assert_eq!(
        (totals(&near).received, totals(&near).refunded),
        (None, None)
    );
    let mut small = clerk;
    small.which.to = Some(500);
    assert_eq!(
        totals(&small).received,
        Some(vec![money(250, Currency::CNY)])
    );
}

proptest! {
    /// Rounding stays near and never says "nothing" of something.
    #[test]
    fn rounding_is_near_and_never_nothing(minor in 1..=Money::MAX_MINOR, to in 1..=Money::MAX_MINOR) {
        let mut permission = Preset::Clerk.permission();
        permission.sees.amount = AmountSight::Rounded { to };
        let told = cut(&permission, &payment(Some(minor), Currency::CNY), FRIDAY).unwrap();
        let ToldAmount::About { money } = told.amount else { panic!("{told:?}") };
        prop_assert!(money.minor() > 0 && money.minor() % to == 0);
        prop_assert!((money.minor() - minor).abs() <= to);
    }

    /// Two payments that differ only in what is hidden are the same to the terminal.
    #[test]
    fn what_is_hidden_changes_nothing(
        over in 5_001..=Money::MAX_MINOR, other in 5_001..=Money::MAX_MINOR, payer in ".{0,20}", note in ".{0,20}",
    ) {
        let mut permission = Preset::Clerk.permission();
        permission.sees.amount = AmountSight::HiddenAbove { limit: 5_000 };
        let one = payment(Some(over), Currency::CNY);
        let mut two = payment(Some(other), Currency::CNY);
        two.news.payer = Some(payer);
        two.news.note = Some(note);
        two.news.order = None;
        two.news.identity = None;
        prop_assert_eq!(cut(&permission, &one, FRIDAY), cut(&permission, &two, FRIDAY));
    }
}
