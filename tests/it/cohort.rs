//! `funnel cohort` on real data against published figures, its formats, and what it refuses.

use crate::world::{Run, World, close, shared};
use serde_json::Value;
use std::fs;

/// The orders of CDNOW as CSV: the file itself is set in columns of varying width.
fn orders() -> Option<(World, Value)> {
    let read = |name: &str| fs::read_to_string(shared(name)?).ok();
    let text = read("data/cdnow/CDNOW_master.txt")?;
    let reference = serde_json::from_str(&read("data/cdnow/reference.json")?).expect("JSON");
    let lines = text.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>().join(",") + "\n");
    let world = World::new();
    world.file("orders.csv", lines.collect::<String>());
    Some((world, reference))
}

fn cohort(world: &World, more: &[&str]) -> Run {
    let mut arguments = vec!["cohort", "--orders", "orders.csv", "--no-header", "customer,date,quantity,amount"];
    arguments.extend(["--format", "json"].iter().chain(more));
    world.run(&arguments)
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

#[test]
fn cdnow_retention_and_revenue() {
    let Some((world, reference)) = orders() else { return };
    let run = cohort(&world, &["--measure", "revenue"]);
    let table = run.table("cohorts");
    let retention = cohort(&world, &[]).table("cohorts");
    let months = reference["cohorts"].as_object().expect("cohorts");
    assert_eq!(months.len(), 3);
    assert_eq!(table.rows.len(), months.values().map(|month| numbers(&month["active"]).len()).sum::<usize>());
    for (month, expected) in months {
        let name = format!("{month}-01");
        let rows = table.only("cohort", &name);
        let own =
            |column: &str| rows.numbers(column).into_iter().map(|value| value.expect("a number")).collect::<Vec<_>>();
        assert!(rows.column("size").iter().all(|size| *size == expected["size"]), "{month}");
        assert_eq!(own("active"), numbers(&expected["active"]), "{month}");
        assert_eq!(own("value"), numbers(&expected["revenue"]), "{month}: money is exact");
        assert_eq!(retention.only("cohort", &name).numbers("active"), rows.numbers("active"), "{month}");
        let near = |column: &str, key: &str, tolerance: f64| {
            let pairs = own(column).into_iter().zip(numbers(&expected[key]));
            assert!(pairs.clone().all(|(own, expected)| (own - expected).abs() <= tolerance), "{month} {column}");
        };
        near("rate", "retention", 5e-7);
        near("per_unit", "cumulative_ltv", 5e-5);
        // The data end with the last day of June: every month is over.
        assert!(rows.column("complete").iter().all(|flag| *flag == true), "{month}");
    }
    // Every order is in a cell once.
    let cents = |value: Option<f64>| (value.expect("money") * 100.0).round();
    let total: f64 = table.numbers("value").into_iter().map(cents).sum();
    assert!(close(total, reference["revenue"].as_f64().expect("a sum") * 100.0, 0.0), "{total}");
    // At age 15 all three cohorts are pooled, at age 17 the first alone.
    let pooled = run.table("pooled");
    let active = |month: &str, age: usize| numbers(&reference["cohorts"][month]["active"])[age];
    let sum: f64 = ["1997-01", "1997-02", "1997-03"].iter().map(|month| active(month, 15)).sum();
    assert_eq!(pooled.numbers("active")[15], Some(sum));
    assert_eq!(pooled.counts("size")[15..], [23_570, 16_322, 7_846]);
    assert_eq!(pooled.numbers("active")[17], Some(active("1997-01", 17)));
}

#[test]
fn cdnow_conversion_is_the_second_order() {
    let Some((world, reference)) = orders() else { return };
    let table = cohort(&world, &["--measure", "conversion", "--every", "year"]).table("cohorts");
    // All customers began in 1997; by the end of the data 49.4782 % had ordered again, the same day included.
    assert_eq!(table.counts("size"), [23_570, 23_570]);
    let rate = table.numbers("rate")[1].expect("a rate");
    assert!((rate - reference["repeat_rate"].as_f64().expect("a rate")).abs() < 5e-7, "{rate}");
}

#[test]
fn deals_are_won_by_cohort_of_creation() {
    let Some(folder) = shared("data/maven_crm") else { return };
    let reference: Value =
        serde_json::from_slice(&fs::read(folder.join("reference.json")).expect("the reference")).expect("JSON");
    let deals = folder.join("sales_pipeline.csv");
    let run = World::new().run(&["cohort", "--deals", &deals.to_string_lossy(), "--format", "json"]);
    let table = run.table("cohorts");
    let months = reference["by_engage_month_cohort"].as_object().expect("months");
    for (month, expected) in months {
        let rows = table.only("cohort", &format!("{month}-01"));
        assert!(rows.column("size").iter().all(|size| *size == expected["engaged"]), "{month}");
        let active = rows.counts("active");
        assert!(active.is_sorted(), "{month}: a deal once won stays won: {active:?}");
        assert_eq!(active.last().copied(), expected["won"].as_u64(), "{month}");
    }
    assert_eq!(run.json()["settings"]["measure"], "conversion");
    assert!(run.note_codes().contains(&"no_entry_time".to_owned()), "500 deals have no date\n{}", run.block());
}

/// Two users of February and one of March who come back or not; the last moment of the data is 2026-04-10 00:00.
const LOG: &str = "user_id,event,timestamp,plan,amount
ann,signup,2026-02-03T10:00:00Z,pro,
ann,order,2026-02-04T10:00:00Z,pro,1000.50
ann,order,2026-03-05T10:00:00Z,pro,2000
bob,signup,2026-02-27T10:00:00Z,free,
bob,order,2026-04-09T10:00:00Z,free,30
cid,signup,2026-03-15T10:00:00Z,free,
cid,order,2026-04-10T00:00:00Z,free,5
";

fn log(more: &[&str]) -> Run {
    let world = World::new();
    let mut arguments = vec!["cohort", "log.csv", "--start", "signup", "--return", "order"];
    arguments.extend(more);
    world.file("log.csv", LOG).run(&arguments)
}

#[test]
fn the_matrix_for_people() {
    let run = log(&["--quiet"]);
    run.expect(0);
    // February: ann in March; bob in April, which is under way. March: cid in April. Only age 1 of February is over.
    for line in [
        "Cohort      Size       0      1       2",
        "2026-02-01     2  █100.0  ▒50.0  ▒50.0*",
        "2026-03-01     1  █100.0  █100.0*",
        "Pooled         3  █100.0  ▒50.0",
    ] {
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(run.text().lines().any(|shown| squeezed(shown) == squeezed(line)), "no line {line:?}\n{}", run.block());
    }
    for words in ["first `signup`", "calendar month", "(on)", "under way", "3 users in 2 cohorts", "UTC"] {
        assert!(run.text().contains(words), "no {words:?}\n{}", run.block());
    }
    for words in ["on or after", "at least 2 times", "rolling"] {
        let run = log(&["--quiet", "--mode", "on-or-after", "--min-occurrences", "2", "--rolling"]);
        assert!(run.text().contains(words), "no {words:?}\n{}", run.block());
    }
}

#[test]
fn a_narrow_terminal_drops_the_latest_ages_and_says_so() {
    let world = World::new();
    world.file("log.csv", LOG);
    let mut command =
        world.command(&["cohort", "log.csv", "--start", "signup", "--return", "order", "--every", "day", "--quiet"]);
    let run = Run::of(command.env("COLUMNS", "60"));
    run.expect(0);
    assert!(run.text().lines().all(|line| line.chars().count() <= 60), "{}", run.block());
    let header = run.text().lines().find(|line| line.starts_with("Cohort ")).expect("a header");
    let ages: Vec<&str> = header.split_whitespace().skip(2).collect();
    assert!(ages.len() > 2 && ages.iter().enumerate().all(|(at, age)| *age == at.to_string()), "{header}");
    assert!(run.text().contains("66"), "the latest ages are named\n{}", run.block());
}

#[test]
fn the_long_table_and_the_wide_one() {
    let run = log(&["--format", "csv", "--quiet"]);
    assert_eq!(run.text().lines().next(), Some("cohort,size,period,active,rate,low,high,complete"));
    assert_eq!(run.text().lines().count(), 6, "three ages of February, two of March\n{}", run.block());
    let table = log(&["--format", "json"]).table("cohorts");
    assert_eq!(table.counts("active"), [2, 1, 1, 1, 1]);
    assert_eq!(table.column("complete"), [true, true, false, true, false]);
    // Wilson at 95 % of 2 of 2 and of 1 of 2, as another program gives them.
    let bounds = [(0.342_380_227_506_653, 1.0), (0.094_531_205_734_230_74, 0.905_468_794_265_769_3)];
    for ((low, high), (own_low, own_high)) in bounds.iter().zip(table.numbers("low").iter().zip(table.numbers("high")))
    {
        assert!(close(own_low.expect("a bound"), *low, 1e-12) && close(own_high.expect("a bound"), *high, 1e-12));
    }
    let run = log(&["--format", "csv", "--quiet", "--wide", "--periods", "4"]);
    assert_eq!(run.text(), "cohort,size,0,1,2,3\n2026-02-01,2,1,0.5,0.5,\n2026-03-01,1,1,1,,\n");
    let run = log(&["--format", "csv", "--quiet", "--wide", "--cells", "active"]);
    assert_eq!(run.text(), "cohort,size,0,1,2\n2026-02-01,2,2,1,1\n2026-03-01,1,1,1,\n");
    let revenue = ["--measure", "revenue", "--value", "amount", "--format", "csv", "--quiet"];
    let run = log(&[&revenue[..], &["--wide"]].concat());
    assert_eq!(run.text(), "cohort,size,0,1,2\n2026-02-01,2,1000.5,2000,30\n2026-03-01,1,0,5,\n");
    let run = log(&revenue);
    assert_eq!(
        run.text().lines().next(),
        Some("cohort,size,period,active,rate,low,high,complete,value,cumulative,per_unit")
    );
    assert!(run.text().contains(",false,30,3030.5,1515.25\n"), "{}", run.block());
}

#[test]
fn a_breakdown_stands_first_and_its_name_gives_way() {
    let run = log(&["--by", "plan", "--format", "json"]);
    let table = run.table("cohorts");
    assert_eq!(table.columns[..4], ["plan", "cohort", "size", "period"]);
    // Two free users, one pro: the larger group first; the same cohorts in both, ann's month without anybody in March.
    assert_eq!(table.only("plan", "free").only("cohort", "2026-02-01").counts("active"), [1, 0, 1]);
    assert_eq!(table.only("plan", "pro").only("cohort", "2026-02-01").counts("active"), [1, 1, 0]);
    assert_eq!(table.only("plan", "pro").only("cohort", "2026-03-01").counts("size"), [0, 0]);
    assert!(table.only("plan", "pro").only("cohort", "2026-03-01").numbers("rate").iter().all(Option::is_none));
    assert_eq!(table.texts("plan")[0], "free");
    let world = World::new();
    world.file("log.csv", LOG.replace("plan", "size"));
    let run = world.run(&["cohort", "log.csv", "--by", "size", "--format", "json"]);
    assert_eq!(run.table("cohorts").columns[..3], ["by_size", "cohort", "size"]);
}

#[test]
fn what_cannot_be_combined_is_refused() {
    log(&["--measure", "conversion", "--mode", "on"]).expect_error(2, &["--mode", "retention", "hint: "]);
    log(&["--measure", "revenue", "--value", "amount", "--min-occurrences", "2"])
        .expect_error(2, &["--min-occurrences"]);
    log(&["--measure", "revenue"]).expect_error(2, &["--value COLUMN"]);
    log(&["--cells", "value"]).expect_error(2, &["--measure revenue"]);
    log(&["--every", "hour", "--since", "1970-01-01"]).expect_error(2, &["--every"]);
    let world = World::new();
    world.file("log.csv", LOG).file("deals.csv", "deal_id,created,closed,status\nd1,2026-01-01,2026-01-05,Won\n");
    world.run(&["cohort", "log.csv", "--start", "sign-up"]).expect_error(2, &["did you mean `signup`"]);
    world.run(&["cohort", "log.csv", "--start", "sign-up", "--allow-unknown"]).expect(0);
    world.run(&["cohort", "--deals", "deals.csv", "--start", "x"]).expect_error(2, &["--start", "created"]);
    world.run(&["cohort", "--deals", "deals.csv", "--measure", "retention"]).expect_error(2, &["conversion"]);
    world.run(&["cohort", "--deals", "deals.csv", "--first", "recurring"]).expect_error(2, &["--first"]);
    world.file("orders.csv", "customer,date,amount\nc1,2026-01-01,5\n");
    world.run(&["cohort", "--orders", "orders.csv", "--start", "first"]).expect_error(2, &["orders have no names"]);
    world.file("spend.csv", "date,cost\n2026-01-01,5\n");
    world.run(&["cohort", "--kind", "spend", "spend.csv"]).expect_error(2, &["events, orders or deals"]);
}

#[test]
fn the_settings_may_stand_in_the_file() {
    let world = World::new();
    world.file("log.csv", LOG);
    world.file("funnel.toml", "[cohort]\nstart = \"signup\"\nreturn = \"order\"\nmode = \"on-or-after\"\n");
    let run = world.run(&["cohort", "log.csv", "--format", "json"]);
    assert_eq!(run.table("cohorts").counts("active"), [2, 2, 1, 1, 1]);
    assert_eq!(run.json()["settings"]["start"]["event"], "signup");
    assert!(run.note_codes().contains(&"on_or_after_edge".to_owned()), "{}", run.block());
}

#[test]
fn nothing_to_count_is_no_error() {
    let world = World::new();
    world.file("log.csv", "user_id,event,timestamp\n");
    let run = world.run(&["cohort", "log.csv", "--format", "json"]);
    assert!(run.table("cohorts").rows.is_empty() && run.table("pooled").rows.is_empty(), "{}", run.block());
    world.run(&["cohort", "log.csv"]).expect(0);
    let run = log(&["--since", "2030-01-01", "--format", "json"]);
    assert!(run.table("cohorts").rows.is_empty(), "{}", run.block());
}
