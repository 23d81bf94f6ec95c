//! What opening, migrating and sharing promise, on real files.

use super::*;

const FIRST: &[&str] = &["CREATE TABLE a (x INTEGER NOT NULL) STRICT"];
const SECOND: &[&str] = &[
    "CREATE TABLE a (x INTEGER NOT NULL) STRICT",
    "ALTER TABLE a ADD COLUMN y INTEGER",
];
const BROKEN: &[&str] = &[
    "CREATE TABLE a (x INTEGER NOT NULL) STRICT",
    "ALTER TABLE a ADD COLUMN y INTEGER",
    "ALTER TABLE missing ADD COLUMN z",
];

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

async fn insert(db: &Db, x: i64) -> Result<(), Error> {
    db.call(move |c| Ok(c.execute("INSERT INTO a (x) VALUES (?1)", [x]).map(drop)?))
        .await
}

async fn sum(db: &Db) -> i64 {
    db.call::<i64, Error, _>(|c| Ok(c.query_row("SELECT sum(x) FROM a", [], |r| r.get(0))?))
        .await
        .expect("sum")
}

#[tokio::test]
async fn keeps_what_was_written_and_one_owner_only() {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("t.db");
    let db = Db::open(&path, FIRST).expect("open");
    insert(&db, 7).await.expect("insert");
    assert!(matches!(Db::open(&path, FIRST), Err(OpenError::InUse(_))));
    db.close().await;
    assert!(matches!(insert(&db, 1).await, Err(Error::Stopped(_))));
    let again = Db::open(&path, FIRST).expect("open again");
    assert_eq!(sum(&again).await, 7);
}

#[test]
fn a_lock_that_is_let_go_of_in_time_is_had() {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("t.db");
    let mut holder = Some(Db::open(&path, FIRST).expect("open"));
    let mut waits = 0;
    let had = lock(&path, Duration::from_secs(60), || {
        waits += 1;
        if waits == 3 {
            holder = None;
        }
    });
    assert!(had.is_ok(), "{had:?}");
    assert_eq!(waits, 3);
    // And one that is not, is refused when the time is over.
    let begun = Instant::now();
    let patience = Duration::from_millis(120);
    let refused = Db::open_within(&path, FIRST, patience).expect_err("held");
    assert!(matches!(refused, OpenError::InUse(_)), "{refused}");
    assert!(begun.elapsed() >= patience);
    drop(had);
    let opened = Db::open_within(&path, FIRST, patience);
    assert!(opened.is_ok(), "{opened:?}");
}

#[tokio::test]
async fn pragmas_hold() {
    let dir = tempfile::tempdir().expect("folder");
    let db = Db::open(&dir.path().join("t.db"), FIRST).expect("open");
    for (pragma, value) in [
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
    ] {
        let found = db
            .call::<i64, Error, _>(move |c| {
                Ok(c.query_row(&format!("PRAGMA {pragma}"), [], |r| r.get(0))?)
            })
            .await
            .expect(pragma);
        assert_eq!(found, value, "{pragma}");
    }
}

#[tokio::test]
async fn migrates_with_a_copy_and_refuses_a_newer_schema() {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("t.db");
    let db = Db::open(&path, FIRST).expect("first");
    insert(&db, 3).await.expect("insert");
    db.close().await;

    assert!(matches!(
        Db::open(&path, BROKEN),
        Err(OpenError::Migration { .. })
    ));
    let db = Db::open(&path, SECOND).expect("the failed migration changed nothing");
    assert_eq!(sum(&db).await, 3);
    db.close().await;
    let copy = rusqlite::Connection::open(dir.path().join("t.db.v1")).expect("copy");
    assert_eq!(
        copy.query_row("SELECT x FROM a", [], |r| r.get::<_, i64>(0)),
        Ok(3)
    );

    let refused = Db::open(&path, FIRST).expect_err("newer");
    assert!(
        matches!(
            refused,
            OpenError::Newer {
                found: 2,
                known: 1,
                ..
            }
        ),
        "{refused}"
    );
}

#[tokio::test]
async fn the_copy_of_a_database_before_its_migration_is_never_written_over() {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("t.db");
    // Two databases of the same version are put in the same place, one after the other.
    for x in [3, 4] {
        let _ = std::fs::remove_file(&path);
        let db = Db::open(&path, FIRST).expect("first");
        insert(&db, x).await.expect("insert");
        db.close().await;
        for _ in 0..3 {
            // What fails again and again keeps one copy.
            Db::open(&path, BROKEN).expect_err("broken");
        }
        Db::open(&path, SECOND).expect("second").close().await;
    }
    for (name, x) in [("t.db.v1", 3), ("t.db.v1-2", 4)] {
        let copy = rusqlite::Connection::open(dir.path().join(name)).expect(name);
        let found = copy.query_row("SELECT x FROM a", [], |row| row.get::<_, i64>(0));
        assert_eq!(found, Ok(x), "{name}");
    }
    for name in ["t.db.v1-3", "t.db.v1.part"] {
        assert!(!dir.path().join(name).exists(), "{name}");
    }
}

#[test]
fn a_copy_is_brought_up_to_date_as_one_file_and_one_of_another_kind_is_told() {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("t.db");
    let make = |sql: &str| {
        let _ = std::fs::remove_file(&path);
        let made = rusqlite::Connection::open(&path).expect("made");
        made.execute_batch(sql).expect(sql);
    };
    make(
        "CREATE TABLE a (x INTEGER NOT NULL) STRICT; PRAGMA user_version = 1; PRAGMA journal_mode = WAL",
    );
    assert!(bring_up_to_date(&path, SECOND).expect("second"));
    assert!(Db::open_read_only(&path, SECOND).is_ok());
    let names: Vec<_> = std::fs::read_dir(dir.path())
        .expect("folder")
        .map(|entry| entry.expect("entry").file_name())
        .collect();
    assert_eq!(names, ["t.db"]);
    make("CREATE TABLE b (x); PRAGMA user_version = 2");
    assert!(!bring_up_to_date(&path, SECOND).expect("nothing to do"));
    make("CREATE TABLE b (x); PRAGMA user_version = 1");
    let refused = bring_up_to_date(&path, SECOND).expect_err("there is no such table");
    assert!(matches!(refused, OpenError::Migration { .. }), "{refused}");
    make("PRAGMA user_version = 9");
    let refused = bring_up_to_date(&path, SECOND).expect_err("newer");
    assert!(matches!(refused, OpenError::Newer { .. }), "{refused}");
}

#[tokio::test]
async fn a_panic_neither_commits_nor_breaks_the_connection() {
    let db = Db::open_in_memory(FIRST).expect("open");
    insert(&db, 1).await.expect("insert");
    let panicked = db
        .call::<(), Error, _>(|c| {
            let work = begin(c)?;
            work.execute("INSERT INTO a (x) VALUES (100)", [])?;
            panic!("in the middle");
        })
        .await;
    assert!(matches!(panicked, Err(Error::Stopped(_))));
    assert_eq!(sum(&db).await, 1);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_with_its_name() {
    let refused = Db::open(Path::new("/nonexistent/t.db"), FIRST).expect_err("no folder");
    assert!(
        refused.to_string().contains("/nonexistent/t.db.lock"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_reader_sees_what_its_owner_commits_and_cannot_write() {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("t.db");
    assert!(Db::open_read_only(&path, FIRST).is_err(), "it is not made");
    assert!(!path.exists());
    let owner = Db::open(&path, FIRST).expect("open");
    let reader = Db::open_read_only(&path, FIRST).expect("a second look");
    insert(&owner, 7).await.expect("insert");
    assert_eq!(sum(&reader).await, 7);
    insert(&owner, 5).await.expect("insert");
    assert_eq!(sum(&reader).await, 12);
    insert(&reader, 1).await.expect_err("it reads only");
    let older = Db::open_read_only(&path, SECOND).expect_err("it is not brought up to date");
    assert!(
        matches!(older, OpenError::Older { found: 1, .. }),
        "{older:?}"
    );
    let newer = Db::open_read_only(&path, &[]).expect_err("too new");
    assert!(
        matches!(
            newer,
            OpenError::Newer {
                found: 1,
                known: 0,
                ..
            }
        ),
        "{newer:?}"
    );
    reader.close().await;
    owner.close().await;
    let alone = Db::open_read_only(&path, FIRST).expect("nobody else has it open");
    assert_eq!(sum(&alone).await, 12);
    let second = Db::open(&path, FIRST).expect("a reader holds no lock");
    insert(&second, 1).await.expect("insert");
    assert_eq!(sum(&alone).await, 13);
}

#[test]
fn a_lock_that_is_held_opens_the_file_and_keeps_others_out() {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("t.db");
    let held = Held::take(&path, Duration::ZERO).expect("the lock");
    let other = Db::open(&path, FIRST).err();
    assert!(matches!(other, Some(OpenError::InUse(_))), "{other:?}");
    let db = Db::open_held(held, &path, FIRST).expect("open");
    assert!(
        Db::open(&path, FIRST).is_err(),
        "it is held as long as it is open"
    );
    drop(db);
    assert!(Db::open(&path, FIRST).is_ok());
}
