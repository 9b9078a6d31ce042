//! From gathered visits to counts: every unit is looked at once, period by period.

use super::record::{ACTIVITY, FIRST_SEEN, IN_RANGE, Visit, unit_bit};
use crate::engine::groups::GroupNames;
use crate::engine::record::Record;
use crate::model::time::Micros;
use crate::plan::Attribution;
use crate::plan::calendar::Calendar;
use crate::plan::lifecycle::{LifecycleCounts, LifecyclePlan};
use std::collections::BTreeMap;
use std::ops::Range;

/// What all units are judged by.
pub struct Rules<'a> {
    pub plan: &'a LifecyclePlan,
    pub names: &'a GroupNames,
    pub calendar: &'a Calendar,
    /// The periods that are shown; the calendar begins earlier where history does.
    pub shown: Range<usize>,
    /// The period in which the data end.
    pub last: usize,
}

/// The counts of one group.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    pub units: u64,
    pub periods: Vec<LifecycleCounts>,
    pub stickiness: Vec<u64>,
}

impl Counts {
    pub fn new(periods: usize) -> Self {
        Self { units: 0, periods: vec![LifecycleCounts::default(); periods], stickiness: vec![0; periods] }
    }

    pub fn merge(&mut self, other: &Self) {
        self.units += other.units;
        for (mine, theirs) in self.periods.iter_mut().zip(&other.periods) {
            mine.new += theirs.new;
            mine.returning += theirs.returning;
            mine.resurrecting += theirs.resurrecting;
            mine.dormant += theirs.dormant;
            mine.active += theirs.active;
        }
        for (mine, theirs) in self.stickiness.iter_mut().zip(&other.stickiness) {
            *mine += theirs;
        }
    }
}

/// One thread's counts, by rank of the group.
pub struct Worker<'a> {
    rules: &'a Rules<'a>,
    pub groups: BTreeMap<u32, Counts>,
    /// Active periods of the unit at hand.
    active: Vec<usize>,
}

impl<'a> Worker<'a> {
    pub fn new(rules: &'a Rules<'a>) -> Self {
        Self { rules, groups: BTreeMap::new(), active: Vec::new() }
    }

    /// Counts one unit by its visits in the order of their time.
    pub fn unit(&mut self, visits: &[Visit]) {
        let rules = self.rules;
        let filters = rules.plan.unit_filters.len();
        if filters > 0 {
            let met = visits.iter().fold(0, |met, visit| met | visit.class());
            if !(0..filters).all(|filter| met & unit_bit(filter) != 0) {
                return;
            }
        }
        let sticky = self.active_periods(visits);
        if self.active.is_empty() && sticky == 0 {
            return;
        }
        let rank = if rules.plan.by.is_empty() { 0 } else { rules.group(visits) };
        let counts = self.groups.entry(rank).or_insert_with(|| Counts::new(rules.shown.len()));
        counts.units += 1;
        if let Some(place) = sticky.checked_sub(1).and_then(|place| counts.stickiness.get_mut(place)) {
            *place += 1;
        }
        let seen = visits.iter().find(|visit| visit.class() & FIRST_SEEN != 0);
        let seen = seen.map(|visit| rules.calendar.index(visit.time()));
        count(rules, &self.active, seen, &mut counts.periods);
    }

    /// Finds the periods in which the unit was active; returns in how many of those shown it was so by events within
    /// `--since` and `--until`.
    fn active_periods(&mut self, visits: &[Visit]) -> usize {
        self.active.clear();
        let rules = self.rules;
        let enough = |count: u64| count >= rules.plan.least && rules.plan.most.is_none_or(|most| count <= most);
        let mut sticky = 0;
        let mut rest = visits;
        while let Some(visit) = rest.first() {
            let period = rules.calendar.index(visit.time());
            let end = rules.calendar.end(period);
            let (mut all, mut within, mut length) = (0, 0, 0);
            for visit in rest.iter().take_while(|visit| visit.time() < end) {
                let class = visit.class();
                length += 1;
                all += u64::from(class & ACTIVITY != 0);
                within += u64::from(class & (ACTIVITY | IN_RANGE) == ACTIVITY | IN_RANGE);
            }
            if enough(all) && all > 0 {
                self.active.push(period);
            }
            if enough(within) && within > 0 && rules.shown.contains(&period) {
                sticky += 1;
            }
            // The last period of the calendar holds whatever comes after it.
            rest = if length == 0 { &[] } else { &rest[length..] };
        }
        sticky
    }
}

/// Counts a unit in each of its active periods, and in the first that it missed after each; one that was `seen` in a
/// period before the first is not new there.
fn count(rules: &Rules<'_>, active: &[usize], seen: Option<usize>, counts: &mut [LifecycleCounts]) {
    let mut before: Option<usize> = None;
    for (position, period) in active.iter().copied().enumerate() {
        let shown = |period: usize| period.checked_sub(rules.shown.start).filter(|_| rules.shown.contains(&period));
        if let Some(counts) = shown(period).and_then(|place| counts.get_mut(place)) {
            counts.active += 1;
            match before {
                None if seen.is_some_and(|seen| seen < period) => counts.resurrecting += 1,
                None => counts.new += 1,
                Some(before) if before + 1 == period => counts.returning += 1,
                Some(_) => counts.resurrecting += 1,
            }
        }
        let missed = period + 1;
        if active.get(position + 1) != Some(&missed)
            && missed <= rules.last
            && let Some(counts) = shown(missed).and_then(|place| counts.get_mut(place))
        {
            counts.dormant += 1;
        }
        before = Some(period);
    }
}

impl Rules<'_> {
    /// The rank of the unit's breakdown value: the first or last that is not empty, of one second the smallest.
    fn group(&self, visits: &[Visit]) -> u32 {
        let mut found: Option<(Micros, u32)> = None;
        for visit in visits {
            let (time, rank) = (visit.time(), self.names.rank(visit.group()));
            if rank == 0 {
                continue;
            }
            found = match found {
                None => Some((time, rank)),
                Some((at, other)) if at == time => Some((at, other.min(rank))),
                Some(_) if self.plan.attribution == Attribution::Last => Some((time, rank)),
                kept => kept,
            };
        }
        found.map_or(0, |(_, rank)| rank)
    }
}
