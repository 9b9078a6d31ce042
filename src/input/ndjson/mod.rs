//! NDJSON (one JSON object per line, or one array of objects): a strict parallel reader with the shape of `input::csv`.
//!
//! [`NdjsonFile::open`] reads the whole file once to learn its keys, for a key may turn up first in the last record and
//! only all records together tell whether it holds objects or text. [`NdjsonFile::scan`] then hands the wanted cells to
//! sinks. Cells are bytes here: what they mean is decided elsewhere.
//!
//! The parser is ours because no library gives, in one pass, the source text of numbers, duplicate keys at any depth, a
//! limit of depth and the check of strings that nobody asked for; it is tested against `serde_json`.
//! May import the error type, `input::bytes`, and the types of `input::csv` that both scanners share.

mod array;
mod cells;
mod chunks;
mod file;
mod keys;
mod learn;
mod parse;
mod reader;
pub mod reason;
mod rejects;
mod schema;
mod sink;
mod strings;
mod team;
#[cfg(test)]
mod tests;

pub use cells::Cells;
pub use file::{NdjsonFile, NdjsonScan};
pub use sink::{Account, Fault, LineSink, Reject, RejectCount, ScannedChunk};
