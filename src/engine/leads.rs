//! The units behind a number of the funnel: taken from the very outcomes that are counted, then named by a second look
//! at the files. Only as many are kept as are listed.

use super::groups::GroupNames;
use super::tally::{Ending, Outcome};
use crate::error::Result;
use crate::input::batch::{Batch, Column, Field, UnitKey, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Source};
use crate::model::decimal::Decimal;
use crate::model::kind::Role;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::leads::{Lead, LeadList, Leads, Status, Which};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// So many more than the limit are gathered before those beyond it are thrown away.
const SLACK: usize = 1024;

/// A unit to be listed, whose id is still to be looked up; the order is that of the list, as far as keys tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    elapsed: Reverse<Micros>,
    unit: UnitKey,
    entered: Micros,
    last: Micros,
    group: u32,
    step: usize,
    status: Status,
    value: Option<Decimal>,
}

/// Picks the units of a list while they are counted.
#[derive(Debug)]
pub struct Finder {
    list: LeadList,
    as_of: Option<Micros>,
    found: Vec<Found>,
    total: u64,
}

impl Finder {
    #[must_use]
    pub const fn new(list: LeadList, as_of: Option<Micros>) -> Self {
        Self { list, as_of, found: Vec::new(), total: 0 }
    }

    /// Takes a journey that is counted, where it belongs to the list.
    pub fn see(&mut self, unit: UnitKey, group: u32, outcome: &Outcome<'_>) {
        let status = match outcome.ending {
            Ending::Converted => Status::Converted,
            Ending::Expired | Ending::Lost => Status::Dropped,
            Ending::Open => Status::Open,
        };
        let belongs = match self.list.which {
            Which::Reached(step) => outcome.reached.get(step) == Some(&true),
            Which::DroppedAt(step) => status == Status::Dropped && outcome.last == step,
            Which::OpenAt(step) => status == Status::Open && outcome.last == step,
        };
        if !belongs {
            return;
        }
        self.total += 1;
        let time = |step: usize| outcome.times.get(step).copied().unwrap_or(NO_TIME);
        let (entered, last) = (time(0), time(outcome.last));
        let end = if status == Status::Converted { last } else { self.as_of.unwrap_or(last) };
        self.found.push(Found {
            elapsed: Reverse(end.saturating_sub(entered).max(0)),
            unit,
            entered,
            last,
            group,
            step: outcome.last,
            status,
            value: outcome.values.get(self.list.which.step()).copied().flatten(),
        });
        if self.found.len() >= self.list.limit.saturating_add(SLACK) {
            self.cut();
        }
    }

    /// Puts together what several threads have found.
    pub fn merge(&mut self, other: Self) {
        self.total += other.total;
        self.found.extend(other.found);
        self.cut();
    }

    fn cut(&mut self) {
        if self.found.len() > self.list.limit {
            self.found.select_nth_unstable(self.list.limit);
            self.found.truncate(self.list.limit);
        }
    }

    /// Looks up the ids.
    ///
    /// # Errors
    /// Whatever reading reports.
    pub fn named(mut self, groups: &GroupNames, sources: &[Source]) -> Result<Leads> {
        self.cut();
        let names = ids(self.found.iter().map(|found| found.unit), sources)?;
        let lead = |found: &Found| Lead {
            id: names.get(&found.unit).cloned().unwrap_or_default(),
            step: found.step,
            status: found.status,
            entered: found.entered,
            last: found.last,
            elapsed: found.elapsed.0,
            value: found.value,
            group: groups.label(found.group),
        };
        let mut listed: Vec<Lead> = self.found.iter().map(lead).collect();
        listed.sort_by(|left, right| {
            let key = |lead: &Lead| (Reverse(lead.elapsed), lead.entered, lead.last, lead.step, lead.value);
            (Reverse(left.elapsed), &left.id, key(left), &left.group).cmp(&(
                Reverse(right.elapsed),
                &right.id,
                key(right),
                &right.group,
            ))
        });
        Ok(Leads { listed, total: self.total })
    }
}

/// The texts of ids by their keys; of several spellings of one id the smallest.
///
/// # Errors
/// Whatever reading reports.
pub fn ids(units: impl Iterator<Item = UnitKey>, sources: &[Source]) -> Result<BTreeMap<UnitKey, String>> {
    let units: Arc<HashSet<UnitKey>> = Arc::new(units.collect());
    if units.is_empty() {
        return Ok(BTreeMap::new());
    }
    let dictionary = Arc::new(Dictionary::default());
    let mut pairs: HashSet<(UnitKey, u32)> = HashSet::new();
    for source in sources {
        let id = source.column(Role::Id);
        let label = Wanted::Label { dictionary: Arc::clone(&dictionary), units: Arc::clone(&units) };
        let fields = vec![Field { column: id.clone(), wanted: Wanted::Id }, Field { column: id, wanted: label }];
        let request = Request { fields, ..Request::default() };
        let scanned = source.scan(&request, &labels, &AtomicBool::new(false))?;
        pairs.extend(scanned.staged.into_iter().flatten());
    }
    let names = dictionary.names();
    let mut ids: BTreeMap<UnitKey, String> = BTreeMap::new();
    for (unit, code) in pairs {
        let Some(name) = names.get(code as usize) else { continue };
        match ids.get(&unit) {
            Some(known) if known <= name => {}
            _ => drop(ids.insert(unit, name.clone())),
        }
    }
    Ok(ids)
}

/// Keys and codes of the ids that are wanted, each once.
fn labels(batch: &Batch) -> HashSet<(UnitKey, u32)> {
    match batch.columns.as_slice() {
        [Column::Ids(ids), Column::Codes(codes)] => {
            ids.iter().copied().zip(codes.iter().copied()).filter(|(_, code)| *code != 0).collect()
        }
        _ => HashSet::new(),
    }
}
