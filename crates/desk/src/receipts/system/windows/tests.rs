//! The spooler and a driver as they are: what no machine with tests has is asked for by name.

use super::*;
use devices::port::Taken;
use qrcode::{Color, QrCode};

/// A receipt of a code alone, as high as such slips are.
fn receipt(text: &str) -> Bitmap {
    const DOT: usize = 8;
    let code = QrCode::new(text).expect("a code");
    let mut dots = Bitmap::white(384, 640);
    for (at, color) in code.to_colors().into_iter().enumerate() {
        let (x, y) = (at % code.width() * DOT, at / code.width() * DOT);
        for spot in (0..DOT * DOT).filter(|_| color == Color::Dark) {
            dots.blacken(60 + x + spot % DOT, 60 + y + spot / DOT);
        }
    }
    dots
}

async fn print(system: &System, printer: &str) -> Outcome {
    let receipts = ["first receipt", "second receipt"].map(receipt);
    let title = "小票 12.80";
    let printed = system.print(printer, Sheet::A4, title, receipts.to_vec());
    printed.await
}

#[tokio::test]
async fn a_printer_that_is_not_there_is_gone_and_nothing_was_sent() {
    let system = System::default();
    let gone = print(&system, "Tillbell has no such printer").await;
    assert!(
        matches!(&gone, Outcome::Failed(PortError::Gone { .. })),
        "{gone:?}"
    );
    assert!(!system.hangs("Tillbell has no such printer"));
}

/// Give a printer that may print two pages, and look at them.
#[tokio::test]
#[ignore = "needs a printer: TILLBELL_TEST_PRINTER=\"its name\""]
async fn two_receipts_are_two_pages_of_one_job() {
    let name = std::env::var("TILLBELL_TEST_PRINTER").expect("its name");
    let system = System::default();
    let listed = system.list().await.map(|all| {
        let names = all.into_iter().map(|printer| printer.name);
        names.collect::<Vec<_>>()
    });
    assert!(
        listed.as_ref().is_ok_and(|names| names.contains(&name)),
        "the spooler does not list it"
    );
    assert_eq!(system.has(&name).await, Some(true));
    let done = print(&system, &name).await;
    let sent = matches!(
        &done,
        Outcome::Done {
            taken: Taken::Sent,
            ..
        }
    );
    assert!(sent, "{done:?}");
}
