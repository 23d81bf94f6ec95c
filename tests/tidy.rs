//! House rules as tests: which package may use which, how long a file may be, who may name Tauri, what docs name.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The root of the checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .expect("the checkout's root")
}

/// Every tracked-looking file below `dir` with one of these endings, as (path from the root, text).
fn files(dir: &str, endings: &[&str]) -> Vec<(String, String)> {
    fn walk(dir: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if ["target", "node_modules", "dist", ".git", "gen"]
                .iter()
                .any(|skip| name == *skip)
            {
                continue;
            }
            if path.is_dir() {
                walk(&path, endings, found);
            } else if endings.iter().any(|e| path.to_string_lossy().ends_with(e)) {
                found.push(path);
            }
        }
    }
    let root = root();
    let mut found = Vec::new();
    walk(&root.join(dir), endings, &mut found);
    found.sort();
    found
        .into_iter()
        .map(|p| {
            let text = fs::read_to_string(&p).unwrap_or_default();
            (
                p.strip_prefix(&root)
                    .expect("below the root")
                    .to_string_lossy()
                    .replace('\\', "/"),
                text,
            )
        })
        .collect()
}

/// A Rust file's lines before its unit tests.
fn lines_without_tests(text: &str) -> usize {
    text.lines()
        .take_while(|line| line.trim() != "#[cfg(test)]")
        .count()
}

#[test]
fn packages_use_only_what_they_may() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("domain", &[][..]),
        ("sqlite", &[]),
        ("accounts", &["domain"]),
        ("sources", &["domain"]),
        ("statements", &["domain"]),
        ("hub", &["accounts", "domain", "sources", "sqlite"]),
        ("devices", &["domain"]),
        ("book", &["domain", "sqlite", "statements"]),
        ("reports", &["book", "domain", "statements"]),
        (
            "desk",
            &[
                "book",
                "devices",
                "domain",
                "reports",
                "sqlite",
                "statements",
            ],
        ),
        ("tillbell", &["desk", "domain", "hub"]),
        (
            "tests",
            &["desk", "devices", "domain", "hub", "sources", "sqlite"],
        ),
        ("xtask", &[]),
    ]);
    // What a package may never use, whoever wrote it: the words must stay free of machinery.
    let banned: BTreeMap<&str, &[&str]> = BTreeMap::from([
        (
            "domain",
            &["tokio", "rusqlite", "axum", "tauri", "tracing"][..],
        ),
        (
            "accounts",
            &["tokio", "rusqlite", "axum", "tauri", "tracing"],
        ),
        ("sources", &["tokio", "rusqlite", "axum", "tauri"]),
        ("statements", &["tokio", "rusqlite", "axum", "tauri"]),
        ("hub", &["tauri", "tts"]),
        ("book", &["tauri", "axum"]),
        ("reports", &["tauri", "axum", "rusqlite"]),
        ("devices", &["tauri", "axum", "rusqlite"]),
        ("desk", &["tauri", "axum"]),
        ("tests", &["tauri"]),
    ]);
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata");
    let ours: Vec<&str> = metadata.packages.iter().map(|p| p.name.as_str()).collect();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let may = allowed
            .get(name)
            .unwrap_or_else(|| panic!("{name} has no line in this table: what may it use?"));
        for dependency in &package.dependencies {
            let used = dependency.name.as_str();
            // Itself: a package that wants what it keeps for tests, in its own.
            let itself =
                used == name && dependency.kind == cargo_metadata::DependencyKind::Development;
            assert!(
                itself || !ours.contains(&used) || may.contains(&used),
                "{name} may not use {used}"
            );
            let never = banned.get(name).copied().unwrap_or_default();
            assert!(!never.contains(&used), "{name} may never use {used}");
        }
    }
}

#[test]
fn files_are_short_and_say_what_lives_in_them() {
    /// Files that may be longer, each with its reason.
    const EXCUSED: &[(&str, &str)] = &[
        (
            "crates/domain/src/wire.rs",
            "the whole protocol on one page is worth more than two halves",
        ),
        (
            "crates/desk/src/views.rs",
            "plain data for the pages, read by name",
        ),
    ];
    let mut faults = Vec::new();
    for dir in ["crates", "src-tauri", "tests"] {
        for (path, text) in files(dir, &[".rs"]) {
            if !text.starts_with("//!") {
                faults.push(format!(
                    "{path}: does not open with a line on what lives in it"
                ));
            }
            let lines = lines_without_tests(&text);
            // A module's tests may stand in a file of their own beside it.
            let is_source = path.contains("/src/") && !path.ends_with("/tests.rs");
            if is_source && lines > 400 && !EXCUSED.iter().any(|(excused, _)| *excused == path) {
                faults.push(format!(
                    "{path}: {lines} lines without tests, 400 are allowed"
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_app_stays_thin() {
    let lines: usize = files("src-tauri/src", &[".rs"])
        .iter()
        .filter(|(path, _)| !path.contains("/platform/"))
        .map(|(_, text)| lines_without_tests(text))
        .sum();
    assert!(
        lines <= 1200,
        "src-tauri/src has {lines} lines without platform code and tests, 1,200 are allowed"
    );
}

#[test]
fn one_file_talks_to_tauri_and_platform_code_has_its_places() {
    let mut faults = Vec::new();
    for (path, text) in files("ui/src", &[".ts", ".svelte"]) {
        if text.contains("@tauri-apps/") && path != "ui/src/lib/host.ts" {
            faults.push(format!(
                "{path}: only ui/src/lib/host.ts may import Tauri's packages"
            ));
        }
    }
    let places = [
        "src-tauri/src/platform",
        "crates/desk/src/announcer/speaker",
        "crates/desk/src/notice",
        "crates/desk/src/receipts/system",
        "crates/devices/src/port/system",
        "crates/devices/src/port/usb_printer",
        "crates/xtask/",
    ];
    for dir in ["crates", "src-tauri/src"] {
        for (path, text) in files(dir, &[".rs"]) {
            let here = text.contains("cfg(target_os")
                || text.contains("cfg(windows")
                || text.contains("cfg!(target_os");
            let test = path.contains("/tests/");
            if here && !test && !places.iter().any(|place| path.starts_with(place)) {
                faults.push(format!("{path}: platform differences belong in {places:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_fixture_is_dead() {
    let mut dead = Vec::new();
    for package in ["crates/sources", "crates/statements"] {
        let sources: String = files(package, &[".rs"])
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        for (path, _) in files(&format!("{package}/src/fixtures"), &[""]) {
            let file = Path::new(&path);
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            // What tells of fixtures is none.
            let about = name == "README.md" || name == ".gitattributes";
            if !about && !sources.contains(&*name) && !sources.contains(&format!("\"{stem}\"")) {
                dead.push(path);
            }
        }
    }
    assert!(dead.is_empty(), "fixtures that no test names: {dead:?}");
}

#[test]
fn docs_name_only_what_is_there() {
    let root = root();
    let mut missing = Vec::new();
    let mut documents = files("docs", &[".md"]);
    for name in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        documents.push((
            name.to_owned(),
            fs::read_to_string(root.join(name)).unwrap_or_default(),
        ));
    }
    for (document, text) in documents {
        // Between back-ticks, a path is what has a slash and begins with one of our folders.
        for quoted in text.split('`').skip(1).step_by(2) {
            let path = quoted
                .split("::")
                .next()
                .unwrap_or_default()
                .trim_end_matches('/');
            let ours = [
                "crates/",
                "src-tauri/",
                "ui/",
                "tests/",
                "docs/",
                "icons/",
                ".ci/",
                ".cargo/",
            ];
            let plain = path
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            if plain
                && ours.iter().any(|o| path.starts_with(o))
                && !path.starts_with("ui/dist")
                && !root.join(path).exists()
            {
                missing.push(format!("{document}: `{path}`"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "paths that are not there:\n{}",
        missing.join("\n")
    );
}
