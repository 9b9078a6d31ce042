//! What `cycle`, `pipeline` and `leads` share: settings and sources to a plan about the lives of deals.

use super::analysis::Context;
use super::conversion::{every, touch, weekday};
use crate::args::choices;
use crate::config::settings::{DealSettings, StepMatch as Match};
use crate::document::{Document, Note, Setting};
use crate::engine::deals::{DealRun, run};
use crate::engine::discover;
use crate::error::{Error, Result};
use crate::input::source::Source;
use crate::model::kind::Kind;
use crate::model::names::{fold, nearest};
use crate::model::outcome::{Outcome, OutcomeWords};
use crate::plan::deals::{Anchor, DealPlan, Point};
use crate::plan::rules::{EventRules, StepRule};
use crate::plan::{Cut, JourneyPlan, Mode, Reach, Step, StepMatch};

/// The sources that hold deals and their moves.
///
/// # Errors
/// A usage error where no source is of such a kind.
pub fn sources(context: &Context<'_>) -> Result<Vec<Source>> {
    let wanted = [Kind::Deals, Kind::History];
    let sources: Vec<Source> = context.sources.iter().filter(|source| wanted.contains(&source.kind)).cloned().collect();
    if sources.is_empty() {
        let kinds: Vec<&str> = context.sources.iter().map(|source| source.kind.name()).collect();
        let error = Error::usage(format!("this needs deals or a stage history; given: {}", kinds.join(", ")));
        return Err(error.with_hint("--kind deals|history says what the rows are"));
    }
    Ok(sources)
}

/// Builds a plan for the time from creation to close; also returns what a reader should know about choices made.
///
/// # Errors
/// Columns that no source has; conditions that cannot be used; whatever looking for the stages reports.
pub fn plan(context: &Context<'_>, asked: &DealSettings, sources: &[Source]) -> Result<(DealPlan, Vec<Note>)> {
    let common = &context.settings.common;
    let (stages, notes) = stages(context, asked, sources)?;
    context.check_columns(sources, &asked.by)?;
    let filters = &common.filters;
    for (flag, conditions) in
        [("--where", &filters.rows), ("--where-entry", &filters.entry), ("--where-unit", &filters.unit)]
    {
        for condition in conditions {
            context.check_condition(flag, condition, sources, true)?;
        }
    }
    let dated: Vec<&String> = sources.iter().flat_map(|source| &source.stage_dates).map(|(stage, _)| stage).collect();
    let has_history = sources.iter().any(|source| source.kind == Kind::History);
    let first_is_dated = stages.first().is_some_and(|first| dated.iter().any(|stage| fold(stage) == fold(&first.name)));
    let created = Step {
        name: "(created)".to_owned(),
        matches: StepMatch::Names(Vec::new()),
        goal: None,
        rule: StepRule::default(),
    };
    let journey = JourneyPlan {
        steps: std::iter::once(created).chain(stages).collect(),
        mode: Mode::Stages { reach: Reach::Beyond },
        rules: EventRules::default(),
        by: asked.by.clone(),
        attribution: touch(asked.attribution)?,
        top: usize::try_from(asked.top).unwrap_or(usize::MAX),
        zone: common.timezone,
        week_start: weekday(common.week_start),
        since: common.since_micros(),
        until: common.until_micros(),
        as_of: common.as_of_micros(),
        row_filter: super::conversion::joined(&filters.rows),
        entry_filter: super::conversion::joined(&filters.entry),
        unit_filters: filters.unit.clone(),
        dedupe: context.settings.loading.dedupe,
        with_value: true,
        cuts: vec![Cut { grouped: !asked.by.is_empty(), every: asked.every.map(every) }],
        moments: Vec::new(),
    };
    let plan = DealPlan {
        created_is_first: !dated.is_empty() && !has_history && !first_is_dated && journey.steps.len() > 1,
        journey,
        anchor: match asked.anchor {
            choices::Anchor::Created => Anchor::Created,
            choices::Anchor::Closed => Anchor::Closed,
        },
        from: Point::Created,
        to: Point::Closed,
        stuck_after: None,
        list: None,
    };
    Ok((plan, notes))
}

/// The stages in their order, without the words for won and lost.
fn stages(context: &Context<'_>, asked: &DealSettings, sources: &[Source]) -> Result<(Vec<Step>, Vec<Note>)> {
    let words = sources.first().map(|source| source.outcomes.clone()).unwrap_or_default();
    if !asked.steps.is_empty() {
        return Ok((given_stages(asked, &words)?, Vec::new()));
    }
    let Some(found) = discovered(context, sources)? else { return Ok((Vec::new(), Vec::new())) };
    let names: Vec<String> = found.into_iter().filter(|name| words.outcome(name) == Outcome::Open).collect();
    let text =
        format!("stages were found in the data: {}; check their order, or name them with --steps", names.join(", "));
    let notes = if names.is_empty() { Vec::new() } else { vec![Note::note("steps_inferred", text)] };
    let step = |name: String| Step {
        matches: StepMatch::Names(vec![name.clone()]),
        name,
        goal: None,
        rule: StepRule::default(),
    };
    Ok((names.into_iter().map(step).collect(), notes))
}

/// The stages that the data show; none where there is neither a stage nor a status.
fn discovered(context: &Context<'_>, sources: &[Source]) -> Result<Option<Vec<String>>> {
    use crate::model::kind::Role;
    let shows = |source: &Source| {
        source.kind == Kind::History
            || !source.stage_dates.is_empty()
            || source.roles.contains_key(&Role::Stage)
            || source.roles.contains_key(&Role::Status)
    };
    if !sources.iter().any(shows) {
        return Ok(None);
    }
    match discover::discover(sources, context.threads) {
        Ok(found) => Ok(Some(found.steps)),
        Err(error) if error.message == discover::NO_STEPS => Ok(None),
        Err(error) => Err(error),
    }
}

fn given_stages(asked: &DealSettings, words: &OutcomeWords) -> Result<Vec<Step>> {
    let mut stages = Vec::new();
    for setting in &asked.steps {
        let Match::Names(names) = &setting.matches else {
            let error = Error::usage(format!("step `{}` is a condition; the stages of deals have names", setting.name));
            return Err(error.with_hint("name the stages with --steps"));
        };
        if names.iter().all(|name| words.outcome(name) == Outcome::Open) {
            stages.push(Step {
                name: setting.name.clone(),
                matches: StepMatch::Names(names.clone()),
                goal: None,
                rule: StepRule::default(),
            });
        }
    }
    Ok(stages)
}

/// What a word of `--from` or `--to` stands for: the creation, the close, a stage, or a column, which the plan gains.
///
/// # Errors
/// A usage error for a word that is none of these; a data error where several files disagree about the column.
pub fn point(plan: &mut DealPlan, sources: &[Source], flag: &str, word: &str) -> Result<Point> {
    match fold(word).as_str() {
        "created" => return Ok(Point::Created),
        "closed" | "close" => return Ok(Point::Closed),
        _ => {}
    }
    if let Some(stage) = stage(plan, word) {
        return Ok(Point::Stage(stage));
    }
    if sources.iter().any(|source| source.attribute(word).is_some()) {
        return moment(plan, sources, word).map(Point::Moment);
    }
    let mut known: Vec<String> = ["created", "closed"].map(str::to_owned).to_vec();
    known.extend(plan.stages().map(str::to_owned));
    known.extend(sources.iter().flat_map(Source::columns));
    let hint = match nearest(word, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("stages are {}", plan.stages().collect::<Vec<_>>().join(", ")),
    };
    Err(Error::usage(format!("{flag}: `{word}` is no stage and no column")).with_hint(hint))
}

/// Adds a column with times to the plan.
///
/// # Errors
/// A data error where a file lacks a column that others have, or no deals have it.
pub fn moment(plan: &mut DealPlan, sources: &[Source], column: &str) -> Result<usize> {
    let deals = || sources.iter().filter(|source| source.kind == Kind::Deals);
    if !deals().any(|source| source.attribute(column).is_some()) {
        let known: Vec<String> = deals().flat_map(Source::columns).collect();
        let error = Error::data(format!("no column `{column}` in the deals"));
        return Err(error.with_hint(format!("columns: {}", known.join(", "))));
    }
    deals().try_for_each(|source| source.demand(column))?;
    let moments = &mut plan.journey.moments;
    if let Some(position) = moments.iter().position(|known| known == column) {
        return Ok(position);
    }
    moments.push(column.to_owned());
    Ok(moments.len() - 1)
}

/// The position of a stage by its name, whatever its case and accents.
#[must_use]
pub fn stage(plan: &DealPlan, name: &str) -> Option<usize> {
    let exact = plan.stages().position(|stage| stage == name);
    exact.or_else(|| plan.stages().position(|stage| fold(stage) == fold(name)))
}

/// Runs a plan, judges what was read, and starts a document with it.
///
/// # Errors
/// Whatever the engine reports; too many rejects.
pub fn answer(
    context: &Context<'_>,
    plan: &DealPlan,
    sources: &[Source],
    command: &str,
    title: &str,
) -> Result<(DealRun, Document)> {
    let run = run(plan, sources, context.threads)?;
    context.judge_scans(&run.scans)?;
    let mut document = context.document(command, title, &run.scans);
    document.as_of = run.answer.as_of;
    document.settings = settings(context, plan);
    Ok((run, document))
}

/// The settings in force, with the stages as they were taken.
fn settings(context: &Context<'_>, plan: &DealPlan) -> Vec<Setting> {
    let mut settings = context.settings.shown();
    let stages: serde_json::Value = plan.stages().collect();
    match settings.iter_mut().find(|(name, _)| name == "steps") {
        Some((_, shown)) => *shown = stages,
        None => settings.push(("steps".to_owned(), stages)),
    }
    settings
}
