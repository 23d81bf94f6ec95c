//! How long the announcer waits for sound to begin and to end, and for the disk.

use super::Utterance;
use std::time::Duration;

/// The chime is a fixed piece of sound of our own: where it has not begun by then, the output hangs.
pub(super) const CHIME_BEGINS: Duration = Duration::from_secs(2);
/// A voice that has spoken before begins at once, or it hangs …
pub(super) const VOICE_BEGINS: Duration = Duration::from_secs(8);
/// … but one that was just opened may have to start its service, and read a list of 13,000 voices (espeak-ng).
pub(super) const FIRST_VOICE_BEGINS: Duration = Duration::from_secs(20);
/// … but when it failed the last time too, payments do not queue up behind it.
pub(super) const VOICE_BEGINS_AFTER_FAILURE: Duration = Duration::from_secs(3);
/// How much longer than expected a sentence may take.
pub(super) const MARGIN: Duration = Duration::from_secs(5);
/// A disk that hangs does not keep the voice waiting any longer than this.
pub(super) const NOTE_MAX: Duration = Duration::from_secs(2);

/// How long a slow voice needs for a sentence: a Chinese character is a syllable, a letter much less.
pub(super) fn expected(what: &Utterance) -> Duration {
    let units: u64 = what
        .text
        .chars()
        .map(|c| if c >= '\u{2e80}' { 350 } else { 130 })
        .sum();
    Duration::from_millis(units * 100 / u64::from(what.rate.clamp(50, 200)))
}
