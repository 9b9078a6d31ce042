//! Counts of journeys, for one group and period: mergeable, so that threads and rare groups can be put together.

use super::spread::spread;
use crate::model::decimal::Decimal;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::{CutRow, DurationCount, StepCounts};

/// How a unit's observation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Converted,
    /// Its window is over: it was at risk all the while and did not convert.
    Expired,
    /// The deal is lost: it cannot convert any more.
    Lost,
    /// It may still go on.
    Open,
}

/// One judged unit, ready to be counted.
#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    /// Steps that the unit is counted at, by position.
    pub reached: &'a [bool],
    /// Time of each step, or `NO_TIME`.
    pub times: &'a [Micros],
    /// Sum of the value at each step; empty where values are not asked for.
    pub values: &'a [Option<Decimal>],
    pub ending: Ending,
    /// The step (position) that a unit which stopped was last seen at.
    pub last: usize,
    /// Time under observation since entry, in microseconds; `None` where the entry is not known.
    pub observed: Option<Micros>,
    /// Whether the window of the entry is over; `None` without a window.
    pub mature: Option<bool>,
    /// Steps (bits) that stand beside the main line: the time of the next step runs from the one before them.
    pub optional: u64,
}

#[derive(Debug, Clone, Default)]
struct StepTally {
    entered: u64,
    dropped: u64,
    open: u64,
    /// Entered by units whose window is over.
    mature: u64,
    elapsed: Vec<Micros>,
    value: Option<Decimal>,
}

/// Counts of one group and period.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    steps: Vec<StepTally>,
    total: Vec<Micros>,
    mature: Option<(u64, u64)>,
    converted: Vec<Micros>,
    lost: Vec<Micros>,
    censored: Vec<Micros>,
    /// Units whose window is over, and the window.
    expired: u64,
    window: Micros,
    pub backward: u64,
    /// A sum left the exact range.
    pub overflow: bool,
}

impl Tally {
    #[must_use]
    pub fn new(steps: usize) -> Self {
        Self { steps: vec![StepTally::default(); steps], ..Self::default() }
    }

    /// Units at step 1.
    #[must_use]
    pub fn units(&self) -> u64 {
        self.steps.first().map_or(0, |step| step.entered)
    }

    pub fn add(&mut self, outcome: &Outcome<'_>) {
        let mut previous = NO_TIME;
        for (position, step) in self.steps.iter_mut().enumerate() {
            let time = outcome.times.get(position).copied().unwrap_or(NO_TIME);
            if outcome.reached[position] {
                step.entered += 1;
                step.mature += u64::from(outcome.mature == Some(true));
                if let Some(Some(value)) = outcome.values.get(position) {
                    self.overflow |= !add_value(&mut step.value, *value);
                }
                if position > 0 && previous != NO_TIME && time != NO_TIME {
                    if time >= previous {
                        step.elapsed.push(time - previous);
                    } else {
                        self.backward += 1;
                    }
                }
            }
            if outcome.optional >> position & 1 == 0 {
                previous = time;
            }
        }
        self.end(outcome);
    }

    fn end(&mut self, outcome: &Outcome<'_>) {
        match outcome.ending {
            Ending::Converted => {}
            Ending::Expired | Ending::Lost => self.steps[outcome.last].dropped += 1,
            Ending::Open => self.steps[outcome.last].open += 1,
        }
        if let Some(mature) = outcome.mature {
            let counts = self.mature.get_or_insert((0, 0));
            counts.0 += u64::from(mature);
            counts.1 += u64::from(mature && outcome.ending == Ending::Converted);
        }
        let Some(observed) = outcome.observed.filter(|observed| *observed >= 0) else { return };
        match outcome.ending {
            Ending::Converted => {
                self.converted.push(observed);
                self.total.push(observed);
            }
            Ending::Expired => {
                self.expired += 1;
                self.window = observed;
            }
            Ending::Lost => self.lost.push(observed),
            Ending::Open => self.censored.push(observed),
        }
    }

    /// Adds the counts of another thread or of another group.
    pub fn merge(&mut self, other: Self) {
        for (step, more) in self.steps.iter_mut().zip(other.steps) {
            step.entered += more.entered;
            step.dropped += more.dropped;
            step.open += more.open;
            step.mature += more.mature;
            append(&mut step.elapsed, more.elapsed);
            if let Some(value) = more.value {
                self.overflow |= !add_value(&mut step.value, value);
            }
        }
        append(&mut self.total, other.total);
        append(&mut self.converted, other.converted);
        append(&mut self.lost, other.lost);
        append(&mut self.censored, other.censored);
        self.expired += other.expired;
        self.window = self.window.max(other.window);
        self.mature = match (self.mature, other.mature) {
            (Some(left), Some(right)) => Some((left.0 + right.0, left.1 + right.1)),
            (left, right) => left.or(right),
        };
        self.backward += other.backward;
        self.overflow |= other.overflow;
    }

    /// Turns the counts into a row; the order in which they were added leaves no trace.
    #[must_use]
    pub fn into_row(mut self) -> CutRow {
        let durations = self.durations();
        let steps = self
            .steps
            .into_iter()
            .map(|mut step| StepCounts {
                entered: step.entered,
                dropped: step.dropped,
                open: step.open,
                mature: self.mature.map(|_| step.mature),
                time: spread(&mut step.elapsed),
                value: step.value,
            })
            .collect();
        CutRow { steps, total_time: spread(&mut self.total), mature: self.mature, durations, ..CutRow::default() }
    }

    /// Merges the three sorted lists into counts per duration.
    fn durations(&mut self) -> Vec<DurationCount> {
        let lists = [&mut self.converted, &mut self.lost, &mut self.censored];
        let mut rest = lists.map(|list| {
            list.sort_unstable();
            list.as_slice()
        });
        let mut counts = Vec::new();
        while let Some(duration) = rest.iter().filter_map(|list| list.first().copied()).min() {
            let [converted, lost, censored] = rest.each_mut().map(|list| take_equal(list, duration));
            counts.push(DurationCount { duration, converted, lost, censored });
        }
        if self.expired > 0 {
            add_expired(&mut counts, self.window, self.expired);
        }
        counts
    }
}

/// Takes the leading values that equal `duration` and counts them.
fn take_equal(list: &mut &[Micros], duration: Micros) -> u64 {
    let count = list.iter().take_while(|value| **value == duration).count();
    *list = &list[count..];
    count as u64
}

/// Units whose window is over leave observation at its end, behind every shorter duration.
fn add_expired(counts: &mut Vec<DurationCount>, window: Micros, expired: u64) {
    match counts.binary_search_by_key(&window, |count| count.duration) {
        Ok(position) => counts[position].censored += expired,
        Err(position) => {
            let count = DurationCount { duration: window, censored: expired, ..DurationCount::default() };
            counts.insert(position, count);
        }
    }
}

fn append(all: &mut Vec<Micros>, mut more: Vec<Micros>) {
    if all.is_empty() {
        *all = more;
    } else {
        all.append(&mut more);
    }
}

/// Adds to an exact sum; returns false where the range is left.
fn add_value(sum: &mut Option<Decimal>, value: Decimal) -> bool {
    match sum.unwrap_or_default().checked_add(value) {
        Some(total) => {
            *sum = Some(total);
            true
        }
        None => false,
    }
}
