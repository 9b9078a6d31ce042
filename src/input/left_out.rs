//! Rows that are none of the data: totals, deleted records, changes of other fields. A preset names them.

use super::typed::{Cell, Row};
use super::values::clean;
use crate::model::presets::Names;

/// What makes a row none of the data, with the places of the cells it looks at: positions in the file, or slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaidTest {
    /// The cell is one of the words.
    Is(usize, Names),
    /// None of the cells is one of its words.
    NoneIs(Vec<(usize, Names)>),
    /// The cell begins with one of the words.
    Begins(usize, Names),
    AllEmpty(Vec<usize>),
}

impl LaidTest {
    /// The same test with the places that `place` gives.
    #[must_use]
    pub fn at(self, mut place: impl FnMut(usize) -> usize) -> Self {
        match self {
            Self::Is(cell, words) => Self::Is(place(cell), words),
            Self::NoneIs(cells) => Self::NoneIs(cells.into_iter().map(|(cell, words)| (place(cell), words)).collect()),
            Self::Begins(cell, words) => Self::Begins(place(cell), words),
            Self::AllEmpty(cells) => Self::AllEmpty(cells.into_iter().map(place).collect()),
        }
    }

    /// Whether the row is none of the data.
    pub fn holds<'c>(&self, row: &impl Row<'c>) -> bool {
        match self {
            Self::Is(cell, words) => is_any(row.cell(*cell), words),
            Self::NoneIs(cells) => !cells.iter().any(|(cell, words)| is_any(row.cell(*cell), words)),
            Self::Begins(cell, words) => words.iter().any(|word| begins(row.cell(*cell), word)),
            Self::AllEmpty(cells) => cells.iter().all(|cell| is_empty(row.cell(*cell))),
        }
    }
}

fn content(cell: Cell<'_>) -> &[u8] {
    match cell {
        Cell::Text(text) => clean(text),
        Cell::Null | Cell::Time { .. } => b"",
    }
}

fn is_empty(cell: Cell<'_>) -> bool {
    !matches!(cell, Cell::Time { .. }) && content(cell).is_empty()
}

fn is_any(cell: Cell<'_>, words: Names) -> bool {
    words.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(content(cell)))
}

fn begins(cell: Cell<'_>, word: &str) -> bool {
    content(cell).get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Cells(Vec<&'static str>);

    impl<'c> Row<'c> for Cells {
        fn cell(&self, slot: usize) -> Cell<'c> {
            self.0.get(slot).map_or(Cell::Null, |text| Cell::Text(text.as_bytes()))
        }
    }

    #[test]
    fn rows_are_told_by_their_cells() {
        let holds = |test: LaidTest, cells: &[&'static str]| test.holds(&Cells(cells.to_vec()));
        assert!(holds(LaidTest::Is(1, &["true"]), &["x", " TRUE "]));
        assert!(!holds(LaidTest::Is(1, &["true"]), &["x", "false"]));
        let stages = || LaidTest::NoneIs(vec![(0, &["StageName"]), (1, &["101"])]);
        assert!(!holds(stages(), &["stagename", ""]));
        assert!(!holds(stages(), &["Amount", "101"]));
        assert!(holds(stages(), &["Amount", "13"]));
        assert!(holds(LaidTest::Begins(0, &["Total:"]), &["total: Account"]));
        assert!(!holds(LaidTest::Begins(0, &["Total:"]), &["Total war"]));
        assert!(!holds(LaidTest::Begins(0, &["Total:"]), &["Tot"]));
        assert!(holds(LaidTest::AllEmpty(vec![0, 2]), &["", "x", " "]));
        assert!(!holds(LaidTest::AllEmpty(vec![0, 2]), &["", "x", "y"]));
    }

    #[test]
    fn places_are_moved() {
        let moved = LaidTest::NoneIs(vec![(3, &["a"]), (5, &["b"])]).at(|position| position - 3);
        assert_eq!(moved, LaidTest::NoneIs(vec![(0, &["a"]), (2, &["b"])]));
    }
}
