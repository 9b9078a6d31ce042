//! What the costs say to the summary: the channel whose customers cost more than those of the others.
//!
//! Under the same cost per customer, each customer comes from a channel with the chance that is its share of the spend:
//! the exact binomial test compares the two (Przyborowski and Wilenski 1940), and Wilson's interval of the channel's
//! share of the customers gives that of the ratio of costs. Both are widened for the number of channels (Bonferroni),
//! since the dearest one is picked.
//!
//! Thresholds. A channel takes part with spend and, of its leads, at most [`MOST_OPEN`] still open; by period, with
//! those of its periods for which that holds. [`FEWEST`] customers in all, [`FEWEST_OTHERS`] of them elsewhere, and
//! [`LEAST_SPEND`] of the spend for the channel. By time of winning (`--match win`) nothing is told: spend and customers
//! are not of the same leads.

use super::figures::{chance, count, money, times};
use super::statement::{Figures, Statement, Topic};
use super::texts::Say;
use crate::model::decimal::Decimal;
use crate::plan::cost::{CostCounts, Matching};
use crate::plan::{NONE, OTHER};
use crate::reports::cost::Cost;
use crate::stats::binomial::two_sided;
use crate::stats::proportion::wilson;

const MOST_OPEN: f64 = 0.1;
const FEWEST: u64 = 20;
const FEWEST_OTHERS: u64 = 5;
const LEAST_SPEND: f64 = 0.05;

/// A channel beside all others.
struct Compared {
    name: String,
    spend: f64,
    customers: u64,
    /// What a customer costs elsewhere.
    base: f64,
    /// Cost per customer over that elsewhere, with its interval; `None` for the ratio without a customer.
    ratio: Option<f64>,
    low: f64,
    high: f64,
    p: f64,
}

/// The channel that costs most above what its customers would have cost elsewhere, if that is more than noise.
#[must_use]
pub fn dear(cost: &Cost<'_>, confidence: f64) -> Option<Statement> {
    if cost.question.matching == Matching::Win || cost.question.by.is_empty() {
        return None;
    }
    let channels = mature(cost);
    let named = channels.iter().filter(|(group, _)| group.iter().all(|value| value != OTHER && value != NONE));
    let tests = named.clone().count();
    let found = named.filter_map(|(group, counts)| compare(group, *counts, &channels, (tests, confidence)));
    let alpha = 1.0 - confidence;
    let dear = found.filter(|one| one.p < alpha && one.ratio.is_none_or(|ratio| ratio > 1.0));
    let wasted = |one: &Compared| one.spend - number(one.customers) * one.base;
    let dear =
        dear.max_by(|left, right| wasted(left).total_cmp(&wasted(right)).then_with(|| right.name.cmp(&left.name)))?;
    Some(statement(&dear, cost.answer.currency.as_deref()))
}

/// Spend and customers of each group, of those periods that are through; groups without spend have no cost.
fn mature(cost: &Cost<'_>) -> Vec<(Vec<String>, (Decimal, u64))> {
    let mut channels: Vec<(Vec<String>, (Decimal, u64))> = Vec::new();
    let is_mature = |counts: &CostCounts| {
        !cost.answer.known.leads || counts.leads == 0 || number(counts.open) <= MOST_OPEN * number(counts.leads)
    };
    for row in cost.answer.rows.iter().filter(|row| is_mature(&row.counts)) {
        let Some(spend) = row.counts.spend.filter(|spend| spend.0 > 0) else { continue };
        match channels.iter_mut().find(|(group, _)| *group == row.group) {
            Some((_, known)) => {
                known.0 = known.0.checked_add(spend).unwrap_or(known.0);
                known.1 += row.counts.customers;
            }
            None => channels.push((row.group.clone(), (spend, row.counts.customers))),
        }
    }
    channels
}

fn compare(
    group: &[String],
    (spend, customers): (Decimal, u64),
    channels: &[(Vec<String>, (Decimal, u64))],
    (tests, confidence): (usize, f64),
) -> Option<Compared> {
    let others = || channels.iter().filter(|(other, _)| other != group).map(|(_, counts)| counts);
    let (elsewhere, gained) = (others().map(|(spend, _)| spend.to_f64()).sum::<f64>(), others().map(|(_, n)| n).sum());
    let (spend, all): (f64, u64) = (spend.to_f64(), customers + gained);
    let share = spend / (spend + elsewhere);
    if all < FEWEST || gained < FEWEST_OTHERS || share < LEAST_SPEND {
        return None;
    }
    let tests = number(tests as u64);
    let p = (two_sided(customers, all, share)? * tests).min(1.0);
    let interval = wilson(customers, all, 1.0 - (1.0 - confidence) / tests)?;
    // Cost per customer here over that elsewhere, for a share of the customers.
    let ratio = |part: f64| spend / elsewhere * (1.0 - part) / part;
    Some(Compared {
        name: group.join(", "),
        spend,
        customers,
        base: elsewhere / number(gained),
        ratio: (customers > 0).then(|| ratio(number(customers) / number(all))),
        low: ratio(interval.high),
        high: ratio(interval.low),
        p,
    })
}

fn statement(dear: &Compared, currency: Option<&str>) -> Statement {
    let mut values = vec![
        ("channel", dear.name.clone()),
        ("spend", money(dear.spend, currency)),
        ("base", money(dear.base, currency)),
        ("p", chance(dear.p)),
    ];
    let mut figures = Figures {
        base: Some(dear.base),
        low: Some(dear.low).filter(|low| low.is_finite()),
        high: Some(dear.high).filter(|high| high.is_finite()),
        p_value: Some(dear.p),
        ..Figures::default()
    };
    let Some(ratio) = dear.ratio else {
        values.push(("expected", times(dear.spend / dear.base)));
        return Statement::new(Topic::Cost, "cost.cost", Say::CostNothing, values, figures);
    };
    let each = dear.spend / number(dear.customers);
    figures.value = Some(each);
    figures.effect = Some(ratio);
    values.extend([
        ("each", money(each, currency)),
        ("times", times(ratio)),
        ("low", times(dear.low)),
        ("high", times(dear.high)),
        ("customers", count(dear.customers)),
    ]);
    Statement::new(Topic::Cost, "cost.cost", Say::CostDear, values, figures)
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
const fn number(count: u64) -> f64 {
    count as f64
}
