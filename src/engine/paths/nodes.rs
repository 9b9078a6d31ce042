//! Which names are nodes of their own, and the number of each: the most frequent, and those that the plan speaks of.

use super::journey::Node;
use crate::plan::paths::PathsPlan;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Numbers of nodes. A higher number is never an earlier step, so that events of one moment are put in order by it.
#[derive(Debug, Clone, Default)]
pub struct Nodes {
    /// By number; the last is the one for all others, where there are any.
    pub names: Vec<String>,
    /// Step of the node in the plan's order.
    pub steps: Vec<Option<usize>>,
    numbers: BTreeMap<String, Node>,
    /// Names that have no node of their own.
    pub merged: u64,
}

/// The node of all names without one of their own.
pub const OTHERS: &str = "(other)";

impl Nodes {
    /// Chooses the nodes by the rows of each name; `goal` are names that lead to the goal.
    #[must_use]
    pub fn new(plan: &PathsPlan, rows: &BTreeMap<String, u64>, goal: &[String]) -> Self {
        let step = |name: &String| plan.order.iter().position(|names| names.contains(name));
        let asked = |name: &&String| {
            step(name).is_some()
                || goal.contains(name)
                || plan.start.as_ref() == Some(*name)
                || plan.end.as_ref() == Some(*name)
        };
        let mut kept: Vec<&String> = rows.keys().filter(asked).collect();
        let mut others: Vec<(&String, u64)> =
            rows.iter().filter(|(name, _)| !asked(name)).map(|(name, rows)| (name, *rows)).collect();
        others.sort_by_key(|(name, rows)| (Reverse(*rows), *name));
        let room = plan.nodes.saturating_sub(kept.len());
        let merged = others.len().saturating_sub(room);
        kept.extend(others.into_iter().take(room).map(|(name, _)| name));
        kept.truncate(usize::from(Node::MAX) - 4);
        // Steps in their order, then the others by name; a goal that is no step comes last.
        kept.sort_by_key(|name| (step(name).unwrap_or(usize::MAX), goal.contains(name), (*name).clone()));
        let mut names: Vec<String> = kept.iter().map(|name| (*name).clone()).collect();
        let steps: Vec<Option<usize>> = kept.iter().map(|name| step(name)).chain([None]).collect();
        let numbers = names.iter().cloned().zip(0..).collect();
        names.push(OTHERS.to_owned());
        Self { names, steps, numbers, merged: merged as u64 }
    }

    /// The number of a name.
    #[must_use]
    pub fn number(&self, name: &str) -> Node {
        self.numbers.get(name).copied().unwrap_or_else(|| self.others())
    }

    /// The number of a name that has a node of its own.
    #[must_use]
    pub fn own(&self, name: &str) -> Option<Node> {
        self.numbers.get(name).copied()
    }

    fn others(&self) -> Node {
        Node::try_from(self.names.len().saturating_sub(1)).unwrap_or(Node::MAX)
    }
}
