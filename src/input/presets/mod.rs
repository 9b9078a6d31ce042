//! A vendor's preset at work on a source: chosen by its header or by the user, and what follows from it.

mod learn;
mod words;

pub use learn::{Learned, learn};
pub use words::{add_words, share};

use super::columns::ColumnProblem;
use super::file::File;
use super::left_out::LaidTest;
use crate::document::Note;
use crate::error::{Error, Result};
use crate::model::kind::Kind;
use crate::model::presets::{Names, Preset, PresetChoice, RowTest, fold_header, recognise};

/// The preset of a source, and why it is that.
#[derive(Debug, Clone)]
pub struct Applied {
    pub preset: &'static Preset,
    /// Columns that gave it away; empty where it was asked for.
    columns: Vec<String>,
    /// Words that its columns showed to mean won or lost.
    pub learned: Learned,
}

impl Applied {
    /// Chooses the preset of a file: the one that was asked for, else the one whose columns are there, if it is of the
    /// kind that was asked for.
    #[must_use]
    pub fn choose(choice: Option<PresetChoice>, kind: Option<Kind>, headers: &[String]) -> Option<Self> {
        let found = match choice {
            Some(PresetChoice::None) => None,
            Some(PresetChoice::One(preset)) => Some((preset, Vec::new())),
            None => recognise(headers).filter(|(preset, _)| kind.is_none_or(|kind| kind == preset.kind)),
        };
        found.map(|(preset, columns)| Self { preset, columns, learned: Learned::default() })
    }

    /// Whether a line is the header of this export by its names alone.
    #[must_use]
    pub fn fits(&self, headers: &[String]) -> bool {
        recognise(headers).is_some_and(|(preset, _)| preset == self.preset)
    }

    /// The tests by which rows of a file are left out; they look at positions in its header.
    ///
    /// # Errors
    /// A data error where the column is missing that tells the rows that are kept.
    pub fn left_out(&self, file: &File) -> Result<Vec<LaidTest>> {
        let headers: Vec<String> = file.headers().iter().map(|name| fold_header(name)).collect();
        let mut tests = Vec::new();
        for test in self.preset.left_out {
            match test {
                RowTest::Is { column, words } => {
                    tests.extend(position(&headers, column).map(|cell| LaidTest::Is(cell, words)));
                }
                RowTest::NoneIs(pairs) => {
                    let first = pairs.first().map_or(&[][..], |(column, _)| *column);
                    position(&headers, first).ok_or_else(|| self.lacks(file, first))?;
                    let laid = pairs.iter().filter_map(|(column, words)| Some((position(&headers, column)?, *words)));
                    tests.push(LaidTest::NoneIs(laid.collect()));
                }
                RowTest::FirstBegins(words) => tests.push(LaidTest::Begins(0, words)),
                RowTest::AllEmpty(columns) => tests.extend(all_empty(&headers, columns)),
            }
        }
        Ok(tests)
    }

    fn lacks(&self, file: &File, column: Names) -> Error {
        let name = column.first().copied().unwrap_or_default();
        let message = format!("preset {} needs the column `{name}`", self.preset.name);
        let hint = format!("columns: {}; --preset none reads the file without a preset", file.headers().join(", "));
        Error::data(message).at(file.path(), None, Some(name)).with_hint(hint)
    }

    /// Adds what this export needs where a role has no column.
    #[must_use]
    pub fn advise(&self, problem: ColumnProblem) -> ColumnProblem {
        match problem {
            ColumnProblem::Missing { kind, role, columns, advice } => {
                let told = self.preset.lacking.iter().find(|(lacking, _)| *lacking == role);
                let advice = told.map(|(_, advice)| (*advice).to_owned()).or(advice);
                ColumnProblem::Missing { kind, role, columns, advice }
            }
            other => other,
        }
    }

    /// What was recognised and why, in one sentence.
    #[must_use]
    pub fn reason(&self) -> String {
        let Preset { name, title, .. } = self.preset;
        if self.columns.is_empty() {
            return format!("read as {name} ({title}), as asked for");
        }
        let columns: Vec<String> = self.columns.iter().map(|column| format!("\"{column}\"")).collect();
        format!("read as {name} ({title}), recognised by its columns {}", columns.join(", "))
    }

    /// All that a reader of `check` must know about the preset.
    #[must_use]
    pub fn account(&self) -> String {
        let mut parts = vec![self.reason()];
        parts.extend(self.learned.text());
        parts.extend(self.preset.left_out.iter().map(rule));
        parts.extend(self.preset.remarks.iter().map(|remark| (*remark).to_owned()));
        parts.push("--preset none reads the file without it".to_owned());
        parts.join("; ")
    }

    /// What a run says of rows that it skipped by the rules of the preset.
    #[must_use]
    pub fn skipped(&self, path: &str, rows: u64) -> Option<Note> {
        let rules: Vec<String> = self.preset.left_out.iter().map(rule).collect();
        let text = format!("{path}: {rows} rows are skipped by preset {}: {}", self.preset.name, rules.join("; "));
        (rows > 0).then(|| Note::note("left_out", text))
    }

    /// The notes of a run: which preset, and the words that it showed.
    #[must_use]
    pub fn notes(&self, path: &str) -> Vec<Note> {
        let mut notes = vec![Note::note("preset", format!("{path}: {}", self.reason()))];
        notes.extend(self.learned.text().map(|text| Note::note("preset_words", format!("{path}: {text}"))));
        notes
    }
}

/// A rule by which rows are left out, for people.
fn rule(test: &RowTest) -> String {
    let first = |names: Names| names.first().copied().unwrap_or_default();
    match test {
        RowTest::Is { column, words } => format!("rows with {} {} are skipped", first(column), first(words)),
        RowTest::NoneIs(pairs) => {
            let wanted: Vec<String> =
                pairs.iter().map(|(column, words)| format!("{} {}", first(column), words.join(" or "))).collect();
            format!("only rows with {} are read, the others skipped", wanted.join(" or "))
        }
        RowTest::FirstBegins(words) => format!("rows that begin with \"{}\" are skipped", first(words)),
        RowTest::AllEmpty(columns) => {
            let names: Vec<&str> = columns.iter().map(|names| first(names)).collect();
            format!("rows without {} are skipped", names.join(" and "))
        }
    }
}

/// The position of the first name that is there.
#[must_use]
pub fn position(folded: &[String], names: Names) -> Option<usize> {
    names.iter().find_map(|name| {
        let wanted = fold_header(name);
        folded.iter().position(|name| *name == wanted)
    })
}

/// The test whether columns are all empty; none where the first is missing.
fn all_empty(headers: &[String], columns: &[Names]) -> Option<LaidTest> {
    let (first, others) = columns.split_first()?;
    let first = position(headers, first)?;
    let others = others.iter().filter_map(|names| position(headers, names));
    Some(LaidTest::AllEmpty(std::iter::once(first).chain(others).collect()))
}
