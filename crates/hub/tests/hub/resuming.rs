//! Clerks' phones: each goes on where it left off, over restarts and changes, and pages back.

use crate::phone::*;
use crate::shop::*;
use domain::permission::{HistoryReach, Preset};
use domain::terminal_wire::{HubSays, TerminalSays};
use domain::wire::{Request, Shop};
use domain::{Currency, Money};

#[tokio::test]
async fn it_goes_on_where_it_left_off_over_a_restart_and_pages_back() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let door = served.stripe().await;
    let manager = Phone::linked(&served, &mut owner, &Preset::Manager.permission(), 1).await;
    let clerk = Phone::linked(&served, &mut owner, &Preset::Clerk.permission(), 2).await;
    let mut deaf = Preset::Clerk.permission();
    (deaf.may.hear, deaf.may.history) = (false, HistoryReach::None);
    let deaf = Phone::linked(&served, &mut owner, &deaf, 3).await;
    let mut link = manager.link(served.address, None).await;
    let before = link.welcome().await;
    for n in 1..=3 {
        assert_eq!(stripe(served.address, &door, n, 100).await, 200);
    }
    let (items, place) = link.told(3).await;
    drop(link);
    for n in 4..=130 {
        assert_eq!(stripe(served.address, &door, n, 100).await, 200);
    }
    served.stop().await;

    let (served, mut owner) = with_owner(dir.path()).await;
    let mut link = manager.link(served.address, Some(place.clone())).await;
    let welcome = link.welcome().await;
    assert!(!welcome.from_start, "its place is known after a restart");
    assert_eq!(welcome.today.len(), 130);
    assert_eq!(welcome.today[0].id, items[0].id, "and so are its names");
    let (rest, newest) = link.told(127).await;
    assert_eq!(rest.len(), 127, "what came meanwhile, once");
    assert_ne!(newest, place);
    let mut link = manager.link(served.address, Some(before.cursor)).await;
    assert!(!link.welcome().await.from_start);
    assert_eq!(link.told(130).await.0.len(), 130);
    // Another phone's place is none.
    let mut link = clerk.link(served.address, Some(place)).await;
    assert!(link.welcome().await.from_start);
    let mut silent = deaf.link(served.address, None).await;
    let welcome = silent.welcome().await;
    assert_eq!(
        (welcome.today, welcome.speaks, welcome.totals),
        (vec![], false, None)
    );

    for (phone, reach) in [(&manager, 130), (&clerk, 130), (&deaf, 0)] {
        let mut link = phone.link(served.address, None).await;
        link.welcome().await;
        let (mut seen, mut before, mut id) = (Vec::new(), None, 0);
        loop {
            id += 1;
            link.say(&TerminalSays::History { id, before }).await;
            let page = link.heard().await;
            let Some(HubSays::Page {
                id: answered,
                items,
                more,
            }) = page
            else {
                panic!("{page:?}")
            };
            assert_eq!(answered, id);
            seen.extend(items.into_iter().map(|item| item.id));
            match more {
                Some(more) => before = Some(more),
                None => break,
            }
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((count, seen.len()), (reach, reach));
    }
    assert_eq!(stripe(served.address, &door, 131, 100).await, 200);
    link.told(1).await;
    let view = all(&mut owner).await;
    assert!(view.terminals.iter().all(|one| one.last_seen.is_some()));
    let (items, told) = silent.until_now().await;
    assert_eq!((items, told), (vec![], vec![]), "{:?}", silent.raw);
    served.stop().await;
}

#[tokio::test]
async fn a_shop_that_is_another_now_is_told_anew_with_its_day() {
    let dir = tempfile::tempdir().expect("folder");
    let (served, mut owner) = with_owner(dir.path()).await;
    let door = served.stripe().await;
    let senior = Preset::SeniorClerk.permission();
    let phone = Phone::linked(&served, &mut owner, &senior, 1).await;
    let mut link = phone.link(served.address, None).await;
    link.welcome().await;
    assert_eq!(stripe(served.address, &door, 1, 100).await, 200);
    let (_, place) = link.told(1).await;
    let set = |shop| Request::SetShop { shop };
    owner.ask(set(face())).await.expect("done");
    assert_eq!(link.until_now().await.1, [], "nothing changed");
    let other = Shop {
        name: "新面馆".to_owned(),
        currency: Currency::USD,
        ..face()
    };
    owner.ask(set(other.clone())).await.expect("done");
    assert_eq!(link.heard().await, None, "it is to come again");
    let mut link = phone.link(served.address, Some(place)).await;
    let welcome = link.welcome().await;
    assert_eq!((&welcome.shop, welcome.from_start), (&other, false));
    assert_eq!(welcome.today.len(), 1);
    let totals = welcome.totals.expect("totals");
    let yuan = Money::new(100, Currency::CNY).expect("money");
    assert_eq!((totals.payments, totals.received), (1, Some(vec![yuan])));
    assert_eq!(link.until_now().await.1, [], "nothing twice");
    served.stop().await;
}
