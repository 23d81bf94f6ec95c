//! A session begins: what the browser is given, and what is written down.

use super::change::{Change, Factor, Noted};
use super::rows::{self, Account, Judged};
use super::session_rows::{self, NewSession};
use super::{Accounts, Caller, Refusal, bytes, factor_rows};
use crate::Hub;
use crate::hub::new_id;
use ::accounts::session;
use zeroize::Zeroizing;

/// What the browser is given to keep.
pub(crate) struct Opened {
    /// The session's token.
    pub(crate) session: Zeroizing<String>,
    /// The device's, if it was not known before.
    pub(crate) device: Option<Zeroizing<String>>,
}

/// Tokens and an id for a session that may begin.
pub(super) struct Tokens {
    id: String,
    session: [u8; session::BYTES],
    device: [u8; session::BYTES],
}

impl Tokens {
    pub(super) fn new() -> Result<Self, Refusal> {
        Ok(Self {
            id: new_id("session", Some)?,
            session: bytes()?,
            device: bytes()?,
        })
    }
}

impl Hub {
    /// Opens a session, if in the same transaction the password is still the one that was judged, and `first` lets it.
    pub(super) async fn open_session(
        &self,
        judged: Judged,
        tokens: Tokens,
        by: Factor,
        caller: &Caller,
        first: impl FnOnce(&Change<'_>) -> Result<(), Refusal> + Send + 'static,
    ) -> Result<Opened, Refusal> {
        let hub = self.clone();
        let Judged {
            account,
            password_at,
        } = judged;
        let (caller, id) = (caller.clone(), account.id.clone());
        let opened = self
            .change_account(move |change| {
                // Judging takes its time: the owner may have set another password, or enrolled an authenticator.
                let alone = matches!(by, Factor::Password);
                if !rows::still(change.db, account.key, password_at)?
                    || (alone && factor_rows::totp(change.db, account.key)?.is_some())
                {
                    return Err(Refusal::Wrong);
                }
                first(change)?;
                begin(change, &account, &tokens, by, &caller, &hub.inner.accounts)
            })
            .await?;
        tracing::info!(account.id = %id, "an owner signed in");
        Ok(opened)
    }
}

/// A session begins; the one that this browser had before ends.
pub(super) fn begin(
    change: &Change<'_>,
    account: &Account,
    tokens: &Tokens,
    by: Factor,
    caller: &Caller,
    accounts: &Accounts,
) -> Result<Opened, Refusal> {
    let (db, now) = (change.db, change.now);
    let (bounds, token_key) = (&accounts.bounds, &accounts.token_key);
    let old = caller.session.map(|old| session_rows::session(db, &old));
    if let Some(old) = old.transpose()?.flatten() {
        session_rows::end_session(db, old.key)?;
    }
    let ended = |lasts: i64| now.plus_ms(-lasts);
    session_rows::end_old(db, ended(bounds.whole_ms), ended(bounds.idle_ms))?;
    let known = match caller.device {
        Some(token) => session_rows::device(db, account.key, &token)?,
        None => None,
    };
    let (session, device) = (
        session::text(&tokens.session),
        session::text(&tokens.device),
    );
    let hash = |text: &str| session::kept(token_key, text).ok_or(Refusal::Storage);
    let key = session_rows::device_in(db, account.key, known, &hash(&device)?, &caller.words, now)?;
    let new = NewSession {
        id: &tokens.id,
        account: account.key,
        device: key,
        token: &hash(&session)?,
    };
    let latest = now.plus_ms(bounds.fresh_ms);
    session_rows::add_session(db, &new, (now, latest), bounds.sessions, bounds.devices)?;
    let what = Noted::SignedIn {
        session: tokens.id.clone(),
        device: caller.words.clone(),
        by,
    };
    change.note(&account.id, &account.id, &what)?;
    Ok(Opened {
        session,
        device: known.is_none().then_some(device),
    })
}
