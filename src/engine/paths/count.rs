//! Counts journeys: moves from place to place, paths, and where those went who did not go on.

use super::journey::{Journey, Node};
use crate::model::time::Micros;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Places beside the nodes.
pub const START: Node = Node::MAX;
pub const END: Node = Node::MAX - 1;
pub const OPEN: Node = Node::MAX - 2;

/// A path as one number: a byte per node (its number and one), from the lowest up.
pub type PathKey = u128;

/// The byte that says that a path goes on.
const GOES_ON: PathKey = 0xff << 120;

/// Writes the first nodes of a journey as a key.
pub fn path_key(nodes: impl Iterator<Item = Node>, most: usize) -> PathKey {
    let mut key = 0;
    for (position, node) in nodes.enumerate() {
        if position == most {
            return key | GOES_ON;
        }
        key |= (PathKey::from(node) + 1) << (8 * position);
    }
    key
}

/// Reads a key: the nodes, and whether the path goes on.
#[must_use]
pub fn path_nodes(key: PathKey) -> (Vec<Node>, bool) {
    let bytes = (key & !GOES_ON).to_le_bytes();
    let nodes = bytes.iter().take_while(|byte| **byte != 0).map(|byte| byte - 1);
    (nodes.collect(), key & GOES_ON == GOES_ON)
}

/// Moves between two places.
#[derive(Debug, Default)]
pub struct Moves {
    pub moves: u64,
    pub units: u64,
    pub durations: Vec<Micros>,
    /// The unit that was counted last.
    unit: u64,
}

/// Journeys of one path.
#[derive(Debug, Clone, Copy, Default)]
pub struct Taken {
    pub journeys: u64,
    pub units: u64,
    pub converted: u64,
}

/// What was counted in one group.
#[derive(Debug, Default)]
pub struct Tally {
    pub units: u64,
    pub journeys: u64,
    pub moves: BTreeMap<(Node, Node), Moves>,
    pub paths: HashMap<PathKey, Taken, foldhash::fast::FixedState>,
    /// By furthest step and the place reached after it: units.
    pub detours: BTreeMap<(usize, Node), u64>,
    /// Of the paths that are not shown on their own, where these are known.
    pub rest: Taken,
}

/// A journey as it is remembered until all of the unit's are known.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    path: PathKey,
    converted: bool,
    /// The furthest step, and the place reached after it; `None` where the journey touched no step.
    furthest: Option<(usize, Node)>,
}

/// What decides about journeys besides their nodes.
pub struct Judging<'a> {
    pub steps: &'a [Option<usize>],
    pub goal: Vec<Node>,
    /// Nodes after which nothing more is to come.
    pub final_nodes: Vec<Node>,
    pub gap: Option<Micros>,
    pub as_of: Micros,
    pub max_steps: usize,
}

impl Judging<'_> {
    /// Whether the journey is over: it came to its end, or the pause is longer than a gap at the as-of time.
    fn is_over(&self, journey: &Journey<'_>) -> bool {
        let last = journey.stops.last().map(|stop| stop.node);
        journey.ended
            || last.is_some_and(|node| self.final_nodes.contains(&node))
            || self.gap.is_some_and(|gap| self.as_of - journey.last > gap)
    }

    /// The furthest step of the order that the journey reached, and where it went from there.
    fn furthest(&self, journey: &Journey<'_>, after: Node) -> Option<(usize, Node)> {
        let step = |node: Node| self.steps.get(usize::from(node)).copied().flatten();
        let stops = journey.stops.iter().enumerate();
        let reached = stops.filter_map(|(position, stop)| Some((step(stop.node)?, position)));
        let (furthest, position) = reached.max()?;
        let next = journey.stops.get(position + 1).map_or(after, |stop| stop.node);
        Some((furthest, next))
    }
}

impl Tally {
    /// Counts one journey of a unit, whose number is not 0; returns what is needed to count the unit.
    pub fn journey(&mut self, journey: &Journey<'_>, judging: &Judging<'_>, unit: u64) -> Seen {
        self.journeys += 1;
        let after = if judging.is_over(journey) { END } else { OPEN };
        let mut before: Option<(Node, Micros)> = None;
        for stop in journey.stops {
            match before {
                None => self.count(START, stop.node, None, unit),
                Some((node, time)) => self.count(node, stop.node, Some(stop.time - time), unit),
            }
            before = Some((stop.node, stop.time));
        }
        if let Some((node, _)) = before {
            self.count(node, after, None, unit);
        }
        Seen {
            path: path_key(journey.stops.iter().map(|stop| stop.node), judging.max_steps),
            converted: journey.stops.iter().any(|stop| judging.goal.contains(&stop.node)),
            furthest: judging.furthest(journey, after),
        }
    }

    fn count(&mut self, from: Node, to: Node, duration: Option<Micros>, unit: u64) {
        let moves = self.moves.entry((from, to)).or_default();
        moves.moves += 1;
        moves.units += u64::from(moves.unit != unit);
        moves.unit = unit;
        moves.durations.extend(duration);
    }

    /// Counts a unit by its journeys, which are put in order.
    ///
    /// Of those that did not come to the last of `order` steps the furthest journey (the first of several) says where
    /// they went instead.
    pub fn unit(&mut self, seen: &mut [Seen], order: usize) {
        self.units += 1;
        let all = seen.iter().filter_map(|one| one.furthest);
        let furthest = all.reduce(|first, other| if other.0 > first.0 { other } else { first });
        if let Some(detour) = furthest.filter(|(step, _)| step + 1 < order) {
            *self.detours.entry(detour).or_default() += 1;
        }
        seen.sort_by_key(|one| (one.path, !one.converted));
        for same in seen.chunk_by(|one, other| one.path == other.path) {
            let (Some(first), journeys) = (same.first(), same.len() as u64) else { continue };
            let taken = self.paths.entry(first.path).or_default();
            taken.journeys += journeys;
            taken.units += 1;
            taken.converted += u64::from(first.converted);
        }
    }

    /// Counts a unit among those with a path that is not shown on its own.
    pub fn rest_of(&mut self, seen: &[Seen], shown: &BTreeSet<PathKey>) {
        let others = || seen.iter().filter(|one| !shown.contains(&one.path));
        let journeys = others().count() as u64;
        if journeys > 0 {
            self.rest.journeys += journeys;
            self.rest.units += 1;
            self.rest.converted += u64::from(others().any(|one| one.converted));
        }
    }

    pub fn merge(&mut self, other: Self) {
        self.units += other.units;
        self.journeys += other.journeys;
        for (key, theirs) in other.moves {
            let mine = self.moves.entry(key).or_default();
            mine.moves += theirs.moves;
            mine.units += theirs.units;
            mine.durations.extend(theirs.durations);
        }
        for (key, theirs) in other.paths {
            let mine = self.paths.entry(key).or_default();
            add(mine, theirs);
        }
        for (key, units) in other.detours {
            *self.detours.entry(key).or_default() += units;
        }
        add(&mut self.rest, other.rest);
    }
}

fn add(mine: &mut Taken, theirs: Taken) {
    mine.journeys += theirs.journeys;
    mine.units += theirs.units;
    mine.converted += theirs.converted;
}

#[cfg(test)]
mod tests {
    use super::{path_key, path_nodes};

    #[test]
    fn a_key_holds_the_path() {
        for (nodes, most, kept, goes_on) in [
            (vec![0, 1, 0], 5, vec![0, 1, 0], false),
            (vec![3, 2, 1], 2, vec![3, 2], true),
            ((0..15).collect(), 15, (0..15).collect(), false),
            ((0..16).collect(), 15, (0..15).collect(), true),
            (vec![250; 3], 3, vec![250; 3], false),
        ] {
            let nodes: Vec<u8> = nodes;
            let kept: Vec<u8> = kept;
            assert_eq!(path_nodes(path_key(nodes.into_iter(), most)), (kept, goes_on));
        }
    }
}
