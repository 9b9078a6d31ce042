//! Which times are read, and which dates stand for no end.

use crate::model::time::{LATEST_EXCLUDED, MICROS_PER_DAY, Micros};

/// Whether a typed time is one that a written one could be.
#[inline]
pub(super) const fn in_range(at: Micros) -> bool {
    0 <= at && at < LATEST_EXCLUDED
}

/// The dates 2050-01-01 and 9999-12-31, which systems write for an end that is not known.
const NEVER: [Micros; 2] = [29_220 * MICROS_PER_DAY, 2_932_896 * MICROS_PER_DAY];

pub(super) const fn is_never(at: Micros) -> bool {
    at == NEVER[0] || at >= NEVER[1]
}

/// Whether a text is the date 9999-12-31, which lies outside the times that are read.
pub(super) fn says_never(text: &[u8]) -> bool {
    [b"9999-12-31".as_slice(), b"31/12/9999", b"12/31/9999", b"31.12.9999"].iter().any(|never| text.starts_with(never))
}
