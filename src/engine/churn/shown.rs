//! Which groups are shown: those with the most customers, then the rest as one, then those without a value.

use crate::engine::groups::GroupNames;
use crate::plan::churn::{ChurnGroup, ChurnPlan};
use crate::plan::{NONE, OTHER};
use std::collections::BTreeMap;

/// The groups of an answer, in their order, and where the ranks of breakdown values belong.
#[derive(Debug, Default)]
pub struct Shown {
    pub labels: Vec<Vec<String>>,
    /// Place of each shown rank.
    places: BTreeMap<u32, usize>,
    rest: usize,
}

impl Shown {
    /// One group of all.
    #[must_use]
    pub fn whole() -> Self {
        Self { labels: vec![Vec::new()], ..Self::default() }
    }

    /// Chooses by the number of customers per rank (0 is none), ties by name.
    #[must_use]
    pub fn choose(plan: &ChurnPlan, names: &GroupNames, customers: &BTreeMap<u32, u64>) -> Self {
        let mut largest: Vec<(u32, u64)> = customers.iter().map(|(rank, count)| (*rank, *count)).collect();
        largest.retain(|(rank, _)| *rank != 0);
        largest.sort_by_key(|(rank, count)| (std::cmp::Reverse(*count), *rank));
        let rest = largest.split_off(largest.len().min(plan.top));
        let mut shown = Self::default();
        for (rank, _) in largest {
            shown.places.insert(rank, shown.labels.len());
            shown.labels.push(names.label(rank));
        }
        let fixed = |word: &str| vec![word.to_owned(); plan.by.len()];
        shown.rest = shown.labels.len();
        if !rest.is_empty() {
            shown.labels.push(fixed(OTHER));
        }
        if customers.contains_key(&0) {
            shown.places.insert(0, shown.labels.len());
            shown.labels.push(fixed(NONE));
        }
        shown
    }

    #[must_use]
    pub fn place(&self, rank: u32) -> usize {
        self.places.get(&rank).copied().unwrap_or(self.rest)
    }
}

/// The groups of an answer about nobody.
#[must_use]
pub fn none(plan: &ChurnPlan) -> Vec<ChurnGroup> {
    if plan.by.is_empty() { vec![ChurnGroup::default()] } else { Vec::new() }
}
