//! A closing on paper: asked for, printed once, printed again as a copy; a day as it stands, marked as such.

use super::*;
use crate::receipts::view::{ClosingPaper, PrintClosing};
use book::dayend::CloseWish;

fn wish(of: ClosingPaper) -> PrintClosing {
    PrintClosing { of, printer: None }
}

/// Closes the shop's day, with the payments that are in the book.
pub(super) async fn close(front: &Front) -> u32 {
    let inner = &front.desk.inner;
    let wish = CloseWish::sure(today(), 1, "Li Na");
    let closed = inner
        .ledger
        .close_day(wish, inner.here().expect("a shop"))
        .await;
    closed.expect("closed").number
}

#[tokio::test]
async fn a_closing_is_printed_once_and_again_as_a_copy() {
    let (dir, hub, roll) = opening().await;
    let front = linked(dir.path(), &hub).await;
    set_up(&front, vec![printer(&roll, Printed::Never)]).await;
    hub.accept([reported(1, 0), reported(2, 0)]);
    until("they are in the book", || {
        hub.world.received.lock().unwrap().contains(&Seq(2))
    })
    .await;
    let number = close(&front).await;
    let closing = || wish(ClosingPaper::Closing { number });
    let job = front.desk.print_closing(closing()).await.expect("queued");
    assert_eq!(
        (job.line, job.paper.as_deref()),
        (None, Some("Closing no. 1"))
    );
    stand(&front, &[PrintState::Taken]).await;
    let first = roll.lines().join("\n");
    for wanted in [
        "Day's closing no. 1",
        "Closed by",
        "Li Na",
        "20.03",
        "(signature)",
    ] {
        assert!(first.contains(wanted), "{wanted}: {first}");
    }
    assert!(!first.contains("COPY"), "{first}");
    front.desk.print_closing(closing()).await.expect("queued");
    stand(&front, &[PrintState::Taken; 2]).await;
    assert!(roll.lines().join("\n").contains("** COPY 1 **"));
    let again = front.desk.print_again(job.id).await.expect("queued");
    assert_eq!(again.copy, Some(2));
    stand(&front, &[PrintState::Taken; 3]).await;
    let unknown = front
        .desk
        .print_closing(wish(ClosingPaper::Closing { number: 9 }));
    assert_eq!(unknown.await, Err(UiError::new("not_found")));
    front.close().await;
}

#[tokio::test]
async fn a_day_as_it_stands_says_that_it_is_not_closed_and_is_never_a_copy() {
    let (dir, hub, roll) = opening().await;
    let front = linked(dir.path(), &hub).await;
    set_up(&front, vec![printer(&roll, Printed::Never)]).await;
    let look = || wish(ClosingPaper::Look { day: today() });
    for printed in 1..=2 {
        front.desk.print_closing(look()).await.expect("queued");
        stand(&front, &vec![PrintState::Taken; printed]).await;
    }
    let paper = roll.lines().join("\n");
    assert_eq!(paper.matches("** NOT CLOSED **").count(), 2, "{paper}");
    assert!(
        !paper.contains("COPY") && !paper.contains("(signature)"),
        "{paper}"
    );
    front.close().await;
}

#[tokio::test]
async fn a_closing_on_its_way_when_the_program_ends_is_for_a_person_to_look_at() {
    let (dir, hub, roll) = opening().await;
    let front = linked(dir.path(), &hub).await;
    set_up(&front, vec![printer(&roll, Printed::Never)]).await;
    let number = close(&front).await;
    let full = "CREATE TRIGGER full BEFORE UPDATE ON print_jobs WHEN new.state IN ('taken', 'sent')
         BEGIN SELECT raise(ABORT, 'full'); END";
    front.desk.ledger().batch(full).await.expect("a trigger");
    let closing = wish(ClosingPaper::Closing { number });
    front.desk.print_closing(closing).await.expect("queued");
    until("it is on paper", || {
        roll.lines().join("\n").contains("closing no. 1")
    })
    .await;
    front.kill().await;
    let front = linked(dir.path(), &hub).await;
    stand(&front, &[PrintState::Unknown]).await;
    assert!(jobs(&front).await[0].needs_a_person);
    assert_eq!(roll.lines().join("\n").matches("closing no. 1").count(), 1);
    front.close().await;
}
