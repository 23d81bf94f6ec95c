//! How this program came onto this PC and how it is replaced: Tauri's updater, told by whoever built this program where
//! to ask and which key to trust. A build without both asks nobody.

use crate::start;
use desk::update::{Bundle, Installed, Offered, UpdateSupport, support, writable};
use serde_json::Value;
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};
use tauri::{
    AppHandle, Runtime,
    utils::{config::BundleType, platform::bundle_type},
};
use tauri_plugin_updater::{Update, UpdaterExt};

/// Where to ask for updates, and what to trust.
#[derive(Debug, Clone)]
pub struct UpdateSource {
    /// The address of the description of the newest version.
    pub endpoint: String,
    /// The public key of whoever signs packages, as Tauri's signer writes it.
    pub key: String,
}

const ENDPOINT: Option<&str> = given(option_env!("TILLBELL_UPDATE_ENDPOINT"));
const KEY: Option<&str> = given(option_env!("TILLBELL_UPDATE_KEY"));
const _: () = assert!(
    ENDPOINT.is_some() == KEY.is_some(),
    "TILLBELL_UPDATE_ENDPOINT and TILLBELL_UPDATE_KEY belong together"
);
const _: () = assert!(
    secure(ENDPOINT),
    "TILLBELL_UPDATE_ENDPOINT must begin with https://"
);

/// An empty variable is how hosted builds say that a secret is not set.
const fn given(text: Option<&'static str>) -> Option<&'static str> {
    match text {
        Some(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

const fn secure(endpoint: Option<&str>) -> bool {
    match endpoint {
        None => true,
        Some(text) => matches!(
            text.as_bytes(),
            [b'h', b't', b't', b'p', b's', b':', b'/', b'/', ..]
        ),
    }
}

impl UpdateSource {
    /// What this program was built with.
    pub fn built_in() -> Option<Self> {
        Some(Self {
            endpoint: ENDPOINT?.to_owned(),
            key: KEY?.to_owned(),
        })
    }
}

/// This program, as it is installed.
pub struct ThisProgram<R: Runtime> {
    app: AppHandle<R>,
    source: Option<UpdateSource>,
    /// The work was ended for an installer.
    ended: Arc<AtomicBool>,
}

impl<R: Runtime> ThisProgram<R> {
    /// Of an app that has Tauri's updater among its plugins.
    pub fn new(app: AppHandle<R>, source: Option<UpdateSource>) -> Self {
        Self {
            app,
            source,
            ended: Arc::default(),
        }
    }

    /// The update of a description, if it is one: newer, and with a package for this system. Always with the version
    /// signed: whoever can forge the description could otherwise offer an old package as a new one.
    fn update(&self, manifest: &Value) -> Result<Option<Update>, String> {
        let source = self.source.as_ref().ok_or("not configured")?;
        let endpoint = source.endpoint.parse().map_err(text)?;
        let (app, ended) = (self.app.clone(), self.ended.clone());
        let updater = self.app.updater_builder().pubkey(source.key.as_str());
        let updater = updater.endpoints(vec![endpoint]).map_err(text)?;
        // On Windows the process ends inside the updater, without a destructor: hub and book are closed here.
        let updater = updater.on_before_exit(move || {
            ended.store(true, SeqCst);
            tauri::async_runtime::block_on(start::stop(&app));
            app.cleanup_before_exit();
        });
        let updater = updater.build().map_err(text)?;
        updater.restore_update(manifest.clone()).map_err(text)
    }

    /// What is replaced: the AppImage, the app's folder on macOS, the program's folder on Windows.
    fn place(&self) -> PathBuf {
        let program = std::env::current_exe().unwrap_or_default();
        let up = |levels| program.ancestors().nth(levels).map(PathBuf::from);
        let place = match std::env::consts::OS {
            "windows" => up(1),
            // Tillbell.app/Contents/MacOS/tillbell
            "macos" => up(3).filter(|app| app.extension().is_some()),
            _ => std::env::var_os("APPIMAGE").map(PathBuf::from),
        };
        place.unwrap_or(program)
    }
}

impl<R: Runtime> Bundle for ThisProgram<R> {
    fn endpoint(&self) -> Option<String> {
        self.source.as_ref().map(|source| source.endpoint.clone())
    }

    fn support(&self) -> UpdateSupport {
        let package = bundle_type().map(|kind| match kind {
            BundleType::Deb => "deb",
            BundleType::Rpm => "rpm",
            BundleType::AppImage => "appimage",
            BundleType::Msi => "msi",
            BundleType::Nsis => "nsis",
            BundleType::App | BundleType::Dmg => "app",
        });
        let installed = Installed {
            system: std::env::consts::OS,
            package,
            place: self.place(),
            configured: self.source.is_some(),
        };
        support(&installed, writable)
    }

    fn offered(&self, manifest: &Value) -> Result<Option<Offered>, String> {
        Ok(self.update(manifest)?.map(|update| Offered {
            version: update.version,
            url: update.download_url.into(),
            notes: update.body.unwrap_or_default(),
        }))
    }

    fn verify(&self, manifest: &Value, package: &[u8]) -> Result<(), String> {
        let update = self.update(manifest)?.ok_or("not newer")?;
        update.verify(package).map_err(text)
    }

    fn install(&self, manifest: &Value, package: &[u8]) -> Result<(), String> {
        let update = self.update(manifest)?.ok_or("not newer")?;
        match update.install(package) {
            // Elsewhere than on Windows the new program lies there now: this one ends in order, and it starts.
            Ok(()) => tauri::async_runtime::block_on(start::stop(&self.app)),
            // The work was ended and the installer did not start: begin anew, as the old version.
            Err(error) if self.ended.load(SeqCst) => {
                tracing::error!(%error, "the installer did not start; starting again");
            }
            Err(error) => return Err(text(error)),
        }
        self.app.request_restart();
        Ok(())
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
