//! Port to the loudspeaker: a chime of our own, and the system's voice. `SystemSpeech` is the real one.

#[cfg(feature = "speech")]
mod chime;
#[cfg(feature = "speech")]
mod choice;
#[cfg(feature = "speech")]
mod engine;
#[cfg(all(feature = "speech", target_os = "windows"))]
mod sapi;
#[cfg(any(test, all(feature = "speech", target_os = "windows")))]
mod sapi_scale;
#[cfg(feature = "speech")]
mod system;
#[cfg(feature = "speech")]
mod usual;

#[cfg(feature = "speech")]
pub use system::SystemSpeech;

use crate::settings::SpeechLanguage;
use futures_util::future::BoxFuture;
use std::{sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// One sentence and how to say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utterance {
    /// The words; no digits.
    pub text: String,
    /// Their language.
    pub language: SpeechLanguage,
    /// The chosen voice by id; `None`, or one that is gone: the best for the language.
    pub voice: Option<String>,
    /// 0 to 100.
    pub volume: u8,
    /// Percent of the voice's normal speed, 50 to 200.
    pub rate: u16,
}

/// A voice that the system has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledVoice {
    /// The system's id of it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its language, BCP 47.
    pub language: String,
}

/// Why no sound was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no sound output, or it does not open.
    #[error("there is no sound output")]
    NoOutput,
    /// The speech service is not there or refused; a new speaker may do better.
    #[error("the speech service is not there")]
    NoSpeech,
    /// There is no voice for the language; a new speaker will not do better.
    #[error("there is no voice for the language")]
    NoVoiceForLanguage,
}

/// One connection to the loudspeaker. Calls never block: they hand over to the speaker's own thread. A speaker that
/// died lets its futures end with [`Fault::NoSpeech`]; one that hangs never ends them, and the caller gives up on it.
pub trait Speaker: Send + Sync {
    /// Gets a voice ready, so that the next sentence need not wait for it.
    fn prepare(&self, language: SpeechLanguage, voice: Option<String>);
    /// Plays the chime at a volume of 0 to 100. Ends when the first of its sound is on its way, with its length.
    fn chime(&self, volume: u8) -> BoxFuture<'static, Result<Duration, Fault>>;
    /// Says a sentence. `began` is told when the voice begins; ends when it has ended.
    fn say(
        &self,
        what: Utterance,
        began: oneshot::Sender<()>,
    ) -> BoxFuture<'static, Result<(), Fault>>;
    /// Cuts off what is being said; that `say` ends.
    fn hush(&self);
    /// The voices there are.
    fn voices(&self) -> BoxFuture<'static, Result<Vec<InstalledVoice>, Fault>>;
}

/// Makes speakers: one at the start, and another whenever the old one died or hung. Never blocks.
pub trait SpeechFactory: Send + Sync + 'static {
    /// A new speaker, which may still be connecting.
    fn open(&self) -> Arc<dyn Speaker>;
}

/// The tags under which speech services offer a language, best first.
fn tags(language: SpeechLanguage) -> &'static [&'static str] {
    match language {
        // Mandarin is `zh` to most services and `cmn` to espeak-ng; a voice for another Chinese is no substitute.
        SpeechLanguage::ZhCn => &[
            "zh-cn",
            "cmn-cn",
            "cmn-hans-cn",
            "zh-hans-cn",
            "zh-hans",
            "zh",
            "cmn",
            "zh-sg",
            "zh-tw",
            "cmn-tw",
        ],
        SpeechLanguage::ZhTw => &[
            "zh-tw",
            "cmn-tw",
            "cmn-hant-tw",
            "zh-hant-tw",
            "zh-hant",
            "zh",
            "cmn",
            "zh-cn",
            "cmn-cn",
        ],
        SpeechLanguage::ZhHk => &[
            "zh-hk",
            "yue-hk",
            "yue-hant-hk",
            "zh-hant-hk",
            "yue",
            "zh-mo",
        ],
        SpeechLanguage::En => &["en-us", "en-gb", "en"],
        SpeechLanguage::Es => &["es-es", "es-mx", "es-419", "es-us", "es"],
        SpeechLanguage::PtBr => &["pt-br", "pt"],
        SpeechLanguage::Hi => &["hi-in", "hi"],
    }
}

/// How well a voice's language fits, 0 best; `None`: not at all. First whole tags, then the primary part: an
/// Australian voice reads English out well enough. Chinese has no such second step, since `zh-HK` is Cantonese.
pub fn fit(language: SpeechLanguage, voice: &str) -> Option<usize> {
    let voice = voice.to_ascii_lowercase().replace('_', "-");
    let tags = tags(language);
    if let Some(at) = tags.iter().position(|tag| *tag == voice) {
        return Some(at);
    }
    let chinese = matches!(
        language,
        SpeechLanguage::ZhCn | SpeechLanguage::ZhTw | SpeechLanguage::ZhHk
    );
    let primary = voice.split('-').next().unwrap_or_default();
    (!chinese && tags.contains(&primary)).then_some(tags.len())
}
