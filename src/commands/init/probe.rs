//! What the exports of one source are like: their columns, formats and rejects.

use crate::config::settings::{InputPath, SourceSettings};
use crate::error::Result;
use crate::input::batch::{Field, Wanted};
use crate::input::columns::{Given, resolve_given};
use crate::input::file::File;
use crate::input::source::{Request, Scan, Source};
use crate::input::values::{AmountFormat, DateOrder, DecimalMark, TimeFormat};
use crate::model::kind::{Kind, Role};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

/// One source of the configuration.
pub struct Probed {
    /// Its name there.
    pub name: String,
    pub kind: Kind,
    pub files: Vec<PathBuf>,
    pub roles: BTreeMap<Role, String>,
    /// Every row is this event.
    pub event_name: Option<String>,
    pub stage_dates: Vec<(String, String)>,
    pub won: Vec<String>,
    pub lost: Vec<String>,
    /// Columns that play no role.
    pub attributes: Vec<String>,
    /// Keys of `reading` with their values, as the data show them.
    pub reading: Vec<(&'static str, String)>,
    /// Formats of times that cannot stand in one setting.
    pub time_formats: Vec<String>,
    pub has_workbook: bool,
    pub records: u64,
    pub rejected: u64,
}

/// Puts the files together that have the same kind and the same columns in the roles, in the order of kinds and paths.
pub fn grouped(settings: &[SourceSettings], sources: &[Source]) -> Vec<SourceSettings> {
    type Place = (Kind, BTreeMap<Role, String>, Vec<(String, String)>, Option<String>);
    let mut groups: BTreeMap<Place, SourceSettings> = BTreeMap::new();
    for (settings, source) in settings.iter().zip(sources) {
        let place = (source.kind, source.roles.clone(), source.stage_dates.clone(), source.event_name.clone());
        let group = groups.entry(place).or_insert_with(|| SourceSettings {
            kind: Some(source.kind),
            columns: source.roles.clone(),
            files: Vec::new(),
            ..settings.clone()
        });
        group.files.extend(settings.files.iter().cloned());
    }
    let mut groups: Vec<SourceSettings> = groups.into_values().collect();
    for group in &mut groups {
        group.files.sort_by_key(|file| file.path().map(std::path::Path::to_path_buf));
    }
    groups.sort_by_key(|group| {
        (group.kind, group.files.first().and_then(InputPath::path).map(std::path::Path::to_path_buf))
    });
    let mut numbers: BTreeMap<Kind, usize> = BTreeMap::new();
    for group in &mut groups {
        let Some(kind) = group.kind else { continue };
        let number = numbers.entry(kind).or_default();
        *number += 1;
        let name = if *number == 1 { kind.name().to_owned() } else { format!("{}_{number}", kind.name()) };
        group.name = Some(name);
    }
    groups
}

/// Reads all times and amounts of a source once.
///
/// # Errors
/// Whatever reading reports; a column that the data cannot decide.
pub fn probe(settings: &SourceSettings, source: &Source) -> Result<Probed> {
    let mut roles = source.roles.clone();
    let mut scan = read(source, &roles)?;
    if let Some(value) = value_of_events(source) {
        let mut with_value = roles.clone();
        with_value.insert(Role::Value, value.clone());
        // A value that is not always an amount is left for people to name.
        if let Ok(found) = read(source, &with_value)
            && !found.reasons.keys().any(|(column, _)| column.as_ref() == Some(&value))
        {
            (roles, scan) = (with_value, found);
        }
    }
    let is_used = |name: &String| {
        roles.values().any(|column| column == name) || source.stage_dates.iter().any(|(_, column)| column == name)
    };
    let (reading, time_formats) = reading(source, &scan);
    Ok(Probed {
        name: source.name.clone(),
        kind: source.kind,
        files: settings.files.iter().filter_map(InputPath::path).map(std::path::Path::to_path_buf).collect(),
        event_name: settings.event_name.clone(),
        stage_dates: source.stage_dates.clone(),
        won: settings.won.clone(),
        lost: settings.lost.clone(),
        attributes: source.columns().into_iter().filter(|name| !is_used(name)).collect(),
        reading,
        time_formats,
        has_workbook: source.files.iter().any(|file| matches!(file, File::Workbook(_))),
        records: scan.account.files.iter().map(|file| file.records).sum(),
        rejected: scan.account.files.iter().map(|file| file.rejected).sum(),
        roles,
    })
}

/// The column that would be the value of events, which is only read where it is asked for.
fn value_of_events(source: &Source) -> Option<String> {
    if source.kind != Kind::Events || source.roles.contains_key(&Role::Value) {
        return None;
    }
    let headers = source.files.first()?.headers();
    let given = Given { roles: source.roles.clone(), find_value: true, ..Given::default() };
    let resolved = resolve_given(Kind::Events, headers, &given).ok()?;
    let value = headers.get(*resolved.roles.get(&Role::Value)?)?;
    source.files.iter().all(|file| file.position(value).is_some()).then(|| value.clone())
}

fn read(source: &Source, roles: &BTreeMap<Role, String>) -> Result<Scan> {
    let of_role = roles.iter().filter_map(|(role, column)| {
        let wanted = match role {
            Role::Id | Role::Customer => Wanted::Id,
            Role::Time | Role::Start => Wanted::Time { required: true },
            Role::Created | Role::Closed | Role::End => Wanted::Time { required: false },
            Role::Value | Role::Amount | Role::Cost => Wanted::Amount,
            _ => return None,
        };
        Some(Field { column: column.clone(), wanted })
    });
    let dates = source.stage_dates.iter();
    let dates = dates.map(|(_, column)| Field { column: column.clone(), wanted: Wanted::Time { required: false } });
    let request = Request { fields: of_role.chain(dates).collect(), ..Request::default() };
    Ok(source.scan(&request, &|_| (), &AtomicBool::new(false))?.scan)
}

/// What was found about the way in which the files are written, as settings that keep it so.
fn reading(source: &Source, scan: &Scan) -> (Vec<(&'static str, String)>, Vec<String>) {
    let mut reading = Vec::new();
    let delimiters = source.files.iter().map(File::delimiter);
    if let Some(Some(delimiter)) = only(delimiters).filter(|found| found.as_deref() != Some(",")) {
        reading.push(("delimiter", delimiter));
    }
    if scan.notes.iter().filter(|note| note.code == "encoding").count() == source.files.len() {
        reading.push(("encoding", "windows-1252".to_owned()));
    }
    let (times, amounts) = source.shared.formats.found();
    let mut unsaid = Vec::new();
    match only(times.iter()) {
        Some(TimeFormat::Iso) => {}
        Some(format) => reading.push(("time_format", format.to_string())),
        None => {
            let orders = times.iter().filter_map(number_order);
            if let Some(order) = only(orders) {
                reading.push(("date_order", order.name().to_owned()));
            }
            unsaid = times.iter().map(ToString::to_string).collect();
        }
    }
    let marks = amounts.iter().map(|format: &AmountFormat| format.decimal);
    if only(marks) == Some(DecimalMark::Comma) {
        reading.push(("decimal", ",".to_owned()));
    }
    (reading, unsaid)
}

/// The order in which dates of numbers are written.
const fn number_order(format: &TimeFormat) -> Option<DateOrder> {
    match format {
        TimeFormat::Dated(pattern) => Some(pattern.order),
        _ => None,
    }
}

/// The one value that all have.
fn only<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}
