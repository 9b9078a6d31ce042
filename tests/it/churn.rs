//! `funnel churn` against a naive calendar of days, against published tables, and under changes that must not matter.

use crate::world::{Run, World, close};
use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// A subscription: customer, first and last paid day, monthly amount.
type Paid = (u8, NaiveDate, Option<NaiveDate>, i64);

/// What a naive reader finds: per month the customers and amounts of start, new, churned, back, (up, down), end.
#[derive(Debug, Default, Clone, PartialEq)]
struct Month {
    customers: [i64; 5],
    revenue: [i64; 7],
}

/// What a customer pays on a day.
fn on(paid: &[Paid], day: NaiveDate) -> i64 {
    let running = paid.iter().filter(|(_, first, last, _)| *first <= day && last.is_none_or(|last| day <= last));
    running.map(|paid| paid.3).sum()
}

/// The state between two months: what begins with the new one is not in it yet, what ends with the old one no longer.
fn between(paid: &[Paid], first_of_month: NaiveDate) -> i64 {
    let begins = paid.iter().any(|paid| paid.1 == first_of_month);
    if begins { on(paid, first_of_month - Days::new(1)) } else { on(paid, first_of_month) }
}

fn next_month(first: NaiveDate) -> NaiveDate {
    let (year, month) = if first.month() == 12 { (first.year() + 1, 1) } else { (first.year(), first.month() + 1) };
    NaiveDate::from_ymd_opt(year, month, 1).expect("a month")
}

/// Walks every day of every customer.
fn naive(paid: &[Paid], as_of: NaiveDate) -> Vec<(NaiveDate, Month)> {
    let mut of: BTreeMap<u8, Vec<Paid>> = BTreeMap::new();
    for one in paid.iter().filter(|one| one.1 <= as_of) {
        // An end that is still to come is no end yet.
        of.entry(one.0).or_default().push((one.0, one.1, one.2.filter(|last| *last <= as_of), one.3));
    }
    let Some(first) = of.values().flatten().map(|paid| paid.1).min() else { return Vec::new() };
    let mut months = Vec::new();
    let mut begin = first.with_day(1).expect("a month");
    let mut known: BTreeMap<u8, bool> = BTreeMap::new();
    while begin <= as_of {
        let next = next_month(begin);
        let edge = next.min(as_of + Days::new(1));
        let mut month = Month::default();
        for (customer, paid) in &of {
            let (before, after) = (between(paid, begin), between(paid, edge));
            let highest = begin.iter_days().take_while(|day| *day < edge).map(|day| on(paid, day)).max().unwrap_or(0);
            let known = known.entry(*customer).or_default();
            let comes = if *known { (3, 5) } else { (1, 1) };
            *known |= highest > 0;
            month.customers[0] += i64::from(before > 0);
            month.customers[4] += i64::from(after > 0);
            month.revenue[0] += before;
            month.revenue[6] += after;
            let mut moved = |column: (usize, usize), amount: i64| {
                month.customers[column.0] += 1;
                month.revenue[column.1] += amount;
            };
            match (before > 0, after > 0) {
                (true, true) if after >= before => month.revenue[2] += after - before,
                (true, true) => month.revenue[3] += before - after,
                (true, false) => moved((2, 4), before),
                (false, true) => moved(comes, after),
                (false, false) if highest > 0 => {
                    moved(comes, highest);
                    moved((2, 4), highest);
                }
                (false, false) => {}
            }
        }
        months.push((begin, month));
        begin = next;
    }
    months
}

fn csv(paid: &[Paid]) -> String {
    let rows = paid.iter().map(|(customer, first, last, amount)| {
        format!("c{customer},{first},{},{amount}\n", last.map_or_else(String::new, |last| last.to_string()))
    });
    format!("customer,start,end,amount\n{}", rows.collect::<String>())
}

fn churn(paid: &[Paid], more: &[&str]) -> Run {
    let world = World::new();
    world.file("subscriptions.csv", csv(paid));
    let run = world.run(&[&["churn", "--subscriptions", "subscriptions.csv", "--format", "json"], more].concat());
    run.expect(0);
    run
}

fn found(run: &Run) -> Vec<(NaiveDate, Month)> {
    let number = |row: &serde_json::Value, column: &str| {
        let value = row[column].as_f64().unwrap_or_else(|| panic!("{column} of {row}"));
        assert!(value.fract() == 0.0, "{column} of {row}");
        #[expect(clippy::cast_possible_truncation, reason = "it has no fraction")]
        let whole = value as i64;
        whole
    };
    let customers = run.table("customers").rows;
    let revenue = run.table("revenue").rows;
    let pairs = customers.iter().zip(&revenue);
    pairs
        .map(|(customers, revenue)| {
            let month = Month {
                customers: ["start", "new", "churned", "reactivated", "end"].map(|column| number(customers, column)),
                revenue: ["start", "new", "expansion", "contraction", "churned", "reactivation", "end"]
                    .map(|column| number(revenue, column)),
            };
            (day(customers["period"].as_str().expect("a period")), month)
        })
        .collect()
}

/// Days from the start to the first of a later month.
fn days_to_month(month: u32) -> u64 {
    let days = (day("2023-01-01") + chrono::Months::new(month) - day("2023-01-01")).num_days();
    u64::try_from(days).expect("later months")
}

/// Subscriptions of a few customers over a year and a half, many of which begin or end on the first or last of a month.
fn subscriptions() -> impl Strategy<Value = Vec<Paid>> {
    let date = prop_oneof![
        3 => 0_u64..540,
        1 => (0_u32..18).prop_map(days_to_month),
        1 => (1_u32..18).prop_map(|month| days_to_month(month) - 1),
    ];
    let one = (0_u8..6, date.clone(), prop::option::weighted(0.8, date), 1_i64..50);
    let paid = one.prop_map(|(customer, first, last, amount)| {
        let last = last.map(|last| last.max(first));
        let at = |offset: u64| day("2023-01-01") + Days::new(offset);
        (customer, at(first), last.map(at), amount)
    });
    prop::collection::vec(paid, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn movements_are_those_of_a_calendar_of_days(paid in subscriptions(), offset in 0_u64..600) {
        let first = paid.iter().map(|paid| paid.1).min().expect("a subscription");
        let as_of = (day("2023-01-01") + Days::new(offset)).max(first);
        let run = churn(&paid, &["--as-of", &as_of.to_string()]);
        let months = found(&run);
        for (_, month) in &months {
            let [start, new, churned, back, end] = month.customers;
            prop_assert_eq!(start + new + back - churned, end);
            let [start, new, up, down, churned, back, end] = month.revenue;
            prop_assert_eq!(start + new + up + back - down - churned, end);
        }
        prop_assert_eq!(months, naive(&paid, as_of));
    }
}

/// Two sources, more files, the rows the other way round: the same answer.
#[test]
fn order_and_files_do_not_matter() {
    let paid: Vec<Paid> = (0..60_u8)
        .map(|number| {
            let first = day("2023-01-01") + Days::new(u64::from(number) * 11 % 400);
            let last = (number % 3 > 0).then(|| first + Days::new(u64::from(number) * 7 % 200));
            (number % 17, first, last, i64::from(number) + 1)
        })
        .collect();
    let arguments = ["churn", "--format", "json", "--as-of", "2024-06-15", "--subscriptions"];
    let world = World::new();
    world.file("all.csv", csv(&paid));
    let mut backwards = paid.clone();
    backwards.reverse();
    world.file("one.csv", csv(&backwards[..21])).file("two.csv", csv(&backwards[21..]));
    let whole = world.run(&[&arguments[..], &["all.csv"]].concat());
    let parts = world.run(&[&arguments[..], &["one.csv", "two.csv"]].concat());
    assert_eq!(whole.tables_text(), parts.tables_text());
    assert!(whole.table("customers").rows.len() > 12, "{}", whole.block());
}

/// Survivors of 1000 after each year: Fader and Hardie (2007), table 1; parameters as published.
#[test]
fn the_published_retention_tables_give_their_parameters() {
    let tables = [
        (
            "Regular",
            [1000, 631, 468, 382, 326, 289, 262, 241],
            0.704_077,
            1.182_043,
            -1_680.265_188,
            [0.257_566_588, 0.233_785_427],
        ),
        (
            "High End",
            [1000, 869, 743, 653, 593, 551, 517, 491],
            0.668_088,
            3.806_095,
            -1_611.158_147,
            [0.506_317_879, 0.469_496_444],
        ),
    ];
    let mut rows = String::from("customer,tenure,churned,segment\n");
    for (segment, survivors, ..) in &tables {
        for year in 1..survivors.len() {
            for customer in survivors[year]..survivors[year - 1] {
                rows.push_str(&format!("{segment}{customer},{year},yes,{segment}\n"));
            }
        }
        (0..survivors[7]).for_each(|customer| rows.push_str(&format!("{segment}{customer},7,no,{segment}\n")));
    }
    let world = World::new();
    world.file("customers.csv", rows);
    let arguments = ["churn", "customers.csv", "--by", "segment", "--tenure-unit", "year", "--format", "json"];
    let run = world.run(&arguments);
    run.expect(0);
    assert!(run.json()["as_of"].is_null(), "{}", run.block());
    for (segment, survivors, alpha, beta, likelihood, earlier) in tables {
        let fit = &run.table("fit").only("segment", segment).rows[0];
        assert!(close(fit["alpha"].as_f64().unwrap(), alpha, 1e-4), "{fit}");
        assert!(close(fit["beta"].as_f64().unwrap(), beta, 1e-4), "{fit}");
        assert!(close(fit["log_likelihood"].as_f64().unwrap(), likelihood, 1e-9), "{fit}");
        let forecast = run.table("forecast").only("segment", segment).rows;
        let mut expected = 1.0;
        for (row, year) in forecast.iter().zip(1_u8..) {
            let year = f64::from(year);
            expected *= (beta + year - 1.0) / (alpha + beta + year - 1.0);
            assert!(close(row["forecast"].as_f64().unwrap(), expected, 1e-4), "{row}");
        }
        assert_eq!(forecast.len(), 10, "seven years seen, three ahead");
        for (row, survivors) in forecast.iter().zip(&survivors[1..]) {
            assert!(close(row["observed"].as_f64().unwrap(), f64::from(*survivors) / 1000.0, 1e-9), "{row}");
        }
        // The earlier view knows five years and speaks from the sixth on; values of a pattern search over five years.
        assert!(forecast[4]["earlier"].is_null());
        for (row, expected) in forecast[5..].iter().zip(earlier) {
            assert!(close(row["earlier"].as_f64().unwrap(), expected, 1e-5), "{row}");
        }
    }
    // A year is 365.25 days; half of Regular are lost within two of them.
    let median = &run.table("median").only("segment", "Regular").rows[0];
    assert_eq!(median["median"], 63_115_200);
}

#[test]
fn options_that_have_no_meaning_are_refused() {
    let world = World::new();
    world.file("subscriptions.csv", "customer,start,amount,plan\nann,2024-01-01,10,pro\n");
    world.file("customers.csv", "customer,tenure,churned\nann,3,yes\n");
    world.file("orders.csv", "customer,order_date,amount\nann,2024-01-01,10\n");
    world.file("deals.csv", "deal_id,created,closed,status\nd1,2026-01-01,2026-01-05,Won\n");
    let wrong: [(&[&str], &str); 8] = [
        (&["--subscriptions", "subscriptions.csv", "--inactive-after", "30d"], "--inactive-after"),
        (&["--subscriptions", "subscriptions.csv", "--tenure-unit", "day"], "--tenure-unit"),
        (&["--subscriptions", "subscriptions.csv", "--where-entry", "plan = 'pro'"], "--where-entry"),
        (&["--customers", "customers.csv", "--since", "2024-01-01"], "--since"),
        (&["--customers", "customers.csv", "--every", "week"], "--every"),
        (&["--customers", "customers.csv", "--convention", "stripe"], "--convention"),
        (&["--orders", "orders.csv", "--inactive-after", "0d"], "longer"),
        (&["--deals", "deals.csv"], "subscriptions"),
    ];
    for (arguments, words) in wrong {
        world.run(&[&["churn"], arguments].concat()).expect_error(2, &[words, "hint: "]);
    }
    // One order has no gap to take the silence from.
    world.run(&["churn", "--orders", "orders.csv"]).expect_error(3, &["--inactive-after"]);
    world.run(&["churn", "--subscriptions", "subscriptions.csv", "--by", "plen"]).expect_error(3, &["plan"]);
}

#[test]
fn nobody_is_no_error() {
    let world = World::new();
    world.file("subscriptions.csv", "customer,start,end,amount\nann,2024-02-01,,10\nbob,2024-02-01,,0\n");
    let run = |more: &[&str]| {
        let base = ["churn", "--subscriptions", "subscriptions.csv", "--format", "json"];
        let run = world.run(&[&base[..], more].concat());
        run.expect(0);
        run
    };
    let none = run(&["--as-of", "2024-01-15"]);
    assert!(none.table("customers").rows.is_empty(), "{}", none.block());
    assert!(none.note_codes().contains(&"after_as_of".to_owned()), "{}", none.block());
    // Who pays nothing is no customer, and that is said.
    let free = run(&[]);
    assert_eq!(free.table("customers").counts("new"), [1]);
    assert!(free.note_codes().contains(&"never_active".to_owned()), "{}", free.block());
    let only = run(&["--where-unit", "amount = '0'"]);
    assert_eq!(only.table("customers").counts("new"), [0], "{}", only.block());
}

#[test]
fn the_report_has_a_section_of_churn() {
    let world = World::new();
    world.file("subscriptions.csv", "customer,start,end,amount\nann,2024-01-01,,10\nbob,2024-01-01,2024-02-10,5\n");
    world.file("log.csv", crate::cli::LOG);
    let alone = world.run(&["report", "--subscriptions", "subscriptions.csv", "--as-of", "2024-03-31"]);
    alone.expect(0);
    assert!(alone.text().contains("Churn"), "{}", alone.block());
    let both = ["report", "log.csv", "--steps", "visit,signup", "--subscriptions", "subscriptions.csv"];
    let run = world.run(&[&both[..], &["--format", "json"]].concat());
    run.expect(0);
    assert!(!run.table("conversion.steps").rows.is_empty(), "{}", run.block());
    assert_eq!(run.table("churn.customers").counts("churned")[..2], [0, 1], "{}", run.block());
    let kinds: Vec<String> = run.table("report.sources").texts("file");
    assert!(kinds.iter().any(|file| file == "subscriptions.csv"), "{}", run.block());
    let one = world.run(&[&both[..], &["--sections", "conversion", "--format", "json"]].concat());
    assert!(one.json()["tables"].as_array().unwrap().iter().all(|table| table["name"] != "churn.customers"));
}

/// The as-of time is that of all records, whichever of them count.
#[test]
fn a_filter_does_not_move_the_as_of_time() {
    let world = World::new();
    let rows = "customer,start,end,amount,country\nann,2024-01-01,2024-01-31,10,FR\nbob,2024-01-01,2024-05-31,10,DE\n";
    world.file("subscriptions.csv", rows);
    let arguments = ["churn", "--subscriptions", "subscriptions.csv", "--format", "json", "--where", "country = 'FR'"];
    let run = world.run(&arguments);
    run.expect(0);
    assert_eq!(run.json()["as_of"], "2024-05-31T23:59:59.999999Z", "{}", run.block());
    assert_eq!(run.table("customers").counts("start"), [0, 0, 0, 0, 0]);
    assert_eq!(run.table("customers").counts("churned"), [1, 0, 0, 0, 0]);
}
