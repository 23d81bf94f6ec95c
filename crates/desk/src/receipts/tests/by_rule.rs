//! What is printed by itself and what by hand: once, and every other paper is a copy.

use super::*;

#[tokio::test]
async fn a_payment_prints_once_by_rule_and_never_again_after_a_restart_or_a_refill() {
    let (dir, world, roll) = opening().await;
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
    let (dir, hub, roll) = opening().await;
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
    let (dir, hub, roll) = opening().await;
    let front = linked(dir.path(), &hub).await;
    hub.accept([reported(1, 0)]);
    until("a card", || !front.shown.faces().is_empty()).await;
    let wish = || PrintWish {
        line: LineId(1),
        printer: None,
    };
    let none = front.desk.print_receipt(wish()).await;
    assert_eq!(none, Err(UiError::new("no_printer")));
    roll.inside.paper_out.store(true, SeqCst);
    set_up(&front, vec![printer(&roll, Printed::Never)]).await;
    let first = front.desk.print_receipt(wish()).await.expect("queued");
    let clicked_twice = front.desk.print_receipt(wish()).await.expect("queued");
    assert_eq!(first.id, clicked_twice.id);
    assert_eq!(first.copy, None);
    let early = front.desk.print_again(first.id).await.expect("on its way");
    assert_eq!(early.id, first.id, "it is still on its way");
    roll.inside.paper_out.store(false, SeqCst);
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
    let (dir, hub, roll) = opening().await;
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
async fn what_was_printed_long_ago_is_known_and_can_be_printed_again() {
    let (dir, hub, roll) = opening().await;
    let front = linked(dir.path(), &hub).await;
    let second = PrinterSetup {
        id: "bar".to_owned(),
        name: "Bar".to_owned(),
        ..printer(&Roll::open().await, Printed::Never)
    };
    set_up(&front, vec![second, printer(&roll, Printed::All)]).await;
    hub.accept([reported(1, 0)]);
    stand(&front, &[PrintState::Taken]).await;
    hub.accept([reported(2, 0)]);
    stand(&front, &[PrintState::Taken; 2]).await;
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
        INSERT INTO print_jobs (line, printer, by_itself, copy, state, again, settled, asked_at)
        SELECT 2, 'till', 0, i, 'taken', 0, 0, 1 FROM n";
    front.desk.ledger().batch(many).await.unwrap();
    let of = |jobs: &[PrintJobView], line| {
        jobs.iter()
            .filter(|job| job.line == Some(LineId(line)))
            .count()
    };
    assert_eq!(of(&jobs(&front).await, 1), 0, "it is not among the last");
    let details = front.desk.payment_details(LineId(1)).await.unwrap();
    assert_eq!((details.prints.len(), of(&details.prints, 1)), (1, 1));
    let again = front.desk.print_again(details.prints[0].id).await.unwrap();
    assert_eq!((again.copy, again.printer.as_str()), (Some(1), "till"));
    until("a copy", || roll.slips().contains(&(1, Some(1)))).await;
    front.close().await;
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
            top: String::new(),
            foot: String::new(),
            link: String::new(),
            rows: Default::default(),
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
