//! Getting an update: its description and its package, over HTTPS, with a bound on every size and every wait.

use super::offer::{MANIFEST_MAX, PACKAGE_MAX};
use futures_util::StreamExt;
use std::{path::Path, time::Duration};
use tokio::io::AsyncWriteExt;

/// Until a server is reached.
const CONNECT: Duration = Duration::from_secs(15);
/// For the whole description.
const MANIFEST: Duration = Duration::from_secs(30);

/// Why something could not be got.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    /// No network, no server, or it broke off.
    #[error("the update server was not reached: {0}")]
    Network(String),
    /// More than any of ours has.
    #[error("what the update server sends is too large")]
    TooLarge,
    /// The disk does not take it.
    #[error("the update could not be written: {0}")]
    Disk(#[from] std::io::Error),
}

impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> Self {
        // With its causes, without the address: that may hold a signed query.
        Self::Network(with_causes(&error.without_url()))
    }
}

/// An error and its causes in one line.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Asks for updates of one place.
#[derive(Debug, Clone)]
pub(crate) struct Fetch {
    client: reqwest::Client,
}

impl Fetch {
    /// `https_only`: nothing is taken over a connection that anybody on the way can change, redirects included.
    /// `stalled`: so long at most without a byte.
    pub(crate) fn new(https_only: bool, stalled: Duration) -> Result<Self, FetchError> {
        // Only the first one in a process counts, and all of ours are the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent("Tillbell")
            .https_only(https_only)
            .connect_timeout(CONNECT)
            .read_timeout(stalled)
            .build()?;
        Ok(Self { client })
    }

    /// The description; `None` where the server says that there is none.
    pub(crate) async fn manifest(&self, url: &str) -> Result<Option<Vec<u8>>, FetchError> {
        let got = tokio::time::timeout(MANIFEST, async {
            let response = self.get(url, MANIFEST_MAX).await?;
            if response.status() == reqwest::StatusCode::NO_CONTENT {
                return Ok(None);
            }
            let mut bytes = Vec::new();
            let mut stream = response.bytes_stream();
            while let Some(chunk) = stream.next().await {
                bytes.extend_from_slice(&chunk?);
                within(bytes.len(), MANIFEST_MAX)?;
            }
            Ok(Some(bytes))
        });
        got.await
            .map_err(|_| FetchError::Network("it took too long".to_owned()))?
    }

    /// The package, into a file, which is whole only when this answers `Ok`. `progress` is told what came of how much.
    pub(crate) async fn package(
        &self,
        url: &str,
        into: &Path,
        progress: impl Fn(u64, Option<u64>),
    ) -> Result<(), FetchError> {
        let response = self.get(url, PACKAGE_MAX).await?;
        let total = response.content_length();
        let mut file = tokio::fs::File::create(into).await?;
        let mut came = 0;
        let mut stream = response.bytes_stream();
        progress(0, total);
        while let Some(chunk) = stream.next().await {
            let chunk = chunk?;
            came += chunk.len();
            within(came, PACKAGE_MAX)?;
            file.write_all(&chunk).await?;
            progress(u64::try_from(came).unwrap_or(u64::MAX), total);
        }
        file.sync_all().await?;
        Ok(())
    }

    async fn get(&self, url: &str, most: u64) -> Result<reqwest::Response, FetchError> {
        let response = self.client.get(url).send().await?.error_for_status()?;
        match response.content_length() {
            Some(length) if length > most => Err(FetchError::TooLarge),
            _ => Ok(response),
        }
    }
}

fn within(size: usize, most: u64) -> Result<(), FetchError> {
    match u64::try_from(size) {
        Ok(size) if size <= most => Ok(()),
        _ => Err(FetchError::TooLarge),
    }
}
