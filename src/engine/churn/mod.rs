//! Churn: from the rows of subscriptions, orders, events or a snapshot to customers, their movements and their stays.

mod changes;
mod period;
pub mod read;
mod shown;
mod snapshot;
mod tally;
mod walk;

use super::groups::GroupNames;
use super::record::{Record, Wide};
use super::store::{Gathered, Staged, gather, in_parallel};
use crate::error::{Error, Result};
use crate::input::source::{Scan, Source};
use crate::model::time::{MICROS_PER_DAY, Micros};
use crate::plan::churn::{Basis, ChurnAnswer, ChurnFacts, ChurnPlan};
use crate::stats::quantile;

/// An answer with the accounts of the sources it was read from.
#[derive(Debug, Default)]
pub struct ChurnRun {
    pub answer: ChurnAnswer,
    /// One per source, in their order.
    pub scans: Vec<Scan>,
}

/// Packed rows with what is needed to read them.
struct Units {
    chunks: Vec<Staged<Wide>>,
    groups: GroupNames,
    /// Whether every time of every source is a date.
    whole_days: bool,
    /// The earliest start.
    first: Micros,
    as_of: Micros,
}

/// The share of gaps between orders that the default silence covers.
const USUAL_GAP: f64 = 0.9;

/// Answers a plan from its sources, which are all of the kind that its basis says.
///
/// # Errors
/// Whatever reading reports; amounts beyond the exact range; no gap to take the silence from.
pub fn run(plan: &ChurnPlan, sources: &[Source], threads: usize) -> Result<ChurnRun> {
    let (read, scans) = read::read(plan, sources)?;
    if plan.basis == Basis::Snapshot {
        let answer = snapshot::answer(plan, &read, threads)?;
        return Ok(ChurnRun { answer, scans });
    }
    let facts = ChurnFacts {
        after_as_of: scans.iter().map(|scan| scan.after_as_of).sum(),
        as_of_is_end: read.as_of_is_end(plan),
        ..ChurnFacts::default()
    };
    let as_of = read.as_of(plan);
    let Some((first, last)) = read.span().zip(as_of) else {
        let groups = shown::none(plan);
        return Ok(ChurnRun { answer: ChurnAnswer { groups, as_of, inactive_after: None, facts }, scans });
    };
    let units = Units { chunks: read.chunks, groups: read.groups, whole_days: read.whole_days, first, as_of: last };
    let inactive_after = match plan.basis {
        Basis::Activity { inactive_after } => Some(silence(inactive_after, &units, threads)?),
        Basis::Subscriptions | Basis::Snapshot => None,
    };
    let (groups, never_active) = walk::answer(plan, &units, inactive_after, threads)?;
    let facts = ChurnFacts { never_active, ..facts };
    Ok(ChurnRun { answer: ChurnAnswer { groups, as_of, inactive_after, facts }, scans })
}

/// The silence after which a customer counts as lost: as given, else the 90th percentile of all gaps between the orders
/// of a customer, in whole days (rounded up). Of dates it is always in whole days.
fn silence(given: Option<Micros>, units: &Units, threads: usize) -> Result<Micros> {
    let in_days = |span: Micros| (span + MICROS_PER_DAY - 1).div_euclid(MICROS_PER_DAY).max(1) * MICROS_PER_DAY;
    if let Some(given) = given {
        return Ok(if units.whole_days { in_days(given) } else { given });
    }
    let mut gaps = gaps(units, threads)?;
    let usual = quantile::quantiles(&mut gaps, &[USUAL_GAP]).and_then(|found| found.first().copied());
    let Some(usual) = usual else {
        let error = Error::data("no customer came twice, so that no usual gap is known");
        return Err(error.with_hint("--inactive-after 90d says after which silence a customer is lost"));
    };
    #[expect(clippy::cast_possible_truncation, reason = "gaps are times of 130 years at most")]
    Ok(in_days(usual.ceil() as Micros))
}

/// The times between consecutive moments of each customer's activity, up to the as-of time.
fn gaps(units: &Units, threads: usize) -> Result<Vec<Micros>> {
    let workers = in_parallel(threads, <(Gathered<Wide>, Vec<Micros>)>::default, |worker, partition| {
        let (gathered, gaps) = worker;
        gather(&units.chunks, partition, gathered);
        for unit in gathered.records.chunk_by(|left, right| left.same_unit(*right)) {
            let pairs = unit.windows(2).map(|pair| pair[1].time() - pair[0].time());
            gaps.extend(pairs.filter(|gap| *gap > 0));
        }
    })?;
    Ok(workers.into_iter().flat_map(|(_, gaps)| gaps).collect())
}
