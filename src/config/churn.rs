//! Resolves what churn is asked.

use super::resolver::{Key, Resolver};
use super::settings::ChurnSettings;
use crate::args::choices::choice;
use crate::args::churn::ChurnArgs;
use crate::args::journey::{Attribution, attribution};
use crate::args::values::{duration, number, text};
use crate::error::{Error, Result};

const DEFAULT_TOP: u64 = 10;

/// Resolves the command, or without its flags the section of the report.
///
/// # Errors
/// A wrong value, or a breakdown column that is named twice.
pub fn churn(resolver: &mut Resolver, args: Option<&ChurnArgs>) -> Result<ChurnSettings> {
    let none = ChurnArgs::default();
    let args = args.unwrap_or(&none);
    let breakdown = &args.breakdown;
    let by = resolver.list(&Key::list("by", text::name), &breakdown.by)?;
    if let Some(twice) = by.iter().enumerate().find(|(position, column)| by[..*position].contains(column)) {
        return Err(Error::usage(format!("--by names the column `{}` twice", twice.1)));
    }
    let silence = Key::text("inactive-after", duration::positive);
    let given = resolver.find(&silence, args.inactive_after)?;
    let inactive_after = given.map(|found| {
        resolver.note("inactive-after", &duration::duration_text(found.value), found.origin);
        found.value
    });
    Ok(ChurnSettings {
        by,
        top: resolver.value(&Key::number("top", number::positive), breakdown.top, DEFAULT_TOP)?,
        attribution: resolver.value(
            &Key::text("attribution", attribution),
            breakdown.attribution,
            Attribution::First,
        )?,
        every: resolver.optional(&Key::text("every", choice), breakdown.every)?,
        convention: resolver.optional(&Key::text("convention", choice), args.convention)?,
        inactive_after,
        tenure_unit: resolver.optional(&Key::text("tenure-unit", choice), args.tenure_unit)?,
    })
}
