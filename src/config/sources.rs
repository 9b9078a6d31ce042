//! Resolves the sources: files of the command line, or else the `[sources]` of `funnel.toml`.
//!
//! Where any file is given on the command line, the sources of `funnel.toml` are not used (its other settings are).

use super::file::{ConfigFile, SourceTable};
use super::paths::{expand, identity, refuse_repeats};
use super::raw::Form;
use super::read::unknown_key;
use super::reading::reading;
use super::resolver::{Found, Key, Resolver};
use super::settings::{InputPath, LookupSettings, Origin, Reading, SourceSettings};
use crate::args::nearest::nearest;
use crate::args::reading::ReadingArgs;
use crate::args::sources::SourceFlags;
use crate::args::values::pair::stage_date;
use crate::args::values::{Invalid, Parsed, text};
use crate::error::{Error, Result};
use crate::model::kind::{Kind, Role};
use crate::model::presets::{self, PresetChoice};
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::{Spanned, Value};

/// What flags and variables say about the columns of all sources.
struct Overrides {
    columns: Vec<(Role, Found<String>)>,
    stage_dates: Vec<(String, String)>,
    won: Option<Found<Vec<String>>>,
    lost: Option<Found<Vec<String>>>,
    preset: Option<Found<PresetChoice>>,
}

/// Resolves all sources; there may be none.
///
/// # Errors
/// A pattern without a file, the same file twice, a column that no source can have.
pub fn sources(
    resolver: &mut Resolver,
    flags: SourceFlags,
    args: &ReadingArgs,
    timezone: Tz,
) -> Result<Vec<SourceSettings>> {
    let overrides = overrides(resolver, flags)?;
    let mut sources = if flags.any_file() {
        given_sources(resolver, flags, args, timezone)?
    } else {
        if flags.main.kind.is_some() {
            return Err(Error::usage("--kind names the kind of FILE..., and there is none"));
        }
        filed_sources(resolver, args, timezone)?
    };
    if sources.is_empty() {
        return Ok(sources);
    }
    for source in &mut sources {
        apply(source, &overrides);
    }
    refuse_unused(&sources, &overrides)?;
    let stdin = sources.iter().flat_map(|source| &source.files).filter(|file| **file == InputPath::Stdin);
    refuse_repeats(stdin)?;
    Ok(sources)
}

fn overrides(resolver: &mut Resolver, flags: SourceFlags) -> Result<Overrides> {
    let mut columns = Vec::new();
    for role in Role::ALL.into_iter().filter(|role| flags.names_column(*role)) {
        let key = Key::text(role.name(), text::filled);
        if let Some(found) = resolver.find(&key, flags.column(role).map(str::to_owned))? {
            resolver.note(role.name(), &found.value, found.origin.clone());
            columns.push((role, found));
        }
    }
    let stage_dates = &flags.columns.stage_date;
    if !stage_dates.is_empty() {
        resolver.list(&Key::phrases("stage-date", stage_date), stage_dates)?;
    }
    let won = resolver.find_list(&Key::list("won", text::name), &flags.columns.won)?;
    let lost = resolver.find_list(&Key::list("lost", text::name), &flags.columns.lost)?;
    for (name, words) in [("won", &won), ("lost", &lost)] {
        if let Some(words) = words {
            resolver.note(name, &words.value, words.origin.clone());
        }
    }
    let preset = resolver.find(&Key::text("preset", parse_preset), flags.main.preset)?;
    if let Some(preset) = &preset {
        resolver.note("preset", &preset.value, preset.origin.clone());
    }
    let pairs = stage_dates.iter().map(|pair| (pair.stage.clone(), pair.column.clone())).collect();
    Ok(Overrides { columns, stage_dates: pairs, won, lost, preset })
}

/// Files of the command line: the main source, then one source per kind.
fn given_sources(
    resolver: &mut Resolver,
    flags: SourceFlags,
    args: &ReadingArgs,
    timezone: Tz,
) -> Result<Vec<SourceSettings>> {
    let reading = reading(resolver, args, timezone)?;
    let mut sources = Vec::new();
    if !flags.main.files.is_empty() {
        let kind = resolver.optional(&Key::text("kind", parse_kind), flags.main.kind)?;
        sources.push(given_source(kind, &flags.main.files, &reading)?);
    } else if flags.main.kind.is_some() {
        return Err(Error::usage("--kind names the kind of FILE..., and there is none"));
    }
    for (kind, files) in flags.files_by_kind() {
        sources.push(given_source(Some(kind), files, &reading)?);
    }
    for (position, source) in sources.iter().enumerate() {
        let alike =
            |other: &&SourceSettings| other.kind.is_none() || other.kind == source.kind || source.kind.is_none();
        let earlier = sources[..position].iter().filter(alike).flat_map(|other| &other.files);
        refuse_repeats(earlier.chain(&source.files))?;
    }
    Ok(sources)
}

fn given_source(kind: Option<Kind>, files: &[PathBuf], reading: &Reading) -> Result<SourceSettings> {
    let mut source = empty_source(None, kind, reading.clone());
    for file in files {
        source.files.extend(expand(file, None)?);
    }
    Ok(source)
}

fn empty_source(name: Option<String>, kind: Option<Kind>, reading: Reading) -> SourceSettings {
    SourceSettings {
        name,
        kind,
        preset: None,
        files: Vec::new(),
        columns: BTreeMap::new(),
        stage_dates: Vec::new(),
        event_name: None,
        link: None,
        as_events: false,
        reading,
        won: Vec::new(),
        lost: Vec::new(),
    }
}

/// The sources of `funnel.toml`, in the order in which they stand there.
fn filed_sources(resolver: &mut Resolver, args: &ReadingArgs, timezone: Tz) -> Result<Vec<SourceSettings>> {
    let Some(file) = resolver.file else { return Ok(Vec::new()) };
    let mut tables: Vec<(&Spanned<String>, &SourceTable)> = file.root.sources.iter().collect();
    tables.sort_by_key(|(name, _)| name.span().start);
    tables.into_iter().map(|(name, table)| filed_source(resolver, file, name, table, args, timezone)).collect()
}

fn filed_source<'a>(
    resolver: &mut Resolver<'a>,
    file: &'a ConfigFile,
    name: &'a Spanned<String>,
    table: &'a SourceTable,
    args: &ReadingArgs,
    timezone: Tz,
) -> Result<SourceSettings> {
    let kind = table.kind.as_ref().map(|kind| filed_kind(resolver, kind)).transpose()?;
    let preset = table.preset.as_ref().map(|preset| filed_preset(resolver, preset, kind)).transpose()?;
    let mut local = resolver.for_source(name.get_ref(), &table.reading);
    let own_reading = reading(&mut local, args, timezone)?;
    let noted = local.in_force;
    let mut source = empty_source(Some(name.get_ref().clone()), kind, own_reading);
    source.preset = preset;
    source.files = filed_files(resolver, file, name, table)?;
    source.columns = filed_columns(resolver, table, kind)?;
    source.stage_dates = filed_stage_dates(table);
    source.event_name = filled(resolver, table.event_name.as_ref())?;
    source.link = filled(resolver, table.link.as_ref())?;
    source.as_events = reads_as_events(resolver, table)?;
    source.won = words(resolver, "won", table.won.as_ref())?;
    source.lost = words(resolver, "lost", table.lost.as_ref())?;
    let origin = resolver.file_origin(name.span().start);
    let files: Vec<PathBuf> = source.files.iter().map(|file| file.path().unwrap_or(Path::new("-")).into()).collect();
    resolver.note(&format!("sources.{}", name.get_ref()), &files, origin);
    resolver.in_force.extend(noted.into_iter().filter(|setting| setting.origin != Origin::Default));
    Ok(source)
}

fn filed_kind(resolver: &Resolver, kind: &Spanned<String>) -> Result<Kind> {
    parse_kind(kind.get_ref()).map_err(|invalid| {
        let mut error = Error::usage(invalid.message);
        error.hint = invalid.hint;
        resolver.in_file(error, kind.span().start)
    })
}

fn filed_preset(resolver: &Resolver, name: &Spanned<String>, kind: Option<Kind>) -> Result<PresetChoice> {
    let fault = |invalid: Invalid| {
        let mut error = Error::usage(invalid.message);
        error.hint = invalid.hint;
        resolver.in_file(error, name.span().start)
    };
    match parse_preset(name.get_ref()).map_err(fault)? {
        PresetChoice::One(preset) if kind.is_some_and(|kind| kind != preset.kind) => {
            let message = format!("preset {} is one of {}", preset.name, preset.kind.name());
            Err(resolver.in_file(Error::usage(message), name.span().start))
        }
        choice => Ok(choice),
    }
}

fn filed_files(
    resolver: &Resolver,
    file: &ConfigFile,
    name: &Spanned<String>,
    table: &SourceTable,
) -> Result<Vec<InputPath>> {
    let Some(files) = &table.files else {
        return Err(resolver.in_file(Error::usage("a source needs `files`"), name.span().start));
    };
    let names = texts(resolver, "files", files)?;
    if names.is_empty() {
        return Err(resolver.in_file(Error::usage("`files` is empty"), files.span().start));
    }
    let mut paths = Vec::new();
    for name in names {
        let found = expand(Path::new(&name), Some(file.folder()));
        paths.extend(found.map_err(|error| match error.location {
            None => resolver.in_file(error, files.span().start),
            Some(_) => error,
        })?);
    }
    refuse_repeats(&paths)?;
    Ok(paths)
}

fn filed_columns(resolver: &Resolver, table: &SourceTable, kind: Option<Kind>) -> Result<BTreeMap<Role, String>> {
    let mut columns = BTreeMap::new();
    for (key, column) in &table.columns {
        let known: Vec<&str> = Role::ALL.iter().filter(|role| takes(kind, **role)).map(|role| role.name()).collect();
        let role = Role::from_name(key.get_ref()).filter(|role| takes(kind, *role));
        let Some(role) = role else {
            return Err(resolver.in_file(unknown_key(key.get_ref(), &known), key.span().start));
        };
        if column.get_ref().trim().is_empty() {
            let error = Error::usage(format!("the column of `{}` is empty", key.get_ref()));
            return Err(resolver.in_file(error, column.span().start));
        }
        columns.insert(role, column.get_ref().clone());
    }
    Ok(columns)
}

/// Stages in the order in which they stand in the file.
fn filed_stage_dates(table: &SourceTable) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = table.stage_dates.iter().collect();
    pairs.sort_by_key(|(stage, _)| stage.span().start);
    pairs.into_iter().map(|(stage, column)| (stage.get_ref().clone(), column.get_ref().clone())).collect()
}

fn reads_as_events(resolver: &Resolver, table: &SourceTable) -> Result<bool> {
    match &table.read_as {
        None => Ok(false),
        Some(word) if word.get_ref() == "events" => Ok(true),
        Some(word) => Err(resolver.in_file(Error::usage("`as` must be \"events\""), word.span().start)),
    }
}

fn words(resolver: &Resolver, key: &str, value: Option<&Spanned<Value>>) -> Result<Vec<String>> {
    value.map_or(Ok(Vec::new()), |value| texts(resolver, key, value))
}

fn texts(resolver: &Resolver, key: &str, value: &Spanned<Value>) -> Result<Vec<String>> {
    Form::Phrases.texts(value.get_ref()).ok_or_else(|| {
        let error = Error::usage(format!("`{key}` must be {}", Form::Phrases.expected()));
        resolver.in_file(error, value.span().start)
    })
}

fn filled(resolver: &Resolver, value: Option<&Spanned<String>>) -> Result<Option<String>> {
    match value {
        Some(value) if value.get_ref().trim().is_empty() => {
            Err(resolver.in_file(Error::usage("a text is expected here"), value.span().start))
        }
        _ => Ok(value.map(|value| value.get_ref().clone())),
    }
}

/// Flags and variables go before the source's own table, other layers after it.
fn apply(source: &mut SourceSettings, overrides: &Overrides) {
    for (role, column) in &overrides.columns {
        if takes(source.kind, *role) {
            source.columns.insert(*role, column.value.clone());
        }
    }
    if !overrides.stage_dates.is_empty() && source.kind.is_none_or(|kind| kind == Kind::Deals) {
        source.stage_dates.clone_from(&overrides.stage_dates);
    }
    if let Some(preset) = &overrides.preset
        && fits(preset.value, source.kind)
    {
        source.preset = Some(preset.value);
    }
    for (words, own) in [(&overrides.won, &mut source.won), (&overrides.lost, &mut source.lost)] {
        if let Some(words) = words
            && (own.is_empty() || words.origin.layer() > 1)
        {
            own.clone_from(&words.value);
        }
    }
}

/// Refuses a flag for a column that no source has; with an unknown kind the reader decides.
fn refuse_unused(sources: &[SourceSettings], overrides: &Overrides) -> Result<()> {
    let given = overrides.columns.iter().filter(|(_, column)| column.origin.layer() == 3);
    for (role, column) in given {
        if !sources.iter().any(|source| takes(source.kind, *role)) {
            let kinds: Vec<&str> = sources.iter().filter_map(|source| source.kind.map(Kind::name)).collect();
            let error = Error::usage(format!("{} names no column of {}", column.origin, kinds.join(" or ")));
            return Err(error.with_hint("the kind of a source decides which columns it has"));
        }
    }
    if let Some(Found { value: PresetChoice::One(preset), .. }) = &overrides.preset
        && !sources.iter().any(|source| fits(PresetChoice::One(preset), source.kind))
    {
        let message = format!("--preset {} is one of {}, and there are none", preset.name, preset.kind.name());
        return Err(Error::usage(message));
    }
    let has_deals = sources.iter().any(|source| source.kind.is_none_or(|kind| kind == Kind::Deals));
    if !overrides.stage_dates.is_empty() && !has_deals {
        return Err(Error::usage("--stage-date names a column of deals, and there are none"));
    }
    Ok(())
}

/// Whether a source may be read by a preset; one of unknown kind may.
fn fits(choice: PresetChoice, kind: Option<Kind>) -> bool {
    match choice {
        PresetChoice::None => true,
        PresetChoice::One(preset) => kind.is_none_or(|kind| kind == preset.kind),
    }
}

fn takes(kind: Option<Kind>, role: Role) -> bool {
    kind.is_none_or(|kind| kind.required().contains(&role) || kind.optional().contains(&role))
}

fn parse_kind(name: &str) -> Parsed<Kind> {
    Kind::from_name(name.trim()).ok_or_else(|| {
        let names = Kind::ALL.map(Kind::name);
        let hint = match nearest(name, names) {
            Some(name) => format!("did you mean {name}?"),
            None => format!("one of {}", names.join(", ")),
        };
        Invalid::new(format!("unknown kind `{}`", name.trim())).with_hint(hint)
    })
}

fn parse_preset(name: &str) -> Parsed<PresetChoice> {
    PresetChoice::from_name(name.trim()).ok_or_else(|| {
        Invalid::new(format!("unknown preset `{}`", name.trim()))
            .with_hint(format!("one of {}", presets::names().join(", ")))
    })
}

/// Returns the lookup tables of `funnel.toml`, in the order in which they stand there.
pub fn lookups(file: Option<&ConfigFile>) -> Vec<LookupSettings> {
    let Some(file) = file else { return Vec::new() };
    let mut tables: Vec<_> = file.root.lookups.iter().collect();
    tables.sort_by_key(|(name, _)| name.span().start);
    let lookup = |(name, table): (&Spanned<String>, &super::file::LookupTable)| LookupSettings {
        name: name.get_ref().clone(),
        file: file.folder().join(table.file.get_ref()),
        key: table.key.get_ref().clone(),
    };
    tables.into_iter().map(lookup).collect()
}

/// Refuses to write over a file that is read.
pub fn refuse_overwriting(sources: &[SourceSettings], flag: &str, path: Option<&Path>) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let written = identity(path);
    let mut inputs = sources.iter().flat_map(|source| &source.files).filter_map(InputPath::path);
    if inputs.any(|input| identity(input) == written) {
        return Err(Error::usage(format!("{flag} would overwrite an input")).in_file(path.display()));
    }
    Ok(())
}
