//! A database of an earlier version, with what a shop has in it, opens and is found whole.

use super::*;
use rusqlite::Connection;

#[test]
fn an_older_hub_with_a_log_opens_even_where_an_entry_cannot_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("hub.db");
    let old = Connection::open(&path).unwrap();
    for step in &MIGRATIONS[..3] {
        old.execute_batch(step).unwrap();
    }
    old.pragma_update(None, "user_version", 3).unwrap();
    let joined = r#"{"type":"attached","payment":1}"#;
    old.execute_batch(&format!(
        "INSERT INTO shops (key, id, name, currency, zone, cutover_hour, last_seq)
           VALUES (1, 'shop_1', '面馆', 'CNY', 'Asia/Shanghai', 0, 4);
         INSERT INTO entries VALUES (1, 1, 1000, '{{\"type\":\"paid\"}}');
         INSERT INTO entries VALUES (1, 2, 2000, 'damaged {{');
         INSERT INTO entries VALUES (1, 3, 3000, '{joined}');
         INSERT INTO entries VALUES (1, 4, 4000, '{joined}');"
    ))
    .unwrap();
    drop(old);

    drop(Db::open(&path, MIGRATIONS).unwrap());
    let db = Connection::open(&path).unwrap();
    let known = i64::try_from(MIGRATIONS.len()).unwrap();
    let version: i64 = db
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, known);
    let joined: Vec<i64> = db
        .prepare(
            "SELECT seq FROM entries INDEXED BY entries_joined
             WHERE shop = 1 AND CASE WHEN json_valid(event) THEN json_extract(event, '$.payment') END = 1",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<std::result::Result<_, _>>()
        .unwrap();
    assert_eq!(joined, [3, 4]);
    // A log with something in it has no line of the record yet: its end is there to be sealed.
    let end: (i64, Vec<u8>) = db
        .query_row("SELECT number, seal FROM record_head", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(end, (0, Vec::new()));
    // Written by a later version, it is refused rather than read wrongly.
    db.pragma_update(None, "user_version", known + 1).unwrap();
    drop(db);
    assert!(matches!(
        Db::open(&path, MIGRATIONS),
        Err(sqlite::OpenError::Newer { .. })
    ));
}
