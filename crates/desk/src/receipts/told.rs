//! What people are told of printing: the list for pages, one card for all that is wrong, the tray's line.

use super::{
    Receipts, locked,
    view::{PrintJobView, PrintProblem, PrintProblemCode, PrintState, PrintTrouble},
};
use crate::{
    api::event,
    desk::{Inner, now},
    ledger::{Line, Of, PrintJob},
    settings::{Language, printers::Logo},
    shown::{self, Clock},
    words,
};
use devices::{port::Taken, printer::job::State};
use domain::Timestamp;

/// What was told last.
#[derive(Debug, Default)]
pub(super) struct Told {
    jobs: Vec<PrintJobView>,
    trouble: Option<PrintTrouble>,
}

/// Whom the list is for.
const WINDOWS: &[&str] = &["history"];

impl Receipts {
    /// Tells what changed since it was told last.
    pub(super) async fn tell(&self, desk: &Inner) {
        let read = async {
            let jobs = desk.prints().shown().await?;
            Ok::<_, crate::ledger::LedgerError>((jobs, desk.prints().trouble().await?))
        };
        let (jobs, counts) = match read.await {
            Ok(read) => read,
            Err(error) => {
                tracing::error!(%error, "the receipts could not be read");
                return;
            }
        };
        let views = desk.print_jobs_shown(&jobs);
        let trouble = trouble(counts, &jobs, &views);
        let (worse, changed) = {
            let mut told = locked(&self.told);
            if told.jobs != views {
                match serde_json::to_value(&views) {
                    Ok(what) => desk.screen.tell(WINDOWS, event::PRINTS, &what),
                    Err(error) => tracing::error!(%error, "the receipts could not be told"),
                }
                told.jobs = views;
            }
            let changed = told.trouble != trouble;
            let worse = is_worse(told.trouble.as_ref(), trouble.as_ref());
            told.trouble.clone_from(&trouble);
            (worse, changed)
        };
        if !changed {
            return;
        }
        desk.tray.notify_one();
        let shows = desk.shows_cards();
        desk.cards.change(|stack, tick| match &trouble {
            None => stack.drop_printing(),
            Some(view) if worse && shows => stack.printing(view, tick),
            Some(view) => stack.update_printing(view),
        });
    }

    /// Whether it is told already that receipts wait for a printer of this name.
    pub(crate) fn waits_for(&self, name: &str) -> bool {
        let told = locked(&self.told);
        told.trouble.as_ref().is_some_and(|trouble| {
            trouble.waiting > 0 && trouble.printer_name.as_deref() == Some(name)
        })
    }

    /// The tray's line, where something is wrong.
    pub(crate) fn tray_line(&self, language: Language) -> Option<String> {
        let told = locked(&self.told);
        told.trouble.as_ref().map(|trouble| trouble.line(language))
    }
}

impl Inner {
    /// Jobs as pages see them.
    pub(crate) fn print_jobs_shown(&self, jobs: &[(PrintJob, Option<Line>)]) -> Vec<PrintJobView> {
        let clock = self.clock();
        let names: Vec<(String, String)> = {
            let state = self.state();
            let printers = state.settings.printers.iter();
            printers
                .map(|one| (one.id.clone(), one.name.clone()))
                .collect()
        };
        let removed = words::text(self.language(), "print.removed_printer", &[]);
        let name = |id: &str| {
            let found = names.iter().find(|(known, _)| known == id);
            found.map_or_else(|| removed.clone(), |(_, name)| name.clone())
        };
        let (at, language) = (now(), self.language());
        let paper = |of: Of| match of {
            Of::Payment(_) => None,
            Of::Closing(number) => Some(("print.closing", number.to_string())),
            Of::Look(day) => Some(("print.look", day.to_string())),
        };
        let words = |(key, which): (&str, String)| words::text(language, key, &[("which", &which)]);
        jobs.iter()
            .map(|(job, line)| PrintJobView {
                paper: paper(job.of).map(words),
                ..view(job, line.as_ref(), name(&job.printer), &clock, at)
            })
            .collect()
    }

    /// What stands at the head of receipts: the shop's name, and its logo.
    pub(super) fn head(&self) -> (String, Option<Logo>) {
        let state = self.state();
        let shop = state.shop.as_ref().map(|shop| shop.name.clone());
        (shop.unwrap_or_default(), state.settings.logo.clone())
    }
}

fn view(
    job: &PrintJob,
    line: Option<&Line>,
    printer_name: String,
    clock: &Clock,
    now: Timestamp,
) -> PrintJobView {
    let paid = line.map_or(job.asked_at, |line| {
        line.paid_at.unwrap_or(line.accepted_at)
    });
    PrintJobView {
        id: job.id(),
        line: line.map(|line| line.id),
        paper: None,
        amount_text: line.and_then(|line| shown::payment(line, clock).amount_text),
        number: line.and_then(|line| line.number),
        paid_clock: clock.dated(paid, now),
        printer: job.printer.clone(),
        printer_name,
        state: state(job.job.state),
        problem: job.problem.clone(),
        copy: job.job.copy,
        by_itself: job.by_itself,
        needs_a_person: job.needs_a_person(),
        can_again: job.job.state.is_settled(),
        asked_clock: clock.dated(job.asked_at, now),
    }
}

pub(super) fn state(state: State) -> PrintState {
    match state {
        State::Queued => PrintState::Queued,
        State::Sending => PrintState::Sending,
        State::Taken {
            sure: Taken::Confirmed,
        } => PrintState::Taken,
        State::Taken { sure: Taken::Sent } => PrintState::Sent,
        State::Failed => PrintState::Failed,
        State::Unknown => PrintState::Unknown,
        State::Withdrawn => PrintState::Withdrawn,
    }
}

/// All that is wrong, in one; `None` when nothing is.
fn trouble(
    [waiting, failed, unknown]: [u32; 3],
    jobs: &[(PrintJob, Option<Line>)],
    views: &[PrintJobView],
) -> Option<PrintTrouble> {
    let count = waiting.saturating_add(failed).saturating_add(unknown);
    if count == 0 {
        return None;
    }
    let waits = |job: &PrintJob| job.job.state == State::Queued && job.problem.is_some();
    let wrong: Vec<&PrintJobView> = jobs
        .iter()
        .zip(views)
        .filter(|((job, _), _)| job.needs_a_person() || waits(job))
        .map(|(_, view)| view)
        .collect();
    let one = wrong.first().filter(|_| count == 1);
    let paid = one.filter(|view| view.line.is_some());
    Some(PrintTrouble {
        waiting,
        failed,
        unknown,
        printer_name: common(wrong.iter().map(|view| Some(view.printer_name.clone()))),
        problem: common(wrong.iter().map(|view| view.problem.clone())),
        amount_text: one.and_then(|view| view.amount_text.clone()),
        paid_clock: paid.map(|view| view.paid_clock.clone()),
    })
}

/// What all of them have, where it is the same.
fn common<T: PartialEq>(mut all: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first))
        .then_some(first)
}

/// Whether more is wrong than was told: then it is shown again, also where somebody closed the card.
fn is_worse(before: Option<&PrintTrouble>, now: Option<&PrintTrouble>) -> bool {
    let Some(now) = now else {
        return false;
    };
    before.is_none_or(|before| {
        now.failed > before.failed
            || now.unknown > before.unknown
            || (now.waiting > 0 && before.waiting == 0)
            || (now.waiting > 0 && now.problem != before.problem)
    })
}

impl PrintTrouble {
    /// The one thing to say first: what nobody knows, then what was not printed, then what waits.
    fn first(&self) -> (&'static str, u32) {
        match self {
            Self { unknown: 1.., .. } => ("unknown", self.unknown),
            Self { failed: 1.., .. } => ("failed", self.failed),
            _ => ("waiting", self.waiting),
        }
    }

    /// What happened, in a few words.
    pub(crate) fn title(&self, language: Language) -> String {
        let (what, count) = self.first();
        let one = if count == 1 { "_one" } else { "" };
        let key = format!("card.print_{what}{one}");
        words::text(language, &key, &[("count", &count.to_string())])
    }

    /// Which printer, and what is wrong with it.
    pub(crate) fn why(&self, language: Language) -> String {
        let problem = self.problem.as_ref().map(|problem| problem.text(language));
        let parts = [self.printer_name.clone(), problem];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(words::text(language, "card.print_colon", &[]).as_str())
    }

    fn line(&self, language: Language) -> String {
        let (title, why) = (self.title(language), self.why(language));
        match why.is_empty() {
            true => title,
            false => format!("{title} · {why}"),
        }
    }
}

impl PrintProblem {
    /// In words.
    pub(crate) fn text(&self, language: Language) -> String {
        match &self.reason {
            Some(reason) if self.code == PrintProblemCode::Other => reason.clone(),
            _ => self.code.text(language),
        }
    }
}

impl PrintProblemCode {
    /// In the words that pages have for it.
    pub(crate) fn text(self, language: Language) -> String {
        let code = match serde_json::to_value(self) {
            Ok(serde_json::Value::String(code)) => code,
            _ => String::new(),
        };
        words::text(language, &format!("trouble.{code}"), &[])
    }
}
