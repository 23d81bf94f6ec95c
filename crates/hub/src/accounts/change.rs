//! Changes of accounts: each in one transaction with its line of the record.

use super::Refusal;
use crate::terminals::Recorder;
use crate::{Hub, HubError};
use domain::{ShopId, Timestamp};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

/// What is written on record about accounts. Never a secret, and no name: who it was stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum Noted {
    /// The operator gave an invite out.
    OwnerInvited { invite: String, shops: Vec<ShopId> },
    /// The operator gave a code out that sets a new password.
    ResetOffered { invite: String },
    /// An account was made.
    SignedUp { invite: String },
    /// A shop is the account's from now on.
    ShopGiven { shop: ShopId, invite: String },
    /// A session began.
    SignedIn {
        session: String,
        device: String,
        by: Factor,
    },
    /// The password was right and the second factor was not: somebody knows the password.
    SecondFactorWrong,
    /// A session was ended.
    SessionEnded { session: String },
    /// All others were.
    OthersEnded,
    /// An authenticator was enrolled, in place of the one before.
    TotpEnrolled,
    /// It was removed.
    TotpRemoved,
    /// New recovery codes took the place of those before.
    RecoveryCodesMade,
    /// One was used.
    RecoveryCodeUsed,
    /// The owner set another password.
    PasswordChanged,
    /// A code of the operator's did.
    PasswordReset { invite: String },
}

/// What let an owner in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Factor {
    /// The password alone.
    Password,
    /// And a code of an authenticator.
    Totp,
    /// And a recovery code.
    Recovery,
    /// An invite, which made the account.
    Invite,
}

/// A line as it stands on record.
#[derive(Serialize, Deserialize)]
struct Line<What> {
    about: About,
    #[serde(flatten)]
    what: What,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum About {
    Account,
}

/// What a line of the record tells of accounts; `None`: it is about something else, or cannot be read.
pub(super) fn line(what: &str) -> Option<Noted> {
    let line = serde_json::from_str::<Line<Noted>>(what);
    line.ok().map(|line| line.what)
}

/// A transaction under way.
pub(super) struct Change<'a> {
    pub(super) db: &'a Connection,
    pub(super) now: Timestamp,
    recorder: &'a Recorder,
}

impl Change<'_> {
    /// Writes a line: about whom, and who did it.
    pub(super) fn note(&self, whose: &str, by: &str, what: &Noted) -> Result<(), HubError> {
        let about = About::Account;
        let line = Line { about, what };
        self.recorder.line(self.db, whose, self.now, by, &line)
    }
}

impl Hub {
    /// Changes something about accounts: all of it, or nothing where `work` refuses.
    pub(super) async fn change_account<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Change<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (recorder, now) = (self.inner.terminals.recorder.clone(), crate::now());
        let all = self.inner.store.call(move |db| {
            let all = sqlite::begin(db)?;
            let change = Change {
                db: &all,
                now,
                recorder: &recorder,
            };
            let done = work(&change);
            if done.is_ok() {
                all.commit()?;
            }
            Ok(done)
        });
        all.await?
    }

    /// Reads something about accounts.
    pub(super) async fn read_account<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, HubError> + Send + 'static,
    ) -> Result<T, Refusal> {
        Ok(self.inner.store.call(move |db| work(db)).await?)
    }
}
