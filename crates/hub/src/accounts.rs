//! Owners' accounts: who they are, how they are let in, what they may do about themselves.
//!
//! The rules are in the crate `accounts`; here they meet the database, the clock and the web. [`invites`] makes an owner,
//! [`entering`] lets one in, [`sessions`] knows who is there, [`proofs`] changes password and second factor. Whatever
//! changes something goes through [`change`], which writes its line of the record in the same transaction.

pub(crate) mod bodies;
mod bounds;
mod change;
mod entering;
mod factor_rows;
mod halves;
mod hashing;
mod invites;
mod opening;
mod proofs;
mod rows;
mod secrets;
mod session_rows;
mod sessions;
#[cfg(test)]
mod tests;
mod told;

pub use bounds::AccountBounds;
pub(crate) use entering::Entered;
pub use invites::OwnerInvite;
pub(crate) use opening::Opened;
pub(crate) use sessions::SignedIn;
pub(crate) use told::Told;

use crate::seal::Sealer;
use crate::{HubError, random};
use ::accounts::{Guesser, Guesses, Kind, Unfit};
use halves::Halves;
use hashing::Hashing;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// All that the hub keeps in memory about accounts.
pub(crate) struct Accounts {
    bounds: AccountBounds,
    /// Under which recovery codes are hashed.
    recovery_key: [u8; 32],
    /// The same of the tokens of sessions and devices, and of invites.
    token_key: [u8; 32],
    guesses: Mutex<Guesses>,
    /// Who gave the right password and not the second factor yet.
    halves: Mutex<Halves>,
    hashing: Hashing,
    /// A hash that is nobody's.
    nobodys: String,
}

/// Who asks, as far as the request tells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    /// From where; `None` where nobody is told apart.
    pub(crate) address: Option<IpAddr>,
    /// What is stored of the tokens in its cookies.
    pub(crate) session: Option<[u8; 32]>,
    pub(crate) half: Option<[u8; 32]>,
    pub(crate) device: Option<[u8; 32]>,
    /// What it is, in words of ours.
    pub(crate) words: String,
}

/// Why something was not done for a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not a request of ours.
    Invalid,
    /// The name, the password or the code.
    Wrong,
    /// No session, or it has ended.
    SignedOut,
    /// The owner must prove first to be there.
    Confirm,
    NotFound,
    NameTaken,
    TooMany,
    /// No invite, run out, or taken.
    Invite,
    Unfit(Unfit),
    /// Too many wrong tries.
    Slow(Duration),
    /// Too many at once.
    Busy,
    /// Nothing was changed.
    Storage,
}

impl From<HubError> for Refusal {
    fn from(error: HubError) -> Self {
        tracing::error!(%error, "an account could not be read or stored");
        Self::Storage
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        HubError::from(error).into()
    }
}

impl From<Unfit> for Refusal {
    fn from(unfit: Unfit) -> Self {
        Self::Unfit(unfit)
    }
}

impl Accounts {
    pub(crate) fn new(sealer: &Sealer, bounds: &AccountBounds) -> Result<Self, HubError> {
        let (mut key, mut nobody) = ([0; 32], [0; 48]);
        random::fill(&mut key)?;
        random::fill(&mut nobody)?;
        Ok(Self {
            recovery_key: sealer.derived("recovery codes")?,
            token_key: sealer.derived("account tokens")?,
            guesses: Mutex::new(Guesses::new(&key)),
            halves: Mutex::default(),
            hashing: Hashing::new(bounds),
            nobodys: bounds.cost.nobodys(&nobody),
            bounds: bounds.clone(),
        })
    }

    /// Takes a try of somebody's, or says how long to wait.
    fn take_try(&self, kind: Kind, who: Guesser<'_>) -> Result<(), Refusal> {
        let taken = self.guesses().take(kind, who, Instant::now());
        taken.map_err(Refusal::Slow)
    }

    /// It was right.
    fn right(&self, kind: Kind, who: Guesser<'_>) {
        self.guesses().right(kind, who);
    }

    /// It could not be judged.
    fn untried(&self, kind: Kind, who: Guesser<'_>) {
        self.guesses().untried(kind, who);
    }

    fn guesses(&self) -> MutexGuard<'_, Guesses> {
        self.guesses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn halves(&self) -> MutexGuard<'_, Halves> {
        self.halves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Under which tokens are hashed.
    pub(crate) fn token_key(&self) -> &[u8; 32] {
        &self.token_key
    }

    /// What is stored of a recovery code.
    fn recovery(&self, account: &str, typed: &str) -> Option<[u8; 32]> {
        ::accounts::recovery::kept(&self.recovery_key, account, typed)
    }
}

/// Random bytes.
fn bytes<const N: usize>() -> Result<[u8; N], HubError> {
    let mut bytes = [0; N];
    random::fill(&mut bytes)?;
    Ok(bytes)
}
