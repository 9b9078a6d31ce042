//! `funnel cohort`.

use super::filters::{BreakdownArgs, FilterArgs, TimeArgs};
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, OrderArgs, SourceArgs};
use super::values::{self, Invalid, Parsed};
use clap::{Args, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  funnel cohort events.csv --start signup --return purchase --every week --periods 13
  funnel cohort --orders orders.csv --measure revenue
  funnel cohort --deals deals.csv --every quarter --by source
  funnel cohort events.csv --start \"plan = 'trial'\" --return login --mode on-or-after
  funnel cohort --orders orders.csv --wide --cells rate -o retention.csv";

/// Retention, conversion or revenue by cohort and age
///
/// A cohort is the units that began in one period: users by their first event, customers by their first order, deals
/// by their creation. Age n is the n-th period after it.
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = EXAMPLES)]
pub struct CohortArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub orders: OrderArgs,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub rules: CohortRules,
    #[command(flatten)]
    pub filters: FilterArgs,
    #[command(flatten)]
    pub breakdown: BreakdownArgs,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What makes a cohort, and what is counted of it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cohorts")]
pub struct CohortRules {
    /// What puts a unit into a cohort: an event name, or an SQL condition
    ///
    /// Default: any event, the first order, the creation of a deal. It is a condition if it holds = < > ( or one of the
    /// words is, in, like, between, and, or; event:NAME forces a name.
    #[arg(long, value_name = "EVENT|EXPR", value_parser = matcher)]
    pub start: Option<Matcher>,

    /// What brings it back: an event name, or an SQL condition
    ///
    /// Default: any event, any order, a deal that is won.
    #[arg(long = "return", value_name = "EVENT|EXPR", value_parser = matcher)]
    pub returning: Option<Matcher>,

    /// What is counted at each age
    ///
    /// Default: retention; of deals conversion.
    #[arg(long, value_name = "MEASURE")]
    pub measure: Option<Measure>,

    /// When a unit counts as retained
    ///
    /// Default: on.
    #[arg(long, value_name = "MODE")]
    pub mode: Option<Presence>,

    /// Which of a unit's starts count
    ///
    /// Default: match.
    #[arg(long, value_name = "RULE")]
    pub first: Option<First>,

    /// Number of ages, the first of them 0
    ///
    /// Default: all that have begun.
    #[arg(long, value_name = "N", value_parser = values::number::positive)]
    pub periods: Option<u64>,

    /// Returns within one age that make a unit count there (ages after 0)
    ///
    /// Default: 1.
    #[arg(long, value_name = "N", value_parser = values::number::positive)]
    pub min_occurrences: Option<u64>,

    /// Ages of full 24 hours from each unit's own start, not calendar periods
    ///
    /// A week is 7 days, a month 30, a quarter 90, a year 365.
    #[arg(long)]
    pub rolling: bool,

    /// One row per cohort and one column per age, in place of the long table
    #[arg(long)]
    pub wide: bool,

    /// What stands in the cells of the matrix
    ///
    /// Default: rate; of revenue value.
    #[arg(long, value_name = "CELLS")]
    pub cells: Option<Cells>,

    /// Warn only about an event that looks like a misspelt name
    #[arg(long)]
    pub allow_unknown: bool,
}

/// What is counted at each age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Measure {
    /// Units that return
    Retention,
    /// Units that have returned (deals: were won) by then
    Conversion,
    /// The value of their returns
    Revenue,
}

/// When a unit counts as retained at an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Presence {
    /// It returns in that very period
    On,
    /// It returns in that period or in any later one
    OnOrAfter,
}

/// Which of a unit's starts count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum First {
    /// The first one that matches
    Match,
    /// The first event of that name ever, if it matches
    Ever,
    /// The first one of each period: a unit stands in several cohorts
    Recurring,
}

/// What stands in the cells of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Cells {
    /// Share of the cohort
    Rate,
    /// Units
    Active,
    /// Revenue of the period
    Value,
}

/// An event name or an SQL condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matcher {
    Name(String),
    Expression(String),
}

/// Words that only a condition holds.
const WORDS: [&str; 6] = ["is", "in", "like", "between", "and", "or"];

/// Tells an event name from a condition.
///
/// # Errors
/// Nothing is named.
pub fn matcher(text: &str) -> Parsed<Matcher> {
    let text = text.trim();
    let (name, forced) = text.strip_prefix("event:").map_or((text, false), |name| (name.trim(), true));
    if name.is_empty() {
        return Err(Invalid::new("an event name or a condition is expected"));
    }
    let is_word = |word: &str| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known));
    let is_condition = name.contains(['=', '<', '>', '(']) || name.split_whitespace().any(is_word);
    Ok(if is_condition && !forced { Matcher::Expression(name.to_owned()) } else { Matcher::Name(name.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::{Matcher, matcher};

    #[test]
    fn conditions_are_told_from_names() {
        let name = |text: &str| Ok(Matcher::Name(text.to_owned()));
        let expression = |text: &str| Ok(Matcher::Expression(text.to_owned()));
        assert_eq!(matcher(" sign up "), name("sign up"));
        assert_eq!(matcher("Landing"), name("Landing"));
        assert_eq!(matcher("order_created"), name("order_created"));
        assert_eq!(matcher("plan = 'pro'"), expression("plan = 'pro'"));
        assert_eq!(matcher("value > 3"), expression("value > 3"));
        assert_eq!(matcher("plan IN ('a')"), expression("plan IN ('a')"));
        assert_eq!(matcher("plan is not null"), expression("plan is not null"));
        // Words of a name can look like those of a condition; the prefix says which it is.
        assert_eq!(matcher("Signed in"), expression("Signed in"));
        assert_eq!(matcher("event:Signed in"), name("Signed in"));
        assert_eq!(matcher("event: a = b"), name("a = b"));
        assert!(matcher("  ").is_err() && matcher("event:").is_err());
    }
}
