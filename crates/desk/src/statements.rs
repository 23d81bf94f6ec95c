//! Statements of the platforms, as pages see them: files on their way into the book, and the last comparison, kept until
//! the book or the statements change.

mod comparing;

pub use comparing::CompareProgress;

use crate::{
    api::{UiError, event},
    desk::{Inner, now},
};
use book::{
    Follow, LedgerError, Progress,
    dayend::ClosingsQuery,
    imports::{Imported, ImportedStatement, Outcome, StatementId},
    reconcile::{Reconciled, Reconciliation, Span, Stamp},
};
use domain::{BusinessDay, DayRule, Secret};
use serde::{Deserialize, Serialize};
use serde_json::json;
use statements::{
    file::FileError,
    mapping::{Mapping, Preview},
    read::{NoBill, ReadError},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A file to load: it was given to the page before, piece by piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct StatementFile {
    /// Which file.
    pub file: String,
    /// Its own name.
    pub name: String,
    /// What opens it, where it is locked. It is used once and not kept.
    pub password: Option<Secret>,
    /// Who loads it; whoever was named last, where nobody is.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub who: Option<String>,
}

/// What became of a file, or of one of those that were packed in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum StatementOutcome {
    /// Its rows count now.
    Loaded {
        /// It.
        statement: ImportedStatement,
    },
    /// The same was loaded before; nothing was changed.
    Known {
        /// It.
        statement: ImportedStatement,
    },
    /// It is no statement, or cannot be read.
    Refused {
        /// Its name.
        name: String,
        /// Why: a word for pages.
        code: String,
    },
    /// A table of which nobody knows the headings: a mapping can be made.
    UnknownTable {
        /// Its name.
        name: String,
        /// The row that looks like headings.
        header: Vec<String>,
    },
    /// Somebody stopped it.
    Stopped {
        /// Its name.
        name: String,
    },
}

/// How far a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ImportProgress {
    /// Which file.
    pub file: String,
    /// Of a hundred.
    pub percent: u32,
}

/// A difference is none, for this reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SettleWish {
    /// The days in which it was shown.
    pub span: Span,
    /// Which.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// Who says so; whoever was named last, where nobody is.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub who: Option<String>,
}

/// Something that was said about a difference, to be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ReopenWish {
    /// Which.
    pub subject: String,
    /// Who does it; whoever was named last, where nobody is.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub who: Option<String>,
}

/// A statement to take back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct TakeBackWish {
    /// Which.
    pub statement: StatementId,
    /// Who does it; whoever was named last, where nobody is.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub who: Option<String>,
}

/// A mapping to try on a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MappingTry {
    /// Which file.
    pub file: String,
    /// Which of those that are packed in it.
    pub name: String,
    /// What opens it.
    pub password: Option<Secret>,
    /// The mapping; `None`: what can be guessed.
    pub mapping: Option<Mapping>,
}

/// What comes of a mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MappingTried {
    /// It, or the guess.
    pub mapping: Option<Mapping>,
    /// What comes out.
    pub preview: Preview,
    /// The first rows as they stand in the file.
    pub cells: Vec<Vec<String>>,
}

/// Closings of one day that are told of its statements.
const CLOSINGS_MAX: u32 = 200;

/// Statements of this desk.
#[derive(Default)]
pub(crate) struct Statements {
    /// Files that are being loaded: what stops each.
    loading: Mutex<HashMap<String, Follow>>,
    /// Whoever waits for a comparison: what stops it.
    asking: Mutex<Vec<(u64, Follow)>>,
    /// The last comparison, and of what it was made.
    last: tokio::sync::Mutex<Option<Kept>>,
}

/// A comparison that holds as long as it would be made of the same.
#[derive(Clone)]
struct Kept {
    span: Span,
    rule: DayRule,
    stamp: Stamp,
    result: Arc<Reconciliation>,
}

impl Statements {
    fn loading(&self) -> MutexGuard<'_, HashMap<String, Follow>> {
        self.loading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asking(&self) -> MutexGuard<'_, Vec<(u64, Follow)>> {
        self.asking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops the loading of a file.
    pub(crate) fn stop(&self, file: &str) {
        let _ = self.loading().get(file).map(Follow::stop);
    }
}

/// As long as it lives, the file can be stopped.
pub(crate) struct Loading<'a> {
    statements: &'a Statements,
    file: String,
    pub(crate) follow: Follow,
}

impl Drop for Loading<'_> {
    fn drop(&mut self) {
        self.statements.loading().remove(&self.file);
    }
}

impl Inner {
    /// Begins with a file.
    pub(crate) fn loading<'a>(self: &'a Arc<Self>, file: &str) -> Loading<'a> {
        let (desk, id, told) = (Arc::downgrade(self), file.to_owned(), Mutex::new(None));
        let follow = Follow::telling(move |at: Progress| {
            let percent = u32::try_from(at.done.saturating_mul(100) / at.of.max(1)).unwrap_or(100);
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            if *told == Some(percent) {
                return;
            }
            *told = Some(percent);
            if let Some(desk) = desk.upgrade() {
                let progress = ImportProgress {
                    file: id.clone(),
                    percent,
                };
                desk.screen
                    .tell(&["history"], event::IMPORT_PROGRESS, &json!(progress));
            }
        });
        self.statements
            .loading()
            .insert(file.to_owned(), follow.clone());
        Loading {
            statements: &self.statements,
            file: file.to_owned(),
            follow,
        }
    }

    pub(crate) fn statements_changed(&self) {
        self.screen
            .tell(&["history"], event::STATEMENTS, &json!(null));
    }

    /// Book and statements side by side: as they were compared last, if nothing changed since.
    pub(crate) async fn reconciled(
        self: &Arc<Self>,
        span: Span,
    ) -> Result<Arc<Reconciliation>, UiError> {
        let asking = self.statements.ask();
        // Pages that ask at once wait for the one comparison.
        let mut last = self.statements.last.lock().await;
        if asking.follow.is_stopped() {
            return Err(UiError::new("stopped"));
        }
        let (rule, at) = (self.rule(), now());
        let stamp = self.ledger.reconciled_from(at).await?;
        let holds = |kept: &&Kept| kept.span == span && kept.stamp == stamp && kept.rule == rule;
        if let Some(kept) = last.as_ref().filter(holds) {
            return Ok(kept.result.clone());
        }
        let made = self
            .ledger
            .reconcile_telling(
                span,
                rule.clone(),
                at,
                asking.follow.clone(),
                self.comparing(span),
            )
            .await?;
        let result = Arc::new(made.ok_or_else(|| UiError::new("stopped"))?);
        if span.from == span.to {
            self.keep_with_closings(span.from, &result.result).await?;
        }
        *last = Some(Kept {
            span,
            rule,
            stamp,
            result: result.clone(),
        });
        Ok(result)
    }

    /// What a day's comparison came to stands with the day's closings, for their papers.
    async fn keep_with_closings(
        &self,
        day: BusinessDay,
        result: &Reconciled,
    ) -> Result<(), LedgerError> {
        let query = ClosingsQuery {
            before: None,
            day: Some(day),
            limit: CLOSINGS_MAX,
        };
        let state = json!(result);
        for closing in self.ledger.closings(query).await? {
            self.ledger
                .keep_statements(closing.number, state.clone(), now())
                .await?;
        }
        Ok(())
    }
}

impl From<Outcome> for StatementOutcome {
    fn from(Outcome { name, what }: Outcome) -> Self {
        match what {
            Ok(Imported::New(statement)) => Self::Loaded { statement },
            Ok(Imported::Known(statement)) => Self::Known { statement },
            Ok(Imported::Stopped) => Self::Stopped { name },
            Err(ReadError::Unknown {
                header: Some(header),
            }) => Self::UnknownTable {
                name,
                header: header.names,
            },
            Err(error) => Self::Refused {
                name,
                code: word_of_reading(&error).to_owned(),
            },
        }
    }
}

/// The word by which a page says why a file is not read.
pub(crate) fn word_of_reading(error: &ReadError) -> &'static str {
    use statements::table::TableError;
    match error {
        ReadError::NoBill(NoBill::NoTrade) => "no_trade",
        ReadError::NoBill(NoBill::NotYet) => "not_yet",
        ReadError::NoBill(NoBill::Refused) => "platform_refused",
        ReadError::Summary { .. } => "summary",
        ReadError::NotUnderstood(foreign) => foreign.as_str(),
        ReadError::Table(TableError::Empty) => "empty",
        ReadError::Table(TableError::NotText) => "not_text",
        ReadError::Table(TableError::Damaged) => "damaged",
        ReadError::Table(_) => "too_large",
        ReadError::Unknown { .. } => "unknown",
        ReadError::Broken { .. } => "broken",
    }
}

/// The word by which a page says why a file does not open.
pub(crate) fn word_of_opening(error: &FileError) -> &'static str {
    match error {
        FileError::Empty => "empty",
        FileError::NeedsPassword => "password_needed",
        FileError::WrongPassword => "password_wrong",
        FileError::TooLarge { .. } => "too_large",
        FileError::TooManyEntries { .. } => "too_many_files",
        FileError::TooDeep => "too_deep",
        FileError::Unfinished => "unfinished",
        FileError::Damaged => "damaged",
        FileError::NotUnderstood(foreign) => foreign.as_str(),
    }
}

#[cfg(test)]
mod tests;
