//! How people see the tables of the pipeline: labels, and the definitions underneath.

use super::{FEWEST_CLOSED, Pipeline};
use crate::document::{Table, View, ViewColumn};
use crate::plan::deals::Anchor;
use crate::reports::columns::{bar, has_values, interval, value};
use crate::reports::labels::split_view;
use crate::reports::words;

fn view(table: &Table, leading: usize, wanted: Vec<Option<ViewColumn>>, caption: Vec<String>) -> View {
    let mut columns = split_view(&table.columns, leading);
    columns.extend(wanted.into_iter().flatten());
    View { columns, caption, ..View::default() }
}

pub fn summary(pipeline: &Pipeline<'_>, table: &Table, leading: usize) -> View {
    let with_open = |_: &ViewColumn| !is_by_closing(pipeline);
    let wanted = vec![
        value(table, "Deals", "created", 0),
        value(table, "Won", "won", 0),
        value(table, "Lost", "lost", 1),
        value(table, "Open", "open", 0).filter(with_open),
        interval(table, "Win rate", ["win_rate", "low", "high"], 0),
        value(table, "Of all created", "win_rate_created", 6),
        value(table, "By value", "win_rate_value", 7),
        value(table, "Won value", "won_value", 2).filter(|_| has_values(table, "won_value")),
        value(table, "Average sale", "average_sale", 3).filter(|_| has_values(table, "average_sale")),
        value(table, "Median cycle", "cycle_median", 4),
        value(table, "Per day", "velocity_per_day", 3).filter(|_| has_values(table, "velocity_per_day")),
        value(table, "Open value", "open_value", 5).filter(|_| has_values(table, "open_value")).filter(with_open),
        value(table, "Weighted", "weighted_value", 5).filter(|_| has_values(table, "weighted_value")).filter(with_open),
        value(table, "Stuck", "stuck", 2).filter(with_open),
    ];
    view(table, leading, wanted, caption(pipeline))
}

/// A period of closing has no open deals.
fn is_by_closing(pipeline: &Pipeline<'_>) -> bool {
    pipeline.every.is_some() && pipeline.plan.anchor == Anchor::Closed
}

/// The definitions of the figures.
fn caption(pipeline: &Pipeline<'_>) -> Vec<String> {
    let mut lines = vec![RATES.to_owned()];
    if is_by_closing(pipeline) {
        let by = words::anchored(pipeline.plan.anchor);
        lines.push(format!("{by} Deals that are open, or closed without a date, are in none."));
        return lines;
    }
    lines.push(words::stuck(pipeline.plan.stuck_after, pipeline.answer.facts.has_moves));
    if pipeline.every.is_some() {
        let by = words::anchored(pipeline.plan.anchor);
        lines.push(format!("{by} Open deals of young periods have had less time to be won."));
    }
    lines
}

pub fn stages(table: &Table, leading: usize) -> View {
    let wanted = vec![
        value(table, "Stage", "stage", 0),
        value(table, "Open", "open", 0),
        bar(table, "open", 4),
        value(table, "Open value", "open_value", 1).filter(|_| has_values(table, "open_value")),
        interval(table, "Won from here", ["win_rate", "low", "high"], 0).filter(|_| has_values(table, "win_rate")),
        value(table, "of closed", "n", 2),
        value(table, "Weighted", "weighted_value", 1).filter(|_| has_values(table, "weighted_value")),
        value(table, "Stuck", "stuck", 1),
    ];
    view(table, leading, wanted, vec![weighted()])
}

/// The chance of winning from a stage, and the value weighted by it.
pub fn weighted() -> String {
    format!(
        "Won from here: of the closed deals that reached the stage or one beyond it. Weighted = open value x that rate; \
         with fewer than {FEWEST_CLOSED} such deals, x the win rate of all closed deals."
    )
}

pub fn ageing(table: &Table, leading: usize) -> View {
    let wanted = vec![
        value(table, "Older than", "older_than", 0),
        value(table, "Open deals", "open", 0),
        bar(table, "open", 2),
        value(table, "Value", "value", 1).filter(|_| has_values(table, "value")),
    ];
    view(table, leading, wanted, vec![AGEING.to_owned()])
}

pub fn suspended(table: &Table, leading: usize) -> View {
    let wanted = vec![
        value(table, "Age", "age", 0),
        value(table, "Won", "won", 0),
        value(table, "Lost", "lost", 0),
        value(table, "Still open", "open", 0),
        bar(table, "open", 1),
    ];
    let caption =
        format!("{}; the last row is the longest that any ended deal took.", words::INCIDENCE.trim_end_matches('.'));
    view(table, leading, wanted, vec![caption])
}

pub fn suspension(table: &Table, leading: usize) -> View {
    let wanted = vec![
        value(table, "Open", "open", 0),
        value(table, "Longest won", "longest_won", 2),
        value(table, "Older than any won", "older_than_longest_won", 0),
        value(table, "Share", "share_older_than_longest_won", 0),
        value(table, "p95 of won", "p95_won", 4),
        value(table, "Older than p95", "older_than_p95_won", 3),
        value(table, "Half ended by", "half_life", 1),
        value(table, "Median age", "median_age", 3),
    ];
    let caption = SUSPENSION;
    view(table, leading, wanted, vec![caption.to_owned()])
}

pub fn elimination(table: &Table, leading: usize) -> View {
    let wanted = vec![
        value(table, "Lost", "lost", 0),
        value(table, "Share of all", "lost_share", 0),
        value(table, "Median time", "median", 0),
        value(table, "p25", "p25", 2),
        value(table, "p75", "p75", 2),
        value(table, "p90", "p90", 1),
        value(table, "Mean", "mean", 1),
    ];
    view(table, leading, wanted, vec![ELIMINATION.to_owned()])
}

pub fn coverage(table: &Table) -> View {
    let wanted = vec![
        value(table, "Target", "target", 0),
        value(table, "Won", "won_value", 1),
        value(table, "Remaining", "remaining", 0),
        value(table, "Open value", "open_value", 0),
        value(table, "Coverage", "coverage", 0),
        value(table, "Weighted coverage", "weighted_coverage", 1),
    ];
    view(table, 0, wanted, vec![COVERAGE.to_owned()])
}

pub fn waterfall(table: &Table) -> View {
    let wanted = vec![
        value(table, "", "item", 0),
        value(table, "Deals", "deals", 0),
        value(table, "Value", "value", 0).filter(|_| has_values(table, "value")),
    ];
    let caption = WATERFALL;
    view(table, 0, wanted, vec![caption.to_owned()])
}

/// Win rate and velocity.
pub const RATES: &str = "Win rate = won / (won + lost); open deals are in neither. Per day (velocity) = closed deals x win rate x \
         average sale / mean won cycle in days.";

/// What the ageing counts.
pub const AGEING: &str = "Age since creation; each row holds those of the rows below it.";

/// What the open deals are held against.
pub const SUSPENSION: &str = "Open deals that are older than any won deal was seldom end; half ended by: the age by which half of all \
                   deals were won or lost (Kaplan-Meier).";

/// Of whom the time to the loss is.
pub const ELIMINATION: &str = "Time from creation to the loss, of lost deals with both dates.";

/// What coverage is.
pub const COVERAGE: &str = "Coverage = open value / (target - won value).";

/// How the waterfall adds up.
pub const WATERFALL: &str = "Start + new + reopened + value up - value down - won - lost - gone = end, by number and by value (checked). The items below the end change no sum.";
