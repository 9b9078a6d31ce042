//! The plan of a funnel before any source is looked at: what settings alone decide.

use super::conversion::{events_mode, joined, stages_mode, step, weekday};
use super::journey;
use crate::config::settings::{ConversionSettings, Settings};
use crate::error::Result;
use crate::plan::rules::EventRules;
use crate::plan::{JourneyPlan, Mode, Step};

/// The plan as far as the settings decide it, whatever the sources are.
///
/// # Errors
/// A step that the funnel does not have.
pub fn frame(
    settings: &Settings,
    asked: &ConversionSettings,
    mode: Mode,
    steps: Vec<Step>,
    rules: EventRules,
) -> Result<JourneyPlan> {
    let common = &settings.common;
    Ok(JourneyPlan {
        attribution: journey::attribution(asked, steps.len())?,
        steps,
        mode,
        rules,
        by: asked.by.clone(),
        top: usize::try_from(asked.top).unwrap_or(usize::MAX),
        zone: common.timezone,
        week_start: weekday(common.week_start),
        since: common.since_micros(),
        until: common.until_micros(),
        as_of: common.as_of_micros(),
        row_filter: joined(&common.filters.rows),
        entry_filter: joined(&common.filters.entry),
        unit_filters: common.filters.unit.clone(),
        dedupe: settings.loading.dedupe,
        with_value: false,
        cuts: Vec::new(),
        moments: Vec::new(),
    })
}

/// The plans that the settings allow, before any source is looked at: that of events, that of deals, or both.
///
/// # Errors
/// Options that do not go together for either.
pub fn frames(settings: &Settings, asked: &ConversionSettings) -> Result<Vec<JourneyPlan>> {
    let modes = [events_mode(asked), stages_mode(asked)];
    if let [Err(error), Err(_)] = modes {
        return Err(error);
    }
    let mut steps: Vec<Step> = asked.steps.iter().map(step).collect();
    if !steps.is_empty() {
        journey::mark_optional(&asked.journey, &mut steps)?;
    }
    let mut frames = Vec::new();
    for mode in modes.into_iter().flatten() {
        let rules = journey::rules(&asked.journey, &steps)?;
        frames.push(frame(settings, asked, mode, steps.clone(), rules)?);
    }
    Ok(frames)
}
