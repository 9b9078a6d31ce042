//! Which rows and units count, over which time, and how results are broken down.

use super::choices::{Every, WeekStart};
use super::journey::{Attribution, attribution};
use super::values::{self, moment::Moment, period::Period};
use chrono_tz::Tz;
use clap::Args;

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// Keep rows that meet this SQL condition (repeatable: all must hold)
    ///
    /// Applied before steps are matched. Attributes are text; the role names id, event, time and value work where no
    /// column has that name.
    #[arg(long = "where", value_name = "EXPR", value_parser = values::text::name)]
    pub rows: Vec<String>,

    /// Keep entries whose first step's event meets this condition (repeatable)
    #[arg(long = "where-entry", value_name = "EXPR", value_parser = values::text::name)]
    pub entry: Vec<String>,

    /// Keep units with any event that meets this condition (repeatable)
    #[arg(long = "where-unit", value_name = "EXPR", value_parser = values::text::name)]
    pub unit: Vec<String>,

    /// Level of the confidence intervals
    ///
    /// Default: 0.95.
    #[arg(long, value_name = "LEVEL", value_parser = values::number::confidence)]
    pub confidence: Option<f64>,

    /// Hide what fewer than K units stand behind
    ///
    /// From 1 on, with what would tell it by subtraction; conversion, cohort and attribution. Default: nothing is hidden.
    #[arg(long, value_name = "K", value_parser = values::number::positive)]
    pub min_cell: Option<u64>,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Breakdown")]
pub struct BreakdownArgs {
    /// One result per value of these columns
    #[arg(long, value_name = "COL,...", value_delimiter = ',', value_parser = values::text::name)]
    pub by: Vec<String>,

    /// Groups to show; the others are put together as (other)
    ///
    /// Default: 10, those with the most units at step 1.
    #[arg(long, value_name = "N", value_parser = values::number::positive)]
    pub top: Option<u64>,

    /// Which value of a column stands for the unit: first, last, step:N or same
    ///
    /// Default: first. first and last: over the events that match a step, empty ones left out. step:N: that of the
    /// event taken for step N. same: attempts within one value. With step:N and same a unit may count under several
    /// values.
    #[arg(long, value_name = "RULE", value_parser = attribution)]
    pub attribution: Option<Attribution>,

    /// One result per period of entry
    #[arg(long, value_name = "PERIOD")]
    pub every: Option<Every>,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Time")]
pub struct TimeArgs {
    /// First date or time of entry
    #[arg(long, value_name = "TIME", value_parser = values::moment::moment)]
    pub since: Option<Moment>,

    /// Last date (that day included) or time of entry
    #[arg(long, value_name = "TIME", value_parser = values::moment::moment)]
    pub until: Option<Moment>,

    /// A period in place of --since and --until: last-week, this-month, 2-weeks-ago, 2026-W46, 2026-11, 2026-Q4, 2026, ...
    ///
    /// Also a day (2026-11-03) and a range of days (2026-11-01..2026-11-15). last-week, last-month, ... is the last one
    /// that is over at --as-of (without it: at the latest time in the data); 2-weeks-ago is the one before. this-week, ...
    /// reaches to the day of --as-of. `{period}` in the name of an output file stands for its name.
    #[arg(long, value_name = "PERIOD", value_parser = values::period::period)]
    pub period: Option<Period>,

    /// The time at which the data are looked at; later records are left out
    ///
    /// Default: the latest time over all records.
    #[arg(long, value_name = "TIME", value_parser = values::moment::moment)]
    pub as_of: Option<Moment>,

    #[command(flatten)]
    pub zone: ZoneArgs,

    /// First day of the week
    ///
    /// Default: monday.
    #[arg(long, value_name = "DAY")]
    pub week_start: Option<WeekStart>,
}

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Time")]
pub struct ZoneArgs {
    /// Zone of days and periods, such as Europe/Paris
    ///
    /// Default: UTC.
    #[arg(long, value_name = "ZONE", value_parser = values::zone::zone)]
    pub timezone: Option<Tz>,
}
