//! The Olist marketing funnel: two exports joined by the lead's id, against the published reference.

use crate::world::{Run, Table, World, close, shared};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const FOLDER: &str = "data/olist_marketing_funnel";
const DAY: f64 = 86_400.0;

struct Olist {
    world: World,
    folder: PathBuf,
    reference: Value,
}

impl Olist {
    fn new() -> Option<Self> {
        let folder = shared(FOLDER)?;
        let reference =
            serde_json::from_slice(&fs::read(folder.join("reference.json")).expect("the reference")).expect("JSON");
        let world = World::new();
        world.file("funnel.toml", configuration(&folder));
        Some(Self { world, folder, reference })
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut all = vec!["conversion", "--window", "none", "--format", "json"];
        all.extend(arguments);
        self.world.run(&all)
    }

    /// The leads that were won before their first contact: their id and contact date, by a plain loop over both files.
    fn won_before_contact(&self) -> Vec<(String, String)> {
        let rows = |name: &str| -> Vec<csv::StringRecord> {
            let mut reader = csv::Reader::from_path(self.folder.join(name)).expect("an export");
            reader.records().map(|record| record.expect("a record")).collect()
        };
        let won: Vec<(String, String)> =
            rows("olist_closed_deals_dataset.csv").iter().map(|row| (row[0].to_owned(), row[4].to_owned())).collect();
        let leads = rows("olist_marketing_qualified_leads_dataset.csv");
        let early = leads.iter().filter(|lead| won.iter().any(|(id, date)| *id == lead[0] && **date < lead[1]));
        early.map(|lead| (lead[0].to_owned(), lead[1].to_owned())).collect()
    }
}

fn configuration(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        r#"[sources.leads]
kind = "events"
files = ["{folder}/olist_marketing_qualified_leads_dataset.csv"]
event_name = "Lead"
columns = {{ id = "mql_id", time = "first_contact_date" }}

[sources.won]
kind = "events"
files = ["{folder}/olist_closed_deals_dataset.csv"]
event_name = "Won"
columns = {{ id = "mql_id", time = "won_date" }}

[[steps]]
name = "Lead"
event = "Lead"

[[steps]]
name = "Won"
event = "Won"
"#
    )
}

/// Name of the group of an origin: an empty one is `(none)`; the literal "unknown" is a value like others.
fn shown(origin: &str) -> &str {
    if origin == "(null)" { "(none)" } else { origin }
}

fn origins(reference: &Value) -> impl Iterator<Item = (&str, &Value)> {
    reference["by_origin"].as_object().expect("origins").iter().map(|(origin, block)| (shown(origin), block))
}

fn assert_quantiles(table: &Table, row: usize, days: &Value, what: &str) {
    for (column, key) in [("time_p25", "p25"), ("time_median", "p50"), ("time_p75", "p75"), ("time_p90", "p90")] {
        let actual = table.numbers(column)[row].unwrap_or_else(|| panic!("{what}: no {column}"));
        let expected = days[key].as_f64().expect("a quantile") * DAY;
        // The reference is rounded to a millionth of a day, 0.0864 s.
        assert!((actual - expected).abs() < 0.05, "{what}: {column} is {actual} s, expected {expected} s");
    }
}

#[test]
fn totals_any_order() {
    let Some(olist) = Olist::new() else { return };
    let run = olist.run(&["--order", "any"]);
    let table = run.table("steps");
    let overall = &olist.reference["overall"];
    assert_eq!(table.column("entered"), [overall["leads"].clone(), overall["won"].clone()]);
    for (column, position) in [("from_first_low", 0), ("from_first_high", 1)] {
        let actual = table.numbers(column)[1].expect("a bound");
        assert!(
            (actual - overall["wilson95"][position].as_f64().expect("a bound")).abs() < 1e-6,
            "{column} is {actual}"
        );
    }
    // In any order the lead won 1.18 days before its first contact counts with +1.18 days. Both lie below the first
    // quartile (5.86 days), so the quartiles are the reference's; the mean moves by twice that, over 842 leads.
    assert_quantiles(&table, 1, &overall["days_to_won_exact"], "overall");
    let days = &overall["days_to_won_exact"];
    let moved = days["mean"].as_f64().expect("a mean") - 2.0 * days["min"].as_f64().expect("a minimum") / 842.0;
    let mean = table.numbers("time_mean")[1].expect("a mean");
    assert!(close(mean, moved * DAY, 1e-6), "mean {mean} s, expected {} s", moved * DAY);
}

#[test]
fn ordered_and_any_order_differ_by_the_lead_won_before_its_first_contact() {
    let Some(olist) = Olist::new() else { return };
    let early = olist.won_before_contact();
    assert_eq!(early.len() as u64, olist.reference["files"]["won_before_first_contact"].as_u64().expect("a count"));
    assert_eq!(olist.run(&[]).table("steps").counts("entered"), [8000, 842 - 1]);
    assert_eq!(olist.run(&["--order", "any"]).table("steps").counts("entered"), [8000, 842]);
}

#[test]
fn leads_and_won_by_origin() {
    let Some(olist) = Olist::new() else { return };
    let run = olist.run(&["--order", "any", "--by", "origin", "--top", "20"]);
    let table = run.table("steps");
    assert_eq!(table.rows.len(), 2 * origins(&olist.reference).count(), "groups\n{}", run.block());
    for (origin, block) in origins(&olist.reference) {
        let group = table.only("origin", origin);
        assert_eq!(group.column("entered"), [block["leads"].clone(), block["won"].clone()], "{origin}");
        assert_quantiles(&group, 1, &block["days_to_won_exact"], origin);
        for (column, position) in [("from_first_low", 0), ("from_first_high", 1)] {
            let actual = group.numbers(column)[1].expect("a bound");
            assert!(
                (actual - block["wilson95"][position].as_f64().expect("a bound")).abs() < 1e-6,
                "{origin}: {column} is {actual}"
            );
        }
    }
    // Most leads first, ties by name, and the leads without an origin at the end.
    let mut sizes: Vec<(u64, &str)> = origins(&olist.reference)
        .filter(|(origin, _)| *origin != "(none)")
        .map(|(origin, block)| (block["leads"].as_u64().expect("a count"), origin))
        .collect();
    sizes.sort_by_key(|(leads, origin)| (std::cmp::Reverse(*leads), *origin));
    let mut expected: Vec<&str> = sizes.into_iter().map(|(_, origin)| origin).collect();
    expected.push("(none)");
    let mut names = table.texts("origin");
    names.dedup();
    assert_eq!(names, expected);
}

#[test]
fn ordered_by_origin_lacks_only_the_early_one() {
    let Some(olist) = Olist::new() else { return };
    let table = olist.run(&["--by", "origin", "--top", "20"]).table("steps");
    let missing: Vec<(String, u64)> = origins(&olist.reference)
        .map(|(origin, block)| {
            (
                origin.to_owned(),
                block["won"].as_u64().expect("a count") - table.only("origin", origin).counts("entered")[1],
            )
        })
        .filter(|(_, missing)| *missing > 0)
        .collect();
    // The shortest of the reference's durations is negative in one origin only: organic search.
    assert_eq!(missing, [("organic search".to_owned(), 1)]);
}

#[test]
fn months_of_first_contact() {
    let Some(olist) = Olist::new() else { return };
    let early = olist.won_before_contact();
    let table = olist.run(&["--every", "month"]).table("steps");
    let months = olist.reference["by_month_cohort"].as_object().expect("months");
    assert_eq!(table.rows.len(), 2 * months.len());
    for (month, block) in months {
        let group = table.only("period", &format!("{month}-01"));
        let lost = early.iter().filter(|(_, contact)| contact.starts_with(month.as_str())).count() as u64;
        let won = block["won"].as_u64().expect("a count") - lost;
        assert_eq!(group.counts("entered"), [block["leads"].as_u64().expect("a count"), won], "{month}");
    }
}
