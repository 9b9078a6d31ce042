//! Journeys from node to node: events or stage changes packed by unit, then cut into journeys and counted.

mod answer;
pub mod count;
pub mod journey;
mod nodes;
mod stage;

pub use stage::MOST_UNIT_FILTERS;

use super::record::{Narrow, Record, Wide};
use super::store::{Gathered, Staged, gather, in_parallel};
use crate::error::{Error, Result};
use crate::input::source::{Scan, Source};
use crate::model::outcome::{Outcome, OutcomeWords};
use crate::model::time::Micros;
use crate::plan::Attribution;
use crate::plan::calendar::day_end;
use crate::plan::paths::{PathsAnswer, PathsPlan};
use count::{Judging, PathKey, Seen, Tally};
use journey::{Node, Rules, Stop, journeys};
use nodes::Nodes;
use stage::{Labels, Stager, class_may_begin, unit_bit};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

/// An answer with the accounts of the sources it was read from.
#[derive(Debug)]
pub struct PathsRun {
    pub answer: PathsAnswer,
    pub scans: Vec<Scan>,
}

/// Answers a plan, with narrow records where they serve.
///
/// # Errors
/// Whatever reading reports.
pub fn run(plan: &PathsPlan, sources: &[Source], threads: usize) -> Result<PathsRun> {
    if let Some(run) = run_as::<Narrow>(plan, sources, threads)? {
        return Ok(run);
    }
    run_as::<Wide>(plan, sources, threads)?.ok_or_else(|| Error::internal("an event did not fit the wide form"))
}

/// `None` where an event did not fit the form.
fn run_as<R: Record>(plan: &PathsPlan, sources: &[Source], threads: usize) -> Result<Option<PathsRun>> {
    let stager = Stager::new(plan);
    let (mut chunks, mut scans, mut rows) = (Vec::new(), Vec::<Scan>::new(), BTreeMap::new());
    for source in sources {
        let (request, shape) = stager.request(source);
        let scanned = source.scan(&request, &|batch| stager.stage::<R>(batch, &shape), &stager.misfit)?;
        if stager.misfit.load(Ordering::Relaxed) {
            return Ok(None);
        }
        for (staged, part) in scanned.staged {
            chunks.push(staged);
            for (code, count) in part {
                *rows.entry(code).or_insert(0) += count;
            }
        }
        scans.push(scanned.scan);
    }
    let last = |scan: &Scan| scan.latest.map(|at| if scan.date_only { day_end(at, plan.zone) } else { at });
    let as_of = plan.as_of.or_else(|| scans.iter().filter_map(last).max());
    let labels = stager.labels(&rows);
    let words = sources.first().map(|source| source.outcomes.clone()).unwrap_or_default();
    let goal = goal(plan, &labels.rows, &words);
    let nodes = Nodes::new(plan, &labels.rows, &goal);
    let judged = Judged::new(plan, &labels, &nodes, &goal, &words, as_of.unwrap_or(0));
    let tallies = judged.count(&chunks, threads, None)?;
    let shown = answer::shown(plan, &labels, tallies);
    let shown = judged.with_rest(&chunks, threads, shown)?;
    let mut answer = answer::answer(&nodes, shown);
    answer.as_of = as_of;
    answer.after_as_of = scans.iter().map(|scan| scan.after_as_of).sum();
    answer.merged = nodes.merged;
    let asked = plan.order.iter().flatten().chain(&plan.start).chain(&plan.end);
    let unknown: BTreeSet<&String> = asked.filter(|name| !labels.rows.contains_key(*name)).collect();
    answer.unknown = unknown.into_iter().cloned().collect();
    answer.goal = goal;
    Ok(Some(PathsRun { answer, scans }))
}

/// The names that reach the goal: the end anchor, else the last step, else what means won.
fn goal(plan: &PathsPlan, rows: &BTreeMap<String, u64>, words: &OutcomeWords) -> Vec<String> {
    match (&plan.end, plan.order.last()) {
        (Some(end), _) => vec![end.clone()],
        (None, Some(last)) => last.clone(),
        (None, None) if plan.kind == crate::model::kind::Kind::History => {
            rows.keys().filter(|name| words.outcome(name) == Outcome::Won).cloned().collect()
        }
        (None, None) => Vec::new(),
    }
}

/// Everything that units are judged by.
struct Judged<'a> {
    plan: &'a PathsPlan,
    labels: &'a Labels,
    rules: Rules,
    judging: Judging<'a>,
    /// Number of the node by rank of the record's group.
    node_of_rank: Vec<Node>,
}

impl<'a> Judged<'a> {
    fn new(
        plan: &'a PathsPlan,
        labels: &'a Labels,
        nodes: &'a Nodes,
        goal: &[String],
        words: &OutcomeWords,
        as_of: Micros,
    ) -> Self {
        let own = |name: &Option<String>| name.as_ref().map(|name| nodes.own(name).unwrap_or(count::START));
        let history = plan.kind == crate::model::kind::Kind::History;
        let closed = |name: &&String| history && words.outcome(name) != Outcome::Open;
        let judging = Judging {
            steps: &nodes.steps,
            goal: goal.iter().filter_map(|name| nodes.own(name)).collect(),
            final_nodes: labels.rows.keys().filter(closed).filter_map(|name| nodes.own(name)).collect(),
            gap: plan.gap,
            as_of,
            max_steps: plan.max_steps,
        };
        Self {
            plan,
            labels,
            rules: Rules { gap: plan.gap, start: own(&plan.start), end: own(&plan.end) },
            judging,
            node_of_rank: labels.node_names.iter().map(|name| nodes.number(name)).collect(),
        }
    }

    /// Counts all units by group; with `shown`, only the paths that are not shown on their own.
    fn count<R: Record>(
        &self,
        chunks: &[Staged<R>],
        threads: usize,
        shown: Option<&BTreeMap<u32, BTreeSet<PathKey>>>,
    ) -> Result<BTreeMap<u32, Tally>> {
        let make = || (Worker::new(self, shown), Gathered::default());
        let work = |(worker, gathered): &mut (Worker<'_, 'a>, Gathered<R>), partition| {
            gather(chunks, partition, gathered);
            for unit in gathered.records.chunk_by(|one, other| one.same_unit(*other)) {
                worker.unit(unit);
            }
        };
        let mut tallies: BTreeMap<u32, Tally> = BTreeMap::new();
        for (worker, _) in in_parallel(threads, make, work)? {
            for (group, tally) in worker.tallies {
                tallies.entry(group).or_default().merge(tally);
            }
        }
        Ok(tallies)
    }

    /// Counts the units behind the paths that are not shown, where there are any: a second look at all units.
    fn with_rest<R: Record>(
        &self,
        chunks: &[Staged<R>],
        threads: usize,
        mut shown: Vec<answer::Shown>,
    ) -> Result<Vec<answer::Shown>> {
        if shown.iter().all(|group| !group.has_rest) {
            return Ok(shown);
        }
        let mut paths: BTreeMap<u32, BTreeSet<PathKey>> = BTreeMap::new();
        for group in &shown {
            for rank in &group.ranks {
                paths.insert(*rank, group.paths.iter().map(|(key, _)| *key).collect());
            }
        }
        let mut rest = self.count(chunks, threads, Some(&paths))?;
        for group in &mut shown {
            for rank in &group.ranks {
                group.tally.merge(rest.remove(rank).unwrap_or_default());
            }
        }
        Ok(shown)
    }
}

/// One thread's counts and working memory.
struct Worker<'w, 'a> {
    judged: &'w Judged<'a>,
    shown: Option<&'w BTreeMap<u32, BTreeSet<PathKey>>>,
    tallies: BTreeMap<u32, Tally>,
    units: u64,
    stops: Vec<Stop>,
    room: Vec<Stop>,
    seen: Vec<Seen>,
}

impl<'w, 'a> Worker<'w, 'a> {
    fn new(judged: &'w Judged<'a>, shown: Option<&'w BTreeMap<u32, BTreeSet<PathKey>>>) -> Self {
        let (stops, room, seen) = (Vec::new(), Vec::new(), Vec::new());
        Self { judged, shown, tallies: BTreeMap::new(), units: 0, stops, room, seen }
    }

    fn unit<R: Record>(&mut self, records: &[R]) {
        let judged = self.judged;
        let filters = judged.plan.unit_filters.len();
        let met = records.iter().fold(0, |met, record| met | record.class());
        if !(0..filters).all(|filter| met & unit_bit(filter) != 0) {
            return;
        }
        self.stops.clear();
        self.stops.extend(records.iter().map(|record| Stop {
            time: record.time(),
            node: judged.node_of_rank[judged.labels.rank(record.group())],
            may_begin: class_may_begin(record.class()),
        }));
        // Events of one moment come in the order of the steps, else of their names.
        for same in self.stops.chunk_by_mut(|one, other| one.time == other.time) {
            same.sort_by_key(|stop| (stop.node, !stop.may_begin));
        }
        let group = if judged.plan.by.is_empty() { 0 } else { judged.group(records) };
        self.units += 1;
        let tally = self.tallies.entry(group).or_default();
        let (unit, seen) = (self.units, &mut self.seen);
        let (since, until) = (judged.plan.since, judged.plan.until);
        let mut scratch = Tally::default();
        let counted = if self.shown.is_some() { &mut scratch } else { &mut *tally };
        seen.clear();
        journeys(&self.stops, judged.rules, &mut self.room, &mut |journey| {
            let begin = journey.stops[0].time;
            if since.is_none_or(|since| begin >= since) && until.is_none_or(|until| begin <= until) {
                seen.push(counted.journey(&journey, &judged.judging, unit));
            }
        });
        match self.shown {
            _ if seen.is_empty() => {}
            None => tally.unit(seen, judged.plan.order.len()),
            Some(shown) => {
                if let Some(shown) = shown.get(&group) {
                    tally.rest_of(seen, shown);
                }
            }
        }
    }
}

impl Judged<'_> {
    /// The rank of the unit's breakdown value: the first or last that is not empty, of one moment the smallest.
    fn group<R: Record>(&self, records: &[R]) -> u32 {
        let mut found: Option<(Micros, u32)> = None;
        for record in records {
            let (time, group) = (record.time(), self.labels.group(record.group()));
            if group == 0 {
                continue;
            }
            found = match found {
                None => Some((time, group)),
                Some((at, other)) if at == time => Some((at, other.min(group))),
                Some(_) if self.plan.attribution == Attribution::Last => Some((time, group)),
                kept => kept,
            };
        }
        found.map_or(0, |(_, group)| group)
    }
}
