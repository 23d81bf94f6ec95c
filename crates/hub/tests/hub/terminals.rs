//! Clerks' phones: linked by invitation, told what they may know, cut off at once.

use crate::phone::*;
use crate::shop::*;
use domain::permission::{AmountSight, Permission, Preset, ToldAmount};
use domain::terminal_wire::{HubSays, TerminalSays};
use domain::terminals::{Recorded, TerminalsAnswer, TerminalsAsk};
use domain::wire::{AskError, ToTerminal};
use domain::{Currency, Money, Platform};
use std::time::Instant;

#[tokio::test]
async fn a_phone_is_linked_hears_is_changed_and_is_cut_off_at_once() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let door = served.stripe().await;
    assert_eq!(stripe(served.address, &door, 1, 500).await, 200);
    let phone = Phone::linked(&served, &mut owner, &Preset::Clerk.permission(), 1).await;
    let mut link = phone.link(served.address, None).await;
    let welcome = link.welcome().await;
    assert_eq!((welcome.shop, welcome.speaks), (face(), true));
    assert_eq!(
        (welcome.preset, welcome.from_start),
        (Some(Preset::Clerk), true)
    );
    assert_eq!((welcome.today.len(), welcome.totals), (1, None));
    assert!(
        matches!(
            link.next().await,
            Some(HubSays::Beat {
                listening: true,
                sources_silent: 0,
                ..
            })
        ),
        "{:?}",
        link.raw
    );

    assert_eq!(stripe(served.address, &door, 2, 1_280).await, 200);
    let (items, _) = link.told(1).await;
    let yuan = Money::new(1_280, Currency::CNY).expect("money");
    assert_eq!(items[0].told.amount, ToldAmount::Exact { money: yuan });
    assert_eq!(items[0].told.number, Some(2));
    let view = all(&mut owner).await;
    let seen = &view.terminals[0];
    assert!(seen.online_since.is_some() && seen.speaks, "{seen:?}");
    assert_eq!(seen.invitation.as_ref(), Some(&phone.invitation));
    assert_eq!(seen.app.as_deref(), Some("Test browser 1.0"));

    // The owner takes the amount away, and then everything.
    let mut less = Preset::Clerk.permission();
    less.sees.amount = AmountSight::HiddenAbove { limit: 1_000 };
    let set = |permission: &Permission| TerminalsAsk::SetPermission {
        terminal: phone.terminal.clone(),
        permission: permission.clone(),
    };
    let began = Instant::now();
    assert_eq!(ask(&mut owner, set(&less)).await, Ok(TerminalsAnswer::Done));
    let changed = link.heard().await;
    assert!(
        matches!(&changed, Some(HubSays::Changed { permission, .. }) if *permission == less),
        "{changed:?}"
    );
    let Some(HubSays::Today { items, .. }) = link.heard().await else {
        panic!("{:?}", link.raw)
    };
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    let limit = Money::new(1_000, Currency::CNY).expect("money");
    assert_eq!(items[1].told.amount, ToldAmount::Over { limit });
    assert!(
        !link.raw.last().expect("a frame").contains("\"minor\":1280"),
        "{:?}",
        link.raw
    );

    let revoke = TerminalsAsk::Revoke {
        terminal: phone.terminal.clone(),
    };
    let began = Instant::now();
    assert_eq!(
        ask(&mut owner, revoke.clone()).await,
        Ok(TerminalsAnswer::Done)
    );
    assert_eq!(link.heard().await, Some(HubSays::Revoked));
    assert_eq!(link.heard().await, None, "and it hangs up");
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    // One that was away hears it when it comes back; nothing can be done to it any more.
    assert_eq!(
        phone.link(served.address, None).await.heard().await,
        Some(HubSays::Revoked)
    );
    assert_eq!(ask(&mut owner, revoke).await, Err(AskError::NotFound));
    assert_eq!(ask(&mut owner, set(&less)).await, Err(AskError::NotFound));

    // All of it is on record, and so is what was sent.
    let record = TerminalsAsk::Record {
        before: None,
        limit: 10,
    };
    let Ok(TerminalsAnswer::Record(page)) = ask(&mut owner, record).await else {
        panic!("no record")
    };
    let what: Vec<_> = page.lines.iter().map(|line| &line.what).collect();
    assert!(
        matches!(
            what[..],
            [
                Recorded::Revoked { .. },
                Recorded::PermissionSet { version: 2, .. },
                Recorded::Linked { .. },
                Recorded::Invited { .. }
            ]
        ),
        "{what:?}"
    );
    assert_eq!(page.lines[0].by, owner.welcome.terminal.as_str());
    let sent = TerminalsAsk::SentTo {
        terminal: phone.terminal.clone(),
        before: None,
    };
    let Ok(TerminalsAnswer::Sent(sent)) = ask(&mut owner, sent).await else {
        panic!("no page")
    };
    let lines: Vec<_> = sent
        .lines
        .iter()
        .map(|line| (line.version, line.items, line.from.0, line.to.0, line.asked))
        .collect();
    assert_eq!(lines, [(2, 2, 1, 2, false), (1, 2, 1, 2, false)]);
    // And from the other side: who was told of a payment.
    for (payment, told) in [(1, 1), (2, 1), (3, 0)] {
        let payment = domain::Seq(payment);
        let heard = match ask(&mut owner, TerminalsAsk::Heard { payment }).await {
            Ok(TerminalsAnswer::Heard(heard)) => heard.terminals,
            other => panic!("{other:?}"),
        };
        assert_eq!(heard.len(), told, "{heard:?}");
        for line in heard {
            assert_eq!((&line.terminal, line.asked), (&phone.terminal, false));
            assert!(line.at.0 <= now_ms() && line.at.0 > now_ms() - 600_000);
        }
    }
    served.stop().await;
}

#[tokio::test]
async fn the_owner_is_told_of_changes_and_another_shops_owner_reaches_nothing() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let phone = Phone::linked(&served, &mut owner, &Preset::Clerk.permission(), 1).await;
    let invitation = invite(&mut owner, &Preset::Clerk.permission()).await;
    let other = served.hub.add_shop(&face()).await.expect("another shop");
    let token = served.hub.terminal_for_this_run(&other, "other").await;
    let mut stranger = Terminal::link(served.address, &token, None, 0).await;
    let terminal = || phone.terminal.clone();
    let permission = Preset::Manager.permission();
    for wish in [
        TerminalsAsk::SetPermission {
            terminal: terminal(),
            permission,
        },
        TerminalsAsk::Rename {
            terminal: terminal(),
            name: "x".to_owned(),
        },
        TerminalsAsk::Revoke {
            terminal: terminal(),
        },
        TerminalsAsk::SetVoice {
            list: Some(vec![terminal()]),
        },
        TerminalsAsk::SentTo {
            terminal: terminal(),
            before: None,
        },
        TerminalsAsk::CancelInvitation {
            id: invitation.id.clone(),
        },
    ] {
        let answer = ask(&mut stranger, wish.clone()).await;
        assert_eq!(answer, Err(AskError::NotFound), "{wish:?}");
    }
    let theirs = all(&mut stranger).await;
    assert_eq!((theirs.terminals, theirs.invitations), (vec![], vec![]));
    let record = TerminalsAsk::Record {
        before: None,
        limit: 10,
    };
    let Ok(TerminalsAnswer::Record(page)) = ask(&mut stranger, record).await else {
        panic!("no record")
    };
    assert_eq!(page.lines, []);
    let payment = domain::Seq(1);
    let Ok(TerminalsAnswer::Heard(heard)) =
        ask(&mut stranger, TerminalsAsk::Heard { payment }).await
    else {
        panic!("no answer")
    };
    assert_eq!(heard.terminals, []);
    // A payment of the other shop is none of this phone's.
    let test = domain::wire::Request::TestPayment {
        amount: Money::new(7, Currency::CNY).expect("money"),
    };
    let mut link = phone.link(served.address, None).await;
    link.welcome().await;
    stranger.ask(test.clone()).await.expect("done");
    owner.ask(test).await.expect("done");
    let (items, _) = link.told(1).await;
    assert_eq!(items.len(), 1);

    let mut owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    drop(link);
    loop {
        if let Some(ToTerminal::TerminalsChanged { .. }) = owner.next().await {
            break;
        }
    }
    loop {
        if all(&mut owner).await.terminals[0].online_since.is_none() {
            break;
        }
    }
    served.stop().await;
}

/// Whatever the owner changes while money comes in and the phone comes and goes and asks: no payment arrives under a
/// permission that does not let it through.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_change_in_the_middle_lets_anything_slip_through() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let (door, address) = (served.stripe().await, served.address);
    let open = Preset::Manager.permission();
    let mut shut = open.clone();
    shut.which.platforms = Some(vec![Platform::ALIPAY]);
    let phone = Phone::linked(&served, &mut owner, &open, 1).await;
    let paying = tokio::spawn(async move {
        for n in 1..=150 {
            assert_eq!(stripe(address, &door, n, 100).await, 200);
        }
    });
    let (id, widest) = (phone.terminal.clone(), open.clone());
    let (over, mut is_over) = tokio::sync::watch::channel(false);
    let changing = tokio::spawn(async move {
        let mut changes = 0;
        while !paying.is_finished() || changes % 2 == 1 {
            let permission = if changes % 2 == 0 { &shut } else { &open };
            let wish = TerminalsAsk::SetPermission {
                terminal: id.clone(),
                permission: permission.clone(),
            };
            assert_eq!(ask(&mut owner, wish).await, Ok(TerminalsAnswer::Done));
            changes += 1;
        }
        over.send(true).expect("heard");
        changes
    });
    let (mut links, mut items_heard) = (0, 0);
    while !*is_over.borrow_and_update() {
        links += 1;
        let mut link = phone.link(address, None).await;
        let mut allowed = false;
        for frame in 0..20 {
            link.say(&TerminalSays::History {
                id: frame,
                before: None,
            })
            .await;
            let items = match link.heard().await {
                Some(HubSays::Welcome(welcome)) => {
                    allowed = welcome.permission == widest;
                    welcome.today
                }
                Some(HubSays::Changed { permission, .. }) => {
                    allowed = permission == widest;
                    Vec::new()
                }
                Some(HubSays::Told { items, .. } | HubSays::Today { items, .. }) => items,
                Some(HubSays::Page { items, .. }) => items,
                other => panic!("{other:?}"),
            };
            assert!(allowed || items.is_empty(), "{:?}", link.raw);
            items_heard += items.len();
            if *is_over.borrow() {
                break;
            }
        }
    }
    let changes = changing.await.expect("no panic");
    assert!(
        changes >= 2 && links >= 1 && items_heard > 0,
        "{changes} {links} {items_heard}"
    );
    served.stop().await;
}
