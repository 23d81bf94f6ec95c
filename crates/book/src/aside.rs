//! Reading the book beside whoever writes it: a second look at the same file, as it was at one moment, for which nobody
//! waits.

use super::{Ledger, LedgerError};
use rusqlite::{Connection, OpenFlags};
use std::{path::PathBuf, time::Duration};

impl Ledger {
    /// Reads the book as it is now, however long that takes: payments go on being recorded, and are not seen.
    pub async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let path = self.call(|db| Ok(db.path().map(PathBuf::from))).await?;
        let Some(path) = path.filter(|path| !path.as_os_str().is_empty()) else {
            // A book in memory has one connection.
            return self.call(move |db| work(db)).await;
        };
        let reading = tokio::task::spawn_blocking(move || {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let db = Connection::open_with_flags(path, flags)?;
            db.busy_timeout(Duration::from_secs(5))?;
            db.execute_batch("PRAGMA trusted_schema = OFF; BEGIN")?;
            work(&db)
        });
        reading.await.map_err(|_| LedgerError::Closed)?
    }
}
