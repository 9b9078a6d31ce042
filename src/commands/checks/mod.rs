//! Checks of a result: conditions that no row may meet (`--fail-if`), and goals. The result is written first; what
//! failed is said on standard error, and the run ends with exit code 4.

pub mod figures;
mod goals;

use crate::config::settings::Settings;
use crate::document::{Document, Note};
use crate::error::{Error, ErrorKind, Result};
use crate::ui::Ui;
use figures::{Figures, row_name, shown};

/// More failing rows than this are counted and not listed.
const MOST_LISTED: usize = 20;

/// What the checks of a run found.
#[derive(Debug, Default)]
pub struct Checks {
    /// What ends the run, a line each.
    pub failed: Vec<String>,
    /// What is said without ending the run.
    pub told: Vec<Note>,
}

/// Judges the conditions and the goals of a run.
///
/// # Errors
/// A usage error for a table or a column that the result does not have, and for `--fail-on-goal` without a goal.
pub fn judge(settings: &Settings, document: &Document) -> Result<Checks> {
    let run = &settings.output.run;
    let mut checks = Checks::default();
    for condition in &run.fail_if {
        let figures = Figures::find(document, &condition.place)
            .and_then(|figures| figures.takes(&condition.limit).map(|()| figures))
            .map_err(|error| Error { message: format!("--fail-if: {}", error.message), ..error })?;
        for (row, value) in figures.values() {
            if condition.limit.sign.holds(value, condition.limit.number) {
                let (value, name) = (shown(figures.cell(row)), row_name(figures.table, row, figures.column));
                checks.failed.push(format!("{condition}: it is {value}{name}"));
            }
        }
    }
    if !settings.has_goals() {
        if run.fail_on_goal {
            let error = Error::usage("--fail-on-goal: there is no goal");
            return Err(
                error.with_hint("goal = { from_previous = 0.25 } of a step in funnel.toml, or the table [goals]")
            );
        }
        return Ok(checks);
    }
    let judged = goals::judge(settings, document)?;
    checks.told.extend(judged.told.into_iter().map(|text| Note::note("goal", text)));
    if run.fail_on_goal {
        checks.failed.extend(judged.missed);
    } else {
        checks.told.extend(judged.missed.into_iter().map(|text| Note::warning("goal_missed", text)));
    }
    Ok(checks)
}

impl Checks {
    /// What a reader of the result should know of them.
    pub fn notes(&self) -> impl Iterator<Item = Note> {
        let failed = self.failed.iter().map(|text| Note::warning("check_failed", text.clone()));
        self.told.iter().cloned().chain(failed)
    }

    /// Says what failed, the last of it as the error that ends the run.
    ///
    /// # Errors
    /// A check failed.
    pub fn verdict(&self, ui: &Ui) -> Result<()> {
        let error = |text: &String| Error::new(ErrorKind::CheckFailed, text.clone());
        let Some((last, others)) = self.failed.split_last() else { return Ok(()) };
        others.iter().take(MOST_LISTED - 1).for_each(|text| ui.error(&error(text)));
        match others.len().checked_sub(MOST_LISTED - 1) {
            None | Some(0) => Err(error(last)),
            Some(more) => Err(error(&format!("{} checks failed; {} are not listed", self.failed.len(), more + 1))),
        }
    }
}
