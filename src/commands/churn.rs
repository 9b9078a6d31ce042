//! `funnel churn`, and the section of the report: settings and sources to a plan, the engine's answer to tables.

use super::analysis::Context;
use super::conversion::every;
use super::report::Part;
use crate::args::choices::{self, Convention, word};
use crate::config::settings::ChurnSettings;
use crate::document::{Document, Note, Section, Setting};
use crate::engine::churn::read::interval_count_column;
use crate::engine::churn::{ChurnRun, run};
use crate::error::{Error, Result};
use crate::input::source::Source;
use crate::model::kind::{Kind, Role};
use crate::plan::calendar::Every;
use crate::plan::churn::{Basis, ChurnPlan};
use crate::reports::churn::{Churn, lines, notes};

/// Kinds that tell of churn, the surest first.
const KINDS: [Kind; 4] = [Kind::Subscriptions, Kind::Customers, Kind::Orders, Kind::Events];

/// Answers `funnel churn`.
///
/// # Errors
/// Usage errors of the options; whatever reading reports.
pub fn document(context: &Context<'_>, asked: &ChurnSettings) -> Result<Document> {
    let Some(sources) = main_sources(context, &KINDS) else {
        let kinds: Vec<&str> = context.sources.iter().map(|source| source.kind.name()).collect();
        let message = format!("churn needs subscriptions, customers, orders or events; given: {}", kinds.join(", "));
        let hint = "--kind subscriptions|customers|orders|events says what the rows are";
        return Err(Error::usage(message).with_hint(hint));
    };
    check_options(context, asked, &sources)?;
    context.check_columns(&sources, &asked.by)?;
    let filters = &context.settings.common.filters;
    for (flag, conditions) in [("--where", &filters.rows), ("--where-unit", &filters.unit)] {
        conditions.iter().try_for_each(|condition| context.check_condition(flag, condition, &sources, true))?;
    }
    let plan = plan(context, asked, &sources)?;
    let found = run(&plan, &sources, context.threads)?;
    context.judge_scans(&found.scans)?;
    let churn = churn(context, asked, &plan, &found);
    let mut document = context.document("churn", "Churn", &found.scans);
    document.as_of = found.answer.as_of;
    document.settings = settings(context, asked, &found, &plan);
    document.notes.extend(source_notes(&sources));
    document.notes.extend(unused(context, &sources));
    document.notes.extend(notes(&churn));
    document.sections.push(Section { title: String::new(), lines: Vec::new(), tables: churn.tables() });
    Ok(document)
}

/// The section of the report, where a source tells of churn.
///
/// # Errors
/// Whatever reading reports.
pub fn section(context: &Context<'_>, asked: &ChurnSettings) -> Result<Option<Part>> {
    let Some(sources) = main_sources(context, &KINDS[..3]) else { return Ok(None) };
    context.check_columns(&sources, &asked.by)?;
    let plan = plan(context, asked, &sources)?;
    let found = run(&plan, &sources, context.threads)?;
    let churn = churn(context, asked, &plan, &found);
    let mut tables = churn.tables();
    for table in &mut tables {
        table.name = format!("churn.{}", table.name);
    }
    let mut part = Part {
        sections: vec![Section { title: "Churn".to_owned(), lines: lines(&churn), tables }],
        notes: source_notes(&sources),
        as_of: found.answer.as_of,
        statements: crate::reports::summary::churn::lost(&churn),
        ..Part::default()
    };
    part.notes.extend(notes(&churn));
    part.scans = found.scans;
    Ok(Some(part))
}

/// The sources of the surest kind that is there.
fn main_sources(context: &Context<'_>, kinds: &[Kind]) -> Option<Vec<Source>> {
    let of = |kind: &Kind| context.sources.iter().filter(|source| source.kind == *kind).cloned().collect();
    kinds.iter().map(of).find(|sources: &Vec<Source>| !sources.is_empty())
}

fn churn<'a>(context: &Context<'_>, asked: &ChurnSettings, plan: &'a ChurnPlan, found: &'a ChurnRun) -> Churn<'a> {
    Churn {
        plan,
        answer: &found.answer,
        convention: asked.convention.unwrap_or(Convention::Standard),
        tenure_unit: asked.tenure_unit,
        confidence: context.confidence(),
        detail: context.detail(),
    }
}

fn basis(asked: &ChurnSettings, sources: &[Source]) -> Basis {
    match sources.first().map(|source| source.kind) {
        Some(Kind::Customers) => Basis::Snapshot,
        Some(Kind::Orders | Kind::Events) => Basis::Activity { inactive_after: asked.inactive_after },
        _ => Basis::Subscriptions,
    }
}

/// Refuses options that have no meaning for the kind of source.
fn check_options(context: &Context<'_>, asked: &ChurnSettings, sources: &[Source]) -> Result<()> {
    let common = &context.settings.common;
    let basis = basis(asked, sources);
    let is_snapshot = basis == Basis::Snapshot;
    let is_activity = matches!(basis, Basis::Activity { .. });
    let no_entry = "churn has no first step; --where filters rows, --where-unit customers";
    let no_time = "a snapshot has no times: leave it out";
    let no_rates = "a snapshot gives survival only: leave it out";
    let no_silence = "the rows say themselves when a customer left: leave it out";
    let no_tenure = "it says what the tenure of a snapshot counts (--customers)";
    let refused = [
        ("--where-entry", !common.filters.entry.is_empty(), no_entry),
        ("--since", is_snapshot && common.since.is_some(), no_time),
        ("--until", is_snapshot && common.until.is_some(), no_time),
        ("--every", is_snapshot && asked.every.is_some(), no_time),
        ("--convention", is_snapshot && asked.convention.is_some(), no_rates),
        ("--inactive-after", !is_activity && asked.inactive_after.is_some(), no_silence),
        ("--tenure-unit", !is_snapshot && asked.tenure_unit.is_some(), no_tenure),
    ];
    match refused.into_iter().find(|(_, given, _)| *given) {
        Some((flag, _, hint)) => {
            let kind = sources.first().map_or("", |source| source.kind.name());
            Err(Error::usage(format!("{flag} cannot be used for the churn of {kind}")).with_hint(hint))
        }
        None => Ok(()),
    }
}

fn plan(context: &Context<'_>, asked: &ChurnSettings, sources: &[Source]) -> Result<ChurnPlan> {
    let common = &context.settings.common;
    let rows = match common.filters.rows.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(several.iter().map(|condition| format!("({condition})")).collect::<Vec<_>>().join(" AND ")),
    };
    Ok(ChurnPlan {
        basis: basis(asked, sources),
        every: asked.every.map_or(Every::Month, every),
        by: asked.by.clone(),
        attribution: super::conversion::touch(asked.attribution)?,
        top: usize::try_from(asked.top).unwrap_or(usize::MAX),
        zone: common.timezone,
        week_start: match common.week_start {
            choices::WeekStart::Monday => chrono::Weekday::Mon,
            choices::WeekStart::Sunday => chrono::Weekday::Sun,
        },
        since: common.since_micros(),
        until: common.until_micros(),
        as_of: common.as_of_micros(),
        row_filter: rows,
        unit_filters: common.filters.unit.clone(),
    })
}

/// How the amounts of subscriptions were brought to a month.
#[must_use]
pub fn source_notes(sources: &[Source]) -> Vec<Note> {
    let subscriptions = sources.iter().filter(|source| source.kind == Kind::Subscriptions);
    let told = subscriptions.filter_map(|source| {
        let amount = source.column(Role::Amount);
        if !source.roles.contains_key(&Role::Interval) {
            let text = format!("source {}: no column says the billing interval: `{amount}` is monthly", source.name);
            return Some(Note::note("interval", text));
        }
        let column = interval_count_column(source)?;
        let text = format!("source {}: a bill covers as many intervals as `{column}` says", source.name);
        Some(Note::note("interval_count", text))
    });
    told.collect()
}

/// Sources that churn is not made from.
fn unused(context: &Context<'_>, used: &[Source]) -> Vec<Note> {
    let others = context.sources.iter().filter(|source| used.iter().all(|other| other.name != source.name));
    let told = others.map(|source| {
        let kind = used.first().map_or("", |source| source.kind.name());
        let text = format!("source {} ({}) is not used: churn is taken from {kind}", source.name, source.kind.name());
        Note::warning("unused_source", text)
    });
    told.collect()
}

/// The settings in force, with what was decided for this run.
fn settings(context: &Context<'_>, asked: &ChurnSettings, found: &ChurnRun, plan: &ChurnPlan) -> Vec<Setting> {
    let mut settings = context.settings.shown();
    let mut decide = |name: &str, value: serde_json::Value| match settings.iter_mut().find(|(shown, _)| shown == name) {
        Some((_, shown)) => *shown = value,
        None => settings.push((name.to_owned(), value)),
    };
    if plan.basis != Basis::Snapshot {
        decide("every", plan.every.name().into());
        decide("convention", word(&asked.convention.unwrap_or(Convention::Standard)).into());
    }
    if let Some(silence) = found.answer.inactive_after {
        decide("inactive_after", crate::reports::labels::span(silence).into());
    }
    settings
}
