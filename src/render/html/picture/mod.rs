//! Pictures of tables as inline SVG, each drawn twice: for a page and for a phone.
//!
//! Text in a picture that is scaled down cannot be read, so the narrow one has its own layout and the page shows the one
//! that fits. A picture says nothing that the table under it does not say; its description names what it shows.

mod bars;
mod curve;
mod funnel;
mod groups;
mod heat;
mod plot;
mod scale;
mod svg;
mod trend;
mod waterfall;

use super::markup;
use super::words::PageWords;
use crate::document::Chart;
use crate::render::points::Points;
use std::fmt::Write as _;
use svg::Svg;

/// Pixels of a picture on a page and on a phone.
const WIDE: f64 = 720.0;
const NARROW: f64 = 340.0;
/// Lines of a trend or curve; more of them would not be told apart.
const MOST_SERIES: usize = 6;

/// What a picture is drawn on.
#[derive(Debug, Clone, Copy)]
struct Sheet<'a> {
    points: Points<'a>,
    words: &'static PageWords,
    width: f64,
}

impl Sheet<'_> {
    fn is_narrow(&self) -> bool {
        self.width < WIDE
    }
}

/// A finished drawing, with the meaning of its colours.
#[derive(Debug)]
struct Drawing {
    svg: Svg,
    /// Class of a sample and what it stands for.
    legend: Vec<(String, String)>,
    description: String,
}

/// Writes a table's picture as a `figure`; nothing where it has none.
#[must_use]
pub fn figure(points: Option<Points<'_>>, words: &'static PageWords, id: &str, title: &str) -> String {
    let Some(points) = points else { return String::new() };
    let mut out = String::from("<figure>\n");
    let mut legend = Vec::new();
    for (class, width) in [("wide", WIDE), ("narrow", NARROW)] {
        let drawing = draw(&Sheet { points, words, width });
        // Only a picture that cannot be made narrower scrolls.
        let is_big = drawing.svg.width > width;
        let classes = if is_big { format!("{class} big") } else { class.to_owned() };
        let picture = drawing.svg.finish(&classes, &format!("{id}-{class}"), title, &drawing.description);
        if is_big {
            let _ = write!(out, "<div class=\"scroll\" tabindex=\"0\">{picture}</div>");
        } else {
            out.push_str(&picture);
        }
        legend = drawing.legend;
    }
    if !legend.is_empty() {
        out.push_str("<figcaption class=\"legend\">");
        for (class, text) in legend {
            out.push_str("<span><i class=\"");
            out.push_str(&class);
            out.push_str("\"></i>");
            out.push_str(&markup::text(&text));
            out.push_str("</span> ");
        }
        out.push_str("</figcaption>\n");
    }
    out.push_str("</figure>\n");
    out
}

fn draw(sheet: &Sheet<'_>) -> Drawing {
    match sheet.points.chart {
        Chart::Funnel { label, count, rate, open } => funnel::draw(sheet, *label, *count, *rate, *open),
        Chart::Trend { period, series, value, size, unfinished } => {
            trend::draw(sheet, &trend::Trend { period: *period, series, value: *value, size: *size, unfinished })
        }
        Chart::Curve { x, series, lines, step, start } => {
            curve::draw(sheet, &curve::Curve { x: *x, series, lines, step: *step, start: *start })
        }
        Chart::HeatMap { row, column, value, complete } => heat::long(sheet, [*row, *column, *value], *complete),
        Chart::Matrix => heat::matrix(sheet),
        Chart::Groups { label, values } => groups::draw(sheet, label, values),
        Chart::Bars { label, value } => bars::draw(sheet, label, *value),
        Chart::Waterfall { label, value, totals, minus } => waterfall::draw(sheet, [*label, *value], totals, minus),
    }
}
