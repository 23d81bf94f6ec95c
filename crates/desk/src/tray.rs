//! The tray in words: which icon, and the lines of its menu that tell something; and what its menu does.

use crate::{
    Desk,
    ledger::{DayTotals, Line},
    listening::Hearing,
    missing::{self, Missing},
    receipts::view::PrintProblemCode,
    screen::{TrayState, TrayView},
    settings::Language,
    shown::Clock,
    views::{Listening, Mute, VoiceProblem, WindowName},
    words::{self, text},
};
use domain::{
    Currency, Timestamp,
    wire::{SourceHealth, SourceState},
};

/// What can be done from the tray's menu, in its order; `tray.<id>` are the words.
pub const TRAY_ACTIONS: [&str; 7] = [
    "open_history",
    "mute_half_hour",
    "mute_tomorrow",
    "mute_off",
    "test_payment",
    "open_settings",
    "quit",
];

/// The words of a line of the menu, by its id or by the name of a group of them.
pub fn tray_label(id: &str, language: Language) -> String {
    text(language, &format!("tray.{id}"), &[])
}

/// What is left to do for whoever owns the tray.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrayChoice {
    /// Open this window.
    Open(WindowName),
    /// End the program.
    Quit,
    /// Nothing.
    Done,
}

impl Desk {
    /// Does what a line of the tray's menu says.
    pub async fn choose_in_tray(&self, id: &str) -> TrayChoice {
        let done = match id {
            "open_history" => return TrayChoice::Open(WindowName::History),
            "open_settings" => return TrayChoice::Open(WindowName::Settings),
            "quit" => return TrayChoice::Quit,
            "mute_half_hour" => self.mute(Mute::HalfHour).await.map(drop),
            "mute_tomorrow" => self.mute(Mute::Tomorrow).await.map(drop),
            "mute_off" => self.mute(Mute::Off).await.map(drop),
            "test_payment" => self.test_payment_of_one().await,
            _ => return TrayChoice::Done,
        };
        if let Err(error) = done {
            let code = error.code;
            tracing::warn!(code, id, "what the tray's menu asked for was not done");
        }
        TrayChoice::Done
    }
}

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
    /// What is wrong with receipts.
    pub(crate) prints: Option<String>,
    /// A day that waits to be closed.
    pub(crate) closing: Option<String>,
    pub(crate) update: Option<String>,
    pub(crate) missing: &'a [Missing],
    /// Devices in use that do not work, by name, and why.
    pub(crate) troubled: &'a [(String, PrintProblemCode)],
}

/// Pure.
pub(crate) fn view(told: &Told<'_>) -> TrayView {
    let mut lines = vec![today(told)];
    lines.extend(told.last.map(|line| last(told, line)));
    lines.extend(listening(told));
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
    lines.extend(told.prints.clone());
    lines.extend(told.closing.clone());
    lines.extend(missing::tray_lines(told.missing, told.language));
    lines.extend(devices(told));
    lines.extend(told.update.clone());
    lines.retain(|line| !line.is_empty());
    TrayView {
        state: state(told),
        title_lines: lines,
        muted: told.muted_until.is_some(),
        language: told.language,
    }
}

/// So many devices in trouble have a line each; the settings tell of all.
const DEVICES_MAX: usize = 3;

fn devices(told: &Told<'_>) -> Vec<String> {
    let line = |(name, problem): &(String, PrintProblemCode)| {
        let problem = problem.text(told.language);
        let values = [("name", name.as_str()), ("problem", &problem)];
        text(told.language, "tray.device", &values)
    };
    told.troubled.iter().take(DEVICES_MAX).map(line).collect()
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

/// So many sources that are not heard have a line each; the others are counted.
const SOURCES_MAX: usize = 3;

fn listening(told: &Told<'_>) -> Vec<String> {
    let line = |key, values: &[(&str, &str)]| vec![text(told.language, key, values)];
    let since = told.hearing.view(told.clock, None, None).since_clock;
    let since = since.unwrap_or_default();
    match told.hearing.state() {
        None => Vec::new(),
        Some(Listening::Listening) => line("tray.listening", &[]),
        Some(Listening::NoSource) => line("tray.no_source", &[]),
        Some(Listening::CannotStore) => line("tray.cannot_store", &[]),
        Some(Listening::HubLost) => line("tray.hub_lost", &[("clock", &since)]),
        Some(Listening::SourceRefusing | Listening::SourceSilent) => sources(told),
    }
}

/// Every source that is not heard, the gravest first.
fn sources(told: &Told<'_>) -> Vec<String> {
    let all = told.hearing.unheard();
    let mut lines: Vec<String> = all
        .iter()
        .map(|(one, since)| source(told, one, *since))
        .collect();
    let more = lines.len().saturating_sub(SOURCES_MAX);
    lines.truncate(SOURCES_MAX);
    let count = more.to_string();
    match more {
        0 => {}
        1 => lines.push(text(told.language, "tray.sources_more_one", &[])),
        _ => lines.push(text(
            told.language,
            "tray.sources_more",
            &[("count", &count)],
        )),
    }
    lines
}

fn source(told: &Told<'_>, source: &SourceHealth, since: Timestamp) -> String {
    let clock = told.clock.minutes(since);
    let values = [("name", source.name.as_str()), ("clock", &clock)];
    match &source.refusing {
        Some(refusing) if source.state == SourceState::Refusing => {
            let why = why_refused(told.language, source, &refusing.code);
            let [name, clock] = values;
            text(
                told.language,
                "tray.source_refusing",
                &[name, clock, ("why", &why)],
            )
        }
        _ => text(told.language, "tray.source_silent", &values),
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{DayRule, SourceId, SourceKind, wire::Refusing};

    #[test]
    fn every_line_of_the_menu_has_words() {
        for id in TRAY_ACTIONS.into_iter().chain(["mute"]) {
            for language in [Language::En, Language::ZhCn] {
                let words = tray_label(id, language);
                assert!(
                    !words.is_empty() && !words.contains("tray."),
                    "{id} in {language:?}: {words}"
                );
            }
        }
    }

    #[test]
    fn devices_in_trouble_are_named() {
        let told = |language, troubled: &[(String, PrintProblemCode)]| {
            let hearing = Hearing::new(Timestamp(0), 0);
            let view = view(&Told {
                language,
                clock: &Clock::new(&DayRule::default()),
                own: None,
                today: &DayTotals::default(),
                last: None,
                hearing: &hearing,
                muted_until: None,
                voice_problem: None,
                settings_lost: false,
                prints: None,
                closing: None,
                update: None,
                missing: &[],
                troubled,
            });
            view.title_lines[1..].to_vec()
        };
        use PrintProblemCode::{Gone, InUse, PaperOut, Refuses};
        let pole = |problem| ("Pole".to_owned(), problem);
        let four = [Refuses, InUse, PaperOut, Gone].map(pole);
        assert_eq!(
            told(Language::En, &four),
            [
                "Pole: It takes no connection",
                "Pole: In use by another program",
                "Pole: No paper"
            ]
        );
        assert_eq!(told(Language::ZhCn, &four[3..]), ["Pole：没有连上"]);
        assert!(told(Language::En, &[]).is_empty());
    }

    #[test]
    fn every_source_that_is_not_heard_is_named_and_the_rest_is_counted() {
        let health = |id: &str, state| SourceHealth {
            id: SourceId::new(id).unwrap(),
            name: format!("Till {id}"),
            kind: SourceKind::Vmq,
            state,
            last_heard: Some(Timestamp(1)),
            clock_ahead_ms: None,
            refusing: None,
        };
        let refused = SourceHealth {
            refusing: Some(Refusing {
                code: "stale".to_owned(),
                since: Timestamp(2),
                proven: true,
            }),
            ..health("r", SourceState::Refusing)
        };
        let silent = |count: usize| -> Vec<SourceHealth> {
            let ids = ["a", "b", "c", "d"].into_iter().take(count);
            ids.map(|id| health(id, SourceState::Silent)).collect()
        };
        let now = Timestamp(60_000);
        for (count, last) in [
            (0, "Till r refused"),
            (2, "Till b has not been heard"),
            (3, "1 more source is not heard"),
            (4, "2 more sources are not heard"),
        ] {
            let mut hearing = Hearing::new(now, 0);
            hearing.link_up(now, now);
            hearing.sources([silent(count), vec![refused.clone()]].concat());
            hearing.judge(0);
            let clock = Clock::new(&DayRule::default());
            let view = view(&Told {
                language: Language::En,
                clock: &clock,
                own: None,
                today: &DayTotals::default(),
                last: None,
                hearing: &hearing,
                muted_until: None,
                voice_problem: None,
                settings_lost: false,
                prints: None,
                closing: None,
                update: None,
                missing: &[],
                troubled: &[],
            });
            let lines = view.title_lines;
            assert!(lines[1].starts_with("Till r refused"), "{lines:?}");
            assert_eq!(lines.len(), 1 + (count + 1).min(4), "{lines:?}");
            assert!(lines.last().unwrap().starts_with(last), "{lines:?}");
        }
    }
}
