//! Brings a database up to date: all steps in one transaction, a copy kept first, a newer one refused.

use crate::{OpenError, beside};
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};
use std::path::Path;

/// The version of the file, which is the number of steps applied to it, and the one that this program knows.
pub(crate) fn version(
    connection: &Connection,
    path: &Path,
    migrations: &[&str],
) -> Result<(i64, i64), OpenError> {
    let found = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(|source| OpenError::Sqlite {
            path: path.to_owned(),
            source,
        })?;
    Ok((found, i64::try_from(migrations.len()).unwrap_or(i64::MAX)))
}

/// Applies what is missing of `migrations`.
pub(crate) fn to_latest(
    connection: &mut Connection,
    path: &Path,
    migrations: &'static [&'static str],
) -> Result<(), OpenError> {
    let (found, known) = version(connection, path, migrations)?;
    if found > known {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    if found == known {
        return Ok(());
    }
    if found > 0 {
        keep_copy(connection, path, found)?;
    }
    let steps = Migrations::from_iter(migrations.iter().map(|sql| M::up(sql)));
    steps
        .to_latest(connection)
        .map_err(|error| OpenError::Migration {
            path: path.to_owned(),
            reason: error.to_string(),
        })?;
    tracing::info!(from = found, to = known, "database brought up to date");
    Ok(())
}

/// Keeps the database as it is now in `<path>.v<version>`, over a copy that an earlier failed try left there.
fn keep_copy(connection: &Connection, path: &Path, version: i64) -> Result<(), OpenError> {
    let copy = beside(path, &format!("v{version}"));
    connection
        .backup("main", &copy, None)
        .map_err(|source| OpenError::Sqlite {
            path: copy.clone(),
            source,
        })?;
    let io = |source| OpenError::Io {
        path: copy.clone(),
        source,
    };
    std::fs::File::options()
        .write(true)
        .open(&copy)
        .and_then(|file| file.sync_all())
        .map_err(io)
}
