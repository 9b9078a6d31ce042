//! Finds the likely steps of a funnel that nobody described: from stage-date columns, from the order in which units
//! first enter stages, or from the current stages of deals.

use super::record::{Record, Unpacked, Wide};
use super::store::{Gathered, Packed, Staged, gather, in_parallel};
use crate::error::{Error, Result};
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Source};
use crate::model::kind::{Kind, Role};
use crate::model::outcome::{Outcome, OutcomeWords};
use crate::model::time::NO_TIME;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// How the steps were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    StageDates,
    FirstEntries,
    CurrentStages,
}

/// Likely steps, in their likely order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    pub steps: Vec<String>,
    pub ground: Ground,
}

/// More names than this are no stages of one funnel.
const MOST_STEPS: usize = 12;

/// What is said where there are none.
pub const NO_STEPS: &str = "no steps can be found in the data";

/// The name of the step that every deal reaches by being there.
pub const CREATED: &str = "Created";

/// Proposes steps for the sources.
///
/// # Errors
/// Whatever reading reports; no names at all is a data error.
pub fn discover(sources: &[Source], threads: usize) -> Result<Discovery> {
    let words = sources.first().map(|source| source.outcomes.clone()).unwrap_or_default();
    let deals: Vec<&Source> = sources.iter().filter(|source| source.kind == Kind::Deals).collect();
    let moves: Vec<&Source> = sources.iter().filter(|source| source.kind != Kind::Deals).collect();
    // Dates of winning and losing alone are no steps where another column has the stages.
    let is_step = |stage: &String| words.outcome(stage) == Outcome::Open;
    let dates = |source: &&Source| {
        let has_stages = source.roles.contains_key(&Role::Stage);
        source.stage_dates.iter().any(|(stage, _)| !has_stages || is_step(stage))
    };
    let found = if deals.iter().any(dates) {
        stage_dates(&deals, &words)?
    } else if moves.is_empty() {
        current_stages(&deals, &words)?
    } else {
        first_entries(&moves, &words, threads)?
    };
    if found.steps.is_empty() {
        let error = Error::data(NO_STEPS);
        return Err(error.with_hint("name them with --steps 'first,second,...'"));
    }
    Ok(found)
}

/// Puts the won step last and leaves the lost ones out.
fn ordered_by_outcome(names: impl IntoIterator<Item = String>, words: &OutcomeWords) -> Vec<String> {
    let (mut open, mut won) = (Vec::new(), Vec::new());
    for name in names {
        match words.outcome(&name) {
            Outcome::Open => open.push(name),
            Outcome::Won => won.push(name),
            Outcome::Lost => {}
        }
    }
    won.truncate(1);
    open.extend(won);
    open
}

/// What the deals show: how often each word stands as stage or state, and how full the date columns are.
#[derive(Debug, Default)]
struct DealFacts {
    deals: u64,
    /// By word: deals in it, and how many of them have no creation time.
    words: BTreeMap<String, (u64, u64)>,
    /// Deals with a date, per stage-date column.
    dated: BTreeMap<String, u64>,
}

fn deal_facts(sources: &[&Source]) -> Result<DealFacts> {
    let mut facts = DealFacts::default();
    for source in sources {
        let dictionary = Arc::new(Dictionary::default());
        let mut fields = vec![Field { column: source.column(Role::Id), wanted: Wanted::Id }];
        fields.push(Field { column: source.column(Role::Created), wanted: Wanted::Time { required: false } });
        let word = source.roles.get(&Role::Stage).or_else(|| source.roles.get(&Role::Status));
        let name = word.map(|column| {
            let wanted = Wanted::Name { dictionary: Arc::clone(&dictionary), required: false, only: None };
            fields.push(Field { column: column.clone(), wanted });
            fields.len() - 1
        });
        let status = source.roles.get(&Role::Status).map(|column| {
            let wanted = Wanted::Name { dictionary: Arc::clone(&dictionary), required: false, only: None };
            fields.push(Field { column: column.clone(), wanted });
            fields.len() - 1
        });
        let dates = fields.len();
        for (_, column) in &source.stage_dates {
            fields.push(Field { column: column.clone(), wanted: Wanted::Time { required: false } });
        }
        let request = Request { fields, ..Request::default() };
        let scanned = source.scan(&request, &|batch| batch.clone(), &AtomicBool::new(false))?;
        let names = dictionary.names();
        for batch in &scanned.staged {
            count_words(batch, name, &names, &mut facts, |_| true);
            // Beside a stage, a state is a step only where it says how the deal ended.
            if source.roles.contains_key(&Role::Stage) {
                count_words(batch, status, &names, &mut facts, |word| source.outcomes.outcome(word) != Outcome::Open);
            }
            for (position, (stage, _)) in source.stage_dates.iter().enumerate() {
                let filled = times(batch, dates + position).iter().filter(|time| **time != NO_TIME).count();
                *facts.dated.entry(stage.clone()).or_default() += filled as u64;
            }
            facts.deals += batch.rows as u64;
        }
    }
    Ok(facts)
}

fn count_words(
    batch: &Batch,
    position: Option<usize>,
    names: &[String],
    facts: &mut DealFacts,
    counts: impl Fn(&str) -> bool,
) {
    let column = position.and_then(|position| batch.columns.get(position));
    let Some(Column::Codes(codes)) = column else { return };
    for (code, created) in codes.iter().zip(times(batch, 1)).filter(|(code, _)| **code != 0) {
        let word = &names[*code as usize];
        if counts(word) {
            let counts = facts.words.entry(word.clone()).or_default();
            counts.0 += 1;
            counts.1 += u64::from(*created == NO_TIME);
        }
    }
}

fn times(batch: &Batch, position: usize) -> &[i64] {
    match batch.columns.get(position) {
        Some(Column::Times(times)) => times,
        _ => &[],
    }
}

/// The stage-date columns in their order; before them the creation, where not every deal has the first date, and after
/// them the won stage, where none of them is it.
fn stage_dates(deals: &[&Source], words: &OutcomeWords) -> Result<Discovery> {
    let facts = deal_facts(deals)?;
    let mut stages: Vec<String> = Vec::new();
    for (stage, _) in deals.iter().flat_map(|source| &source.stage_dates) {
        if !stages.contains(stage) {
            stages.push(stage.clone());
        }
    }
    let mut steps = ordered_by_outcome(stages, words);
    let first_is_full = steps.first().and_then(|first| facts.dated.get(first)) == Some(&facts.deals);
    if !first_is_full {
        steps.insert(0, CREATED.to_owned());
    }
    if !steps.iter().any(|step| words.outcome(step) == Outcome::Won) {
        steps.extend(facts.words.keys().find(|word| words.outcome(word) == Outcome::Won).cloned());
    }
    Ok(Discovery { steps, ground: Ground::StageDates })
}

/// Open stages by falling share of deals without a creation time, then by name; the won stage last.
fn current_stages(deals: &[&Source], words: &OutcomeWords) -> Result<Discovery> {
    let facts = deal_facts(deals)?;
    let mut stages: Vec<(String, (u64, u64))> = facts.words.into_iter().collect();
    // Compares empty / all crosswise, exactly.
    stages.sort_by(|(left, (all, empty)), (right, (other_all, other_empty))| {
        let (mine, theirs) = (u128::from(*empty) * u128::from(*other_all), u128::from(*other_empty) * u128::from(*all));
        theirs.cmp(&mine).then_with(|| left.cmp(right))
    });
    let steps = ordered_by_outcome(stages.into_iter().map(|(name, _)| name), words);
    Ok(Discovery { steps, ground: Ground::CurrentStages })
}

/// Names by the median rank of their first entry among the first entries of a unit; ties by falling count, then name.
fn first_entries(sources: &[&Source], words: &OutcomeWords, threads: usize) -> Result<Discovery> {
    let dictionary = Arc::new(Dictionary::default());
    let mut chunks: Vec<Staged<Wide>> = Vec::new();
    for source in sources {
        let constant = source.event_name.as_ref().map(|name| dictionary.code(name));
        let mut fields = vec![
            Field { column: source.column(Role::Id), wanted: Wanted::Id },
            Field { column: source.column(Role::Time), wanted: Wanted::Time { required: true } },
        ];
        if constant.is_none() {
            let role = if source.kind == Kind::Events { Role::Event } else { Role::Stage };
            let wanted = Wanted::Name { dictionary: Arc::clone(&dictionary), required: true, only: None };
            fields.push(Field { column: source.column(role), wanted });
        }
        let request = Request { fields, ..Request::default() };
        chunks.extend(source.scan(&request, &|batch| pack(batch, constant), &AtomicBool::new(false))?.staged);
    }
    let ranks = in_parallel(threads, Ranks::default, |ranks, partition| {
        let mut gathered = std::mem::take(&mut ranks.gathered);
        gather(&chunks, partition, &mut gathered);
        for unit in gathered.records.chunk_by(|left, right| left.same_unit(*right)) {
            ranks.add(unit);
        }
        ranks.gathered = gathered;
    })?;
    let steps = by_median_rank(ranks, &dictionary.names());
    let mut steps = ordered_by_outcome(steps, words);
    steps.truncate(MOST_STEPS);
    Ok(Discovery { steps, ground: Ground::FirstEntries })
}

fn pack(batch: &Batch, constant: Option<u32>) -> Staged<Wide> {
    let mut packed = Packed::with_capacity(batch.rows);
    if let (Some(Column::Ids(ids)), Some(Column::Times(times))) = (batch.columns.first(), batch.columns.get(1)) {
        for row in 0..batch.rows {
            let class = constant.unwrap_or_else(|| match batch.columns.get(2) {
                Some(Column::Codes(codes)) => codes[row],
                _ => 0,
            });
            packed.push(&Unpacked { unit: ids[row], time: times[row], class, group: 0, value: None });
        }
    }
    Staged::new(&packed)
}

/// How often a name was the first, second, ... new one of a unit.
#[derive(Debug, Default)]
struct Ranks {
    gathered: Gathered<Wide>,
    seen: Vec<u32>,
    counts: BTreeMap<u32, BTreeMap<usize, u64>>,
}

impl Ranks {
    fn add(&mut self, unit: &[Wide]) {
        self.seen.clear();
        for tie in unit.chunk_by(|left, right| left.time() == right.time()) {
            let rank = self.seen.len();
            for record in tie {
                if !self.seen.contains(&record.class()) && self.seen.len() < MOST_STEPS * 4 {
                    self.seen.push(record.class());
                    *self.counts.entry(record.class()).or_default().entry(rank).or_default() += 1;
                }
            }
        }
    }
}

fn by_median_rank(ranks: Vec<Ranks>, names: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<u32, BTreeMap<usize, u64>> = BTreeMap::new();
    for (name, more) in ranks.into_iter().flat_map(|ranks| ranks.counts) {
        let mine = counts.entry(name).or_default();
        for (rank, count) in more {
            *mine.entry(rank).or_default() += count;
        }
    }
    let mut order: Vec<(usize, u64, &String)> = counts
        .iter()
        .map(|(name, counts)| {
            let total: u64 = counts.values().sum();
            (median_rank(counts, total), total, &names[*name as usize])
        })
        .collect();
    order.sort_by(|left, right| left.0.cmp(&right.0).then(right.1.cmp(&left.1)).then(left.2.cmp(right.2)));
    order.into_iter().map(|(_, _, name)| name.clone()).collect()
}

/// Twice the median, to stay whole.
fn median_rank(counts: &BTreeMap<usize, u64>, total: u64) -> usize {
    let at = |position: u64| {
        let mut below = 0;
        for (rank, count) in counts {
            below += count;
            if below > position {
                return *rank;
            }
        }
        0
    };
    at(total.saturating_sub(1) / 2) + at(total / 2)
}
