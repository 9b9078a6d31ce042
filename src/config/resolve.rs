//! From what was given to what is done: one function, called once per run.

use super::analysis::{common, conversion, drivers, memory, tables};
use super::attribution::attribution;
use super::churn::churn;
use super::cohort::cohort;
use super::cost::cost;
use super::deals;
use super::environment::Environment;
use super::file::ConfigFile;
use super::journeys::journeys;
use super::lifecycle::lifecycle;
use super::output::output;
use super::reading::loading;
use super::resolver::{Key, Resolver};
use super::settings::{Analysis, Area, ConversionSettings, ReportSettings, Settings};
use super::sources::{lookups, sources};
use super::value::value;
use crate::args::attribution::AttributionOptions;
use crate::args::cost::CostOptions;
use crate::args::filters::{BreakdownArgs, FilterArgs, TimeArgs, ZoneArgs};
use crate::args::lifecycle::LifecycleOptions;
use crate::args::output::OutputArgs;
use crate::args::paths::PathsOptions;
use crate::args::reading::ReadingArgs;
use crate::args::report::section;
use crate::args::sources::SourceFlags;
use crate::args::value::ValueOptions;
use crate::cli::Command;
use crate::error::{Error, Result};

/// The flags of a command, by group.
struct Groups<'a> {
    sources: SourceFlags<'a>,
    reading: &'a ReadingArgs,
    /// `None` where the command computes nothing over time.
    shared: Option<(&'a FilterArgs, &'a TimeArgs)>,
    zone: &'a ZoneArgs,
    output: &'a OutputArgs,
    /// Tables of `funnel.toml` that hold the command's defaults, the first one first.
    tables: &'static [&'static str],
}

/// Resolves the settings of a run, which has something to read.
///
/// # Errors
/// As [`resolve_settings`]; no source at all.
pub fn resolve(command: &Command, environment: &Environment, file: Option<&ConfigFile>) -> Result<Settings> {
    let settings = resolve_settings(command, environment, file)?;
    if settings.sources.is_empty() {
        let hint = "give FILE..., - for standard input, or a funnel.toml with [sources]";
        return Err(Error::usage("there is nothing to read").with_hint(hint));
    }
    Ok(settings)
}

/// Puts flags, variables, `funnel.toml` and defaults together, in this order of precedence.
///
/// The report takes its own table first, then those of its sections. Sources of `funnel.toml` are used only where the
/// command line names no file.
///
/// # Errors
/// A value or a combination that is wrong (2), or a folder that cannot be read (1).
pub fn resolve_settings(command: &Command, environment: &Environment, file: Option<&ConfigFile>) -> Result<Settings> {
    let groups = groups(command)?;
    let mut resolver = Resolver::new(environment, file, groups.tables);
    resolver.area = Area::Analysis;
    let common = common(&mut resolver, groups.shared, groups.zone)?;
    let analysis = analysis(&mut resolver, command)?;
    resolver.area = Area::Sources;
    let sources = sources(&mut resolver, groups.sources, groups.reading, common.timezone)?;
    resolver.area = Area::Reading;
    let loading = loading(&mut resolver, groups.reading)?;
    resolver.area = Area::Output;
    let output = output(&mut resolver, groups.output)?;
    let mut settings = Settings {
        command: command.name(),
        lookups: lookups(file),
        notes: environment.unknown(),
        config_path: file.map(|file| file.path.clone()),
        in_force: resolver.in_force,
        sources,
        loading,
        common,
        analysis,
        output,
    };
    settings.settle_known_period()?;
    Ok(settings)
}

fn groups(command: &Command) -> Result<Groups<'_>> {
    let sources = command.sources().ok_or_else(|| Error::internal("the command has no settings"))?;
    // Every analysis has the same groups of flags.
    macro_rules! analysis {
        ($args:expr, $tables:expr) => {
            Groups {
                sources,
                reading: &$args.reading,
                shared: Some((&$args.filters, &$args.time)),
                zone: &$args.time.zone,
                output: &$args.output,
                tables: $tables,
            }
        };
    }
    Ok(match command {
        Command::Conversion(args) => analysis!(args, &["conversion"]),
        Command::Cycle(args) => analysis!(args, &["cycle"]),
        Command::Pipeline(args) => analysis!(args, &["pipeline"]),
        Command::Leads(args) => analysis!(args, &["leads"]),
        Command::Cost(args) => analysis!(args, &["cost"]),
        Command::Attribution(args) => analysis!(args, &["attribution"]),
        Command::Churn(args) => analysis!(args, &["churn"]),
        Command::Cohort(args) => analysis!(args, &["cohort"]),
        Command::Value(args) => analysis!(args, &["value"]),
        Command::Lifecycle(args) => analysis!(args, &["lifecycle"]),
        Command::Paths(args) => analysis!(args, &["paths"]),
        Command::Report(args) => analysis!(args, &["report", "conversion"]),
        Command::Check(args) => Groups {
            sources,
            reading: &args.reading,
            shared: None,
            zone: &args.time,
            output: &args.output,
            tables: &["check"],
        },
        Command::Convert(args) => Groups {
            sources,
            reading: &args.reading,
            shared: None,
            zone: &args.no_zone,
            output: &args.no_format,
            tables: &[],
        },
        Command::Init(args) => Groups {
            sources,
            reading: &args.reading,
            shared: None,
            zone: &args.time,
            output: &args.no_format,
            tables: &[],
        },
        Command::Explain(_) | Command::Completions(_) | Command::Man(_) => {
            return Err(Error::internal("the command has no settings"));
        }
    })
}

fn analysis(resolver: &mut Resolver, command: &Command) -> Result<Analysis> {
    Ok(match command {
        Command::Conversion(args) => {
            let asked = conversion(resolver, &args.steps, &args.breakdown)?;
            let memory_limit = memory(resolver, &args.memory)?;
            Analysis::Conversion(ConversionSettings { tables: tables(resolver, &args.tables)?, memory_limit, ..asked })
        }
        Command::Report(args) => {
            let mut conversion = conversion(resolver, &args.steps, &args.breakdown)?;
            conversion.tables.drivers = drivers(&mut resolver.for_section(&["conversion"]), &[])?;
            let conversion = ConversionSettings { memory_limit: memory(resolver, &args.memory)?, ..conversion };
            let own = &mut resolver.for_section(&["cost"]);
            let mut cost = cost(own, &CostOptions::default(), &args.steps, &BreakdownArgs::default())?;
            if cost.conversion.steps.is_empty() {
                cost.conversion.steps.clone_from(&conversion.steps);
            }
            let own = &mut resolver.for_section(&["attribution"]);
            let mut attribution = attribution(own, &AttributionOptions::default())?;
            attribution.steps.clone_from(&conversion.steps);
            let own = &mut resolver.for_section(&["lifecycle"]);
            let lifecycle = lifecycle(own, &LifecycleOptions::default(), &BreakdownArgs::default())?;
            let own = &mut resolver.for_section(&["paths"]);
            let paths = journeys(own, &PathsOptions::default(), &BreakdownArgs::default())?;
            let sections = resolver.list(&Key::list("sections", section), &args.sections)?;
            let churn = churn(&mut resolver.for_section(&["churn"]), None)?;
            let own = &mut resolver.for_section(&["value"]);
            let value = value(own, &ValueOptions::default(), &BreakdownArgs::default())?;
            Analysis::Report(Box::new(ReportSettings {
                sections: Some(sections).filter(|list| !list.is_empty()),
                conversion,
                cost,
                attribution,
                churn,
                value,
                lifecycle,
                paths,
            }))
        }
        Command::Cohort(args) => Analysis::Cohort(cohort(resolver, &args.rules, &args.breakdown)?),
        Command::Cycle(args) => Analysis::Cycle(deals::cycle(resolver, args)?),
        Command::Pipeline(args) => Analysis::Pipeline(deals::pipeline(resolver, args)?),
        Command::Leads(args) => Analysis::Leads(deals::leads(resolver, args)?),
        Command::Cost(args) => Analysis::Cost(cost(resolver, &args.cost, &args.steps, &args.breakdown)?),
        Command::Attribution(args) => Analysis::Attribution(attribution(resolver, &args.attribution)?),
        Command::Churn(args) => Analysis::Churn(churn(resolver, Some(args))?),
        Command::Lifecycle(args) => Analysis::Lifecycle(lifecycle(resolver, &args.lifecycle, &args.breakdown)?),
        Command::Paths(args) => Analysis::Paths(journeys(resolver, &args.paths, &args.breakdown)?),
        Command::Value(args) => Analysis::Value(value(resolver, &args.value, &args.breakdown)?),
        Command::Check(_)
        | Command::Convert(_)
        | Command::Init(_)
        | Command::Explain(_)
        | Command::Completions(_)
        | Command::Man(_) => Analysis::Check,
    })
}
