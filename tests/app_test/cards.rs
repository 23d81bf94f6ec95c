//! The cards on a real screen: they come without taking the focus, where they belong, and draw a payer's tricks as text.

use crate::rig::{Rig, phone};
use std::time::Duration;
use tests::{
    customer::{Notice, Sale, SmsForwarder, WechatV3, now},
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
    let found = rig
        .stage
        .ask(
            "xdotool",
            &["search", "--onlyvisible", "--name", "^Tillbell$"],
        )
        .unwrap();
    let place = rig
        .stage
        .ask(
            "xdotool",
            &[
                "getwindowgeometry",
                "--shell",
                found.lines().next().unwrap(),
            ],
        )
        .unwrap();
    let number = |name: &str| -> i32 {
        place
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap()
            .parse()
            .unwrap()
    };
    let (x, y, width, height) = (
        number("X="),
        number("Y="),
        number("WIDTH="),
        number("HEIGHT="),
    );
    assert!(
        x > 800 && x + width <= 1600 && y > 450 && y + height <= 900,
        "{place}"
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
