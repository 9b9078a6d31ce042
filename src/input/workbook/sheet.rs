//! The cells of one sheet, sixteen bytes each beside their text, and the rows they form.

/// What a cell holds. Its text is there for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// Written as the shortest decimal that is the number.
    Number,
    /// A whole number beyond 2^53: what was typed in may have had other digits.
    Inexact,
    /// `2024-01-13`
    Date,
    /// `2024-01-13T14:17:00`, with a fraction where there is one.
    Time,
    /// `#N/A` and the like.
    Error,
    /// A formula whose result was not saved: its cell is not empty, and what it holds is not known.
    Uncomputed,
}

/// A cell with content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    pub(super) row: u32,
    pub(super) column: u16,
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) length: u32,
}

/// The cells of a sheet by row and column; rows and columns count from 0, and rows without content are absent.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    texts: String,
    cells: Vec<Stored>,
    /// Where each row begins in the cells.
    rows: Vec<usize>,
}

/// One row with content.
#[derive(Debug, Clone, Copy)]
pub(super) struct SheetRow<'a> {
    /// From 0.
    pub(super) number: u32,
    pub(super) cells: &'a [Stored],
}

impl Sheet {
    pub(super) fn new(texts: String, mut cells: Vec<Stored>) -> Self {
        let place = |cell: &Stored| (cell.row, cell.column);
        if !cells.is_sorted_by_key(place) {
            cells.sort_by_key(place);
        }
        let starts = |at: &usize| *at == 0 || cells[*at].row != cells[*at - 1].row;
        let rows = (0..cells.len()).filter(starts).collect();
        Self { texts, cells, rows }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The rows from a number on.
    pub(super) fn rows_from(&self, number: u32) -> impl Iterator<Item = SheetRow<'_>> {
        let first = self.rows.partition_point(|start| self.cells[*start].row < number);
        (first..self.rows.len()).map(|row| {
            let end = self.rows.get(row + 1).copied().unwrap_or(self.cells.len());
            let cells = &self.cells[self.rows[row]..end];
            SheetRow { number: cells[0].row, cells }
        })
    }

    pub(super) fn cells(&self) -> &[Stored] {
        &self.cells
    }

    pub(super) fn last_row(&self) -> Option<u32> {
        self.cells.last().map(|cell| cell.row)
    }

    pub(super) fn text(&self, cell: &Stored) -> &str {
        let start = cell.start as usize;
        self.texts.get(start..start + cell.length as usize).unwrap_or_default()
    }
}

impl SheetRow<'_> {
    pub(super) fn get(&self, column: usize) -> Option<&Stored> {
        let column = u16::try_from(column).ok()?;
        self.cells.binary_search_by_key(&column, |cell| cell.column).ok().map(|at| &self.cells[at])
    }
}
