//! The system's printers, through programs that stand in for CUPS's.

use super::*;
use crate::{
    receipts::view::{ClosingPaper, PrintClosing},
    settings::printers::Sheet,
};

/// A program in place of `lp` or `lpstat`, and the folder where it writes down what it got.
fn stand_in(dir: &Path, name: &str, body: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = dir.join(name);
    std::fs::write(
        &path,
        format!("#!/bin/sh\ncd '{}'\n{body}\n", dir.display()),
    )
    .unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test]
async fn a_printer_of_the_systems_gets_a_document_and_its_refusal_is_told() {
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = linked(dir.path(), &hub).await;
    let lp = "for one in \"$@\"; do echo \"$one\"; done >> said
        case \"$2\" in
            Office) cat > document.pdf; echo 'request id is Office-1 (1 file(s))' ;;
            *) echo 'lp: Error - The printer or class does not exist.' >&2; exit 1 ;;
        esac";
    let lpstat = "case \"$1\" in
        -e) echo Attic; echo Office ;;
        -d) echo 'system default destination: Office' ;;
        esac";
    front.desk.inner.receipts.set_system(System {
        lp: stand_in(dir.path(), "lp", lp),
        lpstat: stand_in(dir.path(), "lpstat", lpstat),
    });
    let listed = front.desk.system_printers().await.unwrap();
    let names: Vec<(&str, bool)> = listed.iter().map(|one| (&*one.name, one.usual)).collect();
    assert_eq!(names, [("Office", true), ("Attic", false)]);
    let roll = Roll::open().await;
    let office = |name: &str| PrinterSetup {
        target: PrinterTarget::System {
            name: name.to_owned(),
            sheet: Default::default(),
        },
        copies: 2,
        ..printer(&roll, Printed::All)
    };
    set_up(&front, vec![office("Office")]).await;
    hub.accept([reported(1, 0)]);
    stand(&front, &[PrintState::Sent]).await;
    let said = std::fs::read_to_string(dir.path().join("said")).unwrap();
    let said: Vec<&str> = said.lines().collect();
    assert_eq!(
        said,
        [
            "-d",
            "Office",
            "-t",
            "Tillbell 1",
            "-o",
            "media=A4",
            "-o",
            "print-scaling=none"
        ]
    );
    let document = std::fs::read(dir.path().join("document.pdf")).unwrap();
    assert!(document.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&document);
    assert_eq!(
        text.matches("/Type /Page\n").count(),
        2,
        "one to each paper"
    );
    set_up(&front, vec![office("Cellar")]).await;
    hub.accept([reported(2, 0)]);
    stand(&front, &[PrintState::Failed, PrintState::Sent]).await;
    let code = jobs(&front).await[0].problem.as_ref().map(|why| why.code);
    assert_eq!(code, Some(PrintProblemCode::Gone));
    until("it is said", || {
        trouble(&front).is_some_and(|view| view.failed == 1)
    })
    .await;
    front.close().await;
}

#[tokio::test]
async fn a_list_that_does_not_come_is_not_an_empty_one_and_a_printer_that_is_gone_says_so() {
    let (dir, hub, roll) = opening().await;
    let front = linked(dir.path(), &hub).await;
    let receipts = &front.desk.inner.receipts;
    let lp = || stand_in(dir.path(), "lp", "cat > document.pdf");
    let says = |name: &str, body: &str| System {
        lp: lp(),
        lpstat: stand_in(dir.path(), name, body),
    };
    let none = says("none", "echo 'lpstat: No destinations added.' >&2; exit 1");
    receipts.set_system(none);
    assert_eq!(front.desk.system_printers().await, Ok(vec![]));
    receipts.set_system(System {
        lpstat: dir.path().join("nothing"),
        ..says("unused", "")
    });
    assert_eq!(front.desk.system_printers().await, Ok(vec![]), "no CUPS");
    receipts.set_system(says(
        "down",
        "echo 'lpstat: Scheduler is not running.' >&2; exit 1",
    ));
    assert_eq!(
        front.desk.system_printers().await,
        Err(UiError::new("internal"))
    );

    receipts.look_every(Duration::from_millis(20));
    let office = PrinterSetup {
        target: PrinterTarget::System {
            name: "Office".to_owned(),
            sheet: Default::default(),
        },
        ..printer(&roll, Printed::All)
    };
    receipts.set_system(says("has", "[ \"$1\" = -e ] && echo Office || exit 0"));
    set_up(&front, vec![office]).await;
    let light = || receipts.health().first().map(|health| health.state);
    until("a good light", || light() == Some(State::Ready)).await;
    receipts.set_system(says("lost", "[ \"$1\" = -e ] && echo Attic || exit 0"));
    until("a light that says so", || light() == Some(State::Gone)).await;
    until("the tray says so", || {
        let tray = front.shown.tray();
        tray.is_some_and(|tray| {
            let line = "Counter: Not connected";
            tray.title_lines.iter().any(|found| found == line)
        })
    })
    .await;
    front.close().await;
}

/// CUPS whose printers take all, and write down what they were told and the last document.
fn takes_all(dir: &Path) -> System {
    let lp = "printf '%s\\n' \"$@\" > said; cat > document.pdf";
    System {
        lp: stand_in(dir, "lp", lp),
        lpstat: stand_in(dir, "lpstat", "[ \"$1\" = -e ] && echo Office || exit 0"),
    }
}

#[tokio::test]
async fn a_closing_is_whole_pages_on_sheets_and_narrow_on_a_roll() {
    let (dir, hub, roll) = opening().await;
    let front = linked(dir.path(), &hub).await;
    let receipts = &front.desk.inner.receipts;
    receipts.set_system(takes_all(dir.path()));
    let office = |id: &str, sheet: Sheet| PrinterSetup {
        id: id.to_owned(),
        name: id.to_owned(),
        target: PrinterTarget::System {
            name: "Office".to_owned(),
            sheet,
        },
        copies: 2,
        ..printer(&roll, Printed::Never)
    };
    let all = [
        printer(&roll, Printed::Never),
        office("a4", Sheet::A4),
        office("letter", Sheet::Letter),
        office("roll80", Sheet::Roll80),
    ];
    set_up(&front, all.to_vec()).await;
    let listed = front.desk.closing_printers().await.expect("listed");
    let listed: Vec<(&str, bool)> = listed.iter().map(|one| (&*one.id, one.pages)).collect();
    assert_eq!(
        listed,
        [
            (&*all[0].id, false),
            ("a4", true),
            ("letter", true),
            ("roll80", false)
        ]
    );
    let number = super::closing::close(&front).await;
    let mut printed = 0;
    for (id, options) in [
        ("a4", "-n 2 -o media=A4 -o print-scaling=none"),
        (
            "letter",
            "-n 2 -o media=Letter -o print-scaling=fit -o fit-to-page",
        ),
        ("roll80", "-o media=Custom."),
    ] {
        let wish = PrintClosing {
            of: ClosingPaper::Closing { number },
            printer: Some(id.to_owned()),
        };
        front.desk.print_closing(wish).await.expect("queued");
        printed += 1;
        stand(&front, &vec![PrintState::Sent; printed]).await;
        let said = std::fs::read_to_string(dir.path().join("said")).unwrap();
        let said = said.lines().collect::<Vec<_>>().join(" ");
        assert!(said.contains(options), "{id}: {said}");
        let document = std::fs::read(dir.path().join("document.pdf")).unwrap();
        assert!(document.starts_with(b"%PDF-"), "{id}");
        // A document for the archive, or a picture of the receipt.
        let whole = String::from_utf8_lossy(&document).contains("pdfaid");
        assert_eq!(whole, id != "roll80", "{id}");
    }
    front.close().await;
}

/// By hand: `PRINTER=Office SHEET=a4 cargo nextest run -p desk --run-ignored only real_cups`.
#[tokio::test]
#[ignore = "needs CUPS with a printer"]
async fn a_real_cups_takes_what_we_print() {
    let name = std::env::var("PRINTER").expect("the printer's name");
    let sheet = std::env::var("SHEET").unwrap_or_else(|_| "a4".to_owned());
    let sheet = serde_json::from_value(sheet.into()).expect("a sheet");
    let (dir, hub) = (tempfile::tempdir().unwrap(), FakeHub::open().await);
    let front = linked(dir.path(), &hub).await;
    let listed = front.desk.system_printers().await.unwrap();
    assert!(listed.iter().any(|one| one.name == name), "{listed:?}");
    let roll = Roll::open().await;
    let setup = PrinterSetup {
        target: PrinterTarget::System { name, sheet },
        language: devices::printer::receipt::words::PaperLanguage::ZhCn,
        collector: "王芳".to_owned(),
        foot: "谢谢惠顾\nThank you".to_owned(),
        ..printer(&roll, Printed::All)
    };
    set_up(&front, vec![setup]).await;
    hub.accept([reported(1, 0)]);
    stand(&front, &[PrintState::Sent]).await;
    front.close().await;
}
