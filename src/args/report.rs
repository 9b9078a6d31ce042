//! `funnel report`.

use super::conversion::MemoryArgs;
use super::filters::{BreakdownArgs, FilterArgs, TimeArgs};
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, MoreSourceArgs, SourceArgs};
use super::steps::StepArgs;
use super::values::{Invalid, Parsed};
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  funnel report
  funnel report --config clients/acme/funnel.toml -o report.md
  funnel report events.csv --steps visit,signup,purchase
  funnel report --deals deals.csv --since 2024-01-01 --format json";

/// The sections that exist, in their order.
pub const SECTIONS: [&str; 12] = [
    "summary",
    "sources",
    "conversion",
    "cycle",
    "pipeline",
    "cost",
    "churn",
    "cohort",
    "lifecycle",
    "value",
    "paths",
    "attribution",
];

/// Sections of the contract that are still to come.
const PLANNED_SECTIONS: [&str; 1] = ["leads"];

/// The whole report: everything that the sources can answer, section by section
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = EXAMPLES)]
pub struct ReportArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub more_sources: MoreSourceArgs,
    #[command(flatten)]
    pub steps: StepArgs,
    #[command(flatten)]
    pub filters: FilterArgs,
    #[command(flatten)]
    pub breakdown: BreakdownArgs,
    #[command(flatten)]
    pub memory: MemoryArgs,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    /// Sections to show: summary, sources, conversion, cycle, pipeline, cost, churn, cohort, lifecycle, value, paths,
    /// attribution
    ///
    /// Default: all that the sources can answer.
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', value_parser = section, help_heading = "Output")]
    pub sections: Vec<String>,
}

/// Parses the name of a section.
///
/// # Errors
/// An unknown name, or one that is still to come.
pub fn section(text: &str) -> Parsed<String> {
    let name = text.trim();
    if SECTIONS.contains(&name) {
        return Ok(name.to_owned());
    }
    let message = if PLANNED_SECTIONS.contains(&name) {
        format!("section `{name}` is not supported yet")
    } else {
        format!("unknown section `{name}`")
    };
    Err(Invalid::new(message).with_hint(format!("sections are {}", SECTIONS.join(", "))))
}
