//! The keys of a file: a tree by nesting, in which each dotted name is one node however it is reached.
//!
//! `{"a.b": 1}` and `{"a": {"b": 1}}` mean the same column, and both in one record are a duplicate key.

use foldhash::fast::RandomState;
use std::collections::HashMap;

/// The record itself.
pub(super) const ROOT: u32 = 0;
/// No edge, no node.
pub(super) const NONE: u32 = u32::MAX;

/// How many keys a file may have, and how many bytes their dotted names. More means ids used as keys.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyLimits {
    pub(super) keys: usize,
    pub(super) bytes: usize,
}

impl Default for KeyLimits {
    fn default() -> Self {
        Self { keys: 65_536, bytes: 64 << 20 }
    }
}

/// There are more keys than the limits allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany;

/// All keys met so far.
#[derive(Debug)]
pub(super) struct Keys {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    by_name: HashMap<Box<str>, u32, RandomState>,
    name_bytes: usize,
    limits: KeyLimits,
}

#[derive(Debug, Default)]
struct Node {
    name: Box<str>,
    /// Edges by key.
    children: HashMap<Box<str>, u32, RandomState>,
}

/// A key of an object.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) parent: u32,
    pub(super) child: u32,
    pub(super) key: Box<str>,
}

/// How many nodes and edges there were.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyMark {
    nodes: usize,
    edges: usize,
}

impl Keys {
    pub(super) fn new(limits: KeyLimits) -> Self {
        let (edges, by_name) = (Vec::new(), HashMap::default());
        Self { nodes: vec![Node::default()], edges, by_name, name_bytes: 0, limits }
    }

    /// Number of nodes, the root among them.
    pub(super) const fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn name(&self, node: u32) -> &str {
        self.nodes.get(node as usize).map_or("", |node| &node.name)
    }

    /// Edges in the order in which they were met; a parent comes before its children.
    pub(super) fn edges(&self) -> &[Edge] {
        &self.edges
    }

    #[inline]
    pub(super) fn edge(&self, edge: u32) -> Option<&Edge> {
        self.edges.get(edge as usize)
    }

    pub(super) fn find(&self, parent: u32, key: &str) -> Option<u32> {
        self.nodes.get(parent as usize)?.children.get(key).copied()
    }

    /// Adds a key that is not there yet; returns its edge.
    pub(super) fn insert(&mut self, parent: u32, key: &str) -> Result<u32, TooMany> {
        let name = if parent == ROOT { key.to_owned() } else { format!("{}.{key}", self.name(parent)) };
        let edge = index(self.edges.len());
        let child = match self.by_name.get(name.as_str()) {
            Some(node) => *node,
            None => self.add_node(name)?,
        };
        self.edges.push(Edge { parent, child, key: key.into() });
        if let Some(node) = self.nodes.get_mut(parent as usize) {
            node.children.insert(key.into(), edge);
        }
        Ok(edge)
    }

    fn add_node(&mut self, name: String) -> Result<u32, TooMany> {
        if self.nodes.len() > self.limits.keys || self.name_bytes + name.len() > self.limits.bytes {
            return Err(TooMany);
        }
        let node = index(self.nodes.len());
        self.name_bytes += name.len();
        let name: Box<str> = name.into();
        self.by_name.insert(name.clone(), node);
        self.nodes.push(Node { name, children: HashMap::default() });
        Ok(node)
    }

    pub(super) const fn mark(&self) -> KeyMark {
        KeyMark { nodes: self.nodes.len(), edges: self.edges.len() }
    }

    /// Takes back what was inserted since the mark.
    pub(super) fn rewind(&mut self, mark: KeyMark) {
        while self.edges.len() > mark.edges {
            let Some(edge) = self.edges.pop() else { break };
            if let Some(parent) = self.nodes.get_mut(edge.parent as usize) {
                parent.children.remove(&edge.key);
            }
        }
        while self.nodes.len() > mark.nodes {
            let Some(node) = self.nodes.pop() else { break };
            self.name_bytes -= node.name.len();
            self.by_name.remove(&node.name);
        }
    }
}

/// Numbers of keys are limited far below 32 bits, edges by the number of pairs of those.
fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(NONE)
}

/// What one thread remembers of the records it saw, to find keys without a search: the keys of a record mostly follow
/// each other as in the record before.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// First edge of an object, by node.
    first: Vec<u32>,
    /// Next edge in the same object, by edge.
    next: Vec<u32>,
    /// The last record in which a node was met, by node.
    met_in: Vec<u64>,
    record: u64,
}

impl Marks {
    /// Begins a record.
    #[inline]
    pub(super) const fn begin(&mut self) -> u64 {
        self.record += 1;
        self.record
    }

    /// Finds the edge of a key.
    #[inline]
    pub(super) fn find(&mut self, keys: &Keys, parent: u32, previous: u32, key: &[u8]) -> Option<u32> {
        let expected =
            if previous == NONE { self.first.get(parent as usize) } else { self.next.get(previous as usize) };
        if let Some(expected) = expected
            && let Some(edge) = keys.edge(*expected)
            && edge.parent == parent
            && edge.key.as_bytes() == key
        {
            return Some(*expected);
        }
        let edge = keys.find(parent, std::str::from_utf8(key).ok()?)?;
        self.follow(parent, previous, edge);
        Some(edge)
    }

    /// Remembers which edge came after which.
    pub(super) fn follow(&mut self, parent: u32, previous: u32, edge: u32) {
        let (list, place) = match previous {
            NONE => (&mut self.first, parent as usize),
            _ => (&mut self.next, previous as usize),
        };
        if list.len() <= place {
            list.resize(place + 1, NONE);
        }
        if let Some(slot) = list.get_mut(place) {
            *slot = edge;
        }
    }

    /// Notes that a node was met; returns whether it was met in this record before.
    #[inline]
    pub(super) fn meet(&mut self, node: u32) -> bool {
        let place = node as usize;
        if self.met_in.len() <= place {
            self.met_in.resize(place + 1, 0);
        }
        self.met_in.get_mut(place).is_some_and(|met| std::mem::replace(met, self.record) == self.record)
    }

    /// Forgets nodes that were taken back, whose numbers will be given to others.
    pub(super) fn rewind(&mut self, mark: KeyMark) {
        self.met_in.truncate(mark.nodes);
    }
}
