//! From counted journeys to the answer: which groups and paths are shown, and the places by their names.

use super::count::{END, OPEN, PathKey, START, Taken, Tally, path_nodes};
use super::journey::Node;
use super::nodes::Nodes;
use super::stage::Labels;
use crate::engine::spread::spread;
use crate::plan::paths::{Detour, MoveKind, Path, PathsAnswer, PathsGroup, PathsPlan, Place, Transition};
use crate::plan::{NONE, OTHER};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A group that is shown, with the paths that are shown of it.
pub struct Shown {
    label: Vec<String>,
    /// The numbers of the groups that it holds.
    pub ranks: Vec<u32>,
    pub tally: Tally,
    pub paths: Vec<(PathKey, Taken)>,
    /// Whether there are more paths than these.
    pub has_rest: bool,
}

/// Chooses the groups with the most units and the paths that most units took.
pub fn shown(plan: &PathsPlan, labels: &Labels, mut tallies: BTreeMap<u32, Tally>) -> Vec<Shown> {
    let width = plan.by.len();
    let none = tallies.remove(&0);
    let fixed = |word: &str| vec![word.to_owned(); width];
    if width == 0 {
        return vec![group(plan, Vec::new(), vec![0], none.unwrap_or_default())];
    }
    let mut named: Vec<(u32, Tally)> = tallies.into_iter().filter(|(_, tally)| tally.units > 0).collect();
    named.sort_by_key(|(number, tally)| (Reverse(tally.units), *number));
    let rest = named.split_off(named.len().min(plan.top));
    let mut groups: Vec<Shown> =
        named.into_iter().map(|(number, tally)| group(plan, labels.values(number), vec![number], tally)).collect();
    if !rest.is_empty() {
        let ranks = rest.iter().map(|(number, _)| *number).collect();
        let all = rest.into_iter().fold(Tally::default(), |mut all, (_, tally)| {
            all.merge(tally);
            all
        });
        groups.push(group(plan, fixed(OTHER), ranks, all));
    }
    groups.extend(none.filter(|tally| tally.units > 0).map(|tally| group(plan, fixed(NONE), vec![0], tally)));
    groups
}

fn group(plan: &PathsPlan, label: Vec<String>, ranks: Vec<u32>, mut tally: Tally) -> Shown {
    let mut paths: Vec<(PathKey, Taken)> = std::mem::take(&mut tally.paths).into_iter().collect();
    paths.sort_by_key(|(key, taken)| (Reverse(taken.units), Reverse(taken.journeys), path_nodes(*key)));
    let has_rest = paths.len() > plan.top;
    paths.truncate(plan.top);
    Shown { label, ranks, tally, paths, has_rest }
}

/// Names the nodes of all groups.
pub fn answer(nodes: &Nodes, shown: Vec<Shown>) -> PathsAnswer {
    let groups = shown.into_iter().map(|shown| {
        let Shown { label, tally, paths, has_rest, .. } = shown;
        let mut rows: Vec<Path> = paths
            .into_iter()
            .map(|(key, taken)| {
                let (path, goes_on) = path_nodes(key);
                let names = path.into_iter().map(|node| name(nodes, node)).collect();
                path_row(names, goes_on, taken)
            })
            .collect();
        if has_rest {
            rows.push(path_row(Vec::new(), false, tally.rest));
        }
        let detours = tally.detours.iter();
        let detours = detours.map(|((step, to), units)| Detour { step: *step, to: place(nodes, *to), units: *units });
        let mut detours: Vec<Detour> = detours.collect();
        detours.sort_by_key(|detour| (detour.step, Reverse(detour.units)));
        PathsGroup {
            group: label,
            units: tally.units,
            journeys: tally.journeys,
            paths: rows,
            detours,
            transitions: transitions(nodes, tally),
        }
    });
    PathsAnswer { groups: groups.collect(), ..PathsAnswer::default() }
}

fn path_row(nodes: Vec<String>, goes_on: bool, taken: Taken) -> Path {
    Path { nodes, goes_on, journeys: taken.journeys, units: taken.units, converted: taken.converted }
}

/// The moves from the start, then from each node in their order; to the most frequent place first.
fn transitions(nodes: &Nodes, tally: Tally) -> Vec<Transition> {
    let mut left: BTreeMap<Node, u64> = BTreeMap::new();
    for ((from, _), moves) in &tally.moves {
        *left.entry(*from).or_default() += moves.moves;
    }
    let mut all: Vec<_> = tally.moves.into_iter().collect();
    all.sort_by_key(|((from, to), moves)| (from.wrapping_add(1), Reverse(moves.moves), *to));
    all.into_iter()
        .map(|((from, to), mut moves)| Transition {
            from: place(nodes, from),
            to: place(nodes, to),
            moves: moves.moves,
            units: moves.units,
            left: left.get(&from).copied().unwrap_or(0),
            median: spread(&mut moves.durations).map(|spread| spread.median),
            kind: kind(nodes, from, to),
        })
        .collect()
}

fn kind(nodes: &Nodes, from: Node, to: Node) -> Option<MoveKind> {
    let step = |node: Node| nodes.steps.get(usize::from(node)).copied().flatten();
    let (from, to) = (step(from)?, step(to)?);
    Some(match to.cmp(&from) {
        std::cmp::Ordering::Less => MoveKind::Back,
        std::cmp::Ordering::Equal => MoveKind::Same,
        std::cmp::Ordering::Greater if to == from + 1 => MoveKind::Next,
        std::cmp::Ordering::Greater => MoveKind::Skip,
    })
}

fn name(nodes: &Nodes, node: Node) -> String {
    nodes.names.get(usize::from(node)).cloned().unwrap_or_default()
}

fn place(nodes: &Nodes, node: Node) -> Place {
    match node {
        START => Place::Start,
        END => Place::End,
        OPEN => Place::Open,
        node => Place::Node(name(nodes, node)),
    }
}
