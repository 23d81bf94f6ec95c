//! The answers about sources: the list, adding, changing, removing, and what must be entered on the other side.

use super::{name, qr};
use crate::{
    Desk,
    api::{NewSource, SetupView, UiError, UpdateSource},
    error::AskFailure,
};
use domain::{
    SourceConfig, SourceId,
    wire::{Answer, Request, SourceForm, SourceSetup, SourceView},
};

impl Desk {
    /// Every source with its state.
    pub async fn sources(&self) -> Result<Vec<SourceView>, UiError> {
        match self.inner.link.ask(Request::Sources).await? {
            Answer::Sources { sources } => {
                self.inner
                    .on_sources(sources.iter().map(|source| source.health.clone()).collect());
                Ok(sources)
            }
            _ => Err(AskFailure::Unexpected.into()),
        }
    }

    /// Adds a source.
    pub async fn add_source(&self, req: NewSource) -> Result<SetupView, UiError> {
        let name = name(&req.name, "name")?;
        if matches!(req.config, SourceConfig::Test { .. }) {
            // Every shop has one already, and a page never makes another.
            return Err(UiError::invalid("kind"));
        }
        let view = self
            .setup(Request::AddSource {
                name,
                config: req.config,
            })
            .await?;
        // Tray and pages learn of it now, not with the hub's next beat.
        self.sources().await?;
        Ok(view)
    }

    /// A source's name and settings without its secrets, for changing them.
    pub async fn source_form(&self, req: SourceId) -> Result<SourceForm, UiError> {
        match self.inner.link.ask(Request::SourceForm { id: req }).await? {
            Answer::Form { form } => Ok(form),
            _ => Err(AskFailure::Unexpected.into()),
        }
    }

    /// Changes a source's name and settings; its address stays.
    pub async fn update_source(&self, req: UpdateSource) -> Result<(), UiError> {
        let name = name(&req.name, "name")?;
        let request = Request::UpdateSource {
            id: req.id,
            name,
            config: req.config,
        };
        match self.inner.link.ask(request).await? {
            Answer::Done => self.sources().await.map(|_| ()),
            _ => Err(AskFailure::Unexpected.into()),
        }
    }

    /// Removes a source.
    pub async fn remove_source(&self, req: SourceId) -> Result<(), UiError> {
        match self
            .inner
            .link
            .ask(Request::RemoveSource { id: req })
            .await?
        {
            Answer::Done => self.sources().await.map(|_| ()),
            _ => Err(AskFailure::Unexpected.into()),
        }
    }

    /// What must be entered at the platform or on the phone.
    pub async fn source_setup(&self, req: SourceId) -> Result<SetupView, UiError> {
        self.setup(Request::SourceSetup { id: req }).await
    }

    async fn setup(&self, request: Request) -> Result<SetupView, UiError> {
        match self.inner.link.ask(request).await? {
            Answer::Setup { setup } => setup_view(setup),
            _ => Err(AskFailure::Unexpected.into()),
        }
    }
}

fn setup_view(setup: SourceSetup) -> Result<SetupView, UiError> {
    let address_qr = setup
        .addresses
        .iter()
        .map(|address| qr(&address.url))
        .collect::<Result<_, _>>()?;
    let secret_qr = setup
        .secret
        .as_ref()
        .map(|secret| qr(secret.expose()))
        .transpose()?;
    Ok(SetupView {
        setup,
        address_qr,
        secret_qr,
    })
}
