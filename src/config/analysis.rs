//! Resolves what is computed: time, filters, breakdown, and the rules of the conversion funnel.

use super::journey::journey;
use super::resolver::{Key, Resolver};
use super::settings::{CommonSettings, ConversionSettings, FilterSettings, TableSettings};
use super::steps::steps;
use crate::args::choices::{Ties, WeekStart, choice};
use crate::args::conversion::{MemoryArgs, TableArgs};
use crate::args::filters::{BreakdownArgs, FilterArgs, TimeArgs, ZoneArgs};
use crate::args::journey::{Attribution, attribution};
use crate::args::steps::StepArgs;
use crate::args::values::duration::{Window, window};
use crate::args::values::{moment, number, size, text, zone};
use crate::error::{Error, Result};
use chrono_tz::Tz;

const DEFAULT_CONFIDENCE: f64 = 0.95;
pub const DEFAULT_TOP: u64 = 10;

/// Resolves what all analyses share; a command that is no analysis has the time zone only.
///
/// # Errors
/// A wrong value, or `--since` after `--until` in the chosen zone.
pub fn common(
    resolver: &mut Resolver,
    shared: Option<(&FilterArgs, &TimeArgs)>,
    zone: &ZoneArgs,
) -> Result<CommonSettings> {
    let mut common = CommonSettings {
        title: resolver.file_text("name")?,
        currency: resolver.file_text("currency")?,
        timezone: resolver.value(&Key::text("timezone", zone::zone), zone.timezone, Tz::UTC)?,
        week_start: WeekStart::Monday,
        as_of: None,
        since: None,
        until: None,
        period: None,
        span: None,
        filters: FilterSettings::default(),
        confidence: DEFAULT_CONFIDENCE,
        min_cell: None,
    };
    let Some((filters, time)) = shared else { return Ok(common) };
    let confidence = Key::number("confidence", number::confidence);
    common.week_start = resolver.value(&Key::text("week-start", choice), time.week_start, common.week_start)?;
    common.as_of = resolver.optional(&Key::text("as-of", moment::moment), time.as_of)?;
    common.since = resolver.optional(&Key::text("since", moment::moment), time.since)?;
    common.until = resolver.optional(&Key::text("until", moment::moment), time.until)?;
    super::period::period(resolver, time, &mut common)?;
    common.filters = FilterSettings {
        rows: resolver.list(&Key::phrases("where", text::name), &filters.rows)?,
        entry: resolver.list(&Key::phrases("where-entry", text::name), &filters.entry)?,
        unit: resolver.list(&Key::phrases("where-unit", text::name), &filters.unit)?,
    };
    common.confidence = resolver.value(&confidence, filters.confidence, common.confidence)?;
    common.min_cell = resolver.optional(&Key::number("min-cell", number::positive), filters.min_cell)?;
    match (common.since_micros(), common.until_micros()) {
        (Some(since), Some(until)) if since > until => Err(Error::usage("--since is later than --until")),
        _ => Ok(common),
    }
}

/// Resolves the conversion funnel. What the kinds of sources forbid is left to the analysis, which knows them.
pub fn conversion(resolver: &mut Resolver, args: &StepArgs, breakdown: &BreakdownArgs) -> Result<ConversionSettings> {
    Ok(ConversionSettings {
        steps: steps(resolver, args)?,
        journey: journey(resolver, &args.journey)?,
        order: resolver.optional(&Key::text("order", choice), args.order)?,
        ties: resolver.value(&Key::text("ties", choice), args.ties, Ties::Any)?,
        window: resolver.value(&Key::text("window", window), args.window, Window::ByKind)?,
        reach: resolver.optional(&Key::text("reach", choice), args.reach)?,
        allow_unknown: resolver.switch("allow-unknown", args.allow_unknown)?,
        by: columns(resolver, breakdown)?,
        top: resolver.value(&Key::number("top", number::positive), breakdown.top, DEFAULT_TOP)?,
        attribution: resolver.value(
            &Key::text("attribution", attribution),
            breakdown.attribution,
            Attribution::First,
        )?,
        every: resolver.optional(&Key::text("every", choice), breakdown.every)?,
        tables: TableSettings::default(),
        memory_limit: None,
    })
}

/// Resolves how much memory the run may take.
pub fn memory(resolver: &mut Resolver, args: &MemoryArgs) -> Result<Option<u64>> {
    resolver.optional(&Key::text("memory-limit", size::memory), args.memory_limit)
}

/// Resolves the tables of the conversion command that are made where they are asked for.
pub fn tables(resolver: &mut Resolver, args: &TableArgs) -> Result<TableSettings> {
    Ok(TableSettings {
        histogram: resolver.switch("histogram", args.histogram)?,
        compare: resolver.optional(&Key::text("compare", choice), args.compare)?,
        drivers: drivers(resolver, &args.drivers)?,
    })
}

/// Resolves the attributes that are looked at for what separates those who go on.
pub fn drivers(resolver: &mut Resolver, given: &[String]) -> Result<Vec<String>> {
    each_once("drivers", resolver.list(&Key::list("drivers", text::name), given)?)
}

/// Resolves `--by`; a column that is named twice would stand twice in every row.
pub fn columns(resolver: &mut Resolver, breakdown: &BreakdownArgs) -> Result<Vec<String>> {
    each_once("by", resolver.list(&Key::list("by", text::name), &breakdown.by)?)
}

fn each_once(flag: &str, columns: Vec<String>) -> Result<Vec<String>> {
    for (position, column) in columns.iter().enumerate() {
        if columns[..position].contains(column) {
            return Err(Error::usage(format!("--{flag} names the column `{column}` twice")));
        }
    }
    Ok(columns)
}
