//! The summary of the report: each statement against numbers worked out beside it, and silence where the data say
//! nothing. Intervals and p-values are from an independent computation of Wilson's, Newcombe's and the exact formulas.

use crate::world::{Run, World, close, repository, shared};
use serde_json::Value;

/// Users that visit on the 5th of a month and, so many of them, buy two days later; a last record says how late it is.
fn log(months: &[(&str, u32, u32)], as_of: &str) -> String {
    let mut log = String::from("user_id,event,timestamp\n");
    for (month, entered, converted) in months {
        for user in 0..*entered {
            log.push_str(&format!("{month}-{user},visit,{month}-05\n"));
            if user < *converted {
                log.push_str(&format!("{month}-{user},buy,{month}-07\n"));
            }
        }
    }
    log.push_str(&format!("someone,ping,{as_of}\n"));
    log
}

const REPORT: [&str; 9] =
    ["report", "log.csv", "--steps", "visit,buy", "--every", "month", "--format", "json", "--quiet"];

fn statements(run: &Run) -> Vec<serde_json::Map<String, Value>> {
    run.expect(0);
    run.table("report.summary").rows.iter().map(|row| row.as_object().expect("a row").clone()).collect()
}

fn of<'a>(statements: &'a [serde_json::Map<String, Value>], key: &str) -> Option<&'a serde_json::Map<String, Value>> {
    statements.iter().find(|row| row["key"] == key)
}

#[track_caller]
fn assert_numbers(row: &serde_json::Map<String, Value>, expected: &[(&str, f64)]) {
    for (column, expected) in expected {
        let found = row[*column].as_f64().unwrap_or_else(|| panic!("no {column} in {row:?}"));
        assert!(close(found, *expected, 1e-9), "{column} is {found}, not {expected}");
    }
}

fn change(months: &[(&str, u32, u32)], as_of: &str) -> Vec<serde_json::Map<String, Value>> {
    let world = World::new();
    world.file("log.csv", log(months, as_of));
    statements(&world.run(&REPORT))
}

#[test]
fn a_change_that_is_more_than_noise_is_told_as_one() {
    let rows = change(&[("2026-01", 200, 60), ("2026-02", 200, 90)], "2026-04-30");
    let row = of(&rows, "conversion_rose").expect("a statement");
    // 45 % after 30 %: z = 0.15 / sqrt(0.375 x 0.625 / 100) = 3.098.
    let interval = [("low", 0.055_140_773_344_366_9), ("high", 0.241_134_930_893_479_68)];
    assert_numbers(row, &[("value", 0.45), ("base", 0.3), ("effect", 0.15), ("p_value", 0.001_945_773_693_739_149_3)]);
    assert_numbers(row, &interval);
    assert_eq!((&row["topic"], &row["basis"]), (&"change".into(), &"conversion.by_month".into()));
    let text = row["statement"].as_str().expect("a text");
    assert!(text.contains("45.0 % of the 200 users of 2026-02") && text.contains("30.0 % of 200 in 2026-01"), "{text}");
    assert!(text.contains("+15.0 points (+5.5 to +24.1) is more than noise (p = 0.002)"), "{text}");
    let fell = change(&[("2026-01", 200, 90), ("2026-02", 200, 60)], "2026-04-30");
    assert_numbers(of(&fell, "conversion_fell").expect("a statement"), &[("effect", -0.15)]);
}

#[test]
fn a_change_that_may_be_chance_is_told_as_no_more() {
    let rows = change(&[("2026-01", 200, 60), ("2026-02", 200, 70)], "2026-04-30");
    let row = of(&rows, "conversion_same").expect("a statement");
    assert_numbers(
        row,
        &[("effect", 0.05), ("low", -0.041_617_466_213_088_955), ("p_value", 0.285_736_624_495_659_73)],
    );
    assert!(row["statement"].as_str().expect("a text").contains("is no more than noise"), "{row:?}");
}

#[test]
fn periods_that_are_too_small_or_not_over_say_nothing() {
    let none = |rows: Vec<serde_json::Map<String, Value>>| rows.iter().all(|row| row["topic"] != "change");
    assert!(none(change(&[("2026-01", 29, 2), ("2026-02", 200, 90)], "2026-04-30")));
    // On the 10th of February the window of 14 days is open for all who came then.
    assert!(none(change(&[("2026-01", 200, 60), ("2026-02", 200, 90)], "2026-02-10")));
    // With a third month the two before it are told.
    let rows = change(&[("2026-01", 200, 60), ("2026-02", 200, 90), ("2026-03", 200, 3)], "2026-03-08");
    assert_numbers(of(&rows, "conversion_rose").expect("a statement"), &[("value", 0.45)]);
}

const STEPS: &str = r#"
[sources.log]
kind = "events"
files = ["log.csv"]
[[steps]]
name = "visit"
event = "visit"
[[steps]]
name = "signup"
event = "signup"
goal = { from_previous = 0.2 }
[[steps]]
name = "buy"
event = "buy"
goal = { from_previous = 0.95, from_first = 0.2 }
"#;

/// 400 visit, 100 of them sign up, `buyers` of these buy; all windows are over.
fn three_steps(buyers: u32) -> Vec<serde_json::Map<String, Value>> {
    let mut log = String::from("user_id,event,timestamp\n");
    for user in 0..400 {
        log.push_str(&format!("{user},visit,2026-01-05\n"));
        log.push_str(&if user < 100 { format!("{user},signup,2026-01-06\n") } else { String::new() });
        log.push_str(&if user < buyers { format!("{user},buy,2026-01-07\n") } else { String::new() });
    }
    log.push_str("someone,ping,2026-03-01\n");
    let world = World::new();
    world.file("log.csv", log).file("funnel.toml", STEPS);
    statements(&world.run(&["report", "--format", "json", "--quiet"]))
}

#[test]
fn the_biggest_leak_says_what_a_point_brings_and_whether_another_is_as_big() {
    let rows = three_steps(90);
    let leak = of(&rows, "leak").expect("a statement");
    let text = leak["statement"].as_str().expect("a text");
    // A point of 400 is 4 users, of whom 90 % buy. 10 of 100 is clearly less than 300 of 400.
    let expected = "The biggest leak is after visit: 300 of 400 users (75.0 %) did not go on to signup. One more point \
                    there would bring 3.6 more users at buy.";
    assert_eq!(text, expected);
    assert_numbers(leak, &[("value", 0.75)]);
    assert_eq!(leak["basis"], "conversion.leaks");
    // 78 of 100 against 300 of 400: p = 0.53.
    let near = three_steps(22);
    let text = of(&near, "leak").expect("a statement")["statement"].as_str().expect("a text").to_owned();
    assert!(text.contains("after signup: 78 of 100") && text.contains("after visit (75.0 %), is too near"), "{text}");
}

#[test]
fn goals_are_hit_and_missed_and_chance_is_told() {
    let rows = three_steps(90);
    let goals: Vec<_> = rows.iter().filter(|row| row["topic"] == "goal").collect();
    let keys: Vec<&str> = goals.iter().map(|row| row["key"].as_str().expect("a key")).collect();
    // 100 of 400 is 21.0 % to 29.5 %: above 20 %. 90 of 100 is 82.6 % to 94.5 %: below 95 %. 90 of 400 is 18.7 % to 26.9 %.
    assert_eq!(keys, ["goal_met", "goal_missed", "goal_met"]);
    assert_numbers(goals[1], &[("value", 0.9), ("base", 0.95)]);
    let text = |at: usize| goals[at]["statement"].as_str().expect("a text");
    assert!(!text(0).contains("chance") && !text(1).contains("chance") && text(2).contains("could be chance"));
    assert!(goals.iter().all(|row| row["basis"] == "conversion.steps"));
}

/// Deals of two channels, 60 each: so many of them are won, `open` of those of `a` are open, the others are lost.
fn costs(won: [u32; 2], open: u32) -> Vec<serde_json::Map<String, Value>> {
    let mut deals = String::from("deal_id,created,closed,status,channel\n");
    for (channel, won) in ["a", "b"].iter().zip(won) {
        for deal in 0..60 {
            let (closed, status) = match deal {
                deal if deal < won => ("2026-01-20", "won"),
                deal if *channel == "a" && deal >= 60 - open => ("", "new"),
                _ => ("2026-01-25", "lost"),
            };
            deals.push_str(&format!("{channel}{deal},2026-01-10,{closed},{status},{channel}\n"));
        }
    }
    let world = World::new();
    world.file("deals.csv", deals);
    world.file("spend.csv", "date,channel,cost\n2026-01-01,a,1000\n2026-01-01,b,1000\n");
    let report = ["report", "--deals", "deals.csv", "--spend", "spend.csv", "--steps", "new,won", "--format", "json"];
    statements(&world.run(&report))
}

#[test]
fn a_channel_costs_too_much_only_where_the_numbers_bear_it() {
    let rows = costs([10, 40], 0);
    let dear = of(&rows, "dear_channel").expect("a statement");
    // 100 a customer against 25. 10 of 50 customers for half of the spend: the exact p is 2.386e-5, twice that for two
    // channels; Wilson's interval of 10 of 50 at 97.5 % gives that of the ratio (1 - share) / share.
    assert_numbers(dear, &[("value", 100.0), ("base", 25.0), ("effect", 4.0), ("p_value", 4.772_266_335_351_105e-5)]);
    assert_numbers(dear, &[("low", 1.846_391_381_900_330_4), ("high", 8.665_551_711_757_118)]);
    assert_eq!((&dear["topic"], &dear["basis"]), (&"cost".into(), &"cost.cost".into()));
    // 20 and 30 may be chance; 12 of 60 leads open is more than a tenth: its customers may still come.
    assert_eq!(of(&costs([20, 30], 0), "dear_channel"), None);
    assert_eq!(of(&costs([10, 40], 12), "dear_channel"), None);
    let nothing = costs([0, 40], 0);
    let row = of(&nothing, "channel_without_customers").expect("a statement");
    assert!(row["statement"].as_str().expect("a text").contains("would have brought 40"), "{row:?}");
    assert_eq!((&row["value"], &row["effect"]), (&Value::Null, &Value::Null));
}

#[test]
fn the_win_rate_is_told_by_period_of_closing() {
    let mut deals = String::from("deal_id,created,closed,status\n");
    for (month, won) in [("01", 60), ("02", 40), ("03", 1)] {
        for deal in 0..if month == "03" { 40 } else { 100 } {
            let status = if deal < won { "won" } else { "lost" };
            deals.push_str(&format!("{month}{deal},2025-12-01,2026-{month}-10,{status}\n"));
        }
    }
    // A tenth of an earlier deal is open; March is not over.
    deals.push_str("open,2025-12-01,,new\n");
    let world = World::new();
    world.file("deals.csv", &deals);
    let report = ["report", "--deals", "deals.csv", "--steps", "new,won", "--as-of", "2026-03-20", "--format", "json"];
    let run = world.run(&report);
    let rows = statements(&run);
    let row = of(&rows, "win_rate_fell").expect("a statement");
    assert_numbers(row, &[("value", 0.4), ("base", 0.6), ("effect", -0.2)]);
    assert_eq!(row["basis"], "pipeline.by_close_month");
    assert_eq!(run.table("pipeline.by_close_month").counts("won"), [60, 40, 1]);
    // The order of rows changes nothing.
    let mut lines: Vec<&str> = deals.lines().collect();
    lines[1..].reverse();
    world.file("deals.csv", lines.join("\n"));
    assert_eq!(run.tables_text(), world.run(&report).tables_text());
}

#[test]
fn published_deals_are_stuck_as_they_were_counted() {
    let Some(deals) = shared("data/maven_crm/sales_pipeline.csv") else { return };
    let run = World::new().run(&["report", &deals.to_string_lossy(), "--format", "json"]);
    let rows = statements(&run);
    // 1,291 of 1,589 open deals are older than the longest deal ever closed, 138 days (the description of the data).
    let row = of(&rows, "older_than_won").expect("a statement");
    assert_numbers(row, &[("value", 1291.0 / 1589.0)]);
    assert!(row["statement"].as_str().expect("a text").contains("138 days at most"), "{row:?}");
    // Closed in December: 511 of 651 won, in November 406 of 768.
    assert_numbers(
        of(&rows, "win_rate_rose").expect("a statement"),
        &[("value", 511.0 / 651.0), ("base", 406.0 / 768.0)],
    );
}

#[test]
fn every_statement_follows_from_a_table_of_the_report() {
    for example in ["saas", "crm", "subscription"] {
        let world = World::new();
        world.folder(&repository().join("examples").join(example));
        let run = world.run(&["report", "--format", "json"]);
        let document = run.json();
        let names: Vec<&Value> =
            document["tables"].as_array().expect("tables").iter().map(|table| &table["name"]).collect();
        let rows = statements(&run);
        assert!(!rows.is_empty(), "{example} has no statement");
        for row in &rows {
            assert!(names.contains(&&row["basis"]), "{example}: no table for {row:?}");
        }
        // People read the same sentences, first of all sections.
        let text = world.run(&["report", "--quiet"]).text().replace('\n', " ");
        for row in &rows {
            assert!(text.contains(row["statement"].as_str().expect("a text")), "{example}: {row:?}");
        }
        // Alone it says the same.
        let alone = world.run(&["report", "--sections", "summary", "--format", "json"]);
        assert_eq!(statements(&alone), rows);
        assert_eq!(alone.json()["tables"].as_array().map(Vec::len), Some(1));
        let without = world.run(&["report", "--sections", "sources", "--format", "json"]);
        assert!(!without.text().contains("report.summary"));
    }
}
