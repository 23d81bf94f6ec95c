//! The phone that gets the payment notices: set up by what the page shows, and heard for the first time.

use crate::{album::Album, story::say};
use serde_json::Value;
use tests::{
    app::{Driven, word},
    customer::{Notice, Post, SmsForwarder, deliver_over_tls, now},
    stage::Stage,
};

/// A source's address and, for a phone, its secret.
pub(crate) struct Door {
    pub(crate) url: String,
    pub(crate) secret: String,
}

/// Opens the doors to the shop's network and lets the phone tell of a payment as it was set up: by the address and the
/// secret that the page shows.
pub(crate) async fn set_up(stage: &Stage, app: &Driven, album: &mut Album) -> anyhow::Result<Door> {
    app.press(&word("doors.do_open")).await?;
    let doors = app.ask("doors", Value::Null).await?;
    let network = doors["lan_addresses"][0]
        .as_str()
        .map(|ip| format!("https://{ip}:"));
    if let Some(begins) = &network {
        app.shows(begins).await?;
    }
    album.screen(
        stage,
        "first-start-4-phone",
        "the first start: what to enter on the phone, as text and as QR code",
    )?;
    let sources = app.ask("sources", Value::Null).await?;
    let all = sources.as_array().cloned().unwrap_or_default();
    let id = all
        .iter()
        .find(|source| source["kind"] == "sms_forwarder")
        .map(|source| source["id"].clone());
    let view = app.ask("source_setup", id.unwrap_or_default()).await?;
    let phone = door(&view);
    let notice = Notice::wechat(1_280, now());
    let letter = SmsForwarder::new(&phone.secret).by_template(&notice, now());
    let heard = if network.is_some() {
        say("whose first notice, of ¥12.80, comes through the door to the shop's network, by TLS");
        let doors = app.ask("doors", Value::Null).await?;
        let fingerprint = doors["fingerprint"].as_str().unwrap_or_default().to_owned();
        let address = view["setup"]["addresses"][0]["url"].as_str();
        deliver_over_tls(address.unwrap_or_default(), &fingerprint, &letter).await?
    } else {
        say("whose first notice, of ¥12.80, comes over loopback: this machine has no network");
        Post::default().deliver(&phone.url, &letter).await?
    };
    anyhow::ensure!(heard.status == 200, "the phone's door answered {heard:?}");
    Ok(phone)
}

/// A source's door as its view tells.
pub(crate) fn door(view: &Value) -> Door {
    let addresses = view["setup"]["addresses"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let local = addresses
        .iter()
        .find(|address| address["reach"] == "local")
        .map(|a| a["url"].clone());
    let local = local
        .unwrap_or_default()
        .as_str()
        .unwrap_or_default()
        .to_owned();
    // V免签 shows `host/key` for its app to scan.
    let url = match local.split_once('/') {
        Some((host, _)) if !local.starts_with("http") => format!("http://{host}"),
        _ => local,
    };
    Door {
        url,
        secret: view["setup"]["secret"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    }
}
