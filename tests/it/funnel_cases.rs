//! The published funnel cases of other tools, run through the program; expected values are theirs.

use crate::funnel_cases_config::{Setup, breakdown, cell, setup};
use crate::world::{Run, Table, World, close, shared};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// The time as the case's tool saw it: some cut fractions of a second before comparing.
fn written_time(event: &Value, resolution: Option<&str>) -> String {
    let text = event["ts"].as_str().expect("a time");
    match (resolution, text.split_once('.')) {
        (Some("second"), Some((whole, _))) => format!("{whole}Z"),
        _ => text.to_owned(),
    }
}

/// Whether the range of the case binds all events, not only entries.
fn binds_all(config: &Value) -> bool {
    config["range_applies_to"] == "all_events" && !(config["date_from"].is_null() && config["date_to"].is_null())
}

/// The events as CSV, properties as columns. With `within` those outside the range are left out (in UTC, where the text
/// of a time begins with its day).
pub fn csv(case: &Value, within: bool) -> Vec<u8> {
    let config = &case["config"];
    let events = case["events"].as_array().expect("events");
    let properties: BTreeSet<&String> =
        events.iter().flat_map(|event| event["props"].as_object().expect("props").keys()).collect();
    let day = |key: &str| config[key].as_str().filter(|_| within && config["timezone"] == "UTC");
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["user_id", "event", "timestamp"]
        .map(str::to_owned)
        .into_iter()
        .chain(properties.iter().map(|name| (*name).clone()));
    writer.write_record(header).expect("a header");
    for event in events {
        let time = written_time(event, config["time_resolution"].as_str());
        if day("date_from").is_some_and(|from| &time[..10] < from) || day("date_to").is_some_and(|to| &time[..10] > to)
        {
            continue;
        }
        let mut record = vec![cell(&event["user"]), cell(&event["event"]), time];
        record.extend(properties.iter().map(|name| event["props"].get(*name).map(cell).unwrap_or_default()));
        writer.write_record(record).expect("a record");
    }
    writer.into_inner().expect("the text")
}

fn differs(problems: &mut Vec<String>, what: &str, actual: Option<f64>, expected: &Value, tolerance: f64) {
    let Some(expected) = expected.as_f64() else { return };
    if !actual.is_some_and(|actual| close(actual, expected, tolerance)) {
        problems.push(format!("{what} is {actual:?}, expected {expected}"));
    }
}

/// Compares counts, times and units of one funnel (one group, or all).
fn funnel_problems(table: &Table, expected: &Value, label: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let columns = [
        ("counts", "entered"),
        ("avg_seconds_from_previous", "time_mean"),
        ("median_seconds_from_previous", "time_median"),
    ];
    for (key, column) in columns {
        let values = table.numbers(column);
        for (step, value) in expected[key].as_array().into_iter().flatten().enumerate() {
            let actual = values.get(step).copied().flatten();
            differs(&mut problems, &format!("{label}{column} of step {}", step + 1), actual, value, 1e-6);
        }
    }
    let entered = table.numbers("entered");
    for (step, users) in expected["users_by_step"].as_array().into_iter().flatten().enumerate() {
        if let Some(users) = users.as_array() {
            let count = Value::from(users.len());
            differs(
                &mut problems,
                &format!("{label}units of step {}", step + 1),
                entered.get(step).copied().flatten(),
                &count,
                0.0,
            );
        }
    }
    problems
}

/// The rows of one group; a missing value is the group `(none)`.
fn group(table: &Table, columns: &[String], name: &str) -> Table {
    let values: Vec<&str> = if columns.len() > 1 { name.split('|').collect() } else { vec![name] };
    let shown = |value: &str| if value.is_empty() { "(none)".to_owned() } else { value.to_owned() };
    columns.iter().zip(values).fold(table.clone(), |table, (column, value)| table.only(column, &shown(value)))
}

/// Compares a trend: per period how many reached two of the steps.
fn trend_problems(table: &Table, config: &Value, expected: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let reached = |step: u64| -> Vec<Option<f64>> {
        let rows = table.rows.iter().filter(|row| row["step"].as_u64() == Some(step + 1));
        rows.map(|row| row["entered"].as_f64()).collect()
    };
    let from = reached(config["from_step"].as_u64().unwrap_or(0));
    let to = reached(config["to_step"].as_u64().unwrap_or(0));
    let rates: Vec<Option<f64>> = from
        .iter()
        .zip(&to)
        .map(|(from, to)| from.zip(*to).map(|(from, to)| if from > 0.0 { 100.0 * to / from } else { 0.0 }))
        .collect();
    for (key, values, tolerance) in [("entered", &from, 0.0), ("converted", &to, 0.0), ("rate_percent", &rates, 2e-4)] {
        let Some(list) = expected[key].as_array() else { continue };
        if values.len() != list.len() {
            problems.push(format!("{} periods, expected {}", values.len(), list.len()));
        }
        for (position, value) in list.iter().enumerate() {
            let actual = values.get(position).copied().flatten();
            differs(&mut problems, &format!("{key} of period {}", position + 1), actual, value, tolerance);
        }
    }
    if let Some(starts) = expected["interval_starts"].as_array() {
        let periods: Vec<String> = table.texts("period").into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        if !starts.iter().map(cell).eq(periods.iter().cloned()) {
            problems.push(format!("periods {periods:?}, expected {starts:?}"));
        }
    }
    problems
}

/// Compares the mean time to a step; the bins of the case's tool are not those of `--histogram`.
fn duration_problems(table: &Table, config: &Value, expected: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    assert_eq!(config["from_step"], 0, "from the first step");
    assert_eq!(config["to_step"], 1, "to the next one");
    let mean = table.numbers("time_mean").get(1).copied().flatten();
    differs(&mut problems, "time_mean of step 2", mean, &expected["avg_seconds"], 1e-9);
    problems
}

fn problems(case: &Value, run: &Run) -> Vec<String> {
    if run.code != Some(0) {
        return vec![format!("exit code {:?}", run.code)];
    }
    let (config, expected) = (&case["config"], &case["expected"]);
    let table = run.table("steps");
    let columns = breakdown(config);
    let compare = |table: &Table, expected: &Value, label: &str| match case["kind"].as_str() {
        Some("funnel_trend") => trend_problems(table, config, expected),
        Some("time_to_convert") => duration_problems(table, config, expected),
        _ => funnel_problems(table, expected, label),
    };
    let mut found = compare(&table, expected, "");
    for (name, expected) in expected["breakdown"].as_object().into_iter().flatten() {
        found.extend(compare(&group(&table, &columns, name), expected, &format!("{name}: ")));
    }
    found
}

/// Runs a case with the events outside its range left out, or with all events and `--range all`.
fn run_case(case: &Value, setup: &Setup, filtered: bool) -> Option<String> {
    let world = World::new();
    let world = world.file("events.csv", csv(case, filtered && binds_all(&case["config"])));
    let mut arguments = setup.arguments.clone();
    if !filtered {
        arguments.extend(["--range".to_owned(), "all".to_owned()]);
    }
    let world = if setup.toml.is_empty() { world } else { world.file("funnel.toml", setup.toml.as_bytes()) };
    let run = world.run(&arguments);
    let problems = problems(case, &run);
    let list: String = problems.iter().map(|problem| format!("  {problem}\n")).collect();
    (!problems.is_empty()).then(|| format!("== {}\n{list}{}\n", case["id"], run.block()))
}

#[test]
fn published_funnel_cases() {
    let Some(path) = shared("cases/funnel_cases.json") else { return };
    let cases: Vec<Value> = serde_json::from_slice(&fs::read(path).expect("the cases")).expect("JSON");
    let (mut run, mut report, mut skipped) = (0, String::new(), Vec::new());
    let kinds = ["funnel", "funnel_trend", "time_to_convert"];
    for case in cases.iter().filter(|case| case["kind"].as_str().is_some_and(|kind| kinds.contains(&kind))) {
        match setup(case) {
            Err(reason) => skipped.push(format!("{}: {reason}", cell(&case["id"]))),
            Ok(setup) => {
                run += 1;
                // What came first is decided by all events: such a case has only the flag.
                if setup.toml.is_empty() {
                    report.push_str(&run_case(case, &setup, true).unwrap_or_default());
                }
                if binds_all(&case["config"]) || !setup.toml.is_empty() {
                    report.push_str(&run_case(case, &setup, false).unwrap_or_default());
                }
            }
        }
    }
    eprintln!("{run} published cases run, {} skipped:", skipped.len());
    for line in &skipped {
        eprintln!("  {line}");
    }
    assert!(run >= 60, "only {run} cases are in scope");
    assert!(report.is_empty(), "published cases differ:\n{report}");
}
