//! What is said on the local network of open doors, heard by somebody there.

use crate::phone::*;
use crate::shop::*;
use domain::terminals::TerminalsAsk;
use hub::{HubConfig, Limits};
use mdns_sd::{IfKind, Receiver, ServiceDaemon, ServiceEvent};
use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::timeout;

/// The next event of those that are waited for.
async fn next<T>(heard: &Receiver<ServiceEvent>, wanted: impl Fn(ServiceEvent) -> Option<T>) -> T {
    loop {
        match heard.try_recv().ok().and_then(&wanted) {
            Some(found) => return found,
            None => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

#[tokio::test]
async fn it_is_said_where_doors_are_while_they_are_open_and_of_whom_is_not() {
    let dir = tempfile::tempdir().expect("folder");
    let free = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let door_port = free.local_addr().expect("address").port();
    drop(free);
    let free = UdpSocket::bind("127.0.0.1:0").expect("bind");
    let mdns_port = free.local_addr().expect("address").port();
    drop(free);
    let limits = Limits {
        door_addresses: vec![Ipv4Addr::LOCALHOST.into()],
        mdns_port,
        ..patient()
    };
    let served = Served::with(HubConfig {
        door_port,
        limits,
        ..HubConfig::new(dir.path())
    })
    .await;
    let mut owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let somebody = ServiceDaemon::new_with_port(mdns_port).expect("daemon");
    somebody
        .enable_interface(IfKind::LoopbackV4)
        .expect("enabled");
    let heard = somebody.browse("_tillbell._tcp.local.").expect("browsing");
    let set = |lan| TerminalsAsk::SetReach { lan };
    assert!(ask(&mut owner, set(true)).await.is_ok());
    let found = next(&heard, |event| match event {
        ServiceEvent::ServiceResolved(found) => Some(found),
        _ => None,
    });
    let found = timeout(PATIENCE, found).await.expect("it is said");
    assert_eq!(found.port, door_port);
    let here = |ip: IpAddr| ip == IpAddr::from(Ipv4Addr::LOCALHOST);
    assert!(
        found.addresses.iter().all(|ip| here(ip.to_ip_addr())),
        "{found:?}"
    );
    assert_eq!(found.txt_properties.len(), 0, "{found:?}");
    let said = format!("{found:?}");
    assert!(
        !said.contains("面馆") && !said.contains(served.hub.id().as_str()),
        "{said}"
    );
    assert!(ask(&mut owner, set(false)).await.is_ok());
    let closed = next(&heard, |event| match event {
        ServiceEvent::ServiceRemoved(_, name) => Some(name),
        _ => None,
    });
    let name = timeout(PATIENCE, closed).await.expect("it is taken back");
    assert_eq!(name, found.fullname);
    let _ = somebody.shutdown();
    served.stop().await;
}
