//! Counts spend, leads and customers by group and period, and checks that the rows add up to what was read.

use super::calendar::DayRange;
use super::currency::{Exchange, Rates};
use super::layout::{Grid, laid_out};
use super::{Span, SpendItem, SpendRead, Units};
use crate::error::{Error, Result};
use crate::model::apportion::evenly;
use crate::model::decimal::Decimal;
use crate::model::names::fold;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::NONE;
use crate::plan::calendar::{Calendar, Every, day_end, day_start};
use crate::plan::cost::{CostAnswer, CostCounts, CostFacts, Known, Matching};
use chrono::{NaiveDate, Weekday};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};

/// How the two sides are put beside each other.
#[derive(Debug, Clone)]
pub struct Asked {
    pub every: Option<Every>,
    pub matching: Matching,
    pub zone: Tz,
    pub week_start: Weekday,
    pub since: Option<Micros>,
    pub until: Option<Micros>,
    pub as_of: Option<Micros>,
    /// Groups beyond this many become `(other)`.
    pub top: usize,
    /// Spend given per period is spread over its days; else it must lie in one period.
    pub by_day: bool,
    /// The last value of each label is the row's currency.
    pub with_currency: bool,
    /// Currencies named by headers or by the cells of whole columns; of spend one per source.
    pub spend_currency: Vec<Option<String>>,
    pub lead_currency: Option<String>,
    pub rates: Rates,
    pub configured: Option<String>,
    pub known: Known,
}

/// Both sides as they were read.
#[derive(Debug)]
pub struct Inputs {
    pub spend: SpendRead,
    pub units: Units,
}

/// Answers the question of cost.
///
/// # Errors
/// Several currencies; a period of spend that no asked period holds; sums beyond the exact range.
pub fn answer(asked: &Asked, inputs: &Inputs) -> Result<CostAnswer> {
    let sides = Sides::new(asked, inputs)?;
    let mut tally = Tally::new(asked, sides);
    tally.lay_periods(inputs);
    for (position, item) in inputs.spend.items.iter().enumerate() {
        tally.spend(position, item)?;
    }
    tally.leads(&inputs.units)?;
    tally.payments(&inputs.units)?;
    let Tally { grid, mut facts, total, sides, .. } = tally;
    facts.after_as_of += inputs.units.after_as_of;
    facts.after_as_of += inputs.spend.scans.iter().map(|scan| scan.after_as_of).sum::<u64>();
    facts.lost_unknown = inputs.units.lost_unknown;
    facts.no_amount = if asked.known.revenue { inputs.units.no_amount } else { 0 };
    let alike = grid.alike();
    let rows = laid_out(grid, asked.top)?;
    let sum = rows.iter().try_fold(CostCounts::default(), |sum, row| sum.checked_add(&row.counts));
    if sum.ok_or_else(beyond)? != total {
        return Err(Error::internal("the rows of cost do not add up to what was read"));
    }
    let currency = sides.exchange.base;
    Ok(CostAnswer { rows, total, known: asked.known, facts, as_of: asked.as_of, currency, alike })
}

fn beyond() -> Error {
    Error::data("a sum of money leaves the exact range")
}

/// The labels of both sides as common groups, and their money as one currency.
struct Sides {
    labels: Vec<Vec<String>>,
    spend: Vec<usize>,
    units: Vec<usize>,
    /// By position of the item.
    spend_currency: Vec<Option<String>>,
    unit_currency: Vec<Option<String>>,
    exchange: Exchange,
}

impl Sides {
    fn new(asked: &Asked, inputs: &Inputs) -> Result<Self> {
        let spend = split(&inputs.spend.labels, asked, None);
        let units = split(&inputs.units.labels, asked, asked.lead_currency.as_ref());
        let all: BTreeSet<Vec<String>> = spend.iter().chain(&units).map(|(label, _)| label.clone()).collect();
        let labels: Vec<Vec<String>> = all.into_iter().collect();
        let place = |label: &Vec<String>| labels.binary_search(label).unwrap_or(0);
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let spend_currency: Vec<Option<String>> = inputs
            .spend
            .items
            .iter()
            .map(|item| {
                let own = spend.get(item.group).and_then(|(_, currency)| currency.clone());
                own.or_else(|| asked.spend_currency.get(item.source).cloned().flatten())
            })
            .collect();
        seen.extend(spend_currency.iter().flatten().cloned());
        let paid = inputs.units.payments.iter().filter_map(|payment| units.get(payment.group as usize));
        seen.extend(paid.filter_map(|(_, currency)| currency.clone()));
        Ok(Self {
            exchange: Exchange::new(&seen, &asked.rates, asked.configured.as_deref())?,
            spend: spend.iter().map(|(label, _)| place(label)).collect(),
            units: units.iter().map(|(label, _)| place(label)).collect(),
            spend_currency,
            unit_currency: units.into_iter().map(|(_, currency)| currency).collect(),
            labels,
        })
    }
}

/// Trims labels, and splits off the currency.
fn split(labels: &[Vec<String>], asked: &Asked, constant: Option<&String>) -> Vec<(Vec<String>, Option<String>)> {
    let labels = labels.iter().map(|label| {
        let mut label: Vec<String> = label.iter().map(|value| value.trim().to_owned()).collect();
        let own = if asked.with_currency { label.pop() } else { None };
        let own = own.filter(|currency| currency != NONE && !currency.is_empty()).map(|own| own.to_uppercase());
        label.iter_mut().filter(|value| value.is_empty()).for_each(|value| NONE.clone_into(value));
        (label, own.or_else(|| constant.cloned()))
    });
    labels.collect()
}

/// The counts so far.
struct Tally<'a> {
    asked: &'a Asked,
    sides: Sides,
    grid: Grid,
    facts: CostFacts,
    total: CostCounts,
}

impl<'a> Tally<'a> {
    fn new(asked: &'a Asked, sides: Sides) -> Self {
        let grid = Grid { labels: sides.labels.clone(), calendar: None, cells: BTreeMap::new() };
        Self { asked, sides, grid, facts: CostFacts::default(), total: CostCounts::default() }
    }

    fn inside(&self, time: Micros) -> bool {
        self.asked.since.is_none_or(|since| since <= time) && self.asked.until.is_none_or(|until| time <= until)
    }

    fn bounded(&self) -> bool {
        self.asked.since.is_some() || self.asked.until.is_some()
    }

    /// Lays out the periods over everything that stands in one.
    fn lay_periods(&mut self, inputs: &Inputs) {
        let Some(every) = self.asked.every else { return };
        let zone = self.asked.zone;
        let spend = inputs.spend.items.iter().filter(|item| !self.is_late(item)).flat_map(|item| match item.span {
            Span::Moment(time) => [time, time],
            Span::Days((first, last)) => [day_start(first, zone), day_start(last, zone)],
        });
        let win = self.asked.matching == Matching::Win;
        let units = inputs.units.acquired.iter().flat_map(|unit| {
            let later = [unit.opportunity, unit.customer].map(|time| time.filter(|_| win).unwrap_or(NO_TIME));
            [unit.entry, later[0], later[1]]
        });
        let payments = inputs.units.payments.iter().map(|payment| if win { payment.time } else { payment.entry });
        let times = spend.chain(units).chain(payments).filter(|time| *time != NO_TIME && self.inside(*time));
        let span = times.fold(None, |span: Option<(Micros, Micros)>, time| {
            Some(span.map_or((time, time), |(first, last)| (first.min(time), last.max(time))))
        });
        let first = self.asked.since.or(span.map(|(first, _)| first));
        let last = self.asked.until.or(span.map(|(_, last)| last));
        if let (Some(first), Some(last)) = (first, last) {
            let calendar = Calendar::covering(first, last.max(first), every, zone, self.asked.week_start);
            self.grid.calendar = Some(calendar);
        }
    }

    fn is_late(&self, item: &SpendItem) -> bool {
        let first = match item.span {
            Span::Moment(time) => time,
            Span::Days((first, _)) => day_start(first, self.asked.zone),
        };
        self.asked.as_of.is_some_and(|as_of| first > as_of)
    }

    /// The period of a time; `None` where there are no periods or it is not known.
    fn period(&self, time: Micros) -> Option<u32> {
        let calendar = self.grid.calendar.as_ref().filter(|_| time != NO_TIME)?;
        u32::try_from(calendar.index(time)).ok()
    }

    fn add(&mut self, group: usize, period: Option<u32>, counts: &CostCounts) -> Result<()> {
        let cell = self.grid.cells.entry((group, period)).or_default();
        *cell = cell.checked_add(counts).ok_or_else(beyond)?;
        Ok(())
    }

    fn spend(&mut self, position: usize, item: &SpendItem) -> Result<()> {
        if self.is_late(item) {
            self.facts.after_as_of += 1;
            return Ok(());
        }
        let currency = self.sides.spend_currency.get(position).and_then(Option::as_deref);
        let cost = item.cost.map(|cost| self.sides.exchange.convert(cost, currency)).transpose()?;
        self.facts.no_cost += u64::from(cost.is_none());
        let spend = Some(cost.unwrap_or_default());
        let counts = CostCounts { spend, impressions: item.impressions, clicks: item.clicks, ..CostCounts::default() };
        let group = self.sides.spend.get(item.group).copied().unwrap_or(0);
        match item.span {
            Span::Moment(time) => self.spend_at(group, time, &counts),
            Span::Days(days) => self.spend_of_days(group, days, &counts),
        }
    }

    fn spend_at(&mut self, group: usize, time: Micros, counts: &CostCounts) -> Result<()> {
        if !self.inside(time) {
            self.facts.spend_outside += 1;
            return Ok(());
        }
        self.total = self.total.checked_add(counts).ok_or_else(beyond)?;
        self.add(group, self.period(time), counts)
    }

    fn spend_of_days(&mut self, group: usize, days: DayRange, counts: &CostCounts) -> Result<()> {
        let zone = self.asked.zone;
        let (first, last) = (day_start(days.0, zone), day_end(day_start(days.1, zone), zone));
        let outside = |early: Micros, late: Micros| {
            self.asked.since.is_some_and(|since| late < since) || self.asked.until.is_some_and(|until| early > until)
        };
        if outside(first, last) {
            self.facts.spend_outside += 1;
            return Ok(());
        }
        let whole = self.inside(first) && self.inside(last) && self.period(first) == self.period(last);
        if whole {
            self.total = self.total.checked_add(counts).ok_or_else(beyond)?;
            return self.add(group, self.period(first), counts);
        }
        if !self.asked.by_day {
            return Err(straddles(days));
        }
        self.facts.spread += 1;
        let all: Vec<NaiveDate> = days.0.iter_days().take_while(|day| *day <= days.1).collect();
        for (day, part) in all.iter().zip(parts(counts, all.len())) {
            let time = day_start(*day, zone);
            if self.inside(time) {
                self.total = self.total.checked_add(&part).ok_or_else(beyond)?;
                self.add(group, self.period(time), &part)?;
            }
        }
        Ok(())
    }

    fn leads(&mut self, units: &Units) -> Result<()> {
        let win = self.asked.matching == Matching::Win;
        for unit in &units.acquired {
            let group = self.sides.units.get(unit.group as usize).copied().unwrap_or(0);
            let undated = unit.entry == NO_TIME && (self.asked.every.is_some() || self.bounded());
            self.facts.undated += u64::from(undated);
            let lead =
                CostCounts { leads: 1, open: u64::from(unit.open), customer_days: unit.days, ..CostCounts::default() };
            self.count(group, unit.entry, &lead)?;
            let stages = [
                (unit.opportunity, CostCounts { opportunities: 1, ..CostCounts::default() }),
                (unit.customer, CostCounts { customers: 1, ..CostCounts::default() }),
            ];
            for (time, counts) in stages {
                let Some(time) = time else { continue };
                self.count(group, if win { time } else { unit.entry }, &counts)?;
            }
            let undated = win && unit.customer == Some(NO_TIME);
            self.facts.undated_wins += u64::from(undated && (self.asked.every.is_some() || self.bounded()));
        }
        Ok(())
    }

    fn payments(&mut self, units: &Units) -> Result<()> {
        let win = self.asked.matching == Matching::Win;
        for payment in &units.payments {
            let group = self.sides.units.get(payment.group as usize).copied().unwrap_or(0);
            let currency = self.sides.unit_currency.get(payment.group as usize).and_then(Option::as_deref);
            let revenue = self.sides.exchange.convert(payment.amount, currency)?;
            let counts = CostCounts { revenue, ..CostCounts::default() };
            self.count(group, if win { payment.time } else { payment.entry }, &counts)?;
        }
        Ok(())
    }

    fn count(&mut self, group: usize, time: Micros, counts: &CostCounts) -> Result<()> {
        if self.bounded() && (time == NO_TIME || !self.inside(time)) {
            return Ok(());
        }
        self.total = self.total.checked_add(counts).ok_or_else(beyond)?;
        self.add(group, self.period(time), counts)
    }
}

fn straddles((first, last): DayRange) -> Error {
    let message = format!("spend is given for {first} to {last}, which is more than one of the periods asked for");
    Error::data(message).with_hint("--spread day lays it evenly on its days; or ask for longer periods with --every")
}

/// The counts of each day: money evenly to 10^-18, impressions and clicks in whole numbers where they are whole.
fn parts(counts: &CostCounts, days: usize) -> Vec<CostCounts> {
    let split = |amount: Option<Decimal>, unit: i128| -> Vec<Option<Decimal>> {
        let Some(amount) = amount else { return vec![None; days] };
        let unit = if amount.0 % unit == 0 { unit } else { 1 };
        evenly(amount.0 / unit, days).into_iter().map(|part| Some(Decimal(part * unit))).collect()
    };
    let (spend, impressions, clicks) =
        (split(counts.spend, 1), split(counts.impressions, Decimal::ONE), split(counts.clicks, Decimal::ONE));
    let days = spend.into_iter().zip(impressions).zip(clicks);
    days.map(|((spend, impressions), clicks)| CostCounts { spend, impressions, clicks, ..CostCounts::default() })
        .collect()
}

/// A group as it is written, and whether it has spend and leads.
type Written = (String, (bool, bool));

impl Grid {
    /// Groups that lack leads or spend beside groups that have them and are written nearly alike.
    fn alike(&self) -> Vec<(String, String)> {
        let mut sides: BTreeMap<usize, (bool, bool)> = BTreeMap::new();
        for ((group, _), counts) in &self.cells {
            let (spent, led) = sides.entry(*group).or_default();
            *spent |= counts.spend.is_some();
            *led |= counts.leads > 0 || counts.customers > 0;
        }
        let mut by_letters: BTreeMap<String, Vec<Written>> = BTreeMap::new();
        for (group, sides) in &sides {
            let name = self.labels.get(*group).map(|label| label.join(", ")).unwrap_or_default();
            by_letters.entry(fold(&name)).or_default().push((name, *sides));
        }
        by_letters.remove("");
        let mut alike = Vec::new();
        for groups in by_letters.values() {
            let spent = groups.iter().filter(|(_, (spent, _))| *spent);
            for (one, (_, led)) in spent {
                // One of the two lacks what the other has.
                let others =
                    groups.iter().filter(|(other, (spent, other_led))| other != one && *other_led && (!led || !spent));
                alike.extend(others.map(|(other, _)| (one.clone(), other.clone())));
            }
        }
        alike
    }
}

#[cfg(test)]
#[path = "tally_tests.rs"]
mod tests;
