//! `funnel paths`: the published cases by the library, hand-worked journeys through the program, and a naive count.

use crate::world::{Table, World, shared};
use funnel::engine::paths::journey::{Rules, Stop, journeys};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The edges of a published case: place in the path and name on both sides, and how often.
fn edges(case: &Value) -> BTreeMap<(String, String), u64> {
    let config = &case["config"];
    assert_eq!((&config["session_gap"], &config["node"]), (&Value::from("30 minutes"), &Value::from("name")));
    let clean = |name: &str| if name.len() > 1 { name.trim_end_matches('/').to_owned() } else { name.to_owned() };
    let mut names: Vec<String> = Vec::new();
    let mut by_user: BTreeMap<&str, Vec<Stop>> = BTreeMap::new();
    let mut number = |name: &str| {
        let name = clean(name);
        names.iter().position(|known| *known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        })
    };
    for event in case["events"].as_array().expect("events") {
        let time = chrono::DateTime::parse_from_rfc3339(event["ts"].as_str().expect("a time")).expect("a time");
        let node = u8::try_from(number(event["props"]["name"].as_str().expect("a name"))).expect("few");
        let stop = Stop { time: time.timestamp_micros(), node, may_begin: true };
        by_user.entry(event["user"].as_str().expect("a user")).or_default().push(stop);
    }
    let start = config["start"].as_str().map(|name| u8::try_from(number(name)).expect("few"));
    let most = usize::try_from(config["max_steps"].as_u64().expect("a number")).expect("small");
    let rules = Rules { gap: Some(30 * 60 * 1_000_000), start, end: None };
    let mut edges = BTreeMap::new();
    for stops in by_user.values() {
        journeys(stops, rules, &mut Vec::new(), &mut |journey| {
            let told = journey.stops.iter().take(most).zip(1..);
            let places: Vec<String> =
                told.map(|(stop, place)| format!("{place}_{}", names[usize::from(stop.node)])).collect();
            for pair in places.windows(2) {
                *edges.entry((pair[0].clone(), pair[1].clone())).or_default() += 1;
            }
        });
    }
    edges
}

#[test]
fn published_edges() {
    let Some(path) = shared("cases/funnel_cases.json") else { return };
    let all: Value = serde_json::from_slice(&fs::read(path).expect("the cases")).expect("JSON");
    let all = all.as_array().or_else(|| all["cases"].as_array()).expect("a list of cases");
    let cases: Vec<&Value> = all.iter().filter(|case| case["kind"] == "paths").collect();
    assert_eq!(cases.len(), 3);
    for case in cases {
        let text = |edge: &Value, place: usize| edge[place].as_str().expect("a place").to_owned();
        let expected: BTreeMap<(String, String), u64> = (case["expected"]["edges"].as_array().expect("edges").iter())
            .map(|edge| ((text(edge, 0), text(edge, 1)), edge[2].as_u64().expect("a count")))
            .collect();
        assert_eq!(edges(case), expected, "{}", case["id"]);
    }
}

/// Rows as texts: the named cells, as JSON writes them.
fn rows(table: &Table, columns: &[&str]) -> Vec<String> {
    let cell = |row: &Value, column: &&str| match &row[*column] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    table.rows.iter().map(|row| columns.iter().map(|column| cell(row, column)).collect::<Vec<_>>().join(" ")).collect()
}

/// ann visits, signs up, looks at help and buys; bob visits, looks at help twice and leaves; cid visits, comes back an
/// hour later and buys at once (a skip), and looks back at sign-up; dan has only just visited.
const EVENTS: &str = "user_id,event,timestamp
ann,visit,2026-01-01T10:00:00Z
ann,signup,2026-01-01T10:01:00Z
ann,help,2026-01-01T10:02:00Z
ann,buy,2026-01-01T10:04:00Z
bob,visit,2026-01-01T10:00:00Z
bob,help,2026-01-01T10:10:00Z
bob,help,2026-01-01T10:20:00Z
cid,visit,2026-01-01T10:00:00Z
cid,buy,2026-01-01T11:00:00Z
cid,signup,2026-01-01T11:05:00Z
dan,visit,2026-01-01T11:30:00Z
";

fn paths(flags: &str) -> crate::world::Run {
    let world = World::new();
    world.file("events.csv", EVENTS);
    let line = format!("paths events.csv --format json {flags}");
    world.run(&line.split_whitespace().collect::<Vec<_>>())
}

#[test]
fn moves_skips_and_moves_back() {
    let run = paths("--steps visit,signup,buy --session-gap none");
    // From each stop in the order of the steps, then by name; equally frequent moves likewise, ends last.
    let moves = rows(&run.table("transitions"), &["from", "to", "moves", "units", "share", "time_median", "kind"]);
    let expected = [
        "(start) visit 4 4 1 null null",
        "visit signup 1 1 0.25 60 next",
        "visit buy 1 1 0.25 3600 skip",
        "visit help 1 1 0.25 600 null",
        "visit (open) 1 1 0.25 null null",
        "signup help 1 1 0.5 60 null",
        "signup (open) 1 1 0.5 null null",
        "buy signup 1 1 0.5 300 back",
        "buy (open) 1 1 0.5 null null",
        "help buy 1 1 0.5 120 null",
        "help (open) 1 1 0.5 null null",
    ];
    assert_eq!(moves, expected);
    let taken = rows(&run.table("paths"), &["path", "units", "share", "converted", "journeys"]);
    let expected = [
        "visit 1 0.25 0 1",
        "visit > signup > help > buy 1 0.25 1 1",
        "visit > buy > signup 1 0.25 1 1",
        "visit > help 1 0.25 0 1",
    ];
    assert_eq!(taken, expected);
    // ann and cid came to the last step.
    let instead = rows(&run.table("instead"), &["step", "name", "to", "units", "share"]);
    assert_eq!(instead, ["1 visit help 1 0.5", "1 visit (open) 1 0.5"]);
}

/// cid's hour is a pause of 30 minutes and more; at 11:30 that is over for ann and bob, not for cid and dan.
#[test]
fn a_pause_ends_a_journey_and_the_last_may_be_open() {
    let run = paths("--steps visit,signup,buy");
    let table = run.table("transitions");
    let ends: Vec<String> = rows(&table, &["from", "to", "moves"])
        .into_iter()
        .filter(|row| row.contains(" (end)") || row.contains(" (open)"))
        .collect();
    assert_eq!(ends, ["visit (open) 1", "visit (end) 1", "signup (open) 1", "buy (end) 1", "help (end) 1"]);
    let columns = ["path", "units", "share", "converted", "journeys"];
    let taken = rows(&run.table("paths"), &columns);
    let expected = [
        "visit 2 0.5 0 2",
        "visit > signup > help > buy 1 0.25 1 1",
        "visit > help 1 0.25 0 1",
        "buy > signup 1 0.25 1 1",
    ];
    assert_eq!(taken, expected);
    assert!(run.note_codes().contains(&"several_journeys".to_owned()));
    // ann, bob and cid stand behind the other paths.
    let top = rows(&paths("--steps visit,signup,buy --top 1").table("paths"), &columns);
    assert_eq!(top, ["visit 2 0.5 0 2", "(other) 3 0.75 2 3"]);
}

#[test]
fn anchors_caps_and_rare_names() {
    let columns = ["path", "units", "share", "converted"];
    let taken = |flags: &str| rows(&paths(flags).table("paths"), &columns);
    assert_eq!(taken("--start signup --end buy"), ["signup 1 0.5 0", "signup > help > buy 1 0.5 1"]);
    // Without an order the stops come by name.
    let cut = taken("--max-steps 2 --session-gap none");
    let expected = [
        "visit 1 0.25 null",
        "visit > buy > ... 1 0.25 null",
        "visit > help 1 0.25 null",
        "visit > signup > ... 1 0.25 null",
    ];
    assert_eq!(cut, expected);
    let run = paths("--nodes 1");
    assert_eq!(
        rows(&run.table("paths"), &columns),
        ["visit 2 0.5 null", "visit > (other) 2 0.5 null", "(other) 1 0.25 null"]
    );
    assert!(run.note_codes().contains(&"nodes_merged".to_owned()));
    let filtered = taken("--since 2026-01-01T11:00:00Z");
    assert_eq!(filtered, ["buy > signup 1 0.5 null", "visit 1 0.5 null"]);
}

#[test]
fn histories_have_an_order_and_ends() {
    let world = World::new();
    world.file(
        "stages.csv",
        "deal_id,stage,timestamp\n1,Lead,2026-01-01\n1,Demo,2026-01-05\n1,Lead,2026-01-07\n1,Demo,2026-01-10\n\
         1,Won,2026-01-20\n2,Lead,2026-01-02\n2,Won,2026-01-12\n3,Lead,2026-01-03\n3,Demo,2026-01-08\n\
         3,Lost,2026-01-09\n4,Lead,2026-01-20\n",
    );
    let run = world.run(&["paths", "--history", "stages.csv", "--format", "json"]);
    assert!(run.note_codes().contains(&"steps_inferred".to_owned()));
    let moves = rows(&run.table("transitions"), &["from", "to", "moves", "units", "share", "time_median", "kind"]);
    // From Lead to Demo in 4, 3 and 5 days; deal 1 went back after 2. Won and lost deals are at their end.
    let expected = [
        "(start) Lead 4 4 1 null null",
        "Lead Demo 3 2 0.6 345600 next",
        "Lead Won 1 1 0.2 864000 skip",
        "Lead (open) 1 1 0.2 null null",
        "Demo Lead 1 1 0.3333333333333333 172800 back",
        "Demo Won 1 1 0.3333333333333333 864000 next",
        "Demo Lost 1 1 0.3333333333333333 86400 null",
        "Won (end) 2 2 1 null null",
        "Lost (end) 1 1 1 null null",
    ];
    assert_eq!(moves, expected);
    let instead = rows(&run.table("instead"), &["name", "to", "units"]);
    assert_eq!(instead, ["Lead (open) 1", "Demo Lost 1"]);
    let converted: u64 = run.table("paths").counts("converted").iter().sum();
    assert_eq!(converted, 2);
}

#[test]
fn groups_and_wrong_flags() {
    let world = World::new();
    world.file(
        "events.csv",
        "user_id,event,timestamp,channel,page\na,x,2026-01-01T10:00:00Z,,/\na,y,2026-01-01T10:01:00Z,ads,/b\n\
         b,x,2026-01-01T10:00:00Z,mail,/\nc,x,2026-01-01T10:00:00Z,ads,\nd,x,2026-01-01T10:00:00Z,,/\n",
    );
    let run = world.run(&["paths", "events.csv", "--by", "channel", "--top", "1", "--format", "json"]);
    let taken = rows(&run.table("paths"), &["channel", "path", "units"]);
    // a and c are of ads (a by its first value that is not empty); one path of the two is shown.
    assert_eq!(taken, ["ads x 1", "ads (other) 1", "(other) x 1", "(none) x 1"]);
    let pages = world.run(&["paths", "events.csv", "--node", "page", "--format", "json"]);
    assert_eq!(rows(&pages.table("paths"), &["path", "units"]), ["/ 2", "/ > /b 1"]);
    world.run(&["paths", "events.csv", "--every", "week"]).expect_error(2, &["--every"]);
    world.run(&["paths", "events.csv", "--max-steps", "16"]).expect_error(2, &["1 to 15"]);
    world.run(&["paths", "events.csv", "--node", "pag"]).expect_error(3, &["page"]);
    let unknown = world.run(&["paths", "events.csv", "--start", "z", "--format", "json"]);
    assert!(unknown.note_codes().contains(&"unknown_step".to_owned()));
    assert_eq!(unknown.table("paths").rows.len(), 0);
    world.file("none.csv", "user_id,event,timestamp\n");
    world.run(&["paths", "none.csv"]).expect(0);
}

/// Moves of random logs by a plain loop: sort, cut at pauses, drop repeats, count neighbours.
#[test]
fn a_naive_count_agrees() {
    for seed in 1_u64..=8 {
        let mut state = seed;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut csv = "user_id,event,timestamp\n".to_owned();
        let mut log: BTreeMap<u64, BTreeMap<u64, &str>> = BTreeMap::new();
        for _ in 0..150 {
            let (user, minute, name) =
                (draw(12), draw(600), ["a", "b", "c", "d"][usize::try_from(draw(4)).expect("small")]);
            log.entry(user).or_default().insert(minute, name);
        }
        for (user, events) in &log {
            for (minute, name) in events.iter().rev() {
                csv.push_str(&format!("{user},{name},2026-01-01T{:02}:{:02}:00Z\n", minute / 60, minute % 60));
            }
        }
        let mut expected: BTreeMap<(String, String), (u64, BTreeSet<u64>)> = BTreeMap::new();
        for (user, events) in &log {
            let mut before: Option<(u64, &str)> = None;
            for (minute, name) in events {
                let from = before.filter(|(last, _)| minute - last <= 45).map_or("(start)", |(_, name)| name);
                if from != *name {
                    let moves = expected.entry((from.to_owned(), (*name).to_owned())).or_default();
                    moves.0 += 1;
                    moves.1.insert(*user);
                }
                before = Some((*minute, name));
            }
        }
        let world = World::new();
        world.file("events.csv", csv);
        let run = world.run(&["paths", "events.csv", "--session-gap", "45m", "--format", "json"]);
        let found: BTreeSet<String> = rows(&run.table("transitions"), &["from", "to", "moves", "units"])
            .into_iter()
            .filter(|row| !row.contains(" (end)") && !row.contains(" (open)"))
            .collect();
        let expected: BTreeSet<String> = expected
            .into_iter()
            .map(|((from, to), (moves, units))| format!("{from} {to} {moves} {}", units.len()))
            .collect();
        assert_eq!(found, expected, "seed {seed}");
    }
}
