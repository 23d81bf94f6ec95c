//! The real Windows app under Wine, from its first start to its end: what a person at such a PC would see, looked for
//! from outside in log, registry, book and windows. Run by `cargo xtask cross-check`, which makes Wine ready and reads
//! the lines printed here: `passed NAME: remark` or `failed NAME: why`.
//!
//! This Wine has no WebView2, no voices, no toasts. That is on purpose: the app must say so and go on.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool for people: it prints what it saw"
)]

#[path = "windows_desk/pc.rs"]
mod pc;
#[path = "windows_desk/story.rs"]
mod story;

use pc::Pc;
use std::{path::PathBuf, process::ExitCode};

#[tokio::main]
async fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(programs), Some(drive_c)) = (words.next(), words.next()) else {
        println!("usage: windows-desk FOLDER_OF_PROGRAMS DRIVE_C");
        return ExitCode::FAILURE;
    };
    let pc = match Pc::new(&programs, &drive_c) {
        Ok(pc) => pc,
        Err(error) => {
            println!("failed a PC with the app on it: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    match story::play(pc).await {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
