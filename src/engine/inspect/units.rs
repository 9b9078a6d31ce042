//! The second look at a source for `check`: its rows by unit, and by day.

use super::UnitFacts;
use crate::engine::record::{Record, Wide};
use crate::engine::store::{Gathered, Staged, gather, in_parallel};
use crate::error::Result;
use crate::model::time::{MICROS_PER_DAY, Micros, NO_TIME};
use crate::plan::calendar::{Calendar, Every, PeriodStart, day_start};
use chrono::{NaiveDate, Weekday};
use chrono_tz::Tz;
use std::ops::Range;

/// The days that the rows span, in a zone.
pub struct Days {
    calendar: Option<Calendar>,
    first_start: Micros,
}

impl Days {
    pub fn new(span: Option<(Micros, Micros)>, zone: Tz) -> Self {
        let calendar = span.map(|(first, last)| Calendar::covering(first, last, Every::Day, zone, Weekday::Mon));
        let mut days = Self { calendar, first_start: 0 };
        days.first_start = days.day(0).map_or(0, |day| day_start(day, zone));
        days
    }

    fn len(&self) -> usize {
        self.calendar.as_ref().map_or(0, Calendar::len)
    }

    pub fn day(&self, index: usize) -> Option<NaiveDate> {
        match self.calendar.as_ref().filter(|calendar| index < calendar.len())?.label(index) {
            PeriodStart::Day(day) => Some(day),
            PeriodStart::Hour(_) => None,
        }
    }

    /// The position of a time's day, and the day's begin and end.
    fn find(&self, time: Micros) -> Option<(usize, Range<Micros>)> {
        let calendar = self.calendar.as_ref()?;
        let index = calendar.index(time);
        let start = if index == 0 { self.first_start } else { calendar.end(index - 1) };
        Some((index, start..calendar.end(index)))
    }
}

/// All rows of a source, and how they are looked at.
pub struct Ground<'a> {
    pub chunks: &'a [Staged<Wide>],
    /// The chunks of each file.
    pub files: &'a [Range<usize>],
    pub days: &'a Days,
    /// Whether rows that differ in value alone are no duplicates.
    pub by_value: bool,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct DayCount {
    pub rows: u64,
    pub newcomers: u64,
}

/// What one thread, or all of them together, counted.
pub struct Tally {
    gathered: Gathered<Wide>,
    /// The day that was found last.
    found: Option<(usize, Range<Micros>)>,
    pub ids_of_files: Vec<u64>,
    pub units: UnitFacts,
    pub utc_midnights: u64,
    pub local_midnights: u64,
    pub days: Vec<DayCount>,
}

impl Ground<'_> {
    pub fn tally(&self, threads: usize) -> Result<Tally> {
        let tallies = in_parallel(threads, || self.empty(), |tally, partition| self.count(tally, partition))?;
        let mut whole = self.empty();
        for tally in &tallies {
            whole.merge(tally);
        }
        Ok(whole)
    }

    fn empty(&self) -> Tally {
        Tally {
            gathered: Gathered::default(),
            found: None,
            ids_of_files: vec![0; self.files.len()],
            units: UnitFacts::default(),
            utc_midnights: 0,
            local_midnights: 0,
            days: vec![DayCount::default(); self.days.len()],
        }
    }

    fn count(&self, tally: &mut Tally, partition: usize) {
        let mut gathered = std::mem::take(&mut tally.gathered);
        if self.files.len() > 1 {
            for (position, chunks) in self.files.iter().enumerate() {
                gather(&self.chunks[chunks.clone()], partition, &mut gathered);
                tally.ids_of_files[position] += units_of(&gathered.records).count() as u64;
            }
        }
        gather(self.chunks, partition, &mut gathered);
        for unit in units_of(&gathered.records) {
            self.count_unit(tally, unit);
        }
        tally.gathered = gathered;
    }

    fn count_unit(&self, tally: &mut Tally, unit: &[Wide]) {
        let rows = unit.len() as u64;
        if let [only] = tally.ids_of_files.as_mut_slice() {
            *only += 1;
        }
        tally.units.distinct += 1;
        tally.units.repeats += rows - 1;
        tally.units.largest = tally.units.largest.max(rows);
        tally.units.duplicates += unit.windows(2).filter(|pair| self.is_duplicate(pair[0], pair[1])).count() as u64;
        let mut is_new = true;
        for record in unit.iter().filter(|record| record.time() != NO_TIME) {
            self.count_time(tally, record.time(), is_new);
            is_new = false;
        }
    }

    /// Whether neighbours in the order of unit, time, name and value are one row twice.
    fn is_duplicate(&self, one: Wide, next: Wide) -> bool {
        one.time() == next.time() && one.class() == next.class() && (!self.by_value || one.value() == next.value())
    }

    fn count_time(&self, tally: &mut Tally, time: Micros, is_new: bool) {
        if !tally.found.as_ref().is_some_and(|(_, day)| day.contains(&time)) {
            tally.found = self.days.find(time);
        }
        let Some((index, day)) = &tally.found else { return };
        tally.utc_midnights += u64::from(time.rem_euclid(MICROS_PER_DAY) == 0);
        tally.local_midnights += u64::from(time == day.start);
        if let Some(count) = tally.days.get_mut(*index) {
            count.rows += 1;
            count.newcomers += u64::from(is_new);
        }
    }
}

fn units_of(records: &[Wide]) -> impl Iterator<Item = &[Wide]> {
    records.chunk_by(|left, right| left.same_unit(*right))
}

impl Tally {
    fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.ids_of_files.iter_mut().zip(&other.ids_of_files) {
            *mine += theirs;
        }
        self.units.distinct += other.units.distinct;
        self.units.repeats += other.units.repeats;
        self.units.duplicates += other.units.duplicates;
        self.units.largest = self.units.largest.max(other.units.largest);
        self.utc_midnights += other.utc_midnights;
        self.local_midnights += other.local_midnights;
        for (mine, theirs) in self.days.iter_mut().zip(&other.days) {
            mine.rows += theirs.rows;
            mine.newcomers += theirs.newcomers;
        }
    }
}
