//! Small Windows programs that stand in for others while the installer is proved, made by NSIS as well.

use crate::shell;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where WebView2 says that it is there, for one user.
pub(super) const WEBVIEW2: &str =
    r"HKCU\Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";

/// For Microsoft's WebView2 installer: says that it is there. Run again where it says so already, it says it twice.
pub(super) fn webview2(scratch: &Path) -> anyhow::Result<PathBuf> {
    let key = WEBVIEW2.trim_start_matches(r"HKCU\");
    let lines =
        format!("ReadRegStr $0 HKCU \"{key}\" \"pv\"\nWriteRegStr HKCU \"{key}\" \"pv\" \"1.0$0\"");
    program(scratch, "webview2", &lines)
}

/// For a program that does not end when it is asked to.
pub(super) fn stubborn(scratch: &Path) -> anyhow::Result<PathBuf> {
    program(scratch, "stubborn", "Sleep 100000")
}

/// For a program that holds a file open which lies beside it, and says so by another file.
pub(super) fn holder(scratch: &Path) -> anyhow::Result<PathBuf> {
    let lines = "FileOpen $0 \"$EXEDIR\\WebView2Loader.dll\" r\nFileOpen $1 \"$EXEDIR\\held\" w\n\
                 FileClose $1\nSleep 100000";
    program(scratch, "holder", lines)
}

/// For Windows' program that sets up the firewall: writes down what it is told, and remembers whether there is a rule.
pub(super) fn netsh(scratch: &Path) -> anyhow::Result<PathBuf> {
    let lines = format!(
        "{TOLD}StrCpy $2 $1 29\n\
         StrCmp $2 \"advfirewall firewall add rule\" 0 +4\n\
         FileOpen $0 \"C:\\netsh-rule\" w\nFileClose $0\nQuit\n\
         StrCpy $2 $1 32\n\
         StrCmp $2 \"advfirewall firewall delete rule\" 0 +3\n\
         Delete \"C:\\netsh-rule\"\nQuit\n\
         SetErrorLevel 1\n\
         StrCmp $1 \"advfirewall firewall show rule name=$\\\"Tillbell$\\\"\" 0 +3\n\
         IfFileExists \"C:\\netsh-rule\" 0 +2\nSetErrorLevel 0"
    );
    program(scratch, "netsh", &lines)
}

/// For the same where an administrator says no.
pub(super) fn refusing_netsh(scratch: &Path) -> anyhow::Result<PathBuf> {
    program(scratch, "netsh-no", "SetErrorLevel 1")
}

/// Writes what it is told to a file in the root folder, and leaves it in `$1`.
const TOLD: &str = "!include FileFunc.nsh\n${GetParameters} $1\nFileOpen $0 \"C:\\netsh-told\" a\n\
                    FileSeek $0 0 END\nFileWriteUTF16LE $0 \"$1$\\r$\\n\"\nFileClose $0\n";

fn program(scratch: &Path, name: &str, lines: &str) -> anyhow::Result<PathBuf> {
    let script = scratch.join(format!("{name}.nsi"));
    let program = scratch.join(format!("{name}.exe"));
    let out = std::path::absolute(&program)?;
    let text = format!(
        "Unicode true\nTarget amd64-unicode\nName \"{name}\"\nOutFile \"{}\"\nSilentInstall silent\n\
         RequestExecutionLevel user\nSection\n{lines}\nSectionEnd\n",
        out.display()
    );
    fs::write(&script, text)?;
    shell::run(shell::cmd("makensis", &["-V2", "-NOCD"]).arg(&script))?;
    Ok(program)
}
