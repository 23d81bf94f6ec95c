//! Payments out of the book into a file: page by page, so that memory stays as it is however many there are, and whoever
//! records a payment meanwhile waits for one page at most.

use crate::{
    comma::Csv,
    file::{FileError, Half},
    table::{About, COLUMNS, Cell, Clerk, Sums},
    texts::Texts,
    xlsx::Xlsx,
};
use book::{HistoryQuery, Ledger, LedgerError, Line, LineId};
use domain::{DayRule, Timestamp};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, sync::Arc};
use tokio_util::sync::CancellationToken;

/// So many payments are read at once.
const PAGE: u32 = 2_000;

/// Which kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Plain text, one payment a line, for any program.
    Csv,
    /// A workbook for Excel and its like, with sums.
    Xlsx,
}

impl Format {
    /// How names of such files end.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Payments that are to be in a file.
#[derive(Debug, Clone)]
pub struct PaymentsExport {
    /// Which. Its page is of no account.
    pub query: HistoryQuery,
    /// In which kind of file.
    pub format: Format,
    /// Where.
    pub place: PathBuf,
    /// The shop's name.
    pub shop: String,
    /// The program's version.
    pub software: String,
    /// When it is made.
    pub at: Timestamp,
    /// The shop's clock.
    pub rule: DayRule,
    /// The language.
    pub texts: Arc<Texts>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// So many payments.
    pub rows: u64,
    /// So many bytes.
    pub bytes: u64,
}

/// Why there is no file. Nothing of it is left then, and what had its name before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Somebody stopped it.
    #[error("it was stopped")]
    Stopped,
    /// The file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The book could not be read.
    #[error(transparent)]
    Book(#[from] LedgerError),
    /// A fault of ours.
    #[error("it broke off")]
    Broken,
}

impl From<std::io::Error> for ExportError {
    fn from(error: std::io::Error) -> Self {
        Self::File(error.into())
    }
}

/// Writes payments into a file. `progress` is told again and again how far it is, in thousandths.
pub async fn payments(
    ledger: &Ledger,
    export: PaymentsExport,
    progress: impl Fn(u16) + Send,
    stop: &CancellationToken,
) -> Result<Written, ExportError> {
    // Before the first row: what the file holds was in the book when its chain ended so, or came into it since.
    let head = ledger.chain_head().await?;
    let about = About {
        shop: export.shop,
        software: export.software,
        made: export.at,
        head,
    };
    let clerk = Arc::new(Clerk::new(export.texts, &export.rule, about));
    let (format, place) = (export.format, export.place);
    let mut sheet = blocking(move || Sheet::begin(&place, format, clerk)).await?;
    let newest = newest(ledger, &export.query).await?;
    let (mut first, mut after) = (None, LineId(0));
    loop {
        if stop.is_cancelled() {
            return Err(ExportError::Stopped);
        }
        let query = HistoryQuery {
            limit: PAGE,
            before: None,
            after: Some(after),
            ..export.query.clone()
        };
        // The oldest that are left, newest first; the one too many says that there are more.
        let mut lines = ledger.page(query).await?;
        let more = lines.len() > PAGE as usize;
        lines.reverse();
        lines.truncate(PAGE as usize);
        // What came in since is in the next export: this one has an end.
        lines.retain(|line| line.id <= newest);
        let Some(last) = lines.last().map(|line| line.id) else {
            break;
        };
        let LineId(from) = *first.get_or_insert(lines[0].id);
        sheet = blocking(move || sheet.write(&lines)).await?;
        if !more {
            break;
        }
        after = last;
        progress(thousandths(last.0 - from, newest.0 - from));
    }
    let written = blocking(move || sheet.finish()).await?;
    progress(1_000);
    Ok(written)
}

/// The newest payment that the file will have.
async fn newest(ledger: &Ledger, query: &HistoryQuery) -> Result<LineId, ExportError> {
    let query = HistoryQuery {
        limit: 1,
        before: None,
        after: None,
        ..query.clone()
    };
    let lines = ledger.page(query).await?;
    Ok(lines.first().map_or(LineId(0), |line| line.id))
}

/// How far one number is to another.
fn thousandths(done: i64, all: i64) -> u16 {
    let part = done.saturating_mul(1_000) / all.max(1);
    u16::try_from(part.clamp(0, 999)).unwrap_or(999)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ExportError> + Send + 'static,
) -> Result<T, ExportError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| {
        tracing::error!(%error, "an export broke off");
        Err(ExportError::Broken)
    })
}

/// The last columns of plain text, which has no place of its own for what the book's chain ended with: they are filled
/// in its first row.
const CHAIN: [&str; 2] = ["sheet.book_rows", "sheet.book_head"];

/// A file on its way, of either kind.
struct Sheet {
    to: To,
    clerk: Arc<Clerk>,
    sums: Sums,
    rows: u64,
}

enum To {
    Csv(Box<Csv<Half>>),
    Xlsx(Box<Xlsx<Half>>),
}

impl Sheet {
    fn begin(
        place: &std::path::Path,
        format: Format,
        clerk: Arc<Clerk>,
    ) -> Result<Self, ExportError> {
        let half = Half::begin(place)?;
        let columns = COLUMNS.iter().map(|one| one.head);
        let heads: Vec<String> = match format {
            Format::Csv => columns.chain(CHAIN).map(|key| clerk.word(key)).collect(),
            Format::Xlsx => columns.map(|key| clerk.word(key)).collect(),
        };
        Ok(Self {
            to: match format {
                Format::Csv => To::Csv(Box::new(Csv::begin(half, &heads)?)),
                Format::Xlsx => To::Xlsx(Box::new(Xlsx::begin(half, clerk.clone())?)),
            },
            clerk,
            sums: Sums::default(),
            rows: 0,
        })
    }

    fn write(mut self, lines: &[Line]) -> Result<Self, ExportError> {
        for line in lines {
            let cell = |column: &crate::table::Column| (column.cell)(line, &self.clerk);
            let mut cells: Vec<Cell> = COLUMNS.iter().map(cell).collect();
            match &mut self.to {
                To::Csv(csv) => {
                    cells.extend(self.clerk.chain(self.rows == 0));
                    csv.row(&cells)?;
                }
                To::Xlsx(xlsx) => xlsx.row(&cells)?,
            }
            self.sums.add(line);
            self.rows += 1;
        }
        Ok(self)
    }

    fn finish(self) -> Result<Written, ExportError> {
        let half = match self.to {
            To::Csv(csv) => csv.finish()?,
            To::Xlsx(xlsx) => xlsx.finish(&self.sums)?,
        };
        Ok(Written {
            rows: self.rows,
            bytes: half.finish()?,
        })
    }
}

#[cfg(test)]
mod tests;
