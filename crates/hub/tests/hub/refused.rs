//! A key that was changed at the platform looks like somebody else's letters: several of them raise the alarm, one
//! genuine delivery ends it.

use crate::shop::*;
use domain::SourceKind;
use domain::wire::{SourceHealth, SourceState, ToTerminal};
use hub::Limits;
use std::time::Duration;

async fn told(terminal: &mut Terminal, wanted: SourceState) -> SourceHealth {
    loop {
        if let Some(ToTerminal::Beat { sources, .. }) = terminal.next().await {
            let stripe = sources.into_iter().find(|s| s.kind == SourceKind::Stripe);
            if let Some(health) = stripe.filter(|health| health.state == wanted) {
                return health;
            }
        }
    }
}

#[tokio::test]
async fn letters_in_another_hand_raise_the_alarm_after_a_while_and_a_genuine_one_ends_it() {
    let dir = tempfile::tempdir().expect("folder");
    let limits = Limits {
        refusals_over: Duration::from_millis(200),
        ..Limits::default()
    };
    let served = Served::with_limits(dir.path(), limits).await;
    let door = served.stripe().await;
    let mut terminal = Terminal::link(served.address, &served.terminal().await, None, 0).await;
    told(&mut terminal, SourceState::Waiting).await;
    assert_eq!(stripe(served.address, &door, 1, 100).await, 200);
    told(&mut terminal, SourceState::Listening).await;

    let began = now_ms();
    let mut n = 2;
    let health = {
        let alarm = told(&mut terminal, SourceState::Refusing);
        tokio::pin!(alarm);
        loop {
            let (headers, body) = stripe_letter_signed(n, 100, "whsec_another");
            let (status, _) = send(served.address, "POST", &door, &headers, &body).await;
            assert_eq!(status, 401);
            n += 1;
            tokio::select! {
                health = &mut alarm => break health,
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
            assert!(now_ms() - began < 20_000, "no alarm");
        }
    };
    assert!(n > 4 && now_ms() - began >= 200, "too early");
    let refusing = health.refusing.expect("known");
    assert_eq!(
        (refusing.code.as_str(), refusing.proven),
        ("signature", false)
    );
    assert!(refusing.since.millis() >= began - 1);

    assert_eq!(stripe(served.address, &door, n, 100).await, 200);
    let health = told(&mut terminal, SourceState::Listening).await;
    assert_eq!(health.refusing, None);
    served.stop().await;
}
