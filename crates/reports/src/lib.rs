//! Out of the door: payments as CSV and XLSX, a closing as paper and PDF. What leaves the book is checked against it, and
//! a file has its name only once it is whole.
//!
//! - [`export`]: payments into a file, however many. `table`: what stands in its columns; `comma` and `xlsx`: how the two
//!   kinds of files are written.
//! - [`closing`]: what stands on the paper of a closing. [`paper`]: parts of a paper, whatever it is printed on.
//! - [`pdf`]: a paper as a document.
//! - [`file`]: a file that is being written.
//! - [`texts`]: texts for people; whoever asks for a report says in which language.

pub mod closing;
mod comma;
pub mod export;
pub mod file;
pub mod paper;
pub mod pdf;
mod table;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod texts;
mod xlsx;

pub use texts::Texts;
