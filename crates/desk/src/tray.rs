//! The tray in words: which icon, and the lines of its menu that tell something.

use crate::{
    ledger::{DayTotals, Line},
    listening::Hearing,
    missing::{self, Missing},
    screen::{TrayState, TrayView},
    settings::Language,
    shown::Clock,
    views::{Listening, VoiceProblem},
    words::{self, text},
};
use domain::{Currency, Timestamp, wire::SourceHealth};

/// All that the tray tells of.
pub(crate) struct Told<'a> {
    pub(crate) language: Language,
    pub(crate) clock: &'a Clock,
    pub(crate) own: Option<Currency>,
    pub(crate) today: &'a DayTotals,
    pub(crate) last: Option<&'a Line>,
    pub(crate) hearing: &'a Hearing,
    pub(crate) muted_until: Option<Timestamp>,
    pub(crate) voice_problem: Option<VoiceProblem>,
    pub(crate) settings_lost: bool,
    pub(crate) update: Option<String>,
    pub(crate) missing: &'a [Missing],
}

/// Pure.
pub(crate) fn view(told: &Told<'_>) -> TrayView {
    let mut lines = vec![today(told)];
    lines.extend(told.last.map(|line| last(told, line)));
    lines.push(listening(told));
    let muted = told.muted_until.map(|until| told.clock.minutes(until));
    lines.extend(muted.map(|clock| text(told.language, "tray.muted", &[("clock", &clock)])));
    lines.extend(told.voice_problem.map(|problem| {
        let key = match problem {
            VoiceProblem::NoSpeech => "tray.voice_no_speech",
            VoiceProblem::NoVoiceForLanguage => "tray.voice_no_language",
            VoiceProblem::NoOutput => "tray.voice_no_output",
        };
        text(told.language, key, &[])
    }));
    if told.settings_lost {
        lines.push(text(told.language, "tray.settings_lost", &[]));
    }
    lines.extend(missing::tray_lines(told.missing, told.language));
    lines.extend(told.update.clone());
    lines.retain(|line| !line.is_empty());
    TrayView {
        state: state(told),
        title_lines: lines,
        muted: told.muted_until.is_some(),
        language: told.language,
    }
}

fn state(told: &Told<'_>) -> TrayState {
    match told.hearing.state() {
        Some(listening) if listening.is_stopped() => TrayState::NotListening,
        Some(Listening::NoSource) => TrayState::NoSource,
        _ if told.muted_until.is_some() => TrayState::Muted,
        _ => TrayState::Listening,
    }
}

fn today(told: &Told<'_>) -> String {
    let mut totals: Vec<_> = told.today.totals.iter().collect();
    if totals.is_empty() && told.today.payments == 0 {
        return text(told.language, "tray.today_none", &[]);
    }
    totals.sort_by_key(|total| (Some(total.currency) != told.own, total.currency));
    let total = totals
        .iter()
        .map(|total| total.net().display())
        .collect::<Vec<_>>()
        .join(" · ");
    let count = match told.today.payments {
        1 => text(told.language, "tray.payments_one", &[]),
        count => text(
            told.language,
            "tray.payments",
            &[("count", &count.to_string())],
        ),
    };
    if total.is_empty() {
        return count;
    }
    text(
        told.language,
        "tray.today",
        &[("total", &total), ("count", &count)],
    )
}

fn last(told: &Told<'_>, line: &Line) -> String {
    let clock = told.clock.minutes(line.paid_at.unwrap_or(line.accepted_at));
    match line.amount {
        Some(amount) => text(
            told.language,
            "tray.last",
            &[("amount", &amount.display()), ("clock", &clock)],
        ),
        None => text(
            told.language,
            "tray.last_without_amount",
            &[("clock", &clock)],
        ),
    }
}

fn listening(told: &Told<'_>) -> String {
    let view = told.hearing.view(told.clock, None, None);
    let since = view.since_clock.unwrap_or_default();
    match told.hearing.state() {
        None => String::new(),
        Some(Listening::Listening) => text(told.language, "tray.listening", &[]),
        Some(Listening::NoSource) => text(told.language, "tray.no_source", &[]),
        Some(Listening::CannotStore) => text(told.language, "tray.cannot_store", &[]),
        Some(Listening::HubLost) => text(told.language, "tray.hub_lost", &[("clock", &since)]),
        Some(Listening::SourceRefusing) => match told.hearing.refused_source() {
            Some((source, refusing)) => {
                let why = why_refused(told.language, source, &refusing.code);
                let values = [
                    ("name", source.name.as_str()),
                    ("clock", &since),
                    ("why", &why),
                ];
                text(told.language, "tray.source_refusing", &values)
            }
            None => text(told.language, "tray.not_listening", &[("clock", &since)]),
        },
        Some(Listening::SourceSilent) => match told.hearing.silent_source() {
            Some(source) => text(
                told.language,
                "tray.source_silent",
                &[("name", &source.name), ("clock", &since)],
            ),
            None => text(told.language, "tray.not_listening", &[("clock", &since)]),
        },
    }
}

/// Why a source's deliveries are refused, in a few words; the pages have the same keys.
fn why_refused(language: Language, source: &SourceHealth, code: &str) -> String {
    const MINUTE_MS: u64 = 60_000;
    let ahead = source.clock_ahead_ms.unwrap_or(0);
    let key = match code {
        "stale" if source.kind.is_phone() => "refused_why.stale_phone".to_owned(),
        // A platform's clock is right: what it is ahead, we are behind.
        "stale" if ahead < 0 => "refused_why.stale_ahead".to_owned(),
        "stale" => "refused_why.stale_behind".to_owned(),
        code => format!("refused_why.{code}"),
    };
    let key = if words::has(&key) {
        key.as_str()
    } else {
        "refused_why.other"
    };
    let minutes = ((ahead.unsigned_abs() + MINUTE_MS / 2) / MINUTE_MS)
        .max(1)
        .to_string();
    text(language, key, &[("count", &minutes)])
}
