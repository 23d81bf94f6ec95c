//! Out of the door: payments as CSV and XLSX, a closing as paper and PDF. What leaves the book is checked against it, and
//! a file has its name only once it is whole.
//!
//! - [`file`]: a file that is being written.
//! - [`paper`]: a report as it stands on paper, whatever the paper is.
//! - [`texts`]: texts for people; whoever asks for a report says in which language.

pub mod file;
pub mod paper;
pub mod texts;

pub use texts::Texts;
