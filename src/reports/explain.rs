//! `explain`: what the numbers of a command mean, in words, and the settings that they depend on.

use crate::document::{Cell, ColumnType, Section, Table, View, ViewColumn, ViewContent};
use crate::plan::{JourneyPlan, Mode};
use crate::reports::conversion::mode_lines;
use crate::reports::words;

/// A word of a table or a caption, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub term: &'static str,
    pub meaning: String,
}

fn term(term: &'static str, meaning: impl Into<String>) -> Term {
    Term { term, meaning: meaning.into() }
}

/// What the definitions of a funnel depend on.
#[derive(Debug, Clone)]
pub struct Funnel {
    /// How events and deals are followed; those of the two that the settings allow.
    pub plans: Vec<JourneyPlan>,
    pub confidence: f64,
}

/// The definitions of the conversion funnel.
#[must_use]
pub fn conversion(funnel: &Funnel) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for plan in &funnel.plans {
        let lines = mode_lines(plan).join(" ");
        match plan.mode {
            Mode::Events { .. } => terms.push(term("events", lines)),
            Mode::Stages { .. } => terms.extend([term("deals, history", lines), term("a deal's steps", STAGES)]),
        }
    }
    terms.extend([
        term("entered", ENTERED),
        term("from previous, from first", RATES),
        term("intervals", words::intervals(funnel.confidence)),
        term("dropped, open", format!("{IDENTITY} {}", words::OPEN)),
        term("as of", AS_OF),
        term("mature", MATURE),
        term("estimate", ESTIMATE),
        term("time", format!("{TIME} {}", words::TIMES)),
        term("value", VALUE),
        term("leaks", words::ONE_POINT),
    ]);
    if let Some(plan) = funnel.plans.first() {
        terms.extend([term("groups", words::groups(plan.top, plan.attribution)), term("periods", periods(plan))]);
    }
    terms
}

fn periods(plan: &JourneyPlan) -> String {
    let zone = plan.zone.name();
    let week = words::weekday(plan.week_start);
    format!(
        "By the time of entry, in the zone {zone}, weeks from {week}; a unit counts once in a period, with its best \
         attempt there."
    )
}

const ENTERED: &str = "Units (users, deals) whose chosen attempt reached the step. A unit counts once.";
const RATES: &str = "Entered, divided by entered of the step before or of step 1.";
const IDENTITY: &str = "Entered = entered of the next step + dropped + open. Open is who has not converted and whose \
                        window, from the latest entry, is not over at the as-of time; deals are open until they are \
                        lost. Without a window nobody who stopped has dropped.";
const AS_OF: &str = "The latest time over all records, or --as-of. Later records are left out and counted.";
const MATURE: &str = "Entries whose window was over at the as-of time: no unit among them is open.";
const ESTIMATE: &str = "Kaplan-Meier at the window, else at the longest time observed: open units count for as long as \
                        they were seen.";
const TIME: &str = "From the previous step.";
const VALUE: &str = "Sum of the value of the events matched at the step, or of the amounts of the deals credited with \
                     it; exact.";
const STAGES: &str = "Step 1 at creation, each stage at its date or history row, the current stage at an unknown time, \
                      the won step at closing; a lost word is the exit. A lost deal's furthest step is the furthest \
                      known from a date or a history row.";

/// The definitions of what was read.
#[must_use]
pub fn records(max_rejects: &str) -> Vec<Term> {
    vec![
        term("records", "Records = loaded + rejected + blank + skipped, for every file; the header is none of them."),
        term(
            "rejected",
            "Damaged in form, or a cell that the command needs cannot be read. Counted by column and reason, and \
             listed by --rejects; never repaired.",
        ),
        term("blank", "Only empty fields."),
        term("skipped", "Lines before the header and comments."),
        term("limit", format!("More than {max_rejects} of the records rejected: nothing is written, exit code 3.")),
    ]
}

/// The definitions of what `check` adds.
#[must_use]
pub fn check() -> Vec<Term> {
    vec![
        term("ids", "Distinct ids of the loaded records, trimmed and in one form of Unicode."),
        term("value_sum", "Exact sum of value, amount or cost; nothing is rounded."),
        term("first, last", "Earliest and latest time of the loaded records."),
        term("findings", "What loads and still looks odd; each with the rows that it concerns."),
    ]
}

/// The definitions as sentences for people, and as a table for machines.
#[must_use]
pub fn definitions(terms: &[Term]) -> Section {
    let mut table =
        Table::new("definitions", "Definitions", &[("term", ColumnType::Text), ("meaning", ColumnType::Text)]);
    table.machine_only = true;
    table.rows = terms.iter().map(|term| vec![text(term.term), text(&term.meaning)]).collect();
    let lines = terms.iter().map(|term| format!("{}: {}", term.term, term.meaning)).collect();
    Section { title: "Definitions".to_owned(), lines, tables: vec![table] }
}

/// One setting in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingRow {
    pub name: String,
    pub value: String,
    pub origin: String,
    /// What the help says of its flag.
    pub meaning: Option<String>,
}

/// The settings in force.
#[must_use]
pub fn settings(rows: &[SettingRow]) -> Section {
    let columns = [("setting", "Setting", 0), ("value", "Value", 0), ("origin", "From", 0), ("meaning", "Meaning", 1)];
    let mut table = Table::new("settings", "Settings in force", &columns.map(|(name, ..)| (name, ColumnType::Text)));
    table.rows = rows
        .iter()
        .map(|row| {
            let meaning = row.meaning.as_deref().map_or(Cell::Missing, text);
            vec![text(&row.name), text(&row.value), text(&row.origin), meaning]
        })
        .collect();
    let columns = columns.iter().enumerate().map(|(position, (_, label, expendable))| ViewColumn {
        label: (*label).to_owned(),
        content: ViewContent::Value(position),
        expendable: *expendable,
    });
    let caption =
        vec!["Flags go before FUNNEL_* variables, these before funnel.toml, and that before defaults.".to_owned()];
    table.view = Some(View { columns: columns.collect(), caption, ..View::default() });
    Section { title: String::new(), lines: Vec::new(), tables: vec![table] }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}
