//! `funnel check`: the accounts, the rejects and every finding, on files small enough to be counted by hand.

use crate::world::{Run, World};
use serde_json::{Value, json};
use std::fmt::Write;

fn check(content: &str, more: &[&str]) -> Run {
    let world = World::new();
    world.file("data.csv", content);
    let mut arguments = vec!["check", "data.csv", "--format", "json"];
    arguments.extend(more);
    world.run(&arguments)
}

/// Codes of the findings with their rows.
fn findings(run: &Run) -> Vec<(String, Option<u64>)> {
    let table = run.table("findings");
    assert_eq!(table.columns, ["level", "code", "text", "rows"]);
    table.texts("code").into_iter().zip(table.column("rows").iter().map(Value::as_u64)).collect()
}

#[track_caller]
fn expect_findings(run: &Run, expected: &[(&str, Option<u64>)]) {
    let found = findings(run);
    let found: Vec<(&str, Option<u64>)> = found.iter().map(|(code, rows)| (code.as_str(), *rows)).collect();
    assert_eq!(found, expected, "{}", run.block());
}

#[track_caller]
fn text_of(run: &Run, code: &str) -> String {
    run.table("findings").only("code", code).texts("text").join("\n")
}

#[test]
fn sources_and_rejects_are_accounted_for() {
    let content = "user_id,event,timestamp,paid
ann,visit,2026-01-02 10:00:00,0.10
ann,visit,2026-01-01 09:30:00,0.20
bob,visit,2026-01-03 10:00:00,
,visit,2026-01-03 10:00:00,5
cid,visit,2026-02-30 10:00:00,5
cid,visit,soon,5
dan,visit
,,,
eve,visit,2026-01-04 10:00:00,
";
    let run = check(content, &["--value", "paid", "--max-rejects", "50%"]);
    let sources = run.table("sources");
    assert_eq!(
        sources.columns,
        ["file", "records", "loaded", "rejected", "blank", "skipped", "first", "last", "ids", "value_sum"]
    );
    // 9 records = 4 loaded + 4 rejected (empty id, 30 February, a word as time, two fields missing) + 1 blank.
    assert_eq!(
        sources.rows,
        [json!({"file": "data.csv", "records": 9, "loaded": 4, "rejected": 4, "blank": 1, "skipped": 0,
            "first": "2026-01-01T09:30:00Z", "last": "2026-01-04T10:00:00Z", "ids": 3, "value_sum": "0.3"})]
    );
    let rejects = run.table("rejects");
    assert_eq!(rejects.columns, ["reason", "column", "rows", "first_line"]);
    let mut lines: Vec<(Value, u64)> = rejects.column("column").into_iter().zip(rejects.counts("first_line")).collect();
    lines.sort_by_key(|(_, line)| *line);
    lines.retain(|(column, _)| column != "timestamp");
    assert_eq!(lines, [(json!("user_id"), 5), (Value::Null, 8)], "{}", run.block());
    let times = rejects.only("column", "timestamp");
    assert_eq!(times.counts("rows").iter().sum::<u64>(), 2, "{}", run.block());
    assert_eq!(times.counts("first_line").into_iter().min(), Some(6), "{}", run.block());
    // Each place has 1 % of the records or more.
    assert_eq!(run.table("findings").only("code", "unreadable").counts("rows"), [1, 2, 1], "{}", run.block());
}

#[test]
fn ids_are_counted_by_file() {
    let world = World::new();
    world.file("one.csv", "user_id,event,timestamp\nann,visit,2026-01-01 10:00:00\nbob,visit,2026-01-01 10:00:01\n");
    world.file("two.csv", "user_id,event,timestamp\nann,visit,2026-01-01 10:00:00\nann,buy,2026-01-02 10:00:00\n");
    let run = world.run(&["check", "one.csv", "two.csv", "--format", "json"]);
    assert_eq!(run.table("sources").counts("ids"), [2, 1], "{}", run.block());
    assert_eq!(run.table("sources").texts("last"), ["2026-01-01T10:00:01Z", "2026-01-02T10:00:00Z"]);
    // Ann's visit stands in both files.
    expect_findings(&run, &[("duplicates", Some(1))]);
}

#[test]
fn sound_records_have_no_findings() {
    let run = check("user_id,event,timestamp\nann,visit,2026-01-01 10:00:00\nbob,visit,2026-01-02 11:00:00\n", &[]);
    expect_findings(&run, &[]);
    assert!(run.table("rejects").rows.is_empty());
    let world = World::new();
    world.file("data.csv", "user_id,event,timestamp\nann,visit,2026-01-01 10:00:00\n");
    let people = world.run(&["check", "data.csv"]);
    people.expect(0);
    let text = people.text();
    assert!(text.contains("1 of 1 records were loaded"), "{}", people.block());
    assert!(text.contains("id = \"user_id\", event = \"event\", time = \"timestamp\""), "{}", people.block());
    assert!(text.contains("Nothing looks odd."), "{}", people.block());
}

#[test]
fn choices_of_formats_are_told() {
    let world = World::new();
    world.file("data.csv", "user_id;event;timestamp\nann;visit;13/01/2026 10:00\nbob;visit;02/01/2026 11:00\n");
    let run = world.run(&["check", "data.csv"]);
    run.expect(0);
    assert!(run.text().contains("fields are separated by \";\""), "{}", run.block());
    assert!(run.text().contains("times of `timestamp` are read as"), "{}", run.block());
    let codes = world.run(&["check", "data.csv", "--format", "json"]).note_codes();
    assert!(codes.contains(&"time_format".to_owned()) && codes.contains(&"delimiter".to_owned()), "{codes:?}");
}

#[test]
fn no_record_is_a_warning() {
    let run = check("user_id,event,timestamp\n", &[]);
    expect_findings(&run, &[("empty", Some(0))]);
    assert!(run.note_codes().contains(&"empty".to_owned()), "{}", run.block());
    assert_eq!(
        run.table("sources").rows,
        [json!({"file": "data.csv", "records": 0, "loaded": 0, "rejected": 0, "blank": 0, "skipped": 0,
            "first": null, "last": null, "ids": 0, "value_sum": null})]
    );
    check("user_id,event,timestamp\n", &["--fail-if-empty"]).expect(3);
}

#[test]
fn the_tables_are_shown_before_the_verdict() {
    let world = World::new();
    world.file("data.csv", "user_id,event,timestamp\nann,visit,2026-01-01 10:00:00\nbob,visit,soon\n");
    let run = world.run(&["check", "data.csv", "--rejects", "rejects.csv", "--format", "json"]);
    run.expect(3);
    let document: Value = serde_json::from_slice(&run.stdout).expect("a JSON document");
    assert_eq!(document["tables"][0]["rows"][0]["rejected"], 1, "{}", run.block());
    assert!(run.stderr.contains("data.csv:3:timestamp"), "{}", run.block());
    assert!(world.read("rejects.csv").lines().nth(1).is_some_and(|line| line.starts_with("data.csv,3,timestamp,")));
    let run = world.run(&["check", "data.csv", "--max-rejects", "50%", "--format", "csv"]);
    run.expect(0);
    assert_eq!(run.text().lines().count(), 2, "{}", run.block());
}

#[test]
fn rows_of_one_id_name_and_time_are_duplicates() {
    let run = check(
        "user_id,event,timestamp,paid
ann,visit,2026-01-01 10:00:00,1
ann,visit,2026-01-01 10:00:00,2
ann,visit,2026-01-01 10:00:00,3
ann,buy,2026-01-01 10:00:00,1
bob,visit,2026-01-01 10:00:00,1
",
        &["--value", "paid"],
    );
    // Two rows beyond the first of Ann's visits; the value says nothing about which event it is.
    expect_findings(&run, &[("duplicates", Some(2))]);
}

#[test]
fn orders_that_differ_in_amount_are_two() {
    let run = check(
        "customer_id,order_date,amount
ann,2026-01-01,10
ann,2026-01-01,12
ann,2026-01-01,10
bob,2026-01-02,0
bob,2026-01-03,-4
",
        &["--kind", "orders"],
    );
    expect_findings(
        &run,
        &[("duplicates", Some(1)), ("negative_amounts", Some(1)), ("date_only", Some(5)), ("zero_amounts", Some(1))],
    );
    assert_eq!(run.table("sources").texts("value_sum"), ["28"]);
}

/// Events of ids from `first` on, one a day at ten past ten from 2026-01-01 on, one minute apart.
fn singles(from: u32, count: u32) -> String {
    (from..from + count).fold(String::new(), |mut rows, unit| {
        let _ = writeln!(rows, "u{unit},visit,2026-01-{:02} 10:10:{:02}", unit % 28 + 1, unit % 60);
        rows
    })
}

#[test]
fn an_id_with_a_third_of_the_rows_stands_out() {
    let own = |count: u32| {
        (0..count).fold(String::new(), |mut rows, minute| {
            let _ = writeln!(rows, "ann,visit,2026-01-05 11:{minute:02}:00");
            rows
        })
    };
    let content = |ann: u32, others: u32| format!("user_id,event,timestamp\n{}{}", own(ann), singles(0, others));
    // 10 of 30 rows are a third.
    let run = check(&content(10, 20), &[]);
    expect_findings(&run, &[("one_id", Some(10))]);
    assert!(text_of(&run, "one_id").contains("10 of 30 rows (33.3 %)"), "{}", run.block());
    assert!(!text_of(&run, "one_id").contains("ann"), "ids are never shown");
    expect_findings(&check(&content(10, 21), &[]), &[]);
    // Nine rows are too few, whatever their share.
    expect_findings(&check(&content(9, 0), &[]), &[]);
}

#[test]
fn rounded_ids_are_seen() {
    let run = check(
        "user_id,event,timestamp
9.0072E+15,visit,2026-01-01 10:00:00
1.23E+11,visit,2026-01-02 10:00:00
12E+05,visit,2026-01-03 10:00:00
E+11,visit,2026-01-01 11:00:00
caféE+11,visit,2026-01-01 12:00:00
123456789012,visit,2026-01-01 13:00:00
",
        &[],
    );
    expect_findings(&run, &[("rounded_ids", Some(3))]);
    assert!(!text_of(&run, "rounded_ids").contains("9.0072"), "ids are never shown");
}

#[test]
fn a_column_name_is_no_pattern() {
    for column in ["^.*$", "*", "a\"\"b", "weird.name[0]"] {
        let content = format!("\"{column}\",event,timestamp\n1.2E+11,visit,2026-01-01 10:00:00\n");
        let name = column.replace("\"\"", "\"");
        check(&content, &["--id", &name]).expect(0);
    }
}

#[test]
fn times_without_a_clock_are_told_from_dates() {
    let clocked = |count: u32, midnights: u32| {
        (0..count).fold("user_id,event,timestamp\n".to_owned(), |mut rows, unit| {
            let clock = if unit < midnights { "00:00:00" } else { "08:15:00" };
            let _ = writeln!(rows, "u{unit},visit,2026-01-{:02}T{clock}Z", unit + 1);
            rows
        })
    };
    expect_findings(&check(&clocked(10, 10), &[]), &[("midnight", Some(10))]);
    expect_findings(&check(&clocked(10, 5), &[]), &[("midnight", Some(5))]);
    expect_findings(&check(&clocked(10, 4), &[]), &[]);
    expect_findings(&check(&clocked(9, 9), &[]), &[]);
    // Midnight of the file's zone is no midnight of the reader's.
    expect_findings(&check(&clocked(10, 10), &["--timezone", "Asia/Tokyo"]), &[("midnight", Some(10))]);
    let run = check("user_id,event,timestamp\nann,visit,2026-01-01\nbob,visit,2026-01-02\n", &[]);
    expect_findings(&run, &[("date_only", Some(2))]);
}

#[test]
fn times_far_from_all_others_are_seen() {
    let base = format!("user_id,event,timestamp\n{}", singles(0, 20));
    let run = check(&format!("{base}x,visit,1999-12-31 10:00:00\ny,visit,2027-06-01 10:00:00\n"), &[]);
    expect_findings(&run, &[("early_times", Some(1)), ("outlying_times", Some(1))]);
    // 2026-12-01 is less than a year after 2026-01-20.
    expect_findings(&check(&format!("{base}y,visit,2026-12-01 10:00:00\n"), &[]), &[]);
}

#[test]
fn an_empty_day_between_busy_ones_is_a_gap() {
    // Ten events a day from Monday 2026-01-05 for fourteen days, none on Tuesday 2026-01-13.
    let content = (5..19).filter(|day| *day != 13).fold("user_id,event,timestamp\n".to_owned(), |mut rows, day| {
        for unit in 0..10 {
            let _ = writeln!(rows, "u{day}-{unit},visit,2026-01-{day:02} 10:00:00");
        }
        rows
    });
    let run = check(&content, &[]);
    expect_findings(&run, &[("gaps", None)]);
    let text = text_of(&run, "gaps");
    assert!(text.starts_with("1 day without a row, the first 2026-01-13"), "{text}");
    // The same times seen from Tokyo, at seven in the evening, are of the same days.
    expect_findings(&check(&content, &["--timezone", "Asia/Tokyo"]), &[("gaps", None)]);
}

#[test]
fn many_names_are_no_events() {
    let content = |names: u32| {
        (0..names).fold("user_id,event,timestamp\n".to_owned(), |mut rows, name| {
            let _ = writeln!(rows, "u{name},page {name},2026-01-{:02} 10:00:00", name % 28 + 1);
            rows
        })
    };
    expect_findings(&check(&content(200), &[]), &[]);
    expect_findings(&check(&content(201), &[]), &[("many_names", Some(201))]);
}

#[test]
fn spellings_of_one_name_are_found() {
    let run = check(
        "user_id,event,timestamp
a,Sign up,2026-01-01 10:00:00
b,Sign up,2026-01-02 10:00:00
c,sign_up,2026-01-03 10:00:00
d,Étape,2026-01-04 10:00:00
e,etape,2026-01-05 10:00:00
f,visit,2026-01-06 10:00:00
g,++,2026-01-06 10:00:00
h,--,2026-01-06 10:00:00
",
        &[],
    );
    // One of three sign-ups and one of two stages; names of symbols alone are not compared.
    expect_findings(&run, &[("case_variants", Some(2))]);
    let text = text_of(&run, "case_variants");
    assert!(text.contains("\"Sign up\" and \"sign_up\"") && text.contains("\"etape\" and \"Étape\""), "{text}");
}

#[test]
fn ids_piled_up_on_the_first_day_are_seen() {
    // `first` ids on 2026-01-01, two new ones on each of the next seven days.
    let content = |first: u32, later: u32| {
        let start = (0..first).fold("user_id,event,timestamp\n".to_owned(), |mut rows, unit| {
            let _ = writeln!(rows, "old{unit},visit,2026-01-01 10:00:{unit:02}");
            rows
        });
        (2..2 + later).fold(start, |mut rows, day| {
            let _ = writeln!(rows, "n{day}a,visit,2026-01-{day:02} 10:00:00\nn{day}b,visit,2026-01-{day:02} 11:00:00");
            // One who was there before is no newcomer.
            let _ = writeln!(rows, "old0,visit,2026-01-{day:02} 12:00:00");
            rows
        })
    };
    let run = check(&content(10, 7), &[]);
    expect_findings(&run, &[("first_day_pileup", Some(10))]);
    assert!(text_of(&run, "first_day_pileup").contains("10 of 24 ids"), "{}", run.block());
    expect_findings(&check(&content(9, 7), &[]), &[]);
    // Six days after the first are too few to tell what is usual.
    expect_findings(&check(&content(10, 6), &[]), &[]);
}

#[test]
fn deals_are_checked_for_their_own_faults() {
    let run = check(
        "deal_id,created,closed,status,amount
1,2026-01-02 10:00:00,2026-01-01,Won,100.50
2,2026-01-02 10:00:00,2026-01-02,won,-1
2,2026-01-03 10:00:00,2026-01-05,Lost,
3,,2026-01-05,Lost,0
",
        &["--kind", "deals"],
    );
    expect_findings(
        &run,
        &[
            ("duplicate_ids", Some(1)),
            ("case_variants", Some(1)),
            ("negative_amounts", Some(1)),
            // The first deal; the second was closed some time on the day of its creation.
            ("closed_before_created", Some(1)),
            ("no_time", Some(1)),
            ("zero_amounts", Some(1)),
        ],
    );
    assert_eq!(run.table("sources").texts("value_sum"), ["99.5"]);
}

#[test]
fn optional_columns_are_read_too() {
    let content = "deal_id,created,closed,status,amount\n1,2026-01-02,soon,Won,1\n2,2026-01-02,2026-01-03,Won,much\n3,2026-01-02,2026-01-04,Won,3\n";
    let run = check(content, &["--kind", "deals", "--max-rejects", "90%"]);
    assert_eq!(run.table("sources").counts("rejected"), [2], "{}", run.block());
    let mut columns = run.table("rejects").texts("column");
    columns.sort();
    assert_eq!(columns, ["amount", "closed"]);
}

#[test]
fn every_kind_is_read_by_what_it_has() {
    let world = World::new();
    world.file("subscriptions.csv", "customer,start,end,amount,plan\nann,2026-02-01,2026-01-01,10,pro\n");
    world.file("customers.csv", "customer_id,tenure,churned\nann,3,Yes\nbob,4,0\ncid,5,maybe\n");
    world.file("spend.csv", "date,cost,channel,clicks\n2026-01-01,10.5,Ads,7\n2026-01-02,1,Ads,8\n");
    world.file("touches.csv", "user_id,timestamp,channel\nann,2026-01-01 10:00:00,Ads\nbob,2026-01-02 10:00:00,ads\n");
    world.file("history.csv", "deal_id,stage,timestamp\n1,New,2026-01-01 10:00:00\n1,New,2026-01-01 10:00:00\n");
    let kinds = ["subscriptions", "customers", "spend", "touches", "history"];
    let sources = kinds.iter().flat_map(|kind| [format!("--{kind}"), format!("{kind}.csv")]);
    let arguments: Vec<String> = ["check", "--format", "json"].map(str::to_owned).into_iter().chain(sources).collect();
    let run = world.run(&arguments);
    let sources = run.table("sources");
    let of = |file: &str, column: &str| sources.only("file", file).rows[0][column].clone();
    assert_eq!(of("spend.csv", "ids"), Value::Null);
    assert_eq!(of("spend.csv", "value_sum"), "11.5");
    assert_eq!(of("spend.csv", "last"), "2026-01-02T00:00:00Z");
    assert_eq!(of("customers.csv", "first"), Value::Null);
    assert_eq!(of("customers.csv", "ids"), 3);
    assert_eq!(of("subscriptions.csv", "value_sum"), "10");
    assert_eq!(of("history.csv", "ids"), 1);
    let mut found = findings(&run);
    found.sort();
    let expected = [
        ("case_variants", 1),
        ("churned_words", 1),
        ("date_only", 1),
        ("date_only", 2),
        ("duplicates", 1),
        ("end_before_start", 1),
    ];
    let expected: Vec<_> = expected.iter().map(|(code, rows)| ((*code).to_owned(), Some(*rows))).collect();
    assert_eq!(found, expected, "{}", run.block());
    // With several sources each finding says which it is about.
    assert!(text_of(&run, "churned_words").starts_with("customers: "), "{}", run.block());
}
