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
    if shell::output("id", &["-u"]).trim() != "0" {
        return Some("a clean system is made by root only");
    }
    None
}

/// Does it all.
pub(crate) fn prove(deb: &Path, cache: &Path) -> anyhow::Result<()> {
    if let Some(why) = absent() {
        bail!("the package was made, but not proved: {why}");
    }
    setup::part(&setup::CLEAN_ROOT)?;
    let (suite, mirror) = (suite()?, mirror());
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
        format!("deb {mirror} {suite} main\n"),
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

/// This system's own release: a package is to be built on the oldest one that it shall run on.
fn suite() -> anyhow::Result<String> {
    let text = fs::read_to_string("/etc/os-release")?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    let name = line.context("this system does not say which release it is")?;
    Ok(name.trim_matches('"').to_owned())
}

/// The mirror that this system uses already.
fn mirror() -> String {
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
