//! Measurements on this machine, printed as ratios where the same run has a baseline. Nothing here is asserted: a
//! slow machine is no fault. Run by `cargo xtask bench [part …]`; parts are `hub`, `relay`,
//! `displays`, `app` and `book`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::too_many_lines,
    reason = "a tool for people: it prints, and a panic is the report"
)]

#[path = "bench/accepting.rs"]
mod accepting;
#[path = "bench/app.rs"]
mod app;
#[cfg(unix)]
#[path = "bench/displaying.rs"]
mod displaying;
#[path = "bench/relaying.rs"]
mod relaying;

#[tokio::main]
async fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |part: &str| asked.is_empty() || asked.iter().any(|one| one == part);
    if wanted("hub") {
        accepting::measure().await;
    }
    if wanted("relay") {
        relaying::measure().await;
    }
    #[cfg(unix)]
    if wanted("displays") {
        displaying::measure().await;
    }
    if wanted("app") {
        app::measure().await;
    }
    if wanted("book") {
        println!("\nThe book with 1,000,000 payments");
        let million = tests::app::program("examples/million").unwrap();
        let status = std::process::Command::new(million).status().unwrap();
        assert!(status.success(), "the book could not be measured");
    }
}

/// A line of the table.
fn row(name: &str, value: impl std::fmt::Display) {
    println!("  {name:<58} {value:>18}");
}

/// The value that so many per cent stay below.
fn percentile(sorted: &[i64], percent: usize) -> i64 {
    sorted
        .get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0)
}

/// Milliseconds as `p50 12 ms, p99 40 ms`.
fn spread(mut times: Vec<i64>) -> String {
    times.sort_unstable();
    format!(
        "p50 {} ms, p99 {} ms",
        percentile(&times, 50),
        percentile(&times, 99)
    )
}
