//! A document in another language: titles, labels, marks, captions, sentences and notes; cells only where their words
//! are ours.

use super::Locale;
use super::messages::{Messages, messages};
use crate::document::{Cell, Document, Section, Table, ViewColumn, ViewContent};
use std::borrow::Cow;

/// The column of the summary, whose cells are sentences.
const STATEMENT: &str = "statement";

/// Columns that the page finds by their names; their headings are not shown.
const BY_NAME: [&str; 2] = [STATEMENT, "basis"];

/// The document as people of a language read it; the one given where that is English.
#[must_use]
pub fn translated(document: &Document, locale: Locale) -> Cow<'_, Document> {
    let Some(messages) = messages(locale) else { return Cow::Borrowed(document) };
    let mut document = document.clone();
    document.title = messages.title(&document.title);
    let by = breakdown(&document);
    for section in &mut document.sections {
        translate(section, &by, messages);
    }
    for note in &mut document.notes {
        note.text = messages.text(&note.text);
    }
    Cow::Owned(document)
}

/// The columns that the data brought, whose names are left alone.
fn breakdown(document: &Document) -> Vec<String> {
    let by = document.settings.iter().filter(|(name, _)| name == "by").map(|(_, value)| value);
    let names = by.flat_map(|value| value.as_array().into_iter().flatten()).filter_map(|name| name.as_str());
    names.flat_map(|name| [name.to_owned(), format!("by_{name}")]).collect()
}

fn translate(section: &mut Section, by: &[String], messages: &Messages) {
    section.title = messages.title(&section.title);
    for line in &mut section.lines {
        *line = match line.strip_prefix("- ") {
            Some(note) => format!("- {}", messages.text(note)),
            None => messages.text(line),
        };
    }
    for table in &mut section.tables {
        translate_table(table, by, messages);
    }
}

fn translate_table(table: &mut Table, by: &[String], messages: &Messages) {
    table.title = messages.title(&table.title);
    for (position, column) in table.columns.iter().enumerate() {
        if !by.contains(&column.name) {
            for cell in table.rows.iter_mut().filter_map(|row| row.get_mut(position)) {
                let Cell::Text(text) = cell else { continue };
                if column.name == STATEMENT {
                    *text = messages.text(text);
                } else if let Some(word) = messages.cell(&column.name, text) {
                    word.clone_into(text);
                }
            }
        }
    }
    let mut names: Vec<Option<String>> = vec![None; table.columns.len()];
    if let Some(view) = &mut table.view {
        for column in &mut view.columns {
            let position = position(column);
            let is_own = table.columns.get(position).is_none_or(|own| own.name != column.label);
            if is_own && let Some(label) = messages.find(&column.label) {
                column.label = label;
            } else if column.label == "period" {
                messages.column("period").unwrap_or("period").clone_into(&mut column.label);
            }
            if let Some(name) = names.get_mut(position).filter(|_| is_own && !column.label.is_empty()) {
                *name = Some(column.label.clone());
            }
        }
        for (_, mark) in &mut view.marks {
            *mark = messages.text(mark);
        }
        for line in &mut view.caption {
            *line = messages.text(line);
        }
    }
    for (column, label) in table.columns.iter_mut().zip(names) {
        if by.contains(&column.name) || BY_NAME.contains(&column.name.as_str()) {
            continue;
        }
        if let Some(name) = messages.column(&column.name).map(str::to_owned).or(label) {
            column.name = name;
        }
    }
}

const fn position(column: &ViewColumn) -> usize {
    match column.content {
        ViewContent::Value(position) | ViewContent::Bar(position) => position,
        ViewContent::Interval { value, .. } => value,
    }
}
