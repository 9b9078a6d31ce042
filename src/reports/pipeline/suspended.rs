//! What stays open for ever: the tables `suspended`, `suspension` and `elimination`.

use super::{Pipeline, chart, count_f64, view};
use crate::document::{Cell, ColumnType, Table};
use crate::model::time::{MICROS_PER_DAY, Micros};
use crate::plan::deals::DealRow;
use crate::reports::seconds;
use crate::stats::incidence::{Ends, Shares, incidence_curve};
use crate::stats::proportion::rate;
use crate::stats::quantile::quantile_counted;

const CURVE: [(&str, ColumnType); 4] = [
    ("age", ColumnType::Elapsed),
    ("won", ColumnType::Share),
    ("lost", ColumnType::Share),
    ("open", ColumnType::Share),
];

/// Ages in days at which the curve is read.
const AGES: [u32; 14] = [0, 7, 14, 30, 45, 60, 90, 120, 150, 180, 270, 365, 545, 730];

/// The shares won, lost and still open by age (Aalen-Johansen), up to the longest age at which any deal ended.
pub fn table(pipeline: &Pipeline<'_>) -> Table {
    let (mut table, leading) = pipeline.start("suspended", "Won, lost and still open by age", &CURVE);
    for row in pipeline.rows() {
        let curve = curve(row);
        let longest = row.cycle.iter().filter(|count| count.won + count.lost > 0).map(|count| count.duration).max();
        let Some(longest) = longest else { continue };
        let days = AGES.into_iter().map(|days| i64::from(days) * MICROS_PER_DAY).filter(|age| *age < longest);
        for age in days.chain([longest]) {
            let at = curve.partition_point(|point| point.time <= age).checked_sub(1).and_then(|at| curve.get(at));
            let (won, lost, open) = at.map_or((0.0, 0.0, 1.0), |at| (at.converted, at.lost, at.waiting));
            let mut cells = Pipeline::leading_cells(row);
            cells.push(Cell::Elapsed(seconds(age)));
            cells.extend([won, lost, open].map(Cell::Share));
            table.rows.push(cells);
        }
    }
    table.view = Some(view::suspended(&table, leading));
    table.chart = chart::suspended(&table, leading);
    table
}

fn curve(row: &DealRow) -> Vec<Shares> {
    let ends = row.cycle.iter().map(|count| Ends {
        time: count.duration,
        converted: count.won,
        lost: count.lost,
        censored: count.open,
    });
    incidence_curve(&ends.collect::<Vec<_>>())
}

const SUSPENSION: [(&str, ColumnType); 9] = [
    ("open", ColumnType::Count),
    ("longest_won", ColumnType::Elapsed),
    ("older_than_longest_won", ColumnType::Count),
    ("share_older_than_longest_won", ColumnType::Share),
    ("p95_won", ColumnType::Elapsed),
    ("older_than_p95_won", ColumnType::Count),
    ("share_older_than_p95_won", ColumnType::Share),
    ("half_life", ColumnType::Elapsed),
    ("median_age", ColumnType::Elapsed),
];

/// The open deals that are older than any won one was, or than 95 % of them; and by when half of all deals have ended.
pub fn suspension(pipeline: &Pipeline<'_>) -> Table {
    let (mut table, leading) = pipeline.start("suspension", "The suspended mass", &SUSPENSION);
    for row in pipeline.rows() {
        let won: Vec<(Micros, u64)> = row.cycle.iter().map(|count| (count.duration, count.won)).collect();
        let won: Vec<(Micros, u64)> = won.into_iter().filter(|(_, won)| *won > 0).collect();
        let longest = won.last().map(|(longest, _)| seconds(*longest));
        let p95 = quantile_counted(&won, 0.95).map(|p95| p95 / 1e6);
        let open = row.ages.len() as u64;
        let half = curve(row).iter().find(|point| point.waiting <= 0.5 + 1e-9).map(|point| seconds(point.time));
        let ages: Vec<(Micros, u64)> = row.ages.iter().map(|(age, _)| (*age, 1)).collect();
        let median = quantile_counted(&ages, 0.5).map(|age| age / 1e6);
        let time = |time: Option<f64>| time.map_or(Cell::Missing, Cell::Elapsed);
        let mut cells = Pipeline::leading_cells(row);
        cells.push(Cell::Count(open));
        for limit in [longest, p95] {
            let older = limit.map(|limit| row.ages.iter().filter(|(age, _)| seconds(*age) > limit).count() as u64);
            cells.push(time(limit));
            cells.push(older.map_or(Cell::Missing, Cell::Count));
            cells.push(older.and_then(|older| rate(older, open)).map_or(Cell::Missing, Cell::Share));
        }
        cells.extend([time(half), time(median)]);
        table.rows.push(cells);
    }
    table.view = Some(view::suspension(&table, leading));
    table
}

const ELIMINATION: [(&str, ColumnType); 7] = [
    ("lost", ColumnType::Count),
    ("lost_share", ColumnType::Share),
    ("mean", ColumnType::Elapsed),
    ("p25", ColumnType::Elapsed),
    ("median", ColumnType::Elapsed),
    ("p75", ColumnType::Elapsed),
    ("p90", ColumnType::Elapsed),
];

/// How fast deals that are lost are given up: the time from creation to the loss.
pub fn elimination(pipeline: &Pipeline<'_>) -> Table {
    let (mut table, leading) = pipeline.start("elimination", "Speed of elimination", &ELIMINATION);
    for row in pipeline.rows() {
        let lost: Vec<(Micros, u64)> = row.cycle.iter().map(|count| (count.duration, count.lost)).collect();
        let lost: Vec<(Micros, u64)> = lost.into_iter().filter(|(_, lost)| *lost > 0).collect();
        let timed: u64 = lost.iter().map(|(_, lost)| lost).sum();
        let sum: f64 = lost.iter().map(|(time, lost)| seconds(*time) * count_f64(*lost)).sum();
        let all = row.won.deals + row.lost.deals + row.open.deals;
        let mut cells = Pipeline::leading_cells(row);
        cells.push(Cell::Count(row.lost.deals));
        cells.push(rate(row.lost.deals, all).map_or(Cell::Missing, Cell::Share));
        cells.push(if timed > 0 { Cell::Elapsed(sum / count_f64(timed)) } else { Cell::Missing });
        let quantile = |p| quantile_counted(&lost, p).map_or(Cell::Missing, |time| Cell::Elapsed(time / 1e6));
        cells.extend([0.25, 0.5, 0.75, 0.9].map(quantile));
        table.rows.push(cells);
    }
    table.view = Some(view::elimination(&table, leading));
    table
}
