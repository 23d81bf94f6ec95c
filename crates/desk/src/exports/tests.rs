//! Files from the desk: named, found again, refused in words; nothing replaced, nothing half.

use super::*;
use crate::testing::{
    cny,
    fake_hub::{FakeHub, shop},
    front::{Front, until},
    news, paid,
};
use domain::{Seq, SourceKind};

async fn opened(payments: u64) -> (tempfile::TempDir, FakeHub, Front) {
    let (dir, hub) = (
        tempfile::tempdir().expect("a folder"),
        FakeHub::open().await,
    );
    let front = Front::open(dir.path(), hub.at).await;
    let today = shop().day_rule.day_of(now());
    let entry = |seq: u64| {
        let amount = cny(i64::try_from(seq).expect("small") * 100);
        paid(
            seq,
            now(),
            today,
            news(SourceKind::SmsForwarder, seq, Some(amount)),
        )
    };
    hub.accept((1..=payments).map(entry));
    until("all are in the book", || {
        let received = hub.world.received.lock().unwrap();
        payments == 0 || received.contains(&Seq(payments))
    })
    .await;
    (dir, hub, front)
}

fn wish(format: Format) -> ExportWish {
    let today = shop().day_rule.day_of(now());
    ExportWish {
        from: today.plus_days(-1).expect("a day"),
        to: today,
        search: None,
        filter: None,
        format,
        folder: None,
    }
}

#[tokio::test]
async fn files_lie_among_the_owners_documents_and_replace_nothing() {
    let (dir, _hub, front) = opened(3).await;
    let folder = front.desk.export_folder().await.expect("a folder");
    assert_eq!(
        PathBuf::from(&folder),
        dir.path().join("documents/Tillbell")
    );
    let mut paths = Vec::new();
    for format in [Format::Csv, Format::Csv, Format::Xlsx] {
        let done = front
            .desk
            .export_payments(wish(format))
            .await
            .expect("written");
        assert_eq!(done.rows, 3);
        assert_eq!(
            std::fs::metadata(&done.path).expect("a file").len(),
            done.bytes
        );
        paths.push(PathBuf::from(done.path));
    }
    let name = |at: usize| {
        paths[at]
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned()
    };
    assert!(
        name(0).starts_with("Payments ") && name(0).ends_with(".csv"),
        "{}",
        name(0)
    );
    assert!(name(1).ends_with(" (2).csv") && name(2).ends_with(".xlsx"));
    let last = {
        let told = front.shown.told.lock().unwrap();
        let of = told
            .iter()
            .rfind(|(_, event, _)| event == event::EXPORT_PROGRESS);
        of.map(|(_, _, what)| what.clone())
    };
    assert_eq!(last, Some(json!(1_000)));
    front.close().await;
}

#[tokio::test]
async fn a_search_chooses_as_the_book_does() {
    let (_dir, _hub, front) = opened(12).await;
    let search = Some("12".to_owned());
    let done = front.desk.export_payments(ExportWish {
        search,
        ..wish(Format::Csv)
    });
    assert_eq!(done.await.expect("written").rows, 1, "the one of 12 yuan");
    front.close().await;
}

#[tokio::test]
async fn what_cannot_be_written_is_said_and_leaves_nothing() {
    let (dir, _hub, front) = opened(1).await;
    let refused = |code: &str, field: Option<&str>| UiError {
        code: code.to_owned(),
        field: field.map(str::to_owned),
    };
    let to = |folder: &str| ExportWish {
        folder: Some(folder.to_owned()),
        ..wish(Format::Xlsx)
    };
    let relative = front.desk.export_payments(to("somewhere")).await;
    assert_eq!(relative, Err(refused("storage", Some("folder"))));
    let file = dir.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let under_a_file = front
        .desk
        .export_payments(to(&file.to_string_lossy()))
        .await;
    assert_eq!(under_a_file, Err(refused("storage", Some("folder"))));
    let turned = ExportWish {
        from: wish(Format::Csv).to.plus_days(1).expect("a day"),
        ..wish(Format::Csv)
    };
    let turned = front.desk.export_payments(turned).await;
    assert_eq!(turned, Err(refused("invalid", Some("days"))));
    let none = front.desk.closing_pdf(PdfWish {
        of: ClosingPaper::Closing { number: 7 },
        folder: None,
    });
    assert_eq!(none.await, Err(refused("not_found", None)));
    // One at a time: the other one is told so.
    let held = front.desk.inner.exports.at_work.lock().await;
    let busy = front.desk.export_payments(wish(Format::Csv)).await;
    assert_eq!(busy, Err(refused("busy", None)));
    drop(held);
    front.close().await;
}

#[tokio::test]
async fn only_what_was_written_can_be_shown() {
    let (dir, _hub, front) = opened(0).await;
    let file = dir.path().join("secret.txt");
    std::fs::write(&file, "").expect("a file");
    for path in ["", "/", "../x", &*file.to_string_lossy()] {
        let shown = front.desk.show_file(path.to_owned()).await;
        assert_eq!(shown, Err(UiError::new("not_found")), "{path}");
    }
    front.close().await;
}

#[test]
fn names_are_what_every_system_takes() {
    for (text, name) in [
        ("收款明细 2026-11-22", "收款明细 2026-11-22"),
        ("Day's closing no. 7", "Day's closing no. 7"),
        ("a/b\\c:d*e?f\"g<h>i|j\u{7}", "abcdefghij"),
        ("end. ", "end"),
    ] {
        assert_eq!(file_name(text), name);
    }
}
