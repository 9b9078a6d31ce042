//! What the first reading found, of all threads together: the columns, and which keys hold objects.

use super::keys::{KeyLimits, Keys, NONE, ROOT, TooMany};
use super::learn::{Evidence, Learner};

/// What a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Its value is an object wherever it is not null; its keys are columns in turn.
    Object,
    /// A column, by its position in the header.
    Column(u32),
    /// Only met inside objects that stand where other records hold text.
    Hidden,
}

/// The keys of a file and what they are.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) keys: Keys,
    /// By node.
    roles: Vec<Role>,
    /// Dotted names in the order of their first appearance.
    pub(super) headers: Vec<String>,
}

impl Schema {
    /// Puts together what the threads learnt. The result does not depend on which thread read what.
    pub(super) fn of(learners: Vec<Learner>, limits: KeyLimits) -> Result<Self, TooMany> {
        let (keys, evidence) = merged(learners, limits)?;
        let reachable = reachable(&keys, &evidence);
        let mut order: Vec<_> = evidence
            .iter()
            .zip(&reachable)
            .enumerate()
            .filter(|(_, (evidence, reachable))| **reachable && evidence.first.is_some() && !is_object(evidence))
            .map(|(node, (evidence, _))| (evidence.first, node))
            .collect();
        order.sort_unstable();
        let mut roles: Vec<_> = evidence
            .iter()
            .zip(&reachable)
            .map(|(evidence, reachable)| if *reachable && is_object(evidence) { Role::Object } else { Role::Hidden })
            .collect();
        let mut headers = Vec::with_capacity(order.len());
        for (position, (_, node)) in order.into_iter().enumerate() {
            if let (Some(role), Ok(position), Ok(node)) =
                (roles.get_mut(node), u32::try_from(position), u32::try_from(node))
            {
                *role = Role::Column(position);
                headers.push(keys.name(node).to_owned());
            }
        }
        if let Some(root) = roles.first_mut() {
            *root = Role::Object;
        }
        Ok(Self { keys, roles, headers })
    }

    #[inline]
    pub(super) fn role(&self, node: u32) -> Role {
        self.roles.get(node as usize).copied().unwrap_or(Role::Hidden)
    }
}

/// A key is flattened where it holds an object in every record, null and absence apart.
const fn is_object(evidence: &Evidence) -> bool {
    evidence.objects && !evidence.texts
}

fn merged(learners: Vec<Learner>, limits: KeyLimits) -> Result<(Keys, Vec<Evidence>), TooMany> {
    let mut learners = learners.into_iter();
    let Some(mut first) = learners.next() else { return Ok((Keys::new(limits), vec![Evidence::default()])) };
    first.evidence.resize(first.keys.len(), Evidence::default());
    let (mut keys, mut all) = (first.keys, first.evidence);
    for learner in learners {
        let nodes = adopt(&mut keys, &learner.keys)?;
        all.resize(keys.len(), Evidence::default());
        for (evidence, node) in learner.evidence.into_iter().zip(nodes) {
            if let Some(mine) = all.get_mut(node as usize) {
                mine.merge(evidence);
            }
        }
    }
    Ok((keys, all))
}

/// Adds the keys of another thread; returns the number of each of its nodes here.
fn adopt(keys: &mut Keys, others: &Keys) -> Result<Vec<u32>, TooMany> {
    let mut nodes = vec![NONE; others.len()];
    if let Some(root) = nodes.first_mut() {
        *root = ROOT;
    }
    for edge in others.edges() {
        let Some(parent) = nodes.get(edge.parent as usize).copied() else { continue };
        let found = match keys.find(parent, &edge.key) {
            Some(found) => found,
            None => keys.insert(parent, &edge.key)?,
        };
        if let (Some(node), Some(found)) = (nodes.get_mut(edge.child as usize), keys.edge(found)) {
            *node = found.child;
        }
    }
    Ok(nodes)
}

/// Which nodes are met when only keys that hold objects in every record are entered.
fn reachable(keys: &Keys, evidence: &[Evidence]) -> Vec<bool> {
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); keys.len()];
    for edge in keys.edges() {
        if let Some(children) = children.get_mut(edge.parent as usize) {
            children.push(edge.child);
        }
    }
    let mut reachable = vec![false; keys.len()];
    let mut open = vec![ROOT];
    while let Some(node) = open.pop() {
        let enters = node == ROOT || evidence.get(node as usize).is_some_and(is_object);
        match reachable.get_mut(node as usize) {
            Some(reached) if !*reached => *reached = true,
            _ => continue,
        }
        if enters && let Some(children) = children.get(node as usize) {
            open.extend(children);
        }
    }
    reachable
}
