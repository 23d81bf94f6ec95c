//! How big the Windows app is and which libraries it asks the system for: only those that every Windows has.

use super::{report::Outcome, targets::Profile};
use crate::shell::output;
use anyhow::Context;
use std::{fs, path::Path};

/// What may be imported: parts of Windows 10 and later, and WebView2's loader, which is shipped beside the app.
/// What only a compiler's runtime brings (libgcc, libwinpthread) must not stand here.
const ALLOWED: &[&str] = &[
    "advapi32.dll",
    "bcrypt.dll",
    "bcryptprimitives.dll",
    "cfgmgr32.dll",
    "combase.dll",
    "comctl32.dll",
    "crypt32.dll",
    "dwmapi.dll",
    "gdi32.dll",
    "hid.dll",
    "imm32.dll",
    "iphlpapi.dll",
    "kernel32.dll",
    "ktmw32.dll",
    "mmdevapi.dll",
    "msvcrt.dll",
    "ncrypt.dll",
    "ntdll.dll",
    "ole32.dll",
    "oleaut32.dll",
    "powrprof.dll",
    "propsys.dll",
    "rpcrt4.dll",
    "secur32.dll",
    "setupapi.dll",
    "shell32.dll",
    "shlwapi.dll",
    "user32.dll",
    "userenv.dll",
    "uxtheme.dll",
    "webview2loader.dll",
    "winspool.drv",
    "winusb.dll",
    "ws2_32.dll",
];

/// The installer that people get, without WebView2 inside, is smaller than this.
pub(crate) const INSTALLER_BOUND: u64 = 12_000_000;

/// Checks what the app imports, and says its size.
pub(crate) fn app(programs: &Path, profile: Profile) -> anyhow::Result<Outcome> {
    let program = programs.join("tillbell.exe");
    let size = fs::metadata(&program)
        .with_context(|| format!("{} is not there", program.display()))?
        .len();
    let path = program.to_string_lossy();
    let headers = output("x86_64-w64-mingw32-objdump", &["--private-headers", &path]);
    let imported = imports(&headers);
    anyhow::ensure!(!imported.is_empty(), "objdump found no imports in {path}");
    println!("  imports: {}", imported.join(", "));
    let strange: Vec<&String> = imported
        .iter()
        .filter(|name| !ALLOWED.contains(&name.as_str()) && !is_api_set(name))
        .collect();
    let size = said(size, profile);
    Ok(match strange.is_empty() {
        true => Outcome::Passed(format!(
            "{size}, {} libraries, all of Windows",
            imported.len()
        )),
        false => Outcome::Failed(format!("{size}; a bare Windows has no {strange:?}")),
    })
}

/// How large an installer is; the released one must be within its bound.
pub(crate) fn installer(file: &Path, profile: Profile) -> anyhow::Result<Outcome> {
    let size = fs::metadata(file)
        .with_context(|| format!("{} is not there", file.display()))?
        .len();
    Ok(within_bound(size, profile))
}

fn within_bound(size: u64, profile: Profile) -> Outcome {
    let words = said(size, profile);
    match profile == Profile::Release && size >= INSTALLER_BOUND {
        true => Outcome::Failed(format!(
            "{words}; it must stay below {}",
            megabytes(INSTALLER_BOUND)
        )),
        false => Outcome::Passed(words),
    }
}

/// A size says nothing without what was built.
fn said(size: u64, profile: Profile) -> String {
    let size = megabytes(size);
    match profile {
        Profile::Dev => format!("{size} (not optimised, not what ships)"),
        Profile::Release => format!("{size} (profile release)"),
    }
}

/// `12.3 MB`, in whole tenths.
pub(crate) fn megabytes(bytes: u64) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// The names after `DLL Name:`, in small letters.
fn imports(headers: &str) -> Vec<String> {
    let mut names: Vec<String> = headers
        .lines()
        .filter_map(|line| line.trim().strip_prefix("DLL Name:"))
        .map(|name| name.trim().to_lowercase())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// A contract that Windows 10 and later answer with one of its own libraries.
fn is_api_set(name: &str) -> bool {
    name.starts_with("api-ms-win-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_read_once_each() {
        let headers =
            "\tDLL Name: KERNEL32.dll\n vma\n\tDLL Name: USER32.dll\n\tDLL Name: kernel32.dll\n";
        assert_eq!(imports(headers), ["kernel32.dll", "user32.dll"]);
    }

    #[test]
    fn only_the_installer_that_ships_has_a_bound() {
        for (size, profile, good) in [
            (INSTALLER_BOUND - 1, Profile::Release, true),
            (INSTALLER_BOUND, Profile::Release, false),
            (INSTALLER_BOUND * 2, Profile::Dev, true),
        ] {
            let outcome = within_bound(size, profile);
            assert_eq!(matches!(outcome, Outcome::Passed(_)), good, "{outcome:?}");
        }
    }

    #[test]
    fn sizes_are_rounded() {
        assert_eq!(megabytes(12_345_678), "12.3 MB");
        assert_eq!(megabytes(12_350_000), "12.4 MB");
        assert_eq!(megabytes(0), "0.0 MB");
    }
}
