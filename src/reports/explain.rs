//! `explain`: what the numbers of a command mean, in words, and the settings that they depend on.

use crate::document::{Cell, ColumnType, Section, Table, View, ViewColumn, ViewContent};

/// A word of a table or a caption, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub term: String,
    pub meaning: String,
}

/// A term with its meaning.
pub fn term(term: impl Into<String>, meaning: impl Into<String>) -> Term {
    Term { term: term.into(), meaning: meaning.into() }
}

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

/// The definitions of what `init` finds out.
#[must_use]
pub fn init() -> Vec<Term> {
    vec![
        term("kind", "What the rows of a file are, by its columns, unless the command line says it."),
        term("columns", "Each role is the column with the best known name for it; the others are attributes."),
        term(
            "steps",
            "Deals and histories give stages in the order of their dates. The order of events is for you to say.",
        ),
        term("CHECK", "The line holds a guess that only you can confirm."),
    ]
}

/// The definitions of a part of a report, or of a whole command, which has no name then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub terms: Vec<Term>,
}

/// The definitions as sentences for people, and as one table for machines.
#[must_use]
pub fn definitions(parts: &[Part]) -> Vec<Section> {
    let columns = [("part", ColumnType::Text), ("term", ColumnType::Text), ("meaning", ColumnType::Text)];
    let several = parts.len() > 1;
    let mut table = Table::new("definitions", "Definitions", &columns[usize::from(!several)..]);
    table.machine_only = true;
    for part in parts {
        table.rows.extend(part.terms.iter().map(|term| {
            let cells = [text(&part.name), text(&term.term), text(&term.meaning)];
            cells.into_iter().skip(usize::from(!several)).collect()
        }));
    }
    let section = |part: &Part| {
        let title = if part.name.is_empty() { "Definitions".to_owned() } else { format!("Definitions: {}", part.name) };
        let lines = part.terms.iter().map(|term| format!("{}: {}", term.term, term.meaning)).collect();
        Section { title, lines, tables: Vec::new() }
    };
    let mut sections: Vec<Section> = parts.iter().map(section).collect();
    if let Some(first) = sections.first_mut() {
        first.tables.push(table);
    }
    sections
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
