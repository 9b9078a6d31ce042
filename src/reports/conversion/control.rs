//! Periods whose rate is unusual: outside the limits within which chance keeps it beside the periods before (p-chart).
//!
//! A period is judged once nobody in it is open any more, against all complete periods of its group before it, those
//! that were unusual themselves left out. The limits leave what lies beyond three standard deviations of the normal
//! distribution: with nothing but chance, one complete period in 370 is outside. Three in a row outside on the same side
//! are no accidents but a new level: later periods are judged against what came since.

use super::comparison::{counts, sum};
use super::{Conversion, rate};
use crate::document::{Cell, ColumnType, Table};
use crate::model::time::Micros;
use crate::plan::CutRow;
use crate::plan::calendar::{Calendar, PeriodStart, day_start};
use crate::reports::labels::{split_cells, split_columns};
use crate::stats::control::{Limits, THREE_SIGMA};
use crate::stats::difference::Counts;

/// So many complete periods make a past to be compared with.
const LEAST_PAST: usize = 5;

/// So many are named in a sentence.
const MOST_NAMED: usize = 3;

/// So many unusual ones in a row, on the same side, are a new level.
const NEW_LEVEL: usize = 3;

pub const CAPTION: &str = "Unusual: chance keeps a complete period inside the limits that those before it set, but for \
                           one in 370 (p-chart, exact limits at 3 sigma). Three in a row on the same side are a new \
                           level, from which the past begins again.";

const OWN: [(&str, ColumnType); 7] = [
    ("entered", ColumnType::Count),
    ("converted", ColumnType::Count),
    ("rate", ColumnType::Share),
    ("expected", ColumnType::Share),
    ("lower", ColumnType::Share),
    ("upper", ColumnType::Share),
    ("outside", ColumnType::Flag),
];

/// A complete period with its past.
struct Judged {
    before: Counts,
    limits: Limits,
}

/// What later periods of a group are judged against.
#[derive(Default)]
struct Past {
    usual: Vec<Counts>,
    /// The latest in a row that are outside on the same side.
    unusual: Vec<Counts>,
    high: bool,
}

impl Past {
    fn take(&mut self, now: Counts, limits: Option<Limits>) {
        let Some(limits) = limits.filter(|limits| !limits.hold(now.successes)) else {
            self.usual.push(now);
            self.unusual.clear();
            return;
        };
        let high = now.successes > limits.upper;
        if high != self.high {
            self.unusual.clear();
        }
        self.high = high;
        self.unusual.push(now);
        if self.unusual.len() == NEW_LEVEL {
            self.usual = std::mem::take(&mut self.unusual);
        }
    }
}

/// One entry per row; `None` where it is not judged.
fn judged(conversion: &Conversion<'_>) -> Vec<Option<Judged>> {
    let rows = &conversion.cut.rows;
    let mut judged: Vec<Option<Judged>> = Vec::with_capacity(rows.len());
    let mut past = Past::default();
    for (position, row) in rows.iter().enumerate() {
        if position == 0 || rows[position - 1].group != row.group {
            past = Past::default();
        }
        let now = counts(row);
        if !is_complete(conversion, row) || now.trials == 0 || now.successes > now.trials {
            judged.push(None);
            continue;
        }
        let before = sum(past.usual.iter().copied());
        let limits = Limits::of(before, now.trials, THREE_SIGMA).filter(|_| past.usual.len() >= LEAST_PAST);
        past.take(now, limits);
        judged.push(limits.map(|limits| Judged { before, limits }));
    }
    judged
}

/// Whether its rate can change no more: nobody is open, and those who are in the funnel have had their time.
fn is_complete(conversion: &Conversion<'_>, row: &CutRow) -> bool {
    let open: u64 = row.steps.iter().map(|step| step.open).sum();
    let entered = counts(row).trials;
    open == 0 && (conversion.window().is_none() || row.mature.is_some_and(|(mature, _)| mature == entered))
}

/// The first moment after a period.
pub fn end(conversion: &Conversion<'_>, row: &CutRow) -> Option<Micros> {
    let plan = conversion.plan;
    let start = match row.period? {
        PeriodStart::Day(day) => day_start(day, plan.zone),
        PeriodStart::Hour(time) => time.timestamp_micros(),
    };
    Some(Calendar::covering(start, start, conversion.every?, plan.zone, plan.week_start).end(0))
}

/// Those outside: the row, and on which side.
fn outside(conversion: &Conversion<'_>) -> Vec<(usize, Judged, &'static str)> {
    if conversion.every.is_none() {
        return Vec::new();
    }
    let rows = judged(conversion).into_iter().enumerate().filter_map(|(row, judged)| Some((row, judged?)));
    let named = rows.map(|(row, judged)| {
        let count = counts(&conversion.cut.rows[row]).successes;
        let side = if count < judged.limits.lower { "low" } else { "high" };
        (row, judged.limits.hold(count), judged, side)
    });
    named.filter(|(_, holds, ..)| !holds).map(|(row, _, judged, side)| (row, judged, side)).collect()
}

pub fn marks(conversion: &Conversion<'_>) -> Vec<(usize, String)> {
    outside(conversion).into_iter().map(|(row, _, side)| (row, format!("unusually {side}"))).collect()
}

/// Which periods are unusual, the latest first; `None` where none is.
pub fn sentence(conversion: &Conversion<'_>) -> Option<String> {
    let every = conversion.every?;
    let outside = outside(conversion);
    let named = outside.iter().rev().take(MOST_NAMED).map(|(row, judged, side)| {
        let row = &conversion.cut.rows[*row];
        let now = counts(row);
        let group = if row.group.is_empty() { String::new() } else { format!(" ({})", row.group.join(", ")) };
        let [found, lower, upper] = [now.successes, judged.limits.lower, judged.limits.upper]
            .map(|count| format!("{:.2} %", rate(count, now.trials).unwrap_or(0.0) * 100.0));
        format!(
            "{} from {}{group}: unusually {side}, {found}, where chance allows {lower} to {upper}",
            every.name(),
            day(row)
        )
    });
    let mut parts: Vec<String> = named.collect();
    parts.extend((outside.len() > MOST_NAMED).then(|| format!("and {} earlier", outside.len() - MOST_NAMED)));
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn day(row: &CutRow) -> String {
    match row.period {
        Some(PeriodStart::Day(day)) => day.to_string(),
        Some(PeriodStart::Hour(time)) => time.to_rfc3339(),
        None => String::new(),
    }
}

/// The limits of each period, for machines; periods that are not judged have none.
pub fn table(conversion: &Conversion<'_>) -> Option<Table> {
    conversion.every?;
    let mut table = Table::new("limits", "Limits of the rate", &[]);
    table.columns = split_columns(conversion.by(), conversion.every, &OWN);
    table.columns.extend(Table::new("", "", &OWN).columns);
    let share = |value: Option<f64>| value.map_or(Cell::Missing, Cell::Share);
    for (row, judged) in conversion.cut.rows.iter().zip(judged(conversion)) {
        let now = counts(row);
        let mut cells = split_cells(&row.group, row.period);
        cells.extend([Cell::Count(now.trials), Cell::Count(now.successes), share(rate(now.successes, now.trials))]);
        match judged {
            Some(Judged { before, limits }) => cells.extend([
                share(rate(before.successes, before.trials)),
                share(rate(limits.lower, now.trials)),
                share(rate(limits.upper, now.trials)),
                Cell::Flag(!limits.hold(now.successes)),
            ]),
            None => cells.extend([Cell::Missing, Cell::Missing, Cell::Missing, Cell::Missing]),
        }
        table.rows.push(cells);
    }
    table.machine_only = true;
    Some(table)
}
