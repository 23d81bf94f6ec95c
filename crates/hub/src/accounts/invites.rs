//! Becoming an owner: the operator gives a code out, once, and whoever has it makes an account, takes one more shop into
//! theirs, or sets a new password.

use super::bodies::{Reset, SignUp};
use super::change::{Change, Factor, Noted};
use super::hashing::Whose;
use super::opening::{self, Opened, Tokens};
use super::rows::{self, Account, Counted, Invite};
use super::{Caller, Refusal, bytes, factor_rows, session_rows};
use crate::hub::new_id;
use crate::{Hub, HubError, random};
use ::accounts::{Name, Password, recovery};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Secret, ShopId, Timestamp};
use ring::hmac;
use rusqlite::Connection;
use zeroize::Zeroizing;

/// Bytes of a code.
const CODE: usize = 16;
/// For how long a code may be good: a month.
const LASTS_MS_MAX: i64 = 31 * 24 * 3_600_000;

/// A code for an owner: shown once and stored hashed.
#[derive(Debug, Clone)]
pub struct OwnerInvite {
    /// Which.
    pub invite: String,
    /// The code.
    pub code: Secret,
    /// Until when it can be taken.
    pub expires_at: Timestamp,
}

/// Recovery codes as they are shown, and as they are stored.
pub(super) type Codes = (Vec<Secret>, Vec<[u8; 32]>);

impl Hub {
    /// An invite for a new owner, or for one that takes more shops: good once, for `lasts_ms` at most.
    pub async fn invite_owner(
        &self,
        shops: &[ShopId],
        lasts_ms: i64,
    ) -> Result<OwnerInvite, HubError> {
        let keys = shops
            .iter()
            .map(|shop| Ok(self.inner.directory.shop(shop)?.key));
        let keys = keys.collect::<Result<Vec<_>, HubError>>()?;
        let shops = shops.to_vec();
        self.give_out(keys, None, lasts_ms, |invite| Noted::OwnerInvited {
            invite,
            shops,
        })
        .await
    }

    /// A code that sets a new password for the owner of this name, and takes the second factor away.
    pub async fn reset_owner(&self, name: &str, lasts_ms: i64) -> Result<OwnerInvite, HubError> {
        let name = Name::typed(name).ok_or(HubError::NotFound("account"))?;
        let found = self
            .inner
            .store
            .call(move |db| rows::by_name(db, name.as_str()));
        let account = found.await?.ok_or(HubError::NotFound("account"))?.account;
        let offered = |invite| Noted::ResetOffered { invite };
        self.give_out(Vec::new(), Some(account), lasts_ms, offered)
            .await
    }

    /// Whether the hub has an owner yet.
    pub async fn has_owner(&self) -> Result<bool, HubError> {
        let count = self
            .inner
            .store
            .call(|db| rows::count(db, Counted::Accounts));
        Ok(count.await? > 0)
    }

    async fn give_out(
        &self,
        shops: Vec<i64>,
        resets: Option<Account>,
        lasts_ms: i64,
        noted: impl FnOnce(String) -> Noted,
    ) -> Result<OwnerInvite, HubError> {
        if !(1..=LASTS_MS_MAX).contains(&lasts_ms) {
            return Err(HubError::Invalid {
                field: "lasts",
                reason: "up to a month".to_owned(),
            });
        }
        let mut bytes = Zeroizing::new([0; CODE]);
        random::fill(bytes.as_mut())?;
        let code = Secret::new(URL_SAFE_NO_PAD.encode(bytes.as_slice()));
        let hash = self.hashed(&code).map_err(|_| HubError::Invalid {
            field: "invite",
            reason: "no code".to_owned(),
        })?;
        let id = new_id("invite", Some)?;
        let what = noted(id.clone());
        let whose = resets
            .as_ref()
            .map_or_else(|| self.inner.id.to_string(), |account| account.id.clone());
        let invite = Invite {
            id: id.clone(),
            shops,
            resets: resets.map(|account| account.key),
        };
        let most = self.inner.accounts.bounds.invites;
        let given = self.change_account(move |change| {
            let expires_at = change.now.plus_ms(lasts_ms);
            rows::sweep_invites(change.db, change.now)?;
            if rows::count(change.db, Counted::Invites)? >= most {
                return Err(Refusal::TooMany);
            }
            rows::add_invite(change.db, &invite, &hash, change.now, expires_at)?;
            change.note(&whose, "tillbell-hub", &what)?;
            Ok(expires_at)
        });
        let expires_at = given.await.map_err(|refusal| match refusal {
            Refusal::TooMany => HubError::Invalid {
                field: "invite",
                reason: "there are too many that nobody took".to_owned(),
            },
            _ => HubError::Storage("the invite was not stored".to_owned()),
        })?;
        Ok(OwnerInvite {
            invite: id,
            code,
            expires_at,
        })
    }

    /// Makes an account with an invite, signs it in, and gives its first recovery codes.
    pub(crate) async fn sign_up(
        &self,
        ask: SignUp,
        caller: &Caller,
    ) -> Result<(Opened, Vec<Secret>), Refusal> {
        let name = Name::typed(&ask.name).ok_or(Refusal::Invalid)?;
        let password = Password::typed(ask.password.expose()).ok_or(Refusal::Invalid)?;
        password.judge(&name)?;
        let code = self.hashed(&ask.invite)?;
        let now = crate::now();
        let most = self.inner.accounts.bounds.accounts;
        let wanted = name.as_str().to_owned();
        // Before anything dear: only who has an invite makes us hash, and hears that a name is taken.
        let checked = self.read_account(move |db| {
            let invite = rows::invite(db, &code, now)?;
            Ok(match invite.filter(|invite| invite.resets.is_none()) {
                None => Err(Refusal::Invite),
                Some(_) if rows::count(db, Counted::Accounts)? >= most => Err(Refusal::TooMany),
                Some(_) if rows::by_name(db, &wanted)?.is_some() => Err(Refusal::NameTaken),
                Some(_) => Ok(()),
            })
        });
        checked.await??;
        let id = new_id("account", Some)?;
        let sealed = self.sealed_password(&id, password, Whose::Invited).await?;
        let (tokens, (shown, kept)) = (Tokens::new()?, self.new_codes(&id)?);
        let (caller, hub) = (caller.clone(), self.clone());
        let opened = self.change_account(move |change| {
            let invite = taken(change, &code, false)?;
            if rows::count(change.db, Counted::Accounts)? >= most {
                return Err(Refusal::TooMany);
            }
            if rows::by_name(change.db, name.as_str())?.is_some() {
                return Err(Refusal::NameTaken);
            }
            let key = rows::add_account(change.db, &id, name.as_str(), &sealed, change.now)?;
            let account = Account {
                key,
                id,
                name: name.to_string(),
            };
            factor_rows::set_recovery(change.db, key, &kept)?;
            let up = Noted::SignedUp {
                invite: invite.id.clone(),
            };
            change.note(&account.id, &invite.id, &up)?;
            hub.give_shops(change, &invite, &account, &invite.id)?;
            opening::begin(
                change,
                &account,
                &tokens,
                Factor::Invite,
                &caller,
                &hub.inner.accounts,
            )
        });
        let opened = opened.await?;
        tracing::info!("an owner's account was made by an invite");
        Ok((opened, shown))
    }

    /// Takes the shops of an invite into the owner's account.
    pub(crate) async fn take_invite(
        &self,
        invite: &Secret,
        caller: &Caller,
    ) -> Result<(), Refusal> {
        let owner = self.signed_in(caller).await?;
        let code = self.hashed(invite)?;
        let hub = self.clone();
        self.change_account(move |change| {
            let invite = taken(change, &code, false)?;
            hub.give_shops(change, &invite, &owner.account, &owner.session)
        })
        .await
    }

    /// Sets a new password with the operator's code. Second factor, sessions and devices of before are gone; the owner
    /// signs in with the new password.
    pub(crate) async fn reset(&self, ask: Reset) -> Result<Vec<Secret>, Refusal> {
        let password = Password::typed(ask.password.expose()).ok_or(Refusal::Invalid)?;
        let code = self.hashed(&ask.invite)?;
        let now = crate::now();
        let found = self.read_account(move |db| {
            let resets = rows::invite(db, &code, now)?.and_then(|invite| invite.resets);
            resets.map_or(Ok(None), |key| rows::by_key(db, key))
        });
        let account = found.await?.ok_or(Refusal::Invite)?.account;
        password.judge(&Name::typed(&account.name).ok_or(Refusal::Storage)?)?;
        let sealed = self
            .sealed_password(&account.id, password, Whose::Invited)
            .await?;
        let (shown, kept) = self.new_codes(&account.id)?;
        let key = account.key;
        self.change_account(move |change| {
            let invite = taken(change, &code, true)?;
            rows::set_password(change.db, key, &sealed, change.now)?;
            factor_rows::remove_totp(change.db, key)?;
            factor_rows::set_recovery(change.db, key, &kept)?;
            session_rows::end_all_but(change.db, key, None)?;
            let what = Noted::PasswordReset {
                invite: invite.id.clone(),
            };
            Ok(change.note(&account.id, &invite.id, &what)?)
        })
        .await?;
        self.inner.accounts.halves().remove_all_of(key);
        Ok(shown)
    }

    /// The shops of an invite are the account's, too.
    fn give_shops(
        &self,
        change: &Change<'_>,
        invite: &Invite,
        account: &Account,
        by: &str,
    ) -> Result<(), Refusal> {
        let shops = self.inner.directory.shops();
        for shop in shops.iter().filter(|shop| invite.shops.contains(&shop.key)) {
            if rows::give_shop(change.db, shop.key, account.key, change.now)? {
                let (shop, invite) = (shop.id.clone(), invite.id.clone());
                change.note(&account.id, by, &Noted::ShopGiven { shop, invite })?;
            }
        }
        Ok(())
    }

    /// What is stored of a code: a keyed hash, so that who only writes to the database cannot plant one.
    fn hashed(&self, code: &Secret) -> Result<[u8; 32], Refusal> {
        let text = code.expose().trim();
        let bytes = (text.len() <= 64).then(|| URL_SAFE_NO_PAD.decode(text).ok());
        let bytes = Zeroizing::new(bytes.flatten().ok_or(Refusal::Invite)?);
        if bytes.len() != CODE {
            return Err(Refusal::Invite);
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.inner.accounts.token_key);
        let mut tag = hmac::Context::with_key(&key);
        tag.update(b"tillbell-owner-invite-1\n");
        tag.update(&bytes);
        tag.sign().as_ref().try_into().map_err(|_| Refusal::Storage)
    }

    /// A new set of recovery codes.
    pub(super) fn new_codes(&self, account: &str) -> Result<Codes, Refusal> {
        let mut codes = (Vec::new(), Vec::new());
        for _ in 0..recovery::COUNT {
            let random: Zeroizing<[u8; recovery::BYTES]> = Zeroizing::new(bytes()?);
            let text = recovery::shown(&random);
            let kept = self.inner.accounts.recovery(account, &text);
            codes.1.push(kept.ok_or(Refusal::Storage)?);
            codes.0.push(Secret::new(text.as_str()));
        }
        Ok(codes)
    }
}

/// Takes an invite that is good now, of the one kind or the other.
fn taken(change: &Change<'_>, code: &[u8; 32], resets: bool) -> Result<Invite, Refusal> {
    let invite = invite_of_kind(change.db, code, change.now, resets)?;
    let invite = invite.ok_or(Refusal::Invite)?;
    match rows::take_invite(change.db, &invite.id, change.now)? {
        true => Ok(invite),
        false => Err(Refusal::Invite),
    }
}

fn invite_of_kind(
    db: &Connection,
    code: &[u8; 32],
    now: Timestamp,
    resets: bool,
) -> Result<Option<Invite>, HubError> {
    let invite = rows::invite(db, code, now)?;
    Ok(invite.filter(|invite| invite.resets.is_some() == resets))
}
