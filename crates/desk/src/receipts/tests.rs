//! A whole desk with printers on real sockets: rules, troubles, restarts and kills. No receipt comes out twice by itself.
#![allow(clippy::too_many_lines, reason = "a story is told in one piece")]

use super::{
    view::{JobId, PrintProblemCode, PrintState, PrintTrouble, PrintWish},
    *,
};
use crate::{
    api::{UiError, event},
    receipts::view::{PrintJobView, PrinterTry, ReceiptSample},
    settings::{
        Settings,
        printers::{ByItself, Printed},
    },
    testing::{
        cny, confirmed,
        fake_hub::{FakeHub, shop},
        front::{Front, PATIENCE, until},
        hub, news, paid,
        roll::{Roll, counts},
    },
    views::{CardFace, LineId},
};
use devices::printer::profile::Preset;
use domain::{Entry, Kind, Money, Seq, SourceKind};
use std::{path::Path, sync::atomic::Ordering::SeqCst};

mod by_rule;
mod closing;
mod once;
#[cfg(unix)]
mod system;
mod trial;
mod trouble;

/// The shop's day at the made-up hub.
fn today() -> domain::BusinessDay {
    shop().day_rule.day_of(now())
}

/// A payment that a phone reported, accepted so many milliseconds ago.
fn reported(seq: u64, ago_ms: i64) -> Entry {
    let minor = 1000 + i64::try_from(seq).unwrap();
    let news = news(SourceKind::SmsForwarder, seq, Some(cny(minor)));
    paid(seq, now().plus_ms(-ago_ms), today(), news)
}

fn printer(roll: &Roll, payments: Printed) -> PrinterSetup {
    PrinterSetup {
        id: "till".to_owned(),
        name: "Counter".to_owned(),
        on: true,
        target: PrinterTarget::Port {
            address: roll.address(),
            line: Default::default(),
        },
        profile: Preset::Western80.profile(),
        language: Default::default(),
        top: String::new(),
        foot: "See you soon".to_owned(),
        link: String::new(),
        rows: Default::default(),
        collector: String::new(),
        logo: false,
        copies: 1,
        by_itself: ByItself {
            payments,
            ..ByItself::default()
        },
        drawer: false,
        bell: false,
        barcode: false,
    }
}

/// What every story begins with.
async fn opening() -> (tempfile::TempDir, FakeHub, Roll) {
    let dir = tempfile::tempdir().unwrap();
    (dir, FakeHub::open().await, Roll::open().await)
}

async fn set_up(front: &Front, printers: Vec<PrinterSetup>) {
    let settings = Settings {
        printers,
        ..Settings::default()
    };
    front.desk.save_settings(settings).await.expect("saved");
}

/// A desk with a link to its hub.
async fn linked(dir: &Path, hub: &FakeHub) -> Front {
    let before = hub.world.hellos.lock().unwrap().len();
    let front = Front::open(dir, hub.at).await;
    until("a link", || {
        hub.world.hellos.lock().unwrap().len() > before
            && front
                .shown
                .tray()
                .is_some_and(|tray| tray.state == crate::TrayState::Listening)
    })
    .await;
    front
}

async fn jobs(front: &Front) -> Vec<PrintJobView> {
    front.desk.print_jobs().await.expect("jobs")
}

/// Waits until the jobs, newest first, stand so.
async fn stand(front: &Front, states: &[PrintState]) {
    let waited = tokio::time::timeout(PATIENCE, async {
        loop {
            let found: Vec<_> = jobs(front).await.iter().map(|job| job.state).collect();
            if found == states {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    if waited.await.is_err() {
        panic!("not {states:?} but {:#?}", jobs(front).await);
    }
}

fn trouble(front: &Front) -> Option<PrintTrouble> {
    front.shown.faces().into_iter().find_map(|face| match face {
        CardFace::Printing { view } => Some(view),
        _ => None,
    })
}
