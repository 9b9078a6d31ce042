//! `funnel cost`: spend on one side, leads and customers on the other, put beside each other.

mod columns;
mod money;

pub use money::Currencies;

use super::analysis::{Context, decide};
use super::conversion::{every, main_sources, plan as journey_plan, touch};
use super::report::Part;
use super::stages::steps_missing;
use crate::args::choices;
use crate::args::cost::{AmountPer, Matching as MatchingChoice, SpendSpread};
use crate::args::values::duration::Window;
use crate::config::settings::{ConversionSettings, CostSettings};
use crate::document::{Document, Note, Section};
use crate::engine::cost::{Asked, Inputs, Marks, SpendPlan, Units, answer, read_orders, read_spend};
use crate::engine::{events, names, stages};
use crate::error::{Error, Result};
use crate::input::source::{Scan, Source};
use crate::model::kind::Kind;
use crate::model::names::{fold, is_misspelling, nearest};
use crate::model::time::NO_TIME;
use crate::plan::calendar::Every;
use crate::plan::cost::{CostAnswer, CostQuestion, Known, Matching, Recurring};
use crate::plan::rules::{EventRules, StepRule};
use crate::plan::{JourneyPlan, Mode, Reach, Step, StepMatch};
use crate::reports::cost::Cost;
use crate::reports::cost::words::Figures;
use columns::Dimension;

/// Names of steps that make a lead an opportunity, folded.
const OPPORTUNITIES: [&str; 10] = [
    "opportunity",
    "opportunities",
    "opportunite",
    "oportunidad",
    "qualified",
    "qualifie",
    "qualifiziert",
    "sql",
    "salesqualifiedlead",
    "salesqualified",
];

/// A question, its answer, and what else a reader should know.
pub struct Answered {
    pub question: CostQuestion,
    /// The window in force; `None` where units have none by their kind.
    window: Option<String>,
    pub answer: CostAnswer,
    pub scans: Vec<Scan>,
    pub notes: Vec<Note>,
}

/// Answers `funnel cost`.
///
/// # Errors
/// Usage errors of the options; whatever reading reports.
pub fn document(context: &Context<'_>, asked: &CostSettings) -> Result<Document> {
    let answered = answered(context, asked)?;
    context.judge_scans(&answered.scans)?;
    let mut document = context.document("cost", "Cost", &answered.scans);
    let cost = Cost { question: &answered.question, answer: &answered.answer };
    document.as_of = answered.answer.as_of;
    decide(&mut document.settings, "by", answered.question.by.clone().into());
    decide(&mut document.settings, "window", answered.window.clone().into());
    document.sections.push(Section { title: String::new(), lines: Vec::new(), tables: cost.tables() });
    document.notes.extend(answered.notes);
    document.notes.extend(cost.notes());
    let unused = context.sources.iter().filter(|source| {
        document.sources.iter().all(|used| used.name != source.name || used.kind != source.kind.name())
    });
    let unused = unused.map(|source| {
        let text = format!("source {} ({}) is not used by cost", source.name, source.kind.name());
        Note::warning("unused_source", text)
    });
    document.notes.extend(unused.collect::<Vec<_>>());
    Ok(document)
}

/// The section of the report, with its notes and scans, which are still to be judged; `None` where there is no spend.
///
/// # Errors
/// As [`document`].
pub fn section(context: &Context<'_>, asked: &CostSettings) -> Result<Option<Part>> {
    if context.sources.iter().all(|source| source.kind != Kind::Spend) {
        return Ok(None);
    }
    let answered = answered(context, asked)?;
    let cost = Cost { question: &answered.question, answer: &answered.answer };
    let mut notes = cost.notes();
    let known = ["steps_inferred", "unknown_step"];
    notes.extend(answered.notes.into_iter().filter(|note| !known.contains(&note.code.as_str())));
    let statements = crate::reports::summary::cost::dear(&cost, context.confidence()).into_iter().collect();
    Ok(Some(Part { sections: vec![cost.section()], notes, scans: answered.scans, statements, ..Part::default() }))
}

/// Reads both sides and puts them together.
fn answered(context: &Context<'_>, asked: &CostSettings) -> Result<Answered> {
    let spend: Vec<Source> = of_kind(context, Kind::Spend);
    if spend.is_empty() {
        let error = Error::usage("cost needs spend: --spend FILE...");
        return Err(error.with_hint("spend has a time and a cost, best with channel or campaign"));
    }
    let leads = lead_sources(context)?;
    let (mut plan, mut notes) = lead_plan(context, asked, &leads)?;
    let found = columns::dimensions(context, asked, &spend, &leads)?;
    notes.extend(found.notes);
    let money = Currencies::of(&spend, &leads);
    plan.by = found.dimensions.iter().map(Dimension::lead_column).chain(money.lead_column()).collect();
    check_spend(context, asked, &spend)?;
    let spend_read = read_spend(&spend_plan(asked, &plan, &found.dimensions, &money), &spend)?;
    let marks = Marks { opportunity: opportunity(asked, &plan, &leads)? };
    if marks.opportunity.is_none() {
        notes.retain(|note| note.code != "steps_inferred");
    }
    let mut question = asked_of_engine(context, asked, &plan);
    if question.every == Some(Every::Hour) && spend_read.dated {
        let error = Error::usage("--every hour cannot be answered: the spend is given by day or longer");
        return Err(error.with_hint("--every day, or longer"));
    }
    if question.matching == Matching::Win {
        (plan.since, plan.until) = (None, None);
    }
    let units = read_leads(&plan, &leads, marks, spend_read.latest, context.threads)?;
    notes.extend(judge_names(&asked.conversion, &plan, &units, &leads)?);
    let latest = Some(units.latest).filter(|latest| *latest != NO_TIME);
    question.as_of = plan.as_of.or(latest.max(spend_read.latest));
    question.with_currency = money.has_column();
    question.spend_currency = money.of_spend(&spend);
    question.lead_currency = money.of_leads(&leads)?;
    question.known = Known {
        leads: !is_orders(&leads),
        opportunities: marks.opportunity.is_some(),
        revenue: plan.with_value,
        impressions: spend_read.impressions,
        clicks: spend_read.clicks,
    };
    let inputs = Inputs { spend: spend_read, units };
    let answer = answer(&question, &inputs)?;
    let mut scans = inputs.spend.scans;
    scans.extend(inputs.units.scans);
    let question = in_words(asked, &plan, &leads, &found.dimensions, marks, &answer);
    let window = match plan.mode {
        Mode::Events { window, .. } => Some(window.map_or_else(|| "none".to_owned(), crate::reports::labels::span)),
        Mode::Stages { .. } => None,
    };
    Ok(Answered { question, window, answer, scans, notes })
}

fn spend_plan(asked: &CostSettings, plan: &JourneyPlan, dimensions: &[Dimension], money: &Currencies) -> SpendPlan {
    let by = dimensions.iter().map(|dimension| dimension.spend.clone());
    SpendPlan {
        by: by.chain(money.spend_columns()).collect(),
        period_end: asked.period_end.clone(),
        zone: plan.zone,
        row_filter: plan.row_filter.clone(),
        as_of: plan.as_of,
    }
}

/// What is known of the question before anything is read.
fn asked_of_engine(context: &Context<'_>, asked: &CostSettings, plan: &JourneyPlan) -> Asked {
    Asked {
        every: asked.conversion.every.map(every),
        matching: matching(asked),
        zone: plan.zone,
        week_start: plan.week_start,
        since: plan.since,
        until: plan.until,
        as_of: plan.as_of,
        top: plan.top,
        by_day: asked.spread == SpendSpread::Day,
        with_currency: false,
        spend_currency: Vec::new(),
        lead_currency: None,
        rates: asked.rates.iter().map(|rate| (rate.currency.clone(), rate.worth)).collect(),
        configured: context.settings.common.currency.as_ref().map(|currency| currency.to_uppercase()),
        known: Known::default(),
    }
}

/// Which time decides the period of a customer.
#[must_use]
pub const fn matching(asked: &CostSettings) -> Matching {
    match asked.matching {
        MatchingChoice::Lead => Matching::Lead,
        MatchingChoice::Win => Matching::Win,
    }
}

fn of_kind(context: &Context<'_>, kind: Kind) -> Vec<Source> {
    context.sources.iter().filter(|source| source.kind == kind).cloned().collect()
}

fn is_orders(leads: &[Source]) -> bool {
    leads.iter().all(|source| source.kind == Kind::Orders)
}

/// Who came: events, else deals and histories, else orders.
fn lead_sources(context: &Context<'_>) -> Result<Vec<Source>> {
    let orders = of_kind(context, Kind::Orders);
    match main_sources(context) {
        Ok(sources) => Ok(sources),
        Err(_) if !orders.is_empty() => Ok(orders),
        Err(_) => {
            let error = Error::usage("cost needs leads or customers beside the spend: --deals, --events or --orders");
            Err(error.with_hint("spend alone has no cost per lead"))
        }
    }
}

/// The plan of the leads' side, without its breakdown.
fn lead_plan(context: &Context<'_>, asked: &CostSettings, leads: &[Source]) -> Result<(JourneyPlan, Vec<Note>)> {
    if asked.conversion.reach.is_some_and(|reach| reach != choices::Reach::Beyond) {
        let error = Error::usage("cost counts deals by reach beyond only: every deal is a lead");
        return Err(error.with_hint("leave --reach out"));
    }
    let mut conversion = ConversionSettings { by: Vec::new(), ..asked.conversion.clone() };
    if is_orders(leads) {
        return Ok((orders_plan(context, &conversion)?, Vec::new()));
    }
    let by_events = leads.iter().all(|source| source.kind == Kind::Events);
    if by_events && conversion.window == Window::ByKind {
        conversion.window = Window::Unlimited;
    }
    if by_events && conversion.steps.is_empty() && context.settings.command == "cost" {
        return Err(steps_missing(leads));
    }
    let (plan, notes) = journey_plan(context, &conversion, leads)?;
    events::check_order(&plan)?;
    Ok((plan, notes))
}

/// A plan for orders, which have no steps.
fn orders_plan(context: &Context<'_>, conversion: &ConversionSettings) -> Result<JourneyPlan> {
    let common = &context.settings.common;
    if !common.filters.entry.is_empty() || !common.filters.unit.is_empty() {
        return Err(Error::usage("--where-entry and --where-unit are not for orders").with_hint("--where keeps rows"));
    }
    if !conversion.steps.is_empty() && context.settings.command == "cost" {
        return Err(Error::usage("orders have no steps").with_hint("a customer's first order makes the customer"));
    }
    let rows = &common.filters.rows;
    rows.iter().try_for_each(|condition| context.check_condition("--where", condition, &context.sources, true))?;
    let row_filter = match rows.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(several.iter().map(|one| format!("({one})")).collect::<Vec<_>>().join(" AND ")),
    };
    Ok(JourneyPlan {
        steps: vec![Step {
            name: "order".to_owned(),
            matches: StepMatch::Names(Vec::new()),
            goal: None,
            rule: StepRule::default(),
        }],
        rules: EventRules::default(),
        mode: Mode::Stages { reach: Reach::Beyond },
        by: Vec::new(),
        attribution: touch(conversion.attribution)?,
        top: usize::try_from(conversion.top).unwrap_or(usize::MAX),
        zone: common.timezone,
        week_start: match common.week_start {
            choices::WeekStart::Monday => chrono::Weekday::Mon,
            choices::WeekStart::Sunday => chrono::Weekday::Sun,
        },
        since: common.since_micros(),
        until: common.until_micros(),
        as_of: common.as_of_micros(),
        row_filter,
        entry_filter: None,
        unit_filters: Vec::new(),
        dedupe: context.settings.loading.dedupe,
        with_value: true,
        cuts: Vec::new(),
        moments: Vec::new(),
    })
}

fn read_leads(plan: &JourneyPlan, leads: &[Source], marks: Marks, as_of: Option<i64>, threads: usize) -> Result<Units> {
    match plan.mode {
        _ if is_orders(leads) => read_orders(plan, leads, as_of, threads),
        Mode::Events { .. } => events::acquired::read(plan, leads, marks, as_of, threads),
        Mode::Stages { reach } => stages::acquired::read(plan, reach, leads, marks, threads),
    }
}

/// Columns and options that only the spend has.
fn check_spend(context: &Context<'_>, asked: &CostSettings, spend: &[Source]) -> Result<()> {
    let Some(column) = &asked.period_end else { return Ok(()) };
    context
        .check_columns(spend, std::slice::from_ref(column))
        .map_err(|error| Error { message: error.message.replace("to break down by", "for --period-end"), ..error })
}

/// The step that makes an opportunity: the one that was named, else one that is called so.
fn opportunity(asked: &CostSettings, plan: &JourneyPlan, leads: &[Source]) -> Result<Option<usize>> {
    let called = |step: &Step, name: &str| {
        step.name == name || matches!(&step.matches, StepMatch::Names(names) if names.iter().any(|one| one == name))
    };
    let Some(wanted) = &asked.opportunity else {
        let known = |step: &Step| OPPORTUNITIES.contains(&fold(&step.name).as_str());
        return Ok(plan.steps.iter().position(known).filter(|step| *step > 0 && !is_orders(leads)));
    };
    if is_orders(leads) {
        return Err(Error::usage("--opportunity is for deals and events; orders are sales already"));
    }
    let found = plan.steps.iter().position(|step| called(step, wanted));
    found.map(Some).ok_or_else(|| {
        let names: Vec<&str> = plan.steps.iter().map(|step| step.name.as_str()).collect();
        let error = Error::usage(format!("--opportunity: no step is called `{wanted}`"));
        match nearest(wanted, names.iter().copied()) {
            Some(near) => error.with_hint(format!("did you mean `{near}`? Steps: {}", names.join(", "))),
            None => error.with_hint(format!("steps: {}", names.join(", "))),
        }
    })
}

/// Judges the step names that the data do not have, as `conversion` does.
fn judge_names(asked: &ConversionSettings, plan: &JourneyPlan, units: &Units, leads: &[Source]) -> Result<Vec<Note>> {
    let stages = matches!(plan.mode, Mode::Stages { .. });
    let created =
        |name: &&String| stages && matches!(&plan.steps[0].matches, StepMatch::Names(names) if names.contains(name));
    let unknown: Vec<&String> = units.unknown.iter().filter(|name| !created(name)).collect();
    // Steps that were found in the data need no judgement.
    if unknown.is_empty() || asked.steps.is_empty() {
        return Ok(Vec::new());
    }
    let present = names::present(leads)?;
    for name in &unknown {
        let meant: Vec<&str> =
            present.iter().filter(|present| is_misspelling(name, present)).map(String::as_str).collect();
        if let Some(first) = meant.first().filter(|_| !asked.allow_unknown) {
            let closest = nearest(name, meant.iter().copied()).unwrap_or(first);
            let error = Error::usage(format!("no event or stage is called `{name}`"));
            return Err(error.with_hint(format!("did you mean `{closest}`? --allow-unknown keeps the step as it is")));
        }
    }
    let note = |name: &String| Note::warning("unknown_step", format!("no record is called `{name}`"));
    Ok(unknown.into_iter().map(note).collect())
}

/// How long the revenue of a customer runs, where orders do not show it.
#[must_use]
pub const fn recurring(asked: &CostSettings) -> Recurring {
    match asked.amount_per {
        AmountPer::Once => Recurring::Unknown,
        AmountPer::Month => Recurring::Months(1.0),
        AmountPer::Quarter => Recurring::Months(3.0),
        AmountPer::Year => Recurring::Months(12.0),
    }
}

/// The question in words.
fn in_words(
    asked: &CostSettings,
    plan: &JourneyPlan,
    leads: &[Source],
    dimensions: &[Dimension],
    marks: Marks,
    answer: &CostAnswer,
) -> CostQuestion {
    let by_events = matches!(plan.mode, Mode::Events { .. });
    let name = |step: usize| plan.steps.get(step).map_or("", |step| step.name.as_str());
    let last = plan.steps.len().saturating_sub(1);
    let figures = if is_orders(leads) {
        Figures::of_orders()
    } else if by_events {
        let window = match plan.mode {
            Mode::Events { window: Some(window), .. } => Some(crate::reports::labels::span(window)),
            _ => None,
        };
        Figures::of_events(name(0), name(last), window.as_deref())
    } else {
        Figures::of_deals()
    };
    CostQuestion {
        by: dimensions.iter().map(|dimension| dimension.name.clone()).collect(),
        every: asked.conversion.every.map(every),
        matching: matching(asked),
        margin: asked.margin,
        recurring: if is_orders(leads) { Recurring::Observed } else { recurring(asked) },
        leads: figures.leads,
        opportunities: marks.opportunity.map(|step| format!("those that reached {}", name(step))),
        customers: figures.customers,
        revenue: figures.revenue,
        spread: (answer.facts.spread > 0).then(|| "Spend given per period is laid evenly on its days.".to_owned()),
        rates: asked.rates.iter().map(|rate| format!("{} = {}", rate.currency, rate.worth)).collect(),
    }
}
