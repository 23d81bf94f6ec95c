//! A clerk's phone on the real app: invited in settings, linked in a real browser, hears what it may, follows a change of
//! its permission, and is cut off.

use crate::rig::{Rig, phone, pictures, word, word_zh};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{
    app::Phone,
    customer::{Notice, SmsForwarder, now},
    wait,
};

/// A change in settings is seen on a phone at once, not with the next beat. Far beyond what it takes: the drivers of both
/// windows are included, and a laden machine is no fault.
const AT_ONCE: Duration = Duration::from_secs(10);
/// Who pays; a clerk is not told.
const PAYER: &str = "王*";

#[tokio::test(flavor = "multi_thread")]
async fn a_clerks_phone_is_invited_hears_what_it_may_and_is_cut_off() {
    let rig = Rig::set_up("settings").await;
    let app = &rig.app;
    let door = rig.add(phone()).await;
    let forwarder = SmsForwarder::new(&door.secret);
    app.shows(&word("terminals.turn_on")).await.unwrap();
    picture(&rig, "terminals-1-off").await;

    app.press(&word("terminals.turn_on")).await.unwrap();
    app.shows(&word("terminals.is_on")).await.unwrap();
    picture(&rig, "terminals-2-empty").await;
    let link = invitation(&rig, "Zoe").await;
    picture(&rig, "terminals-3-invitation").await;

    let clerk = Phone::start(&rig.stage, "zh-CN").await.unwrap();
    clerk.open(&link).await.unwrap();
    clerk.shows(&word_zh("phone.invited")).await.unwrap();
    // Whoever looks over the clerk's shoulder, or finds the browser's history, finds no invitation.
    let address = clerk.js("return location.href").await.unwrap();
    assert!(!address.as_str().unwrap().contains('#'), "{address}");
    clerk
        .picture(&pictures().join("terminals-phone-1-invited.png"))
        .await
        .unwrap();
    clerk.press(&word_zh("phone.accept")).await.unwrap();
    clerk.shows(&word_zh("phone.state_on")).await.unwrap();
    let linked = word("terminals.linked").replace("{name}", "Zoe");
    app.shows(&linked).await.unwrap();
    app.shows(&word("terminals.not_yours")).await.unwrap();
    app.press(&word("terminals.done")).await.unwrap();
    app.shows(&word("terminals.online")).await.unwrap();
    clerk.press(&word_zh("phone.sound_on")).await.unwrap();

    // A payment: seen and spoken, without its payer.
    let paid = Notice::alipay(PAYER, 1_280, now());
    let heard = rig
        .deliver(&door, &forwarder.by_template(&paid, now()))
        .await;
    assert_eq!(heard.status, 200, "{heard:?}");
    let took = clerk.shows("12.80").await.unwrap();
    println!("a payment stood on the phone {took:?} after it was accepted");
    let spoken = || async { said(&clerk).await.filter(|said| said.contains("十二")) };
    wait::until("the phone speaks the amount", 15, spoken).await;
    assert!(!clerk.text().await.contains(PAYER));
    clerk
        .picture(&pictures().join("terminals-phone-2-heard.png"))
        .await
        .unwrap();

    // The owner shows it everything: at once, on the link that is open, and of what came before.
    app.click("#terminals ul .row button:nth-child(1)")
        .await
        .unwrap();
    app.click("#terminals .roles label:last-child")
        .await
        .unwrap();
    picture(&rig, "terminals-4-permission").await;
    let before = Instant::now();
    app.click("#terminals form .button.primary").await.unwrap();
    clerk.shows(PAYER).await.unwrap();
    let took = before.elapsed();
    println!("a permission was in force on the phone {took:?} after it was saved");
    assert!(took < AT_ONCE, "{took:?}");
    app.shows(&word("terminals.saved")).await.unwrap();

    // What the owner reads of it.
    app.click("#terminals ul .row button:nth-child(2)")
        .await
        .unwrap();
    app.shows(&word("terminals.sent_live")).await.unwrap();
    picture(&rig, "terminals-5-sent").await;
    rig.set(json!({ "language": "zh-CN" })).await;
    app.shows(&word_zh("settings.terminals")).await.unwrap();
    app.press(&word_zh("terminals.record")).await.unwrap();
    app.shows(&word_zh("terminals.record_linked").replace("{name}", "Zoe"))
        .await
        .unwrap();
    picture(&rig, "terminals-6-record-zh").await;

    // Cut off: the page forgets everything, and the link that was used is good for nobody.
    app.click("#terminals ul .row button:nth-child(3)")
        .await
        .unwrap();
    picture(&rig, "terminals-7-remove-zh").await;
    let before = Instant::now();
    app.click("#terminals .confirm .danger").await.unwrap();
    clerk.shows(&word_zh("phone.revoked")).await.unwrap();
    let took = before.elapsed();
    println!("the phone was cut off {took:?} after the owner said so");
    assert!(took < AT_ONCE, "{took:?}");
    // Just then the owner wants to know what it was told.
    app.js("[...document.querySelectorAll('#terminals details')].at(-1).open = true")
        .await
        .unwrap();
    app.click("#terminals .gone button").await.unwrap();
    app.shows(&word_zh("terminals.sent_live")).await.unwrap();
    picture(&rig, "terminals-8-removed-zh").await;
    let rest = clerk.text().await;
    assert!(!rest.contains("12.80") && !rest.contains(PAYER), "{rest}");
    clerk
        .picture(&pictures().join("terminals-phone-3-revoked.png"))
        .await
        .unwrap();
    rig.deliver(
        &door,
        &forwarder.by_template(&Notice::wechat(6_600, now()), now()),
    )
    .await;
    clerk.reload().await.unwrap();
    clerk.shows(&word_zh("phone.unlinked")).await.unwrap();
    assert!(!clerk.text().await.contains("66.00"));
    assert_eq!(clerk.js("return window.refused").await.unwrap(), json!([]));
    clerk.close().await;

    let another = Phone::start(&rig.stage, "en").await.unwrap();
    another.open(&link).await.unwrap();
    another.press(&word("phone.accept")).await.unwrap();
    another.shows(&word("phone.invite_used")).await.unwrap();
    another.close().await;
}

/// Makes an invitation on the page, and reads its link as a clerk's camera does: from the section.
async fn invitation(rig: &Rig, name: &str) -> String {
    let app = &rig.app;
    app.press(&word("terminals.invite")).await.unwrap();
    app.write("#terminals form input.input", name)
        .await
        .unwrap();
    app.press(&word("terminals.make")).await.unwrap();
    app.shows(&word("terminals.withdraw")).await.unwrap();
    let link = app
        .js("return document.querySelector('#terminals .link-row code')?.textContent ?? null")
        .await
        .unwrap();
    if let Some(link) = link.as_str() {
        let code = "document.querySelector('#terminals svg[role=img]').scrollIntoView({ block: 'center' })";
        app.js(code).await.unwrap();
        let seen = rig.stage.path("invitation.png");
        app.picture(&seen).await.unwrap();
        let seen = seen.to_string_lossy();
        let scanned = rig.stage.ask("zbarimg", &["--quiet", "--raw", &seen]);
        assert_eq!(scanned.unwrap().trim(), link, "what the camera reads");
        return link.to_owned();
    }
    println!("no network here: the phone comes over loopback, not by the door to the network");
    app.shows(&word("terminals.no_address")).await.unwrap();
    let presets = app.ask("terminal_presets", Value::Null).await.unwrap();
    let wanted =
        json!({ "name": name, "permission": presets[0]["permission"], "expires_in_s": 3600 });
    let made = app.ask("invite_terminal", wanted).await.unwrap();
    made["invitation"]["links"][0]["url"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn said(phone: &Phone) -> Option<String> {
    let said = phone.said().await.join("\n");
    (!said.is_empty()).then_some(said)
}

/// The section about phones, as it stands in the window.
async fn picture(rig: &Rig, name: &str) {
    let look = "document.querySelector('#terminals').scrollIntoView({ block: 'start' })";
    rig.app.js(look).await.unwrap();
    rig.app
        .picture(&pictures().join(format!("{name}.png")))
        .await
        .unwrap();
}
