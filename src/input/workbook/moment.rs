//! Dates and times of sheets: day numbers whose number format says what is shown of them.

use super::sheet::Kind;
use crate::input::values::{SourceZone, TimeColumn, TimeFault, TimeFormat};
use calamine::ExcelDateTime;

/// Length of `2024-01-13`.
pub(super) const DATE_LENGTH: u32 = 10;

/// What the number format of a cell says about a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    Shown,
    Hidden,
    /// The format is not known.
    Unsaid,
}

impl Clock {
    /// Reads a number format; `id` counts where the code is one of those that each language has its own of.
    pub(super) fn of_format(code: &str, id: Option<u32>) -> Self {
        // Built-in East Asian formats, which files name by their number only (ECMA-376, 18.8.30).
        if matches!(id, Some(32..=35 | 55 | 56)) {
            return Self::Shown;
        }
        if shows_clock(code) { Self::Shown } else { Self::Hidden }
    }
}

/// Whether the first section of a number format holds hours or seconds outside of quotes, escapes and brackets.
fn shows_clock(code: &str) -> bool {
    let (mut quoted, mut bracketed, mut literal) = (false, false, false);
    for character in code.chars() {
        if std::mem::take(&mut literal) {
            continue;
        }
        match character {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' => bracketed = true,
            ']' => bracketed = false,
            _ if bracketed => {}
            '\\' | '_' | '*' => literal = true,
            ';' => break,
            'h' | 'H' | 's' | 'S' => return true,
            _ => {}
        }
    }
    false
}

/// A day number taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    parts: (u16, u8, u8, u8, u8, u8, u16),
    /// A number below 1 is a time of day.
    pub(super) has_date: bool,
    pub(super) is_midnight: bool,
}

/// Reads a day number, to the millisecond; a length of time and what lies before the first day are none.
pub(super) fn read(time: ExcelDateTime) -> Option<Moment> {
    let serial = time.as_f64();
    if time.is_duration() || serial.is_nan() || serial < 0.0 {
        return None;
    }
    let parts = time.to_ymd_hms_milli();
    let (_, _, _, hour, minute, second, milli) = parts;
    let is_midnight = (hour, minute, second, milli) == (0, 0, 0, 0);
    Some(Moment { parts, has_date: serial >= 1.0, is_midnight })
}

impl Moment {
    /// ISO 8601, with milliseconds where there are some.
    pub(super) fn text(self) -> String {
        let (year, month, day, hour, minute, second, milli) = self.parts;
        let date = if self.has_date { format!("{year:04}-{month:02}-{day:02}T") } else { String::new() };
        let part = if milli > 0 { format!(".{milli:03}") } else { String::new() };
        format!("{date}{hour:02}:{minute:02}:{second:02}{part}")
    }
}

/// The date of an ISO time.
pub(super) fn date_of(text: &str) -> &str {
    text.get(..DATE_LENGTH as usize).unwrap_or(text)
}

/// What a cell is that is written as ISO 8601 in the file.
pub(super) fn kind_of_iso(text: &str) -> Kind {
    let column = TimeColumn::new(TimeFormat::Iso, SourceZone::Utc);
    match column.parse(text.trim().as_bytes()) {
        Err(TimeFault::Unreadable) => Kind::Text,
        _ if text.contains(['T', ' ']) => Kind::Time,
        _ => Kind::Date,
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, Moment, kind_of_iso, read};
    use crate::input::workbook::sheet::Kind;
    use calamine::{ExcelDateTime, ExcelDateTimeType};

    fn moment(serial: f64, is_1904: bool) -> Option<Moment> {
        read(ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904))
    }

    #[test]
    fn formats_show_a_clock_or_not() {
        for code in ["h:mm", "m/d/yy h:mm", "yyyy-mm-dd\\Thh:mm:ss", "mm:ss", "[$-409]h:mm AM/PM;@", "SS"] {
            assert_eq!(Clock::of_format(code, None), Clock::Shown, "{code}");
        }
        for code in ["mm-dd-yy", "d-mmm-yy", "[$-40C]d mmmm yyyy", "yyyy\"h\"", "dd\\s", "yyyy;h", "General"] {
            assert_eq!(Clock::of_format(code, None), Clock::Hidden, "{code}");
        }
        assert_eq!(Clock::of_format("General", Some(32)), Clock::Shown);
        assert_eq!(Clock::of_format("General", Some(31)), Clock::Hidden);
    }

    #[test]
    fn day_numbers_count_from_1900_or_1904() {
        // 45304 is 2024-01-13 in the system of 1900; that of 1904 begins 1,462 days later.
        for (serial, is_1904) in [(45_304.0, false), (43_842.0, true)] {
            let read = moment(serial, is_1904).unwrap();
            assert_eq!((read.text().as_str(), read.is_midnight), ("2024-01-13T00:00:00", true));
        }
        // 14:17 is 857/1440 of a day.
        assert_eq!(moment(45_304.0 + 857.0 / 1440.0, false).unwrap().text(), "2024-01-13T14:17:00");
        assert_eq!(moment(45_304.595_138_888_9, false).unwrap().text(), "2024-01-13T14:17:00");
        assert_eq!(moment(45_304.999_999_999_99, false).unwrap().text(), "2024-01-14T00:00:00");
        assert_eq!(moment(45_304.5 + 0.0625 / 86_400.0, false).unwrap().text(), "2024-01-13T12:00:00.063");
    }

    #[test]
    fn what_is_no_date_is_none() {
        let clock = moment(857.0 / 1440.0, false).unwrap();
        assert_eq!((clock.text().as_str(), clock.has_date), ("14:17:00", false));
        assert_eq!(moment(-1.0, false), None);
        assert_eq!(moment(f64::NAN, false), None);
        assert_eq!(read(ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false)), None);
    }

    #[test]
    fn iso_cells_are_dates_times_or_text() {
        assert_eq!(kind_of_iso("2024-01-13"), Kind::Date);
        assert_eq!(kind_of_iso("2024-01-13T14:17:00Z"), Kind::Time);
        assert_eq!(kind_of_iso("0024-01-13"), Kind::Date);
        assert_eq!(kind_of_iso("14:17:00"), Kind::Text);
    }
}
