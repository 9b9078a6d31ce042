//! One row of a batch of deals or stage changes, cell by cell.

use super::stager::Shape;
use crate::input::batch::{Batch, Column};
use crate::model::decimal::Decimal;
use crate::model::outcome::Outcome;
use crate::model::time::{Micros, NO_TIME};

/// One row of a batch.
pub(super) struct Row<'a> {
    pub(super) batch: &'a Batch,
    /// Position in the batch.
    pub(super) position: usize,
    pub(super) shape: &'a Shape,
    pub(super) outcomes: &'a [Outcome],
    pub(super) steps: &'a [Vec<usize>],
}

impl Row<'_> {
    pub(super) fn time(&self, position: usize) -> Micros {
        match self.batch.columns.get(position) {
            Some(Column::Times(times)) => times[self.position],
            _ => NO_TIME,
        }
    }

    pub(super) fn words(&self) -> [u32; 2] {
        [self.shape.status, self.shape.name]
            .map(|position| position.map_or(0, |at| code(self.batch, at, self.position)))
    }

    /// Won or lost where the status or else the stage says so.
    pub(super) fn outcome(&self) -> Outcome {
        let words = self.words().map(|word| self.outcomes.get(word as usize).copied().unwrap_or(Outcome::Open));
        words.into_iter().find(|outcome| *outcome != Outcome::Open).unwrap_or(Outcome::Open)
    }

    /// When the deal was won or lost: its closing date, else the date of what became of it.
    pub(super) fn closed(&self) -> Micros {
        let outcome = self.outcome();
        let own = self.shape.closed.into_iter();
        let ended = self.shape.ended.iter().filter(|(ending, _)| *ending == outcome).map(|(_, position)| *position);
        own.chain(ended).map(|position| self.time(position)).find(|time| *time != NO_TIME).unwrap_or(NO_TIME)
    }

    /// The steps of the current stage: of the stage column, else of the status.
    pub(super) fn current_steps(&self) -> &[usize] {
        let [status, stage] = self.words();
        let word = if self.shape.name.is_some() { stage } else { status };
        self.steps.get(word as usize).map_or(&[], Vec::as_slice)
    }

    /// Steps that are named by the lost word itself.
    pub(super) fn lost_steps(&self) -> &[usize] {
        let lost = |word: &u32| self.outcomes.get(*word as usize) == Some(&Outcome::Lost);
        let word = self.words().into_iter().find(lost).unwrap_or(0);
        self.steps.get(word as usize).map_or(&[], Vec::as_slice)
    }
}

pub(super) fn code(batch: &Batch, position: usize, row: usize) -> u32 {
    match batch.columns.get(position) {
        Some(Column::Codes(codes)) => codes[row],
        _ => 0,
    }
}

pub(super) fn amount(batch: &Batch, position: usize, row: usize) -> Option<Decimal> {
    match batch.columns.get(position) {
        Some(Column::Amounts(amounts)) => amounts[row],
        _ => None,
    }
}
