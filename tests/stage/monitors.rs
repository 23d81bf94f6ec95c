//! A display with monitors to plug in and pull out: X.Org's own server with its driver for hardware that is not there.
//! Xvfb has only one monitor, whatever it is told.

use super::Stage;
use std::path::Path;

/// The server itself; the program of that name on the path may want rights that nobody needs here.
const SERVERS: [&str; 3] = ["/usr/lib/xorg/Xorg", "/usr/libexec/Xorg", "/usr/lib/Xorg"];

const CONFIG: &str = r#"
Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "DontVTSwitch" "true"
EndSection
Section "Device"
  Identifier "none"
  Driver "dummy"
  VideoRam 256000
EndSection
Section "Monitor"
  Identifier "any"
  HorizSync 5.0-1000.0
  VertRefresh 5.0-200.0
  Modeline "1600x900" 118.25 1600 1696 1856 2112 900 903 908 934
EndSection
Section "Screen"
  Identifier "screen"
  Device "none"
  Monitor "any"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Modes "1600x900"
    Virtual 4096 2400
  EndSubSection
EndSection
"#;

impl Stage {
    pub(super) fn monitors(&mut self) -> anyhow::Result<()> {
        let config = self.path("xorg.conf");
        std::fs::write(&config, CONFIG)?;
        let server = SERVERS.into_iter().find(|path| Path::new(path).is_file());
        let mut command = self.command(server.unwrap_or("Xorg"));
        command
            .args(["-displayfd", "1", "-noreset", "-nolisten", "tcp"])
            .args(["-novtswitch", "-sharevts", "-dpi", "96", "-config"])
            .arg(config)
            .arg("-logfile")
            .arg(self.path("log/xorg.log"));
        self.server("Xorg", command)
    }

    /// Plugs a second monitor of this size in at the right, or gives the one that is there another size.
    pub fn plug_monitor(&self, mode: &str) -> anyhow::Result<()> {
        let _ = self.ask("xrandr", &["--addmode", "DUMMY1", mode]);
        let there = ["--output", "DUMMY1", "--mode", mode, "--right-of", "DUMMY0"];
        self.xrandr(&there)
    }

    /// Pulls it out.
    pub fn pull_monitor(&self) -> anyhow::Result<()> {
        self.xrandr(&["--output", "DUMMY1", "--off"])
    }

    /// Both monitors show the same.
    pub fn mirror_monitor(&self) -> anyhow::Result<()> {
        self.xrandr(&["--output", "DUMMY1", "--same-as", "DUMMY0"])
    }

    fn xrandr(&self, args: &[&str]) -> anyhow::Result<()> {
        let done = self.ask("xrandr", args);
        anyhow::ensure!(done.is_some(), "xrandr {args:?} failed");
        // Only a question makes the driver look which monitors are there now, as hardware would by itself.
        let _ = self.ask("xrandr", &["--query"]);
        Ok(())
    }
}
