//! Round trips against chrono and against 128-bit arithmetic, and inputs that must not break anything.

use super::{
    AmountColumn, AmountEvidence, AmountFlags, AmountFormat, ClockStyle, DateOrder, DatePattern, DateSeparator,
    DecimalMark, Epoch, EpochUnit, NullWords, SourceZone, TimeColumn, TimeEvidence, TimeFault, TimeFormat, YearDigits,
};
use crate::model::decimal::Decimal;
use crate::model::time::{LATEST_EXCLUDED, MICROS_PER_DAY};
use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDateTime, TimeZone, Utc};
use proptest::prelude::*;

fn utc(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap()
}

fn column(format: TimeFormat) -> TimeColumn {
    TimeColumn::new(format, SourceZone::Utc)
}

/// What both ways of parsing say; they must agree.
fn read(column: &TimeColumn, cell: &str) -> Result<i64, TimeFault> {
    let slow = column.parse(cell.as_bytes());
    assert_eq!(column.parser().parse(cell.as_bytes()), slow, "{cell}");
    slow.map(|parsed| parsed.at)
}

proptest! {
    #[test]
    fn iso_written_by_chrono_is_read_back(micros in 0..LATEST_EXCLUDED, offset in -1_080..=1_080_i32) {
        let column = column(TimeFormat::Iso);
        let second = micros - micros % 1_000_000;
        for format in [
            "%Y-%m-%dT%H:%M:%S%.6fZ",
            "%Y-%m-%d %H:%M:%S%.6f",
            "%Y/%m/%d %H:%M:%S%.6f UTC",
            "%Y%m%dT%H%M%S%.6fZ",
        ] {
            prop_assert_eq!(read(&column, &utc(micros).format(format).to_string()), Ok(micros));
        }
        for format in ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", "%Y.%m.%d %-H:%M:%S", "%Y-%m-%d %I:%M:%S %p"] {
            prop_assert_eq!(read(&column, &utc(micros).format(format).to_string()), Ok(second));
        }
        let local = utc(micros).with_timezone(&FixedOffset::east_opt(offset * 60).unwrap());
        for format in ["%Y-%m-%dT%H:%M:%S%.6f%:z", "%Y-%m-%d %H:%M:%S%.6f %z"] {
            prop_assert_eq!(read(&column, &local.format(format).to_string()), Ok(micros));
        }
    }

    #[test]
    fn dated_patterns_are_read_as_chrono_writes_them(micros in 0..LATEST_EXCLUDED) {
        for pattern in DatePattern::all().filter(|pattern| pattern.year == YearDigits::Four) {
            let cell = utc(micros).format(&pattern.name()).to_string();
            let unit = if pattern.clock == ClockStyle::None { MICROS_PER_DAY } else { 1_000_000 };
            prop_assert_eq!(read(&column(TimeFormat::Dated(pattern)), &cell), Ok(micros - micros % unit));
        }
    }

    #[test]
    fn years_of_two_digits_run_from_1970_to_2069(micros in 0..3_155_760_000_000_000_i64) {
        for pattern in DatePattern::all().filter(|pattern| pattern.year == YearDigits::Two) {
            let cell = utc(micros).format(&pattern.name()).to_string();
            let unit = if pattern.clock == ClockStyle::None { MICROS_PER_DAY } else { 1_000_000 };
            prop_assert_eq!(read(&column(TimeFormat::Dated(pattern)), &cell), Ok(micros - micros % unit));
        }
    }

    #[test]
    fn epoch_numbers_are_read_back(micros in 1_000_000_000_000_000..LATEST_EXCLUDED) {
        for (unit, cell, step) in [
            (EpochUnit::Seconds, format!("{}", micros / 1_000_000), 1_000_000),
            (EpochUnit::Seconds, format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000), 1),
            (EpochUnit::Milliseconds, format!("{}", micros / 1_000), 1_000),
            (EpochUnit::Microseconds, format!("{micros}"), 1),
            (EpochUnit::Nanoseconds, format!("{micros}000"), 1),
        ] {
            let format = TimeFormat::Epoch(Epoch { unit, told: false });
            prop_assert_eq!(read(&column(format.clone()), &cell), Ok(micros - micros % step));
            let mut evidence = TimeEvidence::new();
            evidence.observe(cell.as_bytes());
            prop_assert_eq!(evidence.decide(None), Ok(Some(format)));
        }
    }

    #[test]
    fn zones_agree_with_chrono(second in 100_000..4_102_300_000_i64, zone in prop::sample::select(vec![
        "Europe/Paris", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kolkata",
        "Africa/Casablanca", "Asia/Gaza", "Pacific/Apia", "America/St_Johns",
    ])) {
        let tz: chrono_tz::Tz = zone.parse().unwrap();
        let column = TimeColumn::new(TimeFormat::Iso, SourceZone::from_name(zone).unwrap());
        let local: NaiveDateTime = DateTime::from_timestamp(second, 0).unwrap().naive_utc();
        let expected = match tz.from_local_datetime(&local) {
            MappedLocalTime::Single(time) => Ok(time.timestamp_micros()),
            MappedLocalTime::Ambiguous(..) => Err(TimeFault::Repeated),
            MappedLocalTime::None => Err(TimeFault::Skipped),
        };
        prop_assert_eq!(read(&column, &local.format("%Y-%m-%d %H:%M:%S").to_string()), expected);
    }

    #[test]
    fn every_date_of_three_numbers_agrees_with_the_calendar(
        year in 1970..2100_i32, month in 0..15_u32, day in 0..34_u32,
    ) {
        let exists = chrono::NaiveDate::from_ymd_opt(year, month, day).is_some();
        let slash = TimeFormat::Dated(DatePattern {
            order: DateOrder::Dmy,
            separator: DateSeparator::Slash,
            year: YearDigits::Four,
            clock: ClockStyle::None,
        });
        prop_assert_eq!(read(&column(slash), &format!("{day}/{month}/{year}")).is_ok(), exists);
        let iso = format!("{year}-{month:02}-{day:02} 00:00:00");
        prop_assert_eq!(read(&column(TimeFormat::Iso), &iso).is_ok(), exists);
    }

    #[test]
    fn no_cell_breaks_a_parser(cell in "[-+0-9.,:/TZ eE$€'’\u{a0}APMJanUTC]{0,24}|\\PC{0,40}") {
        let mut times = TimeEvidence::new();
        times.observe(cell.as_bytes());
        for format in ["iso", "%d/%m/%Y", "%b %d %Y %H:%M:%S", "epoch-s", "excel", "%Y|%m|%d"] {
            let parsed = read(&column(TimeFormat::from_name(format).unwrap()), &cell);
            prop_assert!(parsed.is_err() || (0..LATEST_EXCLUDED).contains(&parsed.unwrap()));
        }
        let mut amounts = AmountEvidence::new();
        amounts.observe(cell.as_bytes());
        for decimal in [DecimalMark::Point, DecimalMark::Comma] {
            let format = AmountFormat { decimal, thousands: None, currency: None };
            if let Ok(Some(amount)) = AmountColumn::new(format).parse(cell.as_bytes()) {
                prop_assert!(amount.0.unsigned_abs() <= Decimal::LARGEST_CELL.unsigned_abs());
            }
        }
    }

    #[test]
    fn bytes_that_are_no_text_break_nothing(cell in prop::collection::vec(any::<u8>(), 0..40)) {
        TimeEvidence::new().observe(&cell);
        AmountEvidence::new().observe(&cell);
        let _ = super::normalized(&cell);
        let _ = NullWords::new(&["é"]).is_null(&cell);
        let _ = column(TimeFormat::Iso).parser().parse(&cell);
    }

    #[test]
    fn a_column_decides_itself_whatever_the_order_of_its_cells(
        days in prop::collection::vec(0..47_000_i64, 2..40), seed in 0..100_usize,
    ) {
        let cells: Vec<String> =
            days.iter().map(|day| utc(day * MICROS_PER_DAY).format("%d/%m/%Y").to_string()).collect();
        let mut forward = TimeEvidence::new();
        for cell in &cells {
            forward.observe(cell.as_bytes());
        }
        let mut turned = TimeEvidence::new();
        let turn = seed % cells.len();
        for cell in cells[turn..].iter().chain(&cells[..turn]) {
            turned.observe(cell.as_bytes());
        }
        prop_assert_eq!(forward.decide(None), turned.decide(None));
        if let Ok(Some(format)) = forward.decide(None) {
            prop_assert_eq!(format.to_string(), "%d/%m/%Y");
        }
    }

    #[test]
    fn amounts_are_read_back(units in -Decimal::LARGEST_CELL..=Decimal::LARGEST_CELL) {
        let text = Decimal(units).to_string();
        let point = AmountFormat { decimal: DecimalMark::Point, thousands: None, currency: None };
        let comma = AmountFormat { decimal: DecimalMark::Comma, ..point };
        prop_assert_eq!(AmountColumn::new(point).parse(text.as_bytes()), Ok(Some(Decimal(units))));
        let european = grouped(&text, '.', ',');
        prop_assert_eq!(AmountColumn::new(comma).parse(european.as_bytes()), Ok(Some(Decimal(units))));
        for mark in [',', ' ', '\u{a0}', '\u{202f}', '\'', '’'] {
            let cell = grouped(&text, mark, '.');
            prop_assert_eq!(AmountColumn::new(point).parse(cell.as_bytes()), Ok(Some(Decimal(units))));
        }
    }

    #[test]
    fn a_decided_mark_reads_the_cells_back(cents in prop::collection::vec(0..100_000_000_i128, 1..20), european: bool) {
        let values: Vec<Decimal> = cents.iter().map(|cents| Decimal(cents * (Decimal::ONE / 100))).collect();
        let cells: Vec<String> = cents.iter().map(|cents| {
            let text = format!("{}.{:02}", cents / 100, cents % 100);
            if european { grouped(&text, '.', ',') } else { grouped(&text, ',', '.') }
        }).collect();
        let mut evidence = AmountEvidence::new();
        for cell in &cells {
            evidence.observe(cell.as_bytes());
        }
        let format = evidence.decide(AmountFlags::default()).unwrap();
        for (cell, value) in cells.iter().zip(values) {
            let column = AmountColumn::new(format);
            prop_assert_eq!(column.parse(cell.as_bytes()), Ok(Some(value)));
        }
    }

    #[test]
    fn exponents_shift_the_point(digits in 1..1_000_000_i128, exponent in -12..=9_i32) {
        let expected = if exponent < 0 {
            digits * Decimal::ONE / 10_i128.pow(exponent.unsigned_abs())
        } else {
            digits * Decimal::ONE * 10_i128.pow(exponent.unsigned_abs())
        };
        let format = AmountFormat { decimal: DecimalMark::Point, thousands: None, currency: None };
        let column = AmountColumn::new(format);
        prop_assert_eq!(column.parse(format!("{digits}e{exponent}").as_bytes()), Ok(Some(Decimal(expected))));
        prop_assert_eq!(column.parse(format!("{digits}E{exponent:+03}").as_bytes()), Ok(Some(Decimal(expected))));
    }
}

/// Puts thousands marks into a number with a decimal point.
fn grouped(text: &str, thousands: char, decimal: char) -> String {
    let (sign, number) = text.strip_prefix('-').map_or(("", text), |number| ("-", number));
    let (whole, part) = number.split_once('.').map_or((number, None), |(whole, part)| (whole, Some(part)));
    let mut written = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            written.push(thousands);
        }
        written.push(digit);
    }
    if let Some(part) = part {
        written.push(decimal);
        written.push_str(part);
    }
    written
}
