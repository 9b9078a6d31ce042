//! The document as one page that needs nothing else: no script, no network, no fonts; light, dark, paper, phone.
//!
//! Summary first, then a section per question with a picture over each table, last what the numbers rest on. The page
//! forbids itself to load anything, so that text that slipped through would still do no harm.

#[cfg(test)]
mod any_tests;
mod ending;
mod markup;
mod picture;
mod table;
#[cfg(test)]
mod tests;
pub mod words;

use super::human::Style;
use super::locale::{self, Locale};
use super::machine::TimeUnit;
use crate::document::{Cell, Chart, Document, Note, NoteLevel, Section, Table};
use std::fmt::Write as _;
use table::TableOptions;
use words::{PageWords, filled};

pub use ending::{setting_text, settings};

const STYLE: &str = include_str!("style.css");
/// Nothing is loaded and nothing runs; the style stands in the page.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
/// Sentences of one section that stand in the summary.
const MOST_LINES: usize = 3;
/// Warnings that stand in the summary.
const MOST_WARNINGS: usize = 3;
/// From this many sections on the page has a table of contents.
const LEAST_CONTENTS: usize = 3;

/// Writes the whole document, or one table of it.
#[must_use]
pub fn render(document: &Document, only: Option<&Table>, locale: Locale, time_unit: Option<TimeUnit>) -> Vec<u8> {
    let options = TableOptions { words: locale::words(locale), page: locale::page_words(locale), time_unit };
    let mut page = Page { out: String::with_capacity(1 << 16), document, options, tables: 0 };
    page.head();
    match only {
        Some(table) => {
            page.out.push_str("</header>\n<main>\n");
            page.table(table, "");
        }
        None => page.body(),
    }
    ending::push(&mut page.out, document, options.words, options.page);
    page.foot();
    page.out.into_bytes()
}

struct Page<'a> {
    out: String,
    document: &'a Document,
    options: TableOptions,
    tables: usize,
}

/// A section of the page, with the name that links lead to.
struct Part<'a> {
    section: &'a Section,
    id: String,
    /// How many of its sentences stand in the summary right above it.
    told: usize,
}

impl Page<'_> {
    fn head(&mut self) {
        let language = self.options.page.language;
        let version = env!("CARGO_PKG_VERSION");
        let title = markup::text(&self.document.title);
        let _ = write!(
            self.out,
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"funnel {version}\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n"
        );
        self.element("h1", "", &self.document.title.clone());
        for line in when(self.document, self.options.page, self.style()) {
            self.element("p", "class=\"meta\"", &line);
        }
        if let Some(line) = self.records() {
            self.element("p", "class=\"meta\"", &line);
        }
    }

    fn records(&self) -> Option<String> {
        let files: Vec<_> = self.document.sources.iter().flat_map(|source| &source.files).collect();
        let name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
        let names: Vec<String> = files.iter().take(4).map(|file| name(&file.path)).collect();
        let more = if files.len() > names.len() { ", …" } else { "" };
        let records = self.style().cell(&Cell::Count(files.iter().map(|file| file.records).sum()));
        let list = format!("{}{more}", names.join(", "));
        (!files.is_empty()).then(|| filled(self.options.page.records_read, &[&records, &list]))
    }

    const fn style(&self) -> Style {
        Style { words: self.options.words, time_unit: None, cents: false }
    }

    fn body(&mut self) {
        let document = self.document;
        let shown: Vec<&Section> =
            document.sections.iter().filter(|section| !is_sources(section) && summary_of(section).is_none()).collect();
        let mut parts: Vec<Part<'_>> = Vec::new();
        for section in shown {
            let id = format!("part-{}", parts.len() + 1);
            let is_told = parts.is_empty() && document.sections.iter().all(|section| summary_of(section).is_none());
            let told = if is_told { MOST_LINES.min(section.lines.len()) } else { 0 };
            parts.push(Part { section, id, told });
        }
        let tables = |part: &Part<'_>| part.section.tables.iter().any(is_shown);
        self.contents(&parts.iter().filter(|part| tables(part)).collect::<Vec<_>>());
        self.out.push_str("</header>\n<main>\n");
        match document.sections.iter().find_map(summary_of) {
            Some(table) => self.statements(table, &parts),
            None => self.summary(&parts),
        }
        for part in parts.iter().filter(|part| tables(part) || part.section.lines.len() > part.told) {
            self.section(part);
        }
    }

    fn contents(&mut self, parts: &[&Part<'_>]) {
        if parts.len() < LEAST_CONTENTS {
            return;
        }
        let label = markup::text(self.options.page.contents);
        let _ = write!(self.out, "<nav aria-label=\"{label}\"><ul>");
        let about = ("about", self.options.page.about);
        let links = parts.iter().map(|part| (part.id.as_str(), part.section.title.as_str()));
        for (id, title) in links.chain([about]) {
            let title = markup::text(title);
            let _ = write!(self.out, "<li><a href=\"#{id}\">{title}</a></li>");
        }
        self.out.push_str("</ul></nav>\n");
    }

    /// What the sections say in sentences, together at the top.
    fn summary(&mut self, parts: &[Part<'_>]) {
        let told: Vec<&Part<'_>> = parts.iter().filter(|part| !part.section.lines.is_empty()).collect();
        let notes = &self.document.notes;
        let warnings: Vec<&Note> = notes.iter().filter(|note| note.level == NoteLevel::Warning).collect();
        if told.is_empty() && warnings.is_empty() {
            return;
        }
        self.out.push_str("<div class=\"summary\">\n");
        self.element("h2", "", self.options.page.summary);
        self.warnings();
        if !told.is_empty() {
            let is_alone = told.len() == 1 && parts.len() == 1;
            self.out.push_str(if is_alone { "<dl class=\"alone\">\n" } else { "<dl>\n" });
            for part in told {
                self.told(part, is_alone);
            }
            self.out.push_str("</dl>\n");
        }
        self.out.push_str("</div>\n");
    }

    /// The statements of the report, by topic, each with a way to the table that it follows from.
    fn statements(&mut self, table: &Table, parts: &[Part<'_>]) {
        self.out.push_str("<div class=\"summary\">\n");
        self.element("h2", "", self.options.page.summary);
        let [statement, basis] = ["statement", "basis"].map(|name| table.position(name).unwrap_or_default());
        let text = |row: &[Cell], position: usize| match row.get(position) {
            Some(Cell::Text(text)) => text.clone(),
            _ => String::new(),
        };
        if table.rows.is_empty() {
            self.element("p", "class=\"empty\"", self.options.page.no_statement);
        } else {
            self.out.push_str("<dl>\n");
        }
        let topics = table.view.as_ref().map(|view| view.marks.as_slice()).unwrap_or_default();
        for (at, row) in table.rows.iter().enumerate() {
            if let Some((_, topic)) = topics.iter().find(|(first, _)| *first == at) {
                self.out.push_str(if at > 0 { "</dd>\n" } else { "" });
                self.element("dt", "", topic);
                self.out.push_str("<dd>");
            }
            let name = text(row, basis);
            let holds = |part: &&Part<'_>| part.section.tables.iter().any(|table| table.name == name);
            let place = parts.iter().find(holds);
            self.out.push_str("<p>");
            self.out.push_str(&markup::text(&text(row, statement)));
            if let Some(part) = place {
                let (id, title) = (&part.id, markup::text(title_of(part.section, &name)));
                let _ = write!(self.out, " <a class=\"basis\" href=\"#{id}\">{title}</a>");
            }
            self.out.push_str("</p>");
        }
        self.out.push_str(if table.rows.is_empty() { "" } else { "</dd>\n</dl>\n" });
        self.warnings();
        self.out.push_str("</div>\n");
    }

    fn warnings(&mut self) {
        let notes = &self.document.notes;
        let warnings: Vec<&Note> = notes.iter().filter(|note| note.level == NoteLevel::Warning).collect();
        for note in warnings.iter().take(MOST_WARNINGS) {
            self.element("p", "class=\"caution\"", &note.text);
        }
        if warnings.len() > MOST_WARNINGS {
            let text = filled(self.options.page.all_notes, &[&notes.len().to_string()]);
            let text = markup::text(&text);
            let _ = writeln!(self.out, "<p class=\"caution\"><a href=\"#notes\">{text}</a></p>");
        }
    }

    fn told(&mut self, part: &Part<'_>, is_alone: bool) {
        if !is_alone {
            let (id, title) = (&part.id, markup::text(&part.section.title));
            let _ = writeln!(self.out, "<dt><a href=\"#{id}\">{title}</a></dt>");
        }
        self.out.push_str("<dd>");
        for line in part.section.lines.iter().take(MOST_LINES) {
            markup::push(&mut self.out, "p", "", line);
        }
        self.out.push_str("</dd>\n");
    }

    fn section(&mut self, part: &Part<'_>) {
        let _ = writeln!(self.out, "<section id=\"{}\">", part.id);
        let title = if part.section.title.is_empty() { &self.document.title } else { &part.section.title };
        if *title != self.document.title {
            self.element("h2", "", title);
        }
        for line in part.section.lines.iter().skip(part.told) {
            self.element("p", "", line);
        }
        for table in part.section.tables.iter().filter(|table| is_shown(table)) {
            self.table(table, title);
        }
        self.out.push_str("</section>\n");
    }

    fn table(&mut self, table: &Table, heading: &str) {
        self.tables += 1;
        let id = format!("picture-{}", self.tables);
        table::push_block(&mut self.out, table, heading, &id, self.options);
    }

    fn foot(&mut self) {
        self.out.push_str("</main>\n<footer>");
        markup::push(&mut self.out, "p", "", &filled(self.options.page.made_by, &[env!("CARGO_PKG_VERSION")]));
        self.out.push_str("</footer>\n</body>\n</html>\n");
    }

    /// Writes an element that holds text only, on a line of its own.
    fn element(&mut self, tag: &str, attributes: &str, text: &str) {
        markup::push(&mut self.out, tag, attributes, text);
        self.out.push('\n');
    }
}

/// The as-of lines: as the report tells them in its zone, else in UTC.
#[must_use]
pub fn when(document: &Document, page: &PageWords, style: Style) -> Vec<String> {
    let told = document.sections.iter().filter(|section| is_sources(section));
    let told: Vec<String> = told.flat_map(|section| section.lines.clone()).collect();
    let Some(as_of) = document.as_of.filter(|_| told.is_empty()) else { return told };
    vec![filled(page.as_of, &[&style.cell(&Cell::Instant(as_of))])]
}

/// The statements of a report, where a section holds them.
fn summary_of(section: &Section) -> Option<&Table> {
    section.tables.iter().find(|table| table.name == "report.summary")
}

/// The title of a table; of one without, the section's.
fn title_of<'a>(section: &'a Section, name: &str) -> &'a str {
    let table = section.tables.iter().find(|table| table.name == name);
    table.map(|table| table.title.as_str()).filter(|title| !title.is_empty()).unwrap_or(&section.title)
}

/// A table for machines has its place on the page where it has a picture: nobody reads a curve row by row. Of a heat map
/// people see the matrix beside it.
fn is_shown(table: &Table) -> bool {
    !table.machine_only || table.chart.as_ref().is_some_and(|chart| !matches!(chart, Chart::HeatMap { .. }))
}

/// A section that only says what was read: formats that say so in a place of their own leave it out.
#[must_use]
pub fn is_sources(section: &Section) -> bool {
    match section.tables.as_slice() {
        [table] => table.name.rsplit('.').next() == Some("sources"),
        _ => false,
    }
}
