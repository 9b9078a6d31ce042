//! Survival, incidence and other curves: values along time, in steps where they hold until the next row.

use super::plot::{self, Frame};
use super::scale::{Scale, date_ticks, ticks};
use super::svg::{Anchor, Svg, text_width};
use super::{Drawing, MOST_SERIES, Sheet};
use crate::document::{ColumnType, Measure};

const HEIGHT: f64 = 230.0;
/// Points nearer to each other than this are drawn as one.
const NEAR: f64 = 0.5;

/// The chart's columns.
pub struct Curve<'a> {
    pub x: usize,
    pub series: &'a [usize],
    pub lines: &'a [Measure],
    pub step: bool,
    pub start: Option<f64>,
}

/// One point: x, value, and the bounds where there are any.
type Point = (f64, f64, Option<(f64, f64)>);

struct Line {
    name: String,
    points: Vec<Point>,
}

pub fn draw(sheet: &Sheet<'_>, curve: &Curve<'_>) -> Drawing {
    let points = &sheet.points;
    let lines = lines(sheet, curve);
    let drawn = &lines[..lines.len().min(MOST_SERIES)];
    let position = curve.lines.first().map_or(0, |line| line.value);
    let values: Vec<f64> = drawn.iter().flat_map(|line| line.points.iter().map(|point| point.1)).collect();
    let is_share = points.kind(position) == Some(ColumnType::Share);
    // A share of a whole is seen against the whole.
    let with_bands = drawn.len() <= 2;
    let bands = drawn.iter().flat_map(|line| line.points.iter().filter_map(|point| point.2)).filter(|_| with_bands);
    let bounds: Vec<f64> = bands.flat_map(|(low, high)| [low, high]).collect();
    let (low, high) = plot::range(&values, &bounds, is_share);
    let mut svg = Svg::new(sheet.width);
    let high = if is_share && high > 0.5 && high <= 1.0 { 1.0 } else { high };
    let frame = plot::frame(sheet, &mut svg, position, (low, high), HEIGHT);
    let xs = || drawn.iter().flat_map(|line| line.points.iter().map(|point| point.0));
    let least = xs().fold(f64::INFINITY, f64::min).min(if curve.start.is_some() { 0.0 } else { f64::INFINITY });
    let most = xs().fold(f64::NEG_INFINITY, f64::max);
    let x = axis(sheet, &mut svg, curve.x, &frame, (least, most));
    let mut has_band = false;
    for (at, line) in drawn.iter().enumerate() {
        if with_bands {
            has_band |= band(&mut svg, line, curve.step, &frame, &x, at);
        }
        let values = line.points.iter().map(|point| (x.at(point.0), frame.y.at(point.1))).collect::<Vec<_>>();
        svg.path(&stepped(&values, curve.step), &format!("line s{at}"));
    }
    svg.height = frame.bottom + 44.0;
    let names: Vec<String> = lines.iter().map(|line| line.name.clone()).collect();
    let mut legend = plot::legend(sheet, &names, &points.label(position));
    if has_band {
        legend.push(("swatch band".to_owned(), sheet.words.interval.to_owned()));
    }
    let description = format!("{} / {}: {}", points.label(position), points.label(curve.x), names.join(", "));
    Drawing { svg, legend, description }
}

fn lines(sheet: &Sheet<'_>, curve: &Curve<'_>) -> Vec<Line> {
    let points = &sheet.points;
    let mut lines = Vec::new();
    for series in plot::series(sheet, curve.series) {
        for measure in curve.lines {
            let bound = |row: usize, at: Option<usize>| at.and_then(|at| points.number(row, at));
            let of = |&row: &usize| {
                let band = bound(row, measure.low).zip(bound(row, measure.high));
                Some((points.number(row, curve.x)?, points.number(row, measure.value)?, band))
            };
            let mut line: Vec<_> = series.rows.iter().filter_map(of).collect();
            line.sort_by(|left, right| left.0.total_cmp(&right.0));
            if let Some(start) = curve.start.filter(|_| line.first().is_some_and(|first| first.0 > 0.0)) {
                line.insert(0, (0.0, start, None));
            }
            let label = points.label(measure.value);
            let name = match (curve.lines.len() > 1, series.name.is_empty()) {
                (false, _) => series.name.clone(),
                (true, true) => label,
                (true, false) => format!("{}, {label}", series.name),
            };
            if line.len() > 1 {
                lines.push(Line { name, points: line });
            }
        }
    }
    lines
}

/// Corners of a line that holds its value until the next point; points that fall on one place are one.
fn stepped(values: &[(f64, f64)], step: bool) -> Vec<(f64, f64)> {
    let mut line: Vec<(f64, f64)> = Vec::new();
    let mut drawn: Option<(f64, f64)> = None;
    for &(x, y) in values {
        match drawn {
            Some((before, _)) if x - before < NEAR => {
                line.push((before, y));
                drawn = Some((before, y));
            }
            Some((_, held)) => {
                if step {
                    line.push((x, held));
                }
                line.push((x, y));
                drawn = Some((x, y));
            }
            None => {
                line.push((x, y));
                drawn = Some((x, y));
            }
        }
    }
    line
}

/// Draws the interval; tells whether there is one.
fn band(svg: &mut Svg, line: &Line, step: bool, frame: &Frame, x: &Scale, at: usize) -> bool {
    let with = || line.points.iter().filter_map(|point| point.2.map(|band| (x.at(point.0), band)));
    let bound = |of: fn((f64, f64)) -> f64| {
        let values: Vec<(f64, f64)> = with().map(|(x, band)| (x, frame.y.at(of(band)))).collect();
        stepped(&values, step)
    };
    let lower = bound(|(low, _)| low);
    let mut shape = bound(|(_, high)| high);
    shape.extend(lower.into_iter().rev());
    svg.area(&shape, &format!("band s{at}"));
    with().count() > 1
}

/// Draws the axis along the bottom, in one unit for all of it.
fn axis(sheet: &Sheet<'_>, svg: &mut Svg, position: usize, frame: &Frame, (low, high): (f64, f64)) -> Scale {
    let points = &sheet.points;
    let kind = points.kind(position);
    let unit = match kind {
        Some(ColumnType::Elapsed) => plot::elapsed_unit(high),
        Some(ColumnType::Date | ColumnType::Time) => 86_400.0,
        _ => 1.0,
    };
    let scale = Scale::new((low, high), (frame.left, frame.right));
    let inside = |tick: &f64| *tick >= low - 1e-9 && *tick <= high + 1e-9;
    let wanted = if sheet.is_narrow() { 4 } else { 8 };
    let all: Vec<f64> = match kind {
        Some(ColumnType::Date | ColumnType::Time) => date_ticks(low, high, wanted),
        _ => ticks(low / unit, high / unit, wanted).iter().map(|tick| tick * unit).filter(inside).collect(),
    };
    for tick in all {
        let at = scale.at(tick);
        let text = plot::tick_text(sheet, position, tick);
        let half = text_width(&text) / 2.0;
        svg.line([at, frame.bottom, at, frame.bottom + 4.0], "tick");
        let place = at.clamp(half, (sheet.width - half).max(half));
        svg.text(place, frame.bottom + 19.0, Anchor::Middle, "soft", &text);
    }
    svg.text(frame.right, frame.bottom + 37.0, Anchor::End, "soft", &points.label(position));
    scale
}

#[cfg(test)]
mod tests {
    use super::stepped;

    #[test]
    fn a_step_holds_until_the_next_point() {
        let values = [(0.0, 10.0), (5.0, 20.0), (9.0, 30.0)];
        assert_eq!(stepped(&values, true), [(0.0, 10.0), (5.0, 10.0), (5.0, 20.0), (9.0, 20.0), (9.0, 30.0)]);
        assert_eq!(stepped(&values, false), values);
    }

    #[test]
    fn points_of_one_place_keep_the_fall() {
        let values = [(0.0, 10.0), (0.1, 20.0), (0.2, 30.0), (4.0, 40.0)];
        let line = stepped(&values, true);
        assert_eq!(line, [(0.0, 10.0), (0.0, 20.0), (0.0, 30.0), (4.0, 30.0), (4.0, 40.0)]);
    }
}
