//! Cohorts as a section of the report: the matrices, and sentences that follow from the pooled row.

use super::matrix::{Content, matrices};
use super::pooled::{Pooled, pool};
use super::words::{grouped, returning, units};
use super::{Cohort, pooled, table};
use crate::document::{Section, Table};
use crate::plan::cohort::Measure;
use crate::stats::proportion::wilson;

/// The section, and the tables for machines as `cohort.NAME` (with `prefix` before the name).
#[must_use]
pub fn section(cohort: &Cohort<'_>, title: &str, prefix: &str) -> Section {
    let named = |table: Table| Table { name: format!("cohort.{prefix}{}", table.name), ..table };
    let contents: &[Content] = if cohort.is_revenue() { &[Content::Rate, Content::PerUnit] } else { &[Content::Rate] };
    let mut tables = vec![table::cohorts(cohort), pooled::table(cohort)];
    tables.extend(matrices(cohort, contents));
    Section { title: title.to_owned(), lines: lines(cohort), tables: tables.into_iter().map(named).collect() }
}

/// What the pooled row says at the first age and at the last.
fn lines(cohort: &Cohort<'_>) -> Vec<String> {
    let pooled = pool(&cohort.answer.rows);
    let first_age = usize::from(cohort.plan.measure != Measure::Conversion);
    let at = |age: usize| pooled.iter().find(|pooled| pooled.age == age);
    let last = pooled.last().filter(|last| last.age > first_age);
    let mut lines: Vec<String> = at(first_age).into_iter().chain(last).map(|pooled| line(cohort, pooled)).collect();
    if let Some(last) = pooled.last().filter(|_| cohort.is_revenue())
        && let Some(amount) = super::table::per_unit(last.cumulative, last.size)
    {
        let (unit, every) = (units(cohort.plan.subject), cohort.plan.every.name());
        lines.push(format!(
            "By the end of {every} {} the {} {unit} seen so long had brought {amount:.2} each.",
            last.age,
            grouped(last.size)
        ));
    }
    lines
}

fn line(cohort: &Cohort<'_>, pooled: &Pooled) -> String {
    let plan = cohort.plan;
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let percent = pooled.active as f64 / pooled.size as f64 * 100.0;
    let interval = wilson(pooled.active, pooled.size, cohort.confidence).map_or_else(String::new, |interval| {
        format!(" ({:.1} % to {:.1} %)", interval.low * 100.0, interval.high * 100.0)
    });
    let what = match plan.measure {
        Measure::Conversion => format!("had {} by the end of", returning(plan)),
        _ => format!("had {} in", returning(plan)),
    };
    format!(
        "{} of {} {} {what} {} {}: {percent:.1} %{interval}.",
        grouped(pooled.active),
        grouped(pooled.size),
        units(plan.subject),
        plan.every.name(),
        pooled.age
    )
}
