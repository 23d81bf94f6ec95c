//! What a machine must have, per package manager, and how it gets there.

use crate::{pages, shell};
use anyhow::bail;

/// What building the app needs.
pub(crate) const BUILD: Part = Part {
    why: "to build the app (webview, tray, speech, sound, keychain)",
    apt: &[
        "build-essential",
        "pkg-config",
        "libclang-dev",
        "libwebkit2gtk-4.1-dev",
        "libayatana-appindicator3-dev",
        "librsvg2-dev",
        "libxdo-dev",
        "libspeechd-dev",
        "libasound2-dev",
        "libdbus-1-dev",
    ],
    dnf: &[
        "gcc",
        "gcc-c++",
        "pkgconf-pkg-config",
        "clang-devel",
        "webkit2gtk4.1-devel",
        "libappindicator-gtk3-devel",
        "librsvg2-devel",
        "libxdo-devel",
        "speech-dispatcher-devel",
        "alsa-lib-devel",
        "dbus-devel",
    ],
    pacman: &[
        "base-devel",
        "clang",
        "webkit2gtk-4.1",
        "libayatana-appindicator",
        "librsvg",
        "xdotool",
        "speech-dispatcher",
        "alsa-lib",
        "dbus",
    ],
};

/// What the app speaks with on Linux. Elsewhere the system has it.
pub(crate) const VOICE: Part = Part {
    why: "so that the app can speak",
    apt: &[
        "speech-dispatcher",
        "speech-dispatcher-espeak-ng",
        "speech-dispatcher-audio-plugins",
        "espeak-ng",
    ],
    dnf: &[
        "speech-dispatcher",
        "speech-dispatcher-espeak-ng",
        "espeak-ng",
    ],
    pacman: &["speech-dispatcher", "espeak-ng"],
};

/// What drives the app's windows in the demo on a desktop.
pub(crate) const DRIVER: Part = Part {
    why: "so that the demo can play the owner's part",
    apt: &["webkit2gtk-driver"],
    dnf: &["webkit2gtk-driver"],
    pacman: &["webkit2gtk-4.1"],
};

/// What a virtual front desk needs: display, window manager, keychain, sound, a clerk's phone (Chromium), and tools to
/// look and listen.
pub(crate) const STAGE: Part = Part {
    why: "for a virtual front desk: display, keychain, sound, and tools to look and listen",
    apt: &[
        "xvfb",
        "xserver-xorg-core",
        "xserver-xorg-video-dummy",
        "openbox",
        "xdotool",
        "xterm",
        "x11-utils",
        "x11-xserver-utils",
        "dbus",
        "gnome-keyring",
        "webkit2gtk-driver",
        "chromium",
        "chromium-driver",
        "pulseaudio",
        "pulseaudio-utils",
        "libasound2-plugins",
        "sox",
        "imagemagick",
        "zbar-tools",
        "poppler-utils",
        "bubblewrap",
        "fonts-noto-core",
        "fonts-noto-cjk",
        "fonts-noto-color-emoji",
        "procps",
        "faketime",
    ],
    dnf: &[
        "xorg-x11-server-Xvfb",
        "xorg-x11-server-Xorg",
        "xorg-x11-drv-dummy",
        "xrandr",
        "openbox",
        "xdotool",
        "xterm",
        "xprop",
        "xsetroot",
        "dbus-daemon",
        "gnome-keyring",
        "webkit2gtk-driver",
        "chromium",
        "chromedriver",
        "pulseaudio",
        "pulseaudio-utils",
        "alsa-plugins-pulseaudio",
        "sox",
        "ImageMagick",
        "zbar",
        "poppler-utils",
        "bubblewrap",
        "google-noto-sans-cjk-fonts",
        "google-noto-color-emoji-fonts",
        "procps-ng",
        "libfaketime",
    ],
    pacman: &[
        "chromium",
        "xorg-server-xvfb",
        "xorg-server",
        "xf86-video-dummy",
        "xorg-xrandr",
        "openbox",
        "xdotool",
        "xterm",
        "xorg-xprop",
        "xorg-xsetroot",
        "dbus",
        "gnome-keyring",
        "pulseaudio",
        "pulseaudio-alsa",
        "sox",
        "imagemagick",
        "zbar",
        "poppler",
        "bubblewrap",
        "noto-fonts-cjk",
        "noto-fonts-emoji",
        "libfaketime",
    ],
};

/// What building for other systems needs: a C compiler and linker for Windows, and what unpacks the library's source.
pub(crate) const CROSS: Part = Part {
    why: "to build for Windows (C compiler and linker)",
    apt: &["gcc-mingw-w64-x86-64-win32", "xz-utils"],
    dnf: &["mingw64-gcc", "xz"],
    pacman: &["mingw-w64-gcc", "xz"],
};

/// What runs Windows programs here, and what looks at them.
pub(crate) const WINE: Part = Part {
    why: "to run Windows programs (Wine, a display, a serial line to plug in, tools to look)",
    apt: &[
        "wine",
        "wine64",
        "xvfb",
        "xdotool",
        "x11-utils",
        "imagemagick",
        "socat",
    ],
    dnf: &[
        "wine",
        "xorg-x11-server-Xvfb",
        "xdotool",
        "xwininfo",
        "ImageMagick",
        "socat",
    ],
    pacman: &[
        "wine",
        "xorg-server-xvfb",
        "xdotool",
        "xorg-xwininfo",
        "imagemagick",
        "socat",
    ],
};

/// What makes the installer for Windows.
pub(crate) const INSTALLER: Part = Part {
    why: "to make the installer for Windows",
    apt: &["nsis"],
    dnf: &["mingw32-nsis"],
    pacman: &["nsis"],
};

/// What makes a clean system to prove a package in.
pub(crate) const CLEAN_ROOT: Part = Part {
    why: "to prove the package in a clean system",
    apt: &["debootstrap"],
    dnf: &["debootstrap"],
    pacman: &["debootstrap"],
};

/// One reason to need packages, and their names by package manager.
pub(crate) struct Part {
    why: &'static str,
    apt: &'static [&'static str],
    dnf: &'static [&'static str],
    pacman: &'static [&'static str],
}

/// Everything that any verb needs.
pub(crate) fn everything() -> anyhow::Result<()> {
    system(&[BUILD, VOICE, STAGE])?;
    pages::install()
}

/// Makes sure that these parts are on this machine.
pub(crate) fn system(parts: &[Part]) -> anyhow::Result<()> {
    shell::say("Looking for what is missing on this machine");
    if !shell::works("node", &["--version"]) || !shell::works("npm", &["--version"]) {
        bail!(
            "Node.js and npm are needed for the pages: install Node.js 20.19 or newer from https://nodejs.org"
        );
    }
    match std::env::consts::OS {
        "linux" => parts.iter().try_for_each(linux),
        "macos" => macos(),
        "windows" => windows(),
        other => bail!(
            "no list of packages for {other} yet: see crates/xtask/src/setup.rs for what Linux needs"
        ),
    }
}

/// Makes sure that this part is on this machine, a Linux.
pub(crate) fn part(part: &Part) -> anyhow::Result<()> {
    linux(part)
}

fn linux(part: &Part) -> anyhow::Result<()> {
    if shell::works("apt-get", &["--version"]) {
        return apt(part);
    }
    let (manager, names, install): (_, _, &[&str]) = if shell::works("dnf", &["--version"]) {
        ("rpm", part.dnf, &["dnf", "install"])
    } else if shell::works("pacman", &["--version"]) {
        ("pacman", part.pacman, &["pacman", "-S", "--needed"])
    } else {
        println!(
            "  unknown package manager; {} Debian calls these: {}",
            part.why,
            part.apt.join(" ")
        );
        return Ok(());
    };
    let absent: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| !shell::works(manager, &["-Q", name]))
        .collect();
    if absent.is_empty() {
        return Ok(());
    }
    bail!(
        "missing {}. This installs it:\n\n    sudo {} {}\n",
        part.why,
        install.join(" "),
        absent.join(" ")
    );
}

fn apt(part: &Part) -> anyhow::Result<()> {
    let absent = apt_absent(part.apt);
    if absent.is_empty() {
        println!("  found everything {}", part.why);
        return Ok(());
    }
    println!("  missing {}: {}", part.why, absent.join(" "));
    let root = shell::output("id", &["-u"]).trim() == "0";
    // A person can be asked for the password; a script cannot.
    let asks = std::io::IsTerminal::is_terminal(&std::io::stdin());
    let sudo = !root && (asks || shell::works("sudo", &["-n", "true"]));
    if !root && !sudo {
        bail!(
            "this installs it:\n\n    sudo apt-get install {}\n",
            absent.join(" ")
        );
    }
    let apt_get = |args: &[&str]| {
        let mut words = if root {
            vec!["apt-get"]
        } else {
            vec!["sudo", "apt-get"]
        };
        words.extend(args);
        shell::run(shell::cmd(words[0], &words[1..]).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt_get(&["update", "-qq"])?;
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(&absent);
    apt_get(&args)
}

/// Which of these are not installed, as dpkg tells.
fn apt_absent<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["-W", "-f", "${Package} ${db:Status-Status}\n"];
    args.extend(names);
    let known = shell::output("dpkg-query", &args);
    let installed: Vec<&str> = known
        .lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .collect();
    names
        .iter()
        .copied()
        .filter(|name| !installed.contains(name))
        .collect()
}

fn macos() -> anyhow::Result<()> {
    if !shell::works("xcode-select", &["-p"]) {
        bail!(
            "Apple's command-line tools are missing. This installs them:\n\n    xcode-select --install\n"
        );
    }
    println!("  found everything (webview, speech and keychain come with macOS)");
    Ok(())
}

fn windows() -> anyhow::Result<()> {
    let webview = r"HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    let own = r"HKCU\Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    if !shell::works("reg", &["query", webview]) && !shell::works("reg", &["query", own]) {
        bail!(
            "the WebView2 runtime is missing. This installs it:\n\n    winget install Microsoft.EdgeWebView2Runtime\n"
        );
    }
    println!("  found everything (speech and keychain come with Windows)");
    Ok(())
}
