//! The app under WebDriver: its windows are read, clicked and typed into as a person would.

use super::end_process_of;
use crate::{
    signal::Signal,
    stage::{Children, Stage},
};
use anyhow::{Context, bail};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// The app with a window that is driven.
pub struct Driven {
    client: Client,
    data: PathBuf,
    // Last: it must outlive the session.
    _driver: Children,
}

impl Driven {
    /// Starts the app on a stage with this window open. The folder is its data's, and must be its alone.
    pub async fn open(stage: &Stage, data: &Path, window: &str) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut driver = Children::default();
        let mut command = stage.command("WebKitWebDriver");
        command.args([format!("--port={port}"), "--host=127.0.0.1".to_owned()]);
        command
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        driver.spawn("WebKitWebDriver", &mut command)?;
        let options = json!({
            "webkitgtk:browserOptions": {
                "binary": stage.app()?,
                "args": ["--open", window, "--data-dir", data],
            },
        });
        let Value::Object(options) = options else {
            bail!("capabilities are an object")
        };
        let client = connect(port, options).await?;
        let app = Self {
            client,
            data: data.to_owned(),
            _driver: driver,
        };
        app.on(window).await?;
        Ok(app)
    }

    /// The driver's own handle, for whatever has no word here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Turns to the window of this name, and waits until it is there.
    pub async fn on(&self, window: &str) -> anyhow::Result<()> {
        let page = format!("/{window}.html");
        let began = Instant::now();
        loop {
            for handle in self.client.windows().await.unwrap_or_default() {
                if self.client.switch_to_window(handle).await.is_err() {
                    continue;
                }
                let path = self.js("return window.location.pathname").await;
                if path.is_ok_and(|path| path.as_str() == Some(&page)) {
                    return Ok(());
                }
            }
            if began.elapsed() > Duration::from_secs(20) {
                bail!("no window {window} within 20 s");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Runs JavaScript in the window.
    pub async fn js(&self, script: &str) -> anyhow::Result<Value> {
        Ok(self.client.execute(script, vec![]).await?)
    }

    /// Asks the app as the window's page does.
    pub async fn ask(&self, command: &str, request: Value) -> anyhow::Result<Value> {
        let script = "const [name, args, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(name, args).then((ok) => done({ ok }), (error) => done({ error }));";
        let arguments = if request.is_null() {
            json!({})
        } else {
            json!({ "req": request })
        };
        let answer = self
            .client
            .execute_async(script, vec![json!(command), arguments])
            .await?;
        if let Some(error) = answer.get("error") {
            bail!("{command}: {error}");
        }
        Ok(answer.get("ok").cloned().unwrap_or(Value::Null))
    }

    /// Everything that stands in the window, as text.
    pub async fn text(&self) -> String {
        let text = self
            .js("return document.body.innerText")
            .await
            .unwrap_or_default();
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the window shows a text.
    pub async fn shows(&self, text: &str) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let now = self.text().await;
            if now.contains(text) {
                return Ok(());
            }
            if began.elapsed() > Duration::from_secs(15) {
                bail!("the window does not show {text:?} but:\n{now}");
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Clicks what this CSS selector finds, once it can be clicked.
    pub async fn click(&self, css: &str) -> anyhow::Result<()> {
        self.click_at(Locator::Css(css), css).await
    }

    /// Clicks the button, link or label with exactly this text, once it can be clicked.
    pub async fn press(&self, text: &str) -> anyhow::Result<()> {
        let quoted = serde_json::to_string(text)?;
        let any = "self::button or self::a or self::label or @role='tab' or @role='button'";
        let xpath = format!("//*[{any}][normalize-space()={quoted}]");
        self.click_at(Locator::XPath(&xpath), text).await
    }

    /// Clicks the button whose text contains this, once it can be clicked.
    pub async fn press_containing(&self, text: &str) -> anyhow::Result<()> {
        let xpath = format!("//button[contains(., {})]", serde_json::to_string(text)?);
        self.click_at(Locator::XPath(&xpath), text).await
    }

    /// Clicks an element in the middle of the window, where no bar at an edge lies over it. A page that is still
    /// drawing moves its elements: it is tried again for a while.
    async fn click_at(&self, at: Locator<'_>, what: &str) -> anyhow::Result<()> {
        let began = Instant::now();
        let middle = "arguments[0].scrollIntoView({ block: 'center' })";
        loop {
            let clicked = async {
                let element = self.client.find(at).await?;
                let which = serde_json::to_value(&element)?;
                self.client.execute(middle, vec![which]).await?;
                anyhow::Ok(element.click().await?)
            };
            match clicked.await {
                Ok(()) => return Ok(()),
                Err(error) if began.elapsed() > Duration::from_secs(15) => {
                    bail!("cannot click {what:?} ({error}) in:\n{}", self.text().await)
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// Waits until the window does not show a text any more.
    pub async fn shows_no_more(&self, text: &str) -> anyhow::Result<()> {
        let began = Instant::now();
        while self.text().await.contains(text) {
            if began.elapsed() > Duration::from_secs(15) {
                bail!("the window still shows {text:?}");
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        Ok(())
    }

    /// Writes into a field, instead of what stands there.
    pub async fn write(&self, css: &str, text: &str) -> anyhow::Result<()> {
        let wait = self
            .client
            .wait()
            .at_most(Duration::from_secs(15))
            .every(Duration::from_millis(30));
        let field = wait
            .for_element(Locator::Css(css))
            .await
            .with_context(|| format!("no field {css}"))?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// A picture of the window's page.
    pub async fn picture(&self, file: &Path) -> anyhow::Result<()> {
        Ok(std::fs::write(file, self.client.screenshot().await?)?)
    }

    /// Ends the session and the app.
    pub async fn quit(self) -> anyhow::Result<()> {
        // First the app, in order; the session has nobody to talk to then, and its own end may fail.
        end_process_of(&self.data, Signal::TERM);
        let _ = tokio::time::timeout(Duration::from_secs(5), self.client.close()).await;
        Ok(())
    }

    /// Ends the app at once, as a power cut would.
    pub async fn cut_power(self) {
        end_process_of(&self.data, Signal::KILL);
        let _ = tokio::time::timeout(Duration::from_secs(5), self.client.close()).await;
    }
}

/// A session, once the driver answers.
async fn connect(port: u16, options: Map<String, Value>) -> anyhow::Result<Client> {
    let address = format!("http://127.0.0.1:{port}");
    let began = Instant::now();
    while tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .is_err()
    {
        if began.elapsed() > Duration::from_secs(10) {
            bail!("WebKitWebDriver does not answer");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(options);
    let session = tokio::time::timeout(Duration::from_secs(60), builder.connect(&address));
    session
        .await
        .context("no session within 60 s")?
        .context("WebKitWebDriver refused the session")
}
