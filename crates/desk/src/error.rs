//! What goes wrong at the desk, and what a page is told of it: one place makes every [`UiError`].

use crate::{api::UiError, ledger::LedgerError};
use domain::wire::AskError;

/// Why the desk could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The data folder could not be made or written.
    #[error("the data folder cannot be used: {0}")]
    Folder(#[source] std::io::Error),
    /// The book could not be opened.
    #[error("the book cannot be opened: {0}")]
    Ledger(#[from] LedgerError),
}

/// Why the hub did not answer a question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskFailure {
    /// There is no link now, it was cut before the answer, or the answer took too long.
    #[error("there is no link to the hub")]
    Offline,
    /// The hub said no.
    #[error("the hub refused: {0:?}")]
    Refused(AskError),
    /// The answer is of another kind than the question.
    #[error("the hub's answer does not fit the question")]
    Unexpected,
}

impl UiError {
    /// An error by its code.
    pub fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            field: None,
        }
    }

    /// A field that cannot be used.
    pub fn invalid(field: &str) -> Self {
        Self {
            code: "invalid".to_owned(),
            field: Some(field.to_owned()),
        }
    }
}

impl From<AskFailure> for UiError {
    fn from(failure: AskFailure) -> Self {
        match failure {
            AskFailure::Offline => Self::new("offline"),
            AskFailure::Unexpected => Self::new("internal"),
            AskFailure::Refused(AskError::NotAllowed) => Self::new("not_allowed"),
            AskFailure::Refused(AskError::NotFound) => Self::new("not_found"),
            AskFailure::Refused(AskError::Invalid { field }) => Self::invalid(&field),
            AskFailure::Refused(AskError::TooMany) => Self::new("too_many"),
            AskFailure::Refused(AskError::PortTaken) => Self::new("port_taken"),
            AskFailure::Refused(AskError::Storage) => Self::new("storage"),
        }
    }
}

impl From<LedgerError> for UiError {
    fn from(error: LedgerError) -> Self {
        if matches!(error, LedgerError::TooMany) {
            return Self::new("too_much");
        }
        tracing::error!(%error, "the book could not be read or written");
        Self::new("storage")
    }
}
