//! The system's keychain on one thread of its own: some keychains give a wrong answer when asked from several, and
//! all of them may wait for a person.

use super::{NoAnswer, Vault};
use futures_util::future::BoxFuture;
use keyring_core::{Entry, Error};
use std::{collections::HashMap, sync::mpsc, time::Duration};
use tokio::{sync::oneshot, time::timeout};
use zeroize::Zeroizing;

/// The name under which the system shows our secrets.
const APP: &str = "tillbell";
/// A keychain that asks a person takes its time (a Mac asks again after every update that is signed anew); a start must
/// not wait for ever.
const WAIT: Duration = Duration::from_secs(20);

enum Job {
    Get(
        String,
        oneshot::Sender<Result<Option<Zeroizing<String>>, NoAnswer>>,
    ),
    Set(
        String,
        Zeroizing<String>,
        oneshot::Sender<Result<(), NoAnswer>>,
    ),
}

/// The system's keychain.
pub struct Keychain {
    jobs: mpsc::Sender<Job>,
}

impl Keychain {
    /// Starts the keychain's thread; `None` when the system gives no thread. It ends with this handle.
    pub fn start() -> Option<Self> {
        let (jobs, waiting) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || {
                for job in waiting {
                    match job {
                        Job::Get(name, reply) => _ = reply.send(get(&name)),
                        Job::Set(name, secret, reply) => _ = reply.send(set(&name, &secret)),
                    }
                }
            });
        thread.ok().map(|_| Self { jobs })
    }

    async fn ask<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, NoAnswer>>) -> Job,
    ) -> Result<T, NoAnswer> {
        let (reply, answer) = oneshot::channel();
        self.jobs.send(job(reply)).map_err(|_| NoAnswer)?;
        match timeout(WAIT, answer).await {
            Ok(Ok(result)) => result,
            _ => Err(NoAnswer),
        }
    }
}

impl Vault for Keychain {
    fn get(&self, name: &str) -> BoxFuture<'_, Result<Option<Zeroizing<String>>, NoAnswer>> {
        let name = name.to_owned();
        Box::pin(self.ask(move |reply| Job::Get(name, reply)))
    }

    fn set(&self, name: &str, secret: Zeroizing<String>) -> BoxFuture<'_, Result<(), NoAnswer>> {
        let name = name.to_owned();
        Box::pin(self.ask(move |reply| Job::Set(name, secret, reply)))
    }
}

/// Windows would let a secret roam to every PC of the user's network; the database that it opens stays on this one.
fn modifiers(system: &str) -> HashMap<&'static str, &'static str> {
    match system {
        "windows" => HashMap::from([("persistence", "local")]),
        _ => HashMap::new(),
    }
}

fn entry(name: &str) -> Result<Entry, NoAnswer> {
    // The first question chooses the system's store.
    if let Err(error) = keyring::v1::Entry::store_status() {
        return Err(failed(error));
    }
    Entry::new_with_modifiers(APP, name, &modifiers(std::env::consts::OS))
        .map_err(|error| failed(&error))
}

fn get(name: &str) -> Result<Option<Zeroizing<String>>, NoAnswer> {
    match entry(name)?.get_password() {
        Ok(secret) => Ok(Some(Zeroizing::new(secret))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(failed(&error)),
    }
}

fn set(name: &str, secret: &str) -> Result<(), NoAnswer> {
    entry(name)?
        .set_password(secret)
        .map_err(|error| failed(&error))
}

fn failed(error: &Error) -> NoAnswer {
    tracing::warn!(%error, "the keychain refused");
    NoAnswer
}
