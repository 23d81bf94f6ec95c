//! The stack of cards as a table of stories, and its loop with the clock held still.

use super::*;
use crate::{Screen, settings::Language, testing::line};
use domain::{Money, Trust};
use proptest::prelude::*;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const STAYS: u64 = 8_000;

fn stack() -> Stack {
    Stack::new(STAYS, &DayRule::default())
}

fn listening(state: Listening, since: i64) -> ListeningView {
    ListeningView {
        state,
        since: Some(Timestamp(since)),
        since_clock: None,
        sources: Vec::new(),
        heard_at: None,
        muted_until: None,
        muted_until_clock: None,
        voice_problem: None,
        clock_ahead_ms: None,
        back: None,
    }
}

/// Short names of what is drawn: rows, `S` with its count, `L` with its state.
fn drawn(stack: &Stack, tick: u64) -> Vec<String> {
    let name = |card: &CardView| match &card.face {
        CardFace::Payment { payment } => payment.line.0.to_string(),
        CardFace::Summary { count, .. } => format!("S{count}"),
        CardFace::Listening { view } => format!("L{:?}", view.state),
        CardFace::Printing { view } => format!("P{}/{}", view.waiting, view.failed),
        CardFace::Closing { view } => format!("C{}", crate::closing::title(Language::En, *view)),
    };
    stack.view(tick).cards.iter().map(name).collect()
}

#[test]
fn the_newest_fit_and_each_leaves_in_time() {
    let mut stack = stack();
    for id in 1..=6 {
        stack.payment(&line(id), u64::try_from(id).unwrap() * 100);
    }
    assert_eq!(drawn(&stack, 600), ["3", "4", "5", "6"]);
    assert_eq!(stack.view(600).more, 2);
    assert_eq!(stack.next_end(), Some(8_100));
    assert!(!stack.expire(8_099) && stack.expire(8_100));
    assert!(stack.expire(8_300));
    assert_eq!((drawn(&stack, 8_300).len(), stack.view(8_300).more), (3, 0));
    let card = &stack.view(8_350).cards[0];
    assert_eq!((card.stays_ms, card.gone_ms), (Some(STAYS), 7_950));
    assert!(stack.expire(60_000));
    assert_eq!((drawn(&stack, 60_000).len(), stack.next_end()), (0, None));
}

#[test]
fn the_pointer_holds_time_still() {
    let mut stack = stack();
    assert!(!stack.hold(true, 0), "nothing to hold");
    stack.payment(&line(1), 0);
    assert!(stack.hold(true, 7_900) && !stack.hold(true, 7_950));
    assert!(stack.view(7_900).held);
    assert_eq!(stack.next_end(), None);
    assert!(!stack.expire(1_000_000));
    stack.payment(&line(2), 1_000_000);
    assert!(stack.hold(false, 1_000_000));
    assert_eq!(
        stack.next_end(),
        Some(1_001_500),
        "it does not vanish as the pointer leaves"
    );
    assert!(stack.expire(1_001_500));
    assert_eq!(drawn(&stack, 1_001_500), ["2"]);
    stack.hold(true, 1_001_500);
    let id = stack.view(1_001_500).cards[0].id;
    assert!(stack.dismiss(id) && !stack.dismiss(id));
    assert!(
        !stack.view(1_001_500).held,
        "a page that hides cannot say that the pointer left"
    );
}

#[test]
fn what_is_wrong_with_receipts_has_one_card_until_it_is_over() {
    let trouble = |waiting, failed| PrintTrouble {
        waiting,
        failed,
        unknown: 0,
        printer_name: None,
        problem: None,
        amount_text: None,
        paid_clock: None,
    };
    let mut stack = stack();
    assert!(
        !stack.update_printing(&trouble(1, 0)),
        "there is none to change"
    );
    assert!(stack.printing(&trouble(1, 0), 0) && !stack.printing(&trouble(1, 0), 5));
    stack.payment(&line(1), 10);
    assert!(stack.update_printing(&trouble(2, 0)) && !stack.update_printing(&trouble(2, 0)));
    assert!(stack.expire(1_000_000), "payments leave");
    assert_eq!(drawn(&stack, 1_000_000), ["P2/0"], "it stays");
    let id = stack.view(1_000_000).cards[0].id;
    assert!(stack.dismiss(id) && !stack.update_printing(&trouble(3, 0)));
    assert!(stack.printing(&trouble(3, 1), 1_000_000));
    assert!(stack.drop_printing() && !stack.drop_printing());
    assert_eq!(drawn(&stack, 1_000_000).len(), 0);
}

#[test]
fn one_card_says_that_a_day_waits_to_be_closed() {
    let day = |text| domain::BusinessDay::parse(text).unwrap();
    let today = Reminder::Today {
        day: day("2026-11-22"),
    };
    let forgotten = Reminder::Forgotten {
        day: day("2026-11-22"),
        more: 0,
    };
    let mut stack = stack();
    assert!(!stack.drop_closing());
    assert!(stack.closing(today, 0) && !stack.closing(today, 5));
    stack.payment(&line(1), 10);
    assert!(stack.expire(1_000_000), "payments leave");
    assert_eq!(
        drawn(&stack, 1_000_000),
        ["CTime to close the day"],
        "it stays"
    );
    assert!(stack.closing(forgotten, 1_000_000));
    assert_eq!(
        drawn(&stack, 1_000_000),
        ["C2026-11-22 is not closed yet"],
        "in place"
    );
    assert!(stack.drop_closing());
    assert_eq!(drawn(&stack, 1_000_000).len(), 0);
}

#[test]
fn late_payments_share_one_card_that_grows() {
    let mut stack = stack();
    let mut refund = line(3);
    refund.kind = Kind::Refund;
    let mut unknown = line(4);
    unknown.amount = None;
    let mut dollars = line(5);
    dollars.amount = Money::new(250, Currency::USD);
    let mut test = line(6);
    test.test = true;
    assert!(!stack.late(&[test.clone()], 0), "tests are no takings");
    let mut signed = line(20);
    signed.trust = Trust::Confirmed;
    assert!(stack.late(&[line(1), signed], 0));
    assert!(stack.late(&[refund, unknown, dollars, test], 5_000));
    let view = stack.view(5_000);
    let CardFace::Summary {
        count,
        totals,
        without_amount,
        unconfirmed,
        since,
        since_clock,
    } = &view.cards[0].face
    else {
        panic!("{view:?}")
    };
    assert_eq!(
        (*count, *without_amount, *since, since_clock.as_str()),
        (5, 1, Timestamp(60_000), "00:01")
    );
    assert_eq!(*unconfirmed, 4, "what only a phone told keeps its mark");
    assert_eq!(totals, &["¥18.00", "$2.50"]);
    assert_eq!(
        (view.cards.len(), view.cards[0].gone_ms),
        (1, 0),
        "its time begins again"
    );
}

#[test]
fn a_burst_is_folded_and_nothing_is_uncounted() {
    let mut stack = stack();
    for id in 1..=200 {
        stack.payment(&line(id), 0);
    }
    assert_eq!(
        drawn(&stack, 0),
        ["S188", "198", "199", "200"].map(str::to_owned).to_vec()
    );
    assert_eq!(stack.view(0).more, 9);
}

#[test]
fn more_news_changes_the_card_in_place() {
    let mut stack = stack();
    stack.payment(&line(1), 0);
    let mut confirmed = line(1);
    confirmed.trust = Trust::Confirmed;
    assert!(stack.update(&confirmed));
    assert!(!stack.update(&line(2)));
    let view = stack.view(3_000);
    assert!(
        matches!(&view.cards[0].face, CardFace::Payment { payment } if payment.trust == Trust::Confirmed)
    );
    assert_eq!(
        view.cards[0].gone_ms, 3_000,
        "its time does not begin again"
    );
}

#[test]
fn what_is_not_heard_stays_until_it_is() {
    let mut stack = stack();
    stack.listening(&listening(Listening::HubLost, 5), 0);
    for id in 1..=6 {
        stack.payment(&line(id), 0);
    }
    assert_eq!(
        drawn(&stack, 0),
        ["LHubLost", "4", "5", "6"].map(str::to_owned).to_vec()
    );
    assert!(stack.expire(3_600_000));
    assert!(stack.update_listening(&listening(Listening::SourceSilent, 5)));
    assert!(
        !stack.update_listening(&listening(Listening::SourceSilent, 5)),
        "each beat is no news"
    );
    stack.listening(&listening(Listening::Listening, 5), 3_600_000);
    assert_eq!(
        drawn(&stack, 3_600_000),
        ["LListening"].map(str::to_owned).to_vec()
    );
    assert!(stack.expire(3_600_000 + STAYS));
    assert!(!stack.drop_listening());
}

#[test]
fn painting_is_told_once_and_only_for_what_was_drawn() {
    let mut stack = stack();
    stack.payment(&line(1), 0);
    stack.revision = 1;
    assert_eq!(stack.painted(0), [], "an older picture did not have it");
    stack.payment(&line(2), 0);
    assert_eq!(stack.painted(1), [LineId(1)]);
    stack.revision = 2;
    assert_eq!(stack.painted(2), [LineId(2)]);
    assert_eq!(stack.painted(9), []);
}

proptest! {
    #[test]
    fn never_more_than_fit_and_time_never_runs_over(
        steps in proptest::collection::vec((0_u8..6, 0_u64..9_000), 1..80),
    ) {
        let (mut stack, mut tick, mut pushed) = (stack(), 0, 0_i64);
        for (step, wait) in steps {
            tick += wait;
            stack.expire(tick);
            match step {
                0 | 1 => { pushed += 1; stack.payment(&line(pushed), tick); }
                2 => { pushed += 1; stack.late(&[line(pushed)], tick); }
                3 => _ = stack.hold(wait % 2 == 0, tick),
                4 => stack.listening(&listening(Listening::HubLost, 1), tick),
                _ => if let Some(card) = stack.view(tick).cards.first() { stack.dismiss(card.id); },
            }
            let view = stack.view(tick);
            prop_assert!(view.cards.len() <= SHOWN_MAX);
            prop_assert!(view.cards.iter().all(|card| card.stays_ms.is_none_or(|stays| card.gone_ms <= stays)));
            prop_assert!(!view.held || !view.cards.is_empty());
            prop_assert!(stack.next_end().is_none_or(|end| end > tick));
        }
    }
}

struct Shown(Mutex<Vec<CardsView>>);

impl Screen for Shown {
    fn cards(&self, view: &CardsView) {
        self.0.lock().unwrap().push(view.clone());
    }
    fn book_changed(&self, _: domain::BusinessDay) {}
    fn listening(&self, _: &ListeningView) {}
    fn app_info(&self, _: &AppInfo) {}
    fn tray(&self, _: &crate::TrayView) {}
}

#[tokio::test(start_paused = true)]
async fn the_loop_lets_cards_leave_by_themselves() {
    let shown = Arc::new(Shown(Mutex::default()));
    let cards = Arc::new(Cards::new(stack(), shown.clone()));
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (cards, stop) = (cards.clone(), stop.clone());
        async move { cards.run(stop).await }
    });
    let start = Instant::now();
    for id in 1..=2 {
        cards.change(|stack, tick| {
            stack.payment(&line(id), tick);
            true
        });
        tokio::time::sleep(Duration::from_millis(1_000)).await;
    }
    while shown
        .0
        .lock()
        .unwrap()
        .last()
        .is_none_or(|view| !view.cards.is_empty())
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(
        (9_000..9_100).contains(&start.elapsed().as_millis()),
        "{:?}",
        start.elapsed()
    );
    let revisions: Vec<u64> = shown
        .0
        .lock()
        .unwrap()
        .iter()
        .map(|view| view.revision)
        .collect();
    assert_eq!(revisions, [1, 2, 3, 4]);
    stop.cancel();
    running.await.unwrap();
}

#[test]
fn the_card_of_a_trouble_follows_it_and_tells_in_the_end_what_came() {
    use domain::wire::{Refusing, SourceState};
    let mut stack = stack();
    let view = |code: &str, heard: i64| {
        let mut source =
            crate::testing::fake_hub::health(domain::SourceKind::WechatV3, SourceState::Refusing);
        source.last_heard = Some(Timestamp(heard));
        source.refusing = Some(Refusing {
            code: code.to_owned(),
            since: Timestamp(800),
            proven: true,
        });
        ListeningView {
            sources: vec![source],
            ..listening(Listening::SourceRefusing, 800)
        }
    };
    stack.listening(&view("stale", 1), 0);
    assert!(
        !stack.update_listening(&view("stale", 2)),
        "nothing else to say"
    );
    assert!(stack.update_listening(&view("decrypt", 2)));
    let meanwhile = |payments| Meanwhile {
        since_clock: "14:02".to_owned(),
        until_clock: "14:20".to_owned(),
        payments,
        without_amount: 0,
        totals: Vec::new(),
    };
    assert!(!stack.update_meanwhile(&meanwhile(1)), "it is not over");
    let back = ListeningView {
        back: Some(meanwhile(1)),
        ..listening(Listening::Listening, 800)
    };
    stack.listening(&back, 10);
    assert!(!stack.update_meanwhile(&meanwhile(1)));
    assert!(stack.update_meanwhile(&meanwhile(2)));
    let CardFace::Listening { view } = &stack.view(10).cards[0].face else {
        panic!("another card")
    };
    assert_eq!(view.back, Some(meanwhile(2)));
    assert!(stack.expire(10 + STAYS));
    assert!(!stack.update_meanwhile(&meanwhile(3)), "it has left");
}
