//! The counts of one group: movements per period, the state at the edges between them (counted apart, so that both can
//! be held against each other), annual cohorts and stays.

use super::changes::{Change, Customer};
use super::period::{elapsed, whole_periods};
use crate::error::{Error, Result};
use crate::model::billing::Monthly;
use crate::model::time::Micros;
use crate::plan::calendar::{Calendar, Every};
use crate::plan::churn::{
    AnnualCohort, Basis, ChurnGroup, ChurnPeriod, ChurnPlan, CustomerMoves, Renewals, RevenueMoves, Stay,
};
use foldhash::fast::FixedState;
use std::collections::HashMap;

/// What the tallies of one answer share.
pub struct Frame<'a> {
    pub plan: &'a ChurnPlan,
    pub as_of: Micros,
    pub whole_days: bool,
    /// From the earliest start to the as-of time.
    pub periods: Calendar,
    /// Where annual cohorts begin: the periods, or months where these are shorter.
    pub years: Calendar,
    /// Periods of `years` in twelve months.
    pub ahead: usize,
}

impl<'a> Frame<'a> {
    pub fn new(plan: &'a ChurnPlan, first: Micros, as_of: Micros, whole_days: bool) -> Self {
        let first = plan.since.map_or(first, |since| since.min(first)).min(as_of);
        let calendar = |every| Calendar::covering(first, as_of, every, plan.zone, plan.week_start);
        let (every, ahead) = match plan.every {
            Every::Quarter => (Every::Quarter, 4),
            Every::Year => (Every::Year, 1),
            Every::Hour | Every::Day | Every::Week | Every::Month => (Every::Month, 12),
        };
        Self { plan, as_of, whole_days, periods: calendar(plan.every), years: calendar(every), ahead }
    }

    /// The period to which a change belongs: a mere end to the one that holds the last moment paid for.
    fn owner(&self, change: &Change) -> usize {
        self.periods.index(if change.ends { change.time - 1 } else { change.time })
    }

    /// Whether a customer with this start is one of those whose stay is looked at.
    fn is_entry(&self, start: Micros) -> bool {
        self.plan.since.is_none_or(|since| start >= since) && self.plan.until.is_none_or(|until| start <= until)
    }
}

/// Counts of customers and sums of monthly amounts.
#[derive(Debug, Clone, Copy, Default)]
struct Amount {
    customers: i64,
    monthly: i128,
}

/// What moved in one period.
#[derive(Debug, Clone, Copy, Default)]
struct Moves {
    new: Amount,
    expansion: i128,
    contraction: i128,
    churned: Amount,
    reactivated: Amount,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cohort {
    start: i128,
    kept: i128,
    end: i128,
}

/// The counts of one group.
#[derive(Debug, Clone)]
pub struct Tally {
    customers: u64,
    active: u64,
    moves: Vec<Moves>,
    /// Differences: who is a customer from this edge on, less who is no longer.
    edges: Vec<Amount>,
    cohorts: Vec<Cohort>,
    stays: HashMap<Micros, (u64, u64), FixedState>,
    renewals: HashMap<u32, (u64, u64), FixedState>,
    overflow: bool,
}

impl Tally {
    #[must_use]
    pub fn new(frame: &Frame<'_>) -> Self {
        let periods = frame.periods.len();
        let cohorts = if frame.plan.basis == Basis::Subscriptions { frame.years.len() } else { 0 };
        Self {
            customers: 0,
            active: 0,
            moves: vec![Moves::default(); periods],
            edges: vec![Amount::default(); periods + 2],
            cohorts: vec![Cohort::default(); cohorts],
            stays: HashMap::default(),
            renewals: HashMap::default(),
            overflow: false,
        }
    }

    /// Counts a customer who was ever active.
    pub fn add(&mut self, frame: &Frame<'_>, customer: &Customer) {
        let Some(last) = customer.changes.last() else { return };
        self.customers += 1;
        self.active += u64::from(last.after != Monthly::ZERO);
        self.overflow |= customer.overflow;
        self.add_edges(frame, customer);
        let left = self.add_moves(frame, customer);
        self.add_stay(frame, customer, left);
        self.add_cohorts(frame, customer);
    }

    fn sum(&mut self, place: impl Fn(&mut Self) -> Option<&mut i128>, amount: i128) {
        let mut fits = true;
        if let Some(place) = place(self) {
            match place.checked_add(amount) {
                Some(sum) => *place = sum,
                None => fits = false,
            }
        }
        self.overflow |= !fits;
    }

    /// The state at the edges, from the stretches between changes.
    fn add_edges(&mut self, frame: &Frame<'_>, customer: &Customer) {
        let last = frame.periods.len();
        for (position, change) in customer.changes.iter().enumerate() {
            if change.after == Monthly::ZERO {
                continue;
            }
            let from = frame.owner(change) + 1;
            let to = match customer.changes.get(position + 1) {
                Some(next) => frame.owner(next),
                None => last,
            };
            for (edge, sign) in [(from, 1), (to + 1, -1)] {
                if from <= to {
                    self.sum(|tally| tally.edges.get_mut(edge).map(|edge| &mut edge.monthly), sign * change.after.0);
                    self.edges[edge].customers += if sign == 1 { 1 } else { -1 };
                }
            }
        }
    }

    /// The movements, period by period; returns the end of the first stretch that no period forgives.
    fn add_moves(&mut self, frame: &Frame<'_>, customer: &Customer) -> Option<Micros> {
        let mut left = None;
        let mut known = false;
        for changes in customer.changes.chunk_by(|one, other| frame.owner(one) == frame.owner(other)) {
            let (first, last) = (&changes[0], &changes[changes.len() - 1]);
            let period = frame.owner(first);
            let highest = changes.iter().map(|change| change.after).max().unwrap_or_default();
            self.add_move(period, first.before, last.after, highest, known);
            known = true;
            if last.after == Monthly::ZERO && left.is_none() {
                left = Some(last.time);
            }
        }
        left
    }

    fn add_move(&mut self, period: usize, before: Monthly, after: Monthly, highest: Monthly, known: bool) {
        let change = after.0 - before.0;
        match (before == Monthly::ZERO, after == Monthly::ZERO) {
            (false, false) if change >= 0 => self.sum(|tally| Some(&mut tally.moves[period].expansion), change),
            (false, false) => self.sum(|tally| Some(&mut tally.moves[period].contraction), -change),
            (false, true) => self.goes(period, before),
            (true, false) => self.comes(period, after, known),
            // Came and went within the period: counted in both, with the most it paid.
            (true, true) => {
                self.comes(period, highest, known);
                self.goes(period, highest);
            }
        }
    }

    fn comes(&mut self, period: usize, amount: Monthly, known: bool) {
        if known {
            self.moves[period].reactivated.customers += 1;
            self.sum(|tally| Some(&mut tally.moves[period].reactivated.monthly), amount.0);
        } else {
            self.moves[period].new.customers += 1;
            self.sum(|tally| Some(&mut tally.moves[period].new.monthly), amount.0);
        }
    }

    fn goes(&mut self, period: usize, amount: Monthly) {
        self.moves[period].churned.customers += 1;
        self.sum(|tally| Some(&mut tally.moves[period].churned.monthly), amount.0);
    }

    fn add_stay(&mut self, frame: &Frame<'_>, customer: &Customer, left: Option<Micros>) {
        let start = customer.changes[0].time;
        if !frame.is_entry(start) {
            return;
        }
        let zone = frame.plan.zone;
        let end = left.unwrap_or(frame.as_of + 1);
        let stay = self.stays.entry(elapsed(start, end, frame.whole_days, zone)).or_default();
        *(if left.is_some() { &mut stay.0 } else { &mut stay.1 }) += 1;
        let whole = |end| whole_periods(start, end, frame.plan.every, zone);
        // In a period that is not over yet, those who stay are not known, so that those who left must not count either.
        let over = whole(frame.as_of + 1).0;
        let (periods, exact) = whole(end);
        let last = (periods + u32::from(!exact)).max(1);
        let renewals = self.renewals.entry(last.min(over)).or_default();
        if left.is_some() && last <= over { renewals.0 += 1 } else { renewals.1 += 1 }
    }

    /// What the customer paid at each edge of the calendar of years, and twelve months later.
    fn add_cohorts(&mut self, frame: &Frame<'_>, customer: &Customer) {
        let count = self.cohorts.len();
        let years = &frame.years;
        for position in 1..=count.saturating_sub(frame.ahead) {
            let later = years.end(position + frame.ahead - 1);
            if later > frame.as_of + 1 || position >= count {
                return;
            }
            let start = customer.at_edge(years.end(position - 1));
            if start == Monthly::ZERO {
                continue;
            }
            let end = customer.at_edge(later);
            self.sum(|tally| Some(&mut tally.cohorts[position].start), start.0);
            self.sum(|tally| Some(&mut tally.cohorts[position].kept), start.min(end).0);
            self.sum(|tally| Some(&mut tally.cohorts[position].end), end.0);
        }
    }

    /// Adds the counts of another thread or group.
    pub fn merge(&mut self, other: Self) {
        self.customers += other.customers;
        self.active += other.active;
        self.overflow |= other.overflow;
        for (position, moves) in other.moves.into_iter().enumerate() {
            for (mine, theirs) in self.moves[position].amounts().into_iter().zip(moves.values()) {
                self.overflow |= !add_to(mine, theirs);
            }
            let mine = &mut self.moves[position];
            mine.new.customers += moves.new.customers;
            mine.churned.customers += moves.churned.customers;
            mine.reactivated.customers += moves.reactivated.customers;
        }
        for (mine, theirs) in self.edges.iter_mut().zip(other.edges) {
            mine.customers += theirs.customers;
            self.overflow |= !add_to(&mut mine.monthly, theirs.monthly);
        }
        for (mine, theirs) in self.cohorts.iter_mut().zip(other.cohorts) {
            let fits = add_to(&mut mine.start, theirs.start)
                && add_to(&mut mine.kept, theirs.kept)
                && add_to(&mut mine.end, theirs.end);
            self.overflow |= !fits;
        }
        merge_counts(&mut self.stays, other.stays);
        merge_counts(&mut self.renewals, other.renewals);
    }

    /// Makes the answer of a group, and holds movements against states.
    ///
    /// # Errors
    /// Sums beyond the exact range; an internal error where start and movements do not give the end.
    pub fn finish(self, frame: &Frame<'_>, label: Vec<String>) -> Result<ChurnGroup> {
        if self.overflow {
            return Err(Error::data("the sum of the monthly amounts leaves the exact range"));
        }
        let plan = frame.plan;
        let shown = |start: Micros, end: Micros| {
            plan.since.is_none_or(|since| end > since) && plan.until.is_none_or(|until| start <= until)
        };
        let (mut periods, mut state) = (Vec::new(), Amount::default());
        for (position, moves) in self.moves.iter().enumerate() {
            let start = state;
            let step = self.edges[position + 1];
            state.customers += step.customers;
            state.monthly = state.monthly.checked_add(step.monthly).ok_or_else(out_of_range)?;
            let period = period(frame, position, moves, start, state)?;
            let begins = position.checked_sub(1).map_or(Micros::MIN, |previous| frame.periods.end(previous));
            if shown(begins, frame.periods.end(position)) {
                periods.push(period);
            }
        }
        let cohorts = self.cohorts.iter().enumerate().filter(|(_, cohort)| cohort.start > 0);
        let cohorts = cohorts
            .filter(|(position, _)| shown(frame.years.end(position.saturating_sub(1)), frame.years.end(*position)));
        let cohorts = cohorts.map(|(position, cohort)| AnnualCohort {
            day: frame.years.label(position),
            start: Monthly(cohort.start),
            kept: Monthly(cohort.kept),
            end: Monthly(cohort.end),
        });
        let stays = self.stays.into_iter().map(|(time, (churned, open))| Stay { time, churned, open });
        let contract = plan.basis == Basis::Subscriptions;
        let renewals = self.renewals.into_iter().filter(|_| contract);
        let renewals = renewals.map(|(periods, (churned, open))| Renewals { periods, churned, open });
        let mut group = ChurnGroup {
            label,
            customers: self.customers,
            active: self.active,
            periods,
            cohorts: cohorts.collect(),
            stays: stays.collect(),
            renewals: renewals.collect(),
        };
        group.stays.sort_unstable();
        group.renewals.sort_unstable();
        Ok(group)
    }
}

impl Moves {
    fn amounts(&mut self) -> [&mut i128; 5] {
        [
            &mut self.new.monthly,
            &mut self.expansion,
            &mut self.contraction,
            &mut self.churned.monthly,
            &mut self.reactivated.monthly,
        ]
    }

    const fn values(&self) -> [i128; 5] {
        [self.new.monthly, self.expansion, self.contraction, self.churned.monthly, self.reactivated.monthly]
    }
}

fn add_to(sum: &mut i128, amount: i128) -> bool {
    match sum.checked_add(amount) {
        Some(total) => {
            *sum = total;
            true
        }
        None => false,
    }
}

fn merge_counts<K: std::hash::Hash + Eq>(
    mine: &mut HashMap<K, (u64, u64), FixedState>,
    theirs: HashMap<K, (u64, u64), FixedState>,
) {
    for (key, (churned, open)) in theirs {
        let counts = mine.entry(key).or_default();
        counts.0 += churned;
        counts.1 += open;
    }
}

fn out_of_range() -> Error {
    Error::data("the sum of the monthly amounts leaves the exact range")
}

/// One period, with the identity that every period keeps: start + movements = end.
fn period(frame: &Frame<'_>, position: usize, moves: &Moves, start: Amount, end: Amount) -> Result<ChurnPeriod> {
    let customers = start.customers + moves.new.customers + moves.reactivated.customers - moves.churned.customers;
    let gains = [start.monthly, moves.new.monthly, moves.expansion, moves.reactivated.monthly];
    let losses = [-moves.contraction, -moves.churned.monthly];
    let monthly = gains.into_iter().chain(losses).try_fold(0_i128, i128::checked_add).ok_or_else(out_of_range)?;
    if customers != end.customers || monthly != end.monthly {
        return Err(Error::internal("the movements of a period do not lead from its start to its end"));
    }
    let count = |count: i64| u64::try_from(count).map_err(|_| Error::internal("a negative number of customers"));
    Ok(ChurnPeriod {
        period: frame.periods.label(position),
        complete: frame.periods.end(position) <= frame.as_of + 1,
        customers: CustomerMoves {
            start: count(start.customers)?,
            new: count(moves.new.customers)?,
            churned: count(moves.churned.customers)?,
            reactivated: count(moves.reactivated.customers)?,
            end: count(end.customers)?,
        },
        revenue: RevenueMoves {
            start: Monthly(start.monthly),
            new: Monthly(moves.new.monthly),
            expansion: Monthly(moves.expansion),
            contraction: Monthly(moves.contraction),
            churned: Monthly(moves.churned.monthly),
            reactivation: Monthly(moves.reactivated.monthly),
            end: Monthly(end.monthly),
        },
    })
}
