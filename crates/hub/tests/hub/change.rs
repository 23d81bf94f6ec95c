//! A source is changed behind its door: keys roll, names change, what is known of it stays.

use crate::shop::{Served, Terminal, door_of, send, stripe, stripe_letter_signed};
use domain::wire::{Answer, AskError, Request, SourceForm, SourceView};
use domain::{Secret, SourceConfig, SourceId, SourceKind};

const NEW: &str = "whsec_for_tests_only_rolled";

fn keys(secrets: &[&str]) -> SourceConfig {
    SourceConfig::Stripe {
        endpoint_secrets: secrets.iter().copied().map(Secret::new).collect(),
        test_mode: true,
    }
}

async fn sources(terminal: &mut Terminal) -> Vec<SourceView> {
    match terminal.ask(Request::Sources).await {
        Ok(Answer::Sources { sources }) => sources,
        other => panic!("no sources: {other:?}"),
    }
}

async fn signed_with_new(served: &Served, door: &str, n: u64) -> u16 {
    let (headers, body) = stripe_letter_signed(n, 100, NEW);
    send(served.address, "POST", door, &headers, &body).await.0
}

#[tokio::test]
async fn secrets_roll_behind_the_same_door() {
    let dir = tempfile::tempdir().expect("folder");
    let served = Served::start(dir.path()).await;
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    let door = served.stripe().await;
    let id = sources(&mut terminal).await[1].id.clone();
    let change = |name: &str, config: SourceConfig| Request::UpdateSource {
        id: id.clone(),
        name: name.to_owned(),
        config,
    };

    assert_eq!(stripe(served.address, &door, 1, 100).await, 200);
    assert_ne!(signed_with_new(&served, &door, 2).await, 200);
    assert_eq!(sources(&mut terminal).await[1].refused, 1);

    // The new one is good at once, and the one before it still is.
    assert_eq!(
        terminal.ask(change(" 网店 ", keys(&[NEW]))).await,
        Ok(Answer::Done)
    );
    assert_eq!(signed_with_new(&served, &door, 2).await, 200);
    assert_eq!(stripe(served.address, &door, 3, 100).await, 200);
    let view = sources(&mut terminal).await.remove(1);
    assert_eq!((view.id.clone(), view.name.as_str()), (id.clone(), "网店"));
    assert_eq!((view.refused, view.last_refusal), (0, None));
    assert!(view.health.last_heard.is_some(), "what was heard is known");

    // What is shown holds no secret, and sent back as it is it changes nothing.
    let shown = terminal.ask(Request::SourceForm { id: id.clone() }).await;
    let form = SourceForm {
        id: id.clone(),
        name: "网店".to_owned(),
        config: keys(&["", ""]),
    };
    assert_eq!(shown, Ok(Answer::Form { form: form.clone() }));
    assert_eq!(
        terminal.ask(change("网店", form.config)).await,
        Ok(Answer::Done)
    );
    assert_eq!(stripe(served.address, &door, 4, 100).await, 200);

    // What cannot be is refused and changes nothing.
    let invalid = |field: &str| {
        Err(AskError::Invalid {
            field: field.to_owned(),
        })
    };
    let phone = SourceConfig::Forwarder {
        secret: Secret::default(),
    };
    for (name, config, field) in [
        ("", keys(&[]), "name"),
        ("a", keys(&["no secret"]), "endpoint_secrets"),
        ("a", phone, "kind"),
    ] {
        assert_eq!(terminal.ask(change(name, config)).await, invalid(field));
    }
    let none = SourceId::new("none").expect("a name");
    assert_eq!(
        terminal.ask(Request::SourceForm { id: none }).await,
        Err(AskError::NotFound)
    );
    let test = sources(&mut terminal).await[0].clone();
    assert_eq!(test.kind, SourceKind::Test);
    assert_eq!(
        terminal.ask(Request::SourceForm { id: test.id }).await,
        invalid("id")
    );

    // It is stored: after a restart both are good at the same door. The new one alone then ends the old one.
    served.stop().await;
    let served = Served::start(dir.path()).await;
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    assert_eq!(sources(&mut terminal).await[1].name, "网店");
    assert_eq!(signed_with_new(&served, &door, 5).await, 200);
    assert_eq!(stripe(served.address, &door, 6, 100).await, 200);
    assert_eq!(
        terminal.ask(change("网店", keys(&[NEW]))).await,
        Ok(Answer::Done)
    );
    assert_ne!(stripe(served.address, &door, 7, 100).await, 200);
    assert_eq!(signed_with_new(&served, &door, 8).await, 200);
    let setup = served
        .hub
        .source_setup(&served.shop, &id, Some(served.address))
        .expect("setup");
    assert_eq!(door_of(&setup), door);

    // Removed is removed: a change that comes after it finds nothing.
    let remove = Request::RemoveSource { id: id.clone() };
    assert_eq!(terminal.ask(remove).await, Ok(Answer::Done));
    assert_eq!(
        terminal.ask(change("网店", keys(&[]))).await,
        Err(AskError::NotFound)
    );
    served.stop().await;
}
