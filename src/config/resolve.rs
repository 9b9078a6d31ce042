//! From what was given to what is done: one function, called once per run.

use super::analysis::{common, conversion};
use super::deals;
use super::environment::Environment;
use super::file::ConfigFile;
use super::output::output;
use super::reading::loading;
use super::resolver::{Key, Resolver};
use super::settings::{Analysis, Area, ReportSettings, Settings, Target};
use super::sources::{lookups, refuse_overwriting, sources};
use crate::args::filters::{BreakdownArgs, FilterArgs, TimeArgs, ZoneArgs};
use crate::args::output::OutputArgs;
use crate::args::reading::ReadingArgs;
use crate::args::report::section;
use crate::args::sources::SourceFlags;
use crate::args::steps::StepArgs;
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

/// Puts flags, variables, `funnel.toml` and defaults together, in this order of precedence.
///
/// The report takes its own table first, then those of its sections. Sources of `funnel.toml` are used only where the
/// command line names no file.
///
/// # Errors
/// A value or a combination that is wrong (2), or a folder that cannot be read (1).
pub fn resolve(command: &Command, environment: &Environment, file: Option<&ConfigFile>) -> Result<Settings> {
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
    refuse_overwriting(&sources, "--rejects", loading.rejects.as_deref())?;
    if let Target::File(path) = &output.target {
        refuse_overwriting(&sources, "--output", Some(path))?;
    }
    Ok(Settings {
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
    })
}

fn groups(command: &Command) -> Result<Groups<'_>> {
    let sources = command.sources().ok_or_else(|| Error::internal("the command has no settings"))?;
    Ok(match command {
        Command::Conversion(args) => Groups {
            sources,
            reading: &args.reading,
            shared: Some((&args.filters, &args.time)),
            zone: &args.time.zone,
            output: &args.output,
            tables: &["conversion"],
        },
        Command::Cycle(args) => Groups {
            sources,
            reading: &args.reading,
            shared: Some((&args.filters, &args.time)),
            zone: &args.time.zone,
            output: &args.output,
            tables: &["cycle"],
        },
        Command::Pipeline(args) => Groups {
            sources,
            reading: &args.reading,
            shared: Some((&args.filters, &args.time)),
            zone: &args.time.zone,
            output: &args.output,
            tables: &["pipeline"],
        },
        Command::Leads(args) => Groups {
            sources,
            reading: &args.reading,
            shared: Some((&args.filters, &args.time)),
            zone: &args.time.zone,
            output: &args.output,
            tables: &["leads"],
        },
        Command::Report(args) => Groups {
            sources,
            reading: &args.reading,
            shared: Some((&args.filters, &args.time)),
            zone: &args.time.zone,
            output: &args.output,
            tables: &["report", "conversion"],
        },
        Command::Check(args) => Groups {
            sources,
            reading: &args.reading,
            shared: None,
            zone: &args.time,
            output: &args.output,
            tables: &["check"],
        },
        Command::Completions(_) | Command::Man(_) => return Err(Error::internal("the command has no settings")),
    })
}

fn analysis(resolver: &mut Resolver, command: &Command) -> Result<Analysis> {
    match command {
        Command::Cycle(args) => return Ok(Analysis::Cycle(deals::cycle(resolver, args)?)),
        Command::Pipeline(args) => return Ok(Analysis::Pipeline(deals::pipeline(resolver, args)?)),
        Command::Leads(args) => return Ok(Analysis::Leads(deals::leads(resolver, args)?)),
        _ => {}
    }
    let mut of_conversion = |steps: &StepArgs, breakdown: &BreakdownArgs| conversion(resolver, steps, breakdown);
    Ok(match command {
        Command::Conversion(args) => Analysis::Conversion(of_conversion(&args.steps, &args.breakdown)?),
        Command::Report(args) => {
            let conversion = of_conversion(&args.steps, &args.breakdown)?;
            let sections = resolver.list(&Key::list("sections", section), &args.sections)?;
            Analysis::Report(ReportSettings { sections: Some(sections).filter(|list| !list.is_empty()), conversion })
        }
        _ => Analysis::Check,
    })
}
