//! The document as GitHub Flavored Markdown, with the view's columns; text is text there, never markup.

use super::escape::escape;
use super::machine::TimeUnit;
use super::view::{Content, Shown, bar, show};
use super::words::Words;
use crate::document::{Document, Table};
use std::borrow::Cow;

const BAR: usize = 10;

/// Writes the whole document, or one table of it.
#[must_use]
pub fn render(
    document: &Document,
    only: Option<&Table>,
    words: &'static Words,
    time_unit: Option<TimeUnit>,
) -> Vec<u8> {
    let mut page = Page { out: String::new(), words, time_unit };
    match only {
        Some(table) => page.table(table, "##", ""),
        None => page.document(document),
    }
    page.out.into_bytes()
}

struct Page {
    out: String,
    words: &'static Words,
    time_unit: Option<TimeUnit>,
}

impl Page {
    fn document(&mut self, document: &Document) {
        self.heading("#", &document.title);
        for section in &document.sections {
            if section.title != document.title {
                self.heading("##", &section.title);
            }
            for line in &section.lines {
                match line.strip_prefix("- ") {
                    // An item of a list, as other sections have them.
                    Some(item) => self.paragraph(&format!("- {}", markup_free(&escape(item)))),
                    None => self.paragraph(&markup_free(&escape(line))),
                }
            }
            for table in section.tables.iter().filter(|table| !table.machine_only) {
                let heading = if section.title.is_empty() { &document.title } else { &section.title };
                self.table(table, "###", heading);
            }
        }
    }

    fn heading(&mut self, level: &str, title: &str) {
        if !title.is_empty() {
            self.paragraph(&format!("{level} {}", markup_free(&escape(title))));
        }
    }

    /// Writes a block with a free line before it.
    fn paragraph(&mut self, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn table(&mut self, table: &Table, level: &str, heading: &str) {
        if table.title != heading {
            self.heading(level, &table.title);
        }
        let shown = show(table, self.words, self.time_unit);
        if !shown.columns.is_empty() {
            self.paragraph(&rows(&shown));
        }
        if shown.rows == 0 {
            self.paragraph(&markup_free(self.words.no_rows));
        }
        for line in &shown.caption {
            self.paragraph(&format!("*{}*", markup_free(line).trim()));
        }
    }
}

fn rows(shown: &Shown) -> String {
    let is_marked = shown.is_marked();
    let mut labels: Vec<String> = shown.columns.iter().map(|column| markup_free(&column.label).into_owned()).collect();
    let mut rule: Vec<&str> = shown.columns.iter().map(|column| if column.right { "---:" } else { ":---" }).collect();
    if is_marked {
        labels.push(String::new());
        rule.push(":---");
    }
    let mut lines = vec![line(&labels), format!("| {} |", rule.join(" | "))];
    for row in 0..shown.rows {
        let mut cells: Vec<String> = shown.columns.iter().map(|column| content(&column.content, row)).collect();
        if is_marked {
            let mark = shown.marks[row].as_ref();
            cells.push(mark.map(|mark| format!("**{}**", markup_free(mark))).unwrap_or_default());
        }
        lines.push(line(&cells));
    }
    lines.join("\n")
}

fn line(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

fn content(content: &Content, row: usize) -> String {
    match content {
        Content::Text(cells) | Content::Digits(cells) => {
            cells.get(row).map(|cell| markup_free(cell).into_owned()).unwrap_or_default()
        }
        Content::Bars(lengths) => lengths.get(row).map(|&length| bar(length, BAR)).unwrap_or_default(),
    }
}

/// Escapes what Markdown or HTML would take as markup; `snake_case` stays readable, since it is none.
fn markup_free(text: &str) -> Cow<'_, str> {
    const MARKUP: [char; 11] = ['\\', '`', '*', '[', ']', '<', '>', '|', '~', '&', '_'];
    let starts_block = text.trim_start().starts_with(['#', '+', '-', '=']) && text.trim() != "-";
    if !starts_block && !text.contains(MARKUP) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    let mut is_first = true;
    while let Some(character) = rest.next() {
        let is_inner = before.is_alphanumeric() && rest.peek().is_some_and(|next| next.is_alphanumeric());
        let is_block = is_first && starts_block && !character.is_whitespace();
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '_' if is_inner => out.push('_'),
            _ if is_block || MARKUP.contains(&character) => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
        is_first &= character.is_whitespace();
        before = character;
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{markup_free, render};
    use crate::document::{Cell, ColumnType, Document, Section, Table, View, ViewColumn, ViewContent};
    use crate::render::words::ENGLISH;

    #[test]
    fn text_is_never_markup() {
        assert_eq!(markup_free("form_submit"), "form_submit");
        assert_eq!(markup_free("_a_ *b* `c`"), "\\_a\\_ \\*b\\* \\`c\\`");
        assert_eq!(markup_free("a|b\\|c"), "a\\|b\\\\\\|c");
        assert_eq!(markup_free("<script>&"), "&lt;script&gt;&amp;");
        assert_eq!(markup_free("- item"), "\\- item");
        assert_eq!(markup_free("-"), "-");
        assert_eq!(markup_free("[a](b)"), "\\[a\\](b)");
    }

    #[test]
    fn a_document() {
        let mut table = Table::new("steps", "Steps", &[("name", ColumnType::Text), ("entered", ColumnType::Count)]);
        table.rows = vec![
            vec![Cell::Text("Lead|\x1b".to_owned()), Cell::Count(1200)],
            vec![Cell::Text("Won".to_owned()), Cell::Count(300)],
        ];
        let column = |label: &str, content| ViewColumn { label: label.to_owned(), content, expendable: 0 };
        table.view = Some(View {
            columns: vec![
                column("Step", ViewContent::Value(0)),
                column("Entered", ViewContent::Value(1)),
                column("", ViewContent::Bar(1)),
            ],
            marks: vec![(1, "largest leak".to_owned())],
            caption: vec!["Window 14 d.".to_owned()],
        });
        let sections = vec![Section {
            title: "Conversion".to_owned(),
            lines: vec!["25.0 % convert.".to_owned()],
            tables: vec![table],
        }];
        let document = Document { title: "Acme".to_owned(), sections, ..Document::default() };
        let expected = "# Acme

## Conversion

25.0 % convert.

### Steps

| Step | Entered |  |  |
| :--- | ---: | :--- | :--- |
| Lead\\|\\\\x1b | 1,200 | ██████████ |  |
| Won | 300 | ██▌ | **largest leak** |

*Window 14 d.*
";
        assert_eq!(String::from_utf8(render(&document, None, &ENGLISH, None)).unwrap(), expected);
    }
}
