//! Breakdown values: dictionary codes of one or several columns become one code, and later a rank by name.

use crate::input::dictionary::Dictionary;
use crate::plan::{NONE, NOT_REACHED, told_apart};
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
        let values: Vec<Vec<String>> = self.columns.iter().map(|dictionary| values_of(dictionary)).collect();
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

    /// Ranks all codes by what their tuples hold in some of the columns (positions): several codes may have one rank.
    #[must_use]
    pub fn ranked_by(&self, columns: &[usize]) -> GroupNames {
        if columns.iter().copied().eq(0..self.columns.len()) {
            return self.ranked();
        }
        let values: Vec<Vec<String>> = columns.iter().map(|column| values_of(&self.columns[*column])).collect();
        let tuples = self.tuples.lock().unwrap_or_else(PoisonError::into_inner);
        // A single column is its own code, of which there are no tuples.
        let single = if let [one] = self.columns.as_slice() { one.names().len() } else { 0 };
        let single: Vec<Vec<u32>> = (0..u32::try_from(single).unwrap_or(u32::MAX)).map(|code| vec![code]).collect();
        let tuples = if single.is_empty() { &tuples.by_code } else { &single };
        let label = |tuple: &Vec<u32>| {
            let codes = columns.iter().map(|column| tuple.get(*column).copied().unwrap_or(0));
            if codes.clone().all(|code| code == 0) {
                return None;
            }
            let name = |(code, names): (u32, &Vec<String>)| match code {
                0 => NONE.to_owned(),
                code => names[code as usize].clone(),
            };
            Some(codes.zip(&values).map(name).collect::<Vec<String>>())
        };
        let labels: Vec<Option<Vec<String>>> = tuples.iter().map(label).collect();
        let mut names: Vec<Vec<String>> = labels.iter().flatten().cloned().collect();
        names.sort_unstable();
        names.dedup();
        let rank = |label: &Option<Vec<String>>| {
            let place = label.as_ref().and_then(|label| names.binary_search(label).ok());
            place.map_or(0, |place| u32::try_from(place + 1).unwrap_or(u32::MAX))
        };
        GroupNames { rank_of_code: labels.iter().map(rank).collect(), names }
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

/// The values of a column, by code, as they are shown.
fn values_of(dictionary: &Dictionary) -> Vec<String> {
    dictionary.names().into_iter().map(told_apart).collect()
}

/// The rank of units that never reached the step whose value is asked for: they have none, which is not an empty one.
pub const UNREACHED: u32 = u32::MAX;

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
        if rank == UNREACHED {
            return vec![NOT_REACHED.to_owned(); self.names.first().map_or(1, Vec::len)];
        }
        self.names.get((rank as usize).wrapping_sub(1)).cloned().unwrap_or_default()
    }

    /// Labels of all groups by rank; the first, of no group, has no value in any of the columns.
    #[must_use]
    pub fn labels(&self, columns: usize) -> Vec<Vec<String>> {
        std::iter::once(vec![NONE.to_owned(); columns]).chain(self.names.iter().cloned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_ranked_by_some_of_their_columns() {
        let groups = Groups::new(2);
        let (first, second) = (groups.dictionary(0), groups.dictionary(1));
        let code = |one: &str, other: &str| {
            let at = |dictionary: &Dictionary, word: &str| if word.is_empty() { 0 } else { dictionary.code(word) };
            groups.code(&[at(&first, one), at(&second, other)])
        };
        let codes = [code("b", "x"), code("a", ""), code("a", "x"), code("", "y"), code("", "")];
        let ranks = |columns: &[usize]| {
            let names = groups.ranked_by(columns);
            codes.map(|code| names.label(names.rank(code)).concat())
        };
        assert_eq!(ranks(&[0]), ["b", "a", "a", "", ""]);
        assert_eq!(ranks(&[1]), ["x", "", "x", "y", ""]);
        assert_eq!(ranks(&[1, 0]), ["xb", "(none)a", "xa", "y(none)", ""]);
        assert_eq!(ranks(&[]), ["", "", "", "", ""]);
        assert_eq!(ranks(&[0, 1]), codes.map(|code| groups.ranked().label(groups.ranked().rank(code)).concat()));
    }

    #[test]
    fn a_single_column_is_its_own_code() {
        let groups = Groups::new(1);
        let code = groups.code(&[groups.dictionary(0).code("a")]);
        assert_eq!(groups.ranked_by(&[0]).label(groups.ranked_by(&[0]).rank(code)), ["a"]);
        assert_eq!(groups.ranked_by(&[]).rank(code), 0);
    }
}
