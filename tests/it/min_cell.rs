//! `--min-cell K`: small groups are hidden in every format, and nothing shown tells them.

use crate::world::{Run, World, repository};
use serde_json::Value;

/// Users of each channel who visit, and how many of them order.
const CHANNELS: [(&str, u64, u64); 4] = [("ads", 40, 20), ("mail", 30, 27), ("shop", 4, 2), ("web", 12, 12)];
const BY_CHANNEL: [&str; 8] =
    ["conversion", "log.csv", "--steps", "visit,order", "--by", "channel", "--window", "none"];

fn log() -> String {
    let mut log = "id,event,time,channel\n".to_owned();
    for (channel, visits, orders) in CHANNELS {
        for user in 0..visits {
            log.push_str(&format!("{channel}{user},visit,2026-01-01T00:00:00Z,{channel}\n"));
            if user < orders {
                log.push_str(&format!("{channel}{user},order,2026-01-02T00:00:00Z,{channel}\n"));
            }
        }
    }
    log
}

fn run(arguments: &[&str]) -> (World, Run) {
    let world = World::new();
    world.file("log.csv", log());
    let run = world.run(&[&BY_CHANNEL[..], &["--min-cell", "10"], arguments].concat());
    (world, run)
}

#[test]
fn small_groups_and_small_drops_are_hidden() {
    let (_world, run) = run(&["--format", "json"]);
    let steps = run.table("steps");
    let entered = |channel: &str| steps.only("channel", channel).column("entered");
    assert_eq!(entered("ads"), [40, 20].map(Value::from), "many went on and many stopped");
    // Three of 30 stopped: 27 would tell them.
    assert_eq!(entered("mail"), [Value::from(30), Value::Null]);
    // The small group, and the next smallest with it.
    assert_eq!(entered("shop"), [Value::Null, Value::Null]);
    assert_eq!(entered("web"), [Value::Null, Value::Null]);
    let overall = run.table("overall");
    assert_eq!(overall.only("channel", "mail").column("converted"), [Value::Null]);
    assert_eq!(overall.only("channel", "mail").column("rate"), [Value::Null]);
    assert_eq!(overall.only("channel", "ads").column("converted"), [Value::from(20)]);
    assert_eq!(overall.only("channel", "web").column("entered"), [Value::Null]);
    assert_eq!(run.json()["settings"]["min_cell"], 10);
    assert!(run.note_codes().contains(&"hidden_cells".to_owned()));
}

#[test]
fn every_format_hides_the_same() {
    for format in ["table", "markdown", "html", "csv"] {
        let (_world, run) = run(&["--format", format, "--quiet"]);
        let text = run.expect(0).text();
        // Of a page the tables and pictures: its style and its settings hold numbers of their own.
        let text = text.split_once("<main").map_or(text, |(_, body)| body);
        let text = text.split_once("<h3>How to read them").map_or(text, |(tables, _)| tables);
        for few in ["27", "0.9", "90.0", ">4<", ",4,"] {
            assert!(!text.contains(few), "{few}\n{}", run.block());
        }
        if format != "csv" {
            assert!(text.contains("hidden") && text.contains("Hidden: what fewer than 10 units"), "{}", run.block());
        }
    }
    let (_world, run) = run(&["--locale", "de"]);
    assert!(run.expect(0).text().contains("verborgen"), "{}", run.block());
}

#[test]
fn nothing_small_is_left_in_cohorts_and_channels() {
    let world = World::new();
    world.folder(&repository().join("examples/saas"));
    let shown = |value: &Value| value.as_f64().is_some_and(|count| count > 0.0 && count < 12.0);
    let run = world.run(&["cohort", "--min-cell", "12", "--format", "json"]);
    let (cohorts, pooled) = (run.table("cohorts"), run.table("pooled"));
    assert!(!cohorts.column("active").iter().any(shown), "{}", run.block());
    assert!(cohorts.column("active").contains(&Value::Null), "{}", run.block());
    // Where a cohort is hidden at an age, so is the sum over the cohorts at that age.
    for row in &cohorts.rows {
        let sum = pooled.rows.iter().find(|pooled| pooled["period"] == row["period"]);
        assert!(row["active"] != Value::Null || sum.is_none_or(|sum| sum["active"] == Value::Null), "{row}");
        let left = row["size"].as_f64().unwrap_or(0.0) - row["active"].as_f64().unwrap_or(0.0);
        assert!(row["active"] == Value::Null || !shown(&Value::from(left)), "{row}");
    }
    let run = world.run(&["attribution", "--min-cell", "5", "--format", "json"]);
    let credit = run.table("credit");
    let few = |value: &Value| value.as_f64().is_some_and(|count| count > 0.0 && count < 5.0);
    assert!(!credit.column("conversions").iter().any(few), "{}", run.block());
    assert!(credit.column("conversions").contains(&Value::Null), "{}", run.block());
}

#[test]
fn what_cannot_be_kept_is_refused() {
    let world = World::new();
    world.folder(&repository().join("examples/crm"));
    world.run(&["leads", "--min-cell", "10"]).expect_error(2, &["--min-cell cannot hold for leads", "one deal"]);
    world.run(&["pipeline", "--min-cell", "10"]).expect_error(2, &["--min-cell is not available for pipeline"]);
    world.run(&["conversion", "--min-cell", "0"]).expect_error(2, &["min-cell"]);
}
