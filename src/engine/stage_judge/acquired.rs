//! Deals one by one, as leads with what became of them: for reports that count by other times than the entry.

use super::{StageJudge, Standing, State, amount, state};
use crate::engine::cost::{Acquired, Marks};
use crate::engine::record::{Record, Wide};
use crate::engine::stages::fact;
use crate::engine::store::{Gathered, gather, in_parallel};
use crate::error::Result;
use crate::model::decimal::Decimal;
use crate::model::time::{Micros, NO_TIME};

/// A unit, its amount, and whether it is lost in a stage that is not known.
pub type Judged = (Acquired, Option<Decimal>, bool);

impl StageJudge<'_> {
    /// Judges every unit by the rules of the conversion funnel; in no particular order.
    ///
    /// # Errors
    /// A panic of a worker.
    pub fn acquired(&self, marks: Marks, threads: usize) -> Result<Vec<Judged>> {
        let workers = in_parallel(
            threads,
            || (Gathered::default(), Vec::new()),
            |(gathered, found): &mut (Gathered<Wide>, Vec<Judged>), partition| {
                gather(&self.units.chunks, partition, gathered);
                let units = gathered.records.chunk_by(|left, right| left.same_unit(*right));
                found.extend(units.filter_map(|unit| self.lead(unit, marks)));
            },
        )?;
        Ok(workers.into_iter().flat_map(|(_, found)| found).collect())
    }

    fn lead(&self, facts: &[Wide], marks: Marks) -> Option<Judged> {
        let standing = self.judge(facts)?;
        if !standing.reached[0] {
            return None;
        }
        let state = state(facts);
        let customer = matches!(state, State::Won(_)).then(|| won_at(facts));
        let lead = Acquired {
            group: standing.group,
            entry: standing.entry,
            opportunity: opportunity(&standing, marks, customer),
            customer,
            open: state == State::Open,
            days: 0,
        };
        Some((lead, amount(facts), standing.lost_unknown))
    }
}

/// When the step of opportunities was reached; who won it was an opportunity, whatever the steps show.
fn opportunity(standing: &Standing, marks: Marks, customer: Option<Micros>) -> Option<Micros> {
    let step = marks.opportunity?;
    let reached = standing.reached[step] || customer.is_some();
    reached.then(|| standing.times[step])
}

/// The closing time of the deal's own row, else that of the history.
fn won_at(facts: &[Wide]) -> Micros {
    let of = |class: u32| facts.iter().filter(move |record| record.class() == class).map(|record| record.time());
    of(fact::WON).chain(of(fact::HISTORY_WON)).filter(|time| *time != NO_TIME).max().unwrap_or(NO_TIME)
}
