//! Periods of a trend beside earlier ones, at equal age.
//!
//! The units of an earlier period have had more time. Where the later period's rate may still rise, both count what
//! converted within the time that everybody in the later period has had; a period under way has no such time.

use super::comparison::{Ago, Compared, counts, effects, sum};
use super::{Conversion, control};
use crate::model::time::{MICROS_PER_SECOND, Micros};
use crate::plan::CutRow;
use crate::plan::calendar::{Every, PeriodStart};
use crate::reports::labels::{span, split_cells};
use crate::stats::difference::Counts;
use chrono::{Days, Months};

/// The time after entry within which conversions count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Age {
    /// All that there is to come has come.
    Whole,
    Within(Micros),
    /// Not everybody has entered yet.
    None,
}

pub fn with_earlier_period(conversion: &Conversion<'_>, ago: Ago, as_of: Option<Micros>) -> Vec<Compared> {
    let Some(every) = conversion.every else { return Vec::new() };
    let rows = &conversion.cut.rows;
    let mut compared = Vec::new();
    for (position, row) in rows.iter().enumerate() {
        let same_group = rows[..position].iter().rev().take_while(|other| other.group == row.group);
        let then = match ago {
            Ago::Previous => same_group.take(1).next(),
            Ago::Year => {
                let wanted = row.period.and_then(|period| year_before(period, every));
                same_group.filter(|_| wanted.is_some()).find(|other| other.period == wanted)
            }
        };
        if let Some(then) = then {
            compared.push(pair(conversion, row, then, ago, age(conversion, row, as_of)));
        }
    }
    compared
}

fn pair(conversion: &Conversion<'_>, now: &CutRow, then: &CutRow, ago: Ago, age: Age) -> Compared {
    let all = |period: Option<PeriodStart>| {
        sum(conversion.cut.rows.iter().filter(|row| row.period == period).map(|row| within(row, age)))
    };
    let (counts_now, counts_then) = (within(now, age), within(then, age));
    let grouped = !conversion.by().is_empty();
    let name = match ago {
        Ago::Previous => "period before",
        Ago::Year => "year ago",
    };
    Compared {
        leading: split_cells(&now.group, now.period),
        base: match age {
            Age::Within(age) => format!("{name}, within {}", span(age / MICROS_PER_SECOND * MICROS_PER_SECOND)),
            Age::Whole | Age::None => name.to_owned(),
        },
        now: counts_now,
        then: counts_then,
        effects: grouped.then(|| effects(counts_now, all(now.period), counts_then, all(then.period))).flatten(),
    }
}

/// The age that everybody in a period has reached, the last to enter among them.
fn age(conversion: &Conversion<'_>, row: &CutRow, as_of: Option<Micros>) -> Age {
    let (Some(end), Some(as_of)) = (control::end(conversion, row), as_of) else { return Age::Whole };
    let age = as_of.saturating_add(1).saturating_sub(end);
    match conversion.window() {
        _ if age <= 0 => Age::None,
        Some(window) if age >= window => Age::Whole,
        _ => Age::Within(age),
    }
}

/// Entered, and converted in that time.
fn within(row: &CutRow, age: Age) -> Counts {
    let all = counts(row);
    match age {
        Age::Whole => all,
        Age::None => Counts::default(),
        Age::Within(age) => {
            let late = row.durations.iter().filter(|count| count.duration > age).map(|count| count.converted).sum();
            Counts::new(all.successes.saturating_sub(late), all.trials)
        }
    }
}

/// The period a year earlier; of weeks, days and hours 52 weeks, so that the days of the week are the same.
fn year_before(period: PeriodStart, every: Every) -> Option<PeriodStart> {
    let weeks = Days::new(52 * 7);
    match (period, every) {
        (PeriodStart::Hour(time), _) => time.checked_sub_days(weeks).map(PeriodStart::Hour),
        (PeriodStart::Day(day), Every::Hour | Every::Day | Every::Week) => {
            day.checked_sub_days(weeks).map(PeriodStart::Day)
        }
        (PeriodStart::Day(day), Every::Month | Every::Quarter | Every::Year) => {
            day.checked_sub_months(Months::new(12)).map(PeriodStart::Day)
        }
    }
}
