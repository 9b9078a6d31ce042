//! Stages that mean won or lost in one company's CRM, as the export's own columns (`IsWon`) show them.

use super::super::batch::{Batch, Column, Field, Wanted};
use super::super::dictionary::Dictionary;
use super::super::source::{Request, Source};
use super::position;
use crate::error::Result;
use crate::model::kind::{Kind, Role};
use crate::model::outcome::Outcome;
use crate::model::presets::{Flag, Holds, fold_header};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Words that mean yes in a column of yes and no.
const YES: &[&str] = &["true", "1", "yes", "y", "vrai", "oui", "wahr", "ja", "sí", "si", "ano", "sim"];

/// Words that mean won or lost besides those that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learned {
    pub won: Vec<String>,
    pub lost: Vec<String>,
    /// The columns that show it.
    columns: Vec<String>,
    /// Rows whose columns say another thing of their word than most rows with it.
    against: u64,
}

impl Learned {
    /// What was learnt, for people; nothing where all words were known.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let mut parts = Vec::new();
        for (what, words) in [("won", &self.won), ("lost", &self.lost)] {
            if !words.is_empty() {
                let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                parts.push(format!("{what} = {}", quoted.join(", ")));
            }
        }
        if self.against > 0 {
            parts.push(format!("{} rows say otherwise of their stage than most rows with it", self.against));
        }
        (!parts.is_empty()).then(|| format!("{} by {}", parts.join(", "), self.columns.join(", ")))
    }
}

/// Rows by what the columns say of them: open, won, lost.
type Counts = BTreeMap<u32, [u64; 3]>;

/// Reads the stages of deals beside the columns that say how they ended.
///
/// A word means what most of its rows say; a tie means open. Without the column for won, closed is not lost.
///
/// # Errors
/// Whatever reading reports.
pub fn learn(source: &Source, flags: &'static [Flag]) -> Result<Learned> {
    let word = source.roles.get(&Role::Status).or_else(|| source.roles.get(&Role::Stage));
    let (Some(word), Some(file)) = (word.filter(|_| source.kind == Kind::Deals), source.files.first()) else {
        return Ok(Learned::default());
    };
    let headers: Vec<String> = file.headers().iter().map(|name| fold_header(name)).collect();
    let named = |flag: &'static Flag| {
        let column = file.headers().get(position(&headers, flag.column)?)?;
        Some((flag, column.clone(), Arc::new(Dictionary::default())))
    };
    let mut known: Vec<_> = flags.iter().filter_map(named).collect();
    if known.iter().all(|(flag, ..)| flag.outcome != Outcome::Won) {
        known.clear();
    }
    if known.is_empty() {
        return Ok(Learned::default());
    }
    let words = Arc::new(Dictionary::default());
    let wanted = Wanted::Name { dictionary: Arc::clone(&words), required: false, only: None };
    let mut fields = vec![Field { column: word.clone(), wanted }];
    fields.extend(known.iter().map(|(_, column, dictionary)| Field {
        column: column.clone(),
        wanted: Wanted::Text { dictionary: Arc::clone(dictionary) },
    }));
    let request = Request { fields, ..Request::default() };
    let stage = |batch: &Batch| {
        let met = |(flag, _, dictionary): &(&Flag, String, Arc<Dictionary>)| {
            (flag.outcome, dictionary.names().iter().map(|cell| holds(flag.holds, cell)).collect())
        };
        counts(batch, &known.iter().map(met).collect::<Vec<_>>())
    };
    let scanned = source.scan(&request, &stage, &AtomicBool::new(false))?;
    let mut all = Counts::new();
    for (word, counted) in scanned.staged.into_iter().flatten() {
        let counts = all.entry(word).or_default();
        counts.iter_mut().zip(counted).for_each(|(sum, more)| *sum += more);
    }
    let columns = known.into_iter().map(|(_, column, _)| column).collect();
    Ok(judged(source, &all, &words.names(), columns))
}

fn holds(holds: Holds, cell: &str) -> bool {
    let cell = cell.trim();
    match holds {
        Holds::Yes => YES.contains(&cell.to_lowercase().as_str()),
        Holds::Anything => !cell.is_empty(),
    }
}

/// Counts the rows of a batch; each flag comes with what the codes of its cells mean.
fn counts(batch: &Batch, flags: &[(Outcome, Vec<bool>)]) -> Counts {
    let codes = |position: usize| match batch.columns.get(position) {
        Some(Column::Codes(codes)) => codes.as_slice(),
        _ => &[],
    };
    let mut counts = Counts::new();
    for (row, word) in codes(0).iter().enumerate().filter(|(_, word)| **word != 0) {
        let met = flags.iter().enumerate().find(|(position, (_, meanings))| {
            let code = codes(position + 1).get(row).copied().unwrap_or_default();
            meanings.get(code as usize).copied().unwrap_or_default()
        });
        let slot = match met.map(|(_, (outcome, _))| outcome) {
            Some(Outcome::Won) => 1,
            Some(Outcome::Lost) => 2,
            Some(Outcome::Open) | None => 0,
        };
        counts.entry(*word).or_default()[slot] += 1;
    }
    counts
}

fn judged(source: &Source, counts: &Counts, names: &[String], columns: Vec<String>) -> Learned {
    let mut learned = Learned { columns, ..Learned::default() };
    for (word, [open, won, lost]) in counts {
        let Some(name) = names.get(*word as usize) else { continue };
        let outcome = if *won > (*open).max(*lost) {
            Outcome::Won
        } else if *lost > (*open).max(*won) {
            Outcome::Lost
        } else {
            Outcome::Open
        };
        let most = *[open, won, lost].into_iter().max().unwrap_or(&0);
        learned.against += open + won + lost - most;
        if source.outcomes.outcome(name) != outcome {
            match outcome {
                Outcome::Won => learned.won.push(name.clone()),
                Outcome::Lost => learned.lost.push(name.clone()),
                Outcome::Open => {}
            }
        }
    }
    learned.won.sort();
    learned.lost.sort();
    learned
}
