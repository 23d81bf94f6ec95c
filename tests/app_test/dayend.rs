//! The day's end in the real app: an evening from its payments over the platform's bill and the drawer to a closing with
//! its number; a blind count that outlives a power cut; a shift that is handed over; a closing that is put right.

use crate::{
    rig::{Rig, phone, pictures},
    statements::{bill, drop_files},
};
use serde_json::{Value, json};
use tests::{
    customer::{Notice, Sale, SmsForwarder, WechatV3, now},
    wait,
};

/// Looks at the page in both languages.
async fn pictures_of(rig: &Rig, name: &str) {
    let file = |language: &str| pictures().join(format!("dayend-{name}-{language}.png"));
    rig.app.picture(&file("en")).await.unwrap();
    speak(rig, "zh-CN", "结账记录").await;
    rig.app.picture(&file("zh")).await.unwrap();
    speak(rig, "en", "Closings").await;
}

/// Only the settings window may change the language.
async fn speak(rig: &Rig, language: &str, shows: &str) {
    rig.app.ask("open_window", json!("settings")).await.unwrap();
    rig.app.on("settings").await.unwrap();
    rig.set(json!({ "language": language })).await;
    rig.app.on("history").await.unwrap();
    rig.app.shows(shows).await.unwrap();
}

async fn draft(rig: &Rig) -> Value {
    rig.app.ask("closing_draft", Value::Null).await.unwrap()
}

/// Writes a number of notes of one worth, in minor units, and waits until the book has it.
async fn count(rig: &Rig, worth: i64, number: &str) {
    let field = format!("input[id$='-{worth}']");
    rig.app.write(&field, number).await.unwrap();
    let there = || async {
        let draft = draft(rig).await;
        let pieces = draft["pieces"].as_array()?.clone();
        let piece = pieces.iter().find(|one| one["worth"]["minor"] == worth)?;
        (piece["count"].as_u64() == number.parse().ok()).then_some(())
    };
    wait::until("the count is kept", 20, there).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evening_from_payments_over_a_bill_and_the_drawer_to_a_closing() {
    let rig = Rig::set_up("settings").await;
    let wechat = WechatV3::default();
    let door = rig.add(wechat.config()).await;
    let by_phone = rig.add(phone()).await;
    rig.app.ask("mute", json!("half_hour")).await.unwrap();
    rig.turn_to("settings", "history").await;
    rig.app.click("#tab-reconcile").await.unwrap();
    rig.app.shows("No payments on this day").await.unwrap();
    rig.app.shows("No day has been closed yet").await.unwrap();
    pictures_of(&rig, "empty").await;

    let at = now();
    let sale = |number: u64, minor: i64| Sale::new(number, minor, at);
    let sales = [
        sale(1, 1_250),
        sale(2, 600),
        sale(3, 12_800),
        sale(4, 3_590),
    ];
    for sale in &sales {
        rig.deliver(&door, &wechat.payment(sale, now())).await;
    }
    let notice = SmsForwarder::new(&by_phone.secret).by_template(&Notice::wechat(777, at), at);
    rig.deliver(&by_phone, &notice).await;
    // The page follows by itself.
    rig.app.shows("¥190.17").await.unwrap();
    rig.app.shows("5 payments").await.unwrap();
    let hours = "return [...document.querySelectorAll('#dayend-day')].map((one) => one.closest('section'))
        .flatMap((card) => [...card.querySelectorAll('tbody td:nth-of-type(1)')]).reduce((sum, cell) => sum + Number(cell.textContent), 0)";
    assert_eq!(
        rig.app.js(hours).await.unwrap(),
        json!(5),
        "the chart's table"
    );

    // What only a phone reported is one click from its payment.
    let look = "section[aria-labelledby='dayend-questions'] .link";
    rig.app.shows("only reported by a phone").await.unwrap();
    rig.app.click(look).await.unwrap();
    rig.app.click(".payment").await.unwrap();
    let tab = "return document.querySelector('#tab-book').getAttribute('aria-selected')";
    assert_eq!(rig.app.js(tab).await.unwrap(), json!("true"));
    rig.app.click("#tab-reconcile").await.unwrap();

    // The platform says the same.
    drop_files(&rig, &[("1900000109All.csv", &bill(&sales))]).await;
    rig.app.shows("on both sides").await.unwrap();

    // The drawer: a float, and what is in it now.
    rig.app.write(".who input", "Li Fang").await.unwrap();
    rig.app.press("Write down").await.unwrap();
    rig.app
        .write("form input[inputmode='decimal']", "300")
        .await
        .unwrap();
    rig.app.click("form .primary").await.unwrap();
    rig.app.shows("¥300.00").await.unwrap();
    rig.app.press("Count the cash").await.unwrap();
    count(&rig, 10_000, "2").await;
    rig.app.shows("¥100.00 too little").await.unwrap();
    pictures_of(&rig, "counting").await;
    count(&rig, 10_000, "3").await;
    rig.app.shows("It is right").await.unwrap();

    // Closed, with a number; the words before say what happens.
    rig.app.click(".doings .primary").await.unwrap();
    rig.app.shows("Closing no. 1 takes in:").await.unwrap();
    rig.app
        .shows("Cash counted: ¥300.00. It is right.")
        .await
        .unwrap();
    pictures_of(&rig, "asked").await;
    rig.app.click("dialog form .primary").await.unwrap();
    rig.app.shows("No. 1 ·").await.unwrap();
    rig.app.shows("Closed by Li Fang").await.unwrap();
    pictures_of(&rig, "closed").await;
    let closing = rig.app.ask("closing", json!(1)).await.unwrap();
    assert_eq!(closing["closed_by"], "Li Fang");
    assert_eq!(closing["taken"][0]["net"]["minor"], 19_017, "{closing:#}");
    assert_eq!(closing["cash"]["variance"]["minor"], 0);
    let head = closing["head"].as_str().unwrap().to_owned();
    rig.app.shows(&head).await.unwrap();

    // What comes after belongs to the next one, and the closing stays as it is, also over a power cut.
    rig.app.click("dialog .icon-button").await.unwrap();
    rig.deliver(&door, &wechat.payment(&sale(6, 2_000), now()))
        .await;
    rig.app
        .shows("came after their day was closed")
        .await
        .unwrap();
    pictures_of(&rig, "late").await;
    let rig = rig.restarted("history", true).await;
    rig.app.click("#tab-reconcile").await.unwrap();
    rig.app.shows("This day is closed").await.unwrap();
    assert_eq!(
        rig.app.ask("closing", json!(1)).await.unwrap()["head"],
        head.as_str()
    );

    // Put right by one with its own number.
    rig.app.click(".closing").await.unwrap();
    rig.app.press("Correct").await.unwrap();
    rig.app
        .write(
            "dialog input[id$='-why']",
            "a note of 50 lay under the tray",
        )
        .await
        .unwrap();
    rig.app
        .write("dialog input[id$='-counted']", "350")
        .await
        .unwrap();
    rig.app
        .write("dialog input[id$='-reason']", "found afterwards")
        .await
        .unwrap();
    rig.app
        .write("dialog input[id$='-who']", "Li Fang")
        .await
        .unwrap();
    rig.app.click("dialog form .primary").await.unwrap();
    rig.app.shows("No. 2 ·").await.unwrap();
    rig.app.shows("This puts a closing right").await.unwrap();
    pictures_of(&rig, "corrected").await;
    let first = rig.app.ask("closing", json!(1)).await.unwrap();
    assert_eq!(first["corrected_by"], json!([2]));
    assert_eq!(
        first["cash"]["counted"]["minor"], 30_000,
        "nothing is overwritten"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blind_count_outlives_a_power_cut_and_a_shift_is_handed_over() {
    let rig = Rig::set_up("settings").await;
    let wechat = WechatV3::default();
    let door = rig.add(wechat.config()).await;
    rig.app.ask("mute", json!("half_hour")).await.unwrap();
    let mut closing = rig.app.ask("settings", Value::Null).await.unwrap()["closing"].clone();
    closing["blind"] = json!(true);
    rig.set(json!({ "closing": closing })).await;
    rig.deliver(&door, &wechat.payment(&Sale::new(1, 4_550, now()), now()))
        .await;
    rig.turn_to("settings", "history").await;
    rig.app.click("#tab-reconcile").await.unwrap();
    rig.app.shows("¥45.50").await.unwrap();
    rig.app.write(".who input", "Xiao Zhao").await.unwrap();
    rig.app.press("Write down").await.unwrap();
    rig.app
        .write("form input[inputmode='decimal']", "212")
        .await
        .unwrap();
    rig.app.click("form .primary").await.unwrap();
    rig.app.press("Count the cash").await.unwrap();
    count(&rig, 10_000, "2").await;
    count(&rig, 1_000, "1").await;

    // Not only out of sight: the page is not told.
    let unknown = async |rig: &Rig| assert_eq!(draft(rig).await["expected"], Value::Null);
    unknown(&rig).await;
    rig.app
        .shows("shown once the count is handed in")
        .await
        .unwrap();

    // The power goes in the middle of the count; it stands there again.
    let rig = rig.restarted("history", true).await;
    rig.app.click("#tab-reconcile").await.unwrap();
    rig.app
        .shows("shown once the count is handed in")
        .await
        .unwrap();
    rig.app.shows("¥210.00").await.unwrap();
    unknown(&rig).await;
    pictures_of(&rig, "blind").await;

    // Handed in, it is told, and stands.
    rig.app.write(".who input", "Xiao Zhao").await.unwrap();
    rig.app.press("Hand in the count").await.unwrap();
    rig.app.shows("¥2.00 too little").await.unwrap();
    let change = json!({ "day": draft(&rig).await["day"], "who": "Xiao Zhao",
        "step": { "step": "pieces", "worth": { "minor": 100, "currency": "CNY" }, "count": 2 } });
    let refused = rig
        .app
        .ask("change_closing_draft", change)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("handed_in"), "{refused}");

    // A shift needs a reason for what is missing, too.
    rig.app.press("Hand over").await.unwrap();
    rig.app.shows("Hand-over no. 1 takes in").await.unwrap();
    rig.app.click("dialog form .primary").await.unwrap();
    rig.app.shows("Say why, in a few words.").await.unwrap();
    rig.app
        .write(
            "dialog input[id$='-reason']",
            "two coins fell behind the till",
        )
        .await
        .unwrap();
    pictures_of(&rig, "shift").await;
    rig.app.click("dialog form .primary").await.unwrap();
    rig.app.shows("No. 1 ·").await.unwrap();
    let closing = rig.app.ask("closing", json!(1)).await.unwrap();
    assert_eq!(closing["kind"]["kind"], "shift");
    assert_eq!(closing["cash"]["variance"]["minor"], -200);
    rig.app.click("dialog .icon-button").await.unwrap();

    // What was counted is the next one's float, and the day goes on.
    rig.deliver(&door, &wechat.payment(&Sale::new(2, 1_000, now()), now()))
        .await;
    rig.app.shows("¥55.50").await.unwrap();
    let next = draft(&rig).await;
    assert_eq!(next["float"]["minor"], 21_000);
    assert_eq!(next["takes"][0]["net"]["minor"], 1_000, "{next:#}");
    pictures_of(&rig, "after-shift").await;
}
