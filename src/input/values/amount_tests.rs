//! Cells and the amounts that they are, or are not.

use super::amount::{AmountColumn, AmountFault, AmountFormat, DecimalMark, Thousands};
use super::currency::Currency;
use super::text::NullWords;
use crate::model::decimal::Decimal;

const POINT: AmountFormat = AmountFormat { decimal: DecimalMark::Point, thousands: None, currency: None };
const COMMA: AmountFormat = AmountFormat { decimal: DecimalMark::Comma, thousands: None, currency: None };

fn read(format: AmountFormat, cell: &str) -> Result<Option<Decimal>, AmountFault> {
    AmountColumn::new(format).parse(cell.as_bytes())
}

/// The amount in hundredths.
fn cents(value: i128) -> Decimal {
    Decimal(value * Decimal::ONE / 100)
}

fn in_currency(format: AmountFormat, cell: &'static str) -> AmountFormat {
    AmountFormat { currency: Currency::in_front(cell.as_bytes()).map(|found| found.0), ..format }
}

#[test]
fn shortened_amounts_are_read_where_the_vendor_writes_them() {
    let column = AmountColumn::new(POINT).with_shortened(true);
    let plain = AmountColumn::new(POINT);
    for (cell, whole) in [("1,117.10K", "1117100"), ("-1.5M", "-1500000"), ("2B", "2000000000"), ("12.5", "12.5")] {
        assert_eq!(column.parse(cell.as_bytes()), plain.parse(whole.as_bytes()), "{cell}");
    }
    for cell in ["K", "1KK", "1k", "1 K", "K1"] {
        assert_eq!(column.parse(cell.as_bytes()), Err(AmountFault::Unreadable), "{cell}");
    }
    assert_eq!(column.parse(b"2000000B"), Err(AmountFault::OutOfRange));
    assert_eq!(plain.parse(b"1.5K"), Err(AmountFault::Unreadable));
}

#[test]
fn points_and_commas_are_read_as_the_column_says() {
    for (cell, value) in [
        ("12.50", 1_250),
        ("12.5", 1_250),
        ("-12.50", -1_250),
        ("+12.50", 1_250),
        ("0001234.50", 123_450),
        ("0", 0),
        ("-0", 0),
        (".5", 50),
        ("1,137", 113_700),
        ("1,234,567.89", 123_456_789),
        ("1 234.56", 123_456),
        ("1\u{a0}234\u{a0}567", 123_456_700),
        ("1\u{202f}234.56", 123_456),
        ("1'234.56", 123_456),
        ("1’234.56", 123_456),
        ("3.79265E+03", 379_265),
        ("1e3", 100_000),
        ("125e-1", 1_250),
        ("1.50000000000000000000000000000000000000000000000000", 150),
        ("000000000000000000000000000000000000000000000001.5", 150),
    ] {
        assert_eq!(read(POINT, cell), Ok(Some(cents(value))), "{cell}");
    }
    for (cell, value) in
        [("12,50", 1_250), ("1.137", 113_700), ("1.234.567,89", 123_456_789), ("1 234,56", 123_456), (",5", 50)]
    {
        assert_eq!(read(COMMA, cell), Ok(Some(cents(value))), "{cell}");
    }
    assert_eq!(read(COMMA, "1,137"), Ok(Some(Decimal(Decimal::ONE * 1_137 / 1_000))));
}

#[test]
fn groups_must_be_sound() {
    for cell in [
        "12,50",
        "1,23,456",
        "1234,567",
        "1,2345",
        "1,,234",
        ",234",
        "1,234,56",
        "0,123",
        "1,234 567",
        "1 23",
        "1, 234",
    ] {
        assert_eq!(read(POINT, cell), Err(AmountFault::Unreadable), "{cell}");
    }
    for cell in ["12.50", "1.2.3", "0.125", "1.234.5"] {
        assert_eq!(read(COMMA, cell), Err(AmountFault::Unreadable), "{cell}");
    }
    let told = AmountFormat { thousands: Some(Thousands::Space), ..POINT };
    assert_eq!(read(told, "1 234"), Ok(Some(cents(123_400))));
    assert_eq!(read(told, "1,234"), Err(AmountFault::Unreadable));
}

#[test]
fn other_spellings_are_rejected() {
    for cell in [
        "(12.50)",
        "12.50-",
        "12 %",
        "12%",
        "0x1F",
        "inf",
        "-Infinity",
        "NaN",
        "nan",
        "١٢٫٥٠",
        "１２",
        "12.",
        ".",
        "-",
        "--12",
        "+-12",
        "1.2.3",
        "1e",
        "1e+",
        "e5",
        "1,234e3",
        "1e5.5",
        "1_000",
        "$1,117.10K",
        "1.5M",
        "$",
        "EUR",
        "< 10",
        "- 12",
        "12 34",
        "$12.50 USD",
        "$$12",
        "-$-12",
        "12\u{0}",
        "abc",
        "−12",
    ] {
        if cell == "-" {
            assert_eq!(read(POINT, cell), Ok(None));
            continue;
        }
        assert_eq!(read(in_currency(POINT, "$"), cell), Err(AmountFault::Unreadable), "{cell}");
    }
}

#[test]
fn null_words_have_no_amount() {
    for cell in ["", "NULL", "N/A", "\\N", "(not set)", "none"] {
        assert_eq!(read(POINT, cell), Ok(None), "{cell}");
    }
    let column = AmountColumn::new(POINT).with_nulls(NullWords::new(&["nan", "--"]));
    assert_eq!(column.parse(b"NaN"), Ok(None));
    assert_eq!(column.parse(b"--"), Ok(None));
}

#[test]
fn a_column_has_one_currency() {
    let euro = in_currency(POINT, "€");
    for cell in ["€12.50", "12.50 €", "EUR 12.50", "12.50EUR", "12.50\u{a0}EUR", "12.50", "€ 12.50"] {
        assert_eq!(read(euro, cell), Ok(Some(cents(1_250))), "{cell}");
    }
    for cell in ["-€12.50", "€-12.50", "-12.50 €", "€ -12.50"] {
        assert_eq!(read(euro, cell), Ok(Some(cents(-1_250))), "{cell}");
    }
    for cell in ["$12.50", "12.50 USD", "£9.99"] {
        assert_eq!(read(euro, cell), Err(AmountFault::OtherCurrency), "{cell}");
        assert_eq!(read(POINT, cell), Err(AmountFault::OtherCurrency), "{cell}");
    }
    assert_eq!(read(in_currency(POINT, "$"), "$22,700.00"), Ok(Some(cents(2_270_000))));
    assert_eq!(read(in_currency(COMMA, "€"), "1 234,56 €"), Ok(Some(cents(123_456))));
}

#[test]
fn nothing_is_rounded() {
    assert_eq!(read(POINT, "0.123456789012345678"), Ok(Some(Decimal(123_456_789_012_345_678))));
    assert_eq!(read(POINT, "1e-18"), Ok(Some(Decimal(1))));
    assert_eq!(read(POINT, "10e-19"), Ok(Some(Decimal(1))));
    assert_eq!(read(POINT, "1.005"), Ok(Some(Decimal(1_005_000_000_000_000_000))));
    for cell in ["0.1234567890123456789", "1e-19", "999999999999999.0000000000000000001", "1e-99999999999999999999"] {
        assert_eq!(read(POINT, cell), Err(AmountFault::TooPrecise), "{cell}");
    }
}

#[test]
fn the_range_ends_at_ten_to_the_fifteenth() {
    assert_eq!(read(POINT, "1000000000000000"), Ok(Some(Decimal(Decimal::LARGEST_CELL))));
    assert_eq!(read(POINT, "-1e15"), Ok(Some(Decimal(-Decimal::LARGEST_CELL))));
    assert_eq!(read(POINT, "0e999999999999999999999"), Ok(Some(Decimal(0))));
    let long = "9".repeat(500);
    for cell in ["1000000000000000.000000000000000001", "1e16", "1e400", "1e99999999999999999999", long.as_str()] {
        assert_eq!(read(POINT, cell), Err(AmountFault::OutOfRange), "{cell}");
    }
}

#[test]
fn marks_have_names() {
    assert_eq!(DecimalMark::from_name(","), Some(DecimalMark::Comma));
    assert_eq!(DecimalMark::from_name(";"), None);
    for (name, mark) in [
        (",", Thousands::Comma),
        (".", Thousands::Point),
        (" ", Thousands::Space),
        ("space", Thousands::Space),
        ("\u{202f}", Thousands::Space),
        ("'", Thousands::Apostrophe),
        ("’", Thousands::Apostrophe),
    ] {
        assert_eq!(Thousands::from_name(name), Some(mark), "{name}");
    }
    for name in ["", ",,", "x"] {
        assert_eq!(Thousands::from_name(name), None);
    }
}
