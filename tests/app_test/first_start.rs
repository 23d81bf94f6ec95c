//! The first start, step by step as an owner does it: from nothing to a test payment that was seen and heard.

use crate::rig::{Rig, word};
use tests::{
    customer::{Notice, SmsForwarder, now},
    stage::sound,
    wait,
};

#[tokio::test(flavor = "multi_thread")]
async fn from_nothing_to_a_payment_that_was_seen_and_heard() {
    let rig = Rig::new("welcome").await;
    let app = &rig.app;
    let recording = rig
        .stage
        .record(&rig.stage.path("first-start.wav"))
        .unwrap();

    app.shows(&word("welcome.language")).await.unwrap();
    app.press("English").await.unwrap();
    rig.picture("first-start-1-language");
    app.press(&word("welcome.next")).await.unwrap();

    app.shows(&word("welcome.shop")).await.unwrap();
    app.write("main input", "Hill Tea").await.unwrap();
    app.click("main select option[value='CNY']").await.unwrap();
    rig.picture("first-start-2-shop");
    app.press(&word("welcome.next")).await.unwrap();

    app.shows(&word("welcome.news")).await.unwrap();
    rig.picture("first-start-3-news");
    app.press_containing(&word("source.sms_forwarder"))
        .await
        .unwrap();
    app.press(&word("sources.add")).await.unwrap();
    app.shows(&word("light.waiting_phone")).await.unwrap();
    // What an owner copies to the phone, read off the page.
    app.press(&word("setup.show")).await.unwrap();
    let codes = app
        .js("return [...document.querySelectorAll('code')].map((code) => code.textContent.trim())")
        .await;
    let codes: Vec<String> = serde_json::from_value(codes.unwrap()).unwrap();
    let address = codes
        .iter()
        .find(|code| code.starts_with("http://127.0.0.1"))
        .unwrap();
    let secret = codes.last().unwrap();
    rig.picture("first-start-4-phone");
    let notice = SmsForwarder::new(secret).by_template(&Notice::wechat(1_280, now()), now());
    let heard = rig.post.deliver(address, &notice).await.unwrap();
    assert_eq!(heard.status, 200, "{heard:?}");
    app.shows(&word("light.heard_phone")).await.unwrap();
    rig.picture("first-start-5-heard");
    app.press(&word("welcome.next")).await.unwrap();

    app.shows(&word("welcome.sound")).await.unwrap();
    app.press(&word("sound.check")).await.unwrap();
    app.shows(&word("sound.spoke")).await.unwrap();
    rig.picture("first-start-6-sound");
    app.press(&word("welcome.next")).await.unwrap();

    app.shows(&word("welcome.test")).await.unwrap();
    app.press(&word("test.send")).await.unwrap();
    let book = rig.book();
    let shown_and_said = || async {
        let times = book.times();
        (times.len() == 2
            && times
                .iter()
                .all(|one| one.shown.is_some() && one.spoken.is_some()))
        .then_some(())
    };
    wait::until("notice and test payment shown and said", 30, shown_and_said).await;
    rig.picture("first-start-7-test");
    // Pressed a moment later, since its window is gone before a click could be answered.
    app.js("setTimeout(() => document.querySelector('footer .primary').click(), 50)")
        .await
        .unwrap();

    // A second start only shows the window of the first.
    let mut second = rig.stage.command(tests::app::program("tillbell").unwrap());
    let status = second
        .arg("--data-dir")
        .arg(&rig.data)
        .args(["--open", "history"])
        .status()
        .unwrap();
    assert!(status.success());
    app.on("history").await.unwrap();
    app.shows("Hill Tea").await.unwrap();
    app.shows("¥12.80").await.unwrap();
    rig.picture("history");

    let heard = sound::loudness(&recording.stop()).unwrap();
    assert!(heard.heard_ms > 3_000 && heard.level > 20, "{heard:?}");
    // Done once, it does not come again: a start by hand shows the history.
    let info = app.ask("app_info", serde_json::Value::Null).await.unwrap();
    assert_eq!(info["first_start"], false);

    // The key to the phone's secret is in the system's keychain, not beside what it opens.
    let note = std::fs::read_to_string(rig.data.join("hub-key.json")).unwrap();
    assert!(note.contains("\"keychain\""), "{note}");
    assert!(!rig.data.join("hub.key").exists(), "a key file was written");
}
