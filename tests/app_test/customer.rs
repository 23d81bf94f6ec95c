//! The customers' window on a second monitor that is plugged in and pulled out: what stands there at each payment, a
//! code that an independent reader reads from the screen, and no key lost in the till program.

use crate::rig::{Rig, phone, turn};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::path::Path;
use tests::{
    customer::{Notice, Sale, SmsForwarder, WechatV3, now},
    stage::Stage,
    wait,
};

const CODE: &str = "https://qr.alipay.com/fkx12345abcdefg0987654";

/// The customers' window as the window manager has it: left, top, width, height.
fn place(rig: &Rig) -> Option<[i32; 4]> {
    let search = ["search", "--onlyvisible", "--name", "^Tillbell$"];
    let found = rig.stage.ask("xdotool", &search)?;
    let places = found.lines().filter_map(|id| {
        let text = rig
            .stage
            .ask("xdotool", &["getwindowgeometry", "--shell", id])?;
        let number = |name: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(name))?;
            value.parse::<i32>().ok()
        };
        Some([
            number("X=")?,
            number("Y=")?,
            number("WIDTH=")?,
            number("HEIGHT=")?,
        ])
    });
    // Cards have the same title, and are small.
    places.into_iter().find(|[_, _, width, _]| *width > 800)
}

async fn stands_at(rig: &Rig, want: Option<[i32; 4]>) {
    let there = || async { (place(rig) == want).then_some(()) };
    let what = format!("the customers' window at {want:?}, now at {:?}", place(rig));
    wait::until(&what, 20, there).await;
}

/// What the customers' page says now, with every run of blanks as one.
async fn says(rig: &Rig, words: &[&str]) {
    let all = || async {
        let text = rig.app.text().await;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        words.iter().all(|word| text.contains(word)).then_some(())
    };
    wait::until(&format!("{words:?}"), 15, all).await;
}

/// The pictures are taken when nothing moves any more.
async fn picture(rig: &Rig, name: &str) {
    let script = "return document.getAnimations().every((one) => one.playState === 'finished')";
    let calm = || async { (rig.app.js(script).await.ok()? == json!(true)).then_some(()) };
    wait::until("the end of all motion", 10, calm).await;
    rig.picture(name);
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_see_what_to_pay_and_that_it_came_on_a_monitor_of_their_own() {
    let (turn, stage) = (turn(), Stage::start_with_monitors().unwrap());
    stage.plug_monitor("1280x800").unwrap();
    let mut rig = Rig::set_up_on(turn, stage, "settings").await;
    let wechat = WechatV3::default();
    let (door, phone) = (rig.add(wechat.config()).await, rig.add(phone()).await);
    let monitors = rig.app.ask("monitors", Value::Null).await.unwrap();
    let names: Vec<&str> = monitors
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|m| m["name"].as_str())
        .collect();
    assert_eq!(names, ["DUMMY0", "DUMMY1"], "{monitors}");

    rig.stage.other_program("Till", "exec cat").unwrap();
    let till = rig
        .stage
        .ask("xdotool", &["search", "--onlyvisible", "--name", "^Till$"])
        .unwrap();
    rig.stage
        .ask("xdotool", &["windowactivate", "--sync", &till])
        .unwrap();
    let active = |rig: &Rig| rig.stage.ask("xdotool", &["getactivewindow"]);
    assert_eq!(active(&rig).as_ref(), Some(&till));

    assert_eq!(place(&rig), None, "nothing is shown to customers unasked");
    let customer = json!({
        "on": true, "monitor": "DUMMY1", "received_seconds": 5, "code": CODE, "payee": "Hill Tea", "language": "zh-CN",
    });
    rig.set(json!({ "customer": customer, "cards": false }))
        .await;
    stands_at(&rig, Some([1600, 0, 1280, 800])).await;
    assert_eq!(
        active(&rig).as_ref(),
        Some(&till),
        "the window took the focus"
    );
    let state = rig.app.ask("customer_window", Value::Null).await.unwrap();
    assert_eq!(state, json!({ "state": "shown", "monitor": "DUMMY1" }));
    rig.app.on("customer").await.unwrap();
    says(&rig, &["Hill Tea", "欢迎光临"]).await;
    picture(&rig, "customer-idle-zh").await;
    // It may ask for what it shows, and for nothing else.
    assert!(rig.app.ask("settings", Value::Null).await.is_err());

    // The clerk shows an amount; the code on the screen is read as a phone would.
    rig.app.on("settings").await.unwrap();
    rig.turn_to("settings", "history").await;
    let amount = json!({ "minor": 1_250, "currency": "CNY" });
    rig.app.ask("show_amount", amount).await.unwrap();
    rig.app.on("customer").await.unwrap();
    says(&rig, &["应付", "12.50", "Hill Tea"]).await;
    picture(&rig, "customer-to-pay-zh").await;
    let file = rig.stage.path("to-pay.png");
    rig.stage.picture(&file).unwrap();
    let read = rig
        .stage
        .ask("zbarimg", &["-q", "--raw", &file.to_string_lossy()]);
    assert_eq!(read.as_deref(), Some(CODE));

    // It is paid.
    rig.stage
        .ask("xdotool", &["windowactivate", "--sync", &till])
        .unwrap();
    let sale = Sale::new(1, 1_250, now());
    rig.deliver(&door, &wechat.payment(&sale, now())).await;
    says(&rig, &["已收款", "12.50", "谢谢惠顾"]).await;
    assert_eq!(
        active(&rig).as_ref(),
        Some(&till),
        "a payment took the focus"
    );
    picture(&rig, "customer-received-zh").await;
    says(&rig, &["欢迎光临"]).await;

    // Only a phone says so: other words, no thanks; and nothing of who paid, whom nobody allowed.
    let notice = Notice::alipay("李四", 880, now());
    let letter = SmsForwarder::new(&phone.secret).by_template(&notice, now());
    rig.deliver(&phone, &letter).await;
    says(&rig, &["通知到账", "8.80"]).await;
    let text = rig.app.text().await;
    assert!(!text.contains("谢谢") && !text.contains("李四"), "{text}");
    picture(&rig, "customer-reported-zh").await;

    // English and dark from now on.
    rig.app.on("settings").await.unwrap();
    let mut customer = rig.app.ask("settings", Value::Null).await.unwrap()["customer"].clone();
    customer["language"] = json!("en");
    customer["theme"] = json!("dark");
    rig.set(json!({ "customer": customer })).await;
    rig.app.on("customer").await.unwrap();
    says(&rig, &["Welcome"]).await;
    picture(&rig, "customer-idle-en-dark").await;
    rig.deliver(&door, &wechat.refund(&sale, 1_250, now()))
        .await;
    says(&rig, &["Refund", "−¥12.50"]).await;
    picture(&rig, "customer-refund-en-dark").await;

    the_window_follows_its_monitor(&rig).await;
}

async fn the_window_follows_its_monitor(rig: &Rig) {
    // WebDriver must not stand on a window that goes.
    rig.app.on("settings").await.unwrap();
    let state = |want: &'static str| async move {
        let now = || async {
            let view = rig.app.ask("customer_window", Value::Null).await.ok()?;
            (view["state"] == want).then_some(())
        };
        wait::until(want, 20, now).await;
    };
    rig.stage.plug_monitor("1024x768").unwrap();
    stands_at(rig, Some([1600, 0, 1024, 768])).await;
    rig.stage.pull_monitor().unwrap();
    stands_at(rig, None).await;
    state("one_monitor").await;
    rig.stage.plug_monitor("1920x1080").unwrap();
    stands_at(rig, Some([1600, 0, 1920, 1080])).await;
    state("shown").await;
    rig.stage.mirror_monitor().unwrap();
    stands_at(rig, None).await;
    state("mirrored").await;
    rig.stage.plug_monitor("1280x800").unwrap();
    stands_at(rig, Some([1600, 0, 1280, 800])).await;
    rig.app.on("customer").await.unwrap();
    says(rig, &["Welcome"]).await;
    rig.picture("customer-plugged-in-again");
    rig.app.on("settings").await.unwrap();
    let mut customer = rig.app.ask("settings", Value::Null).await.unwrap()["customer"].clone();
    customer["on"] = json!(false);
    rig.set(json!({ "customer": customer })).await;
    stands_at(rig, None).await;
    state("off").await;
}

/// Each thing of a trial stands for seconds only, so that a laden machine may miss the one that is looked for: then the
/// trial begins again.
async fn the_trial_says_what_to_pay(rig: &Rig) {
    for _ in 0..5 {
        rig.app.on("settings").await.unwrap();
        let seconds = rig.app.ask("test_customer_window", Value::Null).await;
        let seconds = seconds.unwrap().as_u64().unwrap();
        assert!((10..60).contains(&seconds), "{seconds}");
        rig.app.on("customer").await.unwrap();
        let to_pay = || async {
            let text = rig.app.text().await;
            let all = ["测试", "应付", "12.80"].iter();
            all.copied().all(|word| text.contains(word)).then_some(())
        };
        if wait::maybe(seconds, to_pay).await.is_some() {
            return;
        }
    }
    panic!("no trial showed what is to be paid");
}

/// A program of a page's own accord, or of a stranger's text in it, leads nowhere.
async fn stays_on_its_page(rig: &Rig) {
    let here = rig.app.js("return location.href").await.unwrap();
    let away = "location.href = 'https://example.com/'; return null";
    rig.app.js(away).await.unwrap();
    let away = "location.href = 'data:text/html,elsewhere'; return null";
    rig.app.js(away).await.unwrap();
    // What was refused would be here by now: the page's own answer comes after it.
    rig.app.ask("customer_view", Value::Null).await.unwrap();
    assert_eq!(rig.app.js("return location.href").await.unwrap(), here);
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_see_an_order_grow_the_change_and_the_owners_pictures() {
    let (turn, stage) = (turn(), Stage::start_with_monitors().unwrap());
    stage.plug_monitor("1280x800").unwrap();
    let rig = Rig::set_up_on(turn, stage, "settings").await;
    let phone = rig.add(phone()).await;
    let customer = json!({
        "on": true, "monitor": "DUMMY1", "received_seconds": 5, "code": CODE, "language": "zh-CN",
    });
    rig.set(json!({ "customer": customer.clone(), "cards": false }))
        .await;
    stands_at(&rig, Some([1600, 0, 1280, 800])).await;

    // Everything that it can say, marked as a test, until somebody pays.
    the_trial_says_what_to_pay(&rig).await;
    picture(&rig, "customer-trial-zh").await;
    let notice = Notice::alipay("李四", 880, now());
    let letter = SmsForwarder::new(&phone.secret).by_template(&notice, now());
    rig.deliver(&phone, &letter).await;
    says(&rig, &["通知到账", "8.80"]).await;
    assert!(!rig.app.text().await.contains("测试"));
    stays_on_its_page(&rig).await;

    // The clerk lists what is bought, and takes cash.
    rig.app.on("settings").await.unwrap();
    rig.turn_to("settings", "history").await;
    let cny = |minor: i64| json!({ "minor": minor, "currency": "CNY" });
    let water = json!({ "name": "农夫山泉 550ml", "quantity": 2, "each": cny(200) });
    let bread = json!({ "name": "全麦切片吐司面包", "quantity": 1, "each": cny(850) });
    for items in [json!([water]), json!([water, bread])] {
        rig.app.ask("show_order", items).await.unwrap();
    }
    rig.app.on("customer").await.unwrap();
    let lines = ["农夫山泉 550ml ×2", "¥4.00", "吐司", "合计", "12.50"];
    says(&rig, &lines).await;
    picture(&rig, "customer-order-zh").await;
    let file = rig.stage.path("order.png");
    rig.stage.picture(&file).unwrap();
    let read = rig
        .stage
        .ask("zbarimg", &["-q", "--raw", &file.to_string_lossy()]);
    assert_eq!(read.as_deref(), Some(CODE), "it is paid with the same code");
    rig.app.on("history").await.unwrap();
    let too_little = rig.app.ask("take_cash", cny(1_000)).await;
    assert!(too_little.is_err());
    let change = rig.app.ask("take_cash", cny(2_000)).await.unwrap();
    assert_eq!(change["change"], cny(750));
    rig.picture("history-change");
    rig.app.on("customer").await.unwrap();
    says(&rig, &["找零", "7.50"]).await;
    picture(&rig, "customer-change-zh").await;

    // Nobody pays: the owner's pictures take turns.
    rig.app.on("history").await.unwrap();
    rig.app.ask("show_amount", Value::Null).await.unwrap();
    rig.turn_to("history", "settings").await;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut names = Vec::new();
    for drawn in ["icons/icon.png", "icons/128x128.png"] {
        let bytes = std::fs::read(root.join(drawn)).unwrap();
        let sent = json!(STANDARD.encode(bytes));
        names.push(rig.app.ask("add_customer_picture", sent).await.unwrap());
    }
    let mut customer = customer;
    customer["pictures"] = json!(names);
    customer["picture_seconds"] = json!(5);
    rig.set(json!({ "customer": customer })).await;
    rig.app.on("customer").await.unwrap();
    let script = "const shown = document.querySelector('.pictured img:last-child');
        return shown && shown.naturalWidth > 0 ? shown.src.length : 0";
    let shown = || async {
        let length = rig.app.js(script).await.ok()?.as_u64()?;
        (length > 0).then_some(length)
    };
    let first = wait::until("the owner's picture", 15, shown).await;
    picture(&rig, "customer-picture").await;
    let other = || async { shown().await.filter(|length| *length != first) };
    wait::until("the other picture", 15, other).await;
}
