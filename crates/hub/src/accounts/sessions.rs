//! Who is signed in, and what they can see and do about their sessions.

use super::bodies::{Line, Me, OwnShop, Record, SessionView, Sessions, Shops};
use super::change::Noted;
use super::rows::{self, Account};
use super::{Caller, Refusal, factor_rows, session_rows};
use crate::Hub;
use domain::{ShopId, Timestamp};

/// How exactly it is kept when a session was seen last.
const SEEN_MS: i64 = 60_000;

/// An owner who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) account: Account,
    /// The session's id.
    pub(crate) session: String,
    pub(super) key: i64,
    pub(super) device: i64,
    /// When the owner proved last to be there.
    pub(super) proved_at: Timestamp,
    /// The keys of the owner's shops.
    shops: Vec<i64>,
}

impl SignedIn {
    /// Whether this shop, by its key, is the owner's. Every route with a shop in it asks this first.
    pub(crate) fn owns(&self, shop: i64) -> bool {
        self.shops.contains(&shop)
    }
}

impl Hub {
    /// Who this is; nobody without a session that is good now.
    pub(crate) async fn signed_in(&self, caller: &Caller) -> Result<SignedIn, Refusal> {
        let token = caller.session.ok_or(Refusal::SignedOut)?;
        let (life, now) = (self.inner.accounts.bounds.life(), crate::now());
        let found = self.read_account(move |db| {
            let Some(session) = session_rows::session(db, &token)? else {
                return Ok(None);
            };
            if !life.is_good(session.began_at, session.last_seen, now) {
                session_rows::end_session(db, session.key)?;
                return Ok(None);
            }
            if now.since(session.last_seen).saturating_abs() >= SEEN_MS {
                session_rows::saw(db, session.key, now)?;
            }
            Ok(Some(SignedIn {
                shops: rows::shops(db, session.account.key)?,
                account: session.account,
                session: session.id,
                key: session.key,
                device: session.device,
                proved_at: session.proved_at,
            }))
        });
        found.await?.ok_or(Refusal::SignedOut)
    }

    /// The same, for what is dangerous: only where the owner proved to be there just now.
    pub(crate) async fn proved(&self, caller: &Caller) -> Result<SignedIn, Refusal> {
        let owner = self.signed_in(caller).await?;
        let life = self.inner.accounts.bounds.life();
        match life.is_fresh(owner.proved_at, crate::now()) {
            true => Ok(owner),
            false => Err(Refusal::Confirm),
        }
    }

    /// The owner's account.
    pub(crate) async fn me(&self, caller: &Caller) -> Result<Me, Refusal> {
        let owner = self.signed_in(caller).await?;
        let key = owner.account.key;
        let read = self.read_account(move |db| {
            let totp = factor_rows::totp(db, key)?;
            Ok((totp, factor_rows::recovery_left(db, key)?))
        });
        let (totp, recovery_codes_left) = read.await?;
        let fresh = self.inner.accounts.bounds.fresh_ms;
        Ok(Me {
            shops: self.shops_of(&owner),
            account: owner.account.id,
            name: owner.account.name,
            authenticator_since: totp.map(|totp| totp.since),
            recovery_codes_left,
            session: owner.session,
            proved_until: owner.proved_at.plus_ms(fresh),
        })
    }

    /// The owner's shops and nobody else's.
    pub(crate) async fn own_shops(&self, caller: &Caller) -> Result<Shops, Refusal> {
        let owner = self.signed_in(caller).await?;
        let shops = self.shops_of(&owner);
        Ok(Shops { shops })
    }

    /// One of the owner's shops; another's is answered like one that there is not.
    pub(crate) async fn own_shop(&self, shop: &str, caller: &Caller) -> Result<OwnShop, Refusal> {
        let owner = self.signed_in(caller).await?;
        let shop = ShopId::new(shop).ok_or(Refusal::NotFound)?;
        let mut own = self.shops_of(&owner).into_iter();
        own.find(|one| one.shop == shop).ok_or(Refusal::NotFound)
    }

    fn shops_of(&self, owner: &SignedIn) -> Vec<OwnShop> {
        let shops = self.inner.directory.shops();
        let own = shops.iter().filter(|shop| owner.owns(shop.key));
        own.map(|shop| {
            let face = shop.face();
            OwnShop {
                shop: shop.id.clone(),
                name: face.name,
                currency: face.currency,
            }
        })
        .collect()
    }

    /// The owner's sessions that are good now.
    pub(crate) async fn sessions(&self, caller: &Caller) -> Result<Sessions, Refusal> {
        let owner = self.signed_in(caller).await?;
        let key = owner.account.key;
        let all = self.read_account(move |db| session_rows::sessions(db, key));
        let (life, now) = (self.inner.accounts.bounds.life(), crate::now());
        let good = all.await?.into_iter();
        let good = good.filter(|(_, _, began, seen)| life.is_good(*began, *seen, now));
        let sessions = good.map(|(session, device, began_at, last_seen)| SessionView {
            this: session == owner.session,
            session,
            device,
            began_at,
            last_seen,
        });
        Ok(Sessions {
            sessions: sessions.collect(),
        })
    }

    /// Ends one of the owner's sessions. Its device is a stranger from now on, unless it is the one that asks. Only for
    /// who proved to be there: a stolen session that ends the owner's as fast as they begin would keep the owner out.
    pub(crate) async fn end_session(&self, id: String, caller: &Caller) -> Result<(), Refusal> {
        let owner = self.proved(caller).await?;
        self.change_account(move |change| {
            let found = session_rows::session_by_id(change.db, owner.account.key, &id)?;
            let (session, device) = found.ok_or(Refusal::NotFound)?;
            session_rows::end_session(change.db, session)?;
            if device != owner.device {
                session_rows::forget_device(change.db, device)?;
            }
            let what = Noted::SessionEnded { session: id };
            Ok(change.note(&owner.account.id, &owner.session, &what)?)
        })
        .await
    }

    /// Ends every session of the owner's but this one; their devices are strangers from now on. Only for who proved to be
    /// there, too.
    pub(crate) async fn end_others(&self, caller: &Caller) -> Result<(), Refusal> {
        let owner = self.proved(caller).await?;
        let account = owner.account.key;
        self.change_account(move |change| {
            session_rows::end_all_but(change.db, account, Some(&owner))?;
            Ok(change.note(&owner.account.id, &owner.session, &Noted::OthersEnded)?)
        })
        .await?;
        self.inner.accounts.halves().remove_all_of(account);
        Ok(())
    }

    /// What was done with the owner's account, newest first.
    pub(crate) async fn account_record(
        &self,
        before: Option<i64>,
        caller: &Caller,
    ) -> Result<Record, Refusal> {
        let owner = self.signed_in(caller).await?;
        let limit = self.inner.accounts.bounds.record_lines.max(1);
        let before = before.unwrap_or(i64::MAX);
        let read = self.read_account(move |db| {
            rows::record(db, &owner.account.id, before, limit.saturating_add(1))
        });
        let mut rows = read.await?;
        let kept = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > kept;
        rows.truncate(kept);
        let line = |(number, at, by, what): (i64, Timestamp, String, String)| Line {
            number,
            at,
            by,
            what: serde_json::from_str(&what).unwrap_or_default(),
        };
        let lines = rows.into_iter().map(line).collect();
        Ok(Record { lines, more })
    }
}
