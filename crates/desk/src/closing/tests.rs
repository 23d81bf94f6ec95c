//! The day's end on a whole desk with a made-up hub: commands, refusals with words, the reminder.

use super::*;
use crate::{
    api::event,
    desk::now,
    settings::{Settings, closing::ClosingSettings},
    testing::{
        cny,
        fake_hub::{FakeHub, shop},
        front::{Front, until},
        news, paid,
    },
    views::CardFace,
    words,
};
use book::dayend::{CashMoveKind, CloseWish, ClosingsQuery, DraftChange, DraftStep};
use domain::{Entry, SourceKind};

const DAY_MS: i64 = 24 * 3_600_000;

/// A payment of so many days ago.
fn sale(seq: u64, days: i64) -> Entry {
    let at = now().plus_ms(-days * DAY_MS - 120_000);
    let day = shop()
        .day_rule
        .day_of(now())
        .plus_days(-i32::try_from(days).unwrap())
        .unwrap();
    paid(
        seq,
        at,
        day,
        news(SourceKind::WechatV3, seq, Some(cny(1_250))),
    )
}

async fn front() -> (tempfile::TempDir, FakeHub, Front) {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = Front::open(dir.path(), hub.at).await;
    until("the shop is known", || front.desk.inner.here().is_ok()).await;
    (dir, hub, front)
}

async fn remind(front: &Front, closing: ClosingSettings) {
    let settings = Settings {
        closing,
        ..front.desk.settings().await.unwrap()
    };
    front.desk.save_settings(settings).await.unwrap();
}

async fn recorded(front: &Front, hub: &FakeHub, entries: Vec<Entry>) {
    let last = entries.last().unwrap().seq;
    hub.accept(entries);
    until("it is in the book", || {
        hub.world.received.lock().unwrap().contains(&last)
    })
    .await;
    drop(front.desk.days().await.unwrap());
}

fn cards(front: &Front) -> Vec<Reminder> {
    let closing = |face| match face {
        CardFace::Closing { view } => Some(view),
        _ => None,
    };
    front
        .shown
        .faces()
        .into_iter()
        .filter_map(closing)
        .collect()
}

/// How often a card of a closing came that was not there before.
fn came(front: &Front) -> usize {
    let views = front.shown.cards.lock().unwrap();
    let has = |view: &crate::views::CardsView| {
        view.cards
            .iter()
            .any(|card| matches!(card.face, CardFace::Closing { .. }))
    };
    let there: Vec<bool> = std::iter::once(false)
        .chain(views.iter().map(has))
        .collect();
    there.windows(2).filter(|two| !two[0] && two[1]).count()
}

fn told(front: &Front, name: &str) -> usize {
    front
        .shown
        .told
        .lock()
        .unwrap()
        .iter()
        .filter(|(_, event, _)| event == name)
        .count()
}

#[tokio::test]
async fn a_day_is_closed_and_pages_are_told() {
    let (_dir, hub, front) = front().await;
    recorded(&front, &hub, vec![sale(1, 0), sale(2, 0)]).await;
    let desk = &front.desk;
    let report = desk.day_report(None).await.unwrap();
    assert_eq!(report.totals[0].net.text, "¥25.00");
    let draft = desk.closing_draft(None).await.unwrap();
    let change = |step| DraftChange {
        day: draft.day,
        who: "李芳".to_owned(),
        step,
    };
    let float = DraftStep::Move {
        kind: CashMoveKind::Float,
        amount: cny(30_000),
        reason: None,
    };
    desk.change_closing_draft(change(float)).await.unwrap();
    assert_eq!(told(&front, event::DAY_END), 1);
    let wish = CloseWish::sure(draft.day, draft.number, "李芳");
    assert_eq!(
        desk.close_day(wish.clone()).await,
        Err(UiError::invalid("not_counted"))
    );
    assert!(
        !desk.inner.ledger.counting(now()).await.unwrap(),
        "a float is no count"
    );
    let other = DraftStep::Other {
        amount: Some(cny(30_000)),
    };
    desk.change_closing_draft(change(other)).await.unwrap();
    // Now nothing may be installed.
    assert!(desk.inner.ledger.counting(now()).await.unwrap());
    let closing = desk.close_day(wish.clone()).await.unwrap();
    assert_eq!(
        (closing.shop, closing.software),
        (shop().name, "1.2.3".to_owned())
    );
    assert!(!closing.terminal.is_empty());
    assert_eq!(told(&front, event::DAY_END), 3);
    assert_eq!(
        desk.close_day(wish).await,
        Err(UiError::invalid("number_taken"))
    );
    let query = ClosingsQuery {
        limit: 10,
        ..ClosingsQuery::default()
    };
    assert_eq!(desk.closings(query).await.unwrap().len(), 1);
    assert_eq!(desk.closing(1).await.unwrap().day, draft.day);
    assert_eq!(desk.closing(2).await, Err(UiError::new("not_found")));
    front.close().await;
}

#[tokio::test]
async fn by_a_clock_that_is_not_the_hubs_nothing_is_closed() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    *hub.world.clock_ms.lock().unwrap() = -365 * DAY_MS;
    let front = Front::open(dir.path(), hub.at).await;
    until("the shop is known", || front.desk.inner.here().is_ok()).await;
    until("the hub's clock is known", || {
        let clocks = front.desk.inner.clocks();
        clocks.here.since(clocks.hub) > DAY_MS
    })
    .await;
    let draft = front.desk.closing_draft(None).await.unwrap();
    let wish = CloseWish::sure(draft.day, draft.number, "李芳");
    assert_eq!(
        front.desk.close_day(wish.clone()).await,
        Err(UiError::invalid("clock"))
    );
    assert_eq!(
        front.desk.hand_over_shift(wish).await,
        Err(UiError::invalid("clock"))
    );
    front.close().await;
}

#[tokio::test]
async fn the_clock_of_a_hub_elsewhere_counts_only_while_it_is_heard() {
    let (dir, _hub, front) = front().await;
    assert!(
        !front.desk.inner.here().unwrap().second_clock,
        "a hub on this PC has its clock"
    );
    front.close().await;
    // The shop is known from the book; nobody answers there.
    let front = Front::open(dir.path(), "192.0.2.1:9".parse().unwrap()).await;
    let inner = &front.desk.inner;
    let second = || inner.here().unwrap().second_clock;
    assert!(!second());
    let draft = front.desk.closing_draft(None).await.unwrap();
    let mut wish = CloseWish::sure(draft.day, draft.number, "李芳");
    wish.year = None;
    assert_eq!(
        front.desk.close_day(wish).await,
        Err(UiError::invalid("year"))
    );
    for (ago, counts) in [
        (0, true),
        (DAY_MS - 60_000, true),
        (365 * DAY_MS, false),
        (-2 * DAY_MS, false),
    ] {
        inner.state().hearing.heard(now().plus_ms(-ago));
        assert_eq!(second(), counts, "{ago}");
    }
    front.close().await;
}

#[tokio::test]
async fn before_the_shop_is_known_nothing_is_closed() {
    let dir = tempfile::tempdir().unwrap();
    // Nobody listens there.
    let front = Front::open(dir.path(), "127.0.0.1:9".parse().unwrap()).await;
    assert_eq!(
        front.desk.closing_draft(None).await,
        Err(UiError::new("offline"))
    );
    assert_eq!(
        front.desk.day_report(None).await,
        Err(UiError::new("offline"))
    );
    front.close().await;
}

#[test]
fn every_refusal_and_every_reminder_has_words() {
    for refusal in Refusal::ALL {
        let key = format!("dayend.refused_{}", refusal.field());
        assert!(words::has(&key), "{key}");
    }
    let day = BusinessDay::parse("2026-11-22").unwrap();
    for (reminder, en, zh) in [
        (Reminder::Today { day }, "Time to close the day", "该结账了"),
        (
            Reminder::Forgotten { day, more: 0 },
            "2026-11-22 is not closed yet",
            "2026-11-22 还没有结账",
        ),
        (
            Reminder::Forgotten { day, more: 2 },
            "3 days are not closed yet, since 2026-11-22",
            "从 2026-11-22 起有 3 天还没有结账",
        ),
    ] {
        assert_eq!(title(Language::En, reminder), en);
        assert_eq!(title(Language::ZhCn, reminder), zh);
    }
}

/// Ten minutes later and more, until what is to be told is told: the voice may have to be heard out first.
async fn later(front: &Front, told: impl Fn() -> bool) {
    let pass =
        "UPDATE lines SET received_at = received_at - 600000, spoken_at = spoken_at - 600000";
    let looks = async {
        while !told() {
            front.desk.ledger().batch(pass).await.unwrap();
            front.desk.inner.look_at_closing().await.unwrap();
        }
    };
    let told = tokio::time::timeout(std::time::Duration::from_secs(60), looks).await;
    told.expect("it is told");
}

#[tokio::test]
async fn closing_time_is_told_once_and_not_while_somebody_pays() {
    let (dir, hub, front) = front().await;
    recorded(&front, &hub, vec![sale(1, 0)]).await;
    let any_time = ClosingSettings {
        // The first minute of the shop's day: it is always past it.
        remind_at: Some(u16::from(shop().day_rule.cutover_hour) * 60),
        blind: false,
    };
    // A payment stood here a moment ago: the tray says it, a card would be in the way.
    remind(&front, any_time.clone()).await;
    let line = || {
        let tray = front.shown.tray();
        tray.is_some_and(|tray| {
            tray.title_lines
                .iter()
                .any(|line| line == "Time to close the day")
        })
    };
    until("the tray says it", line).await;
    front.desk.inner.look_at_closing().await.unwrap();
    assert_eq!(cards(&front), []);
    // The customer has gone.
    later(&front, || cards(&front).len() == 1).await;
    front.desk.inner.look_at_closing().await.unwrap();
    assert_eq!(came(&front), 1);
    front.close().await;

    // Started again, it does not come again.
    let front = Front::open(dir.path(), hub.at).await;
    until("the tray says it", || {
        let tray = front.shown.tray();
        tray.is_some_and(|tray| {
            tray.title_lines
                .iter()
                .any(|line| line == "Time to close the day")
        })
    })
    .await;
    front.desk.inner.look_at_closing().await.unwrap();
    assert_eq!(came(&front), 0);
    // Closed, nothing says it any more.
    let draft = front.desk.closing_draft(None).await.unwrap();
    let wish = CloseWish::sure(draft.day, draft.number, "李芳");
    front.desk.close_day(wish).await.unwrap();
    until("the tray says nothing of it", || {
        let tray = front.shown.tray();
        tray.is_some_and(|tray| {
            tray.title_lines
                .iter()
                .all(|line| line != "Time to close the day")
        })
    })
    .await;
    front.close().await;
}

#[tokio::test]
async fn a_forgotten_day_is_told_at_each_start_until_it_is_closed() {
    let (dir, hub, front) = front().await;
    recorded(&front, &hub, vec![sale(1, 2), sale(2, 1), sale(3, 0)]).await;
    // Whoever never closed a day has forgotten none.
    front.desk.inner.look_at_closing().await.unwrap();
    let today = shop().day_rule.day_of(now());
    let before = today.plus_days(-2).unwrap();
    let wish = |day, number| CloseWish::sure(day, number, "李芳");
    front.desk.close_day(wish(before, 1)).await.unwrap();
    let forgotten = Reminder::Forgotten {
        day: today.plus_days(-1).unwrap(),
        more: 0,
    };
    later(&front, || cards(&front) == [forgotten]).await;
    front.close().await;

    let front = Front::open(dir.path(), hub.at).await;
    until("it is told at the next start", || {
        cards(&front) == [forgotten]
    })
    .await;
    assert_eq!(
        front.desk.close_day(wish(today, 2)).await,
        Err(UiError::invalid("earlier_day_open"))
    );
    front
        .desk
        .close_day(wish(today.plus_days(-1).unwrap(), 2))
        .await
        .unwrap();
    until("the card is gone", || cards(&front).is_empty()).await;
    front.close().await;
}
