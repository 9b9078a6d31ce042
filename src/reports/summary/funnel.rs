//! What the funnel says to the summary: change against the period before, the biggest leak, goals.
//!
//! Thresholds. A change is told of the last two neighbouring periods of entry that each have [`FEWEST`] units or more
//! and of whose units at most [`MOST_OPEN`] may still go on: younger ones would look worse for their age alone, and
//! units without a window are never done. It is more than noise where the two-proportion test (Fisher's where counts
//! are small) falls below 1 - confidence. The leak needs [`FEWEST`] units at its step, a rate that is a share (not
//! reach any), and less than half of those who stopped at the first step for want of a known stage. A goal is told of
//! any number of units, since it is a fact; whether it could be chance is told by the interval.

use super::change::Change;
use super::figures::{chance, count, money, percent, period};
use super::statement::{Figures, Statement, Topic};
use super::texts::Say;
use crate::plan::{CutRow, Facts, JourneyPlan, Mode, Reach};
use crate::reports::conversion::{Conversion, Leak, leaks, units};
use crate::stats::difference::{Counts, p_value};
use crate::stats::proportion::wilson;

/// Units on each side of a comparison, and at the step of a leak.
pub const FEWEST: u64 = 30;
/// Share of a period's units that may still go on.
const MOST_OPEN: f64 = 0.02;

/// What changed from one period of entry to the next; `basis` is the table by period.
#[must_use]
pub fn change(conversion: &Conversion<'_>, basis: &str) -> Option<Statement> {
    let every = conversion.every?;
    let rows = &conversion.cut.rows;
    let [then, now] = rows.windows(2).rfind(|pair| pair.iter().all(is_final)).and_then(|pair| pair.first_chunk())?;
    let counts = |row: &CutRow| Counts::new(row.steps.last().map_or(0, |step| step.entered), entered(row));
    let (one, other) = (counts(now), counts(then));
    let change = Change::of(one, other, conversion.confidence)?;
    let say = change.say([Say::ConversionSame, Say::ConversionRose, Say::ConversionFell]);
    let mut values = vec![
        ("entered", count(one.trials)),
        ("units", units(conversion.plan).to_owned()),
        ("period", period(now.period?, every)),
        ("first", conversion.step_name(0)),
        ("last", conversion.step_name(conversion.plan.steps.len().checked_sub(1)?)),
        ("base_entered", count(other.trials)),
        ("before", period(then.period?, every)),
    ];
    values.extend(change.values());
    Some(Statement::new(Topic::Change, basis, say, values, change.figures()))
}

fn entered(row: &CutRow) -> u64 {
    row.steps.first().map_or(0, |step| step.entered)
}

/// Whether a period has enough units, and hardly any that may still go on.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn is_final(row: &CutRow) -> bool {
    let open: u64 = row.steps.iter().map(|step| step.open).sum();
    let entered = entered(row);
    entered >= FEWEST && open as f64 <= MOST_OPEN * entered as f64
}

/// The biggest leak, what one more point would bring, and whether the next one is as big.
#[must_use]
pub fn leak(conversion: &Conversion<'_>, facts: &Facts, currency: Option<&str>) -> Option<Statement> {
    let plan = conversion.plan;
    let row = conversion.cut.rows.first()?;
    if plan.mode == (Mode::Stages { reach: Reach::Any }) {
        return None;
    }
    let all = leaks(plan, row);
    let enough = |leak: &&Leak| row.steps[leak.step].entered >= FEWEST;
    let leak = all.iter().find(enough).filter(|leak| leak.not_gone_on > 0)?;
    if leak.step == 0 && facts.lost_unknown * 2 > leak.not_gone_on {
        return None;
    }
    let entered = row.steps[leak.step].entered;
    let open = row.steps[leak.step].open;
    let interval = wilson(leak.not_gone_on, entered, conversion.confidence);
    let name = |step: usize| conversion.step_name(step);
    let unit = units(plan).to_owned();
    let values = vec![
        ("step", name(leak.step)),
        ("next", name(leak.next)),
        ("lost", count(leak.not_gone_on)),
        ("entered", count(entered)),
        ("units", unit.clone()),
        ("share", percent(leak.share)),
        ("open", count(open)),
    ];
    let figures = Figures {
        value: Some(leak.share),
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        ..Figures::default()
    };
    let say = match (all.len(), open) {
        (1, _) => Say::OnlyLeak,
        (_, 0) => Say::Leak,
        _ => Say::LeakOpen,
    };
    let statement = Statement::new(Topic::Leak, "conversion.leaks", say, values, figures);
    let statement = one_point(statement, leak, (name(plan.steps.len() - 1), unit), currency);
    let next = all.iter().filter(enough).nth(1);
    let second = next.and_then(|next| Some((next, p_value(stopped(row, leak), stopped(row, next))?)));
    Some(match second.filter(|(_, p)| *p >= 1.0 - conversion.confidence) {
        Some((next, p)) => {
            let values = vec![("step", name(next.step)), ("share", percent(next.share)), ("p", chance(p))];
            statement.and(Say::LeakNear, values)
        }
        None => statement,
    })
}

fn stopped(row: &CutRow, leak: &Leak) -> Counts {
    Counts::new(leak.not_gone_on, row.steps[leak.step].entered)
}

fn one_point(statement: Statement, leak: &Leak, (last, unit): (String, String), currency: Option<&str>) -> Statement {
    let Some(gain) = leak.one_point_units.filter(|gain| *gain >= 0.05) else { return statement };
    let mut values = vec![("gain", format!("{gain:.1}")), ("units", unit), ("last", last)];
    match leak.one_point_value.filter(|value| value.0 > 0) {
        Some(value) => {
            values.push(("value", money(value.to_f64(), currency)));
            statement.and(Say::OnePointValue, values)
        }
        None => statement.and(Say::OnePoint, values),
    }
}

/// Every goal: met, missed, or still open.
#[must_use]
pub fn goals(conversion: &Conversion<'_>) -> Vec<Statement> {
    let Some(row) = conversion.cut.rows.first() else { return Vec::new() };
    let plan = conversion.plan;
    let mut statements = Vec::new();
    for (position, step) in plan.steps.iter().enumerate().skip(1) {
        let Some(goal) = step.goal else { continue };
        let previous = plan.required_before(position);
        let wanted = [(goal.from_previous, previous), (goal.from_first, Some(0))];
        for (goal, from) in wanted.into_iter().filter_map(|(goal, from)| goal.zip(from)) {
            statements.extend(goal_statement(conversion, row, (from, position), goal));
        }
    }
    statements
}

fn goal_statement(
    conversion: &Conversion<'_>,
    row: &CutRow,
    (from, to): (usize, usize),
    goal: f64,
) -> Option<Statement> {
    let plan: &JourneyPlan = conversion.plan;
    let reached = Counts::new(row.steps[to].entered, row.steps[from].entered);
    let rate = reached.rate()?;
    let interval = wilson(reached.successes, reached.trials, conversion.confidence)?;
    // Those before the step who may still come to it.
    let open: u64 = row.steps[from..to].iter().map(|step| step.open).sum();
    let could_be = Counts::new((reached.successes + open).min(reached.trials), reached.trials).rate()?;
    let say = match (rate >= goal, could_be >= goal) {
        (true, _) if interval.low >= goal => Say::GoalMet,
        (true, _) => Say::GoalMetNarrowly,
        (false, true) => Say::GoalOpen,
        (false, false) if interval.high < goal => Say::GoalMissed,
        (false, false) => Say::GoalMissedNarrowly,
    };
    let values = vec![
        ("goal", percent(goal)),
        ("step", conversion.step_name(to)),
        ("from", conversion.step_name(from)),
        ("rate", percent(rate)),
        ("low", percent(interval.low)),
        ("high", percent(interval.high)),
        ("whole", count(reached.trials)),
        ("units", units(plan).to_owned()),
        ("open", count(open)),
    ];
    let figures = Figures {
        value: Some(rate),
        base: Some(goal),
        low: Some(interval.low),
        high: Some(interval.high),
        ..Figures::default()
    };
    Some(Statement::new(Topic::Goal, "conversion.steps", say, values, figures))
}
