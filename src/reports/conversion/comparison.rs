//! The table `comparison`: how the whole way's rate differs from that of others or of an earlier time, and why.
//!
//! The change of the whole between two times is split after Kitagawa (1955): `rate_effect` is what the groups' own
//! rates have changed, at the mean of their shares; `mix_effect` is what their shares have changed, at the mean of
//! their rates. Over all groups both add up to the change of the whole.

use super::Conversion;
use super::periods;
use super::view;
use crate::document::{Cell, ColumnType, Table};
use crate::model::time::Micros;
use crate::plan::{CutRow, CutRows, OTHER};
use crate::reports::labels::{split_cells, split_columns};
use crate::stats::difference::{Counts, difference, newcombe, p_value};
use crate::stats::multiplicity::q_values;
use chrono::NaiveDate;

const OWN: [(&str, ColumnType); 8] = [
    ("base", ColumnType::Text),
    ("difference", ColumnType::Share),
    ("low", ColumnType::Share),
    ("high", ColumnType::Share),
    ("p_value", ColumnType::Number),
    ("q_value", ColumnType::Number),
    ("rate_effect", ColumnType::Share),
    ("mix_effect", ColumnType::Share),
];

/// What the rows are compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Base<'a> {
    /// Each group with all others together.
    Rest,
    /// Each period with an earlier one, both at the age that everybody in the later one has reached at `as_of`.
    EarlierPeriod { ago: Ago, as_of: Option<Micros> },
    /// The whole range of dates with an earlier one, which was looked at when it was as old.
    Earlier { ago: Ago, rows: &'a CutRows, first: NaiveDate, from: NaiveDate, to: NaiveDate },
}

/// How much earlier that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ago {
    /// Right before.
    Previous,
    Year,
}

/// One row: who is compared, with what, and the parts of the change.
pub(super) struct Compared {
    pub leading: Vec<Cell>,
    pub base: String,
    pub now: Counts,
    pub then: Counts,
    pub effects: Option<(f64, f64)>,
}

#[must_use]
pub fn table(conversion: &Conversion<'_>, base: &Base<'_>) -> Table {
    let mut table = Table::new("comparison", "Comparison", &[]);
    table.columns = split_columns(conversion.by(), conversion.every, &OWN);
    if table.columns.is_empty() {
        table.columns = Table::new("", "", &[("period", ColumnType::Date)]).columns;
    }
    let leading = table.columns.len();
    table.columns.extend(Table::new("", "", &OWN).columns);
    let compared = match base {
        Base::Rest => with_rest(conversion),
        Base::EarlierPeriod { ago, as_of } => periods::with_earlier_period(conversion, *ago, *as_of),
        Base::Earlier { rows, first, from, to, .. } => {
            let (from, to) = (from.format("%Y-%m-%d"), to.format("%Y-%m-%d"));
            with_earlier(conversion, rows, *first, &format!("{from}..{to}"))
        }
    };
    let p_values: Vec<Option<f64>> = compared.iter().map(|row| p_value(row.now, row.then)).collect();
    for ((row, p), q) in compared.into_iter().zip(&p_values).zip(q_values(&p_values)) {
        table.rows.push(cells(row, *p, q, conversion.confidence));
    }
    table.view = Some(view::comparison(conversion, base, &table, leading));
    table
}

fn cells(row: Compared, p: Option<f64>, q: Option<f64>, confidence: f64) -> Vec<Cell> {
    let share = |value: Option<f64>| value.map_or(Cell::Missing, Cell::Share);
    let number = |value: Option<f64>| value.map_or(Cell::Missing, Cell::Number);
    let interval = newcombe(row.now, row.then, confidence);
    let mut cells = row.leading;
    cells.extend([
        Cell::Text(row.base),
        share(difference(row.now, row.then)),
        share(interval.map(|interval| interval.low)),
        share(interval.map(|interval| interval.high)),
        number(p),
        number(q),
        share(row.effects.map(|(rate, _)| rate)),
        share(row.effects.map(|(_, mix)| mix)),
    ]);
    cells
}

/// Converted among entered.
pub(super) fn counts(row: &CutRow) -> Counts {
    let entered = row.steps.first().map_or(0, |step| step.entered);
    Counts::new(row.steps.last().map_or(0, |step| step.entered), entered)
}

pub(super) fn sum(rows: impl Iterator<Item = Counts>) -> Counts {
    rows.fold(Counts::default(), |all, one| Counts::new(all.successes + one.successes, all.trials + one.trials))
}

fn with_rest(conversion: &Conversion<'_>) -> Vec<Compared> {
    let rows = &conversion.cut.rows;
    let all = sum(rows.iter().map(counts));
    let compared = rows.iter().map(|row| {
        let now = counts(row);
        let then = Counts::new(all.successes - now.successes, all.trials - now.trials);
        Compared { leading: split_cells(&row.group, row.period), base: "rest".to_owned(), now, then, effects: None }
    });
    compared.collect()
}

fn with_earlier(conversion: &Conversion<'_>, earlier: &CutRows, first: NaiveDate, base: &str) -> Vec<Compared> {
    let rows = &conversion.cut.rows;
    if conversion.by().is_empty() {
        let then = sum(earlier.rows.iter().map(counts));
        let now = sum(rows.iter().map(counts));
        return vec![Compared { leading: vec![Cell::Date(first)], base: base.to_owned(), now, then, effects: None }];
    }
    let (all_now, all_then) = (sum(rows.iter().map(counts)), sum(earlier.rows.iter().map(counts)));
    let is_other = |group: &[String]| group.iter().all(|value| value == OTHER);
    let shown = |group: &[String]| rows.iter().any(|row| row.group == group && !is_other(group));
    let rest = sum(earlier.rows.iter().filter(|row| !shown(&row.group)).map(counts));
    let mut groups: Vec<(Vec<String>, Counts)> = rows.iter().map(|row| (row.group.clone(), counts(row))).collect();
    if rest.trials > 0 && !groups.iter().any(|(group, _)| is_other(group)) {
        // Groups that there are no longer: without them the parts would not add up.
        groups.push((vec![OTHER.to_owned(); conversion.by().len()], Counts::default()));
    }
    let compared = groups.into_iter().map(|(group, now)| {
        let then =
            if is_other(&group) { rest } else { sum(earlier.rows.iter().filter(|row| row.group == group).map(counts)) };
        Compared {
            leading: split_cells(&group, None),
            base: base.to_owned(),
            now,
            then,
            effects: effects(now, all_now, then, all_then),
        }
    });
    compared.collect()
}

/// What a group's own rate, and what its share, has done to the rate of the whole.
///
/// A group that was not there at one of the times has changed its share only.
pub(super) fn effects(now: Counts, all_now: Counts, then: Counts, all_then: Counts) -> Option<(f64, f64)> {
    let share = |part: Counts, all: Counts| Counts::new(part.trials, all.trials).rate();
    let (share_now, share_then) = (share(now, all_now)?, share(then, all_then)?);
    let (rate_now, rate_then) = match (now.rate(), then.rate()) {
        (Some(now), Some(then)) => (now, then),
        (Some(only), None) | (None, Some(only)) => (only, only),
        (None, None) => return Some((0.0, 0.0)),
    };
    let rate = f64::midpoint(share_now, share_then) * (rate_now - rate_then);
    let mix = f64::midpoint(rate_now, rate_then) * (share_now - share_then);
    Some((rate, mix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_effects_add_up_to_the_change() {
        // Then: 50 of 100 and 10 of 100 (30 %); now: 60 of 100 and 30 of 300 (22.5 %): each group is no worse, the mix is.
        let (all_then, all_now) = (Counts::new(60, 200), Counts::new(90, 400));
        let one = effects(Counts::new(60, 100), all_now, Counts::new(50, 100), all_then).unwrap();
        let other = effects(Counts::new(30, 300), all_now, Counts::new(10, 100), all_then).unwrap();
        // Shares 1/4 from 1/2 and 3/4 from 1/2: 3/8 * 0.1, 0.55 * -1/4; 5/8 * 0, 0.1 * 1/4.
        assert!((one.0 - 0.0375).abs() < 1e-12 && (one.1 + 0.1375).abs() < 1e-12);
        assert!(other.0.abs() < 1e-12 && (other.1 - 0.025).abs() < 1e-12);
        assert!((one.0 + one.1 + other.0 + other.1 - (0.225 - 0.3)).abs() < 1e-12);
    }

    #[test]
    fn a_group_that_is_new_changes_the_mix_only() {
        let (all_then, all_now) = (Counts::new(50, 100), Counts::new(60, 150));
        let new = effects(Counts::new(10, 50), all_now, Counts::default(), all_then).unwrap();
        let old = effects(Counts::new(50, 100), all_now, Counts::new(50, 100), all_then).unwrap();
        assert!(new.0.abs() < 1e-12);
        assert!((new.1 + old.0 + old.1 - (0.4 - 0.5)).abs() < 1e-12);
        assert_eq!(effects(Counts::default(), Counts::default(), Counts::new(1, 2), all_then), None);
    }
}
