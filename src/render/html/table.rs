//! Tables of the page: headers with their scope, numbers to the right, intervals softly beside their value.

use super::markup;
use super::picture;
use super::words::{PageWords, filled};
use crate::document::Table;
use crate::render::machine::TimeUnit;
use crate::render::points::Points;
use crate::render::view::{Content, Shown, ShownColumn, show};
use crate::render::words::Words;
use std::fmt::Write as _;

/// Under a picture, a longer table is folded away until it is wanted; in print it is there.
const LONG: usize = 16;
/// So is a table without a picture that would be a page of its own.
const VERY_LONG: usize = 60;
/// More columns than these stand closer together.
const MANY_COLUMNS: usize = 8;
/// Characters of text that stay on one line.
const SHORT_TEXT: usize = 24;

/// What tables are written with.
#[derive(Debug, Clone, Copy)]
pub struct TableOptions {
    pub words: &'static Words,
    pub page: &'static PageWords,
    pub time_unit: Option<TimeUnit>,
}

/// Writes a table with its picture above and its definitions below, unless its heading says no more than `heading`.
pub fn push_block(out: &mut String, table: &Table, heading: &str, id: &str, options: TableOptions) {
    let mut shown = show(table, options.words, options.time_unit);
    if table.matrix.is_some() {
        // The picture has the shades.
        shown.columns.iter_mut().for_each(crate::render::matrix::unshade);
    }
    out.push_str("<div class=\"block\">\n");
    let has_title = !table.title.is_empty() && table.title != heading;
    if has_title {
        markup::push(out, "h3", "", &table.title);
        out.push('\n');
    }
    let name = if table.title.is_empty() { &table.name } else { &table.title };
    let points = Points::of(table, options.words, options.time_unit);
    let has_picture = points.is_some();
    if has_picture {
        // The picture above says what small bars would say again.
        shown.columns.retain(|column| !matches!(column.content, Content::Bars(_)));
    }
    out.push_str(&picture::figure(points, options.page, id, name));
    if shown.rows == 0 {
        markup::push(out, "p", "class=\"empty\"", options.words.no_rows);
    } else if !has_picture && is_figures(&shown) {
        push_tiles(out, &shown);
    } else if shown.rows > longest(table, has_picture) {
        // What would fill pages of paper stays folded there, too.
        out.push_str(if shown.rows > VERY_LONG { "<details class=\"long\">" } else { "<details>" });
        let rows = crate::render::human::Style { words: options.words, time_unit: None, cents: false };
        let count = rows.cell(&crate::document::Cell::Count(shown.rows as u64));
        markup::push(out, "summary", "", &filled(options.page.rows, &[&count]));
        push_table(out, &shown, name);
        out.push_str("</details>");
    } else {
        push_table(out, &shown, name);
    }
    out.push('\n');
    for line in &shown.caption {
        markup::push(out, "p", "class=\"caption\"", line);
        out.push('\n');
    }
    out.push_str("</div>\n");
}

/// Tables with more rows are folded away; one whose picture holds all of its numbers always is.
const fn longest(table: &Table, has_picture: bool) -> usize {
    match (has_picture, table.matrix.is_some()) {
        (true, true) => 0,
        (true, false) => LONG,
        (false, _) => VERY_LONG,
    }
}

/// One row of numbers: what they are a row of is said by the heading.
fn is_figures(shown: &Shown) -> bool {
    let has_text = shown.columns.iter().any(|column| matches!(column.content, Content::Text(_)));
    shown.rows == 1 && !has_text && !shown.columns.is_empty()
}

/// Figures at a glance: a table of one row.
fn push_tiles(out: &mut String, shown: &Shown) {
    out.push_str("<dl class=\"tiles\">");
    for column in &shown.columns {
        if matches!(column.content, Content::Bars(_)) {
            continue;
        }
        out.push_str("<div>");
        markup::push(out, "dt", "", &column.label);
        out.push_str("<dd>");
        push_value(out, column, 0);
        out.push_str("</dd></div>");
    }
    out.push_str("</dl>");
}

/// Writes a table in a box of its own, which scrolls where the page is narrower.
fn push_table(out: &mut String, shown: &Shown, name: &str) {
    let label = markup::text(name);
    let dense = if shown.columns.len() > MANY_COLUMNS { " class=\"dense\"" } else { "" };
    let _ = write!(
        out,
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\">\n<table{dense}>\n<thead><tr>"
    );
    let head = head_column(shown);
    for (position, column) in shown.columns.iter().enumerate() {
        let is_right = column.right && position != head;
        let class = if is_right { "scope=\"col\" class=\"n\"" } else { "scope=\"col\"" };
        markup::push(out, "th", class, &column.label);
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in 0..shown.rows {
        out.push_str("<tr>");
        for (position, column) in shown.columns.iter().enumerate() {
            let mark = shown.marks[row].as_deref().filter(|_| position == head);
            push_cell(out, column, row, position == head, mark);
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>");
}

/// The column that names the rows: the first with text, else the first.
fn head_column(shown: &Shown) -> usize {
    shown.columns.iter().position(|column| matches!(column.content, Content::Text(_))).unwrap_or(0)
}

fn push_cell(out: &mut String, column: &ShownColumn, row: usize, is_head: bool, mark: Option<&str>) {
    let (open, close) = if is_head { ("<th scope=\"row\"", "</th>") } else { ("<td", "</td>") };
    out.push_str(open);
    match (&column.content, column.right) {
        (Content::Bars(_), _) => out.push_str(" class=\"bar\""),
        (_, true) if !is_head => out.push_str(" class=\"n\""),
        (_, true) | (Content::Digits(_), false) => out.push_str(" class=\"t\""),
        (Content::Text(cells), false) if cells.iter().all(|cell| cell.chars().count() <= SHORT_TEXT) => {
            out.push_str(" class=\"t\"");
        }
        (Content::Text(_), false) => {}
    }
    out.push('>');
    push_value(out, column, row);
    if let Some(mark) = mark {
        out.push(' ');
        markup::push(out, "span", "class=\"mark\"", mark);
    }
    out.push_str(close);
}

/// Writes a value, its interval softly behind it.
fn push_value(out: &mut String, column: &ShownColumn, row: usize) {
    match &column.content {
        Content::Bars(lengths) => {
            let length = lengths.get(row).copied().unwrap_or_default();
            if length > 0.0 {
                let _ = write!(out, "<span style=\"width:{:.1}%\"></span>", length * 100.0);
            }
        }
        Content::Text(cells) | Content::Digits(cells) => {
            let full = cells.get(row).map_or("", String::as_str);
            let brief = match &column.brief {
                Some(Content::Digits(brief)) => brief.get(row).map(String::as_str),
                _ => None,
            };
            match brief.and_then(|brief| full.strip_prefix(brief).map(|rest| (brief, rest))) {
                Some((brief, rest)) if !rest.is_empty() => {
                    out.push_str(&markup::text(brief));
                    out.push(' ');
                    markup::push(out, "span", "class=\"ci\"", rest.trim_start());
                }
                _ => out.push_str(&markup::text(full)),
            }
        }
    }
}
