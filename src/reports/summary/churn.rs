//! What churn says to the summary: customers lost in the last full period against the one before, and revenue.
//!
//! Thresholds. Both periods are over and have [`FEWEST`] customers whose loss is counted; where only the last one has,
//! its rate is told without a comparison. The test takes the two periods as independent, although most customers stand
//! in both. Revenue lost is told of the same period, as a fact: amounts have no test.

use super::change::Change;
use super::figures::{count, percent, period};
use super::funnel::FEWEST;
use super::statement::{Figures, Statement, Topic};
use super::texts::Say;
use crate::plan::churn::{Basis, ChurnPeriod};
use crate::reports::churn::{Churn, denominator, revenue_rates};
use crate::stats::difference::Counts;
use crate::stats::proportion::wilson;

/// Who leaves; of the whole, not of groups.
#[must_use]
pub fn lost(churn: &Churn<'_>) -> Vec<Statement> {
    let Some(group) = churn.answer.groups.first().filter(|_| churn.plan.by.is_empty()) else { return Vec::new() };
    let full: Vec<&ChurnPeriod> = group.periods.iter().filter(|period| period.complete).collect();
    let Some((now, before)) = full.split_last() else { return Vec::new() };
    let statement = before.last().and_then(|then| change(churn, now, then)).or_else(|| level(churn, now));
    statement.into_iter().chain(revenue(churn, now)).collect()
}

/// Lost among those whose loss is counted, where these are enough and the rate is a share.
fn counts(churn: &Churn<'_>, period: &ChurnPeriod) -> Option<Counts> {
    let counts = Counts::new(period.customers.churned, denominator(churn.convention, &period.customers));
    (counts.trials >= FEWEST && counts.successes <= counts.trials).then_some(counts)
}

fn change(churn: &Churn<'_>, now: &ChurnPeriod, then: &ChurnPeriod) -> Option<Statement> {
    let (one, other) = (counts(churn, now)?, counts(churn, then)?);
    let change = Change::of(one, other, churn.confidence)?;
    let say = change.say([Say::ChurnSame, Say::ChurnRose, Say::ChurnFell]);
    let mut values = vec![
        ("churned", count(one.successes)),
        ("start", count(one.trials)),
        ("period", period(now.period, churn.plan.every)),
        ("base_churned", count(other.successes)),
        ("base_start", count(other.trials)),
        ("before", period(then.period, churn.plan.every)),
    ];
    values.extend(change.values());
    Some(Statement::new(Topic::Churn, "churn.customers", say, values, change.figures()))
}

fn level(churn: &Churn<'_>, now: &ChurnPeriod) -> Option<Statement> {
    let one = counts(churn, now)?;
    let rate = one.rate()?;
    let interval = wilson(one.successes, one.trials, churn.confidence)?;
    let values = vec![
        ("churned", count(one.successes)),
        ("start", count(one.trials)),
        ("rate", percent(rate)),
        ("low", percent(interval.low)),
        ("high", percent(interval.high)),
        ("period", period(now.period, churn.plan.every)),
    ];
    let figures =
        Figures { value: Some(rate), low: Some(interval.low), high: Some(interval.high), ..Figures::default() };
    Some(Statement::new(Topic::Churn, "churn.customers", Say::ChurnLevel, values, figures))
}

fn revenue(churn: &Churn<'_>, now: &ChurnPeriod) -> Option<Statement> {
    counts(churn, now).filter(|_| churn.plan.basis == Basis::Subscriptions)?;
    let (gross, net) = revenue_rates(churn.convention, &now.revenue)?;
    let name = period(now.period, churn.plan.every);
    let values = vec![("gross", percent(gross)), ("net", percent(net)), ("period", name)];
    let figures = Figures { value: Some(gross), ..Figures::default() };
    Some(Statement::new(Topic::Churn, "churn.revenue", Say::RevenueChurn, values, figures))
}
