//! A database that somebody damaged or changed: payments are heard all the same, and what was changed is found.

use crate::phone::*;
use crate::shop::*;
use domain::permission::Preset;
use domain::terminals::{TerminalsAnswer, TerminalsAsk};
use hub::{Hub, HubConfig, MasterKey, Verified};
use std::path::Path;

fn change(dir: &Path, sql: &str) {
    let db = rusqlite::Connection::open(dir.join("hub.db")).expect("open");
    db.execute_batch(sql).expect(sql);
}

#[tokio::test]
async fn a_damaged_row_stops_neither_the_hub_nor_what_the_owner_sees() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let door = served.stripe().await;
    let clerk = Preset::Clerk.permission();
    let good = Phone::linked(&served, &mut owner, &clerk, 1).await;
    let bad = Phone::linked(&served, &mut owner, &clerk, 2).await;
    bad.link(served.address, None).await.welcome().await;
    let kept = invite(&mut owner, &clerk).await;
    let broken = invite(&mut owner, &clerk).await;
    let list = Some(vec![good.terminal.clone()]);
    let voice = TerminalsAsk::SetVoice { list };
    assert_eq!(ask(&mut owner, voice).await, Ok(TerminalsAnswer::Done));
    assert_eq!(stripe(served.address, &door, 1, 100).await, 200);
    bad.link(served.address, None).await.welcome().await;
    served.stop().await;
    change(
        dir.path(),
        &format!(
            "UPDATE shops SET voice = '[';
             UPDATE invitations SET permission = '{{}}' WHERE id = '{}';
             UPDATE permissions SET permission = 'x' WHERE terminal = '{}'",
            broken.id, bad.terminal
        ),
    );

    let (served, mut owner) = with_owner(dir.path()).await;
    let view = all(&mut owner).await;
    let ids: Vec<_> = view.terminals.iter().map(|one| &one.id).collect();
    assert_eq!((ids, view.voice), (vec![&good.terminal], None));
    let open: Vec<_> = view.invitations.iter().map(|one| &one.id).collect();
    assert_eq!(open, [&kept.id]);
    let (status, _) = accept(served.address, &code(&broken), &public(&pair(3))).await;
    assert_eq!(status, 503, "it grants nothing that can be read");
    let sent = |terminal: &domain::TerminalId| TerminalsAsk::SentTo {
        terminal: terminal.clone(),
        before: None,
    };
    let of_the_bad_one = ask(&mut owner, sent(&bad.terminal)).await;
    assert!(
        matches!(of_the_bad_one, Ok(TerminalsAnswer::Sent(_))),
        "{of_the_bad_one:?}"
    );
    let mut link = good.link(served.address, None).await;
    link.welcome().await;
    assert_eq!(stripe(served.address, &door, 2, 100).await, 200);
    link.told(1).await;
    let terminal = good.terminal.clone();
    let revoke = TerminalsAsk::Revoke { terminal };
    assert_eq!(ask(&mut owner, revoke).await, Ok(TerminalsAnswer::Done));
    served.stop().await;
}

async fn verified(dir: &Path) -> Verified {
    let hub = Hub::open(HubConfig::new(dir), MasterKey::from_bytes([7; 32]))
        .await
        .expect("open");
    let verified = hub.verify_record().await.expect("read");
    hub.close().await;
    verified
}

/// Whoever can write the file can let a key of theirs in, or let a phone see more; the record tells of neither.
#[tokio::test]
async fn what_the_hub_goes_by_is_compared_with_its_record() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let clerk = Preset::Clerk.permission();
    let one = Phone::linked(&served, &mut owner, &clerk, 1).await;
    let two = Phone::linked(&served, &mut owner, &clerk, 2).await;
    invite(&mut owner, &clerk).await;
    for wish in [
        TerminalsAsk::SetPermission {
            terminal: one.terminal.clone(),
            permission: Preset::SeniorClerk.permission(),
        },
        TerminalsAsk::Rename {
            terminal: one.terminal.clone(),
            name: "收银台".to_owned(),
        },
        TerminalsAsk::Revoke {
            terminal: two.terminal.clone(),
        },
    ] {
        assert_eq!(ask(&mut owner, wish).await, Ok(TerminalsAnswer::Done));
    }
    served.hub.add_shop(&face()).await.expect("another shop");
    served.stop().await;
    let whole = verified(dir.path()).await;
    assert!(matches!(whole, Verified::Whole { lines: 8 }), "{whole:?}");

    let (one, two) = (one.terminal.as_str(), two.terminal.as_str());
    let manager = serde_json::to_string(&Preset::Manager.permission()).expect("JSON");
    for (sql, of) in [
        (
            "INSERT INTO linked_terminals (id, shop, name, public_key, linked_at)
             SELECT 'terminal_x', shop, 'x', zeroblob(32), 0 FROM linked_terminals LIMIT 1"
                .to_owned(),
            "terminal_x",
        ),
        (
            format!("UPDATE linked_terminals SET public_key = zeroblob(32) WHERE id = '{one}'"),
            one,
        ),
        (
            format!("UPDATE linked_terminals SET revoked_at = NULL WHERE id = '{two}'"),
            two,
        ),
        (
            format!("UPDATE linked_terminals SET revoked_at = 1 WHERE id = '{one}'"),
            one,
        ),
        (
            format!("UPDATE linked_terminals SET name = 'x' WHERE id = '{one}'"),
            one,
        ),
        (
            format!("UPDATE linked_terminals SET shop = shop + 1 WHERE id = '{one}'"),
            one,
        ),
        (
            format!(
                "UPDATE permissions SET permission = '{manager}' WHERE terminal = '{one}' AND version = 1"
            ),
            one,
        ),
        (
            format!("INSERT INTO permissions VALUES ('{one}', 3, 0, '{manager}')"),
            one,
        ),
        (
            format!("DELETE FROM permissions WHERE terminal = '{one}' AND version = 2"),
            one,
        ),
        (
            format!(
                "DELETE FROM sent; DELETE FROM permissions WHERE terminal = '{two}';
                 DELETE FROM linked_terminals WHERE id = '{two}'"
            ),
            two,
        ),
        (
            format!("UPDATE invitations SET permission = '{manager}' WHERE terminal IS NULL"),
            "invitation_",
        ),
        (
            "UPDATE invitations SET expires_at = expires_at + 1".to_owned(),
            "invitation_",
        ),
        ("UPDATE hub SET terminals_lan = 1".to_owned(), "network"),
    ] {
        let copy = tempfile::tempdir().expect("folder");
        std::fs::copy(dir.path().join("hub.db"), copy.path().join("hub.db")).expect("a copy");
        change(copy.path(), &sql);
        match verified(copy.path()).await {
            Verified::Differs { of: found, .. } => assert!(found.starts_with(of), "{sql}: {found}"),
            other => panic!("{sql}: {other:?}"),
        }
    }
}
