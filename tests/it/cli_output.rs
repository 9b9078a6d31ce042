//! What is written where: streams, files, colour, width, closed pipes.

use crate::cli::{LOG, conversion, world};
use crate::world::{World, assert_harmless};
use serde_json::Value;
use std::fs;
use std::io::Read;
use std::process::Stdio;

#[test]
fn standard_output_is_data_only() {
    let world = world();
    let run = conversion(&world, &["--format", "json"]);
    // What was recognised is said on standard error, and stands in the JSON.
    assert!(run.stderr.contains("user_id"), "{}", run.block());
    let document = run.json();
    assert_eq!(document["schema"], "funnel/1");
    assert_eq!(document["command"], "conversion");
    assert_eq!(document["sources"][0]["kind"], "events");
    assert_eq!(document["sources"][0]["columns"]["id"], "user_id");
    assert_eq!(document["sources"][0]["columns"]["time"], "timestamp");
    assert!(document["settings"].is_object(), "{}", run.block());
    let file = &document["sources"][0]["files"][0];
    let counts = ["records", "loaded", "rejected", "blank", "skipped"].map(|key| file[key].as_u64());
    assert_eq!(counts, [Some(6), Some(6), Some(0), Some(0), Some(0)]);
    let keys: Vec<&String> = document.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["schema", "version", "command", "as_of", "settings", "sources", "tables", "notes"]);
    let quiet = conversion(&world, &["--format", "json", "--quiet"]);
    assert_eq!(quiet.stdout, run.stdout);
    assert_eq!(quiet.stderr, "");
}

#[test]
fn the_steps_table_has_the_promised_columns() {
    let promised = [
        "step",
        "name",
        "entered",
        "from_previous",
        "from_previous_low",
        "from_previous_high",
        "from_first",
        "from_first_low",
        "from_first_high",
        "dropped",
        "open",
        "time_mean",
        "time_p25",
        "time_median",
        "time_p75",
        "time_p90",
        "value",
        "goal",
        "goal_met",
    ];
    let world = world();
    let document = conversion(&world, &["--format", "json"]).json();
    assert_eq!(document["tables"][0]["name"], "steps", "the first table is the command's main one");
    assert_eq!(conversion(&world, &["--format", "json"]).table("steps").columns, promised);
    let run = conversion(&world, &["--format", "json", "--by", "channel", "--every", "day"]);
    let columns = run.table("steps").columns;
    assert_eq!(columns[..2], ["channel", "period"], "breakdown first, then the period");
    assert_eq!(columns[2..], promised);
    let overall = [
        "entered",
        "converted",
        "rate",
        "low",
        "high",
        "mature_entered",
        "mature_rate",
        "estimate",
        "time_mean",
        "time_p25",
        "time_median",
        "time_p75",
        "time_p90",
    ];
    assert_eq!(conversion(&world, &["--format", "json"]).table("overall").columns, overall);
}

#[test]
fn a_breakdown_column_that_clashes_gets_a_prefix() {
    let world = World::new();
    world.file("log.csv", "user_id,event,timestamp,step\nann,visit,2026-01-01,x\nbob,visit,2026-01-01,y\n");
    let run = world.run(&["conversion", "log.csv", "--steps", "visit", "--by", "step", "--format", "json"]);
    let table = run.table("steps");
    assert_eq!(table.columns[0], "by_step");
    assert_eq!(table.texts("by_step"), ["x", "y"]);
}

#[test]
fn a_report_holds_the_tables_under_the_name_of_their_command() {
    let world = world();
    let steps = ["log.csv", "--steps", "visit,signup", "--window", "none", "--format", "json"];
    let run = world.run(&[&["report"], &steps[..]].concat());
    let document = run.json();
    assert_eq!(document["command"], "report");
    let single = conversion(&world, &["--format", "json"]).table("steps");
    assert_eq!(run.table("conversion.steps"), single);
}

#[test]
fn nothing_is_coloured_in_a_pipe() {
    let world = world();
    for format in ["table", "markdown"] {
        let run = conversion(&world, &["--format", format]);
        run.expect(0);
        assert_harmless(run.text(), "stdout");
        assert_harmless(&run.stderr, "stderr");
    }
    let mut command = world.command(&["conversion", "log.csv", "--steps", "visit,signup", "--color", "auto"]);
    let run = crate::world::Run::of(command.env("CLICOLOR_FORCE", "0").env("NO_COLOR", "1"));
    assert_harmless(run.text(), "stdout");
}

#[test]
fn a_table_fits_the_width() {
    let world = world();
    for width in ["60", "80", "120"] {
        let mut command = world.command(&["conversion", "log.csv", "--steps", "visit,signup", "--by", "channel"]);
        let run = crate::world::Run::of(command.env("COLUMNS", width));
        run.expect(0);
        let longest = run.text().lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(longest <= width.parse().expect("a width"), "{longest} of {width}\n{}", run.block());
    }
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let world = world();
    let direct = conversion(&world, &["--format", "json"]);
    let run = conversion(&world, &["-o", "out.json"]);
    run.expect(0);
    assert!(run.stdout.is_empty(), "{}", run.block());
    assert_eq!(world.read("out.json").as_bytes(), direct.stdout, "the format follows from the extension");
    assert_eq!(world.names(), ["log.csv", "out.json"], "no temporary file is left");
    // A run that fails leaves the old file as it was.
    world.file("out.json", "old");
    conversion(&world, &["-o", "out.json", "--by", "chanel"]).expect_error(3, &[]);
    assert_eq!(world.read("out.json"), "old");
    assert_eq!(world.names(), ["log.csv", "out.json"]);
    conversion(&world, &["-o", "absent/out.json"]).expect_error(1, &["absent"]);
}

#[test]
fn a_file_never_overwrites_its_input() {
    let world = world();
    let run = world.run(&["conversion", "log.csv", "--steps", "visit,signup", "-o", "log.csv"]);
    // Whether it is refused or replaced in the end, the data must have been read from the old file.
    if run.code == Some(0) {
        assert!(world.read("log.csv").starts_with("step,"), "{}", run.block());
    } else {
        assert_eq!(world.read("log.csv"), LOG);
    }
}

#[test]
fn an_extension_or_a_flag_chooses_the_format() {
    let world = world();
    for (name, flag) in [("a.csv", "csv"), ("a.ndjson", "ndjson"), ("a.md", "markdown")] {
        conversion(&world, &["-o", name]).expect(0);
        assert_eq!(world.read(name).as_bytes(), conversion(&world, &["--format", flag]).stdout, "{name}");
    }
    conversion(&world, &["-o", "a.txt", "--format", "csv"]).expect(0);
    assert_eq!(world.read("a.txt"), world.read("a.csv"));
}

#[test]
fn a_folder_takes_a_file_per_table() {
    let world = world();
    fs::create_dir(world.path().join("out")).expect("a folder");
    conversion(&world, &["-o", "out/", "--format", "csv"]).expect(0);
    let steps = world.read("out/steps.csv");
    assert_eq!(steps.as_bytes(), conversion(&world, &["--format", "csv"]).stdout);
    assert!(world.read("out/overall.csv").starts_with("entered,converted,rate"));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let world = World::new();
    let rows: String = (0..3_000).map(|unit| format!("u{unit},visit,2026-01-01,c{unit}\n")).collect();
    world.file("log.csv", format!("user_id,event,timestamp,channel\n{rows}"));
    let arguments =
        ["conversion", "log.csv", "--steps", "visit", "--by", "channel", "--top", "3000", "--format", "csv", "--quiet"];
    let mut command = world.command(&arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    // More than a pipe holds is to come; reading ends after the first bytes.
    let mut first = [0; 16];
    let mut pipe = child.stdout.take().expect("a pipe");
    pipe.read_exact(&mut first).expect("some output");
    drop(pipe);
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "a closed pipe is no error");
    assert!(output.status.code().is_none_or(|code| code == 0), "{:?}", output.status);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let world = world();
    let mut command = world.command(&["conversion", "log.csv", "--steps", "visit,signup", "--format", "json"]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let status = command.stdout(full).stderr(Stdio::null()).status().expect("the program starts");
    assert_eq!(status.code(), Some(1));
}

#[test]
fn the_surroundings_change_nothing() {
    let world = world();
    let plain = conversion(&world, &["--format", "json", "--every", "day", "--by", "channel"]);
    let arguments = [
        "conversion",
        "log.csv",
        "--steps",
        "visit,signup",
        "--window",
        "none",
        "--format",
        "json",
        "--every",
        "day",
        "--by",
        "channel",
    ];
    for (name, value) in [
        ("TZ", "Asia/Kolkata"),
        ("LANG", "de_DE.UTF-8"),
        ("LC_ALL", "fr_FR"),
        ("COLUMNS", "20"),
        ("POLARS_MAX_THREADS", "1"),
        ("RAYON_NUM_THREADS", "1"),
    ] {
        let run = crate::world::Run::of(world.command(&arguments).env(name, value));
        assert_eq!(String::from_utf8_lossy(&run.stdout), plain.text(), "{name}={value}");
    }
    let mut bare = world.command(&arguments);
    let run = crate::world::Run::of(bare.env_clear());
    assert_eq!(String::from_utf8_lossy(&run.stdout), plain.text(), "no environment at all");
}

#[test]
fn a_variable_stands_between_the_flag_and_the_file() {
    let world = world();
    world.file("funnel.toml", "[funnel]\ntimezone = \"Europe/Paris\"\n");
    let zone = |variable: Option<&str>, flags: &[&str]| -> Value {
        let mut arguments = vec!["conversion", "log.csv", "--steps", "visit,signup", "--format", "json"];
        arguments.extend(flags);
        let mut command = world.command(&arguments);
        if let Some(variable) = variable {
            command.env("FUNNEL_TIMEZONE", variable);
        }
        crate::world::Run::of(&mut command).json()["settings"]["timezone"].clone()
    };
    assert_eq!(zone(None, &[]), "Europe/Paris");
    assert_eq!(zone(Some("Asia/Tokyo"), &[]), "Asia/Tokyo");
    assert_eq!(zone(Some("Asia/Tokyo"), &["--timezone", "UTC"]), "UTC");
    world.file("funnel.toml", "[funnel]\ntimezon = \"Europe/Paris\"\n");
    conversion(&world, &[]).expect_error(2, &["funnel.toml", "timezon", "timezone"]);
}
