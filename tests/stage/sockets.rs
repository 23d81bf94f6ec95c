//! The front desk's USB sockets: simulated devices are plugged in and out, and the app's own finder finds them as it
//! finds real ones.
//!
//! The app runs where the system's list of serial ports is a folder of ours and `/dev` is a small one of its own: the
//! computer's own ports and devices are out of reach, and nothing outside of the stage is changed.

use crate::app;
use anyhow::Context;
use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
};

/// Ports that can be plugged in to.
const PORTS: [&str; 4] = ["ttyUSB0", "ttyUSB1", "ttyUSB2", "ttyUSB3"];

/// What a device says of itself on USB.
pub struct Usb {
    /// Vendor.
    pub vid: u16,
    /// Product.
    pub pid: u16,
    /// What it calls itself.
    pub product: &'static str,
    /// Its maker.
    pub maker: &'static str,
    /// The socket of the computer's first bus that it sits in.
    pub socket: u8,
}

/// The sockets.
pub struct Sockets {
    folder: PathBuf,
}

impl Sockets {
    /// Sockets with nothing in them, in this folder.
    pub fn new(folder: &Path) -> anyhow::Result<Self> {
        let sockets = Self {
            folder: folder.to_owned(),
        };
        for name in ["class-tty", "dev", "usb", "bus/usb-serial"] {
            fs::create_dir_all(sockets.path(name))?;
        }
        let words = |name: &str| sockets.path(name).to_string_lossy().into_owned();
        let links: String = PORTS
            .iter()
            .map(|port| format!(" --symlink {}/{port} /dev/{port}", words("dev")))
            .collect();
        // Its own `/dev`, but the terminals, which are the devices' lines, and the shared memory, which the webview uses.
        let script = format!(
            "#!/bin/sh\nexec bwrap --dev-bind / / --dev /dev --dev-bind /dev/pts /dev/pts --bind /dev/shm /dev/shm{links} \
             --bind {} /sys/class/tty -- {} \"$@\"\n",
            words("class-tty"),
            app::program("tillbell")?.display(),
        );
        fs::write(sockets.app(), script)?;
        fs::set_permissions(sockets.app(), fs::Permissions::from_mode(0o755))?;
        Ok(sockets)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What starts the app where these are the computer's sockets.
    pub fn app(&self) -> PathBuf {
        self.path("app-with-sockets")
    }

    /// Plugs a device in: its line gets this port's name.
    pub fn plug_in(&self, port: &str, line: &Path, usb: &Usb) -> anyhow::Result<()> {
        let device = self.path(&format!("usb/1-{}", usb.socket));
        let interface = device.join(format!("1-{}:1.0", usb.socket));
        let serial = interface.join(port);
        fs::create_dir_all(&serial)?;
        for (file, text) in [
            ("idVendor", format!("{:04x}", usb.vid)),
            ("idProduct", format!("{:04x}", usb.pid)),
            ("busnum", "1".to_owned()),
            ("devpath", usb.socket.to_string()),
            ("product", usb.product.to_owned()),
            ("manufacturer", usb.maker.to_owned()),
        ] {
            fs::write(device.join(file), text)?;
        }
        fs::write(interface.join("bInterfaceNumber"), "00")?;
        symlink(self.path("bus/usb-serial"), serial.join("subsystem"))?;
        symlink(line, self.path("dev").join(port))?;
        // Last, for then it is there.
        let entry = self.path("class-tty").join(port);
        fs::create_dir(&entry)?;
        symlink(&serial, entry.join("device")).context("the port's device")
    }

    /// Pulls out what hangs on this port.
    pub fn pull_out(&self, port: &str) -> anyhow::Result<()> {
        fs::remove_dir_all(self.path("class-tty").join(port))?;
        fs::remove_file(self.path("dev").join(port))?;
        for device in fs::read_dir(self.path("usb"))?.flatten() {
            let device = device.path();
            let interface = device
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
                + ":1.0";
            if device.join(interface).join(port).exists() {
                fs::remove_dir_all(&device)?;
            }
        }
        Ok(())
    }
}
