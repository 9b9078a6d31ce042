//! The rules of journeys: from settings to the plan, and which of them cannot be combined.

use crate::args::journey as flags;
use crate::config::settings::{ConversionSettings, ExclusionSetting, JourneySettings, StepMatch as Match};
use crate::error::{Error, Result};
use crate::model::time::MICROS_PER_SECOND;
use crate::plan::rules::{Count, Entry, EventRules, Exclusion, ExclusionEffect, RangeBinds, StepRule};
use crate::plan::{Attribution, JourneyPlan, Mode, Order, Step, StepMatch, Ties};
use crate::reports::labels::span;
use serde_json::{Value, json};

/// The gap that ends a session where none is given.
const DEFAULT_GAP: i64 = 30 * 60 * MICROS_PER_SECOND;

/// Marks the steps that `--optional` names.
///
/// # Errors
/// A name that no step has.
pub fn mark_optional(asked: &JourneySettings, steps: &mut [Step]) -> Result<()> {
    for name in &asked.optional {
        if steps.iter().all(|step| step.name != *name) {
            let names: Vec<&str> = steps.iter().map(|step| step.name.as_str()).collect();
            let error = Error::usage(format!("--optional: no step is called `{name}`"));
            return Err(error.with_hint(format!("steps: {}", names.join(", "))));
        }
        steps.iter_mut().filter(|step| step.name == *name).for_each(|step| step.rule.optional = true);
    }
    Ok(())
}

/// The rules of events.
///
/// # Errors
/// Positions of exclusions that no required steps have; a gap without sessions.
pub fn rules(asked: &JourneySettings, steps: &[Step]) -> Result<EventRules> {
    let count = match (asked.count, asked.session_gap) {
        (Some(flags::Count::Sessions), gap) => Count::Sessions { gap: gap.map_or(DEFAULT_GAP, |gap| gap.0) },
        (_, Some(_)) => {
            return Err(Error::usage("--session-gap needs --count sessions")
                .with_hint("--count sessions counts each session once; without it the gap has no meaning"));
        }
        (Some(flags::Count::Attempts), None) => Count::Attempts,
        (Some(flags::Count::Users) | None, None) => Count::Users,
    };
    if asked.exclusion.is_some() && asked.exclusions.is_empty() {
        return Err(Error::usage("--exclusion needs an excluded event").with_hint("--exclude EVENT names one"));
    }
    Ok(EventRules {
        entry: match asked.entry {
            Some(flags::Entry::First) => Entry::First,
            Some(flags::Entry::Best) | None => Entry::Best,
        },
        grace: asked.grace.map_or(0, |grace| grace.0),
        exclusions: asked.exclusions.iter().map(|one| exclusion(one, steps)).collect::<Result<_>>()?,
        effect: match asked.exclusion {
            Some(flags::ExclusionEffect::DropUser) => ExclusionEffect::DropUser,
            Some(flags::ExclusionEffect::End) | None => ExclusionEffect::End,
        },
        count,
        hold: asked.hold.clone(),
        range: match asked.range {
            Some(flags::RangeBinds::All) => RangeBinds::All,
            Some(flags::RangeBinds::Entry) | None => RangeBinds::Entry,
        },
    })
}

fn exclusion(asked: &ExclusionSetting, steps: &[Step]) -> Result<Exclusion> {
    let last = steps.len();
    let position = |step: Option<u32>, default: usize| step.map_or(default, |step| step as usize);
    let (from, to) = (position(asked.from, 1), position(asked.to, last));
    let wrong = |message: String| {
        let error = Error::usage(format!("the exclusion `{}`: {message}", asked.text));
        Err(error.with_hint(format!("it stands between two required steps, such as 1 and {last}")))
    };
    if from == 0 || from >= to || to > last {
        return wrong(format!("steps {from} to {to} are no way forward in a funnel of {last} steps"));
    }
    if let Some(step) = [from, to].into_iter().find(|step| steps[*step - 1].rule.optional) {
        return wrong(format!("step {step} is optional"));
    }
    Ok(Exclusion {
        name: asked.text.clone(),
        matches: match &asked.matches {
            Match::Names(names) => StepMatch::Names(names.clone()),
            Match::Expression(expression) => StepMatch::Expression(expression.clone()),
        },
        from: from - 1,
        to: to - 1,
    })
}

/// The value that a unit has in a breakdown.
///
/// # Errors
/// A step that the funnel does not have.
pub fn attribution(asked: &ConversionSettings, steps: usize) -> Result<Attribution> {
    Ok(match asked.attribution {
        flags::Attribution::First => Attribution::First,
        flags::Attribution::Last => Attribution::Last,
        flags::Attribution::Same => Attribution::Same,
        flags::Attribution::Step(number) => match usize::try_from(number) {
            Ok(number) if (1..=steps).contains(&number) => Attribution::Step(number - 1),
            _ => {
                let error = Error::usage(format!("--attribution step:{number}: the funnel has {steps} steps"));
                return Err(error.with_hint("steps are counted from 1"));
            }
        },
    })
}

/// The rules in force, with their defaults.
pub fn shown(rules: &EventRules) -> Vec<(&'static str, Value)> {
    let exclusion = |exclusion: &Exclusion| {
        let (key, matched) = match &exclusion.matches {
            StepMatch::Names(names) => ("event", json!(names)),
            StepMatch::Expression(expression) => ("where", json!(expression)),
        };
        json!({key: matched, "from": exclusion.from + 1, "to": exclusion.to + 1})
    };
    let gap = if let Count::Sessions { gap } = rules.count { json!(span(gap)) } else { Value::Null };
    vec![
        ("exclude", rules.exclusions.iter().map(exclusion).collect()),
        ("exclusion", rules.effect.name().into()),
        ("entry", rules.entry.name().into()),
        ("grace", span(rules.grace).into()),
        ("count", rules.count.name().into()),
        ("session_gap", gap),
        ("range", rules.range.name().into()),
    ]
}

/// Refuses what cannot be combined.
///
/// # Errors
/// A usage error that names both sides.
pub fn check(plan: &JourneyPlan) -> Result<()> {
    check_steps(plan)?;
    check_any_order(plan)?;
    check_optional(plan)?;
    check_grace(plan)?;
    let per_value = matches!(plan.attribution, Attribution::Step(_) | Attribution::Same);
    if plan.rules.count == Count::Attempts && per_value {
        let message = format!("--count attempts cannot be combined with --attribution {}", plan.attribution.name());
        return Err(Error::usage(message).with_hint("--attribution first or last; or --count users"));
    }
    if plan.rules.count == Count::Attempts && plan.rules.effect == ExclusionEffect::DropUser {
        return Err(Error::usage("--count attempts cannot be combined with --exclusion drop-user")
            .with_hint("--exclusion end: the excluded event ends the attempt, and the next may begin"));
    }
    Ok(())
}

fn check_steps(plan: &JourneyPlan) -> Result<()> {
    let ends = [plan.steps.first(), plan.steps.last()];
    if let Some(step) = ends.into_iter().flatten().find(|step| step.rule.optional) {
        let error = Error::usage(format!("the step `{}` cannot be optional", step.name));
        return Err(error.with_hint("an optional step stands between two others; the first and the last one decide"));
    }
    let Some(first) = plan.steps.first() else { return Ok(()) };
    if first.rule.within.is_some() || first.rule.directly {
        let key = if first.rule.directly { "directly" } else { "within" };
        let error = Error::usage(format!("`{key}` of the first step: there is no step before it"));
        return Err(error.with_hint("put it on the step that follows"));
    }
    Ok(())
}

fn check_any_order(plan: &JourneyPlan) -> Result<()> {
    if !plan.is_any_order() {
        return Ok(());
    }
    let rule = |wanted: fn(&StepRule) -> bool| plan.steps.iter().any(|step| wanted(&step.rule));
    let whole = |exclusion: &Exclusion| exclusion.from == 0 && exclusion.to + 1 == plan.steps.len();
    let clashes = [
        (rule(|rule| rule.optional), "optional steps"),
        (rule(|rule| rule.within.is_some()), "`within` of a step"),
        (rule(|rule| rule.directly), "`directly` of a step"),
        (plan.rules.grace > 0, "--grace"),
        (!plan.rules.exclusions.iter().all(whole), "exclusions between single steps"),
        (matches!(plan.attribution, Attribution::Step(_)), "--attribution step:N"),
    ];
    refuse(&clashes, "--order any", "in any order no step comes before another; use --order ordered")
}

fn check_optional(plan: &JourneyPlan) -> Result<()> {
    if !plan.steps.iter().any(|step| step.rule.optional) {
        return Ok(());
    }
    let directly = plan.steps.iter().any(|step| step.rule.directly);
    let clashes =
        [(plan.is_strict(), "--order strict"), (directly, "`directly` of a step"), (plan.rules.grace > 0, "--grace")];
    refuse(&clashes, "an optional step", "leave one of them out")
}

fn check_grace(plan: &JourneyPlan) -> Result<()> {
    if plan.rules.grace == 0 {
        return Ok(());
    }
    let Mode::Events { order, ties, .. } = plan.mode else { return Ok(()) };
    let rule = |wanted: fn(&StepRule) -> bool| plan.steps.iter().any(|step| wanted(&step.rule));
    let clashes = [
        (order == Order::Strict, "--order strict"),
        (ties == Ties::Strict, "--ties strict"),
        (rule(|rule| rule.within.is_some()), "`within` of a step"),
        (rule(|rule| rule.directly), "`directly` of a step"),
        (!plan.rules.exclusions.is_empty(), "exclusions"),
    ];
    refuse(&clashes, "--grace", "what comes before is not certain within the grace; leave one of them out")
}

fn refuse(clashes: &[(bool, &str)], with: &str, hint: &str) -> Result<()> {
    match clashes.iter().find(|(clash, _)| *clash) {
        Some((_, what)) => Err(Error::usage(format!("{with} cannot be combined with {what}")).with_hint(hint)),
        None => Ok(()),
    }
}

/// Refuses the rules of events for deals and stage changes.
///
/// # Errors
/// A usage error that names the first of them.
pub fn check_stages(asked: &ConversionSettings) -> Result<()> {
    let journey = &asked.journey;
    let rules = asked.steps.iter().any(|step| step.rule != StepRule::default());
    let per_value = matches!(asked.attribution, flags::Attribution::Step(_) | flags::Attribution::Same);
    let given = [
        (!journey.optional.is_empty(), "--optional"),
        (rules, "`optional`, `within`, `directly` and `first` of a step"),
        (!journey.exclusions.is_empty(), "--exclude"),
        (journey.exclusion.is_some(), "--exclusion"),
        (journey.entry.is_some(), "--entry"),
        (journey.grace.is_some(), "--grace"),
        (journey.count.is_some(), "--count"),
        (journey.session_gap.is_some(), "--session-gap"),
        (!journey.hold.is_empty(), "--hold"),
        (journey.range.is_some(), "--range"),
        (per_value, "--attribution step:N and same"),
    ];
    match given.into_iter().find(|(given, _)| *given) {
        Some((_, what)) => {
            let error = Error::usage(format!("for events only: {what}; these rows are deals or stage changes"));
            Err(error.with_hint("--reach beyond|any|strict says which stages a deal counts at"))
        }
        None => Ok(()),
    }
}
