//! Runs that nobody watches: periods, checks, records, locks, signals and full disks.

use crate::world::{Run, World};
use serde_json::Value;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Two weeks of ten visits a day; every fourth buys the day after. 2026-11-02 is a Monday.
fn world() -> World {
    let world = World::new();
    let mut rows = String::from("user_id,event,timestamp,channel\n");
    for unit in 0..140 {
        let (day, channel) = (2 + unit / 10, if unit % 2 == 0 { "ads" } else { "mail" });
        rows.push_str(&format!("u{unit},visit,2026-11-{day:02}T10:00:00Z,{channel}\n"));
        if unit % 4 == 0 {
            rows.push_str(&format!("u{unit},buy,2026-11-{:02}T10:00:00Z,{channel}\n", day + 1));
        }
    }
    world.file("log.csv", rows);
    world
}

const BASE: [&str; 5] = ["conversion", "log.csv", "--steps", "visit,buy", "--window=1d"];

fn run(world: &World, flags: &[&str]) -> Run {
    world.run(&[&BASE[..], flags].concat())
}

#[test]
fn a_period_stands_for_its_dates() {
    let world = world();
    let dates = |flags: &[&str]| {
        let run = run(&world, &[flags, &["--format", "json"]].concat());
        let settings = run.json()["settings"].clone();
        ["period", "since", "until"].map(|name| settings[name].as_str().unwrap_or("-").to_owned())
    };
    // The data end on Monday, 16 November, at 10:00.
    assert_eq!(dates(&["--period", "last-week"]), ["2026-W46", "2026-11-09", "2026-11-15"]);
    assert_eq!(dates(&["--period", "2-weeks-ago"]), ["2026-W45", "2026-11-02", "2026-11-08"]);
    assert_eq!(dates(&["--period", "this-week"]), ["2026-W47", "2026-11-16", "2026-11-16"]);
    assert_eq!(dates(&["--period", "last-week", "--as-of", "2026-11-14"]), ["2026-W45", "2026-11-02", "2026-11-08"]);
    assert_eq!(dates(&["--period", "last-week", "--as-of", "2026-11-15"]), ["2026-W46", "2026-11-09", "2026-11-15"]);
    // Late on Sunday in UTC it is Monday in Tokyo.
    let sunday = ["--period", "last-week", "--as-of", "2026-11-15T20:00:00Z"];
    assert_eq!(dates(&sunday)[0], "2026-W45");
    assert_eq!(dates(&[&sunday[..], &["--timezone", "Asia/Tokyo"]].concat())[0], "2026-W46");
    let from_sunday = dates(&["--period", "last-week", "--week-start", "sunday"]);
    assert_eq!(from_sunday, ["2026-11-08..2026-11-14", "2026-11-08", "2026-11-14"]);
    let by_dates = run(&world, &["--since", "2026-11-09", "--until", "2026-11-15", "--format", "json"]);
    let by_period = run(&world, &["--period", "2026-W46", "--format", "json"]);
    assert_eq!(by_dates.tables_text(), by_period.tables_text());
    assert_eq!(by_period.table("overall").counts("entered"), [70]);
}

#[test]
fn of_a_period_and_dates_the_higher_layer_counts() {
    let world = world();
    run(&world, &["--period", "2026-W46", "--since", "2026-11-01"]).expect_error(2, &["--period", "--since"]);
    world.file("funnel.toml", "[conversion]\nsince = \"2026-11-03\"\n");
    let entered =
        |flags: &[&str]| run(&world, &[flags, &["--format", "json"]].concat()).table("overall").counts("entered");
    assert_eq!(entered(&[]), [130]);
    assert_eq!(entered(&["--period", "2026-W46"]), [70]);
    world.file("funnel.toml", "[conversion]\nperiod = \"2026-W46\"\n");
    assert_eq!(entered(&[]), [70]);
    assert_eq!(entered(&["--until", "2026-11-02"]), [10]);
    world.file("funnel.toml", "[conversion]\nperiod = \"2026-W46\"\nuntil = \"2026-11-02\"\n");
    run(&world, &[]).expect_error(2, &["--period"]);
    run(&world, &["--week-start", "sunday", "--period", "2026-W46"])
        .expect_error(2, &["Monday", "2026-11-09..2026-11-15"]);
    run(&world, &["--period", "last-fortnight"]).expect_error(2, &["a period is expected", "2026-W46"]);
    world.file("empty.csv", "user_id,event,timestamp\n");
    world.run(&["conversion", "empty.csv", "--steps", "a", "--period", "last-week"]).expect_error(3, &["--as-of"]);
}

#[test]
fn files_are_named_after_the_period() {
    let world = world();
    run(&world, &["--period", "last-week", "-q", "-o", "r-{period}.csv", "--rejects", "bad-{period}.csv"]).expect(0);
    run(&world, &["--period", "2026-11-02..2026-11-04", "-q", "-o", "{period}.json"]).expect(0);
    run(&world, &["--since", "2026-11-02", "--until", "2026-11-03", "-q", "-o", "{period}.md"]).expect(0);
    let expected =
        ["2026-11-02..2026-11-03.md", "2026-11-02..2026-11-04.json", "bad-2026-W46.csv", "log.csv", "r-2026-W46.csv"];
    assert_eq!(world.names(), expected);
    run(&world, &["-o", "{period}.csv"]).expect_error(2, &["`{period}` needs a period"]);
    run(&world, &["--period", "last-week", "-o", "x", "--append", "./x"]).expect_error(2, &["same file"]);
    run(&world, &["--run-record", "log.csv"]).expect_error(2, &["overwrite an input"]);
    // The name is known only after the data are read, and refused all the same.
    world.file("2026-W46", "user_id,event,timestamp\nx,visit,2026-11-10\n");
    world
        .run(&["conversion", "log.csv", "2026-W46", "--steps", "visit,buy", "--period", "last-week", "-o", "{period}"])
        .expect_error(2, &["overwrite an input"]);
    assert!(world.read("2026-W46").starts_with("user_id"));
}

#[test]
fn a_condition_that_is_met_ends_with_4_after_the_result() {
    let world = world();
    // 35 of 140 buy, all of them from ads.
    let fail = |condition: &str, flags: &[&str]| run(&world, &[flags, &["-q", "--fail-if", condition]].concat());
    let plain = run(&world, &["-q"]);
    let failed = fail("conversion.overall.rate < 26%", &[]);
    failed.expect(4);
    assert_eq!(failed.stdout, plain.stdout, "the result is written all the same");
    assert_eq!(failed.stderr, "error: conversion.overall.rate < 26%: it is 25 %\n");
    // 0.25 exactly, which is not below.
    fail("conversion.overall.rate < 0.25", &[]).expect(0);
    fail("conversion.overall.rate <= 25%", &[]).expect(4);
    fail("conversion.overall.converted != 35", &[]).expect(0);
    fail("conversion.overall.time_median = 1d", &[]).expect(4);
    // Of step 1 there is no rate, and what is empty meets nothing.
    fail("conversion.steps.from_previous != 0.25", &[]).expect(0);
    let groups =
        fail("conversion.overall.rate < 0.4", &["--by", "channel", "--every", "week", "--error-format", "json"]);
    groups.expect(4);
    let lines: Vec<Value> = groups.stderr.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2, "{}", groups.block());
    assert_eq!((&lines[0]["kind"], &lines[0]["code"]), (&Value::from("check_failed"), &Value::from(4)));
    let text = lines[0]["message"].as_str().expect("a text");
    assert!(text.contains("channel mail, period 2026-11-02"), "{text}");
    // Several conditions: each is judged.
    let both = run(
        &world,
        &["-q", "--fail-if", "conversion.overall.entered > 1", "--fail-if", "conversion.overall.converted > 99999"],
    );
    both.expect(4);
    let json = run(&world, &["--format", "json", "--fail-if", "conversion.overall.entered > 1"]);
    let document: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    let codes: Vec<&Value> = document["notes"].as_array().expect("notes").iter().map(|note| &note["code"]).collect();
    assert!(codes.contains(&&Value::from("check_failed")), "{codes:?}");
}

#[test]
fn a_condition_that_fits_nothing_is_refused_before_anything_is_written() {
    let world = world();
    let fail = |condition: &str| run(&world, &["-o", "x.json", "--fail-if", condition]);
    fail("conversion.ovral.rate < 1").expect_error(2, &["conversion.ovral", "did you mean `conversion.overall`?"]);
    fail("pipeline.summary.win_rate < 1").expect_error(2, &["pipeline.summary"]);
    fail("conversion.overall.raet < 1").expect_error(2, &["did you mean `rate`?"]);
    fail("conversion.overall.entered < 5%").expect_error(2, &["5%"]);
    fail("conversion.steps.name < 5").expect_error(2, &["text"]);
    fail("rate < 1").expect_error(2, &["COMMAND.TABLE.COLUMN"]);
    assert_eq!(world.names(), ["log.csv"]);
    // Of single leads nothing is said but the row.
    world.file("deals.csv", "id,created,status\nsecret,2026-01-01,open\nhidden,2026-01-02,open\n");
    let leads = ["leads", "--deals", "deals.csv", "--stuck", "--stuck-after=10d", "--as-of=2026-02-01", "-q"];
    let listed = world.run(&[&leads[..], &["--fail-if", "leads.leads.elapsed >= 31d"]].concat());
    assert_eq!(listed.stderr, "error: leads.leads.elapsed >= 31d: it is 31.0 d (row 1)\n", "{}", listed.block());
    world.file("funnel.toml", "[conversion]\nfail_if = [\"conversion.overall.rate < 26%\"]\n");
    run(&world, &["-q"]).expect(4);
    let report = ["report", "log.csv", "--steps", "visit,buy", "-q", "--fail-if", "conversion.by_channel.rate > 0.4"];
    world.run(&report).expect(4);
}

#[test]
fn goals_are_missed_beyond_chance_and_beyond_hope_only() {
    let world = world();
    let config = |goals: &str| {
        let steps = "[[steps]]\nname = \"Visit\"\nevent = \"visit\"\n[[steps]]\nname = \"Buy\"\nevent = \"buy\"\n";
        world.file("funnel.toml", format!("{steps}{goals}"));
    };
    let judge =
        |flags: &[&str]| world.run(&[&["conversion", "log.csv", "--fail-on-goal", "--format=csv"], flags].concat());
    config("");
    judge(&["--window=1d"]).expect_error(2, &["no goal"]);
    // 35 of 140: the Wilson interval at 95 % is 18.6 % to 32.8 %.
    config("goal = { from_previous = 0.32 }\n");
    let chance = judge(&["--window=1d"]);
    chance.expect(0);
    assert!(chance.stderr.contains("within chance"), "{}", chance.block());
    config("goal = { from_previous = 0.34, from_first = 0.2 }\n");
    let missed = judge(&["-q", "--window=1d"]);
    missed.expect(4);
    assert!(
        missed.stderr.contains("from_previous >= 0.34 (name Buy) is missed: it is 25 % (35 of 140)"),
        "{}",
        missed.block()
    );
    judge(&["-q", "--window=1d", "--confidence", "0.999"]).expect(0);
    // With a window of 30 days nobody's time is over: those who did not buy may still.
    let open = judge(&["--window=30d"]);
    open.expect(0);
    assert!(open.stderr.contains("some may still go on"), "{}", open.block());
    config(
        "[goals]\n\"conversion.overall.rate\" = [\">= 0.34\", \"< 0.9\"]\n\"churn.customers.churn_rate\" = \"< 0.1\"\n",
    );
    judge(&["-q", "--window=1d"]).expect(4);
    judge(&["--window=30d"]).expect(0);
    config("[goals]\n\"conversion.overall.converted\" = 36\n");
    judge(&["-q", "--window=1d"]).expect(4);
    // A count still grows while its period is under way; the data end on the 16th.
    judge(&["-q", "--window=1d", "--until", "2026-11-20"]).expect(0);
    judge(&["-q", "--window=1d", "--period", "last-week"]).expect(4);
    for (goals, words) in [
        ("\"conversion.overal.rate\" = 1", ["conversion.overal", "did you mean"]),
        ("\"conversoin.overall.rate\" = 1", ["funnel.toml:8", "did you mean `conversion`?"]),
        ("\"conversion.overall.rate\" = \"5\"", ["funnel.toml:8", "has no sign"]),
        ("\"conversion.overall.rate\" = \"= 5%\"", ["funnel.toml:8", "<, <=, >, >="]),
        ("\"conversion.overall.rate\" = true", ["funnel.toml:8", "limit"]),
        ("rate = 1", ["funnel.toml:8", "COMMAND.TABLE.COLUMN"]),
    ] {
        config(&format!("[goals]\n{goals}\n"));
        judge(&["--window=1d"]).expect_error(2, &words);
    }
}

#[test]
fn a_record_tells_what_was_read_and_written() {
    let world = world();
    world.file("funnel.toml", "[funnel]\nname = \"Shop\"\n");
    let flags = ["--period", "last-week", "-q", "-o", "out.json", "--run-record", "run.json"];
    run(&world, &[&flags[..], &["--fail-if", "conversion.overall.rate < 1"]].concat()).expect(4);
    let record: Value = serde_json::from_str(&world.read("run.json")).expect("JSON");
    let sum = |name: &str| {
        let output = world.command_of("/usr/bin/sha256sum").arg(name).output().expect("sha256sum");
        String::from_utf8(output.stdout).expect("text").split(' ').next().expect("a sum").to_owned()
    };
    assert_eq!(record["schema"], "funnel-run/1");
    assert_eq!(record["exit_code"], 4);
    assert_eq!(record["period"], "2026-W46");
    assert_eq!(record["as_of"], "2026-11-16T10:00:00Z");
    assert_eq!(record["settings"]["since"], "2026-11-09");
    assert_eq!(record["inputs"][0]["path"], "funnel.toml");
    assert_eq!(record["inputs"][1]["sha256"], sum("log.csv"));
    assert_eq!(record["inputs"][1]["bytes"], world.read("log.csv").len());
    assert_eq!(record["outputs"][0]["path"], "out.json");
    assert_eq!(record["outputs"][0]["sha256"], sum("out.json"));
    assert_eq!(record["sources"][0]["files"][0]["records"], 175);
    assert_eq!(record["tables"][0], serde_json::json!({"name": "steps", "rows": 2}));
    assert!(record["checks_failed"][0].as_str().expect("a text").contains("conversion.overall.rate < 1"));
    let before = world.read("run.json");
    run(&world, &[&flags[..], &["--fail-if", "conversion.overall.rate < 1"]].concat()).expect(4);
    assert_eq!(world.read("run.json"), before, "no clock, no host");
    // A run that fails leaves the record of the one before.
    run(&world, &[&flags[..], &["--where", "nothing = 1"]].concat()).expect(3);
    assert_eq!(world.read("run.json"), before);
}

#[test]
fn the_log_of_runs_has_a_row_a_run() {
    let world = world();
    let add = |flags: &[&str]| run(&world, &[flags, &["-q", "--append", "runs.csv"]].concat());
    add(&["--period", "2026-W45"]).expect(0);
    add(&["--period", "2026-W46"]).expect(0);
    let log = world.read("runs.csv");
    let rows: Vec<&str> = log.lines().collect();
    assert!(rows[0].starts_with("period,as_of,records,loaded,rejected,checks_failed,conversion.steps.visit.entered,"));
    assert!(rows[1].starts_with("2026-W45,2026-11-16T10:00:00Z,175,175,0,0,70,"), "{log}");
    assert_eq!(rows.len(), 3);
    add(&["--period", "2026-W45"]).expect(0);
    assert_eq!(world.read("runs.csv"), log, "the same run again changes nothing");
    let other = ["conversion", "log.csv", "--steps", "visit,pay", "--allow-unknown", "--append", "runs.csv"];
    world.run(&other).expect_error(2, &["runs.csv", "it has no `conversion.steps.pay.entered`"]);
    assert_eq!(world.read("runs.csv"), log);
    add(&["--by", "channel"]).expect_error(2, &["no single row"]);
    world.run(&["cohort", "log.csv", "--append", "x.csv"]).expect_error(2, &["no single row"]);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::io::Write as _;
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::Child;

    /// A run that waits for its input.
    fn waiting(world: &World, flags: &[&str]) -> Child {
        let mut command = world.command(&["conversion", "-", "--kind", "events", "--steps", "visit,buy"]);
        command.args(flags).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let input = child.stdin.as_mut().expect("a pipe");
        input.write_all(b"user_id,event,timestamp\n").expect("the program reads");
        child
    }

    fn signal(child: &Child, name: &str) {
        let status = std::process::Command::new("kill").arg(name).arg(child.id().to_string()).status();
        assert!(status.expect("kill").success());
    }

    fn wait_for(what: &str, done: impl Fn() -> bool) {
        let start = Instant::now();
        while !done() {
            assert!(start.elapsed() < Duration::from_mins(1), "{what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    #[test]
    fn two_runs_do_not_overlap_and_a_killed_one_holds_nothing() {
        let world = world();
        let mut first = waiting(&world, &["--lock", "funnel.lock"]);
        let held = || fs::read_to_string(world.path().join("funnel.lock")).is_ok_and(|text| text.ends_with('\n'));
        wait_for("the lock is taken", held);
        let second = run(&world, &["--lock", "funnel.lock", "-o", "x.json"]);
        second.expect_error(75, &["funnel.lock", &format!("process {} (funnel conversion)", first.id())]);
        run(&world, &["--lock", "other.lock", "-q"]).expect(0);
        first.kill().expect("killed");
        first.wait().expect("ended");
        run(&world, &["--lock", "funnel.lock", "-q"]).expect(0);
        assert_eq!(world.read("funnel.lock"), "");
        run(&world, &["--lock", "log.csv"]).expect_error(2, &["overwrite an input"]);
        world.file("notes.txt", "mine");
        run(&world, &["--lock", "notes.txt"]).expect_error(2, &["holds something else"]);
        assert_eq!(world.read("notes.txt"), "mine");
    }

    #[test]
    fn a_signal_ends_a_run_at_once_and_keeps_the_old_result() {
        for (name, number) in [("-INT", 2), ("-TERM", 15)] {
            let world = World::new();
            world.file("out.json", "old");
            let child = waiting(&world, &["-o", "out.json", "--lock", "funnel.lock"]);
            wait_for("the run has begun", || world.names().contains(&"funnel.lock".to_owned()));
            std::thread::sleep(Duration::from_millis(50));
            let start = Instant::now();
            signal(&child, name);
            let output = child.wait_with_output().expect("ended");
            assert!(start.elapsed() < Duration::from_secs(2));
            // A shell shows 130 and 143.
            assert_eq!(output.status.signal(), Some(number));
            assert_eq!(world.read("out.json"), "old");
            assert_eq!(world.names(), ["funnel.lock", "out.json"]);
        }
    }

    /// Interrupted and killed at moments all over a run that writes several megabytes.
    #[test]
    fn a_result_is_old_or_new_whenever_the_run_ends() {
        let world = World::new();
        let rows: String = (0..6_000).map(|unit| format!("u{unit},visit,2026-01-01,channel number {unit}\n")).collect();
        world.file("log.csv", format!("user_id,event,timestamp,channel\n{rows}"));
        let arguments =
            ["conversion", "log.csv", "--steps", "visit", "--by", "channel", "--top", "9999", "-q", "-o", "out.json"];
        let start = Instant::now();
        world.run(&arguments).expect(0);
        let whole = start.elapsed();
        let new = world.read("out.json");
        let temporary = || world.names().iter().filter(|name| name.contains("funnel-tmp")).count();
        for moment in 0..16_u32 {
            world.file("out.json", "old");
            let mut command = world.command(&arguments);
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
            // Most of the moments lie at the end, where the result is written.
            std::thread::sleep(whole.mul_f64(0.4 + 0.04 * f64::from(moment)));
            let killed = moment % 4 == 3;
            let name = if killed { "-KILL" } else { "-TERM" };
            let _ =
                std::process::Command::new("kill").arg(name).arg(child.id().to_string()).stderr(Stdio::null()).status();
            child.wait().expect("ended");
            let now = world.read("out.json");
            assert!(now == "old" || now == new, "half a result of {} bytes", now.len());
            if !killed {
                assert_eq!(temporary(), 0, "{:?}", world.names());
            }
        }
        // What a killed run may have left, the next one takes away.
        world.run(&arguments).expect(0);
        assert_eq!(world.names(), ["log.csv", "out.json"]);
    }

    #[test]
    fn a_full_disk_keeps_the_old_result() {
        let world = world();
        world.file("out.json", "old");
        world.file("runs.csv", "");
        // No file may grow beyond one block: writing fails as on a full disk, which a limit can bring about anywhere.
        let line = format!(
            "trap '' XFSZ; ulimit -f 1; exec {} conversion log.csv --steps visit,buy -q -o out.json",
            crate::world::BINARY
        );
        let run = Run::of(world.command_of("/bin/sh").args(["-c", &line]));
        run.expect_error(1, &["out.json", "cannot write"]);
        assert_eq!(world.read("out.json"), "old");
        assert_eq!(world.names(), ["log.csv", "out.json", "runs.csv"]);
        run_to_full(&world);
    }

    /// The device that is always full.
    fn run_to_full(world: &World) {
        if fs::metadata("/dev/full").is_ok() {
            run(world, &["-o", "/dev/full", "--format", "json"]).expect_error(1, &["/dev/full"]);
        }
    }
}
