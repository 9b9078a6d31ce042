//! From touches and conversions to credits by channel, checked to add up.

use super::class;
use super::credit::{Sums, Touch, collapse};
use super::read::Read;
use crate::engine::record::{Record, Wide};
use crate::engine::store::{Gathered, gather, in_parallel};
use crate::error::{Error, Result};
use crate::model::apportion::{UNIT, places, rounded, shares, split, step};
use crate::model::decimal::Decimal;
use crate::model::names::fold;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::attribution::{
    AttributionAnswer, AttributionFacts, AttributionPlan, ChannelCredits, Credit, Model, UNATTRIBUTED,
};
use crate::plan::calendar::day_end;
use crate::plan::{NONE, OTHER};
use crate::stats::attribution::removal_effects;
use std::collections::{BTreeMap, BTreeSet};

/// More channels than this make the chain too large.
const MOST_CHANNELS: usize = 1_000;

/// Spend by channel, as far as it is known.
pub type Spend = BTreeMap<String, Decimal>;

/// Credits all conversions.
///
/// # Errors
/// Sums beyond the exact range; too many channels for the Markov chain; amounts of several currencies.
pub fn answer(
    plan: &AttributionPlan,
    read: &Read,
    spend: Option<&Spend>,
    with_revenue: bool,
    threads: usize,
) -> Result<AttributionAnswer> {
    let channels = Channels::new(plan, read, spend);
    let workers = in_parallel(
        threads,
        || Worker { plan, read, channels: &channels, sums: Sums::default(), found: Found::default() },
        |worker, partition| {
            let mut gathered = Gathered::default();
            gather(&read.chunks, partition, &mut gathered);
            for unit in gathered.records.chunk_by(|left, right| left.same_unit(*right)) {
                worker.unit(unit);
            }
        },
    )?;
    let (mut sums, mut found) = (Sums::default(), Found::default());
    for worker in workers {
        sums.merge(worker.sums);
        found.merge(worker.found);
    }
    if sums.overflow {
        return Err(Error::data("a sum of money leaves the exact range"));
    }
    found.facts.no_channel = read.no_channel;
    found.facts.after_as_of = read.scans.iter().map(|scan| scan.after_as_of).sum();
    if !with_revenue {
        found.facts.no_amount = 0;
    }
    let currency = found.currency(read)?;
    let effects = markov(plan, &mut sums, channels.names.len())?;
    settle(plan, &mut sums, channels.names.len())?;
    let total = sums.attributed.1.checked_add(sums.unattributed.1);
    let rows = channels.rows(plan, &sums, spend);
    Ok(AttributionAnswer {
        removal: channels.removal(&effects, &rows),
        rows,
        conversions: sums.attributed.0 + sums.unattributed.0,
        attributed: sums.attributed.0,
        revenue: total.ok_or_else(|| Error::data("a sum of money leaves the exact range"))?,
        with_revenue,
        facts: found.facts,
        as_of: plan.as_of.or(read.latest),
        currency,
        alike: channels.alike(&sums, spend),
    })
}

/// Shares the conversions by removal effects; returns these.
fn markov(plan: &AttributionPlan, sums: &mut Sums, channels: usize) -> Result<Vec<f64>> {
    let Some(place) = plan.models.iter().position(|model| *model == Model::Markov) else { return Ok(Vec::new()) };
    if channels > MOST_CHANNELS {
        let message = format!("{channels} channels are too many for the model markov (at most {MOST_CHANNELS})");
        return Err(Error::usage(message).with_hint("--model first,last,linear,... leaves it out"));
    }
    let Some(effects) = removal_effects(&sums.chain(channels)) else { return Ok(Vec::new()) };
    let (count, revenue) = sums.attributed;
    let shares = shares(&effects);
    let parts = split(revenue.0, &shares);
    for (channel, (share, part)) in shares.iter().zip(parts).enumerate() {
        let credit = Credit { conversions: share * i128::from(count), revenue: Decimal(part) };
        sums.credits.insert((place, channel), credit);
    }
    Ok(effects)
}

/// Rounds credited revenue to the places of the whole, and checks that everything adds up.
fn settle(plan: &AttributionPlan, sums: &mut Sums, channels: usize) -> Result<()> {
    let (count, revenue) = sums.attributed;
    let step = step(places(revenue));
    for model in 0..plan.models.len() {
        let credit = |channel: usize| sums.credits.get(&(model, channel)).copied().unwrap_or_default();
        let credited: i128 = (0..channels).map(|channel| credit(channel).conversions).sum();
        let amounts: Vec<i128> = (0..channels).map(|channel| credit(channel).revenue.0).collect();
        let amounts = rounded(&amounts, step);
        if credited != i128::from(count) * UNIT || amounts.iter().sum::<i128>() != revenue.0 {
            return Err(Error::internal("credits do not add up to the conversions and their revenue"));
        }
        for (channel, amount) in amounts.into_iter().enumerate() {
            sums.credits.entry((model, channel)).or_default().revenue = Decimal(amount);
        }
    }
    Ok(())
}

/// The channels of both sides, sorted by name; those of no name are `(none)`.
struct Channels {
    names: Vec<String>,
    /// Channel by rank of its text.
    of_rank: Vec<usize>,
    direct: Vec<bool>,
}

impl Channels {
    fn new(plan: &AttributionPlan, read: &Read, spend: Option<&Spend>) -> Self {
        let own = |label: &Vec<String>| match label.first().map(|name| name.trim()) {
            None | Some("") => NONE.to_owned(),
            Some(name) => name.to_owned(),
        };
        let labels: Vec<String> = read.channels.labels(1).iter().map(own).collect();
        let mut names: BTreeSet<String> = labels.iter().skip(1).cloned().collect();
        names.extend((read.no_channel > 0).then(|| NONE.to_owned()));
        names.extend(spend.into_iter().flat_map(|spend| spend.keys().cloned()));
        let names: Vec<String> = names.into_iter().collect();
        let of_rank = labels.iter().map(|label| names.binary_search(label).unwrap_or(0)).collect();
        let direct = names.iter().map(|name| plan.direct.contains(&fold(name))).collect();
        Self { names, of_rank, direct }
    }

    /// The channels with the most touches, ties by name; the rest as one, then those without a name, then conversions
    /// without a touch.
    fn rows(&self, plan: &AttributionPlan, sums: &Sums, spend: Option<&Spend>) -> Vec<ChannelCredits> {
        let row = |channel: usize| ChannelCredits {
            channel: self.names[channel].clone(),
            touches: sums.touches.get(&channel).copied().unwrap_or(0),
            spend: match spend {
                Some(spend) => spend.get(&self.names[channel]).copied(),
                None => sums.costs.get(&channel).copied(),
            },
            credits: (0..plan.models.len())
                .map(|model| sums.credits.get(&(model, channel)).copied().unwrap_or_default())
                .collect(),
        };
        let mut named: Vec<ChannelCredits> = (0..self.names.len()).map(row).collect();
        let none = named.iter().position(|row| row.channel == NONE).map(|place| named.remove(place));
        named.sort_by(|left, right| right.touches.cmp(&left.touches).then_with(|| left.channel.cmp(&right.channel)));
        let rest = named.split_off(named.len().min(plan.top));
        named.extend(rest.into_iter().reduce(|sum, row| together(&sum, &row)).map(|row| {
            let channel = OTHER.to_owned();
            ChannelCredits { channel, ..row }
        }));
        named.extend(none);
        let (count, revenue) = sums.unattributed;
        let credit = Credit { conversions: i128::from(count) * UNIT, revenue };
        let credits = vec![credit; plan.models.len()];
        named.push(ChannelCredits { channel: UNATTRIBUTED.to_owned(), touches: 0, spend: None, credits });
        named
    }

    /// Effects of the channels that are shown with a touch, the largest first.
    fn removal(&self, effects: &[f64], rows: &[ChannelCredits]) -> Vec<(String, f64, f64)> {
        let sum: f64 = effects.iter().sum();
        let is_shown = |name: &String| rows.iter().any(|row| row.channel == *name && row.touches > 0);
        let named = self.names.iter().zip(effects);
        let shared = named.map(|(name, effect)| (name.clone(), *effect, if sum > 0.0 { effect / sum } else { 0.0 }));
        let mut removal: Vec<(String, f64, f64)> = shared.filter(|(name, _, _)| is_shown(name)).collect();
        removal.sort_by(|left, right| right.1.total_cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        removal
    }

    /// Channels with spend and no touch beside channels with touches that are written nearly alike.
    fn alike(&self, sums: &Sums, spend: Option<&Spend>) -> Vec<(String, String)> {
        let touched =
            |name: &String| self.names.binary_search(name).is_ok_and(|channel| sums.touches.contains_key(&channel));
        let lonely = spend.into_iter().flat_map(|spend| spend.keys()).filter(|name| !touched(name));
        let pairs = lonely.flat_map(|one| self.names.iter().map(move |other| (one, other)));
        let alike = pairs
            .filter(|(one, other)| one != other && !fold(one).is_empty() && fold(one) == fold(other) && touched(other));
        alike.map(|(one, other)| (one.clone(), other.clone())).collect()
    }
}

/// Two channels as one; their sums were checked together before.
fn together(left: &ChannelCredits, right: &ChannelCredits) -> ChannelCredits {
    let credits = left.credits.iter().zip(&right.credits).map(|(left, right)| Credit {
        conversions: left.conversions + right.conversions,
        revenue: Decimal(left.revenue.0.saturating_add(right.revenue.0)),
    });
    let spend = match (left.spend, right.spend) {
        (Some(left), Some(right)) => Some(Decimal(left.0.saturating_add(right.0))),
        (one, other) => one.or(other),
    };
    ChannelCredits { channel: String::new(), touches: left.touches + right.touches, spend, credits: credits.collect() }
}

/// What the units told besides the sums.
#[derive(Debug, Default)]
struct Found {
    facts: AttributionFacts,
    /// Ranks of the currencies of conversions with an amount.
    currencies: BTreeSet<u32>,
}

impl Found {
    fn merge(&mut self, other: Self) {
        let (mine, theirs) = (&mut self.facts, other.facts);
        mine.units += theirs.units;
        mine.not_converted += theirs.not_converted;
        mine.undated += theirs.undated;
        mine.no_amount += theirs.no_amount;
        mine.repeated += theirs.repeated;
        self.currencies.extend(other.currencies);
    }

    /// The one currency of the conversions, where it is named in a column.
    fn currency(&self, read: &Read) -> Result<Option<String>> {
        let labels = read.currencies.labels(1);
        let names = self.currencies.iter().filter(|rank| **rank != 0).filter_map(|rank| labels.get(*rank as usize));
        let names: BTreeSet<String> = names.flatten().map(|name| name.trim().to_uppercase()).collect();
        if names.len() > 1 {
            let names: Vec<String> = names.into_iter().collect();
            let error = Error::usage(format!("the conversions are in several currencies: {}", names.join(", ")));
            return Err(error.with_hint("--where keeps those of one currency, such as \"currency = 'EUR'\""));
        }
        Ok(names.into_iter().next())
    }
}

/// A conversion of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Conversion {
    time: Micros,
    /// Its time is a date.
    date: bool,
    value: Option<Decimal>,
    currency: u32,
}

struct Worker<'a> {
    plan: &'a AttributionPlan,
    read: &'a Read,
    channels: &'a Channels,
    sums: Sums,
    found: Found,
}

impl Worker<'_> {
    /// Credits the conversions of one unit.
    fn unit(&mut self, records: &[Wide]) {
        let kind = |record: &Wide| record.class() % class::EACH;
        let filters = (class::UNIT_MET..).zip(&self.plan.unit_filters);
        if !filters.clone().all(|(class, _)| records.iter().any(|record| kind(record) == class)) {
            return;
        }
        let touches = self.touches(records);
        let conversions = self.conversions(records);
        self.found.facts.units += u64::from(!touches.is_empty());
        for touch in &touches {
            if self.inside(touch.time) {
                self.sums.touch(touch);
            }
        }
        if conversions.is_empty() {
            self.found.facts.not_converted += u64::from(!touches.is_empty());
            let seen = touches.partition_point(|touch| self.plan.until.is_none_or(|until| touch.time <= until));
            if let Some(last) = touches[..seen].last().filter(|last| self.inside(last.time)) {
                let path = self.path(&touches[..seen], last.time, last.time);
                self.sums.end(&path);
            }
        }
        for conversion in conversions {
            self.credit(&touches, conversion);
        }
    }

    fn credit(&mut self, touches: &[Touch], conversion: Conversion) {
        let undated = conversion.time == NO_TIME;
        let bounded = self.plan.since.is_some() || self.plan.until.is_some();
        self.found.facts.undated += u64::from(undated);
        if bounded && (undated || !self.inside(conversion.time)) {
            return;
        }
        self.found.facts.no_amount += u64::from(conversion.value.is_none());
        self.found.currencies.extend(conversion.value.map(|_| conversion.currency));
        // A date holds all touches of its day; ages run from its beginning.
        let last = if conversion.date && !undated { day_end(conversion.time, self.plan.zone) } else { conversion.time };
        let path = if undated { Vec::new() } else { self.path(touches, conversion.time, last) };
        let value = conversion.value.unwrap_or_default();
        self.sums.convert(self.plan, &self.channels.direct, &path, conversion.time, value);
    }

    fn inside(&self, time: Micros) -> bool {
        self.plan.since.is_none_or(|since| since <= time) && self.plan.until.is_none_or(|until| time <= until)
    }

    /// The touches in the look-back from `moment`, up to `last`.
    fn path(&self, touches: &[Touch], moment: Micros, last: Micros) -> Vec<Touch> {
        let first = self.plan.lookback.map_or(Micros::MIN, |lookback| moment.saturating_sub(lookback));
        let from = touches.partition_point(|touch| touch.time < first);
        let to = touches.partition_point(|touch| touch.time <= last);
        let mut path = touches.get(from..to).unwrap_or_default().to_vec();
        collapse(&mut path);
        path
    }

    /// The touches of a unit by time, those of one moment by channel.
    fn touches(&mut self, records: &[Wide]) -> Vec<Touch> {
        let found = records.iter().filter(|record| record.class() % class::EACH == class::TOUCH);
        let mut touches: Vec<Touch> = found
            .map(|record| Touch {
                time: record.time(),
                channel: self.channels.of_rank[self.read.channels.rank(record.group()) as usize],
                collapses: self.plan.collapse.get((record.class() / class::EACH) as usize).copied().unwrap_or(false),
                cost: record.value(),
            })
            .collect();
        touches.sort_unstable();
        if self.plan.dedupe {
            let before = touches.len();
            touches.dedup_by_key(|touch| (touch.time, touch.channel));
            self.found.facts.repeated += (before - touches.len()) as u64;
        }
        touches
    }

    /// The conversions of a unit by time; of a history the last change, if it is won.
    fn conversions(&mut self, records: &[Wide]) -> Vec<Conversion> {
        let conversion = |record: &Wide| Conversion {
            time: record.time(),
            date: self.read.dates.get((record.class() / class::EACH) as usize).copied().unwrap_or(false),
            value: record.value(),
            currency: self.read.currencies.rank(record.group()),
        };
        let kind = |record: &Wide| record.class() % class::EACH;
        let own = records.iter().filter(|record| kind(record) == class::CONVERSION).map(conversion);
        let mut conversions: Vec<Conversion> = own.collect();
        let changes = records.iter().filter(|record| [class::CHANGE_WON, class::CHANGE_OTHER].contains(&kind(record)));
        // At one moment the outcome comes last.
        let last = changes.max_by_key(|record| (record.time(), kind(record) == class::CHANGE_WON, record.value()));
        conversions.extend(last.filter(|record| kind(record) == class::CHANGE_WON).map(conversion));
        conversions.sort_unstable();
        if self.plan.dedupe {
            let before = conversions.len();
            conversions.dedup_by_key(|conversion| conversion.time);
            self.found.facts.repeated += (before - conversions.len()) as u64;
        }
        conversions
    }
}

#[cfg(test)]
#[path = "collect_tests.rs"]
mod tests;
