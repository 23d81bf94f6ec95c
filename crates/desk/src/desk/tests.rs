//! The whole desk on real sockets and files, with a made-up hub: new payments, restarts, kills, cuts, silence.
#![allow(clippy::too_many_lines, reason = "a story is told in one piece")]

use super::*;
use crate::{
    api::{NewSource, SetDoors, UiError, UpdateSource},
    ledger::{LedgerError, fresh::STALE_MS},
    screen::TrayState,
    testing::{
        cny, confirmed,
        fake_hub::{FakeHub, health, shop},
        front::{Front, Voices, config, until},
        hub, news, paid, unread,
    },
    views::{CardFace, HistoryQuery, LineId, Listening, Mute, StepKind, UnreadQuery},
};
use domain::{
    BusinessDay, Entry, Money, Secret, Seq, SourceConfig, SourceId, SourceKind, Trust,
    wire::{Request, SourceState},
};

fn today() -> BusinessDay {
    shop().day_rule.day_of(now())
}

/// A payment that a phone reported, accepted so many milliseconds ago.
fn reported(seq: u64, ago_ms: i64) -> Entry {
    let minor = 1000 + i64::try_from(seq).unwrap();
    paid(
        seq,
        now().plus_ms(-ago_ms),
        today(),
        news(SourceKind::SmsForwarder, seq, Some(cny(minor))),
    )
}

fn rows(faces: &[CardFace]) -> Vec<u64> {
    let row = |face: &CardFace| match face {
        CardFace::Payment { payment } => Some(payment.seq.0),
        _ => None,
    };
    faces.iter().filter_map(row).collect()
}

async fn history(front: &Front) -> Vec<u64> {
    let query = HistoryQuery {
        limit: 200,
        ..HistoryQuery::default()
    };
    let page = front.desk.history_page(query).await.expect("a page");
    page.rows.iter().map(|row| row.seq.0).collect()
}

#[tokio::test]
async fn a_payment_is_shown_said_counted_and_its_times_are_kept() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = Front::open(dir.path(), hub.at).await;
    hub.accept([reported(1, 0)]);
    until("a card", || rows(&front.shown.faces()) == [1]).await;
    until("a sentence", || front.said() == 1).await;
    until("an acknowledgement", || {
        hub.world.received.lock().unwrap().contains(&Seq(1))
    })
    .await;
    front.paint().await;
    front.paint().await;
    until("the tray tells of it", || {
        front
            .shown
            .tray()
            .is_some_and(|t| t.title_lines[0].contains("¥10.01"))
    })
    .await;
    hub.accept([confirmed(
        2,
        now(),
        1,
        news(SourceKind::WechatV3, 1, Some(cny(1001))),
    )]);
    until("the card changed in place", || {
        matches!(&front.shown.faces()[..], [CardFace::Payment { payment }] if payment.trust == Trust::Confirmed)
    })
    .await;
    hub.accept([unread(3, now(), "看不懂")]);
    until("all is received", || {
        hub.world.received.lock().unwrap().contains(&Seq(3))
    })
    .await;
    let page = front
        .desk
        .history_page(HistoryQuery {
            limit: 5,
            ..HistoryQuery::default()
        })
        .await
        .unwrap();
    assert_eq!(
        (
            page.rows.len(),
            page.more,
            page.rows[0].amount_text.as_deref()
        ),
        (1, false, Some("¥10.01"))
    );
    let details = front.desk.payment_details(page.rows[0].line).await.unwrap();
    let steps: Vec<StepKind> = details.steps.iter().map(|step| step.what).collect();
    for step in [
        StepKind::Accepted,
        StepKind::Received,
        StepKind::Shown,
        StepKind::Spoken,
        StepKind::Confirmed,
    ] {
        assert_eq!(
            steps.iter().filter(|s| **s == step).count(),
            1,
            "{step:?} in {steps:?}"
        );
    }
    assert_eq!(details.news.len(), 2);
    let day = front.desk.day(None).await.unwrap();
    assert_eq!(
        (day.totals[0].payments, day.unconfirmed, day.not_understood),
        (1, 0, 1)
    );
    assert_eq!(
        front
            .desk
            .unread_page(UnreadQuery {
                before: None,
                limit: 9
            })
            .await
            .unwrap()
            .rows
            .len(),
        1
    );
    assert_eq!(front.said(), 1, "joining is not announced");
    assert_eq!(front.desk.app_info().await.unwrap().shop, Some(shop()));
    let shown = front.close().await;
    assert_eq!(*shown.days.lock().unwrap(), [today(), today(), today()]);
}

#[tokio::test]
async fn a_desk_killed_anywhere_announces_once_what_is_fresh() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    // Killed between record and announce: the row stands, nobody was told.
    let ledger = Ledger::open(&dir.path().join(BOOK)).await.unwrap();
    ledger
        .first_visit(&crate::testing::hub("hub-1"), Seq(0))
        .await
        .unwrap();
    let clocks = Clocks {
        here: now(),
        hub: now(),
    };
    let (old, fresh) = (reported(1, STALE_MS + 60_000), reported(2, 1_000));
    ledger
        .record(vec![old.clone(), fresh.clone()], DayRule::default(), clocks)
        .await
        .unwrap();
    ledger.close().await;
    hub.accept([old, fresh]);
    // Killed between announce and mark: the card came, the voice never began.
    let stuck = Arc::new(Voices::default());
    stuck.hangs.store(true, std::sync::atomic::Ordering::SeqCst);
    let front = Front::open_with(dir.path(), hub.at, stuck).await;
    until("a card each", || {
        rows(&front.shown.faces()) == [2] && front.shown.faces().len() == 2
    })
    .await;
    assert!(
        matches!(&front.shown.faces()[0], CardFace::Summary { count: 1, .. }),
        "the old one is one of a sum"
    );
    front.kill().await;
    // The next start says both, marks them (the old one's card was never on a screen) …
    let front = Front::open(dir.path(), hub.at).await;
    until("a card each", || {
        rows(&front.shown.faces()) == [2] && front.shown.faces().len() == 2
    })
    .await;
    until("a sentence each", || front.said() == 2).await;
    while !front.desk.ledger().untold().await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    front.close().await;
    // … and no later one says it again.
    let front = Front::open(dir.path(), hub.at).await;
    hub.accept([reported(3, 0)]);
    until("the next payment", || rows(&front.shown.faces()) == [3]).await;
    until("its sentence", || front.said() == 1).await;
    assert_eq!(history(&front).await, [3, 2, 1]);
    front.close().await;
}

#[tokio::test]
async fn a_link_cut_anywhere_loses_nothing_and_doubles_nothing() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    hub.world
        .cut_after
        .store(3, std::sync::atomic::Ordering::SeqCst);
    let front = Front::open(dir.path(), hub.at).await;
    until("a first link", || {
        !hub.world.hellos.lock().unwrap().is_empty()
    })
    .await;
    for seq in 1..=60 {
        hub.accept([reported(seq, 0)]);
        if seq % 10 == 0 {
            hub.cut();
        }
    }
    until("all of them", || {
        hub.world.hellos.lock().unwrap().last() == Some(&Seq(60))
    })
    .await;
    assert_eq!(history(&front).await, (1..=60).rev().collect::<Vec<_>>());
    assert!(hub.world.hellos.lock().unwrap().len() > 20);
    let day = front.desk.day(None).await.unwrap();
    assert_eq!(day.totals[0].net, cny((1001..=1060).sum()));
    front.close().await;
}

/// A book as an earlier run left it when it was killed.
async fn left_untold(dir: &std::path::Path, entries: Vec<Entry>) -> Ledger {
    let ledger = Ledger::open(&dir.join(BOOK)).await.unwrap();
    let hub_1 = crate::testing::hub("hub-1");
    ledger.first_visit(&hub_1, Seq(0)).await.unwrap();
    let clocks = Clocks {
        here: now(),
        hub: now(),
    };
    let rule = DayRule::default();
    ledger.record(entries, rule, clocks).await.unwrap();
    ledger
}

#[tokio::test]
async fn a_book_that_cannot_be_written_still_tells_what_was_left_untold() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let entries = vec![reported(1, 2 * 24 * 3_600_000), reported(2, 1_000)];
    let ledger = left_untold(dir.path(), entries.clone()).await;
    hub.accept(entries);
    ledger
        .batch(
            "CREATE TRIGGER full BEFORE UPDATE OF told_at ON lines
             BEGIN SELECT RAISE(FAIL, 'the disk is full'); END;
             UPDATE kept SET value = 'null';",
        )
        .await
        .unwrap();
    ledger.close().await;
    let front = Front::open(dir.path(), hub.at).await;
    until("cards", || rows(&front.shown.faces()) == [2]).await;
    until("a sentence each", || front.said() == 2).await;
    front.close().await;
}

#[tokio::test]
async fn what_was_never_said_and_grew_old_is_one_sentence_and_no_second_card() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let entries: Vec<Entry> = (1..=3).map(|seq| reported(seq, STALE_MS + 1_000)).collect();
    let ledger = left_untold(dir.path(), entries.clone()).await;
    hub.accept(entries);
    let lines: Vec<_> = ledger.untold().await.unwrap();
    let ids: Vec<_> = lines.iter().map(|line| line.id).collect();
    ledger.mark_shown(ids.clone(), now()).await.unwrap();
    // The first was being said when the power went off.
    ledger.keep("saying", &vec![ids[0]]).await.unwrap();
    ledger.close().await;
    let front = Front::open(dir.path(), hub.at).await;
    until("what was heard, and what was not", || front.said() == 2).await;
    let said = front.voices.said.lock().unwrap().clone();
    assert!(
        said[0].starts_with("once more: ") && !said[1].starts_with("once more: "),
        "{said:?}"
    );
    assert_eq!(front.shown.faces(), []);
    while !front.desk.ledger().untold().await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    front.close().await;
}

#[tokio::test]
async fn a_payment_of_long_ago_is_not_told_as_one_of_now() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = Front::open(dir.path(), hub.at).await;
    let told = |seq, paid_ago_ms: i64| {
        let mut entry = reported(seq, 0);
        if let domain::Event::Paid(payment) = &mut entry.event {
            payment.news.paid_at = Some(now().plus_ms(-paid_ago_ms));
        }
        entry
    };
    // Clocks differ by minutes; a platform's repeat after an outage comes forty minutes late.
    hub.accept([told(1, 300_000)]);
    until("a card of its own", || rows(&front.shown.faces()) == [1]).await;
    hub.accept([told(2, 2_400_000)]);
    until("a card for late ones", || {
        let faces = front.shown.faces();
        faces.iter().any(|face| matches!(face, CardFace::Summary { count: 1, since, .. } if now().since(*since) > 2_000_000))
    })
    .await;
    until("both are said", || front.said() == 2).await;
    front.close().await;
}

#[tokio::test]
async fn what_came_while_away_is_one_card_and_one_sentence() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = Front::open(dir.path(), hub.at).await;
    hub.accept([reported(1, 0)]);
    until("a sentence", || front.said() == 1).await;
    front.close().await;
    hub.accept((2..=40).map(|seq| reported(seq, STALE_MS + 1_000)));
    let front = Front::open(dir.path(), hub.at).await;
    until("one card for all", || {
        matches!(&front.shown.faces()[..], [CardFace::Summary { count: 39, totals, .. }]
                 if totals[..] == [cny((1002..=1040).sum()).display()])
    })
    .await;
    until("one sentence for all", || front.said() == 1).await;
    front.close().await;
    let front = Front::open(dir.path(), hub.at).await;
    until("a link", || hub.world.hellos.lock().unwrap().len() >= 3).await;
    assert_eq!(front.shown.faces(), []);
    front.close().await;
}

#[tokio::test]
async fn another_hub_fills_the_book_silently() {
    let (dir, hub_world) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    hub_world.accept([reported(1, 0), reported(2, 0)]);
    let front = Front::open(dir.path(), hub_world.at).await;
    until("two cards", || rows(&front.shown.faces()).len() == 2).await;
    while !front.desk.ledger().untold().await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    // The hub's database was restored from a copy of an hour ago, under the same port; then it is another hub.
    *hub_world.world.id.lock().unwrap() = hub("hub-2");
    let fresh: Vec<Entry> = (1..=20)
        .map(|seq| reported(seq + 100, 0))
        .zip(1..)
        .map(|(e, n)| Entry { seq: Seq(n), ..e })
        .collect();
    *hub_world.world.log.lock().unwrap() = fresh;
    let before = front.said();
    hub_world.cut();
    until("all is received", || {
        hub_world
            .world
            .received
            .lock()
            .unwrap()
            .iter()
            .filter(|s| **s == Seq(20))
            .count()
            == 1
    })
    .await;
    assert_eq!(history(&front).await.len(), 22);
    hub_world.accept([reported(21, 0)]);
    until("only what is new is shown", || {
        rows(&front.shown.faces()).contains(&21)
    })
    .await;
    until("and said", || front.said() == before + 1).await;
    assert_eq!(rows(&front.shown.faces()).len(), 3);
    front.close().await;
}

#[tokio::test]
async fn silence_is_told_and_so_is_its_end() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = Front::open(dir.path(), hub.at).await;
    until("listening", || {
        front
            .shown
            .tray()
            .is_some_and(|tray| tray.state == TrayState::Listening)
    })
    .await;
    *hub.world.sources.lock().unwrap() = vec![health(SourceKind::Vmq, SourceState::Silent)];
    hub.beat();
    let stopped = |faces: &[CardFace]| matches!(faces, [CardFace::Listening { view }] if view.state == Listening::SourceSilent && view.since.is_some());
    until("a card that stays", || stopped(&front.shown.faces())).await;
    until("a sentence", || front.said() == 1).await;
    until("the tray", || {
        front
            .shown
            .tray()
            .is_some_and(|t| t.state == TrayState::NotListening)
    })
    .await;
    assert!(
        front
            .shown
            .tray()
            .unwrap()
            .title_lines
            .iter()
            .any(|line| line.contains("Till phone"))
    );
    *hub.world.sources.lock().unwrap() = vec![health(SourceKind::Vmq, SourceState::Listening)];
    hub.beat();
    until("the same card says that it is over", || {
        matches!(&front.shown.faces()[..], [CardFace::Listening { view }] if view.state == Listening::Listening)
    })
    .await;
    until("a second sentence", || front.said() == 2).await;
    // The hub goes away for longer than the grace, and comes back.
    let at = hub.at;
    let world = hub.down().await;
    until("the hub is lost", || {
        front.shown.listening.lock().unwrap().last().unwrap().state == Listening::HubLost
    })
    .await;
    assert_eq!(front.desk.doors().await, Err(UiError::new("offline")));
    let hub = FakeHub::again(at, world).await;
    until("and back", || {
        front.shown.listening.lock().unwrap().last().unwrap().state == Listening::Listening
    })
    .await;
    hub.accept([reported(1, 0)]);
    until("payments come again", || rows(&front.shown.faces()) == [1]).await;
    front.close().await;
}

#[tokio::test]
async fn a_book_that_cannot_store_is_told_and_nothing_is_lost() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = Front::open(dir.path(), hub.at).await;
    let state = || {
        let shown = front.shown.listening.lock().unwrap();
        shown.last().map(|view| view.state)
    };
    until("listening", || state() == Some(Listening::Listening)).await;
    // SQLite's own answer to a full disk, at the moment of writing.
    let full = "CREATE TRIGGER full BEFORE INSERT ON lines BEGIN SELECT raise(ABORT, 'full'); END";
    let sql = |text: &'static str| front.desk.ledger().batch(text);
    sql(full).await.unwrap();
    hub.accept([reported(1, 0)]);
    until("that it cannot be stored is told", || {
        state() == Some(Listening::CannotStore)
    })
    .await;
    until("the tray", || {
        let tray = front.shown.tray();
        tray.is_some_and(|tray| tray.state == TrayState::NotListening)
    })
    .await;
    assert!(rows(&front.shown.faces()).is_empty(), "told, not stored");
    sql("DROP TRIGGER full").await.unwrap();
    until("listening again", || state() == Some(Listening::Listening)).await;
    until("the payment is told", || {
        rows(&front.shown.faces()).contains(&1)
    })
    .await;
    assert_eq!(history(&front).await, [1]);
    front.close().await;
}

#[tokio::test]
async fn a_hub_that_never_comes_is_told_and_a_wake_connects_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let hub = FakeHub::open().await;
    let (at, world) = (hub.at, hub.down().await);
    let front = Front::open(dir.path(), at).await;
    until("it is told", || {
        front
            .shown
            .tray()
            .is_some_and(|t| t.state == TrayState::NotListening)
    })
    .await;
    let hub = FakeHub::again(at, world).await;
    front.desk.inner.link.reconnect();
    until("a link", || {
        front
            .shown
            .tray()
            .is_some_and(|t| t.state == TrayState::Listening)
    })
    .await;
    let links = hub.world.hellos.lock().unwrap().len();
    front.desk.inner.link.reconnect();
    until("another link, though the first looked well", || {
        hub.world.hellos.lock().unwrap().len() > links
    })
    .await;
    front.close().await;
}

#[tokio::test]
async fn mute_holds_over_a_restart_and_ends() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = Front::open(dir.path(), hub.at).await;
    until("a link", || {
        front
            .shown
            .tray()
            .is_some_and(|t| t.state == TrayState::Listening)
    })
    .await;
    let tomorrow = shop().day_rule.start_of(today().plus_days(1).unwrap());
    assert_eq!(
        front.desk.mute(Mute::Tomorrow).await.unwrap().muted_until,
        Some(tomorrow)
    );
    until("the tray", || {
        front
            .shown
            .tray()
            .is_some_and(|t| t.state == TrayState::Muted && t.muted)
    })
    .await;
    front.close().await;
    let front = Front::open(dir.path(), hub.at).await;
    assert_eq!(
        front.desk.listening().await.unwrap().muted_until,
        Some(tomorrow)
    );
    hub.accept([reported(1, 0)]);
    until("a card without a voice", || {
        rows(&front.shown.faces()) == [1]
    })
    .await;
    until("it is settled", || {
        hub.world.received.lock().unwrap().contains(&Seq(1))
    })
    .await;
    let until_soon = now().plus_ms(300);
    front.desk.inner.set_muted(Some(until_soon)).await.unwrap();
    until("the mute ends by itself", || {
        front.shown.tray().is_some_and(|t| !t.muted)
    })
    .await;
    hub.accept([reported(2, 0)]);
    until("the voice is back", || front.said() == 1).await;
    assert_eq!(front.desk.mute(Mute::Off).await.unwrap().muted_until, None);
    front.close().await;
}

#[tokio::test]
async fn pages_get_answers_and_reasons() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = Front::open(dir.path(), hub.at).await;
    let desk = &front.desk;
    until("a link", || {
        front
            .shown
            .tray()
            .is_some_and(|t| t.state == TrayState::Listening)
    })
    .await;
    let phone = |name: &str| NewSource {
        name: name.to_owned(),
        config: SourceConfig::Vmq {
            key: Secret::default(),
        },
    };
    let setup = desk.add_source(phone("My phone")).await.unwrap();
    assert_eq!(
        (setup.address_qr.len(), setup.secret_qr.is_some()),
        (1, true)
    );
    assert_eq!(
        desk.add_source(phone("taken")).await,
        Err(UiError::invalid("name"))
    );
    assert_eq!(
        desk.add_source(phone(" ")).await,
        Err(UiError::invalid("name"))
    );
    let id = SourceId::new("none").unwrap();
    assert_eq!(
        desk.source_setup(id.clone()).await,
        Err(UiError::new("not_found"))
    );
    let form = desk.source_form(id.clone()).await.unwrap();
    let change = |name: &str| UpdateSource {
        id: form.id.clone(),
        name: name.to_owned(),
        config: form.config.clone(),
    };
    assert_eq!(desk.update_source(change(" 店里的 Stripe ")).await, Ok(()));
    assert_eq!(
        desk.update_source(change("")).await,
        Err(UiError::invalid("name"))
    );
    assert_eq!(
        desk.update_source(change("gone")).await,
        Err(UiError::new("not_found"))
    );
    assert_eq!(desk.remove_source(id).await, Ok(()));
    let doors = |url: &str| SetDoors {
        lan: true,
        public_url: Some(url.to_owned()),
    };
    assert_eq!(
        desk.set_doors(doors("ftp://x")).await,
        Err(UiError::invalid("public_url"))
    );
    assert_eq!(
        desk.set_doors(doors("https://pay.example")).await,
        Err(UiError::new("port_taken"))
    );
    assert_eq!(
        desk.test_payment(cny(0)).await,
        Err(UiError::invalid("amount"))
    );
    let dollars = Money::new(100, domain::Currency::USD).unwrap();
    assert_eq!(
        desk.test_payment(dollars).await,
        Err(UiError::invalid("currency"))
    );
    assert_eq!(desk.test_payment(cny(1)).await, Ok(()));
    assert_eq!(desk.test_payment_of_one().await, Ok(()));
    let moon = domain::wire::Shop {
        day_rule: DayRule {
            zone: "Moon".to_owned(),
            cutover_hour: 0,
        },
        ..shop()
    };
    assert_eq!(desk.set_shop(moon).await, Err(UiError::invalid("zone")));
    let renamed = domain::wire::Shop {
        name: " 新店 ".to_owned(),
        ..shop()
    };
    assert_eq!(desk.set_shop(renamed).await, Ok(()));
    assert_eq!(desk.app_info().await.unwrap().shop.unwrap().name, "新店");
    assert_eq!(
        desk.payment_details(LineId(99)).await,
        Err(UiError::new("not_found"))
    );
    let bad = Settings {
        volume: 200,
        ..Settings::default()
    };
    assert_eq!(
        desk.save_settings(bad).await,
        Err(UiError::invalid("volume"))
    );
    desk.finish_first_start().await.unwrap();
    let saved = desk
        .save_settings(Settings {
            language: Some(Language::ZhCn),
            ..Settings::default()
        })
        .await
        .unwrap();
    assert!(
        saved.first_start_done,
        "an old page does not bring the first start back"
    );
    until("the tray speaks Chinese", || {
        front
            .shown
            .tray()
            .is_some_and(|t| t.language == Language::ZhCn)
    })
    .await;
    assert!(
        front
            .shown
            .infos
            .lock()
            .unwrap()
            .last()
            .is_some_and(|info| !info.first_start)
    );
    let choices = desk.choices().await.unwrap();
    assert!(choices.zones.contains(&"Asia/Shanghai".to_owned()) && choices.currencies.len() > 20);
    assert_eq!(desk.voices().await.unwrap().voices.len(), 1);
    let asked = hub.world.asked.lock().unwrap().clone();
    assert!(asked.contains(&Request::TestPayment { amount: cny(1) }));
    let renamed = change("店里的 Stripe");
    assert!(asked.contains(&Request::UpdateSource {
        id: renamed.id,
        name: renamed.name,
        config: renamed.config
    }));
    front.close().await;
}

#[tokio::test]
async fn a_wrong_clock_here_makes_no_payment_old() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    *hub.world.clock_ms.lock().unwrap() = -3_600_000;
    let front = Front::open(dir.path(), hub.at).await;
    hub.accept([reported(1, 3_600_000)]);
    until("a card of its own", || rows(&front.shown.faces()) == [1]).await;
    until("a sentence", || front.said() == 1).await;
    let ahead = front
        .desk
        .listening()
        .await
        .unwrap()
        .clock_ahead_ms
        .expect("it is told");
    assert!((3_500_000..3_700_000).contains(&ahead), "{ahead}");
    front.close().await;
}

#[tokio::test]
async fn a_second_desk_is_refused_and_broken_settings_are_told() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    std::fs::write(dir.path().join("settings.json"), "{").unwrap();
    let front = Front::open(dir.path(), hub.at).await;
    until("the tray tells", || {
        front
            .shown
            .tray()
            .is_some_and(|t| t.title_lines.iter().any(|l| l.contains("settings")))
    })
    .await;
    let around = Surroundings {
        screen: front.shown.clone(),
        speech: front.voices.clone(),
    };
    let second = Desk::open(config(dir.path(), hub.at), around).await;
    assert!(matches!(
        second.err(),
        Some(DeskError::Ledger(LedgerError::Locked))
    ));
    front.desk.save_settings(Settings::default()).await.unwrap();
    until("until they are saved", || {
        front
            .shown
            .tray()
            .is_some_and(|t| t.title_lines.iter().all(|l| !l.contains("settings")))
    })
    .await;
    front.close().await;
    let front = Front::open(dir.path(), hub.at).await;
    front.close().await;
    assert_eq!(hub.newest(), Seq(0));
}

#[test]
fn sleep_and_clock_jumps_are_seen() {
    for (wall, steady, jumped) in [
        (1_000, 1_000, false),
        (4_000, 1_000, false),
        (600_000, 1_000, true),
        (-3_600_000, 1_000, true),
        (600_000, 600_000, true),
        (5_900, 5_900, false),
    ] {
        assert_eq!(time::slept(wall, steady), jumped, "{wall} {steady}");
    }
}

#[tokio::test]
async fn kills_at_any_moment_lose_nothing_and_double_nothing() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let mut seq = 0;
    for round in 0..25_u64 {
        let front = Front::open(dir.path(), hub.at).await;
        for _ in 0..4 {
            seq += 1;
            hub.accept([reported(seq, 0)]);
        }
        // From before the first link to after everything is said, a little later in each round.
        let moment = Duration::from_millis(round * 3);
        let _ = tokio::time::timeout(moment, std::future::pending::<()>()).await;
        front.kill().await;
    }
    let front = Front::open(dir.path(), hub.at).await;
    until("all of them", || {
        hub.world.hellos.lock().unwrap().last() == Some(&Seq(seq)) || {
            hub.world.received.lock().unwrap().last() == Some(&Seq(seq))
        }
    })
    .await;
    assert_eq!(history(&front).await, (1..=seq).rev().collect::<Vec<_>>());
    while !front.desk.ledger().untold().await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let day = front.desk.day(None).await.unwrap();
    assert_eq!(u64::from(day.totals[0].payments), seq);
    front.close().await;
}
