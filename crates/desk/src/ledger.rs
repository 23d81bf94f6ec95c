//! The shop's book, and what the desk keeps in it beside the payments: receipts on their way.

pub(crate) mod by_rule;
mod jobs;

pub use book::*;
pub(crate) use jobs::Prints;
pub use jobs::{Again, Of, PrintJob};

#[cfg(test)]
mod tests;
