//! The relay: takes news of money in at its doors, stores it, and tells every terminal that may know.

mod config;
mod error;
mod hub;
mod limits;
mod random;

pub use config::{DOOR_PORT, HubConfig, MasterKey};
pub use error::HubError;
pub use hub::Hub;
pub use limits::Limits;

/// Serves the hub on a loopback listener until `stop`; then finishes what is under way and closes the database.
pub async fn serve(
    _listener: tokio::net::TcpListener,
    _hub: Hub,
    _stop: tokio_util::sync::CancellationToken,
) -> Result<(), HubError> {
    todo!()
}
