//! What happens when entries arrive: the story in one function. Store, then tell.

use crate::{
    announcer::{Announcement, Saying},
    desk::Inner,
    ledger::{LedgerError, Line, Recorded, by_rule::ByRule},
    receipts::rule::Rules,
    views::LineId,
};
use book::fresh::{Loudness, fresh_from, loudness};
use domain::{BusinessDay, Entry, Event, Seq, SourceId};
use std::collections::{BTreeMap, BTreeSet};

/// The name under which the book keeps the rows that are being said. It need not be cleared: once the sentence has
/// ended they are told, and nobody asks.
pub(crate) const SAYING: &str = "saying";

/// Entries are recorded, with the cursor, in one transaction; then what is new is shown and said.
pub(crate) async fn on_entries(desk: &Inner, entries: Vec<Entry>) -> Result<(), LedgerError> {
    let clocks = desk.clocks();
    desk.state().hearing.heard(clocks.here);
    let through: BTreeMap<Seq, SourceId> = entries.iter().filter_map(source_of).collect();
    let prints = ByRule(Rules::of(&desk.state().settings));
    let recording = desk
        .ledger
        .record_with(entries, desk.rule(), clocks, prints);
    let recorded = match recording.await {
        Ok(recorded) => recorded,
        Err(error) => {
            desk.state().hearing.not_stored(clocks.here);
            return Err(error);
        }
    };
    desk.state().hearing.stored();
    desk.receipts.wake();
    let mut days: BTreeSet<BusinessDay> = BTreeSet::new();
    let mut late: Vec<Line> = Vec::new();
    let mut more_of_the_gap = false;
    for one in recorded {
        match one {
            Recorded::Known => {}
            Recorded::Unread(day) => _ = days.insert(day),
            Recorded::Changed(line) => {
                days.insert(line.day);
                desk.cards.change(|stack, _| stack.update(&line));
                desk.occasions.line_changed(&line);
            }
            Recorded::New(line) => {
                days.insert(line.day);
                if let Some(source) = through.get(&line.seq).filter(|_| !line.told) {
                    more_of_the_gap |= desk.state().hearing.came(&line, source);
                }
                match loudness(&line, clocks.hub) {
                    Loudness::Silent => {}
                    Loudness::Alone => tell(desk, &line, false),
                    Loudness::Together => late.push(line),
                }
            }
        }
    }
    tell_together(desk, &late);
    if more_of_the_gap {
        desk.show_meanwhile();
    }
    for day in days {
        desk.screen.book_changed(day);
    }
    desk.tray.notify_one();
    Ok(())
}

/// Through which source a payment was first heard of.
fn source_of(entry: &Entry) -> Option<(Seq, SourceId)> {
    match &entry.event {
        Event::Paid(payment) => Some((entry.seq, payment.news.source.clone())),
        _ => None,
    }
}

/// What nobody could be told of for so long is in the book, and no sentence about it helps anybody any more.
const UNSAID_MAX_MS: i64 = 24 * 3_600_000;

/// What an earlier run recorded and did not say to the end: what is still fresh is announced now, once; the rest is one
/// sentence, and one card if it never had one. What was cut off while it was being said is said as a repetition. Where
/// only the untold rows cannot be read, nothing was told and it can be tried again.
pub(crate) async fn catch_up(desk: &Inner) -> Result<(), LedgerError> {
    let clocks = desk.clocks();
    let untold = desk.ledger.untold().await?;
    let cut_off: Vec<LineId> = match desk.ledger.kept(SAYING).await {
        Ok(noted) => noted.unwrap_or_default(),
        Err(error) => {
            tracing::error!(%error, "what was being said could not be read: it is said as new");
            Vec::new()
        }
    };
    let is_late = |line: &Line| loudness(line, clocks.hub) == Loudness::Together;
    let (late, fresh): (Vec<Line>, Vec<Line>) = untold.into_iter().partition(is_late);
    let unseen: Vec<Line> = late
        .iter()
        .filter(|line| line.shown_at.is_none())
        .cloned()
        .collect();
    if desk.shows_cards() && !unseen.is_empty() {
        desk.cards.change(|stack, tick| stack.late(&unseen, tick));
    }
    // The announcer sums them, and marks them once they are said.
    for line in &late {
        let said = announcement(line, cut_off.contains(&line.id));
        desk.announcer.push(Saying::Payment(said));
    }
    for line in &fresh {
        tell(desk, line, cut_off.contains(&line.id));
    }
    let long_ago = clocks.hub.plus_ms(-UNSAID_MAX_MS);
    if let Err(error) = desk.ledger.settle_before(long_ago, clocks.here).await {
        tracing::error!(%error, "what is older than a day could not be settled");
    }
    Ok(())
}

fn tell(desk: &Inner, line: &Line, again: bool) {
    if desk.shows_cards() {
        desk.cards.change(|stack, tick| {
            stack.payment(line, tick);
            true
        });
    }
    // What was cut off is said again; the customer it was for has seen it, or is gone.
    if !again {
        desk.occasions.paid(line);
    }
    desk.announcer
        .push(Saying::Payment(announcement(line, again)));
}

fn tell_together(desk: &Inner, late: &[Line]) {
    if late.is_empty() {
        return;
    }
    if desk.shows_cards() {
        desk.cards.change(|stack, tick| stack.late(late, tick));
    }
    // The announcer sums what is late by itself, so that one sentence covers all the batches of a catch-up.
    for line in late {
        desk.announcer
            .push(Saying::Payment(announcement(line, false)));
    }
}

fn announcement(line: &Line, again: bool) -> Announcement {
    Announcement {
        line: LineId(line.id.0),
        kind: line.kind,
        trust: line.trust,
        platform: line.platform.clone(),
        amount: line.amount,
        number: line.number,
        test: line.test,
        accepted_at: fresh_from(line),
        again,
    }
}
