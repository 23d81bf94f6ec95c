//! The handle that everything is done through.

use crate::{HubConfig, HubError, MasterKey};
use domain::{HubId, Secret, ShopId, TerminalId, wire};

/// An open hub. Cheap to clone.
#[derive(Clone)]
pub struct Hub {}

impl Hub {
    /// Opens the hub's database.
    pub async fn open(_config: HubConfig, _master: MasterKey) -> Result<Self, HubError> {
        todo!()
    }

    /// The hub's id.
    pub fn id(&self) -> HubId {
        todo!()
    }

    /// The embedded hub's one shop: made if there is none, else the existing one.
    pub async fn first_shop(&self, _shop: &wire::Shop) -> Result<ShopId, HubError> {
        todo!()
    }

    /// Adds a shop, with its test source.
    pub async fn add_shop(&self, _shop: &wire::Shop) -> Result<ShopId, HubError> {
        todo!()
    }

    /// A token for the program's own desk, kept only in memory.
    pub async fn terminal_for_this_run(&self, _shop: &ShopId, _name: &str) -> Secret {
        todo!()
    }

    /// Adds a terminal; its token is shown once and stored hashed.
    pub async fn add_terminal(&self, _shop: &ShopId, _name: &str) -> Result<(TerminalId, Secret), HubError> {
        todo!()
    }
}
