//! All closings together are what the book counts, and each payment is in exactly one, whatever comes in which order.

use super::{
    steps::{Step, step},
    *,
};
use crate::{
    Follow, LINE_COLUMNS,
    events::{CorrectionId, NewsId},
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Payments, refunds, paid, refunded, by currency.
type Sums = BTreeMap<String, (i64, i64, i64, i64)>;

fn add(sums: &mut Sums, totals: &[CurrencyTotal], times: i64) {
    for total in totals {
        let one = sums.entry(total.currency.code().to_owned()).or_default();
        one.0 += i64::from(total.payments) * times;
        one.1 += i64::from(total.refunds) * times;
        one.2 += total.paid.minor * times;
        one.3 += total.refunded.minor * times;
    }
    sums.retain(|_, one| *one != (0, 0, 0, 0));
}

async fn all_lines(book: &Ledger) -> Vec<crate::Line> {
    book.call(|db| {
        let sql = format!("SELECT {LINE_COLUMNS} FROM lines");
        let mut query = db.prepare(&sql)?;
        let rows = query.query_map([], crate::line)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
    .await
    .unwrap()
}

/// What a row counts for.
fn counts_for(line: &crate::Line) -> Option<(Kind, Money)> {
    let amount = line.amount.filter(|_| !line.test && line.counts());
    amount.map(|amount| (line.kind, amount))
}

/// What the book counts, of the lines themselves that this function chooses.
async fn counted(book: &Ledger, choose: impl Fn(&crate::Line) -> bool) -> Sums {
    let mut sums = Sums::new();
    for line in all_lines(book).await {
        let Some(amount) = line
            .amount
            .filter(|_| !line.test && line.counts() && choose(&line))
        else {
            continue;
        };
        let one = sums.entry(amount.currency().code().to_owned()).or_default();
        match line.kind {
            Kind::Payment => (one.0, one.2) = (one.0 + 1, one.2 + amount.minor()),
            Kind::Refund => (one.1, one.3) = (one.1 + 1, one.3 + amount.minor()),
        }
    }
    sums
}

struct Shop {
    book: Ledger,
    seq: u64,
    now: Timestamp,
    /// Numbers of entries that were payments.
    paid: Vec<u64>,
    corrections: Vec<CorrectionId>,
    /// What all closings took in, and what was there before the first.
    closed: Sums,
    /// What each row counted for at the last closing.
    counted: BTreeMap<LineId, Option<(Kind, Money)>>,
    /// Up to which day and row that was.
    closed_upto: Option<(BusinessDay, LineId)>,
    closings: u32,
    first: Option<BusinessDay>,
}

impl Shop {
    async fn new() -> Self {
        Self {
            book: book().await,
            seq: 0,
            now: on(20, 12, 0),
            paid: Vec::new(),
            corrections: Vec::new(),
            closed: Sums::new(),
            counted: BTreeMap::new(),
            closed_upto: None,
            closings: 0,
            first: None,
        }
    }

    async fn record(&mut self, entry: Entry) {
        record(&self.book, vec![entry]).await;
    }

    async fn lines(&self) -> i64 {
        let max = |db: &mut rusqlite::Connection| {
            Ok(db.query_row("SELECT ifnull(max(id), 0) FROM lines", [], |row| row.get(0))?)
        };
        self.book.call(max).await.unwrap()
    }

    async fn take(&mut self, step: Step) {
        self.now = self.now.plus_ms(60_000);
        let here = here(self.now);
        match step {
            Step::Night => self.now = self.now.plus_ms(24 * 3_600_000),
            Step::Pay {
                day,
                minor,
                dollars,
                refund: back,
                test,
            } => {
                self.seq += 1;
                let currency = if dollars { USD } else { CNY };
                let amount = minor.and_then(|minor| Money::new(minor, currency));
                let mut news = told(SourceKind::SmsForwarder, self.seq, Platform::WECHAT, amount);
                if back {
                    news = refund(news);
                }
                let day = here.today().plus_days(1 - i32::from(day)).unwrap();
                let mut entry = paid(self.seq, self.now, day, news);
                if let Event::Paid(payment) = &mut entry.event {
                    payment.test = test;
                }
                self.paid.push(self.seq);
                self.record(entry).await;
            }
            Step::Confirm { which, minor } => {
                let Some(payment) = pick(&self.paid, which) else {
                    return;
                };
                self.seq += 1;
                let news = told(
                    SourceKind::WechatV3,
                    self.seq,
                    Platform::WECHAT,
                    Some(cny(minor)),
                );
                self.record(confirmed(self.seq, self.now, *payment, news))
                    .await;
            }
            Step::Correct { which, how } => self.correct(which, how).await,
            Step::Undo { which } => {
                let Some(correction) = pick(&self.corrections, which) else {
                    return;
                };
                let done = self
                    .book
                    .undo(*correction, "王伟", self.now, &rule())
                    .await
                    .unwrap();
                drop(done);
            }
            Step::Close { shift } => self.close(shift).await,
            Step::CorrectClosing { which } if self.closings > 0 => {
                let wish = ClosingCorrection {
                    of: 1 + u32::from(which) % self.closings,
                    number: self.closings + 1,
                    who: "李芳".to_owned(),
                    why: "?".to_owned(),
                    cash: CashFigures {
                        counted: Some(cny(1)),
                        reason: Some("?".to_owned()),
                        ..CashFigures::default()
                    },
                };
                let correction = self.book.correct_closing(wish, here).await.unwrap();
                assert!(correction.taken.is_empty());
                self.closings += 1;
            }
            Step::CorrectClosing { .. } => {}
            Step::Cash { minor } => _ = put_in(&self.book, CashMoveKind::PaidIn, minor, here).await,
        }
    }

    async fn correct(&mut self, which: u8, how: u8) {
        let lines = self.lines().await;
        if lines == 0 {
            return;
        }
        let line = LineId(1 + i64::from(which) % lines);
        let what = match how {
            0 => Correction::Cash,
            1 => Correction::RefundedInCash { amount: cny(1) },
            2 => Correction::Join {
                other: LineId(1 + i64::from(which / 3) % lines),
            },
            4 => {
                let sql = "SELECT ifnull(max(id), 0) FROM news WHERE line = ?1";
                let news = self
                    .book
                    .call(move |db| Ok(db.query_row(sql, [line.0], |row| row.get(0))?));
                Correction::Split {
                    news: NewsId(news.await.unwrap()),
                }
            }
            5 => Correction::Note {
                text: "!".to_owned(),
            },
            _ => Correction::CollectedBy {
                name: "王伟".to_owned(),
            },
        };
        let done = self
            .book
            .correct(line, what, "王伟", self.now, &rule())
            .await
            .unwrap();
        self.corrections.extend(done.map(|event| event.id));
    }

    async fn close(&mut self, shift: bool) {
        let here = here(self.now);
        let draft = self.book.closing_draft(None, here.clone()).await.unwrap();
        if !draft.begun {
            return;
        }
        let step = DraftStep::Reason {
            text: "?".to_owned(),
        };
        change(&self.book, step, here.clone()).await.unwrap();
        count(&self.book, 5, here.clone()).await;
        if self.first.is_none() {
            self.first = Some(draft.day);
            self.closed = counted(&self.book, |line| line.day < draft.day).await;
        }
        let wish = super::close(draft.day, self.closings + 1);
        let closing = match shift {
            true => self.book.hand_over_shift(wish, here).await.unwrap(),
            false => self.book.close_day(wish, here).await.unwrap(),
        };
        self.closings += 1;
        assert_eq!(draft.takes, closing.taken);
        // Its own rows and the late ones are exactly the payments that belong to it.
        let mut rows = Sums::new();
        add(&mut rows, &closing.report.totals, 1);
        add(&mut rows, &closing.late_totals, 1);
        let mut belonging = Vec::new();
        for line in 1..=self.lines().await {
            if self.book.closing_of(LineId(line)).await.unwrap() == Some(closing.number) {
                belonging.push(LineId(line));
            }
        }
        assert_eq!(
            rows,
            counted(&self.book, |line| belonging.contains(&line.id)).await
        );
        // With what changed of earlier ones, that is what it takes in.
        add(&mut rows, &closing.changes_totals, 1);
        let mut taken = Sums::new();
        add(&mut taken, &closing.taken, 1);
        assert_eq!(rows, taken);
        // Groups say the same as totals.
        for groups in [
            &closing.report.platforms,
            &closing.report.collectors,
            &closing.report.terminals,
        ] {
            let mut sums = Sums::new();
            groups
                .iter()
                .for_each(|group| add(&mut sums, &group.totals, 1));
            closing
                .report
                .hours
                .iter()
                .for_each(|hour| add(&mut sums, &hour.totals, -1));
            assert_eq!(sums, Sums::new());
        }
        // Everything closed so far is everything that the book counts up to that day.
        add(&mut self.closed, &closing.taken, 1);
        assert_eq!(
            self.closed,
            counted(&self.book, |line| line.day <= closing.day).await
        );
        self.changes_are_listed(&closing).await;
        let mut grand = Sums::new();
        add(&mut grand, &closing.grand_total, 1);
        assert_eq!(grand, self.closed);
    }
}

impl Shop {
    /// Every row of an earlier closing that counts for something else now is in the list.
    async fn changes_are_listed(&mut self, closing: &Closing) {
        let listed: Vec<LineId> = closing.changes.iter().map(|one| one.line).collect();
        assert_eq!(closing.changes_count as usize, listed.len());
        let lines = all_lines(&self.book).await;
        if let Some((day, upto)) = self.closed_upto {
            for line in lines
                .iter()
                .filter(|line| line.id <= upto && line.day <= day)
            {
                let was = self.counted.get(&line.id).copied().flatten();
                let same = was == counts_for(line);
                assert!(
                    same || listed.contains(&line.id),
                    "{line:?} was {was:?}: {listed:?}"
                );
            }
        }
        self.counted = lines
            .iter()
            .map(|line| (line.id, counts_for(line)))
            .collect();
        self.closed_upto = Some((closing.day, closing.through));
    }
}

fn pick<T>(from: &[T], which: u8) -> Option<&T> {
    from.get(usize::from(which) % from.len().max(1))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.min(96)))]
    #[test]
    fn closings_are_the_events(steps in prop::collection::vec(step(), 1..50)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut shop = Shop::new().await;
            for step in steps {
                shop.take(step).await;
            }
            // However it went, the next days close all that is left.
            for _ in 0..12 {
                shop.take(Step::Close { shift: false }).await;
                shop.take(Step::Night).await;
            }
            let numbers: Vec<u32> = {
                let query = ClosingsQuery { limit: 200, ..ClosingsQuery::default() };
                let list = shop.book.closings(query).await.unwrap();
                list.iter().rev().map(|one| one.number).collect()
            };
            assert_eq!(numbers, (1..=shop.closings).collect::<Vec<_>>());
            let checked = shop.book.verify(Follow::default()).await.unwrap().unwrap();
            assert!(checked.is_sound(), "{checked:#?}");
            let all = shop.lines().await;
            let first = shop.first.unwrap();
            for line in 1..=all {
                let found = shop.book.closing_of(LineId(line)).await.unwrap();
                let day = shop.book.line(LineId(line)).await.unwrap().unwrap().day;
                assert!(found.is_some() || day < first, "{line} of {day} is in no closing");
            }
        });
    }
}
