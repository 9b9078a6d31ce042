//! One table on its sheet: a header that stays, and cells of their type.

use super::Placed;
use crate::document::{Cell, Chart, Column, ColumnType, Table};
use crate::model::time::{MICROS_PER_DAY, NO_TIME};
use crate::render::human::has_cents;
use crate::render::machine::{TimeUnit, plain};
use chrono::Datelike;
use rust_xlsxwriter::{Color, ConditionalFormat2ColorScale, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

/// Days between 0001-01-01, as `chrono` counts them, and the zero of spreadsheets, 1899-12-30.
const ZERO_DAY: i32 = 693_594;
/// Days between the zero of spreadsheets and 1970-01-01.
const EPOCH: f64 = 25_569.0;
/// Spreadsheets count days from 1900-03-01 on alike; earlier ones are written as text.
const FIRST_DAY: f64 = 61.0;
/// Characters of one cell.
const LONGEST_TEXT: usize = 32_767;
/// Rows that decide how wide a column is.
const WIDTH_ROWS: usize = 500;
const WIDEST: usize = 60;

/// Writes a table: its header in the first row.
pub fn write(sheet: &mut Worksheet, placed: &Placed<'_>) -> Result<(), XlsxError> {
    sheet.set_name(&placed.sheet)?;
    let table = placed.table;
    let header = Format::new()
        .set_bold()
        .set_border_bottom(FormatBorder::Thin)
        .set_align(FormatAlign::Top)
        .set_background_color(Color::RGB(0x00F1_F0EC));
    for (position, column) in (0_u16..).zip(&table.columns) {
        let format = if is_left(column.kind) { header.clone() } else { header.clone().set_align(FormatAlign::Right) };
        sheet.write_string_with_format(0, position, fitting(&head(column, placed.unit)), &format)?;
    }
    for (position, column) in (0_u16..).zip(&table.columns) {
        let format = format_of(table, usize::from(position), column.kind);
        for (row, cells) in (1_u32..).zip(table.rows.iter().take(super::MOST_ROWS - 1)) {
            let cell = cells.get(usize::from(position)).unwrap_or(&Cell::Missing);
            write_cell(sheet, (row, position), cell, placed.unit, &format)?;
        }
        let width = width(table, usize::from(position), &head(column, placed.unit));
        sheet.set_column_width(position, width)?;
    }
    let (rows, columns) =
        (index(table.rows.len().min(super::MOST_ROWS - 1)), u16::try_from(table.columns.len()).unwrap_or(u16::MAX));
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    if columns > 0 && rows > 0 {
        sheet.autofilter(0, 0, rows, columns - 1)?;
    }
    if let Some(Chart::HeatMap { value, .. }) = &table.chart {
        shade(sheet, *value, rows)?;
    }
    Ok(())
}

/// The name of a column; durations say their unit, since a number alone does not.
pub fn head(column: &Column, unit: TimeUnit) -> String {
    match column.kind {
        ColumnType::Elapsed => format!("{} ({})", column.name, unit.name()),
        _ => column.name.clone(),
    }
}

/// A position as sheets count rows.
pub fn index(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

const fn is_left(kind: ColumnType) -> bool {
    matches!(kind, ColumnType::Text | ColumnType::Flag | ColumnType::Date | ColumnType::Time)
}

fn format_of(table: &Table, position: usize, kind: ColumnType) -> Format {
    let format = Format::new();
    let cents = || table.rows.iter().any(|row| row.get(position).is_some_and(has_cents));
    match kind {
        ColumnType::Share => format.set_num_format("0.0%"),
        ColumnType::Number => format.set_num_format("#,##0.###"),
        ColumnType::Money if cents() => format.set_num_format("#,##0.00"),
        ColumnType::Count | ColumnType::Money => format.set_num_format("#,##0"),
        ColumnType::Elapsed => format.set_num_format("#,##0.0"),
        ColumnType::Time => format.set_num_format("yyyy-mm-dd hh:mm:ss").set_align(FormatAlign::Left),
        ColumnType::Date => format.set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
        ColumnType::Text => format.set_num_format("@"),
        ColumnType::Flag => format.set_align(FormatAlign::Left),
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    unit: TimeUnit,
    format: &Format,
) -> Result<(), XlsxError> {
    match (cell, value(cell, unit)) {
        (_, Some(number)) => sheet.write_number_with_format(row, column, number, format)?,
        (Cell::Text(text), None) => sheet.write_string_with_format(row, column, fitting(text), format)?,
        (Cell::Flag(flag), None) => sheet.write_boolean_with_format(row, column, *flag, format)?,
        // A time that spreadsheets cannot count: as it stands in JSON.
        (Cell::Instant(_) | Cell::Date(_), None) => match plain(cell, unit) {
            crate::render::machine::Plain::Time(text) => sheet.write_string(row, column, text)?,
            _ => return Ok(()),
        },
        _ => return Ok(()),
    };
    Ok(())
}

/// A cell as the number that spreadsheets hold: shares as they are, durations in the unit, times in days.
#[expect(clippy::cast_precision_loss, reason = "spreadsheets hold 15 digits")]
fn value(cell: &Cell, unit: TimeUnit) -> Option<f64> {
    let number = match cell {
        Cell::Count(count) => *count as f64,
        Cell::Share(value) | Cell::Number(value) => *value,
        Cell::Money(amount) => amount.to_f64(),
        Cell::Elapsed(seconds) => unit.convert(*seconds),
        Cell::Instant(NO_TIME) | Cell::Missing | Cell::Hidden | Cell::Text(_) | Cell::Flag(_) => return None,
        Cell::Instant(micros) => days(*micros).filter(|days| *days >= FIRST_DAY)?,
        Cell::Date(date) => Some(f64::from(date.num_days_from_ce() - ZERO_DAY)).filter(|days| *days >= FIRST_DAY)?,
    };
    number.is_finite().then_some(number)
}

/// Days since the zero of spreadsheets, the day's part kept as exact as it goes.
#[expect(clippy::cast_precision_loss, reason = "a day has fewer microseconds than 2^53")]
fn days(micros: i64) -> Option<f64> {
    // Beyond the year 9999 there are no dates.
    let whole = micros.div_euclid(MICROS_PER_DAY) as f64 + EPOCH;
    let part = micros.rem_euclid(MICROS_PER_DAY) as f64 / MICROS_PER_DAY as f64;
    (whole < 2_958_466.0).then_some(whole + part)
}

/// Cuts text to what a cell holds.
pub fn fitting(text: &str) -> String {
    let mut length = 0;
    let fits = |character: &char| {
        length += character.len_utf16();
        length <= LONGEST_TEXT
    };
    // Two characters that XML cannot hold at all.
    text.chars()
        .take_while(fits)
        .map(|character| if is_no_character(character) { '\u{fffd}' } else { character })
        .collect()
}

const fn is_no_character(character: char) -> bool {
    matches!(character, '\u{fffe}' | '\u{ffff}')
}

/// A width that shows most cells whole, in characters.
#[expect(clippy::cast_precision_loss, reason = "at most 60")]
fn width(table: &Table, position: usize, head: &str) -> f64 {
    let of = |cell: &Cell| match cell {
        Cell::Text(text) => unicode_width::UnicodeWidthStr::width(text.as_str()),
        Cell::Count(count) => count.to_string().len() * 4 / 3,
        Cell::Money(amount) => format!("{:.2}", amount.to_f64()).len() * 4 / 3,
        Cell::Number(number) | Cell::Elapsed(number) => format!("{number:.1}").len().min(16) * 4 / 3,
        Cell::Instant(_) => 19,
        Cell::Date(_) => 10,
        Cell::Share(_) | Cell::Flag(_) | Cell::Missing | Cell::Hidden => 7,
    };
    let cells = table.rows.iter().take(WIDTH_ROWS).filter_map(|row| row.get(position));
    let widest = cells.map(of).max().unwrap_or(0);
    // The arrow of the filter stands in the header.
    let head = unicode_width::UnicodeWidthStr::width(head) + 3;
    widest.max(head).clamp(6, WIDEST) as f64 + 1.0
}

/// Shades the values of a heat map, which stand one below the other here.
fn shade(sheet: &mut Worksheet, value: usize, rows: u32) -> Result<(), XlsxError> {
    let Ok(column) = u16::try_from(value) else { return Ok(()) };
    if rows == 0 {
        return Ok(());
    }
    let scale = ConditionalFormat2ColorScale::new()
        .set_minimum_color(Color::RGB(0x00FF_FFFF))
        .set_maximum_color(Color::RGB(0x007B_A4F7));
    sheet.add_conditional_format(1, column, rows, column, &scale).map(drop)
}

#[cfg(test)]
mod tests {
    use super::{days, fitting, value};
    use crate::document::Cell;
    use crate::render::machine::TimeUnit;
    use chrono::NaiveDate;

    #[test]
    fn days_are_counted_as_spreadsheets_do() {
        // Excel: 2026-01-01 is 46023, noon is half a day more; 1900-03-01 is 61.
        let new_year = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        assert_eq!(value(&Cell::Date(new_year), TimeUnit::Seconds), Some(46_023.0));
        assert_eq!(days((20_454 * 86_400 + 43_200) * 1_000_000), Some(46_023.5));
        let first = NaiveDate::from_ymd_opt(1900, 3, 1).unwrap();
        assert_eq!(value(&Cell::Date(first), TimeUnit::Seconds), Some(61.0));
        assert_eq!(value(&Cell::Date(first.pred_opt().unwrap()), TimeUnit::Seconds), None);
        assert_eq!(value(&Cell::Instant(i64::MIN), TimeUnit::Seconds), None);
        assert_eq!(value(&Cell::Instant(i64::MAX), TimeUnit::Seconds), None);
    }

    #[test]
    fn durations_take_the_unit_of_their_header() {
        assert_eq!(value(&Cell::Elapsed(129_600.0), TimeUnit::Days), Some(1.5));
        assert_eq!(value(&Cell::Share(f64::NAN), TimeUnit::Days), None);
    }

    #[test]
    fn text_is_cut_to_what_a_cell_holds() {
        assert_eq!(fitting(&"x".repeat(40_000)).len(), 32_767);
        assert_eq!(fitting("a\u{ffff}b"), "a\u{fffd}b");
    }
}
