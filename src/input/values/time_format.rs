//! The closed list of formats that a column of times can have, and their names.

use super::date_pattern::DatePattern;
use super::epoch::{Epoch, EpochUnit};
use super::strftime::Strftime;
use crate::error::{Error, Result};
use std::fmt;

/// The order of the parts of a date written with numbers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateOrder {
    /// Day first.
    Dmy,
    /// Month first.
    Mdy,
    /// Year first. Concerns years of two digits; a year of four digits in front is always ISO.
    Ymd,
}

impl DateOrder {
    /// Returns the order of `--date-order dmy|mdy|ymd`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Dmy, Self::Mdy, Self::Ymd].into_iter().find(|order| order.name() == name)
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Ymd => "ymd",
        }
    }
}

/// How the times of a column are written. Its `Display` is a stable name, which `--time-format` takes to mean the same.
#[derive(Debug, Clone, PartialEq)]
pub enum TimeFormat {
    /// ISO 8601 in all its spellings; offsets may differ from cell to cell.
    Iso,
    Dated(DatePattern),
    Epoch(Epoch),
    /// Days since 1899-12-30, by flag only.
    ExcelSerial,
    Strftime(Strftime),
}

impl TimeFormat {
    /// Returns the format that `--time-format` names: `epoch-s|ms|us|ns` (or with `_`), `excel`, `iso`, or strftime.
    ///
    /// # Errors
    /// The name is none of these, or the strftime format names no whole date.
    pub fn from_name(name: &str) -> Result<Self> {
        let name = name.trim();
        if let Some(unit) = EpochUnit::from_name(name) {
            return Ok(Self::Epoch(Epoch { unit, told: true }));
        }
        if let Some(pattern) = DatePattern::all().find(|pattern| pattern.name() == name) {
            return Ok(Self::Dated(pattern));
        }
        match name.to_ascii_lowercase().as_str() {
            "iso" | "iso8601" => Ok(Self::Iso),
            "excel" => Ok(Self::ExcelSerial),
            word if word.starts_with("epoch") => {
                Err(Error::usage("`--time-format`: the epoch formats are epoch-s, epoch-ms, epoch-us and epoch-ns"))
            }
            _ => Strftime::new(name).map(Self::Strftime),
        }
    }
}

impl fmt::Display for TimeFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Iso => formatter.write_str("iso"),
            Self::Dated(pattern) => formatter.write_str(&pattern.name()),
            Self::Epoch(epoch) => formatter.write_str(epoch.unit.name()),
            Self::ExcelSerial => formatter.write_str("excel"),
            Self::Strftime(strftime) => formatter.write_str(strftime.text()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DateOrder, DatePattern, TimeFormat};
    use crate::error::ErrorKind;
    use crate::input::values::{ClockStyle, DateSeparator, Epoch, EpochUnit, YearDigits};
    use std::collections::BTreeSet;

    #[test]
    fn names_are_those_of_the_flag() {
        let epoch = TimeFormat::Epoch(Epoch { unit: EpochUnit::Nanoseconds, told: true });
        assert_eq!(TimeFormat::from_name("epoch_ns").unwrap(), epoch);
        assert_eq!(TimeFormat::from_name("epoch-ns").unwrap().to_string(), "epoch-ns");
        assert_eq!(TimeFormat::from_name("excel").unwrap(), TimeFormat::ExcelSerial);
        assert_eq!(TimeFormat::from_name("ISO").unwrap(), TimeFormat::Iso);
        assert_eq!(TimeFormat::from_name("%Y-%m-%d").unwrap().to_string(), "%Y-%m-%d");
        assert_eq!(TimeFormat::from_name("epoch").unwrap_err().kind, ErrorKind::Usage);
        assert_eq!(TimeFormat::from_name("%H").unwrap_err().kind, ErrorKind::Usage);
    }

    #[test]
    fn common_formats_need_no_chrono() {
        let pattern = DatePattern {
            order: DateOrder::Mdy,
            separator: DateSeparator::Slash,
            year: YearDigits::Four,
            clock: ClockStyle::TwentyFourHours,
        };
        assert_eq!(TimeFormat::from_name("%m/%d/%Y %H:%M:%S").unwrap(), TimeFormat::Dated(pattern));
    }

    #[test]
    fn the_name_of_a_pattern_means_the_same_pattern() {
        let names: BTreeSet<String> = DatePattern::all().map(DatePattern::name).collect();
        assert_eq!(names.len(), DatePattern::all().count());
        for pattern in DatePattern::all() {
            assert_eq!(TimeFormat::from_name(&pattern.name()).unwrap(), TimeFormat::Dated(pattern));
        }
    }

    #[test]
    fn orders_have_names() {
        assert_eq!(DateOrder::from_name("mdy"), Some(DateOrder::Mdy));
        assert_eq!(DateOrder::from_name("dmy").map(DateOrder::name), Some("dmy"));
        assert_eq!(DateOrder::from_name("ydm"), None);
    }
}
