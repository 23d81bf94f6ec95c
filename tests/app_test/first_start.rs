//! The first start, step by step as an owner does it: from nothing to a test payment that was seen and heard.

use crate::rig::{Rig, word, word_zh};
use domain::SourceConfig;
use serde_json::Value;
use tests::{
    app::Driven,
    customer::{Heard, Notice, Sale, SmsForwarder, WechatV3, deliver_over_tls, now},
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

/// The first start of an owner who takes WeChat's own notices, in one language: the form is filled with what the
/// merchant page of WeChat shows, the address is read off the page, and WeChat's first letter turns the light.
async fn a_platform_is_set_up(language: &str, button: &str, zh: bool) {
    let rig = Rig::new("welcome").await;
    let app = &rig.app;
    let word = |key: &str| if zh { word_zh(key) } else { word(key) };
    app.shows(button).await.unwrap();
    app.press(button).await.unwrap();
    app.shows(&word("welcome.language")).await.unwrap();
    app.press(&word("welcome.next")).await.unwrap();
    app.shows(&word("welcome.shop")).await.unwrap();
    app.write("main input", "山间茶铺 Hill Tea").await.unwrap();
    app.press(&word("welcome.next")).await.unwrap();

    app.shows(&word("welcome.news")).await.unwrap();
    app.press_containing(&word("source.wechat_v3"))
        .await
        .unwrap();
    app.shows(&word("field.wechat_v3.mchid")).await.unwrap();
    // Nothing is entered yet: it says what is wrong, and where.
    app.press(&word("sources.add")).await.unwrap();
    app.shows(&word("field.wechat_v3.mchid_wrong"))
        .await
        .unwrap();
    rig.picture(&format!("first-start-platform-{language}-1-form"));
    let wechat = WechatV3::default();
    let SourceConfig::WechatV3 {
        mchid,
        api_v3_key,
        platform_keys,
        ..
    } = wechat.config()
    else {
        panic!("another kind");
    };
    for (name, text) in [
        ("field.wechat_v3.mchid", mchid.as_str()),
        ("field.wechat_v3.api_v3_key", api_v3_key.expose()),
        (
            "field.wechat_v3.certificates",
            platform_keys[0].pem.as_str(),
        ),
    ] {
        // As a person finds it: by the words above it.
        let find = format!(
            "const label = [...document.querySelectorAll('form label')].find((one) => one.textContent.trim().startsWith({}));
            return label.htmlFor",
            serde_json::to_string(&word(name)).unwrap()
        );
        let id = app.js(&find).await.unwrap();
        app.write(&format!("[id='{}']", id.as_str().unwrap()), text)
            .await
            .unwrap();
    }
    app.press(&word("sources.add")).await.unwrap();
    app.shows(&word("light.waiting_platform")).await.unwrap();
    rig.picture(&format!("first-start-platform-{language}-2-address"));

    // The address stands there to be copied; WeChat's machines reach it by whatever leads to this one.
    let shown = app
        .js("return [...document.querySelectorAll('code')].map((code) => code.textContent.trim())")
        .await
        .unwrap();
    let shown: Vec<String> = serde_json::from_value(shown).unwrap();
    let door = rig.door("wechat_v3").await;
    assert!(shown.contains(&door.url), "{} in {shown:?}", door.url);
    assert!(
        !shown.iter().any(|text| text.contains(api_v3_key.expose())),
        "the key is not shown again"
    );
    let strange = wechat.payment(&Sale::new(1, 100, now()), now().plus_ms(-3_600_000));
    let refused = rig.post.deliver(&door.url, &strange).await.unwrap();
    assert_eq!(refused.status, 401, "{refused:?}");
    app.shows(&word("refusal.stale")).await.unwrap();
    let letter = wechat.payment(&Sale::new(2, 1_280, now()), now());
    rig.deliver(&door, &letter).await;
    app.shows(&word("light.heard_platform")).await.unwrap();
    rig.picture(&format!("first-start-platform-{language}-3-heard"));
    app.press(&word("welcome.next")).await.unwrap();
    app.shows(&word("welcome.sound")).await.unwrap();
    let told = || async { (rig.book().times().len() == 1).then_some(()) };
    wait::until("the payment in the book", 20, told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_is_set_up_in_english_and_its_first_letter_turns_the_light() {
    a_platform_is_set_up("en", "English", false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_is_set_up_in_chinese_and_its_first_letter_turns_the_light() {
    a_platform_is_set_up("zh", "简体中文", true).await;
}
