//! The program's log: to standard error, and into files of a day each in the shop's folder.

use std::{
    io::{self, IsTerminal},
    panic::PanicHookInfo,
    path::Path,
    thread,
};
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// So many days' files are kept.
const KEPT: usize = 7;

/// Starts the log below `folder`; a panic is told there, and nowhere else. Lines are written at once: the last ones before a crash are those that are needed.
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
        .map_err(io::Error::other)?;
    std::panic::set_hook(Box::new(tell_panic));
    Ok(())
}

/// Where it panicked, and not with which words: they may quote what strangers wrote, and payers' names with it.
fn tell_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let thread = thread::current();
    tracing::error!(place, thread = thread.name(), "a panic");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::Write,
        sync::{Arc, Mutex},
    };

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_tells_its_place_and_not_its_words() {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = fmt().with_writer(move || writer.clone()).with_ansi(false);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(tell_panic));
        let panicked = tracing::subscriber::with_default(log.finish(), || {
            std::panic::catch_unwind(|| panic!("paid by Mr Wang"))
        });
        std::panic::set_hook(before);
        assert!(panicked.is_err());
        let told = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(
            told.contains("a panic") && told.contains("log.rs:"),
            "{told}"
        );
        assert!(told.contains("a_panic_tells_its_place"), "{told}");
        assert!(!told.contains("Wang"), "{told}");
    }
}
