//! A clock that is wrong, in the real app: card, settings and list say what is refused, why, and what to do; and
//! afterwards what came meanwhile.

use crate::rig::Rig;
use serde_json::Value;
use tests::{
    customer::{Sale, WechatV3, now},
    wait,
};

const SIX_MINUTES: i64 = 6 * 60_000;

async fn state(rig: &Rig, wanted: &str) -> Value {
    let look = || async {
        let view = rig.app.ask("listening", Value::Null).await.ok()?;
        (view["state"] == wanted).then_some(view)
    };
    wait::until(wanted, 20, look).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_told_with_the_reason_and_then_what_came_meanwhile() {
    let rig = Rig::set_up("settings").await;
    let wechat = WechatV3::default();
    let door = rig.add(wechat.config()).await;
    rig.deliver(&door, &wechat.payment(&Sale::new(1, 100, now()), now()))
        .await;
    state(&rig, "listening").await;
    for (language, number, refused, why, came) in [
        (
            "en",
            2,
            "Refused",
            "clock is 6 min behind",
            "1 payment came meanwhile: ¥20.00",
        ),
        (
            "zh-CN",
            3,
            "被拒收",
            "时钟慢了 6 分钟",
            "期间来了 1 笔付款：¥20.00",
        ),
    ] {
        let mut settings = rig.app.ask("settings", Value::Null).await.unwrap();
        settings["language"] = language.into();
        rig.app.ask("save_settings", settings).await.unwrap();
        let sale = Sale::new(number, 2_000, now());
        let letter = wechat.payment(&sale, now().plus_ms(SIX_MINUTES));
        let heard = rig.post.deliver(&door.url, &letter).await.unwrap();
        assert_eq!(heard.status, 401);
        let view = state(&rig, "source_refusing").await;
        let sources = view["sources"].as_array().unwrap();
        let source = sources.iter().find(|s| s["state"] == "refusing").unwrap();
        assert_eq!(source["refusing"]["code"], "stale");
        rig.app.shows(refused).await.unwrap();
        rig.app.on("card").await.unwrap();
        rig.app.shows(why).await.unwrap();
        rig.picture(&format!("refused-{language}"));
        rig.deliver(&door, &wechat.payment(&sale, now())).await;
        rig.app.shows(came).await.unwrap();
        rig.picture(&format!("refused-{language}-back"));
        rig.app.on("settings").await.unwrap();
        state(&rig, "listening").await;
    }
}
