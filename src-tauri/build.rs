//! Gives Tauri its config, and the names of our commands: a command that stands here can be called only by a window
//! whose capability file allows it. `tests/windows.rs` compares the list with the desk's table.

use std::{error::Error, fs, path::Path};

/// One name per line, since a test reads them too.
const COMMANDS: &str = include_str!("commands.txt");

fn main() -> Result<(), Box<dyn Error>> {
    // The pages are embedded. Without them the program still builds, so that Rust can be worked on alone.
    let pages = Path::new("../ui/dist");
    if !pages.join("card.html").exists() {
        fs::create_dir_all(pages)?;
        println!(
            "cargo:warning=the pages are not built yet: run `npm run build` in ui/, or `cargo xtask run`"
        );
    }
    println!("cargo:rerun-if-changed=../ui/dist");
    println!("cargo:rerun-if-changed=commands.txt");
    println!("cargo:rerun-if-changed=capabilities");

    let commands: &'static [&'static str] = Vec::leak(COMMANDS.lines().collect());
    let manifest = tauri_build::AppManifest::new().commands(commands);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}
