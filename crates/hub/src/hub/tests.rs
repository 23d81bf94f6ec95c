//! What the handle keeps by itself, on a disk that fails now and then.

use super::Hub;
use crate::health::refusals::Taken;
use crate::{HubConfig, MasterKey};
use domain::{Currency, DayRule, Timestamp, wire};
use std::time::Instant;

#[tokio::test]
async fn a_sign_of_life_that_the_disk_did_not_take_is_stored_at_the_next_look() {
    let dir = tempfile::tempdir().expect("folder");
    let hub = Hub::open(HubConfig::new(dir.path()), MasterKey::from_bytes([7; 32]))
        .await
        .expect("open");
    let face = wire::Shop {
        name: "面馆".to_owned(),
        currency: Currency::CNY,
        day_rule: DayRule::new("Asia/Shanghai", 0).expect("zone"),
    };
    hub.first_shop(&face).await.expect("shop");
    let source = hub.inner.directory.sources().remove(0);
    source.heard(Taken::New, None, Timestamp(1_000), Instant::now());

    let db = rusqlite::Connection::open(dir.path().join("hub.db")).expect("open");
    let stored = || {
        let row = "SELECT last_heard, fits FROM sources";
        db.query_row(row, [], |row| Ok((row.get(0)?, row.get(1)?)))
            .expect("its row")
    };
    let thief = rusqlite::Connection::open(dir.path().join("hub.db")).expect("open");
    thief.execute_batch("BEGIN IMMEDIATE").expect("lock");
    let kept = hub.inner.save_signs_of_life(false).await;
    assert!(kept.is_err(), "another program holds the lock: {kept:?}");
    thief.execute_batch("ROLLBACK").expect("unlock");
    assert_eq!(stored(), (None::<i64>, false));
    hub.inner.save_signs_of_life(false).await.expect("stored");
    assert_eq!(stored(), (Some(1_000), true));
    hub.close().await;
}
