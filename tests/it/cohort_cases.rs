//! The published retention cases of another tool, run through the program; expected values are its own.
//!
//! Its tables show the last `intervals` periods up to `date_to`, which counts whole; first is decided over all history.

use crate::funnel_cases::csv;
use crate::funnel_cases_config::{Arguments, breakdown, cell};
use crate::world::{Table, World, shared};
use chrono::{DateTime, Datelike, Days, NaiveDate};
use serde_json::Value;
use std::fs;

/// First day of the period that holds a day.
fn period_of(day: NaiveDate, config: &Value) -> NaiveDate {
    let back = match (config["period"].as_str(), config["week_start"].as_str()) {
        (Some("week"), Some("sunday")) => day.weekday().num_days_from_sunday(),
        (Some("week"), _) => day.weekday().num_days_from_monday(),
        _ => 0,
    };
    day - Days::new(u64::from(back))
}

fn days(config: &Value) -> u64 {
    if config["period"] == "week" { 7 } else { 1 }
}

fn day(text: &Value) -> Option<NaiveDate> {
    Some(DateTime::parse_from_rfc3339(text.as_str()?).expect("a time").date_naive())
}

/// An event name, or its condition where properties are asked for; none stands for any event.
fn matcher(case: &Value, key: &str) -> Option<String> {
    let wanted = &case["config"][key];
    let event = wanted["event"].as_str();
    let Some((property, value)) = wanted["where"].as_object().and_then(|list| list.iter().next()) else {
        return event.map(str::to_owned);
    };
    let condition = format!("\"{property}\" = '{}'", cell(value));
    // Where no other event has the property, the name says nothing more.
    let events = case["events"].as_array().expect("events");
    let is_own = events.iter().all(|other| other["event"].as_str() == event || other["props"].get(property).is_none());
    Some(if is_own { condition } else { format!("event = '{}' AND {condition}", event.unwrap_or_default()) })
}

/// The rows that a case expects, by group; the group of all has no name.
fn expected(case: &Value) -> Vec<(String, Vec<Vec<Value>>)> {
    let matrix = |value: &Value| -> Vec<Vec<Value>> {
        value.as_array().expect("rows").iter().map(|row| row.as_array().expect("cells").clone()).collect()
    };
    let expected = &case["expected"];
    match expected["breakdown"].as_object() {
        Some(groups) => groups.iter().map(|(name, rows)| (name.replace("$other", "(other)"), matrix(rows))).collect(),
        None if expected["matrix"].is_array() => vec![(String::new(), matrix(&expected["matrix"]))],
        None => vec![(String::new(), matrix(&expected["matrix_first_rows"]))],
    }
}

fn arguments(case: &Value) -> Arguments {
    let config = &case["config"];
    let id = config["unit"]["property"].as_str().unwrap_or("user_id");
    let words = ["cohort", "events.csv", "--id", id, "--event", "event", "--time", "timestamp", "--format", "json"];
    let mut arguments: Arguments = words.map(str::to_owned).to_vec();
    arguments.extend(["--max-rejects", "100%", "--allow-unknown"].map(str::to_owned));
    let mut push = |flag: &str, value: String| arguments.extend([flag.to_owned(), value]);
    for (key, flag) in [("target", "--start"), ("returning", "--return")] {
        if let Some(matcher) = matcher(case, key) {
            push(flag, matcher);
        }
    }
    push("--every", cell(&config["period"]));
    push("--week-start", cell(&config["week_start"]));
    push("--timezone", cell(&config["timezone"]));
    let first = config["retention"].as_str().map(|kind| match kind {
        "first_time" => "match",
        "first_ever" => "ever",
        other => other,
    });
    push("--first", first.unwrap_or_default().to_owned());
    push("--mode", if config["cumulative"] == true { "on-or-after" } else { "on" }.to_owned());
    push("--min-occurrences", config["minimum_occurrences"].to_string());
    let intervals = config["intervals"].as_u64().expect("intervals");
    push("--periods", intervals.to_string());
    let last = period_of(day(&config["date_to"]).expect("a last day"), config);
    let since = day(&config["date_from"]).unwrap_or_else(|| last - Days::new((intervals - 1) * days(config)));
    let until = last + Days::new(days(config) - 1);
    push("--since", since.to_string());
    push("--until", until.to_string());
    // Triangles end with the last period; a full rectangle looks as far ahead as it is wide.
    let rows = &expected(case)[0].1;
    let is_triangle = rows.last().is_some_and(|row| row.len() < rows[0].len());
    push("--as-of", (until + Days::new(if is_triangle { 0 } else { intervals * days(config) })).to_string());
    let columns = breakdown(config);
    if !columns.is_empty() {
        push("--by", columns.join(","));
    }
    if let Some(limit) = config["breakdown"]["limit"].as_u64() {
        push("--top", limit.to_string());
    }
    if config["time_window"] == "rolling" {
        arguments.push("--rolling".to_owned());
    }
    arguments
}

/// Compares one group; a null of a case is not asserted.
fn problems(table: &Table, rows: &[Vec<Value>], label: &str) -> Vec<String> {
    let mut cohorts = table.texts("cohort");
    cohorts.dedup();
    let mut problems = Vec::new();
    if cohorts.len() < rows.len() {
        problems.push(format!("{label}{} cohorts, expected {}", cohorts.len(), rows.len()));
    }
    for (name, row) in cohorts.iter().zip(rows) {
        let active = table.only("cohort", name).counts("active");
        let differs = active.len() < row.len()
            || row.iter().zip(&active).any(|(cell, found)| cell.as_u64().is_some_and(|cell| cell != *found));
        if differs {
            problems.push(format!("{label}{name}: {active:?}, expected {row:?}"));
        }
    }
    problems
}

#[test]
fn published_retention_cases() {
    let Some(path) = shared("cases/funnel_cases.json") else { return };
    let cases: Vec<Value> = serde_json::from_slice(&fs::read(path).expect("the cases")).expect("JSON");
    let (mut run, mut report) = (0, String::new());
    for case in cases.iter().filter(|case| case["kind"] == "retention") {
        run += 1;
        let world = World::new();
        let ran = world.file("events.csv", csv(case, false)).run(&arguments(case));
        let table = ran.table("cohorts");
        let mut found = Vec::new();
        for (group, rows) in expected(case) {
            let columns = breakdown(&case["config"]);
            let table = columns.iter().fold(table.clone(), |table, column| table.only(column, &group));
            found.extend(problems(&table, &rows, &group));
            if let Some(starts) = case["expected"]["interval_starts"].as_array() {
                let mut cohorts = table.texts("cohort");
                cohorts.dedup();
                if !starts.iter().map(cell).eq(cohorts) {
                    found.push(format!("cohorts are not {starts:?}"));
                }
            }
        }
        if !found.is_empty() {
            report.push_str(&format!("== {}\n  {}\n{}\n", case["id"], found.join("\n  "), ran.command));
        }
    }
    assert_eq!(run, 18, "all retention cases are run");
    assert!(report.is_empty(), "published cases differ:\n{report}");
}
