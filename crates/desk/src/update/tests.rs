//! Updates over real sockets and files: what is offered, got, thrown away, held back and installed. Signatures are the
//! app's; here a package is genuine when it begins as the description says.

use super::{
    Bundle, Offered, Pace, UpdateBusy, UpdateError, UpdateSupport, UpdateWait, UpdateWish,
};
use crate::{
    Desk,
    ledger::Clocks,
    testing::{
        cny, day,
        front::{PATIENCE, Shown, Voices, config, until},
        hub, news, paid,
    },
};
use domain::{DayRule, Seq, SourceKind};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// How a path of the update server answers.
#[derive(Clone)]
enum Reply {
    Whole(Vec<u8>),
    Status(u16),
    /// So many bytes are promised, and these are sent; then the connection is closed.
    Cut(Vec<u8>, usize),
    /// So many bytes are promised, and none comes.
    Stalls(usize),
    /// Bytes without end, and without a word on how many.
    Endless,
}

/// An update server.
struct Server {
    address: String,
    replies: Arc<Mutex<HashMap<&'static str, Reply>>>,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let replies = Arc::new(Mutex::new(HashMap::<&'static str, Reply>::new()));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (table, log) = (replies.clone(), asked.clone());
        let task = tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let (table, log) = (table.clone(), log.clone());
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    while !request.ends_with(b"\r\n\r\n") {
                        let mut some = [0; 1024];
                        match socket.read(&mut some).await {
                            Ok(0) | Err(_) => return,
                            Ok(read) => request.extend_from_slice(&some[..read]),
                        }
                    }
                    let head = String::from_utf8_lossy(&request).into_owned();
                    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                    log.lock().unwrap().push(head);
                    let reply = table.lock().unwrap().get(path.as_str()).cloned();
                    let _ = answer(&mut socket, reply.unwrap_or(Reply::Status(404))).await;
                });
            }
        });
        Self {
            address,
            replies,
            asked,
            task,
        }
    }

    fn serve(&self, path: &'static str, reply: Reply) {
        self.replies.lock().unwrap().insert(path, reply);
    }

    /// A description of that version, whose package is at `/package` and begins with `good`.
    fn offers(&self, version: &str, notes: &str) {
        let url = format!("{}/package", self.address);
        let manifest = json!({ "version": version, "notes": notes, "url": url, "begins": "good" });
        self.serve(
            "/latest.json",
            Reply::Whole(manifest.to_string().into_bytes()),
        );
    }

    fn times_asked(&self, path: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|head| head.starts_with(&format!("GET {path} ")))
            .count()
    }
}

async fn answer(socket: &mut tokio::net::TcpStream, reply: Reply) -> std::io::Result<()> {
    let head = |length: usize| {
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")
    };
    match reply {
        Reply::Status(code) => {
            let head =
                format!("HTTP/1.1 {code} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            socket.write_all(head.as_bytes()).await
        }
        Reply::Whole(body) => {
            socket.write_all(head(body.len()).as_bytes()).await?;
            socket.write_all(&body).await
        }
        Reply::Cut(body, promised) => {
            socket.write_all(head(promised).as_bytes()).await?;
            socket.write_all(&body).await
        }
        Reply::Stalls(promised) => {
            socket.write_all(head(promised).as_bytes()).await?;
            std::future::pending().await
        }
        Reply::Endless => {
            socket
                .write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
                .await?;
            loop {
                socket.write_all(&[b' '; 65536]).await?;
            }
        }
    }
}

/// This program, as the test wants it.
struct Program {
    endpoint: Option<String>,
    support: UpdateSupport,
    refuses: bool,
    installed: Mutex<Vec<Vec<u8>>>,
}

impl Bundle for Program {
    fn endpoint(&self) -> Option<String> {
        self.endpoint.clone()
    }
    fn support(&self) -> UpdateSupport {
        self.support
    }
    fn offered(&self, manifest: &Value) -> Result<Option<Offered>, String> {
        let text = |name: &str| manifest[name].as_str().map(str::to_owned);
        let version = text("version").ok_or("no version")?;
        Ok((version != "1.2.3").then(|| Offered {
            version,
            url: text("url").unwrap_or_default(),
            notes: text("notes").unwrap_or_default(),
        }))
    }
    fn verify(&self, manifest: &Value, package: &[u8]) -> Result<(), String> {
        let begins = manifest["begins"].as_str().unwrap_or("\0");
        match package.starts_with(begins.as_bytes()) {
            true => Ok(()),
            false => Err("it begins otherwise".to_owned()),
        }
    }
    fn install(&self, manifest: &Value, package: &[u8]) -> Result<(), String> {
        self.verify(manifest, package)?;
        if self.refuses {
            return Err("the system refuses".to_owned());
        }
        self.installed.lock().unwrap().push(package.to_vec());
        Ok(())
    }
}

/// A desk that is updated from a server.
struct Rig {
    desk: Desk,
    program: Arc<Program>,
    shown: Arc<Shown>,
    stop: CancellationToken,
    running: JoinHandle<()>,
}

/// An IANA zone whose clock shows about that hour now.
fn zone_at(hour: i64) -> String {
    let utc = crate::desk::now().millis() / 3_600_000 % 24;
    let ahead = (hour - utc + 36) % 24 - 12;
    // These names count the other way round.
    format!(
        "Etc/GMT{}{}",
        if ahead > 0 { '-' } else { '+' },
        ahead.abs()
    )
}

const NIGHT: i64 = 3;
const MIDDAY: i64 = 13;

impl Rig {
    async fn open(dir: &Path, server: &Server, hour: i64) -> Self {
        Self::with(
            dir,
            Some(format!("{}/latest.json", server.address)),
            hour,
            UpdateSupport::Itself,
            false,
        )
        .await
    }

    async fn with(
        dir: &Path,
        endpoint: Option<String>,
        hour: i64,
        support: UpdateSupport,
        refuses: bool,
    ) -> Self {
        let shown = Arc::new(Shown::default());
        let around = crate::Surroundings {
            screen: shown.clone(),
            speech: Arc::new(Voices::default()),
        };
        let mut config = config(dir, ([127, 0, 0, 1], 9).into());
        config.system_zone = zone_at(hour);
        let desk = Desk::open(config, around).await.expect("a desk");
        let program = Arc::new(Program {
            endpoint,
            support,
            refuses,
            installed: Mutex::default(),
        });
        desk.updated_by(program.clone());
        *desk
            .inner
            .updates
            .pace
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Pace {
            first_look: Duration::ZERO,
            looks: Duration::from_secs(3600),
            retry: Duration::from_secs(3600),
            quiet: Duration::from_millis(20),
            stalled: Duration::from_millis(300),
        };
        let stop = CancellationToken::new();
        let running = tokio::spawn({
            let (desk, stop) = (desk.clone(), stop.clone());
            async move { desk.run(stop).await }
        });
        Self {
            desk,
            program,
            shown,
            stop,
            running,
        }
    }

    fn view(&self) -> super::UpdatesView {
        self.desk.inner.updates_view()
    }

    async fn wish(&self, wish: UpdateWish) {
        self.desk.update(wish).await.expect("the wish is taken");
    }

    async fn until(&self, what: &str, holds: impl Fn(&super::UpdatesView) -> bool) {
        until(what, || holds(&self.view())).await;
    }

    fn installed(&self) -> usize {
        self.program.installed.lock().unwrap().len()
    }

    /// Somebody pays.
    async fn pays(&self, seq: u64) {
        let ledger = self.desk.ledger();
        ledger
            .first_visit(&hub("hub-1"), Seq(0))
            .await
            .expect("a log");
        let now = crate::desk::now();
        let news = news(SourceKind::WechatV3, seq, Some(cny(1250)));
        let clocks = Clocks {
            here: now,
            hub: now,
        };
        let entries = vec![paid(seq, now, day("2026-11-22"), news)];
        ledger
            .record(entries, DayRule::default(), clocks)
            .await
            .expect("recorded");
    }

    async fn close(self) {
        self.stop.cancel();
        tokio::time::timeout(PATIENCE, self.running)
            .await
            .expect("it ends")
            .expect("no panic");
    }
}

fn packages(dir: &Path) -> Vec<String> {
    let found = std::fs::read_dir(dir.join("updates"));
    found.map_or(Vec::new(), |files| {
        files
            .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    })
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[tokio::test]
async fn an_update_is_offered_got_when_it_is_wanted_and_installed_at_night() {
    let (dir, server) = (folder(), Server::start().await);
    server.offers("1.3.0", "New\n\n- things\u{202e}");
    server.serve("/package", Reply::Whole(b"good package".to_vec()));
    let rig = Rig::open(dir.path(), &server, NIGHT).await;
    rig.until("an offer", |view| view.offer.is_some()).await;
    let offer = rig.view().offer.expect("an offer");
    assert_eq!(
        (offer.version.as_str(), offer.notes.as_str()),
        ("1.3.0", "New\n\n- things")
    );
    assert!(!offer.wanted && !offer.skipped);
    assert_eq!(
        server.times_asked("/package"),
        0,
        "nothing is got that nobody wants"
    );
    until("the tray's line", || {
        rig.shown.tray().is_none()
            || rig
                .shown
                .tray()
                .is_some_and(|tray| tray.title_lines.iter().any(|line| line.contains("1.3.0")))
    })
    .await;
    rig.wish(UpdateWish::WhenQuiet).await;
    until("installed", || rig.installed() == 1).await;
    assert_eq!(rig.program.installed.lock().unwrap()[0], b"good package");
    assert_eq!(rig.view().busy, Some(UpdateBusy::Installing));
    // What is asked tells nothing of the shop.
    let asked = server.asked.lock().unwrap()[0].to_lowercase();
    for header in asked.lines().skip(1).filter(|line| !line.is_empty()) {
        let name = header.split(':').next().unwrap_or_default();
        assert!(["host", "user-agent", "accept"].contains(&name), "{header}");
    }
    rig.close().await;
}

#[tokio::test]
async fn in_opening_hours_it_waits_and_only_now_overrides_them() {
    let (dir, server) = (folder(), Server::start().await);
    server.offers("1.3.0", "");
    server.serve("/package", Reply::Whole(b"good".to_vec()));
    let rig = Rig::open(dir.path(), &server, MIDDAY).await;
    rig.until("an offer", |view| view.offer.is_some()).await;
    rig.wish(UpdateWish::WhenQuiet).await;
    rig.until("the reason", |view| {
        view.waits_for == Some(UpdateWait::Open)
    })
    .await;
    assert_eq!(rig.view().waits_until.as_deref(), Some("23:00"));
    assert_eq!(rig.installed(), 0);
    rig.wish(UpdateWish::Now).await;
    until("installed", || rig.installed() == 1).await;
    rig.close().await;
}

#[tokio::test]
async fn while_payments_come_not_even_now_installs() {
    let (dir, server) = (folder(), Server::start().await);
    server.offers("1.3.0", "");
    server.serve("/package", Reply::Whole(b"good".to_vec()));
    let rig = Rig::open(dir.path(), &server, NIGHT).await;
    rig.until("an offer", |view| view.offer.is_some()).await;
    for (seq, wish) in [(1, UpdateWish::WhenQuiet), (2, UpdateWish::Now)] {
        rig.pays(seq).await;
        rig.wish(wish).await;
        rig.until("the announcement is waited for", |view| {
            view.waits_for == Some(UpdateWait::Announcing)
        })
        .await;
        rig.desk
            .ledger()
            .mark_told(told(&rig).await, crate::desk::now())
            .await
            .expect("marked");
        rig.until("the customer is waited for", |view| {
            view.waits_for == Some(UpdateWait::Paid) && view.waits_until.is_some()
        })
        .await;
        assert_eq!(rig.installed(), 0);
    }
    rig.close().await;
}

/// Every row: what a voice that is off hands back.
async fn told(rig: &Rig) -> Vec<crate::views::LineId> {
    let query = crate::views::HistoryQuery {
        limit: 50,
        ..Default::default()
    };
    let lines = rig.desk.ledger().page(query).await.expect("a page");
    lines.iter().map(|line| line.id).collect()
}

#[tokio::test]
async fn what_is_not_genuine_is_thrown_away_and_not_asked_for_again() {
    let (dir, server) = (folder(), Server::start().await);
    server.offers("1.3.0", "");
    server.serve("/package", Reply::Whole(b"evil package".to_vec()));
    let rig = Rig::open(dir.path(), &server, NIGHT).await;
    rig.until("an offer", |view| view.offer.is_some()).await;
    rig.wish(UpdateWish::Now).await;
    rig.until("the error", |view| {
        view.error == Some(UpdateError::NotGenuine) && view.busy.is_none()
    })
    .await;
    until("it is gone", || packages(dir.path()).is_empty()).await;
    assert!(
        rig.view()
            .offer
            .is_some_and(|offer| !offer.wanted && !offer.here)
    );
    assert_eq!((rig.installed(), server.times_asked("/package")), (0, 1));
    rig.close().await;
}

#[tokio::test]
async fn a_download_that_breaks_leaves_nothing_and_is_told() {
    type Case = (&'static str, Reply, UpdateError);
    let cases: [Case; 5] = [
        (
            "cut",
            Reply::Cut(b"good pa".to_vec(), 4000),
            UpdateError::Offline,
        ),
        ("stalled", Reply::Stalls(4000), UpdateError::Offline),
        ("gone", Reply::Status(404), UpdateError::Offline),
        (
            "too large",
            Reply::Cut(b"good".to_vec(), 400 * 1024 * 1024),
            UpdateError::Unreadable,
        ),
        ("empty", Reply::Whole(Vec::new()), UpdateError::NotGenuine),
    ];
    for (what, reply, error) in cases {
        let (dir, server) = (folder(), Server::start().await);
        server.offers("1.3.0", "");
        server.serve("/package", reply);
        let rig = Rig::open(dir.path(), &server, NIGHT).await;
        rig.until("an offer", |view| view.offer.is_some()).await;
        rig.wish(UpdateWish::WhenQuiet).await;
        rig.until(what, |view| {
            view.error == Some(error) && view.busy.is_none()
        })
        .await;
        until("nothing is left", || packages(dir.path()).is_empty()).await;
        assert_eq!(rig.installed(), 0, "{what}");
        // The owner's wish holds: pressing again tries again at once.
        server.serve("/package", Reply::Whole(b"good".to_vec()));
        rig.wish(UpdateWish::WhenQuiet).await;
        until("installed", || rig.installed() == 1).await;
        rig.close().await;
    }
}

#[tokio::test]
async fn a_description_that_cannot_be_read_changes_nothing() {
    let huge =
        json!({ "version": "1.3.0", "url": "", "notes": "x".repeat(300 * 1024) }).to_string();
    let cases = [
        ("not there", Reply::Status(500), UpdateError::Offline),
        (
            "a page for people",
            Reply::Whole(b"<html>log in to the hotel</html>".to_vec()),
            UpdateError::Unreadable,
        ),
        (
            "no version",
            Reply::Whole(b"{}".to_vec()),
            UpdateError::Unreadable,
        ),
        (
            "a version with markup",
            Reply::Whole(br#"{"version":"<b>9</b>"}"#.to_vec()),
            UpdateError::Unreadable,
        ),
        (
            "oversized notes",
            Reply::Whole(huge.into_bytes()),
            UpdateError::Unreadable,
        ),
        ("without end", Reply::Endless, UpdateError::Unreadable),
        ("never", Reply::Stalls(10), UpdateError::Offline),
    ];
    for (what, reply, error) in cases {
        let (dir, server) = (folder(), Server::start().await);
        server.serve("/latest.json", reply);
        let rig = Rig::open(dir.path(), &server, NIGHT).await;
        rig.until(what, |view| {
            view.error == Some(error) && view.busy.is_none()
        })
        .await;
        let view = rig.view();
        assert_eq!((view.offer, view.checked_at), (None, None), "{what}");
        server.offers("1.3.0", "");
        rig.wish(UpdateWish::Check).await;
        rig.until("an offer", |view| {
            view.offer.is_some() && view.error.is_none()
        })
        .await;
        rig.close().await;
    }
}

#[tokio::test]
async fn a_wish_holds_over_a_restart_and_a_package_is_got_once() {
    let (dir, server) = (folder(), Server::start().await);
    server.offers("1.3.0", "");
    server.serve("/package", Reply::Whole(b"good".to_vec()));
    let rig = Rig::open(dir.path(), &server, MIDDAY).await;
    rig.until("an offer", |view| view.offer.is_some()).await;
    rig.wish(UpdateWish::WhenQuiet).await;
    rig.until("it is here", |view| {
        view.waits_for == Some(UpdateWait::Open)
    })
    .await;
    rig.close().await;
    assert_eq!(packages(dir.path()), ["tillbell-1.3.0.package"]);
    std::fs::write(dir.path().join("updates/tillbell-1.0.0.package"), "old").expect("written");

    let rig = Rig::open(dir.path(), &server, NIGHT).await;
    until("installed", || rig.installed() == 1).await;
    assert_eq!(server.times_asked("/package"), 1);
    assert_eq!(
        server.times_asked("/latest.json"),
        1,
        "once a day is enough"
    );
    assert_eq!(
        packages(dir.path()),
        ["tillbell-1.3.0.package"],
        "old ones are removed"
    );
    rig.close().await;

    // Changed on the disk meanwhile: got again, not installed as it lies there.
    std::fs::write(dir.path().join("updates/tillbell-1.3.0.package"), "evil").expect("written");
    let rig = Rig::open(dir.path(), &server, NIGHT).await;
    until("installed", || rig.installed() == 1).await;
    assert_eq!(rig.program.installed.lock().unwrap()[0], b"good");
    assert_eq!(server.times_asked("/package"), 2);
    rig.close().await;
}

#[tokio::test]
async fn what_is_skipped_stays_skipped_until_something_newer_comes() {
    let (dir, server) = (folder(), Server::start().await);
    server.offers("1.3.0", "");
    let rig = Rig::open(dir.path(), &server, NIGHT).await;
    rig.until("an offer", |view| view.offer.is_some()).await;
    rig.wish(UpdateWish::Skip).await;
    assert!(rig.view().offer.is_some_and(|offer| offer.skipped));
    assert_eq!(
        rig.desk
            .inner
            .updates
            .tray_line(crate::settings::Language::En),
        None
    );
    server.offers("1.4.0", "");
    rig.wish(UpdateWish::Check).await;
    rig.until("the newer one", |view| {
        view.offer
            .as_ref()
            .is_some_and(|offer| offer.version == "1.4.0" && !offer.skipped)
    })
    .await;
    // The version that runs is no offer.
    server.offers("1.2.3", "");
    rig.wish(UpdateWish::Check).await;
    rig.until("none", |view| view.offer.is_none() && view.busy.is_none())
        .await;
    assert_eq!(
        rig.desk.update(UpdateWish::Now).await,
        Err(crate::api::UiError::new("not_allowed"))
    );
    rig.close().await;
}

#[tokio::test]
async fn an_installation_that_the_system_refuses_is_told_and_not_repeated() {
    let (dir, server) = (folder(), Server::start().await);
    server.offers("1.3.0", "");
    server.serve("/package", Reply::Whole(b"good".to_vec()));
    let endpoint = Some(format!("{}/latest.json", server.address));
    let rig = Rig::with(dir.path(), endpoint, NIGHT, UpdateSupport::Itself, true).await;
    rig.until("an offer", |view| view.offer.is_some()).await;
    rig.wish(UpdateWish::Now).await;
    rig.until("the error", |view| {
        view.error == Some(UpdateError::NotInstalled) && view.busy.is_none()
    })
    .await;
    assert!(rig.view().offer.is_some_and(|offer| !offer.wanted));
    rig.close().await;
}

#[tokio::test]
async fn who_cannot_replace_itself_looks_but_does_not_install_and_who_has_no_place_asks_nobody() {
    let (dir, server) = (folder(), Server::start().await);
    server.offers("1.3.0", "");
    let endpoint = Some(format!("{}/latest.json", server.address));
    let rig = Rig::with(dir.path(), endpoint, NIGHT, UpdateSupport::Package, false).await;
    rig.until("an offer", |view| view.offer.is_some()).await;
    assert_eq!(
        rig.desk.update(UpdateWish::Now).await,
        Err(crate::api::UiError::new("not_allowed"))
    );
    rig.close().await;

    let (dir, server) = (folder(), Server::start().await);
    let rig = Rig::with(dir.path(), None, NIGHT, UpdateSupport::Itself, false).await;
    assert_eq!(rig.view().support, UpdateSupport::NotConfigured);
    assert_eq!(
        rig.desk.update(UpdateWish::Check).await,
        Err(crate::api::UiError::new("not_allowed"))
    );
    rig.close().await;
    assert_eq!(server.asked.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn switched_off_it_looks_only_when_it_is_told_to() {
    let (dir, server) = (folder(), Server::start().await);
    server.offers("1.3.0", "");
    std::fs::write(
        dir.path().join("settings.json"),
        r#"{"check_updates":false}"#,
    )
    .expect("written");
    let rig = Rig::open(dir.path(), &server, NIGHT).await;
    rig.wish(UpdateWish::Check).await;
    rig.until("an offer", |view| view.offer.is_some()).await;
    assert_eq!(
        server.times_asked("/latest.json"),
        1,
        "once, because it was told to"
    );
    rig.close().await;
}
