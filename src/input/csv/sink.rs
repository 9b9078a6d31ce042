//! What the scanner hands records to, and how it accounts for them.

use super::fields::Fields;

/// Takes the sound records of one chunk of a file, in order.
pub trait RecordSink {
    /// Takes one record. `line` is its first physical line within the chunk, from 0.
    ///
    /// # Errors
    /// A fault makes the record a reject.
    fn record(&mut self, line: u64, fields: &Fields<'_>) -> Result<(), Fault>;

    /// Called once after the last record of the chunk, by the thread that read it. The chunk may still turn out to have
    /// begun at the wrong place; its sink is dropped then, so that nothing outside of the sink may be changed here.
    fn finish(&mut self) {}
}

/// Why a sink does not accept a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Position in the list of wanted columns.
    pub slot: usize,
    /// Stable words, without the cell's text.
    pub reason: &'static str,
}

/// Counts of one chunk, or of a whole file: `records = loaded + rejected + blank + skipped`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Account {
    pub records: u64,
    pub loaded: u64,
    pub rejected: u64,
    /// Lines with only empty fields or white space.
    pub blank: u64,
    /// Comment lines, and in the account of a file all lines before the header.
    pub skipped: u64,
    /// Physical lines, the header's among them.
    pub lines: u64,
}

impl Account {
    pub(super) const fn is_balanced(&self) -> bool {
        self.records == self.loaded + self.rejected + self.blank + self.skipped
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.loaded += other.loaded;
        self.rejected += other.rejected;
        self.blank += other.blank;
        self.skipped += other.skipped;
        self.lines += other.lines;
    }
}
