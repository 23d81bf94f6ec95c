//! A sound card and a voice for machines that have none: a private pulseaudio with a null sink, and a private
//! speech-dispatcher with espeak-ng. What is played can be recorded and measured. Linux only; needs no display, no
//! D-Bus, no root, and nothing outside the folder that is handed in. Uses the standard library only, so that it can
//! be included by path wherever it is needed.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// Debian's names of the packages that all this needs.
pub const PACKAGES: &[&str] = &[
    "pulseaudio",
    "pulseaudio-utils",
    "libasound2-plugins",
    "speech-dispatcher",
    "speech-dispatcher-audio-plugins",
    "speech-dispatcher-espeak-ng",
    "espeak-ng",
];

/// How long each daemon may take to be ready.
const READY_WITHIN: Duration = Duration::from_secs(15);
/// The rate of recordings.
pub const RATE: u32 = 48_000;

/// Ends its process when it goes.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The sound environment; its daemons end with it.
pub struct Sound {
    folder: PathBuf,
    speech: Option<Daemon>,
    _pulse: Daemon,
}

impl Sound {
    /// Starts both daemons in a folder, whose path must be short: it holds sockets (107 bytes at most).
    pub fn start(folder: &Path) -> io::Result<Self> {
        for sub in [
            "run/pulse",
            "run/speech-dispatcher",
            "home",
            "cache",
            "config",
            "log",
            "speech/modules",
        ] {
            fs::create_dir_all(folder.join(sub))?;
        }
        private(&folder.join("run"))?;
        private(&folder.join("run/pulse"))?;
        let log = folder.join("log");
        fs::write(
            folder.join("speech/speechd.conf"),
            format!(
                "LogLevel 3\nLogDir \"{}\"\nDefaultVolume 100\nAudioOutputMethod \"pulse\"\n\
                 AddModule \"espeak-ng\" \"sd_espeak-ng\" \"espeak-ng.conf\"\nDefaultModule espeak-ng\n\
                 DefaultLanguage \"en\"\n",
                log.display()
            ),
        )?;
        fs::write(folder.join("speech/modules/espeak-ng.conf"), "Debug 0\n")?;

        let mut pulse = Command::new("pulseaudio");
        pulse.args([
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--use-pid-file=no",
            "--disable-shm=yes",
        ]);
        pulse.arg("-L").arg(format!(
            "module-native-protocol-unix socket={} auth-anonymous=1",
            folder.join("run/pulse/native").display()
        ));
        pulse.args([
            "-L",
            "module-null-sink sink_name=till rate=48000 channels=2",
        ]);
        let pulse = daemon(pulse, folder, "pulseaudio")?;
        let mut sound = Self {
            folder: folder.to_owned(),
            speech: None,
            _pulse: pulse,
        };
        sound.wait_until("pulseaudio answers", |sound| {
            let mut info = Command::new("pactl");
            info.arg("info")
                .envs(sound.env())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            Ok(info.status()?.success())
        })?;
        sound.start_speech()?;
        Ok(sound)
    }

    /// What a program needs in its environment to be heard here.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        environment(&self.folder)
    }

    /// Ends speech-dispatcher, as if it had crashed.
    pub fn kill_speech(&mut self) {
        self.speech = None;
        let _ = fs::remove_file(self.socket());
    }

    /// Starts speech-dispatcher, again if it was ended.
    pub fn start_speech(&mut self) -> io::Result<()> {
        self.kill_speech();
        let mut speech = Command::new("speech-dispatcher");
        // In the foreground, so that it is our own child; it never ends for want of clients.
        speech.arg("-s").args(["-t", "0"]);
        speech.arg("-C").arg(self.folder.join("speech"));
        speech.arg("-S").arg(self.socket());
        speech.arg("-P").arg(self.folder.join("run/speech.pid"));
        self.speech = Some(daemon(speech, &self.folder, "speech-dispatcher")?);
        self.wait_until("speech-dispatcher listens", |sound| {
            Ok(sound.socket().exists())
        })
    }

    /// Records what is played from now on.
    pub fn record(&self) -> io::Result<Recording> {
        let mut recorder = Command::new("parec");
        recorder.args([
            "-d",
            "till.monitor",
            "--raw",
            "--format=s16le",
            "--channels=1",
            "--latency-msec=20",
        ]);
        recorder
            .arg(format!("--rate={RATE}"))
            .envs(self.env())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = recorder.spawn().map_err(|e| named("parec", e))?;
        let stdout = child
            .stdout
            .take()
            .ok_or_else(|| io::Error::other("parec has no output"))?;
        let (began, begins) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let mut stdout = stdout;
            let mut first = [0; 2];
            // The monitor of an idle sink gives silence, so the first sample means that all is recorded from here.
            if stdout.read_exact(&mut first).is_ok() {
                bytes.extend(first);
                let _ = began.send(());
            }
            let _ = stdout.read_to_end(&mut bytes);
            bytes
        });
        let recording = Recording {
            recorder: Daemon(child),
            reader,
        };
        begins
            .recv_timeout(READY_WITHIN)
            .map_err(|_| io::Error::other("nothing can be recorded"))?;
        Ok(recording)
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("run/speech-dispatcher/speechd.sock")
    }

    fn wait_until(&self, what: &str, ready: impl Fn(&Self) -> io::Result<bool>) -> io::Result<()> {
        let begun = Instant::now();
        while !ready(self)? {
            if begun.elapsed() > READY_WITHIN {
                let logs = self.folder.join("log");
                return Err(io::Error::other(format!(
                    "waited in vain until {what}; see {}",
                    logs.display()
                )));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

/// A recording under way; it ends with [`Recording::stop`].
pub struct Recording {
    recorder: Daemon,
    reader: JoinHandle<Vec<u8>>,
}

impl Recording {
    /// Ends the recording.
    pub fn stop(self) -> io::Result<Heard> {
        drop(self.recorder);
        let bytes = self
            .reader
            .join()
            .map_err(|_| io::Error::other("the recorder's reader panicked"))?;
        let samples = bytes
            .chunks_exact(2)
            .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        Ok(Heard { samples })
    }
}

/// What was heard: one channel, 16 bits.
pub struct Heard {
    /// The samples.
    pub samples: Vec<i16>,
}

/// A stretch of sound between silences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Milliseconds from the start of the recording.
    pub begin_ms: u64,
    /// Milliseconds from the start of the recording.
    pub end_ms: u64,
    /// Root mean square of its samples, of 32,767.
    pub loudness: u64,
}

impl Heard {
    /// Writes it as a WAV file.
    pub fn write_wav(&self, path: &Path) -> io::Result<()> {
        let data: Vec<u8> = self
            .samples
            .iter()
            .flat_map(|sample| sample.to_le_bytes())
            .collect();
        let length = u32::try_from(data.len()).map_err(io::Error::other)?;
        let mut wav = Vec::with_capacity(data.len() + 44);
        wav.extend(b"RIFF");
        wav.extend((length + 36).to_le_bytes());
        wav.extend(b"WAVEfmt ");
        wav.extend(16_u32.to_le_bytes());
        wav.extend([1, 0, 1, 0]);
        wav.extend(RATE.to_le_bytes());
        wav.extend((RATE * 2).to_le_bytes());
        wav.extend([2, 0, 16, 0]);
        wav.extend(b"data");
        wav.extend(length.to_le_bytes());
        wav.extend(data);
        fs::write(path, wav)
    }

    /// How long it is.
    pub fn length(&self) -> Duration {
        Duration::from_millis(self.samples.len() as u64 * 1000 / u64::from(RATE))
    }

    /// The stretches of sound that are parted by at least so much silence.
    pub fn stretches(&self, silence: Duration) -> Vec<Stretch> {
        const WINDOW_MS: u64 = 10;
        /// Below this, of 32,767, it is silence.
        const SILENT: u64 = 60;
        let window = (RATE as usize) * WINDOW_MS as usize / 1000;
        let mut stretches: Vec<Stretch> = Vec::new();
        for (i, _) in self
            .samples
            .chunks(window)
            .enumerate()
            .filter(|(_, samples)| loudness(samples) > SILENT)
        {
            let (begin_ms, end_ms) = (i as u64 * WINDOW_MS, (i as u64 + 1) * WINDOW_MS);
            match stretches.last_mut() {
                Some(last) if Duration::from_millis(begin_ms - last.end_ms) < silence => {
                    last.end_ms = end_ms
                }
                _ => stretches.push(Stretch {
                    begin_ms,
                    end_ms,
                    loudness: 0,
                }),
            }
        }
        let at = |ms: u64| (ms as usize * RATE as usize / 1000).min(self.samples.len());
        for stretch in &mut stretches {
            stretch.loudness = loudness(&self.samples[at(stretch.begin_ms)..at(stretch.end_ms)]);
        }
        stretches
    }
}

/// Root mean square, of 32,767.
fn loudness(samples: &[i16]) -> u64 {
    let squares: u64 = samples
        .iter()
        .map(|s| u64::from(s.unsigned_abs()).pow(2))
        .sum();
    (squares / (samples.len() as u64).max(1)).isqrt()
}

fn environment(folder: &Path) -> Vec<(&'static str, String)> {
    let path = |sub: &str| folder.join(sub).display().to_string();
    vec![
        ("XDG_RUNTIME_DIR", path("run")),
        ("XDG_CACHE_HOME", path("cache")),
        ("XDG_CONFIG_HOME", path("config")),
        ("HOME", path("home")),
        ("PULSE_SERVER", format!("unix:{}", path("run/pulse/native"))),
        (
            "SPEECHD_ADDRESS",
            format!("unix_socket:{}", path("run/speech-dispatcher/speechd.sock")),
        ),
    ]
}

fn daemon(mut command: Command, folder: &Path, name: &str) -> io::Result<Daemon> {
    let log = fs::File::create(folder.join("log").join(format!("{name}.out")))?;
    command
        .envs(environment(folder))
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    command
        .spawn()
        .map(Daemon)
        .map_err(|error| named(name, error))
}

fn named(program: &str, error: io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("{program}: {error}; the sound needs {}", PACKAGES.join(" ")),
    )
}

fn private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}
