//! A sheet as one of the file formats: its records become typed batches.

use super::header::{Header, is_comment};
use super::sheet::{Kind, Sheet, SheetRow, Stored};
use crate::document::{FileAccount, Note};
use crate::error::Result;
use crate::input::batch::{Batch, Wanted};
use crate::input::csv::REJECTS_LISTED;
use crate::input::evidence::Evidence;
use crate::input::file::{FileScan, Reason, ScanTask};
use crate::input::formats::Formats;
use crate::input::source::Shared;
use crate::input::typed::{Builder, Cell, Fault, LaidField, Layout, Reader, Row, Seen};
use crate::input::values::{
    AmountColumn, AmountFault, AmountFormat, DecimalMark, ParsedTime, TimeColumn, TimeFault, TimeFormat,
};
use crate::model::decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

const ERROR_VALUE: &str = "an error value of the sheet";
const UNCOMPUTED: &str = "a formula without its result (open the workbook in a spreadsheet and save it)";
const DATE_AMONG_TEXT: &str = "a date cell in a column of dates as text (day and month may be swapped)";

const INEXACT_NAME: &str = "a number too long to be exact: ids and names must be text cells";

/// So many rows make a batch.
const ROWS_PER_BATCH: u64 = 1 << 16;

/// A sheet whose header is known.
#[derive(Debug)]
pub struct WorkbookFile {
    /// The path as the user gave it.
    pub name: String,
    pub headers: Vec<String>,
    /// Sheets that hold data too, or hide.
    pub other_sheets: Vec<String>,
    /// Size of the workbook in bytes, for progress.
    pub bytes: u64,
    pub(super) header: Option<u32>,
    /// The first row that can be a record, from 0.
    pub(super) data: u32,
    pub(super) sheet: Sheet,
    pub(super) comment: Option<String>,
    pub(super) notes: Vec<Note>,
}

/// What becomes of a row.
enum Found<'a> {
    Record(SheetRow<'a>),
    Comment,
}

impl WorkbookFile {
    pub(super) fn new(name: String, bytes: u64, sheet: Sheet, header: Header) -> Self {
        let Header { names, row, data } = header;
        let (other_sheets, comment, notes) = (Vec::new(), None, Vec::new());
        Self { name, headers: names, other_sheets, bytes, header: row, data, sheet, comment, notes }
    }

    /// Row of the header, from 1.
    #[must_use]
    pub fn header_line(&self) -> Option<u64> {
        self.header.map(|row| u64::from(row) + 1)
    }

    fn found(&self) -> impl Iterator<Item = Found<'_>> {
        let comment = self.comment.as_deref();
        self.sheet
            .rows_from(self.data)
            .map(move |row| if is_comment(&self.sheet, &row, comment) { Found::Comment } else { Found::Record(row) })
    }

    /// Every record of the sheet as the texts of its columns; for small tables.
    pub fn texts(&self) -> impl Iterator<Item = Vec<String>> {
        let records = self.found().filter_map(|found| match found {
            Found::Record(row) => Some(row),
            Found::Comment => None,
        });
        records.map(|row| {
            let text = |column| row.get(column).map_or("", |cell| self.sheet.text(cell)).to_owned();
            (0..self.headers.len()).map(text).collect()
        })
    }

    /// Shows the cells of the needed columns to the evidence. Dates are shown as what they are, numbers only where they
    /// may be times.
    #[must_use]
    pub fn gather(&self, needed: &[usize], mut evidence: Evidence) -> Evidence {
        let times: Vec<bool> = (0..needed.len()).map(|slot| evidence.times.contains_key(&slot)).collect();
        for found in self.found() {
            let Found::Record(row) = found else { continue };
            let cells = Cells { sheet: &self.sheet, row, needed, read: &[], amounts: &[] };
            evidence.observe(u64::from(row.number) + 1, &Shown { cells, times: &times });
            if evidence.settled() {
                break;
            }
        }
        evidence
    }

    /// Reads the sheet into batches.
    ///
    /// # Errors
    /// A condition that cannot be evaluated.
    pub fn scan<S: Send>(
        &self,
        task: &ScanTask,
        shared: &Shared,
        stage: &(dyn Fn(&Batch) -> S + Sync),
        stop: &AtomicBool,
    ) -> Result<FileScan<S>> {
        let mut judge = Judge::new(&task.layout, &task.needed, &shared.formats);
        let mut tally = Tally::new(self);
        let (mut staged, mut seen) = (Vec::new(), Seen::default());
        let mut builder = Builder::new(&task.layout);
        let mut rows = 0;
        let mut stopped = false;
        for found in self.found() {
            if rows == ROWS_PER_BATCH {
                let full = std::mem::replace(&mut builder, Builder::new(&task.layout));
                seen.merge(&full.seen);
                staged.push(full.finish(stage)?);
                rows = 0;
                stopped = stop.load(Ordering::Relaxed);
            }
            if stopped {
                tally.account.records -= 1;
                continue;
            }
            let row = match found {
                Found::Comment => {
                    tally.account.skipped += 1;
                    continue;
                }
                Found::Record(row) => row,
            };
            rows += 1;
            match judge.push(&self.sheet, row, &mut builder) {
                Ok(()) => tally.account.loaded += 1,
                Err(fault) => tally.reject(row.number, task.needed.get(fault.column).copied(), fault.reason),
            }
        }
        seen.merge(&builder.seen);
        staged.push(builder.finish(stage)?);
        (shared.progress)(self.bytes);
        Ok(tally.finish(staged, seen, self.notes.clone()))
    }
}

/// Counts of a scan.
struct Tally {
    account: FileAccount,
    rejects: Vec<(u64, Option<usize>, &'static str)>,
    reasons: BTreeMap<(Option<usize>, &'static str), (u64, u64)>,
}

impl Tally {
    /// Rows without content are known before the sheet is read: those between the header and the last row.
    fn new(file: &WorkbookFile) -> Self {
        let with_content = file.sheet.rows_from(file.data).count() as u64;
        let last = file.sheet.last_row().map_or(0, |row| u64::from(row) + 1);
        let skipped = u64::from(file.header.unwrap_or(file.data)).min(last);
        let blank = last.saturating_sub(u64::from(file.data)).saturating_sub(with_content);
        let account = FileAccount {
            path: file.name.clone(),
            records: skipped + blank + with_content,
            blank,
            skipped,
            ..FileAccount::default()
        };
        Self { account, rejects: Vec::new(), reasons: BTreeMap::new() }
    }

    fn reject(&mut self, row: u32, column: Option<usize>, reason: &'static str) {
        let line = u64::from(row) + 1;
        self.account.rejected += 1;
        self.reasons.entry((column, reason)).or_insert((0, line)).0 += 1;
        if self.rejects.len() < REJECTS_LISTED {
            self.rejects.push((line, column, reason));
        }
    }

    fn finish<S>(self, staged: Vec<S>, seen: Seen, notes: Vec<Note>) -> FileScan<S> {
        let reasons = self.reasons.into_iter();
        let reasons =
            reasons.map(|((column, reason), (rows, first_line))| Reason { column, reason, rows, first_line }).collect();
        FileScan { staged, account: self.account, rejects: self.rejects, reasons, seen, notes }
    }
}

/// The needed cells of a row, as far as they are read by their type.
#[derive(Clone, Copy)]
struct Cells<'r, 's> {
    sheet: &'s Sheet,
    row: SheetRow<'s>,
    needed: &'r [usize],
    read: &'r [Option<ParsedTime>],
    amounts: &'r [Option<Decimal>],
}

impl<'s> Cells<'_, 's> {
    fn stored(&self, slot: usize) -> Option<&'s Stored> {
        let column = u16::try_from(*self.needed.get(slot)?).ok()?;
        let cells = self.row.cells;
        cells.binary_search_by_key(&column, |cell| cell.column).ok().map(|at| &cells[at])
    }

    fn written(&self, slot: usize) -> Cell<'s> {
        self.stored(slot).map_or(Cell::Null, |cell| Cell::Text(self.sheet.text(cell).as_bytes()))
    }
}

impl<'s> Row<'s> for Cells<'_, 's> {
    fn cell(&self, slot: usize) -> Cell<'s> {
        match self.read.get(slot).copied().flatten() {
            Some(time) => Cell::Time { at: time.at, date_only: time.date_only },
            None => self.written(slot),
        }
    }

    fn text(&self, slot: usize) -> Cell<'s> {
        self.written(slot)
    }

    fn amount(&self, slot: usize) -> Option<Decimal> {
        self.amounts.get(slot).copied().flatten()
    }
}

/// Cells as they are shown to find out formats: numbers and errors of the sheet tell nothing about amounts.
struct Shown<'r, 's> {
    cells: Cells<'r, 's>,
    /// Whether a slot is read as a time.
    times: &'r [bool],
}

impl<'s> Row<'s> for Shown<'_, 's> {
    fn cell(&self, slot: usize) -> Cell<'s> {
        let is_time = self.times.get(slot).copied().unwrap_or_default();
        match self.cells.stored(slot).map(|cell| cell.kind) {
            Some(Kind::Error | Kind::Uncomputed) => Cell::Null,
            Some(Kind::Number | Kind::Inexact) if !is_time => Cell::Null,
            _ => self.cells.written(slot),
        }
    }
}

/// Whether times of the column are written as text in another form than the typed cells.
fn is_other_format(field: &LaidField) -> bool {
    matches!(&field.reader, Reader::Time(Some(column)) if column.format != TimeFormat::Iso)
}

/// Reads the cells that need no format, and leaves the others to the builder.
struct Judge<'t> {
    layout: &'t Layout,
    needed: &'t [usize],
    read: Vec<Option<ParsedTime>>,
    amounts: Vec<Option<Decimal>>,
    iso: TimeColumn,
    plain: AmountColumn,
    /// Whether the formats of times were found in the data.
    found: bool,
}

impl<'t> Judge<'t> {
    fn new(layout: &'t Layout, needed: &'t [usize], formats: &Formats) -> Self {
        let plain = AmountFormat { decimal: DecimalMark::Point, thousands: None, currency: None };
        Self {
            layout,
            needed,
            read: vec![None; needed.len()],
            amounts: vec![None; needed.len()],
            iso: TimeColumn::new(TimeFormat::Iso, formats.zone()),
            plain: AmountColumn::new(plain),
            found: formats.finds_times(),
        }
    }

    fn push(&mut self, sheet: &Sheet, row: SheetRow<'_>, builder: &mut Builder<'_>) -> std::result::Result<(), Fault> {
        self.read.fill(None);
        self.amounts.fill(None);
        for field in &self.layout.fields {
            let Some(slot) = field.column else { continue };
            let stored = self.needed.get(slot).and_then(|column| row.get(*column));
            let Some(stored) = stored else { continue };
            let judged = self.judge(slot, field, stored.kind, sheet.text(stored));
            judged.map_err(|reason| Fault { column: slot, reason })?;
        }
        let (read, amounts) = (self.read.as_slice(), self.amounts.as_slice());
        builder.push(&Cells { sheet, row, needed: self.needed, read, amounts })
    }

    fn judge(
        &mut self,
        slot: usize,
        field: &LaidField,
        kind: Kind,
        text: &str,
    ) -> std::result::Result<(), &'static str> {
        match (&field.wanted, kind) {
            // A spreadsheet that takes 02/01 for the first of February leaves 30/01 as text: neither can be trusted.
            (Wanted::Time { .. }, Kind::Date | Kind::Time) if self.found && is_other_format(field) => {
                Err(DATE_AMONG_TEXT)
            }
            (Wanted::Text { .. }, _) => Ok(()),
            (_, Kind::Error) => Err(ERROR_VALUE),
            (_, Kind::Uncomputed) => Err(UNCOMPUTED),
            (Wanted::Id | Wanted::Name { .. }, Kind::Inexact) => Err(INEXACT_NAME),
            (Wanted::Time { .. }, Kind::Date | Kind::Time) => {
                let parsed = self.iso.parse(text.trim().as_bytes());
                self.read[slot] = Some(parsed.map_err(TimeFault::reason)?);
                Ok(())
            }
            (Wanted::Amount, Kind::Number | Kind::Inexact) => {
                self.amounts[slot] = self.plain.parse(text.as_bytes()).map_err(AmountFault::reason)?;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
