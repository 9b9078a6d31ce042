//! The whole program under the rules of journeys against the search through every choice of events.

use crate::attempts_naive::{Answer, Limits, Naive, Rules, Unit};
use crate::reference_binary::Random;
use crate::world::World;
use std::fmt::Write;

const START: i64 = 1_767_225_600; // 2026-01-01T00:00:00Z
const EVER: (i64, i64) = (i64::MIN, i64::MAX);

/// Units of events that fit the steps of a mask, named after it; `x` is excluded and fits none.
struct Log {
    units: Vec<Unit>,
    steps: usize,
    distinct: bool,
}

impl Log {
    fn random(seed: u64, steps: usize, distinct: bool) -> Self {
        let mut random = Random(seed);
        let unit = |random: &mut Random| {
            let mask = |random: &mut Random| {
                if distinct {
                    1_u32.checked_shl(u32::try_from(random.below(steps as u64 + 1)).expect("small")).unwrap_or(0)
                        & ((1 << steps) - 1)
                } else {
                    u32::try_from(random.below(1 << steps)).expect("small")
                }
            };
            let time = |random: &mut Random| i64::try_from(random.below(20)).expect("small");
            let events = (0..random.below(8)).map(|_| (time(random), mask(random))).collect();
            let excluded = vec![(0..random.below(3)).map(|_| time(random)).collect()];
            Unit { events, excluded }
        };
        Self { units: (0..200).map(|_| unit(&mut random)).collect(), steps, distinct }
    }

    /// The rows in an order of their own. One unit at the end fixes the as-of time and does nothing else.
    fn csv(&self, with_excluded: bool) -> String {
        let mut lines = vec![format!("end,z,{}\n", START + 30)];
        for (number, unit) in self.units.iter().enumerate() {
            lines.extend(unit.events.iter().map(|(time, mask)| format!("u{number:03},m{mask},{}\n", START + time)));
            if with_excluded {
                lines.extend(unit.excluded[0].iter().map(|time| format!("u{number:03},x,{}\n", START + time)));
            }
        }
        let mut random = Random(3);
        for last in (1..lines.len()).rev() {
            lines.swap(last, usize::try_from(random.below(last as u64 + 1)).expect("small"));
        }
        format!("user_id,event,timestamp\n{}", lines.concat())
    }

    fn names(&self, step: usize) -> Vec<String> {
        if self.distinct {
            return vec![format!("m{}", 1 << step)];
        }
        (0..1_u32 << self.steps).filter(|mask| mask >> step & 1 == 1).map(|mask| format!("m{mask}")).collect()
    }
}

/// The rules as `funnel.toml` and flags say them.
fn toml(log: &Log, rules: &Rules) -> String {
    let mut text = String::new();
    for (step, limits) in rules.steps.iter().enumerate() {
        let _ = write!(text, "[[steps]]\nname = \"S{}\"\nevent = {:?}\n", step + 1, log.names(step));
        let _ = write!(text, "optional = {}\ndirectly = {}\n", limits.optional, limits.directly);
        if let Some(within) = limits.within {
            let _ = writeln!(text, "within = \"{within}s\"");
        }
    }
    for (from, to) in &rules.exclusions {
        let _ = write!(text, "[[exclusions]]\nevent = \"x\"\nfrom = {}\nto = {}\n", from + 1, to + 1);
    }
    text
}

fn arguments(rules: &Rules) -> Vec<String> {
    let words = ["conversion", "log.csv", "--format", "json", "--quiet", "--allow-unknown", "--window"];
    let mut arguments: Vec<String> = words.map(str::to_owned).to_vec();
    arguments.push(rules.window.map_or("none".to_owned(), |window| format!("{window}s")));
    let mut add = |given: bool, flags: [&str; 2]| {
        if given {
            arguments.extend(flags.map(str::to_owned));
        }
    };
    add(rules.any_order, ["--order", "any"]);
    add(rules.strict_ties, ["--ties", "strict"]);
    add(rules.drop, ["--exclusion", "drop-user"]);
    let grace = format!("{}s", rules.grace);
    add(rules.grace > 0, ["--grace", &grace]);
    arguments
}

/// Per step: entered, dropped, open, seconds from the last required step.
#[derive(Debug, Clone, Default, PartialEq)]
struct Row {
    entered: u64,
    dropped: Option<u64>,
    open: Option<u64>,
    mean: Option<f64>,
}

#[allow(clippy::cast_precision_loss, reason = "few seconds")]
fn count(rules: &Rules, answers: &[Answer]) -> Vec<Row> {
    let beside = |step: usize| rules.steps[step].optional;
    let mut rows: Vec<Row> = (0..rules.steps.len())
        .map(|step| Row { dropped: (!beside(step)).then_some(0), open: (!beside(step)).then_some(0), ..Row::default() })
        .collect();
    let mut seconds: Vec<Vec<f64>> = vec![Vec::new(); rules.steps.len()];
    for answer in answers.iter().filter(|answer| answer.depth > 0) {
        let mut required = answer.times[0];
        for (step, time) in answer.times.iter().enumerate() {
            rows[step].entered += u64::from(time.is_some());
            if let (Some(before), Some(now), true) = (required, time, step > 0) {
                seconds[step].push((now - before) as f64);
            }
            if !beside(step) {
                required = *time;
            }
        }
        if let Some(over) = answer.over {
            let last = (0..rules.steps.len()).rev().find(|step| !beside(*step) && answer.times[*step].is_some());
            let row = &mut rows[last.expect("an entry")];
            let side = if over > 30 { &mut row.open } else { &mut row.dropped };
            *side = side.map(|count| count + 1);
        }
    }
    for (row, seconds) in rows.iter_mut().zip(seconds) {
        row.mean = (!seconds.is_empty()).then(|| seconds.iter().sum::<f64>() / seconds.len() as f64);
    }
    rows
}

fn check(log: &Log, rules: &Rules, counting: &[&str], answers: &[Answer]) {
    let world = World::new();
    world.file("log.csv", log.csv(!rules.exclusions.is_empty())).file("funnel.toml", toml(log, rules));
    let mut given = arguments(rules);
    given.extend(counting.iter().map(|word| (*word).to_owned()));
    let run = world.run(&given);
    assert_eq!(run.code, Some(0), "{}", run.block());
    let found: Vec<Row> = run
        .table("steps")
        .rows
        .iter()
        .map(|row| Row {
            entered: row["entered"].as_u64().expect("a count"),
            dropped: row["dropped"].as_u64(),
            open: row["open"].as_u64(),
            mean: row["time_mean"].as_f64().map(|mean| (mean * 1e6).round() / 1e6),
        })
        .collect();
    let mut expected = count(rules, answers);
    for row in &mut expected {
        row.mean = row.mean.map(|mean| (mean * 1e6).round() / 1e6);
    }
    assert!(expected.last().is_some_and(|row| row.entered > 3), "too few convert: {expected:?}");
    assert_eq!(found, expected, "{rules:?}\n{}", run.block());
}

/// Every unit once, with its best attempt.
fn check_units(seed: u64, distinct: bool, rules: &Rules) {
    let log = Log::random(seed, rules.steps.len(), distinct);
    let answers: Vec<Answer> = log.units.iter().map(|unit| naive(rules, unit, EVER)).collect();
    check(&log, rules, &[], &answers);
}

/// The best attempt that begins in a span.
fn naive(rules: &Rules, unit: &Unit, entries: (i64, i64)) -> Answer {
    let rules = Rules { entries, ..rules.clone() };
    let excluded = if rules.exclusions.is_empty() { Vec::new() } else { unit.excluded.clone() };
    // In any order what fits no step does not matter; else it may stand between.
    Naive::new(&rules, &Unit { excluded, ..unit.clone() }).answer()
}

fn limits(optional: bool, within: Option<i64>, directly: bool) -> Limits {
    Limits { optional, within, directly }
}

fn rules(steps: &[Limits], window: Option<i64>) -> Rules {
    Rules { steps: steps.to_vec(), window, entries: EVER, ..Rules::default() }
}

const PLAIN: Limits = Limits { optional: false, within: None, directly: false };

#[test]
fn directly_and_within() {
    let within = limits(false, Some(3), false);
    check_units(31, false, &rules(&[PLAIN, limits(false, None, true)], Some(15)));
    check_units(32, false, &rules(&[PLAIN, within, within], Some(12)));
    check_units(33, true, &rules(&[PLAIN, within, limits(false, None, true)], None));
}

#[test]
fn optional_steps() {
    let optional = limits(true, None, false);
    check_units(41, false, &rules(&[PLAIN, optional, PLAIN], Some(12)));
    check_units(42, true, &rules(&[PLAIN, optional, PLAIN], None));
    check_units(43, false, &rules(&[PLAIN, optional, limits(true, Some(2), false), PLAIN], Some(9)));
}

#[test]
fn exclusions_with_both_effects() {
    for drop in [false, true] {
        let all = Rules { exclusions: vec![(0, 2)], drop, ..rules(&[PLAIN, PLAIN, PLAIN], Some(14)) };
        check_units(51, false, &all);
        check_units(52, false, &Rules { exclusions: vec![(1, 2)], ..all.clone() });
        check_units(53, true, &Rules { exclusions: vec![(0, 1)], window: None, ..all.clone() });
        check_units(54, false, &Rules { any_order: true, ..all });
    }
}

#[test]
fn ties_grace_and_any_order() {
    check_units(61, false, &Rules { strict_ties: true, ..rules(&[PLAIN, PLAIN, PLAIN], Some(14)) });
    check_units(62, true, &Rules { grace: 2, ..rules(&[PLAIN, PLAIN, PLAIN], Some(10)) });
    check_units(63, false, &Rules { any_order: true, ..rules(&[PLAIN, PLAIN, PLAIN], Some(6)) });
    check_units(64, false, &Rules { any_order: true, ..rules(&[PLAIN, PLAIN, PLAIN, PLAIN], None) });
}

/// The first time from which an attempt may begin.
fn next_entry(unit: &Unit, from: i64) -> Option<i64> {
    unit.events.iter().filter(|(time, mask)| *time >= from && mask & 1 == 1).map(|(time, _)| *time).min()
}

#[test]
fn first_entries() {
    let rules = Rules { exclusions: vec![(0, 2)], ..rules(&[PLAIN, PLAIN, PLAIN], Some(12)) };
    let log = Log::random(71, 3, false);
    let first = |unit: &Unit| next_entry(unit, i64::MIN).map(|entry| naive(&rules, unit, (entry, entry)));
    let answers: Vec<Answer> = log.units.iter().filter_map(first).collect();
    check(&log, &rules, &["--entry", "first"], &answers);
}

#[test]
fn attempts_one_after_another() {
    for (seed, window) in [(81, Some(4)), (82, Some(12)), (83, None)] {
        let rules = Rules { exclusions: vec![(0, 1)], ..rules(&[PLAIN, PLAIN], window) };
        let log = Log::random(seed, 2, false);
        let mut answers = Vec::new();
        for unit in &log.units {
            let mut from = i64::MIN;
            while let Some(entry) = next_entry(unit, from) {
                let answer = naive(&rules, unit, (entry, entry));
                let end = answer.over.unwrap_or_else(|| answer.times[1].expect("converted"));
                answers.push(answer);
                if end == i64::MAX {
                    break;
                }
                from = end + 1;
            }
        }
        check(&log, &rules, &["--count", "attempts"], &answers);
    }
}

#[test]
fn sessions_by_their_gap() {
    let rules = rules(&[PLAIN, PLAIN, PLAIN], Some(5));
    let log = Log::random(91, 3, false);
    let mut answers = Vec::new();
    for unit in &log.units {
        let mut events = unit.events.clone();
        events.sort_unstable();
        let mut session: Vec<(i64, u32)> = Vec::new();
        for (position, event) in events.iter().enumerate() {
            session.push(*event);
            if events.get(position + 1).is_none_or(|next| next.0 - event.0 > 3) {
                let events = std::mem::take(&mut session);
                answers.push(naive(&rules, &Unit { events, excluded: Vec::new() }, EVER));
            }
        }
    }
    check(&log, &rules, &["--count", "sessions", "--session-gap", "3s"], &answers);
}
