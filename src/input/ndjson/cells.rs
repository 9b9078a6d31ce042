//! What a reader of records sees of one record: the cells it asked for.

/// The cells of one record.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    pub(super) record: &'a [u8],
    /// Strings whose escapes were replaced.
    pub(super) unescaped: &'a [u8],
    pub(super) places: &'a [Place],
    /// Place of each slot.
    pub(super) slots: &'a [usize],
    /// A place that was set in another record holds nothing.
    pub(super) number: u64,
}

/// Where the value of a column is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) number: u64,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) unescaped: bool,
}

impl<'a> Cells<'a> {
    /// The cell of the column `needed[slot]`: what a string says, else the JSON text as it stands, digit for digit.
    /// `None` where it is null or absent, and beyond the list.
    #[inline]
    #[must_use]
    pub fn get(&self, slot: usize) -> Option<&'a [u8]> {
        let place = self.places.get(*self.slots.get(slot)?)?;
        if place.number != self.number {
            return None;
        }
        let from = if place.unescaped { self.unescaped } else { self.record };
        from.get(place.start..place.end)
    }

    /// Number of wanted columns.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.slots.len()
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }
}
