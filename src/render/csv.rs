//! One table as CSV: long names in the header, ISO 8601 times, text that a spreadsheet would run made harmless.
//!
//! Writes through the `csv` crate.

use super::formula::needs_escape;
use super::machine::{Plain, TimeUnit, plain};
use crate::document::{Cell, Table};
use crate::error::{Error, Result};
use std::borrow::Cow;

/// What becomes of text that begins like a formula.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CsvFormulas {
    /// A `'` is put before it.
    #[default]
    Escape,
    /// It is written as it is.
    Keep,
    /// Nothing is written.
    Refuse,
}

impl CsvFormulas {
    /// Reads the word of `--csv-formulas`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "escape" => Some(Self::Escape),
            "keep" => Some(Self::Keep),
            "refuse" => Some(Self::Refuse),
            _ => None,
        }
    }
}

/// For whom the CSV is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CsvDialect {
    /// UTF-8, `,`, decimal point, LF.
    #[default]
    Plain,
    /// For Excel where the list separator is `;`: byte order mark, decimal comma, CRLF.
    ExcelEu,
}

impl CsvDialect {
    /// Reads the word of `--csv-dialect`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "plain" => Some(Self::Plain),
            "excel-eu" => Some(Self::ExcelEu),
            _ => None,
        }
    }
}

/// How a table is written as CSV.
#[derive(Debug, Clone, Copy, Default)]
pub struct CsvOptions {
    pub formulas: CsvFormulas,
    pub dialect: CsvDialect,
    pub time_unit: TimeUnit,
}

/// Writes a table.
///
/// # Errors
/// Of kind data where a formula is refused; the message names the column, never the cell.
pub fn render(table: &Table, options: CsvOptions) -> Result<Vec<u8>> {
    let excel = options.dialect == CsvDialect::ExcelEu;
    let mut bytes = Vec::new();
    if excel {
        bytes.extend_from_slice("\u{feff}".as_bytes());
    }
    let terminator = if excel { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let delimiter = if excel { b';' } else { b',' };
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).terminator(terminator).from_writer(bytes);
    for column in &table.columns {
        writer.write_field(guarded(&column.name, table, &column.name, options.formulas)?.as_ref()).map_err(failed)?;
    }
    writer.write_record(None::<&[u8]>).map_err(failed)?;
    for row in &table.rows {
        for (position, column) in table.columns.iter().enumerate() {
            let cell = row.get(position).unwrap_or(&Cell::Missing);
            let field = match plain(cell, options.time_unit) {
                Plain::Missing => Cow::Borrowed(""),
                Plain::Number(number) if excel => Cow::Owned(number.replace('.', ",")),
                Plain::Number(text) | Plain::Time(text) => Cow::Owned(text),
                Plain::Text(text) => guarded(text, table, &column.name, options.formulas)?,
                Plain::Flag(flag) => Cow::Borrowed(if flag { "true" } else { "false" }),
            };
            writer.write_field(field.as_ref()).map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
    }
    writer.into_inner().map_err(failed)
}

/// Applies the choice about formulas to a text cell or header.
fn guarded<'a>(text: &'a str, table: &Table, column: &str, formulas: CsvFormulas) -> Result<Cow<'a, str>> {
    if formulas == CsvFormulas::Keep || !needs_escape(text) {
        return Ok(Cow::Borrowed(text));
    }
    if formulas == CsvFormulas::Escape {
        return Ok(Cow::Owned(format!("'{text}")));
    }
    let message = format!("text in column {column:?} of table {:?} begins like a spreadsheet formula", table.name);
    Err(Error::data(message).with_hint("--csv-formulas escape puts ' before such text, --csv-formulas keep leaves it"))
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::internal(format!("cannot write CSV: {error}"))
}

#[cfg(test)]
mod tests {
    use super::{CsvDialect, CsvFormulas, CsvOptions, render};
    use crate::document::{Cell, ColumnType, Table};
    use crate::error::ErrorKind;
    use crate::model::decimal::Decimal;
    use crate::render::formula::unescape;
    use crate::render::machine::TimeUnit;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn table() -> Table {
        let columns = [
            ("-name", ColumnType::Text),
            ("share", ColumnType::Share),
            ("value", ColumnType::Money),
            ("time", ColumnType::Time),
            ("day", ColumnType::Date),
            ("elapsed", ColumnType::Elapsed),
            ("met", ColumnType::Flag),
        ];
        let mut table = Table::new("steps", "Steps", &columns);
        table.rows = vec![
            vec![
                Cell::Text("=a,\"b\"".to_owned()),
                Cell::Share(-0.5),
                Cell::Money(Decimal(-12_500_000_000_000_000_000)),
                Cell::Instant(20_454 * 86_400_000_000),
                Cell::Date(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()),
                Cell::Elapsed(129_600.0),
                Cell::Flag(false),
            ],
            vec![Cell::Text("x;y".to_owned()), Cell::Share(f64::NAN)],
        ];
        table
    }

    #[test]
    fn plain_csv() {
        let expected = concat!(
            "'-name,share,value,time,day,elapsed,met\n",
            "\"'=a,\"\"b\"\"\",-0.5,-12.5,2026-01-01T00:00:00Z,2026-01-01,129600,false\n",
            "x;y,,,,,,\n"
        );
        assert_eq!(String::from_utf8(render(&table(), CsvOptions::default()).unwrap()).unwrap(), expected);
    }

    #[test]
    fn excel_with_a_decimal_comma() {
        let options =
            CsvOptions { dialect: CsvDialect::ExcelEu, time_unit: TimeUnit::Days, formulas: CsvFormulas::Keep };
        let expected = concat!(
            "\u{feff}-name;share;value;time;day;elapsed;met\r\n",
            "\"=a,\"\"b\"\"\";-0,5;-12,5;2026-01-01T00:00:00Z;2026-01-01;1,5;false\r\n",
            "\"x;y\";;;;;;\r\n"
        );
        assert_eq!(String::from_utf8(render(&table(), options).unwrap()).unwrap(), expected);
    }

    #[test]
    fn formulas_can_be_refused() {
        let options = CsvOptions { formulas: CsvFormulas::Refuse, ..CsvOptions::default() };
        let mut table = table();
        table.columns[0].name = "name".to_owned();
        let error = render(&table, options).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Data);
        assert_eq!(error.message, "text in column \"name\" of table \"steps\" begins like a spreadsheet formula");
        table.rows.remove(0);
        assert!(render(&table, options).is_ok());
    }

    proptest! {
        #[test]
        fn text_survives_the_round_trip(texts in prop::collection::vec(any::<String>(), 0..8)) {
            let mut table = Table::new("t", "", &[("a", ColumnType::Text), ("b", ColumnType::Count)]);
            table.rows = texts.iter().map(|text| vec![Cell::Text(text.clone()), Cell::Count(7)]).collect();
            let bytes = render(&table, CsvOptions::default()).unwrap();
            let mut reader = csv::Reader::from_reader(bytes.as_slice());
            let read: Vec<String> =
                reader.records().map(|record| unescape(&record.unwrap()[0]).to_owned()).collect();
            prop_assert_eq!(read, texts);
        }
    }
}
