//! Says on the local network where doors are open, while they are: by mDNS, as `_tillbell._tcp`, under a name that is drawn
//! each time and tells nothing of shop or owner.
//!
//! It only says. What anybody else says there is never asked for, so a stranger's answer changes nothing: a phone knows
//! its hub by its invitation and by the key that stands in it.

use crate::{HubError, random};
use mdns_sd::{IfKind, ServiceDaemon, ServiceInfo};
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

/// What is said to be there.
const KIND: &str = "_tillbell._tcp.local.";

/// As long as this lives it is said.
pub(crate) struct Announcing {
    /// `None`: the system does not let us. Nothing else depends on it.
    saying: Option<Saying>,
}

struct Saying {
    daemon: ServiceDaemon,
    name: String,
    port: u16,
    /// At these addresses, now.
    at: BTreeSet<IpAddr>,
}

impl Announcing {
    /// Begins, at no address yet.
    pub(crate) fn begin(mdns_port: u16, port: u16) -> Self {
        let saying = Saying::begin(mdns_port, port);
        if let Err(error) = &saying {
            tracing::warn!(%error, "it is not said on the local network that doors are open");
        }
        Self {
            saying: saying.ok(),
        }
    }

    /// The doors are open at these addresses now.
    pub(crate) fn at(&mut self, addresses: BTreeSet<IpAddr>) {
        let Some(saying) = &mut self.saying else {
            return;
        };
        if saying.at == addresses {
            return;
        }
        if let Err(error) = saying.say(&addresses) {
            tracing::warn!(%error, "it is not said on the local network that doors moved");
        }
        saying.at = addresses;
    }
}

impl Drop for Announcing {
    fn drop(&mut self) {
        if let Some(saying) = &self.saying {
            // It says that they are closed, and ends; nobody waits for it.
            let _ = saying.daemon.shutdown();
        }
    }
}

impl Saying {
    fn begin(mdns_port: u16, port: u16) -> Result<Self, HubError> {
        let daemon = ServiceDaemon::new_with_port(mdns_port).map_err(failed)?;
        let name = format!("tillbell-{}", &random::id()?[..8]);
        // Only where doors are open: no other network hears of them.
        daemon.disable_interface(IfKind::All).map_err(failed)?;
        Ok(Self {
            daemon,
            name,
            port,
            at: BTreeSet::new(),
        })
    }

    fn say(&self, addresses: &BTreeSet<IpAddr>) -> Result<(), HubError> {
        self.daemon.disable_interface(IfKind::All).map_err(failed)?;
        if addresses.is_empty() {
            let name = format!("{}.{KIND}", self.name);
            // Its answer tells when that is done.
            return self.daemon.unregister(&name).map(drop).map_err(failed);
        }
        let only: Vec<IpAddr> = addresses.iter().copied().collect();
        self.daemon.enable_interface(only.clone()).map_err(failed)?;
        let service = service(&self.name, &only, self.port)?;
        self.daemon.register(service).map_err(failed)
    }
}

/// All that is said: a name that was drawn, where, and nothing else.
fn service(name: &str, at: &[IpAddr], port: u16) -> Result<ServiceInfo, HubError> {
    let host = format!("{name}.local.");
    let no_text: Option<HashMap<String, String>> = None;
    ServiceInfo::new(KIND, name, &host, at, port, no_text).map_err(failed)
}

fn failed(error: mdns_sd::Error) -> HubError {
    HubError::Listener(std::io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_name_an_address_and_a_port_and_nothing_more() {
        let at: Vec<IpAddr> = vec![[192, 168, 1, 20].into()];
        let said = service("tillbell-1f6b0d22", &at, 8787).unwrap();
        assert_eq!(
            said.get_fullname(),
            "tillbell-1f6b0d22._tillbell._tcp.local."
        );
        assert_eq!(said.get_hostname(), "tillbell-1f6b0d22.local.");
        assert_eq!(said.get_port(), 8787);
        let addresses: Vec<IpAddr> = said.get_addresses().iter().copied().collect();
        assert_eq!(addresses, at);
        assert_eq!(said.get_properties().len(), 0);
        let one = Saying::begin(5353, 8787).map(|saying| saying.name);
        let other = Saying::begin(5353, 8787).map(|saying| saying.name);
        assert!(matches!((one, other), (Ok(one), Ok(other)) if one != other));
    }
}
