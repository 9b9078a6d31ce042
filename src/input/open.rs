//! From the settings of sources to opened ones: content sniffed, dialect found, roles resolved.

use super::bytes::{self, ByteSource, Content};
use super::columnar::{ColumnarFile, ColumnarKind};
use super::columns::{ColumnProblem, Given, Resolved, infer_kind, resolve_given};
use super::csv::{self, ReadingOptions};
use super::delimited::DelimitedFile;
use super::file::File;
use super::formats::{Formats, Told};
use super::lookup::Lookup;
use super::ndjson::NdjsonFile;
use super::presets::{self, Applied};
use super::source::{Added, Shared, Source};
use super::tables::open_lookups;
use super::values::{AmountFlags, DateOrder, NullWords, SourceZone, TimeFormat};
use super::workbook::{self, SheetOptions};
use crate::args::choices;
use crate::args::values::text::{Quote, TimeFormat as ToldFormat};
use crate::config::settings::{InputPath, Reading, Settings, SourceSettings};
use crate::document::Note;
use crate::error::{Error, Result};
use crate::model::kind::{Kind, Role};
use crate::model::outcome::OutcomeWords;
use crate::model::presets::Ids;
use crate::ui::Ui;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything that was opened.
pub struct Opened {
    pub sources: Vec<Source>,
    pub lookups: Vec<Arc<Lookup>>,
    pub notes: Vec<Note>,
}

/// Opens all sources and lookups of a run.
///
/// # Errors
/// Files that cannot be read; headers that are damaged or hold no required column.
pub fn open_sources(settings: &Settings, ui: &Ui) -> Result<Opened> {
    let mut opened = Opened { sources: Vec::new(), lookups: Vec::new(), notes: Vec::new() };
    for source in &settings.sources {
        let (source, notes) = open_source(source)?;
        opened.notes.extend(notes);
        opened.sources.push(source);
    }
    presets::share(&mut opened.sources, &settings.sources);
    let total = opened.sources.iter().flat_map(|source| source.files.iter()).map(File::bytes).sum();
    // How far a columnar file has been read is not told.
    let progress = Arc::new(if total > 0 { ui.progress("reading", total) } else { ui.spinner("computing") });
    for source in &mut opened.sources {
        let progress = Arc::clone(&progress);
        source.shared.progress = Arc::new(move |bytes| progress.advance(bytes));
    }
    for (added, lookup) in open_lookups(&settings.lookups)? {
        for source in &mut opened.sources {
            let has_key = source.files.iter().any(|file| file.position(&added.key).is_some());
            if has_key && source.files.iter().all(|file| file.position(&lookup.attribute).is_none()) {
                source.added.insert(lookup.attribute.clone(), added.clone());
            }
        }
        opened.lookups.push(lookup);
    }
    Ok(opened)
}

/// Opens one source: the kind follows from the first file's columns where it is not told.
fn open_source(settings: &SourceSettings) -> Result<(Source, Vec<Note>)> {
    let given = given(settings);
    let choose = |headers: &[String]| Applied::choose(settings.preset, settings.kind, headers);
    let accepts = |headers: &[String]| {
        let applied = choose(headers);
        let given = with_preset(&given, applied.as_ref());
        let kind = settings.kind.or(applied.as_ref().map(|applied| applied.preset.kind));
        let kind = kind.map_or_else(|| infer_kind(headers, &given), Ok);
        applied.is_some_and(|applied| applied.fits(headers))
            || kind.is_ok_and(|kind| resolve_source(kind, headers, settings, &given).is_ok())
    };
    let mut files = Vec::new();
    let mut notes = Vec::new();
    let mut applied: Option<Applied> = None;
    let mut first: Option<(Kind, Resolved, Vec<String>)> = None;
    for path in &settings.files {
        let mut file = open_file(path, &settings.reading, &accepts)?;
        if first.is_none() {
            applied = choose(file.headers());
        }
        if let Some(applied) = &applied {
            file.cut_footer(applied.preset.footer)?;
        }
        let given = with_preset(&given, applied.as_ref());
        let place = |problem: ColumnProblem| {
            let problem = applied.iter().fold(problem, |problem, applied| applied.advise(problem));
            with_sheets(Error::from(problem).at(file.path(), header_line(&file), None), &file)
        };
        let of_preset = applied.as_ref().map(|applied| applied.preset.kind);
        let kind = match (settings.kind.or(of_preset), &first) {
            (Some(kind), _) => kind,
            (None, Some((kind, ..))) => *kind,
            (None, None) => infer_kind(file.headers(), &given).map_err(place)?,
        };
        let resolved = resolve_source(kind, file.headers(), settings, &given).map_err(place)?;
        match &first {
            None => {
                notes.extend(role_notes(&file, &resolved));
                let headers = file.headers().to_vec();
                first = Some((kind, resolved, headers));
            }
            Some((_, known, headers)) => same_roles(&file, &resolved, known, headers)?,
        }
        files.push(file);
    }
    let Some((kind, resolved, headers)) = first else { return Err(Error::usage("no file is given")) };
    notes.extend(missing_columns(&files));
    if settings.reading.sheet.is_some() && !files.iter().any(|file| matches!(file, File::Workbook(_))) {
        let text = format!("{} is no workbook: --sheet does nothing", files[0].path());
        notes.push(Note::warning("sheet", text));
    }
    let path = files.first().map(|file| file.path().to_owned()).unwrap_or_default();
    let mut source = assemble(settings, kind, &resolved, &headers, files, applied)?;
    if let Some(mut applied) = source.preset.take() {
        applied.learned = presets::learn(&source, applied.preset.flags)?;
        notes.splice(0..0, applied.notes(&path));
        source.preset = Some(applied);
    }
    Ok((as_events(source, settings)?, notes))
}

fn with_preset(given: &Given, applied: Option<&Applied>) -> Given {
    Given { preset: applied.map_or(&[], |applied| applied.preset.roles), ..given.clone() }
}

fn given(settings: &SourceSettings) -> Given {
    let mut roles = settings.columns.clone();
    if let Some(link) = &settings.link {
        roles.insert(Role::Id, link.clone());
    }
    Given { roles, stage_dates: settings.stage_dates.clone(), ..Given::default() }
}

/// The roles of a header; rows that are all one event need no column that says which.
fn resolve_source(
    kind: Kind,
    headers: &[String],
    settings: &SourceSettings,
    given: &Given,
) -> std::result::Result<Resolved, ColumnProblem> {
    let constant_role = match kind {
        Kind::Events => Role::Event,
        Kind::History => Role::Stage,
        _ => return resolve_given(kind, headers, given),
    };
    if settings.event_name.is_none() {
        return resolve_given(kind, headers, given);
    }
    // A column that cannot be there stands in for the constant.
    let mut with_constant = headers.to_vec();
    with_constant.push(CONSTANT.to_owned());
    let mut given = given.clone();
    given.roles.insert(constant_role, CONSTANT.to_owned());
    let mut resolved = resolve_given(kind, &with_constant, &given)?;
    resolved.roles.remove(&constant_role);
    Ok(resolved)
}

/// No header can hold a control character.
const CONSTANT: &str = "\u{1}constant";

/// Where the columns are not those of the source, they may be those of another sheet.
fn with_sheets(error: Error, file: &File) -> Error {
    match file {
        File::Workbook(file) if !file.other_sheets.is_empty() => {
            let sheets = format!("other sheets, for --sheet: {}", file.other_sheets.join(", "));
            let hint = error.hint.as_ref().map_or(sheets.clone(), |hint| format!("{hint}; {sheets}"));
            error.with_hint(hint)
        }
        _ => error,
    }
}

fn header_line(file: &File) -> Option<u64> {
    match file {
        File::Delimited(file) => file.header_line(),
        File::Workbook(file) => file.header_line(),
        File::Columnar(_) | File::Ndjson(_) => None,
    }
}

fn role_notes(file: &File, resolved: &Resolved) -> Vec<Note> {
    if resolved.notes.is_empty() {
        return Vec::new();
    }
    let text = format!("{}: {}, {}", file.path(), resolved.kind.name(), resolved.notes.join("; "));
    vec![Note::note("columns", text)]
}

/// All files of a source have the same columns in the roles.
fn same_roles(file: &File, resolved: &Resolved, known: &Resolved, headers: &[String]) -> Result<()> {
    for (role, column) in &known.roles {
        let wanted = headers.get(*column);
        let found = resolved.roles.get(role).and_then(|column| file.headers().get(*column));
        if wanted != found {
            let name = wanted.map_or("", String::as_str);
            let message = format!("the file has no column `{name}`, which is the {} of its source", role.name());
            let hint = format!("columns: {}", file.headers().join(", "));
            return Err(Error::data(message).at(file.path(), header_line(file), Some(name)).with_hint(hint));
        }
    }
    Ok(())
}

/// Columns that some files of a source have and others lack; those of roles were judged before.
pub(super) fn missing_columns(files: &[File]) -> Vec<Note> {
    let mut all: Vec<&String> = Vec::new();
    for name in files.iter().flat_map(File::headers) {
        if !name.is_empty() && !all.contains(&name) {
            all.push(name);
        }
    }
    let lacking = files.iter().map(|file| {
        let missing: Vec<&str> =
            all.iter().filter(|name| file.position(name).is_none()).map(|name| name.as_str()).collect();
        (file, missing)
    });
    let lacking = lacking.filter(|(_, missing)| !missing.is_empty());
    lacking
        .map(|(file, missing)| {
            let text =
                format!("{} lacks columns that other files of its source have: {}", file.path(), missing.join(", "));
            Note::warning("missing_columns", text)
        })
        .collect()
}

pub(super) fn assemble(
    settings: &SourceSettings,
    kind: Kind,
    resolved: &Resolved,
    headers: &[String],
    files: Vec<File>,
    applied: Option<Applied>,
) -> Result<Source> {
    let preset = applied.as_ref().map(|applied| applied.preset);
    let mut null_words = settings.reading.null_words.clone();
    null_words.extend(preset.iter().flat_map(|preset| preset.nulls).map(|word| (*word).to_owned()));
    let name = |column: &usize| headers.get(*column).cloned().unwrap_or_default();
    let words = |words: &[String]| (!words.is_empty()).then(|| words.to_vec());
    let reading = &settings.reading;
    let mut outcomes = OutcomeWords::new(words(&settings.won).as_deref(), words(&settings.lost).as_deref())?;
    if let Some(preset) = preset {
        presets::add_words(&mut outcomes, settings, (preset.won, preset.lost));
    }
    let counts = [Role::Clicks, Role::Impressions].into_iter().filter_map(|role| resolved.roles.get(&role)).map(name);
    let told = Told {
        counts: counts.collect(),
        shortened: preset.is_some_and(|preset| preset.shortened),
        ..told(reading, preset.is_some_and(|preset| preset.utc))?
    };
    Ok(Source {
        name: settings.name.clone().unwrap_or_else(|| kind.name().to_owned()),
        kind,
        roles: resolved.roles.iter().map(|(role, column)| (*role, name(column))).collect(),
        stage_dates: resolved.stage_dates.iter().map(|(stage, column)| (stage.clone(), name(column))).collect(),
        event_name: settings.event_name.clone(),
        outcomes,
        preset: applied,
        ids: Ids::Plain,
        added: BTreeMap::<String, Added>::new(),
        files: Arc::new(files),
        shared: Shared {
            formats: Arc::new(Formats::new(told)),
            nulls: NullWords::new(&null_words),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            progress: Arc::new(|_| {}),
        },
    })
}

/// Rows of another kind read as events: their id, their first time, one constant name.
fn as_events(mut source: Source, settings: &SourceSettings) -> Result<Source> {
    if !settings.as_events || source.kind == Kind::Events {
        return Ok(source);
    }
    if source.event_name.is_none() && source.kind != Kind::History {
        let message = format!("rows of `{}` become events only under one name", source.name);
        return Err(Error::usage(message).with_hint("give the source an event_name"));
    }
    let moved = [
        (Role::Customer, Role::Id),
        (Role::Created, Role::Time),
        (Role::Start, Role::Time),
        (Role::Stage, Role::Event),
        (Role::Amount, Role::Value),
    ];
    for (from, to) in moved {
        if let Some(column) = source.roles.remove(&from) {
            source.roles.entry(to).or_insert(column);
        }
    }
    source.kind = Kind::Events;
    source.stage_dates.clear();
    Ok(source)
}

fn told(reading: &Reading, is_utc: bool) -> Result<Told> {
    let zone = if is_utc && !reading.timezone_given { chrono_tz::Tz::UTC } else { reading.timezone };
    let time_format = reading.time_format.as_ref().map(|format| {
        TimeFormat::from_name(match format {
            ToldFormat::EpochSeconds => "epoch-s",
            ToldFormat::EpochMillis => "epoch-ms",
            ToldFormat::EpochMicros => "epoch-us",
            ToldFormat::EpochNanos => "epoch-ns",
            ToldFormat::Excel => "excel",
            ToldFormat::Pattern(pattern) => pattern,
        })
    });
    let mark = |mark: Option<char>| mark.map(String::from);
    Ok(Told {
        time_format: time_format.transpose()?,
        date_order: reading.date_order.map(|order| match order {
            choices::DateOrder::Dmy => DateOrder::Dmy,
            choices::DateOrder::Mdy => DateOrder::Mdy,
            choices::DateOrder::Ymd => DateOrder::Ymd,
        }),
        zone: SourceZone::from_name(zone.name()).unwrap_or(SourceZone::Utc),
        amounts: AmountFlags::new(mark(reading.decimal).as_deref(), mark(reading.thousands).as_deref())?,
        counts: BTreeSet::new(),
        shortened: false,
    })
}

/// Opens one file by its content, whatever its name says.
///
/// # Errors
/// A file that cannot be read, holds something else than records, or has a damaged header.
pub fn open_file(path: &InputPath, reading: &Reading, accepts: &dyn Fn(&[String]) -> bool) -> Result<File> {
    let place = match path {
        InputPath::Stdin => PathBuf::from("-"),
        InputPath::Path(path) => path.clone(),
    };
    let source = bytes::open(&place)?;
    let content = bytes::sniff(&source)?;
    match content {
        Content::Parquet => columnar(path, &source, ColumnarKind::Parquet),
        Content::ArrowFile => columnar(path, &source, ColumnarKind::Arrow),
        Content::Ndjson | Content::JsonArray => {
            let decoded = bytes::decode(source, reading.encoding.as_deref())?;
            let file = NdjsonFile::open(decoded.source)?;
            if file.headers.is_empty() {
                return Err(Error::data("no JSON object can be read").at(file.name(), Some(1), None));
            }
            Ok(File::Ndjson(file))
        }
        Content::Zip | Content::OpenDocument | Content::OldWorkbook => {
            workbook::open(&source, content, &sheet_options(reading), accepts).map(File::Workbook)
        }
        Content::Text | Content::Empty => {
            let detected = csv::detect(source, &options(reading), accepts)?;
            Ok(File::Delimited(DelimitedFile::new(detected)))
        }
        other => Err(bytes::refuse(other, source.name())
            .unwrap_or_else(|| Error::data("this content cannot be read").in_file(place.display()))),
    }
}

fn columnar(path: &InputPath, source: &ByteSource, kind: ColumnarKind) -> Result<File> {
    match path {
        InputPath::Path(path) => ColumnarFile::open(Path::new(path), kind).map(File::Columnar),
        InputPath::Stdin => {
            let error = Error::data("Parquet and Arrow cannot be read from standard input").in_file(source.name());
            Err(error.with_hint("give the file by its name"))
        }
    }
}

fn sheet_options(reading: &Reading) -> SheetOptions {
    SheetOptions {
        sheet: reading.sheet.clone(),
        skip_lines: reading.skip_lines,
        comment: reading.comment.clone(),
        column_names: reading.no_header.clone(),
    }
}

fn options(reading: &Reading) -> ReadingOptions {
    ReadingOptions {
        delimiter: reading.delimiter.clone(),
        quote: match reading.quote {
            None => Some(b'"'),
            Some(Quote::None) => None,
            Some(Quote::Byte(byte)) => Some(byte),
        },
        escape: reading.escape,
        encoding: reading.encoding.clone(),
        skip_lines: reading.skip_lines,
        comment: reading.comment.clone(),
        column_names: reading.no_header.clone(),
    }
}
