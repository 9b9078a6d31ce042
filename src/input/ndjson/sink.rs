//! What the reader hands records to. The accounts and rejects are those of the scanner of delimited text.

use super::cells::Cells;

pub use crate::input::csv::{Account, Fault, Reject, RejectCount, ScannedChunk};

/// Takes the sound records of one chunk of a file, in order.
pub trait LineSink {
    /// Takes one record. `line` is its first physical line within the chunk, from 0.
    ///
    /// # Errors
    /// A fault makes the record a reject.
    fn record(&mut self, line: u64, cells: &Cells<'_>) -> Result<(), Fault>;

    /// Called once after the last record of the chunk, by the thread that read it.
    fn finish(&mut self) {}
}
