//! The registry of commands: adding one is a line of [`Command`] and its file of arguments.
//!
//! Parsing reads no file and no environment, so that help and usage errors answer at once. Uses args and error.

use crate::args::attribution::AttributionArgs;
use crate::args::check::CheckArgs;
use crate::args::choices::ErrorFormat;
use crate::args::churn::ChurnArgs;
use crate::args::cohort::CohortArgs;
use crate::args::conversion::ConversionArgs;
use crate::args::convert::ConvertArgs;
use crate::args::cost::CostArgs;
use crate::args::deals::{CycleArgs, LeadsArgs, PipelineArgs};
use crate::args::explain::ExplainArgs;
use crate::args::init::InitArgs;
use crate::args::lifecycle::LifecycleArgs;
use crate::args::paths::PathsArgs;
use crate::args::report::ReportArgs;
use crate::args::sources::SourceFlags;
use crate::args::tools::{CompletionsArgs, ManArgs};
use crate::args::value::ValueArgs;
use crate::args::values::Invalid;
use crate::error::Error;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use std::error::Error as _;
use std::ffi::{OsStr, OsString};

const EXAMPLES: &str = "\
Examples:
  funnel conversion events.csv --steps visit,signup,purchase
  funnel conversion --deals deals.csv --by sales_agent
  funnel cohort --orders orders.csv --measure revenue
  funnel report -o report.md
  funnel check exports/*.csv";

const AFTER: &str = "\
`funnel COMMAND --help` explains a command and its flags.
Settings: flags go before FUNNEL_* variables, these before funnel.toml, and that before defaults.
Exit codes: 0 done, 1 reading or writing failed, 2 usage, 3 the data, 4 a check failed,
75 another run holds the lock.";

/// Right answers about sales funnels from exported events and deals
#[derive(Debug, Clone, Parser)]
#[command(
    name = "funnel",
    bin_name = "funnel",
    version,
    before_help = EXAMPLES,
    after_help = AFTER,
    max_term_width = 100,
    disable_help_subcommand = true,
    subcommand_required = true
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    Report(Box<ReportArgs>),
    Conversion(Box<ConversionArgs>),
    Cycle(Box<CycleArgs>),
    Pipeline(Box<PipelineArgs>),
    Leads(Box<LeadsArgs>),
    Cost(Box<CostArgs>),
    Attribution(Box<AttributionArgs>),
    Cohort(Box<CohortArgs>),
    Churn(Box<ChurnArgs>),
    Lifecycle(Box<LifecycleArgs>),
    Value(Box<ValueArgs>),
    Paths(Box<PathsArgs>),
    Check(Box<CheckArgs>),
    Convert(Box<ConvertArgs>),
    Init(Box<InitArgs>),
    Explain(ExplainArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

impl Command {
    /// Returns the command's name, as in `[NAME]` of `funnel.toml` and in the output.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Report(_) => "report",
            Self::Conversion(_) => "conversion",
            Self::Cycle(_) => "cycle",
            Self::Pipeline(_) => "pipeline",
            Self::Leads(_) => "leads",
            Self::Cost(_) => "cost",
            Self::Attribution(_) => "attribution",
            Self::Cohort(_) => "cohort",
            Self::Churn(_) => "churn",
            Self::Lifecycle(_) => "lifecycle",
            Self::Value(_) => "value",
            Self::Paths(_) => "paths",
            Self::Check(_) => "check",
            Self::Convert(_) => "convert",
            Self::Init(_) => "init",
            Self::Explain(_) => "explain",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }

    /// Returns what is said about sources; `None` where the command reads none.
    #[must_use]
    pub fn sources(&self) -> Option<SourceFlags<'_>> {
        let orders = if let Self::Cohort(args) = self { Some(&args.orders) } else { None };
        let (main, columns, more) = match self {
            Self::Report(args) => (&args.sources, &args.columns, Some(&args.more_sources)),
            Self::Conversion(args) => (&args.sources, &args.columns, None),
            Self::Cycle(args) => (&args.sources, &args.columns, None),
            Self::Pipeline(args) => (&args.sources, &args.columns, None),
            Self::Leads(args) => (&args.sources, &args.columns, None),
            Self::Cost(args) => (&args.sources, &args.columns, Some(&args.more_sources)),
            Self::Attribution(args) => (&args.sources, &args.columns, Some(&args.more_sources)),
            Self::Cohort(args) => (&args.sources, &args.columns, None),
            Self::Churn(args) => (&args.sources, &args.columns, Some(&args.more_sources)),
            Self::Lifecycle(args) => (&args.sources, &args.columns, Some(&args.more_sources)),
            Self::Value(args) => (&args.sources, &args.columns, Some(&args.more_sources)),
            Self::Paths(args) => (&args.sources, &args.columns, None),
            Self::Check(args) => (&args.sources, &args.columns, Some(&args.more_sources)),
            Self::Convert(args) => (&args.sources, &args.no_columns, None),
            Self::Init(args) => (&args.sources, &args.columns, Some(&args.more_sources)),
            Self::Explain(_) | Self::Completions(_) | Self::Man(_) => return None,
        };
        Some(SourceFlags { main, columns, more, orders })
    }
}

/// Why there is no command to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// `--help` or `--version`: this text belongs on stdout, and the exit code is 0.
    Show(String),
    /// The command line is wrong: stderr, exit code 2.
    Usage(Error),
}

/// Parses the command line, the program's name first.
///
/// # Errors
/// Help or the version was asked for, or the arguments are wrong.
pub fn parse<I, T>(arguments: I) -> Result<Cli, Stop>
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    Cli::try_parse_from(arguments).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stop::Show(error.render().to_string()),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Stop::Usage(Error::usage("no command given").with_hint("`funnel --help` lists the commands"))
        }
        _ => Stop::Usage(usage_error(&error)),
    })
}

/// Finds `--error-format` in the raw arguments, for errors of the parser itself; of several the last one wins.
#[must_use]
pub fn error_format(arguments: &[OsString]) -> Option<ErrorFormat> {
    let format = |word: &OsStr| match word.to_str() {
        Some("json") => Some(ErrorFormat::Json),
        Some("text") => Some(ErrorFormat::Text),
        _ => None,
    };
    let mut found = None;
    let mut rest = arguments.iter().skip(1).take_while(|argument| *argument != "--");
    while let Some(argument) = rest.next() {
        if argument == "--error-format" {
            found = rest.next().and_then(|word| format(word)).or(found);
        } else if let Some(word) = argument.to_str().and_then(|text| text.strip_prefix("--error-format=")) {
            found = format(OsStr::new(word)).or(found);
        }
    }
    found
}

/// Turns clap's text into a message and a hint, so that all errors of the program look alike.
fn usage_error(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    let mut message = Vec::new();
    let mut hints = Vec::new();
    let body = text.strip_prefix("error: ").unwrap_or(&text);
    let lines = body.lines().map(str::trim).filter(|line| !line.is_empty());
    for line in lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information")) {
        match line.strip_prefix("tip: ") {
            Some(hint) => hints.push(hint.to_owned()),
            None if line.starts_with("[possible values:") => hints.push(choices_hint(line)),
            None => message.push(line),
        }
    }
    let own_hint = error.source().and_then(|source| source.downcast_ref::<Invalid>()).and_then(|own| own.hint.clone());
    hints.extend(own_hint);
    if hints.is_empty() {
        hints.push("`--help` lists the flags and examples".to_owned());
    }
    Error::usage(message.join(" ")).with_hint(hints.join("; "))
}

fn choices_hint(line: &str) -> String {
    format!("one of {}", line.trim_start_matches("[possible values:").trim_end_matches(']').trim())
}

#[cfg(test)]
mod tests {
    use super::{Cli, Command, Stop, error_format, parse};
    use crate::args::choices::ErrorFormat;
    use crate::error::{Error, ErrorKind};
    use clap::CommandFactory;
    use std::ffi::OsString;

    fn shown(line: &[&str]) -> String {
        match parse(line) {
            Err(Stop::Show(text)) => text,
            other => panic!("no text to show: {other:?}"),
        }
    }

    fn refused(line: &[&str]) -> Error {
        match parse(line) {
            Err(Stop::Usage(error)) => error,
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn the_registry_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_help_leads_with_examples() {
        let names: Vec<String> =
            Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
        let expected = [
            "report",
            "conversion",
            "cycle",
            "pipeline",
            "leads",
            "cost",
            "attribution",
            "cohort",
            "churn",
            "lifecycle",
            "value",
            "paths",
            "check",
            "convert",
            "init",
            "explain",
            "completions",
            "man",
        ];
        assert_eq!(names, expected);
        let mut lines: Vec<Vec<&str>> = vec![vec!["funnel", "--help"], vec!["funnel", "-h"]];
        lines.extend(names.iter().flat_map(|name| [vec!["funnel", name, "--help"], vec!["funnel", name, "-h"]]));
        for line in lines {
            let text = shown(&line);
            assert!(text.starts_with("Examples:\n  funnel "), "{line:?}: {text}");
            let examples = text.lines().skip(1).take_while(|line| !line.is_empty()).count();
            assert!((3..=5).contains(&examples), "{line:?}");
        }
    }

    #[test]
    fn every_example_is_a_valid_command_line() {
        let mut commands = vec![Cli::command()];
        commands.extend(Cli::command().get_subcommands().cloned());
        for command in commands {
            let examples = command.get_before_help().unwrap().to_string();
            for example in examples.lines().skip(1) {
                let words = words(example);
                let start = words.iter().position(|word| word == "funnel").unwrap();
                let own = words[start..].iter().map(String::as_str);
                let line: Vec<&str> = own.take_while(|word| *word != "|" && *word != ">").collect();
                assert!(parse(line.clone()).is_ok(), "{line:?} {:?}", parse(line.clone()));
            }
        }
    }

    /// Splits as a shell would: at spaces, with both kinds of quotes.
    fn words(text: &str) -> Vec<String> {
        let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
        for letter in text.trim().chars() {
            match quote {
                Some(mark) if mark == letter => quote = None,
                None if letter == '\'' || letter == '"' => quote = Some(letter),
                None if letter == ' ' => words.push(std::mem::take(&mut word)),
                _ => word.push(letter),
            }
        }
        words.push(word);
        words
    }

    #[test]
    fn flags_stand_under_headings_and_defaults_in_the_long_help() {
        let long = shown(&["funnel", "conversion", "--help"]);
        for heading in ["Sources", "Columns", "Steps", "Filters", "Breakdown", "Time", "Reading", "Output"] {
            assert!(long.contains(&format!("\n{heading}:\n")), "{heading}");
        }
        assert!(long.contains("Default: 14d."));
        assert!(!shown(&["funnel", "conversion", "-h"]).contains("Default:"));
    }

    #[test]
    fn planned_names_are_not_offered() {
        for name in ["score", "referral", "forecast"] {
            assert_eq!(refused(&["funnel", name]).kind, ErrorKind::Usage);
        }
        for flag in ["--score", "--wide"] {
            assert!(
                refused(&["funnel", "conversion", "x.csv", flag]).message.contains("unexpected argument"),
                "{flag}"
            );
        }
    }

    #[test]
    fn mistakes_are_answered_with_what_was_meant() {
        let error = refused(&["funnel", "conversion", "x.csv", "--windw", "7d"]);
        assert_eq!(error.message, "unexpected argument '--windw' found");
        assert!(error.hint.unwrap().contains("'--window'"));
        assert!(refused(&["funnel", "conversio"]).hint.unwrap().contains("'conversion'"));
        let error = refused(&["funnel", "conversion", "x.csv", "--window", "1month"]);
        assert!(error.message.contains("a month has no fixed length"), "{}", error.message);
        assert_eq!(error.hint.as_deref(), Some("30d"));
        let error = refused(&["funnel", "check", "x.csv", "--format", "yaml"]);
        assert_eq!(error.hint.as_deref(), Some("one of table, csv, json, ndjson, markdown, html, xlsx, parquet"));
        assert_eq!(refused(&["funnel"]).message, "no command given");
    }

    #[test]
    fn the_error_format_is_found_before_parsing() {
        let find = |line: &[&str]| error_format(&line.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(find(&["funnel", "x", "--error-format", "json"]), Some(ErrorFormat::Json));
        assert_eq!(find(&["funnel", "--error-format=json"]), Some(ErrorFormat::Json));
        assert_eq!(find(&["funnel", "--error-format=json", "--error-format=text"]), Some(ErrorFormat::Text));
        assert_eq!(find(&["funnel", "--", "--error-format=json"]), None);
        assert_eq!(find(&["funnel", "--error-format"]), None);
    }

    #[test]
    fn several_files_standard_input_and_repeats() {
        let line = "funnel conversion - --deals a.csv b.csv --null x --null - --by a,b --steps a,b|c --won Gagné,Won";
        let Ok(cli) = parse(line.split(' ')) else { panic!("refused") };
        let Command::Conversion(args) = cli.command else { panic!("another command") };
        assert_eq!(args.sources.files, [std::path::PathBuf::from("-")]);
        assert_eq!(args.sources.deals.len(), 2);
        assert_eq!(args.reading.null, ["x", "-"]);
        assert_eq!(args.breakdown.by, ["a", "b"]);
        assert_eq!(args.steps.steps[1].names, ["b", "c"]);
        assert_eq!(args.columns.won, ["Gagné", "Won"]);
    }

    #[test]
    fn the_version_is_shown() {
        assert_eq!(shown(&["funnel", "--version"]), format!("funnel {}\n", env!("CARGO_PKG_VERSION")));
    }
}
