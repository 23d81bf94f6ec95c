//! The stage's sound: a sink that goes nowhere but can be recorded, and a speech service that speaks into it.

use super::{Stage, children};
use crate::{signal::Signal, wait};
use anyhow::Context;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Starts the sound server and the speech service.
pub(super) fn start(stage: &mut Stage) -> anyhow::Result<()> {
    let path = |name: &str| stage.path(name).to_string_lossy().into_owned();
    let native = path("run/pulse/native");
    stage.set("PULSE_SERVER", format!("unix:{native}"));

    let mut command = stage.command("pulseaudio");
    command.args([
        "-n",
        "--daemonize=no",
        "--exit-idle-time=-1",
        "--use-pid-file=no",
        "--disable-shm=yes",
    ]);
    command.args([
        "-L",
        &format!("module-native-protocol-unix socket={native} auth-anonymous=1"),
    ]);
    command.args([
        "-L",
        "module-null-sink sink_name=till rate=48000 channels=2",
    ]);
    stage.spawn("pulseaudio", &mut command)?;
    wait::until_now("the sound server", 15, || stage.ask("pactl", &["info"]));
    speech_lives(stage)
}

/// Starts the speech service, also after it died.
pub fn speech_lives(stage: &mut Stage) -> anyhow::Result<()> {
    let path = |name: &str| stage.path(name).to_string_lossy().into_owned();
    let (log, folder, pid) = (path("log"), path("spd"), path("run/spd.pid"));
    let speech = path("run/speech-dispatcher/speechd.sock");
    stage.set("SPEECHD_ADDRESS", format!("unix_socket:{speech}"));
    let _ = fs::remove_file(&speech);
    fs::create_dir_all(stage.path("spd/modules"))?;
    fs::write(
        stage.path("spd/speechd.conf"),
        format!(
            "LogLevel 3\nLogDir \"{log}\"\nDefaultVolume 100\nAudioOutputMethod \"pulse\"\n\
             AddModule \"espeak-ng\" \"sd_espeak-ng\" \"espeak-ng.conf\"\nDefaultModule espeak-ng\nDefaultLanguage \"en\"\n"
        ),
    )?;
    fs::write(stage.path("spd/modules/espeak-ng.conf"), "Debug 0\n")?;
    let mut command = stage.command("speech-dispatcher");
    command.args(["-s", "-C", &folder, "-S", &speech, "-P", &pid, "-t", "0"]);
    stage.spawn("speech-dispatcher", &mut command)?;
    wait::until_now("the speech service", 15, || {
        Path::new(&speech).exists().then_some(())
    });
    Ok(())
}

impl Stage {
    /// Records everything that is heard from now on.
    pub fn record(&self, file: &Path) -> anyhow::Result<Recording> {
        let mut command = self.command("parec");
        command
            .args([
                "-d",
                "till.monitor",
                "--file-format=wav",
                "--rate=48000",
                "--channels=1",
            ])
            .arg(file);
        let child = command
            .stdout(Stdio::null())
            .spawn()
            .context("cannot start parec")?;
        // It records once the sound server lists it.
        wait::until_now("the recorder", 10, || {
            self.ask("pactl", &["list", "short", "source-outputs"])
                .filter(|list| !list.is_empty())
        });
        Ok(Recording {
            child,
            file: file.to_owned(),
        })
    }

    /// Ends the speech service, as a crash or an update would.
    pub fn speech_dies(&mut self) {
        self.children.end("speech-dispatcher");
    }
}

/// A recording that runs.
pub struct Recording {
    child: Child,
    file: PathBuf,
}

impl Recording {
    /// What was heard so far, while it runs: its file does not say yet how long it is.
    pub fn so_far(&self) -> anyhow::Result<Loudness> {
        measured(Command::new("sox").arg("--ignore-length"), &self.file)
    }

    /// Ends it; the file is whole afterwards.
    pub fn stop(mut self) -> PathBuf {
        children::end(&mut self.child, Signal::INT);
        self.file.clone()
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        children::end(&mut self.child, Signal::INT);
    }
}

/// How long and how loud a recording is.
#[derive(Debug, Clone, Copy)]
pub struct Loudness {
    /// Milliseconds in all.
    pub length_ms: u64,
    /// Milliseconds of it in which something is heard.
    pub heard_ms: u64,
    /// The mean level of those, in thousandths of full scale.
    pub level: u64,
}

/// Measures a WAV file with sox: all of it, and what is left when silence is taken out.
pub fn loudness(file: &Path) -> anyhow::Result<Loudness> {
    measured(&mut Command::new("sox"), file)
}

fn measured(sox: &mut Command, file: &Path) -> anyhow::Result<Loudness> {
    let mut again = Command::new("sox");
    again.args(sox.get_args());
    let whole = stat(sox.arg(file).args(["-n", "stat"]))?;
    let cut = [
        "-n", "silence", "1", "0.05", "1%", "-1", "0.15", "1%", "stat",
    ];
    let heard = stat(again.arg(file).args(cut)).unwrap_or((0, 0));
    Ok(Loudness {
        length_ms: whole.0,
        heard_ms: heard.0,
        level: heard.1,
    })
}

/// Length in milliseconds and RMS amplitude in thousandths, as `sox stat` prints them.
fn stat(command: &mut Command) -> anyhow::Result<(u64, u64)> {
    let output = command.output().context("cannot start sox")?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let thousandths = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        let (whole, part) = line.rsplit(' ').next()?.split_once('.')?;
        let part: String = part.chars().chain("000".chars()).take(3).collect();
        Some(whole.trim().parse::<u64>().ok()? * 1000 + part.parse::<u64>().ok()?)
    };
    let length = thousandths("Length (seconds)").with_context(|| format!("sox says: {text}"))?;
    Ok((length, thousandths("RMS     amplitude").unwrap_or(0)))
}
