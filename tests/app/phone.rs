//! A clerk's phone: a real Chromium of a phone's size, driven as a thumb would, with a voice that can be read.

use crate::{
    stage::{Children, Stage},
    wait,
};
use anyhow::{Context, bail};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::{
    net::TcpListener,
    path::Path,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// A headless browser has no voice: this one writes down what it is asked to say.
const VOICE: &str = r"
    window.said = [];
    const voices = ['zh-CN', 'en-US'].map((lang) => ({ lang, name: lang, voiceURI: lang, localService: true, default: false }));
    Object.defineProperty(window, 'speechSynthesis', { configurable: true, value: {
        getVoices: () => voices, addEventListener() {}, removeEventListener() {}, cancel() {}, resume() {}, speaking: false, pending: false,
        speak(words) {
            if (words.volume !== 0) window.said.push(words.text);
            setTimeout(() => { words.onstart?.({}); words.onend?.({}); }, 20);
        },
    } });
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
    window.refused = [];
    document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.violatedDirective + ' ' + event.blockedURI));
";

/// A browser with one page.
pub struct Phone {
    client: Client,
    // Last: it must outlive the session.
    _driver: Children,
}

impl Phone {
    /// Starts one on a stage, in this language. It goes on where a certificate is nobody's, as a clerk does who compared
    /// its fingerprint.
    pub async fn start(stage: &Stage, language: &str) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut driver = Children::default();
        let mut command = stage.command("chromedriver");
        driver.spawn("chromedriver", command.arg(format!("--port={port}")))?;
        let answers = || async { TcpStream::connect(("127.0.0.1", port)).await.ok() };
        wait::maybe(20, answers)
            .await
            .context("chromedriver does not answer")?;
        let profile = stage.path(&format!("phone-{port}"));
        let capabilities = json!({
            "browserName": "chrome",
            "acceptInsecureCerts": true,
            "goog:chromeOptions": {
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                    format!("--user-data-dir={}", profile.display()), format!("--lang={language}"),
                ],
                "prefs": { "intl.accept_languages": language },
                "mobileEmulation": { "deviceMetrics": { "width": 390, "height": 780, "pixelRatio": 2, "touch": true } },
            },
        });
        let Value::Object(capabilities) = capabilities else {
            bail!("capabilities are an object")
        };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let address = format!("http://127.0.0.1:{port}");
        let session = tokio::time::timeout(Duration::from_secs(60), builder.connect(&address));
        let client = session.await.context("no session within 60 s")??;
        let phone = Self {
            client,
            _driver: driver,
        };
        phone.before_each_page(port, VOICE).await?;
        Ok(phone)
    }

    /// Runs a script before every page's own: a command of Chromium's own, for which WebDriver has no word.
    async fn before_each_page(&self, port: u16, source: &str) -> anyhow::Result<()> {
        let session = self.client.session_id().await?.context("a session")?;
        let body = json!({ "cmd": "Page.addScriptToEvaluateOnNewDocument", "params": { "source": source } }).to_string();
        let request = format!(
            "POST /session/{session}/goog/cdp/execute HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.write_all(request.as_bytes()).await?;
        // The driver keeps the connection open: the first line says how it went.
        let mut answer = String::new();
        let mut stream = BufReader::new(stream);
        let first = stream.read_line(&mut answer);
        tokio::time::timeout(Duration::from_secs(10), first).await??;
        anyhow::ensure!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        Ok(())
    }

    /// Opens an address.
    pub async fn open(&self, url: &str) -> anyhow::Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// Loads the page anew.
    pub async fn reload(&self) -> anyhow::Result<()> {
        Ok(self.client.refresh().await?)
    }

    /// Runs JavaScript in the page; a promise is waited for.
    pub async fn js(&self, script: &str) -> anyhow::Result<Value> {
        Ok(self.client.execute(script, vec![]).await?)
    }

    /// Everything that stands on the page, as text.
    pub async fn text(&self) -> String {
        let text = self.js("return document.body.innerText").await;
        text.unwrap_or_default()
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Everything that was spoken.
    pub async fn said(&self) -> Vec<String> {
        let said = self.js("return window.said").await.unwrap_or_default();
        serde_json::from_value(said).unwrap_or_default()
    }

    /// Waits until the page shows a text; answers how long that took.
    pub async fn shows(&self, text: &str) -> anyhow::Result<Duration> {
        let began = Instant::now();
        loop {
            let now = self.text().await;
            if now.contains(text) {
                return Ok(began.elapsed());
            }
            if began.elapsed() > Duration::from_secs(15) {
                bail!("the phone does not show {text:?} but:\n{now}");
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    }

    /// Touches the button whose text contains this, once it is there.
    pub async fn press(&self, text: &str) -> anyhow::Result<()> {
        let xpath = format!("//button[contains(., {})]", serde_json::to_string(text)?);
        let wait = self.client.wait().at_most(Duration::from_secs(15));
        let button = wait
            .every(Duration::from_millis(30))
            .for_element(Locator::XPath(&xpath))
            .await
            .with_context(|| format!("no button {text:?}"))?;
        Ok(button.click().await?)
    }

    /// A picture of the page.
    pub async fn picture(&self, file: &Path) -> anyhow::Result<()> {
        Ok(std::fs::write(file, self.client.screenshot().await?)?)
    }

    /// Ends the browser.
    pub async fn close(self) {
        let _ = tokio::time::timeout(Duration::from_secs(5), self.client.close()).await;
    }
}
