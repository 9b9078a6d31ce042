//! `funnel conversion --compare`: what the result is compared with, and a second run where that is an earlier time.

use super::analysis::Context;
use super::conversion::answer;
use crate::args::conversion::Compare;
use crate::config::settings::ConversionSettings;
use crate::document::Table;
use crate::engine::Run;
use crate::error::{Error, Result};
use crate::input::source::Source;
use crate::model::time::Micros;
use crate::plan::calendar::{Every, local_day, local_time, moment_of};
use crate::plan::{Attribution, JourneyPlan};
use crate::reports::conversion::Conversion;
use crate::reports::conversion::comparison::Base;

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
        Some(Compare::Previous) if every.is_none() && plan.since.is_none() => {
            refuse("--compare previous needs --since or --every", "--since 2026-01-01 compares with the time before it")
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
    let base = match (wanted, conversion.every, conversion.plan.since) {
        (Compare::Rest, ..) => Base::Rest,
        (Compare::Previous, None, Some(since)) => {
            let (plan, [from, to]) = earlier(conversion.plan, since, run.answer.as_of.unwrap_or(since));
            let before = answer(context, asked, &plan, sources)?;
            let zone = plan.zone;
            let [first, from, to] = [since, from, to].map(|time| local_day(time, zone));
            return Ok(conversion.comparison(&Base::Earlier { rows: &before.answer.cuts[0], first, from, to }));
        }
        (Compare::Previous, ..) => Base::PeriodBefore,
    };
    Ok(conversion.comparison(&base))
}

/// The plan of the same length of time before `since`, looked at as long after its end, with all of its groups.
fn earlier(plan: &JourneyPlan, since: Micros, as_of: Micros) -> (JourneyPlan, [Micros; 2]) {
    let zone = plan.zone;
    let until = plan.until.unwrap_or(as_of).max(since);
    // In local time, so that a day of 23 hours is as long as any other.
    let length = local_time(until.saturating_add(1), zone) - local_time(since, zone);
    let back = |time: Micros| moment_of(local_time(time, zone) - length, zone);
    let (first, last) = (back(since), since - 1);
    let plan = JourneyPlan {
        since: Some(first),
        until: Some(last),
        as_of: Some(back(as_of)),
        top: usize::MAX,
        ..plan.clone()
    };
    (plan, [first, last])
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
        let (before, _) = earlier(&plan, day("2026-03-01"), day("2026-04-15"));
        assert_eq!(before.since, Some(day("2026-01-29")));
        assert_eq!(before.until, Some(day("2026-03-01") - 1));
        assert_eq!(before.as_of, Some(day("2026-03-15")));
    }
}
