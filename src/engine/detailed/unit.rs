//! How often a unit is judged: once, by session, by attempt; for each breakdown value and period that is asked for.

use super::Worker;
use super::load::Allowed;
use crate::engine::groups::UNREACHED;
use crate::engine::judge::Seen;
use crate::engine::kernel::attempt::Unit;
use crate::engine::kernel::{DENIED, EntryRange};
use crate::engine::record::Record;
use crate::model::time::Micros;
use crate::plan::Attribution;
use crate::plan::rules::{Count, Entry, ExclusionEffect};
use std::collections::BTreeSet;
use std::ops::Range;

/// How the journeys of one cut are counted.
#[derive(Debug, Clone, Copy)]
pub struct Counting<'a> {
    pub cut: usize,
    pub group: u32,
    /// Only attempts that have taken this step count.
    pub taken: Option<usize>,
    /// Periods that are counted already.
    pub skipped: &'a BTreeSet<u32>,
}

impl<R: Record> Worker<'_, R> {
    /// Counts one unit in every cut.
    pub(super) fn unit(&mut self, records: &[R]) {
        if !self.load(records) {
            return;
        }
        self.key = records.first().and_then(|record| record.key());
        let Count::Sessions { gap } = self.judge.plan.rules.count else {
            return self.part(0..self.loaded.len());
        };
        let mut start = 0;
        for end in 1..=self.loaded.len() {
            let ends = end == self.loaded.len() || self.loaded[end].time - self.loaded[end - 1].time > gap;
            if ends {
                self.part(start..end);
                start = end;
            }
        }
    }

    /// Counts the unit, or one of its sessions.
    fn part(&mut self, part: Range<usize>) {
        let plan = self.judge.plan;
        if self.loaded[part.clone()].iter().all(|event| event.mask == 0) {
            return;
        }
        self.lay_out(part.clone(), Allowed::All);
        self.load_kernel();
        let range = self.entries();
        self.judge(range);
        self.note_facts(range);
        let group = self.group(part.clone());
        if !plan.by.is_empty() && !self.by_value() && self.attempt.depth > 0 {
            *self.counted.group_units.entry(group).or_default() += self.weight(range);
        }
        let none = BTreeSet::new();
        for cut in 0..plan.cuts.len() {
            if !plan.cuts[cut].grouped || !self.by_value() {
                let group = if plan.cuts[cut].grouped { group } else { 0 };
                self.count_cut(range, Counting { cut, group, taken: None, skipped: &none });
            }
        }
        if self.by_value() {
            self.count_values(&part, range);
        }
    }

    fn by_value(&self) -> bool {
        !self.judge.plan.by.is_empty()
            && matches!(self.judge.plan.attribution, Attribution::Step(_) | Attribution::Same)
    }

    fn load_kernel(&mut self) {
        self.kernel.load(Unit { events: &self.events, excluded: &self.excluded });
    }

    /// Judges what is laid out.
    pub(super) fn judge(&mut self, entries: EntryRange) {
        let unit = Unit { events: &self.events, excluded: &self.excluded };
        self.kernel.judge(unit, entries, &mut self.attempt);
    }

    /// The times between which attempts may begin: of `--entry first` the first one only.
    fn entries(&self) -> EntryRange {
        let plan = self.judge.plan;
        let range = EntryRange {
            first: plan.since.unwrap_or(EntryRange::ALL.first),
            last: plan.until.unwrap_or(EntryRange::ALL.last),
        };
        match (plan.rules.entry, self.next_entry(range.first)) {
            (Entry::First, Some(time)) if range.holds(time) => EntryRange { first: time, last: time },
            _ => range,
        }
    }

    /// The first time from `after` on at which an attempt may begin.
    pub(super) fn next_entry(&self, after: Micros) -> Option<Micros> {
        let any_order = self.judge.plan.is_any_order();
        let from = self.events.partition_point(|event| event.time < after);
        let may = |mask: u64| if any_order { mask != 0 && mask & DENIED == 0 } else { mask & 1 == 1 };
        self.events[from..].iter().find(|event| may(event.mask)).map(|event| event.time)
    }

    /// The breakdown value by first or last touch over the events that match a step.
    fn group(&self, part: Range<usize>) -> u32 {
        let plan = self.judge.plan;
        let mut seen = Seen::default();
        for event in self.loaded[part].iter().filter(|event| event.mask & !DENIED != 0) {
            seen.see(plan.attribution, event.time, event.rank);
        }
        seen.rank()
    }

    /// What a unit adds to the size of its group: 1, or its attempts.
    fn weight(&mut self, range: EntryRange) -> u64 {
        if self.judge.plan.rules.count == Count::Attempts { self.attempts(range, |_, _| ()) } else { 1 }
    }

    fn note_facts(&mut self, range: EntryRange) {
        let rules = &self.judge.plan.rules;
        if rules.effect == ExclusionEffect::DropUser {
            self.counted.facts.tainted += u64::from(self.attempt.tainted);
        }
        if self.attempt.depth > 0 && range.first <= range.last {
            self.counted.facts.lenient += u64::from(self.is_lenient());
        }
    }

    /// Counts what is laid out in one cut; returns the periods (0 without) in which it counts.
    fn count_cut(&mut self, range: EntryRange, counting: Counting<'_>) -> BTreeSet<u32> {
        let mut counted = BTreeSet::new();
        if self.judge.plan.rules.count == Count::Attempts {
            self.attempts(range, |worker, entry| {
                let period = worker.period(counting.cut, entry);
                worker.count(counting, period);
            });
            return counted;
        }
        if self.periods[counting.cut].is_none() {
            if self.judge.plan.cuts[counting.cut].every.is_none() {
                self.judge(range);
                if self.counts(counting, 0) {
                    self.count(counting, 0);
                    counted.insert(0);
                }
            }
            return counted;
        }
        let mut after = range.first;
        while let Some(entry) = self.next_entry(after).filter(|entry| range.holds(*entry)) {
            let Some(calendar) = self.periods[counting.cut].as_ref() else { break };
            let period = calendar.index(entry);
            let end = calendar.end(period);
            let period = u32::try_from(period).unwrap_or(u32::MAX);
            self.judge(EntryRange { first: entry, last: range.last.min(end - 1) });
            if self.counts(counting, period) {
                self.count(counting, period);
                counted.insert(period);
            }
            after = end;
        }
        if counting.taken.is_none() && !self.by_value() {
            self.counted.cells[counting.cut].overlapping += u64::from(counted.len() > 1);
        }
        counted
    }

    /// Whether the attempt judged last counts.
    fn counts(&self, counting: Counting<'_>, period: u32) -> bool {
        let taken = counting.taken.is_none_or(|step| self.attempt.events[step].is_some());
        self.attempt.depth > 0 && taken && !counting.skipped.contains(&period)
    }

    fn period(&self, cut: usize, entry: Micros) -> u32 {
        let period = self.periods[cut].as_ref().map_or(0, |calendar| calendar.index(entry));
        u32::try_from(period).unwrap_or(u32::MAX)
    }

    /// Judges attempt after attempt: the next one begins when the one before has converted or is over.
    fn attempts(&mut self, range: EntryRange, mut with: impl FnMut(&mut Self, Micros)) -> u64 {
        let converted = self.kernel.depth(self.judge.plan.steps.len());
        let first_only = self.judge.plan.rules.entry == Entry::First;
        let (mut after, mut number) = (range.first, 0);
        while let Some(entry) = self.next_entry(after).filter(|entry| range.holds(*entry)) {
            self.judge(EntryRange { first: entry, last: entry });
            let attempt = &self.attempt;
            after =
                if attempt.depth == converted { attempt.times[attempt.last].saturating_add(1) } else { attempt.resume };
            // An attempt takes time, so that the next one is a later one.
            after = after.max(entry.saturating_add(1));
            if attempt.depth > 0 {
                number += 1;
                with(self, entry);
            }
            if first_only || after == Micros::MAX {
                break;
            }
        }
        number
    }

    /// Counts the unit under each breakdown value that it has an attempt with.
    fn count_values(&mut self, part: &Range<usize>, range: EntryRange) {
        let plan = self.judge.plan;
        let at = if let Attribution::Step(step) = plan.attribution { Some(step) } else { None };
        let matching = at.map_or(DENIED - 1, |step| 1 << step);
        let fitting = self.loaded[part.clone()].iter().filter(|event| event.mask & matching != 0);
        let ranks: BTreeSet<u32> = fitting.map(|event| event.rank).collect();
        let mut periods: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); plan.cuts.len()];
        let mut groups: Vec<u64> = vec![0; plan.cuts.len()];
        let mut any = false;
        for rank in ranks {
            let allowed = at.map_or(Allowed::Everywhere { rank }, |step| Allowed::AtStep { step, rank });
            self.lay_out(part.clone(), allowed);
            self.load_kernel();
            let none = BTreeSet::new();
            let entries = self.entries();
            self.judge(entries);
            let counting = Counting { cut: 0, group: rank, taken: at, skipped: &none };
            if self.counts(counting, 0) {
                any = true;
                *self.counted.group_units.entry(rank).or_default() += 1;
            }
            for cut in (0..plan.cuts.len()).filter(|cut| plan.cuts[*cut].grouped) {
                let counted = self.count_cut(entries, Counting { cut, ..counting });
                groups[cut] += u64::from(!counted.is_empty());
                periods[cut].extend(counted);
            }
        }
        if at.is_some() {
            self.count_unreached(part, range, any, &periods);
        }
        for (cells, groups) in self.counted.cells.iter_mut().zip(groups) {
            cells.in_groups += u64::from(groups > 1);
        }
    }

    /// Who never reached the step has no value there, not even an empty one.
    fn count_unreached(&mut self, part: &Range<usize>, range: EntryRange, any: bool, periods: &[BTreeSet<u32>]) {
        let plan = self.judge.plan;
        self.lay_out(part.clone(), Allowed::All);
        self.load_kernel();
        self.judge(range);
        if !any && self.attempt.depth > 0 {
            *self.counted.group_units.entry(UNREACHED).or_default() += 1;
        }
        for cut in (0..plan.cuts.len()).filter(|cut| plan.cuts[*cut].grouped) {
            self.count_cut(range, Counting { cut, group: UNREACHED, taken: None, skipped: &periods[cut] });
        }
    }
}
