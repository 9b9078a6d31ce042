//! `funnel conversion --compare`: what the result is compared with, and a second run where that is an earlier time.

use super::analysis::Context;
use super::conversion::answer;
use crate::args::choices;
use crate::args::conversion::Compare;
use crate::args::values::period::{Span, Unit};
use crate::config::settings::ConversionSettings;
use crate::document::Table;
use crate::engine::Run;
use crate::error::{Error, Result};
use crate::input::source::Source;
use crate::model::time::Micros;
use crate::plan::calendar::{Every, local_day, local_time, moment_of};
use crate::plan::{Attribution, JourneyPlan};
use crate::reports::conversion::Conversion;
use crate::reports::conversion::comparison::{Ago, Base};
use chrono::{Datelike, Months, NaiveDateTime, TimeDelta};

/// Refuses comparisons that have no base.
///
/// # Errors
/// A usage error that says what is missing or does not fit.
pub fn check(wanted: Option<Compare>, plan: &JourneyPlan, every: Option<Every>) -> Result<()> {
    let refuse = |message: &str, hint: &str| Err(Error::usage(message).with_hint(hint));
    match wanted {
        Some(Compare::Rest) if plan.by.is_empty() => {
            refuse("--compare rest needs groups", "--by COLUMN makes groups; --compare previous compares times")
        }
        Some(Compare::Rest) if every.is_some() => {
            refuse("--compare rest cannot be combined with --every", "leave --every out, or use --compare previous")
        }
        Some(Compare::Rest) if matches!(plan.attribution, Attribution::Step(_) | Attribution::Same) => {
            let message = format!("--compare rest cannot be combined with --attribution {}", plan.attribution.name());
            refuse(&message, "its groups overlap; use --attribution first or last")
        }
        Some(wanted @ (Compare::Previous | Compare::YearAgo)) if every.is_none() && plan.since.is_none() => {
            let message = format!("--compare {} needs --since or --every", choices::word(&wanted));
            refuse(&message, "--since 2026-01-01 or --period last-month is compared with the time before it")
        }
        _ => Ok(()),
    }
}

/// Makes the table `comparison`.
///
/// # Errors
/// Whatever a second run reports.
pub fn table(
    context: &Context<'_>,
    asked: &ConversionSettings,
    wanted: Compare,
    conversion: &Conversion<'_>,
    run: &Run,
    sources: &[Source],
) -> Result<Table> {
    let ago = if wanted == Compare::YearAgo { Ago::Year } else { Ago::Previous };
    let base = match (wanted, conversion.every, conversion.plan.since) {
        (Compare::Rest, ..) => Base::Rest,
        (_, None, Some(since)) => {
            let as_of = run.answer.as_of.unwrap_or(since);
            let until = conversion.plan.until.unwrap_or(as_of).max(since);
            let back = back(ago, context.settings.common.span, conversion.plan, [since, until]);
            let (plan, [from, to]) = earlier(conversion.plan, [since, until], as_of, back);
            let before = answer(context, asked, &plan, sources)?;
            let zone = plan.zone;
            let [first, from, to] = [since, from, to].map(|time| local_day(time, zone));
            return Ok(conversion.comparison(&Base::Earlier { ago, rows: &before.answer.cuts[0], first, from, to }));
        }
        _ => Base::EarlierPeriod { ago, as_of: run.answer.as_of },
    };
    Ok(conversion.comparison(&base))
}

/// How far back the dates lie that the asked ones are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Back {
    Months(u32),
    /// In local time, so that a day of 23 hours is as long as any other.
    Time(TimeDelta),
}

/// Right before: of a month, a quarter or a year that was asked for the one before, else the same length of time.
/// A year ago: the same dates, but of weeks and days 52 weeks, so that the days of the week are the same.
fn back(ago: Ago, span: Option<Span>, plan: &JourneyPlan, [since, until]: [Micros; 2]) -> Back {
    let [first, end] = [since, until.saturating_add(1)].map(|time| local_time(time, plan.zone));
    let unit = span.and_then(|span| span.unit);
    let months = match unit {
        Some(Unit::Month) => Some(1),
        Some(Unit::Quarter) => Some(3),
        Some(Unit::Year) => Some(12),
        Some(Unit::Day | Unit::Week) | None => None,
    };
    let weeks = |number: i64| Back::Time(TimeDelta::weeks(number));
    match (ago, unit, months) {
        (Ago::Previous, _, Some(months)) => Back::Months(months),
        // Of the week under way the same days of the one before.
        (Ago::Previous, Some(Unit::Week), None) => weeks(1),
        (Ago::Previous, ..) => Back::Time(end - first),
        (Ago::Year, Some(Unit::Day | Unit::Week), _) => weeks(52),
        (Ago::Year, None, _) if is_whole_weeks(first, end) => weeks(52),
        (Ago::Year, ..) => Back::Months(12),
    }
}

/// Whole weeks that are no whole months.
fn is_whole_weeks(first: NaiveDateTime, end: NaiveDateTime) -> bool {
    let is_month = first.day() == 1 && end.day() == 1;
    let length = end - first;
    !is_month && length > TimeDelta::zero() && length == TimeDelta::weeks(length.num_weeks())
}

/// The plan of the dates so much earlier, looked at as long after their end, with all of its groups.
fn earlier(plan: &JourneyPlan, [since, until]: [Micros; 2], as_of: Micros, back: Back) -> (JourneyPlan, [Micros; 2]) {
    let zone = plan.zone;
    let local = |time: Micros| local_time(time, zone);
    let shifted = |time: NaiveDateTime| match back {
        Back::Months(months) => time.checked_sub_months(Months::new(months)),
        Back::Time(length) => time.checked_sub_signed(length),
    };
    let (first, end) = (local(since), local(until.saturating_add(1)));
    let (from, to) = (shifted(first).unwrap_or(first), shifted(end).unwrap_or(end));
    let from = moment_of(from, zone);
    let last = (moment_of(to, zone) - 1).min(since - 1);
    let plan = JourneyPlan {
        since: Some(from),
        until: Some(last),
        as_of: Some(moment_of(to + (local(as_of) - end), zone)),
        top: usize::MAX,
        ..plan.clone()
    };
    (plan, [from, last])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::rules::EventRules;
    use crate::plan::{Mode, Order, Ties};

    fn plan(zone: chrono_tz::Tz, until: Micros) -> JourneyPlan {
        JourneyPlan {
            steps: Vec::new(),
            mode: Mode::Events { order: Order::Ordered, ties: Ties::Any, window: None },
            rules: EventRules::default(),
            by: Vec::new(),
            attribution: Attribution::First,
            top: 10,
            zone,
            week_start: chrono::Weekday::Mon,
            since: None,
            until: Some(until),
            as_of: None,
            row_filter: None,
            entry_filter: None,
            unit_filters: Vec::new(),
            dedupe: false,
            with_value: false,
            cuts: Vec::new(),
            moments: Vec::new(),
        }
    }

    #[test]
    fn the_time_before_is_as_long_in_local_days() {
        let zone = chrono_tz::Tz::Europe__Paris;
        let day = |text: &str| crate::plan::calendar::day_start(text.parse().unwrap(), zone);
        let plan = plan(zone, day("2026-04-01") - 1);
        // March has 31 days, one of them of 23 hours.
        let march = [day("2026-03-01"), day("2026-04-01") - 1];
        let length = back(Ago::Previous, None, &plan, march);
        let (before, _) = earlier(&plan, march, day("2026-04-15"), length);
        assert_eq!(before.since, Some(day("2026-01-29")));
        assert_eq!(before.until, Some(day("2026-03-01") - 1));
        assert_eq!(before.as_of, Some(day("2026-03-15")));
    }

    /// The dates that a period is compared with, and the as-of day, where the asked one is seen from 2026-04-15.
    fn compared(ago: Ago, period: &str, seen: &str) -> [String; 3] {
        let zone = chrono_tz::Tz::Europe__Paris;
        let date = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
        let day = |date: chrono::NaiveDate| crate::plan::calendar::day_start(date, zone);
        let parsed = crate::args::values::period::period(period).unwrap();
        let span = parsed.days(date(seen), date(seen), chrono::Weekday::Mon).unwrap();
        let asked = [day(span.first), day(span.last.succ_opt().unwrap()) - 1];
        let plan = plan(zone, asked[1]);
        let (before, [from, to]) = earlier(&plan, asked, day(date(seen)), back(ago, Some(span), &plan, asked));
        [from, to, before.as_of.unwrap()].map(|time| crate::plan::calendar::local_day(time, zone).to_string())
    }

    #[test]
    fn the_period_before_is_that_of_the_calendar() {
        // 2026-04-15 is a Wednesday, 15 days after the end of March.
        let before = |period: &str| compared(Ago::Previous, period, "2026-04-15");
        assert_eq!(before("last-month"), ["2026-02-01", "2026-02-28", "2026-03-15"]);
        assert_eq!(before("last-week"), ["2026-03-30", "2026-04-05", "2026-04-08"]);
        assert_eq!(before("2026-Q1"), ["2025-10-01", "2025-12-31", "2026-01-15"]);
        // The month and the week under way, up to the 15th: the same days of those before.
        assert_eq!(before("this-month"), ["2026-03-01", "2026-03-15", "2026-03-15"]);
        assert_eq!(before("this-week"), ["2026-04-06", "2026-04-08", "2026-04-08"]);
        assert_eq!(before("2026-03-10..2026-03-19"), ["2026-02-28", "2026-03-09", "2026-04-05"]);
    }

    #[test]
    fn a_year_ago_keeps_the_days_of_the_week() {
        let before = |period: &str| compared(Ago::Year, period, "2026-04-15");
        assert_eq!(before("last-month"), ["2025-03-01", "2025-03-31", "2025-04-15"]);
        // Week 15 of 2026 begins on 6 April, that of 2025 on 7 April.
        assert_eq!(before("2026-W15"), ["2025-04-07", "2025-04-13", "2025-04-16"]);
        assert_eq!(before("2026-03-02..2026-03-15"), ["2025-03-03", "2025-03-16", "2025-04-16"]);
        // February of 2027 is four whole weeks, and a month all the same.
        assert_eq!(compared(Ago::Year, "2027-02-01..2027-02-28", "2027-03-01")[..2], ["2026-02-01", "2026-02-28"]);
        assert_eq!(compared(Ago::Year, "2024-02", "2024-03-05"), ["2023-02-01", "2023-02-28", "2023-03-05"]);
    }
}
