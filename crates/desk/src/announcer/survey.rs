//! Which voices the system has, asked in the background.

use super::{Fault, Speaker, speaker};
use crate::{
    settings::SpeechLanguage,
    views::{VoiceProblem, VoiceView, VoicesView},
};
use futures_util::future::{BoxFuture, FutureExt};
use std::time::Duration;
use tokio::time::timeout;

/// How long the list of voices may take. Nothing waits for it but who asked.
const VOICES_WITHIN: Duration = Duration::from_secs(30);

/// The answer to come.
pub(super) type Survey = BoxFuture<'static, Result<VoicesView, Fault>>;

/// Asks a speaker for its voices, and marks those that fit the language.
pub(super) fn ask(speaker: &dyn Speaker, language: SpeechLanguage) -> Survey {
    let voices = speaker.voices();
    async move {
        let installed = timeout(VOICES_WITHIN, voices)
            .await
            .unwrap_or(Err(Fault::NoSpeech))?;
        let voices: Vec<_> = installed
            .into_iter()
            .map(|voice| VoiceView {
                fits: speaker::fit(language, &voice.language).is_some(),
                id: voice.id,
                name: voice.name,
                language: voice.language,
            })
            .collect();
        let none_fits = !voices.iter().any(|voice| voice.fits);
        Ok(VoicesView {
            voices,
            problem: none_fits.then_some(VoiceProblem::NoVoiceForLanguage),
        })
    }
    .boxed()
}

/// Ends with the answer; never, where nothing was asked.
pub(super) async fn wait_for(survey: &mut Option<Survey>) -> Result<VoicesView, Fault> {
    match survey {
        Some(found) => found.await,
        None => std::future::pending().await,
    }
}
