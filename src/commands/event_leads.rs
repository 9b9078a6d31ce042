//! `funnel leads` of events: the users behind a number of `funnel conversion`.

use super::analysis::{Context, decide};
use super::{conversion, memory};
use crate::config::settings::{LeadsSettings, ListSetting};
use crate::document::{Document, Note, Section};
use crate::engine::{self, Resources};
use crate::error::{Error, Result};
use crate::input::source::Source;
use crate::model::kind::Kind;
use crate::model::names::{fold, nearest};
use crate::plan::leads::{LeadList, Leads, Which};
use crate::plan::{Cut, JourneyPlan};
use crate::reports::conversion::{Conversion, notes, step_name};
use crate::reports::event_leads;
use serde_json::json;
use std::sync::atomic::Ordering;

/// Whether the list is about events: there are some, and nothing is asked that only deals have.
#[must_use]
pub fn are_meant(context: &Context<'_>, asked: &LeadsSettings) -> bool {
    let has = |kinds: &[Kind]| context.sources.iter().any(|source| kinds.contains(&source.kind));
    let of_deals = matches!(asked.list, None | Some(ListSetting::Stuck | ListSetting::NeverContacted));
    has(&[Kind::Events]) && !(of_deals && has(&[Kind::Deals, Kind::History]))
}

/// Answers `funnel leads` of events.
///
/// # Errors
/// As `funnel conversion`; a step that the funnel does not have; a list that only deals have.
pub fn document(context: &Context<'_>, asked: &LeadsSettings) -> Result<Document> {
    let sources = conversion::main_sources(context)?;
    let funnel = &asked.funnel;
    check(asked)?;
    let (mut plan, mut found) = conversion::plan(context, funnel, &sources)?;
    plan.cuts = vec![Cut { grouped: !plan.by.is_empty(), every: None }];
    engine::events::check_order(&plan)?;
    let limit = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    let list = LeadList { which: which(asked.list.as_ref(), &plan)?, limit };
    let (run, leads) = listed(context, asked, &plan, &sources, list)?;
    found.extend(conversion::run_notes(&run, &plan));
    let mut document = context.document("leads", "Leads", &run.scans);
    document.as_of = run.answer.as_of;
    document.settings = conversion::settings(context, &plan);
    let (flag, step) = (flag(list.which), list.which.step() + 1);
    decide(&mut document.settings, &flag.trim_start_matches('-').replace('-', "_"), json!(step));
    let counted = Conversion {
        plan: &plan,
        cut: &run.answer.cuts[0],
        grouped: plan.cuts[0].grouped,
        every: None,
        confidence: context.confidence(),
    };
    document.notes.extend(found);
    // A list has no rates that could still rise.
    document.notes.extend(notes(&counted, &run.answer.facts).into_iter().filter(|note| note.code != "immature"));
    document.notes.extend(beyond(&leads));
    let table = event_leads::table(&plan, list, &leads);
    document.sections.push(Section { title: String::new(), lines: Vec::new(), tables: vec![table] });
    Ok(document)
}

fn listed(
    context: &Context<'_>,
    asked: &LeadsSettings,
    plan: &JourneyPlan,
    sources: &[Source],
    list: LeadList,
) -> Result<(engine::Run, Leads)> {
    let memory = memory::for_events(asked.funnel.memory_limit);
    let resources = Resources { threads: context.threads, memory };
    let (run, leads) = engine::events::leads::run(plan, sources, resources, list)?;
    context.passes.fetch_max(run.passes, Ordering::Relaxed);
    context.judge_scans(&run.scans)?;
    conversion::refuse_misspelt(&run.unknown, sources, asked.funnel.allow_unknown)?;
    Ok((run, leads))
}

/// What a list of events cannot be asked.
fn check(asked: &LeadsSettings) -> Result<()> {
    let for_deals = [
        (asked.list == Some(ListSetting::Stuck), "--stuck"),
        (asked.list == Some(ListSetting::NeverContacted), "--never-contacted"),
        (asked.stuck_after.is_some(), "--stuck-after"),
        (asked.contact.is_some(), "--contact"),
    ];
    if let Some((_, flag)) = for_deals.into_iter().find(|(given, _)| *given) {
        let error = Error::usage(format!("{flag} is for deals and history; these rows are events"));
        return Err(error.with_hint("--open-at STEP lists those who may still go on from a step"));
    }
    if asked.funnel.every.is_some() {
        let error = Error::usage("--every makes rows by period, which a list does not have");
        return Err(error.with_hint("--since and --until list those who entered in a time"));
    }
    if !asked.funnel.journey.hold.is_empty() {
        let error = Error::usage("--hold cannot be combined with leads: a user may then count several times");
        return Err(error.with_hint("funnel conversion counts with --hold"));
    }
    Ok(())
}

/// The list that is asked for: a step by its name, else by its number.
fn which(list: Option<&ListSetting>, plan: &JourneyPlan) -> Result<Which> {
    let names: Vec<String> = (0..plan.steps.len()).map(|step| step_name(plan, step)).collect();
    let (make, text): (fn(usize) -> Which, &String) = match list {
        Some(ListSetting::Reached(step)) => (Which::Reached, step),
        Some(ListSetting::DroppedAt(step)) => (Which::DroppedAt, step),
        Some(ListSetting::OpenAt(step)) => (Which::OpenAt, step),
        _ => {
            let error = Error::usage("which rows? --reached STEP, --dropped-at STEP or --open-at STEP");
            return Err(error.with_hint(format!("steps, by name or number: {}", names.join(", "))));
        }
    };
    let exact = names.iter().position(|name| name == text);
    let folded = || names.iter().position(|name| fold(name) == fold(text));
    let number = || text.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).filter(|at| *at < names.len());
    let Some(step) = exact.or_else(folded).or_else(number) else {
        let flag = flag(make(0));
        let error = Error::usage(format!("{flag}: no step is called `{text}`"));
        return Err(error.with_hint(match nearest(text, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("steps, by name or number: {}", names.join(", ")),
        }));
    };
    let which = make(step);
    if plan.is_optional(step) && !matches!(which, Which::Reached(_)) {
        let error = Error::usage(format!("{}: `{}` is optional: nobody stops there", flag(which), names[step]));
        return Err(error.with_hint("those who do not go on stand at the last required step"));
    }
    Ok(which)
}

const fn flag(which: Which) -> &'static str {
    match which {
        Which::Reached(_) => "--reached",
        Which::DroppedAt(_) => "--dropped-at",
        Which::OpenAt(_) => "--open-at",
    }
}

/// What is left out of the list is said.
fn beyond(leads: &Leads) -> Option<Note> {
    let beyond = leads.total.saturating_sub(leads.listed.len() as u64);
    let text = format!("{} of {} rows are listed; --limit lists more", leads.listed.len(), leads.total);
    (beyond > 0).then(|| Note::note("beyond_limit", text))
}
