//! From counted cells to the rows of the answer: the largest groups, the rest, those without a value; periods filled.

use super::Frame;
use super::customers::Customers;
use super::tally::Counting;
use crate::error::{Error, Result};
use crate::plan::calendar::Calendar;
use crate::plan::value::{ValueAnswer, ValueRow};
use crate::plan::{NONE, OTHER};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

/// Cells by group's rank and period.
type ByGroup = BTreeMap<u32, BTreeMap<u32, Counting>>;

/// Makes the answer of what all threads counted.
///
/// # Errors
/// A sum of amounts beyond the exact range.
pub fn answer(frame: &Frame<'_>, calendar: Option<&Calendar>, counted: Customers<'_>) -> Result<ValueAnswer> {
    if counted.cells.values().any(|cell| cell.overflow) {
        return Err(Error::data("the sum of the amounts is beyond the exact range"));
    }
    let mut answer = frame.answer(counted.facts);
    if frame.plan.every.is_some() && calendar.is_none() {
        // Nobody bought anything: there is no period to show.
        return Ok(answer);
    }
    let periods = calendar.map(|calendar| (calendar, span(frame, calendar, &counted)));
    let mut cells = ByGroup::new();
    for ((group, period), counting) in counted.cells {
        cells.entry(group).or_default().insert(period, counting);
    }
    for (label, ranks) in shown(frame, &cells) {
        let mut of_group: BTreeMap<u32, Counting> = BTreeMap::new();
        for rank in ranks {
            for (period, counting) in cells.remove(&rank).unwrap_or_default() {
                of_group.entry(period).or_default().merge(counting);
            }
        }
        if of_group.values().any(|counting| counting.overflow) {
            return Err(Error::data("the sum of the amounts is beyond the exact range"));
        }
        let mut take = |period: usize| {
            let found = u32::try_from(period).ok().and_then(|period| of_group.remove(&period));
            found.unwrap_or_default().finish()
        };
        match &periods {
            None => answer.rows.push(ValueRow { group: label.clone(), period: None, tally: take(0) }),
            Some((calendar, range)) => {
                let rows = range.clone().map(|period| (calendar.label(period), take(period)));
                let row = |(period, tally)| ValueRow { group: label.clone(), period: Some(period), tally };
                answer.rows.extend(rows.map(row));
            }
        }
    }
    Ok(answer)
}

/// The periods shown: from the first with a new customer, or `since`, to the last with one, or `until`.
fn span(frame: &Frame<'_>, calendar: &Calendar, counted: &Customers<'_>) -> Range<usize> {
    let periods = || counted.cells.keys().map(|(_, period)| *period as usize);
    let first = frame.plan.since.map(|since| calendar.index(since)).or_else(|| periods().min());
    let last = frame.plan.until.map(|until| calendar.index(until)).or_else(|| periods().max());
    match first.zip(last) {
        Some((first, last)) => first..last.max(first) + 1,
        None => 0..0,
    }
}

/// Labels and ranks of the groups to show.
fn shown(frame: &Frame<'_>, cells: &ByGroup) -> Vec<(Vec<String>, Vec<u32>)> {
    let width = frame.plan.by.len();
    if width == 0 {
        return vec![(Vec::new(), vec![0])];
    }
    let customers =
        |cells: &BTreeMap<u32, Counting>| -> u64 { cells.values().map(|counting| counting.tally.all.customers).sum() };
    let mut named: Vec<(u32, u64)> =
        cells.iter().filter(|(rank, _)| **rank != 0).map(|(rank, cells)| (*rank, customers(cells))).collect();
    named.sort_by_key(|(rank, customers)| (Reverse(*customers), *rank));
    let rest = named.split_off(named.len().min(frame.plan.top));
    let fixed = |word: &str| vec![word.to_owned(); width];
    let mut shown: Vec<_> = named.into_iter().map(|(rank, _)| (frame.names.label(rank), vec![rank])).collect();
    if !rest.is_empty() {
        shown.push((fixed(OTHER), rest.into_iter().map(|(rank, _)| rank).collect()));
    }
    if cells.contains_key(&0) {
        shown.push((fixed(NONE), vec![0]));
    }
    shown
}
