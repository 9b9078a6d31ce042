//! The end of the page, for those who want to check: how to read it, what was read, the settings, the notes.

use super::markup;
use super::words::{PageWords, filled};
use crate::document::{Cell, Document, NoteLevel, Setting, SourceAccount};
use crate::render::human::Style;
use crate::render::words::Words;
use serde_json::Value;

/// Writes the notes, the conventions, the sources and the settings.
pub fn push(out: &mut String, document: &Document, words: &'static Words, page: &'static PageWords) {
    out.push_str("<section id=\"about\">\n");
    markup::push(out, "h2", "", page.about);
    out.push('\n');
    if !document.notes.is_empty() {
        markup::push(out, "h3", "id=\"notes\"", page.notes);
        out.push_str("\n<ul class=\"plain\">\n");
        for note in &document.notes {
            out.push_str("<li>");
            if note.level == NoteLevel::Warning {
                markup::push(out, "span", "class=\"tag\"", &format!("{}:", page.warning));
                out.push(' ');
            }
            out.push_str(&markup::text(&note.text));
            out.push_str("</li>\n");
        }
        out.push_str("</ul>\n");
    }
    markup::push(out, "h3", "", page.reading);
    out.push_str("\n<ul class=\"plain\">\n");
    for line in page.conventions {
        markup::push(out, "li", "", line);
        out.push('\n');
    }
    out.push_str("</ul>\n");
    push_sources(out, &document.sources, words, page);
    push_settings(out, document, page);
    out.push_str("</section>\n");
}

fn push_sources(out: &mut String, sources: &[SourceAccount], words: &'static Words, page: &'static PageWords) {
    markup::push(out, "h3", "", page.sources);
    out.push('\n');
    if sources.is_empty() {
        markup::push(out, "p", "class=\"empty\"", page.no_records);
        out.push('\n');
        return;
    }
    let label = markup::text(page.sources);
    out.push_str("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    out.push_str(&label);
    out.push_str("\">\n<table>\n<thead><tr>");
    markup::push(out, "th", "scope=\"col\"", page.file);
    for head in page.accounts {
        markup::push(out, "th", "scope=\"col\" class=\"n\"", head);
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    let style = Style { words, time_unit: None, cents: false };
    for file in sources.iter().flat_map(|source| &source.files) {
        out.push_str("<tr>");
        markup::push(out, "th", "scope=\"row\"", &file.path);
        for count in [file.records, file.loaded, file.rejected, file.blank, file.skipped] {
            markup::push(out, "td", "class=\"n\"", &style.cell(&Cell::Count(count)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    for source in sources {
        let columns: Vec<String> = source.columns.iter().map(|(role, column)| format!("{role} = {column}")).collect();
        let name = &source.name;
        let kind = if *name == source.kind { name.clone() } else { format!("{name} ({})", source.kind) };
        let text = format!("{kind}: {}", columns.join(", "));
        markup::push(out, "p", "class=\"caption\"", &text);
        out.push('\n');
    }
    markup::push(out, "p", "class=\"caption\"", page.accounting);
    out.push('\n');
}

/// Folded away: only those who check them want them.
fn push_settings(out: &mut String, document: &Document, page: &'static PageWords) {
    let settings = settings(document);
    if settings.is_empty() {
        return;
    }
    markup::push(out, "h3", "", page.settings);
    out.push_str("\n<details>");
    let count = settings.len().to_string();
    markup::push(out, "summary", "", &filled(page.settings_count, &[&count]));
    out.push_str("<div class=\"scroll\"><table>\n<tbody>\n");
    for (name, value) in settings {
        out.push_str("<tr>");
        markup::push(out, "th", "scope=\"row\"", name);
        markup::push(out, "td", "class=\"setting\"", &setting_text(value));
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div></details>\n");
}

/// The settings that hold a value.
pub fn settings(document: &Document) -> Vec<&Setting> {
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    document.settings.iter().filter(|(_, value)| !is_empty(value)).collect()
}

/// A setting as people read it: words without quotes, lists with commas, what has parts as JSON.
pub fn setting_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            items.iter().map(setting_text).collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) => items.iter().map(Value::to_string).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::setting_text;
    use serde_json::json;

    #[test]
    fn settings_read_like_words() {
        assert_eq!(setting_text(&json!("14d")), "14d");
        assert_eq!(setting_text(&json!(0.95)), "0.95");
        assert_eq!(setting_text(&json!(["a", "b", 3])), "a, b, 3");
        assert_eq!(setting_text(&json!([{"name": "a"}])), "{\"name\":\"a\"}");
    }
}
