//! What the matrix says in words: what makes a cohort, what an age is, what stands in the cells, and of whom.

use super::Cohort;
use super::matrix::Content;
use crate::plan::StepMatch;
use crate::plan::calendar::{Every, local_time};
use crate::plan::cohort::{CohortPlan, First, Measure, Subject};

/// What the units are called.
pub const fn units(subject: Subject) -> &'static str {
    match subject {
        Subject::Events => "users",
        Subject::Orders => "customers",
        Subject::Deals => "deals",
    }
}

const fn unit(subject: Subject) -> &'static str {
    match subject {
        Subject::Events => "user",
        Subject::Orders => "customer",
        Subject::Deals => "deal",
    }
}

pub fn title(cohort: &Cohort<'_>, content: Content) -> String {
    let by = "by cohort and age";
    match (content, cohort.plan.measure) {
        (Content::Rate, Measure::Conversion) => format!("Conversion {by}, %"),
        (Content::Rate, Measure::Revenue) if cohort.plan.subject == Subject::Deals => format!("Won share {by}, %"),
        (Content::Rate, Measure::Retention { .. } | Measure::Revenue) => format!("Retention {by}, %"),
        (Content::Active, Measure::Conversion) => format!("Converted {} {by}", units(cohort.plan.subject)),
        (Content::Active, _) => format!("Active {} {by}", units(cohort.plan.subject)),
        (Content::Value, _) => format!("Revenue {by}"),
        (Content::PerUnit, _) => format!("Cumulative revenue per {}", unit(cohort.plan.subject)),
    }
}

/// The settings and the population that the cells depend on.
pub fn caption(cohort: &Cohort<'_>, content: Content) -> Vec<String> {
    let plan = cohort.plan;
    let mut lines = vec![
        format!("{} {}", cohorts(plan), ages(plan)),
        format!("{} Age 0 {}.", cells(plan), age_0(plan)),
        marks(cohort, content),
    ];
    lines.push(population(cohort));
    lines
}

fn cohorts(plan: &CohortPlan) -> String {
    let (units, every, zone) = (units(plan.subject), plan.every.name(), plan.zone.name());
    let start = start(plan);
    let range = match (plan.since, plan.until) {
        (None, None) => "",
        _ => "; what is first is decided over all history",
    };
    match plan.first {
        _ if plan.subject == Subject::Deals => format!("Cohort: {units} by the {every} of their creation ({zone})."),
        First::Match => format!("Cohort: {units} by the {every} of their first {start} ({zone}{range})."),
        First::Ever => format!(
            "Cohort: {units} by the {every} of their first {start}, where no earlier one of that name failed to match \
             ({zone}{range})."
        ),
        First::Recurring => {
            format!(
                "Cohort: {units} in every {every} in which they have {start}: one may stand in several ({zone}{range})."
            )
        }
    }
}

fn ages(plan: &CohortPlan) -> String {
    if !plan.rolling {
        return format!("Age n: the n-th calendar {} after it.", plan.every.name());
    }
    let length = match plan.every {
        Every::Hour => "n full hours",
        Every::Day => "n times 24 hours",
        Every::Week => "n times 7 days",
        Every::Month => "n times 30 days (a rolling month)",
        Every::Quarter => "n times 90 days (a rolling quarter)",
        Every::Year => "n times 365 days (a rolling year)",
    };
    format!("Age n: from {length} after each one's own start (rolling).")
}

fn cells(plan: &CohortPlan) -> String {
    let returning = returning(plan);
    match plan.measure {
        Measure::Retention { min_occurrences, or_after } => {
            let times = if min_occurrences > 1 { format!(" at least {min_occurrences} times") } else { String::new() };
            let (when, mode) =
                if or_after { ("at that age or a later one", "on or after") } else { ("at that age", "on") };
            format!("Retained ({mode}): {returning}{times} {when}.")
        }
        Measure::Conversion if plan.subject == Subject::Deals => "Converted: won by the end of that age.".to_owned(),
        Measure::Conversion => {
            format!("Converted: {returning} by the end of that age, not before the start and other than it.")
        }
        Measure::Revenue if plan.subject == Subject::Deals => {
            "Revenue: the amount of deals won at that age.".to_owned()
        }
        Measure::Revenue => {
            format!("Active: {returning} at that age. Revenue: the value of all of them from the start on.")
        }
    }
}

const fn age_0(plan: &CohortPlan) -> &'static str {
    match plan.measure {
        Measure::Retention { .. } => "is the cohort itself",
        Measure::Conversion => "is the period of the start",
        Measure::Revenue => "holds what came in the period of the start",
    }
}

fn marks(cohort: &Cohort<'_>, content: Content) -> String {
    let under_way = cohort.answer.rows.iter().flat_map(|row| &row.cells).any(|cell| !cell.complete);
    let star = if under_way { "* is still under way and stays out of the pooled row. " } else { "" };
    let pooled = match content {
        Content::Rate | Content::PerUnit => format!("{POOLED} "),
        Content::Active | Content::Value => String::new(),
    };
    format!("{star}{pooled}Shades are quarters of the largest cell.")
}

fn population(cohort: &Cohort<'_>) -> String {
    let plan = cohort.plan;
    let mut cohorts: Vec<_> = cohort.answer.rows.iter().map(|row| row.cohort).collect();
    cohorts.sort_unstable();
    cohorts.dedup();
    let as_of = cohort.answer.as_of.map(|as_of| local_time(as_of, plan.zone).format("%Y-%m-%d %H:%M:%S"));
    let as_of = as_of.map_or_else(String::new, |as_of| format!(", as of {as_of}"));
    let count = grouped(cohort.answer.facts.units);
    format!("Population: {count} {} in {} cohorts{as_of}.", units(plan.subject), grouped(cohorts.len() as u64))
}

/// The definitions for `explain`, each with the kind of rows that it is about.
pub fn definitions(plan: &CohortPlan) -> Vec<(&'static str, String)> {
    vec![("cohort", cohorts(plan)), ("age", ages(plan)), ("cell", format!("{} Age 0 {}.", cells(plan), age_0(plan)))]
}

/// Whom the pooled row counts.
pub const POOLED: &str = "Pooled: all units of the cohorts that are through with that age.";

/// What makes a start, in words.
fn start(plan: &CohortPlan) -> String {
    named(plan, plan.start.as_ref(), "")
}

/// What makes a return, in words.
pub fn returning(plan: &CohortPlan) -> String {
    named(plan, plan.returning.as_ref(), "any ")
}

fn named(plan: &CohortPlan, matcher: Option<&StepMatch>, article: &str) -> String {
    let row = if plan.subject == Subject::Orders { "order" } else { "event" };
    match matcher {
        Some(StepMatch::Names(names)) => format!("`{}`", names.join("|")),
        Some(StepMatch::Expression(expression)) => format!("{article}{row} ({expression})"),
        None => format!("{article}{row}"),
    }
}

/// Writes a count with separators.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
