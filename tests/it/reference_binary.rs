//! The whole program against the naive loops: random logs written as CSV, every column of the tables recomputed here.

use crate::reference_naive::{ANY_TIME, Event, Order, Rules, best_attempt, latest_entry, quantile};
use crate::world::{Table, World, close};
use std::fmt::Write;

const SECOND: i64 = 1_000_000;
const START: i64 = 1_767_225_600 * SECOND; // 2026-01-01T00:00:00Z

/// A small generator of its own, so that the logs are the same for ever.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

struct Log {
    units: Vec<Vec<Event>>,
    steps: usize,
    window: Option<i64>,
    order: Order,
}

impl Log {
    /// Makes units whose times repeat often; with distinct steps every event fits one step at most.
    fn random(seed: u64, steps: usize, window: Option<i64>, order: Order, distinct: bool) -> Self {
        let mut random = Random(seed);
        let units = (0..250).map(|_| {
            let events = random.below(9);
            let event = |random: &mut Random| {
                let second = i64::try_from(random.below(30)).expect("small");
                let fits =
                    u32::try_from(random.below(if distinct { steps as u64 + 1 } else { 1 << steps })).expect("small");
                let mask = if distinct {
                    1_u32.checked_shl(fits).filter(|_| (fits as usize) < steps).unwrap_or(0)
                } else {
                    fits
                };
                (START + second * SECOND, mask)
            };
            (0..events).map(|_| event(&mut random)).collect()
        });
        Self { units: units.collect(), steps, window, order }
    }

    /// The event that fits the steps of a mask is named after the mask.
    fn csv(&self) -> String {
        let mut lines = Vec::new();
        for (unit, events) in self.units.iter().enumerate() {
            for (time, mask) in events {
                lines.push(format!("u{unit:03},m{mask},{}\n", time / SECOND));
            }
        }
        let mut random = Random(7);
        for last in (1..lines.len()).rev() {
            lines.swap(last, usize::try_from(random.below(last as u64 + 1)).expect("small"));
        }
        format!("user_id,event,timestamp\n{}", lines.concat())
    }

    fn arguments(&self) -> Vec<String> {
        let words = ["conversion", "log.csv", "--format", "json", "--quiet", "--allow-unknown", "--window"];
        let mut arguments: Vec<String> = words.map(str::to_owned).to_vec();
        arguments.push(self.window.map_or("none".to_owned(), |window| format!("{}s", window / SECOND)));
        if self.order == Order::Any {
            let names: Vec<String> = (0..self.steps).map(|step| format!("m{}", 1 << step)).collect();
            arguments.extend(["--order".to_owned(), "any".to_owned(), "--steps".to_owned(), names.join(",")]);
            return arguments;
        }
        for step in 0..self.steps {
            let fitting = (0..1_u32 << self.steps).filter(|mask| mask >> step & 1 == 1);
            let names: Vec<String> = fitting.map(|mask| format!("'m{mask}'")).collect();
            arguments.extend(["--step".to_owned(), format!("S{}: event in ({})", step + 1, names.join(", "))]);
        }
        arguments
    }

    fn rules(&self) -> Rules {
        Rules { steps: self.steps, window: self.window, order: self.order, entries: ANY_TIME }
    }

    fn end(&self) -> i64 {
        self.units.iter().flatten().map(|event| event.0).max().expect("events")
    }

    fn is_open(&self, events: &[Event]) -> bool {
        let latest = latest_entry(events, self.rules()).expect("an entry");
        self.window.is_none_or(|window| latest + window > self.end())
    }
}

/// What the steps table must hold, row by row.
struct Expected {
    entered: usize,
    dropped: usize,
    open: usize,
    seconds: Vec<f64>,
}

#[allow(clippy::cast_precision_loss, reason = "microseconds of seconds")]
fn expected(log: &Log) -> (Vec<Expected>, Vec<f64>) {
    let empty = || Expected { entered: 0, dropped: 0, open: 0, seconds: Vec::new() };
    let mut rows: Vec<Expected> = (0..log.steps).map(|_| empty()).collect();
    let mut whole = Vec::new();
    let seconds = |from: i64, to: i64| (to - from) as f64 / SECOND as f64;
    for events in &log.units {
        let times = best_attempt(events, log.rules());
        for (step, time) in times.iter().enumerate() {
            rows[step].entered += 1;
            if step > 0 {
                rows[step].seconds.push(seconds(times[step - 1], *time));
            }
        }
        if times.len() == log.steps {
            whole.push(seconds(times[0], times[log.steps - 1]));
        } else if !times.is_empty() {
            let row = &mut rows[times.len() - 1];
            if log.is_open(events) { row.open += 1 } else { row.dropped += 1 }
        }
    }
    (rows, whole)
}

#[allow(clippy::cast_precision_loss, reason = "few values")]
fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn check_times(problems: &mut String, table: &Table, row: usize, seconds: &[f64]) {
    let quantiles = [("time_p25", 0.25), ("time_median", 0.5), ("time_p75", 0.75), ("time_p90", 0.9)];
    let mut wanted = vec![("time_mean", mean(seconds))];
    wanted.extend(quantiles.map(|(name, share)| (name, quantile(seconds, share))));
    for (name, value) in wanted {
        let actual = table.numbers(name)[row];
        let same = match (actual, value) {
            (Some(actual), Some(value)) => close(actual, value, 1e-9),
            (actual, value) => actual.is_none() && value.is_none(),
        };
        if !same {
            let _ = writeln!(problems, "row {}: {name} is {actual:?}, expected {value:?}", row + 1);
        }
    }
}

fn check(log: &Log) {
    let world = World::new();
    let run = world.file("log.csv", log.csv()).run(&log.arguments());
    let (rows, whole) = expected(log);
    let table = run.table("steps");
    let mut problems = String::new();
    assert_eq!(table.rows.len(), log.steps, "rows\n{}", run.block());
    for (position, row) in rows.iter().enumerate() {
        let mut wanted = vec![("entered", row.entered)];
        if position + 1 < log.steps {
            wanted.extend([("dropped", row.dropped), ("open", row.open)]);
        }
        for (name, value) in wanted {
            let actual = &table.rows[position][name];
            if actual.as_u64() != Some(value as u64) {
                let _ = writeln!(problems, "row {}: {name} is {actual}, expected {value}", position + 1);
            }
        }
        if position > 0 {
            check_times(&mut problems, &table, position, &row.seconds);
        }
    }
    check_times(&mut problems, &run.table("overall"), 0, &whole);
    assert!(problems.is_empty(), "{problems}{}", run.block());
}

#[test]
fn ordered_logs_with_distinct_steps() {
    for (seed, steps, window) in [(1, 2, None), (2, 3, Some(10)), (3, 5, Some(0)), (4, 4, Some(25)), (5, 1, Some(5))] {
        check(&Log::random(seed, steps, window.map(|seconds: i64| seconds * SECOND), Order::Ordered, true));
    }
}

#[test]
fn ordered_logs_with_events_that_fit_several_steps() {
    for (seed, steps, window) in [(11, 2, Some(4)), (12, 3, None), (13, 4, Some(12)), (14, 3, Some(0))] {
        check(&Log::random(seed, steps, window.map(|seconds: i64| seconds * SECOND), Order::Ordered, false));
    }
}

#[test]
fn logs_in_any_order() {
    for (seed, steps, window) in [(21, 2, None), (22, 3, Some(6)), (23, 4, Some(15)), (24, 3, Some(0))] {
        check(&Log::random(seed, steps, window.map(|seconds: i64| seconds * SECOND), Order::Any, true));
    }
}
