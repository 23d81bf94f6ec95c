//! The text of a row that its hash is over: its kind, its id, when it was chained and its columns, each with its
//! length before it, so that no two rows have the same text and nobody has to agree about quotation marks.

use super::RowKind;
use domain::Timestamp;
use rusqlite::{Connection, OptionalExtension, types::ValueRef};

/// A row's text, read back from its table; `None` when it is not there.
pub(crate) fn row_text(
    db: &Connection,
    kind: &RowKind,
    row: i64,
    at: Timestamp,
) -> rusqlite::Result<Option<Vec<u8>>> {
    let sql = format!(
        "SELECT {} FROM {} WHERE id = ?1",
        kind.columns.join(", "),
        kind.table
    );
    let mut query = db.prepare_cached(&sql)?;
    let text = query.query_row([row], |found| {
        let mut text = Vec::with_capacity(512);
        put(&mut text, Some(kind.name.as_bytes()));
        put_number(&mut text, row);
        put_number(&mut text, at.0);
        for column in 0..kind.columns.len() {
            match found.get_ref(column)? {
                ValueRef::Null => put(&mut text, None),
                ValueRef::Integer(number) => put_number(&mut text, number),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => put(&mut text, Some(bytes)),
                // The book has no such columns: money and times are whole.
                ValueRef::Real(real) => put(&mut text, Some(real.to_string().as_bytes())),
            }
        }
        Ok(text)
    });
    text.optional()
}

fn put_number(text: &mut Vec<u8>, number: i64) {
    put(text, Some(number.to_string().as_bytes()));
}

/// `5:hello,`; nothing at all is `-,`.
fn put(text: &mut Vec<u8>, value: Option<&[u8]>) {
    match value {
        Some(bytes) => {
            text.extend_from_slice(bytes.len().to_string().as_bytes());
            text.push(b':');
            text.extend_from_slice(bytes);
        }
        None => text.push(b'-'),
    }
    text.push(b',');
}
