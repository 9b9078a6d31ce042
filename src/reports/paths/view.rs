//! How people see the tables of paths: labels, bars, and what a journey is.

use super::{Paths, words};
use crate::document::{Cell, Table, View, ViewColumn, ViewContent};
use crate::model::kind::Kind;
use crate::reports::labels::split_view;

/// Label, column, and how readily it is dropped where the width is short.
type Shown<'a> = (&'a str, &'a str, u8);

fn view(paths: &Paths<'_>, table: &Table, shown: &[Shown<'_>], bar: &str, caption: Vec<String>) -> View {
    let mut columns = split_view(&table.columns, paths.plan.by.len());
    for (label, name, expendable) in shown {
        let Some(position) = table.position(name) else { continue };
        if table.rows.iter().all(|row| row[position] == Cell::Missing) {
            continue;
        }
        let content = ViewContent::Value(position);
        columns.push(ViewColumn { label: (*label).to_owned(), content, expendable: *expendable });
        if *name == bar {
            columns.push(ViewColumn { label: String::new(), content: ViewContent::Bar(position), expendable: 1 });
        }
    }
    View { columns, marks: Vec::new(), caption }
}

const fn unit(paths: &Paths<'_>) -> &'static str {
    match paths.plan.kind {
        Kind::History => "Deals",
        _ => "Users",
    }
}

pub fn transitions(paths: &Paths<'_>, table: &Table) -> View {
    let shown = [
        ("From", "from", 0),
        ("To", "to", 0),
        ("Moves", "moves", 0),
        (unit(paths), "units", 2),
        ("Share", "share", 0),
        ("Median time", "time_median", 1),
        ("Kind", "kind", 1),
    ];
    let mut caption = vec![words::SHARE.to_owned()];
    if !paths.plan.order.is_empty() {
        let order: Vec<String> = paths.plan.order.iter().map(|names| names.join("|")).collect();
        caption.push(words::order(&order));
    }
    caption.push(journey(paths));
    view(paths, table, &shown, "share", caption)
}

fn journey(paths: &Paths<'_>) -> String {
    words::journey(paths.plan.gap, paths.plan.start.as_deref(), paths.plan.end.as_deref())
}

pub fn paths(paths: &Paths<'_>, table: &Table) -> View {
    let shown = [
        ("Path", "path", 0),
        (unit(paths), "units", 0),
        ("Share", "share", 0),
        ("Converted", "converted", 0),
        ("Journeys", "journeys", 2),
    ];
    let mut caption = vec![words::path(&unit(paths).to_lowercase(), paths.plan.max_steps)];
    if !paths.answer.goal.is_empty() {
        caption.push(format!("Converted: reached {} on such a journey.", paths.answer.goal.join(" or ")));
    }
    view(paths, table, &shown, "share", caption)
}

pub fn instead(paths: &Paths<'_>, table: &Table) -> View {
    let shown =
        [("Stopped at", "name", 0), ("Then went to", "to", 0), (unit(paths), "units", 0), ("Share", "share", 0)];
    view(paths, table, &shown, "share", vec![words::INSTEAD.to_owned()])
}
