//! Resolves what is asked about the lives of deals.

use super::analysis::{columns, conversion, memory};
use super::resolver::{Key, Resolver};
use super::settings::{ConversionSettings, CycleSettings, DealSettings, LeadsSettings, ListSetting, PipelineSettings};
use super::steps::steps;
use crate::args::choices::{Anchor, choice};
use crate::args::deals::{CycleArgs, LeadsArgs, PipelineArgs, StageArgs};
use crate::args::filters::BreakdownArgs;
use crate::args::journey::{Attribution, attribution};
use crate::args::steps::StepArgs;
use crate::args::values::duration::{Window, duration};
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

/// The funnel that events are listed by: that of `funnel conversion`, with its defaults in `funnel.toml`.
fn funnel(resolver: &Resolver, args: &LeadsArgs) -> Result<ConversionSettings> {
    let own = &mut resolver.for_section(&["leads", "conversion"]);
    let funnel = conversion(own, &args.steps, &args.breakdown)?;
    // A default for the tables of conversion; there is no list by period.
    Ok(ConversionSettings { memory_limit: memory(own, &args.memory)?, every: args.breakdown.every, ..funnel })
}

/// The first flag that only events have.
fn events_flag(args: &LeadsArgs) -> Option<&'static str> {
    let (steps, journey) = (&args.steps, &args.steps.journey);
    let given = [
        (!steps.step.is_empty(), "--step"),
        (steps.order.is_some(), "--order"),
        (steps.ties.is_some(), "--ties"),
        (matches!(steps.window, Some(Window::Span(_))), "--window"),
        (!journey.optional.is_empty(), "--optional"),
        (!journey.exclude.is_empty(), "--exclude"),
        (journey.exclusion.is_some(), "--exclusion"),
        (journey.entry.is_some(), "--entry"),
        (journey.grace.is_some(), "--grace"),
        (journey.count.is_some(), "--count"),
        (journey.session_gap.is_some(), "--session-gap"),
        (!journey.hold.is_empty(), "--hold"),
        (journey.range.is_some(), "--range"),
    ];
    given.into_iter().find(|(given, _)| *given).map(|(_, flag)| flag)
}

/// Resolves `funnel leads`.
pub fn leads(resolver: &mut Resolver, args: &LeadsArgs) -> Result<LeadsSettings> {
    let stage = |list: fn(String) -> ListSetting, name: &Option<String>| name.clone().map(list);
    let list = stage(ListSetting::OpenAt, &args.open_at)
        .or_else(|| stage(ListSetting::DroppedAt, &args.dropped_at))
        .or_else(|| stage(ListSetting::Reached, &args.reached))
        .or_else(|| args.never_contacted.then_some(ListSetting::NeverContacted))
        .or_else(|| args.stuck.then_some(ListSetting::Stuck));
    let contact = resolver.optional(&Key::text("contact", text::filled), args.contact.clone())?;
    if list == Some(ListSetting::NeverContacted) && contact.is_none() {
        let error = Error::usage("--never-contacted needs the column with the time of the first contact");
        return Err(error.with_hint("name it with --contact COLUMN"));
    }
    let stages = StageArgs { steps: args.steps.steps.clone(), anchor: args.anchor };
    Ok(LeadsSettings {
        deals: deals(resolver, &stages, &args.breakdown)?,
        funnel: Box::new(funnel(resolver, args)?),
        events_flag: events_flag(args),
        list,
        contact,
        stuck_after: resolver.optional(&Key::text("stuck-after", duration), args.stuck_after)?,
        limit: resolver.value(&Key::number("limit", number::positive), args.limit, DEFAULT_LIMIT)?,
    })
}
