//! How people see the tables of the cycle: labels, and the definitions underneath.

use super::Cycle;
use crate::document::{Table, View, ViewColumn};
use crate::plan::deals::Point;
use crate::reports::columns::{bar, interval, value};
use crate::reports::labels::split_view;
use crate::reports::words;

fn view(table: &Table, leading: usize, wanted: Vec<Option<ViewColumn>>, caption: Vec<String>) -> View {
    let mut columns = split_view(&table.columns, leading);
    columns.extend(wanted.into_iter().flatten());
    View { columns, caption, ..View::default() }
}

pub fn lengths(cycle: &Cycle<'_>, table: &Table, leading: usize) -> View {
    let wanted = vec![
        value(table, "Outcome", "outcome", 0),
        value(table, "Deals", "n", 0),
        value(table, "Median", "median", 0),
        bar(table, "median", 3),
        value(table, "p25", "p25", 2),
        value(table, "p75", "p75", 2),
        value(table, "p90", "p90", 1),
        value(table, "Mean", "mean", 1),
        value(table, "p10", "p10", 4),
        value(table, "Longest", "max", 3),
    ];
    view(table, leading, wanted, caption(cycle))
}

/// What the test of the groups is.
pub const LOGRANK: &str = "Log-rank test of the time to any end, open deals censored.";

/// What a cycle is.
pub fn length(from: &str, to: &str, days: &str) -> String {
    format!(
        "Time from {from} to {to}, {days}, of deals that ended; quantiles of type 7. Deals still open are not in it: see \
         the median with open deals counted."
    )
}

/// The settings that the numbers depend on.
fn caption(cycle: &Cycle<'_>) -> Vec<String> {
    let days = if cycle.answer.whole_days { "whole days between dates" } else { "elapsed time" };
    let mut lines = vec![length(&point(cycle, &cycle.plan.from), &point(cycle, &cycle.plan.to), days)];
    if cycle.every.is_some() {
        lines.push(words::anchored(cycle.plan.anchor));
    }
    lines
}

fn point(cycle: &Cycle<'_>, point: &Point) -> String {
    match point {
        Point::Created => "creation".to_owned(),
        Point::Closed => "close".to_owned(),
        Point::Stage(stage) => format!("the first entry into {}", cycle.plan.stages().nth(*stage).unwrap_or_default()),
        Point::Moment(column) => cycle.plan.journey.moments.get(*column).cloned().unwrap_or_default(),
    }
}

pub fn median(table: &Table, leading: usize) -> View {
    let wanted = vec![
        value(table, "Outcome", "outcome", 0),
        value(table, "Deals", "n", 1),
        interval(table, "Median", ["median", "low", "high"], 0),
        value(table, "Mean up to horizon", "restricted_mean", 2),
        value(table, "Horizon", "horizon", 3),
    ];
    let caption = MEDIAN;
    view(table, leading, wanted, vec![caption.to_owned()])
}

/// Under a curve that is drawn in fewer points than there are times.
const THINNED: &str = "In the points that the picture needs; --format json and csv have every distinct time.";

pub fn survival(cycle: &Cycle<'_>, table: &Table, leading: usize, is_thin: bool) -> View {
    let wanted = vec![
        value(table, "Outcome", "outcome", 2),
        value(table, "Age", "time", 0),
        value(table, "At risk", "at_risk", 1),
        value(table, "Ended", "events", 1),
        value(table, "Last seen open", "censored", 2),
        interval(table, "Still waiting", ["survival", "low", "high"], 0),
    ];
    let percent = cycle.confidence * 100.0;
    let mut caption = vec![format!(
        "Kaplan-Meier with {percent} % log-log intervals: the share that waits longer than that; deals still open count \
         up to their age."
    )];
    caption.extend(is_thin.then(|| THINNED.to_owned()));
    view(table, leading, wanted, caption)
}

pub fn incidence(cycle: &Cycle<'_>, table: &Table, leading: usize, is_thin: bool) -> View {
    let [won, lost, _] = cycle.outcomes();
    let wanted = vec![
        value(table, "Age", "time", 0),
        value(table, &capital(won.0), "won", 0),
        value(table, &capital(lost.0), "lost", 0),
        value(table, "Open", "open", 1),
    ];
    let mut caption = vec![
        "Shares of all deals by age (Aalen-Johansen: open deals count up to their age); they add up to 100 %."
            .to_owned(),
    ];
    caption.extend(is_thin.then(|| THINNED.to_owned()));
    view(table, leading, wanted, caption)
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

pub fn logrank(table: &Table, p_value: f64) -> View {
    let wanted = vec![
        value(table, "Groups", "groups", 0),
        value(table, "Chi-square", "chi_square", 0),
        value(table, "Degrees", "degrees", 1),
        value(table, "p", "p_value", 0),
    ];
    let says = if p_value < 0.05 { "The groups differ by more than chance." } else { "The difference may be chance." };
    view(table, 0, wanted, vec![format!("{LOGRANK} {says}")])
}

pub fn trend(table: &Table, leading: usize) -> View {
    let wanted = vec![
        value(table, "Outcome", "outcome", 0),
        value(table, "Periods", "periods", 1),
        value(table, "z", "z", 2),
        value(table, "p", "p_value", 0),
        value(table, "Cycles become", "cycles", 0),
    ];
    let caption = TREND;
    view(table, leading, wanted, vec![caption.to_owned()])
}

pub fn stages(table: &Table, leading: usize) -> View {
    let wanted = vec![
        value(table, "Stage", "stage", 0),
        value(table, "Entered", "entered", 0),
        value(table, "Still there", "running", 0),
        value(table, "Advanced", "advanced", 1),
        value(table, "Lost", "lost", 1),
        value(table, "Back", "back", 2),
        value(table, "Skipped", "skipped", 4),
        value(table, "Median time", "median", 0),
        bar(table, "median", 6),
        value(table, "p75", "p75", 5),
        value(table, "p90", "p90", 3),
        value(table, "Mean", "mean", 5),
    ];
    let caption = STAGES;
    view(table, leading, wanted, vec![caption.to_owned()])
}

pub fn returns(table: &Table, leading: usize) -> View {
    let wanted = vec![
        value(table, "Stage", "stage", 0),
        value(table, "Deals", "deals", 0),
        value(table, "Entered", "entered", 0),
        value(table, "Entered again", "entered_again", 0),
        value(table, "After a loss", "recycled", 0),
    ];
    view(table, leading, wanted, Vec::new())
}

pub fn hand_over(table: &Table, leading: usize) -> View {
    let wanted = vec![
        value(table, "Passed", "passed", 0),
        value(table, "Accepted", "accepted", 0),
        interval(table, "Rate", ["rate", "low", "high"], 0),
        value(table, "Returned", "returned", 2),
        value(table, "Recycled", "recycled", 3),
        value(table, "Lost", "lost", 1),
        value(table, "Won without", "won", 4),
        value(table, "Open", "open", 1),
    ];
    let caption = HAND_OVER;
    view(table, leading, wanted, vec![caption.to_owned()])
}

/// What the median with open deals counted is.
pub const MEDIAN: &str = "Kaplan-Meier with open deals censored at the as-of time, log-log interval. For won, lost deals are \
                   censored too, and the other way round: a pace, not a share; the shares are in the table incidence.";

/// What the trend is.
pub const TREND: &str =
    "Log-rank test for a trend over the periods of creation, open deals censored: z above 0 means sooner.";

/// What stands in the table of stages.
pub const STAGES: &str = "Entered = still there + advanced + lost + back; every entry counts. Time: all stays of a deal added \
                   up; where some are still running, Kaplan-Meier with these censored and the mean up to the longest.";

/// What stands in the table of what was passed on.
pub const HAND_OVER: &str = "Passed = accepted + lost + won without + open. Returned: accepted, then at an earlier stage again. \
                   Recycled: came back after a loss.";
