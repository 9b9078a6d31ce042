//! `leads` of events: the users behind a number of the conversion funnel.

use crate::document::{Cell, Table, View};
use crate::plan::leads::{Lead, LeadList, Leads, Which};
use crate::plan::{JourneyPlan, NONE};
use crate::reports::columns::{has_values, value};
use crate::reports::conversion::{mode_lines, step_name};
use crate::reports::labels::split_columns;
use crate::reports::leads::OWN;

const TIMES: &str = "Entered: step 1 of the journey that counts; last: the step it has reached last; elapsed: from entry \
                     to conversion, else to the as-of time.";

/// Returns the table `leads`; the breakdown columns come last.
#[must_use]
pub fn table(plan: &JourneyPlan, list: LeadList, leads: &Leads) -> Table {
    let mut table = Table::new("leads", "Leads", &OWN);
    let attributes = split_columns(&plan.by, None, &OWN);
    table.columns.extend(attributes);
    table.rows = leads.listed.iter().map(|lead| cells(plan, lead)).collect();
    table.view = Some(view(plan, list, leads, &table));
    table
}

fn cells(plan: &JourneyPlan, lead: &Lead) -> Vec<Cell> {
    let mut cells = vec![
        Cell::Text(lead.id.clone()),
        Cell::Count(lead.step as u64 + 1),
        Cell::Text(step_name(plan, lead.step)),
        Cell::Text(lead.status.name().to_owned()),
        Cell::Instant(lead.entered),
        Cell::Instant(lead.last),
        Cell::Elapsed(super::seconds(lead.elapsed)),
        lead.value.map_or(Cell::Missing, Cell::Money),
    ];
    cells.extend((0..plan.by.len()).map(|position| match lead.group.get(position) {
        Some(value) if !value.is_empty() && value != NONE => Cell::Text(value.clone()),
        _ => Cell::Missing,
    }));
    cells
}

fn view(plan: &JourneyPlan, list: LeadList, leads: &Leads, table: &Table) -> View {
    let mut columns: Vec<_> = [
        value(table, "Id", "id", 0),
        value(table, "Step", "name", 1),
        value(table, "Status", "status", 2),
        value(table, "Entered", "entered", 0),
        value(table, "Last", "last", 3),
        value(table, "Elapsed", "elapsed", 0),
        value(table, "Value", "value", 1).filter(|_| has_values(table, "value")),
    ]
    .into_iter()
    .flatten()
    .collect();
    columns
        .extend(table.columns.iter().skip(OWN.len()).filter_map(|column| value(table, &column.name, &column.name, 2)));
    let mut caption = vec![heading(plan, list, leads)];
    caption.extend(mode_lines(plan));
    caption.push(TIMES.to_owned());
    View { columns, caption, ..View::default() }
}

/// What the list holds, and how much of it.
fn heading(plan: &JourneyPlan, list: LeadList, leads: &Leads) -> String {
    let step = list.which.step();
    let name = format!("step {} ({})", step + 1, step_name(plan, step));
    let what = match list.which {
        Which::Reached(_) => format!("Reached {name}"),
        Which::DroppedAt(_) => format!("Dropped at {name}"),
        Which::OpenAt(_) => format!("Open at {name}"),
    };
    let shown = leads.listed.len() as u64;
    let beyond = leads.total.saturating_sub(shown);
    let more = if beyond > 0 { format!("; {beyond} more are beyond --limit") } else { String::new() };
    format!("{what}: {} in all, the longest underway first{more}.", leads.total)
}
