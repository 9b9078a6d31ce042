//! Counts that tell how sound the records of a source are, for `check`; what is odd about them is the report's to say.
//!
//! Every recognised role is read. Records wait by unit as packed events do, so that memory grows with the rows and not
//! with the length of their ids.

mod stage;
mod units;

use crate::error::Result;
use crate::input::source::{Scan, Source};
use crate::model::decimal::Decimal;
use crate::model::kind::{Kind, Role};
use crate::model::time::Micros;
use chrono::NaiveDate;
use chrono_tz::Tz;
use stage::{Part, Reading, Told};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::AtomicBool;
use units::{Days, Ground, Tally};

/// What the loaded records of one source are like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub rows: u64,
    /// One per file, in their order.
    pub files: Vec<FileFacts>,
    /// `None` where rows of this kind have no id.
    pub units: Option<UnitFacts>,
    /// `None` where rows of this kind have no time.
    pub times: Option<TimeFacts>,
    pub names: Vec<NameFacts>,
    pub amounts: Vec<AmountFacts>,
    /// Rows that end before they begin: closed before created, ended before started.
    pub reversed: u64,
}

/// The loaded records of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileFacts {
    pub first: Option<Micros>,
    pub last: Option<Micros>,
    /// Distinct ids; `None` where rows have none.
    pub ids: Option<u64>,
    /// Exact sum of value, amount or cost; `None` without such a column, and where it is out of range.
    pub sum: Option<Decimal>,
}

/// How the rows share ids.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnitFacts {
    pub distinct: u64,
    /// Rows whose id stands in another row before.
    pub repeats: u64,
    /// Rows that repeat another one: same id, time and name; of kinds other than events and history also same value.
    pub duplicates: u64,
    /// Rows of the id that has most.
    pub largest: u64,
    /// Rows whose id is a number as a spreadsheet rounds it (`1.23E+11`).
    pub rounded: u64,
}

/// When the rows happened: their event time, creation or start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimeFacts {
    /// Whether all times of the source are dates without a clock.
    pub date_only: bool,
    /// Rows without a time.
    pub missing: u64,
    /// Rows at 00:00:00, of UTC or of the zone in use, whichever are more.
    pub at_midnight: u64,
    /// Days (in the zone in use) that have a row, in order.
    pub days: Vec<DayFacts>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayFacts {
    pub day: NaiveDate,
    pub rows: u64,
    /// Ids whose first row is of this day.
    pub newcomers: u64,
}

/// The names in a column, with their rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameFacts {
    pub role: Role,
    pub counts: BTreeMap<String, u64>,
}

/// The signs in a column of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountFacts {
    pub role: Role,
    pub negative: u64,
    pub zero: u64,
}

/// Reads all recognised roles of a source.
///
/// # Errors
/// Whatever reading reports.
pub fn inspect(source: &Source, zone: Tz, threads: usize) -> Result<(Scan, Facts)> {
    let reading = Reading::new(source, zone);
    let scanned = source.scan(&reading.request, &|batch| reading.stage(batch), &AtomicBool::new(false))?;
    let files = parts_of_files(&scanned.staged, &scanned.scan);
    let (mut chunks, mut told) = (Vec::new(), Vec::new());
    for part in scanned.staged {
        chunks.push(part.staged);
        told.push(part.told);
    }
    let mut whole = Told::new(&reading);
    for part in &told {
        whole.merge(part);
    }
    let days = Days::new(whole.span(), zone);
    let ground = Ground { chunks: &chunks, files: &files, days: &days, by_value: compares_values(source.kind) };
    let tally = ground.tally(threads)?;
    let file_facts = files.iter().zip(&tally.ids_of_files).map(|(parts, ids)| {
        let mut file = Told::new(&reading);
        for part in &told[parts.clone()] {
            file.merge(part);
        }
        FileFacts {
            first: file.span().map(|(first, _)| first),
            last: file.span().map(|(_, last)| last),
            ids: reading.has_ids().then_some(*ids),
            sum: file.sum.filter(|_| reading.has_value()),
        }
    });
    let facts = Facts {
        rows: whole.rows,
        files: file_facts.collect(),
        units: reading.has_ids().then_some(UnitFacts { rounded: whole.rounded, ..tally.units }),
        times: reading.has_times().then(|| times(&tally, &days, &whole, scanned.scan.date_only)),
        names: reading.names(&whole),
        amounts: reading.amounts(&whole),
        reversed: whole.reversed,
    };
    Ok((scanned.scan, facts))
}

/// Whether rows of one id, name and time may still differ: two orders of a day are one only if their amounts agree.
const fn compares_values(kind: Kind) -> bool {
    !matches!(kind, Kind::Events | Kind::History)
}

fn times(tally: &Tally, days: &Days, whole: &Told, date_only: bool) -> TimeFacts {
    let counts = tally.days.iter().enumerate().filter(|(_, count)| count.rows > 0);
    let counts = counts.filter_map(|(index, count)| {
        days.day(index).map(|day| DayFacts { day, rows: count.rows, newcomers: count.newcomers })
    });
    TimeFacts {
        date_only,
        missing: whole.untimed,
        at_midnight: tally.utc_midnights.max(tally.local_midnights),
        days: counts.collect(),
    }
}

/// The parts that belong to each file: they come in the order of the files, and hold all its loaded rows.
fn parts_of_files(parts: &[Part], scan: &Scan) -> Vec<Range<usize>> {
    let mut next = 0;
    let ranges = scan.account.files.iter().map(|file| {
        let start = next;
        let mut rows = 0;
        while rows < file.loaded && next < parts.len() {
            rows += parts[next].told.rows;
            next += 1;
        }
        start..next
    });
    ranges.collect()
}
