//! One deal: its creation, its moves between stages in their order, its end.

use crate::engine::record::{Record, Wide};
use crate::engine::stage_judge::{State, state};
use crate::engine::stages::fact;
use crate::model::time::{Micros, NO_TIME};

/// Where a move leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A stage, counted from 0 without the creation.
    Stage(usize),
    Lost,
    Won,
}

/// An entry into a stage, or an end; without a time where the data only say that it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub time: Micros,
    pub to: Place,
}

/// The life of one deal. Kept from deal to deal, for its memory.
#[derive(Debug, Clone)]
pub struct Life {
    /// Or [`NO_TIME`].
    pub created: Micros,
    pub state: State,
    /// By time; no two in a row lead to the same place, and the last one leads to the deal's state.
    pub moves: Vec<Move>,
    /// Whether any stage has a date, that of the creation where it stands for the first stage among them.
    pub has_dates: bool,
    /// Times of the further columns, or [`NO_TIME`].
    pub moments: Vec<Micros>,
}

impl Default for Life {
    fn default() -> Self {
        Self { created: NO_TIME, state: State::Open, moves: Vec::new(), has_dates: false, moments: Vec::new() }
    }
}

impl Life {
    /// Reads the facts about a unit, which are sorted by time.
    ///
    /// Facts of one time come in the order of the stages, so that a deal that passes several at once moves forward.
    pub fn read(&mut self, facts: &[Wide], stages: usize, moments: usize, created_is_first: bool) {
        self.moves.clear();
        self.moments.clear();
        self.moments.resize(moments, NO_TIME);
        self.state = state(facts);
        self.created = first_time(facts, |class| class == 0).unwrap_or(NO_TIME);
        let mut current = None;
        for record in facts {
            let (class, time) = (record.class(), record.time());
            let to = match class {
                0 => continue,
                fact::HISTORY_WON => Place::Won,
                fact::HISTORY_LOST => Place::Lost,
                class if class >= fact::MOMENT => {
                    if let Some(slot) = self.moments.get_mut((class - fact::MOMENT) as usize) {
                        *slot = if *slot == NO_TIME { time } else { (*slot).min(time) };
                    }
                    continue;
                }
                class if class as usize <= stages => Place::Stage(class as usize - 1),
                _ => continue,
            };
            if time == NO_TIME {
                current = Some(to);
            } else {
                self.moves.push(Move { time, to });
            }
        }
        if self.created == NO_TIME
            && !facts.iter().any(|record| record.class() <= fact::LOST && record.class() >= fact::OPEN)
        {
            // A history alone: the deal begins with its first row.
            self.created = self.moves.first().map_or(NO_TIME, |first| first.time);
        }
        if created_is_first && self.created != NO_TIME {
            self.moves.insert(0, Move { time: self.created, to: Place::Stage(0) });
        }
        self.has_dates = self.moves.iter().any(|step| matches!(step.to, Place::Stage(_)));
        self.end(current);
        self.moves.dedup_by(|later, earlier| later.to == earlier.to);
    }

    /// Makes the last move lead to where the deal stands.
    fn end(&mut self, current: Option<Place>) {
        let last = self.moves.last().copied();
        let end = match self.state {
            State::Won(time) => Move { time, to: Place::Won },
            State::Lost(time) => Move { time, to: Place::Lost },
            State::Open => {
                if let Some(to) = current.filter(|to| last.is_none_or(|last| last.to != *to)) {
                    self.moves.push(Move { time: NO_TIME, to });
                }
                return;
            }
        };
        if last.is_none_or(|last| last.to != end.to) {
            self.moves.push(end);
        }
    }

    /// When the deal was closed, or [`NO_TIME`].
    pub const fn closed(&self) -> Micros {
        match self.state {
            State::Won(time) | State::Lost(time) => time,
            State::Open => NO_TIME,
        }
    }

    /// The stage that the deal stands at, or stood at when it was closed; and since when, where that is known.
    pub fn stage(&self) -> Option<(usize, Option<Micros>)> {
        self.moves.iter().rev().find_map(|step| match step.to {
            Place::Stage(stage) => Some((stage, Some(step.time).filter(|time| *time != NO_TIME))),
            Place::Won | Place::Lost => None,
        })
    }

    /// The first entry into a stage.
    pub fn first_entry(&self, stage: usize) -> Option<Micros> {
        let entries = self.moves.iter().filter(|step| step.to == Place::Stage(stage) && step.time != NO_TIME);
        entries.map(|step| step.time).min()
    }

    /// The last dated move, or the creation.
    pub fn last(&self) -> Option<Micros> {
        let dated = self.moves.iter().map(|step| step.time).filter(|time| *time != NO_TIME);
        dated.max().or(Some(self.created).filter(|time| *time != NO_TIME))
    }
}

fn first_time(facts: &[Wide], wanted: impl Fn(u32) -> bool) -> Option<Micros> {
    let times = facts.iter().filter(|record| wanted(record.class())).map(|record| record.time());
    times.filter(|time| *time != NO_TIME).min()
}
