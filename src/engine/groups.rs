//! Breakdown values: dictionary codes of one or several columns become one code, and later a rank by name.

use crate::input::dictionary::Dictionary;
use crate::plan::NONE;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Gives each tuple of breakdown values one code; 0 is "no value in any column".
#[derive(Debug)]
pub struct Groups {
    columns: Vec<Arc<Dictionary>>,
    tuples: Mutex<Tuples>,
}

/// Codes of tuples, and the tuples by code.
#[derive(Debug, Default)]
struct Tuples {
    codes: HashMap<Vec<u32>, u32>,
    by_code: Vec<Vec<u32>>,
}

impl Groups {
    #[must_use]
    pub fn new(columns: usize) -> Self {
        Self {
            columns: (0..columns).map(|_| Arc::new(Dictionary::default())).collect(),
            tuples: Mutex::new(Tuples { by_code: vec![Vec::new()], ..Tuples::default() }),
        }
    }

    #[must_use]
    pub fn dictionary(&self, column: usize) -> Arc<Dictionary> {
        Arc::clone(&self.columns[column])
    }

    /// Returns the code of a tuple of dictionary codes.
    pub fn code(&self, tuple: &[u32]) -> u32 {
        if let [single] = tuple {
            return *single;
        }
        if tuple.iter().all(|code| *code == 0) {
            return 0;
        }
        let mut tuples = self.tuples.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(code) = tuples.codes.get(tuple) {
            return *code;
        }
        let code = u32::try_from(tuples.by_code.len()).unwrap_or(u32::MAX);
        tuples.codes.insert(tuple.to_vec(), code);
        tuples.by_code.push(tuple.to_vec());
        code
    }

    /// Ranks all codes by name, so that nothing depends on the order in which they were met.
    #[must_use]
    pub fn ranked(&self) -> GroupNames {
        let values: Vec<Vec<String>> = self.columns.iter().map(|dictionary| dictionary.names()).collect();
        let labels: Vec<Vec<String>> = match values.as_slice() {
            [] => vec![Vec::new()],
            [single] => single.iter().map(|name| vec![name.clone()]).collect(),
            several => self.tuple_labels(several),
        };
        let mut order: Vec<usize> = (1..labels.len()).collect();
        order.sort_by(|left, right| labels[*left].cmp(&labels[*right]));
        let mut rank_of_code = vec![0_u32; labels.len()];
        for (position, code) in order.iter().enumerate() {
            rank_of_code[*code] = u32::try_from(position + 1).unwrap_or(u32::MAX);
        }
        let names = order.into_iter().map(|code| labels[code].clone()).collect();
        GroupNames { rank_of_code, names }
    }

    fn tuple_labels(&self, values: &[Vec<String>]) -> Vec<Vec<String>> {
        let tuples = self.tuples.lock().unwrap_or_else(PoisonError::into_inner);
        let label = |tuple: &Vec<u32>| {
            let parts = tuple.iter().zip(values);
            parts
                .map(|(code, names)| if *code == 0 { NONE.to_owned() } else { names[*code as usize].clone() })
                .collect()
        };
        tuples.by_code.iter().map(label).collect()
    }
}

/// Names of groups by rank (from 1; 0 is none).
#[derive(Debug, Default)]
pub struct GroupNames {
    rank_of_code: Vec<u32>,
    names: Vec<Vec<String>>,
}

impl GroupNames {
    #[inline]
    #[must_use]
    pub fn rank(&self, code: u32) -> u32 {
        self.rank_of_code.get(code as usize).copied().unwrap_or(0)
    }

    #[must_use]
    pub fn label(&self, rank: u32) -> Vec<String> {
        self.names.get((rank as usize).wrapping_sub(1)).cloned().unwrap_or_default()
    }

    /// Labels of all groups by rank; the first, of no group, has no value in any of the columns.
    #[must_use]
    pub fn labels(&self, columns: usize) -> Vec<Vec<String>> {
        std::iter::once(vec![NONE.to_owned(); columns]).chain(self.names.iter().cloned()).collect()
    }
}
