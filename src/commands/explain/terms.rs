//! From the settings of a command to the definitions that hold under them, whatever the sources are.

use super::plain;
use crate::args::attribution::Repeats;
use crate::args::choices;
use crate::args::choices::Convention;
use crate::args::report::SECTIONS;
use crate::args::values::duration::Window;
use crate::commands::{attribution, cohort, conversion, cost, frames, paths};
use crate::config::settings::{
    Analysis, AttributionSettings, ChurnSettings, ConversionSettings, CostSettings, CycleSettings, LeadsSettings,
    LifecycleSettings, ListSetting, PathsSettings, PipelineSettings, ReportSettings, Settings, StepSetting,
    ValueSettings,
};
use crate::error::Result;
use crate::plan::attribution::Model;
use crate::plan::calendar::Every;
use crate::plan::deals::{Anchor, Listing};
use crate::reports::conversion::Funnel;
use crate::reports::cost::words::{self as cost_words, Figures};
use crate::reports::explain::{self, Part, Term};
use crate::reports::labels::span;
use crate::reports::{self, churn};

/// The definitions of a command; of a report by its sections.
///
/// # Errors
/// Options that do not go together.
pub fn parts(settings: &Settings) -> Result<Vec<Part>> {
    let terms = match &settings.analysis {
        Analysis::Report(asked) => return report(settings, asked),
        Analysis::Conversion(asked) => funnel(settings, asked)?,
        Analysis::Cycle(asked) => cycle(asked),
        Analysis::Pipeline(asked) => pipeline(settings, asked),
        Analysis::Leads(asked) => leads(asked),
        Analysis::Cost(asked) => costs(asked),
        Analysis::Attribution(asked) => credits(asked),
        Analysis::Cohort(asked) => reports::cohort::terms(&cohort::frames(settings, asked)?, confidence(settings)),
        Analysis::Churn(asked) => losses(settings, asked),
        Analysis::Lifecycle(asked) => activity(asked),
        Analysis::Paths(asked) => journeys(asked),
        Analysis::Value(asked) => values(settings, asked),
        Analysis::Check if settings.command == "init" => explain::init(),
        Analysis::Check => [records(settings), explain::check()].concat(),
    };
    Ok(vec![Part { name: String::new(), terms }])
}

fn confidence(settings: &Settings) -> f64 {
    settings.common.confidence
}

fn records(settings: &Settings) -> Vec<Term> {
    let limit = settings.in_force.iter().find(|setting| setting.name == "max_rejects");
    explain::records(&limit.and_then(|setting| plain(&setting.value)).unwrap_or_default())
}

fn funnel(settings: &Settings, asked: &ConversionSettings) -> Result<Vec<Term>> {
    let plans = frames::frames(settings, asked)?;
    Ok(reports::conversion::terms(&Funnel { plans, confidence: confidence(settings) }))
}

/// The sections that are asked for, in their order; the report makes each with what its sources can answer.
fn report(settings: &Settings, asked: &ReportSettings) -> Result<Vec<Part>> {
    let wanted = |name: &&str| asked.sections.as_ref().is_none_or(|sections| sections.iter().any(|one| one == name));
    let part = |name: &str| -> Result<Part> {
        let created = Anchor::Created;
        let terms = match name {
            "sources" => records(settings),
            "conversion" => funnel(settings, &asked.conversion)?,
            "cycle" => reports::cycle::terms(None, None, created),
            "pipeline" => reports::pipeline::terms(None, created, confidence(settings)),
            "cost" => costs(&asked.cost),
            "attribution" => credits(&asked.attribution),
            "churn" => losses(settings, &asked.churn),
            "lifecycle" => activity(&asked.lifecycle),
            "paths" => journeys(&asked.paths),
            "value" => values(settings, &asked.value),
            "cohort" => {
                reports::cohort::terms(&cohort::report_frames(settings, &asked.conversion), confidence(settings))
            }
            _ => Vec::new(),
        };
        Ok(Part { name: name.to_owned(), terms })
    };
    let parts: Vec<Part> = SECTIONS.iter().copied().filter(wanted).map(part).collect::<Result<_>>()?;
    Ok(parts.into_iter().filter(|part| !part.terms.is_empty()).collect())
}

const fn anchor(asked: choices::Anchor) -> Anchor {
    match asked {
        choices::Anchor::Created => Anchor::Created,
        choices::Anchor::Closed => Anchor::Closed,
    }
}

fn cycle(asked: &CycleSettings) -> Vec<Term> {
    reports::cycle::terms(asked.from.as_deref(), asked.to.as_deref(), anchor(asked.deals.anchor))
}

fn pipeline(settings: &Settings, asked: &PipelineSettings) -> Vec<Term> {
    reports::pipeline::terms(asked.stuck_after, anchor(asked.deals.anchor), confidence(settings))
}

fn leads(asked: &LeadsSettings) -> Vec<Term> {
    let (what, stage) = match asked.list.as_ref().unwrap_or(&ListSetting::Stuck) {
        ListSetting::Stuck => (Listing::Stuck, ""),
        ListSetting::OpenAt(stage) => (Listing::OpenAt(0), stage.as_str()),
        ListSetting::DroppedAt(stage) => (Listing::DroppedAt(0), stage.as_str()),
        ListSetting::Reached(stage) => (Listing::Reached(0), stage.as_str()),
        ListSetting::NeverContacted => (Listing::NeverContacted, ""),
    };
    reports::leads::terms(what, stage, asked.contact.as_deref(), asked.stuck_after, asked.limit)
}

fn costs(asked: &CostSettings) -> Vec<Term> {
    let steps = &asked.conversion.steps;
    let name = |step: Option<&StepSetting>, otherwise: &str| {
        step.map_or_else(|| otherwise.to_owned(), |step| step.name.clone())
    };
    let window = match asked.conversion.window {
        Window::Span(window) => Some(span(window)),
        Window::ByKind | Window::Unlimited => None,
    };
    let (first, last) = (name(steps.first(), "the first step"), name(steps.last(), "the last step"));
    let events = Figures::of_events(&first, &last, window.as_deref());
    let payback = cost_words::payback(asked.margin, cost::recurring(asked));
    cost_words::terms(&events, asked.opportunity.as_deref(), cost::matching(asked), payback)
}

fn credits(asked: &AttributionSettings) -> Vec<Term> {
    let models: Vec<Model> = asked.models.iter().map(|model| attribution::chosen(*model)).collect();
    let models = if models.is_empty() { Model::ALL.to_vec() } else { models };
    let lookback = match asked.lookback {
        Window::Span(lookback) => Some(lookback),
        Window::ByKind | Window::Unlimited => None,
    };
    // Where nothing is said, the touches of events in a row are one, those of other sources are not.
    let collapse = asked.repeats.map_or_else(|| vec![true, false], |repeats| vec![repeats == Repeats::Collapse]);
    reports::attribution::terms(&models, lookback, asked.half_life, &collapse)
}

fn activity(asked: &LifecycleSettings) -> Vec<Term> {
    let what = if asked.activity.is_empty() { "events or orders".to_owned() } else { asked.activity.join(", ") };
    let period = asked.every.map_or("period", |every| conversion::every(every).name());
    let activity = reports::lifecycle::activity(&what, asked.min_occurrences, asked.max_occurrences);
    reports::lifecycle::terms(&activity, period, asked.first_seen.as_deref())
}

fn journeys(asked: &PathsSettings) -> Vec<Term> {
    let of = |rows: &'static str, by_kind: Option<i64>| {
        let gap = match asked.session_gap {
            Window::ByKind => by_kind,
            Window::Unlimited => None,
            Window::Span(gap) => Some(gap),
        };
        (rows, reports::paths::journey(gap, asked.start.as_deref(), asked.end.as_deref()))
    };
    let journeys = [of("events", Some(paths::DEFAULT_GAP)), of("history", None)];
    let steps: Vec<String> = asked.steps.iter().map(|step| step.name.clone()).collect();
    reports::paths::terms(&journeys, &steps, usize::try_from(asked.max_steps).unwrap_or(usize::MAX))
}

fn values(settings: &Settings, asked: &ValueSettings) -> Vec<Term> {
    reports::value::terms(&asked.horizon.words(), asked.margin, confidence(settings))
}

fn losses(settings: &Settings, asked: &ChurnSettings) -> Vec<Term> {
    churn::terms(&churn::Asked {
        convention: asked.convention.unwrap_or(Convention::Standard),
        every: asked.every.map_or(Every::Month, conversion::every),
        inactive_after: asked.inactive_after,
        tenure_unit: asked.tenure_unit,
        confidence: confidence(settings),
    })
}
