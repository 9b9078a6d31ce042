//! Judges what the program made of a bad input: the class that the manifest asks for, or one that it also accepts.

use crate::bad_inputs::{Case, Outcome};
use serde_json::Value;

/// `Ok` with the class that was met, or the reasons why none was.
pub fn verdict(case: &Case<'_>, outcome: &Outcome, twin: &Outcome) -> Result<String, String> {
    let mut reasons = String::new();
    let class = case.manifest["class"].as_str().expect("a class").to_owned();
    let accepted = case.manifest["also_acceptable"].as_array().into_iter().flatten().filter_map(Value::as_str);
    for (position, class) in std::iter::once(class.as_str()).chain(accepted).enumerate() {
        let main = position == 0;
        let problems = match class.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["same"] => same(case, outcome, twin),
            ["error"] => error(case, outcome),
            ["rejects"] => rejects(case, outcome, twin),
            ["rejects", count] => counted(case, outcome, twin, count.parse().expect("a count")),
            // Twins that the manifest describes but does not hold.
            _ => vec!["no file to compare with".to_owned()],
        };
        if problems.is_empty() {
            return Ok(if main { class.to_owned() } else { format!("also acceptable: {class}") });
        }
        reasons.push_str(&format!("  as \"{class}\": {}\n", problems.join("; ")));
    }
    Err(reasons)
}

fn succeeded(outcome: &Outcome) -> Vec<String> {
    let runs = [("conversion", &outcome.conversion), ("check", &outcome.check)];
    let mut problems: Vec<String> = runs
        .iter()
        .filter(|(_, run)| run.code != Some(0))
        .map(|(name, run)| format!("{name} exits {:?}", run.code))
        .collect();
    if problems.is_empty() && !outcome.accounts_add_up() {
        problems.push("records are not loaded + rejected + blank + skipped".to_owned());
    }
    problems
}

/// The same tables as the twin, nothing rejected.
fn same(case: &Case<'_>, outcome: &Outcome, twin: &Outcome) -> Vec<String> {
    let mut problems = succeeded(outcome);
    if problems.is_empty() {
        problems.extend(differences(outcome, twin));
        if outcome.account("rejected") != 0 {
            problems.push(format!("{} rejected", outcome.account("rejected")));
        }
        if let Some(rows) =
            case.manifest["clean_result"]["rows"].as_u64().filter(|rows| *rows != outcome.account("loaded"))
        {
            problems.push(format!("{} loaded, expected {rows}", outcome.account("loaded")));
        }
    }
    problems
}

fn differences(outcome: &Outcome, twin: &Outcome) -> Vec<String> {
    let mut problems = Vec::new();
    if outcome.tables != twin.tables {
        problems.push(format!("tables differ from the twin's: {}", first_difference(outcome, twin)));
    }
    let sum = |outcome: &Outcome| -> f64 {
        outcome.check.table("sources").texts("value_sum").iter().map(|sum| sum.parse::<f64>().unwrap_or(0.0)).sum()
    };
    if (sum(outcome) - sum(twin)).abs() > 1e-9 * sum(twin).abs() {
        problems.push(format!("values sum to {}, the twin's to {}", sum(outcome), sum(twin)));
    }
    problems
}

fn first_difference(outcome: &Outcome, twin: &Outcome) -> String {
    let rows = |outcome: &Outcome| -> Vec<Value> {
        let tables = outcome.tables.iter().filter_map(Value::as_array).flatten();
        tables.filter_map(|table| table["rows"].as_array()).flatten().cloned().collect()
    };
    let (rows, twins) = (rows(outcome), rows(twin));
    let pair = rows.iter().zip(&twins).find(|(row, twin)| row != twin);
    pair.map_or_else(
        || format!("{} rows against {}", rows.len(), twins.len()),
        |(row, twin)| format!("{row} against {twin}"),
    )
}

/// So many rejects, every line named, the rest equal to the twin.
fn rejects(case: &Case<'_>, outcome: &Outcome, twin: &Outcome) -> Vec<String> {
    let mut problems = succeeded(outcome);
    if problems.is_empty() {
        problems.extend(differences(outcome, twin));
        let stated = case.manifest["rejects"].as_u64().expect("rejects");
        problems.extend(reject_problems(case, outcome, stated, true));
        let stated = case.manifest["clean_result"]["rows"].as_u64();
        if stated.is_some_and(|rows| rows != outcome.account("loaded")) {
            problems.push(format!("{} loaded, expected {stated:?}", outcome.account("loaded")));
        }
    }
    problems
}

fn reject_problems(case: &Case<'_>, outcome: &Outcome, stated: u64, exact_lines: bool) -> Vec<String> {
    let mut problems = Vec::new();
    if outcome.account("rejected") != stated {
        problems.push(format!("{} rejected, expected {stated}", outcome.account("rejected")));
    }
    if outcome.rejects.len() as u64 != stated {
        problems.push(format!("the rejects file has {} rows, expected {stated}", outcome.rejects.len()));
    }
    let mut lines: Vec<u64> = outcome.rejects.iter().filter_map(|record| record.get(1)?.parse().ok()).collect();
    lines.sort_unstable();
    let wanted: Vec<u64> = case.manifest["lines"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    if exact_lines && !wanted.is_empty() && lines != wanted {
        problems.push(format!("rejected lines {lines:?}, expected {wanted:?}"));
    }
    if !outcome.conversion.stderr.contains("reject") {
        problems.push("stderr of conversion says nothing of rejects".to_owned());
    }
    problems
}

/// So many rejects where the manifest holds no twin: counted and listed, and no other row lost.
fn counted(case: &Case<'_>, outcome: &Outcome, twin: &Outcome, stated: u64) -> Vec<String> {
    let mut problems = succeeded(outcome);
    if problems.is_empty() {
        problems.extend(reject_problems(case, outcome, stated, false));
        // Lines that the file itself has no longer (an overwritten block) cannot be loaded.
        let text = case.files.iter().flat_map(|file| std::fs::read(file).expect("the case"));
        let lines = text.filter(|byte| *byte == b'\n').count() as u64 - 1;
        let (loaded, rows) = (outcome.account("loaded"), twin.account("loaded").min(lines));
        if loaded > rows || loaded + stated + 3 < rows {
            problems.push(format!("{loaded} loaded of {rows}"));
        }
    }
    problems
}

/// Exit 3 (1 for what cannot be read), nothing on standard output, the file named, and line or column where known.
fn error(case: &Case<'_>, outcome: &Outcome) -> Vec<String> {
    let mut problems = Vec::new();
    let run = &outcome.conversion;
    let unreadable = ["gz_", "zst_", "parquet_"]
        .iter()
        .any(|kind| case.manifest["id"].as_str().is_some_and(|id| id.starts_with(kind)));
    let accepted: &[i32] = if unreadable { &[1, 3] } else { &[3] };
    if !run.code.is_some_and(|code| accepted.contains(&code)) {
        problems.push(format!("exits {:?}, expected one of {accepted:?}", run.code));
    }
    if !run.stdout.is_empty() {
        problems.push("standard output is not empty".to_owned());
    }
    let named =
        |file: &std::path::PathBuf| file.file_name().is_some_and(|name| run.stderr.contains(&*name.to_string_lossy()));
    if !case.files.iter().any(named) {
        problems.push("stderr names no file".to_owned());
    }
    let lines: Vec<u64> = case.manifest["lines"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let column = case.manifest["column"].as_str();
    let at_line = lines.iter().any(|line| {
        *line == 1 || run.stderr.contains(&format!(":{line}")) || run.stderr.contains(&format!("line {line}"))
    });
    if !(lines.is_empty() || at_line || column.is_some_and(|column| run.stderr.contains(column))) {
        problems.push(format!("stderr names neither line {lines:?} nor column {column:?}"));
    }
    problems
}
