//! Pictures of tables, described by column positions; how they are drawn is the renderers' business.
//!
//! A report fills in [`Table::chart`](super::Table::chart) beside the view. A picture shows nothing that its table does
//! not say, so formats that draw none (terminal, Markdown, CSV, JSON) leave it out. What a chart needs is in the table
//! already: rows whose cells are missing or of another type are passed over, a position outside the table is a column
//! of missing cells, and a picture of fewer than two points is left out, so a report need not check anything.

use super::Table;

/// A value and, where there are any, the bounds of its interval: column positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    pub value: usize,
    pub low: Option<usize>,
    pub high: Option<usize>,
}

impl Measure {
    /// A value without an interval.
    #[must_use]
    pub const fn plain(value: usize) -> Self {
        Self { value, low: None, high: None }
    }

    /// Finds value, low and high by the names of their columns; `None` where the table lacks the value.
    #[must_use]
    pub fn named(table: &Table, [value, low, high]: [&str; 3]) -> Option<Self> {
        Some(Self { value: table.position(value)?, low: table.position(low), high: table.position(high) })
    }
}

/// A picture of a table. All numbers but the rows of `unfinished` and `totals` are column positions.
#[derive(Debug, Clone, PartialEq)]
pub enum Chart {
    /// A bar per row, each beside the one before: how many came so far, and what was lost on the way.
    Funnel {
        label: usize,
        /// Counts; the first row is the whole.
        count: usize,
        /// Share of the row before.
        rate: Option<Measure>,
        /// Those who stand at a row and may still go on.
        open: Option<usize>,
    },
    /// A value by period, with its interval; one line per combination of the `series` columns.
    Trend {
        period: usize,
        series: Vec<usize>,
        value: Measure,
        /// What the value is a share of, drawn small underneath.
        size: Option<usize>,
        /// Rows whose value may still change: drawn hollow.
        unfinished: Vec<usize>,
    },
    /// A value along time or another number: survival, cumulative incidence. One line per combination of the `series`
    /// columns and per entry of `lines`.
    ///
    /// A page draws it of a table that is for machines only, too: nobody reads a curve row by row.
    Curve {
        x: usize,
        series: Vec<usize>,
        lines: Vec<Measure>,
        /// The value holds until the next row.
        step: bool,
        /// The value at x = 0 where the table begins later: 1 for survival, 0 for incidence.
        start: Option<f64>,
    },
    /// A value by two columns of labels; the darker the more.
    HeatMap {
        row: usize,
        column: usize,
        value: usize,
        /// A flag; cells without it are marked as unfinished.
        complete: Option<usize>,
    },
    /// The cells of [`Table::matrix`](super::Table::matrix), the darker the more.
    Matrix,
    /// A bar per row, its label put together from several columns.
    Bars { label: Vec<usize>, value: Measure },
    /// For each row a bar per column of `values`, which are of one kind: the same told in several ways.
    Groups { label: Vec<usize>, values: Vec<usize> },
    /// Steps from one total to another; the rows of `totals` stand on zero, the others on what came before. Values of
    /// the rows of `minus` are taken away. The last total ends the picture: rows after it are not drawn.
    Waterfall { label: usize, value: usize, totals: Vec<usize>, minus: Vec<usize> },
}
