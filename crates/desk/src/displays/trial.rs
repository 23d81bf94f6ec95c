//! A test on the real device, also before it is saved: the display that has the port lends it for that time.

use super::{
    FAREWELL, drawing,
    views::{DeviceProblem, DisplaySample, TestedDevice},
};
use crate::{
    desk::Inner,
    plugged::{Known, lent::Lent},
    settings::displays::DisplaySetup,
};
use devices::{
    PortAddress, PortError,
    display::{Ability, Screen, layout::layout},
    find::Reason,
    queue::{Manner, Outcome, State},
};
use domain::Currency;
use std::{sync::Arc, time::Duration};

/// So long the test stays on the display before that shows what it showed before.
const HOLD: Duration = Duration::from_secs(4);
/// What a device did not take for so long, it does not take.
const PATIENCE: Duration = Duration::from_secs(3);
/// A server may be slow to answer.
const NETWORK_PATIENCE: Duration = Duration::from_secs(6);
/// A radio has to find and call its device first.
const RADIO_PATIENCE: Duration = Duration::from_secs(40);

fn patience(address: &PortAddress, known: &Known) -> Duration {
    let by_radio = |reason| matches!(reason, Reason::Bluetooth | Reason::BluetoothService);
    let found = known.found().find(|found| found.address == *address);
    match address {
        PortAddress::Ble { .. } => RADIO_PATIENCE,
        _ if found.is_some_and(|found| by_radio(found.guess.why)) => RADIO_PATIENCE,
        PortAddress::Tcp { .. } => NETWORK_PATIENCE,
        _ => PATIENCE,
    }
}

/// Shows a sample on the device as it would be set up, and tells how it took it. One test at a time: the next waits
/// until the display had its own picture back.
pub(crate) async fn test(
    desk: &Arc<Inner>,
    setup: &DisplaySetup,
    address: PortAddress,
    currency: Currency,
) -> TestedDevice {
    let alone = desk.displays.trying.clone().lock_owned().await;
    let lent = Lent::take(desk, &address);
    let patience = patience(&address, &desk.plugged.follow().borrow());
    let manner = Manner {
        patience,
        ..Manner::display(&address)
    };
    let door = desk.plugged.door();
    let queue = door.open(address, setup.line(), manner);
    let sample = match setup.display.set.ability() {
        Ability::Codes => DisplaySample::ToPay,
        Ability::Digits | Ability::Text => DisplaySample::Received,
    };
    let code = desk.state().settings.customer.qr();
    let message = drawing::sample(sample, setup.language, currency, code);
    let screen = layout(
        &message,
        setup.display.geometry,
        &setup.texts.over(setup.language),
    );
    let blank = setup.display.picture(&Screen::default()).next;
    // As a job, since only a job tells what became of it.
    let told = match queue.print(setup.display.picture(&screen).first) {
        Ok(ticket) => ticket.await.ok(),
        Err(_) => None,
    };
    let tested = tested(told.as_ref());
    let tested_well = tested.state == State::Ready;
    tokio::spawn(async move {
        if tested_well {
            tokio::time::sleep(HOLD).await;
            // One that is not set up has no picture of its own: made-up money must not stay there.
            if let Ok(ticket) = queue.print(blank) {
                let _ = tokio::time::timeout(FAREWELL, ticket).await;
            }
        }
        // The worker goes first: the port has to be free again.
        drop(queue);
        drop(lent);
        drop(alone);
    });
    tested
}

fn tested(told: Option<&Outcome>) -> TestedDevice {
    let problem = match told {
        Some(Outcome::Done { .. }) => None,
        Some(Outcome::Failed(problem) | Outcome::Unknown(problem)) => Some(problem.clone()),
        None => Some(PortError::Other {
            port: String::new(),
            reason: "the worker ended".to_owned(),
        }),
    };
    TestedDevice {
        state: problem.as_ref().map_or(State::Ready, State::from),
        problem: problem.as_ref().map(DeviceProblem::from),
    }
}
