//! The table `retention`: what the customers of a day pay twelve months later. Annual cohorts, never compounded months.

use super::{Churn, chart, share, value};
use crate::document::{Cell, ColumnType, Table, View};
use crate::reports::labels::{period_cell, split_view};

const OWN: [(&str, ColumnType); 6] = [
    ("cohort", ColumnType::Date),
    ("grr", ColumnType::Share),
    ("nrr", ColumnType::Share),
    ("start", ColumnType::Money),
    ("kept", ColumnType::Money),
    ("end", ColumnType::Money),
];

/// GRR and NRR.
pub const RETENTION: &str = "The customers of that day: what they pay twelve months later / what they paid (NRR), each \
                             counted at no more than before (GRR). Newcomers are in neither; years that are not over \
                             are left out.";

pub fn table(churn: &Churn<'_>) -> Table {
    let (mut table, leading) = churn.start("retention", "Revenue retention over twelve months", None, &OWN);
    for group in &churn.answer.groups {
        for cohort in &group.cohorts {
            let mut cells = Churn::cells(group, None);
            cells.push(period_cell(Some(cohort.day)));
            cells.extend([share(cohort.kept.ratio(cohort.start)), share(cohort.end.ratio(cohort.start))]);
            cells.extend([cohort.start, cohort.kept, cohort.end].map(|sum| Cell::Money(sum.money())));
            table.rows.push(cells);
        }
    }
    let mut columns = split_view(&table.columns, leading);
    let own = [
        value(&table, "Customers of", "cohort", 0),
        value(&table, "GRR", "grr", 0),
        value(&table, "NRR", "nrr", 0),
        value(&table, "Monthly then", "start", 1),
        value(&table, "Kept", "kept", 2),
        value(&table, "12 months later", "end", 1),
    ];
    columns.extend(own.into_iter().flatten());
    let caption = vec![RETENTION.to_owned()];
    table.view = Some(View { columns, caption, ..View::default() });
    table.chart = chart::retention(&table);
    table
}
