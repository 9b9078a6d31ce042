//! One event in 16 bytes: the unit, the second, the group, and what of it counts.

use crate::engine::record::{Record, Unpacked};
use crate::model::decimal::Decimal;
use crate::model::time::{MICROS_PER_SECOND, Micros};

/// Bits of the class: within `--since` to `--until`, counts as activity, is the time at which the unit was first seen and
/// no event, then the unit filters that it meets.
pub const IN_RANGE: u32 = 1;
pub const ACTIVITY: u32 = 2;
pub const FIRST_SEEN: u32 = 4;

/// Returns the bit of a unit filter.
#[must_use]
pub const fn unit_bit(filter: usize) -> u32 {
    8 << filter
}

/// More unit filters than this do not fit a record.
pub const MOST_UNIT_FILTERS: usize = 5;

const GROUP_BITS: u32 = 24;

/// Unit 64 bits (and 8 more from the partition) | seconds 32 | group 24 | class 8.
///
/// Periods begin on whole seconds, so that nothing is lost by dropping what is below; 32 bits hold the accepted times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visit(u128);

impl Record for Visit {
    #[inline]
    fn pack(event: &Unpacked) -> Option<Self> {
        let seconds = u32::try_from(event.time.div_euclid(MICROS_PER_SECOND)).ok()?;
        let class = u8::try_from(event.class).ok()?;
        if event.group >> GROUP_BITS != 0 {
            return None;
        }
        let unit = (event.unit >> 56) & u128::from(u64::MAX);
        let low = u64::from(seconds) << 32 | u64::from(event.group) << 8 | u64::from(class);
        Some(Self(unit << 64 | u128::from(low)))
    }

    #[inline]
    fn same_unit(self, other: Self) -> bool {
        self.0 >> 64 == other.0 >> 64
    }

    #[inline]
    fn bucket(self, bits: u32) -> usize {
        (self.0 >> (128 - bits)) as usize
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "32 bits")]
    fn time(self) -> Micros {
        i64::from((self.0 >> 32) as u32) * MICROS_PER_SECOND
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "8 bits")]
    fn class(self) -> u32 {
        self.0 as u32 & 0xff
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "24 bits")]
    fn group(self) -> u32 {
        self.0 as u32 >> 8
    }

    fn value(self) -> Option<Decimal> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Visit;
    use crate::engine::record::{Record, Unpacked};

    #[test]
    fn keeps_what_it_packs_or_refuses() {
        let last = 4_102_444_799_999_999;
        let event = Unpacked { unit: 9 << 100 | 3, time: last, class: 255, group: 0xff_ffff, value: None };
        let packed = Visit::pack(&event).unwrap();
        assert_eq!((packed.time(), packed.class(), packed.group()), (4_102_444_799_000_000, 255, 0xff_ffff));
        assert!(Visit::pack(&Unpacked { group: 1 << 24, ..event }).is_none());
        assert!(Visit::pack(&Unpacked { class: 256, ..event }).is_none());
        assert!(Visit::pack(&Unpacked { time: -1, ..event }).is_none());
        let other = Unpacked { unit: 9 << 100 | 1 << 60, ..event };
        assert!(!packed.same_unit(Visit::pack(&other).unwrap()));
    }
}
