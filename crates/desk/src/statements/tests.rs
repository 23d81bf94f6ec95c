//! Statements at a whole desk: given in pieces, loaded, compared, settled; and a table that nobody knows.

use super::*;
use crate::{
    Desk,
    testing::{cny, fake_hub::FakeHub, fake_hub::shop, front::Front, front::until, news, paid},
    views::*,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use book::reconcile::What;
use domain::{Entry, News, SourceKind, Timestamp};

/// The day of the bill.
const SOLD: &str = "2026-05-01T09:30:15+08:00";
const HEADER: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";

/// WeChat's bill of a day: each order with its amount.
fn bill(orders: &[(&str, &str)]) -> String {
    let rows = orders.iter().map(|(order, amount)| {
        format!(
            "`2026-05-01 09:30:15,`wx8888888888888888,`1900000109,`0,`till-1,`4200002468{order},`{order},`user,`NATIVE,\
             `SUCCESS,`OTHERS,`CNY,`{amount},`0.00,`0,`0,`0.00,`0.00,`,`,`tea,`,`0.00000,`0.60%,`{amount},`0.00,`\n"
        )
    });
    format!("{HEADER}\n{}", rows.collect::<String>())
}

fn sold(seq: u64, order: &str, minor: i64) -> Entry {
    let at = Timestamp::parse_rfc3339(SOLD).expect("a time");
    let one = News {
        order: Some(order.to_owned()),
        paid_at: Some(at),
        ..news(SourceKind::WechatV3, seq, Some(cny(minor)))
    };
    paid(seq, at, shop().day_rule.day_of(at), one)
}

fn span() -> Span {
    let at = Timestamp::parse_rfc3339(SOLD).expect("a time");
    let day = shop().day_rule.day_of(at);
    Span { from: day, to: day }
}

fn reopen(subject: &str, who: Option<&str>) -> ReopenWish {
    ReopenWish {
        subject: subject.to_owned(),
        who: who.map(str::to_owned),
    }
}

/// A desk whose book has these sales.
async fn desk(dir: &std::path::Path, sales: Vec<Entry>) -> (Front, FakeHub) {
    let hub = FakeHub::open().await;
    let front = Front::open(dir, hub.at).await;
    let count = sales.len();
    hub.accept(sales);
    until("the sales are acknowledged", || {
        let received = hub.world.received.lock().expect("received");
        received
            .iter()
            .any(|seq| seq.0 == u64::try_from(count).expect("few"))
    })
    .await;
    (front, hub)
}

/// Gives a file in pieces, as a page does.
async fn give(desk: &Desk, bytes: &[u8]) -> String {
    let mut file = None;
    for (place, piece) in bytes.chunks(700).enumerate() {
        let piece = FilePiece {
            file: file.clone(),
            at: u64::try_from(place * 700).expect("small"),
            bytes: STANDARD.encode(piece),
        };
        file = Some(desk.take_piece(piece).await.expect("taken"));
    }
    file.expect("it has bytes")
}

async fn load(desk: &Desk, name: &str, bytes: &[u8]) -> Result<Vec<StatementOutcome>, UiError> {
    let file = give(desk, bytes).await;
    let wish = StatementFile {
        file,
        name: name.to_owned(),
        password: None,
        who: None,
    };
    desk.import_statement(wish).await
}

fn told(front: &Front, event: &str) -> Vec<serde_json::Value> {
    let told = front.shown.told.lock().expect("told");
    let of = told.iter().filter(|(_, name, _)| name == event);
    of.map(|(_, _, what)| what.clone()).collect()
}

#[tokio::test]
#[allow(
    clippy::too_many_lines,
    reason = "one bill's whole way, each step on the one before"
)]
async fn a_bill_is_loaded_compared_settled_and_taken_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, _hub) = desk(dir.path(), vec![sold(1, "A1", 1_280), sold(2, "A2", 500)]).await;
    let desk = &front.desk;
    let csv = bill(&[("A1", "12.80"), ("A9", "3.00")]);
    let loaded = load(desk, "bill.csv", csv.as_bytes())
        .await
        .expect("loaded");
    let [StatementOutcome::Loaded { statement }] = &loaded[..] else {
        panic!("{loaded:?}")
    };
    assert_eq!(
        (statement.rows, statement.account.as_deref()),
        (2, Some("1900000109"))
    );
    assert_eq!(
        desk.statements().await.expect("listed"),
        std::slice::from_ref(statement)
    );
    let again = load(desk, "again.csv", csv.as_bytes())
        .await
        .expect("known");
    assert!(
        matches!(&again[..], [StatementOutcome::Known { .. }]),
        "{again:?}"
    );
    assert!(told(&front, event::STATEMENTS).len() >= 2);
    let percents: Vec<u64> = told(&front, event::IMPORT_PROGRESS)
        .iter()
        .filter_map(|what| what["percent"].as_u64())
        .collect();
    assert!(
        percents.contains(&0) && percents.contains(&100),
        "{percents:?}"
    );

    let result = desk.reconcile(span()).await.expect("compared");
    assert_eq!((result.open, result.platforms[0].matched), (2, 1));
    let query = DifferenceQuery {
        span: span(),
        platform: None,
        what: None,
        settled: true,
        skip: 0,
        limit: 50,
    };
    let page = desk.differences(query.clone()).await.expect("a page");
    let sorts: Vec<_> = page
        .differences
        .iter()
        .map(|one| (one.what, one.number.clone()))
        .collect();
    let expected = [(What::OnlyHere, "A2"), (What::OnlyThere, "A9")];
    assert_eq!(
        sorts,
        expected.map(|(what, number)| (what, Some(number.to_owned())))
    );

    let subject = page.differences[0].subject.clone();
    let wish = |reason: &str, who: Option<&str>| SettleWish {
        span: span(),
        subject: subject.clone(),
        reason: reason.to_owned(),
        who: who.map(str::to_owned),
    };
    assert_eq!(
        desk.settle_difference(wish(" \u{200b}", None)).await,
        Err(UiError::invalid("reason"))
    );
    desk.settle_difference(wish("was paid in cash", Some("小王")))
        .await
        .expect("settled");
    let settled = desk
        .differences(query.clone())
        .await
        .expect("a page")
        .differences[0]
        .settled
        .clone();
    let settled = settled.expect("it is settled");
    assert_eq!(
        (settled.reason.as_str(), settled.who.as_str()),
        ("was paid in cash", "小王")
    );
    assert_eq!(desk.reconcile(span()).await.expect("compared").open, 1);
    // Whoever takes something back has a name: blanks are none.
    assert_eq!(
        desk.undo_settlement(reopen(&subject, Some(" \u{200b}")))
            .await,
        Err(UiError::invalid("who"))
    );
    let opened = desk.undo_settlement(reopen(&subject, Some("小赵"))).await;
    opened.expect("opened");
    assert_eq!(
        desk.undo_settlement(reopen(&subject, None)).await,
        Err(UiError::new("not_found"))
    );
    let unknown = SettleWish {
        subject: "nothing".to_owned(),
        ..wish("x", None)
    };
    assert_eq!(
        desk.settle_difference(unknown).await,
        Err(UiError::new("not_found"))
    );

    let back = |who: Option<&str>| TakeBackWish {
        statement: statement.id,
        who: who.map(str::to_owned),
    };
    assert_eq!(
        desk.take_back_statement(back(Some(""))).await,
        Err(UiError::invalid("who"))
    );
    let taken_back = desk.take_back_statement(back(None)).await;
    taken_back.expect("by whoever was named last");
    assert_eq!(
        desk.take_back_statement(back(Some("小赵"))).await,
        Err(UiError::new("not_found"))
    );
    let result = desk.reconcile(span()).await.expect("compared");
    assert_eq!(
        (result.open, result.platforms[0].matched),
        (0, 0),
        "all of it waits for a statement"
    );
    front.close().await;
}

#[tokio::test]
async fn what_is_no_statement_is_refused_with_a_word() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, _hub) = desk(dir.path(), vec![sold(1, "A1", 100)]).await;
    let desk = &front.desk;
    let locked = include_bytes!("../../../statements/src/fixtures/wechat/personal_aes.zip");
    for (name, bytes, field) in [
        ("a.pdf", &b"%PDF-1.7"[..], "pdf"),
        ("a.png", b"\x89PNG\r\n", "picture"),
        ("a.html", b"<!DOCTYPE html><html>", "web_page"),
        ("a.zip", locked, "password_needed"),
        ("a.zip", &locked[..locked.len() / 2], "unfinished"),
    ] {
        assert_eq!(
            load(desk, name, bytes).await,
            Err(UiError::invalid(field)),
            "{name}"
        );
    }
    let no_bill = include_bytes!("../../../statements/src/fixtures/wechat/no_bill.xml");
    let refused = load(desk, "bill", no_bill).await.expect("it opens");
    assert!(
        matches!(&refused[..], [StatementOutcome::Refused { .. }]),
        "{refused:?}"
    );
    let nowhere = StatementFile {
        file: "../book.sqlite".to_owned(),
        name: "x".to_owned(),
        password: None,
        who: None,
    };
    assert_eq!(
        desk.import_statement(nowhere).await,
        Err(UiError::new("not_found"))
    );
    assert_eq!(desk.statements().await, Ok(Vec::new()));
    front.close().await;
}

#[tokio::test]
async fn the_owner_says_once_what_the_columns_of_an_unknown_table_mean() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, _hub) = desk(dir.path(), vec![sold(1, "A1", 1_280)]).await;
    let desk = &front.desk;
    let table = "When,Sum,Ticket,Guest\n2026-05-01 09:30:20,12.80,A1,Chen\n2026-05-01 11:00:00,oops,A2,Lee\n";
    let outcome = load(desk, "till.csv", table.as_bytes())
        .await
        .expect("it opens");
    let [StatementOutcome::UnknownTable { header, .. }] = &outcome[..] else {
        panic!("{outcome:?}")
    };
    assert_eq!(header, &["When", "Sum", "Ticket", "Guest"]);
    let file = give(desk, table.as_bytes()).await;
    let attempt = |mapping| MappingTry {
        file: file.clone(),
        name: "till.csv".to_owned(),
        password: None,
        mapping,
    };
    let guess = desk.preview_mapping(attempt(None)).await.expect("a guess");
    let mut mapping = guess.mapping.expect("the headings at least");
    assert_eq!(mapping.headers, ["When", "Sum", "Ticket", "Guest"]);
    assert_eq!(
        guess.cells[0],
        ["2026-05-01 09:30:20", "12.80", "A1", "Chen"]
    );
    mapping.platform = domain::Platform::WECHAT;
    mapping.columns.time = "When".to_owned();
    mapping.columns.amount = Some("Sum".to_owned());
    mapping.columns.order = Some("Ticket".to_owned());
    let tried = desk
        .preview_mapping(attempt(Some(mapping.clone())))
        .await
        .expect("tried");
    assert_eq!((tried.preview.readable, tried.preview.unreadable), (1, 1));
    mapping.name = " ".to_owned();
    assert_eq!(
        desk.save_mapping(mapping.clone()).await,
        Err(UiError::invalid("name"))
    );
    mapping.name = "Till".to_owned();
    desk.save_mapping(mapping.clone()).await.expect("kept");
    desk.save_mapping(mapping.clone())
        .await
        .expect("in its own place");
    assert_eq!(desk.mappings().await.expect("listed"), [mapping]);
    let loaded = load(desk, "till.csv", table.as_bytes())
        .await
        .expect("loaded");
    let [StatementOutcome::Loaded { statement }] = &loaded[..] else {
        panic!("{loaded:?}")
    };
    assert_eq!((statement.rows, statement.unreadable_count), (1, 1));
    assert_eq!(
        desk.reconcile(span()).await.expect("compared").platforms[0].matched,
        1
    );
    desk.remove_mapping("Till".to_owned())
        .await
        .expect("forgotten");
    assert_eq!(desk.mappings().await, Ok(Vec::new()));
    front.close().await;
}

#[tokio::test]
async fn a_comparison_is_made_once_until_something_changes() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, hub) = desk(dir.path(), vec![sold(1, "A1", 100)]).await;
    let inner = &front.desk.inner;
    let first = inner.reconciled(span()).await.expect("compared");
    let second = inner.reconciled(span()).await.expect("compared");
    assert!(Arc::ptr_eq(&first, &second), "nothing changed");
    let day_before = span().from.plus_days(-1).expect("a day");
    let other = Span {
        from: day_before,
        to: day_before,
    };
    assert!(!Arc::ptr_eq(
        &first,
        &inner.reconciled(other).await.expect("compared")
    ));
    let third = inner.reconciled(span()).await.expect("compared");
    hub.accept([sold(2, "A2", 200)]);
    until("it is in the book", || {
        hub.world
            .received
            .lock()
            .expect("received")
            .iter()
            .any(|seq| seq.0 == 2)
    })
    .await;
    let fourth = inner.reconciled(span()).await.expect("compared");
    assert!(!Arc::ptr_eq(&third, &fourth));
    assert_eq!(fourth.result.platforms[0].here, 2);
    front.close().await;
}

#[tokio::test]
async fn a_comparison_tells_the_page_how_far_it_is_and_is_stopped() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, _hub) = desk(dir.path(), vec![sold(1, "A1", 100)]).await;
    let (desk, inner) = (&front.desk, front.desk.inner.clone());
    // One that waits for another is stopped with it.
    let other = inner.statements.last.lock().await;
    let waiting = tokio::spawn({
        let inner = inner.clone();
        async move { inner.reconciled(span()).await.map(drop) }
    });
    until("it waits", || !inner.statements.asking().is_empty()).await;
    desk.stop_comparing().await.expect("stopped");
    drop(other);
    let answer = waiting.await.expect("it ends");
    assert_eq!(answer, Err(UiError::new("stopped")));
    assert!(inner.statements.asking().is_empty());
    assert_eq!(
        told(&front, event::COMPARE_PROGRESS),
        [] as [serde_json::Value; 0]
    );
    // Whoever asks afterwards is answered.
    desk.reconcile(span()).await.expect("compared");
    let progress = told(&front, event::COMPARE_PROGRESS);
    let steps: Vec<&str> = progress
        .iter()
        .filter_map(|at| at["step"].as_str())
        .collect();
    assert_eq!(
        (steps.first(), steps.last()),
        (Some(&"reading"), Some(&"rest"))
    );
    assert!(
        progress
            .iter()
            .all(|at| at["payments"] == 1 && at["span"] == json!(span()))
    );
    // What is known already is answered without a word.
    desk.reconcile(span()).await.expect("known");
    assert_eq!(told(&front, event::COMPARE_PROGRESS).len(), progress.len());
    front.close().await;
}

/// Who loaded the statement, and who settled what differs, by the book.
async fn names(desk: &Desk, dir: &std::path::Path) -> Vec<(String, String)> {
    let page = desk.differences(DifferenceQuery {
        span: span(),
        platform: None,
        what: Some(What::OnlyHere),
        settled: true,
        skip: 0,
        limit: 50,
    });
    let subject = page.await.expect("a page").differences[0].subject.clone();
    let wish = SettleWish {
        span: span(),
        subject: subject.clone(),
        reason: "never arrived".to_owned(),
        who: None,
    };
    desk.settle_difference(wish).await.expect("settled");
    let mut opened = desk.undo_settlement(reopen(&subject, None)).await;
    if opened == Err(UiError::invalid("who")) {
        // Nobody was named: somebody has to be.
        opened = desk.undo_settlement(reopen(&subject, Some("王伟"))).await;
    }
    opened.expect("opened");
    let db = rusqlite::Connection::open(dir.join("book.sqlite")).expect("the book");
    let sql = "SELECT what, who FROM (SELECT id, what, who FROM statement_events ORDER BY id DESC LIMIT 2) ORDER BY id";
    let mut query = db.prepare(sql).expect("a query");
    let found = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    found
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("read")
}

#[tokio::test]
async fn somebodys_name_stands_with_what_is_settled() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, _hub) = desk(dir.path(), vec![sold(1, "A1", 1_280), sold(2, "A2", 500)]).await;
    let desk = &front.desk;
    load(desk, "bill.csv", bill(&[("A1", "12.80")]).as_bytes())
        .await
        .expect("loaded");
    let said = |settled: &str, reopened: &str| {
        [("settled", settled), ("reopened", reopened)]
            .map(|(what, who)| (what.to_owned(), who.to_owned()))
    };
    let folder = dir.path();
    let place = crate::words::text(front.desk.inner.language(), "dayend.front_desk", &[]);
    assert_eq!(
        names(desk, folder).await,
        said(&place, "王伟"),
        "nobody was named"
    );
    let drawer = book::dayend::DraftChange {
        day: span().from,
        who: " 小赵 ".to_owned(),
        step: book::dayend::DraftStep::ClearCount,
    };
    desk.change_closing_draft(drawer.clone())
        .await
        .expect("kept");
    assert_eq!(names(desk, folder).await, said("小赵", "小赵"));
    let draft = desk
        .closing_draft(Some(span().from))
        .await
        .expect("a draft");
    let wish = CloseWish::sure(draft.day, draft.number, "小赵");
    desk.hand_over_shift(wish).await.expect("handed over");
    assert_eq!(
        names(desk, folder).await,
        said(&place, "王伟"),
        "the next one has not said who it is"
    );
    front.close().await;
}

#[tokio::test]
async fn a_closing_is_told_how_its_day_stands_with_the_statements() {
    let dir = tempfile::tempdir().expect("a folder");
    let (front, _hub) = desk(dir.path(), vec![sold(1, "A1", 1_280)]).await;
    let desk = &front.desk;
    desk.reconcile(span()).await.expect("compared");
    let draft = desk
        .closing_draft(Some(span().from))
        .await
        .expect("a draft");
    let wish = CloseWish::sure(draft.day, draft.number, "李芳");
    desk.close_day(wish).await.expect("closed");
    // Nothing but the closing is new, and it is told all the same.
    desk.reconcile(span()).await.expect("compared");
    let stands = async || {
        let closing = desk.closing(draft.number).await.expect("it is there");
        serde_json::from_value::<Reconciled>(closing.statements.expect("told")).expect("as it is")
    };
    assert_eq!(stands().await.platforms[0].matched, 0);
    load(desk, "bill.csv", bill(&[("A1", "12.80")]).as_bytes())
        .await
        .expect("loaded");
    let now = desk.reconcile(span()).await.expect("compared");
    assert_eq!(stands().await, now);
    assert_eq!(now.platforms[0].matched, 1);
    front.close().await;
}
