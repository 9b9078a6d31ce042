//! `--append`: a log of runs as a CSV file, one row of key figures each.
//!
//! A run over the same period (without one, as of the same time) replaces its row, so that a run that is done again
//! changes nothing. The file is replaced whole, and two runs take turns.

use super::checks::figures::qualified;
use crate::config::settings::Settings;
use crate::document::{Cell, ColumnType, Document, Table};
use crate::error::{Error, Result};
use crate::render::lock::hold_folder;
use crate::render::{Output, figure, instant};
use std::path::Path;

/// Columns before the figures; the first two say which run it was.
const LEADING: [&str; 6] = ["period", "as_of", "records", "loaded", "rejected", "checks_failed"];

/// The row of a run.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    header: Vec<String>,
    cells: Vec<String>,
}

/// Makes the row.
///
/// # Errors
/// A usage error where the result has no key figures.
pub fn row(settings: &Settings, document: &Document, failed: usize) -> Result<Row> {
    let figures = figures(settings, document);
    if figures.is_empty() {
        let error =
            Error::usage(format!("--append: this result of `{}` has no single row of figures", document.command));
        return Err(error.with_hint("funnel report, conversion, pipeline or cycle, without --by and --every"));
    }
    let files = || document.sources.iter().flat_map(|source| &source.files);
    let counts = [
        files().map(|file| file.records).sum::<u64>(),
        files().map(|file| file.loaded).sum(),
        files().map(|file| file.rejected).sum(),
        failed as u64,
    ];
    let mut row = Row { header: LEADING.map(str::to_owned).to_vec(), cells: Vec::new() };
    row.cells.push(settings.period_name().unwrap_or_default());
    row.cells.push(document.as_of.and_then(instant).unwrap_or_default());
    row.cells.extend(counts.map(|count| count.to_string()));
    for (name, cell) in figures {
        row.header.push(name);
        row.cells.push(figure(cell));
    }
    Ok(row)
}

/// The key figures with their names: `conversion.overall.rate`, `conversion.steps.Paid.entered`, `cycle.cycle.won.n`.
fn figures<'d>(settings: &Settings, document: &'d Document) -> Vec<(String, &'d Cell)> {
    let find = |name: &str| document.tables().find(|table| qualified(document, table) == name);
    let mut figures = Vec::new();
    // Steps that were found in the data may be others next week; those that were named stay.
    let steps =
        find("conversion.steps").filter(|table| !settings.analysis.steps().is_empty() && is_whole(table, "step"));
    if let Some(table) = steps {
        figures.extend(by_row(table, "name", &["entered", "from_previous"], "conversion.steps"));
    }
    for (name, first) in [("conversion.overall", "entered"), ("pipeline.summary", "created"), ("cost.cost", "spend")] {
        if let Some(table) = find(name).filter(|table| is_whole(table, first) && table.rows.len() == 1) {
            let columns = table.columns.iter().zip(&table.rows[0]);
            let counted = columns.filter(|(column, _)| !matches!(column.kind, ColumnType::Text | ColumnType::Flag));
            figures.extend(counted.map(|(column, cell)| (format!("{name}.{}", column.name), cell)));
        }
    }
    if let Some(table) = find("cycle.cycle").filter(|table| is_whole(table, "outcome")) {
        figures.extend(by_row(table, "outcome", &["n", "median"], "cycle.cycle"));
    }
    figures
}

/// Whether a table is split by neither groups nor periods.
fn is_whole(table: &Table, first: &str) -> bool {
    table.columns.first().is_some_and(|column| column.name == first)
}

fn by_row<'d>(table: &'d Table, label: &str, columns: &[&str], prefix: &str) -> Vec<(String, &'d Cell)> {
    let Some(label) = table.position(label) else { return Vec::new() };
    let positions: Vec<(usize, &str)> =
        columns.iter().filter_map(|name| table.position(name).map(|position| (position, *name))).collect();
    let cells = table.rows.iter().enumerate().flat_map(|(number, row)| {
        let label = figure(&row[label]);
        // Before the first step there is none.
        let there = positions.iter().filter(move |(_, name)| number > 0 || *name != "from_previous");
        there.map(move |(position, name)| (format!("{prefix}.{label}.{name}"), &row[*position]))
    });
    cells.collect()
}

/// Finds out whether the row can be added, before anything is written.
///
/// # Errors
/// As [`add`].
pub fn check(path: &Path, row: &Row) -> Result<()> {
    merged(path, row).map(drop)
}

/// Adds or replaces the row; returns whether it was there before.
///
/// # Errors
/// A usage error where the file has other columns; a failed read or write.
pub fn add(path: &Path, row: &Row) -> Result<bool> {
    let _turn = hold_folder(path);
    let (bytes, replaced) = merged(path, row)?;
    Output::open(Some(path))?.write(&bytes)?;
    Ok(replaced)
}

/// The file as it will be, and whether a row was replaced.
fn merged(path: &Path, row: &Row) -> Result<(Vec<u8>, bool)> {
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        let error = Error::usage("--append: this is no regular file").in_file(path.display());
        return Err(error.with_hint("name a file that is there for this"));
    }
    let mut rows = match std::fs::read(path) {
        Ok(bytes) => parsed(path, &bytes)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(Error::io(path.display(), &error)),
    };
    if rows.is_empty() {
        rows.push(row.header.clone());
    }
    if rows[0] != row.header {
        return Err(other_columns(path, &rows[0], &row.header));
    }
    let key = |cells: &[String]| {
        let (period, as_of) = (cells[0].clone(), cells[1].clone());
        if period.is_empty() { (false, as_of) } else { (true, period) }
    };
    let wanted = key(&row.cells);
    let found = rows.iter().skip(1).position(|cells| key(cells) == wanted);
    match found {
        Some(position) => rows[position + 1].clone_from(&row.cells),
        None => rows.push(row.cells.clone()),
    }
    let failed = |error: &dyn std::fmt::Display| Error::internal(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for cells in &rows {
        writer.write_record(cells).map_err(|error| failed(&error))?;
    }
    Ok((writer.into_inner().map_err(|error| failed(&error))?, found.is_some()))
}

fn parsed(path: &Path, bytes: &[u8]) -> Result<Vec<Vec<String>>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let rows = reader.records().map(|record| record.map(|record| record.iter().map(str::to_owned).collect()));
    rows.collect::<std::result::Result<_, _>>().map_err(|error| {
        let error = Error::usage(format!("--append: the file is no log of runs: {error}")).in_file(path.display());
        error.with_hint("name another file, or repair this one")
    })
}

fn other_columns(path: &Path, there: &[String], wanted: &[String]) -> Error {
    let lacks = wanted.iter().find(|name| !there.contains(name)).map(|name| format!("it has no `{name}`"));
    let knows = || there.iter().find(|name| !wanted.contains(name)).map(|name| format!("this run has no `{name}`"));
    let why = lacks.or_else(knows).unwrap_or_else(|| "their order differs".to_owned());
    let error = Error::usage(format!("--append: the columns of the file are not those of this run: {why}"));
    error.in_file(path.display()).with_hint("name another file for these figures")
}

#[cfg(test)]
mod tests {
    use super::{Row, add};
    use crate::error::ErrorKind;

    fn row(period: &str, as_of: &str, figure: &str) -> Row {
        let text = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let header = ["period", "as_of", "records", "loaded", "rejected", "checks_failed", "a, b"];
        Row { header: text(&header), cells: text(&[period, as_of, "1", "1", "0", "0", figure]) }
    }

    #[test]
    fn the_same_period_replaces_its_row() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runs.csv");
        assert!(!add(&path, &row("2026-W01", "t1", "1")).unwrap());
        assert!(!add(&path, &row("2026-W02", "t1", "2")).unwrap());
        assert!(add(&path, &row("2026-W01", "t2", "3")).unwrap());
        // Without a period the as-of time says which run it was.
        assert!(!add(&path, &row("", "t2", "4")).unwrap());
        assert!(add(&path, &row("", "t2", "5")).unwrap());
        let expected = "period,as_of,records,loaded,rejected,checks_failed,\"a, b\"\n2026-W01,t2,1,1,0,0,3\n\
                        2026-W02,t1,1,1,0,0,2\n,t2,1,1,0,0,5\n";
        assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
    }

    #[test]
    fn other_columns_are_refused_and_the_file_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runs.csv");
        for text in ["period,as_of\n", "x\n", "a,b\n1\n", "period,as_of,records,loaded,rejected,checks_failed,b\n"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(add(&path, &row("", "t", "1")).unwrap_err().kind, ErrorKind::Usage, "{text}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        // What a run that was stopped at its first row may leave.
        std::fs::write(&path, "").unwrap();
        assert!(!add(&path, &row("", "t", "1")).unwrap());
    }
}
