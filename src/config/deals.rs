//! Resolves what is asked about the lives of deals.

use super::analysis::columns;
use super::resolver::{Key, Resolver};
use super::settings::{CycleSettings, DealSettings, LeadsSettings, ListSetting, PipelineSettings};
use super::steps::steps;
use crate::args::choices::{Anchor, choice};
use crate::args::deals::{CycleArgs, LeadsArgs, PipelineArgs, StageArgs};
use crate::args::filters::BreakdownArgs;
use crate::args::journey::{Attribution, attribution};
use crate::args::steps::StepArgs;
use crate::args::values::duration::duration;
use crate::args::values::{number, text};
use crate::error::{Error, Result};

const DEFAULT_TOP: u64 = 10;
const DEFAULT_LIMIT: u64 = 100;

fn deals(resolver: &mut Resolver, stages: &StageArgs, breakdown: &BreakdownArgs) -> Result<DealSettings> {
    let named = StepArgs { steps: stages.steps.clone(), ..StepArgs::default() };
    Ok(DealSettings {
        steps: steps(resolver, &named)?,
        anchor: resolver.value(&Key::text("anchor", choice), stages.anchor, Anchor::Created)?,
        by: columns(resolver, breakdown)?,
        top: resolver.value(&Key::number("top", number::positive), breakdown.top, DEFAULT_TOP)?,
        attribution: resolver.value(
            &Key::text("attribution", attribution),
            breakdown.attribution,
            Attribution::First,
        )?,
        every: resolver.optional(&Key::text("every", choice), breakdown.every)?,
    })
}

/// Resolves `funnel cycle`.
pub fn cycle(resolver: &mut Resolver, args: &CycleArgs) -> Result<CycleSettings> {
    Ok(CycleSettings {
        deals: deals(resolver, &args.stages, &args.breakdown)?,
        from: resolver.optional(&Key::text("from", text::filled), args.from.clone())?,
        to: resolver.optional(&Key::text("to", text::filled), args.to.clone())?,
        horizon: resolver.optional(&Key::text("horizon", duration), args.horizon)?,
    })
}

/// Resolves `funnel pipeline`.
pub fn pipeline(resolver: &mut Resolver, args: &PipelineArgs) -> Result<PipelineSettings> {
    Ok(PipelineSettings {
        deals: deals(resolver, &args.stages, &args.breakdown)?,
        stuck_after: resolver.optional(&Key::text("stuck-after", duration), args.stuck_after)?,
        target: resolver.optional(&Key::number("target", number::amount), args.target)?,
        previous: args.previous.clone(),
    })
}

/// Resolves `funnel leads`.
pub fn leads(resolver: &mut Resolver, args: &LeadsArgs) -> Result<LeadsSettings> {
    let stage = |list: fn(String) -> ListSetting, name: &Option<String>| name.clone().map(list);
    let list = stage(ListSetting::OpenAt, &args.open_at)
        .or_else(|| stage(ListSetting::DroppedAt, &args.dropped_at))
        .or_else(|| stage(ListSetting::Reached, &args.reached))
        .or_else(|| args.never_contacted.then_some(ListSetting::NeverContacted))
        .unwrap_or(ListSetting::Stuck);
    let contact = resolver.optional(&Key::text("contact", text::filled), args.contact.clone())?;
    if list == ListSetting::NeverContacted && contact.is_none() {
        let error = Error::usage("--never-contacted needs the column with the time of the first contact");
        return Err(error.with_hint("name it with --contact COLUMN"));
    }
    Ok(LeadsSettings {
        deals: deals(resolver, &args.stages, &args.breakdown)?,
        list,
        contact,
        stuck_after: resolver.optional(&Key::text("stuck-after", duration), args.stuck_after)?,
        limit: resolver.value(&Key::number("limit", number::positive), args.limit, DEFAULT_LIMIT)?,
    })
}
