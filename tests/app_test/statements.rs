//! A platform's bill in the real app: dropped on the page, compared with the book, its differences settled and opened
//! again, and the bill taken back. And a copy of the book, made in settings, in the book's place.

use crate::rig::{Rig, phone, word_zh};
use domain::Timestamp;
use serde_json::{Value, json};
use std::fmt::Write as _;
use tests::{
    customer::{Notice, Sale, SmsForwarder, WechatV3, now, yuan},
    wait,
};

const HEAD: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,\
    付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,\
    商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\n";
const SUMMARY: &str = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n";

/// A time as the bill writes it: Beijing's clock.
fn beijing(at: Timestamp) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap();
    at.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// WeChat's trade bill over these sales, with its sums.
pub(crate) fn bill(sales: &[Sale]) -> String {
    let mut text = HEAD.to_owned();
    for sale in sales {
        let (at, amount, order) = (beijing(sale.paid_at), sale.yuan(), sale.order());
        let transaction = format!("4200002468{:018}", sale.number);
        writeln!(
            text,
            "`{at},`wxd678efh567hg6787,`1900000109,`0,`,`{transaction},`{order},`oUpF8uMuAJO,`NATIVE,`SUCCESS,`OTHERS,`CNY,\
             `{amount},`0.00,`0,`0,`0.00,`0.00,`,`,`红茶,`counter-1,`0.00000,`0.60%,`{amount},`0.00,`"
        )
        .unwrap();
    }
    let all = yuan(sales.iter().map(|sale| sale.minor).sum());
    text.push_str(SUMMARY);
    writeln!(
        text,
        "`{},`{all},`0.00,`0.00,`0.00000,`{all},`0.00",
        sales.len()
    )
    .unwrap();
    text
}

/// Drops files on the card, as the pointer would.
pub(crate) async fn drop_files(rig: &Rig, files: &[(&str, &str)]) {
    let script = format!(
        "const files = new DataTransfer();
         for (const [name, text] of {}) files.items.add(new File([text], name, {{ type: 'text/csv' }}));
         const zone = document.querySelector('.zone .target');
         for (const kind of ['dragover', 'drop'])
             zone.dispatchEvent(new DragEvent(kind, {{ bubbles: true, cancelable: true, dataTransfer: files }}));
         return files.files.length",
        json!(files)
    );
    assert_eq!(rig.app.js(&script).await.unwrap(), json!(files.len()));
}

/// What stands in the card's lines of results, with every run of blanks as one.
async fn results(rig: &Rig) -> String {
    let text = rig
        .app
        .js("return document.querySelector('.results')?.innerText ?? ''")
        .await;
    let text = text.unwrap_or_default();
    let text = text.as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn says(rig: &Rig, words: &[&str]) {
    let all = || async {
        let text = results(rig).await;
        words.iter().all(|word| text.contains(word)).then_some(())
    };
    wait::until(&format!("{words:?}"), 20, all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_is_dropped_compared_settled_and_taken_back() {
    let rig = Rig::set_up("settings").await;
    let wechat = WechatV3::default();
    let door = rig.add(wechat.config()).await;
    let by_phone = rig.add(phone()).await;
    rig.app.ask("mute", json!("half_hour")).await.unwrap();
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
    let book = rig.book();
    let heard = || async { (book.times().len() == 5).then_some(()) };
    wait::until("all in the book", 30, heard).await;

    rig.turn_to("settings", "history").await;
    rig.app.click("#tab-reconcile").await.unwrap();
    rig.app
        .shows("No statement for this day yet")
        .await
        .unwrap();
    rig.picture("statements-none");

    // One that we have is missing, one is there with another amount, one is there only. A bill tells of whole days; where
    // the other day is so near that what is missing could be on its bill, this one tells of both.
    let minutes = [at.plus_ms(-6 * 60_000), at, at.plus_ms(6 * 60_000)];
    let elsewhere = minutes
        .iter()
        .find(|other| beijing(**other)[..10] != beijing(at)[..10]);
    let only_there = Sale::new(9, 4_400, *elsewhere.unwrap_or(&at));
    let mut stated = vec![
        sales[0].clone(),
        sales[1].clone(),
        sales[2].clone(),
        only_there,
    ];
    stated[2].minor += 50;
    let text = bill(&stated);
    let name = "1900000109All.csv";
    drop_files(&rig, &[(name, &text), ("notes.csv", "nothing of ours\n")]).await;
    says(
        &rig,
        &[
            "2 on both sides",
            "2 here, but not on the statement",
            "1 on the statement, but not here",
            "1 with another amount, ¥0.50 apart",
        ],
    )
    .await;
    rig.app.shows("notes.csv").await.unwrap();
    rig.picture("statements-differences");

    // Looked at, settled with a reason, and opened again.
    let look = r#"button[aria-label="Look: here, but not on the statement"]"#;
    rig.app.click(look).await.unwrap();
    rig.app.shows("¥35.90").await.unwrap();
    rig.app.shows("¥7.77").await.unwrap();
    rig.app.click("[data-settle]").await.unwrap();
    rig.app.press("Paid to a private code").await.unwrap();
    rig.picture("statements-settling");
    rig.app.press("Settle").await.unwrap();
    rig.app
        .shows("Settled: Paid to a private code")
        .await
        .unwrap();
    says(
        &rig,
        &[
            // What is left is the notice's.
            "1 only reported by phone, not on the statement",
            "and one settled",
        ],
    )
    .await;
    rig.picture("statements-settled");
    // What a person said is taken back by a person: it wants a name, and says so.
    rig.app.press("Open it again").await.unwrap();
    rig.app.shows("Enter a name").await.unwrap();
    rig.app.write(".who input", "Li Fang").await.unwrap();
    rig.app.press("Open it again").await.unwrap();
    says(&rig, &["2 here, but not on the statement"]).await;

    // A row leads to its payment.
    rig.app.press("Show the payment").await.unwrap();
    let shown = "return document.querySelector('[data-line][aria-selected=true], [data-line].selected, aside h2')?.textContent ?? ''";
    let details = || async {
        rig.app
            .js(shown)
            .await
            .ok()?
            .as_str()
            .filter(|text| !text.is_empty())
            .map(|_| ())
    };
    wait::until("the payment in the book", 15, details).await;
    rig.app.click("#tab-reconcile").await.unwrap();
    says(&rig, &["2 on both sides"]).await;

    // The same file once more changes nothing; one that was cut off says so.
    drop_files(&rig, &[(name, &text)]).await;
    rig.app
        .shows("loaded before, nothing changed")
        .await
        .unwrap();
    let listed = rig.app.ask("statements", Value::Null).await.unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed:#}");

    // In Chinese, where most owners are.
    rig.app.on("history").await.unwrap();
    rig.app.ask("open_window", json!("settings")).await.unwrap();
    rig.app.on("settings").await.unwrap();
    rig.set(json!({ "language": "zh-CN" })).await;
    rig.app.on("history").await.unwrap();
    rig.app.shows(&word_zh("statements.title")).await.unwrap();
    rig.picture("statements-zh");

    // Taken back: nothing of it counts.
    rig.app.click("details summary").await.unwrap();
    for _ in 0..2 {
        rig.app
            .press(&word_zh("statements.take_back"))
            .await
            .unwrap();
    }
    rig.app
        .shows(&word_zh("statements.none_yet"))
        .await
        .unwrap();
    let listed = rig.app.ask("statements", Value::Null).await.unwrap();
    assert_eq!(listed, json!([]));
}

/// The amounts of the payments that the history window has, newest first.
async fn amounts(rig: &Rig) -> Vec<String> {
    let query = json!({ "from": null, "to": null, "search": null, "before": null, "limit": 50 });
    let page = rig.app.ask("history_page", query).await.unwrap();
    let rows = page["rows"].as_array().unwrap();
    let amount = |row: &Value| row["amount_text"].as_str().unwrap_or_default().to_owned();
    rows.iter().map(amount).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_takes_the_books_place_and_what_came_since_is_fetched_again() {
    let rig = Rig::set_up("settings").await;
    let wechat = WechatV3::default();
    let door = rig.add(wechat.config()).await;
    rig.app.ask("mute", json!("half_hour")).await.unwrap();
    let pay = async |rig: &Rig, number: u64, minor: i64| {
        let sale = Sale::new(number, minor, now());
        rig.deliver(&door, &wechat.payment(&sale, now())).await;
        let all = || async {
            let listed = rig.app.ask("backups", Value::Null).await.ok()?;
            (listed["now"]["payments"] == json!(number)).then_some(())
        };
        wait::until("the payment in the book", 30, all).await;
    };
    pay(&rig, 1, 1_250).await;
    pay(&rig, 2, 600).await;
    rig.app.shows("No copy yet").await.unwrap();
    rig.app.press("Copy now").await.unwrap();
    rig.app.shows("Copied and checked").await.unwrap();
    rig.picture("settings-copies");
    pay(&rig, 3, 12_800).await;

    // What it holds and what will happen is said first.
    rig.app.click("#closing li button").await.unwrap();
    rig.app.shows("has one payment more").await.unwrap();
    rig.app
        .shows("The book in use is kept beside it")
        .await
        .unwrap();
    rig.picture("settings-restore");
    rig.app.press("Put it in the book’s place").await.unwrap();
    rig.app
        .shows("A copy waits to become the book")
        .await
        .unwrap();
    rig.picture("settings-restore-waits");

    // Thought better of it, and once more: the page says how it stands, also when it is opened anew.
    rig.app.press("Do not use it after all").await.unwrap();
    rig.app.shows("The book stays as it is").await.unwrap();
    let listed = rig.app.ask("backups", Value::Null).await.unwrap();
    assert_eq!(listed["waiting"], Value::Null);
    rig.app.click("#closing li button").await.unwrap();
    rig.app.shows("has one payment more").await.unwrap();
    rig.app.press("Put it in the book’s place").await.unwrap();
    rig.app
        .shows("A copy waits to become the book")
        .await
        .unwrap();
    rig.turn_to("settings", "history").await;
    assert_eq!(
        amounts(&rig).await.len(),
        3,
        "the book in use stays until then"
    );

    let rig = rig.restarted("history", false).await;
    let again =
        || async { (amounts(&rig).await == ["¥128.00", "¥6.00", "¥12.50"]).then_some(()) };
    wait::until("the newer payment from the hub", 30, again).await;
}
