//! Copies at a whole desk: one a day, one now, and one that is the book after the next start.

use super::*;
use crate::{
    Desk,
    settings::Settings,
    testing::{cny, fake_hub::FakeHub, fake_hub::shop, front::Front, front::until, news, paid},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::SourceKind;

async fn desk(dir: &Path, sales: u64) -> (Front, FakeHub) {
    let hub = FakeHub::open().await;
    let front = Front::open(dir, hub.at).await;
    sell(&hub, 1, sales).await;
    (front, hub)
}

async fn sell(hub: &FakeHub, from: u64, count: u64) {
    let at = now().plus_ms(-3_600_000);
    let day = shop().day_rule.day_of(at);
    hub.accept((from..from + count).map(|seq| {
        let news = news(SourceKind::WechatV3, seq, Some(cny(100)));
        paid(seq, at, day, news)
    }));
    until("the sales are acknowledged", || {
        let received = hub.world.received.lock().expect("received");
        received.iter().any(|seq| seq.0 + 1 == from + count)
    })
    .await;
}

async fn made(desk: &Desk, passphrase: Option<&str>) -> Result<BackupFile, UiError> {
    let passphrase = passphrase.map(Secret::new);
    desk.backup_now(BackupWish { passphrase }).await
}

fn of(file: &BackupFile, passphrase: Option<&str>) -> RestoreWish {
    RestoreWish {
        path: Some(file.path.clone()),
        file: None,
        passphrase: passphrase.map(Secret::new),
        who: None,
    }
}

#[tokio::test]
async fn the_day_s_copy_is_made_once_and_old_ones_go() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, _hub) = desk(dir.path(), 3).await;
    let inner = &front.desk.inner;
    let view = front.desk.backups().await.expect("listed");
    assert_eq!((view.files.len(), view.problem.clone()), (0, None));
    assert_eq!(view.now.as_ref().map(|now| now.payments), Some(3));
    assert_eq!(Path::new(&view.folder), dir.path().join("backups"));
    inner.daily_copy().await;
    inner.daily_copy().await;
    let files = front.desk.backups().await.expect("listed").files;
    let [file] = &files[..] else {
        panic!("{files:?}")
    };
    assert!(file.daily && !file.sealed && file.size > 10_000, "{file:?}");
    assert_eq!(
        front
            .desk
            .read_backup(of(file, None))
            .await
            .expect("read")
            .payments,
        3
    );
    // Of other days, as they would lie there; and one that somebody made by hand.
    let mark = inner.copies_mark().await.expect("a mark");
    let folder = dir.path().join("backups");
    for day in ["2026-01-01", "2026-01-02", "2026-01-03"] {
        let name = backup::daily_name(&mark, BusinessDay::parse(day).expect("a day"));
        std::fs::write(folder.join(name), "old").expect("written");
    }
    std::fs::write(folder.join("tillbell-2026-01-01-120000.sqlite"), "by hand").expect("written");
    std::fs::remove_file(&file.path).expect("removed");
    let settings = Settings {
        backups: crate::settings::backups::BackupSettings {
            keep: 2,
            ..Default::default()
        },
        ..front.desk.settings().await.expect("settings")
    };
    front
        .desk
        .save_settings(settings.clone())
        .await
        .expect("saved");
    inner.daily_copy().await;
    let mut names: Vec<String> = front
        .desk
        .backups()
        .await
        .expect("listed")
        .files
        .into_iter()
        .map(|file| file.name)
        .collect();
    names.sort();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(
        names.iter().any(|name| name.contains("2026-01-03")),
        "{names:?}"
    );
    assert!(
        names.contains(&"tillbell-2026-01-01-120000.sqlite".to_owned()),
        "{names:?}"
    );
    front.close().await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_told_and_none_is_made_where_none_is_wanted() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, _hub) = desk(dir.path(), 1).await;
    let inner = &front.desk.inner;
    let settings = front.desk.settings().await.expect("settings");
    // It is said, and nothing else stops.
    let blocked = dir.path().join("blocked");
    std::fs::write(&blocked, "a file").expect("written");
    let mut elsewhere = settings.clone();
    elsewhere.backups.folder = Some(blocked.join("copies").to_string_lossy().into_owned());
    front.desk.save_settings(elsewhere).await.expect("saved");
    inner.daily_copy().await;
    assert_eq!(
        front
            .desk
            .backups()
            .await
            .expect("listed")
            .problem
            .as_deref(),
        Some("storage")
    );
    // Not wanted, none is made.
    let mut off = settings;
    off.backups.daily = false;
    off.backups.folder = Some(dir.path().join("none").to_string_lossy().into_owned());
    front.desk.save_settings(off).await.expect("saved");
    inner.daily_copy().await;
    assert!(!dir.path().join("none").exists());
    front.close().await;
}

#[tokio::test]
async fn a_sealed_copy_is_made_read_and_refused_without_its_passphrase() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, _hub) = desk(dir.path(), 2).await;
    let desk = &front.desk;
    assert_eq!(
        made(desk, Some("short")).await,
        Err(UiError::invalid("passphrase"))
    );
    let file = made(desk, Some("corner shop")).await.expect("made");
    assert!(
        file.sealed && file.name.ends_with(".sqlite.age"),
        "{file:?}"
    );
    assert_eq!(
        desk.read_backup(of(&file, None)).await,
        Err(UiError::invalid("passphrase_needed"))
    );
    let wrong = desk.read_backup(of(&file, Some("corner shoe"))).await;
    assert_eq!(wrong, Err(UiError::invalid("passphrase_wrong")));
    let contents = desk
        .read_backup(of(&file, Some("corner shop")))
        .await
        .expect("read");
    assert_eq!(contents.payments, 2);
    let told = front.shown.told.lock().expect("told").clone();
    assert!(
        told.iter()
            .any(|(to, name, _)| to == "settings" && name == event::BACKUP_PROGRESS)
    );
    assert!(told.iter().any(|(_, name, _)| name == event::BACKUPS));
    front.close().await;
}

#[tokio::test]
async fn a_page_names_no_path_of_its_own() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, _hub) = desk(dir.path(), 1).await;
    let book = dir
        .path()
        .join("book.sqlite")
        .to_string_lossy()
        .into_owned();
    for path in [
        book,
        "/etc/passwd".to_owned(),
        "tillbell-x.sqlite".to_owned(),
    ] {
        let wish = RestoreWish {
            path: Some(path),
            file: None,
            passphrase: None,
            who: None,
        };
        assert_eq!(
            front.desk.read_backup(wish.clone()).await,
            Err(UiError::new("not_found"))
        );
        assert_eq!(
            front.desk.restore_backup(wish).await,
            Err(UiError::new("not_found"))
        );
    }
    front.close().await;
}

#[tokio::test]
async fn a_copy_that_was_given_is_the_book_after_the_next_start_and_the_hub_tells_the_rest() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, hub) = desk(dir.path(), 2).await;
    let copy = made(&front.desk, None).await.expect("made");
    sell(&hub, 3, 4).await;
    let bytes = std::fs::read(&copy.path).expect("read");
    let mut file = None;
    for (place, piece) in bytes.chunks(1 << 20).enumerate() {
        let piece = crate::arrivals::FilePiece {
            file: file.clone(),
            at: u64::try_from(place << 20).expect("small"),
            bytes: STANDARD.encode(piece),
        };
        file = Some(front.desk.take_piece(piece).await.expect("taken"));
    }
    let wish = RestoreWish {
        path: None,
        file,
        passphrase: None,
        who: Some("李芳".to_owned()),
    };
    let contents = front
        .desk
        .restore_backup(wish.clone())
        .await
        .expect("laid ready");
    assert_eq!(contents.payments, 2);
    assert_eq!(
        front.desk.restore_backup(wish).await,
        Err(UiError::new("not_found")),
        "it is done with"
    );
    let waiting = front.desk.backups().await.expect("listed").waiting;
    assert_eq!(waiting.map(|contents| contents.payments), Some(2));
    assert_eq!(
        front
            .desk
            .backups()
            .await
            .expect("listed")
            .now
            .expect("counted")
            .payments,
        6
    );
    front.close().await;
    // The book is the copy, and what it lacks the hub tells again.
    let front = Front::open(dir.path(), hub.at).await;
    let inner = front.desk.inner.clone();
    let found = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            let now = inner.backups_view().await.now.expect("counted");
            if now.payments == 6 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    found.await.expect("all six are in the book again");
    assert!(dir.path().join("book.sqlite.before-1").exists());
    let sql = "SELECT who FROM restores";
    let who = inner
        .ledger
        .call(move |db| Ok(db.query_row(sql, [], |row| row.get::<_, String>(0))?));
    assert_eq!(who.await.expect("it is written down"), "李芳");
    front.close().await;
}

#[tokio::test]
async fn a_copy_that_was_laid_ready_waits_until_it_is_withdrawn() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, hub) = desk(dir.path(), 2).await;
    let copy = made(&front.desk, None).await.expect("made");
    sell(&hub, 3, 1).await;
    let waiting = async || front.desk.backups().await.expect("listed").waiting;
    assert_eq!(waiting().await, None);
    let laid = front.desk.restore_backup(of(&copy, None)).await;
    laid.expect("laid ready");
    assert_eq!(waiting().await.map(|contents| contents.payments), Some(2));
    front.desk.withdraw_restore().await.expect("withdrawn");
    assert_eq!(waiting().await, None);
    front.close().await;
    let front = Front::open(dir.path(), hub.at).await;
    let now = front.desk.backups().await.expect("listed").now;
    assert_eq!(now.expect("counted").payments, 3);
    assert!(!dir.path().join("book.sqlite.before-1").exists());
    front.close().await;
}

#[tokio::test]
async fn whoever_stops_his_copy_stops_it_also_while_it_waits_and_never_the_day_s() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, _hub) = desk(dir.path(), 1).await;
    let inner = front.desk.inner.clone();
    let daily = Follow::default();
    inner.backups.standing().daily = daily.clone();
    let at_work = inner.backups.at_work.lock().await;
    let own = tokio::spawn({
        let desk = front.desk.clone();
        async move { made(&desk, None).await }
    });
    until("the copy waits", || {
        !inner.backups.standing().asked.is_empty()
    })
    .await;
    front.desk.stop_backup().await.expect("stopped");
    assert!(!daily.is_stopped(), "the day's copy goes on");
    drop(at_work);
    let own = own.await.expect("it ended");
    assert_eq!(own.map(|file| file.name), Err(UiError::new("stopped")));
    assert!(inner.backups.standing().asked.is_empty());
    assert_eq!(front.desk.backups().await.expect("listed").files, []);
    inner.backups.stop_all();
    assert!(daily.is_stopped());
    front.close().await;
}

#[tokio::test]
async fn what_an_earlier_run_was_given_goes_with_the_next_start() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, hub) = desk(dir.path(), 1).await;
    let piece = crate::arrivals::FilePiece {
        file: None,
        at: 0,
        bytes: STANDARD.encode("half of a book"),
    };
    let file = front.desk.take_piece(piece).await.expect("taken");
    let path = front.desk.arrivals().file(&file).expect("it is there");
    assert!(path.exists());
    front.close().await;
    let front = Front::open(dir.path(), hub.at).await;
    assert!(!path.exists());
    front.close().await;
}

#[test]
fn copies_made_by_hand_are_named_by_the_shop_s_clock() {
    let at = Timestamp::parse_rfc3339("2026-11-22T23:30:05Z").expect("a time");
    assert_eq!(
        name_now(at, "Asia/Shanghai", false),
        "tillbell-2026-11-23-073005.sqlite"
    );
    assert_eq!(
        name_now(at, "America/New_York", true),
        "tillbell-2026-11-22-183005.sqlite.age"
    );
}
