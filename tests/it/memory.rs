//! A log that does not fit in the memory allowed is read several times, and gives the same numbers.

use crate::world::World;
use std::fmt::Write;

/// 300,000 events with values, of 20,000 users: some 19 MB as the engine keeps them, where 12 MB are allowed.
fn log() -> String {
    let mut text = String::from("id,event,time,value,channel,device\n");
    let mut state: u64 = 7;
    for number in 0_u64..300_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let user = (state >> 33) % 20_000;
        let event = ["visit", "trial", "buy"][((state >> 20) % 3) as usize];
        let (day, second) = (number / 10_000 + 1, state >> 40 & 0xffff);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        let channel = ["ads", "mail", ""][(user % 3) as usize];
        let device = ["phone", "desk", ""][(state >> 50 & 1) as usize + (number % 2) as usize];
        let time = format!("2026-01-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
        writeln!(text, "u{user},{event},{time},{}.{:02},{channel},{device}", number % 90, number % 97).unwrap();
    }
    text
}

const FUNNEL: [&str; 16] = [
    "--steps",
    "visit,trial,buy",
    "--window",
    "3d",
    "--by",
    "channel",
    "--every",
    "week",
    "--drivers",
    "device,channel",
    "--value",
    "value",
    "--format",
    "json",
    "--no-progress",
    "--strict",
];

#[test]
fn a_limit_of_memory_changes_no_byte() {
    let world = World::new();
    world.file("log.csv", log());
    let whole = world.run(&[&["conversion", "log.csv"], &FUNNEL[..]].concat());
    assert_eq!(whole.code, Some(0), "{}", whole.stderr);
    assert!(!whole.stderr.contains("were read"), "{}", whole.stderr);
    let limited = world.run(&[&["conversion", "log.csv", "--memory-limit", "64MiB"], &FUNNEL[..]].concat());
    assert_eq!(limited.code, Some(0), "{}", limited.stderr);
    assert!(limited.stderr.contains("they were read"), "{}", limited.stderr);
    let [whole, limited] = [whole, limited].map(|run| run.json());
    assert_eq!(whole["tables"], limited["tables"]);
    let separators = whole["tables"].as_array().unwrap().iter().find(|table| table["name"] == "separators");
    assert!(separators.is_some_and(|table| table["rows"].as_array().is_some_and(|rows| rows.len() == 10)));
    assert_eq!(whole["sources"], limited["sources"]);
    assert_eq!(whole["notes"], limited["notes"]);
    assert_eq!(limited["settings"]["memory_limit"], 67_108_864);
}

#[test]
fn standard_input_is_read_several_times_too() {
    let world = World::new();
    let log = log();
    let limit = ["conversion", "-", "--memory-limit", "64MiB"];
    let limited = world.run_with_input(&[&limit, &FUNNEL[..]].concat(), log.as_bytes());
    assert!(limited.stderr.contains("they were read"), "{}", limited.stderr);
    world.file("log.csv", log);
    let whole = world.run(&[&["conversion", "log.csv"], &FUNNEL[..]].concat());
    assert_eq!(limited.json()["tables"], whole.json()["tables"]);
}

#[test]
fn what_is_no_size_is_refused() {
    let world = World::new();
    world.file("log.csv", "id,event,time\na,visit,2026-01-01\n");
    for size in ["1", "1G", "10MiB"] {
        let run = world.run(&["conversion", "log.csv", "--steps", "visit", "--memory-limit", size]);
        assert_eq!(run.code, Some(2), "{size}: {}", run.stderr);
        assert!(run.stderr.contains("--memory-limit"), "{}", run.stderr);
    }
}
