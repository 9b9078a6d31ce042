//! Packed events: a unit, a time, a class (which steps it can stand for) and a group (breakdown value).
//!
//! The narrow form is one 128-bit number, so that sorting is sorting numbers; what does not fit it (sub-second times of
//! a long span, many classes or groups, values) takes the wide form.

use crate::input::batch::UnitKey;
use crate::model::decimal::Decimal;
use crate::model::time::{MICROS_PER_SECOND, Micros};

/// An event as the engine keeps it.
#[derive(Debug, Clone, Copy)]
pub struct Unpacked {
    pub unit: UnitKey,
    pub time: Micros,
    pub class: u32,
    pub group: u32,
    pub value: Option<Decimal>,
}

/// A packed event; the order is by unit, time, class, group.
pub trait Record: Copy + Ord + Send + Sync + 'static {
    /// Packs an event; `None` where it does not fit.
    fn pack(event: &Unpacked) -> Option<Self>;
    /// Whether both belong to one unit, given that both lie in one partition.
    fn same_unit(self, other: Self) -> bool;
    /// The first `bits` (at most 16) bits of the unit's key behind those of the partition.
    fn bucket(self, bits: u32) -> usize;
    fn time(self) -> Micros;
    fn class(self) -> u32;
    fn group(self) -> u32;
    fn value(self) -> Option<Decimal>;
    /// The whole key of the unit; `None` where the form keeps a part of it only.
    fn key(self) -> Option<UnitKey> {
        None
    }
}

/// Number of partitions; the partition is the top byte of the unit's key.
pub const PARTITIONS: usize = 256;

/// Returns the partition of a unit.
#[must_use]
pub const fn partition_of(unit: UnitKey) -> u8 {
    (unit >> 120) as u8
}

/// Unit 64 bits (and 8 more from the partition) | seconds 40 | class 8 | group 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Narrow(u128);

impl Record for Narrow {
    #[inline]
    #[expect(clippy::cast_sign_loss, reason = "times are not negative (checked)")]
    fn pack(event: &Unpacked) -> Option<Self> {
        let seconds = event.time / MICROS_PER_SECOND;
        let fits = event.time >= 0
            && seconds * MICROS_PER_SECOND == event.time
            && event.class < 1 << 8
            && event.group < 1 << 16
            && event.value.is_none();
        let unit = (event.unit >> 56) & u128::from(u64::MAX);
        let low = (seconds as u64 & ((1 << 40) - 1)) << 24 | u64::from(event.class) << 16 | u64::from(event.group);
        fits.then_some(Self(unit << 64 | u128::from(low)))
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
    #[expect(clippy::cast_possible_wrap, clippy::cast_possible_truncation, reason = "40 bits")]
    fn time(self) -> Micros {
        (self.0 as u64 >> 24) as i64 * MICROS_PER_SECOND
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "8 bits")]
    fn class(self) -> u32 {
        (self.0 as u32 >> 16) & 0xff
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "16 bits")]
    fn group(self) -> u32 {
        self.0 as u32 & 0xffff
    }

    fn value(self) -> Option<Decimal> {
        None
    }
}

/// Everything in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wide {
    unit: UnitKey,
    time: Micros,
    class: u32,
    group: u32,
    value: i128,
}

const NO_VALUE: i128 = i128::MIN;

impl Wide {
    #[must_use]
    pub const fn unit(self) -> UnitKey {
        self.unit
    }
}

impl Record for Wide {
    fn pack(event: &Unpacked) -> Option<Self> {
        let value = event.value.map_or(NO_VALUE, |value| value.0);
        Some(Self { unit: event.unit, time: event.time, class: event.class, group: event.group, value })
    }

    fn same_unit(self, other: Self) -> bool {
        self.unit == other.unit
    }

    #[inline]
    fn bucket(self, bits: u32) -> usize {
        (self.unit << 8 >> (128 - bits)) as usize
    }

    fn time(self) -> Micros {
        self.time
    }

    fn class(self) -> u32 {
        self.class
    }

    fn group(self) -> u32 {
        self.group
    }

    fn value(self) -> Option<Decimal> {
        (self.value != NO_VALUE).then_some(Decimal(self.value))
    }

    fn key(self) -> Option<UnitKey> {
        Some(self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_keeps_what_it_packs_or_refuses() {
        let event =
            Unpacked { unit: 7 << 100 | 3, time: 4_000_000_000_000_000, class: 255, group: 65_535, value: None };
        let packed = Narrow::pack(&event).unwrap();
        assert_eq!((packed.time(), packed.class(), packed.group()), (event.time, 255, 65_535));
        assert!(Narrow::pack(&Unpacked { time: 1, ..event }).is_none());
        assert!(Narrow::pack(&Unpacked { class: 256, ..event }).is_none());
        assert!(Narrow::pack(&Unpacked { group: 65_536, ..event }).is_none());
        assert!(Narrow::pack(&Unpacked { value: Some(Decimal::ZERO), ..event }).is_none());
    }

    #[test]
    fn both_forms_order_by_unit_time_class_group() {
        let base = Unpacked { unit: 1 << 60, time: 2_000_000, class: 1, group: 1, value: None };
        let ascending = [
            Unpacked { time: 1_000_000, class: 9, group: 9, ..base },
            Unpacked { class: 0, group: 9, ..base },
            Unpacked { group: 0, ..base },
            base,
            Unpacked { unit: 2 << 60, time: 0, ..base },
        ];
        assert!(ascending.map(|event| Narrow::pack(&event).unwrap()).is_sorted());
        assert!(ascending.map(|event| Wide::pack(&event).unwrap()).is_sorted());
    }
}
