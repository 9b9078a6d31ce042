//! `funnel conversion --drivers`: which attributes are looked at, and the table of what separates their values.

use super::analysis::Context;
use crate::document::{Note, Table};
use crate::engine::Run;
use crate::error::{Error, Result};
use crate::input::source::Source;
use crate::plan::{Attribution, JourneyPlan, Mode, Reach};
use crate::reports::conversion::Conversion;
use crate::reports::conversion::separators::Driver;

/// Refuses attributes that no source has, and rules under which values cannot be held against all others.
///
/// # Errors
/// A usage error that says what does not fit; a data error lists the columns.
pub fn check(context: &Context<'_>, drivers: &[String], plan: &JourneyPlan, sources: &[Source]) -> Result<()> {
    if drivers.is_empty() {
        return Ok(());
    }
    let refuse =
        |with: &str, hint: &str| Err(Error::usage(format!("--drivers cannot be combined with {with}")).with_hint(hint));
    if matches!(plan.attribution, Attribution::Step(_) | Attribution::Same) {
        let with = format!("--attribution {}", plan.attribution.name());
        return refuse(&with, "its groups overlap; use --attribution first or last");
    }
    if plan.mode == (Mode::Stages { reach: Reach::Any }) {
        return refuse(
            "--reach any",
            "who is seen at a step need not have stood at the one before; use --reach beyond",
        );
    }
    context
        .check_columns(sources, drivers)
        .map_err(|error| Error { message: error.message.replace("to break down by", "for --drivers"), ..error })
}

/// The table `separators`, and what a reader should know about it.
#[must_use]
pub fn table(drivers: &[String], conversion: &Conversion<'_>, run: &Run, sources: &[Source]) -> (Table, Vec<Note>) {
    let answers = drivers.iter().zip(&run.drivers);
    let found: Vec<Driver<'_>> = answers.map(|(column, cut)| Driver { column, rows: &cut.rows }).collect();
    let mut notes: Vec<Note> = Vec::new();
    for column in drivers {
        let lacking = sources.iter().filter(|source| source.attribute(column).is_none());
        notes.extend(lacking.map(|source| {
            let text = format!("source {} has no column `{column}`: it gives no value", source.name);
            Note::note("drivers_missing", text)
        }));
    }
    let mut steps = found.iter().flat_map(|driver| driver.rows).flat_map(|row| &row.steps);
    if !found.is_empty() && steps.all(|step| step.dropped == 0) {
        let text = "nobody has dropped yet, so that nothing can separate those who go on from those who stop";
        notes.push(Note::warning("nobody_dropped", text));
    }
    (conversion.separators(&found), notes)
}
