//! What a scan is asked for, and the typed columns it hands out: the boundary between reading and computing.
//!
//! Text never crosses it where something is computed: ids become 128-bit keys and other text becomes codes of a
//! dictionary, so that an event costs a few dozen bytes whatever its names are.

use crate::model::decimal::Decimal;
use crate::model::time::Micros;
use std::collections::HashSet;
use std::sync::Arc;

use super::cells::Cells;
use super::dictionary::Dictionary;

/// The key of a unit (user, lead, deal): a 128-bit hash of its trimmed, NFC-normalised id.
pub type UnitKey = u128;

/// How a column is read, and what of it is needed.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// The unit's id; a null is a reject.
    Id,
    /// The time of the record. A null is a reject where `required`, else [`crate::model::time::NO_TIME`].
    Time { required: bool },
    /// An event or stage name, as a code of the dictionary; a null is a reject where `required`, else code 0.
    /// With `only`, records whose name is none of these are counted as loaded but not handed out.
    Name { dictionary: Arc<Dictionary>, required: bool, only: Option<Vec<String>> },
    /// Free text as a code of the dictionary; 0 is missing.
    Text { dictionary: Arc<Dictionary> },
    /// The text of some units' records as a code of the dictionary, 0 of all others; the id must be the first field.
    Label { dictionary: Arc<Dictionary>, units: Arc<HashSet<UnitKey>> },
    /// An exact amount; `None` where the cell is empty.
    Amount,
    /// An exact number that must be there and must not be negative, else the record is a reject.
    Quantity,
    /// The moment at which what began at the time in field `start` is over, told by the time in field `end` (positions
    /// in the request): a date lasts to the end of its day, a time is the first moment after.
    /// [`crate::model::time::NO_TIME`] where that is empty; an end before the start is a reject.
    Over { start: usize, end: usize },
    /// The text of the cell as it was written, not trimmed.
    Cell,
    /// A word out of a closed list, as the code that `read` gives it; `empty` stands for a null.
    /// What has no code is a reject for the reason `unknown`.
    Word { read: fn(&str) -> Option<u32>, empty: Option<u32>, unknown: &'static str },
}

/// A column by its header name.
#[derive(Debug, Clone)]
pub struct Field {
    pub column: String,
    pub wanted: Wanted,
}

/// One column of a batch, in the order of the request's fields.
#[derive(Debug, Clone)]
pub enum Column {
    Ids(Vec<UnitKey>),
    Times(Vec<Micros>),
    Codes(Vec<u32>),
    Amounts(Vec<Option<Decimal>>),
    Cells(Cells),
}

impl Column {
    /// Empties the column and keeps its memory.
    pub fn clear(&mut self) {
        match self {
            Self::Ids(ids) => ids.clear(),
            Self::Times(times) => times.clear(),
            Self::Codes(codes) => codes.clear(),
            Self::Amounts(amounts) => amounts.clear(),
            Self::Cells(cells) => cells.clear(),
        }
    }
}

/// Typed columns of a part of a file.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub rows: usize,
    pub columns: Vec<Column>,
    /// One vector per predicate of the request: whether the row meets it.
    pub predicates: Vec<Vec<bool>>,
}
