//! Why a record is no part of the data.

/// Why a record is rejected, and which of its columns is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Position in the file.
    pub column: usize,
    pub reason: &'static str,
}

pub(super) const LIST_AS_ID: &str = "a list as id";
pub(super) const EMPTY_TIME: &str = "empty time";
pub(super) const EMPTY_NAME: &str = "empty name";
pub(super) const NO_TIME_FORMAT: &str = "not a time";
pub(super) const OUT_OF_RANGE: &str = crate::input::values::TimeFault::OutOfRange.reason();

pub(super) fn id_fault(id: &[u8], column: usize) -> Fault {
    Fault { column, reason: if id.is_empty() { "empty id" } else { "null word as id" } }
}
