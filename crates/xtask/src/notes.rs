//! `notes` and `manifest`: what a release says of itself, from CHANGELOG.md, and what the updater reads.

use crate::{package::VERSION, shell};
use anyhow::{Context, bail, ensure};
use std::{fmt::Write as _, fs, path::Path};

/// The packages that replace themselves: the updater's name of the system, and how the file's name ends.
const PACKAGES: [(&str, &str); 3] = [
    ("windows-x86_64", "_x64-setup.exe"),
    ("darwin-aarch64", ".app.tar.gz"),
    ("linux-x86_64", ".AppImage"),
];

/// Prints the notes of a version. `of_this_tree`: the version must be the one that is built here.
pub(crate) fn notes(version: &str, of_this_tree: bool) -> anyhow::Result<()> {
    if of_this_tree {
        ensure!(
            version == VERSION,
            "the tag says {version}, but Cargo.toml says {VERSION}: change one of them"
        );
    }
    println!("{}", from_changelog(&changelog()?, version)?);
    Ok(())
}

/// Prints the description of the newest version, which the updater reads: for each package in `folder` that has its
/// signature beside it, where it will lie below `address`.
pub(crate) fn manifest(version: &str, folder: &Path, address: &str) -> anyhow::Result<()> {
    let notes = from_changelog(&changelog()?, version)?;
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("no folder {}", folder.display()))? {
        files.push(entry?.file_name().to_string_lossy().into_owned());
    }
    files.sort();
    let signed = |file: &str| fs::read_to_string(folder.join(format!("{file}.sig"))).ok();
    println!("{}", description(version, &notes, &files, signed, address)?);
    Ok(())
}

fn changelog() -> anyhow::Result<String> {
    fs::read_to_string(shell::root().join("CHANGELOG.md")).context("CHANGELOG.md")
}

/// The section of a version as plain text: what the updater shows is text, so no mark of Markdown may stay.
fn from_changelog(changelog: &str, version: &str) -> anyhow::Result<String> {
    let mut lines = changelog.lines();
    let is_head = |line: &str| line.starts_with("## ");
    let head = lines.find(|line| {
        is_head(line) && line.split_whitespace().nth(1).map(unbracketed) == Some(version)
    });
    ensure!(
        head.is_some(),
        "CHANGELOG.md has no section `## {version}`: shop owners read there what is new"
    );
    let section: Vec<String> = lines.take_while(|line| !is_head(line)).map(plain).collect();
    let text = section.join("\n").trim().to_owned();
    if text.is_empty() {
        bail!("the section of {version} in CHANGELOG.md is empty");
    }
    Ok(text)
}

fn unbracketed(word: &str) -> &str {
    word.trim_matches(['[', ']'])
}

/// A line without its marks: heading, bold, italics, code, and links by their words.
fn plain(line: &str) -> String {
    let mut rest = line.trim_start_matches('#');
    let mut text = String::with_capacity(line.len());
    while let Some(at) = rest.find(['*', '`', '[']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        rest = &from[1..];
        if from.starts_with('[')
            && let Some((words, after)) = rest.split_once("](")
            && let Some((_, after)) = after.split_once(')')
        {
            text.push_str(words);
            rest = after;
        } else if from.starts_with('[') {
            text.push('[');
        }
    }
    text.push_str(rest);
    text.trim().to_owned()
}

fn description(
    version: &str,
    notes: &str,
    files: &[String],
    signed: impl Fn(&str) -> Option<String>,
    address: &str,
) -> anyhow::Result<String> {
    ensure!(
        address.starts_with("https://"),
        "packages are offered over https only, not at {address}"
    );
    let mut platforms = String::new();
    for (system, ending) in PACKAGES {
        let mut found = files.iter().filter(|file| file.ends_with(ending));
        let Some((file, signature)) = found.find_map(|file| Some((file, signed(file)?))) else {
            continue;
        };
        let comma = if platforms.is_empty() { "" } else { ",\n" };
        let url = format!("{address}/{file}");
        write!(
            platforms,
            "{comma}    {}: {{ \"url\": {}, \"signature\": {} }}",
            json(system),
            json(&url),
            json(signature.trim())
        )?;
    }
    ensure!(
        !platforms.is_empty(),
        "no package has its signature (.sig) beside it: nothing can be offered"
    );
    Ok(format!(
        "{{\n  \"version\": {},\n  \"notes\": {},\n  \"platforms\": {{\n{platforms}\n  }}\n}}",
        json(version),
        json(notes)
    ))
}

/// A text as JSON.
fn json(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGELOG: &str = "# What is new\n\nFor owners.\n\n## 0.2.0 (2026-12-01)\n\nA *better* bell.\n\n- **Louder.** See [the manual](docs/a.md), `--hidden`.\n- 2 * 3 [not a link]\n\n## [0.1.0]\n\n- First.\n\n## 0.0.1\n";

    #[test]
    fn a_section_becomes_plain_text() {
        assert_eq!(
            from_changelog(CHANGELOG, "0.2.0").unwrap(),
            "A better bell.\n\n- Louder. See the manual, --hidden.\n- 2  3 [not a link]"
        );
        assert_eq!(from_changelog(CHANGELOG, "0.1.0").unwrap(), "- First.");
        for none in ["0.3.0", "0.2", "", "0.0.1"] {
            assert!(from_changelog(CHANGELOG, none).is_err(), "{none:?}");
        }
    }

    #[test]
    fn this_version_has_notes() {
        let text = from_changelog(&changelog().unwrap(), VERSION).unwrap();
        assert!(text.lines().count() > 3 && !text.contains("**"), "{text}");
    }

    #[test]
    fn the_description_names_what_is_signed_and_nothing_else() {
        let files = [
            "Tillbell.app.tar.gz",
            "Tillbell_0.2.0_amd64.AppImage",
            "Tillbell_0.2.0_amd64.deb",
            "Tillbell_0.2.0_x64-offline-setup.exe",
            "Tillbell_0.2.0_x64-setup.exe",
        ]
        .map(str::to_owned);
        let signed = |file: &str| (!file.ends_with("AppImage")).then(|| format!("sig of {file}\n"));
        let address = "https://example.org/v0.2.0";
        let text = description("0.2.0", "A \"bell\"\n- x\u{7}", &files, signed, address).unwrap();
        assert_eq!(
            text,
            r#"{
  "version": "0.2.0",
  "notes": "A \"bell\"\n- x\u0007",
  "platforms": {
    "windows-x86_64": { "url": "https://example.org/v0.2.0/Tillbell_0.2.0_x64-setup.exe", "signature": "sig of Tillbell_0.2.0_x64-setup.exe" },
    "darwin-aarch64": { "url": "https://example.org/v0.2.0/Tillbell.app.tar.gz", "signature": "sig of Tillbell.app.tar.gz" }
  }
}"#
        );
        assert!(description("0.2.0", "", &files, |_| None, address).is_err());
        assert!(description("0.2.0", "", &files, signed, "http://example.org").is_err());
    }
}
