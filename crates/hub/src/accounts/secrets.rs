//! What is sealed of an account: its password's hash, its authenticator's secret.

use super::factor_rows::Step;
use super::hashing::Whose;
use super::rows::{self, Account};
use super::{Refusal, factor_rows};
use crate::Hub;
use ::accounts::{Password, totp};

impl Hub {
    /// The stored hash of an account's password.
    pub(super) fn opened_password(
        &self,
        account: &Account,
        sealed: &[u8],
    ) -> Result<String, Refusal> {
        let opened = self
            .inner
            .sealer
            .open(&sealed_for("password", &account.id), sealed)?;
        String::from_utf8(opened.to_vec()).map_err(|_| Refusal::Storage)
    }

    /// Hashes a password and seals the hash for its account.
    pub(super) async fn sealed_password(
        &self,
        account: &str,
        password: Password,
        whose: Whose,
    ) -> Result<Vec<u8>, Refusal> {
        let hash = self.inner.accounts.hash(whose, password).await?;
        let owner = sealed_for("password", account);
        Ok(self.inner.sealer.seal(&owner, hash.as_bytes())?)
    }

    /// The password is kept at less than today's cost. Whoever signs in does not have to know if that fails.
    pub(super) async fn hash_anew(&self, account: &Account, password: Password, old: Vec<u8>) {
        let Ok(sealed) = self
            .sealed_password(&account.id, password, Whose::Owner)
            .await
        else {
            return;
        };
        let key = account.key;
        let stored = self.change_account(move |change| {
            // Another may have been set meanwhile: this one must not take its place.
            Ok(rows::renew_password(change.db, key, &old, &sealed)?)
        });
        if stored.await == Ok(true) {
            tracing::info!("a password was hashed anew at today's cost");
        }
    }

    /// The step whose code this is, if it is good and not used.
    pub(super) async fn totp_step(&self, account: &Account, code: &str) -> Result<Step, Refusal> {
        let key = account.key;
        let found = self.read_account(move |db| factor_rows::totp(db, key));
        let kept = found.await?.ok_or(Refusal::Wrong)?;
        let key = self.opened_totp(account, &kept.secret)?;
        let step = key.step_of(code, crate::now(), Some(kept.last_step));
        let step = step.ok_or(Refusal::Wrong)?;
        Ok(Step {
            step,
            secret: kept.secret,
        })
    }

    pub(super) fn opened_totp(
        &self,
        account: &Account,
        sealed: &[u8],
    ) -> Result<totp::Key, Refusal> {
        let owner = sealed_for("totp", &account.id);
        let opened = self.inner.sealer.open(&owner, sealed)?;
        let bytes = opened.as_slice().try_into();
        Ok(totp::Key::from_bytes(bytes.map_err(|_| Refusal::Storage)?))
    }
}

/// What a secret of an account's is sealed for.
pub(super) fn sealed_for(what: &str, account: &str) -> String {
    format!("account\n{what}\n{account}")
}
