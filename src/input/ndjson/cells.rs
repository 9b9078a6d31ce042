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

    /// The cell as a value: as [`Self::get`] gives it, and a whole number written as a fraction (`33.0`, as programs
    /// write numbers of columns with gaps) like any other whole number.
    #[inline]
    #[must_use]
    pub fn value(&self, slot: usize) -> Option<&'a [u8]> {
        let text = self.get(slot)?;
        match text.last() {
            Some(b'0') if !self.is_string(slot) => Some(whole(text)),
            _ => Some(text),
        }
    }

    /// Whether the cell is a list.
    #[must_use]
    pub fn is_list(&self, slot: usize) -> bool {
        self.get(slot).is_some_and(|text| text.first() == Some(&b'[')) && !self.is_string(slot)
    }

    fn is_string(&self, slot: usize) -> bool {
        let Some(place) = self.slots.get(slot).and_then(|column| self.places.get(*column)) else { return false };
        let before = place.start.checked_sub(1).and_then(|before| self.record.get(before));
        place.unescaped || before == Some(&b'"')
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

/// A number without a fraction that is nothing but zeros.
fn whole(number: &[u8]) -> &[u8] {
    let zeros = number.iter().rev().take_while(|byte| **byte == b'0').count();
    match number.split_at_checked(number.len() - zeros) {
        Some(([digits @ .., b'.'], _)) => digits,
        _ => number,
    }
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn whole_numbers_lose_their_fraction() {
        for (number, digits) in
            [("33.0", "33"), ("33.000", "33"), ("-1.0", "-1"), ("330", "330"), ("0", "0"), ("0.0", "0")]
        {
            assert_eq!(whole(number.as_bytes()), digits.as_bytes(), "{number}");
        }
        for same in ["3.50", "1e10", "1.5e0", "00"] {
            assert_eq!(whole(same.as_bytes()), same.as_bytes());
        }
    }
}
