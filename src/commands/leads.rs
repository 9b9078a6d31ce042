//! `funnel leads`: the deals behind a number.

use super::analysis::Context;
use super::{deals, event_leads};
use crate::config::settings::{LeadsSettings, ListSetting};
use crate::document::{Document, Section};
use crate::error::{Error, Result};
use crate::model::names::nearest;
use crate::plan::Cut;
use crate::plan::deals::{DealPlan, List, Listing};
use crate::reports::{cycle, leads};

/// Answers `funnel leads`.
///
/// # Errors
/// A stage that the deals do not have; whatever reading reports.
pub fn document(context: &Context<'_>, asked: &LeadsSettings) -> Result<Document> {
    if event_leads::are_meant(context, asked) {
        return event_leads::document(context, asked);
    }
    refuse_event_flags(asked)?;
    let sources = deals::sources(context)?;
    let (mut plan, found) = deals::plan(context, &asked.deals, &sources)?;
    plan.stuck_after = asked.stuck_after;
    plan.journey.cuts = vec![Cut::default()];
    if let Some(contact) = &asked.contact {
        deals::moment(&mut plan, &sources, contact)?;
    }
    let what = listing(&plan, asked.list.as_ref().unwrap_or(&ListSetting::Stuck))?;
    plan.list = Some(List { what, limit: usize::try_from(asked.limit).unwrap_or(usize::MAX) });
    let (run, mut document) = deals::answer(context, &plan, &sources, "leads", "Leads")?;
    let table = leads::table(&plan, &run.answer);
    document.sections.push(Section { title: String::new(), lines: Vec::new(), tables: vec![table] });
    document.notes.extend(found);
    document.notes.extend(cycle::notes(&plan, &run.answer));
    Ok(document)
}

/// What only a funnel of events has says nothing of deals.
fn refuse_event_flags(asked: &LeadsSettings) -> Result<()> {
    match (asked.events_flag, asked.funnel.reach) {
        (Some(flag), _) => {
            let error = Error::usage(format!("{flag} is for events; these rows are deals or stage changes"));
            Err(error.with_hint("--steps names the stages; --open-at, --dropped-at, --reached and --stuck list deals"))
        }
        (None, Some(_)) => {
            let error = Error::usage("--reach is for the numbers of conversion; a list shows where deals really stood");
            Err(error.with_hint("--reached STAGE lists the deals that ever stood at a stage"))
        }
        (None, None) => Ok(()),
    }
}

fn listing(plan: &DealPlan, asked: &ListSetting) -> Result<Listing> {
    let position = |flag: &str, name: &String| {
        deals::stage(plan, name).ok_or_else(|| {
            let error = Error::usage(format!("{flag}: no stage is called `{name}`"));
            error.with_hint(match nearest(name, plan.stages()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("stages are {}", plan.stages().collect::<Vec<_>>().join(", ")),
            })
        })
    };
    Ok(match asked {
        ListSetting::Stuck => Listing::Stuck,
        ListSetting::OpenAt(name) => Listing::OpenAt(position("--open-at", name)?),
        ListSetting::DroppedAt(name) => Listing::DroppedAt(position("--dropped-at", name)?),
        ListSetting::Reached(name) => Listing::Reached(position("--reached", name)?),
        ListSetting::NeverContacted => Listing::NeverContacted,
    })
}
