//! Vendors' exports: small files in the style of each load without flags and say the same as a plain table of the same
//! facts.

mod ads;
mod analytics;
mod billing;
mod choice;
mod hubspot;
mod marketo;
mod pipedrive;
mod salesforce;
mod shops;
mod zoho;

use crate::world::{Run, World};
use serde_json::Value;

/// Runs a command on an export and on its plain twin, and compares all tables byte for byte.
///
/// The export must be recognised as `preset` and lose no record to a reject; the twin must not be recognised.
#[track_caller]
pub fn same(preset: &str, export: (&str, &str), plain: &str, arguments: &[&str]) -> Run {
    let world = World::new();
    world.file(export.0, export.1).file("plain.csv", plain);
    let conversion = |file: &str| {
        let mut words = vec!["conversion", file, "--format", "json"];
        words.extend(arguments);
        world.run(&words)
    };
    let (run, twin) = (conversion(export.0), conversion("plain.csv"));
    expect_preset(&run, Some(preset));
    expect_preset(&twin, None);
    assert_eq!(run.tables_text(), twin.tables_text(), "{}\n{}", run.block(), twin.block());
    assert_eq!(count(&run, "rejected"), 0, "{}", run.block());
    assert!(run.note_codes().contains(&"preset".to_owned()), "{}", run.block());
    run
}

/// `funnel check` of one file, as JSON.
pub fn check(name: &str, content: &str, more: &[&str]) -> Run {
    let world = World::new();
    world.file(name, content);
    let mut arguments = vec!["check", name, "--format", "json"];
    arguments.extend(more);
    world.run(&arguments)
}

#[track_caller]
pub fn expect_preset(run: &Run, expected: Option<&str>) {
    let found = run.json()["sources"][0]["preset"].clone();
    assert_eq!(found.as_str(), expected, "{}", run.block());
}

/// The column of a role in the first source.
#[track_caller]
pub fn column(run: &Run, role: &str) -> String {
    run.json()["sources"][0]["columns"][role].as_str().unwrap_or_default().to_owned()
}

/// A count of the first source's first file.
#[track_caller]
pub fn count(run: &Run, what: &str) -> u64 {
    run.json()["sources"][0]["files"][0][what].as_u64().unwrap_or_else(|| panic!("no {what}\n{}", run.block()))
}

/// Records, loaded, rejected, blank and skipped, which must add up.
#[track_caller]
pub fn accounts(run: &Run) -> [u64; 5] {
    let counts = ["records", "loaded", "rejected", "blank", "skipped"].map(|what| count(run, what));
    assert_eq!(counts[0], counts[1..].iter().sum::<u64>(), "{}", run.block());
    counts
}

/// How many entered each step.
#[track_caller]
pub fn entered(run: &Run) -> Vec<u64> {
    run.table("steps").counts("entered")
}

/// The text of a finding of `check`.
#[track_caller]
pub fn finding(run: &Run, code: &str) -> String {
    run.table("findings").only("code", code).texts("text").join("\n")
}

/// The exact sum of `check`'s first file.
#[track_caller]
pub fn value_sum(run: &Run) -> Value {
    run.table("sources").rows[0]["value_sum"].clone()
}
