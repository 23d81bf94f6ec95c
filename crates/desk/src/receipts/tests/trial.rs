//! A test on the real printer, and the preview.

use super::*;

#[tokio::test]
async fn a_test_receipt_takes_the_port_and_gives_it_back() {
    let (dir, hub, roll) = opening().await;
    let front = linked(dir.path(), &hub).await;
    let setup = printer(&roll, Printed::All);
    let tested = front
        .desk
        .test_receipt(setup.clone())
        .await
        .expect("tested");
    assert_eq!(tested.state, PrintState::Taken);
    let lines = roll.lines().join("\n");
    assert!(lines.contains("TEST - no money came"), "{lines}");
    set_up(&front, vec![setup.clone()]).await;
    roll.inside.paper_out.store(true, SeqCst);
    let tested = front
        .desk
        .test_receipt(setup.clone())
        .await
        .expect("tested");
    let code = tested.problem.map(|problem| problem.code);
    assert_eq!(
        (tested.state, code),
        (PrintState::Failed, Some(PrintProblemCode::PaperOut))
    );
    roll.inside.paper_out.store(false, SeqCst);
    assert!(jobs(&front).await.is_empty(), "it is no job");
    hub.accept([reported(1, 0)]);
    stand(&front, &[PrintState::Taken]).await;
    assert_eq!(counts(&roll.slips()).get(&1), Some(&1));
    let nameless = PrinterSetup {
        name: String::new(),
        ..setup
    };
    let refused = front.desk.test_receipt(nameless).await;
    assert_eq!(refused, Err(UiError::invalid("printers.name")));
    front.close().await;
}

#[tokio::test]
async fn the_preview_is_what_the_bytes_say() {
    let (dir, hub, roll) = opening().await;
    let front = linked(dir.path(), &hub).await;
    let preview = |printer: PrinterSetup, sample| {
        let wish = PrinterTry { printer, sample };
        front.desk.preview_receipt(wish)
    };
    let setup = PrinterSetup {
        drawer: true,
        copies: 2,
        profile: Preset::Chinese58.profile(),
        language: devices::printer::receipt::words::PaperLanguage::ZhCn,
        ..printer(&roll, Printed::Never)
    };
    let paper = preview(setup.clone(), ReceiptSample::Reported)
        .await
        .unwrap();
    assert_eq!((paper.dots, paper.columns), (384, 32));
    let text: Vec<&str> = paper
        .items
        .iter()
        .filter_map(|item| match item {
            view::PaperItem::Line { spans } => Some(spans.iter().map(|span| span.text.as_str())),
            _ => None,
        })
        .flatten()
        .collect();
    let text = text.join("\n");
    for part in ["李记面馆", "收款提示单", "壹拾贰元捌角整", "平台尚未确认"] {
        assert_eq!(text.matches(part).count(), 2, "{part}:\n{text}");
    }
    let drawers = paper
        .items
        .iter()
        .filter(|item| **item == view::PaperItem::Drawer);
    assert_eq!(drawers.count(), 1);
    let copy = preview(setup.clone(), ReceiptSample::Copy).await.unwrap();
    assert!(!copy.items.contains(&view::PaperItem::Drawer));
    // The day as it stands, the shop's own page as a code, and a bell on the drawer's plug.
    let words = |paper: &view::PaperView| {
        let spans = paper.items.iter().flat_map(|item| match item {
            view::PaperItem::Line { spans } => spans.as_slice(),
            _ => &[],
        });
        spans.map(|span| span.text.as_str()).collect::<String>()
    };
    let closing = preview(setup.clone(), ReceiptSample::Closing)
        .await
        .unwrap();
    assert!(
        words(&closing).contains("** 未结账 **"),
        "{}",
        words(&closing)
    );
    let mut rings = PrinterSetup {
        link: "https://tea.example/".to_owned(),
        bell: true,
        copies: 1,
        ..setup.clone()
    };
    rings.profile.bell = devices::printer::profile::Bell::Plug;
    let paper = preview(rings, ReceiptSample::Confirmed).await.unwrap();
    let has = |item: &view::PaperItem| paper.items.contains(item);
    assert!(has(&view::PaperItem::Bell) && has(&view::PaperItem::Drawer));
    let code = |item: &view::PaperItem| matches!(item, view::PaperItem::Qr { .. });
    assert!(paper.items.iter().any(code));
    type Change = fn(&mut PrinterSetup);
    let faults: [(Change, &str); 3] = [
        (|one| one.copies = 9, "printers.copies"),
        (|one| one.link = "a\nb".to_owned(), "printers.link"),
        (|one| one.top = "x".repeat(301), "printers.top"),
    ];
    for (change, field) in faults {
        let mut odd = setup.clone();
        change(&mut odd);
        let refused = preview(odd, ReceiptSample::Confirmed).await;
        assert_eq!(refused, Err(UiError::invalid(field)));
    }
    front.close().await;
}
