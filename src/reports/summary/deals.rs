//! What the pipeline says to the summary: change of the win rate, and what is stuck.
//!
//! Thresholds. The change is told of the last two neighbouring periods of closing that are over at the as-of time and in
//! which [`FEWEST`] deals or more were closed; open deals are in neither. Stuck deals are told of from [`FEWEST_STUCK`] on, among [`FEWEST_OPEN`] open ones or more; that open deals
//! are older than any won one, where [`FEWEST_WON`] or more won deals are timed: the longest of a few says little.

use super::change::Change;
use super::figures::{count, percent, period};
use super::funnel::FEWEST;
use super::statement::{Figures, Statement, Topic};
use super::texts::Say;
use crate::plan::calendar::{Calendar, Every, PeriodStart, day_start};
use crate::plan::deals::DealRow;
use crate::reports::labels::span;
use crate::reports::pipeline::Pipeline;
use crate::stats::difference::Counts;
use crate::stats::proportion::{rate, wilson};

const FEWEST_STUCK: u64 = 2;
const FEWEST_OPEN: u64 = 10;
const FEWEST_WON: u64 = 30;

/// What changed in the win rate from one period of closing to the next; `basis` is the table by period of closing.
#[must_use]
pub fn change(pipeline: &Pipeline<'_>, basis: &str) -> Option<Statement> {
    let every = pipeline.every?;
    let rows = pipeline.answer.cuts.get(pipeline.cut)?;
    let tells = |row: &DealRow| row.won.deals + row.lost.deals >= FEWEST && is_over(pipeline, row, every);
    let [then, now] = rows.windows(2).rfind(|pair| pair.iter().all(tells)).and_then(|pair| pair.first_chunk())?;
    let counts = |row: &DealRow| Counts::new(row.won.deals, row.won.deals + row.lost.deals);
    let (one, other) = (counts(now), counts(then));
    let change = Change::of(one, other, pipeline.confidence)?;
    let say = change.say([Say::WinSame, Say::WinRose, Say::WinFell]);
    let mut values = vec![
        ("closed", count(one.trials)),
        ("period", period(now.period?, every)),
        ("base_closed", count(other.trials)),
        ("before", period(then.period?, every)),
    ];
    values.extend(change.values());
    Some(Statement::new(Topic::Change, basis, say, values, change.figures()))
}

/// Whether a period lies before the as-of time as a whole.
fn is_over(pipeline: &Pipeline<'_>, row: &DealRow, every: Every) -> bool {
    let journey = &pipeline.plan.journey;
    let Some(PeriodStart::Day(day)) = row.period else { return false };
    let start = day_start(day, journey.zone);
    let end = Calendar::covering(start, start, every, journey.zone, journey.week_start).end(0);
    pipeline.answer.as_of.is_some_and(|as_of| as_of >= end - 1)
}

/// What stands still; of the whole, not of groups or periods.
#[must_use]
pub fn stuck(pipeline: &Pipeline<'_>) -> Vec<Statement> {
    let Some(row) = pipeline.answer.cuts.get(pipeline.cut).and_then(|rows| rows.first()) else { return Vec::new() };
    if row.open.deals < FEWEST_OPEN {
        return Vec::new();
    }
    longer_than_others(pipeline, row).into_iter().chain(older_than_won(pipeline, row)).collect()
}

fn longer_than_others(pipeline: &Pipeline<'_>, row: &DealRow) -> Option<Statement> {
    if row.stuck < FEWEST_STUCK {
        return None;
    }
    let mut values = shares("stuck", row.stuck, row.open.deals)?;
    let say = match pipeline.plan.stuck_after {
        Some(limit) => {
            values.push(("limit", span(limit)));
            Say::StuckLimit
        }
        None if pipeline.answer.facts.has_moves => Say::Stuck,
        None => Say::StuckSince,
    };
    let figures = figures(pipeline, row.stuck, row.open.deals);
    let stages = pipeline.plan.stages().zip(&row.stages);
    let most = stages.filter(|(_, life)| life.stuck * 2 > row.stuck).map(|(stage, life)| (stage, life.stuck)).next();
    let basis = if most.is_some() { "pipeline.stages" } else { "pipeline.summary" };
    let statement = Statement::new(Topic::Stuck, basis, say, values, figures);
    Some(match most {
        Some((stage, held)) if held == row.stuck => statement.and(Say::StuckAll, vec![("stage", stage.to_owned())]),
        Some((stage, held)) => statement.and(Say::StuckMost, vec![("count", count(held)), ("stage", stage.to_owned())]),
        None => statement,
    })
}

fn older_than_won(pipeline: &Pipeline<'_>, row: &DealRow) -> Option<Statement> {
    let won: u64 = row.cycle.iter().map(|count| count.won).sum();
    let longest = row.cycle.iter().filter(|count| count.won > 0).map(|count| count.duration).max()?;
    let older = row.ages.iter().filter(|(age, _)| *age > longest).count() as u64;
    if won < FEWEST_WON || older < FEWEST_STUCK {
        return None;
    }
    let dated = row.ages.len() as u64;
    let mut values = shares("older", older, dated)?;
    values.extend([("won", count(won)), ("longest", days(longest))]);
    Some(Statement::new(Topic::Stuck, "pipeline.suspension", Say::Older, values, figures(pipeline, older, dated)))
}

fn shares(name: &'static str, part: u64, whole: u64) -> Option<Vec<(&'static str, String)>> {
    Some(vec![(name, count(part)), ("open", count(whole)), ("share", percent(rate(part, whole)?))])
}

fn figures(pipeline: &Pipeline<'_>, part: u64, whole: u64) -> Figures {
    let interval = wilson(part, whole, pipeline.confidence);
    Figures {
        value: rate(part, whole),
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        ..Figures::default()
    }
}

/// Days, rounded up: `138 days`.
fn days(micros: i64) -> String {
    let day = crate::model::time::MICROS_PER_DAY;
    let days = micros.div_euclid(day) + i64::from(micros.rem_euclid(day) > 0);
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
