//! Which voice speaks, and of which engine. An engine that loses sentences (Windows's newer one opens on editions that
//! cannot play it) is passed over for a while where another has a voice that fits.

use super::{InstalledVoice, engine, fit};
use crate::settings::SpeechLanguage;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// So long an engine is passed over for each sentence that it lost in a row …
const PASSED_OVER: Duration = Duration::from_secs(10 * 60);
/// … and no longer than this: what it lacked may have been installed.
const PASSED_OVER_MAX: Duration = Duration::from_secs(2 * 3600);

/// What an engine lost since it last kept a sentence.
#[derive(Debug, Clone, Copy)]
struct Loss {
    in_a_row: u32,
    last: Instant,
}

/// The sentences that engines lost, over all speakers: a speaker is replaced with each of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Losses(Arc<Mutex<BTreeMap<&'static str, Loss>>>);

impl Losses {
    /// A sentence is handed over. It counts as lost until it is known to be kept.
    pub(super) fn handed(&self, engine: &'static str, now: Instant) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let loss = all.entry(engine).or_insert(Loss {
            in_a_row: 0,
            last: now,
        });
        *loss = Loss {
            in_a_row: loss.in_a_row.saturating_add(1),
            last: now,
        };
    }

    /// The sentence ended, or was cut off by our own wish.
    pub(super) fn kept(&self, engine: &'static str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(engine);
    }

    /// Whether another engine should speak, if one can.
    pub(super) fn passed_over(&self, engine: &'static str, now: Instant) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(engine).is_some_and(|loss| {
            let long = PASSED_OVER.saturating_mul(loss.in_a_row);
            now.saturating_duration_since(loss.last) < long.min(PASSED_OVER_MAX)
        })
    }
}

/// The best voice: of an engine that is not passed over, then the wished one, then the one whose language fits best; of
/// two that fit as well, the one of the engine that comes first.
pub(super) fn best<'a>(
    voices: &'a [(usize, InstalledVoice)],
    passed_over: &[bool],
    language: SpeechLanguage,
    wish: Option<&str>,
) -> Option<(usize, &'a InstalledVoice)> {
    let fitting = voices
        .iter()
        .filter_map(|(engine, voice)| Some((*engine, voice, fit(language, &voice.language)?)));
    let rank = |(engine, voice, fit): &(usize, &InstalledVoice, usize)| {
        (
            passed_over.get(*engine).copied().unwrap_or_default(),
            wish != Some(voice.id.as_str()),
            engine::is_variant(&voice.name),
            *fit,
            *engine,
        )
    };
    let found = fitting.min_by_key(rank)?;
    Some((found.0, found.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(engine: usize, id: &str, language: &str) -> (usize, InstalledVoice) {
        let (id, name) = (id.to_owned(), format!("Voice {id}"));
        let language = language.to_owned();
        (engine, InstalledVoice { id, name, language })
    }

    #[test]
    fn an_engine_that_loses_is_passed_over_then_the_wish_the_language_the_first_engine() {
        use SpeechLanguage::{En, Es, Hi, ZhCn, ZhTw};
        let voices = [
            voice(0, "onecore-taiwan", "zh-TW"),
            voice(0, "onecore-english", "en-US"),
            voice(0, "onecore-spanish", "es-ES"),
            voice(1, "sapi-english", "en-US"),
            voice(1, "sapi-mandarin", "zh-CN"),
            voice(1, "sapi-german", "de-DE"),
        ];
        let (none, first, both) = ([false, false], [true, false], [true, true]);
        for (passed_over, language, wish, want) in [
            (none, ZhCn, None, Some("sapi-mandarin")),
            (none, ZhTw, None, Some("onecore-taiwan")),
            (none, En, None, Some("onecore-english")),
            (none, En, Some("sapi-english"), Some("sapi-english")),
            // A wish for a voice of another language, or for one that is gone, is none.
            (none, En, Some("sapi-german"), Some("onecore-english")),
            (none, En, Some("uninstalled"), Some("onecore-english")),
            (none, Hi, None, None),
            (first, En, None, Some("sapi-english")),
            (first, En, Some("onecore-english"), Some("sapi-english")),
            (first, ZhTw, None, Some("sapi-mandarin")),
            // Nobody else speaks it: better one that may fail than none.
            (first, Es, None, Some("onecore-spanish")),
            (both, En, None, Some("onecore-english")),
            (both, En, Some("sapi-english"), Some("sapi-english")),
        ] {
            let found = best(&voices, &passed_over, language, wish);
            let found = found.map(|(_, voice)| voice.id.as_str());
            assert_eq!(found, want, "{passed_over:?} {language:?} {wish:?}");
        }
    }

    #[test]
    fn an_engine_is_tried_again_later_and_ever_more_seldom_until_it_keeps_a_sentence() {
        let begun = Instant::now();
        let minutes = |many: u64| begun + Duration::from_secs(many * 60);
        let losses = Losses::default();
        assert!(!losses.passed_over("one", begun), "new");
        // (lost so many, passed over up to this minute, tried again at that one)
        for (lost, up_to, again) in [(1, 9, 10), (2, 19, 20), (3, 29, 30), (12, 119, 120)] {
            losses.kept("one");
            for _ in 0..lost {
                losses.handed("one", begun);
            }
            assert!(losses.passed_over("one", minutes(up_to)), "{lost} lost");
            assert!(!losses.passed_over("one", minutes(again)), "{lost} lost");
            assert!(!losses.passed_over("another", begun));
        }
        for _ in 0..1_000 {
            losses.handed("one", begun);
        }
        assert!(!losses.passed_over("one", minutes(120)), "never for good");
        losses.kept("one");
        assert!(!losses.passed_over("one", begun), "it speaks");
    }
}
