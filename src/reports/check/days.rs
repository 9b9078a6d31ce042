//! Rules about days: which lie far from all others, which have nothing where something is usual.

use crate::engine::inspect::DayFacts;
use chrono::{Datelike, Days, NaiveDate};
use std::collections::BTreeMap;

/// A row is far out where more than so many days lie between it and the bulk.
const FAR: i64 = 366;
/// Fewer rows have no bulk.
const BULK_ROWS: u64 = 20;
/// The bulk leaves out, at either end, one row of so many, and at least one.
const LEFT_OUT: u64 = 1_000;
/// A weekday is busy where it usually has so many rows.
const BUSY: u64 = 10;

/// The days without those that lie far out.
pub struct Bulk<'a> {
    pub days: &'a [DayFacts],
    /// Rows before 2000.
    pub early: u64,
    /// Rows far from all others.
    pub outlying: u64,
}

impl<'a> Bulk<'a> {
    pub fn of(days: &'a [DayFacts]) -> Self {
        let first_credible = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
        let (early, days) = days.split_at(days.partition_point(|day| day.day < first_credible));
        let rows = rows_of(days);
        let mut bulk = Self { days, early: rows_of(early), outlying: 0 };
        if rows >= BULK_ROWS {
            let left_out = (rows / LEFT_OUT).max(1);
            let start = far(days.iter().copied(), left_out, |day, other| other - day);
            let end = days.len() - far(days.iter().rev().copied(), left_out, |day, other| day - other);
            if start < end {
                bulk.days = &days[start..end];
                bulk.outlying = rows - rows_of(bulk.days);
            }
        }
        bulk
    }

    pub fn last_day(&self) -> NaiveDate {
        self.days.last().map(|day| day.day).unwrap_or_default()
    }

    /// Every day from the first to the last, with its rows and the ids that begin there.
    fn every_day(&self) -> impl Iterator<Item = (NaiveDate, u64, u64)> {
        let known: BTreeMap<NaiveDate, &DayFacts> = self.days.iter().map(|day| (day.day, day)).collect();
        let last = self.last_day();
        let next = |day: &NaiveDate| day.checked_add_days(Days::new(1));
        let days =
            std::iter::successors(self.days.first().map(|day| day.day), next).take_while(move |day| *day <= last);
        days.map(move |day| known.get(&day).map_or((day, 0, 0), |facts| (day, facts.rows, facts.newcomers)))
    }

    pub fn newcomers_after_first(&self) -> Vec<u64> {
        self.every_day().skip(1).map(|(_, _, newcomers)| newcomers).collect()
    }

    /// Days without a row whose weekday is busy in the other weeks.
    pub fn gaps(&self) -> Vec<NaiveDate> {
        let mut counts: [Vec<u64>; 7] = Default::default();
        let mut empty = Vec::new();
        for (day, rows, _) in self.every_day() {
            counts[day.weekday().num_days_from_monday() as usize].push(rows);
            if rows == 0 {
                empty.push(day);
            }
        }
        // The usual count of the other weeks: one empty day is left out, the one that is judged.
        let busy = counts.map(|mut counts| {
            counts.sort_unstable();
            counts.get(1..).is_some_and(|others| usual(others) >= BUSY)
        });
        empty.retain(|day| busy[day.weekday().num_days_from_monday() as usize]);
        empty
    }
}

/// How many days at the front lie far before the day on which more than `left_out` rows are reached.
fn far(
    days: impl Iterator<Item = DayFacts> + Clone,
    left_out: u64,
    distance: impl Fn(NaiveDate, NaiveDate) -> chrono::TimeDelta,
) -> usize {
    let mut rows = 0;
    let begin = days.clone().find(|day| {
        rows += day.rows;
        rows > left_out
    });
    let Some(begin) = begin else { return 0 };
    days.take_while(|day| distance(day.day, begin.day).num_days() > FAR).count()
}

fn rows_of(days: &[DayFacts]) -> u64 {
    days.iter().map(|day| day.rows).sum()
}

/// The lower median; 0 of nothing.
pub fn usual(counts: &[u64]) -> u64 {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days from 2026-01-05, a Monday, with these rows; empty ones are absent, as the engine leaves them.
    fn days(rows: &[u64]) -> Vec<DayFacts> {
        let monday = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
        let all = rows.iter().enumerate();
        let all = all.map(|(offset, rows)| DayFacts {
            day: monday + Days::new(offset as u64),
            rows: *rows,
            newcomers: *rows,
        });
        all.filter(|day| day.rows > 0).collect()
    }

    fn on(year: i32, month: u32, day: u32, rows: u64) -> DayFacts {
        DayFacts { day: NaiveDate::from_ymd_opt(year, month, day).unwrap(), rows, newcomers: 0 }
    }

    #[test]
    fn the_usual_is_the_lower_median() {
        assert_eq!(usual(&[]), 0);
        assert_eq!(usual(&[7]), 7);
        assert_eq!(usual(&[9, 1]), 1);
        assert_eq!(usual(&[9, 1, 5]), 5);
    }

    #[test]
    fn an_empty_day_is_a_gap_where_its_weekday_is_busy() {
        // Two weeks without Sundays' rows; the second Wednesday is empty, the first had 12.
        let week = [12, 12, 12, 12, 12, 3, 0, 12, 12, 0, 12, 12, 0, 0, 12];
        let all = days(&week);
        let gaps = Bulk::of(&all).gaps();
        // The second Saturday is empty too, but the first had only 3; Sundays are always empty.
        assert_eq!(gaps, [NaiveDate::from_ymd_opt(2026, 1, 14).unwrap()]);
        // In a single week nothing says whether a Wednesday is busy.
        assert!(Bulk::of(&days(&[50, 50, 0, 50, 50])).gaps().is_empty());
        // Nine a day are too few to wonder.
        assert!(Bulk::of(&days(&[9, 9, 9, 9, 9, 9, 9, 9, 9, 0, 9])).gaps().is_empty());
    }

    #[test]
    fn what_is_far_from_all_others_is_no_part_of_the_bulk() {
        let all = [on(1970, 1, 1, 2), on(2024, 1, 1, 1), on(2026, 1, 1, 30), on(2026, 2, 1, 30), on(2027, 3, 1, 1)];
        let bulk = Bulk::of(&all);
        // 2024 lies two years before the rest, 2027-03-01 393 days after it.
        assert_eq!((bulk.early, bulk.outlying, bulk.days.len()), (2, 2, 2));
        // Exactly 366 days after the others is still near.
        let near = [on(2026, 1, 1, 30), on(2027, 1, 2, 1)];
        assert_eq!(Bulk::of(&near).outlying, 0);
        let far = [on(2026, 1, 1, 30), on(2027, 1, 3, 1)];
        assert_eq!(Bulk::of(&far).outlying, 1);
        // Two rows of 32 are no accident: more than one may not be left out.
        assert_eq!(Bulk::of(&[on(2026, 1, 1, 30), on(2028, 1, 3, 2)]).outlying, 0);
        // Nineteen rows have no bulk.
        assert_eq!(Bulk::of(&[on(2026, 1, 1, 18), on(2028, 1, 3, 1)]).outlying, 0);
        assert_eq!(Bulk::of(&[]).outlying, 0);
    }
}
