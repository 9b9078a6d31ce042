//! `cycle`: how long deals take from start to close, and how long they stay in each stage.
//!
//! Definitions (also in the captions): an open deal is censored at the as-of time, never counted as lost; won and lost
//! compete, so shares come from the cumulative incidence; quantiles of closed deals are biased short while deals are
//! open, and the median of the survival curve stands beside them.

mod chart;
mod curves;
mod hand_over;
mod lengths;
mod notes;
mod stages;
mod terms;
mod trend;
mod view;

pub use notes::{notes, summary};
pub use terms::terms;

use crate::document::{Cell, Column, ColumnType, Table};
use crate::plan::calendar::Every;
use crate::plan::deals::{DealAnswer, DealPlan, DealRow, EndCount, Point};
use crate::reports::labels::{split_cells, split_columns};
use crate::reports::thin::Detail;
use crate::stats::survival::Observed;

/// Everything the tables are made from: one cut of an answer and what it was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Cycle<'a> {
    pub plan: &'a DealPlan,
    pub answer: &'a DealAnswer,
    /// Position of the cut.
    pub cut: usize,
    pub grouped: bool,
    pub every: Option<Every>,
    pub confidence: f64,
    /// Of the restricted mean, microseconds; `None`: the longest observed time.
    pub horizon: Option<i64>,
    /// Of the tables `survival` and `incidence`.
    pub detail: Detail,
}

impl Cycle<'_> {
    /// Returns all tables that the data can fill; the first is the main one.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        let mut tables = vec![lengths::table(self)];
        tables.extend(curves::survival(self));
        tables.push(curves::median(self));
        tables.extend(curves::incidence(self));
        tables.extend(curves::logrank(self));
        tables.extend(trend::table(self));
        tables.extend(hand_over::table(self));
        if !self.rows().iter().all(|row| row.stages.is_empty()) {
            tables.extend([stages::table(self), stages::returns(self)]);
        }
        tables
    }

    #[must_use]
    pub fn lengths(&self) -> Table {
        lengths::table(self)
    }

    #[must_use]
    pub fn stages(&self) -> Table {
        stages::table(self)
    }

    #[must_use]
    pub fn trend(&self) -> Option<Table> {
        trend::table(self)
    }

    #[must_use]
    pub fn median(&self) -> Table {
        curves::median(self)
    }

    fn rows(&self) -> &[DealRow] {
        self.answer.cuts.get(self.cut).map_or(&[], Vec::as_slice)
    }

    fn by(&self) -> &[String] {
        if self.grouped { &self.plan.journey.by } else { &[] }
    }

    /// A table with the leading columns of groups and periods.
    fn start(&self, name: &str, title: &str, own: &[(&str, ColumnType)]) -> (Table, usize) {
        let mut table = Table::new(name, title, &[]);
        table.columns = split_columns(self.by(), self.every, own);
        let leading = table.columns.len();
        table.columns.extend(own.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }));
        (table, leading)
    }

    fn leading_cells(row: &DealRow) -> Vec<Cell> {
        split_cells(&row.group, row.period)
    }

    /// Whether the time to the close is asked for, and not to another moment.
    fn ends_at_close(&self) -> bool {
        self.plan.to == Point::Closed
    }

    /// The outcomes with their names: the first end, the loss, both.
    fn outcomes(&self) -> [(&'static str, Ending); 3] {
        if self.ends_at_close() {
            [("won", Ending::Won), ("lost", Ending::Lost), ("closed", Ending::Either)]
        } else {
            [("reached", Ending::Won), ("not reached", Ending::Lost), ("ended", Ending::Either)]
        }
    }
}

/// Which ends count as the event; the other ones are censored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Won,
    Lost,
    Either,
}

impl Ending {
    const fn events(self, count: &EndCount) -> u64 {
        match self {
            Self::Won => count.won,
            Self::Lost => count.lost,
            Self::Either => count.won + count.lost,
        }
    }

    fn observed(self, durations: &[EndCount]) -> Vec<Observed> {
        let observed = |count: &EndCount| {
            let events = self.events(count);
            Observed { time: count.duration, events, censored: count.won + count.lost + count.open - events }
        };
        durations.iter().map(observed).collect()
    }
}

/// Microseconds as a cell in seconds.
fn elapsed(micros: i64) -> Cell {
    elapsed_f64(micros_f64(micros))
}

fn elapsed_f64(micros: f64) -> Cell {
    Cell::Elapsed(micros / micros_f64(crate::model::time::MICROS_PER_SECOND))
}

#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53")]
const fn micros_f64(micros: i64) -> f64 {
    micros as f64
}

/// The mean of the won cycles in microseconds; `None` where none is timed.
#[must_use]
pub fn mean_of_won(cycle: &[EndCount]) -> Option<f64> {
    let won: Vec<(i64, u64)> = cycle.iter().map(|count| (count.duration, count.won)).collect();
    lengths::mean(&won, won.iter().map(|(_, n)| n).sum())
}
