//! A header as it is compared: folded names, which columns are free, and which of them fits a role best.

use super::problem::ColumnProblem;
use super::tables::SYNONYMS;
use crate::model::kind::{Kind, Role};
use crate::model::names::{fold, nearest};
use std::collections::BTreeSet;

/// The column names of a source, with the forms in which they are compared.
pub(super) struct Header<'a> {
    pub names: &'a [String],
    folded: Vec<Forms>,
}

/// A name folded as a whole, and without a unit in parentheses at its end.
struct Forms {
    whole: String,
    bare: Option<String>,
}

impl Forms {
    fn is(&self, folded: &str) -> bool {
        self.whole == folded || self.bare.as_deref() == Some(folded)
    }
}

/// What is found for a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    One {
        column: usize,
        rank: u8,
    },
    /// Several columns of the same best rank.
    Several {
        columns: Vec<usize>,
        rank: u8,
    },
}

impl<'a> Header<'a> {
    pub fn new(names: &'a [String]) -> Self {
        let forms = |name: &String| Forms { whole: fold(name), bare: without_unit(name).map(fold) };
        Self { names, folded: names.iter().map(forms).collect() }
    }

    /// Finds the best column for a role among those not in `used`; a unit in parentheses costs half a rank.
    pub fn find(&self, kind: Kind, role: Role, used: &BTreeSet<usize>) -> Found {
        let mut best: Option<(u16, Vec<usize>)> = None;
        for column in (0..self.names.len()).filter(|column| !used.contains(column)) {
            let Some(rank) = self.rank(column, kind, role) else { continue };
            match &mut best {
                Some((least, _)) if *least < rank => {}
                Some((least, columns)) if *least == rank => columns.push(column),
                _ => best = Some((rank, vec![column])),
            }
        }
        let Some((rank, columns)) = best else { return Found::Nothing };
        let rank = u8::try_from(rank / 2).unwrap_or(u8::MAX);
        match columns.as_slice() {
            [column] => Found::One { column: *column, rank },
            _ => Found::Several { columns, rank },
        }
    }

    /// Twice the rank of the best name that the column matches, plus one without its unit.
    fn rank(&self, column: usize, kind: Kind, role: Role) -> Option<u16> {
        let forms = self.folded.get(column).filter(|forms| !forms.whole.is_empty())?;
        let synonyms = SYNONYMS.iter().filter(|synonym| synonym.role == role && synonym.kinds.contains(&kind));
        synonyms
            .filter_map(|synonym| {
                let rank = 2 * u16::from(synonym.rank);
                if forms.whole == synonym.folded {
                    Some(rank)
                } else {
                    (forms.bare.as_ref() == Some(&synonym.folded)).then_some(rank + 1)
                }
            })
            .min()
    }

    /// Tells whether a column has one of these names, and which column is the first.
    pub fn position(&self, names: &[&str]) -> Option<usize> {
        let wanted: Vec<String> = names.iter().map(|name| fold(name)).collect();
        self.folded.iter().position(|forms| !forms.whole.is_empty() && wanted.contains(&forms.whole))
    }

    /// The column of the first of these names that is there, if it is there once.
    pub fn only(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| {
            let wanted = fold(name);
            let is_it = |column: &usize| self.folded.get(*column).is_some_and(|forms| forms.is(&wanted));
            let mut found = (0..self.names.len()).filter(is_it);
            found.next().filter(|_| found.next().is_none())
        })
    }

    /// The folded name of a column, without a unit in parentheses.
    pub fn bare(&self, column: usize) -> &str {
        self.folded.get(column).map_or("", |forms| forms.bare.as_deref().unwrap_or(&forms.whole))
    }

    /// Finds the column that a flag names: by its exact name, else by the only one that folds alike.
    pub fn named(&self, flag: &str, wanted: &str) -> Result<usize, ColumnProblem> {
        let exact: Vec<usize> = (0..self.names.len()).filter(|&column| self.name(column) == wanted).collect();
        match exact.as_slice() {
            [column] => return Ok(*column),
            [] => {}
            _ => return Err(ColumnProblem::Twice { flag: flag.to_owned(), column: wanted.to_owned() }),
        }
        let folded = fold(wanted);
        let alike =
            |column: &usize| !folded.is_empty() && self.folded.get(*column).is_some_and(|forms| forms.whole == folded);
        let alike: Vec<usize> = (0..self.names.len()).filter(alike).collect();
        match alike.as_slice() {
            [column] => Ok(*column),
            [] => Err(ColumnProblem::NoSuchColumn {
                flag: flag.to_owned(),
                column: wanted.to_owned(),
                columns: self.names.to_vec(),
                nearest: nearest(wanted, self.names.iter().map(String::as_str)).map(str::to_owned),
            }),
            _ => Err(ColumnProblem::Ambiguous { flag: flag.to_owned(), columns: self.all(&alike) }),
        }
    }

    pub fn name(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    pub fn all(&self, columns: &[usize]) -> Vec<String> {
        columns.iter().map(|&column| self.name(column).to_owned()).collect()
    }

    /// The error of several columns for one role, or of one name that stands there twice.
    pub fn ambiguous(&self, flag: &str, columns: &[usize]) -> ColumnProblem {
        let names = self.all(columns);
        match names.first() {
            Some(first) if names.iter().all(|name| name == first) => {
                ColumnProblem::Twice { flag: flag.to_owned(), column: first.clone() }
            }
            _ => ColumnProblem::Ambiguous { flag: flag.to_owned(), columns: names },
        }
    }
}

/// Cuts a currency or time zone in parentheses off the end: `Amount spent (EUR)`, `Created (UTC)`.
fn without_unit(name: &str) -> Option<&str> {
    let (bare, unit) = name.trim().strip_suffix(')')?.rsplit_once('(')?;
    let unit = unit.trim();
    (unit.len() == 3 && unit.bytes().all(|byte| byte.is_ascii_uppercase()) && !bare.trim().is_empty()).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::without_unit;

    #[test]
    fn only_units_are_cut_off() {
        assert_eq!(without_unit("Amount spent (USD)"), Some("Amount spent "));
        assert_eq!(without_unit("Created (UTC)"), Some("Created "));
        assert_eq!(without_unit("Clicks (all)"), None);
        assert_eq!(without_unit("(EUR)"), None);
        assert_eq!(without_unit("Amount"), None);
    }
}
