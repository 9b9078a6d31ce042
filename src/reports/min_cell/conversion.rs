//! Funnels: groups that few entered, steps that few reached, and drops of few between two steps that are shown.

use super::{count, hide_cell, hide_cells, hide_row, is_small, suppressed};
use crate::document::{Cell, Table};

/// Columns about the step before.
const FROM_PREVIOUS: [&str; 9] = [
    "from_previous",
    "from_previous_low",
    "from_previous_high",
    "time_mean",
    "time_p25",
    "time_median",
    "time_p75",
    "time_p90",
    "goal_met",
];
/// Columns of `overall` about those who reached the last step.
const CONVERTED: [&str; 10] =
    ["converted", "rate", "low", "high", "estimate", "time_mean", "time_p25", "time_median", "time_p75", "time_p90"];

/// The funnel of one group and period.
struct Block {
    key: Vec<Cell>,
    first: usize,
    /// Of each step, whether it is hidden.
    steps: Vec<bool>,
    /// Nothing of it is shown.
    whole: bool,
}

pub fn hide(tables: &mut [Table], least: u64) {
    let Some(steps) = tables.iter_mut().find(|table| table.name == "steps") else { return };
    let blocks = judged(steps, least);
    for block in &blocks {
        hide_steps(steps, block, least);
    }
    let any = blocks.iter().any(|block| block.steps.contains(&true));
    for table in tables.iter_mut() {
        match table.name.as_str() {
            "steps" => {}
            "overall" => each(table, "entered", &blocks, |table, row, block| hide_overall(table, row, block, least)),
            "leaks" => each(table, "step", &blocks, |table, row, block| {
                if block.steps.contains(&true) {
                    let own = table.position("not_gone_on").unwrap_or(0);
                    hide_row(table, row, own);
                }
            }),
            "histogram" if !any => hide_histogram(table, least),
            // Told of groups and of all others together: each tells of what is hidden elsewhere.
            _ if any => (0..table.rows.len()).for_each(|row| hide_row(table, row, 0)),
            _ => {}
        }
    }
}

fn judged(table: &Table, least: u64) -> Vec<Block> {
    let leading = table.position("step").unwrap_or(0);
    let mut blocks: Vec<Block> = Vec::new();
    for (row, cells) in table.rows.iter().enumerate() {
        match blocks.last_mut().filter(|block| block.key == cells[..leading]) {
            Some(block) => block.steps.push(false),
            None => blocks.push(Block { key: cells[..leading].to_vec(), first: row, steps: vec![false], whole: false }),
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let sizes = |block: &Block| vec![count(table, block.first, "entered").unwrap_or(0) as f64];
    let whole = suppressed(&blocks.iter().map(sizes).collect::<Vec<_>>(), least);
    for (block, whole) in blocks.iter_mut().zip(whole) {
        block.whole = whole;
        judge(table, block, least);
    }
    blocks
}

/// A step is shown where those who reached it, and those whom the last step shown lost before it, are nobody or many.
fn judge(table: &Table, block: &mut Block, least: u64) {
    if block.whole {
        block.steps.fill(true);
        return;
    }
    let mut shown = count(table, block.first, "entered").unwrap_or(0);
    for (at, hidden) in block.steps.iter_mut().enumerate().skip(1) {
        let entered = count(table, block.first + at, "entered").unwrap_or(0);
        *hidden = is_small(entered, least) || is_small(shown.abs_diff(entered), least);
        if !*hidden && is_required(table, block.first + at) {
            shown = entered;
        }
    }
}

/// An optional step loses nobody: it has no count of those who dropped.
fn is_required(table: &Table, row: usize) -> bool {
    count(table, row, "dropped").is_some()
}

fn hide_steps(table: &mut Table, block: &Block, least: u64) {
    let own = table.position("entered").unwrap_or(0);
    let required: Vec<usize> = (0..block.steps.len()).filter(|at| is_required(table, block.first + at)).collect();
    let mut rows = Vec::new();
    for (at, hidden) in block.steps.iter().enumerate() {
        let row = block.first + at;
        let before = required.iter().rfind(|required| **required < at).is_some_and(|before| block.steps[*before]);
        let after = required.iter().find(|required| **required > at).is_some_and(|after| block.steps[*after]);
        let few =
            ["dropped", "open"].iter().any(|name| count(table, row, name).is_some_and(|few| is_small(few, least)));
        rows.push((row, *hidden, before, after || few));
    }
    for (row, hidden, before, stops) in rows {
        if hidden {
            hide_row(table, row, own);
        }
        if before {
            hide_cells(table, row, &FROM_PREVIOUS);
        }
        if stops {
            hide_cells(table, row, &["dropped", "open"]);
        }
    }
}

/// Does something with each row of a table, whose columns before `own` say to which funnel it belongs.
fn each(table: &mut Table, own: &str, blocks: &[Block], act: impl Fn(&mut Table, usize, &Block)) {
    let leading = table.position(own).unwrap_or(0);
    for row in 0..table.rows.len() {
        match blocks.iter().find(|block| block.key == table.rows[row][..leading]) {
            Some(block) => act(table, row, block),
            None => hide_row(table, row, leading),
        }
    }
}

fn hide_overall(table: &mut Table, row: usize, block: &Block, least: u64) {
    if block.whole {
        let own = table.position("entered").unwrap_or(0);
        return hide_row(table, row, own);
    }
    let entered = count(table, row, "entered").unwrap_or(0);
    let converted = count(table, row, "converted").unwrap_or(0);
    let is_hidden = block.steps.last().is_some_and(|last| *last)
        || is_small(converted, least)
        || is_small(entered.abs_diff(converted), least);
    let (mature, done) = mature(table, row);
    if is_hidden {
        hide_cells(table, row, &CONVERTED);
    }
    let few = [mature, entered.abs_diff(mature)].iter().any(|few| is_small(*few, least));
    if few {
        hide_cell(table, row, "mature_entered");
    }
    let told = [done, mature.abs_diff(done), converted.abs_diff(done)];
    if few || is_hidden || told.iter().any(|few| is_small(*few, least)) {
        hide_cell(table, row, "mature_rate");
    }
}

/// Mature units, and how many of them converted, which their rate tells.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a count")]
fn mature(table: &Table, row: usize) -> (u64, u64) {
    let mature = count(table, row, "mature_entered").unwrap_or(0);
    match table.position("mature_rate").and_then(|position| table.rows[row].get(position)) {
        Some(Cell::Share(rate)) => (mature, (rate * mature as f64).round() as u64),
        _ => (mature, 0),
    }
}

fn hide_histogram(table: &mut Table, least: u64) {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let sizes = |row| vec![count(table, row, "units").unwrap_or(0) as f64];
    let hidden = suppressed(&(0..table.rows.len()).map(sizes).collect::<Vec<_>>(), least);
    for (row, _) in hidden.iter().enumerate().filter(|(_, hidden)| **hidden) {
        hide_cell(table, row, "units");
    }
}
