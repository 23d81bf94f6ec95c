//! `tillbell-book`: the shop's book without a window.

use clap::Parser;

/// Does on a shop's book what the window does.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {}

fn main() {
    Arguments::parse();
}
