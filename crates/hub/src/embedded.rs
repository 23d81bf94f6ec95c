//! The hub inside another program: one shop, one terminal for this run, reachable from this machine only.

use crate::{Hub, HubConfig, HubError, MasterKey, serve};
use domain::{Secret, wire::Shop};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A hub that is open and listens, and is not served yet.
pub struct Embedded {
    hub: Hub,
    listener: TcpListener,
    address: SocketAddr,
    token: Secret,
}

impl Embedded {
    /// Opens it with its one shop, made as `shop` says if there is none, and listens at this port or, where another
    /// program has it, at any free one.
    pub async fn open(
        config: HubConfig,
        key: MasterKey,
        shop: &Shop,
        port: u16,
    ) -> Result<Self, HubError> {
        let hub = Hub::open(config, key).await?;
        let shop = hub.first_shop(shop).await?;
        let token = hub.terminal_for_this_run(&shop, "Front desk").await;
        let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Err(error) => {
                tracing::warn!(%error, port, "the hub's port is taken; any free one is used");
                TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?
            }
            Ok(listener) => listener,
        };
        let address = listener.local_addr()?;
        Ok(Self {
            hub,
            listener,
            address,
            token,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the program's own desk shows to it.
    pub fn token(&self) -> Secret {
        self.token.clone()
    }

    /// Serves it until `stop`.
    pub async fn serve(self, stop: CancellationToken) -> Result<(), HubError> {
        serve(self.listener, self.hub, stop).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Currency, DayRule};

    #[tokio::test]
    async fn a_taken_port_is_not_the_end_and_the_shop_stays() {
        let dir = tempfile::tempdir().unwrap();
        let config = HubConfig::new(dir.path());
        let shop = |name: &str| Shop {
            name: name.to_owned(),
            currency: Currency::new("CNY").unwrap(),
            day_rule: DayRule::new("Asia/Shanghai", 4).unwrap(),
        };
        let key = || MasterKey::from_bytes([7; 32]);
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = taken.local_addr().unwrap().port();
        let hub = Embedded::open(config.clone(), key(), &shop("Hill Tea"), port)
            .await
            .unwrap();
        assert!(hub.address().ip().is_loopback());
        assert_ne!(hub.address().port(), port);
        let first = hub.token();
        let stop = CancellationToken::new();
        stop.cancel();
        hub.serve(stop).await.unwrap();
        drop(taken);
        let hub = Embedded::open(config, key(), &shop("Another"), port)
            .await
            .unwrap();
        assert_eq!(hub.address().port(), port);
        assert_eq!(hub.hub.shops()[0].1.name, "Hill Tea");
        assert_ne!(
            hub.token().expose(),
            first.expose(),
            "a token ends with its run"
        );
    }
}
