//! Inputs that look sound and are not: what they would make of the numbers must be said, or refused.

use crate::world::{World, repository};
use polars::prelude::{
    Column, DataFrame, DataType, NamedFrom, ParquetWriter, Series, TimeUnit, TimeZone as PolarsZone,
};
use std::fs::File;

/// `count` deals that were won on the second day.
fn deals(first: usize, count: usize, amount: &str) -> String {
    let rows = (first..first + count).map(|deal| format!("{deal},2024-01-01,2024-01-02,won,{amount}\n"));
    std::iter::once("id,created,closed,status,amount\n".to_owned()).chain(rows).collect()
}

#[cfg(unix)]
#[test]
fn a_file_whose_name_is_no_text_stands_beside_the_others() {
    use std::os::unix::ffi::OsStrExt;
    let world = World::new();
    world.file("a.csv", deals(1, 3, "5"));
    std::fs::write(world.path().join(std::ffi::OsStr::from_bytes(b"z\xff")), "").expect("a file");
    let run = world.run(&["pipeline", "*.csv", "--format", "json"]);
    run.expect(0);
    assert_eq!(run.table("summary").rows[0]["won_value"], 15);
}

#[test]
fn amounts_in_two_currencies_are_not_added() {
    let world = World::new();
    world
        .file("one.csv", deals(1, 3, "$100"))
        .file("two.csv", deals(4, 3, "€100"))
        .file("three.csv", deals(7, 3, "$1"));
    world.run(&["pipeline", "one.csv", "two.csv"]).expect_error(3, &["two.csv:amount", "EUR", "one.csv"]);
    let run = world.run(&["pipeline", "one.csv", "three.csv", "--format", "json"]);
    assert_eq!(run.table("summary").rows[0]["won_value"], 303);
}

/// Systems write these dates for an end that is not known: who has one goes on.
#[test]
fn ends_that_stand_for_none_are_none() {
    for never in ["9999-12-31", "2050-01-01"] {
        let world = World::new();
        let end = |number: usize| if number.is_multiple_of(2) { never } else { "2024-03-15" };
        let rows: String = (0..18).map(|number| format!("c{number},2024-01-01,{},10\n", end(number))).collect();
        world.file("subscriptions.csv", format!("customer,start,end,amount\n{rows}"));
        let run =
            world.run(&["churn", "subscriptions.csv", "--every", "month", "--as-of", "2024-04-30", "--format", "json"]);
        run.expect(0);
        let periods = run.table("customers");
        assert_eq!(periods.rows.len(), 4, "{}", run.block());
        assert_eq!(periods.column("churned").iter().filter_map(serde_json::Value::as_u64).sum::<u64>(), 9);
        assert_eq!(periods.rows[3]["end"], 9);
        assert!(run.note_codes().contains(&"no_end".to_owned()), "{}", run.block());
    }
}

#[test]
fn a_name_that_two_columns_have_is_not_used() {
    let world = World::new();
    world.file("log.csv", "user_id,event,timestamp,channel,channel\nu1,visit,2024-01-13 10:00:00,ads,seo\n");
    for flags in [["--by", "channel"], ["--where", "channel = 'seo'"]] {
        let run = world.run(&[&["conversion", "log.csv", "--steps", "visit"], &flags[..]].concat());
        run.expect_error(3, &["log.csv:1:channel", "two columns are called `channel`"]);
    }
    world.run(&["conversion", "log.csv", "--steps", "visit"]).expect(0);
}

#[test]
fn a_guessed_encoding_is_said_and_a_given_one_is_not() {
    let world = World::new();
    let mut bytes = deals(1, 3, "5").into_bytes();
    bytes.extend(b"9,2024-01-01,2024-01-02,won,7\n");
    bytes.splice(0..2, b"\xe9d".iter().copied());
    world.file("deals.csv", bytes);
    let arguments = ["check", "deals.csv", "--id", "\u{e9}d", "--format", "json"];
    assert!(world.run(&arguments).note_codes().contains(&"encoding".to_owned()));
    let told = world.run(&[&arguments[..], &["--encoding", "latin1"]].concat());
    assert!(!told.note_codes().contains(&"encoding".to_owned()), "{}", told.block());
}

/// The times that a text may hold are those that a typed column may hold.
#[test]
fn typed_times_outside_the_range_are_rejects() {
    let day = 86_400_000_000_i64;
    let times: Vec<i64> = (0..30).map(|row| if row == 3 { 2_932_896 * day } else { 19_700 * day }).collect();
    let ids: Vec<String> = (0..30).map(|row| format!("u{row}")).collect();
    let kind = DataType::Datetime(TimeUnit::Microseconds, Some(PolarsZone::UTC));
    let times = Series::new("timestamp".into(), times).cast(&kind).expect("times");
    let columns = vec![
        Column::from(Series::new("user_id".into(), ids)),
        Column::from(Series::new("event".into(), vec!["visit"; 30])),
        Column::from(times),
    ];
    let world = World::new();
    let mut frame = DataFrame::new(30, columns).expect("a frame");
    ParquetWriter::new(File::create(world.path().join("log.parquet")).expect("a file"))
        .finish(&mut frame)
        .expect("a file");
    for command in [&["conversion", "log.parquet", "--steps", "visit"][..], &["lifecycle", "log.parquet"]] {
        let run = world.run(&[command, &["--format", "json"]].concat());
        run.expect(0);
        assert_eq!(run.json()["sources"][0]["files"][0]["rejected"], 1, "{}", run.block());
        assert!(run.json()["as_of"].as_str().is_some_and(|time| time.starts_with("2023-12-09")), "{}", run.block());
    }
}

/// A workbook that a program wrote and no spreadsheet has computed: the sum of the deal is not known, and not nothing.
#[test]
fn a_formula_without_its_result_is_a_reject() {
    let world = World::new();
    world.folder(&repository().join("testdata/workbooks"));
    let run = world.run(&["pipeline", "uncomputed.xlsx", "--format", "json"]);
    run.expect(0);
    assert_eq!(run.table("summary").rows[0]["won_value"], 1900);
    assert!(run.stderr.contains("1 of 20 records were rejected: 1 x a formula without its result"), "{}", run.block());
}

/// 01/13/2024 stayed text where days and months are the other way round; 01/02/2024 became the second of January.
#[test]
fn a_date_among_texts_is_a_reject() {
    let world = World::new();
    world.folder(&repository().join("testdata/workbooks"));
    let run = world.run(&["conversion", "swapped.xlsx", "--steps", "visit", "--format", "json"]);
    run.expect(0);
    assert_eq!(run.table("steps").rows[0]["entered"], 20);
    assert!(run.stderr.contains("a date cell in a column of dates as text"), "{}", run.block());
}

#[cfg(target_os = "linux")]
#[test]
fn a_log_of_runs_is_a_file() {
    let world = World::new();
    world.file("deals.csv", deals(1, 3, "5"));
    let run = world.run(&["pipeline", "deals.csv", "--append", "/dev/full"]);
    run.expect_error(2, &["/dev/full", "no regular file"]);
}

/// 33 and 33.0 are one number, and so one person; a list names nobody.
#[test]
fn ids_that_are_numbers_are_one_however_they_are_written() {
    let world = World::new();
    let line = |id: &str, event: &str, hour: u32| {
        format!("{{\"user_id\":{id},\"event\":\"{event}\",\"timestamp\":\"2024-01-01T{hour}:00:00Z\"}}\n")
    };
    let log = [
        line("33.0", "visit", 10),
        line("33", "signup", 11),
        line("\"33.0\"", "visit", 10),
        line("[\"a\"]", "visit", 10),
    ];
    world.file("log.ndjson", log.concat());
    let steps = ["--steps", "visit,signup", "--window", "none", "--format", "json"];
    let run = world.run(&[&["conversion", "log.ndjson", "--max-rejects", "1"], &steps[..]].concat());
    run.expect(0);
    // The text "33.0" is a name like any other.
    assert_eq!(run.table("steps").column("entered"), [2, 1], "{}", run.block());
    assert!(run.stderr.contains("1 x a list as id (user_id"), "{}", run.block());

    let columns = vec![
        Column::from(Series::new("user_id".into(), vec![Some(33.0), Some(33.0), None, Some(0.5)])),
        Column::from(Series::new("event".into(), vec!["visit", "signup", "visit", "visit"])),
        Column::from(Series::new("timestamp".into(), vec!["2024-01-01 10:00"; 4])),
    ];
    let mut frame = DataFrame::new(4, columns).expect("a frame");
    ParquetWriter::new(File::create(world.path().join("log.parquet")).expect("a file"))
        .finish(&mut frame)
        .expect("a file");
    world.file("names.csv", "user_id,event,timestamp\n33,visit,2024-01-01 10:00\n0.5,visit,2024-01-01 10:00\n");
    let files = ["conversion", "log.parquet", "names.csv", "--max-rejects", "1"];
    let run = world.run(&[&files, &steps[..]].concat());
    run.expect(0);
    assert_eq!(run.table("steps").column("entered"), [2, 1], "{}", run.block());
}

/// The cells of a customer are not shown as if they were names of columns.
#[test]
fn a_file_without_a_header_is_told_apart() {
    let world = World::new();
    world.file("log.csv", "ann@example.org,visit,2024-01-01 10:00\nbob@example.org,visit,2024-01-02 10:00\n");
    for flags in [&["--steps", "visit"][..], &["--steps", "visit", "--id", "user"]] {
        let run = world.run(&[&["conversion", "log.csv"], flags].concat());
        run.expect_error(3, &["log.csv:1", "looks like a record", "--no-header"]);
        assert!(!run.stderr.contains("ann"), "{}", run.block());
    }
    let named = ["conversion", "log.csv", "--no-header", "user_id,event,timestamp", "--steps", "visit"];
    world.run(&named).expect(0);
}

#[test]
fn a_deal_of_two_rows_counts_once_and_is_said() {
    let world = World::new();
    let deals = "deal_id,created,closed,status,amount\n1,2024-01-01,2024-01-09,won,70\n1,2024-01-01,,open,90\n\
                 2,2024-01-02,,open,5\n";
    world.file("deals.csv", deals);
    for command in ["pipeline", "cycle", "conversion"] {
        let run = world.run(&[command, "deals.csv", "--format", "json"]);
        run.expect(0);
        assert!(run.note_codes().contains(&"repeated_ids".to_owned()), "{}", run.block());
    }
    let row = world.run(&["pipeline", "deals.csv", "--format", "json"]).table("summary").rows[0].clone();
    assert_eq!((&row["won"], &row["lost"], &row["open"]), (&1.into(), &0.into(), &1.into()));
}

/// Web analytics export `(none)` and `(other)` as values: they are not the units without a value, nor the rest.
#[test]
fn values_spelled_like_our_groups_stand_apart() {
    let world = World::new();
    let mediums = ["(none)", "(none)", "(none)", "", "", "(other)", "(other)", "(other)", "(other)", "cpc", "seo"];
    let rows = mediums.iter().enumerate().map(|(user, medium)| format!("u{user},visit,2024-01-01 10:00,{medium}\n"));
    let log: String = std::iter::once("user_id,event,timestamp,medium\n".to_owned()).chain(rows).collect();
    world.file("log.csv", log);
    let run = ["conversion", "log.csv", "--steps", "visit", "--by", "medium", "--top", "2", "--format", "json"];
    let table = world.run(&run).table("steps");
    let shown: Vec<_> = table.column("medium").into_iter().zip(table.column("entered")).collect();
    let expected = [("\"(other)\"", 4), ("\"(none)\"", 3), ("(other)", 2), ("(none)", 2)];
    assert_eq!(shown, expected.map(|(name, count)| (name.into(), count.into())));
}
