//! What notices say, and which of them stand while cards come, change and go.

use super::*;
use crate::views::{CardView, LineId};
use domain::{BusinessDay, Currency, Money, Platform, Seq, Timestamp};

fn payment(kind: Kind, trust: Trust, amount: Option<&str>) -> CardFace {
    CardFace::Payment {
        payment: PaymentView {
            line: LineId(1),
            seq: Seq(1),
            day: BusinessDay::parse("2026-11-22").expect("a day"),
            number: Some(23),
            kind,
            trust,
            platform: Platform::WECHAT,
            amount: amount.and_then(|_| Money::new(1250, Currency::CNY)),
            amount_text: amount.map(str::to_owned),
            payer: Some("李*芳".into()),
            note: None,
            order: None,
            test: false,
            collector: String::new(),
            standing: crate::views::Standing::Counts,
            joined_to: None,
            corrected: false,
            remarks: None,
            at: Timestamp(0),
            clock: "14:02:00".into(),
        },
    }
}

fn summary(count: u32, without_amount: u32, unconfirmed: u32) -> CardFace {
    CardFace::Summary {
        count,
        totals: vec!["¥18.00".into(), "$2.50".into()],
        without_amount,
        unconfirmed,
        since: Timestamp(0),
        since_clock: "14:02".into(),
    }
}

fn listening(state: Listening) -> CardFace {
    let view: ListeningView = serde_json::from_value(serde_json::json!({
        "state": state, "since": null, "since_clock": "14:02", "sources": [], "heard_at": null, "muted_until": null,
        "muted_until_clock": null, "voice_problem": null, "clock_ahead_ms": null, "back": null,
    }))
    .expect("a view");
    CardFace::Listening { view }
}

#[test]
fn a_card_becomes_a_notice_without_the_payer() {
    use Kind::{Payment, Refund};
    use Trust::{Confirmed, Reported};
    let amount = Some("¥12.50");
    for (face, language, title, body) in [
        (
            payment(Payment, Confirmed, amount),
            Language::En,
            "WeChat Pay ¥12.50",
            "Confirmed · No. 23 today",
        ),
        (
            payment(Payment, Reported, amount),
            Language::En,
            "The phone reports: WeChat Pay ¥12.50",
            "By phone, unconfirmed · No. 23 today",
        ),
        (
            payment(Payment, Reported, None),
            Language::En,
            "The phone reports: WeChat Pay amount not given",
            "By phone, unconfirmed · No. 23 today",
        ),
        (
            payment(Payment, Confirmed, amount),
            Language::ZhCn,
            "微信支付 ¥12.50",
            "平台已确认 · 今天第 23 笔",
        ),
        (
            payment(Refund, Confirmed, Some("−¥12.50")),
            Language::ZhCn,
            "微信支付 退款 −¥12.50",
            "平台已确认 · 今天第 23 笔",
        ),
        (
            payment(Refund, Reported, Some("−¥12.50")),
            Language::ZhCn,
            "手机通知退款：微信支付 −¥12.50",
            "手机转报，未核实 · 今天第 23 笔",
        ),
        (
            summary(5, 0, 0),
            Language::En,
            "5 payments since 14:02",
            "¥18.00 · $2.50",
        ),
        (
            summary(1, 1, 1),
            Language::En,
            "1 payment since 14:02",
            "¥18.00 · $2.50 · 1 without amount · 1 by phone, unconfirmed",
        ),
    ] {
        let notice = Notice::of_card(language, &face);
        assert_eq!(
            (notice.title.as_str(), notice.body.as_str(), notice.urgent),
            (title, body, false)
        );
    }
    for (state, title, urgent) in [
        (Listening::HubLost, "Not listening since 14:02", true),
        (Listening::Listening, "Listening again", false),
    ] {
        let notice = Notice::of_card(Language::En, &listening(state));
        assert_eq!((notice.title.as_str(), notice.urgent), (title, urgent));
    }
}

/// What stands after each of these views: the payments' group with its headline, and the listening's.
fn story(told: &mut Told, views: &[(&[(u64, CardFace)], u32)]) -> Vec<[Option<(u64, String)>; 2]> {
    let views = views.iter().map(|(cards, more)| {
        let card = |(id, face): &(u64, CardFace)| CardView {
            id: CardId(*id),
            stays_ms: None,
            gone_ms: 0,
            face: face.clone(),
        };
        let cards = cards.iter().map(card).collect();
        told.change(
            Language::En,
            &CardsView {
                cards,
                more: *more,
                ..CardsView::default()
            },
        );
        let name = |stands: &Option<Standing>| {
            let stands = stands.as_ref()?;
            Some((stands.group.0, stands.notice.title.clone()))
        };
        [name(&told.wanted.payments), name(&told.wanted.listening)]
    });
    views.collect()
}

#[test]
fn however_many_come_there_is_one_notice_that_changes_in_place() {
    let paid = |amount: &str| payment(Kind::Payment, Trust::Confirmed, Some(amount));
    let stands = |group, title: &str| [Some((group, title.to_owned())), None];
    let mut told = Told::default();
    let (one, two, three) = ((1, paid("¥1.00")), (2, paid("¥2.00")), (3, paid("¥3.00")));
    let views: &[(&[_], u32)] = &[
        (std::slice::from_ref(&one), 0),
        (&[one.clone(), two.clone()], 0),
        (&[one.clone(), two.clone(), three.clone()], 9),
        (&[two, three.clone()], 9),
        (std::slice::from_ref(&three), 0),
    ];
    assert_eq!(
        story(&mut told, views),
        [
            stands(1, "WeChat Pay ¥1.00"),
            stands(1, "WeChat Pay ¥2.00"),
            stands(1, "WeChat Pay ¥3.00"),
            stands(1, "WeChat Pay ¥3.00"),
            stands(1, "WeChat Pay ¥3.00"),
        ]
    );
    let body = told
        .wanted
        .payments
        .as_ref()
        .expect("it stands")
        .notice
        .body
        .clone();
    assert_eq!(
        body.lines().collect::<Vec<_>>(),
        [
            "Confirmed · No. 23 today",
            "WeChat Pay ¥2.00 · Confirmed · No. 23 today",
            "WeChat Pay ¥1.00 · Confirmed · No. 23 today",
            "9 more in the list",
        ],
        "cards that leave change nothing"
    );
    // More becomes known; then all leave, and the next one is another notice.
    let reported = payment(Kind::Payment, Trust::Reported, Some("¥4.00"));
    let views: &[(&[_], u32)] = &[
        (&[three.clone(), (4, reported)], 0),
        (&[three, (4, paid("¥4.00"))], 0),
        (&[], 0),
        (&[(5, paid("¥5.00"))], 0),
    ];
    assert_eq!(
        story(&mut told, views),
        [
            stands(1, "The phone reports: WeChat Pay ¥4.00"),
            stands(1, "WeChat Pay ¥4.00"),
            [None, None],
            stands(5, "WeChat Pay ¥5.00"),
        ]
    );
}

#[test]
fn listening_stands_beside_payments_and_says_in_place_that_it_works_again() {
    let paid = payment(Kind::Payment, Trust::Confirmed, Some("¥1.00"));
    let (lost, back) = (
        listening(Listening::HubLost),
        listening(Listening::Listening),
    );
    let stopped = Some((1, "Not listening since 14:02".to_owned()));
    let money = Some((2, "WeChat Pay ¥1.00".to_owned()));
    let views: &[(&[_], u32)] = &[
        (&[(1, lost.clone())], 0),
        (&[(1, lost.clone()), (2, paid)], 0),
        (&[(1, lost)], 0),
        (&[(1, back)], 0),
        (&[], 0),
    ];
    assert_eq!(
        story(&mut Told::default(), views),
        [
            [None, stopped.clone()],
            [money, stopped.clone()],
            [None, stopped],
            [None, Some((1, "Listening again".to_owned()))],
            [None, None],
        ]
    );
}

#[test]
fn what_was_seen_as_a_card_is_not_told_again() {
    let card = |id, amount: &str| CardView {
        id: CardId(id),
        stays_ms: None,
        gone_ms: 0,
        face: payment(Kind::Payment, Trust::Confirmed, Some(amount)),
    };
    let view = |cards: &[CardView]| CardsView {
        cards: cards.to_vec(),
        ..CardsView::default()
    };
    let (one, two) = (card(1, "¥1.00"), card(2, "¥2.00"));
    let mut told = Told::default();
    told.change(Language::En, &view(std::slice::from_ref(&one)));
    told.withdraw(&view(std::slice::from_ref(&one)));
    let stands = |told: &Told| told.wanted.payments.clone();
    assert_eq!((stands(&told), told.wanted.withdrawn), (None, 1));
    told.withdraw(&view(std::slice::from_ref(&one)));
    assert_eq!(told.wanted.withdrawn, 1, "nothing stood");
    told.change(Language::En, &view(std::slice::from_ref(&one)));
    assert_eq!(stands(&told), None);
    told.change(Language::En, &view(&[one, two]));
    let notice = stands(&told).map(|stands| (stands.group.0, stands.notice.body));
    assert_eq!(
        notice,
        Some((2, "Confirmed · No. 23 today".to_owned())),
        "the first was seen"
    );
}

#[test]
fn a_card_of_many_stands_below_the_newest_payment() {
    let paid = payment(Kind::Payment, Trust::Confirmed, Some("¥1.00"));
    let mut told = Told::default();
    story(&mut told, &[(&[(1, paid), (2, summary(5, 0, 0))], 0)]);
    let notice = told.wanted.payments.expect("it stands").notice;
    assert_eq!(notice.title, "WeChat Pay ¥1.00");
    assert!(
        notice
            .body
            .ends_with("5 payments since 14:02 · ¥18.00 · $2.50"),
        "{}",
        notice.body
    );
}
