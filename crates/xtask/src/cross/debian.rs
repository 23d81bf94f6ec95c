//! The library's source from Debian's package `rust-src`, whichever suite has the compiler's very release. It is asked
//! with lists and settings of our own, so that no other suite is mixed into the system.

use crate::shell::{cmd, output, run, say, works};
use anyhow::{Context, bail};
use std::{fs, path::Path};

/// Suites that carry newer compilers than a stable Debian.
const SUITES: [&str; 3] = ["trixie-backports", "sid", "experimental"];
const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Leaves the folder `library` of this release in `into`.
pub(super) fn library(version: &str, folder: &Path, into: &Path) -> anyhow::Result<()> {
    if !works("apt-get", &["--version"]) || !Path::new(KEYS).is_file() {
        bail!("this is no Debian, whose packages could be asked");
    }
    say(&format!("Asking Debian for the source of Rust {version}"));
    let state = folder.join("apt");
    let config = write_state(&state)?;
    let with = ["-c", &config];
    run(cmd("apt-get", &with).args(["-qq", "update"]))?;
    let known = output("apt-cache", &[&with[..], &["madison", "rust-src"]].concat());
    let package = choose(&known, version)
        .with_context(|| format!("no suite of {SUITES:?} has rust-src {version} any more"))?;
    let folder = into.join("deb");
    fs::create_dir_all(&folder)?;
    run(cmd("apt-get", &with)
        .args(["-qq", "download", &format!("rust-src={package}")])
        .current_dir(&folder))?;
    let deb = fs::read_dir(&folder)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "deb"))
        .context("apt-get brought no package")?;
    run(cmd("dpkg-deb", &["-x"]).arg(&deb).arg(&folder))?;
    let found = folder.join(format!("usr/src/rustc-{version}/library"));
    fs::rename(&found, into.join("library")).with_context(|| found.display().to_string())
}

/// Makes apt's folders and settings, and returns the path of the settings.
fn write_state(state: &Path) -> anyhow::Result<String> {
    for part in [
        "etc/sources.list.d",
        "etc/preferences.d",
        "lists/partial",
        "state",
        "cache/archives/partial",
    ] {
        fs::create_dir_all(state.join(part))?;
    }
    fs::write(state.join("state/status"), "")?;
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let (new, old) = (
        read("/etc/apt/sources.list.d/debian.sources"),
        read("/etc/apt/sources.list"),
    );
    let mirror = mirror(&new, &old);
    let sources: String = SUITES
        .iter()
        .map(|suite| format!("deb [signed-by={KEYS}] {mirror} {suite} main\n"))
        .collect();
    fs::write(state.join("etc/sources.list"), sources)?;
    let at = state.display();
    let config = format!(
        "Dir::Etc \"{at}/etc\"; Dir::Etc::sourcelist \"sources.list\"; Dir::Etc::sourceparts \"sources.list.d\";\n\
         Dir::Etc::preferencesparts \"preferences.d\"; Dir::State \"{at}/state\"; Dir::State::lists \"{at}/lists\";\n\
         Dir::State::status \"{at}/state/status\"; Dir::Cache \"{at}/cache\"; APT::Architecture \"amd64\";\n\
         APT::Sandbox::User \"root\"; Acquire::Languages \"none\";\n\
         Acquire::IndexTargets::deb::DEP-11::DefaultEnabled \"false\";\n"
    );
    let path = state.join("conf");
    fs::write(&path, config)?;
    Ok(path.to_string_lossy().into_owned())
}

/// The mirror that this system uses already.
pub(crate) fn mirror<'a>(deb822: &'a str, list: &'a str) -> &'a str {
    let new = deb822
        .lines()
        .find_map(|line| line.strip_prefix("URIs:"))
        .and_then(|rest| rest.split_whitespace().next());
    let old = || {
        let line = list.lines().find(|line| line.starts_with("deb "))?;
        line.split_whitespace()
            .find(|word| word.starts_with("http"))
    };
    new.or_else(old).unwrap_or("http://deb.debian.org/debian")
}

/// From apt's table (`name | version | place`), the package of exactly this release.
fn choose<'a>(table: &'a str, version: &str) -> Option<&'a str> {
    let wanted = |found: &&str| {
        found
            .strip_prefix(version)
            .is_some_and(|rest| rest.starts_with('+') || rest.starts_with('-'))
    };
    table
        .lines()
        .filter_map(|line| line.split('|').nth(1))
        .map(str::trim)
        .find(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_release_is_taken() {
        let table = " rust-src | 1.95.10+dfsg1-1 | http://x sid/main\n rust-src | 1.95.0+dfsg1-2~bpo13+1 | http://x\n";
        assert_eq!(choose(table, "1.95.0"), Some("1.95.0+dfsg1-2~bpo13+1"));
        assert_eq!(choose(table, "1.95.1"), None);
        assert_eq!(choose("", "1.95.0"), None);
    }

    #[test]
    fn the_systems_own_mirror_is_asked() {
        assert_eq!(
            mirror("Types: deb\nURIs: http://a/debian http://b\n", ""),
            "http://a/debian"
        );
        assert_eq!(
            mirror(
                "",
                "# old\ndeb [arch=amd64] http://c/debian bookworm main\n"
            ),
            "http://c/debian"
        );
        assert_eq!(mirror("", ""), "http://deb.debian.org/debian");
    }
}
