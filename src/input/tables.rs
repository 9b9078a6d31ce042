//! Lookup tables: small files whose columns become attributes of the sources that have their key.

use super::bytes::{ByteSource, Content};
use super::csv::{self, Fields, RecordSink, ScanOptions};
use super::lookup::Lookup;
use super::source::Added;
use super::values::normalized;
use super::workbook::SheetOptions;
use crate::config::settings::LookupSettings;
use crate::error::{Error, Result};
use std::collections::HashMap;
use std::sync::Arc;

/// Opens all lookups; one entry per attribute.
///
/// # Errors
/// Files that cannot be read, a missing key column, a key that stands for two different values.
pub fn open_lookups(settings: &[LookupSettings]) -> Result<Vec<(Added, Arc<Lookup>)>> {
    let mut all = Vec::new();
    for lookup in settings {
        all.extend(open_lookup(lookup)?);
    }
    Ok(all)
}

fn open_lookup(settings: &LookupSettings) -> Result<Vec<(Added, Arc<Lookup>)>> {
    let source = super::bytes::open(&settings.file)?;
    let content = super::bytes::sniff(&source)?;
    let Table { path, header, rows } = match content {
        Content::Zip | Content::OpenDocument | Content::OldWorkbook => from_workbook(&source, content, settings)?,
        _ => from_text(source, settings)?,
    };
    let Some(key) = header.iter().position(|name| *name == settings.key) else {
        let message = format!("lookup `{}` has no column `{}`", settings.name, settings.key);
        let hint = format!("columns: {}", header.join(", "));
        return Err(Error::data(message).at(&path, Some(1), Some(&settings.key)).with_hint(hint));
    };
    let attributes = (0..header.len()).filter(|column| *column != key && !header[*column].is_empty());
    attributes.map(|column| attribute(settings, &header[column], &rows, key, column, &path)).collect()
}

/// A small table, read whole.
struct Table {
    path: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn from_workbook(source: &ByteSource, content: Content, settings: &LookupSettings) -> Result<Table> {
    let accepts = |names: &[String]| names.contains(&settings.key);
    let file = super::workbook::open(source, content, &SheetOptions::default(), &accepts)?;
    let rows = file.texts().collect();
    Ok(Table { path: file.name, header: file.headers, rows })
}

fn from_text(source: ByteSource, settings: &LookupSettings) -> Result<Table> {
    let options = csv::ReadingOptions { quote: Some(b'"'), ..csv::ReadingOptions::default() };
    let mut detected = csv::detect(source, &options, &|names| names.contains(&settings.key))?;
    let header = detected.layout.header.clone();
    let path = detected.source.name().to_owned();
    detected.layout.wanted = (0..header.len()).collect();
    let looks = |fields: &Fields<'_>| fields.len() > 2;
    let options = ScanOptions { looks_like_row: &looks, ..ScanOptions::default() };
    let scan = csv::scan(&detected.source, &detected.layout, &options, &Rows::default)?;
    if let Some(reject) = scan.rejects.first() {
        return Err(Error::data(format!("lookup `{}`: {}", settings.name, reject.reason)).at(
            &path,
            Some(reject.line),
            None,
        ));
    }
    let rows = scan.chunks.into_iter().flat_map(|chunk| chunk.sink.rows).collect();
    Ok(Table { path, header, rows })
}

fn attribute(
    settings: &LookupSettings,
    name: &str,
    rows: &[Vec<String>],
    key: usize,
    column: usize,
    path: &str,
) -> Result<(Added, Arc<Lookup>)> {
    let mut values: HashMap<Vec<u8>, String> = HashMap::with_capacity(rows.len());
    for row in rows {
        let id = normalized(row[key].as_bytes()).into_owned();
        let value = &row[column];
        if let Some(other) = values.insert(id, value.clone())
            && other != *value
        {
            let message = format!("lookup `{}` has one key with two values of `{name}`", settings.name);
            return Err(Error::data(message).at(path, None, Some(&settings.key)));
        }
    }
    let lookup = Arc::new(Lookup::new(settings.name.clone(), name.to_owned(), values));
    Ok((Added { key: settings.key.clone(), lookup: Arc::clone(&lookup) }, lookup))
}

/// Collects the rows of a small table.
#[derive(Debug, Default)]
struct Rows {
    rows: Vec<Vec<String>>,
}

impl RecordSink for Rows {
    fn record(&mut self, _line: u64, fields: &Fields<'_>) -> std::result::Result<(), csv::Fault> {
        let cell = |slot| String::from_utf8_lossy(fields.get(slot)).into_owned();
        self.rows.push((0..fields.len()).map(cell).collect());
        Ok(())
    }
}
