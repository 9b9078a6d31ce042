//! One customer after the other: what he bought by age, into the tally of his group and period.

use super::Frame;
use super::tally::{Counting, add, count, merge_facts};
use crate::engine::cells::CellKey;
use crate::model::decimal::Decimal;
use crate::model::horizon::{begun_months, whole_months};
use crate::model::time::Micros;
use crate::plan::Attribution;
use crate::plan::calendar::{Calendar, local_day};
use crate::plan::value::{Buyer, Tenures, ValueFacts};
use chrono::NaiveDate;
use std::collections::HashMap;

/// Bits of a purchase's class: whether it meets the entry filter, then the unit filters.
pub const ENTRY_MET: u32 = 1;

/// Returns the bit of a unit filter.
#[must_use]
pub const fn unit_bit(filter: usize) -> u32 {
    2 << filter
}

/// More unit filters than this do not fit a class of the narrowest record.
pub const MOST_UNIT_FILTERS: usize = 16;

/// One row that brought or returned money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purchase {
    pub time: Micros,
    pub amount: Decimal,
    pub group: u32,
    pub class: u32,
}

/// How long a subscriber stayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenure {
    pub start: NaiveDate,
    /// The day on which the last subscription ended; `None` where one runs on after the as-of day.
    pub end: Option<NaiveDate>,
    /// What was due at monthly rates, over the months of all subscriptions.
    pub monthly_revenue: Decimal,
}

/// Counts customers; one per thread.
pub struct Customers<'a> {
    frame: &'a Frame<'a>,
    calendar: Option<&'a Calendar>,
    pub cells: HashMap<CellKey, Counting, foldhash::fast::FixedState>,
    pub facts: ValueFacts,
    /// Days with a purchase and their amounts, of the customer at hand.
    days: Vec<(NaiveDate, Decimal)>,
}

impl<'a> Customers<'a> {
    #[must_use]
    pub fn new(frame: &'a Frame<'a>, calendar: Option<&'a Calendar>) -> Self {
        let (cells, facts) = (HashMap::default(), ValueFacts::default());
        Self { frame, calendar, cells, facts, days: Vec::new() }
    }

    /// Counts one customer by his purchases in the order of their time.
    ///
    /// Refunds before the first order belong to nothing that is known, and are counted as stray.
    pub fn add(&mut self, purchases: &[Purchase], tenure: Option<Tenure>) {
        let begin = purchases.iter().position(|one| one.amount >= Decimal::ZERO).unwrap_or(purchases.len());
        self.facts.stray_refunds += begin as u64;
        let purchases = &purchases[begin..];
        let Some(first) = purchases.first() else { return };
        self.facts.refunds += purchases.iter().filter(|one| one.amount < Decimal::ZERO).count() as u64;
        if !self.is_asked_for(purchases, first) {
            return;
        }
        let period = self.calendar.map_or(0, |calendar| calendar.index(first.time));
        let key = (self.group(purchases), u32::try_from(period).unwrap_or(u32::MAX));
        let mut days = std::mem::take(&mut self.days);
        let mut counting = self.cells.remove(&key).unwrap_or_default();
        by_day(purchases, self.frame.plan.zone, &mut days, &mut counting.overflow);
        let customer = Customer { frame: self.frame, purchases, days: &days, modelled: self.calendar.is_none() };
        customer.count(&mut counting);
        if let Some(tenure) = tenure {
            self.frame.count_tenure(&tenure, &mut counting);
        } else if customer.modelled {
            customer.count_buyer(&mut counting);
        }
        self.cells.insert(key, counting);
        self.days = days;
    }

    /// Whether the customer meets the filters and began in the span that is asked for.
    fn is_asked_for(&self, purchases: &[Purchase], first: &Purchase) -> bool {
        let plan = self.frame.plan;
        let met = purchases.iter().fold(0, |met, one| met | one.class);
        first.class & ENTRY_MET != 0
            && (0..plan.unit_filters.len()).all(|filter| met & unit_bit(filter) != 0)
            && plan.since.is_none_or(|since| first.time >= since)
            && plan.until.is_none_or(|until| first.time <= until)
    }

    /// The rank of the customer's breakdown value: the first or last that is not empty, of one moment the smallest.
    fn group(&self, purchases: &[Purchase]) -> u32 {
        let rank = |one: &Purchase| self.frame.names.rank(one.group);
        let mut named = purchases.iter().filter(|one| rank(one) != 0);
        let found = match self.frame.plan.attribution {
            Attribution::Last => named.next_back(),
            Attribution::First | Attribution::Step(_) | Attribution::Same => named.next(),
        };
        let Some(time) = found.map(|one| one.time) else { return 0 };
        let ranks = purchases.iter().filter(|one| one.time == time).map(rank);
        ranks.filter(|rank| *rank != 0).min().unwrap_or(0)
    }

    /// Adds what another thread counted.
    pub fn merge(&mut self, other: Self) {
        merge_facts(&mut self.facts, &other.facts);
        for (key, counting) in other.cells {
            self.cells.entry(key).or_default().merge(counting);
        }
    }
}

/// Puts the purchases of a day together; what is returned comes off the day before.
fn by_day(purchases: &[Purchase], zone: chrono_tz::Tz, days: &mut Vec<(NaiveDate, Decimal)>, overflow: &mut bool) {
    days.clear();
    for one in purchases {
        let day = local_day(one.time, zone);
        match days.last_mut() {
            Some((last, amount)) if *last == day || one.amount < Decimal::ZERO => add(amount, one.amount, overflow),
            _ => days.push((day, one.amount)),
        }
    }
}

/// The customer at hand.
struct Customer<'a> {
    frame: &'a Frame<'a>,
    purchases: &'a [Purchase],
    /// Never empty.
    days: &'a [(NaiveDate, Decimal)],
    /// Whether models will be fitted.
    modelled: bool,
}

impl Customer<'_> {
    fn first(&self) -> NaiveDate {
        self.days.first().map_or(NaiveDate::MIN, |(day, _)| *day)
    }

    /// Orders and revenue of some of the purchases.
    fn brought(purchases: &[Purchase], overflow: &mut bool) -> (u64, Decimal) {
        let mut revenue = Decimal::ZERO;
        for one in purchases {
            add(&mut revenue, one.amount, overflow);
        }
        (purchases.iter().filter(|one| one.amount >= Decimal::ZERO).count() as u64, revenue)
    }

    /// How many of the purchases lie on a day or before it.
    fn until(&self, day: NaiveDate) -> usize {
        self.purchases.partition_point(|one| local_day(one.time, self.frame.plan.zone) <= day)
    }

    fn count(&self, counting: &mut Counting) {
        let (orders, revenue) = Self::brought(self.purchases, &mut counting.overflow);
        counting.add(|tally| &mut tally.all, orders, revenue);
        counting.tally.repeaters += u64::from(orders > 1);
        counting.tally.day_repeaters += u64::from(self.days.len() > 1);
        counting
            .add_money(|tally| &mut tally.first_value, self.days.first().map_or(Decimal::ZERO, |(_, value)| *value));
        let acquired = self.frame.spend.is_some_and(|span| (span.first..=span.last).contains(&self.first()));
        counting.tally.acquired += u64::from(acquired);
        self.count_steps(counting);
    }

    /// Counts the steps of the horizon through which the customer has been watched, and the whole of it.
    fn count_steps(&self, counting: &mut Counting) {
        let horizon = self.frame.plan.horizon;
        let mut done = 0;
        for step in 0..horizon.steps() {
            let Some(end) = horizon.after(step + 1).last_day(self.first()) else { return };
            if end > self.frame.last {
                return;
            }
            let reached = self.until(end).max(done);
            let (orders, revenue) = Self::brought(&self.purchases[done..reached], &mut counting.overflow);
            if counting.tally.steps.len() <= step {
                counting.tally.steps.push(crate::plan::value::Brought::default());
            }
            counting.add(|tally| &mut tally.steps[step], orders, revenue);
            done = reached;
        }
        let (orders, revenue) = Self::brought(&self.purchases[..done], &mut counting.overflow);
        counting.add(|tally| &mut tally.mature, orders, revenue);
        if orders > 1 {
            counting.add(|tally| &mut tally.mature_repeaters, orders, revenue);
        }
    }

    /// Writes the customer down for the models, as he is known now and as he was at the end of the calibration.
    fn count_buyer(&self, counting: &mut Counting) {
        counting.tally.buyers.extend(buyer(self.days, self.frame.last, &mut counting.overflow));
        let Some(end) = self.frame.calibration else { return };
        let known = self.days.partition_point(|(day, _)| *day <= end);
        let Some(then) = buyer(&self.days[..known], end, &mut counting.overflow) else { return };
        counting.tally.calibration.push(then);
        counting.tally.later_days += (self.days.len() - known) as u64;
        for (_, value) in &self.days[known..] {
            counting.add_money(|tally| &mut tally.later_value, *value);
        }
    }
}

/// The history of purchases up to a day; `None` before the first.
#[expect(clippy::cast_precision_loss, reason = "the days of a purchase are few")]
fn buyer(days: &[(NaiveDate, Decimal)], end: NaiveDate, overflow: &mut bool) -> Option<Buyer> {
    let ((first, _), repeats) = days.split_first()?;
    let since = |day: NaiveDate| u32::try_from((day - *first).num_days()).unwrap_or(0);
    let mut sum = Decimal::ZERO;
    for (_, value) in repeats {
        add(&mut sum, *value, overflow);
    }
    let average = if repeats.is_empty() { 0.0 } else { sum.to_f64() / repeats.len() as f64 };
    let recency = repeats.last().map_or(0, |(day, _)| since(*day));
    let repeats = u32::try_from(repeats.len()).unwrap_or(u32::MAX);
    Some(Buyer { repeats, recency, age: since(end), average })
}

impl Frame<'_> {
    /// Counts how long a subscriber stayed, as it is known now and as it was at the end of the calibration.
    fn count_tenure(&self, tenure: &Tenure, counting: &mut Counting) {
        let Counting { tally, overflow } = counting;
        let tenures = tally.tenures.get_or_insert_with(Tenures::default);
        tenures.months += u64::from(stay(tenure, self.last, &mut tenures.stays));
        add(&mut tenures.monthly_revenue, tenure.monthly_revenue, overflow);
        let Some(end) = self.calibration.filter(|end| tenure.start <= *end) else { return };
        let left = |day: NaiveDate| tenure.end.is_some_and(|left| left <= day);
        stay(tenure, end, &mut tenures.calibration);
        if !left(end) {
            let months = whole_months(tenure.start, end) as usize;
            tenures.kept.resize(tenures.kept.len().max(months + 1), 0);
            tenures.kept[months] += u64::from(!left(self.last));
        }
    }
}

/// Counts a stay as it was known on a day; returns the months begun.
fn stay(tenure: &Tenure, known: NaiveDate, stays: &mut crate::plan::value::Stays) -> u32 {
    if let Some(end) = tenure.end.filter(|end| *end <= known) {
        let months = begun_months(tenure.start, end).max(1);
        count(&mut stays.left, months);
        months
    } else {
        let months = whole_months(tenure.start, known);
        count(&mut stays.there, months);
        months + 1
    }
}
