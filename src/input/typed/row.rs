//! A record as the file's format gives it, cell by cell.

use crate::model::decimal::Decimal;
use crate::model::time::Micros;
use std::borrow::Cow;

/// A cell as the file's format gives it.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    Null,
    Text(&'a [u8]),
    /// A typed time, of a format that has them.
    Time {
        at: Micros,
        date_only: bool,
    },
}

/// A record, as the file's format gives it.
pub trait Row<'c> {
    /// The cell of a needed column, by its slot.
    fn cell(&self, slot: usize) -> Cell<'c>;

    /// The same cell where its text is wanted, of a typed time too.
    fn text(&self, slot: usize) -> Cell<'c> {
        self.cell(slot)
    }

    /// Whether a cell is a list, which names nobody.
    fn is_list(&self, _slot: usize) -> bool {
        false
    }

    /// The amount of a cell that is a number of its own type, which needs no format to be read.
    fn amount(&self, _slot: usize) -> Option<Decimal> {
        None
    }
}

impl<'a> Cell<'a> {
    pub(super) fn text(self) -> &'a [u8] {
        match self {
            Cell::Text(text) => text,
            Cell::Null | Cell::Time { .. } => b"",
        }
    }

    /// The cell as text; a typed time by ISO 8601.
    pub(super) fn shown(self) -> Option<Cow<'a, [u8]>> {
        match self {
            Cell::Null => None,
            Cell::Text(text) => Some(Cow::Borrowed(text)),
            Cell::Time { at, date_only } => {
                let time = chrono::DateTime::from_timestamp_micros(at)?;
                let format = if date_only { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M:%S%.fZ" };
                Some(Cow::Owned(time.format(format).to_string().into_bytes()))
            }
        }
    }
}
