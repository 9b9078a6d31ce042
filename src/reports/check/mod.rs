//! `check`: what was loaded, what was rejected and why, and what looks odd. A row per file, per reason, per finding.

mod days;
mod findings;

use crate::document::{Cell, ColumnType, NoteLevel, Section, SourceAccount, Table, View};
use crate::engine::inspect::Facts;
use crate::model::kind::Kind;
use crate::reports::labels::split_view;
use findings::{Finding, findings};

/// Rejected records of one column and reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectCount {
    pub reason: String,
    /// `None` where the record as a whole is damaged.
    pub column: Option<String>,
    pub rows: u64,
    pub first_line: u64,
}

/// One source as it was read.
#[derive(Debug, Clone)]
pub struct Checked {
    pub account: SourceAccount,
    pub kind: Kind,
    pub facts: Facts,
    /// By column and reason.
    pub rejects: Vec<RejectCount>,
    /// The vendor's preset, why it is that and what it does, in one sentence.
    pub preset: Option<String>,
    /// What was decided about its formats, in sentences.
    pub decisions: Vec<String>,
}

impl Checked {
    fn records(&self) -> u64 {
        self.account.files.iter().map(|file| file.records).sum()
    }
}

/// The tables of `check`, with sentences on what was recognised.
#[must_use]
pub fn section(checked: &[Checked]) -> Section {
    let found = findings(checked);
    let tables = vec![sources(checked), rejects(checked), findings_table(&found)];
    Section { title: String::new(), lines: lines(checked, &found), tables }
}

fn lines(checked: &[Checked], found: &[Finding]) -> Vec<String> {
    let files = || checked.iter().flat_map(|source| &source.account.files);
    let mut lines = vec![format!(
        "{} of {} records were loaded: {} rejected, {} blank, {} skipped.",
        files().map(|file| file.loaded).sum::<u64>(),
        files().map(|file| file.records).sum::<u64>(),
        files().map(|file| file.rejected).sum::<u64>(),
        files().map(|file| file.blank).sum::<u64>(),
        files().map(|file| file.skipped).sum::<u64>()
    )];
    for source in checked {
        let columns: Vec<String> =
            source.account.columns.iter().map(|(role, column)| format!("{role} = \"{column}\"")).collect();
        let name = &source.account.name;
        let kind =
            if *name == source.account.kind { name.clone() } else { format!("{name} ({})", source.account.kind) };
        lines.push(format!("{kind}: {}", columns.join(", ")));
        lines.extend(source.decisions.iter().cloned());
    }
    if found.is_empty() {
        lines.push("Nothing looks odd.".to_owned());
    }
    lines
}

fn labelled(mut table: Table, labels: &[(&str, u8)]) -> Table {
    let mut columns = split_view(&table.columns, table.columns.len());
    for (column, (label, expendable)) in columns.iter_mut().zip(labels) {
        (*label).clone_into(&mut column.label);
        column.expendable = *expendable;
    }
    table.view = Some(View { columns, ..View::default() });
    table
}

fn sources(checked: &[Checked]) -> Table {
    let mut table = Table::new(
        "sources",
        "What was loaded",
        &[
            ("file", ColumnType::Text),
            ("records", ColumnType::Count),
            ("loaded", ColumnType::Count),
            ("rejected", ColumnType::Count),
            ("blank", ColumnType::Count),
            ("skipped", ColumnType::Count),
            ("first", ColumnType::Time),
            ("last", ColumnType::Time),
            ("ids", ColumnType::Count),
            ("value_sum", ColumnType::Text),
        ],
    );
    for source in checked {
        for (file, facts) in source.account.files.iter().zip(&source.facts.files) {
            table.rows.push(vec![
                Cell::Text(file.path.clone()),
                Cell::Count(file.records),
                Cell::Count(file.loaded),
                Cell::Count(file.rejected),
                Cell::Count(file.blank),
                Cell::Count(file.skipped),
                facts.first.map_or(Cell::Missing, Cell::Instant),
                facts.last.map_or(Cell::Missing, Cell::Instant),
                facts.ids.map_or(Cell::Missing, Cell::Count),
                facts.sum.map_or(Cell::Missing, |sum| Cell::Text(sum.to_string())),
            ]);
        }
    }
    let labels = [("File", 0), ("Records", 0), ("Loaded", 0), ("Rejected", 0), ("Blank", 4), ("Skipped", 5)];
    let more = [("First", 2), ("Last", 2), ("Ids", 1), ("Value sum", 3)];
    labelled(table, &[labels.as_slice(), &more].concat())
}

/// Sources in their order; the most frequent reasons first.
fn rejects(checked: &[Checked]) -> Table {
    let mut table = Table::new(
        "rejects",
        "What was rejected and why",
        &[
            ("reason", ColumnType::Text),
            ("column", ColumnType::Text),
            ("rows", ColumnType::Count),
            ("first_line", ColumnType::Count),
        ],
    );
    for source in checked {
        let mut rejects: Vec<&RejectCount> = source.rejects.iter().collect();
        rejects.sort_by_key(|reject| std::cmp::Reverse(reject.rows));
        for reject in rejects {
            table.rows.push(vec![
                Cell::Text(reject.reason.clone()),
                reject.column.clone().map_or(Cell::Missing, Cell::Text),
                Cell::Count(reject.rows),
                Cell::Count(reject.first_line),
            ]);
        }
    }
    labelled(table, &[("Reason", 0), ("Column", 0), ("Rows", 0), ("First line", 0)])
}

fn findings_table(found: &[Finding]) -> Table {
    let columns = [
        ("level", ColumnType::Text),
        ("code", ColumnType::Text),
        ("text", ColumnType::Text),
        ("rows", ColumnType::Count),
    ];
    let mut table = Table::new("findings", "What looks odd", &columns);
    let mut caption = Vec::new();
    for finding in found {
        table.rows.push(vec![
            Cell::Text(finding.level.name().to_owned()),
            Cell::Text(finding.code.to_owned()),
            Cell::Text(finding.text.clone()),
            finding.rows.map_or(Cell::Missing, Cell::Count),
        ]);
        let stop = if finding.text.ends_with('?') { "" } else { "." };
        caption.push(format!("{}: {}{stop}", finding.code, finding.text));
    }
    // A table would cut the texts; people read them under it.
    let mut table = labelled(table, &[("Level", 0), ("Finding", 0), ("", 0), ("Rows", 0)]);
    if let Some(view) = &mut table.view {
        view.columns.retain(|column| !column.label.is_empty());
        view.caption = caption;
    }
    table
}

/// The order of findings: warnings first, else as they were found.
const fn rank(level: NoteLevel) -> u8 {
    match level {
        NoteLevel::Warning => 0,
        NoteLevel::Note => 1,
    }
}
