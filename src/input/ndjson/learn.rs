//! The first reading: which keys there are, in which order they turn up, and what each holds.
//!
//! Only sound records count: a damaged one leaves no trace, so that it makes no column and spoils none.

use super::keys::{KeyLimits, KeyMark, Keys, Marks, TooMany};
use super::parse::{Damage, Met, Scratch, Value, ValueKind, Visitor, parse};
use super::reason;

/// Place of a key's first appearance: chunk of the file, and number in the order of the thread that read it. Within one
/// chunk one thread gave all numbers, so that places of different threads compare rightly.
pub(super) type Place = (usize, usize);

/// What the values of one key were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    pub(super) first: Option<Place>,
    pub(super) objects: bool,
    /// Text, numbers, true, false or arrays.
    pub(super) texts: bool,
}

impl Evidence {
    pub(super) fn merge(&mut self, other: Self) {
        self.first = match (self.first, other.first) {
            (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
            (mine, theirs) => mine.or(theirs),
        };
        self.objects |= other.objects;
        self.texts |= other.texts;
    }
}

/// What one thread learnt.
#[derive(Debug)]
pub(super) struct Learner {
    pub(super) keys: Keys,
    /// By node.
    pub(super) evidence: Vec<Evidence>,
    marks: Marks,
    scratch: Scratch,
    /// What the record under way says, to be believed once it proves sound.
    claims: Vec<(u32, Claim)>,
    order: usize,
    /// There were more keys than the limits allow.
    too_many: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    Met,
    Object,
    Text,
}

impl Learner {
    pub(super) fn new(limits: KeyLimits) -> Self {
        Self {
            keys: Keys::new(limits),
            evidence: Vec::new(),
            marks: Marks::default(),
            scratch: Scratch::default(),
            claims: Vec::new(),
            order: 0,
            too_many: false,
        }
    }

    /// Learns from one record of valid UTF-8; a damaged one teaches nothing.
    pub(super) fn learn(&mut self, chunk: usize, record: &[u8]) -> Result<(), TooMany> {
        let before = self.keys.mark();
        self.marks.begin();
        self.claims.clear();
        let mut scratch = std::mem::take(&mut self.scratch);
        let result = parse(record, &mut scratch, self);
        self.scratch = scratch;
        match result {
            _ if self.too_many => return Err(TooMany),
            Ok(()) => self.believe(chunk),
            Err(_) => self.rewind(before),
        }
        Ok(())
    }

    fn rewind(&mut self, mark: KeyMark) {
        self.keys.rewind(mark);
        self.marks.rewind(mark);
    }

    fn believe(&mut self, chunk: usize) {
        if self.evidence.len() < self.keys.len() {
            self.evidence.resize(self.keys.len(), Evidence::default());
        }
        for (node, claim) in &self.claims {
            let Some(evidence) = self.evidence.get_mut(*node as usize) else { continue };
            if evidence.first.is_none() {
                evidence.first = Some((chunk, self.order));
                self.order += 1;
            }
            match claim {
                Claim::Met => {}
                Claim::Object => evidence.objects = true,
                Claim::Text => evidence.texts = true,
            }
        }
    }

    fn insert(&mut self, parent: u32, previous: u32, key: &[u8]) -> Result<u32, Damage> {
        let key = std::str::from_utf8(key).map_err(|_| reason::INVALID_TEXT)?;
        let Ok(edge) = self.keys.insert(parent, key) else {
            self.too_many = true;
            return Err(Damage::new(reason::NOT_AS_LEARNT));
        };
        self.marks.follow(parent, previous, edge);
        Ok(edge)
    }
}

impl Visitor for Learner {
    fn key(&mut self, parent: u32, previous: u32, key: &[u8]) -> Result<Option<Met>, Damage> {
        let edge = match self.marks.find(&self.keys, parent, previous, key) {
            Some(edge) => edge,
            None => self.insert(parent, previous, key)?,
        };
        let Some(node) = self.keys.edge(edge).map(|edge| edge.child) else { return Ok(None) };
        if self.marks.meet(node) {
            return Err(reason::DUPLICATE_KEY.into());
        }
        Ok(Some(Met { edge, node }))
    }

    fn object(&mut self, node: u32) -> Result<(), Damage> {
        self.claims.push((node, Claim::Object));
        Ok(())
    }

    fn value(&mut self, node: u32, _text: &[u8], value: Value) -> Result<(), Damage> {
        self.claims.push((node, if value.kind == ValueKind::Null { Claim::Met } else { Claim::Text }));
        Ok(())
    }
}
