//! The owner proves to be there, and changes password and second factor.

use super::bodies::{ChangePassword, Confirm, Enrol, Offer};
use super::change::Noted;
use super::factor_rows::Step;
use super::hashing::Whose;
use super::rows;
use super::secrets::sealed_for;
use super::{Caller, Refusal, SignedIn, bytes, factor_rows, session_rows};
use crate::Hub;
use ::accounts::{Guesser, Kind, Name, Password, Verdict, totp};
use domain::{Secret, Timestamp};

/// Under which name authenticators list the hub.
const ISSUER: &str = "Tillbell";

impl Hub {
    /// The owner proves to be there: by the second factor where there is one, else by the password.
    pub(crate) async fn confirm(&self, ask: Confirm, caller: &Caller) -> Result<(), Refusal> {
        let owner = self.signed_in(caller).await?;
        let key = owner.account.key;
        let totp = self.read_account(move |db| factor_rows::totp(db, key));
        let has_totp = totp.await?.is_some();
        match (ask.password, ask.code, ask.recovery_code) {
            (Some(password), None, None) if !has_totp => {
                let judged = self.prove_password(&owner, &password).await?;
                self.proved_now(&owner, Used::Password(judged)).await
            }
            (None, Some(code), None) if has_totp => self.prove_code(&owner, &code).await,
            (None, None, Some(code)) => {
                let accounts = &self.inner.accounts;
                let kept = accounts.recovery(&owner.account.id, code.expose());
                let kept = kept.ok_or(Refusal::Wrong)?;
                self.proved_now(&owner, Used::Recovery(kept)).await
            }
            _ => Err(Refusal::Invalid),
        }
    }

    /// Whether it is the owner's password; answers since when it is.
    async fn prove_password(
        &self,
        owner: &SignedIn,
        password: &Secret,
    ) -> Result<Timestamp, Refusal> {
        let accounts = &self.inner.accounts;
        let password = Password::typed(password.expose()).ok_or(Refusal::Invalid)?;
        let who = Guesser::Known(owner.device);
        accounts.take_try(Kind::Password, who)?;
        let key = owner.account.key;
        let found = self.read_account(move |db| rows::by_key(db, key)).await;
        let stored = found.and_then(|found| {
            let kept = found.ok_or(Refusal::SignedOut)?;
            let stored = self.opened_password(&kept.account, &kept.password)?;
            Ok((stored, kept.password_at))
        });
        let judged = match stored {
            Ok((stored, at)) => {
                let judged = accounts.judge(true, password, stored).await;
                judged.map(|verdict| (verdict, at))
            }
            Err(refusal) => Err(refusal),
        };
        match judged {
            Ok((Verdict::Wrong, _)) => Err(Refusal::Wrong),
            Ok((Verdict::Right { .. }, at)) => {
                accounts.right(Kind::Password, who);
                Ok(at)
            }
            Err(refusal) => {
                accounts.untried(Kind::Password, who);
                Err(refusal)
            }
        }
    }

    async fn prove_code(&self, owner: &SignedIn, code: &Secret) -> Result<(), Refusal> {
        let accounts = &self.inner.accounts;
        let who = Guesser::Known(owner.device);
        accounts.take_try(Kind::Code, who)?;
        let step = self.totp_step(&owner.account, code.expose()).await?;
        self.proved_now(owner, Used::Step(step)).await?;
        accounts.right(Kind::Code, who);
        Ok(())
    }

    /// Notes that the owner is there; what proved it is used up in the same transaction.
    async fn proved_now(&self, owner: &SignedIn, used: Used) -> Result<(), Refusal> {
        let owner = owner.clone();
        self.change_account(move |change| {
            let (db, account) = (change.db, owner.account.key);
            let good = match used {
                Used::Password(at) => {
                    rows::still(db, account, at)? && factor_rows::totp(db, account)?.is_none()
                }
                Used::Step(step) => factor_rows::use_step(db, account, &step)?,
                Used::Recovery(code) => {
                    let what = Noted::RecoveryCodeUsed;
                    change.note(&owner.account.id, &owner.session, &what)?;
                    factor_rows::use_recovery(db, account, &code, change.now)?
                }
            };
            if !good {
                return Err(Refusal::Wrong);
            }
            match session_rows::proved(db, owner.key, change.now)? {
                true => Ok(()),
                false => Err(Refusal::SignedOut),
            }
        })
        .await
    }

    /// Shows an authenticator that may be enrolled; nothing changes until it gives a code.
    pub(crate) async fn offer_totp(&self, caller: &Caller) -> Result<Offer, Refusal> {
        let owner = self.proved(caller).await?;
        let key = totp::Key::from_bytes(bytes()?);
        let sealed_for = sealed_for("totp", &owner.account.id);
        let sealed = self.inner.sealer.seal(&sealed_for, key.bytes())?;
        let account = owner.account.key;
        self.change_account(move |change| {
            Ok(factor_rows::offer_totp(
                change.db, account, &sealed, change.now,
            )?)
        })
        .await?;
        Ok(Offer {
            secret: Secret::new(key.text().as_str()),
            address: Secret::new(key.address(ISSUER, &owner.account.name).as_str()),
        })
    }

    /// Enrols the authenticator that was shown, by its first code. It takes the place of the one before.
    pub(crate) async fn enrol_totp(&self, ask: Enrol, caller: &Caller) -> Result<(), Refusal> {
        let owner = self.proved(caller).await?;
        let accounts = &self.inner.accounts;
        let (account, since) = (
            owner.account.key,
            crate::now().plus_ms(-accounts.bounds.offer_ms),
        );
        let offered = self.read_account(move |db| factor_rows::offer(db, account, since));
        let sealed = offered.await?.ok_or(Refusal::NotFound)?;
        let key = self.opened_totp(&owner.account, &sealed)?;
        let who = Guesser::Known(owner.device);
        accounts.take_try(Kind::Code, who)?;
        let step = key.step_of(ask.code.expose(), crate::now(), None);
        let step = step.ok_or(Refusal::Wrong)?;
        accounts.right(Kind::Code, who);
        self.change_account(move |change| {
            // Another may have been shown meanwhile: the code was this one's.
            if factor_rows::offer(change.db, account, since)?.as_deref() != Some(&sealed[..]) {
                return Err(Refusal::NotFound);
            }
            factor_rows::set_totp(change.db, account, &sealed, step, change.now)?;
            Ok(change.note(&owner.account.id, &owner.session, &Noted::TotpEnrolled)?)
        })
        .await
    }

    /// Removes the authenticator: the password is enough from now on.
    pub(crate) async fn remove_totp(&self, caller: &Caller) -> Result<(), Refusal> {
        let owner = self.proved(caller).await?;
        self.change_account(move |change| {
            if !factor_rows::remove_totp(change.db, owner.account.key)? {
                return Err(Refusal::NotFound);
            }
            Ok(change.note(&owner.account.id, &owner.session, &Noted::TotpRemoved)?)
        })
        .await
    }

    /// A new set of recovery codes; those before are good no more.
    pub(crate) async fn new_recovery_codes(&self, caller: &Caller) -> Result<Vec<Secret>, Refusal> {
        let owner = self.proved(caller).await?;
        let (shown, kept) = self.new_codes(&owner.account.id)?;
        self.change_account(move |change| {
            factor_rows::set_recovery(change.db, owner.account.key, &kept)?;
            Ok(change.note(&owner.account.id, &owner.session, &Noted::RecoveryCodesMade)?)
        })
        .await?;
        Ok(shown)
    }

    /// Another password: asks for the one of now, and ends every other session.
    pub(crate) async fn change_password(
        &self,
        ask: ChangePassword,
        caller: &Caller,
    ) -> Result<(), Refusal> {
        let owner = self.proved(caller).await?;
        let new = Password::typed(ask.new_password.expose()).ok_or(Refusal::Invalid)?;
        new.judge(&Name::typed(&owner.account.name).ok_or(Refusal::Storage)?)?;
        let judged = self.prove_password(&owner, &ask.password).await?;
        let sealed = self
            .sealed_password(&owner.account.id, new, Whose::Owner)
            .await?;
        let account = owner.account.key;
        self.change_account(move |change| {
            if !rows::still(change.db, account, judged)? {
                return Err(Refusal::Wrong);
            }
            rows::set_password(change.db, account, &sealed, change.now)?;
            session_rows::end_all_but(change.db, account, Some(&owner))?;
            Ok(change.note(&owner.account.id, &owner.session, &Noted::PasswordChanged)?)
        })
        .await?;
        self.inner.accounts.halves().remove_all_of(account);
        tracing::info!("an owner's password was changed");
        Ok(())
    }
}

/// What proves that the owner is there; a code does once and never again.
enum Used {
    /// The password that was set then.
    Password(Timestamp),
    Step(Step),
    Recovery([u8; 32]),
}
