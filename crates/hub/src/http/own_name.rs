//! Whether a request was meant for this hub: under a name of its own, and from no other site's page.
//!
//! Any page can make a browser send requests here. One under a name of its own that it points here ("DNS rebinding")
//! shows in `Host`; one from elsewhere shows in `Origin`.

use super::{App, Reached, nothing_here};
use crate::metrics::count;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, Ipv6Addr};

/// The longest `Host` that is looked at.
const HOST_MAX: usize = 255;

/// The name under which the hub was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnName {
    /// As the browser has it, with its port.
    pub(crate) host: String,
    /// The browser speaks TLS with it, or with the proxy before it.
    pub(crate) secure: bool,
}

impl OwnName {
    fn is_origin(&self, origin: &str) -> bool {
        let scheme = if self.secure { "https" } else { "http" };
        let host = origin
            .strip_prefix(scheme)
            .and_then(|rest| rest.strip_prefix("://"));
        host.is_some_and(|host| host.eq_ignore_ascii_case(&self.host))
    }

    /// Whether the request's page is one of ours: `None` where it comes from no page, as far as it says.
    pub(crate) fn same_origin(&self, headers: &HeaderMap) -> Option<bool> {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => None,
            (Some(origin), None) => Some(origin.to_str().is_ok_and(|text| self.is_origin(text))),
            (Some(_), Some(_)) => Some(false),
        }
    }
}

/// For the routes of linked terminals: over the local network only by TLS and while the owner has it open, and
/// everywhere only under a name of ours and not from another site's page.
pub(crate) async fn for_terminals(
    State(app): State<App>,
    Extension(reached): Extension<Reached>,
    mut request: Request,
    next: Next,
) -> Response {
    let wanted = app.hub.inner.doors.wanted();
    if reached.lan && !(reached.tls && wanted.terminals) {
        return nothing_here().await;
    }
    let own = match reached.lan {
        true => {
            let inner = &app.hub.inner;
            let addresses = inner.doors.addresses(&inner.limits);
            on_the_network(request.headers(), &addresses, inner.doors.port)
        }
        // The internet's address is a way in from outside, too: open with the network's, and not before.
        false => {
            let public = wanted.public_url.filter(|_| wanted.terminals);
            on_this_machine(request.headers(), public.as_deref())
        }
    };
    // A request line with a host of its own would overrule the header.
    let own = own.filter(|_| request.uri().authority().is_none());
    match own.filter(|own| own.same_origin(request.headers()) != Some(false)) {
        Some(own) => {
            request.extensions_mut().insert(own);
            next.run(request).await
        }
        None => {
            count(&app.hub.inner.metrics.connections_refused_total);
            StatusCode::FORBIDDEN.into_response()
        }
    }
}

/// The one `Host` of a request.
fn host(headers: &HeaderMap) -> Option<&str> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (host, None) = (hosts.next()?.to_str().ok()?, hosts.next()) else {
        return None;
    };
    (host.len() <= HOST_MAX).then_some(host)
}

/// The name and the port.
fn parts(host: &str) -> Option<(&str, Option<u16>)> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    match port.strip_prefix(':') {
        Some(port) => Some((name, Some(port.parse().ok()?))),
        None => port.is_empty().then_some((name, None)),
    }
}

/// One of this machine's addresses on its networks, with the port of our doors.
fn on_the_network(headers: &HeaderMap, own: &[IpAddr], port: u16) -> Option<OwnName> {
    let host = host(headers)?;
    let (name, told) = parts(host)?;
    let ip: IpAddr = name.parse().ok()?;
    (own.contains(&ip) && told.unwrap_or(443) == port).then(|| OwnName {
        host: host.to_owned(),
        secure: true,
    })
}

/// A name of this machine for itself, or the address from the internet, whose proxy is on this machine.
fn on_this_machine(headers: &HeaderMap, public_url: Option<&str>) -> Option<OwnName> {
    let host = host(headers)?;
    let (name, _) = parts(host)?;
    let loopback = name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|ip| ip.is_loopback())
        || (host.starts_with('[') && name.parse() == Ok(Ipv6Addr::LOCALHOST));
    let public = public_url
        .and_then(|url| url.strip_prefix("https://"))
        .and_then(|rest| rest.split('/').next());
    let is_public = public.is_some_and(|public| public.eq_ignore_ascii_case(host));
    (loopback || is_public).then(|| OwnName {
        host: host.to_owned(),
        secure: is_public,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(host: &str, origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().expect("value"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().expect("value"));
        }
        headers
    }

    #[test]
    fn names_of_ours_and_no_others() {
        let own: Vec<IpAddr> = vec![[192, 168, 1, 20].into()];
        let public = Some("https://shop.example/tillbell");
        for (host, lan, here) in [
            ("192.168.1.20:8787", true, false),
            ("192.168.1.20", false, false),
            ("192.168.1.20:8788", false, false),
            ("192.168.1.21:8787", false, false),
            ("192.168.1.20.evil.example:8787", false, false),
            ("evil.example:8787", false, false),
            ("127.0.0.1:9000", false, true),
            ("localhost:9000", false, true),
            ("LocalHost", false, true),
            ("[::1]:9000", false, true),
            ("[::2]:9000", false, false),
            ("localhost.evil.example", false, false),
            ("shop.example", false, true),
            ("SHOP.example", false, true),
            ("shop.example:8443", false, false),
            ("shop.example.evil.example", false, false),
            ("127.0.0.1:x", false, false),
            ("127.0.0.1:99999", false, false),
            ("[::1]x", false, false),
            ("", false, false),
            (&"a".repeat(300), false, false),
        ] {
            let headers = headers(host, None);
            assert_eq!(
                on_the_network(&headers, &own, 8787).is_some(),
                lan,
                "{host}"
            );
            assert_eq!(on_this_machine(&headers, public).is_some(), here, "{host}");
        }
        let mut twice = headers("127.0.0.1", None);
        twice.append(header::HOST, "evil.example".parse().expect("value"));
        assert_eq!(on_this_machine(&twice, None), None);
        assert_eq!(on_this_machine(&HeaderMap::new(), None), None);
    }

    #[test]
    fn pages_of_ours_and_no_others() {
        let own = |host: &str, secure| OwnName {
            host: host.to_owned(),
            secure,
        };
        let (lan, here) = (own("192.168.1.20:8787", true), own("127.0.0.1:9000", false));
        for (own, origin, same) in [
            (&lan, "https://192.168.1.20:8787", true),
            (&lan, "http://192.168.1.20:8787", false),
            (&lan, "https://192.168.1.20", false),
            (&lan, "https://192.168.1.20:8787.evil.example", false),
            (&lan, "https://evil.example", false),
            (&lan, "null", false),
            (&lan, "", false),
            (&here, "http://127.0.0.1:9000", true),
            (&here, "http://127.0.0.1:9001", false),
            (&here, "https://127.0.0.1:9000", false),
        ] {
            let headers = headers(&own.host, Some(origin));
            assert_eq!(own.same_origin(&headers), Some(same), "{origin}");
        }
        assert_eq!(lan.same_origin(&headers(&lan.host, None)), None);
        let mut twice = headers(&here.host, Some("http://127.0.0.1:9000"));
        twice.append(
            header::ORIGIN,
            "http://evil.example".parse().expect("value"),
        );
        assert_eq!(here.same_origin(&twice), Some(false));
    }
}
