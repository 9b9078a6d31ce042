//! `paths`: the journeys really taken: moves with counts and times, top paths, and where those went who did not go on.

mod view;
mod words;

pub use words::{journey, terms};

use crate::document::{Cell, Column, ColumnType, Note, Section, Table};
use crate::plan::paths::{Path, PathsAnswer, PathsPlan, Place};
use crate::reports::labels::{split_cells, split_columns};
use crate::stats::proportion::rate;

/// Everything the tables are made from.
#[derive(Debug, Clone, Copy)]
pub struct Paths<'a> {
    pub plan: &'a PathsPlan,
    pub answer: &'a PathsAnswer,
}

impl Paths<'_> {
    /// Returns the tables `transitions` and `paths`, and `instead` where there is an order of steps.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        let mut tables = vec![self.transitions(), self.paths()];
        if !self.plan.order.is_empty() {
            tables.push(self.instead());
        }
        tables
    }

    /// The section of the report: the tables under their full names; all moves are for machines.
    #[must_use]
    pub fn section(&self) -> Section {
        let mut tables = self.tables();
        for table in &mut tables {
            table.machine_only |= table.name == "transitions";
            table.name = format!("paths.{}", table.name);
        }
        Section { title: "Journeys".to_owned(), lines: Vec::new(), tables }
    }

    fn table(&self, name: &str, title: &str, own: &[(&str, ColumnType)]) -> Table {
        let mut table = Table::new(name, title, &[]);
        table.columns = split_columns(&self.plan.by, None, own);
        table.columns.extend(own.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }));
        table
    }

    fn transitions(&self) -> Table {
        let own = [
            ("from", ColumnType::Text),
            ("to", ColumnType::Text),
            ("moves", ColumnType::Count),
            ("units", ColumnType::Count),
            ("share", ColumnType::Share),
            ("time_median", ColumnType::Elapsed),
            ("kind", ColumnType::Text),
        ];
        let mut table = self.table("transitions", "Moves", &own);
        for group in &self.answer.groups {
            for one in &group.transitions {
                let mut cells = split_cells(&group.group, None);
                cells.extend([
                    Cell::Text(place(&one.from)),
                    Cell::Text(place(&one.to)),
                    Cell::Count(one.moves),
                    Cell::Count(one.units),
                    share(one.moves, one.left),
                    one.median.map_or(Cell::Missing, Cell::Elapsed),
                    one.kind.map_or(Cell::Missing, |kind| Cell::Text(kind.name().to_owned())),
                ]);
                table.rows.push(cells);
            }
        }
        table.view = Some(view::transitions(self, &table));
        table
    }

    fn paths(&self) -> Table {
        let own = [
            ("path", ColumnType::Text),
            ("units", ColumnType::Count),
            ("share", ColumnType::Share),
            ("converted", ColumnType::Count),
            ("journeys", ColumnType::Count),
        ];
        let mut table = self.table("paths", "Paths", &own);
        let has_goal = !self.answer.goal.is_empty();
        for group in &self.answer.groups {
            for path in &group.paths {
                let mut cells = split_cells(&group.group, None);
                cells.extend([
                    Cell::Text(path_text(path)),
                    Cell::Count(path.units),
                    share(path.units, group.units),
                    if has_goal { Cell::Count(path.converted) } else { Cell::Missing },
                    Cell::Count(path.journeys),
                ]);
                table.rows.push(cells);
            }
        }
        table.view = Some(view::paths(self, &table));
        table
    }

    /// By the furthest step reached: where units went from there that did not reach the last step.
    fn instead(&self) -> Table {
        let own = [
            ("step", ColumnType::Count),
            ("name", ColumnType::Text),
            ("to", ColumnType::Text),
            ("units", ColumnType::Count),
            ("share", ColumnType::Share),
        ];
        let mut table = self.table("instead", "Where they went instead", &own);
        for group in &self.answer.groups {
            for detour in &group.detours {
                let of_step = group.detours.iter().filter(|other| other.step == detour.step);
                let stopped: u64 = of_step.map(|other| other.units).sum();
                let mut cells = split_cells(&group.group, None);
                cells.extend([
                    Cell::Count(detour.step as u64 + 1),
                    Cell::Text(self.plan.order.get(detour.step).map(|names| names.join("|")).unwrap_or_default()),
                    Cell::Text(place(&detour.to)),
                    Cell::Count(detour.units),
                    share(detour.units, stopped),
                ]);
                table.rows.push(cells);
            }
        }
        table.view = Some(view::instead(self, &table));
        table
    }

    /// What a reader must know to read the counts right.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        let answer = self.answer;
        if answer.merged > 0 {
            let text = format!("{} rarer names are put together as (other): --nodes tells more apart", answer.merged);
            notes.push(Note::note("nodes_merged", text));
        }
        if answer.after_as_of > 0 {
            let text = format!("records left out because they are later than the as-of time: {}", answer.after_as_of);
            notes.push(Note::note("after_as_of", text));
        }
        let unknown = answer.unknown.iter();
        notes.extend(unknown.map(|name| Note::warning("unknown_step", format!("no record is called `{name}`"))));
        let several = answer.groups.iter().any(|group| group.journeys > group.units);
        if several {
            let text =
                "some units took several journeys and stand at each of their paths: shares add up to more than 1";
            notes.push(Note::note("several_journeys", text));
        }
        notes
    }
}

fn share(part: u64, whole: u64) -> Cell {
    rate(part, whole).map_or(Cell::Missing, Cell::Share)
}

fn place(place: &Place) -> String {
    match place {
        Place::Start => "(start)".to_owned(),
        Place::End => "(end)".to_owned(),
        Place::Open => "(open)".to_owned(),
        Place::Node(name) => name.clone(),
    }
}

/// A path as text; `...` where journeys go on, `(other)` for all paths that are not shown.
fn path_text(path: &Path) -> String {
    if path.nodes.is_empty() {
        return crate::plan::OTHER.to_owned();
    }
    let text = path.nodes.join(" > ");
    if path.goes_on { format!("{text} > ...") } else { text }
}
