//! Attributes from another table: a key column of the source finds a value in it; keys without a match are counted.

use super::values::normalized;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// One attribute of a lookup table, by key.
#[derive(Debug, Default)]
pub struct Lookup {
    /// Name of the lookup, its key column and the attribute, for notes.
    pub name: String,
    pub attribute: String,
    values: HashMap<Vec<u8>, String>,
    unmatched: AtomicU64,
}

impl Lookup {
    #[must_use]
    pub fn new(name: String, attribute: String, values: HashMap<Vec<u8>, String>) -> Self {
        Self { name, attribute, values, unmatched: AtomicU64::new(0) }
    }

    /// Returns the value of a key; an empty key has none and is not counted as unmatched.
    pub fn find(&self, key: &[u8]) -> Option<&str> {
        let key = normalized(key);
        if key.is_empty() {
            return None;
        }
        let found = self.values.get(key.as_ref());
        if found.is_none() {
            self.unmatched.fetch_add(1, Ordering::Relaxed);
        }
        found.map(String::as_str)
    }

    /// Rows whose key is not in the table, over all scans so far.
    pub fn unmatched(&self) -> u64 {
        self.unmatched.load(Ordering::Relaxed)
    }
}
