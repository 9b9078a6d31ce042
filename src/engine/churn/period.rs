//! Calendar questions of churn: the last moment of a day, and how many whole periods lie between two moments.

use crate::model::time::{MICROS_PER_DAY, MICROS_PER_SECOND, Micros};
use crate::plan::calendar::{Every, day_end, local_day, local_time};
use chrono::{Datelike, Months, NaiveDateTime};
use chrono_tz::Tz;

pub use crate::plan::calendar::day_end as last_of_day;

/// Returns the moment by which a silence of `span` is over; a day on which a customer came counts from its end.
#[must_use]
pub fn silent_from(time: Micros, span: Micros, whole_days: bool, zone: Tz) -> Micros {
    let until = time.saturating_add(span);
    if whole_days { day_end(until, zone) + 1 } else { until }
}

/// Returns the time between two moments; whole days between dates where the data hold dates only.
#[must_use]
pub fn elapsed(from: Micros, to: Micros, whole_days: bool, zone: Tz) -> Micros {
    if !whole_days {
        return to - from;
    }
    (local_day(to, zone) - local_day(from, zone)).num_days() * MICROS_PER_DAY
}

/// Returns how many whole periods have passed since `from`, counted from that moment, and whether they end exactly at
/// `to`. Months are calendar months: from the 31st the first one ends with the next month.
#[must_use]
pub fn whole_periods(from: Micros, to: Micros, every: Every, zone: Tz) -> (u32, bool) {
    let months = match every {
        Every::Hour => return counted(to - from, 3_600 * MICROS_PER_SECOND),
        Every::Day | Every::Week => {
            let length = if every == Every::Day { MICROS_PER_DAY } else { 7 * MICROS_PER_DAY };
            let naive = local_time(to, zone) - local_time(from, zone);
            return counted(naive.num_microseconds().unwrap_or(0), length);
        }
        Every::Month => 1,
        Every::Quarter => 3,
        Every::Year => 12,
    };
    let (from, to) = (local_time(from, zone), local_time(to, zone));
    let apart = (to.year() - from.year()) * 12 + i32::try_from(to.month()).unwrap_or(0)
        - i32::try_from(from.month()).unwrap_or(0);
    let mut count = u32::try_from(apart).unwrap_or(0) / months;
    while count > 0 && after(from, count * months) > to {
        count -= 1;
    }
    (count, after(from, count * months) == to)
}

fn counted(span: i64, length: i64) -> (u32, bool) {
    (u32::try_from(span / length).unwrap_or(0), span % length == 0)
}

fn after(from: NaiveDateTime, months: u32) -> NaiveDateTime {
    from.checked_add_months(Months::new(months)).unwrap_or(NaiveDateTime::MAX)
}

#[cfg(test)]
mod tests {
    use super::{elapsed, silent_from, whole_periods};
    use crate::model::time::{MICROS_PER_DAY, Micros};
    use crate::plan::calendar::Every;
    use chrono_tz::Tz;

    fn micros(text: &str) -> Micros {
        chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros()
    }

    fn periods(from: &str, to: &str, every: Every) -> (u32, bool) {
        let moment = |text: &str| micros(&format!("{text}:00Z"));
        whole_periods(moment(from), moment(to), every, Tz::UTC)
    }

    #[test]
    fn months_are_counted_from_the_own_start() {
        assert_eq!(periods("2024-01-15T10:00", "2024-02-15T10:00", Every::Month), (1, true));
        assert_eq!(periods("2024-01-15T10:00", "2024-02-15T09:59", Every::Month), (0, false));
        assert_eq!(periods("2024-01-31T00:00", "2024-02-29T00:00", Every::Month), (1, true));
        assert_eq!(periods("2024-01-01T00:00", "2025-03-01T00:00", Every::Year), (1, false));
        assert_eq!(periods("2024-01-01T00:00", "2024-07-01T00:00", Every::Quarter), (2, true));
        assert_eq!(periods("2024-01-01T00:00", "2024-01-01T00:00", Every::Month), (0, true));
        assert_eq!(periods("2024-01-01T00:00", "2024-01-15T00:00", Every::Week), (2, true));
    }

    #[test]
    fn a_week_over_a_clock_change_is_whole() {
        let (from, to) = (micros("2026-03-27T23:00:00Z"), micros("2026-04-03T22:00:00Z"));
        assert_eq!(whole_periods(from, to, Every::Week, Tz::Europe__Paris), (1, true));
        assert_eq!(elapsed(from, to, true, Tz::Europe__Paris), 7 * MICROS_PER_DAY);
    }

    #[test]
    fn a_day_of_activity_counts_from_its_end() {
        let day = 20_000 * MICROS_PER_DAY;
        assert_eq!(silent_from(day, 3 * MICROS_PER_DAY, true, Tz::UTC), day + 4 * MICROS_PER_DAY);
        assert_eq!(silent_from(day, 3 * MICROS_PER_DAY, false, Tz::UTC), day + 3 * MICROS_PER_DAY);
    }
}
