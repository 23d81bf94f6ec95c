//! Carries letters to doors over HTTP, on connections that are kept, and brings back what was said.

use super::Letter;
use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Bytes};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

/// The way to every door.
#[derive(Debug, Clone)]
pub struct Post {
    client: Client<HttpConnector, Full<Bytes>>,
}

/// What a door answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Status.
    pub status: u16,
    /// Body.
    pub body: String,
}

impl Default for Post {
    fn default() -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }
}

impl Post {
    /// Delivers a letter to a door's address (`http://127.0.0.1:8787/n/…`) and waits for the answer, at most as long
    /// as the most impatient platform does.
    pub async fn deliver(&self, door: &str, letter: &Letter) -> anyhow::Result<Heard> {
        let mut address = format!("{door}{}", letter.rest);
        if !letter.query.is_empty() {
            address = format!("{address}?{}", letter.query);
        }
        let mut request = Request::builder().method(letter.method).uri(address);
        for (name, value) in &letter.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::from(letter.body.clone()))?;
        let answer = async {
            let answer = self.client.request(request).await?;
            let status = answer.status().as_u16();
            let body = answer.into_body().collect().await?.to_bytes();
            anyhow::Ok(Heard {
                status,
                body: String::from_utf8_lossy(&body).into_owned(),
            })
        };
        tokio::time::timeout(std::time::Duration::from_secs(5), answer)
            .await
            .context("no answer within 5 s")?
    }
}
