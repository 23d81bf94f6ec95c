//! The answers about statements: loading, comparing, what people say about differences, and mappings.

use crate::{
    Desk,
    api::UiError,
    desk::{Inner, now},
    statements::{
        MappingTried, MappingTry, ReopenWish, SettleWish, StatementFile, StatementOutcome,
        TakeBackWish, word_of_opening, word_of_reading,
    },
    words::text,
};
use book::{
    events::NAME_MAX,
    imports::{By, GivenFile, ImportError, ImportedStatement, TryError, try_mapping},
    reconcile::{
        DifferencePage, DifferenceQuery, PayoutPage, PayoutQuery, REASON_MAX, Reconciled, Span,
    },
};
use domain::Secret;
use statements::{file::FileError, file::Limits, mapping::Mapping, read::Defaults};
use std::io::Read;

/// The longest name of a mapping, in characters.
const MAPPING_NAME_MAX: usize = 60;

impl Desk {
    /// Loads a statement that was given to the page.
    pub async fn import_statement(
        &self,
        req: StatementFile,
    ) -> Result<Vec<StatementOutcome>, UiError> {
        let given = self.given_file(&req.file, &req.name, req.password).await?;
        let loading = self.inner.loading(&req.file);
        let (defaults, by) = (self.defaults()?, self.by(req.who).await?);
        let work = self
            .inner
            .ledger
            .import_file(given, defaults, by, loading.follow.clone());
        let outcomes = match work.await {
            Ok(outcomes) => outcomes,
            Err(ImportError::File(error)) => return Err(UiError::invalid(word_of_opening(&error))),
            Err(ImportError::Book(error)) => return Err(error.into()),
        };
        drop(loading);
        self.inner.statements_changed();
        Ok(outcomes.into_iter().map(StatementOutcome::from).collect())
    }

    /// Stops the loading of a file. What is loaded of it stays, whole.
    pub async fn stop_import(&self, req: String) -> Result<(), UiError> {
        self.inner.statements.stop(&req);
        Ok(())
    }

    /// The statements that count, the last loaded first.
    pub async fn statements(&self) -> Result<Vec<ImportedStatement>, UiError> {
        Ok(self.inner.ledger.statements().await?)
    }

    /// Takes a statement back: its rows count no more.
    pub async fn take_back_statement(&self, req: TakeBackWish) -> Result<(), UiError> {
        let by = self.by_somebody(req.who).await?;
        if !self.inner.ledger.take_back(req.statement, by).await? {
            return Err(UiError::new("not_found"));
        }
        self.inner.statements_changed();
        Ok(())
    }

    /// Book and statements side by side.
    pub async fn reconcile(&self, req: Span) -> Result<Reconciled, UiError> {
        Ok(self.inner.reconciled(req).await?.result.clone())
    }

    /// Stops the comparing of book and statements.
    pub async fn stop_comparing(&self) -> Result<(), UiError> {
        self.inner.statements.stop_comparing();
        Ok(())
    }

    /// Some of the differences.
    pub async fn differences(&self, req: DifferenceQuery) -> Result<DifferencePage, UiError> {
        Ok(self.inner.reconciled(req.span).await?.page(&req))
    }

    /// What a payout is made of.
    pub async fn payout_rows(&self, req: PayoutQuery) -> Result<PayoutPage, UiError> {
        Ok(self.inner.reconciled(req.span).await?.payout(&req))
    }

    /// A difference is none, for this reason.
    pub async fn settle_difference(&self, req: SettleWish) -> Result<(), UiError> {
        let reason = domain::payment::clean_text(&req.reason);
        let reason = reason.filter(|text| text.chars().count() <= REASON_MAX);
        let reason = reason.ok_or_else(|| UiError::invalid("reason"))?;
        let reconciled = self.inner.reconciled(req.span).await?;
        let difference = reconciled.difference(&req.subject);
        let difference = difference.ok_or_else(|| UiError::new("not_found"))?;
        let by = self.by(req.who).await?;
        self.inner.ledger.settle(difference, &reason, by).await?;
        self.inner.statements_changed();
        Ok(())
    }

    /// What was said about a difference holds no more.
    pub async fn undo_settlement(&self, req: ReopenWish) -> Result<(), UiError> {
        let by = self.by_somebody(req.who).await?;
        if !self.inner.ledger.reopen(&req.subject, by).await? {
            return Err(UiError::new("not_found"));
        }
        self.inner.statements_changed();
        Ok(())
    }

    /// The owner's mappings, by name.
    pub async fn mappings(&self) -> Result<Vec<Mapping>, UiError> {
        Ok(self.inner.ledger.mappings().await?)
    }

    /// Tries a mapping on a file.
    pub async fn preview_mapping(&self, req: MappingTry) -> Result<MappingTried, UiError> {
        let given = self.given_file(&req.file, &req.name, req.password).await?;
        let defaults = self.defaults()?;
        let trying = tokio::task::spawn_blocking(move || {
            try_mapping(&given, &req.name, req.mapping, &defaults)
        });
        match trying.await {
            Ok(Ok(tried)) => Ok(MappingTried {
                mapping: tried.mapping,
                preview: tried.preview,
                cells: tried.cells,
            }),
            Ok(Err(TryError::File(error))) => Err(UiError::invalid(word_of_opening(&error))),
            Ok(Err(TryError::Read(error))) => Err(UiError::invalid(word_of_reading(&error))),
            Ok(Err(TryError::NoSuchPart)) => Err(UiError::new("not_found")),
            Err(_) => Err(UiError::new("internal")),
        }
    }

    /// Keeps a mapping, in place of the one of its name.
    pub async fn save_mapping(&self, req: Mapping) -> Result<(), UiError> {
        let name = domain::payment::clean_text(&req.name);
        let name = name.filter(|name| name.chars().count() <= MAPPING_NAME_MAX);
        let name = name.ok_or_else(|| UiError::invalid("name"))?;
        match self
            .inner
            .ledger
            .save_mapping(&Mapping { name, ..req })
            .await?
        {
            true => Ok(()),
            false => Err(UiError::invalid("too_many")),
        }
    }

    /// Forgets a mapping. What was read by it stays.
    pub async fn remove_mapping(&self, req: String) -> Result<(), UiError> {
        Ok(self.inner.ledger.remove_mapping(&req).await?)
    }

    /// A file that was given to the page, whole.
    async fn given_file(
        &self,
        file: &str,
        name: &str,
        password: Option<Secret>,
    ) -> Result<GivenFile, UiError> {
        let (path, name) = (self.arrivals().file(file)?, name.to_owned());
        let reading = tokio::task::spawn_blocking(move || {
            // What is larger packed than anything may be unpacked is not read to its end.
            let most = Limits::default().unpacked;
            let mut bytes = Vec::new();
            let file = std::fs::File::open(path)?;
            let length = file.take(most + 1).read_to_end(&mut bytes)?;
            Ok((
                u64::try_from(length).is_ok_and(|length| length <= most),
                bytes,
            ))
        });
        let read: std::io::Result<_> = reading
            .await
            .unwrap_or_else(|error| Err(std::io::Error::other(error)));
        match read {
            Ok((true, bytes)) => Ok(GivenFile {
                name,
                bytes,
                password: password.filter(|password| !password.is_empty()),
            }),
            Ok((false, _)) => {
                let error = FileError::TooLarge {
                    limit: Limits::default().unpacked,
                };
                Err(UiError::invalid(word_of_opening(&error)))
            }
            Err(error) => {
                tracing::error!(%error, "a file that a page gave could not be read");
                Err(UiError::new("storage"))
            }
        }
    }

    /// What a statement does not say and the shop knows.
    fn defaults(&self) -> Result<Defaults, UiError> {
        let currency = self.own_currency().ok_or_else(|| UiError::new("offline"))?;
        Ok(Defaults {
            currency,
            zone: self.inner.rule().zone,
        })
    }

    /// Who does it: as the page says, else who was named last at this desk, else the desk itself.
    pub(super) async fn by(&self, named: Option<String>) -> Result<By, UiError> {
        let named = named.and_then(|name| name_of(&name));
        let desk = || text(self.inner.language(), "dayend.front_desk", &[]);
        Ok(By {
            who: self.somebody(named).await?.unwrap_or_else(desk),
            at: now(),
        })
    }

    /// The same of what takes back what a person said or did: a person does it, too.
    async fn by_somebody(&self, named: Option<String>) -> Result<By, UiError> {
        let nobody = || UiError::invalid("who");
        let named = match named {
            Some(name) => Some(name_of(&name).ok_or_else(nobody)?),
            None => None,
        };
        Ok(By {
            who: self.somebody(named).await?.ok_or_else(nobody)?,
            at: now(),
        })
    }

    /// Who is named, and works here from now on; else who was named last.
    async fn somebody(&self, named: Option<String>) -> Result<Option<String>, UiError> {
        let who = match named {
            Some(name) => {
                self.inner.works_here(&name).await;
                Some(name)
            }
            None => self.inner.ledger.kept::<String>(WHO).await?,
        };
        Ok(who.filter(|name| !name.is_empty()))
    }
}

/// A name as the book keeps it; `None` where nothing of it is left.
fn name_of(given: &str) -> Option<String> {
    let name = domain::payment::clean_text(given)?;
    Some(name.chars().take(NAME_MAX).collect())
}

impl Inner {
    /// Whoever is named with what is done stands with what is done next, where nobody is named.
    pub(crate) async fn works_here(&self, named: &str) {
        if let Some(name) = name_of(named) {
            self.keep_who(&name).await;
        }
    }

    /// The drawer was handed over: nobody is at the desk until somebody is named.
    pub(crate) async fn nobody_works_here(&self) {
        self.keep_who("").await;
    }

    async fn keep_who(&self, name: &str) {
        let kept = self.ledger.kept::<String>(WHO).await;
        let done = match kept {
            Ok(kept) if kept.as_deref() == Some(name) => Ok(()),
            Ok(_) => self.ledger.keep(WHO, &name.to_owned()).await,
            Err(error) => Err(error),
        };
        // What was done stands in the book with its own name: it does not fail for this.
        if let Err(error) = done {
            tracing::warn!(%error, "who works at this desk was not kept");
        }
    }
}

/// The name under which the book keeps who works at this desk.
const WHO: &str = "who";
