//! The credit of one conversion, and sums of it that do not depend on any order.

use crate::model::apportion::{shares, split};
use crate::model::decimal::Decimal;
use crate::model::time::Micros;
use crate::plan::attribution::{AttributionPlan, Credit, Model};
use crate::stats::attribution::{Chain, position, time_decay};
use std::collections::BTreeMap;

/// A touch on the way to a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    pub time: Micros,
    pub channel: usize,
    /// Of a source whose repeats count as one.
    pub collapses: bool,
    pub cost: Option<Decimal>,
}

/// Sums over conversions, and what the Markov chain needs. All are whole numbers.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    /// By model (position in the plan) and channel.
    pub credits: BTreeMap<(usize, usize), Credit>,
    pub touches: BTreeMap<usize, u64>,
    pub costs: BTreeMap<usize, Decimal>,
    pub starts: BTreeMap<usize, u64>,
    pub moves: BTreeMap<(usize, usize), u64>,
    pub converted: BTreeMap<usize, u64>,
    pub ended: BTreeMap<usize, u64>,
    /// Conversions with a touch, and without one.
    pub attributed: (u64, Decimal),
    pub unattributed: (u64, Decimal),
    /// A sum left the exact range.
    pub overflow: bool,
}

impl Sums {
    /// Credits one conversion to the touches before it; ages run from `moment`.
    pub fn convert(&mut self, plan: &AttributionPlan, direct: &[bool], path: &[Touch], moment: Micros, value: Decimal) {
        let of = if path.is_empty() { &mut self.unattributed } else { &mut self.attributed };
        of.0 += 1;
        self.overflow |= of.1.checked_add(value).map(|sum| of.1 = sum).is_none();
        let Some(last) = path.last() else { return };
        self.walk(path);
        *self.converted.entry(last.channel).or_default() += 1;
        for (place, model) in plan.models.iter().enumerate() {
            let weights = weights(*model, plan, direct, path, moment);
            if weights.is_empty() {
                continue;
            }
            let shares = shares(&weights);
            let parts = split(value.0, &shares);
            for ((touch, share), part) in path.iter().zip(&shares).zip(parts) {
                if *share != 0 || part != 0 {
                    self.give(place, touch.channel, Credit { conversions: *share, revenue: Decimal(part) });
                }
            }
        }
    }

    /// Notes down the way of a unit that never converts.
    pub fn end(&mut self, path: &[Touch]) {
        if let Some(last) = path.last() {
            self.walk(path);
            *self.ended.entry(last.channel).or_default() += 1;
        }
    }

    fn walk(&mut self, path: &[Touch]) {
        if let Some(first) = path.first() {
            *self.starts.entry(first.channel).or_default() += 1;
        }
        for pair in path.windows(2) {
            *self.moves.entry((pair[0].channel, pair[1].channel)).or_default() += 1;
        }
    }

    fn give(&mut self, model: usize, channel: usize, more: Credit) {
        let credit = self.credits.entry((model, channel)).or_default();
        credit.conversions += more.conversions;
        match credit.revenue.checked_add(more.revenue) {
            Some(revenue) => credit.revenue = revenue,
            None => self.overflow = true,
        }
    }

    pub fn touch(&mut self, touch: &Touch) {
        *self.touches.entry(touch.channel).or_default() += 1;
        if let Some(cost) = touch.cost {
            let sum = self.costs.entry(touch.channel).or_default();
            self.overflow |= sum.checked_add(cost).map(|total| *sum = total).is_none();
        }
    }

    /// Adds the sums of another thread.
    pub fn merge(&mut self, other: Self) {
        for ((model, channel), credit) in other.credits {
            self.give(model, channel, credit);
        }
        add(&mut self.touches, other.touches);
        add(&mut self.starts, other.starts);
        add(&mut self.moves, other.moves);
        add(&mut self.converted, other.converted);
        add(&mut self.ended, other.ended);
        for (channel, cost) in other.costs {
            let sum = self.costs.entry(channel).or_default();
            self.overflow |= sum.checked_add(cost).map(|total| *sum = total).is_none();
        }
        let pairs = [(&mut self.attributed, other.attributed), (&mut self.unattributed, other.unattributed)];
        for (mine, theirs) in pairs {
            mine.0 += theirs.0;
            self.overflow |= mine.1.checked_add(theirs.1).map(|total| mine.1 = total).is_none();
        }
        self.overflow |= other.overflow;
    }

    /// The counted transitions over so many channels.
    #[must_use]
    pub fn chain(&self, channels: usize) -> Chain {
        let count = |counts: &BTreeMap<usize, u64>| -> Vec<u64> {
            (0..channels).map(|channel| counts.get(&channel).copied().unwrap_or(0)).collect()
        };
        let mut moves = vec![vec![0; channels]; channels];
        for ((from, to), number) in &self.moves {
            moves[*from][*to] = *number;
        }
        Chain { starts: count(&self.starts), moves, converted: count(&self.converted), ended: count(&self.ended) }
    }
}

fn add<K: Ord>(mine: &mut BTreeMap<K, u64>, theirs: BTreeMap<K, u64>) {
    for (key, count) in theirs {
        *mine.entry(key).or_default() += count;
    }
}

/// The weight of each touch; empty for models that are computed over all paths.
fn weights(model: Model, plan: &AttributionPlan, direct: &[bool], path: &[Touch], moment: Micros) -> Vec<f64> {
    let only = |place: usize| {
        let mut weights = vec![0.0; path.len()];
        weights[place] = 1.0;
        weights
    };
    let last = path.len() - 1;
    match model {
        Model::First => only(0),
        Model::Last => only(last),
        Model::LastNonDirect => only(path.iter().rposition(|touch| !direct[touch.channel]).unwrap_or(last)),
        Model::Linear => vec![1.0; path.len()],
        Model::Position => position(path.len()),
        Model::TimeDecay => {
            let ages: Vec<i64> = path.iter().map(|touch| (moment - touch.time).max(0)).collect();
            time_decay(&ages, plan.half_life)
        }
        Model::Markov => Vec::new(),
        Model::Shapley => {
            // Each conversion is worth 1 to every set that holds all its channels: they share it equally.
            let first = |place: usize| path[..place].iter().all(|earlier| earlier.channel != path[place].channel);
            (0..path.len()).map(|place| f64::from(u8::from(first(place)))).collect()
        }
    }
}

/// Puts touches of one channel in a row together, where their source is of that kind; the last of them stays.
pub fn collapse(path: &mut Vec<Touch>) {
    let mut kept: Vec<Touch> = Vec::with_capacity(path.len());
    for touch in path.drain(..) {
        match kept.last_mut() {
            Some(last) if last.channel == touch.channel && touch.collapses && last.collapses => *last = touch,
            _ => kept.push(touch),
        }
    }
    *path = kept;
}
