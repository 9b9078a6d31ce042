//! A value by period: a line with its interval as a band, hollow points where the period is not over, and how many
//! units stand behind each point.

use super::plot::{self, Frame, Series};
use super::scale::{Scale, every};
use super::svg::{Anchor, Svg, TEXT, text_width};
use super::{Drawing, MOST_SERIES, Sheet};
use crate::document::{Cell, ColumnType, Measure};
use crate::render::html::words::filled;
use chrono::Datelike;

const HEIGHT: f64 = 210.0;
const SIZE_HEIGHT: f64 = 34.0;
/// More points than this are drawn as a line only.
const MOST_DOTS: usize = 80;

/// The chart's columns.
pub struct Trend<'a> {
    pub period: usize,
    pub series: &'a [usize],
    pub value: Measure,
    pub size: Option<usize>,
    pub unfinished: &'a [usize],
}

/// The periods in their order, as they are written.
struct Periods {
    keys: Vec<(f64, String)>,
}

impl Periods {
    fn of(sheet: &Sheet<'_>, period: usize) -> Self {
        let points = &sheet.points;
        let key = |row| (points.number(row, period).unwrap_or(0.0), points.text(row, period));
        let mut keys: Vec<(f64, String)> = points.rows().map(key).collect();
        // Periods that are no times keep the order of the table.
        if keys.iter().any(|(number, _)| *number != 0.0) {
            keys.sort_by(|left, right| left.0.total_cmp(&right.0).then_with(|| left.1.cmp(&right.1)));
        }
        let mut seen = std::collections::BTreeSet::new();
        keys.retain(|(_, text)| seen.insert(text.clone()));
        Self { keys }
    }

    #[expect(clippy::cast_precision_loss, reason = "there are few periods")]
    fn place(&self, frame: &Frame, text: &str) -> f64 {
        let at = self.keys.iter().position(|(_, key)| key == text).unwrap_or(0);
        self.place_at(frame, at as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "there are few periods")]
    fn place_at(&self, frame: &Frame, at: f64) -> f64 {
        let slot = (frame.right - frame.left) / self.keys.len().max(1) as f64;
        frame.left + (at + 0.5) * slot
    }
}

/// One point of a line.
struct Point {
    x: f64,
    y: f64,
    band: Option<(f64, f64)>,
    is_unfinished: bool,
    title: String,
}

pub fn draw(sheet: &Sheet<'_>, trend: &Trend<'_>) -> Drawing {
    let points = &sheet.points;
    let periods = Periods::of(sheet, trend.period);
    let all = plot::series(sheet, trend.series);
    let drawn = &all[..all.len().min(MOST_SERIES)];
    let is_single = all.len() == 1;
    let shown = || drawn.iter().flat_map(|series| series.rows.iter().copied());
    let values: Vec<f64> = shown().filter_map(|row| points.number(row, trend.value.value)).collect();
    let bounds = [trend.value.low, trend.value.high].into_iter().flatten().filter(|_| is_single);
    let bounds: Vec<f64> =
        bounds.flat_map(|at| shown().filter_map(move |row| points.number(row, at)).collect::<Vec<_>>()).collect();
    let is_share = points.kind(trend.value.value) == Some(ColumnType::Share);
    let mut svg = Svg::new(sheet.width);
    let range = plot::range(&values, &bounds, is_share);
    let frame = plot::frame(sheet, &mut svg, trend.value.value, range, HEIGHT);
    for (at, series) in drawn.iter().enumerate() {
        line(sheet, &mut svg, trend, &periods, &frame, (at, series, is_single));
    }
    labels(sheet, &mut svg, trend, &periods, &frame);
    if let Some(size) = trend.size.filter(|_| is_single) {
        sizes(sheet, &mut svg, trend, &periods, &frame, size);
    }
    let names: Vec<String> = all.iter().map(|series| series.name.clone()).collect();
    let mut legend = plot::legend(sheet, &names, &points.label(trend.value.value));
    if !bounds.is_empty() {
        legend.push(("swatch band".to_owned(), sheet.words.interval.to_owned()));
    }
    if shown().any(|row| trend.unfinished.contains(&row)) {
        legend.push(("ring".to_owned(), sheet.words.unfinished.to_owned()));
    }
    let ends = [periods.keys.first(), periods.keys.last()].map(|key| key.map_or("", |(_, text)| text.as_str()));
    let description = format!("{}, {} – {}", points.label(trend.value.value), ends[0], ends[1]);
    Drawing { svg, legend, description }
}

fn line(
    sheet: &Sheet<'_>,
    svg: &mut Svg,
    trend: &Trend<'_>,
    periods: &Periods,
    frame: &Frame,
    (at, series, is_single): (usize, &Series, bool),
) {
    let of = |row: &usize| point(sheet, trend, periods, frame, *row, &series.name);
    let mut rows: Vec<(f64, Option<Point>)> =
        series.rows.iter().map(|row| (periods.place(frame, &sheet.points.text(*row, trend.period)), of(row))).collect();
    rows.sort_by(|left, right| left.0.total_cmp(&right.0));
    // A period without a value breaks the line.
    let runs = rows.split(|(_, point)| point.is_none());
    let runs = runs.map(|run| run.iter().filter_map(|(_, point)| point.as_ref()).collect::<Vec<_>>());
    let runs: Vec<Vec<&Point>> = runs.filter(|run| !run.is_empty()).collect();
    if is_single {
        for run in &runs {
            band(svg, run);
        }
    }
    for run in &runs {
        for pair in run.windows(2) {
            let is_open = pair.iter().any(|point| point.is_unfinished);
            let class = format!("line s{at}{}", if is_open { " part" } else { "" });
            svg.path(&[(pair[0].x, pair[0].y), (pair[1].x, pair[1].y)], &class);
        }
    }
    let with_dots = rows.len() <= MOST_DOTS;
    for run in &runs {
        for point in run.iter().filter(|point| with_dots || point.is_unfinished || run.len() == 1) {
            let class = format!("dot s{at}{}", if point.is_unfinished { " part" } else { "" });
            svg.dot((point.x, point.y), if rows.len() > 40 { 2.2 } else { 3.4 }, &class, &point.title);
        }
    }
}

fn point(
    sheet: &Sheet<'_>,
    trend: &Trend<'_>,
    periods: &Periods,
    frame: &Frame,
    row: usize,
    name: &str,
) -> Option<Point> {
    let points = &sheet.points;
    let value = points.number(row, trend.value.value)?;
    let period = points.text(row, trend.period);
    let bound = |position: Option<usize>| position.and_then(|position| points.number(row, position));
    let band = bound(trend.value.low).zip(bound(trend.value.high));
    let name = if name.is_empty() { String::new() } else { format!("{name}, ") };
    Some(Point {
        x: periods.place(frame, &period),
        y: frame.y.at(value),
        band: band.map(|(low, high)| (frame.y.at(low), frame.y.at(high))),
        is_unfinished: trend.unfinished.contains(&row),
        title: format!("{name}{period}: {}", points.interval(row, trend.value)),
    })
}

/// The intervals of neighbouring points as one area; of a point alone as a bar.
fn band(svg: &mut Svg, run: &[&Point]) {
    let with: Vec<(f64, f64, f64)> =
        run.iter().filter_map(|point| point.band.map(|(low, high)| (point.x, low, high))).collect();
    if let [(x, low, high)] = with[..] {
        svg.rect([x - 3.0, high, 6.0, low - high], "band");
        return;
    }
    let upper = with.iter().map(|(x, _, high)| (*x, *high));
    let lower = with.iter().rev().map(|(x, low, _)| (*x, *low));
    svg.area(&upper.chain(lower).collect::<Vec<_>>(), "band");
}

/// The periods under the axis, as many as there is room for.
#[expect(clippy::cast_precision_loss, reason = "there are few periods")]
fn labels(sheet: &Sheet<'_>, svg: &mut Svg, trend: &Trend<'_>, periods: &Periods, frame: &Frame) {
    let cells = || sheet.points.rows().map(|row| sheet.points.cell(row, trend.period));
    let all = |test: fn(&chrono::NaiveDate) -> bool| cells().all(|cell| matches!(cell, Cell::Date(date) if test(date)));
    let length = if all(|date| date.ordinal() == 1) {
        4
    } else if all(|date| date.day() == 1) {
        7
    } else {
        usize::MAX
    };
    let texts: Vec<String> = periods.keys.iter().map(|(_, text)| text.chars().take(length).collect()).collect();
    let widest = texts.iter().map(|text| text_width(text)).fold(0.0, f64::max);
    let every = every(texts.len(), frame.right - frame.left, widest + 14.0);
    let mut taken = f64::NEG_INFINITY;
    for (at, text) in texts.iter().enumerate().step_by(every) {
        let x = periods.place_at(frame, at as f64);
        let half = text_width(text) / 2.0;
        svg.line([x, frame.bottom, x, frame.bottom + 4.0], "tick");
        let x = x.clamp(half.min(sheet.width / 2.0), (sheet.width - half).max(half));
        // A label that was moved in from the edge may come too near to the one before.
        if x - half < taken {
            continue;
        }
        taken = x + half + 4.0;
        svg.text(x, frame.bottom + 19.0, Anchor::Middle, "soft", text);
    }
    svg.height = frame.bottom + 26.0;
}

/// How many units stand behind each point.
#[expect(clippy::cast_precision_loss, reason = "there are few periods")]
fn sizes(sheet: &Sheet<'_>, svg: &mut Svg, trend: &Trend<'_>, periods: &Periods, frame: &Frame, size: usize) {
    let points = &sheet.points;
    let rows = || points.rows().filter_map(|row| Some((row, points.number(row, size)?)));
    let (row, most) = rows().fold((0, 0.0), |most, one| if one.1 > most.1 { one } else { most });
    if most <= 0.0 {
        return;
    }
    let text = filled(sheet.words.out_of, &[&points.label(size), &points.text(row, size)]);
    svg.text(frame.left, svg.height + TEXT + 2.0, Anchor::Start, "soft", &text);
    let bottom = svg.height + TEXT + 10.0 + SIZE_HEIGHT;
    let scale = Scale::new((0.0, most), (0.0, SIZE_HEIGHT));
    let slot = (frame.right - frame.left) / periods.keys.len().max(1) as f64;
    let width = (slot * 0.62).clamp(1.0, 26.0);
    for (row, value) in rows().filter(|(_, value)| *value > 0.0) {
        let x = periods.place(frame, &points.text(row, trend.period));
        let height = scale.at(value).max(1.0);
        svg.rect([x - width / 2.0, bottom - height, width, height], "size");
    }
    svg.line([frame.left, bottom, frame.right, bottom], "grid");
    svg.height = bottom + 4.0;
}
