//! The Debian package put to the proof: installed with what it depends on into a clean system, started there on a
//! virtual display, and purged. `clean_root.sh` is what happens inside.

use crate::{setup, shell};
use anyhow::{Context, bail};
use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
};

const INSIDE: &str = include_str!("clean_root.sh");

/// Mounts what programs expect, in a space of its own that ends with everything in it, and goes in.
const ENTER: &str = r#"#!/bin/sh
# Goes into a clean system: its folder, where fetched packages are kept, a free port.
set -eu
root=$1 packages=$2 port=$3
mount --bind "$packages" "$root/var/cache/apt/archives"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/dev/shm"
exec chroot "$root" sh /inside.sh "$port"
"#;

/// Why it cannot be proved on this machine, if so.
pub(crate) fn absent() -> Option<&'static str> {
    if !cfg!(target_os = "linux") || !shell::works("apt-get", &["--version"]) {
        return Some("only a Debian can make a clean Debian");
    }
    if !root() && !shell::works("sudo", &["-n", "true"]) {
        return Some(
            "a clean system is made by root only. Run it as root, or as somebody who may use `sudo` without a password",
        );
    }
    None
}

fn root() -> bool {
    shell::output("id", &["-u"]).trim() == "0"
}

/// Does it all, by `sudo` where this is not root: only the proof, so that what is built stays the person's own.
pub(crate) fn prove_as_root(deb: &Path, cache: &Path) -> anyhow::Result<()> {
    if root() || absent().is_some() {
        return prove(deb, cache);
    }
    let mut again = shell::cmd("sudo", &["-n"]);
    again.arg(std::env::current_exe()?).arg("prove-deb");
    shell::run(again.arg(deb).arg(cache))
}

/// Does it all, as root.
pub(crate) fn prove(deb: &Path, cache: &Path) -> anyhow::Result<()> {
    if let Some(why) = absent() {
        bail!("the package was made, but not proved: {why}");
    }
    setup::part(&setup::CLEAN_ROOT)?;
    let ubuntu = os("ID").is_some_and(|id| id == "ubuntu");
    let suite = os("VERSION_CODENAME").context("this system does not say which release it is")?;
    let mirror = mirror(ubuntu);
    let base = base(cache, &suite, &mirror)?;
    shell::say(&format!("Proving {} in a clean {suite}", deb.display()));
    let root = cache.join("root");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(&root)?;
    shell::run(shell::cmd("tar", &["-xf"]).arg(&base).arg("-C").arg(&root))?;
    fs::copy(deb, root.join("tillbell.deb"))?;
    fs::write(root.join("inside.sh"), INSIDE)?;
    fs::write(
        root.join("etc/apt/sources.list"),
        sources(ubuntu, &mirror, &suite),
    )?;
    // What apt has fetched once is kept for the next time.
    let packages = cache.join("packages");
    fs::create_dir_all(&packages)?;
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port();
    let enter = cache.join("enter.sh");
    fs::write(&enter, ENTER)?;
    let apart = ["--mount", "--pid", "--fork", "--kill-child", "sh"];
    let mut inside = shell::cmd("unshare", &apart);
    inside.arg(&enter).arg(&root).arg(&packages);
    shell::run(inside.arg(port.to_string()))?;
    // The mounts ended with the space they were made in; the folder is plain again. After a failure it stays to be
    // looked at.
    Ok(fs::remove_dir_all(&root)?)
}

/// What this system says of itself. A package is to be built on the oldest release that it shall run on, so it is
/// proved on the one that built it.
fn os(name: &str) -> Option<String> {
    let text = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    line.map(|value| value.trim_matches('"').to_owned())
}

/// Where a clean system gets its packages. Ubuntu keeps half of what a desktop needs apart, and its repairs too.
fn sources(ubuntu: bool, mirror: &str, suite: &str) -> String {
    if ubuntu {
        format!("deb {mirror} {suite} main universe\ndeb {mirror} {suite}-updates main universe\n")
    } else {
        format!("deb {mirror} {suite} main\n")
    }
}

/// The mirror that this Debian uses already. Ubuntu's own lists may name a file of mirrors, which only apt can read.
fn mirror(ubuntu: bool) -> String {
    if ubuntu {
        return "http://archive.ubuntu.com/ubuntu".to_owned();
    }
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let (new, old) = (
        read("/etc/apt/sources.list.d/debian.sources"),
        read("/etc/apt/sources.list"),
    );
    crate::cross::debian::mirror(&new, &old).to_owned()
}

/// A clean system as a tarball, made once.
fn base(cache: &Path, suite: &str, mirror: &str) -> anyhow::Result<PathBuf> {
    let tarball = cache.join(format!("clean-{suite}.tar"));
    if tarball.is_file() {
        return Ok(tarball);
    }
    shell::say(&format!("Making a clean {suite}, once"));
    let root = cache.join("clean");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(cache)?;
    let options = ["--variant=minbase", "--include=ca-certificates", suite];
    shell::run(
        shell::cmd("debootstrap", &options)
            .arg(&root)
            .arg(mirror)
            .stdout(std::process::Stdio::null()),
    )?;
    let unfinished = tarball.with_extension("unfinished");
    shell::run(
        shell::cmd("tar", &["-cf"])
            .arg(&unfinished)
            .args(["--exclude=./var/cache/apt/archives/*.deb", "-C"])
            .arg(&root)
            .arg("."),
    )?;
    fs::rename(&unfinished, &tarball)?;
    fs::remove_dir_all(&root)?;
    Ok(tarball)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_debian_has_its_own_lists() {
        assert_eq!(
            sources(false, "http://a/debian", "bookworm"),
            "deb http://a/debian bookworm main\n"
        );
        let ubuntu = sources(true, "http://a/ubuntu", "jammy");
        assert!(ubuntu.contains("deb http://a/ubuntu jammy main universe\n"));
        assert!(ubuntu.contains("deb http://a/ubuntu jammy-updates main universe\n"));
    }
}
