//! Points in time and spans, in whole microseconds.

/// Microseconds since 1970-01-01T00:00:00 UTC.
pub type Micros = i64;

/// Stands for "no time" in columns of times; far outside the accepted range.
pub const NO_TIME: Micros = i64::MIN;

pub const MICROS_PER_SECOND: i64 = 1_000_000;
pub const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// The accepted range: 1970-01-01 (included) to 2100-01-01 (excluded).
pub const EARLIEST: Micros = 0;
pub const LATEST_EXCLUDED: Micros = 4_102_444_800 * MICROS_PER_SECOND;
