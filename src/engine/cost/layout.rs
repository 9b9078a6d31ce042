//! From cells to rows: which groups are shown, in which order, and every period of each.

use crate::error::{Error, Result};
use crate::model::decimal::Decimal;
use crate::plan::calendar::Calendar;
use crate::plan::cost::{CostCounts, CostRow};
use crate::plan::{NONE, OTHER};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Counts by group (a position among the sorted labels) and period (`None`: no periods, or no date).
#[derive(Debug)]
pub struct Grid {
    pub labels: Vec<Vec<String>>,
    pub calendar: Option<Calendar>,
    pub cells: BTreeMap<(usize, Option<u32>), CostCounts>,
}

/// The counts of one shown group by period.
type Periods = BTreeMap<Option<u32>, CostCounts>;

/// Orders groups by spend, then leads and customers, then name; the rest as `(other)`, those without a value last.
///
/// # Errors
/// Sums beyond the exact range.
pub fn laid_out(grid: Grid, top: usize) -> Result<Vec<CostRow>> {
    let periodic = grid.calendar.is_some();
    let width = grid.labels.first().map_or(0, Vec::len);
    let mut groups: BTreeMap<usize, Periods> = BTreeMap::new();
    for ((group, period), counts) in grid.cells {
        groups.entry(group).or_default().insert(period, counts);
    }
    if width == 0 && !periodic {
        groups.entry(0).or_default().entry(None).or_default();
    }
    let mut named: Vec<(usize, Periods)> = groups.into_iter().collect();
    let is_none = |group: usize| width > 0 && grid.labels[group].iter().all(|value| value == NONE);
    let none = named.iter().position(|(group, _)| is_none(*group)).map(|place| named.remove(place).1);
    named.sort_by_key(|(group, periods)| (Reverse(size(periods)), *group));
    let rest = named.split_off(named.len().min(top));
    let mut shown: Vec<(Vec<String>, Periods)> =
        named.into_iter().map(|(group, periods)| (grid.labels[group].clone(), periods)).collect();
    if !rest.is_empty() {
        shown.push((vec![OTHER.to_owned(); width], merged(rest)?));
    }
    shown.extend(none.map(|periods| (vec![NONE.to_owned(); width], periods)));
    Ok(shown.into_iter().flat_map(|(label, periods)| rows(&label, periods, grid.calendar.as_ref())).collect())
}

/// What puts a group before others.
fn size(periods: &Periods) -> (Decimal, u64, u64) {
    let spend =
        periods.values().filter_map(|counts| counts.spend).fold(0_i128, |sum, spend| sum.saturating_add(spend.0));
    (Decimal(spend), periods.values().map(|counts| counts.leads).sum(), periods.values().map(|one| one.customers).sum())
}

fn merged(groups: Vec<(usize, Periods)>) -> Result<Periods> {
    let mut all = Periods::new();
    for (period, counts) in groups.into_iter().flat_map(|(_, periods)| periods) {
        let cell = all.entry(period).or_default();
        *cell = cell.checked_add(&counts).ok_or_else(|| Error::data("a sum of money leaves the exact range"))?;
    }
    Ok(all)
}

/// Every period, those without anything too; a group that has spend anywhere spent nothing in them.
fn rows(label: &[String], mut periods: Periods, calendar: Option<&Calendar>) -> Vec<CostRow> {
    let Some(calendar) = calendar else {
        let counts = periods.remove(&None).unwrap_or_default();
        return vec![CostRow { group: label.to_vec(), period: None, counts }];
    };
    let known = |of: fn(&CostCounts) -> Option<Decimal>| {
        periods.values().any(|counts| of(counts).is_some()).then_some(Decimal::ZERO)
    };
    let nothing = CostCounts {
        spend: known(|counts| counts.spend),
        impressions: known(|counts| counts.impressions),
        clicks: known(|counts| counts.clicks),
        ..CostCounts::default()
    };
    let mut rows = Vec::with_capacity(calendar.len());
    for index in 0..calendar.len() {
        let found = u32::try_from(index).ok().and_then(|index| periods.remove(&Some(index))).unwrap_or(nothing);
        let counts = CostCounts {
            spend: found.spend.or(nothing.spend),
            impressions: found.impressions.or(nothing.impressions),
            clicks: found.clicks.or(nothing.clicks),
            ..found
        };
        rows.push(CostRow { group: label.to_vec(), period: Some(calendar.label(index)), counts });
    }
    let undated = periods.remove(&None).filter(|counts| *counts != CostCounts::default());
    rows.extend(undated.map(|counts| CostRow { group: label.to_vec(), period: None, counts }));
    rows
}
