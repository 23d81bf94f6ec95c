//! Workbooks, read back by a reader that is not ours.

use super::*;
use crate::{table::About, texts::Texts};
use book::testing::{cny, line};
use calamine::{Data, Reader, Xlsx as Opened};
use domain::{Currency, DayRule, Money};
use std::io::Cursor;

fn clerk() -> Arc<Clerk> {
    let texts = Texts::read(include_str!("../../../../ui/src/locales/en.json"));
    let about = About {
        shop: "小满便利店".to_owned(),
        software: "0.1.0".to_owned(),
        made: domain::Timestamp(1_795_300_000_000),
        head: book::chain::Head {
            rows: 7,
            hash: [0xab; 32],
        },
    };
    Arc::new(Clerk::new(Arc::new(texts), &DayRule::default(), about))
}

fn opened(bytes: Vec<u8>) -> Opened<Cursor<Vec<u8>>> {
    calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook")
}

#[test]
fn cells_are_read_as_what_they_are() {
    let mut book = Xlsx::begin(Cursor::new(Vec::new()), clerk()).expect("begun");
    let yen = Money::new(1_280, Currency::new("JPY").expect("yen")).expect("an amount");
    let noon = "2026-11-22T12:00:00".parse().expect("a time");
    let cells = [
        Cell::Money(cny(-123_456_789)),
        Cell::Money(yen),
        Cell::Id("4200002222202611221234567890".into()),
        Cell::Text("=1+1 <b> & \"微信\" _x0041_\nzwei".into()),
        Cell::Whole(-3),
        Cell::Day(domain::BusinessDay::parse("2026-11-22").expect("a day")),
        Cell::Moment(noon),
        Cell::Empty,
        Cell::Word("end".into()),
    ];
    book.row(&cells).expect("a row");
    let bytes = book
        .finish(&Sums::default())
        .expect("finished")
        .into_inner();
    let mut read = opened(bytes);
    assert_eq!(
        read.sheet_names(),
        ["Payments", "Totals by day", "Totals by platform", "About"]
    );
    let sheet = read.worksheet_range("Payments").expect("a sheet");
    let cell = |column: u32| sheet.get_value((1, column)).expect("a cell").clone();
    assert_eq!(cell(0), Data::Float(-1_234_567.89));
    assert_eq!(cell(1), Data::Float(1_280.0));
    assert_eq!(cell(2), Data::String("4200002222202611221234567890".into()));
    assert_eq!(
        cell(3),
        Data::String("=1+1 <b> & \"微信\" _x0041_\nzwei".into())
    );
    assert_eq!(cell(4), Data::Float(-3.0));
    let (Data::DateTime(day), Data::DateTime(moment)) = (cell(5), cell(6)) else {
        panic!("{:?} {:?}", cell(5), cell(6));
    };
    assert_eq!((day.as_f64(), moment.as_f64()), (46_348.0, 46_348.5));
    assert_eq!(cell(8), Data::String("end".into()));
    let about = read.worksheet_range("About").expect("a sheet");
    let last = about.rows().next_back().expect("a row");
    assert_eq!(last[1], Data::String("ab".repeat(32)));
}

#[test]
fn what_is_more_than_a_sheet_holds_goes_to_the_next() {
    let mut book = Xlsx::begin_with(Cursor::new(Vec::new()), clerk(), 3).expect("begun");
    let mut sums = Sums::default();
    for id in 1..=5 {
        book.row(&[Cell::Whole(id)]).expect("a row");
        sums.add(&line(id));
    }
    let bytes = book.finish(&sums).expect("finished").into_inner();
    let mut read = opened(bytes);
    let names = read.sheet_names();
    assert_eq!(names[..3], ["Payments", "Payments 2", "Payments 3"]);
    let mut ids = Vec::new();
    for name in &names[..3] {
        let sheet = read.worksheet_range(name).expect("a sheet");
        ids.extend(sheet.rows().skip(1).map(|row| row[0].clone()));
    }
    let wanted: Vec<Data> = (1..=5).map(|id| Data::Float(f64::from(id))).collect();
    assert_eq!(ids, wanted);
    let days = read.worksheet_range("Totals by day").expect("a sheet");
    assert_eq!(days.get_value((1, 2)), Some(&Data::Float(5.0)), "payments");
}

/// Takes so many bytes and no more, as a disk that gets full.
struct Small {
    left: usize,
    file: Cursor<Vec<u8>>,
}

impl Write for Small {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.left {
            0 => Err(io::ErrorKind::StorageFull.into()),
            left => {
                let taken = self.file.write(&bytes[..bytes.len().min(left)])?;
                self.left -= taken;
                Ok(taken)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Small {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[test]
fn a_full_disk_is_said_wherever_it_gets_full() {
    let write = |left: usize| -> io::Result<()> {
        let file = Cursor::new(Vec::new());
        let mut book = Xlsx::begin(Small { left, file }, clerk())?;
        for id in 0..2_000 {
            book.row(&[Cell::Id(format!("{}", id * 7_919)), Cell::Whole(id)])?;
        }
        book.finish(&Sums::default()).map(|_| ())
    };
    assert!(write(1 << 20).is_ok());
    for left in (0..12_000).step_by(611) {
        let error = write(left).expect_err("full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{left}");
    }
}
