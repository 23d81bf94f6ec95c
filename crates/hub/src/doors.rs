//! Where the doors can be reached: on this machine, on the local network, from the internet.

use domain::wire::{DoorAddress, Reach};
use domain::{SourceConfig, SourceKind};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{OnceLock, PoisonError, RwLock};

/// The state of the doors, and the addresses made from it.
pub(crate) struct Doors {
    /// The port on the local network.
    pub(crate) port: u16,
    wanted: RwLock<Wanted>,
    /// Where this machine reaches us, once served.
    pub(crate) local: OnceLock<SocketAddr>,
    /// The listener on the local network.
    pub(crate) lan: tokio::sync::Mutex<Option<crate::lan::Lan>>,
    /// What serving gave the listener to work with, once served.
    pub(crate) serving: OnceLock<crate::http::Serving>,
}

/// What the owner set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// News is taken from the local network.
    pub(crate) lan: bool,
    pub(crate) public_url: Option<String>,
    /// Linked terminals are let in from the local network.
    pub(crate) terminals: bool,
    /// Addresses of this machine that are no private network's count as the local network, too.
    pub(crate) others: bool,
}

impl Wanted {
    /// Anything is open to the local network.
    pub(crate) fn any_lan(&self) -> bool {
        self.lan || self.terminals
    }
}

impl Doors {
    pub(crate) fn new(port: u16, wanted: Wanted) -> Self {
        Self {
            port,
            wanted: RwLock::new(wanted),
            local: OnceLock::new(),
            lan: tokio::sync::Mutex::default(),
            serving: OnceLock::new(),
        }
    }

    pub(crate) fn wanted(&self) -> Wanted {
        self.wanted
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// This machine's addresses where doors are opened, or would be.
    pub(crate) fn addresses(&self, limits: &crate::Limits) -> Vec<IpAddr> {
        own_addresses(limits, self.wanted().others)
    }

    pub(crate) fn set_wanted(&self, wanted: Wanted) {
        *self.wanted.write().unwrap_or_else(PoisonError::into_inner) = wanted;
    }
}

/// The addresses of one source's door, best first.
pub(crate) fn addresses(
    config: &SourceConfig,
    door: &str,
    public_url: Option<&str>,
    lan: &[IpAddr],
    lan_port: u16,
    local: Option<SocketAddr>,
) -> Vec<DoorAddress> {
    if let SourceConfig::Vmq { key } = config {
        // Its app takes `host/key` and makes plain HTTP requests to fixed paths at the root of that host.
        let code = |host: SocketAddr, reach, plain| DoorAddress {
            url: format!("{host}/{}", key.expose()),
            reach,
            plain,
        };
        let near = lan
            .iter()
            .map(|ip| code(SocketAddr::new(*ip, lan_port), Reach::Lan, true));
        return near
            .chain(local.map(|local| code(local, Reach::Local, false)))
            .collect();
    }
    let internet = public_url.map(|base| DoorAddress {
        url: format!("{base}/n/{door}"),
        reach: Reach::Internet,
        plain: false,
    });
    let near = lan.iter().map(|ip| {
        let host = SocketAddr::new(*ip, lan_port);
        DoorAddress {
            url: format!("https://{host}/n/{door}"),
            reach: Reach::Lan,
            plain: false,
        }
    });
    let here = local.map(|host| DoorAddress {
        url: format!("http://{host}/n/{door}"),
        reach: Reach::Local,
        plain: false,
    });
    internet.into_iter().chain(near).chain(here).collect()
}

/// The addresses of the page for linked terminals, best first.
pub(crate) fn phone_addresses(
    public_url: Option<&str>,
    lan: &[IpAddr],
    lan_port: u16,
    local: Option<SocketAddr>,
) -> Vec<DoorAddress> {
    let page = |base: String, reach| DoorAddress {
        url: format!("{base}/phone/"),
        reach,
        plain: false,
    };
    // The shop's own network first: a clerk's phone is in the shop, and nothing leaves the house.
    let near = lan.iter().map(|ip| {
        let host = SocketAddr::new(*ip, lan_port);
        page(format!("https://{host}"), Reach::Lan)
    });
    let internet = public_url.map(|base| page(base.to_owned(), Reach::Internet));
    let here = local.map(|host| page(format!("http://{host}"), Reach::Local));
    near.chain(internet).chain(here).collect()
}

/// An address from the internet as platforms take it: https, a host, perhaps a path; no query, since WeChat and
/// Alipay refuse one.
pub(crate) fn usable_url(url: &str) -> Option<String> {
    let url = url.trim().trim_end_matches('/');
    let rest = url.strip_prefix("https://")?;
    let host = rest.split('/').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]%".contains(c);
    let good_host = host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
    (url.len() <= 200 && good_host && rest.chars().all(plain)).then(|| url.to_owned())
}

/// This machine's addresses on its networks, the likeliest to be the shop's first. `others`: as in [`Wanted`].
pub(crate) fn own_addresses(limits: &crate::Limits, others: bool) -> Vec<IpAddr> {
    if !limits.door_addresses.is_empty() {
        return limits.door_addresses.clone();
    }
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "the system does not tell its network addresses");
        Vec::new()
    });
    let found = interfaces
        .iter()
        .map(|interface| (interface.name.as_str(), interface.ip()));
    likeliest_first(found, others)
}

/// Of interfaces' names and addresses those where a phone of the shop may be. `others`: addresses, too, that are no
/// private network's, where anybody on the internet may be as well.
fn likeliest_first<'a>(
    interfaces: impl Iterator<Item = (&'a str, IpAddr)>,
    others: bool,
) -> Vec<IpAddr> {
    let mut found: Vec<(u8, IpAddr)> = interfaces
        .filter_map(|(name, ip)| {
            let IpAddr::V4(ip) = ip else {
                return None;
            };
            let usable = !(ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.is_multicast());
            let place = match (is_virtual(name), is_private(ip), ip.octets()) {
                (_, false, _) if !others => return None,
                (true, ..) => 3,
                (false, _, [192, 168, ..]) => 0,
                (false, true, _) => 1,
                (false, false, _) => 2,
            };
            usable.then_some((place, IpAddr::V4(ip)))
        })
        .collect();
    found.sort();
    found.dedup();
    found.into_iter().map(|(_, ip)| ip).collect()
}

/// An address that no stranger reaches from the internet: of a private network (RFC 1918), of a provider's own (RFC 6598),
/// or of those for examples, which nobody routes and which stand for a shop's network in made-up ones (RFC 5737).
fn is_private(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    ip.is_private() || (a == 100 && (64..128).contains(&b)) || ip.is_documentation()
}

/// Networks inside the machine or through a tunnel: a phone in the shop is not on them.
fn is_virtual(name: &str) -> bool {
    const INSIDE: [&str; 12] = [
        "docker",
        "br-",
        "veth",
        "virbr",
        "vmnet",
        "vboxnet",
        "vethernet",
        "tun",
        "tap",
        "utun",
        "wg",
        "tailscale",
    ];
    let name = name.to_ascii_lowercase();
    INSIDE.iter().any(|inside| name.starts_with(inside))
}

/// The secret that is entered on a phone; platforms' secrets were typed in here and are not shown again.
pub(crate) fn phone_secret(config: &SourceConfig) -> Option<domain::Secret> {
    match config {
        SourceConfig::SmsForwarder { secret } | SourceConfig::Forwarder { secret } => {
            Some(secret.clone())
        }
        SourceConfig::Vmq { key } => Some(key.clone()),
        _ => None,
    }
}

/// The body template that is entered on a phone.
pub(crate) fn template(kind: SourceKind) -> Option<String> {
    let template = match kind {
        SourceKind::SmsForwarder => {
            r#"{"from":"[from]","title":"[title]","text":"[org_content]","device":"[device_mark]","received_at":"[receive_time]","timestamp":"[timestamp]","sign":"[sign]"}"#
        }
        SourceKind::Forwarder => {
            r#"{"app":"<package>","title":"<title>","text":"<text>","device":"<phone>"}"#
        }
        _ => return None,
    };
    Some(template.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Secret;

    #[test]
    fn addresses_best_first() {
        let lan: Vec<IpAddr> = vec!["192.168.1.20".parse().expect("ip")];
        let local = Some("127.0.0.1:9000".parse().expect("address"));
        let phone = SourceConfig::SmsForwarder {
            secret: Secret::new("s"),
        };
        let urls = |config: &SourceConfig, lan: &[IpAddr]| {
            addresses(
                config,
                "DOOR",
                Some("https://shop.example"),
                lan,
                8787,
                local,
            )
            .into_iter()
            .map(|a| (a.url, a.plain))
            .collect::<Vec<_>>()
        };
        assert_eq!(
            urls(&phone, &lan),
            [
                ("https://shop.example/n/DOOR".to_owned(), false),
                ("https://192.168.1.20:8787/n/DOOR".to_owned(), false),
                ("http://127.0.0.1:9000/n/DOOR".to_owned(), false),
            ]
        );
        let vmq = SourceConfig::Vmq {
            key: Secret::new("k3y"),
        };
        let plain = [
            ("192.168.1.20:8787/k3y".to_owned(), true),
            ("127.0.0.1:9000/k3y".to_owned(), false),
        ];
        assert_eq!(urls(&vmq, &lan), plain);
        assert_eq!(
            urls(&phone, &[]).len(),
            2,
            "closed doors have no address on the network"
        );
    }

    #[test]
    fn no_address_that_strangers_reach_unless_the_owner_says_so() {
        let machine = [
            ("eth1", "8.8.4.4"),
            ("eth5", "192.0.2.2"),
            ("lo", "127.0.0.1"),
            ("docker0", "172.17.0.1"),
            ("wwan0", "100.64.3.9"),
            ("eth2", "100.128.0.1"),
            ("eth0", "10.1.2.3"),
            ("wlan0", "192.168.1.20"),
            ("eth3", "169.254.7.7"),
            ("eth4", "172.32.0.1"),
            ("eth0", "2001:db8::7"),
            ("eth0", "fe80::1"),
        ];
        let machine = machine.map(|(name, ip)| (name, ip.parse().expect("ip")));
        let chosen = |others| {
            let found = likeliest_first(machine.into_iter(), others);
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            chosen(false),
            [
                "192.168.1.20",
                "10.1.2.3",
                "100.64.3.9",
                "192.0.2.2",
                "172.17.0.1"
            ]
        );
        assert_eq!(
            chosen(true),
            [
                "192.168.1.20",
                "10.1.2.3",
                "100.64.3.9",
                "192.0.2.2",
                "8.8.4.4",
                "100.128.0.1",
                "172.32.0.1",
                "172.17.0.1",
            ]
        );
    }

    #[test]
    fn public_addresses_are_plain_https() {
        for (url, taken) in [
            ("https://shop.example/", Some("https://shop.example")),
            (
                " https://shop.example:8443/tillbell ",
                Some("https://shop.example:8443/tillbell"),
            ),
            (
                "https://[2001:db8::1]:8443",
                Some("https://[2001:db8::1]:8443"),
            ),
            ("http://shop.example", None),
            ("https://", None),
            ("https:///n", None),
            ("https://shop.example/?a=b", None),
            ("https://user@shop.example", None),
            ("https://shop.example/a b", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(usable_url(url).as_deref(), taken, "{url}");
        }
        assert_eq!(usable_url(&format!("https://{}", "a".repeat(300))), None);
    }
}
