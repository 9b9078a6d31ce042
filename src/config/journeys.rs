//! Resolves what `paths` is asked.

use super::analysis::columns;
use super::resolver::{Key, Resolver};
use super::settings::{Origin, PathsSettings};
use super::steps::steps;
use crate::args::filters::BreakdownArgs;
use crate::args::journey::{Attribution, attribution};
use crate::args::paths::{PathsOptions, max_steps, nodes};
use crate::args::steps::StepArgs;
use crate::args::values::duration::{Window, window};
use crate::args::values::{number, text};
use crate::error::{Error, Result};

const DEFAULT_TOP: u64 = 10;
const DEFAULT_STEPS: u64 = 5;
const DEFAULT_NODES: u64 = 20;

/// Resolves the question of paths.
///
/// # Errors
/// A wrong value; `--every`, which paths do not have.
pub fn journeys(resolver: &mut Resolver, args: &PathsOptions, breakdown: &BreakdownArgs) -> Result<PathsSettings> {
    if breakdown.every.is_some() {
        let error = Error::usage("--every is not supported by paths");
        return Err(error.with_hint("--since and --until choose a span"));
    }
    let given = StepArgs { steps: args.steps.clone(), ..StepArgs::default() };
    // Below the flags these names are columns of subscriptions.
    for (name, anchor) in [("start", &args.start), ("end", &args.end)] {
        let origin = if anchor.is_some() { Origin::Flag(format!("--{name}")) } else { Origin::Default };
        resolver.note(name, anchor, origin);
    }
    Ok(PathsSettings {
        steps: steps(resolver, &given)?,
        node: resolver.optional(&Key::text("node", text::filled), args.node.clone())?,
        start: args.start.clone(),
        end: args.end.clone(),
        session_gap: resolver.value(&Key::text("session-gap", window), args.session_gap, Window::ByKind)?,
        max_steps: resolver.value(&Key::number("max-steps", max_steps), args.max_steps, DEFAULT_STEPS)?,
        nodes: resolver.value(&Key::number("nodes", nodes), args.nodes, DEFAULT_NODES)?,
        by: columns(resolver, breakdown)?,
        top: resolver.value(&Key::number("top", number::positive), breakdown.top, DEFAULT_TOP)?,
        attribution: resolver.value(
            &Key::text("attribution", attribution),
            breakdown.attribution,
            Attribution::First,
        )?,
    })
}
