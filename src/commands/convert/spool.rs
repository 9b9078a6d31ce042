//! Parts of a table wait here in a temporary file until all before them are read: threads finish in any order, and
//! memory holds a few parts only.

use crate::error::{Error, ErrorKind, Result};
use crate::input::batch::{Batch, Column};
use crate::input::cells::Cells;
use crate::render::rows::TextRows;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

/// Where a part is.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    start: u64,
    length: usize,
    rows: usize,
}

/// A temporary file of parts.
pub struct Spool {
    file: Mutex<(File, u64)>,
    columns: usize,
}

/// Marks a missing cell; no text is as long.
const MISSING: u64 = u64::MAX;

impl Spool {
    /// Makes an empty one for tables of so many columns.
    ///
    /// # Errors
    /// A failed write.
    pub fn new(columns: usize) -> Result<Self> {
        let file = tempfile::tempfile().map_err(|error| failed(&error))?;
        Ok(Self { file: Mutex::new((file, 0)), columns })
    }

    /// Takes a part.
    ///
    /// # Errors
    /// A failed write.
    pub fn add(&self, batch: &Batch) -> Result<Place> {
        let bytes = encoded(batch, self.columns);
        let mut held = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, end) = &mut *held;
        let place = Place { start: *end, length: bytes.len(), rows: batch.rows };
        file.write_all(&bytes).map_err(|error| failed(&error))?;
        *end += bytes.len() as u64;
        Ok(place)
    }

    /// Gives a part back.
    ///
    /// # Errors
    /// A failed read.
    pub fn part(&self, place: Place) -> io::Result<Part> {
        let mut bytes = vec![0; place.length];
        let mut held = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        held.0.seek(SeekFrom::Start(place.start))?;
        held.0.read_exact(&mut bytes)?;
        drop(held);
        decoded(&bytes, place.rows, self.columns).ok_or_else(|| io::Error::other("the temporary file is damaged"))
    }
}

/// A part of the table, in memory.
pub struct Part {
    rows: usize,
    columns: Vec<Cells>,
}

impl TextRows for Part {
    fn rows(&self) -> usize {
        self.rows
    }

    fn columns(&self) -> usize {
        self.columns.len()
    }

    fn cell(&self, row: usize, column: usize) -> Option<&str> {
        self.columns.get(column)?.get(row)
    }
}

fn failed(error: &io::Error) -> Error {
    let error = Error::new(ErrorKind::Io, format!("cannot write a temporary file: {error}"));
    error.with_hint("TMPDIR names another folder for temporary files")
}

/// Column after column, each cell with its length before it.
fn encoded(batch: &Batch, columns: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for column in batch.columns.iter().take(columns) {
        let Column::Cells(cells) = column else { continue };
        for row in 0..batch.rows {
            let cell = cells.get(row);
            bytes.extend_from_slice(&cell.map_or(MISSING, |cell| cell.len() as u64).to_le_bytes());
            bytes.extend_from_slice(cell.unwrap_or_default().as_bytes());
        }
    }
    bytes
}

fn decoded(bytes: &[u8], rows: usize, columns: usize) -> Option<Part> {
    let mut rest = bytes;
    let mut decoded = Vec::with_capacity(columns);
    for _ in 0..columns {
        let mut cells = Cells::default();
        for _ in 0..rows {
            let (length, tail) = rest.split_first_chunk::<8>()?;
            rest = tail;
            match u64::from_le_bytes(*length) {
                MISSING => cells.push(None),
                length => {
                    let (cell, tail) = rest.split_at_checked(usize::try_from(length).ok()?)?;
                    cells.push(Some(cell));
                    rest = tail;
                }
            }
        }
        decoded.push(cells);
    }
    Some(Part { rows, columns: decoded })
}
