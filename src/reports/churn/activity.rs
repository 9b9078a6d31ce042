//! The table `activity`: customers who still come, and those who have been silent for too long.

use super::{Churn, interval, rate, share, value};
use crate::document::{Cell, ColumnType, Table, View};
use crate::model::time::MICROS_PER_SECOND;
use crate::reports::labels::split_view;
use crate::stats::proportion::wilson;

const OWN: [(&str, ColumnType); 7] = [
    ("inactive_after", ColumnType::Elapsed),
    ("customers", ColumnType::Count),
    ("active", ColumnType::Count),
    ("passive", ColumnType::Count),
    ("passive_share", ColumnType::Share),
    ("low", ColumnType::Share),
    ("high", ColumnType::Share),
];

/// Who is passive.
pub const PASSIVE: &str = "Passive: silent for that long or longer at the as-of time. Of all who ever came.";

pub fn table(churn: &Churn<'_>) -> Table {
    let (mut table, leading) = churn.start("activity", "Active and passive customers", None, &OWN);
    #[expect(clippy::cast_precision_loss, reason = "a span has far fewer than 2^53 microseconds")]
    let silence = churn.answer.inactive_after.map(|silence| silence as f64 / MICROS_PER_SECOND as f64);
    for group in &churn.answer.groups {
        let passive = group.customers - group.active;
        let mut cells = Churn::cells(group, None);
        cells.push(silence.map_or(Cell::Missing, Cell::Elapsed));
        cells.extend([group.customers, group.active, passive].map(Cell::Count));
        cells.push(share(rate(passive, group.customers)));
        let interval = wilson(passive, group.customers, churn.confidence);
        cells.extend([share(interval.map(|found| found.low)), share(interval.map(|found| found.high))]);
        table.rows.push(cells);
    }
    let mut columns = split_view(&table.columns, leading);
    let own = [
        value(&table, "Customers", "customers", 0),
        value(&table, "Active", "active", 0),
        value(&table, "Passive", "passive", 0),
        interval(&table, "Passive share", ["passive_share", "low", "high"], 0),
        value(&table, "Silent for", "inactive_after", 1),
    ];
    columns.extend(own.into_iter().flatten());
    let caption = vec![PASSIVE.to_owned()];
    table.view = Some(View { columns, caption, ..View::default() });
    table
}
