//! What runs that nobody watches need: checks that end in an exit code, a record, a log of key figures, a lock.

use super::values::condition::{Condition, condition};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Checks and records")]
pub struct RunArgs {
    /// Exit with 4 where any row meets this: COMMAND.TABLE.COLUMN OP N (repeatable)
    ///
    /// Such as 'conversion.overall.rate < 5%' or 'pipeline.summary.stuck > 20'. OP is <, <=, >, >=, = or !=; N a number,
    /// 5% of shares, 30d of durations, true or false of flags. Empty cells meet nothing. The result is written all the
    /// same; the rows are named on standard error.
    #[arg(long, value_name = "CONDITION", value_parser = condition)]
    pub fail_if: Vec<Condition>,

    /// Exit with 4 where a goal of funnel.toml is missed, beyond chance and whatever the open units still do
    ///
    /// Goals are `goal` of a step and the table [goals]. That of a rate fails where it lies outside the interval of the
    /// rate (at --confidence), each unit that is still open counted in its favour; that of another figure where the
    /// figure misses it.
    #[arg(long)]
    pub fail_on_goal: bool,

    /// Write what this run read, did and found to a file (JSON), with SHA-256 of the files
    #[arg(long, value_name = "FILE")]
    pub run_record: Option<PathBuf>,

    /// Add the key figures of this run as a row to a CSV file
    ///
    /// A run over the same --period (without one: as of the same time) replaces its row.
    #[arg(long, value_name = "FILE")]
    pub append: Option<PathBuf>,

    /// Hold this file while running; exit with 75 where another run holds it
    ///
    /// A run that ends in whatever way gives it up; the file itself stays.
    #[arg(long, value_name = "FILE")]
    pub lock: Option<PathBuf>,
}
