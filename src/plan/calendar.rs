//! Calendar periods in a time zone: local days, weeks and months whatever the clock changes do.

use crate::model::time::{MICROS_PER_SECOND, Micros};
use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Weekday};
use chrono_tz::Tz;

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Every {
    pub const ALL: [Self; 6] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|every| every.name() == name)
    }
}

/// How a period is printed: its first day, or for hours its timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PeriodStart {
    Day(NaiveDate),
    Hour(DateTime<FixedOffset>),
}

/// Consecutive periods that cover a span of time.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Start of each period, in microseconds; one more than there are periods (the end of the last).
    edges: Vec<Micros>,
    labels: Vec<PeriodStart>,
}

impl Calendar {
    /// Lays out the periods from the one that holds `first` to the one that holds `last`.
    #[must_use]
    pub fn covering(first: Micros, last: Micros, every: Every, zone: Tz, week_start: Weekday) -> Self {
        if every == Every::Hour {
            return Self::hours(first, last, zone);
        }
        let mut day = period_day(local_day(first, zone), every, week_start);
        let mut edges = vec![day_start(day, zone)];
        let mut labels = Vec::new();
        while edges.last().is_some_and(|edge| *edge <= last) {
            labels.push(PeriodStart::Day(day));
            day = next_day(day, every);
            edges.push(day_start(day, zone));
        }
        Self { edges, labels }
    }

    /// Hours are elapsed hours that begin on the zone's full hour, as its offset is at the first moment.
    fn hours(first: Micros, last: Micros, zone: Tz) -> Self {
        let hour = 3_600 * MICROS_PER_SECOND;
        let offset = local_time(first, zone).and_utc().timestamp_micros() - first;
        let start = first - (first + offset).rem_euclid(hour);
        let count = (last - start).div_euclid(hour) + 1;
        let edges: Vec<Micros> = (0..=count).map(|index| start + index * hour).collect();
        let label = |edge: &Micros| PeriodStart::Hour(moment(*edge).with_timezone(&zone).fixed_offset());
        let labels = edges.iter().take(edges.len() - 1).map(label).collect();
        Self { edges, labels }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Returns the period that holds `time`; times outside the calendar belong to its first or last period.
    #[must_use]
    pub fn index(&self, time: Micros) -> usize {
        let after = self.edges.partition_point(|edge| *edge <= time);
        after.saturating_sub(1).min(self.labels.len().saturating_sub(1))
    }

    #[must_use]
    pub fn label(&self, index: usize) -> PeriodStart {
        self.labels[index]
    }

    /// Returns the first moment of the first period.
    #[must_use]
    pub fn start(&self) -> Micros {
        self.edges[0]
    }

    /// Returns the first moment after the period.
    #[must_use]
    pub fn end(&self, index: usize) -> Micros {
        self.edges[index + 1]
    }
}

fn moment(time: Micros) -> DateTime<chrono::Utc> {
    DateTime::from_timestamp_micros(time).unwrap_or(DateTime::UNIX_EPOCH)
}

/// Returns the last moment of the local day that holds `time`.
#[must_use]
pub fn day_end(time: Micros, zone: Tz) -> Micros {
    day_start(next_day(local_day(time, zone), Every::Day), zone) - 1
}

/// Returns the local calendar day of a moment.
#[must_use]
pub fn local_day(time: Micros, zone: Tz) -> NaiveDate {
    moment(time).with_timezone(&zone).date_naive()
}

/// Returns the moment at which a local day begins; where midnight is skipped, the first moment after it.
#[must_use]
pub fn day_start(day: NaiveDate, zone: Tz) -> Micros {
    moment_of(NaiveDateTime::new(day, NaiveTime::MIN), zone)
}

/// Returns the moment of a local time; where that is skipped, the first moment after it.
#[must_use]
pub fn moment_of(local: NaiveDateTime, zone: Tz) -> Micros {
    for quarter in 0..16 {
        let local = local + chrono::Duration::minutes(15 * quarter);
        if let Some(moment) = zone.from_local_datetime(&local).earliest() {
            return moment.timestamp_micros();
        }
    }
    local.and_utc().timestamp_micros()
}

/// Returns the local time of a moment.
#[must_use]
pub fn local_time(time: Micros, zone: Tz) -> NaiveDateTime {
    moment(time).with_timezone(&zone).naive_local()
}

fn period_day(day: NaiveDate, every: Every, week_start: Weekday) -> NaiveDate {
    let month = match every {
        Every::Hour | Every::Day => return day,
        Every::Week => {
            let back = day.weekday().days_since(week_start);
            return day.checked_sub_days(Days::new(u64::from(back))).unwrap_or(day);
        }
        Every::Month => day.month(),
        Every::Quarter => (day.month() - 1) / 3 * 3 + 1,
        Every::Year => 1,
    };
    NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day)
}

fn next_day(day: NaiveDate, every: Every) -> NaiveDate {
    let next = match every {
        Every::Hour | Every::Day => day.checked_add_days(Days::new(1)),
        Every::Week => day.checked_add_days(Days::new(7)),
        Every::Month => day.checked_add_months(Months::new(1)),
        Every::Quarter => day.checked_add_months(Months::new(3)),
        Every::Year => day.checked_add_months(Months::new(12)),
    };
    next.unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(text: &str) -> Micros {
        DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros()
    }

    fn day(text: &str) -> PeriodStart {
        PeriodStart::Day(text.parse().unwrap())
    }

    fn hour(text: &str) -> PeriodStart {
        PeriodStart::Hour(DateTime::parse_from_rfc3339(text).unwrap())
    }

    #[test]
    fn days_end_before_the_next_begins() {
        // New York lost an hour on 2024-03-10: the day ends at 04:00 UTC of the next.
        let end = day_end(micros("2024-03-10T12:00:00Z"), Tz::America__New_York);
        assert_eq!(end, micros("2024-03-11T04:00:00Z") - 1);
    }

    #[test]
    fn weeks_begin_on_the_chosen_day() {
        // 2026-01-01 is a Thursday.
        let first = micros("2026-01-01T12:00:00Z");
        let monday = Calendar::covering(first, first, Every::Week, Tz::UTC, Weekday::Mon);
        assert_eq!(monday.label(0), day("2025-12-29"));
        let sunday = Calendar::covering(first, first, Every::Week, Tz::UTC, Weekday::Sun);
        assert_eq!(sunday.label(0), day("2025-12-28"));
    }

    #[test]
    fn a_day_of_23_hours_is_one_period() {
        // Paris lost an hour on 2026-03-29: the day runs from 23:00 UTC to 22:00 UTC.
        let first = micros("2026-03-28T12:00:00Z");
        let last = micros("2026-03-30T12:00:00Z");
        let days = Calendar::covering(first, last, Every::Day, Tz::Europe__Paris, Weekday::Mon);
        assert_eq!(days.len(), 3);
        assert_eq!(days.index(micros("2026-03-28T22:59:59Z")), 0);
        assert_eq!(days.index(micros("2026-03-28T23:00:00Z")), 1);
        assert_eq!(days.index(micros("2026-03-29T21:59:59Z")), 1);
        assert_eq!(days.index(micros("2026-03-29T22:00:00Z")), 2);
    }

    #[test]
    fn months_quarters_and_years_begin_on_their_first_day() {
        let first = micros("2025-11-30T00:00:00Z");
        let last = micros("2026-02-01T00:00:00Z");
        let labels = |every| {
            let calendar = Calendar::covering(first, last, every, Tz::UTC, Weekday::Mon);
            (0..calendar.len()).map(|index| calendar.label(index)).collect::<Vec<_>>()
        };
        assert_eq!(labels(Every::Month), ["2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01"].map(day));
        assert_eq!(labels(Every::Quarter), ["2025-10-01", "2026-01-01"].map(day));
        assert_eq!(labels(Every::Year), ["2025-01-01", "2026-01-01"].map(day));
    }

    #[test]
    fn hours_are_labelled_by_their_moment() {
        let first = micros("2026-01-01T12:34:00Z");
        let hours = Calendar::covering(first, first + 3_600 * MICROS_PER_SECOND, Every::Hour, Tz::UTC, Weekday::Mon);
        assert_eq!(hours.len(), 2);
        assert_eq!(hours.label(0), hour("2026-01-01T12:00:00Z"));
        // In India full hours stand at half hours of UTC.
        let hours = Calendar::covering(first, first, Every::Hour, Tz::Asia__Kolkata, Weekday::Mon);
        assert_eq!(hours.label(0), hour("2026-01-01T18:00:00+05:30"));
    }
}
