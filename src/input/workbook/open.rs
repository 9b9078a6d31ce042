//! From bytes to the cells of one sheet, through the library's reader of each format.

use super::collect::{Collector, TooLong};
use super::file::WorkbookFile;
use super::header::SheetOptions;
use super::moment::Clock;
use super::sheet::Sheet;
use super::{columns, header};
use crate::document::Note;
use crate::error::{Error, ErrorKind, Result};
use crate::input::bytes::{ByteSource, Content};
use calamine::{
    DataRef, Ods, OdsError, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError, Xlsx, XlsxError,
};
use std::collections::BTreeSet;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// Opens a workbook: the sheet that was named, else the first visible one with data.
///
/// # Errors
/// Kind `Io`: a workbook that is damaged or encrypted. Kind `Data`: no workbook, no such sheet, no data, no header.
pub fn open(
    source: &ByteSource,
    content: Content,
    options: &SheetOptions,
    accepts: &dyn Fn(&[String]) -> bool,
) -> Result<WorkbookFile> {
    let loaded = guarded(|| load(source, content, options.sheet.as_deref()));
    source.verify_unchanged()?;
    let name = source.name();
    let loaded = loaded.map_err(|failure| failure.error(name))?;
    let sheet = loaded.sheet;
    let header = header::find(&sheet, options, accepts, name)?;
    let mut notes: Vec<Note> = Vec::new();
    if !loaded.others.is_empty() {
        let text = format!("{name}: sheet `{}` is read; others: {}", loaded.name, loaded.others.join(", "));
        notes.push(Note::note("sheet", text));
    }
    if let Some(row) = header.row.filter(|row| *row > 0) {
        notes.push(Note::note("preamble", format!("{name}: {row} lines before the header were skipped")));
    }
    notes.extend(columns::long_numbers(&sheet, &header.names, header.data, name));
    notes.extend(columns::merged(&loaded.merged, header.data, name));
    let file = WorkbookFile::new(name.to_owned(), source.len(), sheet, header);
    Ok(WorkbookFile { other_sheets: loaded.others, comment: options.comment.clone(), notes, ..file })
}

/// One sheet of a workbook.
struct Loaded {
    name: String,
    sheet: Sheet,
    others: Vec<String>,
    /// The last rows of merged ranges.
    merged: Vec<u32>,
}

/// Why a workbook cannot be read. What the library says is not passed on: it may name cells.
#[derive(Debug)]
enum Failure {
    NoWorkbook,
    Password,
    Damaged,
    NoData,
    NoSheet(Vec<String>),
    TooLong,
}

impl From<TooLong> for Failure {
    fn from(_: TooLong) -> Self {
        Self::TooLong
    }
}

impl Failure {
    fn error(self, name: &str) -> Error {
        let io = |message: &str| Error::new(ErrorKind::Io, message).in_file(name);
        match self {
            Self::NoWorkbook => Error::data("is a zip archive, but no workbook")
                .at(name, Some(1), None)
                .with_hint("unpack it first, or save the sheet as XLSX or CSV"),
            Self::Password => io("the workbook is protected by a password")
                .with_hint("save a copy of it without a password, or the sheet as CSV"),
            Self::Damaged => io("the workbook is damaged or incomplete")
                .with_hint("fetch it again, or open it in a spreadsheet and save it as XLSX or CSV"),
            Self::TooLong => io("the sheet holds more text than 4 GiB").with_hint("save the sheet as CSV"),
            Self::NoData => Error::data("the workbook holds no data")
                .at(name, Some(1), None)
                .with_hint("a header row with column names is needed"),
            Self::NoSheet(names) => Error::data("the workbook has no such sheet with data")
                .in_file(name)
                .with_hint(format!("sheets: {}", names.join(", "))),
        }
    }
}

type Loading<T> = std::result::Result<T, Failure>;

/// Damaged files can make a reader panic: that is a read error, not a crash.
fn guarded(load: impl FnOnce() -> Loading<Loaded>) -> Loading<Loaded> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(load)).unwrap_or(Err(Failure::Damaged))
}

fn load(source: &ByteSource, content: Content, wanted: Option<&str>) -> Loading<Loaded> {
    let bytes = || BufReader::new(Positioned { source, at: 0 });
    if content == Content::OpenDocument {
        return choose(Ods::new(bytes())?, wanted);
    }
    match (Xlsx::new(bytes()), content) {
        // An encrypted workbook is in the container of old ones.
        (Err(XlsxError::Password), _) => Err(Failure::Password),
        (_, Content::OldWorkbook) => choose(Xls::new(bytes())?, wanted),
        (Ok(book), _) if !book.sheets_metadata().is_empty() => choose(book, wanted),
        (other, _) => match (Xlsb::new(bytes()), other) {
            (Ok(book), _) if !book.sheets_metadata().is_empty() => choose(book, wanted),
            (_, Ok(_) | Err(XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound)) => Err(Failure::NoWorkbook),
            (_, Err(_)) => Err(Failure::Damaged),
        },
    }
}

/// A workbook of any format.
trait Book {
    fn sheets(&self) -> Vec<calamine::Sheet>;
    fn read(&mut self, name: &str) -> Loading<Sheet>;

    /// The last rows of the merged ranges of a sheet.
    fn merged(&mut self, _name: &str) -> Vec<u32> {
        Vec::new()
    }
}

/// Reads the named sheet, else the first one with data: of the visible ones, and only then of the hidden ones.
fn choose(mut book: impl Book, wanted: Option<&str>) -> Loading<Loaded> {
    let sheets: Vec<calamine::Sheet> =
        book.sheets().into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
    let is_visible = |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible;
    let (visible, hidden): (Vec<_>, Vec<_>) = sheets.iter().partition(is_visible);
    let candidates = visible.into_iter().chain(hidden);
    for candidate in candidates.filter(|sheet| wanted.is_none_or(|wanted| sheet.name == wanted)) {
        let sheet = book.read(&candidate.name)?;
        if sheet.is_empty() {
            continue;
        }
        let others = sheets.iter().filter(|sheet| sheet.name != candidate.name);
        let others = others.map(|sheet| sheet.name.clone()).collect();
        let merged = book.merged(&candidate.name);
        return Ok(Loaded { name: candidate.name.clone(), sheet, others, merged });
    }
    match wanted {
        Some(_) => Err(Failure::NoSheet(sheets.into_iter().map(|sheet| sheet.name).collect())),
        None => Err(Failure::NoData),
    }
}

impl<R: Read + Seek> Book for Xlsx<R> {
    fn sheets(&self) -> Vec<calamine::Sheet> {
        self.sheets_metadata().to_vec()
    }

    fn read(&mut self, name: &str) -> Loading<Sheet> {
        let mut cells = self.worksheet_cells_reader(name)?;
        let clock = |style: &calamine::Style| {
            let format = style.number_format.as_ref();
            format.map_or(Clock::Hidden, |format| Clock::of_format(&format.format_code, format.format_id))
        };
        let clocks: Vec<Clock> = cells.styles().iter().map(clock).collect();
        let mut collector = Collector::default();
        let mut empty = BTreeSet::new();
        while let Some((cell, style)) = cells.next_cell_with_style_id()? {
            let clock = clocks.get(style).copied().unwrap_or(Clock::Unsaid);
            if *cell.get_value() == DataRef::Empty {
                empty.insert(cell.get_position());
            }
            collector.add(cell.get_position(), cell.get_value(), clock)?;
        }
        drop(cells);
        // Cells without a value are either blank or formulas that no spreadsheet has computed yet.
        if !empty.is_empty() {
            let formulas = self.worksheet_formula(name)?;
            let (row, column) = formulas.start().unwrap_or_default();
            let formulas = formulas.used_cells().filter(|(.., formula)| !formula.is_empty());
            let places = formulas.filter_map(|(down, right, _)| {
                Some((row.checked_add(u32::try_from(down).ok()?)?, column.checked_add(u32::try_from(right).ok()?)?))
            });
            places.filter(|place| empty.contains(place)).for_each(|place| collector.add_uncomputed(place));
        }
        Ok(collector.finish())
    }

    fn merged(&mut self, name: &str) -> Vec<u32> {
        let ranges = self.merge_cells_by_sheet_name(name).unwrap_or_default();
        ranges.into_iter().map(|range| range.end.0).collect()
    }
}

impl<R: Read + Seek> Book for Xlsb<R> {
    fn sheets(&self) -> Vec<calamine::Sheet> {
        self.sheets_metadata().to_vec()
    }

    fn read(&mut self, name: &str) -> Loading<Sheet> {
        let mut cells = self.worksheet_cells_reader(name)?;
        let mut collector = Collector::default();
        while let Some(cell) = cells.next_cell()? {
            collector.add(cell.get_position(), cell.get_value(), Clock::Unsaid)?;
        }
        Ok(collector.finish())
    }
}

impl<R: Read + Seek> Book for Xls<R> {
    fn sheets(&self) -> Vec<calamine::Sheet> {
        self.sheets_metadata().to_vec()
    }

    fn read(&mut self, name: &str) -> Loading<Sheet> {
        owned(&self.worksheet_range(name)?)
    }

    fn merged(&mut self, name: &str) -> Vec<u32> {
        let ranges = self.merge_cells_by_sheet_name(name).unwrap_or_default();
        ranges.into_iter().map(|range| range.end.0).collect()
    }
}

impl<R: Read + Seek> Book for Ods<R> {
    fn sheets(&self) -> Vec<calamine::Sheet> {
        self.sheets_metadata().to_vec()
    }

    fn read(&mut self, name: &str) -> Loading<Sheet> {
        owned(&self.worksheet_range(name)?)
    }
}

/// Takes the cells of a range, which counts from its own beginning.
fn owned(range: &calamine::Range<calamine::Data>) -> Loading<Sheet> {
    let mut collector = Collector::default();
    let (row, column) = range.start().unwrap_or_default();
    for (below, beside, value) in range.used_cells() {
        let place = |from: u32, more: usize| u32::try_from(more).ok().and_then(|more| from.checked_add(more));
        let (Some(row), Some(column)) = (place(row, below), place(column, beside)) else { continue };
        collector.add_owned((row, column), value)?;
    }
    Ok(collector.finish())
}

impl From<XlsxError> for Failure {
    fn from(error: XlsxError) -> Self {
        if matches!(error, XlsxError::Password) { Self::Password } else { Self::Damaged }
    }
}

impl From<XlsbError> for Failure {
    fn from(error: XlsbError) -> Self {
        if matches!(error, XlsbError::Password) { Self::Password } else { Self::Damaged }
    }
}

impl From<XlsError> for Failure {
    fn from(error: XlsError) -> Self {
        if matches!(error, XlsError::Password) { Self::Password } else { Self::Damaged }
    }
}

impl From<OdsError> for Failure {
    fn from(error: OdsError) -> Self {
        if matches!(error, OdsError::Password) { Self::Password } else { Self::Damaged }
    }
}

/// A source as the library reads it.
struct Positioned<'a> {
    source: &'a ByteSource,
    at: u64,
}

impl Read for Positioned<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read_at(self.at, buffer).map_err(|error| io::Error::other(error.message))?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Positioned<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.source.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
