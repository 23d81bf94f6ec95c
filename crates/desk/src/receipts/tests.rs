//! A whole desk with printers on real sockets: rules, troubles, restarts and kills. No receipt comes out twice by itself.
#![allow(clippy::too_many_lines, reason = "a story is told in one piece")]

use super::{
    view::{JobId, PrintProblemCode, PrintState, PrintTrouble, PrintWish},
    *,
};
use crate::{
    api::{UiError, event},
    receipts::view::{PrintJobView, PrinterTry, ReceiptSample},
    settings::{
        Settings,
        printers::{ByItself, Printed},
    },
    testing::{
        cny, confirmed,
        fake_hub::{FakeHub, shop},
        front::{Front, until},
        hub, news, paid,
        roll::{Roll, counts},
    },
    views::{CardFace, LineId},
};
use devices::printer::profile::Preset;
use domain::{Entry, Kind, Money, Seq, SourceKind};
use std::path::Path;

/// The shop's day at the made-up hub.
fn today() -> domain::BusinessDay {
    shop().day_rule.day_of(now())
}

/// A payment that a phone reported, accepted so many milliseconds ago.
fn reported(seq: u64, ago_ms: i64) -> Entry {
    let minor = 1000 + i64::try_from(seq).unwrap();
    let news = news(SourceKind::SmsForwarder, seq, Some(cny(minor)));
    paid(seq, now().plus_ms(-ago_ms), today(), news)
}

fn printer(roll: &Roll, payments: Printed) -> PrinterSetup {
    PrinterSetup {
        id: "till".to_owned(),
        name: "Counter".to_owned(),
        on: true,
        target: PrinterTarget::Port {
            address: roll.address(),
            line: Default::default(),
        },
        profile: Preset::Western80.profile(),
        language: Default::default(),
        foot: "See you soon".to_owned(),
        collector: String::new(),
        logo: false,
        copies: 1,
        by_itself: ByItself {
            payments,
            ..ByItself::default()
        },
        drawer: false,
        bell: false,
        barcode: false,
    }
}

async fn set_up(front: &Front, printers: Vec<PrinterSetup>) {
    let settings = Settings {
        printers,
        ..Settings::default()
    };
    front.desk.save_settings(settings).await.expect("saved");
}

/// A desk with a link to its hub.
async fn linked(dir: &Path, hub: &FakeHub) -> Front {
    let before = hub.world.hellos.lock().unwrap().len();
    let front = Front::open(dir, hub.at).await;
    until("a link", || {
        hub.world.hellos.lock().unwrap().len() > before
            && front
                .shown
                .tray()
                .is_some_and(|tray| tray.state == crate::TrayState::Listening)
    })
    .await;
    front
}

async fn jobs(front: &Front) -> Vec<PrintJobView> {
    front.desk.print_jobs().await.expect("jobs")
}

/// Waits until the jobs, newest first, stand so.
async fn stand(front: &Front, states: &[PrintState]) {
    let waited = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let found: Vec<_> = jobs(front).await.iter().map(|job| job.state).collect();
            if found == states {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    if waited.await.is_err() {
        panic!("not {states:?} but {:#?}", jobs(front).await);
    }
}

fn trouble(front: &Front) -> Option<PrintTrouble> {
    front.shown.faces().into_iter().find_map(|face| match face {
        CardFace::Printing { view } => Some(view),
        _ => None,
    })
}

#[tokio::test]
async fn a_payment_prints_once_by_rule_and_never_again_after_a_restart_or_a_refill() {
    let (dir, world, roll) = (
        tempfile::tempdir().unwrap(),
        FakeHub::open().await,
        Roll::open().await,
    );
    let front = linked(dir.path(), &world).await;
    set_up(&front, vec![printer(&roll, Printed::All)]).await;
    world.accept([reported(1, 0)]);
    until("a receipt", || roll.slips() == [(1, None)]).await;
    stand(&front, &[PrintState::Taken]).await;
    let lines = roll.lines().join("\n");
    for part in [
        "Payment reported",
        "10.01",
        "Ten yuan and one fen",
        "not confirmed",
        "WeChat Pay",
        "See you soon",
    ] {
        assert!(lines.contains(part), "{part}:\n{lines}");
    }
    let [job] = &jobs(&front).await[..] else {
        panic!("one job")
    };
    assert!(job.by_itself && !job.needs_a_person && job.can_again);
    assert_eq!(
        (job.number, job.printer_name.as_str(), job.copy),
        (Some(1), "Counter", None)
    );
    // An old one has no receipt, as it has no sentence of its own.
    world.accept([reported(2, 600_000)]);
    until("it is in the book", || {
        world.world.received.lock().unwrap().contains(&Seq(2))
    })
    .await;
    front.close().await;
    // While the desk is away, one comes and grows old; another comes and is fresh.
    world.accept([reported(3, 600_000), reported(4, 0)]);
    let front = linked(dir.path(), &world).await;
    until("the fresh one", || roll.slips().len() == 2).await;
    assert_eq!(roll.slips(), [(1, None), (4, None)]);
    // The hub's database was restored, and is filled again: under other numbers the same payments.
    *world.world.id.lock().unwrap() = hub("hub-2");
    let again: Vec<Entry> = [reported(1, 0), reported(2, 0)].into();
    *world.world.log.lock().unwrap() = again;
    world.cut();
    until("it is filled again", || {
        let received = world.world.received.lock().unwrap();
        received.iter().filter(|seq| **seq == Seq(2)).count() == 2
    })
    .await;
    world.accept([reported(5, 0)]);
    until("the next", || roll.slips().len() == 3).await;
    stand(&front, &[PrintState::Taken; 3]).await;
    assert_eq!(
        counts(&roll.slips()).into_keys().collect::<Vec<_>>(),
        [1, 4, 5]
    );
    front.close().await;
}

#[tokio::test]
async fn confirmed_only_waits_for_the_platforms_word_and_amounts_and_refunds_follow_their_rule() {
    let (dir, hub, roll) = (
        tempfile::tempdir().unwrap(),
        FakeHub::open().await,
        Roll::open().await,
    );
    let front = linked(dir.path(), &hub).await;
    let mut setup = printer(&roll, Printed::Confirmed);
    setup.by_itself.from = Some(cny(1002));
    setup.drawer = true;
    set_up(&front, vec![setup]).await;
    hub.accept([reported(1, 0), reported(2, 0)]);
    let signed = |key, minor| news(SourceKind::WechatV3, key, Some(cny(minor)));
    hub.accept([
        confirmed(3, now(), 1, signed(1, 1001)),
        confirmed(4, now(), 2, signed(2, 1002)),
    ]);
    until("the confirmed one that is large enough", || {
        roll.slips() == [(2, None)]
    })
    .await;
    // More of the same prints nothing more.
    hub.accept([confirmed(5, now(), 2, signed(3, 1002))]);
    // Of a payment long ago the platform's word is for the book only.
    hub.accept([
        reported(6, 700_000),
        confirmed(7, now(), 6, signed(6, 1006)),
    ]);
    let refund = |seq| {
        let mut news = signed(seq, 5_000);
        news.kind = Kind::Refund;
        paid(seq, now(), today(), news)
    };
    hub.accept([refund(8)]);
    until("all of it is in the book", || {
        hub.world.received.lock().unwrap().contains(&Seq(8))
    })
    .await;
    stand(&front, &[PrintState::Taken]).await;
    let mut setup = printer(&roll, Printed::Never);
    setup.by_itself.refunds = true;
    set_up(&front, vec![setup]).await;
    hub.accept([refund(9), reported(10, 0)]);
    stand(&front, &[PrintState::Taken; 2]).await;
    let lines = roll.lines().join("\n");
    assert!(
        lines.contains("Refunded through") && lines.contains("-¥50.00"),
        "{lines}"
    );
    assert_eq!(roll.slips(), [(2, None)]);
    front.close().await;
}

#[tokio::test]
async fn by_hand_there_is_one_first_paper_and_copies_say_so() {
    let (dir, hub, roll) = (
        tempfile::tempdir().unwrap(),
        FakeHub::open().await,
        Roll::open().await,
    );
    let front = linked(dir.path(), &hub).await;
    hub.accept([reported(1, 0)]);
    until("a card", || !front.shown.faces().is_empty()).await;
    let wish = || PrintWish {
        line: LineId(1),
        printer: None,
    };
    let none = front.desk.print_receipt(wish()).await;
    assert_eq!(none, Err(UiError::new("no_printer")));
    roll.inside
        .paper_out
        .store(true, std::sync::atomic::Ordering::SeqCst);
    set_up(&front, vec![printer(&roll, Printed::Never)]).await;
    let first = front.desk.print_receipt(wish()).await.expect("queued");
    let clicked_twice = front.desk.print_receipt(wish()).await.expect("queued");
    assert_eq!(first.id, clicked_twice.id);
    assert_eq!(first.copy, None);
    let early = front.desk.print_again(first.id).await.expect("on its way");
    assert_eq!(early.id, first.id, "it is still on its way");
    roll.inside
        .paper_out
        .store(false, std::sync::atomic::Ordering::SeqCst);
    stand(&front, &[PrintState::Taken]).await;
    let second = front.desk.print_receipt(wish()).await.expect("queued");
    stand(&front, &[PrintState::Taken; 2]).await;
    let third = front.desk.print_again(first.id).await.expect("queued");
    stand(&front, &[PrintState::Taken; 3]).await;
    assert_eq!((second.copy, third.copy), (Some(1), Some(2)));
    assert_eq!(roll.slips(), [(1, None), (1, Some(1)), (1, Some(2))]);
    let missing = PrintWish {
        line: LineId(99),
        printer: None,
    };
    let missing = front.desk.print_receipt(missing).await;
    assert_eq!(missing, Err(UiError::new("not_found")));
    let unknown = front.desk.print_again(JobId(99)).await;
    assert_eq!(unknown, Err(UiError::new("not_found")));
    front.close().await;
}

#[tokio::test]
async fn by_hand_and_then_by_itself_is_a_copy_and_a_drawer_opens_for_who_is_here_only() {
    let (dir, hub, roll) = (
        tempfile::tempdir().unwrap(),
        FakeHub::open().await,
        Roll::open().await,
    );
    let front = linked(dir.path(), &hub).await;
    let mut setup = printer(&roll, Printed::Confirmed);
    setup.drawer = true;
    set_up(&front, vec![setup]).await;
    hub.accept([reported(1, 0)]);
    until("a card", || !front.shown.faces().is_empty()).await;
    let by_hand = |line| PrintWish {
        line: LineId(line),
        printer: None,
    };
    let first = front.desk.print_receipt(by_hand(1)).await.expect("queued");
    assert_eq!(first.copy, None);
    stand(&front, &[PrintState::Taken]).await;
    assert_eq!(roll.drawers(), 1);
    let signed = news(SourceKind::WechatV3, 1, Some(cny(1001)));
    hub.accept([confirmed(2, now(), 1, signed)]);
    stand(&front, &[PrintState::Taken; 2]).await;
    assert_eq!(roll.slips(), [(1, None), (1, Some(1))]);
    hub.accept([reported(3, 3_600_000)]);
    until("it is in the book", || {
        hub.world.received.lock().unwrap().contains(&Seq(3))
    })
    .await;
    front.desk.print_receipt(by_hand(2)).await.expect("queued");
    stand(&front, &[PrintState::Taken; 3]).await;
    assert_eq!(roll.slips().len(), 3);
    assert_eq!(roll.drawers(), 1, "nobody stands there any more");
    front.close().await;
}

#[tokio::test]
async fn without_paper_receipts_wait_and_say_so_and_come_once_after() {
    let (dir, hub, roll) = (
        tempfile::tempdir().unwrap(),
        FakeHub::open().await,
        Roll::open().await,
    );
    roll.inside
        .paper_out
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let front = linked(dir.path(), &hub).await;
    set_up(&front, vec![printer(&roll, Printed::All)]).await;
    hub.accept([reported(1, 0), reported(2, 0), reported(3, 0)]);
    until("a card says why", || {
        trouble(&front).is_some_and(|view| {
            let code = view.problem.as_ref().map(|problem| problem.code);
            view.waiting == 3
                && view.failed == 0
                && code == Some(PrintProblemCode::PaperOut)
                && view.printer_name.as_deref() == Some("Counter")
        })
    })
    .await;
    until("the tray says so", || {
        let tray = front.shown.tray();
        tray.is_some_and(|tray| {
            let line = "3 receipts wait for the printer · Counter: No paper";
            tray.title_lines.iter().any(|found| found == line)
        })
    })
    .await;
    until("pages are told", || {
        let told = front.shown.told.lock().unwrap();
        told.iter().any(|(windows, name, what)| {
            name == event::PRINTS
                && windows == "history"
                && what[0]["problem"]["code"] == "paper_out"
        })
    })
    .await;
    let [health] = &front.desk.inner.receipts.health()[..] else {
        panic!("one printer")
    };
    assert_eq!(health.state, State::Stalled);
    // Somebody takes one back.
    let second = jobs(&front).await[1].id;
    front.desk.settle_job(second).await.expect("taken back");
    assert!(roll.slips().is_empty());
    roll.inside
        .paper_out
        .store(false, std::sync::atomic::Ordering::SeqCst);
    stand(
        &front,
        &[PrintState::Taken, PrintState::Withdrawn, PrintState::Taken],
    )
    .await;
    until("the card goes", || trouble(&front).is_none()).await;
    assert_eq!(roll.slips(), [(1, None), (3, None)]);
    front.close().await;
}

#[tokio::test]
async fn a_printer_that_is_off_gets_its_receipts_once_it_is_on() {
    let (dir, hub, roll) = (
        tempfile::tempdir().unwrap(),
        FakeHub::open().await,
        Roll::open().await,
    );
    let setup = printer(&roll, Printed::All);
    let (at, inside) = roll.off().await;
    let front = linked(dir.path(), &hub).await;
    set_up(&front, vec![setup]).await;
    hub.accept([reported(1, 0)]);
    until("a card", || {
        trouble(&front).is_some_and(|view| view.waiting == 1)
    })
    .await;
    let roll = Roll::again(at, inside).await;
    stand(&front, &[PrintState::Taken]).await;
    until("the card goes", || trouble(&front).is_none()).await;
    assert_eq!(roll.slips(), [(1, None)]);
    // Cheap ones say nothing of themselves, and print all the same.
    roll.inside
        .says_nothing
        .store(true, std::sync::atomic::Ordering::SeqCst);
    hub.accept([reported(2, 0)]);
    stand(&front, &[PrintState::Taken; 2]).await;
    assert_eq!(roll.slips(), [(1, None), (2, None)]);
    // Taken out of the settings, it leaves nothing behind that waits.
    let (_, _) = roll.off().await;
    hub.accept([reported(3, 0)]);
    until("it waits", || {
        trouble(&front).is_some_and(|view| view.waiting == 1)
    })
    .await;
    set_up(&front, vec![]).await;
    until("it is said", || {
        trouble(&front).is_some_and(|view| {
            let code = view.problem.map(|problem| problem.code);
            view.failed == 1 && code == Some(PrintProblemCode::NotInUse)
        })
    })
    .await;
    front.desk.settle_jobs().await.expect("settled");
    until("the card goes", || trouble(&front).is_none()).await;
    front.close().await;
}

#[tokio::test]
async fn a_receipt_that_may_be_half_on_paper_waits_for_a_person() {
    let (dir, hub, roll) = (
        tempfile::tempdir().unwrap(),
        FakeHub::open().await,
        Roll::open().await,
    );
    let front = linked(dir.path(), &hub).await;
    set_up(&front, vec![printer(&roll, Printed::All)]).await;
    roll.inside
        .pulls_after
        .store(60, std::sync::atomic::Ordering::SeqCst);
    hub.accept([reported(1, 0), reported(2, 0)]);
    stand(&front, &[PrintState::Taken, PrintState::Unknown]).await;
    until("it is said", || {
        trouble(&front)
            .is_some_and(|view| view.unknown == 1 && view.amount_text.as_deref() == Some("¥10.01"))
    })
    .await;
    assert_eq!(
        counts(&roll.slips()).get(&1),
        None,
        "it never came to the number"
    );
    // Closed by a person, the card comes back only for something new.
    let card = front.desk.cards().await.unwrap().cards;
    let printing = |card: &&crate::views::CardView| matches!(card.face, CardFace::Printing { .. });
    let card = card.iter().find(printing).unwrap().id;
    front.desk.dismiss_card(card).await.unwrap();
    hub.accept([reported(3, 0)]);
    until("another receipt", || counts(&roll.slips()).contains_key(&3)).await;
    assert_eq!(trouble(&front), None);
    let unknown = jobs(&front).await.last().unwrap().id;
    let again = front.desk.print_again(unknown).await.expect("queued");
    assert_eq!(again.copy, Some(1), "there may be a first paper");
    until("the copy", || roll.slips().contains(&(1, Some(1)))).await;
    assert!(!jobs(&front).await.iter().any(|job| job.needs_a_person));
    front.close().await;
}

#[tokio::test]
async fn a_book_that_cannot_be_written_neither_prints_nor_prints_twice() {
    let (dir, hub, roll) = (
        tempfile::tempdir().unwrap(),
        FakeHub::open().await,
        Roll::open().await,
    );
    let front = linked(dir.path(), &hub).await;
    set_up(&front, vec![printer(&roll, Printed::All)]).await;
    let sql = |text: &'static str| front.desk.ledger().batch(text);
    // Where the job cannot be stored, neither is the payment: both come later, together.
    sql("CREATE TRIGGER full BEFORE INSERT ON print_jobs BEGIN SELECT raise(ABORT, 'full'); END")
        .await
        .unwrap();
    hub.accept([reported(1, 0)]);
    until("it is told", || {
        let shown = front.shown.listening.lock().unwrap();
        shown.last().unwrap().state == crate::views::Listening::CannotStore
    })
    .await;
    sql("DROP TRIGGER full").await.unwrap();
    until("the receipt", || roll.slips() == [(1, None)]).await;
    stand(&front, &[PrintState::Taken]).await;
    // What cannot be marked as begun is not begun.
    sql(
        "CREATE TRIGGER full BEFORE UPDATE ON print_jobs WHEN new.state = 'sending'
         BEGIN SELECT raise(ABORT, 'full'); END",
    )
    .await
    .unwrap();
    hub.accept([reported(2, 0)]);
    until("it is in the book", || {
        hub.world.received.lock().unwrap().contains(&Seq(2))
    })
    .await;
    stand(&front, &[PrintState::Queued, PrintState::Taken]).await;
    assert_eq!(roll.slips().len(), 1);
    sql("DROP TRIGGER full").await.unwrap();
    stand(&front, &[PrintState::Taken; 2]).await;
    // What is on paper and cannot be stored is unknown after a kill, and not printed again.
    sql(
        "CREATE TRIGGER full BEFORE UPDATE ON print_jobs WHEN new.state IN ('taken', 'sent')
         BEGIN SELECT raise(ABORT, 'full'); END",
    )
    .await
    .unwrap();
    hub.accept([reported(3, 0)]);
    until("it is printed", || roll.slips().len() == 3).await;
    front
        .desk
        .ledger()
        .batch("DROP TRIGGER full")
        .await
        .unwrap();
    front.kill().await;
    let front = linked(dir.path(), &hub).await;
    stand(
        &front,
        &[PrintState::Unknown, PrintState::Taken, PrintState::Taken],
    )
    .await;
    let code = jobs(&front).await[0].problem.as_ref().map(|why| why.code);
    assert_eq!(code, Some(PrintProblemCode::Restarted));
    until("it is said", || {
        trouble(&front).is_some_and(|view| view.unknown == 1)
    })
    .await;
    hub.accept([reported(4, 0)]);
    until("the next", || roll.slips().len() == 4).await;
    assert!(counts(&roll.slips()).values().all(|count| *count == 1));
    front.close().await;
}

#[tokio::test]
async fn what_waited_too_long_is_not_printed_by_itself() {
    let (dir, hub, roll) = (
        tempfile::tempdir().unwrap(),
        FakeHub::open().await,
        Roll::open().await,
    );
    roll.inside
        .paper_out
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let front = linked(dir.path(), &hub).await;
    set_up(&front, vec![printer(&roll, Printed::All)]).await;
    hub.accept([reported(1, 0), reported(2, 0)]);
    stand(&front, &[PrintState::Queued; 2]).await;
    // The first was asked for sixteen minutes ago; then the computer was off.
    let sql = "UPDATE print_jobs SET asked_at = asked_at - 960000 WHERE id = 1";
    front.desk.ledger().batch(sql).await.unwrap();
    front.kill().await;
    roll.inside
        .paper_out
        .store(false, std::sync::atomic::Ordering::SeqCst);
    let front = linked(dir.path(), &hub).await;
    stand(&front, &[PrintState::Taken, PrintState::Failed]).await;
    let first = jobs(&front).await[1].clone();
    let code = first.problem.map(|problem| problem.code);
    assert_eq!(code, Some(PrintProblemCode::Late));
    assert_eq!(roll.slips(), [(2, None)]);
    let again = front.desk.print_again(first.id).await.expect("queued");
    assert_eq!(again.copy, None, "it is the first paper still");
    until("it is printed", || roll.slips() == [(2, None), (1, None)]).await;
    front.close().await;
}

#[tokio::test]
async fn kills_at_any_moment_print_nothing_twice_and_lose_nothing_in_silence() {
    let (dir, hub, roll) = (
        tempfile::tempdir().unwrap(),
        FakeHub::open().await,
        Roll::open().await,
    );
    roll.inside
        .rests_ms
        .store(4, std::sync::atomic::Ordering::SeqCst);
    let front = linked(dir.path(), &hub).await;
    set_up(&front, vec![printer(&roll, Printed::All)]).await;
    front.close().await;
    let mut seq = 0;
    for round in 0..20_u64 {
        let front = Front::open(dir.path(), hub.at).await;
        for _ in 0..2 {
            seq += 1;
            hub.accept([reported(seq, 0)]);
        }
        // From before the first link to after everything is printed, a little later in each round.
        let moment = Duration::from_millis(20 + round * 9);
        let _ = tokio::time::timeout(moment, std::future::pending::<()>()).await;
        front.kill().await;
    }
    let front = linked(dir.path(), &hub).await;
    until("all are in the book", || {
        hub.world.hellos.lock().unwrap().last() == Some(&Seq(seq))
            || hub.world.received.lock().unwrap().last() == Some(&Seq(seq))
    })
    .await;
    let over = |job: &PrintJobView| matches!(job.state, PrintState::Taken | PrintState::Unknown);
    let waited = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let jobs = jobs(&front).await;
            if jobs.len() as u64 == seq && jobs.iter().all(over) {
                return jobs;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let jobs = waited.await.expect("every payment's receipt is over");
    let printed = counts(&roll.slips());
    for job in jobs {
        let number = u64::from(job.number.expect("a number"));
        let papers = printed.get(&number).copied().unwrap_or(0);
        match job.state {
            PrintState::Taken => assert_eq!(papers, 1, "{job:?}"),
            _ => assert!(papers <= 1 && job.needs_a_person, "{papers} {job:?}"),
        }
    }
    front.close().await;
}

#[tokio::test]
async fn a_test_receipt_takes_the_port_and_gives_it_back() {
    let (dir, hub, roll) = (
        tempfile::tempdir().unwrap(),
        FakeHub::open().await,
        Roll::open().await,
    );
    let front = linked(dir.path(), &hub).await;
    let setup = printer(&roll, Printed::All);
    let tested = front
        .desk
        .test_receipt(setup.clone())
        .await
        .expect("tested");
    assert_eq!(tested.state, PrintState::Taken);
    let lines = roll.lines().join("\n");
    assert!(lines.contains("TEST - no money came"), "{lines}");
    set_up(&front, vec![setup.clone()]).await;
    roll.inside
        .paper_out
        .store(true, std::sync::atomic::Ordering::SeqCst);
    let tested = front
        .desk
        .test_receipt(setup.clone())
        .await
        .expect("tested");
    let code = tested.problem.map(|problem| problem.code);
    assert_eq!(
        (tested.state, code),
        (PrintState::Failed, Some(PrintProblemCode::PaperOut))
    );
    roll.inside
        .paper_out
        .store(false, std::sync::atomic::Ordering::SeqCst);
    assert!(jobs(&front).await.is_empty(), "it is no job");
    hub.accept([reported(1, 0)]);
    stand(&front, &[PrintState::Taken]).await;
    assert_eq!(counts(&roll.slips()).get(&1), Some(&1));
    let nameless = PrinterSetup {
        name: String::new(),
        ..setup
    };
    let refused = front.desk.test_receipt(nameless).await;
    assert_eq!(refused, Err(UiError::invalid("printers.name")));
    front.close().await;
}

#[tokio::test]
async fn the_preview_is_what_the_bytes_say() {
    let (dir, hub, roll) = (
        tempfile::tempdir().unwrap(),
        FakeHub::open().await,
        Roll::open().await,
    );
    let front = linked(dir.path(), &hub).await;
    let preview = |printer: PrinterSetup, sample| {
        let wish = PrinterTry { printer, sample };
        front.desk.preview_receipt(wish)
    };
    let setup = PrinterSetup {
        drawer: true,
        copies: 2,
        profile: Preset::Chinese58.profile(),
        language: devices::printer::receipt::words::PaperLanguage::ZhCn,
        ..printer(&roll, Printed::Never)
    };
    let paper = preview(setup.clone(), ReceiptSample::Reported)
        .await
        .unwrap();
    assert_eq!((paper.dots, paper.columns), (384, 32));
    let text: Vec<&str> = paper
        .items
        .iter()
        .filter_map(|item| match item {
            view::PaperItem::Line { spans } => Some(spans.iter().map(|span| span.text.as_str())),
            _ => None,
        })
        .flatten()
        .collect();
    let text = text.join("\n");
    for part in ["李记面馆", "收款提示单", "壹拾贰元捌角整", "平台尚未确认"] {
        assert_eq!(text.matches(part).count(), 2, "{part}:\n{text}");
    }
    let drawers = paper
        .items
        .iter()
        .filter(|item| **item == view::PaperItem::Drawer);
    assert_eq!(drawers.count(), 1);
    let copy = preview(setup.clone(), ReceiptSample::Copy).await.unwrap();
    assert!(!copy.items.contains(&view::PaperItem::Drawer));
    let odd = PrinterSetup { copies: 9, ..setup };
    let refused = preview(odd, ReceiptSample::Confirmed).await;
    assert_eq!(refused, Err(UiError::invalid("printers.copies")));
    front.close().await;
}

/// A program in place of `lp` or `lpstat`, and the folder where it writes down what it got.
#[cfg(unix)]
fn stand_in(dir: &Path, name: &str, body: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = dir.join(name);
    std::fs::write(
        &path,
        format!("#!/bin/sh\ncd '{}'\n{body}\n", dir.display()),
    )
    .unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[cfg(unix)]
#[tokio::test]
async fn a_printer_of_the_systems_gets_a_document_and_its_refusal_is_told() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = linked(dir.path(), &hub).await;
    let lp = "for one in \"$@\"; do echo \"$one\"; done >> said
        case \"$2\" in
            Office) cat > document.pdf; echo 'request id is Office-1 (1 file(s))' ;;
            *) echo 'lp: Error - The printer or class does not exist.' >&2; exit 1 ;;
        esac";
    let lpstat = "case \"$1\" in
        -e) echo Attic; echo Office ;;
        -d) echo 'system default destination: Office' ;;
        esac";
    front.desk.inner.receipts.set_system(System {
        lp: stand_in(dir.path(), "lp", lp),
        lpstat: stand_in(dir.path(), "lpstat", lpstat),
    });
    let listed = front.desk.system_printers().await.unwrap();
    let names: Vec<(&str, bool)> = listed.iter().map(|one| (&*one.name, one.usual)).collect();
    assert_eq!(names, [("Office", true), ("Attic", false)]);
    let roll = Roll::open().await;
    let office = |name: &str| PrinterSetup {
        target: PrinterTarget::System {
            name: name.to_owned(),
            sheet: Default::default(),
        },
        copies: 2,
        ..printer(&roll, Printed::All)
    };
    set_up(&front, vec![office("Office")]).await;
    hub.accept([reported(1, 0)]);
    stand(&front, &[PrintState::Sent]).await;
    let said = std::fs::read_to_string(dir.path().join("said")).unwrap();
    let said: Vec<&str> = said.lines().collect();
    assert_eq!(
        said,
        [
            "-d",
            "Office",
            "-t",
            "Tillbell 1",
            "-o",
            "media=A4",
            "-o",
            "print-scaling=none"
        ]
    );
    let document = std::fs::read(dir.path().join("document.pdf")).unwrap();
    assert!(document.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&document);
    assert_eq!(
        text.matches("/Type /Page\n").count(),
        2,
        "one to each paper"
    );
    set_up(&front, vec![office("Cellar")]).await;
    hub.accept([reported(2, 0)]);
    stand(&front, &[PrintState::Failed, PrintState::Sent]).await;
    let code = jobs(&front).await[0].problem.as_ref().map(|why| why.code);
    assert_eq!(code, Some(PrintProblemCode::Gone));
    until("it is said", || {
        trouble(&front).is_some_and(|view| view.failed == 1)
    })
    .await;
    front.close().await;
}

/// By hand: `PRINTER=Office SHEET=a4 cargo nextest run -p desk --run-ignored only real_cups`.
#[cfg(unix)]
#[tokio::test]
#[ignore = "needs CUPS with a printer"]
async fn a_real_cups_takes_what_we_print() {
    let name = std::env::var("PRINTER").expect("the printer's name");
    let sheet = std::env::var("SHEET").unwrap_or_else(|_| "a4".to_owned());
    let sheet = serde_json::from_value(sheet.into()).expect("a sheet");
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = linked(dir.path(), &hub).await;
    let listed = front.desk.system_printers().await.unwrap();
    assert!(listed.iter().any(|one| one.name == name), "{listed:?}");
    let roll = Roll::open().await;
    let setup = PrinterSetup {
        target: PrinterTarget::System { name, sheet },
        language: devices::printer::receipt::words::PaperLanguage::ZhCn,
        collector: "王芳".to_owned(),
        foot: "谢谢惠顾\nThank you".to_owned(),
        ..printer(&roll, Printed::All)
    };
    set_up(&front, vec![setup]).await;
    hub.accept([reported(1, 0)]);
    stand(&front, &[PrintState::Sent]).await;
    front.close().await;
}

#[test]
fn what_is_wrong_is_said_in_both_languages() {
    use crate::settings::Language;
    let view = PrintTrouble {
        waiting: 2,
        failed: 1,
        unknown: 0,
        printer_name: Some("Counter".to_owned()),
        problem: Some(PrintProblem::new(PrintProblemCode::PaperOut)),
        amount_text: None,
        paid_clock: None,
    };
    assert_eq!(view.title(Language::En), "A receipt was not printed");
    assert_eq!(view.why(Language::ZhCn), "Counter：缺纸");
    let many = PrintTrouble {
        failed: 0,
        printer_name: None,
        problem: None,
        ..view
    };
    assert_eq!(many.title(Language::ZhCn), "2 张小票等待打印机");
    assert_eq!(many.why(Language::En), "");
}

#[test]
fn amounts_in_another_currency_print_whatever_the_smallest() {
    let dollars = Money::new(1, domain::Currency::USD);
    let line = |amount| crate::ledger::Line {
        amount,
        ..crate::testing::line(1)
    };
    let settings = Settings {
        printers: vec![PrinterSetup {
            target: PrinterTarget::System {
                name: "x".to_owned(),
                sheet: Default::default(),
            },
            by_itself: ByItself {
                payments: Printed::All,
                refunds: false,
                from: Some(cny(500)),
            },
            id: "a".to_owned(),
            name: "A".to_owned(),
            on: true,
            profile: Default::default(),
            language: Default::default(),
            foot: String::new(),
            collector: String::new(),
            logo: false,
            copies: 1,
            drawer: false,
            bell: false,
            barcode: false,
        }],
        ..Settings::default()
    };
    let rules = rule::Rules::of(&settings);
    let printed = |amount, before: Option<Option<Money>>| {
        let before = before.map(line);
        rules.printers(before.as_ref(), &line(amount)).count()
    };
    assert_eq!(printed(Some(cny(500)), None), 1);
    assert_eq!(printed(Some(cny(499)), None), 0);
    assert_eq!(printed(dollars, None), 1);
    assert_eq!(printed(None, None), 0, "nobody knows whether it is enough");
    assert_eq!(printed(Some(cny(500)), Some(None)), 1, "now it is known");
    assert_eq!(
        printed(Some(cny(500)), Some(Some(cny(600)))),
        0,
        "it was printed then"
    );
}
