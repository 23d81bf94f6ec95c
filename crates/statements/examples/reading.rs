//! How long a large bill takes from the packed file to its rows: `cargo run --release -p statements --example reading`.

use domain::Currency;
use flate2::{Compression, write::GzEncoder};
use statements::{
    file::{Limits, open},
    read::{Defaults, read},
};
use std::{error::Error, fmt::Write as _, io::Write as _, time::Instant};

const ROWS: u32 = 100_000;

#[expect(clippy::print_stdout, reason = "it is what the example is for")]
fn main() -> Result<(), Box<dyn Error>> {
    let day = include_str!("../src/fixtures/wechat/trade_all.csv");
    let lines: Vec<&str> = day.lines().collect();
    let mut bill = format!("{}\n", lines[0]);
    for n in 0..ROWS {
        bill.push_str(&lines[1].replace("344556677", &format!("{n:09}")));
        bill.push('\n');
    }
    writeln!(bill, "{}", lines[3])?;
    let sum = |fen: u32| format!("{}.{:02}", fen / 100, fen % 100);
    let (paid, fees) = (sum(ROWS * 1280), sum(ROWS * 8));
    writeln!(bill, "`{ROWS},`{paid},`0.00,`0.00,`{fees},`{paid},`0.00")?;
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bill.as_bytes())?;
    let packed = packer.finish()?;

    let defaults = Defaults {
        currency: Currency::CNY,
        zone: "Asia/Shanghai".to_owned(),
    };
    let begun = Instant::now();
    let files = open("bill.gz", &packed, None, &Limits::default())?;
    let unpacked = begun.elapsed();
    let statement = read(&files[0], &[], &defaults)?;
    println!(
        "{} rows of {} MB (packed {} MB): unpacked in {unpacked:?}, read in {:?}, checks hold: {}",
        statement.rows.len(),
        bill.len() >> 20,
        packed.len() >> 20,
        begun.elapsed() - unpacked,
        statement.checks.iter().all(|check| check.holds),
    );
    Ok(())
}
