//! The first sheet: what the report says in sentences, its charts, what each sheet holds, and what the numbers rest on.

use super::Placed;
use super::charts::chart;
use super::sheet::fitting;
use crate::document::{Document, NoteLevel};
use crate::render::human::Style;
use crate::render::locale::{self, Locale};
use crate::render::{is_sources, setting_text, settings, when};
use rust_xlsxwriter::{Color, Format, FormatAlign, Url, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

/// Rows of the usual height that a chart takes, and a free one.
const CHART_ROWS: u32 = 16;
const LABELS: f64 = 26.0;
const TEXTS: f64 = 96.0;
/// Characters of a line in the right column, and points that a line takes.
const LINE_CHARACTERS: usize = 100;
const LINE_HEIGHT: f64 = 15.0;

/// A sheet that grows downwards: labels on the left, text on the right.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    label: Format,
    heading: Format,
    text: Format,
}

/// Writes the summary.
pub fn write(
    sheet: &mut Worksheet,
    document: &Document,
    placed: &[Placed<'_>],
    locale: Locale,
) -> Result<(), XlsxError> {
    let words = locale::page_words(locale);
    sheet.set_name(words.summary)?;
    sheet.set_screen_gridlines(false).set_print_fit_to_pages(1, 0);
    sheet.set_column_width(0, LABELS)?.set_column_width(1, TEXTS)?;
    let soft = Color::RGB(0x005A_606C);
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let mut page = Page {
        sheet,
        row: 0,
        label: text.clone().set_font_color(soft),
        heading: Format::new().set_bold().set_font_size(13),
        text,
    };
    let title = Format::new().set_bold().set_font_size(18);
    page.sheet.write_string_with_format(0, 0, fitting(&document.title), &title)?;
    page.row = 1;
    let plain = page.label.clone().unset_text_wrap();
    let style = Style { words: locale::words(locale), time_unit: None, cents: false };
    for line in when(document, words, style) {
        page.sheet.write_string_with_format(page.row, 0, fitting(&line), &plain)?;
        page.row += 1;
    }
    page.row += 1;
    for section in document.sections.iter().filter(|section| !section.lines.is_empty() && !is_sources(section)) {
        for (at, line) in section.lines.iter().enumerate() {
            page.line(if at == 0 { &section.title } else { "" }, line)?;
        }
    }
    page.charts(placed, locale)?;
    page.sheets(placed, words.tables)?;
    page.notes(document, words.notes, words.warning)?;
    page.sources(document, words.sources, words.accounts)?;
    page.settings(document, words.settings)
}

impl Page<'_> {
    fn line(&mut self, label: &str, text: &str) -> Result<(), XlsxError> {
        if !label.is_empty() {
            self.sheet.write_string_with_format(self.row, 0, fitting(label), &self.label)?;
        }
        self.text(text)
    }

    /// Writes text into the right column, in a row that is high enough: not every program makes it so by itself.
    fn text(&mut self, text: &str) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 1, fitting(text), &self.text)?;
        let lines: usize = text.lines().map(|line| UnicodeWidthStr::width(line) / LINE_CHARACTERS + 1).sum();
        self.sheet.set_row_height(self.row, LINE_HEIGHT * f64::from(u8::try_from(lines).unwrap_or(20).clamp(1, 20)))?;
        self.row += 1;
        Ok(())
    }

    fn heading(&mut self, text: &str) -> Result<(), XlsxError> {
        self.row += 1;
        self.sheet.write_string_with_format(self.row, 0, text, &self.heading)?;
        self.row += 1;
        Ok(())
    }

    fn charts(&mut self, placed: &[Placed<'_>], locale: Locale) -> Result<(), XlsxError> {
        for placed in placed {
            if let Some(chart) = chart(placed, locale::words(locale)) {
                self.row += 1;
                self.sheet.insert_chart(self.row, 0, &chart)?;
                self.row += CHART_ROWS;
            }
        }
        Ok(())
    }

    /// What each sheet holds, with its definitions.
    fn sheets(&mut self, placed: &[Placed<'_>], heading: &str) -> Result<(), XlsxError> {
        self.heading(heading)?;
        for placed in placed {
            let table = placed.table;
            let title = if table.title.is_empty() { &table.name } else { &table.title };
            let caption = table.view.iter().flat_map(|view| &view.caption);
            let cut = super::cut_note(table).map(|note| note.text);
            let text = std::iter::once(title).chain(caption).chain(&cut).map(String::as_str).collect::<Vec<_>>();
            let link = Url::new(format!("internal:'{}'!A1", placed.sheet)).set_text(&placed.sheet);
            let format = Format::new().set_hyperlink().set_align(FormatAlign::Top);
            self.sheet.write_with_format(self.row, 0, link, &format)?;
            self.text(&text.join("\n"))?;
        }
        Ok(())
    }

    fn notes(&mut self, document: &Document, heading: &str, warning: &str) -> Result<(), XlsxError> {
        if document.notes.is_empty() {
            return Ok(());
        }
        self.heading(heading)?;
        for note in &document.notes {
            let label = if note.level == NoteLevel::Warning { warning } else { "" };
            self.line(label, &note.text)?;
        }
        Ok(())
    }

    fn sources(&mut self, document: &Document, heading: &str, accounts: [&str; 5]) -> Result<(), XlsxError> {
        if document.sources.is_empty() {
            return Ok(());
        }
        self.heading(heading)?;
        for source in &document.sources {
            for file in &source.files {
                let counts = [file.records, file.loaded, file.rejected, file.blank, file.skipped];
                let told = accounts.iter().zip(counts).map(|(name, count)| format!("{} {count}", name.to_lowercase()));
                let text = format!("{}: {}", file.path, told.collect::<Vec<_>>().join(", "));
                self.line(&source.name, &text)?;
            }
        }
        Ok(())
    }

    fn settings(&mut self, document: &Document, heading: &str) -> Result<(), XlsxError> {
        let settings = settings(document);
        if settings.is_empty() {
            return Ok(());
        }
        self.heading(heading)?;
        for (name, value) in settings {
            self.line(name, &setting_text(value))?;
        }
        Ok(())
    }
}
