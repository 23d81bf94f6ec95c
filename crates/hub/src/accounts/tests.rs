//! What only shows from inside: what happens between judging a password and letting in.

use super::bodies::{ChangePassword, SignIn, SignUp};
use super::change::Factor;
use super::opening::Tokens;
use super::rows::{self, Judged};
use super::{AccountBounds, Caller, Entered, Refusal};
use crate::{Cost, Hub, HubConfig, Limits, MasterKey};
use ::accounts::{Password, session};
use domain::Secret;

const OLD: &str = "river stone window";
const NEW: &str = "another river stone";

async fn hub(dir: &std::path::Path, bounds: AccountBounds) -> Hub {
    let limits = Limits {
        accounts: AccountBounds {
            cost: Cost {
                memory_kib: 64,
                passes: 1,
                lanes: 1,
            },
            ..bounds
        },
        ..Limits::default()
    };
    let config = HubConfig {
        limits,
        ..HubConfig::new(dir)
    };
    Hub::open(config, MasterKey::from_bytes([7; 32]))
        .await
        .unwrap()
}

/// An owner who is signed in.
async fn owner(hub: &Hub) -> Caller {
    let invite = hub.invite_owner(&[], 60_000).await.unwrap();
    let ask = SignUp {
        invite: invite.code,
        name: "li@example.com".to_owned(),
        password: Secret::new(OLD),
    };
    let (opened, _) = hub.sign_up(ask, &Caller::default()).await.unwrap();
    Caller {
        session: session::kept(hub.inner.accounts.token_key(), &opened.session),
        device: opened
            .device
            .and_then(|token| session::kept(hub.inner.accounts.token_key(), &token)),
        ..Caller::default()
    }
}

fn sign_in(password: &str) -> SignIn {
    SignIn {
        name: "li@example.com".to_owned(),
        password: Secret::new(password),
        recovery_code: None,
    }
}

/// What a sign-in under way goes by, and the sealed hash.
async fn judged(hub: &Hub) -> (Judged, Vec<u8>) {
    let found = hub.read_account(|db| rows::by_name(db, "li@example.com"));
    let kept = found.await.unwrap().unwrap();
    let judged = Judged {
        account: kept.account,
        password_at: kept.password_at,
    };
    (judged, kept.password)
}

#[tokio::test]
async fn who_was_judged_by_the_old_password_is_not_let_in_by_it() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), AccountBounds::default()).await;
    let owner = owner(&hub).await;
    let (stale, sealed) = judged(&hub).await;
    let open = async |judged: &Judged, by| {
        let (tokens, nobody) = (Tokens::new().unwrap(), Caller::default());
        let opened = hub.open_session(judged.clone(), tokens, by, &nobody, |_| Ok(()));
        opened.await.map(drop)
    };
    assert_eq!(open(&stale, Factor::Password).await, Ok(()));
    let half = hub.half(stale.clone()).unwrap();
    assert!(matches!(half, Entered::Half(_)));
    let ask = ChangePassword {
        password: Secret::new(OLD),
        new_password: Secret::new(NEW),
    };
    hub.change_password(ask, &owner).await.unwrap();
    // All three were judged before, and come to their end after.
    for by in [Factor::Password, Factor::Totp, Factor::Recovery] {
        assert_eq!(open(&stale, by).await, Err(Refusal::Wrong), "{by:?}");
    }
    let old = Password::typed(OLD).unwrap();
    hub.hash_anew(&stale.account, old, sealed).await;
    let told = hub.sign_in(sign_in(OLD), &Caller::default()).await;
    assert_eq!(told.err(), Some(Refusal::Wrong), "it is not set again");
    let told = hub.sign_in(sign_in(NEW), &Caller::default()).await;
    assert!(matches!(told, Ok(Entered::In(_))));
    let (fresh, _) = judged(&hub).await;
    assert_eq!(open(&fresh, Factor::Password).await, Ok(()));
}

/// The password alone was enough when it was judged, and is not when the session would begin.
#[tokio::test]
async fn an_authenticator_that_was_enrolled_meanwhile_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let hub = hub(dir.path(), AccountBounds::default()).await;
    owner(&hub).await;
    let (judged, _) = judged(&hub).await;
    let key = judged.account.key;
    let enrolled = hub.change_account(move |change| {
        let secret = vec![7; 48];
        super::factor_rows::set_totp(change.db, key, &secret, 1, change.now)?;
        Ok(())
    });
    enrolled.await.unwrap();
    let (tokens, nobody) = (Tokens::new().unwrap(), Caller::default());
    let opened = hub.open_session(judged, tokens, Factor::Password, &nobody, |_| Ok(()));
    assert_eq!(opened.await.map(drop), Err(Refusal::Wrong));
}

/// A hub without an account, as the one inside the app is, burns nothing for strangers.
#[tokio::test]
async fn strangers_hash_nothing_where_there_is_no_account() {
    let dir = tempfile::tempdir().unwrap();
    let bounds = AccountBounds {
        hashes: 1,
        hash_within: std::time::Duration::from_millis(50),
        ..AccountBounds::default()
    };
    let hub = hub(dir.path(), bounds).await;
    // Whoever has to hash finds no place.
    let _taken = hub
        .inner
        .accounts
        .hashing
        .place(super::hashing::Whose::Stranger)
        .await
        .unwrap();
    for _ in 0..20 {
        let told = hub.sign_in(sign_in(OLD), &Caller::default()).await;
        assert_eq!(told.err(), Some(Refusal::Wrong));
    }
    owner(&hub).await;
    let told = hub.sign_in(sign_in(OLD), &Caller::default()).await;
    assert_eq!(told.err(), Some(Refusal::Busy));
}

/// The hub's clock was a year ahead, and is right again: what it left then makes room.
#[tokio::test]
async fn sessions_of_a_clock_that_was_ahead_crowd_out_no_new_one() {
    let dir = tempfile::tempdir().unwrap();
    let bounds = AccountBounds {
        sessions: 3,
        devices: 3,
        ..AccountBounds::default()
    };
    let hub = hub(dir.path(), bounds).await;
    owner(&hub).await;
    for _ in 0..3 {
        assert!(hub.sign_in(sign_in(OLD), &Caller::default()).await.is_ok());
    }
    let ahead = hub.change_account(|change| {
        let then = change.now.plus_ms(365 * 24 * 3_600_000).0;
        let sql = "UPDATE account_sessions SET began_at = ?1, last_seen = ?1, proved_at = ?1";
        assert_eq!(change.db.execute(sql, [then])?, 3);
        let sql = "UPDATE account_devices SET first_at = ?1, last_at = ?1";
        assert_eq!(change.db.execute(sql, [then])?, 3);
        Ok(())
    });
    ahead.await.unwrap();
    let told = hub.sign_in(sign_in(OLD), &Caller::default()).await;
    let Ok(Entered::In(opened)) = told else {
        panic!("not let in");
    };
    let caller = Caller {
        session: session::kept(hub.inner.accounts.token_key(), &opened.session),
        ..Caller::default()
    };
    assert!(hub.signed_in(&caller).await.is_ok());
}
