//! How big the Windows app is and which libraries it asks the system for: only those that every Windows has.

use super::report::Outcome;
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
    "winusb.dll",
    "ws2_32.dll",
];

/// Checks what a program imports, and says its size.
pub(crate) fn app(program: &Path) -> anyhow::Result<Outcome> {
    let size = fs::metadata(program)
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
    let size = megabytes(size);
    Ok(match strange.is_empty() {
        true => Outcome::Passed(format!(
            "{size}, {} libraries, all of Windows",
            imported.len()
        )),
        false => Outcome::Failed(format!("{size}; a bare Windows has no {strange:?}")),
    })
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
    fn sizes_are_rounded() {
        assert_eq!(megabytes(12_345_678), "12.3 MB");
        assert_eq!(megabytes(12_350_000), "12.4 MB");
        assert_eq!(megabytes(0), "0.0 MB");
    }
}
