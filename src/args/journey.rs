//! Which journeys count: entries, exclusions, optional steps, what is counted. Events only.

use super::values::{self, Invalid, Parsed, duration::duration};
use clap::{Args, ValueEnum};

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Journeys")]
pub struct JourneyArgs {
    /// A step that may be skipped, by its name (repeatable)
    ///
    /// It stands beside the main line: who skips it has not dropped.
    #[arg(long, value_name = "STEP", value_parser = values::text::name)]
    pub optional: Vec<String>,

    /// An event that ends an attempt: EVENT, or EVENT@2..3 for after step 2 and before step 3 (repeatable)
    ///
    /// Default: from step 1 to the last. | separates alternatives. Events at the very moment of the first or the last
    /// of the two steps do not count.
    #[arg(long, value_name = "EVENT[@A..B]", value_parser = excluded)]
    pub exclude: Vec<Excluded>,

    /// What an excluded event does
    ///
    /// Default: end.
    #[arg(long, value_name = "EFFECT")]
    pub exclusion: Option<ExclusionEffect>,

    /// Which entry of a unit counts
    ///
    /// Default: best.
    #[arg(id = "entry_rule", long = "entry", value_name = "RULE")]
    pub entry: Option<Entry>,

    /// How much earlier than the step before a step may be, such as 2s
    ///
    /// Default: 0s. For clocks that disagree; the time between such steps is 0.
    #[arg(long, value_name = "DURATION", value_parser = span)]
    pub grace: Option<Span>,

    /// What is counted
    ///
    /// Default: users.
    #[arg(long, value_name = "WHAT")]
    pub count: Option<Count>,

    /// A session ends where more than this passes without an event (with --count sessions)
    ///
    /// Default: 30m.
    #[arg(long, value_name = "DURATION", value_parser = span)]
    pub session_gap: Option<Span>,

    /// Columns whose value must stay the same through all steps
    ///
    /// A unit is an id with one value of each; rows without a value are left out.
    #[arg(long, value_name = "COL,...", value_delimiter = ',', value_parser = values::text::name)]
    pub hold: Vec<String>,

    /// What --since and --until bind
    ///
    /// Default: entry.
    #[arg(long, value_name = "WHAT")]
    pub range: Option<RangeBinds>,
}

/// A length of time in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub i64);

/// Parses a length of time, as [`duration`] does.
///
/// # Errors
/// As [`duration`].
pub fn span(text: &str) -> Parsed<Span> {
    duration(text).map(Span)
}

/// Which entry of a unit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Entry {
    /// That of its best attempt
    Best,
    /// The first one only
    First,
}

/// What an excluded event does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExclusionEffect {
    /// The attempt ends there; what it has reached counts
    End,
    /// The attempt does not count; a unit without another one is left out
    DropUser,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Count {
    /// Each unit once, with its best attempt
    Users,
    /// Every attempt: the next begins when the one before has converted or is over
    Attempts,
    /// Each session once, with its best attempt
    Sessions,
}

/// What a range of dates binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RangeBinds {
    /// Entries; later steps may follow to the end of the data
    Entry,
    /// All events
    All,
}

/// Which value of a breakdown column stands for the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribution {
    /// The first non-empty value over the events that match a step.
    First,
    /// The last one.
    Last,
    /// That of the event taken for a step, from 1.
    Step(u64),
    /// Attempts within one value.
    Same,
}

/// Parses `first`, `last`, `step:N` or `same`.
///
/// # Errors
/// Anything else.
pub fn attribution(text: &str) -> Parsed<Attribution> {
    let number = |text: &str| text.strip_prefix("step:").and_then(|number| number.parse::<u64>().ok());
    match (text, number(text)) {
        ("first", _) => Ok(Attribution::First),
        ("last", _) => Ok(Attribution::Last),
        ("same", _) => Ok(Attribution::Same),
        (_, Some(step)) if step > 0 => Ok(Attribution::Step(step)),
        _ => Err(Invalid::new(format!("`{text}` is not one of the choices"))
            .with_hint("one of first, last, step:N, same; steps are counted from 1")),
    }
}

/// One `--exclude`: the names, and the steps (from 1) between which they end an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    pub text: String,
    pub names: Vec<String>,
    pub between: Option<(u32, u32)>,
}

/// Parses `EVENT` or `EVENT@2..3`; an `@` that no such range follows belongs to the name.
///
/// # Errors
/// An empty name.
pub fn excluded(text: &str) -> Parsed<Excluded> {
    let text = text.trim();
    let range = |part: &str| {
        let (from, to) = part.split_once("..")?;
        Some((from.trim().parse().ok()?, to.trim().parse().ok()?))
    };
    let split = text.rsplit_once('@').and_then(|(names, part)| range(part).map(|between| (names, Some(between))));
    let (names, between) = split.unwrap_or((text, None));
    let names = values::pair::alternatives(names)
        .map_err(|_| Invalid::new("an excluded event has no name").with_hint("such as 'refund' or 'refund@2..3'"))?;
    Ok(Excluded { text: text.to_owned(), names, between })
}

#[cfg(test)]
mod tests {
    use super::{Attribution, attribution, excluded};

    #[test]
    fn attributions() {
        assert_eq!(attribution("step:2"), Ok(Attribution::Step(2)));
        assert_eq!(attribution("same"), Ok(Attribution::Same));
        for wrong in ["step:0", "step:", "step", "step:x", "firs"] {
            assert!(attribution(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn exclusions_with_and_without_positions() {
        let parsed = |text: &str| excluded(text).map(|excluded| (excluded.names.join("|"), excluded.between));
        assert_eq!(parsed("refund"), Ok(("refund".to_owned(), None)));
        assert_eq!(parsed("refund|chargeback@2..3"), Ok(("refund|chargeback".to_owned(), Some((2, 3)))));
        assert_eq!(parsed("mail@2"), Ok(("mail@2".to_owned(), None)));
        assert_eq!(parsed("a@b@1..2"), Ok(("a@b".to_owned(), Some((1, 2)))));
        assert!(parsed("@1..2").is_err() && parsed("a||b").is_err());
    }
}
