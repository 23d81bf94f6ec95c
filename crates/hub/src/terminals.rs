//! Linked terminals: clerks' phones and whatever else may know a part of what the shop knows.
//!
//! An [`invitation`](invitations) links one; [`proving`] lets it in; its [`link`] is told what its permission lets
//! through of what happened [`recently`](recent), cut by a pure [`stream`]. The owner's [questions](owner) change what it
//! may, at once. All of that is on [`record`], and what was sent to whom in [`sent`].

mod history;
mod invitations;
mod keeping;
mod knocks;
pub(crate) mod link;
mod opaque;
mod owner;
mod presence;
mod proving;
pub(crate) mod recent;
mod record;
mod recorded;
mod registry;
mod rows;
mod sent;
mod stream;
mod telling;
mod voice;
mod wrong_codes;

pub(crate) use record::Recorder;
pub use record::Verified;
pub(crate) use registry::Terminals;
