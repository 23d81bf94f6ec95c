//! Opening the book: for reading beside Tillbell, or alone for writing.

use crate::{Days, FAILED, Failure};
use book::{Follow, Ledger, LedgerError, reconcile::Span};
use domain::{BusinessDay, DayRule};
use std::{
    env,
    ops::Deref,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// The folder of Tillbell's data, as the app's own name makes it.
const APP: &str = "app.tillbell.desktop";
/// Without days, the last so many are compared.
const USUAL_DAYS: i32 = 31;

/// Where the book lies.
pub(crate) fn place(given: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let own = env::var_os("TILLBELL_DATA_DIR").map(PathBuf::from);
    let folder = || own.or_else(|| dirs::data_local_dir().map(|folder| folder.join(APP)));
    let found = given.or_else(|| folder().map(|folder| folder.join("book.sqlite")));
    found.ok_or_else(|| Failure::new(FAILED, "say where the book is: --book FILE"))
}

fn is_there(path: &Path) -> Result<(), Failure> {
    match path.is_file() {
        true => Ok(()),
        false => Err(Failure::new(
            FAILED,
            format!(
                "there is no book at {}. Say where it is: --book FILE",
                path.display()
            ),
        )),
    }
}

/// A book that is read.
pub(crate) struct Reading {
    ledger: Ledger,
    /// Where it was copied to, because an older version wrote it.
    _copy: Option<TempDir>,
}

impl Deref for Reading {
    type Target = Ledger;
    fn deref(&self) -> &Ledger {
        &self.ledger
    }
}

/// Opens the book for reading; Tillbell may have it open. One that an older version wrote is copied, and the copy is
/// brought up to date.
pub(crate) async fn read(path: &Path) -> Result<Reading, Failure> {
    is_there(path)?;
    match Ledger::open_read_only(path).await {
        Ok(ledger) => Ok(Reading {
            ledger,
            _copy: None,
        }),
        Err(LedgerError::Older) => {
            let folder = tempfile::tempdir().map_err(|error| Failure::new(FAILED, error))?;
            let copy = folder.path().join("book.sqlite");
            book::backup::back_up(path, &copy, None, &Follow::default())?;
            Ok(Reading {
                ledger: Ledger::open(&copy).await?,
                _copy: Some(folder),
            })
        }
        Err(error) => Err(error.into()),
    }
}

/// Opens the book for writing. Nobody else may have it open, and it is not made.
pub(crate) async fn write(path: &Path) -> Result<Ledger, Failure> {
    is_there(path)?;
    Ok(Ledger::open(path).await?)
}

/// The shop's day, as the hub told it last.
pub(crate) async fn rule(ledger: &Ledger) -> Result<DayRule, Failure> {
    Ok(ledger
        .shop()
        .await?
        .map(|shop| shop.day_rule)
        .unwrap_or_default())
}

/// The days that are meant: those given, else the last ones of the book.
pub(crate) async fn span(ledger: &Ledger, days: Days) -> Result<Span, Failure> {
    let known = ledger.days().await?;
    let newest: Option<BusinessDay> = known.first().map(|(day, _, _)| *day);
    let to = days.to.or(newest).or(days.from);
    let to = to.ok_or_else(|| Failure::new(FAILED, "the book is empty"))?;
    let usual = || to.plus_days(1 - USUAL_DAYS).unwrap_or(to);
    let from = days.from.unwrap_or_else(usual);
    match from <= to {
        true => Ok(Span { from, to }),
        false => Err(Failure::new(2, "--from is after --to")),
    }
}
