//! `funnel attribution`: which rows are touches, which are conversions, and the credit of the ones for the others.

use super::analysis::{Context, decide};
use super::report::Answer;
use crate::args::attribution::{Model as ModelChoice, Repeats};
use crate::args::values::duration::Window;
use crate::config::settings::{AttributionSettings, StepMatch};
use crate::document::{Document, Note, Section};
use crate::engine::attribution::{Converts, Part, answer, read};
use crate::engine::{cost, names};
use crate::error::{Error, Result};
use crate::input::columns::channel_columns;
use crate::input::source::{Scan, Source};
use crate::model::decimal::Decimal;
use crate::model::kind::{Kind, Role};
use crate::model::names::{fold, is_misspelling, nearest};
use crate::plan::attribution::{AttributionAnswer, AttributionPlan, Model};
use crate::reports::attribution::Attribution;
use std::collections::BTreeMap;

/// Folded names of channels that are direct.
const DIRECT: [&str; 6] = ["direct", "directtraffic", "directnone", "accesdirect", "direkt", "directo"];

/// A question, its answer, and what else a reader should know.
struct Answered {
    plan: AttributionPlan,
    answer: AttributionAnswer,
    touches: String,
    conversions: String,
    scans: Vec<Scan>,
    notes: Vec<Note>,
}

impl Answered {
    fn report(&self) -> Attribution<'_> {
        Attribution { plan: &self.plan, answer: &self.answer, touches: &self.touches, conversions: &self.conversions }
    }
}

/// Answers `funnel attribution`.
///
/// # Errors
/// Usage errors of the options; whatever reading reports.
pub fn document(context: &Context<'_>, asked: &AttributionSettings) -> Result<Document> {
    let answered = answered(context, asked)?;
    context.judge_scans(&answered.scans)?;
    let mut document = context.document("attribution", "Attribution", &answered.scans);
    let report = answered.report();
    document.as_of = answered.answer.as_of;
    let models: Vec<&str> = answered.plan.models.iter().map(|model| model.name()).collect();
    decide(&mut document.settings, "model", models.into());
    document.sections.push(Section { title: String::new(), lines: Vec::new(), tables: report.tables() });
    let used = |source: &&Source| answered.scans.iter().any(|scan| scan.account.name == source.name);
    let unused = context.sources.iter().filter(|source| !used(source)).map(|source| {
        let text = format!("source {} ({}) is not used by attribution", source.name, source.kind.name());
        Note::warning("unused_source", text)
    });
    document.notes.extend(answered.notes.iter().cloned().chain(unused));
    document.notes.extend(report.notes());
    Ok(document)
}

/// The section of the report, with its notes and scans, which are still to be judged; `None` without touches.
///
/// # Errors
/// As [`document`].
pub fn section(context: &Context<'_>, asked: &AttributionSettings) -> Result<Answer> {
    if context.sources.iter().all(|source| source.kind != Kind::Touches) {
        return Ok(None);
    }
    let mut answered = answered(context, asked)?;
    let mut notes = std::mem::take(&mut answered.notes);
    let report = answered.report();
    notes.extend(report.notes());
    let section = report.section();
    Ok(Some((section, notes, answered.scans)))
}

fn answered(context: &Context<'_>, asked: &AttributionSettings) -> Result<Answered> {
    let mut notes = Vec::new();
    let parts = parts(context, asked, &mut notes)?;
    let plan = plan(context, asked, &parts)?;
    let found = read(&plan, &parts)?;
    let mut scans = found.scans.clone();
    let spend = spend(context, &plan, &mut scans)?;
    if spend.is_some() && found.with_cost {
        notes.push(Note::note("cost", "the cost of the touches is not used, since spend is given"));
    }
    let converting = parts.iter().filter(|part| part.converts != Converts::Nothing);
    let with_revenue = converting.clone().any(|part| part.source.has_value());
    let (spend, spend_currency) = spend.unzip();
    let mut answer = answer(&plan, &found, spend.as_ref(), with_revenue, context.threads)?;
    judge_names(&answer, &parts, &mut notes)?;
    let latest = scans.iter().skip(found.scans.len()).filter_map(|scan| scan.latest).max();
    answer.as_of = plan.as_of.or(answer.as_of.max(latest));
    let own = context.settings.common.currency.clone();
    answer.currency = agreed(answer.currency.take(), spend_currency.flatten())?.or(own);
    let touches: Vec<String> = parts.iter().filter_map(touches_text).collect();
    let conversions: Vec<String> = converting.map(conversions_text).collect();
    Ok(Answered { touches: touches.join(", "), conversions: conversions.join(", "), plan, answer, scans, notes })
}

/// Credited revenue and spend are compared only in one currency.
fn agreed(revenue: Option<String>, spend: Option<String>) -> Result<Option<String>> {
    match (revenue, spend) {
        (Some(revenue), Some(spend)) if revenue != spend => {
            let error = Error::usage(format!("the conversions are in {revenue}, the spend in {spend}"));
            Err(error.with_hint("give both in one currency"))
        }
        (one, other) => Ok(one.or(other)),
    }
}

fn plan(context: &Context<'_>, asked: &AttributionSettings, parts: &[Part]) -> Result<AttributionPlan> {
    let common = &context.settings.common;
    if !common.filters.entry.is_empty() {
        let error = Error::usage("--where-entry is not for attribution, which has no first step");
        return Err(error.with_hint("--where keeps rows, --where-unit keeps units"));
    }
    let sources: Vec<Source> = parts.iter().map(|part| part.source.clone()).collect();
    for (flag, conditions) in [("--where", &common.filters.rows), ("--where-unit", &common.filters.unit)] {
        conditions.iter().try_for_each(|condition| context.check_condition(flag, condition, &sources, true))?;
    }
    let rows = common.filters.rows.iter().map(|condition| format!("({condition})")).collect::<Vec<_>>();
    let row_filter = match common.filters.rows.as_slice() {
        [one] => Some(one.clone()),
        _ => (!rows.is_empty()).then(|| rows.join(" AND ")),
    };
    let models: Vec<Model> = asked.models.iter().map(|model| chosen(*model)).collect();
    let usual = || DIRECT.iter().map(|name| (*name).to_owned()).collect();
    Ok(AttributionPlan {
        models: if models.is_empty() { Model::ALL.to_vec() } else { models },
        lookback: match asked.lookback {
            Window::Span(micros) => Some(micros),
            Window::Unlimited | Window::ByKind => None,
        },
        half_life: asked.half_life,
        direct: if asked.direct.is_empty() { usual() } else { asked.direct.iter().map(|name| fold(name)).collect() },
        collapse: parts
            .iter()
            .map(|part| match asked.repeats {
                Some(repeats) => repeats == Repeats::Collapse,
                None => part.source.kind == Kind::Events,
            })
            .collect(),
        zone: common.timezone,
        since: common.since_micros(),
        until: common.until_micros(),
        as_of: common.as_of_micros(),
        row_filter,
        unit_filters: common.filters.unit.clone(),
        dedupe: context.settings.loading.dedupe,
        top: usize::try_from(asked.top).unwrap_or(usize::MAX),
    })
}

/// The model of a choice.
#[must_use]
pub const fn chosen(model: ModelChoice) -> Model {
    match model {
        ModelChoice::First => Model::First,
        ModelChoice::Last => Model::Last,
        ModelChoice::LastNonDirect => Model::LastNonDirect,
        ModelChoice::Linear => Model::Linear,
        ModelChoice::Position => Model::Position,
        ModelChoice::TimeDecay => Model::TimeDecay,
        ModelChoice::Markov => Model::Markov,
        ModelChoice::Shapley => Model::Shapley,
    }
}

/// The sources with the parts that they play.
fn parts(context: &Context<'_>, asked: &AttributionSettings, notes: &mut Vec<Note>) -> Result<Vec<Part>> {
    let has = |kind: Kind| context.sources.iter().any(|source| source.kind == kind);
    let converting = converting_kind(asked, &has)?;
    let mut parts = Vec::new();
    for source in &context.sources {
        let channel = touch_channel(source, has(Kind::Touches), notes);
        let converts = if source.kind == converting { converts(asked, source.kind) } else { Converts::Nothing };
        if channel.is_none() && converts == Converts::Nothing {
            continue;
        }
        if source.kind == Kind::Deals && !source.roles.contains_key(&Role::Closed) {
            notes.push(Note::warning("no_closing", format!("{} have no closing time", source.name)));
        }
        let currency =
            source.columns().into_iter().find(|column| ["currency", "currencycode"].contains(&fold(column).as_str()));
        let touch_names = if source.kind == Kind::Events { asked.touch.clone() } else { Vec::new() };
        parts.push(Part { source: source.clone(), channel, touch_names, converts, currency });
    }
    for condition in parts.iter().filter_map(|part| match &part.converts {
        Converts::Expression(condition) => Some((condition, &part.source)),
        _ => None,
    }) {
        context.check_condition("the last step", condition.0, std::slice::from_ref(condition.1), false)?;
    }
    if parts.iter().all(|part| part.channel.is_none()) {
        let error = Error::usage("attribution needs touches: --touches FILE..., or events with a channel");
        return Err(error.with_hint("--channel COLUMN names the channel of events"));
    }
    Ok(parts)
}

/// The kind of source whose rows are the conversions.
fn converting_kind(asked: &AttributionSettings, has: &dyn Fn(Kind) -> bool) -> Result<Kind> {
    if asked.conversion.is_some() {
        return if has(Kind::Events) {
            Ok(Kind::Events)
        } else {
            Err(Error::usage("--conversion names an event, and no events are given").with_hint("--events FILE..."))
        };
    }
    let others = [Kind::Deals, Kind::History, Kind::Orders].into_iter().find(|kind| has(*kind));
    let by_steps = (!asked.steps.is_empty() && has(Kind::Events)).then_some(Kind::Events);
    others.or(by_steps).ok_or_else(|| {
        let error = Error::usage("which rows are conversions?");
        error.with_hint("--conversion EVENT names an event; or give --deals, --history or --orders")
    })
}

fn converts(asked: &AttributionSettings, kind: Kind) -> Converts {
    match kind {
        Kind::Deals | Kind::History => Converts::Won,
        Kind::Orders => Converts::Always,
        _ => match (&asked.conversion, asked.steps.last().map(|step| &step.matches)) {
            (Some(names), _) | (None, Some(StepMatch::Names(names))) => Converts::Names(names.clone()),
            (None, Some(StepMatch::Expression(expression))) => Converts::Expression(expression.clone()),
            (None, None) => Converts::Nothing,
        },
    }
}

/// The channel of a source whose rows are touches. Events are touches by a column that is named, or where nothing else
/// is, by one that looks like a channel.
fn touch_channel(source: &Source, has_touches: bool, notes: &mut Vec<Note>) -> Option<String> {
    let named = source.roles.get(&Role::Channel).cloned();
    if source.kind == Kind::Touches {
        return named;
    }
    if source.kind != Kind::Events || named.is_some() || has_touches {
        return named.filter(|_| source.kind == Kind::Events);
    }
    let columns = source.columns();
    let found = channel_columns(&columns).first().map(|place| columns[*place].clone())?;
    notes.push(Note::note("channel", format!("{}: channel = \"{found}\"; --channel names another", source.name)));
    Some(found)
}

fn touches_text(part: &Part) -> Option<String> {
    let channel = part.channel.as_ref()?;
    let names = if part.touch_names.is_empty() { String::new() } else { format!(" {}", part.touch_names.join(", ")) };
    Some(match part.source.kind {
        Kind::Touches => format!("rows of {}, by their `{channel}`", part.source.name),
        _ if part.source.name == Kind::Events.name() => format!("events{names} with a `{channel}`"),
        _ => format!("events{names} of {} with a `{channel}`", part.source.name),
    })
}

fn conversions_text(part: &Part) -> String {
    match &part.converts {
        Converts::Won => format!("{} won", part.source.name),
        Converts::Names(names) => names.join(" or "),
        Converts::Expression(expression) => expression.clone(),
        Converts::Always | Converts::Nothing => part.source.name.clone(),
    }
}

/// A conversion that no record carries is probably misspelt.
fn judge_names(answer: &AttributionAnswer, parts: &[Part], notes: &mut Vec<Note>) -> Result<()> {
    let named = parts.iter().filter_map(|part| match &part.converts {
        Converts::Names(names) => Some((names, &part.source)),
        _ => None,
    });
    for (wanted, source) in named.filter(|_| answer.conversions == 0) {
        let present = names::present(std::slice::from_ref(source))?;
        for name in wanted.iter().filter(|name| !present.contains(name)) {
            let meant = present.iter().filter(|present| is_misspelling(name, present)).map(String::as_str);
            if let Some(meant) = nearest(name, meant) {
                let error = Error::usage(format!("no event is called `{name}`"));
                return Err(error.with_hint(format!("did you mean `{meant}`?")));
            }
            notes.push(Note::warning("unknown_step", format!("no record is called `{name}`")));
        }
    }
    Ok(())
}

/// Spend by channel, and its currency.
type ChannelSpend = (BTreeMap<String, Decimal>, Option<String>);

/// Reads the spend, where any is given with a channel.
fn spend(context: &Context<'_>, plan: &AttributionPlan, scans: &mut Vec<Scan>) -> Result<Option<ChannelSpend>> {
    let sources: Vec<Source> = context.sources.iter().filter(|source| source.kind == Kind::Spend).cloned().collect();
    let channels: Vec<Option<String>> =
        sources.iter().map(|source| source.roles.get(&Role::Channel).cloned()).collect();
    if channels.iter().all(Option::is_none) {
        return Ok(None);
    }
    let money = super::cost::Currencies::of(&sources, &[]);
    let asked = cost::SpendPlan {
        by: std::iter::once(channels).chain(money.spend_columns()).collect(),
        period_end: None,
        zone: plan.zone,
        row_filter: plan.row_filter.clone(),
        as_of: plan.as_of,
    };
    let read = cost::read_spend(&asked, &sources)?;
    let question = cost::Asked {
        every: None,
        matching: crate::plan::cost::Matching::Lead,
        zone: plan.zone,
        week_start: chrono::Weekday::Mon,
        since: plan.since,
        until: plan.until,
        as_of: plan.as_of,
        top: usize::MAX,
        by_day: false,
        with_currency: money.has_column(),
        spend_currency: money.of_spend(&sources),
        lead_currency: None,
        rates: cost::Rates::new(),
        configured: context.settings.common.currency.as_ref().map(|currency| currency.to_uppercase()),
        known: crate::plan::cost::Known::default(),
    };
    let inputs = cost::Inputs { spend: read, units: cost::Units::new() };
    let answer = cost::answer(&question, &inputs)?;
    scans.extend(inputs.spend.scans);
    let spent = answer.rows.into_iter().filter_map(|row| Some((row.group.into_iter().next()?, row.counts.spend?)));
    Ok(Some((spent.collect(), answer.currency)))
}
