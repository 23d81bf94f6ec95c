//! Signing in: the password, then the second factor where there is one.
//!
//! A name that there is not is as dear as one that there is: the same reads, the same hash, the same answer.

use super::bodies::{SecondFactor, SignIn};
use super::change::{Factor, Noted};
use super::halves::Half;
use super::opening::{Opened, Tokens};
use super::rows::{self, Account, Counted, Judged};
use super::{Caller, Refusal, bytes, factor_rows, session_rows};
use crate::Hub;
use ::accounts::{Guesser, Kind, Name, Password, Verdict, session};
use zeroize::Zeroizing;

/// How far it came.
pub(crate) enum Entered {
    In(Opened),
    /// The second factor is awaited from whoever has this token.
    Half(Zeroizing<String>),
}

/// Tells a known device, and somebody with a recovery code in hand, from a stranger.
fn guesser<'a>(
    name: &'a Name,
    caller: &Caller,
    device: Option<i64>,
    holder: Option<i64>,
) -> Guesser<'a> {
    match (device, holder) {
        (Some(device), _) => Guesser::Known(device),
        (None, Some(account)) => Guesser::Holder(account),
        (None, None) => Guesser::Stranger {
            name: name.as_str(),
            address: caller.address,
        },
    }
}

/// What is known of the account that somebody wants into.
struct Wanted {
    judged: Judged,
    /// Sealed.
    password: Vec<u8>,
    has_totp: bool,
    device: Option<i64>,
    /// The recovery code that was sent along, if it is a good one.
    recovery: Option<[u8; 32]>,
}

impl Hub {
    /// Signs somebody in, or asks for the second factor.
    pub(crate) async fn sign_in(&self, ask: SignIn, caller: &Caller) -> Result<Entered, Refusal> {
        let accounts = &self.inner.accounts;
        let name = Name::typed(&ask.name).ok_or(Refusal::Invalid)?;
        let password = Password::typed(ask.password.expose()).ok_or(Refusal::Invalid)?;
        let typed = ask.recovery_code.as_ref().map(|code| code.expose());
        // Where nobody has an account there is nothing to hide, and nothing worth hashing for.
        let none = self.read_account(|db| Ok(rows::count(db, Counted::Accounts)? == 0));
        if none.await? {
            return Err(Refusal::Wrong);
        }
        let wanted = self.wanted(&name, typed, caller).await?;
        let (device, holder) = wanted.as_ref().map_or((None, None), |wanted| {
            let holder = wanted.recovery.map(|_| wanted.judged.account.key);
            (wanted.device, holder)
        });
        let who = guesser(&name, caller, device, holder);
        accounts.take_try(Kind::Password, who)?;
        let stored = match &wanted {
            Some(wanted) => self.opened_password(&wanted.judged.account, &wanted.password)?,
            None => accounts.nobodys.clone(),
        };
        let known = device.is_some() || holder.is_some();
        let judged = accounts.judge(known, password.clone(), stored).await;
        if judged.is_err() {
            // Not judged, so not guessed.
            accounts.untried(Kind::Password, who);
        }
        let (Some(wanted), Verdict::Right { cheap }) = (wanted, judged?) else {
            return Err(Refusal::Wrong);
        };
        if typed.is_some() && wanted.recovery.is_none() {
            self.note_wrong_factor(&wanted.judged.account).await?;
            return Err(Refusal::Wrong);
        }
        accounts.right(Kind::Password, who);
        if cheap {
            let account = &wanted.judged.account;
            self.hash_anew(account, password, wanted.password).await;
        }
        match (wanted.has_totp, wanted.recovery) {
            (true, None) => self.half(wanted.judged),
            (_, Some(code)) => {
                let opened = self.open_by_recovery(wanted.judged, code, caller).await;
                opened.map(Entered::In)
            }
            (false, None) => {
                let tokens = Tokens::new()?;
                let by = Factor::Password;
                let opened = self.open_session(wanted.judged, tokens, by, caller, |_| Ok(()));
                opened.await.map(Entered::In)
            }
        }
    }

    /// The same reads for a name that there is not as for one that there is.
    async fn wanted(
        &self,
        name: &Name,
        recovery: Option<&str>,
        caller: &Caller,
    ) -> Result<Option<Wanted>, Refusal> {
        let (name, token) = (name.as_str().to_owned(), caller.device);
        let recovery = recovery.map(|typed| Zeroizing::new(typed.to_owned()));
        let hub = self.clone();
        self.read_account(move |db| {
            let found = rows::by_name(db, &name)?;
            let (key, id) = found.as_ref().map_or((0, ""), |found| {
                (found.account.key, found.account.id.as_str())
            });
            let has_totp = factor_rows::totp(db, key)?.is_some();
            let device = token.map(|token| session_rows::device(db, key, &token));
            let device = device.transpose()?.flatten();
            let code = recovery.and_then(|typed| hub.inner.accounts.recovery(id, &typed));
            let recovery = match code {
                Some(code) => factor_rows::has_recovery(db, key, &code)?.then_some(code),
                None => None,
            };
            Ok(found.map(|found| Wanted {
                judged: Judged {
                    account: found.account,
                    password_at: found.password_at,
                },
                password: found.password,
                has_totp,
                device,
                recovery,
            }))
        })
        .await
    }

    /// The password was right; the second factor is awaited.
    pub(super) fn half(&self, judged: Judged) -> Result<Entered, Refusal> {
        let token: [u8; session::BYTES] = bytes()?;
        let text = session::text(&token);
        let hash = session::kept(&self.inner.accounts.token_key, &text).ok_or(Refusal::Storage)?;
        let half = Half {
            judged,
            since: crate::now(),
            wrong: 0,
        };
        let lasts = self.inner.accounts.bounds.half_ms;
        self.inner.accounts.halves().add(hash, half, lasts);
        Ok(Entered::Half(text))
    }

    /// The second factor of whoever gave the password before.
    pub(crate) async fn second_factor(
        &self,
        ask: SecondFactor,
        caller: &Caller,
    ) -> Result<Opened, Refusal> {
        let accounts = &self.inner.accounts;
        let (now, lasts) = (crate::now(), accounts.bounds.half_ms);
        let token = caller.half.ok_or(Refusal::SignedOut)?;
        let half = accounts.halves().find(&token, now, lasts);
        let judged = half.ok_or(Refusal::SignedOut)?.judged;
        let (account, recovery) = (judged.account.clone(), ask.recovery_code.is_some());
        let opened = match (ask.code, ask.recovery_code) {
            (Some(code), None) => self.open_by_totp(judged, code.expose(), caller).await,
            (None, Some(code)) => match accounts.recovery(&judged.account.id, code.expose()) {
                Some(code) => self.open_by_recovery(judged, code, caller).await,
                None => Err(Refusal::Wrong),
            },
            _ => return Err(Refusal::Invalid),
        };
        match opened {
            Ok(_) => accounts.halves().remove(&token),
            Err(Refusal::Wrong) => {
                let most = accounts.bounds.codes_per_half;
                accounts.halves().was_wrong(&token, most);
                let name = Name::typed(&account.name).ok_or(Refusal::Storage)?;
                let who = guesser(&name, caller, None, None);
                // Nobody guesses these, so any number may be tried; the record is not filled with them.
                if recovery && accounts.take_try(Kind::Code, who).is_ok() {
                    self.note_wrong_factor(&account).await?;
                }
            }
            Err(_) => {}
        }
        opened
    }

    async fn open_by_totp(
        &self,
        judged: Judged,
        code: &str,
        caller: &Caller,
    ) -> Result<Opened, Refusal> {
        let accounts = &self.inner.accounts;
        let account = &judged.account;
        let (key, token) = (account.key, caller.device);
        let device = self.read_account(move |db| match token {
            Some(token) => session_rows::device(db, key, &token),
            None => Ok(None),
        });
        let device = device.await?;
        let name = Name::typed(&account.name).ok_or(Refusal::Storage)?;
        let who = guesser(&name, caller, device, None);
        accounts.take_try(Kind::Code, who)?;
        let step = match self.totp_step(account, code).await {
            Ok(step) => step,
            Err(Refusal::Wrong) => {
                self.note_wrong_factor(account).await?;
                return Err(Refusal::Wrong);
            }
            Err(other) => {
                accounts.untried(Kind::Code, who);
                return Err(other);
            }
        };
        let tokens = Tokens::new()?;
        let opened = self.open_session(
            judged.clone(),
            tokens,
            Factor::Totp,
            caller,
            move |change| {
                // Two at once with one code: the second finds it used.
                match factor_rows::use_step(change.db, key, &step)? {
                    true => Ok(()),
                    false => Err(Refusal::Wrong),
                }
            },
        );
        let opened = opened.await?;
        accounts.right(Kind::Code, who);
        Ok(opened)
    }

    /// Somebody knows the password and not the second factor. There are as few of these lines as there are tries.
    async fn note_wrong_factor(&self, account: &Account) -> Result<(), Refusal> {
        let id = account.id.clone();
        self.change_account(move |change| Ok(change.note(&id, &id, &Noted::SecondFactorWrong)?))
            .await
    }

    async fn open_by_recovery(
        &self,
        judged: Judged,
        code: [u8; 32],
        caller: &Caller,
    ) -> Result<Opened, Refusal> {
        let (key, id) = (judged.account.key, judged.account.id.clone());
        let tokens = Tokens::new()?;
        let by = Factor::Recovery;
        self.open_session(judged, tokens, by, caller, move |change| {
            if !factor_rows::use_recovery(change.db, key, &code, change.now)? {
                return Err(Refusal::Wrong);
            }
            Ok(change.note(&id, &id, &Noted::RecoveryCodeUsed)?)
        })
        .await
    }

    /// Ends the caller's session, if there is one; the device stays known.
    pub(crate) async fn sign_out(&self, caller: &Caller) -> Result<(), Refusal> {
        if let Some(half) = caller.half {
            self.inner.accounts.halves().remove(&half);
        }
        let Some(token) = caller.session else {
            return Ok(());
        };
        self.change_account(move |change| {
            if let Some(session) = session_rows::session(change.db, &token)? {
                session_rows::end_session(change.db, session.key)?;
                let what = Noted::SessionEnded {
                    session: session.id.clone(),
                };
                change.note(&session.account.id, &session.id, &what)?;
            }
            Ok(())
        })
        .await
    }
}
