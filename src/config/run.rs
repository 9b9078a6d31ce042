//! Resolves checks, records and the lock of a run, and the goals of `funnel.toml`.

use super::paths::identity;
use super::period::PLACE;
use super::raw::Form;
use super::reading::path;
use super::resolver::{Key, Resolver};
use super::settings::{Goal, GoalSetting, RunSettings, Settings, Target};
use super::sources::refuse_overwriting;
use crate::args::generate::{command_names, setting_names};
use crate::args::nearest::nearest;
use crate::args::run::RunArgs;
use crate::args::values::condition::{Limit, Sign, at_least, condition, limit, place};
use crate::args::values::{Invalid, Parsed};
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};
use toml::{Spanned, Value};

pub fn run(resolver: &mut Resolver, args: &RunArgs) -> Result<RunSettings> {
    Ok(RunSettings {
        fail_if: resolver.list(&Key::phrases("fail-if", condition), &args.fail_if)?,
        fail_on_goal: resolver.switch("fail-on-goal", args.fail_on_goal)?,
        record: path(resolver, "run-record", args.run_record.clone())?,
        append: path(resolver, "append", args.append.clone())?,
        lock: path(resolver, "lock", args.lock.clone())?,
        goals: goals(resolver)?,
    })
}

/// The goals of `[goals]`, in the order in which they stand there.
fn goals(resolver: &Resolver) -> Result<Vec<GoalSetting>> {
    let Some(file) = resolver.file else { return Ok(Vec::new()) };
    let mut tabled: Vec<_> = file.root.goals.iter().collect();
    tabled.sort_by_key(|(key, _)| key.span().start);
    let mut goals = Vec::new();
    for (key, value) in tabled {
        let wrong = |invalid: Invalid| {
            let mut error = Error::usage(format!("goal `{}`: {}", key.get_ref(), invalid.message));
            error.hint = invalid.hint;
            resolver.in_file(error, key.span().start)
        };
        let place = place(key.get_ref()).map_err(wrong)?;
        check_command(&place.command).map_err(wrong)?;
        for limit in limits(value).map_err(wrong)? {
            goals.push(GoalSetting { place: place.clone(), limit });
        }
    }
    Ok(goals)
}

fn check_command(name: &str) -> Parsed<()> {
    if !setting_names(name).is_empty() {
        return Ok(());
    }
    let commands = command_names();
    let invalid = Invalid::new(format!("there is no command `{name}`"));
    Err(match nearest(name, commands.iter().map(String::as_str)) {
        Some(near) => invalid.with_hint(format!("did you mean `{near}`?")),
        None => invalid.with_hint("a goal is named \"COMMAND.TABLE.COLUMN\""),
    })
}

/// `0.05` (at least that), `">= 5%"`, or a list of such.
fn limits(value: &Spanned<Value>) -> Parsed<Vec<Limit>> {
    let value = value.get_ref();
    let number = match value {
        Value::Float(number) => Some(*number),
        #[expect(clippy::cast_precision_loss, reason = "a goal needs no more than 53 bits")]
        Value::Integer(number) => Some(*number as f64),
        _ => None,
    };
    if let Some(number) = number.filter(|number| number.is_finite()) {
        return Ok(vec![at_least(number)]);
    }
    let texts = Form::Phrases.texts(value).filter(|texts| !texts.is_empty());
    let texts = texts.ok_or_else(|| Invalid::new("a limit is expected").with_hint("such as \">= 0.05\""))?;
    texts.iter().map(|text| sided(limit(text)?)).collect()
}

/// A goal is something to reach or to stay below.
fn sided(limit: Limit) -> Parsed<Limit> {
    match limit.sign {
        Sign::Below | Sign::AtMost | Sign::Above | Sign::AtLeast => Ok(limit),
        Sign::Equal | Sign::Unequal => Err(Invalid::new("a goal has one of the signs <, <=, >, >=")),
    }
}

impl Settings {
    /// The files that a run writes or holds, with their flags.
    pub(super) fn written(&mut self) -> Vec<(&'static str, &mut PathBuf)> {
        let run = &mut self.output.run;
        let output = match &mut self.output.target {
            Target::File(path) | Target::Directory(path) => Some(path),
            Target::Stdout => None,
        };
        let files = [
            ("--output", output),
            ("--rejects", self.loading.rejects.as_mut()),
            ("--run-record", run.record.as_mut()),
            ("--append", run.append.as_mut()),
            ("--lock", run.lock.as_mut()),
        ];
        files.into_iter().filter_map(|(flag, path)| Some((flag, path?))).collect()
    }

    /// Refuses a file that would be written twice, or over an input.
    pub(super) fn refuse_clashes(&mut self) -> Result<()> {
        let run = &self.output.run;
        let files = [("--run-record", &run.record), ("--append", &run.append), ("--lock", &run.lock)];
        if let Some((flag, _)) = files.iter().find(|(_, path)| path.as_deref() == Some(Path::new("-"))) {
            return Err(Error::usage(format!("{flag} needs a file")).with_hint("standard output is for the result"));
        }
        let files: Vec<(&str, PathBuf)> = self.written().into_iter().map(|(flag, path)| (flag, path.clone())).collect();
        for (position, (flag, path)) in files.iter().enumerate() {
            refuse_overwriting(&self.sources, flag, Some(path))?;
            let same = |other: &&(&str, PathBuf)| identity(&other.1) == identity(path);
            if let Some((other, _)) = files[..position].iter().find(same) {
                return Err(Error::usage(format!("{other} and {flag} are the same file")).in_file(path.display()));
            }
        }
        Ok(())
    }

    /// Whether any goal was set.
    #[must_use]
    pub fn has_goals(&self) -> bool {
        let steps = self.analysis.steps();
        !self.output.run.goals.is_empty() || steps.iter().any(|step| step.goal.is_some_and(Goal::is_set))
    }
}

/// Writes the period's name into the name of a file.
///
/// # Errors
/// There is no period.
pub fn fill(path: &mut PathBuf, name: Option<&str>) -> Result<()> {
    let Some(text) = path.to_str().filter(|text| text.contains(PLACE)) else { return Ok(()) };
    let Some(name) = name else {
        let error = Error::usage(format!("`{PLACE}` needs a period")).in_file(path.display());
        return Err(error.with_hint("--period last-week, or --since and --until with dates"));
    };
    *path = Path::new(&text.replace(PLACE, name)).to_path_buf();
    Ok(())
}
