//! The app: windows, tray and wiring around the desk and its embedded hub. It holds no money logic, no SQL and no
//! words for people.
//!
//! - `start`: the composition root: folder, log, key, hub, desk; and the orderly end.
//! - `commands`: one for each row of `desk::api`. `screen`: the desk's screen on windows and tray.
//! - `cards`, `customer`, `windows`, `tray`: what people see; `quiet`: windows that never take the focus.
//! - `platform`: what differs between systems.

mod cards;
mod commands;
mod customer;
mod platform;
mod quiet;
mod screen;
mod start;
mod tray;
mod windows;

pub use commands::handler;
pub use platform::bundle::{ThisProgram, UpdateSource};

use clap::Parser;
use desk::views::WindowName;
use std::{path::Path, path::PathBuf, process::ExitCode, sync::Arc};
use tauri::{Manager, RunEvent, Runtime};

/// Tillbell, the payment bell for the front desk.
#[derive(Debug, Clone, Parser)]
#[command(name = "tillbell", version)]
pub struct Args {
    /// Start without a window; the first start still opens its own.
    #[arg(long)]
    hidden: bool,
    /// Open this window.
    #[arg(long, value_name = "WINDOW")]
    open: Option<WindowName>,
    /// Keep all data in this folder: a shop of its own, which may run beside others.
    #[arg(long, value_name = "DIR", env = "TILLBELL_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// The port that the embedded hub tries first; any free one is taken when it is in use.
    #[arg(long, value_name = "PORT", env = "TILLBELL_PORT", default_value_t = hub::DOOR_PORT)]
    port: u16,
    /// Draw without the graphics card, where windows stay white.
    #[arg(long)]
    safe_graphics: bool,
}

/// Tauri's config, permissions and pages, embedded.
pub fn context<R: Runtime>() -> tauri::Context<R> {
    tauri::generate_context!()
}

/// Runs the app until it is quit.
pub fn run() -> ExitCode {
    let args = Args::parse();
    // Before any thread: these are settings of the process that graphics libraries read once.
    platform::prepare(args.safe_graphics);
    match run_app(Arc::new(args)) {
        Ok(code) => u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from),
        // There is no window to say it in, so it is said where the program was started.
        Err(error) => platform::complain(&format!("Tillbell cannot start: {error:#}")),
    }
}

fn run_app(args: Arc<Args>) -> anyhow::Result<i32> {
    platform::display().map_err(|reason| anyhow::anyhow!("there is no display: {reason}"))?;
    let mut context = context();
    // Another folder is another shop, which may run beside this one.
    context.config_mut().identifier = desk::system::instance(args.data_dir.as_deref());
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build()?;
    tauri::async_runtime::set(runtime.handle().clone());
    let app = platform::builder(tauri::Builder::default())
        .plugin(start::single_instance())
        .plugin(tauri_plugin_updater::Builder::new().build())
        .invoke_handler(commands::handler())
        .on_window_event(windows::on_event)
        .setup(move |app| {
            platform::windows_open(app.handle(), false);
            start::spawn(app.handle().clone(), args, desk::guess::language());
            Ok(())
        })
        .build(context)?;
    let code = app.run_return(|app, event| match event {
        // The last window closed, or the system asks: the app lives in the tray. Only `quit` ends it.
        RunEvent::ExitRequested {
            code: None, api, ..
        } => api.prevent_exit(),
        RunEvent::Exit => {
            windows::remember_all(app);
            // A log-off on a Mac and a restart after an update come here without `quit`.
            tauri::async_runtime::block_on(start::stop(app));
        }
        event => platform::heard(app, &event),
    });
    runtime.shutdown_timeout(std::time::Duration::from_millis(500));
    Ok(code)
}

/// The desk that commands are answered by, for tests that build the app on a mock runtime.
pub fn manage_for_tests<R: Runtime>(app: &tauri::App<R>, desk: desk::Desk, data_dir: &Path) {
    app.manage(desk);
    app.manage(windows::Windows::load(data_dir));
}
