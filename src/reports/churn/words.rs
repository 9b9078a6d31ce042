//! Churn in sentences, for the report.

use super::{Churn, rate};
use crate::plan::churn::{Basis, ChurnGroup, ChurnPeriod};
use crate::reports::labels::span;
use crate::stats::proportion::wilson;
use crate::stats::survival::{Observed, Survival};

/// Returns the sentences that follow from the whole (the first group).
#[must_use]
pub fn lines(churn: &Churn<'_>) -> Vec<String> {
    let Some(group) = churn.answer.groups.first().filter(|_| churn.plan.by.is_empty()) else { return Vec::new() };
    let mut lines = Vec::new();
    if let Some(period) = group.periods.iter().rfind(|period| period.complete) {
        lines.extend(last_period(churn, period));
    }
    lines.extend(stay(churn, group));
    lines
}

fn last_period(churn: &Churn<'_>, period: &ChurnPeriod) -> Vec<String> {
    let moves = &period.customers;
    let every = churn.plan.every.name();
    let mut lines = Vec::new();
    if let Some(found) = rate(moves.churned, moves.start) {
        let band = wilson(moves.churned, moves.start, churn.confidence);
        let band = band.map_or_else(String::new, |band| format!(" ({} to {})", percent(band.low), percent(band.high)));
        lines.push(format!(
            "In the last full {every} {} customers were lost, {}{band} of the {} at its start; {} came.",
            moves.churned,
            percent(found),
            moves.start,
            moves.new
        ));
    }
    let revenue = super::revenue::Rates::of(churn.convention, &period.revenue);
    if let (Basis::Subscriptions, Some(gross), Some(net)) = (churn.plan.basis, revenue.gross, revenue.net) {
        lines.push(format!("Of the monthly revenue {} were lost, {} net of what grew.", percent(gross), percent(net)));
    }
    lines
}

fn stay(churn: &Churn<'_>, group: &ChurnGroup) -> Option<String> {
    let stays = group.stays.iter();
    let observed: Vec<Observed> =
        stays.map(|stay| Observed { time: stay.time, events: stay.churned, censored: stay.open }).collect();
    let curve = Survival::estimate(&observed, churn.confidence)?;
    let first = match (churn.plan.basis, curve.median()) {
        (Basis::Snapshot, _) | (_, None) => return None,
        (_, Some(median)) => median.time,
    };
    let days = first / crate::model::time::MICROS_PER_DAY * crate::model::time::MICROS_PER_DAY;
    Some(format!("Half of the customers are lost within {}.", span(days.max(1))))
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
