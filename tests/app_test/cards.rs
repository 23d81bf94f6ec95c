//! The cards on a real screen: they come without taking the focus, where they belong, and draw a payer's tricks as text.

use crate::rig::{Rig, phone, turn};
use serde_json::{Value, json};
use std::time::Duration;
use tests::{
    customer::{Notice, Sale, SmsForwarder, WechatV3, now},
    stage::Stage,
    wait,
};

#[tokio::test(flavor = "multi_thread")]
async fn typing_in_another_program_loses_no_key_while_cards_come() {
    let mut rig = Rig::set_up("settings").await;
    let wechat = WechatV3::default();
    let door = rig.add(wechat.config()).await;
    let typed = rig.stage.path("typed");
    rig.stage
        .other_program(
            "Till",
            &format!("stty -icanon; exec cat > {}", typed.display()),
        )
        .unwrap();
    let till = rig
        .stage
        .ask("xdotool", &["search", "--onlyvisible", "--name", "^Till$"])
        .unwrap();
    rig.stage
        .ask("xdotool", &["windowactivate", "--sync", &till])
        .unwrap();
    let active = || rig.stage.ask("xdotool", &["getactivewindow"]);
    assert_eq!(active().as_ref(), Some(&till));

    let text: String = "the quick brown fox jumps over the lazy dog 1234567890 ".repeat(4);
    let mut typist = rig.stage.command("xdotool");
    let mut typist = typist
        .args(["type", "--clearmodifiers", "--delay", "25", &text])
        .spawn()
        .unwrap();
    let book = rig.book();
    for number in 1..=20 {
        let sale = Sale::new(number, i64::try_from(number * 100).unwrap(), now());
        rig.deliver(&door, &wechat.payment(&sale, now())).await;
        assert_eq!(
            active().as_ref(),
            Some(&till),
            "card {number} took the focus"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    wait::until_now("the typing", 60, || typist.try_wait().unwrap());
    let cards = || async {
        Some(
            book.times()
                .iter()
                .filter(|one| one.shown.is_some())
                .count(),
        )
        .filter(|c| *c >= 20)
    };
    wait::until("twenty cards painted", 30, cards).await;
    rig.picture("cards-while-typing");
    assert_eq!(active().as_ref(), Some(&till));
    let whole = || async {
        std::fs::read_to_string(&typed)
            .ok()
            .filter(|t| t.len() >= text.len())
    };
    assert_eq!(
        wait::until("all keys", 10, whole).await,
        text,
        "every key, in order"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_stands_in_the_corner_and_a_payers_tricks_stay_text() {
    let rig = Rig::set_up("settings").await;
    let door = rig.add(phone()).await;
    let payer = "\u{202e}99.99¥<b onload=alert(1)>👩‍👧很长很长很长很长很长很长很长很长很长的名字";
    let notice = Notice::alipay(payer, 1_234, now());
    rig.deliver(
        &door,
        &SmsForwarder::new(&door.secret).by_template(&notice, now()),
    )
    .await;
    let book = rig.book();
    let shown = || async {
        book.times()
            .first()
            .copied()
            .filter(|one| one.shown.is_some())
    };
    wait::until("the card", 20, shown).await;
    rig.picture("card-tricks");
    rig.app.on("card").await.unwrap();
    rig.app.shows("12.34").await.unwrap();
    let text = rig.app.text().await;
    assert!(!text.contains('\u{202e}'), "{text:?}");
    let elements = rig
        .app
        .js("return document.querySelectorAll('b[onload]').length")
        .await
        .unwrap();
    assert_eq!(elements, 0, "a payer's name is text, never markup");

    // It lies within the screen, at the lower right.
    let frame = rig
        .app
        .js("return [window.screenX, window.screenY, window.outerWidth, window.outerHeight]")
        .await;
    println!("the card's place by its own page: {frame:?}");
    let [x, y, width, height] = place(&rig).unwrap();
    assert!(
        x > 800 && x + width <= 1600 && y > 450 && y + height <= 900,
        "{:?}",
        [x, y, width, height]
    );
    // And goes by itself.
    let gone = || async {
        rig.stage
            .ask(
                "xdotool",
                &["search", "--onlyvisible", "--name", "^Tillbell$"],
            )
            .is_none_or(|s| s.is_empty())
    };
    wait::until("the card's end", 30, || async {
        gone().await.then_some(())
    })
    .await;
}

/// Where the cards' window stands: left, top, width, height. Nothing while there is none.
fn place(rig: &Rig) -> Option<[i32; 4]> {
    let search = ["search", "--onlyvisible", "--name", "^Tillbell$"];
    let found = rig.stage.ask("xdotool", &search)?;
    let id = found.lines().next()?;
    let text = rig
        .stage
        .ask("xdotool", &["getwindowgeometry", "--shell", id])?;
    let number = |name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name))?;
        value.parse().ok()
    };
    Some([
        number("X=")?,
        number("Y=")?,
        number("WIDTH=")?,
        number("HEIGHT=")?,
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_come_up_on_the_chosen_monitor_and_on_the_other_while_that_is_gone() {
    let (turn, stage) = (turn(), Stage::start_with_monitors().unwrap());
    stage.plug_monitor("1280x800").unwrap();
    let rig = Rig::set_up_on(turn, stage, "settings").await;
    let wechat = WechatV3::default();
    let door = rig.add(wechat.config()).await;
    // The second monitor begins where the first ends.
    let there = |at: Option<[i32; 4]>| {
        at.filter(|[x, y, width, height]| {
            *x >= 1600 + 640 && x + width <= 2880 && *y >= 400 && y + height <= 800
        })
    };
    let here = |at: Option<[i32; 4]>| {
        at.filter(|[x, y, width, height]| {
            *x >= 800 && x + width <= 1600 && *y >= 450 && y + height <= 900
        })
    };
    rig.set(json!({ "card_monitor": "DUMMY1" })).await;
    let first = Sale::new(1, 1_250, now());
    rig.deliver(&door, &wechat.payment(&first, now())).await;
    let chosen = || async { there(place(&rig)) };
    wait::until("the card on the chosen monitor", 20, chosen).await;
    rig.picture("card-on-the-second-monitor");

    rig.stage.pull_monitor().unwrap();
    let left = || async {
        let monitors = rig.app.ask("monitors", Value::Null).await.ok()?;
        (monitors.as_array()?.len() == 1).then_some(())
    };
    wait::until("one monitor", 20, left).await;
    let second = Sale::new(2, 600, now());
    rig.deliver(&door, &wechat.payment(&second, now())).await;
    let other = || async { here(place(&rig)) };
    wait::until("the card on the monitor that is left", 20, other).await;

    rig.stage.plug_monitor("1280x800").unwrap();
    let third = Sale::new(3, 700, now());
    rig.deliver(&door, &wechat.payment(&third, now())).await;
    let back = || async { there(place(&rig)) };
    wait::until("the card on the chosen monitor again", 20, back).await;
}
