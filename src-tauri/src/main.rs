//! The program's entry. Everything is in the library, so that tests build the same app without a display.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    tillbell_lib::run()
}
