//! Printers without paper, switched off, cut off or removed: what waits says so, and comes once.

use super::*;

#[tokio::test]
async fn without_paper_receipts_wait_and_say_so_and_come_once_after() {
    let (dir, hub, roll) = opening().await;
    roll.inside.paper_out.store(true, SeqCst);
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
    roll.inside.paper_out.store(false, SeqCst);
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
    let (dir, hub, roll) = opening().await;
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
    roll.inside.says_nothing.store(true, SeqCst);
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
    let (dir, hub, roll) = opening().await;
    let front = linked(dir.path(), &hub).await;
    set_up(&front, vec![printer(&roll, Printed::All)]).await;
    roll.inside.pulls_after.store(60, SeqCst);
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
async fn a_printer_that_is_switched_off_while_nothing_is_to_be_printed_is_told_of() {
    let (dir, hub, roll) = opening().await;
    let front = linked(dir.path(), &hub).await;
    front
        .desk
        .inner
        .receipts
        .look_every(Duration::from_millis(20));
    set_up(&front, vec![printer(&roll, Printed::All)]).await;
    let light = || {
        front
            .desk
            .inner
            .receipts
            .health()
            .first()
            .map(|health| health.state)
    };
    let tray_says = |line: &str| {
        let tray = front.shown.tray();
        tray.is_some_and(|tray| tray.title_lines.iter().any(|found| found == line))
    };
    until("a good light", || light() == Some(State::Ready)).await;
    let (at, inside) = roll.off().await;
    until("a light that says so", || light() == Some(State::Refuses)).await;
    until("the tray says so", || {
        tray_says("Counter: It takes no connection")
    })
    .await;
    // Once a receipt waits for it, that is what is said.
    hub.accept([reported(1, 0)]);
    let waits = "A receipt waits for the printer · Counter: It takes no connection";
    until("one line", || {
        tray_says(waits) && !tray_says("Counter: It takes no connection")
    })
    .await;
    let roll = Roll::again(at, inside).await;
    stand(&front, &[PrintState::Taken]).await;
    until("a good light again", || light() == Some(State::Ready)).await;
    until("a tray without it", || {
        let tray = front.shown.tray();
        tray.is_some_and(|tray| !tray.title_lines.iter().any(|line| line.contains("Counter")))
    })
    .await;
    assert_eq!(roll.slips(), [(1, None)], "a look prints nothing");
    front.close().await;
}

#[tokio::test]
async fn paper_that_is_in_again_is_noticed_also_while_nothing_is_to_be_printed() {
    let (dir, hub, roll) = opening().await;
    roll.inside.paper_out.store(true, SeqCst);
    let front = linked(dir.path(), &hub).await;
    let receipts = &front.desk.inner.receipts;
    receipts.look_every(Duration::from_millis(20));
    set_up(&front, vec![printer(&roll, Printed::All)]).await;
    hub.accept([reported(1, 0)]);
    let no_paper = || {
        let tray = front.shown.tray();
        tray.is_some_and(|tray| {
            tray.title_lines
                .iter()
                .any(|line| line == "Counter: No paper")
        })
    };
    until("a receipt waits", || {
        trouble(&front).is_some_and(|view| view.waiting == 1 && view.problem.is_some())
    })
    .await;
    let waits = jobs(&front).await[0].id;
    front.desk.settle_job(waits).await.expect("taken back");
    stand(&front, &[PrintState::Withdrawn]).await;
    until("the tray says it of the idle printer", no_paper).await;
    roll.inside.paper_out.store(false, SeqCst);
    until("a tray without it", || !no_paper()).await;
    until("a good light", || {
        let health = receipts.health();
        health
            .first()
            .is_some_and(|one| one.state == State::Ready && one.problem.is_none())
    })
    .await;
    assert_eq!(roll.slips(), [], "a question prints nothing");
    hub.accept([reported(2, 0)]);
    stand(&front, &[PrintState::Taken, PrintState::Withdrawn]).await;
    assert_eq!(roll.slips(), [(2, None)]);
    front.close().await;
}

#[tokio::test]
async fn a_printer_that_was_removed_is_called_that() {
    let (dir, hub, roll) = opening().await;
    let setup = printer(&roll, Printed::All);
    let (_, _) = roll.off().await;
    let front = linked(dir.path(), &hub).await;
    set_up(&front, vec![setup]).await;
    hub.accept([reported(1, 0)]);
    until("it waits", || {
        trouble(&front).is_some_and(|view| view.waiting == 1)
    })
    .await;
    set_up(&front, vec![]).await;
    until("it is said", || {
        trouble(&front).is_some_and(|view| {
            view.failed == 1 && view.printer_name.as_deref() == Some("a removed printer")
        })
    })
    .await;
    assert_eq!(jobs(&front).await[0].printer_name, "a removed printer");
    front.close().await;
}

#[test]
fn what_is_too_long_for_a_printer_is_not_called_a_printer_that_takes_nothing() {
    use devices::queue::Refused;
    for (refused, code) in [
        (Refused::TooLong, PrintProblemCode::TooLong),
        (Refused::Full, PrintProblemCode::Stalled),
    ] {
        assert_eq!(PrintProblem::from(refused).code, code);
    }
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
