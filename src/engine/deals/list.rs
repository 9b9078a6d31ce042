//! The deals behind a number: found by their keys, then named by a second look at the files.

use super::life::{Life, Place};
use super::tally::{Measure, is_stuck, waiting};
use crate::engine::groups::GroupNames;
use crate::engine::leads::ids;
use crate::engine::record::Wide;
use crate::engine::stage_judge::State;
use crate::error::Result;
use crate::input::batch::UnitKey;
use crate::input::source::Source;
use crate::model::decimal::Decimal;
use crate::model::time::NO_TIME;
use crate::plan::deals::{List, Listed, Listing};
use std::cmp::Reverse;

/// A deal to be listed, whose id is still to be looked up.
#[derive(Debug, Clone)]
pub struct Found {
    unit: UnitKey,
    group: u32,
    deal: Listed,
}

/// The deal, where it belongs to the list.
pub fn finder(
    what: Listing,
    unit: &[Wide],
    life: &Life,
    value: Option<Decimal>,
    group: u32,
    measure: &Measure<'_>,
) -> Option<Found> {
    let is_open = life.state == State::Open;
    let (stage, stood) = waiting(life, measure);
    let belongs = match what {
        Listing::Stuck => is_open && is_stuck(stage, stood, measure),
        Listing::OpenAt(wanted) => is_open && stage == Some(wanted),
        Listing::DroppedAt(wanted) => matches!(life.state, State::Lost(_)) && stage == Some(wanted),
        Listing::Reached(wanted) => life.moves.iter().any(|step| step.to == Place::Stage(wanted)),
        Listing::NeverContacted => life.moments.first().is_some_and(|time| *time == NO_TIME),
    };
    if !belongs {
        return None;
    }
    let entered = life.stage().and_then(|(_, since)| since);
    let start = entered.or(Some(life.created).filter(|time| *time != NO_TIME));
    let end = if is_open { measure.last_moment } else { life.closed() };
    let elapsed = start.filter(|_| end != NO_TIME).map(|start| measure.units.elapsed(start, end).max(0));
    let status = match life.state {
        State::Won(_) => "won",
        State::Lost(_) => "lost",
        State::Open => "open",
    };
    let last = life.last();
    let deal = Listed { id: String::new(), stage, status, entered, last, elapsed, value, group: Vec::new() };
    Some(Found { unit: unit.first()?.unit(), group, deal })
}

/// The longest waiting deals first, then by key; and how many are beyond the limit.
pub fn longest_first(mut found: Vec<Found>, list: Option<List>) -> (Vec<Found>, u64) {
    found.sort_unstable_by_key(|found| (Reverse(found.deal.elapsed), found.unit));
    let limit = list.map_or(0, |list| list.limit);
    let beyond = found.len().saturating_sub(limit);
    found.truncate(limit);
    (found, beyond as u64)
}

/// Looks up the ids of the deals.
///
/// # Errors
/// Whatever reading reports.
pub fn named(found: Vec<Found>, groups: &GroupNames, sources: &[Source]) -> Result<Vec<Listed>> {
    let ids = ids(found.iter().map(|found| found.unit), sources)?;
    let mut listed: Vec<Listed> = found
        .into_iter()
        .map(|found| {
            let id = ids.get(&found.unit).cloned().unwrap_or_default();
            Listed { id, group: groups.label(found.group), ..found.deal }
        })
        .collect();
    listed.sort_by(|left, right| (Reverse(left.elapsed), &left.id).cmp(&(Reverse(right.elapsed), &right.id)));
    Ok(listed)
}
