//! The shop's book, and what the desk keeps in it beside the payments: receipts on their way.

pub(crate) mod by_rule;
mod jobs;

pub use book::*;
pub use jobs::{Again, PrintJob};
pub(crate) use jobs::{Prints, WAITS_MS};

#[cfg(test)]
mod tests;
