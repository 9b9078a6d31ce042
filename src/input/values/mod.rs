//! Cells to values: times, exact amounts, text and unit keys, and how the format of a column is found out.
//!
//! Pure and free of allocation per cell, since every record of every source passes here; it knows neither files nor
//! records. Cells come in as valid UTF-8 without their quotes. It may import `model`, `error` and the types of `batch`.

pub mod amount;
pub mod amount_detect;
mod calendar;
mod currency;
mod date_pattern;
mod dated;
mod epoch;
mod iso;
pub mod key;
mod salesforce_id;
mod scanner;
mod shortened;
mod strftime;
pub mod text;
pub mod time;
pub mod time_detect;
mod time_format;
pub mod zone;

#[cfg(test)]
mod amount_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod time_detect_tests;

pub use amount::{AmountColumn, AmountFault, AmountFormat, DecimalMark, Thousands};
pub use amount_detect::{AmountAmbiguity, AmountEvidence, AmountFlags};
pub use currency::Currency;
pub use date_pattern::{ClockStyle, DatePattern, DateSeparator, YearDigits};
pub use epoch::{Epoch, EpochUnit};
pub use key::unit_key;
pub use salesforce_id::short_id;
pub use shortened::without_size;
pub use strftime::Strftime;
pub use text::{NullWords, clean, nfc, normalized};
pub use time::{ParsedTime, TimeColumn, TimeFault, TimeParser};
pub use time_detect::{TimeAmbiguity, TimeEvidence};
pub use time_format::{DateOrder, TimeFormat};
pub use zone::SourceZone;
