//! Adding to tallies, and putting those of several threads together; sums stay exact or say that they cannot.

use crate::model::decimal::Decimal;
use crate::plan::value::{Brought, Stays, Tenures, ValueFacts, ValueTally};

/// A tally that is still counted.
#[derive(Debug, Default)]
pub struct Counting {
    pub tally: ValueTally,
    /// Whether a sum left the exact range.
    pub overflow: bool,
}

impl Counting {
    pub fn add_money(&mut self, pick: impl Fn(&mut ValueTally) -> &mut Decimal, amount: Decimal) {
        add(pick(&mut self.tally), amount, &mut self.overflow);
    }

    /// Adds one customer's orders and revenue.
    pub fn add(&mut self, pick: impl Fn(&mut ValueTally) -> &mut Brought, orders: u64, revenue: Decimal) {
        let one = Brought { customers: 1, orders, revenue };
        merge_brought(pick(&mut self.tally), one, &mut self.overflow);
    }

    pub fn merge(&mut self, other: Self) {
        let (mine, theirs) = (&mut self.tally, other.tally);
        let overflow = &mut self.overflow;
        *overflow |= other.overflow;
        merge_brought(&mut mine.all, theirs.all, overflow);
        merge_brought(&mut mine.mature, theirs.mature, overflow);
        merge_brought(&mut mine.mature_repeaters, theirs.mature_repeaters, overflow);
        mine.repeaters += theirs.repeaters;
        mine.day_repeaters += theirs.day_repeaters;
        add(&mut mine.first_value, theirs.first_value, overflow);
        mine.steps.resize(mine.steps.len().max(theirs.steps.len()), Brought::default());
        for (step, other) in mine.steps.iter_mut().zip(theirs.steps) {
            merge_brought(step, other, overflow);
        }
        mine.acquired += theirs.acquired;
        mine.buyers.extend(theirs.buyers);
        mine.calibration.extend(theirs.calibration);
        mine.later_days += theirs.later_days;
        add(&mut mine.later_value, theirs.later_value, overflow);
        match (&mut mine.tenures, theirs.tenures) {
            (Some(mine), Some(theirs)) => merge_tenures(mine, &theirs, overflow),
            (mine @ None, theirs) => *mine = theirs,
            (Some(_), None) => {}
        }
    }

    /// The tally, in an order that does not depend on that of the rows.
    #[must_use]
    pub fn finish(mut self) -> ValueTally {
        for buyers in [&mut self.tally.buyers, &mut self.tally.calibration] {
            buyers.sort_by(|one, other| {
                let key = |buyer: &crate::plan::value::Buyer| (buyer.repeats, buyer.recency, buyer.age);
                key(one).cmp(&key(other)).then(one.average.total_cmp(&other.average))
            });
        }
        self.tally
    }
}

pub fn add(sum: &mut Decimal, amount: Decimal, overflow: &mut bool) {
    match sum.checked_add(amount) {
        Some(total) => *sum = total,
        None => *overflow = true,
    }
}

fn merge_brought(mine: &mut Brought, theirs: Brought, overflow: &mut bool) {
    mine.customers += theirs.customers;
    mine.orders += theirs.orders;
    add(&mut mine.revenue, theirs.revenue, overflow);
}

/// Adds one at a position of a list that grows as needed.
pub fn count(list: &mut Vec<u64>, position: u32) {
    let position = position as usize;
    if list.len() <= position {
        list.resize(position + 1, 0);
    }
    list[position] += 1;
}

fn merge_counts(mine: &mut Vec<u64>, theirs: &[u64]) {
    mine.resize(mine.len().max(theirs.len()), 0);
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        *mine += theirs;
    }
}

fn merge_stays(mine: &mut Stays, theirs: &Stays) {
    merge_counts(&mut mine.left, &theirs.left);
    merge_counts(&mut mine.there, &theirs.there);
}

fn merge_tenures(mine: &mut Tenures, theirs: &Tenures, overflow: &mut bool) {
    merge_stays(&mut mine.stays, &theirs.stays);
    merge_stays(&mut mine.calibration, &theirs.calibration);
    merge_counts(&mut mine.kept, &theirs.kept);
    mine.months += theirs.months;
    add(&mut mine.monthly_revenue, theirs.monthly_revenue, overflow);
}

pub fn merge_facts(mine: &mut ValueFacts, theirs: &ValueFacts) {
    mine.duplicates += theirs.duplicates;
    mine.after_as_of += theirs.after_as_of;
    mine.without_amount += theirs.without_amount;
    mine.refunds += theirs.refunds;
    mine.stray_refunds += theirs.stray_refunds;
    mine.undated += theirs.undated;
}
