//! How people see the conversion tables: labels, bars, the largest leak marked, settings and population underneath.

use super::comparison::{Ago, Base};
use super::leaks::leaks as find_leaks;
use super::{Conversion, control, rules};
use crate::document::{Table, View, ViewContent};
use crate::plan::{CutRow, JourneyPlan, Mode, Reach};
use crate::reports::columns::{column, has_values, interval, value};
use crate::reports::labels::{span, split_view};
use crate::reports::words;

pub fn steps(conversion: &Conversion<'_>, table: &Table, leading: usize) -> View {
    let mut columns = split_view(&table.columns, leading);
    let bar = table.position("entered").map(|at| column("", ViewContent::Bar(at), 1));
    let wanted = [
        value(table, "Step", "name", 0),
        value(table, unit_label(conversion), "entered", 0),
        interval(table, "From previous", ["from_previous", "from_previous_low", "from_previous_high"], 0),
        bar,
        value(table, "From first", "from_first", 3),
        value(table, "Dropped", "dropped", 4),
        value(table, "Open", "open", 2),
        value(table, "Median time", "time_median", 2),
        value(table, "p90", "time_p90", 6),
        value(table, "Value", "value", 5).filter(|_| has_values(table, "value")),
        value(table, "Goal", "goal", 4).filter(|_| has_values(table, "goal")),
        value(table, "Met", "goal_met", 4).filter(|_| has_values(table, "goal_met")),
    ];
    columns.extend(wanted.into_iter().flatten());
    let mut marks = if leading == 0 { largest_leak(conversion) } else { unfinished(conversion) };
    marks.extend(optional(conversion));
    View { columns, marks, caption: caption(conversion) }
}

/// Marks the step before which most stop.
fn largest_leak(conversion: &Conversion<'_>) -> Vec<(usize, String)> {
    let leak = conversion.cut.rows.first().and_then(|row| find_leaks(conversion.plan, row).into_iter().next());
    leak.filter(|leak| leak.not_gone_on > 0).map(|leak| (leak.next, "largest leak".to_owned())).into_iter().collect()
}

/// Marks the last step of periods whose units may still go on.
fn unfinished(conversion: &Conversion<'_>) -> Vec<(usize, String)> {
    let steps = conversion.plan.steps.len();
    let rows = is_unfinished(conversion).into_iter();
    rows.map(|row| (row * steps + steps - 1, "unfinished".to_owned())).collect()
}

/// The rows (groups and periods) of a trend whose units are not all done.
fn is_unfinished(conversion: &Conversion<'_>) -> Vec<usize> {
    let open = |row: &CutRow| row.steps.iter().any(|step| step.open > 0);
    let trend = conversion.every.is_some() && conversion.window().is_some();
    let rows = conversion.cut.rows.iter().enumerate();
    rows.filter(|(_, row)| trend && open(row)).map(|(position, _)| position).collect()
}

/// Marks the steps that may be skipped.
fn optional(conversion: &Conversion<'_>) -> Vec<(usize, String)> {
    let steps = conversion.plan.steps.len();
    let all = (0..conversion.cut.rows.len() * steps).filter(|row| conversion.plan.is_optional(row % steps));
    all.map(|row| (row, "optional".to_owned())).collect()
}

pub fn overall(conversion: &Conversion<'_>, table: &Table, leading: usize) -> View {
    let mut columns = split_view(&table.columns, leading);
    let estimate = if conversion.window().is_some() { "Estimate" } else { "Estimate so far" };
    let wanted = [
        value(table, "Entered", "entered", 0),
        value(table, "Converted", "converted", 0),
        interval(table, "Rate", ["rate", "low", "high"], 0),
        table.position("rate").filter(|_| leading > 0).map(|at| column("", ViewContent::Bar(at), 3)),
        value(table, "Mature", "mature_entered", 4).filter(|_| conversion.window().is_some()),
        value(table, "Mature rate", "mature_rate", 2).filter(|_| conversion.window().is_some()),
        value(table, estimate, "estimate", 3),
        value(table, "Median time", "time_median", 1),
        value(table, "p90", "time_p90", 5),
    ];
    columns.extend(wanted.into_iter().flatten());
    let mut marks: Vec<_> = is_unfinished(conversion).into_iter().map(|row| (row, "unfinished".to_owned())).collect();
    let mut caption = if marks.is_empty() {
        Vec::new()
    } else {
        vec!["Unfinished: some of the units that entered then may still go on, so that the rate may rise.".to_owned()]
    };
    let unusual = control::marks(conversion);
    caption.extend((!unusual.is_empty()).then(|| control::CAPTION.to_owned()));
    marks.extend(unusual);
    View { columns, marks, caption }
}

pub fn leaks(table: &Table, leading: usize) -> View {
    let mut columns = split_view(&table.columns, leading);
    let wanted = [
        value(table, "After step", "name", 0),
        value(table, "Not gone on", "not_gone_on", 0),
        value(table, "Share", "share", 0),
        value(table, "One more point brings", "one_point_units", 1),
        value(table, "in value", "one_point_value", 2).filter(|_| has_values(table, "one_point_value")),
    ];
    columns.extend(wanted.into_iter().flatten());
    let caption = vec![words::ONE_POINT.to_owned()];
    View { columns, caption, ..View::default() }
}

pub fn histogram(conversion: &Conversion<'_>, table: &Table, leading: usize) -> View {
    let mut columns = split_view(&table.columns, leading);
    let wanted = [
        value(table, "More than", "lower", 0),
        value(table, "Up to", "upper", 0),
        value(table, unit_label(conversion), "units", 0),
        table.position("units").map(|at| column("", ViewContent::Bar(at), 1)),
    ];
    columns.extend(wanted.into_iter().flatten());
    let caption = vec!["Those who converted only: who is still open may take longer.".to_owned()];
    View { columns, caption, ..View::default() }
}

pub fn comparison(conversion: &Conversion<'_>, base: &Base<'_>, table: &Table, leading: usize) -> View {
    let mut columns = split_view(&table.columns, leading);
    let wanted = [
        value(table, "Compared with", "base", 2),
        interval(table, "Difference", ["difference", "low", "high"], 0),
        value(table, "p", "p_value", 1),
        value(table, "q", "q_value", 0),
        value(table, "By rate", "rate_effect", 3).filter(|_| has_values(table, "rate_effect")),
        value(table, "By mix", "mix_effect", 3).filter(|_| has_values(table, "mix_effect")),
    ];
    columns.extend(wanted.into_iter().flatten());
    let percent = conversion.confidence * 100.0;
    let what = match base {
        Base::Rest => "Each group's rate from the first step to the last, less that of all others together.",
        Base::EarlierPeriod { .. } => {
            "Each period's rate from the first step to the last, less that of the earlier one; where that of the later \
             one may still rise, in both what converted within the time that everybody in the later one has had."
        }
        Base::Earlier { ago: Ago::Previous, .. } => {
            "The rate from the first step to the last, less that of the time before; both are looked at as long after \
             their end."
        }
        Base::Earlier { ago: Ago::Year, .. } => {
            "The rate from the first step to the last, less that of the same time a year ago; both are looked at as \
             long after their end."
        }
    };
    let tests =
        format!("Differences in percentage points; in brackets: {percent} % Newcombe intervals. {}", words::TESTS);
    let mut caption = vec![what.to_owned(), tests];
    if has_values(table, "rate_effect") {
        let parts = "By rate: what the group's own rate has done to the rate of the whole; by mix: what its share has \
                     done. Together they make the change of the whole.";
        caption.push(parts.to_owned());
    }
    View { columns, caption, ..View::default() }
}

pub fn separators(conversion: &Conversion<'_>, table: &Table) -> View {
    let wanted = [
        value(table, "After step", "name", 0),
        value(table, "Attribute", "attribute", 0),
        value(table, "Value", "value", 0),
        value(table, unit_label(conversion), "units", 0),
        interval(table, "Went on", ["rate", "rate_low", "rate_high"], 0),
        value(table, "Others", "others_rate", 2),
        interval(table, "Difference", ["difference", "low", "high"], 0),
        value(table, "Lift", "lift", 1),
        value(table, "q", "q_value", 0),
        value(table, "Left out", "left_out", 3),
    ];
    let columns = wanted.into_iter().flatten().collect();
    let first = words::separators(conversion.window().is_some());
    let caption = vec![first, words::TESTS.to_owned(), words::NO_CAUSE.to_owned()];
    View { columns, caption, ..View::default() }
}

fn unit_label(conversion: &Conversion<'_>) -> &'static str {
    match conversion.plan.mode {
        Mode::Events { .. } => rules::unit_label(conversion.plan),
        Mode::Stages { .. } => "Deals",
    }
}

/// The window in words.
#[must_use]
pub fn window_text(window: Option<i64>) -> String {
    window.map_or_else(|| "no window".to_owned(), |window| format!("window {} from step 1 (inclusive)", span(window)))
}

/// The settings that the numbers depend on, in one or two lines.
#[must_use]
pub fn caption(conversion: &Conversion<'_>) -> Vec<String> {
    let intervals = format!("{} {}", words::intervals(conversion.confidence), words::OPEN);
    let mut lines = mode_lines(conversion.plan);
    lines.push(intervals);
    lines
}

/// How units move, in words, with a line for each rule that is not the default.
#[must_use]
pub fn mode_lines(plan: &JourneyPlan) -> Vec<String> {
    let mode = match plan.mode {
        Mode::Events { order, ties, window } => rules::main_line(plan, order, ties, &window_text(window)),
        Mode::Stages { reach } => match reach {
            Reach::Beyond => "reach beyond: a deal counts at every step up to the furthest known one".to_owned(),
            Reach::Any => "reach any: a deal counts at the steps it was seen in; rates may exceed 100 %".to_owned(),
            Reach::Strict => "reach strict: a deal counts as far as it went in order without a skip".to_owned(),
        },
    };
    let mut lines = vec![mode];
    lines.extend(rules::lines(plan));
    lines
}
