//! All cells of an export as text, part by part: for what is written out again and not computed with.

use super::batch::{Batch, Wanted};
use super::columns::{Given, Resolved, infer_kind, resolve_given};
use super::file::{File, ScanTask};
use super::open::{assemble, missing_columns, open_file};
use super::presets::Applied;
use super::source::{Scan, Scanned, Source};
use super::typed::{LaidField, Layout, Reader};
use crate::config::settings::SourceSettings;
use crate::document::Note;
use crate::error::{Error, Result};
use crate::model::kind::Kind;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

/// Texts of one column, back to back.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    bytes: Vec<u8>,
    /// Where each text ends; of a missing cell, where the one before ends.
    ends: Vec<usize>,
    missing: Vec<bool>,
}

impl Cells {
    pub fn push(&mut self, cell: Option<&[u8]>) {
        self.bytes.extend_from_slice(cell.unwrap_or_default());
        self.ends.push(self.bytes.len());
        self.missing.push(cell.is_none());
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.missing.clear();
    }

    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a row; `None` where it is missing. Texts were found to be UTF-8 when they were read.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        if *self.missing.get(row)? {
            return None;
        }
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        std::str::from_utf8(self.bytes.get(start..self.ends[row])?).ok()
    }

    /// Keeps the rows that are met.
    #[must_use]
    pub fn picked(&self, met: &[bool]) -> Self {
        let mut picked = Self::default();
        for row in (0..self.len()).filter(|row| met.get(*row) == Some(&true)) {
            picked.push(self.get(row).map(str::as_bytes));
        }
        picked
    }
}

/// Exports that are put together by column name, whatever they are about.
pub struct Exports {
    source: Source,
    /// Names of the columns, those of the first file first; a name that a file has twice stands twice.
    pub names: Vec<String>,
    /// For each file the positions of these columns.
    places: Vec<Vec<Option<usize>>>,
}

impl Exports {
    /// Opens files without asking what their columns are.
    ///
    /// # Errors
    /// Files that cannot be read, or whose header is damaged.
    pub fn open(settings: &SourceSettings) -> Result<(Self, Vec<Note>)> {
        let choose = |headers: &[String]| Applied::choose(settings.preset, settings.kind, headers);
        // Lines before a header that is known are none of the data; a header that nobody knows is the first line.
        let accepts = |headers: &[String]| {
            let given = Given::default();
            let kind = settings.kind.map_or_else(|| infer_kind(headers, &given), Ok);
            choose(headers).is_some_and(|applied| applied.fits(headers))
                || kind.is_ok_and(|kind| resolve_given(kind, headers, &given).is_ok())
        };
        let mut files = Vec::new();
        for path in &settings.files {
            let mut file = open_file(path, &settings.reading, &accepts)?;
            if let Some(applied) = choose(file.headers()) {
                file.cut_footer(applied.preset.footer)?;
            }
            files.push(file);
        }
        if files.is_empty() {
            return Err(Error::usage("no file is given"));
        }
        let notes = missing_columns(&files);
        let (names, places) = united(&files);
        let nothing =
            Resolved { kind: Kind::Events, roles: BTreeMap::new(), stage_dates: Vec::new(), notes: Vec::new() };
        let name = Some(settings.name.clone().unwrap_or_else(|| "export".to_owned()));
        let settings = SourceSettings { name, ..settings.clone() };
        let source = assemble(&settings, Kind::Events, &nothing, &[], files, None)?;
        Ok((Self { source, names, places }, notes))
    }

    /// Size in bytes of what is read, for progress; 0 where it is not known.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.source.files.iter().map(File::bytes).sum()
    }

    /// Calls this with the bytes read since the last call.
    pub fn tell_progress(&mut self, progress: std::sync::Arc<dyn Fn(u64) + Send + Sync>) {
        self.source.shared.progress = progress;
    }

    /// Reads everything; `stage` takes the cells of a part, in a worker thread. What it returns comes back in the order
    /// of the records.
    ///
    /// # Errors
    /// Whatever reading reports.
    pub fn scan<S: Send>(&self, stage: &(dyn Fn(&Batch) -> S + Sync)) -> Result<Scanned<S>> {
        let mut scanned = Scanned { staged: Vec::new(), scan: Scan::default() };
        scanned.scan.account.name.clone_from(&self.source.name);
        for (file, places) in self.source.files.iter().zip(&self.places) {
            let found = file.scan(&self.task(places), &self.source.shared, stage, &AtomicBool::new(false))?;
            scanned.staged.extend(found.staged);
            scanned.scan.add(file, found.account, found.rejects, found.reasons);
            scanned.scan.notes.extend(found.notes);
        }
        Ok(scanned)
    }

    fn task(&self, places: &[Option<usize>]) -> ScanTask {
        let mut needed = Vec::new();
        let fields = places.iter().map(|place| {
            let column = place.map(|position| {
                needed.push(position);
                needed.len() - 1
            });
            LaidField { column, wanted: Wanted::Cell, reader: Reader::Plain }
        });
        let layout = Layout {
            fields: fields.collect(),
            texts: Vec::new(),
            time_name: None,
            predicates: Vec::new(),
            filter: None,
            operands: BTreeMap::new(),
            nulls: self.source.shared.nulls.clone(),
            as_of: None,
            left_out: Vec::new(),
            ids: self.source.ids,
            spare: Mutex::default(),
        };
        ScanTask { layout, needed }
    }
}

/// The columns of all files, by name and by how often the name came before in the same file.
fn united(files: &[File]) -> (Vec<String>, Vec<Vec<Option<usize>>>) {
    let keys = |file: &File| -> Vec<(String, usize)> {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let key = |name| {
            let times = seen.entry(name).or_default();
            *times += 1;
            (String::from(name), *times)
        };
        file.headers().iter().map(String::as_str).map(key).collect()
    };
    let keyed: Vec<Vec<(String, usize)>> = files.iter().map(keys).collect();
    let mut positions: BTreeMap<&(String, usize), usize> = BTreeMap::new();
    let mut all: Vec<&(String, usize)> = Vec::new();
    for key in keyed.iter().flatten() {
        positions.entry(key).or_insert_with(|| {
            all.push(key);
            all.len() - 1
        });
    }
    let places = keyed.iter().map(|keys| {
        let mut places = vec![None; all.len()];
        for (position, key) in keys.iter().enumerate() {
            if let Some(column) = positions.get(key) {
                places[*column] = Some(position);
            }
        }
        places
    });
    (all.iter().map(|(name, _)| name.clone()).collect(), places.collect())
}
