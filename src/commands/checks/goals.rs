//! Goals: what a rate or another figure should reach, judged so that neither chance nor unfinished units raise an alarm.
//!
//! A goal on a rate is missed where it lies outside the interval of the rate (at `--confidence`), and for a rate of
//! the conversion funnel even if everybody who is still open went on. At 95 % a rate that is just at its goal is said
//! to miss it in at most about one of 40 runs, whatever the age of its units. Other figures are compared as they are.

use super::figures::{Figures, qualified, row_name, share, shown};
use crate::args::values::condition::{Limit, Sign};
use crate::config::settings::{Goal, GoalSetting, Settings};
use crate::document::{Cell, ColumnType, Document, Table};
use crate::error::{Error, Result};
use crate::stats::proportion::wilson;

/// What is to be said about the goals.
#[derive(Debug, Default)]
pub struct Judged {
    pub missed: Vec<String>,
    /// Missed by the figure alone, and goals that could not be judged.
    pub told: Vec<String>,
}

/// How many of how many, for the better of what may still come and for the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reach {
    now: (u64, u64),
    best: (u64, u64),
}

/// Judges all goals that this result can answer.
///
/// # Errors
/// A usage error for a goal of this command whose table or column there is not.
pub fn judge(settings: &Settings, document: &Document) -> Result<Judged> {
    let mut judged = Judged::default();
    of_steps(settings, document, &mut judged);
    for goal in &settings.output.run.goals {
        of_figure(settings, document, goal, &mut judged)?;
    }
    Ok(judged)
}

/// The goals that steps have.
fn of_steps(settings: &Settings, document: &Document, judged: &mut Judged) {
    let goals: Vec<Option<Goal>> = settings.analysis.steps().iter().map(|step| step.goal).collect();
    if goals.iter().all(Option::is_none) {
        return;
    }
    let Some(blocks) = Blocks::find(document, "conversion.steps") else { return };
    for block in blocks.all() {
        for (position, goal) in goals.iter().enumerate().skip(1) {
            let Some(goal) = goal.filter(|_| position < block.len()) else { continue };
            let previous = blocks.previous(&block, position);
            for (name, wanted, from) in
                [("from_previous", goal.from_previous, previous), ("from_first", goal.from_first, 0)]
            {
                let Some(wanted) = wanted else { continue };
                let reach = blocks.reach(&block, from, position);
                let row = block.start + position;
                let what =
                    format!("conversion.steps.{name} >= {wanted}{}", row_name(blocks.table, row, blocks.entered));
                let has_interval = blocks.has_interval(row);
                verdict(&what, Sign::AtLeast, wanted, reach, settings.common.confidence, has_interval, judged);
            }
        }
    }
}

/// Compares a rate that may still rise with a goal.
fn verdict(
    what: &str,
    sign: Sign,
    wanted: f64,
    reach: Reach,
    confidence: f64,
    has_interval: bool,
    judged: &mut Judged,
) {
    let Some(rate) = rate(reach.now) else {
        judged.told.push(format!("goal {what} is not judged: nobody has come so far"));
        return;
    };
    if sign.holds(rate, wanted) {
        return;
    }
    let (part, whole) = reach.now;
    let found = format!("{} ({part} of {whole})", share(rate));
    let rising = matches!(sign, Sign::AtLeast | Sign::Above);
    let (part, whole) = if rising { reach.best } else { reach.now };
    let interval = if has_interval { wilson(part.min(whole), whole, confidence) } else { None };
    let reached = match interval {
        Some(interval) => sign.holds(if rising { interval.high } else { interval.low }, wanted),
        None => rate_of(part, whole).is_some_and(|rate| sign.holds(rate, wanted)),
    };
    if !reached {
        judged.missed.push(format!("goal {what} is missed: it is {found}"));
    } else if rate_of(part, whole).is_some_and(|rate| sign.holds(rate, wanted)) {
        judged.told.push(format!("goal {what} is not reached yet: it is {found}, and some may still go on"));
    } else {
        let percent = confidence * 100.0;
        judged.told.push(format!("goal {what} is missed within chance ({percent} % interval): it is {found}"));
    }
}

fn rate(counts: (u64, u64)) -> Option<f64> {
    rate_of(counts.0, counts.1)
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn rate_of(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// A table of steps: for each group and period a block of as many rows as there are steps.
struct Blocks<'a> {
    table: &'a Table,
    step: usize,
    entered: usize,
    open: usize,
}

impl<'a> Blocks<'a> {
    fn find(document: &'a Document, name: &str) -> Option<Self> {
        let table = document.tables().find(|table| qualified(document, table) == name)?;
        let [step, entered, open] = ["step", "entered", "open"].map(|name| table.position(name));
        Some(Self { table, step: step?, entered: entered?, open: open? })
    }

    /// The rows of each block.
    fn all(&self) -> Vec<std::ops::Range<usize>> {
        let starts: Vec<usize> =
            (0..self.table.rows.len()).filter(|row| self.table.rows[*row][self.step] == Cell::Count(1)).collect();
        let ends = starts.iter().skip(1).copied().chain([self.table.rows.len()]);
        starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
    }

    fn count(&self, row: usize, column: usize) -> Option<u64> {
        match self.table.rows[row][column] {
            Cell::Count(count) => Some(count),
            _ => None,
        }
    }

    /// The last step before one that stands in the main line; optional ones stand beside it and have no open units.
    fn previous(&self, block: &std::ops::Range<usize>, position: usize) -> usize {
        let required = |step: &usize| self.count(block.start + step, self.open).is_some();
        (0..position).rev().find(required).unwrap_or(0)
    }

    fn has_interval(&self, row: usize) -> bool {
        let columns = ["from_previous_low", "from_first_low"].map(|name| self.table.position(name));
        columns.into_iter().flatten().any(|column| self.table.rows[row][column] != Cell::Missing)
    }

    /// Those who went from one step to another; at best everybody who is open before it goes on.
    fn reach(&self, block: &std::ops::Range<usize>, from: usize, to: usize) -> Reach {
        let entered = |step: usize| self.count(block.start + step, self.entered).unwrap_or(0);
        let open = |steps: std::ops::Range<usize>| -> u64 {
            steps.filter_map(|step| self.count(block.start + step, self.open)).sum()
        };
        let now = (entered(to), entered(from));
        Reach { now, best: (now.0 + open(0..to), now.1 + open(0..from)) }
    }
}

/// A goal of `[goals]`; those of other commands wait for these.
fn of_figure(settings: &Settings, document: &Document, goal: &GoalSetting, judged: &mut Judged) -> Result<()> {
    let GoalSetting { place, limit } = goal;
    let name = format!("{}.{}", place.command, place.table);
    if document.command == "report" {
        if !document.tables().any(|table| qualified(document, table) == name) {
            judged.told.push(format!("goal {place} {limit} is not judged: this report has no table {name}"));
            return Ok(());
        }
    } else if document.command != place.command {
        return Ok(());
    }
    let figures = Figures::find(document, place).and_then(|figures| figures.takes(limit).map(|()| figures));
    let figures = figures.map_err(|error| Error { message: format!("[goals]: {}", error.message), ..error })?;
    let under_way = under_way(settings, document, figures.table);
    let mut waiting = 0;
    for (row, value) in figures.values() {
        let what = format!("{place} {limit}{}", row_name(figures.table, row, figures.column));
        match Standing::of(document, &figures, row, settings.common.confidence, &under_way) {
            Standing::Waits => waiting += u64::from(!limit.sign.holds(value, limit.number)),
            Standing::Rate(reach, has_interval) => {
                let confidence = settings.common.confidence;
                verdict(&what, limit.sign, limit.number, reach, confidence, has_interval, judged);
            }
            Standing::Between(low, high) => between(&what, limit, value, (low, high), judged),
            Standing::Plain if limit.sign.holds(value, limit.number) => {}
            Standing::Plain => judged.missed.push(format!("goal {what} is missed: it is {}", shown(figures.cell(row)))),
        }
    }
    if waiting > 0 {
        judged
            .told
            .push(format!("goal {place} {limit} is not judged where units or the period are under way: {waiting}"));
    }
    Ok(())
}

fn between(what: &str, limit: &Limit, value: f64, (low, high): (f64, f64), judged: &mut Judged) {
    if limit.sign.holds(value, limit.number) {
        return;
    }
    let end = if matches!(limit.sign, Sign::AtLeast | Sign::Above) { high } else { low };
    let found = format!("{} ({} to {})", share(value), share(low), share(high));
    if limit.sign.holds(end, limit.number) {
        judged.told.push(format!("goal {what} is missed within chance: it is {found}"));
    } else {
        judged.missed.push(format!("goal {what} is missed: it is {found}"));
    }
}

/// What is known about a figure besides itself.
enum Standing {
    /// It is not final.
    Waits,
    Rate(Reach, bool),
    Between(f64, f64),
    Plain,
}

impl Standing {
    fn of(document: &Document, figures: &Figures<'_>, row: usize, confidence: f64, under_way: &[usize]) -> Self {
        let (table, column) = (figures.table, figures.column);
        let column_name = table.columns[column].name.as_str();
        let is_incomplete = table.position("complete").is_some_and(|at| table.rows[row][at] == Cell::Flag(false));
        if is_incomplete {
            return Self::Waits;
        }
        let count = |name: &str| table.position(name).and_then(|at| figures.beside(row, at));
        if column_name == "mature_rate" {
            return match (count("mature_entered"), figures.beside(row, column)) {
                (Some(whole), Some(rate)) => {
                    match wilson(whole_number(rate * whole), whole_number(whole), confidence) {
                        Some(interval) => Self::Between(interval.low, interval.high),
                        None => Self::Plain,
                    }
                }
                _ => Self::Plain,
            };
        }
        if let (true, Some(entered), Some(converted)) = (column_name == "rate", count("entered"), count("converted")) {
            return Self::of_whole_way(document, figures, row, whole_number(entered), whole_number(converted));
        }
        match interval_of(figures, row) {
            Some((low, high)) => Self::Between(low, high),
            None if matches!(table.columns[column].kind, ColumnType::Count | ColumnType::Money)
                && under_way.contains(&row) =>
            {
                Self::Waits
            }
            None => Self::Plain,
        }
    }

    /// From the first step to the last: the steps of the same group and period say who is open.
    fn of_whole_way(document: &Document, figures: &Figures<'_>, row: usize, entered: u64, converted: u64) -> Self {
        let name = qualified(document, figures.table);
        let steps = match name.strip_prefix("conversion.") {
            Some("overall") => "conversion.steps".to_owned(),
            Some(by) => format!("conversion.steps_{by}"),
            None => return Self::Waits,
        };
        let has_interval = interval_of(figures, row).is_some();
        if let Some(blocks) = Blocks::find(document, &steps)
            && let Some(block) = blocks.all().get(row)
        {
            return Self::Rate(blocks.reach(block, 0, block.len().saturating_sub(1)), has_interval);
        }
        // A trend has no table of steps: with a window the mature units tell whether anybody is open.
        let mature = figures.table.position("mature_entered").and_then(|at| figures.beside(row, at));
        match mature.map(whole_number) {
            Some(mature) if mature == entered => {
                let now = (converted, entered);
                Self::Rate(Reach { now, best: now }, has_interval)
            }
            _ => Self::Waits,
        }
    }
}

/// The interval of a share: `X_low` and `X_high`, or `low` and `high` right behind it.
fn interval_of(figures: &Figures<'_>, row: usize) -> Option<(f64, f64)> {
    let (table, column) = (figures.table, figures.column);
    if table.columns[column].kind != ColumnType::Share {
        return None;
    }
    let name = &table.columns[column].name;
    let follows = |offset: usize, name: &str| {
        table.columns.get(column + offset).is_some_and(|column| column.name == name).then_some(column + offset)
    };
    let low = table.position(&format!("{name}_low")).or_else(|| follows(1, "low"))?;
    let high = table.position(&format!("{name}_high")).or_else(|| follows(2, "high"))?;
    Some((figures.beside(row, low)?, figures.beside(row, high)?))
}

/// The rows whose counts still grow: those of the last period, unless `--until` has passed.
fn under_way(settings: &Settings, document: &Document, table: &Table) -> Vec<usize> {
    let until = settings.common.until_micros();
    if until.zip(document.as_of).is_some_and(|(until, as_of)| until <= as_of) {
        return Vec::new();
    }
    let rows = 0..table.rows.len();
    match table.position("period") {
        // Periods are written so that they sort as texts.
        Some(column) => {
            let period = |row: usize| shown(&table.rows[row][column]);
            let last = rows.clone().map(period).max();
            rows.filter(|row| Some(period(*row)) == last).collect()
        }
        None if until.is_some() => rows.collect(),
        None => Vec::new(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count, as it was or rounded back to one"
)]
fn whole_number(count: f64) -> u64 {
    count.round().max(0.0) as u64
}
