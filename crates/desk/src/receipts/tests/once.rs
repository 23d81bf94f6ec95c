//! A book that cannot be written, kills and panics: nothing comes out twice, and nothing is lost in silence.

use super::*;

#[tokio::test]
async fn a_book_that_cannot_be_written_neither_prints_nor_prints_twice() {
    let (dir, hub, roll) = opening().await;
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
    // Before the book can be written again: it is tried again and again.
    front.kill().await;
    let book = rusqlite::Connection::open(dir.path().join("book.sqlite")).unwrap();
    book.execute_batch("DROP TRIGGER full").unwrap();
    drop(book);
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
    let (dir, hub, roll) = opening().await;
    roll.inside.paper_out.store(true, SeqCst);
    let front = linked(dir.path(), &hub).await;
    set_up(&front, vec![printer(&roll, Printed::All)]).await;
    hub.accept([reported(1, 0), reported(2, 0)]);
    stand(&front, &[PrintState::Queued; 2]).await;
    // The first was asked for sixteen minutes ago; then the computer was off.
    let sql = "UPDATE print_jobs SET asked_at = asked_at - 960000 WHERE id = 1";
    front.desk.ledger().batch(sql).await.unwrap();
    front.kill().await;
    roll.inside.paper_out.store(false, SeqCst);
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
    let (dir, hub, roll) = opening().await;
    roll.inside.rests_ms.store(4, SeqCst);
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
    let waited = tokio::time::timeout(PATIENCE, async {
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

/// Strangers' texts, fonts and drivers meet in there: a panic is theirs alone.
#[tokio::test]
async fn a_panic_at_the_printers_ends_neither_cards_nor_voice_and_prints_nothing_twice() {
    let (dir, hub, roll) = opening().await;
    let front = linked(dir.path(), &hub).await;
    set_up(&front, vec![printer(&roll, Printed::All)]).await;
    until("a printer", || {
        !front.desk.inner.receipts.health().is_empty()
    })
    .await;
    // In the midst of a receipt: nobody knows how much of it is on paper.
    front.desk.inner.receipts.stumbles.store(true, SeqCst);
    hub.accept([reported(1, 0)]);
    stand(&front, &[PrintState::Unknown]).await;
    let code = jobs(&front).await[0].problem.as_ref().map(|why| why.code);
    assert_eq!(code, Some(PrintProblemCode::Restarted));
    until("a sentence", || front.said() == 1).await;
    hub.accept([reported(2, 0)]);
    stand(&front, &[PrintState::Taken, PrintState::Unknown]).await;
    // In the loop beside them.
    front.shown.panic_at(event::PRINTS);
    hub.accept([reported(3, 0)]);
    until("a panic", || front.shown.panicked()).await;
    until("a sentence for each", || front.said() == 3).await;
    stand(
        &front,
        &[PrintState::Taken, PrintState::Taken, PrintState::Unknown],
    )
    .await;
    assert_eq!(roll.slips(), [(2, None), (3, None)]);
    hub.accept([reported(4, 0)]);
    until("the next", || roll.slips().len() == 3).await;
    until("pages are told", || {
        let told = front.shown.told.lock().unwrap();
        told.iter().any(|(_, name, what)| {
            name == event::PRINTS && what.as_array().is_some_and(|all| all.len() == 4)
        })
    })
    .await;
    front.close().await;
}
