//! Resolves which journeys count: exclusions, optional steps, and the rules of single steps in `funnel.toml`.

use super::file::{ExclusionTable, StepTable};
use super::resolver::{Found, Key, Resolver};
use super::settings::{ExclusionSetting, JourneySettings, Origin, StepMatch};
use super::steps::{event_names, higher};
use crate::args::choices::choice;
use crate::args::journey::{Excluded, JourneyArgs, excluded, span};
use crate::args::values::duration::duration;
use crate::args::values::text;
use crate::error::{Error, Result};
use crate::plan::rules::{First, StepRule};
use toml::Spanned;

/// Resolves the rules of journeys; what the steps and kinds forbid is left to the analysis.
pub fn journey(resolver: &mut Resolver, args: &JourneyArgs) -> Result<JourneySettings> {
    let optional = resolver.list(&Key::phrases("optional", text::name), &args.optional)?;
    let exclusions = exclusions(resolver, args)?;
    Ok(JourneySettings {
        optional,
        exclusions,
        exclusion: resolver.optional(&Key::text("exclusion", choice), args.exclusion)?,
        entry: resolver.optional(&Key::text("entry", choice), args.entry)?,
        grace: resolver.optional(&Key::text("grace", span), args.grace)?,
        count: resolver.optional(&Key::text("count", choice), args.count)?,
        session_gap: resolver.optional(&Key::text("session-gap", span), args.session_gap)?,
        hold: resolver.list(&Key::list("hold", text::name), &args.hold)?,
        range: resolver.optional(&Key::text("range", choice), args.range)?,
    })
}

/// `--exclude`, or `[[exclusions]]` of `funnel.toml`.
fn exclusions(resolver: &mut Resolver, args: &JourneyArgs) -> Result<Vec<ExclusionSetting>> {
    let flags = resolver.find_list(&Key::phrases("exclude", excluded), &args.exclude)?;
    let flags = flags
        .map(|found| Found { value: found.value.into_iter().map(from_flag).collect::<Vec<_>>(), origin: found.origin });
    let tabled = tabled(resolver)?;
    if let (Some(first), Some(second)) = (&flags, &tabled)
        && first.origin.layer() == second.origin.layer()
    {
        let message = format!("the exclusions are given twice: {} and {}", first.origin, second.origin);
        return Err(Error::usage(message).with_hint("one of exclude and [[exclusions]] is enough"));
    }
    let chosen = higher(flags, tabled)?;
    let found = chosen.unwrap_or(Found { value: Vec::new(), origin: Origin::Default });
    resolver.note("exclude", &found.value, found.origin);
    Ok(found.value)
}

fn from_flag(excluded: Excluded) -> ExclusionSetting {
    let (from, to) = excluded.between.unzip();
    ExclusionSetting { text: excluded.text, matches: StepMatch::Names(excluded.names), from, to }
}

fn tabled(resolver: &Resolver) -> Result<Option<Found<Vec<ExclusionSetting>>>> {
    let tables = resolver.file.map_or(&[][..], |file| &file.root.exclusions);
    let Some(first) = tables.first() else { return Ok(None) };
    let origin = resolver.file_origin(first.span().start);
    let value = tables.iter().map(|table| from_table(resolver, table)).collect::<Result<_>>()?;
    Ok(Some(Found { value, origin }))
}

fn from_table(resolver: &Resolver, table: &Spanned<ExclusionTable>) -> Result<ExclusionSetting> {
    let exclusion = table.get_ref();
    let wrong = |message: &str| resolver.in_file(Error::usage(message), table.span().start);
    let (text, matches) = match (&exclusion.event, exclusion.condition.as_deref().map(str::trim)) {
        (Some(event), None) => {
            let names = event_names(resolver, event)?;
            (names.join("|"), StepMatch::Names(names))
        }
        (None, Some("")) => return Err(wrong("`where` is empty")),
        (None, Some(condition)) => (condition.to_owned(), StepMatch::Expression(condition.to_owned())),
        (Some(_), Some(_)) => {
            let error = wrong("an exclusion has either `event` or `where`");
            return Err(error.with_hint("where = \"event = 'NAME' AND ...\" holds both"));
        }
        (None, None) => return Err(wrong("an exclusion needs `event` or `where`")),
    };
    Ok(ExclusionSetting { text, matches, from: exclusion.from, to: exclusion.to })
}

/// The keys of a step that say when an event may stand for it.
pub fn step_rule(resolver: &Resolver, step: &StepTable) -> Result<StepRule> {
    let on = |flag: &Option<Spanned<bool>>| flag.as_ref().is_some_and(|flag| *flag.get_ref());
    let within = step.within.as_ref().map(|within| {
        duration(within.get_ref()).map_err(|invalid| {
            let mut error = Error::usage(format!("`within`: {}", invalid.message));
            error.hint.clone_from(&invalid.hint);
            resolver.in_file(error, within.span().start)
        })
    });
    let first = step.first.as_ref().map(|first| match first.get_ref().as_str() {
        "match" => Ok(First::Match),
        "ever" => Ok(First::Ever),
        _ => Err(resolver.in_file(Error::usage("`first` must be \"match\" or \"ever\""), first.span().start)),
    });
    Ok(StepRule {
        optional: on(&step.optional),
        within: within.transpose()?,
        directly: on(&step.directly),
        first: first.transpose()?,
    })
}
