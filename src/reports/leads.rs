//! `leads`: the deals behind a number, the longest waiting first.

use crate::document::{Cell, Column, ColumnType, Table, View};
use crate::plan::deals::{DealAnswer, DealPlan, Listing};
use crate::reports::columns::{has_values, value};
use crate::reports::explain::{Term, term};
use crate::reports::labels::split_columns;
use crate::reports::words;

/// The columns of the list, of deals and of events.
pub const OWN: [(&str, ColumnType); 8] = [
    ("id", ColumnType::Text),
    ("step", ColumnType::Count),
    ("name", ColumnType::Text),
    ("status", ColumnType::Text),
    ("entered", ColumnType::Time),
    ("last", ColumnType::Time),
    ("elapsed", ColumnType::Elapsed),
    ("value", ColumnType::Money),
];

/// Returns the table `leads`; the breakdown columns come last.
#[must_use]
pub fn table(plan: &DealPlan, answer: &DealAnswer) -> Table {
    let mut table = Table::new("leads", "Leads", &OWN);
    let attributes: Vec<Column> = split_columns(&plan.journey.by, None, &OWN);
    table.columns.extend(attributes);
    let stages: Vec<&str> = plan.stages().collect();
    for deal in &answer.listed {
        let time = |time: Option<i64>| time.map_or(Cell::Missing, Cell::Instant);
        let name = deal.stage.and_then(|stage| stages.get(stage));
        let mut cells = vec![
            Cell::Text(deal.id.clone()),
            deal.stage.map_or(Cell::Missing, |stage| Cell::Count(stage as u64 + 1)),
            name.map_or(Cell::Missing, |name| Cell::Text((*name).to_owned())),
            Cell::Text(deal.status.to_owned()),
            time(deal.entered),
            time(deal.last),
            deal.elapsed.map_or(Cell::Missing, |elapsed| Cell::Elapsed(super::seconds(elapsed))),
            deal.value.map_or(Cell::Missing, Cell::Money),
        ];
        cells.extend((0..plan.journey.by.len()).map(|position| match deal.group.get(position) {
            Some(value) if !value.is_empty() => Cell::Text(value.clone()),
            _ => Cell::Missing,
        }));
        table.rows.push(cells);
    }
    table.view = Some(view(plan, answer, &table));
    table
}

fn view(plan: &DealPlan, answer: &DealAnswer, table: &Table) -> View {
    let mut columns: Vec<_> = [
        value(table, "Id", "id", 0),
        value(table, "Stage", "name", 0).filter(|_| has_values(table, "name")),
        value(table, "Status", "status", 2),
        value(table, "Since", "entered", 1).filter(|_| has_values(table, "entered")),
        value(table, "Last move", "last", 3),
        value(table, "Waiting", "elapsed", 0),
        value(table, "Value", "value", 1).filter(|_| has_values(table, "value")),
    ]
    .into_iter()
    .flatten()
    .collect();
    columns
        .extend(table.columns.iter().skip(OWN.len()).filter_map(|column| value(table, &column.name, &column.name, 2)));
    let beyond = answer.facts.unlisted;
    let more = if beyond > 0 { format!(" {beyond} more are beyond --limit.") } else { String::new() };
    View { columns, caption: vec![format!("{}, the longest waiting first.{more}", heading(plan))], ..View::default() }
}

/// What the list holds, in words.
fn heading(plan: &DealPlan) -> String {
    let Some(what) = plan.list.map(|list| list.what) else { return "Deals".to_owned() };
    let stage = match what {
        Listing::OpenAt(position) | Listing::DroppedAt(position) | Listing::Reached(position) => position,
        Listing::Stuck | Listing::NeverContacted => 0,
    };
    listed(what, plan.stages().nth(stage).unwrap_or_default())
}

/// What a list holds, in words, with the name of the stage that it is about.
fn listed(what: Listing, stage: &str) -> String {
    match what {
        Listing::Stuck => "Open deals that stand in their stage for longer than the limit".to_owned(),
        Listing::OpenAt(_) => format!("Open deals at {stage}"),
        Listing::DroppedAt(_) => format!("Deals lost at {stage}"),
        Listing::Reached(_) => format!("Deals that stood at {stage}"),
        Listing::NeverContacted => "Deals that were never contacted".to_owned(),
    }
}

/// The definitions for `explain`: of what is listed, at the named stage.
#[must_use]
pub fn terms(what: Listing, stage: &str, contact: Option<&str>, stuck_after: Option<i64>, limit: u64) -> Vec<Term> {
    let mut terms = vec![term("list", format!("{}, the longest waiting first, {limit} at most.", listed(what, stage)))];
    if what == Listing::Stuck {
        terms.extend(words::stuck_terms(stuck_after));
    }
    if let Some(contact) = contact {
        terms.push(term("never contacted", format!("Without a time in `{contact}`.")));
    }
    terms.extend([
        term("name", "The stage that the deal stands in, or stood in last."),
        term("elapsed", "From entering that stage, else from the creation, to the as-of time or to the close."),
    ]);
    terms
}
