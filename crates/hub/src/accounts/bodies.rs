//! What is asked and answered about accounts, as JSON. What is not in here is not said.

use domain::{Currency, Secret, ShopId, Timestamp};
use serde::{Deserialize, Serialize};

/// Makes an account with an invite.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignUp {
    pub(crate) invite: Secret,
    pub(crate) name: String,
    pub(crate) password: Secret,
}

/// Sets a new password with the operator's code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reset {
    pub(crate) invite: Secret,
    pub(crate) password: Secret,
}

/// Signs in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    pub(crate) name: String,
    pub(crate) password: Secret,
    /// At once, where strangers keep the account waiting.
    #[serde(default)]
    pub(crate) recovery_code: Option<Secret>,
}

/// The second factor: one of the two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondFactor {
    #[serde(default)]
    pub(crate) code: Option<Secret>,
    #[serde(default)]
    pub(crate) recovery_code: Option<Secret>,
}

/// A proof that the owner is there: one of the three.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirm {
    #[serde(default)]
    pub(crate) password: Option<Secret>,
    #[serde(default)]
    pub(crate) code: Option<Secret>,
    #[serde(default)]
    pub(crate) recovery_code: Option<Secret>,
}

/// The first code of an authenticator that was offered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Enrol {
    pub(crate) code: Secret,
}

/// Another password.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePassword {
    pub(crate) password: Secret,
    pub(crate) new_password: Secret,
}

/// Takes an invite into an account that there is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TakeInvite {
    pub(crate) invite: Secret,
}

/// Nothing to say: `{}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// Which lines of the record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecordBefore {
    #[serde(default)]
    pub(crate) before: Option<i64>,
}

/// How far signing in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    SignedIn,
    SecondFactor,
    SignedOut,
}

/// The same as an answer.
#[derive(Debug, Serialize)]
pub(crate) struct StateIs {
    pub(crate) state: State,
}

/// Done; nothing more to say.
#[derive(Debug, Serialize)]
pub(crate) struct Done {
    pub(crate) done: bool,
}

/// Recovery codes: shown this once.
#[derive(Debug, Serialize)]
pub(crate) struct RecoveryCodes {
    pub(crate) recovery_codes: Vec<Secret>,
}

/// An authenticator's secret: shown this once.
#[derive(Debug, Serialize)]
pub(crate) struct Offer {
    /// For typing.
    pub(crate) secret: Secret,
    /// For a QR code.
    pub(crate) address: Secret,
}

/// The account of whoever asks.
#[derive(Debug, Serialize)]
pub(crate) struct Me {
    pub(crate) account: String,
    pub(crate) name: String,
    /// Since when an authenticator is enrolled.
    pub(crate) authenticator_since: Option<Timestamp>,
    pub(crate) recovery_codes_left: u32,
    /// This session.
    pub(crate) session: String,
    /// Until when nothing asks for a proof.
    pub(crate) proved_until: Timestamp,
    pub(crate) shops: Vec<OwnShop>,
}

/// A shop of the owner's.
#[derive(Debug, Serialize)]
pub(crate) struct OwnShop {
    pub(crate) shop: ShopId,
    pub(crate) name: String,
    pub(crate) currency: Currency,
}

/// The owner's shops.
#[derive(Debug, Serialize)]
pub(crate) struct Shops {
    pub(crate) shops: Vec<OwnShop>,
}

/// A session of the owner's.
#[derive(Debug, Serialize)]
pub(crate) struct SessionView {
    pub(crate) session: String,
    /// The device, in words of ours; empty where nothing could be told.
    pub(crate) device: String,
    pub(crate) began_at: Timestamp,
    pub(crate) last_seen: Timestamp,
    /// It is the one that asks.
    pub(crate) this: bool,
}

/// The owner's sessions.
#[derive(Debug, Serialize)]
pub(crate) struct Sessions {
    pub(crate) sessions: Vec<SessionView>,
}

/// One line of the record.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) number: i64,
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    pub(crate) what: serde_json::Value,
}

/// Lines of the record, newest first.
#[derive(Debug, Serialize)]
pub(crate) struct Record {
    pub(crate) lines: Vec<Line>,
    pub(crate) more: bool,
}

/// Why not.
#[derive(Debug, Serialize)]
pub(crate) struct Refused {
    pub(crate) code: &'static str,
}
