//! The deals behind a number: found by their keys, then named by a second look at the files.

use super::life::{Life, Place};
use super::tally::{Measure, is_stuck, waiting};
use crate::engine::groups::GroupNames;
use crate::engine::record::Wide;
use crate::engine::stage_judge::State;
use crate::error::Result;
use crate::input::batch::{Batch, Column, Field, UnitKey, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Source};
use crate::model::decimal::Decimal;
use crate::model::kind::Role;
use crate::model::time::NO_TIME;
use crate::plan::deals::{List, Listed, Listing};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

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
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let units: Arc<HashSet<UnitKey>> = Arc::new(found.iter().map(|found| found.unit).collect());
    let dictionary = Arc::new(Dictionary::default());
    let mut ids: BTreeMap<UnitKey, u32> = BTreeMap::new();
    for source in sources {
        let id = source.column(Role::Id);
        let label = Wanted::Label { dictionary: Arc::clone(&dictionary), units: Arc::clone(&units) };
        let fields = vec![Field { column: id.clone(), wanted: Wanted::Id }, Field { column: id, wanted: label }];
        let request = Request { fields, ..Request::default() };
        let scanned = source.scan(&request, &labels, &AtomicBool::new(false))?;
        ids.extend(scanned.staged.into_iter().flatten());
    }
    let names = dictionary.names();
    let mut listed: Vec<Listed> = found
        .into_iter()
        .map(|found| {
            let id = ids.get(&found.unit).and_then(|code| names.get(*code as usize)).cloned().unwrap_or_default();
            Listed { id, group: groups.label(found.group), ..found.deal }
        })
        .collect();
    listed.sort_by(|left, right| (Reverse(left.elapsed), &left.id).cmp(&(Reverse(right.elapsed), &right.id)));
    Ok(listed)
}

/// Keys and codes of the ids that are wanted.
fn labels(batch: &Batch) -> Vec<(UnitKey, u32)> {
    match batch.columns.as_slice() {
        [Column::Ids(ids), Column::Codes(codes)] => {
            ids.iter().copied().zip(codes.iter().copied()).filter(|(_, code)| *code != 0).collect()
        }
        _ => Vec::new(),
    }
}
