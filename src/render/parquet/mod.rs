//! One table as Parquet, for programs that load it further: typed columns, long names, times in UTC.
//!
//! Writes through polars. Money is written as a floating-point number (exact to 15 digits), elapsed times in the unit
//! asked for; what is missing is null.

pub mod rows;

use super::machine::TimeUnit;
use crate::document::{Cell, Column, ColumnType, Table};
use crate::error::{Error, Result};
use chrono::NaiveDate;
use polars::prelude::{
    Column as Values, DataFrame, DataType, NamedFrom, ParquetCompression, ParquetWriter, PlSmallStr, Series,
    TimeUnit as Resolution, TimeZone,
};

/// Writes a table.
///
/// # Errors
/// An internal error where the columns cannot be put together.
pub fn render(table: &Table, unit: TimeUnit) -> Result<Vec<u8>> {
    let columns: Result<Vec<Values>> = table
        .columns
        .iter()
        .enumerate()
        .map(|(position, column)| {
            let cells = table.rows.iter().map(|row| row.get(position).unwrap_or(&Cell::Missing));
            series(column, cells, unit).map(Values::from)
        })
        .collect();
    let mut frame = DataFrame::new(table.rows.len(), columns?).map_err(failed)?;
    let mut bytes = Vec::new();
    let writer = ParquetWriter::new(&mut bytes).with_compression(ParquetCompression::Zstd(None));
    writer.finish(&mut frame).map_err(failed)?;
    Ok(bytes)
}

fn series<'a>(column: &Column, cells: impl Iterator<Item = &'a Cell>, unit: TimeUnit) -> Result<Series> {
    let name = PlSmallStr::from_str(&column.name);
    match column.kind {
        ColumnType::Count => Ok(Series::new(name, cells.map(count).collect::<Vec<_>>())),
        ColumnType::Share | ColumnType::Number | ColumnType::Money | ColumnType::Elapsed => {
            Ok(Series::new(name, cells.map(|cell| number(cell, unit)).collect::<Vec<_>>()))
        }
        ColumnType::Flag => Ok(Series::new(name, cells.map(flag).collect::<Vec<_>>())),
        ColumnType::Time => {
            let kind = DataType::Datetime(Resolution::Microseconds, Some(TimeZone::UTC));
            Series::new(name, cells.map(time).collect::<Vec<_>>()).cast(&kind).map_err(failed)
        }
        ColumnType::Date => Series::new(name, cells.map(day).collect::<Vec<_>>()).cast(&DataType::Date).map_err(failed),
        ColumnType::Text => Ok(Series::new(name, cells.map(text).collect::<Vec<_>>())),
    }
}

const fn count(cell: &Cell) -> Option<u64> {
    match cell {
        Cell::Count(count) => Some(*count),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count in a column of numbers")]
fn number(cell: &Cell, unit: TimeUnit) -> Option<f64> {
    let value = match cell {
        Cell::Share(value) | Cell::Number(value) => *value,
        Cell::Money(amount) => amount.to_f64(),
        Cell::Elapsed(seconds) => unit.convert(*seconds),
        Cell::Count(count) => *count as f64,
        _ => return None,
    };
    value.is_finite().then_some(value)
}

const fn flag(cell: &Cell) -> Option<bool> {
    match cell {
        Cell::Flag(flag) => Some(*flag),
        _ => None,
    }
}

const fn time(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Instant(micros) => Some(*micros),
        _ => None,
    }
}

/// Days since 1970-01-01.
fn day(cell: &Cell) -> Option<i32> {
    match cell {
        Cell::Date(date) => i32::try_from(date.signed_duration_since(NaiveDate::default()).num_days()).ok(),
        _ => None,
    }
}

fn text(cell: &Cell) -> Option<String> {
    match super::machine::figure(cell) {
        _ if *cell == Cell::Missing => None,
        text => Some(text),
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::internal(format!("cannot write Parquet: {error}"))
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::document::{Cell, ColumnType, Table};
    use crate::model::decimal::Decimal;
    use crate::render::TimeUnit;
    use chrono::NaiveDate;
    use polars::prelude::{AnyValue, ParquetReader, SerReader, TimeUnit as Resolution};
    use std::io::Cursor;

    #[test]
    fn every_type_comes_back() {
        let columns = [
            ("name", ColumnType::Text),
            ("n", ColumnType::Count),
            ("rate", ColumnType::Share),
            ("value", ColumnType::Money),
            ("took", ColumnType::Elapsed),
            ("at", ColumnType::Time),
            ("day", ColumnType::Date),
            ("met", ColumnType::Flag),
        ];
        let mut table = Table::new("t", "T", &columns);
        table.rows.push(vec![
            Cell::Text("=1+1".to_owned()),
            Cell::Count(u64::MAX),
            Cell::Share(0.25),
            Cell::Money(Decimal::from_computed(12.34).unwrap()),
            Cell::Elapsed(7200.0),
            Cell::Instant(1_000_000),
            Cell::Date(NaiveDate::from_ymd_opt(1970, 1, 3).unwrap()),
            Cell::Flag(true),
        ]);
        table.rows.push(vec![Cell::Missing; columns.len()]);
        let bytes = render(&table, TimeUnit::Hours).unwrap();
        assert_eq!(bytes, render(&table, TimeUnit::Hours).unwrap(), "the same bytes each time");
        let frame = ParquetReader::new(Cursor::new(bytes)).finish().unwrap();
        let row = |row: usize| frame.columns().iter().map(|column| column.get(row).unwrap()).collect::<Vec<_>>();
        let first = row(0);
        assert_eq!(first[0], AnyValue::String("=1+1"));
        assert_eq!(first[1], AnyValue::UInt64(u64::MAX));
        assert_eq!(first[2], AnyValue::Float64(0.25));
        assert_eq!(first[3], AnyValue::Float64(12.34));
        assert_eq!(first[4], AnyValue::Float64(2.0));
        assert!(matches!(first[5], AnyValue::Datetime(1_000_000, Resolution::Microseconds, Some(_))), "{:?}", first[5]);
        assert_eq!(first[6], AnyValue::Date(2));
        assert_eq!(first[7], AnyValue::Boolean(true));
        assert!(row(1).iter().all(AnyValue::is_null));
    }

    #[test]
    fn a_table_without_rows_has_its_columns() {
        let table = Table::new("t", "T", &[("a", ColumnType::Count), ("b", ColumnType::Date)]);
        let frame = ParquetReader::new(Cursor::new(render(&table, TimeUnit::Seconds).unwrap())).finish().unwrap();
        assert_eq!((frame.height(), frame.width()), (0, 2));
    }
}
