//! What can go wrong in the hub, as far as a caller acts on it.

use domain::wire::AskError;
use std::path::PathBuf;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The database could not be opened.
    #[error("the hub's database could not be opened: {0}")]
    Open(#[from] sqlite::OpenError),
    /// The folder could not be made or used.
    #[error("the hub's folder {0} cannot be used: {1}")]
    Folder(PathBuf, String),
    /// The file of the master key cannot be used.
    #[error("the master key's file {0} cannot be used: {1}")]
    KeyFile(PathBuf, String),
    /// The secrets in the database were sealed under another master key.
    #[error(
        "this is not the master key of this hub's data: its secrets cannot be opened (was the keychain or the key file \
         replaced?)"
    )]
    WrongMasterKey,
    /// Reading or writing failed; nothing was changed.
    #[error("the hub could not read or store: {0}")]
    Storage(String),
    /// A field is not usable.
    #[error("{field} cannot be used: {reason}")]
    Invalid {
        /// The field, as in the request.
        field: &'static str,
        /// Why, for people.
        reason: String,
    },
    /// No such shop, source or terminal.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// There are as many of them as there may be.
    #[error("there are too many {0} already")]
    TooMany(&'static str),
    /// The port for the local network is taken by another program.
    #[error("port {0} is taken by another program")]
    PortTaken(u16),
    /// The relay may be reached from this machine only.
    #[error(
        "{0} can be reached from other machines, and the relay must not be: listen on 127.0.0.1 or [::1]. Doors for \
         news are opened to the local network by the owner (with TLS, on their own port), never by this address"
    )]
    NotLoopback(std::net::SocketAddr),
    /// The listener failed.
    #[error("the hub's listener failed: {0}")]
    Listener(#[from] std::io::Error),
    /// The hub's certificate could not be made or read.
    #[error("the hub's certificate cannot be used: {0}")]
    Certificate(String),
    /// The system gives no random numbers.
    #[error("the system's random source does not answer")]
    NoRandom,
}

impl From<rusqlite::Error> for HubError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<sqlite::Stopped> for HubError {
    fn from(error: sqlite::Stopped) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<&HubError> for AskError {
    fn from(error: &HubError) -> Self {
        match error {
            HubError::Invalid { field, .. } => Self::Invalid {
                field: (*field).to_owned(),
            },
            HubError::NotFound(_) => Self::NotFound,
            HubError::TooMany(_) => Self::TooMany,
            HubError::PortTaken(_) => Self::PortTaken,
            _ => Self::Storage,
        }
    }
}
