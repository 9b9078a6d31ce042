//! The age of a unit at a moment: by calendar periods, or by lengths of time from its own start.

use crate::error::{Error, Result};
use crate::model::time::{MICROS_PER_DAY, Micros};
use crate::plan::calendar::{Calendar, Every, day_start, local_day};
use crate::plan::cohort::CohortPlan;
use chrono_tz::Tz;

/// More periods than this are a mistake: nobody reads them, and they would not fit the memory.
const MOST_PERIODS: i64 = 200_000;
/// More cells than this likewise.
const MOST_CELLS: usize = 4_000_000;

/// How ages are told; the calendar begins with the first cohort and ends with the as-of time.
pub struct Ages {
    pub calendar: Calendar,
    /// `None` by calendar periods.
    length: Option<Micros>,
    /// Times are dates: what lies between them is whole days, also over a change of the clock.
    whole_days: bool,
    pub as_of: Micros,
    /// Ages from here on are not asked for.
    pub limit: usize,
    zone: Tz,
}

impl Ages {
    /// Lays out the periods from `first` to the as-of time.
    ///
    /// # Errors
    /// More periods or cells than can be shown is a usage error.
    pub fn new(plan: &CohortPlan, first: Micros, as_of: Micros, whole_days: bool) -> Result<Self> {
        let shortest = match plan.every {
            Every::Hour => MICROS_PER_DAY / 24,
            _ => MICROS_PER_DAY,
        };
        let too_many = |what: &str| {
            let error = Error::usage(format!("the cohorts would have {what}"));
            error.with_hint("--every takes longer periods, --since begins later, --periods N ends earlier")
        };
        if as_of.saturating_sub(first) / shortest > MOST_PERIODS {
            return Err(too_many("hundreds of thousands of periods"));
        }
        let calendar = Calendar::covering(first, as_of, plan.every, plan.zone, plan.week_start);
        // A rolling age may be shorter than its calendar period.
        let ages = if plan.rolling {
            usize::try_from((as_of - calendar.start()) / plan.age_length()).unwrap_or(usize::MAX).saturating_add(1)
        } else {
            calendar.len()
        };
        let limit = plan.periods.unwrap_or(usize::MAX).min(ages);
        if calendar.len().saturating_mul(limit) > MOST_CELLS {
            return Err(too_many("millions of cells"));
        }
        let length = plan.rolling.then(|| plan.age_length());
        Ok(Self { calendar, length, whole_days, as_of, limit, zone: plan.zone })
    }

    /// Begins to tell the ages of a unit.
    #[inline]
    pub const fn of(&self, start: Micros, cohort: usize) -> Walk<'_> {
        Walk { ages: self, start, cohort, period: cohort }
    }

    /// Time between two moments, with the second not earlier.
    fn elapsed(&self, from: Micros, to: Micros) -> Micros {
        if self.whole_days {
            (to - from + MICROS_PER_DAY / 2).div_euclid(MICROS_PER_DAY) * MICROS_PER_DAY
        } else {
            to - from
        }
    }

    /// How long a unit that started then was seen; its last moment counts.
    fn seen(&self, start: Micros) -> Micros {
        if !self.whole_days {
            return self.as_of - start;
        }
        let last_day = day_start(local_day(self.as_of, self.zone), self.zone);
        self.elapsed(start, last_day) + (self.as_of - last_day).min(MICROS_PER_DAY - 1)
    }

    /// Whether an age of a cohort has begun for any of its units, and whether it is over for all of them.
    ///
    /// `starts` are the first and last start in the cohort; without units the bounds of its period take their place.
    pub fn stands(&self, cohort: usize, age: usize, starts: Option<(Micros, Micros)>) -> (bool, bool) {
        let Some(length) = self.length else {
            let period = cohort + age;
            let begun = period < self.calendar.len();
            return (begun, begun && self.calendar.end(period) - 1 <= self.as_of);
        };
        let (first, last) = starts.unwrap_or_else(|| self.bounds(cohort));
        let age = i64::try_from(age).unwrap_or(i64::MAX);
        let begun = age.saturating_mul(length) <= self.seen(first);
        (begun, begun && age.saturating_add(1).saturating_mul(length) - 1 <= self.seen(last))
    }

    /// The first and the last moment at which a unit of the cohort can start.
    fn bounds(&self, cohort: usize) -> (Micros, Micros) {
        let last = self.calendar.end(cohort) - 1;
        let first = cohort.checked_sub(1).map_or_else(|| self.calendar.start(), |before| self.calendar.end(before));
        let last = if self.whole_days { day_start(local_day(last, self.zone), self.zone) } else { last };
        (first, last)
    }
}

/// Tells the ages of one unit at moments that only grow.
pub struct Walk<'a> {
    ages: &'a Ages,
    start: Micros,
    cohort: usize,
    period: usize,
}

impl Walk<'_> {
    /// The age at a moment not before the start.
    #[inline]
    pub fn age(&mut self, time: Micros) -> usize {
        if let Some(length) = self.ages.length {
            return usize::try_from(self.ages.elapsed(self.start, time) / length).unwrap_or(0);
        }
        let calendar = &self.ages.calendar;
        while time >= calendar.end(self.period) && self.period + 1 < calendar.len() {
            self.period += 1;
        }
        self.period - self.cohort
    }
}
