//! Takes the cells of a sheet as the library hands them out, and keeps what each of them is.

use super::moment::{self, Clock};
use super::sheet::{Kind, Sheet, Stored};
use calamine::{Data, DataRef, ExcelDateTime};
use std::collections::{BTreeMap, HashMap};

/// Above it a binary number does not hold every whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The texts of a sheet are longer than the places of cells can say.
#[derive(Debug)]
pub(super) struct TooLong;

/// Cells so far.
#[derive(Debug, Default)]
pub(super) struct Collector {
    texts: String,
    cells: Vec<Stored>,
    /// Texts that cells share are kept once: address and length in the workbook, and where they are here.
    shared: HashMap<(usize, usize), u32>,
    /// Columns in which only the values tell dates from times, and whether one of them has a clock.
    unsaid: BTreeMap<u16, bool>,
}

impl Collector {
    /// Takes a cell of a format that shares texts; `clock` is what its number format shows.
    pub(super) fn add(&mut self, place: (u32, u32), value: &DataRef<'_>, clock: Clock) -> Result<(), TooLong> {
        match value {
            DataRef::Empty => Ok(()),
            DataRef::SharedString(text) => self.add_shared(place, text),
            DataRef::String(text) | DataRef::DurationIso(text) => self.push(place, Kind::Text, text),
            DataRef::Int(number) => self.add_whole(place, *number),
            DataRef::Float(number) => self.add_number(place, *number),
            DataRef::Bool(truth) => self.push(place, Kind::Text, if *truth { "true" } else { "false" }),
            DataRef::DateTime(time) => self.add_time(place, *time, clock),
            DataRef::DateTimeIso(text) => self.push(place, moment::kind_of_iso(text), text),
            DataRef::Error(error) => self.push(place, Kind::Error, &error.to_string()),
        }
    }

    /// Takes a cell whose formula was saved without its result.
    pub(super) fn add_uncomputed(&mut self, place: (u32, u32)) {
        let cell = Stored { row: place.0, column: narrow(place.1), kind: Kind::Uncomputed, start: 0, length: 0 };
        self.cells.push(cell);
    }

    /// As [`Self::add`], for the formats that hand out owned cells.
    pub(super) fn add_owned(&mut self, place: (u32, u32), value: &Data) -> Result<(), TooLong> {
        match value {
            Data::Empty => Ok(()),
            Data::String(text) | Data::DurationIso(text) => self.push(place, Kind::Text, text),
            Data::Int(number) => self.add_whole(place, *number),
            Data::Float(number) => self.add_number(place, *number),
            Data::Bool(truth) => self.push(place, Kind::Text, if *truth { "true" } else { "false" }),
            Data::DateTime(time) => self.add_time(place, *time, Clock::Unsaid),
            Data::DateTimeIso(text) => self.push(place, moment::kind_of_iso(text), text),
            Data::Error(error) => self.push(place, Kind::Error, &error.to_string()),
        }
    }

    fn add_shared(&mut self, place: (u32, u32), text: &str) -> Result<(), TooLong> {
        let address = (text.as_ptr() as usize, text.len());
        if let Some(start) = self.shared.get(&address).copied() {
            return self.store(place, Kind::Text, start, text);
        }
        let start = u32::try_from(self.texts.len()).map_err(|_| TooLong)?;
        self.shared.insert(address, start);
        self.push(place, Kind::Text, text)
    }

    fn add_whole(&mut self, place: (u32, u32), number: i64) -> Result<(), TooLong> {
        self.push(place, Kind::Number, &number.to_string())
    }

    fn add_number(&mut self, place: (u32, u32), number: f64) -> Result<(), TooLong> {
        // Adding zero makes -0 the 0 that people see.
        let number = number + 0.0;
        let kind = if number.abs() > EXACT { Kind::Inexact } else { Kind::Number };
        self.push(place, kind, &number.to_string())
    }

    fn add_time(&mut self, place: (u32, u32), time: ExcelDateTime, clock: Clock) -> Result<(), TooLong> {
        let Some(moment) = moment::read(time) else { return self.add_number(place, time.as_f64()) };
        let text = moment.text();
        if !moment.has_date {
            return self.push(place, Kind::Text, &text);
        }
        if clock == Clock::Unsaid {
            *self.unsaid.entry(narrow(place.1)).or_default() |= !moment.is_midnight;
        }
        let dated = moment.is_midnight && clock == Clock::Hidden;
        let kind = if dated { Kind::Date } else { Kind::Time };
        self.push(place, kind, if dated { moment::date_of(&text) } else { &text })
    }

    /// Cells of white space hold nothing.
    fn push(&mut self, place: (u32, u32), kind: Kind, text: &str) -> Result<(), TooLong> {
        let start = u32::try_from(self.texts.len()).map_err(|_| TooLong)?;
        if !text.trim().is_empty() {
            self.texts.push_str(text);
        }
        self.store(place, kind, start, text)
    }

    fn store(&mut self, place: (u32, u32), kind: Kind, start: u32, text: &str) -> Result<(), TooLong> {
        if !text.trim().is_empty() {
            let length = u32::try_from(text.len()).map_err(|_| TooLong)?;
            self.cells.push(Stored { row: place.0, column: narrow(place.1), kind, start, length });
        }
        Ok(())
    }

    /// Where the number formats are not known, a column whose times all stand at midnight holds dates.
    pub(super) fn finish(mut self) -> Sheet {
        for cell in &mut self.cells {
            if cell.kind == Kind::Time && self.unsaid.get(&cell.column) == Some(&false) {
                cell.kind = Kind::Date;
                cell.length = moment::DATE_LENGTH;
            }
        }
        Sheet::new(self.texts, self.cells)
    }
}

/// No sheet has so many columns that this cuts.
fn narrow(column: u32) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}
