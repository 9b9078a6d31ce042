//! The days of a period that is relative to the end of the data: these are looked at before the analysis begins.

use crate::config::settings::Settings;
use crate::engine::latest::latest;
use crate::error::{Error, Result};
use crate::input::source::Source;
use std::borrow::Cow;

/// Finds the days of the period where the settings alone did not say them.
///
/// # Errors
/// No record has a time; whatever reading reports.
pub fn settled<'s>(settings: &'s Settings, sources: &[Source]) -> Result<Cow<'s, Settings>> {
    if !settings.awaits_as_of() {
        return Ok(Cow::Borrowed(settings));
    }
    let Some(as_of) = latest(sources, settings.common.timezone)? else {
        let error = Error::data("--period: no record has a time that would say when the data end");
        return Err(error.with_hint("--as-of 2026-11-15 says it"));
    };
    let mut settled = settings.clone();
    settled.settle_period(as_of)?;
    Ok(Cow::Owned(settled))
}
