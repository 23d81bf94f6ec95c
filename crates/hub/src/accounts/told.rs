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
            Noted::ShopGiven { shop } => {
                account.shops.insert(shop.to_string());
            }
            Noted::TotpEnrolled => account.authenticator = true,
            Noted::TotpRemoved | Noted::PasswordReset { .. } => account.authenticator = false,
            _ => {}
        }
        true
    }

    /// The first account that is not as told, and how.
    pub(crate) fn differs(
        &self,
        db: &Connection,
    ) -> Result<Option<(String, &'static str)>, HubError> {
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
