//! Resolves what `lifecycle` is asked.

use super::analysis::columns;
use super::resolver::{Key, Resolver};
use super::settings::LifecycleSettings;
use crate::args::choices::choice;
use crate::args::filters::BreakdownArgs;
use crate::args::journey::{Attribution, attribution};
use crate::args::lifecycle::LifecycleOptions;
use crate::args::values::{number, text};
use crate::error::{Error, Result};

const DEFAULT_TOP: u64 = 10;

/// Resolves the question of the lifecycle.
///
/// # Errors
/// A wrong value; limits of occurrences that nothing meets.
pub fn lifecycle(
    resolver: &mut Resolver,
    args: &LifecycleOptions,
    breakdown: &BreakdownArgs,
) -> Result<LifecycleSettings> {
    let [least, most] = ["min-occurrences", "max-occurrences"].map(|name| Key::number(name, number::positive));
    let settings = LifecycleSettings {
        activity: resolver.list(&Key::list("activity", text::name), &args.activity)?,
        first_seen: resolver.optional(&Key::text("first-seen", text::filled), args.first_seen.clone())?,
        min_occurrences: resolver.value(&least, args.min_occurrences, 1)?,
        max_occurrences: resolver.optional(&most, args.max_occurrences)?,
        by: columns(resolver, breakdown)?,
        top: resolver.value(&Key::number("top", number::positive), breakdown.top, DEFAULT_TOP)?,
        attribution: resolver.value(
            &Key::text("attribution", attribution),
            breakdown.attribution,
            Attribution::First,
        )?,
        every: resolver.optional(&Key::text("every", choice), breakdown.every)?,
    };
    if settings.max_occurrences.is_some_and(|most| most < settings.min_occurrences) {
        return Err(Error::usage("--max-occurrences is less than --min-occurrences"));
    }
    Ok(settings)
}
