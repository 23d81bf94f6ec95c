//! Clerks' phones: which of those that share a room speaks.

use crate::phone::*;
use crate::shop::*;
use domain::TerminalId;
use domain::permission::Preset;
use domain::terminal_wire::{HubSays, TerminalSays};
use domain::terminals::{TerminalsAnswer, TerminalsAsk};
use domain::wire::AskError;
use hub::Limits;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn of_those_in_one_room_the_first_that_is_there_speaks() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let clerk = Preset::Clerk.permission();
    let one = Phone::linked(&served, &mut owner, &clerk, 1).await;
    let two = Phone::linked(&served, &mut owner, &clerk, 2).await;
    let list = Some(vec![one.terminal.clone(), two.terminal.clone()]);
    let set = |list| TerminalsAsk::SetVoice { list };
    assert_eq!(
        ask(&mut owner, set(list.clone())).await,
        Ok(TerminalsAnswer::Done)
    );
    let twice = Some(vec![one.terminal.clone(), one.terminal.clone()]);
    assert!(matches!(
        ask(&mut owner, set(twice)).await,
        Err(AskError::Invalid { .. })
    ));
    let stranger = Some(vec![TerminalId::new("terminal_x").expect("id")]);
    assert_eq!(
        ask(&mut owner, set(stranger)).await,
        Err(AskError::NotFound)
    );

    let speaks = |frame: Option<HubSays>| match frame {
        Some(HubSays::Changed { speaks, .. }) => speaks,
        other => panic!("{other:?}"),
    };
    let mut second = two.link(served.address, None).await;
    assert!(second.welcome().await.speaks, "the first is not there");
    let mut first = one.link(served.address, None).await;
    assert!(first.welcome().await.speaks);
    assert!(!speaks(second.heard().await));
    drop(first);
    assert!(speaks(second.heard().await), "it left");
    let mut first = one.link(served.address, None).await;
    first.welcome().await;
    assert!(!speaks(second.heard().await));
    assert_eq!(ask(&mut owner, set(None)).await, Ok(TerminalsAnswer::Done));
    assert!(speaks(second.heard().await), "each for itself");

    let rename = TerminalsAsk::Rename {
        terminal: one.terminal.clone(),
        name: "收银台".to_owned(),
    };
    assert_eq!(ask(&mut owner, rename).await, Ok(TerminalsAnswer::Done));
    let renamed = first.heard().await;
    assert!(
        matches!(&renamed, Some(HubSays::Changed { name, .. }) if name == "收银台"),
        "{renamed:?}"
    );
    served.stop().await;
}

fn changes(frame: &HubSays) -> bool {
    match frame {
        HubSays::Changed { speaks, .. } => *speaks,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn of_those_in_one_room_one_that_can_be_heard_speaks() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let clerk = Preset::Clerk.permission();
    let one = Phone::linked(&served, &mut owner, &clerk, 1).await;
    let two = Phone::linked(&served, &mut owner, &clerk, 2).await;
    let list = Some(vec![one.terminal.clone(), two.terminal.clone()]);
    let set = TerminalsAsk::SetVoice { list };
    assert_eq!(ask(&mut owner, set).await, Ok(TerminalsAnswer::Done));

    let mut first = one.link_as(served.address, None, Some(false)).await;
    assert!(first.welcome().await.speaks, "there is no other");
    let mut second = two.link_as(served.address, None, Some(true)).await;
    assert!(second.welcome().await.speaks, "the first is not heard");
    assert!(!changes(&first.heard().await.expect("a frame")));
    for (hearable, first_speaks) in [(Some(true), true), (Some(false), false), (Some(true), true)] {
        first.say(&TerminalSays::Beat { hearable }).await;
        assert_eq!(
            changes(&first.heard().await.expect("a frame")),
            first_speaks
        );
        assert_eq!(
            changes(&second.heard().await.expect("a frame")),
            !first_speaks
        );
        // One that does not say goes on as it said before.
        first.say(&TerminalSays::Beat { hearable: None }).await;
        assert_eq!(first.until_now().await.1, []);
    }
    second
        .say(&TerminalSays::Beat {
            hearable: Some(false),
        })
        .await;
    assert_eq!(second.until_now().await.1, [], "it was not its turn");
    served.stop().await;
}

#[tokio::test]
async fn a_phone_that_went_without_a_word_does_not_keep_the_voice() {
    let dir = tempfile::tempdir().expect("folder");
    let limits = Limits {
        voice_within: Duration::from_millis(300),
        dead: PATIENT,
        proved_within: PATIENT,
        ..Limits::default()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let mut owner = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let clerk = Preset::Clerk.permission();
    let one = Phone::linked(&served, &mut owner, &clerk, 1).await;
    let two = Phone::linked(&served, &mut owner, &clerk, 2).await;
    let list = Some(vec![one.terminal.clone(), two.terminal.clone()]);
    let set = TerminalsAsk::SetVoice { list };
    assert_eq!(ask(&mut owner, set).await, Ok(TerminalsAnswer::Done));
    let mut first = one.link(served.address, None).await;
    first.welcome().await;
    let mut second = two.link(served.address, None).await;
    let mut speaks = second.welcome().await.speaks;
    // The second goes on beating and the first says nothing, though its system answers pings.
    let becomes = async |link: &mut Link, beating: &mut bool, wanted: bool| {
        while *beating != wanted {
            link.say(&TerminalSays::Beat { hearable: None }).await;
            let within = Duration::from_millis(100);
            if let Ok(Some(HubSays::Changed { speaks, .. })) = timeout(within, link.heard()).await {
                *beating = speaks;
            }
        }
    };
    timeout(PATIENCE, becomes(&mut second, &mut speaks, true))
        .await
        .expect("it has the voice now");
    // The first is back.
    let mut first_speaks = false;
    timeout(PATIENCE, becomes(&mut first, &mut first_speaks, true))
        .await
        .expect("and gives it back");
    served.stop().await;
}
