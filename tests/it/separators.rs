//! The table `separators`: worked cases, and whatever the rules are, the counts of a run broken down by one column.

use crate::world::{Run, Table, World, close};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Users of one kind: how many, what they are, when they come, and whether they buy on the next day.
fn users(log: &mut String, count: usize, device: &str, day: u32, buys: bool) {
    for user in 0..count {
        let id = format!("{device}-{day}-{buys}-{user}");
        writeln!(log, "{id},visit,2026-01-{day:02},{device}").expect("text");
        if buys {
            writeln!(log, "{id},buy,2026-01-{:02},{device}", day + 1).expect("text");
        }
    }
}

fn row(table: &Table, step: u64, attribute: &str, value: &str) -> Value {
    let is =
        |row: &&Value| row["step"].as_u64() == Some(step) && row["attribute"] == attribute && row["value"] == value;
    table.rows.iter().find(is).unwrap_or_else(|| panic!("no {value} of {attribute} at {step}")).clone()
}

fn number(row: &Value, column: &str) -> f64 {
    row[column].as_f64().unwrap_or_else(|| panic!("{column} of {row}"))
}

/// 27 of 122 against 44 of 487: the example of `scipy.stats.contingency.relative_risk`; open users stand beside.
#[test]
fn the_published_lift_and_its_interval() {
    let world = World::new();
    let mut log = "user_id,event,timestamp,device\n".to_owned();
    users(&mut log, 27, "phone", 1, true);
    users(&mut log, 95, "phone", 1, false);
    users(&mut log, 44, "desk", 1, true);
    users(&mut log, 443, "desk", 1, false);
    users(&mut log, 3, "phone", 20, false);
    users(&mut log, 2, "desk", 20, false);
    world.file("log.csv", log);
    let run = world.run(&[
        "conversion",
        "log.csv",
        "--steps",
        "visit,buy",
        "--as-of",
        "2026-01-21",
        "--drivers",
        "device",
        "--format",
        "json",
    ]);
    let table = run.table("separators");
    let phone = row(&table, 1, "device", "phone");
    for (column, count) in [("units", 122), ("went_on", 27), ("others", 487), ("others_went_on", 44), ("left_out", 3)] {
        assert_eq!(phone[column], count, "{column}");
    }
    assert!(close(number(&phone, "lift"), 2.449_515_648_286_14, 1e-9));
    assert!(close(number(&phone, "lift_low"), 1.583_699_092_670_01, 1e-9));
    assert!(close(number(&phone, "lift_high"), 3.788_678_631_546_64, 1e-9));
    // z = (27/122 - 44/487) / sqrt(71/609 * 538/609 * (1/122 + 1/487)) = 4.0309.
    let p = normal_tails(
        (27.0 / 122.0 - 44.0 / 487.0) / (71.0 / 609.0 * 538.0 / 609.0 * (1.0 / 122.0 + 1.0 / 487.0_f64)).sqrt(),
    );
    assert!(close(number(&phone, "p_value"), p, 1e-9), "{p}");
    let desk = row(&table, 1, "device", "desk");
    assert_eq!(desk["left_out"], 2);
    assert!(close(number(&desk, "lift"), 1.0 / 2.449_515_648_286_14, 1e-9));
    assert!(close(number(&desk, "difference"), -number(&phone, "difference"), 1e-12));
    assert_eq!(desk["q_value"], desk["p_value"], "two tests of one p are as one");
    assert_eq!(table.rows.len(), 2);
}

/// Both tails of the normal distribution beyond z, by Simpson's rule.
fn normal_tails(z: f64) -> f64 {
    let (from, steps) = (z.abs(), 20_000);
    let width = 12.0 / f64::from(steps);
    let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let weight = |step: i32| match step {
        0 => 1.0,
        last if last == steps => 1.0,
        odd if odd % 2 == 1 => 4.0,
        _ => 2.0,
    };
    let sum: f64 = (0..=steps).map(|step| weight(step) * density(from + f64::from(step) * width)).sum();
    2.0 * sum * width / 3.0
}

/// All tables with the same margins that are no more likely, by logarithms of factorials.
fn fisher(a: u64, b: u64, c: u64, d: u64) -> f64 {
    let ln = |n: u64| (1..=n).map(|k| f64::from(u32::try_from(k).expect("small")).ln()).sum::<f64>();
    let choose = |n: u64, k: u64| ln(n) - ln(k) - ln(n - k);
    let (row, other, hits) = (a + b, c + d, a + c);
    let chance = |x: u64| (choose(row, x) + choose(other, hits - x) - choose(row + other, hits)).exp();
    let all = hits.saturating_sub(other)..=row.min(hits);
    all.map(chance).filter(|found| *found <= chance(a) * (1.0 + 1e-7)).sum::<f64>().min(1.0)
}

#[expect(clippy::cast_precision_loss)]
fn p_value(a: u64, n: u64, c: u64, m: u64) -> Option<f64> {
    let (hits, all) = (a + c, n + m);
    if n == 0 || m == 0 || hits == 0 || hits == all {
        return None;
    }
    let least = hits.min(all - hits) as f64 * n.min(m) as f64 / all as f64;
    if least < 5.0 {
        return Some(fisher(a, n - a, c, m - c));
    }
    let pooled = hits as f64 / all as f64;
    let spread = (pooled * (1.0 - pooled) * (1.0 / n as f64 + 1.0 / m as f64)).sqrt();
    Some(normal_tails((a as f64 / n as f64 - c as f64 / m as f64) / spread))
}

/// A row of the log.
#[derive(Debug, Clone)]
struct Event {
    user: u64,
    name: char,
    hour: u64,
    colour: &'static str,
    size: &'static str,
}

/// Rows that look random and are the same in every run. The colour says something about going on.
fn events(seed: u64, count: usize, users: u64, hours: u64) -> Vec<Event> {
    let mut state = seed;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let event = |_| {
        let user = next(users);
        let names =
            if user.is_multiple_of(3) { ['a', 'a', 'n', 'b', 'a', 'c'] } else { ['a', 'b', 'c', 'b', 'n', 'c'] };
        Event {
            user,
            name: names[usize::try_from(next(6)).expect("small")],
            hour: next(hours),
            colour: if next(4) == 0 {
                ""
            } else {
                ["red", "blue", "green", "grey"][usize::try_from(user % 4).expect("small")]
            },
            size: ["", "s", "m", "l", "xl"][usize::try_from(next(5)).expect("small")],
        }
    };
    (0..count).map(event).collect()
}

fn csv(events: &[Event]) -> String {
    let mut text = "user_id,event,timestamp,colour,size,city\n".to_owned();
    for Event { user, name, hour, colour, size } in events {
        let (day, hour) = (hour / 24 + 1, hour % 24);
        let city = ["x", "y"][usize::try_from(user % 2).expect("small")];
        writeln!(text, "u{user},{name},2026-03-{day:02}T{hour:02}:00:00,{colour},{size},{city}").expect("text");
    }
    text
}

/// How a user stands: the depth reached, and whether the window is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    depth: usize,
    mature: bool,
}

/// The best way from any `a` over `b` to `c` within the window, by trying all of them. The window is that of the way
/// for those who converted (the first to complete, then the latest to begin), else that of the latest entry.
fn standing(events: &[&Event], window: u64, as_of: u64) -> Option<Standing> {
    let entries = || events.iter().filter(|event| event.name == 'a').map(|event| event.hour);
    let way_from = |entry: u64| {
        let times = |name: char, from: u64| {
            let fits = |event: &&&Event| event.name == name && (from..=entry + window).contains(&event.hour);
            events.iter().filter(fits).map(|event| event.hour).collect::<Vec<_>>()
        };
        let second = times('b', entry);
        let third = second.iter().flat_map(|time| times('c', *time)).min();
        let depth = if third.is_some() { 3 } else { 1 + usize::from(!second.is_empty()) };
        (std::cmp::Reverse(depth), third, std::cmp::Reverse(entry))
    };
    let (std::cmp::Reverse(depth), _, std::cmp::Reverse(entry)) = entries().map(way_from).min()?;
    let entry = if depth == 3 { entry } else { entries().max()? };
    Some(Standing { depth, mature: entry + window <= as_of })
}

/// The first or last value over the events that match a step, of one moment the smallest.
fn attribute(events: &[&Event], last: bool, value: fn(&Event) -> &'static str) -> &'static str {
    let valued = events.iter().filter(|event| event.name != 'n' && !value(event).is_empty());
    let moment = |event: &&Event| if last { u64::MAX - event.hour } else { event.hour };
    valued.min_by_key(|event| (moment(event), value(event))).map_or("(none)", |event| value(event))
}

type Counted = BTreeMap<(u64, String), [u64; 3]>;

/// Units that count, those gone on, and those left out by step and value, the `top` values with the most units by name.
fn counted(standings: &[(Standing, &'static str)], top: usize) -> Counted {
    let mut units: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, value) in standings.iter().filter(|(_, value)| *value != "(none)") {
        *units.entry(value).or_default() += 1;
    }
    let mut named: Vec<(&str, u64)> = units.into_iter().collect();
    named.sort_by_key(|(value, units)| (std::cmp::Reverse(*units), *value));
    let shown: Vec<&str> = named.iter().take(top).map(|(value, _)| *value).collect();
    let mut counted = Counted::new();
    for (standing, value) in standings {
        let value = if *value == "(none)" || shown.contains(value) { *value } else { "(other)" };
        for step in 1..=standing.depth.min(2) {
            let cell = counted.entry((step as u64, value.to_owned())).or_default();
            cell[0] += u64::from(standing.mature);
            cell[1] += u64::from(standing.mature && standing.depth > step);
            cell[2] += u64::from(!standing.mature);
        }
    }
    counted
}

/// The q-values by their definition: the least corrected p among all that are as large or larger.
fn q_values(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let tests: Vec<f64> = p.iter().flatten().copied().collect();
    #[expect(clippy::cast_precision_loss)]
    let corrected = |limit: f64| {
        let rank = tests.iter().filter(|other| **other <= limit).count();
        limit * tests.len() as f64 / rank as f64
    };
    let q = |p: f64| tests.iter().filter(|other| **other >= p).map(|other| corrected(*other)).fold(1.0, f64::min);
    p.iter().map(|p| p.map(q)).collect()
}

fn assert_counts(found: &Value, expected: [u64; 3], all: [u64; 2], what: &str) {
    let columns = ["units", "went_on", "left_out", "others", "others_went_on"];
    let counts = columns.map(|column| found[column].as_u64().expect("a count"));
    let [units, went_on, left_out] = expected;
    assert_eq!(counts, [units, went_on, left_out, all[0] - units, all[1] - went_on], "{what}");
}

#[test]
fn the_table_is_what_plain_loops_count() {
    const WINDOW: u64 = 30;
    for (seed, last) in [(1_u64, false), (2, true), (3, false), (4, true)] {
        let events = events(seed, 420, 110, 200);
        let world = World::new();
        world.file("log.csv", csv(&events));
        let attribution = if last { "last" } else { "first" };
        let run = world.run(&[
            "conversion",
            "log.csv",
            "--steps",
            "a,b,c",
            "--window",
            "30h",
            "--drivers",
            "colour,size",
            "--top",
            "2",
            "--attribution",
            attribution,
            "--by",
            "city",
            "--format",
            "json",
        ]);
        let as_of = events.iter().map(|event| event.hour).max().expect("events");
        let mut by_user: BTreeMap<u64, Vec<&Event>> = BTreeMap::new();
        for event in &events {
            by_user.entry(event.user).or_default().push(event);
        }
        let table = run.table("separators");
        let mut rows = 0;
        for (name, value) in
            [("colour", (|event| event.colour) as fn(&Event) -> &'static str), ("size", |event| event.size)]
        {
            let standings: Vec<_> = by_user
                .values()
                .filter_map(|events| Some((standing(events, WINDOW, as_of)?, attribute(events, last, value))))
                .collect();
            let counted = counted(&standings, 2);
            rows += counted.len();
            for ((step, value), counts) in &counted {
                let here = counted.iter().filter(|((other, _), _)| other == step).map(|(_, counts)| counts);
                let all = here.fold([0, 0], |all, one| [all[0] + one[0], all[1] + one[1]]);
                let found = row(&table, *step, name, value);
                assert_counts(&found, *counts, all, &format!("seed {seed}: {name} {value} at {step}"));
                let [n, a, _] = *counts;
                match (found["p_value"].as_f64(), p_value(a, n, all[1] - a, all[0] - n)) {
                    (Some(found), Some(expected)) => assert!(close(found, expected, 1e-8), "{found} {expected}"),
                    (found, expected) => assert_eq!(found, expected),
                }
            }
        }
        assert_eq!(table.rows.len(), rows, "no row but those");
        let p: Vec<Option<f64>> = table.numbers("p_value");
        let q: Vec<Option<f64>> = table.numbers("q_value");
        for (found, expected) in q.iter().zip(q_values(&p)) {
            assert_eq!(found.is_some(), expected.is_some());
            assert!(found.zip(expected).is_none_or(|(found, expected)| close(found, expected, 1e-12)));
        }
        let order: Vec<(f64, f64)> = q
            .iter()
            .zip(table.numbers("difference"))
            .map(|(q, apart)| (q.unwrap_or(f64::INFINITY), -apart.unwrap_or(0.0).abs()))
            .collect();
        assert!(order.is_sorted_by(|left, right| left.partial_cmp(right).is_some_and(std::cmp::Ordering::is_le)));
    }
}

/// The rows of a table of a breakdown, by step (0 where there is none) and value.
fn of_breakdown(run: &Run, name: &str, column: &str) -> BTreeMap<(u64, String), Value> {
    let key = |row: &Value| (row["step"].as_u64().unwrap_or(0), row[column].as_str().expect("a value").to_owned());
    run.table(name).rows.into_iter().map(|row| (key(&row), row)).collect()
}

/// Where every window is over, those who count are those who went on and those who dropped.
fn assert_as_broken_down(separators: &Table, broken_down: &Run, column: &str, optional: bool, what: &str) {
    let groups = of_breakdown(broken_down, "steps", column);
    let mut rows = 0;
    for ((step, value), group) in &groups {
        if *step == 3 || group["entered"] == 0 || (optional && *step == 2) {
            continue;
        }
        rows += 1;
        let next = if optional { 3 } else { step + 1 };
        let went_on = groups[&(next, value.clone())]["entered"].as_u64().expect("a count");
        let dropped = group["dropped"].as_u64().expect("a count");
        let found = row(separators, *step, column, value);
        let counts = ["units", "went_on", "left_out"].map(|name| found[name].as_u64().expect("a count"));
        assert_eq!(counts, [went_on + dropped, went_on, 0], "{what}: {column} {value} at {step}");
    }
    assert_eq!(separators.only("attribute", column).rows.len(), rows, "{what}: {column}");
}

/// Whatever the rules, a driver counts what a run broken down by it counts, and changes nothing else.
#[test]
fn a_driver_counts_what_a_breakdown_counts() {
    let world = World::new();
    world.file("log.csv", csv(&events(9, 900, 150, 260)));
    let rules: [&[&str]; 9] = [
        &["--steps", "a,b,c"],
        &["--steps", "a,b,c", "--order", "any"],
        &["--steps", "a,b,c", "--order", "strict"],
        &["--steps", "a,b,c", "--optional", "b"],
        &["--steps", "a,b,c", "--count", "attempts"],
        &["--steps", "a,b,c", "--count", "sessions", "--session-gap", "20h"],
        &["--steps", "a,b|n,c", "--exclude", "n@1..2", "--dedupe"],
        &["--steps", "a,b,c", "--hold", "city", "--attribution", "last"],
        &["--steps", "a,b,c", "--since", "2026-03-03", "--where-unit", "colour = 'red'"],
    ];
    for rule in rules {
        let what = format!("{rule:?}");
        let asked = [&["conversion", "log.csv", "--window", "40h", "--top", "3", "--format", "json"], rule].concat();
        let run = |more: &[&str]| world.run(&[&asked[..], more].concat());
        let drivers = ["--drivers", "size,colour"];
        let plain = run(&drivers);
        assert_eq!(plain.table("steps").rows, run(&[]).table("steps").rows, "{what}");
        let both = run(&[&["--by", "city"], &drivers[..]].concat());
        assert_eq!(both.table("separators").rows, plain.table("separators").rows, "{what}");
        assert_eq!(both.table("steps").rows, run(&["--by", "city"]).table("steps").rows, "{what}");
        let late = ["--as-of", "2026-06-01"];
        let over = run(&[&late[..], &drivers[..]].concat()).table("separators");
        for column in ["size", "colour"] {
            let broken_down = run(&[late[0], late[1], "--by", column]);
            assert_as_broken_down(&over, &broken_down, column, rule.contains(&"--optional"), &what);
            for ((_, value), overall) in of_breakdown(&run(&["--by", column]), "overall", column) {
                let found = row(&plain.table("separators"), 1, column, &value);
                assert_eq!(found["units"], overall["mature_entered"], "{what}: {column} {value}");
            }
        }
    }
}

const DEALS: &str = "id,created,lead_date,offer_date,closed,status,region\n\
                     1,2026-01-01,2026-01-01,2026-01-05,2026-01-09,won,north\n\
                     2,2026-01-01,2026-01-01,2026-01-06,2026-01-08,lost,north\n\
                     3,2026-01-02,2026-01-02,2026-01-07,,open,north\n\
                     4,2026-01-02,2026-01-02,,2026-01-12,lost,south\n\
                     5,2026-01-03,2026-01-03,,2026-01-12,lost,south\n\
                     6,2026-01-03,2026-01-03,,,open,south\n\
                     7,2026-01-04,2026-01-04,2026-01-10,2026-01-11,won,\n";

/// By hand: all of the north have an offer; of the south two are lost without one, and one is open.
#[test]
fn deals_that_are_open_are_neither_gone_on_nor_lost() {
    let world = World::new();
    world.file("deals.csv", DEALS);
    let run = world.run(&[
        "conversion",
        "--deals",
        "deals.csv",
        "--stage-date",
        "Lead=lead_date",
        "--stage-date",
        "Offer=offer_date",
        "--steps",
        "Lead,Offer,won",
        "--drivers",
        "region",
        "--format",
        "json",
    ]);
    let table = run.table("separators");
    let counts = |step: u64, value: &str| {
        let row = row(&table, step, "region", value);
        ["units", "went_on", "left_out", "others", "others_went_on"]
            .map(|column| row[column].as_u64().expect("a count"))
    };
    assert_eq!(counts(1, "north"), [3, 3, 0, 3, 1]);
    assert_eq!(counts(1, "south"), [2, 0, 1, 4, 4]);
    assert_eq!(counts(1, "(none)"), [1, 1, 0, 5, 3]);
    assert_eq!(counts(2, "north"), [2, 1, 1, 1, 1]);
    assert_eq!(counts(2, "(none)"), [1, 1, 0, 2, 1]);
    assert_eq!(table.rows.len(), 5, "no deal of the south has an offer");
    // One of the 15 pairs of the six decided deals is that of the two lost ones.
    assert!(close(number(&row(&table, 1, "region", "south"), "p_value"), 1.0 / 15.0, 1e-9));
    let south = row(&table, 1, "region", "south");
    assert_eq!((&south["lift"], &south["lift_low"]), (&serde_json::json!(0), &Value::Null));
    let shown = world.run(&[
        "conversion",
        "--deals",
        "deals.csv",
        "--stage-date",
        "Lead=lead_date",
        "--stage-date",
        "Offer=offer_date",
        "--steps",
        "Lead,Offer,won",
        "--drivers",
        "region",
    ]);
    assert!(shown.expect(0).text().contains("need not be cause and effect"), "{}", shown.block());
    let strict = ["--reach", "any", "--steps", "Lead,Offer,won", "--drivers", "region"];
    world
        .run(&[&["conversion", "--deals", "deals.csv"], &strict[..]].concat())
        .expect_error(2, &["--drivers", "--reach any"]);
}

#[test]
fn what_cannot_be_separated_is_said() {
    let world = World::new();
    world.file("log.csv", csv(&events(5, 60, 20, 40)));
    let run = |more: &[&str]| world.run(&[&["conversion", "log.csv", "--steps", "a,b"], more].concat());
    run(&["--drivers", "colour", "--attribution", "same"])
        .expect_error(2, &["--drivers", "--attribution same", "first or last"]);
    run(&["--drivers", "color"]).expect_error(3, &["no column `color`", "--drivers", "colour"]);
    run(&["--drivers", "size,size"]).expect_error(2, &["--drivers", "twice"]);
    // Without a window nobody who stopped has dropped.
    let all_open = run(&["--drivers", "colour", "--window", "none", "--format", "json"]);
    assert!(all_open.note_codes().contains(&"nobody_dropped".to_owned()), "{}", all_open.block());
    assert!(all_open.table("separators").numbers("p_value").iter().all(Option::is_none));
    world.file("funnel.toml", "[conversion]\ndrivers = [\"size\"]\n");
    let filed = run(&["--format", "json"]);
    assert!(filed.table("separators").texts("attribute").iter().all(|name| name == "size"));
    assert_eq!(filed.json()["settings"]["drivers"], serde_json::json!(["size"]));
}

/// `drivers` of `[conversion]` bring the table into the report, as the command itself makes it.
#[test]
fn the_report_shows_what_its_configuration_asks_for() {
    let world = World::new();
    let mut log = "user_id,event,timestamp,device\n".to_owned();
    users(&mut log, 30, "phone", 1, true);
    users(&mut log, 95, "phone", 1, false);
    users(&mut log, 44, "desk", 1, false);
    world.file("log.csv", log);
    let config = "[sources.log]\nkind = \"events\"\nfiles = [\"log.csv\"]\n\n[[steps]]\nevent = \"visit\"\n\n\
                  [[steps]]\nevent = \"buy\"\n\n[conversion]\nwindow = \"3d\"\n";
    world.file("funnel.toml", config);
    let json = ["--as-of", "2026-01-21", "--format", "json"];
    let names = |run: &Run| {
        run.json()["tables"].as_array().expect("tables").iter().map(|table| table["name"].clone()).collect::<Vec<_>>()
    };
    let plain = world.run(&[&["report"], &json[..]].concat());
    assert!(!names(&plain).contains(&Value::from("conversion.separators")), "{}", plain.block());
    world.file("funnel.toml", format!("{config}drivers = [\"device\"]\n"));
    let report = world.run(&[&["report"], &json[..]].concat());
    let own = world.run(&[&["conversion"], &json[..]].concat());
    let table = report.table("conversion.separators");
    assert_eq!(table.rows, own.table("separators").rows);
    assert_eq!(row(&table, 1, "device", "phone")["went_on"], 30);
    world.file("funnel.toml", format!("{config}drivers = [\"devise\"]\n"));
    world.run(&[&["report"], &json[..]].concat()).expect_error(3, &["devise"]);
}
