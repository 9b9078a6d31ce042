//! Cohorts by plain loops over every row, period and age, against the program: slow, short, and independent of it.

use crate::world::{Run, World, close};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeZone};
use chrono_tz::Tz;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const SECOND: i64 = 1_000_000;
/// 2026-02-20T00:00:00Z; Paris changes its clock on 2026-03-29, New York on 2026-03-08.
const BASE: i64 = 1_771_545_600;

#[derive(Debug, Clone)]
struct Row {
    unit: u32,
    /// Of a, b, c.
    name: char,
    /// Seconds after the base.
    second: i64,
    is_special: bool,
    cents: i64,
}

#[derive(Debug, Clone)]
struct Question {
    every: &'static str,
    zone: Tz,
    sunday: bool,
    start: &'static str,
    returning: &'static str,
    measure: &'static str,
    or_after: bool,
    least: u64,
    first: &'static str,
    rolling: bool,
    periods: Option<usize>,
    /// Days after the base.
    since: Option<u64>,
    until: Option<u64>,
}

/// What a row must be: any, a name, or the condition on the attribute.
fn fits(row: &Row, matcher: &str) -> bool {
    match matcher {
        "" => true,
        "kind = 'special'" => row.is_special,
        name => row.name.to_string() == name,
    }
}

impl Question {
    fn day(&self, time: i64) -> NaiveDate {
        DateTime::from_timestamp(time, 0).expect("a time").with_timezone(&self.zone).date_naive()
    }

    /// First day of the period of a day.
    fn period(&self, day: NaiveDate) -> NaiveDate {
        let first = |month| NaiveDate::from_ymd_opt(day.year(), month, 1).expect("a day");
        match self.every {
            "day" => day,
            "week" if self.sunday => day - Days::new(u64::from(day.weekday().num_days_from_sunday())),
            "week" => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            "month" => first(day.month()),
            _ => first((day.month0() / 3) * 3 + 1),
        }
    }

    fn next(&self, period: NaiveDate) -> NaiveDate {
        match self.every {
            "day" => period + Days::new(1),
            "week" => period + Days::new(7),
            "month" => period + Months::new(1),
            _ => period + Months::new(3),
        }
    }

    /// The moment at which a local day begins, in seconds.
    fn midnight(&self, day: NaiveDate) -> i64 {
        self.zone
            .from_local_datetime(&day.and_hms_opt(0, 0, 0).expect("midnight"))
            .earliest()
            .expect("it exists")
            .timestamp()
    }

    fn length(&self) -> i64 {
        86_400
            * match self.every {
                "day" => 1,
                "week" => 7,
                "month" => 30,
                _ => 90,
            }
    }

    fn age(&self, start: i64, time: i64) -> usize {
        if self.rolling {
            return usize::try_from((time - start) / self.length()).expect("not before the start");
        }
        let (mut period, mut age) = (self.period(self.day(start)), 0);
        while self.period(self.day(time)) > period {
            period = self.next(period);
            age += 1;
        }
        age
    }

    fn range(&self) -> (i64, i64) {
        let day = |days: u64| self.day(BASE + 43_200) + Days::new(days);
        let since = self.since.map_or(i64::MIN, |days| self.midnight(day(days)));
        let until = self.until.map_or(i64::MAX, |days| self.midnight(day(days) + Days::new(1)) - 1);
        (since, until)
    }

    /// The starts of a unit that count; its rows are in the order of time. `special` are the names that rows of the
    /// condition carry anywhere in the log: these decide what is first of its name.
    fn starts(&self, rows: &[&Row], special: &BTreeSet<char>) -> Vec<i64> {
        let (since, until) = self.range();
        let is_start = |row: &&&Row| fits(row, self.start);
        let at = |row: &&Row| BASE + row.second;
        let mut starts: Vec<i64> = rows.iter().filter(is_start).map(at).collect();
        match self.first {
            "match" => starts.truncate(1),
            "ever" => {
                starts.truncate(1);
                let names: BTreeSet<char> = match self.start {
                    "" => BTreeSet::from(['a', 'b', 'c']),
                    "kind = 'special'" => special.clone(),
                    name => name.chars().collect(),
                };
                let first = rows.iter().find(|row| names.contains(&row.name)).map(at);
                starts.retain(|start| Some(*start) == first);
            }
            _ => {
                starts.retain(|start| (since..=until).contains(start));
                let mut seen = BTreeSet::new();
                starts.retain(|start| seen.insert(self.period(self.day(*start))));
            }
        }
        starts.retain(|start| (since..=until).contains(start));
        starts
    }
}

/// One cohort: its units as their start and the returns from there on, by age and value.
#[derive(Debug, Default)]
struct Cohort {
    units: Vec<(i64, Vec<(usize, i64)>)>,
}

/// What a cell must hold: active units, cents, whether it is complete.
type Cell = (u64, i64, bool);

impl Question {
    fn cohorts(&self, rows: &[Row]) -> BTreeMap<NaiveDate, Cohort> {
        let special = rows.iter().filter(|row| row.is_special).map(|row| row.name).collect();
        let mut cohorts: BTreeMap<NaiveDate, Cohort> = BTreeMap::new();
        let units: BTreeSet<u32> = rows.iter().map(|row| row.unit).collect();
        for unit in units {
            let mut own: Vec<&Row> = rows.iter().filter(|row| row.unit == unit).collect();
            own.sort_by_key(|row| row.second);
            for start in self.starts(&own, &special) {
                let later = own.iter().filter(|row| BASE + row.second >= start && fits(row, self.returning));
                let mut returns: Vec<(usize, i64)> =
                    later.map(|row| (self.age(start, BASE + row.second), row.cents)).collect();
                let mut tied = own.iter().filter(|row| BASE + row.second == start);
                let is_spent = !tied.any(|row| fits(row, self.start) && !fits(row, self.returning));
                if self.measure == "conversion" && is_spent {
                    // The start is itself a return; another one is needed.
                    returns.remove(0);
                }
                cohorts.entry(self.period(self.day(start))).or_default().units.push((start, returns));
            }
        }
        cohorts
    }

    fn active(&self, returns: &[(usize, i64)], age: usize) -> bool {
        let times = |age: usize| returns.iter().filter(|(at, _)| *at == age).count() as u64;
        match self.measure {
            "conversion" => returns.iter().any(|(at, _)| *at <= age),
            "revenue" => age == 0 || times(age) > 0,
            _ => {
                age == 0
                    || times(age) >= self.least
                    || (self.or_after && (age..300).any(|age| times(age) >= self.least))
            }
        }
    }

    /// Whether an age has begun, and whether it is over.
    fn stands(&self, period: NaiveDate, cohort: &Cohort, age: usize, as_of: i64) -> (bool, bool) {
        if !self.rolling {
            let of_age = (0..age).fold(period, |period, _| self.next(period));
            return (self.midnight(of_age) <= as_of, self.midnight(self.next(of_age)) <= as_of);
        }
        let starts = || cohort.units.iter().map(|(start, _)| *start);
        let first = starts().min().unwrap_or_else(|| self.midnight(period));
        let last = starts().max().unwrap_or_else(|| self.midnight(self.next(period)));
        let age = i64::try_from(age).expect("small");
        (first + age * self.length() <= as_of, last + (age + 1) * self.length() <= as_of)
    }

    fn answer(&self, rows: &[Row]) -> BTreeMap<NaiveDate, (u64, Vec<Cell>)> {
        let as_of = rows.iter().map(|row| BASE + row.second).max().expect("rows");
        let mut cohorts = self.cohorts(rows);
        let (since, until) = self.range();
        let bounded = self.since.is_some() && self.until.is_some();
        if (cohorts.is_empty() && !bounded) || since > as_of {
            return BTreeMap::new();
        }
        let first =
            if self.since.is_some() { self.period(self.day(since)) } else { *cohorts.keys().next().expect("one") };
        let last = match self.until {
            Some(_) => self.period(self.day(until.min(as_of))),
            None => *cohorts.keys().last().expect("one"),
        };
        let (mut answer, mut period) = (BTreeMap::new(), first);
        while period <= last {
            let cohort = cohorts.remove(&period).unwrap_or_default();
            let mut cells = Vec::new();
            for age in 0..self.periods.unwrap_or(300) {
                let (begun, complete) = self.stands(period, &cohort, age, as_of);
                if !begun {
                    break;
                }
                let active = cohort.units.iter().filter(|(_, returns)| self.active(returns, age)).count();
                let returns = cohort.units.iter().flat_map(|(_, returns)| returns);
                let cents = returns.filter(|(at, _)| *at == age).map(|(_, cents)| cents).sum();
                cells.push((active as u64, cents, complete));
            }
            answer.insert(period, (cohort.units.len() as u64, cells));
            period = self.next(period);
        }
        answer
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments: Vec<String> =
            ["cohort", "log.csv", "--format", "json", "--quiet", "--allow-unknown"].map(str::to_owned).to_vec();
        let mut push = |flag: &str, value: &str| arguments.extend([flag.to_owned(), value.to_owned()]);
        push("--every", self.every);
        push("--timezone", self.zone.name());
        push("--week-start", if self.sunday { "sunday" } else { "monday" });
        push("--measure", self.measure);
        push("--first", self.first);
        push("--value", "amount");
        for (flag, matcher) in [("--start", self.start), ("--return", self.returning)] {
            if !matcher.is_empty() {
                push(flag, matcher);
            }
        }
        if self.measure == "retention" {
            push("--mode", if self.or_after { "on-or-after" } else { "on" });
            push("--min-occurrences", &self.least.to_string());
        }
        if let Some(periods) = self.periods {
            push("--periods", &periods.to_string());
        }
        for (flag, days) in [("--since", self.since), ("--until", self.until)] {
            if let Some(days) = days {
                push(flag, &(self.day(BASE + 43_200) + Days::new(days)).to_string());
            }
        }
        if self.rolling {
            arguments.push("--rolling".to_owned());
        }
        arguments
    }
}

/// The answer of the program in the same form.
fn told(run: &Run, question: &Question) -> BTreeMap<NaiveDate, (u64, Vec<Cell>)> {
    let mut told: BTreeMap<NaiveDate, (u64, Vec<Cell>)> = BTreeMap::new();
    for row in &run.table("cohorts").rows {
        let cohort = row["cohort"].as_str().expect("a date").parse().expect("a date");
        let (size, cells) = told.entry(cohort).or_default();
        *size = row["size"].as_u64().expect("a size");
        assert_eq!(row["period"].as_u64(), Some(cells.len() as u64), "ages are consecutive\n{}", run.block());
        let active = row["active"].as_u64().expect("a count");
        #[allow(clippy::cast_precision_loss, reason = "small counts")]
        let expected = (*size > 0).then(|| active as f64 / *size as f64);
        let is_same = row["rate"].as_f64().zip(expected).map(|(rate, expected)| close(rate, expected, 1e-12));
        assert_eq!(is_same, expected.map(|_| true), "the rate is active of size\n{}", run.block());
        let value = row.get("value").and_then(serde_json::Value::as_f64).unwrap_or_default();
        #[allow(clippy::cast_possible_truncation, reason = "small amounts")]
        let cents = if question.measure == "revenue" { (value * 100.0).round() as i64 } else { 0 };
        cells.push((active, cents, row["complete"].as_bool().expect("a flag")));
    }
    told
}

/// At each age, the sizes and active units of the cohorts that are through with it.
fn pooled(answer: &BTreeMap<NaiveDate, (u64, Vec<Cell>)>) -> Vec<(u64, u64, u64)> {
    let mut pooled = Vec::new();
    for age in 0..300 {
        let complete =
            answer.values().filter_map(|(size, cells)| Some((*size, *cells.get(age).filter(|cell| cell.2)?)));
        let (size, active) = complete.fold((0, 0), |(sizes, units), (size, cell)| (sizes + size, units + cell.0));
        if size > 0 {
            pooled.push((age as u64, size, active));
        }
    }
    pooled
}

fn csv(rows: &[Row]) -> String {
    let mut text = "user_id,event,timestamp,kind,amount\n".to_owned();
    for row in rows {
        let time = DateTime::from_timestamp_micros((BASE + row.second) * SECOND).expect("a time");
        let kind = if row.is_special { "special" } else { "plain" };
        let amount = format!("{}.{:02}", row.cents / 100, row.cents % 100);
        text += &format!("u{},{},{},{kind},{amount}\n", row.unit, row.name, time.format("%Y-%m-%dT%H:%M:%SZ"));
    }
    text
}

/// Times on a grid of nine hours and a half: ties are common, and so are the moments around local midnights.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (0..12_u32, prop::sample::select(vec!['a', 'b', 'c']), 0..160_i64, any::<bool>(), 0..5_000_i64);
    let row = row.prop_map(|(unit, name, at, is_special, cents)| Row {
        unit,
        name,
        second: at * 34_200 + if cents % 5 == 0 { 1_800 } else { 0 },
        is_special,
        cents,
    });
    prop::collection::vec(row, 1..90)
}

fn question() -> impl Strategy<Value = Question> {
    let matchers = || prop::sample::select(vec!["", "a", "b", "kind = 'special'"]);
    let zones = prop::sample::select(vec![Tz::UTC, Tz::Europe__Paris, Tz::America__New_York]);
    let calendar = (prop::sample::select(vec!["day", "week", "month", "quarter"]), zones, any::<bool>(), any::<bool>());
    let measures = prop::sample::select(vec!["retention", "retention", "conversion", "revenue"]);
    let rules = (matchers(), matchers(), measures, any::<bool>(), 1..4_u64);
    let firsts = prop::sample::select(vec!["match", "ever", "recurring"]);
    let days = || prop::option::weighted(0.3, 0..60_u64);
    let bounds = (prop::option::weighted(0.4, 1..9_usize), days(), days());
    (calendar, rules, firsts, bounds).prop_map(|(calendar, rules, first, (periods, since, until))| {
        let (every, zone, sunday, rolling) = calendar;
        let (start, returning, measure, or_after, least) = rules;
        // A range ends after it begins.
        let until = until.map(|until| until.max(since.unwrap_or(0)));
        let or_after = or_after && measure == "retention";
        Question {
            every,
            zone,
            sunday,
            start,
            returning,
            measure,
            or_after,
            least,
            first,
            rolling,
            periods,
            since,
            until,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_program_counts_what_loops_count(rows in rows(), question in question()) {
        let world = World::new();
        let run = world.file("log.csv", csv(&rows)).run(&question.arguments());
        let mut expected = question.answer(&rows);
        let told = told(&run, &question);
        if question.measure != "revenue" {
            expected.values_mut().flat_map(|(_, cells)| cells).for_each(|cell| cell.1 = 0);
        }
        // A cohort without a cell has no row.
        expected.retain(|_, (_, cells)| !cells.is_empty());
        prop_assert_eq!(&told, &expected, "{}\n{}", run.command, csv(&rows));
        let table = run.table("pooled");
        let shown: Vec<(u64, u64, u64)> = table
            .counts("period")
            .into_iter()
            .zip(table.counts("size"))
            .zip(table.counts("active"))
            .map(|((age, size), active)| (age, size, active))
            .collect();
        prop_assert_eq!(shown, pooled(&expected), "{}", run.command);
    }
}
