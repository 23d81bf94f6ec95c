//! The first start, step by step as an owner does it: from nothing to a test payment that was seen and heard.

use crate::rig::{Rig, word};
use serde_json::Value;
use tests::{
    app::Driven,
    customer::{Heard, Notice, SmsForwarder, deliver_over_tls, now},
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
    let heard = notice_from_the_phone(&rig).await;
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
    let info = app.ask("app_info", Value::Null).await.unwrap();
    assert_eq!(info["first_start"], false);

    // The key to the phone's secret is in the system's keychain, not beside what it opens.
    let note = std::fs::read_to_string(rig.data.join("hub-key.json")).unwrap();
    assert!(note.contains("\"keychain\""), "{note}");
    assert!(!rig.data.join("hub.key").exists(), "a key file was written");
}

/// Opens the doors, reads off the page what an owner copies to the phone, and lets the phone tell of a payment.
async fn notice_from_the_phone(rig: &Rig) -> Heard {
    let app = &rig.app;
    app.press(&word("doors.do_open")).await.unwrap();
    // The address of the shop's network comes first then, with its QR code open.
    let doors = app.ask("doors", Value::Null).await.unwrap();
    let network = doors["lan_addresses"].as_array().unwrap().first().cloned();
    let begins = network
        .as_ref()
        .map(|ip| format!("https://{}:", ip.as_str().unwrap()));
    if let Some(begins) = &begins {
        app.shows(begins).await.unwrap();
    }
    app.press(&word("setup.show")).await.unwrap();
    code(app, "setup.qr_of_secret", &word("setup.secret")).await;
    let codes = app
        .js("return [...document.querySelectorAll('code')].map((code) => code.textContent.trim())")
        .await;
    let codes: Vec<String> = serde_json::from_value(codes.unwrap()).unwrap();
    let secret = codes.last().unwrap();
    let notice = SmsForwarder::new(secret).by_template(&Notice::wechat(1_280, now()), now());
    code(
        app,
        "setup.qr_of_address",
        begins.as_deref().unwrap_or("http://127.0.0.1:"),
    )
    .await;
    rig.picture("first-start-4-phone");
    let found = |with: &str| codes.iter().find(|code| code.starts_with(with)).unwrap();
    let Some(begins) = begins else {
        println!("no network here: the notice came over loopback, not by the door to the network");
        return rig
            .post
            .deliver(found("http://127.0.0.1"), &notice)
            .await
            .unwrap();
    };
    let doors = app.ask("doors", Value::Null).await.unwrap();
    let fingerprint = doors["fingerprint"].as_str().unwrap();
    let heard = deliver_over_tls(found(&begins), fingerprint, &notice)
        .await
        .unwrap();
    // Whoever pretends to be the hub is not told.
    let other = fingerprint.chars().rev().collect::<String>();
    assert!(
        deliver_over_tls(found(&begins), &other, &notice)
            .await
            .is_err()
    );
    heard
}

/// Waits until the page draws a QR code of this name, in the same section as this text.
async fn code(app: &Driven, name: &str, beside: &str) {
    let label = word(name);
    let script = format!(
        "const code = document.querySelector('svg[aria-label=\"{label}\"]');
        const there = code?.closest('section').textContent.includes('{beside}');
        return there ? code.querySelector('path').getAttribute('d').length : 0"
    );
    let drawn = || async {
        let length = app.js(&script).await.ok()?.as_u64()?;
        (length > 500).then_some(())
    };
    wait::until(&format!("the QR code {label:?}"), 15, drawn).await;
}
