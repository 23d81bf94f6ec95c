//! The program's log: to standard error, and into files of a day each in the shop's folder.

use std::{
    io::{self, IsTerminal},
    path::Path,
};
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// So many days' files are kept.
const KEPT: usize = 7;

/// Starts the log below `folder`. Lines are written at once: the last ones before a crash are those that are needed.
/// `TILLBELL_LOG` chooses what is logged, as in `desk=debug`.
///
/// # Errors
/// When the files cannot be made, or a log was started before.
pub fn start(folder: &Path) -> io::Result<()> {
    let logs = folder.join("log");
    std::fs::create_dir_all(&logs)?;
    let files = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("tillbell")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(logs)
        .map_err(io::Error::other)?;
    let filter = EnvFilter::try_from_env("TILLBELL_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let (to_person, stderr) = (io::stderr().is_terminal(), io::stderr);
    let file = fmt::layer().with_ansi(false).with_writer(files);
    let errors = fmt::layer().with_ansi(to_person).with_writer(stderr);
    let log = tracing_subscriber::registry().with(filter);
    log.with(file)
        .with(errors)
        .try_init()
        .map_err(io::Error::other)
}
