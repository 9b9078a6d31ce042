//! Delimited text: a strict scanner that is exact for every input and runs on all cores.
//!
//! [`detect`] finds out how a text is written and where its header is; [`scan`] splits it into records, rejects what is
//! damaged, and hands the wanted cells of the rest to sinks. Cells are bytes here: what they mean is decided elsewhere.
//! May import the error type and `input::bytes`, nothing else of the crate.

mod blank;
mod cursor;
mod detect;
mod dialect;
mod field;
mod fields;
mod footer;
mod guess;
mod header;
mod index;
mod judge;
mod quick;
pub mod reason;
mod rejects;
mod scan;
mod sink;
#[cfg(test)]
mod tests;
mod walk;

pub use detect::{Detected, detect};
pub use dialect::{Dialect, ReadingOptions, Terminator, parse_delimiter};
pub use fields::{Fields, Layout};
pub use footer::{Footer, footer};
pub use judge::{LooksLikeRow, RECORD_LIMIT};
pub use rejects::{Reject, RejectCount};
pub use scan::{REJECTS_LISTED, Scan, ScanOptions, ScannedChunk, scan};
pub use sink::{Account, Fault, RecordSink};
pub use walk::Sizes;
