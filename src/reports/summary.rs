//! `report`: the sections that the sources can answer, each with sentences that follow from its tables.

mod change;
pub mod churn;
pub mod cost;
pub mod deals;
pub mod figures;
pub mod funnel;
pub mod statement;
mod texts;

use crate::document::{Cell, ColumnType, Section, Table, View, ViewColumn, ViewContent};
use crate::plan::{CutRow, JourneyAnswer, JourneyPlan, Mode, NONE, OTHER};
use crate::reports::conversion::Conversion;
use crate::reports::labels::span;
use crate::reports::words;
use crate::stats::proportion::wilson;
use figures::percent;

/// The sections about conversion: the cuts are plain, by group, by period, each where it was asked for.
#[must_use]
pub fn conversion_sections(plan: &JourneyPlan, answer: &JourneyAnswer, confidence: f64) -> Vec<Section> {
    let mut sections = Vec::new();
    for (cut, rows) in plan.cuts.iter().zip(&answer.cuts) {
        let conversion = Conversion { plan, cut: rows, grouped: cut.grouped, every: cut.every, confidence };
        let section = match (cut.grouped, cut.every) {
            (false, None) => Some(funnel_section(&conversion)),
            (true, None) => breakdown(&conversion),
            (_, Some(_)) => trend(&conversion),
        };
        sections.extend(section);
    }
    sections
}

/// Puts the command's name before the names of its tables.
fn named(mut table: Table, name: &str) -> Table {
    name.clone_into(&mut table.name);
    conversion_table(table)
}

/// A table of `funnel conversion` under its name in the report.
#[must_use]
pub fn conversion_table(mut table: Table) -> Table {
    table.name = format!("conversion.{}", table.name);
    table
}

fn funnel_section(conversion: &Conversion<'_>) -> Section {
    let tables = vec![
        named(conversion.steps(), "steps"),
        named(conversion.leaks(), "leaks"),
        named(conversion.overall(), "overall"),
        named(times(conversion), "times"),
    ];
    let lines = conversion.cut.rows.first().map(|row| funnel_lines(conversion, row)).unwrap_or_default();
    Section { title: "Conversion".to_owned(), lines, tables }
}

fn funnel_lines(conversion: &Conversion<'_>, row: &CutRow) -> Vec<String> {
    let entered = row.steps[0].entered;
    let converted = row.steps[row.steps.len() - 1].entered;
    if entered == 0 {
        return vec!["Nobody entered the funnel.".to_owned()];
    }
    let unit = match conversion.plan.mode {
        Mode::Events { .. } => "users",
        Mode::Stages { .. } => "deals",
    };
    let first = &conversion.plan.steps[0].name;
    let last = &conversion.plan.steps[conversion.plan.steps.len() - 1].name;
    let mut lines = vec![format!(
        "{} of {} {unit} went from {first} to {last}: {}.",
        figures::count(converted),
        figures::count(entered),
        percent_with_interval(converted, entered, conversion.confidence)
    )];
    lines.extend(open_line(row, unit));
    lines
}

fn open_line(row: &CutRow, unit: &str) -> Option<String> {
    let open: u64 = row.steps.iter().map(|step| step.open).sum();
    (open > 0).then(|| format!("{} {unit} are still open and may go on.", figures::count(open)))
}

fn percent_with_interval(part: u64, whole: u64, confidence: f64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let rate = part as f64 / whole as f64;
    match wilson(part, whole, confidence) {
        Some(interval) => format!("{} ({} to {})", percent(rate), percent(interval.low), percent(interval.high)),
        None => percent(rate),
    }
}

/// Time between the steps, and from the first to the last.
fn times(conversion: &Conversion<'_>) -> Table {
    let mut table = Table::new(
        "times",
        "Time between steps",
        &[
            ("from", ColumnType::Text),
            ("to", ColumnType::Text),
            ("n", ColumnType::Count),
            ("mean", ColumnType::Elapsed),
            ("p25", ColumnType::Elapsed),
            ("median", ColumnType::Elapsed),
            ("p75", ColumnType::Elapsed),
            ("p90", ColumnType::Elapsed),
        ],
    );
    let steps = &conversion.plan.steps;
    if let Some(row) = conversion.cut.rows.first() {
        let between = (1..steps.len()).map(|step| (step - 1, step, row.steps[step].time));
        let whole = (steps.len() > 2).then(|| (0, steps.len() - 1, row.total_time));
        for (from, to, spread) in between.chain(whole) {
            let Some(spread) = spread else { continue };
            let mut cells =
                vec![Cell::Text(steps[from].name.clone()), Cell::Text(steps[to].name.clone()), Cell::Count(spread.n)];
            cells.extend([spread.mean, spread.p25, spread.median, spread.p75, spread.p90].map(Cell::Elapsed));
            table.rows.push(cells);
        }
    }
    let labels = ["From", "To", "n", "Mean", "p25", "Median", "p75", "p90"];
    let columns = labels.iter().zip([0, 0, 3, 2, 4, 0, 4, 1]).enumerate();
    let columns = columns
        .map(|(position, (label, expendable))| ViewColumn {
            label: (*label).to_owned(),
            content: ViewContent::Value(position),
            expendable,
        })
        .collect();
    let caption = vec![words::TIMES.to_owned()];
    table.view = Some(View { columns, caption, ..View::default() });
    table
}

/// Groups beside each other; nothing where there is but one.
fn breakdown(conversion: &Conversion<'_>) -> Option<Section> {
    let rows = &conversion.cut.rows;
    if rows.len() < 2 {
        return None;
    }
    let by = conversion.plan.by.join(", ");
    let name = format!("by_{}", conversion.plan.by.join("_"));
    let mut table = named(conversion.overall(), &name);
    table.title = format!("First step to last by {by}");
    let steps = named(conversion.steps(), &format!("steps_{name}"));
    let title = format!("Conversion by {by}");
    let steps = Table { machine_only: true, ..steps };
    Some(Section { title, lines: extremes(conversion), tables: vec![table, steps] })
}

/// The best and the worst group whose intervals do not overlap.
fn extremes(conversion: &Conversion<'_>) -> Vec<String> {
    let last = conversion.plan.steps.len() - 1;
    let mut rates: Vec<(String, u64, u64, f64, f64)> = Vec::new();
    let named: Vec<&CutRow> = conversion
        .cut
        .rows
        .iter()
        .filter(|row| row.group.iter().all(|value| value != NONE && value != OTHER))
        .collect();
    // The two are picked from all, so the intervals are widened for their number (Bonferroni).
    #[expect(clippy::cast_precision_loss, reason = "there are few groups")]
    let confidence = 1.0 - (1.0 - conversion.confidence) / named.len().max(1) as f64;
    for row in named {
        let (part, whole) = (row.steps[last].entered, row.steps[0].entered);
        if let Some(interval) = wilson(part, whole, confidence) {
            rates.push((row.group.join(", "), part, whole, interval.low, interval.high));
        }
    }
    let best = rates.iter().max_by(|left, right| left.3.total_cmp(&right.3));
    let worst = rates.iter().min_by(|left, right| left.4.total_cmp(&right.4));
    match (best, worst) {
        (Some(best), Some(worst)) if best.3 > worst.4 => vec![format!(
            "{} converts at {}, {} at {}: further apart than chance explains among so many groups.",
            best.0,
            percent_with_interval(best.1, best.2, conversion.confidence),
            worst.0,
            percent_with_interval(worst.1, worst.2, conversion.confidence)
        )],
        _ => Vec::new(),
    }
}

/// The rate by period of entry; nothing where there is but one period.
fn trend(conversion: &Conversion<'_>) -> Option<Section> {
    let every = conversion.every?;
    if conversion.cut.rows.len() < 2 {
        return None;
    }
    let mut table = named(conversion.overall(), &format!("by_{}", every.name()));
    table.title = format!("First step to last by {} of entry", every.name());
    let limits = conversion.limits().map(|table| named(table, "limits"));
    let mut lines = Vec::new();
    let Mode::Events { window, .. } = conversion.plan.mode else {
        lines.extend(conversion.unusual());
        let tables = std::iter::once(table).chain(limits).collect();
        return Some(Section { title: format!("By {}", every.name()), lines, tables });
    };
    if let Some(window) = window {
        lines.push(format!("Periods whose {} window is not over yet may still rise.", span(window)));
    }
    lines.extend(conversion.unusual());
    let tables = std::iter::once(table).chain(limits).collect();
    Some(Section { title: format!("By {}", every.name()), lines, tables })
}
