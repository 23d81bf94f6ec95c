//! What the record tells of accounts, compared with what the hub goes by: whoever can write to the database could make
//! themselves an owner, or take an authenticator away, and the chain of lines would still be whole.

use super::change::{Noted, line};
use crate::HubError;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// The accounts, by id.
#[derive(Default)]
pub(crate) struct Told {
    accounts: BTreeMap<String, Account>,
    /// The shops that each invite gives.
    invites: BTreeMap<String, BTreeSet<String>>,
    /// Whose password each of the operator's codes sets.
    resets: BTreeMap<String, String>,
    /// The first account that somebody got into by what the operator never gave out.
    unasked: Option<String>,
}

/// What matters of one.
#[derive(Debug, Default, PartialEq, Eq)]
struct Account {
    authenticator: bool,
    shops: BTreeSet<String>,
}

impl Told {
    /// Takes a line of the record; `false`: it is not about accounts.
    pub(crate) fn take(&mut self, whose: &str, what: &str) -> bool {
        let Some(what) = line(what) else {
            return false;
        };
        if !self.given_out(whose, &what) && self.unasked.is_none() {
            self.unasked = Some(whose.to_owned());
        }
        let about_one = matches!(
            what,
            Noted::SignedUp { .. }
                | Noted::ShopGiven { .. }
                | Noted::TotpEnrolled
                | Noted::TotpRemoved
                | Noted::PasswordReset { .. }
        );
        if !about_one {
            return true;
        }
        let account = self.accounts.entry(whose.to_owned()).or_default();
        match what {
            Noted::ShopGiven { shop, .. } => {
                account.shops.insert(shop.to_string());
            }
            Noted::TotpEnrolled => account.authenticator = true,
            Noted::TotpRemoved | Noted::PasswordReset { .. } => account.authenticator = false,
            _ => {}
        }
        true
    }

    /// Whether an invite that this line tells was taken had been given out before, for that.
    fn given_out(&mut self, whose: &str, what: &Noted) -> bool {
        match what {
            Noted::OwnerInvited { invite, shops } => {
                let shops = shops.iter().map(ToString::to_string).collect();
                self.invites.insert(invite.clone(), shops);
                true
            }
            Noted::ResetOffered { invite } => {
                self.resets.insert(invite.clone(), whose.to_owned());
                true
            }
            Noted::SignedUp { invite } => self.invites.contains_key(invite),
            Noted::ShopGiven { shop, invite } => {
                let shops = self.invites.get(invite);
                shops.is_some_and(|shops| shops.contains(shop.as_str()))
            }
            // Good once.
            Noted::PasswordReset { invite } => {
                self.resets.remove(invite).is_some_and(|of| of == whose)
            }
            _ => true,
        }
    }

    /// The first account that is not as told, and how.
    pub(crate) fn differs(
        &self,
        db: &Connection,
    ) -> Result<Option<(String, &'static str)>, HubError> {
        if let Some(id) = &self.unasked {
            let why = "it was opened by a code that the operator did not give out for it";
            return Ok(Some((id.clone(), why)));
        }
        let kept = kept(db)?;
        let all: BTreeSet<&String> = self.accounts.keys().chain(kept.keys()).collect();
        for id in all {
            let why = match (self.accounts.get(id), kept.get(id)) {
                (Some(told), Some(kept)) if told.authenticator != kept.authenticator => {
                    "its authenticator was enrolled or removed behind the hub's back"
                }
                (Some(told), Some(kept)) if told.shops != kept.shops => {
                    "its shops were changed behind the hub's back"
                }
                (Some(_), Some(_)) => continue,
                (None, _) => "no line tells that it was made",
                (Some(_), None) => "it was removed behind the hub's back",
            };
            return Ok(Some((id.clone(), why)));
        }
        Ok(None)
    }
}

fn kept(db: &Connection) -> Result<BTreeMap<String, Account>, HubError> {
    let mut statement = db.prepare(
        "SELECT a.id, EXISTS (SELECT 1 FROM account_totp AS t WHERE t.account = a.key), s.id FROM accounts AS a
         LEFT JOIN shop_owners AS o ON o.account = a.key LEFT JOIN shops AS s ON s.key = o.shop",
    )?;
    let mut rows = statement.query([])?;
    let mut all: BTreeMap<String, Account> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let account = all.entry(row.get(0)?).or_default();
        account.authenticator = row.get(1)?;
        account.shops.extend(row.get::<_, Option<String>>(2)?);
    }
    Ok(all)
}
