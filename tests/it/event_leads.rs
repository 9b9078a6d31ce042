//! `funnel leads` of events: a log worked out by hand, and random logs on which every list must be as long as the number
//! of `funnel conversion` that it stands behind, group by group, with the same values.

use crate::reference_binary::Random;
use crate::world::World;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// a converts on the third day. b has signed up 20 days before the end: its window of 14 days is over. c has signed up
/// on the last day. d has only visited, and d's first name is given with a space, which is no part of the id. e never
/// visited.
const LOG: &str = "\
user_id,event,timestamp,channel,value
b,visit,2026-03-01 00:00:00,seo,
b,signup,2026-03-01 12:00:00,,7
a,visit,2026-03-05 00:00:00,ads,
a,signup,2026-03-06 00:00:00,,1.5
a,buy,2026-03-08 00:00:00,,20
 d,visit,2026-03-02 00:00:00,,
e,buy,2026-03-02 00:00:00,ads,9
c,visit,2026-03-20 00:00:00,ads,
c,signup,2026-03-21 00:00:00,,2
";

const ARGUMENTS: [&str; 7] = ["leads", "log.csv", "--steps", "visit,signup,buy", "--value", "value", "--format=json"];

fn world(log: &str) -> World {
    let world = World::new();
    world.file("log.csv", log);
    world
}

#[test]
fn lists_name_the_users_with_their_times() {
    let world = world(LOG);
    let list = |more: &[&str]| world.run(&[&ARGUMENTS[..], more].concat()).table("leads");
    // The longest underway first: b since 20 days, d since 19; a took 3, c is on its way since 1.
    assert_eq!(list(&["--reached", "1"]).texts("id"), ["b", "d", "a", "c"]);
    let converted = list(&["--reached", "buy"]);
    let row = &converted.rows[0];
    assert_eq!(converted.rows.len(), 1);
    assert_eq!((row["id"].as_str(), row["step"].as_u64(), row["name"].as_str()), (Some("a"), Some(3), Some("buy")));
    assert_eq!(row["status"], "converted");
    assert_eq!(
        (row["entered"].as_str(), row["last"].as_str()),
        (Some("2026-03-05T00:00:00Z"), Some("2026-03-08T00:00:00Z"))
    );
    assert_eq!((row["elapsed"].as_f64(), row["value"].as_f64()), (Some(3.0 * 86_400.0), Some(20.0)));
    let dropped = list(&["--dropped-at", "signup", "--by", "channel"]);
    assert_eq!((dropped.texts("id"), dropped.texts("channel")), (vec!["b".to_owned()], vec!["seo".to_owned()]));
    assert_eq!(dropped.texts("status"), ["dropped"]);
    // To the as-of time, which is the last of the log.
    assert_eq!(dropped.numbers("elapsed"), [Some(20.0 * 86_400.0)]);
    assert_eq!(dropped.numbers("value"), [Some(7.0)]);
    let unknown = list(&["--dropped-at", "1", "--by", "channel"]);
    assert_eq!((unknown.texts("id"), unknown.column("channel")), (vec!["d".to_owned()], vec![Value::Null]));
    assert_eq!(list(&["--open-at", "2"]).texts("id"), ["c"]);
    assert!(list(&["--open-at", "1"]).rows.is_empty());
    // Nobody who stopped has dropped where there is no window.
    assert_eq!(list(&["--open-at", "2", "--window", "none"]).texts("id"), ["b", "c"]);
}

#[test]
fn a_limit_cuts_and_says_so() {
    let world = world(LOG);
    let run = world.run(&[&ARGUMENTS[..], &["--reached", "1", "--limit", "2"]].concat());
    assert_eq!(run.table("leads").texts("id"), ["b", "d"]);
    assert!(run.note_codes().contains(&"beyond_limit".to_owned()), "{}", run.block());
}

#[test]
fn what_a_list_of_events_cannot_be_asked() {
    let world = world(LOG);
    let run = |more: &[&str]| world.run(&[&ARGUMENTS[..], more].concat());
    run(&[]).expect_error(2, &["which rows?", "--open-at STEP", "visit, signup, buy"]);
    run(&["--stuck"]).expect_error(2, &["--stuck is for deals"]);
    run(&["--reached", "sign"]).expect_error(2, &["no step is called `sign`", "signup"]);
    run(&["--reached", "4"]).expect_error(2, &["no step is called `4`"]);
    run(&["--reached", "2", "--every", "week"]).expect_error(2, &["--every", "--since"]);
    run(&["--reached", "2", "--hold", "channel"]).expect_error(2, &["--hold"]);
    run(&["--dropped-at", "signup", "--optional", "signup"]).expect_error(2, &["optional"]);
    world.run(&["leads", "log.csv", "--reached", "1"]).expect_error(2, &["which steps?"]);
    world.file("deals.csv", "deal_id,created,stage\nd1,2026-01-01,Demo\n");
    world.run(&["leads", "deals.csv", "--order", "any"]).expect_error(2, &["--order is for events"]);
}

#[test]
fn the_defaults_of_conversion_hold_for_its_lists() {
    let world = world(LOG);
    world.file("funnel.toml", "[conversion]\nwindow = \"none\"\nevery = \"week\"\n");
    assert_eq!(world.run(&[&ARGUMENTS[..], &["--open-at", "2"]].concat()).table("leads").texts("id"), ["b", "c"]);
}

/// Seven hundred events of eighty users in three weeks, to the full hour so that many are of one moment.
fn random_log(seed: u64) -> Vec<String> {
    let mut random = Random(seed);
    let mut below = |bound: u64| random.below(bound);
    let mut rows = Vec::new();
    for _ in 0..700 {
        let event = ["visit", "signup", "view", "cart", "buy"][usize::try_from(below(5)).expect("small")];
        let channel = ["ads", "seo", "", "mail"][usize::try_from(below(4)).expect("small")];
        let (unit, day, hour, value) = (below(80), 1 + below(21), below(24), below(500));
        rows.push(format!("u{unit:02},{event},2026-03-{day:02} {hour:02}:00:00,{channel},{value}"));
    }
    rows
}

fn text(rows: &[String]) -> String {
    let mut text = "user_id,event,timestamp,channel,value\n".to_owned();
    for row in rows {
        writeln!(text, "{row}").expect("a text");
    }
    text
}

/// Ways of counting, each with breakdowns; the number of steps comes first.
const WAYS: [(usize, &[&str]); 8] = [
    (3, &["--steps", "visit,signup,buy", "--window", "3d"]),
    (3, &["--steps", "visit,signup,buy", "--window", "none", "--by", "channel"]),
    (3, &["--steps", "visit,signup|view,buy", "--order", "any", "--window", "2d", "--by", "channel"]),
    (2, &["--steps", "visit,cart", "--order", "strict", "--window", "5d"]),
    (3, &["--steps", "view,view,cart", "--ties", "strict", "--since", "2026-03-05", "--until", "2026-03-12"]),
    (2, &["--steps", "visit,buy", "--window", "1d", "--count", "attempts", "--by", "channel"]),
    (3, &["--steps", "visit,signup,buy", "--exclude", "cart", "--window", "4d", "--entry", "first"]),
    (2, &["--steps", "visit,buy", "--window", "6d", "--by", "channel", "--attribution", "step:2"]),
];

fn by_group(rows: &[Value], pick: impl Fn(&Value) -> f64) -> BTreeMap<String, f64> {
    let mut groups = BTreeMap::new();
    for row in rows {
        let group = row.get("channel").map_or("", |value| value.as_str().unwrap_or("(none)"));
        *groups.entry(group.to_owned()).or_insert(0.0) += pick(row);
    }
    groups.retain(|_, sum| *sum != 0.0);
    groups
}

#[test]
fn lists_are_as_long_as_the_numbers_of_conversion() {
    for seed in [3, 2026] {
        let world = world(&text(&random_log(seed)));
        for (steps, way) in WAYS {
            let common = [way, &["--value", "value", "--format", "json"]].concat();
            let numbers = world.run(&[&["conversion", "log.csv", "--top", "99"], &common[..]].concat()).table("steps");
            for step in 1..=steps {
                let expected: Vec<Value> = numbers.rows.iter().filter(|row| row["step"] == step).cloned().collect();
                for (flag, column) in [("--reached", "entered"), ("--dropped-at", "dropped"), ("--open-at", "open")] {
                    let number = step.to_string();
                    let arguments = [&["leads", "log.csv", "--limit", "100000", flag, &number], &common[..]].concat();
                    let found = world.run(&arguments).table("leads");
                    let what = format!("{seed} {way:?} {flag} {step}");
                    let number = |row: &Value| row[column].as_f64().unwrap_or(0.0);
                    assert_eq!(by_group(&found.rows, |_| 1.0), by_group(&expected, number), "{what}");
                    if flag == "--reached" {
                        let value = |row: &Value| row["value"].as_f64().unwrap_or(0.0);
                        assert_eq!(by_group(&found.rows, value), by_group(&expected, value), "{what}");
                    }
                    let stays = |row: &&Value| flag == "--reached" || row["step"] == step;
                    assert!(found.rows.iter().all(|row| stays(&row)), "{what}");
                }
            }
        }
    }
}

#[test]
fn a_list_is_the_same_whatever_the_order_of_the_rows() {
    let rows = random_log(11);
    let reversed: Vec<String> = rows.iter().rev().cloned().collect();
    let way = ["leads", "log.csv", "--steps", "visit,signup", "--reached", "1", "--by", "channel", "--format", "csv"];
    for limit in ["7", "1000"] {
        let run = |rows: &[String]| world(&text(rows)).run(&[&way[..], &["--limit", limit]].concat()).stdout;
        assert!(!run(&rows).is_empty());
        assert_eq!(run(&rows), run(&reversed), "{limit}");
    }
}
