//! Which column plays which role: header names to roles, and the kind of source that a header shows.
//!
//! Pure: sees header names only, never cells. Imports the model and the error, nothing else.
//!
//! - [`resolve`] finds the columns of a known kind, [`infer_kind`] the kind, [`channel_columns`] the columns by which
//!   a report may break its numbers down.
//! - What a user names by flag wins; then the best-ranked known name (see `tables`) that is present; two columns of one
//!   rank are an error, since a guess would be silent.

mod channel;
mod header;
mod infer;
mod milestone;
mod problem;
mod resolve;
mod stage_dates;
mod tables;

#[cfg(test)]
mod tests;

pub use channel::channel_columns;
pub use infer::infer_kind;
pub use milestone::{Export, Milestone, milestones};
pub use problem::ColumnProblem;
pub use resolve::{Given, Resolved, resolve, resolve_given};
