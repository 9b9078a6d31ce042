//! Resolves what `funnel cohort` is asked.

use super::analysis::{DEFAULT_TOP, columns};
use super::resolver::{Key, Resolver};
use super::shown::Shown;
use crate::args::choices::{Every, choice, word};
use crate::args::cohort::{Cells, CohortRules, First, Matcher, Measure, Presence, matcher};
use crate::args::filters::BreakdownArgs;
use crate::args::journey::{Attribution, attribution};
use crate::args::values::number;
use crate::error::Result;
use serde_json::{Value, json};

/// What `funnel cohort` is asked; what depends on the kinds of the sources is `None` where it is not given.
#[derive(Debug, Clone, PartialEq)]
pub struct CohortSettings {
    /// `None`: any event, the first order, the creation of a deal.
    pub start: Option<Matcher>,
    /// `None`: any event, any order, a won deal.
    pub returning: Option<Matcher>,
    /// `None`: retention, of deals conversion.
    pub measure: Option<Measure>,
    /// `None`: on. Given for another measure than retention it is a usage error.
    pub mode: Option<Presence>,
    pub first: First,
    /// Ages 0 to N-1; `None`: all that have begun.
    pub periods: Option<u64>,
    /// `None`: 1. Given for another measure than retention it is a usage error.
    pub min_occurrences: Option<u64>,
    pub rolling: bool,
    pub wide: bool,
    /// `None`: rate, of revenue value.
    pub cells: Option<Cells>,
    pub allow_unknown: bool,
    pub by: Vec<String>,
    pub top: u64,
    pub attribution: Attribution,
    pub every: Every,
}

/// Resolves the rules of cohorts.
///
/// # Errors
/// A wrong value.
pub fn cohort(resolver: &mut Resolver, rules: &CohortRules, breakdown: &BreakdownArgs) -> Result<CohortSettings> {
    Ok(CohortSettings {
        start: resolver.optional(&Key::text("start", matcher), rules.start.clone())?,
        returning: resolver.optional(&Key::text("return", matcher), rules.returning.clone())?,
        measure: resolver.optional(&Key::text("measure", choice), rules.measure)?,
        mode: resolver.optional(&Key::text("mode", choice), rules.mode)?,
        first: resolver.value(&Key::text("first", choice), rules.first, First::Match)?,
        periods: resolver.optional(&Key::number("periods", number::positive), rules.periods)?,
        min_occurrences: resolver.optional(&Key::number("min-occurrences", number::positive), rules.min_occurrences)?,
        rolling: resolver.switch("rolling", rules.rolling)?,
        wide: resolver.switch("wide", rules.wide)?,
        cells: resolver.optional(&Key::text("cells", choice), rules.cells)?,
        allow_unknown: resolver.switch("allow-unknown", rules.allow_unknown)?,
        by: columns(resolver, breakdown)?,
        top: resolver.value(&Key::number("top", number::positive), breakdown.top, DEFAULT_TOP)?,
        attribution: resolver.value(
            &Key::text("attribution", attribution),
            breakdown.attribution,
            Attribution::First,
        )?,
        every: resolver.value(&Key::text("every", choice), breakdown.every, Every::Month)?,
    })
}

impl Shown for Matcher {
    fn shown(&self) -> Value {
        match self {
            Self::Name(name) => json!({"event": name}),
            Self::Expression(expression) => json!({"where": expression}),
        }
    }
}

macro_rules! shown_as_word {
    ($($choice:ty),*) => {$(
        impl Shown for $choice {
            fn shown(&self) -> Value {
                Value::String(word(self))
            }
        }
    )*};
}

shown_as_word!(Cells, First, Measure, Presence);
