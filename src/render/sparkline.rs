//! Trends in one line each for a terminal: a block per period, as high as the value, from zero on.
//!
//! The numbers stand in the table above; the line shows their course at a glance, and needs no colour.

use super::human::Style;
use super::machine::TimeUnit;
use super::points::Points;
use super::text::{shorten, width};
use super::words::Words;
use crate::document::{Chart, Table};

const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Of a period without a value.
const NOTHING: char = ' ';
/// A course has three points or more.
const LEAST: usize = 3;
/// Fewer of many periods are no course.
const LEAST_CUT: usize = 12;
/// Lines of one table.
const MOST_LINES: usize = 10;
const GAP: &str = "  ";

/// The values of one line by period.
struct Line {
    name: String,
    values: Vec<Option<f64>>,
    /// How many of the last values may still change.
    unfinished: usize,
    /// The least and the largest value as the table writes them.
    range: [String; 2],
}

/// Writes the lines of a table that is a trend, each at most `room` columns wide; none for other tables.
#[must_use]
pub fn lines(table: &Table, words: &'static Words, time_unit: Option<TimeUnit>, room: usize) -> Vec<String> {
    let Some(points) = Points::of(table, words, time_unit) else { return Vec::new() };
    let Chart::Trend { period, series, value, unfinished, .. } = points.chart else { return Vec::new() };
    let periods = periods(&points, *period);
    if periods.len() < LEAST {
        return Vec::new();
    }
    let lines = read(&points, (*period, &periods), series, value.value, unfinished);
    let all = || lines.iter().flat_map(|line| line.values.iter().flatten().copied());
    let (least, most) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
    let label = points.label(value.value);
    let names = lines.iter().map(|line| width(named(line, &label))).max().unwrap_or(0).min(room / 4);
    let shown = lines.iter().take(MOST_LINES);
    let mut written: Vec<String> =
        shown.map(|line| write(line, named(line, &label), names, (least, most), words, room)).collect();
    if let Some(more) = lines.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
        written.push(words.more_lines.replace("{}", &more.to_string()));
    }
    written
}

/// The periods in their order, as they are written.
fn periods(points: &Points<'_>, position: usize) -> Vec<String> {
    let mut keys: Vec<(f64, String)> =
        points.rows().map(|row| (points.number(row, position).unwrap_or(0.0), points.text(row, position))).collect();
    keys.sort_by(|left, right| left.0.total_cmp(&right.0).then_with(|| left.1.cmp(&right.1)));
    keys.dedup_by(|left, right| left.1 == right.1);
    keys.into_iter().map(|(_, text)| text).collect()
}

fn read(
    points: &Points<'_>,
    (period, periods): (usize, &[String]),
    series: &[usize],
    value: usize,
    unfinished: &[usize],
) -> Vec<Line> {
    let mut names: Vec<String> = Vec::new();
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for row in points.rows() {
        let name = points.joined(row, series);
        if let Some(at) = names.iter().position(|known| *known == name) {
            rows[at].push(row);
        } else {
            names.push(name);
            rows.push(vec![row]);
        }
    }
    let line = |(name, rows): (String, Vec<usize>)| {
        let mut values = vec![None; periods.len()];
        let mut open = vec![false; periods.len()];
        let mut ends: [Option<(f64, usize)>; 2] = [None, None];
        for row in rows {
            let text = points.text(row, period);
            let Some(at) = periods.iter().position(|known| *known == text) else { continue };
            values[at] = points.number(row, value);
            open[at] = unfinished.contains(&row);
            if let Some(number) = values[at] {
                ends[0] = ends[0].filter(|(least, _)| *least <= number).or(Some((number, row)));
                ends[1] = ends[1].filter(|(most, _)| *most >= number).or(Some((number, row)));
            }
        }
        let text = |end: Option<(f64, usize)>| end.map(|(_, row)| points.text(row, value)).unwrap_or_default();
        let unfinished = open.iter().rev().take_while(|open| **open).count();
        Line { name, values, unfinished, range: ends.map(text) }
    };
    names.into_iter().zip(rows).map(line).collect()
}

fn named<'a>(line: &'a Line, label: &'a str) -> &'a str {
    if line.name.is_empty() { label } else { &line.name }
}

fn write(
    line: &Line,
    name: &str,
    names: usize,
    (least, most): (f64, f64),
    words: &'static Words,
    room: usize,
) -> String {
    let name = shorten(name, names);
    let start = format!("{name}{}{GAP}", " ".repeat(names.saturating_sub(width(&name))));
    let range = format!("{} {} {}", line.range[0], words.to, line.range[1]);
    let count =
        |count: usize| Style { words, time_unit: None, cents: false }.cell(&crate::document::Cell::Count(count as u64));
    let text = if line.unfinished == 1 { words.last_unfinished } else { words.some_unfinished };
    let unfinished = text.replace("{}", &count(line.unfinished));
    let whole = if line.unfinished > 0 { format!("{GAP}{range}, {unfinished}") } else { format!("{GAP}{range}") };
    let room = room.saturating_sub(width(&start));
    // The course is worth more than the words behind it.
    let ends = [whole, format!("{GAP}{range}"), String::new()];
    let fitting = ends.into_iter().find(|end| width(end) + line.values.len() <= room);
    let end = fitting.unwrap_or_else(|| {
        let cut = format!("{GAP}{}", words.last_periods.replace("{}", &count(line.values.len())));
        if width(&cut) + LEAST_CUT <= room { cut } else { String::new() }
    });
    let skipped = line.values.len().saturating_sub(room.saturating_sub(width(&end)));
    let course: String = line.values[skipped..].iter().map(|value| block(*value, least, most)).collect();
    format!("{start}{course}{end}").trim_end().to_owned()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 7")]
fn block(value: Option<f64>, least: f64, most: f64) -> char {
    match value {
        None => NOTHING,
        Some(_) if most <= least => LEVELS[0],
        Some(value) => LEVELS[(((value - least) / (most - least) * 7.0).round() as usize).min(7)],
    }
}

#[cfg(test)]
mod tests {
    use super::lines;
    use crate::document::{Cell, Chart, ColumnType, Measure, Table};
    use crate::render::text::width;
    use crate::render::words::ENGLISH;
    use chrono::{Days, NaiveDate};

    fn trend(groups: &[&str], weeks: u64, value: impl Fn(usize, u64) -> Cell) -> Table {
        let columns = [("group", ColumnType::Text), ("period", ColumnType::Date), ("won_rate", ColumnType::Share)];
        let mut table = Table::new("t", "", &columns);
        let start = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
        for (at, group) in groups.iter().enumerate() {
            for week in 0..weeks {
                let day = Cell::Date(start + Days::new(week * 7));
                table.rows.push(vec![Cell::Text((*group).to_owned()), day, value(at, week)]);
            }
        }
        let last = table.rows.len() - 1;
        let series = if groups.len() > 1 { vec![0] } else { Vec::new() };
        let value = Measure::plain(2);
        table.chart = Some(Chart::Trend { period: 1, series, value, size: None, unfinished: vec![last] });
        table
    }

    fn shares(_: usize, week: u64) -> Cell {
        if week == 2 {
            Cell::Missing
        } else {
            Cell::Share([0.0, 0.1, 0.0, 0.2, 0.4][usize::try_from(week).unwrap() % 5])
        }
    }

    #[test]
    fn a_block_per_period_from_zero_on() {
        let found = lines(&trend(&["a"], 5, shares), &ENGLISH, None, 100);
        assert_eq!(found, ["won rate  ▁▃ ▅█  0.0 % to 40.0 %, the last may still change"]);
    }

    #[test]
    fn groups_share_one_scale() {
        let value = |group: usize, _| Cell::Share(if group == 0 { 0.1 } else { 0.7 });
        let found = lines(&trend(&["a", "longer"], 3, value), &ENGLISH, None, 100);
        assert_eq!(
            found,
            ["a       ▂▂▂  10.0 % to 10.0 %", "longer  ███  70.0 % to 70.0 %, the last may still change"]
        );
    }

    #[test]
    fn a_narrow_terminal_keeps_the_latest() {
        for room in 20..90 {
            for line in lines(&trend(&["a"], 60, shares), &ENGLISH, None, room) {
                assert!(width(&line) <= room, "{room}: {line}");
            }
        }
        // The name and 60 periods take 70 columns: the words behind them have no room.
        let found = lines(&trend(&["a"], 60, shares), &ENGLISH, None, 80);
        assert_eq!(width(&found[0]), 70, "{found:?}");
        let found = lines(&trend(&["a"], 60, shares), &ENGLISH, None, 60);
        assert!(found[0].ends_with("  the latest of 60"), "{found:?}");
        assert!(lines(&trend(&["a"], 2, shares), &ENGLISH, None, 80).is_empty());
    }
}
