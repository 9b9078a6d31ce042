//! Columns that are held constant: their values make the unit, together with its id.

use super::groups::Groups;
use crate::input::batch::UnitKey;
use crate::input::dictionary::Dictionary;
use std::sync::Arc;

/// Odd numbers with bits all over (the fractions of the golden ratio and of the root of 2), for mixing.
const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
const MIX: u128 = 0x6a09_e667_f3bc_c908_b2fb_1366_ea95_7d3f;

/// Numbers the values of the columns that are held.
#[derive(Debug)]
pub struct Held {
    values: Groups,
}

impl Held {
    /// `None` without such columns.
    #[must_use]
    pub fn new(columns: usize) -> Option<Self> {
        (columns > 0).then(|| Self { values: Groups::new(columns) })
    }

    #[must_use]
    pub fn dictionary(&self, column: usize) -> Arc<Dictionary> {
        self.values.dictionary(column)
    }

    /// Returns the key of an id together with its values; `None` where a value is missing (0).
    #[must_use]
    pub fn unit(&self, id: UnitKey, values: &[u32]) -> Option<UnitKey> {
        (!values.contains(&0)).then(|| mixed(id, self.values.code(values)))
    }
}

/// Keys are hashes; one that is moved by a number and mixed again is as good, and different for different numbers.
const fn mixed(id: UnitKey, code: u32) -> UnitKey {
    let mut key = id ^ (code as u128).wrapping_mul(SPREAD);
    key = (key ^ (key >> 64)).wrapping_mul(MIX);
    key = (key ^ (key >> 59)).wrapping_mul(SPREAD);
    key ^ (key >> 64)
}

#[cfg(test)]
mod tests {
    use super::{Held, mixed};
    use std::collections::BTreeSet;

    #[test]
    fn ids_and_values_make_different_units() {
        let keys: BTreeSet<u128> =
            (0..100_u128).flat_map(|id| (1..100_u32).map(move |code| mixed(id << 64 | id, code))).collect();
        assert_eq!(keys.len(), 100 * 99);
        let partitions: BTreeSet<u128> = keys.iter().map(|key| key >> 120).collect();
        assert_eq!(partitions.len(), 256, "spread over all partitions");
    }

    #[test]
    fn a_missing_value_is_no_unit() {
        let held = Held::new(2).expect("columns");
        assert_eq!(held.unit(7, &[1, 0]), None);
        assert_eq!(held.unit(7, &[1, 2]), held.unit(7, &[1, 2]));
        assert_ne!(held.unit(7, &[1, 2]), held.unit(7, &[2, 1]));
        assert!(Held::new(0).is_none());
    }
}
