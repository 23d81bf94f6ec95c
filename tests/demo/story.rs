//! The story: an owner sets the app up, customers pay, one gets some money back, a phone falls silent and returns.

use crate::{
    album::Album,
    phone::{self, Door, door},
};
use domain::{Secret, SourceConfig};
use serde_json::{Value, json};
use std::{path::Path, time::Duration};
use tests::{
    app::{Book, Driven, Times, word},
    customer::{Alipay, Letter, Notice, Post, Sale, SmsForwarder, Stripe, Vmq, WechatV3, now},
    stage::Stage,
    wait,
};

/// Plays it all on an app that was just started for the first time.
pub(crate) async fn tell(
    stage: &Stage,
    app: &Driven,
    data: &Path,
    album: &mut Album,
) -> anyhow::Result<()> {
    let phone = first_start(stage, app, data, album).await?;
    let mut counter = Counter {
        stage,
        app,
        album,
        book: Book::find(data)?,
        post: Post::default(),
        told: 2,
    };
    counter.news(&phone).await
}

pub(crate) fn say(text: &str) {
    println!("  · {text}");
}

/// The owner's five steps; answers the phone's door.
async fn first_start(
    stage: &Stage,
    app: &Driven,
    data: &Path,
    album: &mut Album,
) -> anyhow::Result<Door> {
    say("the owner starts Tillbell for the first time: language, shop");
    app.press("English").await?;
    app.shows(&word("welcome.language")).await?;
    album.screen(stage, "first-start-1-language", "the first start: language")?;
    app.press(&word("welcome.next")).await?;
    app.shows(&word("welcome.shop")).await?;
    app.write("main input", "Hill Tea").await?;
    app.click("main select option[value='CNY']").await?;
    album.screen(stage, "first-start-2-shop", "the first start: the shop")?;
    app.press(&word("welcome.next")).await?;

    say("and sets up the phone that gets the payment notices");
    app.shows(&word("welcome.news")).await?;
    album.screen(
        stage,
        "first-start-3-news",
        "the first start: where news of money comes from",
    )?;
    app.press_containing(&word("source.sms_forwarder")).await?;
    app.press(&word("sources.add")).await?;
    app.shows(&word("light.waiting_phone")).await?;
    let book = Book::find(data)?;
    let phone = phone::set_up(stage, app, album).await?;
    app.shows(&word("light.heard_phone")).await?;
    told(&book, 0, "the phone's first notice").await;
    album.screen(
        stage,
        "first-start-5-heard",
        "the first start: the phone was heard",
    )?;
    app.press(&word("welcome.next")).await?;

    app.shows(&word("welcome.sound")).await?;
    say("the sound check speaks");
    app.press(&word("sound.check")).await?;
    app.shows(&word("sound.spoke")).await?;
    album.screen(
        stage,
        "first-start-6-sound",
        "the first start: chime and voice were heard",
    )?;
    app.press(&word("welcome.next")).await?;

    app.shows(&word("welcome.test")).await?;
    say("a test payment goes the whole way");
    app.press(&word("test.send")).await?;
    drawn(&book, 1, "the test payment's card").await;
    album.screen(
        stage,
        "first-start-7-test",
        "the first start: a test payment, its card in the corner",
    )?; // The next payment's sentence would wait for this one's end.
    told(&book, 1, "the test payment").await;
    Ok(phone)
}

/// Waits until a row's card is drawn; gives after how many milliseconds it was.
async fn drawn(book: &Book, row: usize, what: &str) -> i64 {
    let done = || async {
        let times = book.times().get(row).copied()?;
        Some(times.shown? - times.accepted)
    };
    let after = wait::until(what, 40, done).await;
    // It fades in, as nobody's eye is quicker.
    tokio::time::sleep(Duration::from_secs(1)).await;
    after
}

/// Waits until a row of the book was shown, and said to the end of its sentence.
async fn told(book: &Book, row: usize, what: &str) -> Times {
    let done = || async {
        book.times()
            .get(row)
            .copied()
            .filter(|one| one.shown.is_some() && one.spoken.is_some())
    };
    wait::until(&format!("{what} shown and said"), 40, done).await
}

/// The counter, from the first sale on.
struct Counter<'a> {
    stage: &'a Stage,
    app: &'a Driven,
    album: &'a mut Album,
    book: Book,
    post: Post,
    /// How many rows the book has by now.
    told: usize,
}

impl Counter<'_> {
    async fn news(&mut self, phone: &Door) -> anyhow::Result<()> {
        let (wechat, alipay, stripe) = (WechatV3::default(), Alipay::default(), Stripe::default());
        let monitor = self
            .add(
                "Old phone",
                SourceConfig::Vmq {
                    key: Secret::default(),
                },
            )
            .await?;
        let by_wechat = self.add("WeChat Pay", wechat.config()).await?;
        let by_alipay = self.add("Alipay", alipay.config()).await?;
        let by_stripe = self.add("Stripe", stripe.config()).await?;
        let vmq = Vmq::new(&monitor.secret);
        self.deliver(&monitor, &vmq.beat(now())).await?;
        let last_beat = now();
        self.app.ask("open_window", json!("history")).await?;
        // Pressed a moment later, since its window is gone before a click could be answered.
        self.app
            .js("setTimeout(() => document.querySelector('footer .primary').click(), 50)")
            .await?;
        self.app.on("history").await?;

        self.reported_then_confirmed(phone, &by_wechat, &wechat)
            .await?;
        say("¥58.00 by Alipay, signed");
        let sale = Sale::new(2, 5_800, now());
        self.sale(&by_alipay, &alipay.payment(&sale, now())).await?;
        self.card("card-confirmed", "the card: signed by the platform")?;
        say("¥10.00 of it goes back");
        self.sale(&by_alipay, &alipay.refund(&sale, 1_000, 1, now()))
            .await?;
        self.card("card-refund", "the card of a refund")?;
        say("¥5.20 by Alipay, told by a V免签 monitor");
        self.sale(&monitor, &vmq.push(2, &Sale::new(3, 520, now()), now()))
            .await?;
        say("$19.99 by Stripe");
        self.sale(
            &by_stripe,
            &stripe.payment(&Sale::new(4, 1_999, now()), "usd", now()),
        )
        .await?;
        let chat = Notice {
            title: "张三".to_owned(),
            ..Notice::wechat(10_000, now())
        };
        say("a chat message that imitates a payment: kept for the owner, never announced");
        self.deliver(
            phone,
            &SmsForwarder::new(&phone.secret).by_template(&chat, now()),
        )
        .await?;
        self.windows().await?;
        self.dark(&by_wechat, &wechat).await?;
        self.said().await;
        if self.album.has_pictures() {
            self.silence(&monitor, &vmq, last_beat.millis()).await?;
        }
        Ok(())
    }

    /// One payment, heard of twice.
    async fn reported_then_confirmed(
        &mut self,
        phone: &Door,
        by_wechat: &Door,
        wechat: &WechatV3,
    ) -> anyhow::Result<()> {
        say("¥36.50 by WeChat Pay: the owner's phone forwards its notice (not confirmed yet)");
        let sold_at = now();
        let notice =
            SmsForwarder::new(&phone.secret).by_template(&Notice::wechat(3_650, sold_at), now());
        self.sale(phone, &notice).await?;
        self.album.screen(
            self.stage,
            "card-reported",
            "a card that only a phone reported",
        )?;
        self.card("card-light", "the card: reported by a phone")?;

        say(
            "the same ¥36.50, now signed by WeChat Pay itself: no second sound, the payment is confirmed",
        );
        self.deliver(
            by_wechat,
            &wechat.payment(&Sale::new(1, 3_650, sold_at), now()),
        )
        .await?;
        self.app.shows(&word("status.confirmed")).await?;
        Ok(())
    }

    /// History, details, what was not understood, settings.
    async fn windows(&mut self) -> anyhow::Result<()> {
        self.app.shows("$19.99").await?;
        self.album
            .page(self.app, "history", "today's payments")
            .await?;
        self.app.js("document.querySelectorAll('[data-line]').forEach((row) => { if (row.textContent.includes('36.50')) row.click() })").await?;
        self.app.shows("SHOP").await?;
        self.album
            .page(
                self.app,
                "history-details",
                "one payment: its times and both pieces of its news",
            )
            .await?;
        self.app.click("#tab-unread").await?;
        self.app.shows("张三").await?;
        self.album
            .page(
                self.app,
                "history-not-understood",
                "what imitated a payment",
            )
            .await?;
        self.app.click("#tab-today").await?;
        self.app.ask("open_window", json!("settings")).await?;
        self.app.on("settings").await?;
        self.app.shows("Stripe").await?;
        self.app.js("window.scrollTo(0, 0)").await?;
        self.album
            .page(
                self.app,
                "settings",
                "settings: the sources and their state",
            )
            .await?;
        Ok(())
    }

    /// The same in the dark.
    async fn dark(&mut self, door: &Door, wechat: &WechatV3) -> anyhow::Result<()> {
        let mut settings = self.app.ask("settings", Value::Null).await?;
        settings["theme"] = json!("dark");
        self.app.ask("save_settings", settings).await?;
        self.app.on("history").await?;
        say("¥128.00 by WeChat Pay, with the dark look");
        self.sale(door, &wechat.payment(&Sale::new(5, 12_800, now()), now()))
            .await?;
        self.card("card-dark", "the card, dark")?;
        self.album
            .page(self.app, "history-dark", "today's payments, dark")
            .await
    }

    /// The monitor is not heard for three minutes, and comes back.
    async fn silence(&mut self, monitor: &Door, vmq: &Vmq, last_beat: i64) -> anyhow::Result<()> {
        let left = 180 - (now().millis() - last_beat) / 1000;
        say(&format!(
            "the V免签 monitor stays silent; in {left} s the desk must say so"
        ));
        let silent = || async {
            let view = self.app.ask("listening", Value::Null).await.ok()?;
            (view["state"] == "source_silent").then_some(())
        };
        wait::until("the silence noticed", 240, silent).await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        self.album.screen(
            self.stage,
            "silence",
            "a source is not heard any more: tray, card and voice say so",
        )?;
        self.deliver(monitor, &vmq.beat(now())).await?;
        let back = || async {
            let view = self.app.ask("listening", Value::Null).await.ok()?;
            (view["state"] == "listening").then_some(())
        };
        wait::until("the return noticed", 30, back).await;
        say("it is back");
        tokio::time::sleep(Duration::from_secs(4)).await;
        self.album
            .screen(self.stage, "silence-over", "it is heard again")
    }

    async fn add(&self, name: &str, config: SourceConfig) -> anyhow::Result<Door> {
        Ok(door(
            &self
                .app
                .ask("add_source", json!({ "name": name, "config": config }))
                .await?,
        ))
    }

    async fn deliver(&self, door: &Door, letter: &Letter) -> anyhow::Result<()> {
        let heard = self.post.deliver(&door.url, letter).await?;
        anyhow::ensure!(
            heard.status == 200 || heard.status == 204,
            "the door answered {heard:?}"
        );
        Ok(())
    }

    /// A delivery that makes a new row, once the sentence before has ended; waits until its card is drawn.
    async fn sale(&mut self, door: &Door, letter: &Letter) -> anyhow::Result<()> {
        self.said().await;
        self.deliver(door, letter).await?;
        let after = drawn(&self.book, self.told, "the payment's card").await;
        println!("      card after {after} ms");
        self.told += 1;
        Ok(())
    }

    /// Waits for the end of the newest payment's sentence: the next customer is not there yet.
    async fn said(&self) {
        let Some(row) = self.told.checked_sub(1) else {
            return;
        };
        let times = told(&self.book, row, "the payment").await;
        if let Some(spoken) = times.spoken {
            println!("      sound after {} ms", spoken - times.accepted);
        }
    }

    fn card(&mut self, name: &str, what: &str) -> anyhow::Result<()> {
        self.album.window(self.stage, "^Tillbell$", name, what)
    }
}
