//! Exit codes, error messages with a way out, and where input may come from.

use crate::world::{Run, World, assert_harmless};
use serde_json::Value;

pub const LOG: &str = "user_id,event,timestamp,channel
ann,visit,2026-01-01 10:00:00,ads
ann,signup,2026-01-01 10:05:00,ads
ann,add_to_cart,2026-01-01 10:06:00,ads
bob,visit,2026-01-02 10:00:00,seo
bob,signup,2026-01-02 10:10:00,seo
cid,visit,2026-01-03 10:00:00,ads
";

pub fn world() -> World {
    let world = World::new();
    world.file("log.csv", LOG);
    world
}

pub fn conversion(world: &World, more: &[&str]) -> Run {
    let mut arguments = vec!["conversion", "log.csv", "--steps", "visit,signup", "--window", "none"];
    arguments.extend(more);
    world.run(&arguments)
}

#[test]
fn usage_errors_exit_with_2() {
    let world = world();
    let wrong: [&[&str]; 8] = [
        &[],
        &["no-such-command"],
        &["conversion", "log.csv", "--no-such-flag"],
        &["conversion", "log.csv", "--steps", "visit,signup", "--window", "soon"],
        &["conversion", "log.csv", "--steps", "visit,signup", "--window", "1 month"],
        &["conversion", "log.csv", "--steps", "visit,signup", "--order", "sideways"],
        &["conversion", "log.csv", "--steps", "visit,signup", "--since", "yesterday"],
        &["conversion", "log.csv", "log.csv", "--steps", "visit,signup"],
    ];
    for arguments in wrong {
        let run = world.run(arguments);
        run.expect_error(2, &[]);
        assert!(!run.stderr.trim().is_empty(), "an error says something\n{}", run.block());
        assert_harmless(&run.stderr, "stderr");
    }
}

#[test]
fn a_file_given_twice_is_named() {
    let run = world().run(&["conversion", "log.csv", "./log.csv", "--steps", "visit,signup"]);
    run.expect_error(2, &["log.csv"]);
}

#[test]
fn order_is_no_option_of_deals() {
    let world = World::new();
    world.file("deals.csv", "deal_id,created,closed,status\nd1,2026-01-01,2026-01-05,Won\n");
    let run = world.run(&["conversion", "deals.csv", "--steps", "Lead,Won", "--order", "any"]);
    run.expect_error(2, &["--order"]);
}

#[test]
fn a_misspelt_step_is_an_error_with_the_nearest_name() {
    let world = world();
    // Of the eleven letters of add_to_cart a quarter may differ: two edits at most.
    let run = world.run(&["conversion", "log.csv", "--steps", "visit,add_to_crat"]);
    run.expect_error(2, &["hint: ", "add_to_cart"]);
    // Only the case differs.
    world.run(&["conversion", "log.csv", "--steps", "Visit,signup"]).expect_error(2, &["visit"]);
    // Only accents and punctuation differ.
    world.run(&["conversion", "log.csv", "--steps", "visit,add-to-cart"]).expect_error(2, &["add_to_cart"]);
    let run =
        world.run(&["conversion", "log.csv", "--steps", "visit,add_to_crat", "--allow-unknown", "--format", "json"]);
    assert_eq!(run.table("steps").counts("entered"), [3, 0], "{}", run.block());
    assert!(run.note_codes().contains(&"unknown_step".to_owned()), "{}", run.block());
}

#[test]
fn an_absent_step_counts_nothing_and_warns() {
    let world = world();
    let run = world.run(&["conversion", "log.csv", "--steps", "visit,refund", "--format", "json"]);
    assert_eq!(run.table("steps").counts("entered"), [3, 0], "{}", run.block());
    assert!(run.note_codes().contains(&"unknown_step".to_owned()), "{}", run.block());
    assert!(run.stderr.contains("refund"), "{}", run.block());
    // Two edits of six letters are more than a quarter of the length.
    world.run(&["conversion", "log.csv", "--steps", "visit,singup"]).expect(0);
    // A step given by an expression only warns.
    world
        .run(&["conversion", "log.csv", "--step", "In: event = 'visit'", "--step", "Cart: event = 'add_to_crat'"])
        .expect(0);
}

#[test]
fn names_that_differ_by_a_digit_are_different_names() {
    let world = World::new();
    world.file("log.csv", "user_id,event,timestamp\nann,level-1-done,2026-01-01\nann,level-2-done,2026-01-02\n");
    let run = world.run(&["conversion", "log.csv", "--steps", "level-1-done,level-3-done", "--format", "json"]);
    assert_eq!(run.table("steps").counts("entered"), [1, 0], "{}", run.block());
}

#[test]
fn a_missing_role_lists_the_columns_and_names_the_flag() {
    let world = World::new();
    world.file("log.csv", "who,what,moment\nann,visit,2026-01-01\n");
    world
        .run(&["conversion", "log.csv", "--steps", "visit"])
        .expect_error(3, &["log.csv", "who", "what", "moment", "--"]);
    let named = [
        "conversion",
        "log.csv",
        "--steps",
        "visit",
        "--id",
        "who",
        "--event",
        "what",
        "--time",
        "moment",
        "--format",
        "json",
    ];
    assert_eq!(world.run(&named).table("steps").counts("entered"), [1]);
    let wrong = ["conversion", "log.csv", "--steps", "visit", "--id", "who", "--event", "what", "--time", "momnt"];
    world.run(&wrong).expect_error(3, &["log.csv", "momnt", "moment"]);
}

#[test]
fn a_breakdown_by_a_misspelt_column_is_an_error() {
    let world = world();
    conversion(&world, &["--by", "chanel"]).expect_error(3, &["chanel", "channel"]);
    conversion(&world, &["--where", "chanel = 'ads'"]).expect_error(3, &["chanel"]);
}

#[test]
fn an_expression_that_is_none_is_an_error() {
    let world = world();
    for expression in ["channel = ", "channel ==== 'ads'", "(channel = 'ads'"] {
        conversion(&world, &["--where", expression]).expect_error(2, &["--where"]);
    }
}

#[test]
fn a_file_that_cannot_be_read_exits_with_1() {
    let world = world();
    world.run(&["conversion", "absent.csv", "--steps", "visit"]).expect_error(1, &["absent.csv"]);
    world.run(&["check", "log.csv", "absent.csv"]).expect_error(1, &["absent.csv"]);
}

/// All texts anywhere in a JSON value.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(map) => map.values().for_each(|item| texts(item, found)),
        _ => {}
    }
}

#[test]
fn errors_for_machines_are_json() {
    let world = world();
    let cases: [(&[&str], i32, &str); 3] = [
        (&["conversion", "log.csv", "--steps", "visit,add_to_crat"], 2, "usage"),
        (&["conversion", "absent.csv", "--steps", "visit"], 1, "io"),
        (&["conversion", "log.csv", "--steps", "visit", "--time", "moment"], 3, "data"),
    ];
    for (arguments, code, kind) in cases {
        let mut arguments = arguments.to_vec();
        arguments.extend(["--error-format", "json"]);
        let run = world.run(&arguments);
        run.expect_error(code, &[]);
        let lines: Vec<&str> = run.stderr.lines().filter(|line| !line.trim().is_empty()).collect();
        let last = lines.last().unwrap_or_else(|| panic!("stderr is empty\n{}", run.block()));
        let value: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}\n{}", run.block()));
        let mut found = Vec::new();
        texts(&value, &mut found);
        assert!(found.iter().any(|text| text == kind), "no kind {kind:?} in {value}");
    }
}

#[test]
fn cells_never_stand_in_messages() {
    let world = World::new();
    world.file("log.csv", "user_id,event,timestamp,paid\nann,visit,2026-01-01,1\nsecret-person,visit,secret-time,2\nbob,visit,2026-01-01,secret-amount\n");
    let run = world.run(&["check", "log.csv", "--value", "paid", "--max-rejects", "3"]);
    assert!(!run.stderr.contains("secret"), "{}", run.block());
    assert!(!run.text().contains("secret"), "{}", run.block());
    let run = world.run(&["check", "log.csv", "--value", "paid", "--max-rejects", "0"]);
    run.expect(3);
    assert!(!run.stderr.contains("secret"), "{}", run.block());
}

#[test]
fn standard_input_gives_what_the_file_gives() {
    let world = world();
    let file = conversion(&world, &["--by", "channel", "--format", "json"]);
    let arguments =
        ["conversion", "-", "--steps", "visit,signup", "--window", "none", "--by", "channel", "--format", "json"];
    let piped = world.run_with_input(&arguments, LOG.as_bytes());
    assert_eq!(piped.tables_text(), file.tables_text());
    world.run_with_input(&["conversion", "-", "-", "--steps", "visit,signup"], LOG.as_bytes()).expect_error(2, &[]);
}

#[test]
fn the_reject_limit_stops_the_run() {
    let world = World::new();
    let rows: String = (0..9).map(|unit| format!("u{unit},visit,2026-01-01\n")).collect();
    world.file("log.csv", format!("user_id,event,timestamp\n{rows}u9,visit\n"));
    // One of ten records is 10 %, which is not above the limit.
    let run = world.run(&["conversion", "log.csv", "--steps", "visit", "--format", "json"]);
    assert_eq!(run.table("steps").counts("entered"), [9], "{}", run.block());
    for limit in [&["--strict"][..], &["--max-rejects", "0"], &["--max-rejects", "5%"]] {
        let mut arguments = vec!["conversion", "log.csv", "--steps", "visit", "--rejects", "rejects.csv"];
        arguments.extend(limit);
        world.run(&arguments).expect_error(3, &["log.csv"]);
        // The list of rejects is written all the same: line 11 is the tenth record.
        let rejects = world.read("rejects.csv");
        assert!(rejects.lines().nth(1).is_some_and(|line| line.contains(",11,")), "{rejects}");
        std::fs::remove_file(world.path().join("rejects.csv")).expect("the rejects");
    }
    // `check` prints its tables before it fails.
    let run = world.run(&["check", "log.csv", "--strict", "--format", "json"]);
    run.expect(3);
    assert!(!run.stdout.is_empty(), "{}", run.block());
}

#[test]
fn help_leads_with_examples() {
    let world = world();
    for command in ["conversion", "churn", "report", "check"] {
        let run = world.run(&[command, "--help"]);
        run.expect(0);
        let text = run.text().to_lowercase();
        let example = text.find("example").unwrap_or_else(|| panic!("no example\n{}", run.block()));
        let options = text.find("options:").unwrap_or_else(|| panic!("no options\n{}", run.block()));
        assert!(example < options, "examples come first\n{}", run.block());
        assert!(text.contains(&format!("funnel {command}")), "{}", run.block());
        assert!(run.stderr.is_empty(), "{}", run.block());
    }
    let run = world.run(&["--help"]);
    run.expect(0);
    for command in ["conversion", "churn", "report", "check"] {
        assert!(run.text().contains(command), "{}", run.block());
    }
    assert!(world.run(&["--version"]).text().contains(env!("CARGO_PKG_VERSION")));
}
