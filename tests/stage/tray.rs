//! The desktop's tray, small but real: a StatusNotifierWatcher and host after the public specifications of
//! StatusNotifierItem and com.canonical.dbusmenu. Like a panel it learns of changes by signals only, reads the icon's
//! file and the whole menu, and clicks.

use super::Stage;
use crate::wait;
use anyhow::Context;
use futures_util::{StreamExt, stream};
use std::{
    collections::HashMap,
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::mpsc, task::JoinHandle};
use zbus::{
    Connection, MatchRule, MessageStream, OwnedVariant, Variant, message::Header,
    object_server::SignalEmitter,
};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// A tray that runs. It goes with this value, as a panel that crashes.
pub struct TrayHost {
    connection: Connection,
    icons: Icons,
    following: JoinHandle<()>,
}

type Icons = Arc<Mutex<Vec<TrayIcon>>>;

/// A program's icon, as the tray shows it now.
#[derive(Debug, Clone)]
pub struct TrayIcon {
    /// The program's name on the bus.
    pub owner: String,
    path: String,
    menu_path: String,
    /// The picture's file.
    pub file: PathBuf,
    /// What stood in that file when the program said that it is new.
    pub png: Vec<u8>,
    /// `Active`, or hidden.
    pub status: String,
    /// The whole menu.
    pub menu: Vec<Entry>,
}

/// A line of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    id: i32,
    /// Its text, as people read it; empty for a line that divides.
    pub text: String,
    /// It can be clicked.
    pub enabled: bool,
    /// What it opens.
    pub below: Vec<Entry>,
}

impl TrayIcon {
    /// The lines of the menu as text, those below another indented; `-` divides, `(…)` cannot be clicked.
    pub fn lines(&self) -> Vec<String> {
        fn add(lines: &mut Vec<String>, entries: &[Entry], indent: &str) {
            for entry in entries {
                lines.push(match (entry.text.as_str(), entry.enabled) {
                    ("", _) => format!("{indent}-"),
                    (text, true) => format!("{indent}{text}"),
                    (text, false) => format!("{indent}({text})"),
                });
                add(lines, &entry.below, &format!("{indent}  "));
            }
        }
        let mut lines = vec![];
        add(&mut lines, &self.menu, "");
        lines
    }
}

fn find<'a>(entries: &'a [Entry], text: &str) -> Option<&'a Entry> {
    entries.iter().find_map(|entry| match entry.text == text {
        true => Some(entry),
        false => find(&entry.below, text),
    })
}

impl TrayHost {
    /// Puts a tray onto a stage that has none.
    pub async fn start(stage: &Stage) -> anyhow::Result<Self> {
        let (registered, mut registrations) = mpsc::unbounded_channel();
        let icons = Icons::default();
        let watcher = Watcher {
            registered,
            icons: icons.clone(),
        };
        let address = stage.bus_address().context("the stage has no bus")?;
        let connection = zbus::connection::Builder::address(address)
            .serve_at("/StatusNotifierWatcher", watcher)
            .build()
            .await?;
        let follow =
            |what: MatchRule<'static>| MessageStream::for_match_rule(what, &connection, None);
        let signal = || MatchRule::builder().msg_type(zbus::message::Type::Signal);
        let mut signals = stream::select_all([
            follow(signal().interface(ITEM).build()?).await?,
            follow(signal().interface(MENU).build()?).await?,
            follow(signal().member("NameOwnerChanged").build()?).await?,
        ]);
        // Only now: programs register as soon as the name is there.
        connection.request_name(WATCHER).await?;
        let (bus, shown) = (connection.clone(), icons.clone());
        let following = tokio::spawn(async move {
            loop {
                tokio::select! {
                    Some((owner, path)) = registrations.recv() => appear(&bus, &shown, owner, path).await,
                    Some(Ok(signal)) = signals.next() => change(&bus, &shown, &signal).await,
                    else => return,
                }
            }
        });
        Ok(Self {
            connection,
            icons,
            following,
        })
    }

    /// What the tray shows now.
    pub fn icons(&self) -> Vec<TrayIcon> {
        locked(&self.icons).clone()
    }

    /// Waits until the tray shows one icon, of which this holds.
    pub async fn until(&self, what: &str, holds: impl Fn(&TrayIcon) -> bool) -> TrayIcon {
        let mut seen = vec![];
        let found = wait::maybe(20, || {
            seen = self.icons();
            let one = (seen.len() == 1).then(|| seen[0].clone());
            async { one.filter(&holds) }
        });
        if let Some(icon) = found.await {
            return icon;
        }
        for icon in &seen {
            println!(
                "{}, {}:\n{}",
                icon.owner,
                icon.file.display(),
                icon.lines().join("\n")
            );
        }
        panic!("waited in vain for the tray: {what}")
    }

    /// Clicks the line of the menu with this text.
    pub async fn click(&self, text: &str) -> anyhow::Result<()> {
        let icon = self
            .until(text, |icon| find(&icon.menu, text).is_some())
            .await;
        let entry = find(&icon.menu, text).context("just seen")?;
        anyhow::ensure!(entry.enabled, "{text:?} cannot be clicked");
        let event = (entry.id, "clicked", Variant::from(0_i32), 0_u32);
        let (owner, path) = (icon.owner.as_str(), icon.menu_path.as_str());
        let sent = self
            .connection
            .call_method(Some(owner), path, Some(MENU), "Event", &event);
        sent.await
            .map(drop)
            .with_context(|| format!("the click on {text:?}"))
    }

    /// The tray goes, and its name on the bus with it.
    pub async fn end(self) {
        self.following.abort();
        let _ = self.connection.clone().close().await;
    }
}

fn locked(icons: &Icons) -> std::sync::MutexGuard<'_, Vec<TrayIcon>> {
    icons.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A program has registered its icon: all of it is read.
async fn appear(bus: &Connection, icons: &Icons, owner: String, path: String) {
    let mut icon = TrayIcon {
        owner,
        path,
        menu_path: String::new(),
        file: PathBuf::new(),
        png: vec![],
        status: String::new(),
        menu: vec![],
    };
    read_icon(bus, &mut icon).await;
    if let Ok(path) = property(bus, &icon, "Menu").await {
        icon.menu_path = text(path);
    }
    read_menu(bus, &mut icon).await;
    let mut icons = locked(icons);
    icons.retain(|known| known.owner != icon.owner);
    icons.push(icon);
}

/// A program says that something is new; that part is read again.
async fn change(bus: &Connection, icons: &Icons, signal: &zbus::Message) {
    let header = signal.header();
    let member = header.member().map_or("", |name| name.as_str());
    if member == "NameOwnerChanged" {
        if let Ok((name, _, now)) = signal.body().deserialize::<(String, String, String)>()
            && now.is_empty()
        {
            locked(icons).retain(|icon| icon.owner != name);
        }
        return;
    }
    let sender = header.sender().map_or("", |name| name.as_str());
    let known = locked(icons)
        .iter()
        .find(|icon| icon.owner == sender)
        .cloned();
    let Some(mut icon) = known else { return };
    match member {
        "NewIcon" | "NewStatus" => read_icon(bus, &mut icon).await,
        "LayoutUpdated" | "ItemsPropertiesUpdated" => read_menu(bus, &mut icon).await,
        _ => return,
    }
    if let Some(shown) = locked(icons)
        .iter_mut()
        .find(|shown| shown.owner == icon.owner)
    {
        *shown = icon;
    }
}

async fn property(bus: &Connection, icon: &TrayIcon, name: &str) -> zbus::Result<OwnedVariant> {
    let get = (ITEM, name);
    let properties = Some("org.freedesktop.DBus.Properties");
    let (owner, path) = (icon.owner.as_str(), icon.path.as_str());
    bus.call_method(Some(owner), path, properties, "Get", &get)
        .await?
        .body()
        .deserialize()
}

fn text(value: OwnedVariant) -> String {
    match &*value {
        Variant::Str(text) => text.to_string(),
        Variant::ObjectPath(path) => path.to_string(),
        _ => String::new(),
    }
}

/// The picture: the name is a file's path, or a name below the program's own folder.
async fn read_icon(bus: &Connection, icon: &mut TrayIcon) {
    let (name, folder, status) = (
        property(bus, icon, "IconName").await.map(text),
        property(bus, icon, "IconThemePath").await.map(text),
        property(bus, icon, "Status").await.map(text),
    );
    icon.status = status.unwrap_or_default();
    let name = name.unwrap_or_default();
    let beside = PathBuf::from(folder.unwrap_or_default()).join(format!("{name}.png"));
    for file in [PathBuf::from(name), beside] {
        // Between two changes the file may be gone; the next signal comes then.
        if let Ok(png) = fs::read(&file) {
            (icon.file, icon.png) = (file, png);
            return;
        }
    }
}

type Layout = (i32, HashMap<String, OwnedVariant>, Vec<OwnedVariant>);

async fn read_menu(bus: &Connection, icon: &mut TrayIcon) {
    let (owner, path) = (icon.owner.as_str(), icon.menu_path.as_str());
    let about = bus.call_method(Some(owner), path, Some(MENU), "AboutToShow", &0_i32);
    let _ = about.await;
    let all = (0_i32, -1_i32, Vec::<String>::new());
    let layout = bus.call_method(Some(owner), path, Some(MENU), "GetLayout", &all);
    let root = layout.await.and_then(|answer| {
        let (_revision, root): (u32, Layout) = answer.body().deserialize()?;
        entries(root.2)
    });
    match root {
        Ok(entries) => icon.menu = entries,
        Err(error) => println!("the menu of {owner} cannot be read: {error}"),
    }
}

fn entries(children: Vec<OwnedVariant>) -> zbus::Result<Vec<Entry>> {
    let mut lines = vec![];
    for child in children {
        let (id, says, below): Layout = child.try_into()?;
        let flag = |name: &str| {
            !matches!(
                says.get(name).map(|value| &**value),
                Some(Variant::Bool(false))
            )
        };
        let label = says.get("label").map_or("", |value| match &**value {
            Variant::Str(text) => text.as_str(),
            _ => "",
        });
        let entry = Entry {
            id,
            text: shown(label),
            enabled: flag("enabled"),
            below: entries(below)?,
        };
        if flag("visible") {
            lines.push(entry);
        }
    }
    Ok(lines)
}

/// A single underscore marks the letter for the keyboard, two are one.
fn shown(label: &str) -> String {
    label
        .replace("__", "\0")
        .replace('_', "")
        .replace('\0', "_")
}

/// The side of the tray that programs know.
struct Watcher {
    registered: mpsc::UnboundedSender<(String, String)>,
    icons: Icons,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    async fn register_status_notifier_item(
        &self,
        service: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        // Some give the path of their icon's object, some the name that they took.
        let (owner, path) = match service.starts_with('/') {
            true => (sender, service.to_owned()),
            false => (service.to_owned(), "/StatusNotifierItem".to_owned()),
        };
        emitter
            .status_notifier_item_registered(&format!("{owner}{path}"))
            .await?;
        let _ = self.registered.send((owner, path));
        Ok(())
    }

    async fn register_status_notifier_host(
        &self,
        _service: &str,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        Ok(emitter.status_notifier_host_registered().await?)
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        let icons = locked(&self.icons);
        icons
            .iter()
            .map(|icon| format!("{}{}", icon.owner, icon.path))
            .collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(signal)]
    async fn status_notifier_item_registered(
        emitter: &SignalEmitter<'_>,
        service: &str,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn status_notifier_host_registered(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}
