//! The latest time over all records, for what must be known before anything is computed: the days of `last-week`.

use super::stages;
use crate::error::Result;
use crate::input::batch::{Field, Wanted};
use crate::input::source::{Request, Source};
use crate::model::kind::{Kind, Role};
use crate::model::time::Micros;
use crate::plan::calendar::day_end;
use crate::plan::rules::{EventRules, StepRule};
use crate::plan::{Attribution, JourneyPlan, Mode, Reach, Step, StepMatch};
use chrono_tz::Tz;
use std::sync::atomic::AtomicBool;

/// Returns the latest time of all sources, where their times are dates the end of that day; the time of spend, which
/// may lie ahead, counts where there is no other. `None` without any record that has a time.
///
/// # Errors
/// Whatever reading reports.
pub fn latest(sources: &[Source], zone: Tz) -> Result<Option<Micros>> {
    let mut latest = None;
    for source in sources.iter().filter(|source| !matches!(source.kind, Kind::Spend | Kind::Customers)) {
        latest = latest.max(of_source(source, zone)?);
    }
    if latest.is_none() {
        for source in sources.iter().filter(|source| source.kind == Kind::Spend) {
            latest = latest.max(of_source(source, zone)?);
        }
    }
    Ok(latest)
}

fn of_source(source: &Source, zone: Tz) -> Result<Option<Micros>> {
    let role = match source.kind {
        // A closing date may be planned: only that of a deal that is won or lost counts.
        Kind::Deals => return Ok(stages::read(&plan(source, zone), std::slice::from_ref(source))?.as_of),
        Kind::Subscriptions => Role::Start,
        Kind::Customers => return Ok(None),
        Kind::Events | Kind::History | Kind::Orders | Kind::Spend | Kind::Touches => Role::Time,
    };
    let fields = vec![Field { column: source.column(role), wanted: Wanted::Time { required: true } }];
    let request = Request { fields, ..Request::default() };
    let scan = source.scan(&request, &|_| (), &AtomicBool::new(false))?.scan;
    Ok(scan.latest.map(|latest| if scan.date_only { day_end(latest, zone) } else { latest }))
}

/// The stages of deals, of which only the times matter.
fn plan(source: &Source, zone: Tz) -> JourneyPlan {
    let names = source.stage_dates.iter().map(|(stage, _)| stage.clone());
    let step = |name: String| Step {
        matches: StepMatch::Names(vec![name.clone()]),
        name,
        goal: None,
        rule: StepRule::default(),
    };
    let mut steps: Vec<Step> = names.take(super::kernel::MAX_STEPS - 1).map(step).collect();
    steps.insert(0, step(String::new()));
    JourneyPlan {
        steps,
        mode: Mode::Stages { reach: Reach::Beyond },
        rules: EventRules::default(),
        by: Vec::new(),
        attribution: Attribution::First,
        top: usize::MAX,
        zone,
        week_start: chrono::Weekday::Mon,
        since: None,
        until: None,
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
