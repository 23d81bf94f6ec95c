//! Brings a database up to date: all steps in one transaction, a copy kept first, a newer one refused.

use crate::{OpenError, beside};
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::Path,
};

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
    apply(connection, path, migrations)?;
    tracing::info!(from = found, to = known, "database brought up to date");
    Ok(())
}

/// The same of a file that is a copy itself, and of which none is kept.
pub(crate) fn copy_to_latest(
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
    apply(connection, path, migrations)
}

fn apply(
    connection: &mut Connection,
    path: &Path,
    migrations: &'static [&'static str],
) -> Result<(), OpenError> {
    let steps = Migrations::from_iter(migrations.iter().map(|sql| M::up(sql)));
    steps
        .to_latest(connection)
        .map_err(|error| OpenError::Migration {
            path: path.to_owned(),
            reason: error.to_string(),
        })
}

/// Keeps the database as it is now in `<path>.v<version>`, and never over another: a book that was put back may be of that
/// version too. What an earlier failed try left there is the same, and is not kept twice.
fn keep_copy(connection: &Connection, path: &Path, version: i64) -> Result<(), OpenError> {
    let part = beside(path, &format!("v{version}.part"));
    let io = |source| OpenError::Io {
        path: part.clone(),
        source,
    };
    remove(&part).map_err(io)?;
    connection
        .backup("main", &part, None)
        .map_err(|source| OpenError::Sqlite {
            path: part.clone(),
            source,
        })?;
    File::options()
        .write(true)
        .open(&part)
        .and_then(|file| file.sync_all())
        .map_err(io)?;
    for number in 1_u32.. {
        let name = match number {
            1 => format!("v{version}"),
            _ => format!("v{version}-{number}"),
        };
        let copy = beside(path, &name);
        if !copy.exists() {
            return fs::rename(&part, &copy).map_err(io);
        }
        if same(&part, &copy).map_err(io)? {
            return remove(&part).map_err(io);
        }
    }
    Ok(())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Whether two files are the same, byte by byte.
fn same(one: &Path, other: &Path) -> io::Result<bool> {
    let (one, other) = (File::open(one)?, File::open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut one, mut other) = (BufReader::new(one), BufReader::new(other));
    loop {
        let (a, b) = (one.fill_buf()?, other.fill_buf()?);
        let some = a.len().min(b.len());
        if some == 0 {
            return Ok(a.len() == b.len());
        }
        if a[..some] != b[..some] {
            return Ok(false);
        }
        one.consume(some);
        other.consume(some);
    }
}
