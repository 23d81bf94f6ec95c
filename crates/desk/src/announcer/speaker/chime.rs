//! The chime: two notes of our own, rendered here and played through the system's default output. It also wakes
//! loudspeakers (Bluetooth, HDMI) that swallow the first moments after silence, before the words begin.

use super::Fault;
use rodio::{
    ChannelCount, DeviceSinkBuilder, MixerDeviceSink, SampleRate, Source, cpal::ErrorKind, nz,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Duration,
};
use tokio::sync::oneshot;

const RATE: SampleRate = nz!(44_100);
/// Length of the chime: the second note rings out in it.
const LENGTH_MS: u32 = 520;
/// How long the output stays open after a chime. For ever would cost a little processor time all day.
const LINGER: Duration = Duration::from_secs(2);
/// An output that asks for no sample in this time is no output.
const FIRST_SAMPLE_WITHIN: Duration = Duration::from_millis(1500);

/// A wish to hear the chime; answered when its first sample is taken.
pub(super) struct Ring {
    pub(super) volume: u8,
    pub(super) reply: oneshot::Sender<Result<Duration, Fault>>,
}

/// Plays chimes until the speaker is gone.
pub(super) fn play_all(rings: &mpsc::Receiver<Ring>) {
    let samples: Arc<[f32]> = render().into();
    let mut output: Option<Output> = None;
    loop {
        let ring = match output {
            Some(_) => rings.recv_timeout(LINGER),
            None => rings
                .recv()
                .map_err(|_| mpsc::RecvTimeoutError::Disconnected),
        };
        match ring {
            Ok(ring) => {
                let result = play(&mut output, &samples, ring.volume);
                if result.is_err() {
                    output = None;
                }
                let _ = ring.reply.send(result);
            }
            Err(mpsc::RecvTimeoutError::Timeout) => output = None,
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                // A last chime, for a voice that failed, may still be sounding.
                if output.is_some() {
                    std::thread::sleep(length());
                }
                return;
            }
        }
    }
}

/// How long the chime is.
pub(super) fn length() -> Duration {
    Duration::from_millis(LENGTH_MS.into())
}

struct Output {
    sink: MixerDeviceSink,
    broken: Arc<AtomicBool>,
}

fn play(output: &mut Option<Output>, samples: &Arc<[f32]>, volume: u8) -> Result<Duration, Fault> {
    if output
        .as_ref()
        .is_none_or(|output| output.broken.load(Ordering::Relaxed))
    {
        // The old stream goes first: some outputs can be open only once.
        *output = None;
        *output = Some(open()?);
    }
    let Some(output) = output else {
        return Err(Fault::NoOutput);
    };
    let (begun, begins) = mpsc::channel();
    output.sink.mixer().add(Notes {
        samples: samples.clone(),
        next: 0,
        gain: gain(volume),
        begun: Some(begun),
    });
    begins
        .recv_timeout(FIRST_SAMPLE_WITHIN)
        .map_err(|_| Fault::NoOutput)?;
    Ok(length())
}

fn open() -> Result<Output, Fault> {
    let broken = Arc::new(AtomicBool::new(false));
    let flag = broken.clone();
    let opened = DeviceSinkBuilder::from_default_device().and_then(|builder| {
        builder
            .with_error_callback(move |error: rodio::cpal::Error| {
                if breaks(error.kind()) && !flag.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "the sound output broke");
                }
            })
            .open_sink_or_fallback()
    });
    match opened {
        Ok(mut sink) => {
            sink.log_on_drop(false);
            Ok(Output { sink, broken })
        }
        Err(error) => {
            tracing::warn!(%error, "no sound output opens");
            Err(Fault::NoOutput)
        }
    }
}

/// What is told of an output that goes on is no break: a gap in the sound, another output that took over, threads of
/// everyday's priority.
fn breaks(kind: ErrorKind) -> bool {
    !matches!(
        kind,
        ErrorKind::Xrun | ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied
    )
}

/// The samples as a source that tells when the first is taken.
struct Notes {
    samples: Arc<[f32]>,
    next: usize,
    gain: f32,
    begun: Option<mpsc::Sender<()>>,
}

impl Iterator for Notes {
    type Item = f32;

    #[expect(clippy::float_arithmetic, reason = "sound, not money")]
    fn next(&mut self) -> Option<f32> {
        if let Some(begun) = self.begun.take() {
            let _ = begun.send(());
        }
        let sample = self.samples.get(self.next)?;
        self.next += 1;
        Some(sample * self.gain)
    }
}

impl Source for Notes {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> ChannelCount {
        nz!(1)
    }

    fn sample_rate(&self) -> SampleRate {
        RATE
    }

    fn total_duration(&self) -> Option<Duration> {
        Some(length())
    }
}

/// Loudness is felt as the square, about: half the scale sounds half as loud.
#[expect(clippy::float_arithmetic, reason = "sound, not money")]
fn gain(volume: u8) -> f32 {
    let share = f32::from(volume.min(100)) / 100.0;
    share * share
}

/// Two bell-like notes, a fourth apart and rising, each a fundamental with two soft overtones that die away faster.
#[allow(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "sound, not money; small whole numbers"
)]
fn render() -> Vec<f32> {
    use std::f32::consts::TAU;
    /// Begin in milliseconds, frequency, loudness.
    const NOTES: [(u32, f32, f32); 2] = [(0, 783.99, 0.38), (150, 1046.5, 0.45)];
    const OVERTONES: [(f32, f32, f32); 3] =
        [(1.0, 1.0, 7.0), (2.0, 0.30, 12.0), (3.01, 0.12, 20.0)];
    let count = RATE.get() * LENGTH_MS / 1000;
    let fade = RATE.get() / 25;
    (0..count)
        .map(|i| {
            let mut sample = 0.0;
            for (begin_ms, frequency, loudness) in NOTES {
                let Some(since) = i.checked_sub(begin_ms * RATE.get() / 1000) else {
                    continue;
                };
                let t = since as f32 / RATE.get() as f32;
                // Four milliseconds of attack, without which a loudspeaker clicks.
                let attack = (t / 0.004).min(1.0);
                for (multiple, share, decay) in OVERTONES {
                    sample += loudness
                        * share
                        * attack
                        * (-decay * t).exp()
                        * (TAU * frequency * multiple * t).sin();
                }
            }
            // The end fades to nothing, for the same reason.
            sample * (((count - i) as f32) / fade as f32).min(1.0)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::float_arithmetic, reason = "sound, not money")]
    fn the_chime_is_long_enough_to_wake_a_loudspeaker_and_never_clips() {
        let samples = render();
        let ms = samples.len() as u32 * 1000 / RATE.get();
        assert!((300..800).contains(&ms), "{ms} ms");
        let peak = samples.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
        assert!((0.3..=1.0).contains(&peak), "peak {peak}");
        // It begins and ends in silence, or it would click.
        assert!(samples[0].abs() < 0.01 && samples[samples.len() - 1].abs() < 0.01);
        let energy: f32 = samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32;
        assert!(energy.sqrt() > 0.05, "rms {}", energy.sqrt());
    }

    #[test]
    fn volume_goes_from_nothing_to_all() {
        assert_eq!((gain(0), gain(100), gain(255)), (0.0, 1.0, 1.0));
        assert!(gain(50) < 0.5 && gain(50) > 0.1);
    }
}
