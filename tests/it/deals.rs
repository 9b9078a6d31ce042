//! `cycle`, `pipeline` and `leads`: a history worked out by hand, random histories against plain loops, the waterfall,
//! and the Maven CRM against its published reference.

use crate::world::{World, shared};
use serde_json::Value;
use std::collections::BTreeMap;

const DAY: f64 = 86_400.0;

/// d1 goes straight through. d2 skips B, moves back to it and is lost. d3 is lost at A, comes back, and is lost at B.
/// d4 skips B and stands at C.
const HISTORY: &str = "\
deal_id,stage,date
d1,A,2024-01-01
d1,B,2024-01-03
d1,C,2024-01-06
d1,Won,2024-01-10
d2,A,2024-01-01
d2,C,2024-01-05
d2,B,2024-01-07
d2,Lost,2024-01-08
d3,A,2024-01-02
d3,Lost,2024-01-03
d3,A,2024-01-06
d3,B,2024-01-08
d3,Lost,2024-01-09
d4,A,2024-01-05
d4,C,2024-01-06
";

fn history() -> World {
    let world = World::new();
    world.file("history.csv", HISTORY);
    world
}

const ARGUMENTS: [&str; 6] = ["--history", "history.csv", "--steps", "A,B,C", "--format", "json"];

#[test]
fn every_entry_into_a_stage_is_accounted_for() {
    let world = history();
    let run = world.run(&[&["cycle"][..], &ARGUMENTS].concat());
    let stages = run.table("stages");
    assert_eq!(stages.texts("stage"), ["A", "B", "C"]);
    assert_eq!(stages.counts("entered"), [5, 3, 3]);
    assert_eq!(stages.counts("running"), [0, 0, 1]);
    assert_eq!(stages.counts("advanced"), [4, 1, 1]);
    assert_eq!(stages.counts("lost"), [1, 2, 0]);
    assert_eq!(stages.counts("back"), [0, 0, 1]);
    // d4 stands at C and never was at B; d2 came back to it.
    assert_eq!(stages.counts("skipped"), [0, 1, 0]);
    // Time per deal: A 2, 4, 1 + 2, 1; B 3, 1, 1; C 4, 2 and 4 still running, so of the survival curve:
    // 2/3 after 2 days, 1/3 after 4; the mean up to 4 days is 2 + 2 x 2/3.
    let days = |column: &str| -> Vec<Option<f64>> {
        stages
            .numbers(column)
            .into_iter()
            .map(|seconds| seconds.map(|seconds| (seconds / DAY * 1e6).round() / 1e6))
            .collect()
    };
    assert_eq!(days("median"), [Some(2.5), Some(1.0), Some(4.0)]);
    assert_eq!(days("p25"), [Some(1.75), Some(1.0), Some(2.0)]);
    assert_eq!(days("p75"), [Some(3.25), Some(2.0), None]);
    assert_eq!(days("mean"), [Some(2.5), Some(1.666_667), Some(3.333_333)]);
    let returns = run.table("returns");
    assert_eq!(returns.counts("entered_again"), [1, 0, 0]);
    assert_eq!(returns.counts("recycled"), [1, 1, 0]);
}

#[test]
fn open_deals_are_waiting_and_not_lost() {
    let run = history().run(&[&["cycle"][..], &ARGUMENTS].concat());
    let cycle = run.table("cycle");
    assert_eq!(cycle.texts("outcome"), ["won", "lost", "closed"]);
    assert_eq!(cycle.counts("n"), [1, 2, 3]);
    // Won after 9 days; lost after 7 and 7.
    assert_eq!(cycle.numbers("median"), [9.0, 7.0, 7.0].map(|days| Some(days * DAY)));
    // At 5 days d4 leaves observation; two of three end at 7, the last at 9.
    let incidence = run.table("incidence");
    assert_eq!(incidence.numbers("time"), [5.0, 7.0, 9.0].map(|days| Some(days * DAY)));
    let shares = |column: &str| -> Vec<f64> { incidence.numbers(column).into_iter().map(Option::unwrap).collect() };
    for (found, expected) in shares("lost").into_iter().zip([0.0, 2.0 / 3.0, 2.0 / 3.0]) {
        assert!((found - expected).abs() < 1e-12);
    }
    for (found, expected) in shares("won").into_iter().zip([0.0, 0.0, 1.0 / 3.0]) {
        assert!((found - expected).abs() < 1e-12);
    }
}

#[test]
fn from_one_stage_to_another() {
    let arguments = [&["cycle"][..], &ARGUMENTS, &["--from", "A", "--to", "C"]].concat();
    let run = history().run(&arguments);
    let handed = run.table("handoff");
    // All four stood at A; d1, d2 and d4 came to C, d2 went back from there, d3 came back after a loss.
    let of = |column: &str| handed.counts(column)[0];
    assert_eq!([of("passed"), of("accepted"), of("lost"), of("won"), of("open")], [4, 3, 1, 0, 0]);
    assert_eq!([of("returned"), of("recycled")], [1, 1]);
    assert_eq!(run.table("cycle").counts("n"), [3, 1, 4]);
}

#[test]
fn lists_name_the_deals() {
    let world = history();
    let ids = |more: &[&str]| world.run(&[&["leads"][..], &ARGUMENTS, more].concat()).table("leads").texts("id");
    assert_eq!(ids(&["--open-at", "C"]), ["d4"]);
    assert_eq!(ids(&["--dropped-at", "B"]), ["d2", "d3"]);
    assert_eq!(ids(&["--reached", "b", "--limit", "1"]).len(), 1);
    assert_eq!(ids(&["--stuck", "--stuck-after", "3d"]), ["d4"]);
    // Four days are not more than four days.
    assert!(ids(&["--stuck", "--stuck-after", "4d"]).is_empty());
    let refused = world.run(&[&["leads"][..], &ARGUMENTS, &["--open-at", "CC"]].concat());
    refused.expect_error(2, &["no stage is called `CC`", "A, B, C"]);
}

/// With stage-date columns a deal stands at the first stage from its creation: those lost there count there.
#[test]
fn deals_lost_before_any_stage_date_count_at_the_first_stage() {
    let world = World::new();
    let mut csv = "deal_id,created,status,closed,Qualified\n".to_owned();
    for deal in 0..30 {
        // Ten are lost without a date, eight of the others are lost later, twelve are won.
        let (status, qualified) = match deal {
            0..10 => ("Lost", ""),
            10..18 => ("Lost", "2024-01-05"),
            _ => ("Won", "2024-01-06"),
        };
        csv += &format!("x{deal},2024-01-01,{status},2024-01-20,{qualified}\n");
    }
    world.file("deals.csv", csv);
    let stages = ["--stage-date", "Qualified=Qualified", "--steps", "Lead,Qualified", "--format", "json"];
    let table = world.run(&[&["pipeline", "deals.csv"][..], &stages].concat()).table("stages");
    assert_eq!(table.counts("n"), [30, 20]);
    assert_eq!(table.numbers("win_rate"), [Some(0.4), Some(0.6)]);
    let entered = world.run(&[&["cycle", "deals.csv"][..], &stages].concat()).table("stages");
    assert_eq!(entered.counts("entered"), [30, 20]);
    assert_eq!(entered.counts("lost"), [10, 8]);
    assert_eq!(entered.counts("advanced"), [20, 12]);
}

#[test]
fn the_waterfall_adds_up() {
    let world = World::new();
    let header = "deal_id,created,status,amount,close_date\n";
    let before = "x1,2024-01-01,Proposal,100,2024-02-01\nx2,2024-01-01,Proposal,200,2024-02-01\n\
                  x3,2024-01-01,Proposal,300,2024-02-01\nx4,2024-01-01,Won,50,2024-01-05\n";
    let after = "x1,2024-01-01,Proposal,150,2024-03-01\nx2,2024-01-01,Won,200,2024-01-20\nx4,2024-01-01,Won,50,2024-01-05\n\
                 x5,2024-01-15,Proposal,70,2024-02-01\nx6,2024-01-16,Lost,10,2024-01-18\n";
    world.file("before.csv", format!("{header}{before}")).file("after.csv", format!("{header}{after}"));
    let run = world.run(&["pipeline", "after.csv", "--previous", "before.csv", "--format", "json"]);
    let table = run.table("waterfall");
    let rows: BTreeMap<String, (u64, f64)> = table
        .texts("item")
        .into_iter()
        .zip(table.counts("deals").into_iter().zip(table.numbers("value")))
        .map(|(item, (deals, value))| (item, (deals, value.expect("a value"))))
        .collect();
    for (item, deals, value) in [
        ("start", 3, 600.0),
        ("new", 2, 80.0),
        ("reopened", 0, 0.0),
        ("value up", 1, 50.0),
        ("value down", 0, 0.0),
        ("won", 1, 200.0),
        ("lost", 1, 10.0),
        ("gone", 1, 300.0),
        ("end", 2, 220.0),
        ("slipped", 1, 150.0),
        ("pulled in", 0, 0.0),
    ] {
        assert_eq!(rows[item], (deals, value), "{item}");
    }
}

/// A generator of its own, so that the data are the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Random walks over four stages with skips, moves back, losses and returns, one change a second.
fn walks(random: &mut Random) -> Vec<Vec<(u64, usize)>> {
    (0..400)
        .map(|_| {
            let mut time = random.below(1_000);
            let mut walk = Vec::new();
            for _ in 0..=random.below(7) {
                // 4 is lost, 5 is won; what repeats the place before is one stay.
                walk.push((time, usize::try_from(random.below(6)).unwrap()));
                time += 1 + random.below(5_000);
            }
            walk
        })
        .collect()
}

#[test]
fn random_histories_balance_at_every_stage() {
    const NAMES: [&str; 6] = ["S1", "S2", "S3", "S4", "Lost", "Won"];
    let walks = walks(&mut Random(7));
    let mut csv = "deal_id,stage,timestamp\n".to_owned();
    for (deal, walk) in walks.iter().enumerate() {
        for (time, place) in walk {
            let (minute, second) = (time / 60 % 60, time % 60);
            let (day, hour) = (1 + time / 86_400, time / 3_600 % 24);
            csv += &format!("d{deal},{},2024-01-{day:02}T{hour:02}:{minute:02}:{second:02}Z\n", NAMES[*place]);
        }
    }
    let world = World::new();
    world.file("history.csv", csv);
    let run = world.run(&["cycle", "--history", "history.csv", "--steps", "S1,S2,S3,S4", "--format", "json"]);
    let table = run.table("stages");
    let columns = ["entered", "running", "advanced", "lost", "back"].map(|column| table.counts(column));
    let mut expected = [[0_u64; 5]; 4];
    for walk in &walks {
        let mut places: Vec<usize> = walk.iter().map(|(_, place)| *place).collect();
        places.dedup();
        for (position, place) in places.iter().enumerate().filter(|(_, place)| **place < 4) {
            expected[*place][0] += 1;
            let end = match places.get(position + 1) {
                None => 1,
                Some(4) => 3,
                Some(next) if next < place => 4,
                Some(_) => 2,
            };
            expected[*place][end] += 1;
        }
    }
    for stage in 0..4 {
        let found = columns.clone().map(|column| column[stage]);
        assert_eq!(found, expected[stage], "stage {stage}");
        assert_eq!(found[0], found[1..].iter().sum::<u64>(), "stage {stage}");
    }
}

fn reference() -> Option<Value> {
    let path = shared("data/maven_crm/reference.json")?;
    serde_json::from_slice(&std::fs::read(path).expect("the reference")).ok()
}

fn maven(command: &str, more: &[&str]) -> Option<crate::world::Run> {
    let path = shared("data/maven_crm/sales_pipeline.csv")?;
    let path = path.to_string_lossy();
    let arguments = [&[command, &path, "--format", "json"][..], more].concat();
    Some(World::new().run(&arguments))
}

fn near(found: Option<f64>, expected: &Value, tolerance: f64, what: &str) {
    let expected = expected.as_f64().unwrap_or_else(|| panic!("{what}: no number"));
    let found = found.unwrap_or_else(|| panic!("{what}: nothing"));
    assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{what}: {found} is not {expected}");
}

#[test]
fn maven_cycles() {
    let Some(reference) = reference() else { return };
    let table = maven("cycle", &[]).expect("the data").table("cycle");
    for (row, block) in ["cycle_won", "cycle_lost"].into_iter().enumerate() {
        let block = &reference["overall"][block];
        assert_eq!(table.counts("n")[row], block["n"].as_u64().unwrap());
        for (column, key) in [
            ("mean", "mean"),
            ("p10", "p10"),
            ("p25", "p25"),
            ("median", "p50"),
            ("p75", "p75"),
            ("p90", "p90"),
            ("max", "max"),
        ] {
            near(table.numbers(column)[row].map(|seconds| seconds / DAY), &block[key], 1e-6, column);
        }
    }
}

#[test]
fn maven_survival_and_incidence() {
    let Some(reference) = reference() else { return };
    let run = maven("cycle", &[]).expect("the data");
    let survival = run.table("survival");
    for (outcome, block) in [("closed", "km_any_close"), ("won", "km_won_lost_censored")] {
        let curve = survival.only("outcome", outcome);
        for (day, expected) in reference["survival"][block]["survival"].as_object().expect("days") {
            let at = at_day(&curve.numbers("time"), day);
            near(curve.numbers("survival")[at], expected, 1e-6, &format!("{outcome} {day}"));
        }
    }
    let incidence = run.table("incidence");
    for (column, block) in [("won", "cif_won"), ("lost", "cif_lost")] {
        for (day, expected) in reference["survival"][block].as_object().expect("days") {
            let at = at_day(&incidence.numbers("time"), day);
            near(incidence.numbers(column)[at], expected, 1e-6, &format!("{column} {day}"));
        }
    }
    let median = run.table("median").only("outcome", "closed");
    assert_eq!(
        ["median", "low", "high"].map(|column| median.numbers(column)[0]),
        [69.0, 67.0, 70.0].map(|days| Some(days * DAY))
    );
}

/// The row of the last time up to a day.
fn at_day(times: &[Option<f64>], day: &str) -> usize {
    let day: f64 = day.parse().expect("a day");
    times.iter().rposition(|time| time.is_some_and(|time| time <= day * DAY)).expect("a time")
}

#[test]
fn maven_products_do_not_take_equally_long() {
    if reference().is_none() {
        return;
    }
    let test = maven("cycle", &["--by", "product"]).expect("the data").table("logrank");
    // Published with the design: chi-square 14.1898560, 6 degrees, p .0275858.
    assert!((test.numbers("chi_square")[0].unwrap() - 14.189_856_0).abs() < 1e-6);
    assert_eq!(test.counts("degrees"), [6]);
    assert!((test.numbers("p_value")[0].unwrap() - 0.027_585_8).abs() < 1e-6);
}

#[test]
fn maven_pipeline() {
    let Some(reference) = reference() else { return };
    let run = maven("pipeline", &[]).expect("the data");
    let summary = run.table("summary");
    let overall = &reference["overall"];
    for (column, key) in [
        ("created", "opportunities"),
        ("won", "won"),
        ("lost", "lost"),
        ("win_rate", "win_rate_count_closed"),
        ("win_rate_created", "win_rate_count_all"),
        ("won_value", "won_value"),
        ("average_sale", "avg_won_value"),
        ("velocity_per_day", "velocity_closed_per_day"),
        ("velocity_open_per_day", "velocity_open_per_day"),
    ] {
        near(summary.numbers(column)[0], &overall[key], 1e-6, column);
    }
    let suspended = run.table("suspension");
    let ageing = &reference["open_ageing"];
    near(suspended.numbers("open")[0], &ageing["n"], 0.0, "open");
    near(suspended.numbers("older_than_longest_won")[0], &ageing["older_than_longest_closed_cycle"], 0.0, "suspended");
    near(suspended.numbers("median_age")[0].map(|age| age / DAY), &ageing["age_days"]["p50"], 1e-9, "median age");
    // Without stage dates a deal is stuck when it is older than 90 % of the won ones.
    near(summary.numbers("stuck")[0], &ageing["older_than_won_p90"], 0.0, "stuck");
}

#[test]
fn maven_pipeline_by_agent_and_product() {
    let Some(reference) = reference() else { return };
    for (column, block) in [("sales_agent", "by_sales_agent"), ("product", "by_product")] {
        let table = maven("pipeline", &["--by", column, "--top", "100"]).expect("the data").table("summary");
        let groups = reference[block].as_object().expect("groups");
        assert_eq!(table.rows.len(), groups.len());
        for (name, group) in groups {
            let row = table.only(column, name);
            near(row.numbers("win_rate")[0], &group["win_rate_count_closed"], 1e-6, name);
            near(row.numbers("won_value")[0], &group["won_value"], 1e-9, name);
            near(row.numbers("velocity_per_day")[0], &group["velocity_closed_per_day"], 1e-6, name);
        }
    }
}
