//! `funnel lifecycle`: the published cases of other tools, and a naive count of random logs.

use crate::world::{Run, World, shared};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

fn cases(kind: &str) -> Option<Vec<Value>> {
    let text = fs::read(shared("cases/funnel_cases.json")?).expect("the cases");
    let all: Value = serde_json::from_slice(&text).expect("JSON");
    let all = all.as_array().or_else(|| all["cases"].as_array()).expect("a list of cases").clone();
    Some(all.into_iter().filter(|case| case["kind"] == kind).collect())
}

/// Runs a case; `--as-of` is its last day, since its tool counts up to there whatever the data reach.
fn run(case: &Value) -> Run {
    let config = &case["config"];
    let unit = config["unit"]["property"].as_str();
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["user_id", "event", "timestamp", unit.unwrap_or("property")]).expect("a header");
    for event in case["events"].as_array().expect("events") {
        let property = unit.and_then(|name| event["props"][name].as_str()).unwrap_or_default();
        let [user, name, time] = ["user", "event", "ts"].map(|key| event[key].as_str().expect("a text"));
        csv.write_record([user, name, time, property]).expect("a record");
    }
    let text = |key: &str| config[key].as_str().unwrap_or_else(|| panic!("{key} of {}", case["id"])).to_owned();
    let mut arguments: Vec<String> = ["lifecycle", "events.csv", "--format", "json"].map(str::to_owned).to_vec();
    for (flag, value) in [
        ("--activity", text("event")),
        ("--every", text("interval")),
        ("--since", text("date_from")),
        ("--until", text("date_to")),
        ("--as-of", text("date_to")),
        ("--timezone", text("timezone")),
        ("--week-start", text("week_start")),
    ] {
        arguments.extend([flag.to_owned(), value]);
    }
    if let Some(unit) = unit {
        // Events without a group have no unit: they are rejects.
        arguments.extend(["--id".to_owned(), unit.to_owned(), "--max-rejects".to_owned(), "100%".to_owned()]);
    }
    let limit = config["criteria"]["value"].to_string();
    match config["criteria"]["op"].as_str() {
        Some("gte") => arguments.extend(["--min-occurrences".to_owned(), limit]),
        Some("lte") => arguments.extend(["--max-occurrences".to_owned(), limit]),
        None => {}
        Some(other) => panic!("criterion {other}"),
    }
    let world = World::new();
    world.file("events.csv", csv.into_inner().expect("the text")).run(&arguments)
}

fn list(value: &Value) -> Option<Vec<i64>> {
    value.as_array().map(|list| list.iter().map(|number| number.as_i64().expect("a number")).collect())
}

#[test]
fn published_lifecycles() {
    let Some(cases) = cases("lifecycle") else { return };
    assert_eq!(cases.len(), 3);
    for case in cases {
        let run = run(&case);
        let table = run.table("lifecycle");
        let expected = &case["expected"];
        for column in ["new", "returning", "resurrecting", "dormant"] {
            // Dormant units are drawn below zero there.
            let sign = if column == "dormant" { -1 } else { 1 };
            let found: Vec<i64> = table.counts(column).into_iter().map(|count| sign * count.cast_signed()).collect();
            if let Some(expected) = list(&expected[column]) {
                assert_eq!(found, expected, "{} {column}\n{}", case["id"], run.block());
            }
        }
        if let Some(starts) = expected["interval_starts"].as_array() {
            assert_eq!(table.column("period"), *starts, "{}", case["id"]);
        }
    }
}

#[test]
fn published_stickiness() {
    let Some(cases) = cases("stickiness") else { return };
    assert_eq!(cases.len(), 5);
    for case in cases {
        let run = run(&case);
        let table = run.table("stickiness");
        let found: Vec<i64> = table.counts("users").into_iter().map(u64::cast_signed).collect();
        assert_eq!(Some(found), list(&case["expected"]["data"]), "{}\n{}", case["id"], run.block());
        let periods: Vec<u64> = (1..=table.rows.len() as u64).collect();
        assert_eq!(table.counts("periods_active"), periods);
    }
}

/// A log of a few users over three weeks of May 2026, by a small generator: (user, day, channel).
fn random_log(seed: u64) -> Vec<(u64, u64, &'static str)> {
    let mut state = seed;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..80).map(|_| (draw(9), 1 + draw(21), ["", "ads", "mail"][usize::try_from(draw(3)).expect("small")])).collect()
}

/// Days of activity by user, with at least so many events.
fn days(log: &[(u64, u64, &str)], least: usize) -> BTreeMap<u64, BTreeSet<u64>> {
    let mut counts: BTreeMap<(u64, u64), usize> = BTreeMap::new();
    for (user, day, _) in log {
        *counts.entry((*user, *day)).or_default() += 1;
    }
    let mut days: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    for ((user, day), _) in counts.into_iter().filter(|(_, count)| *count >= least) {
        days.entry(user).or_default().insert(day);
    }
    days
}

const STATES: [&str; 4] = ["new", "returning", "resurrecting", "dormant"];

/// New, returning, resurrecting and dormant users of a day.
fn states(users: &BTreeMap<u64, BTreeSet<u64>>, day: u64) -> [u64; 4] {
    let mut counts = [0_u64; 4];
    for days in users.values() {
        let before = days.range(..day).next_back();
        let state = match (days.contains(&day), before) {
            (true, None) => 0,
            (true, Some(last)) if last + 1 == day => 1,
            (true, Some(_)) => 2,
            (false, Some(last)) if last + 1 == day => 3,
            (false, _) => continue,
        };
        counts[state] += 1;
    }
    counts
}

#[test]
fn a_naive_count_agrees() {
    for seed in 1..=12_u8 {
        let log = random_log(u64::from(seed));
        let mut csv = "user_id,event,timestamp,channel\n".to_owned();
        for (position, (user, day, channel)) in log.iter().enumerate() {
            csv.push_str(&format!(
                "u{user},e,2026-05-{day:02}T{:02}:{:02}:00Z,{channel}\n",
                position % 24,
                position % 60
            ));
        }
        let world = World::new();
        world.file("events.csv", csv);
        let least = 1 + usize::from(seed) % 2;
        let flags = format!(
            "lifecycle events.csv --every day --since 2026-05-04 --until 2026-05-20 --as-of 2026-05-21 \
             --min-occurrences {least} --format json"
        );
        let arguments: Vec<&str> = flags.split(' ').collect();
        let run = world.run(&arguments);
        let (table, users) = (run.table("lifecycle"), days(&log, least));
        for (row, day) in table.rows.iter().zip(4_u64..) {
            let expected = states(&users, day);
            let found = STATES.map(|column| row[column].as_u64().expect("a count"));
            assert_eq!(found, expected, "seed {seed}, day {day}\n{}", run.block());
            assert_eq!(row["active"].as_u64(), Some(expected[..3].iter().sum()));
        }
        assert_eq!(table.rows.len(), 17);
        let mut expected = [0_u64; 17];
        for days in users.values() {
            if let Some(place) = days.range(4..=20).count().checked_sub(1) {
                expected[place] += 1;
            }
        }
        assert_eq!(run.table("stickiness").counts("users"), expected, "seed {seed}");
        // Every user is in one group, so that the groups add up to all.
        let by_channel = world.run(&[arguments.as_slice(), &["--by", "channel", "--top", "1"]].concat());
        for column in STATES {
            let mut sums: BTreeMap<String, u64> = BTreeMap::new();
            for row in by_channel.table("lifecycle").rows {
                *sums.entry(row["period"].to_string()).or_default() += row[column].as_u64().expect("a count");
            }
            let whole: BTreeMap<String, u64> = table
                .rows
                .iter()
                .map(|row| (row["period"].to_string(), row[column].as_u64().expect("a count")))
                .collect();
            assert_eq!(sums, whole, "seed {seed} {column}");
        }
    }
}

#[test]
fn orders_are_activity_and_wrong_flags_are_refused() {
    let world = World::new();
    world.file("orders.csv", "customer_id,order_date,amount\na,2026-01-01,1\na,2026-03-02,1\nb,2026-02-02,1\n");
    world.file("events.csv", "user_id,event,timestamp\na,visit,2026-01-01\na,buy,2026-01-20\n");
    let run = world.run(&["lifecycle", "orders.csv", "--format", "json"]);
    let table = run.table("lifecycle");
    // By month: a is new in January, dormant in February, back in March; b is new in February and dormant in March.
    assert_eq!(table.counts("new"), [1, 1, 0]);
    assert_eq!(table.counts("resurrecting"), [0, 0, 1]);
    assert_eq!(table.counts("dormant"), [0, 1, 1]);
    assert!(run.note_codes().contains(&"immature".to_owned()), "March is not over");
    let only = world.run(&["lifecycle", "events.csv", "--activity", "buy", "--format", "json"]).table("lifecycle");
    assert_eq!((only.rows.len(), only.counts("new")), (1, vec![1]));
    let unknown = world.run(&["lifecycle", "events.csv", "--activity", "bye", "--format", "json"]);
    assert!(unknown.note_codes().contains(&"unknown_event".to_owned()));
    world.run(&["lifecycle", "orders.csv", "--activity", "x"]).expect_error(2, &["--activity names events"]);
    world.run(&["lifecycle", "events.csv", "--where-entry", "event = 'a'"]).expect_error(2, &["--where-entry"]);
    let crossed = ["lifecycle", "events.csv", "--min-occurrences", "3", "--max-occurrences", "2"];
    world.run(&crossed).expect_error(2, &["--max-occurrences"]);
    world.file("none.csv", "user_id,event,timestamp\n");
    world.run(&["lifecycle", "none.csv"]).expect(0);
}
