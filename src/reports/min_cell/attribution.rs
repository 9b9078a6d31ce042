//! Attribution: channels with few touches, or with the credit for few conversions.

use super::{hide_row, suppressed};
use crate::document::{Cell, Table};
use std::collections::BTreeMap;

pub fn hide(tables: &mut [Table], least: u64) {
    let sizes = sizes(tables);
    let hidden = suppressed(&sizes.values().cloned().collect::<Vec<_>>(), least);
    let hidden: Vec<&String> = sizes.keys().zip(hidden).filter(|(_, hidden)| *hidden).map(|(name, _)| name).collect();
    for table in tables.iter_mut() {
        let Some(channel) = table.position("channel") else { continue };
        for row in 0..table.rows.len() {
            if matches!(&table.rows[row][channel], Cell::Text(name) if hidden.contains(&name)) {
                hide_row(table, row, channel + 1);
            }
        }
    }
}

/// The touches of each channel, then its conversions by each model.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn sizes(tables: &[Table]) -> BTreeMap<String, Vec<f64>> {
    let mut sizes: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let Some(table) = tables.iter().find(|table| table.name == "credit") else { return sizes };
    let positions = ["channel", "touches", "conversions"].map(|name| table.position(name));
    let [Some(channel), Some(touches), Some(conversions)] = positions else { return sizes };
    for row in &table.rows {
        if let (Cell::Text(name), Cell::Count(touches), Cell::Number(credit)) =
            (&row[channel], &row[touches], &row[conversions])
        {
            sizes.entry(name.clone()).or_insert_with(|| vec![*touches as f64]).push(*credit);
        }
    }
    sizes
}
