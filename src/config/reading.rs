//! Resolves how files are written, and what happens to records that cannot be read.

use super::paths::beside;
use super::resolver::{Found, Key, Resolver};
use super::settings::{LoadingSettings, Origin, Reading};
use crate::args::choices::choice;
use crate::args::reading::ReadingArgs;
use crate::args::values::number::{RejectLimit, count, reject_limit};
use crate::args::values::{text, zone};
use crate::error::{Error, Result};
use chrono_tz::Tz;
use std::path::PathBuf;

/// Resolves the reading options of one source (or of all sources of the command line).
pub fn reading(resolver: &mut Resolver, args: &ReadingArgs, timezone: Tz) -> Result<Reading> {
    let no_header = resolver.list(&Key::list("no-header", text::name), &args.no_header)?;
    let reading = Reading {
        delimiter: resolver.optional(&Key::text("delimiter", text::delimiter), args.delimiter.clone())?,
        quote: resolver.optional(&Key::text("quote", text::quote), args.quote)?,
        escape: resolver.optional(&Key::text("escape", text::escape), args.escape)?,
        encoding: resolver.optional(&Key::text("encoding", text::encoding), args.encoding.clone())?,
        decimal: resolver.optional(&Key::text("decimal", text::decimal_sign), args.decimal)?,
        thousands: resolver.optional(&Key::text("thousands", text::thousands_sign), args.thousands)?,
        time_format: resolver.optional(&Key::text("time-format", text::time_format), args.time_format.clone())?,
        date_order: resolver.optional(&Key::text("date-order", choice), args.date_order)?,
        timezone: resolver.value(&Key::text("source-timezone", zone::zone), args.source_timezone, timezone)?,
        timezone_given: resolver.find(&Key::text("source-timezone", zone::zone), args.source_timezone)?.is_some(),
        skip_lines: resolver.value(&Key::number("skip-lines", count), args.skip_lines, 0)?,
        sheet: resolver.optional(&Key::text("sheet", text::filled), args.sheet.clone())?,
        comment: resolver.optional(&Key::text("comment", text::filled), args.comment.clone())?,
        no_header: if no_header.is_empty() { None } else { Some(no_header) },
        null_words: resolver.list(&Key::phrases("null", text::filled), &args.null)?,
    };
    check(&reading)?;
    Ok(reading)
}

/// Resolves what happens to records, whatever their source.
pub fn loading(resolver: &mut Resolver, args: &ReadingArgs) -> Result<LoadingSettings> {
    Ok(LoadingSettings {
        max_rejects: max_rejects(resolver, args)?,
        rejects: path(resolver, "rejects", args.rejects.clone())?,
        dedupe: resolver.switch("dedupe", args.dedupe)?,
        fail_if_empty: resolver.switch("fail-if-empty", args.fail_if_empty)?,
        show_values: resolver.switch("show-values", args.show_values)?,
    })
}

/// Resolves a file to write; in `funnel.toml` it is relative to that file.
pub fn path(resolver: &mut Resolver, name: &'static str, flag: Option<PathBuf>) -> Result<Option<PathBuf>> {
    let key: Key<PathBuf> = Key::text(name, |text| text::filled(text).map(PathBuf::from));
    let Some(mut found) = resolver.find(&key, flag)? else { return Ok(None) };
    if let (Origin::File { .. }, Some(file)) = (&found.origin, resolver.file) {
        found.value = beside(file, &found.value);
    }
    resolver.note(name, &found.value, found.origin);
    Ok(Some(found.value))
}

/// `--strict` stands for a limit of 0; of the two the one in the higher layer counts.
fn max_rejects(resolver: &mut Resolver, args: &ReadingArgs) -> Result<RejectLimit> {
    let limit = resolver.find(&Key::number("max-rejects", reject_limit), args.max_rejects)?;
    let strict = resolver.find(&Resolver::switch_key("strict"), args.strict.then_some(true))?;
    let strict = strict.filter(|strict| strict.value);
    let chosen = match (strict, limit) {
        (Some(strict), None) => Found { value: RejectLimit::Rows(0), origin: strict.origin },
        (Some(strict), Some(limit)) if strict.origin.layer() >= limit.origin.layer() => {
            Found { value: RejectLimit::Rows(0), origin: strict.origin }
        }
        (_, Some(limit)) => limit,
        (None, None) => Found { value: RejectLimit::DEFAULT, origin: Origin::Default },
    };
    resolver.note("max-rejects", &chosen.value, chosen.origin);
    Ok(chosen.value)
}

/// Refuses signs that cannot be told apart.
fn check(reading: &Reading) -> Result<()> {
    let byte = |quote: &text::Quote| match quote {
        text::Quote::None => None,
        text::Quote::Byte(byte) => Some(char::from(*byte)),
    };
    let quote = reading.quote.as_ref().map_or(Some('"'), byte);
    let delimiter = reading.delimiter.as_deref();
    let clash = match (delimiter, quote) {
        (Some(delimiter), Some(quote)) if delimiter.contains(quote) => Some("the delimiter holds the quote"),
        (Some(delimiter), _) if reading.escape.is_some_and(|escape| delimiter.contains(char::from(escape))) => {
            Some("the delimiter holds the escape character")
        }
        _ if reading.decimal.is_some() && reading.decimal == reading.thousands => {
            Some("decimal and thousands signs are the same")
        }
        _ => None,
    };
    clash.map_or(Ok(()), |message| Err(Error::usage(message)))
}
