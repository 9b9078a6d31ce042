//! Attempts under every rule against the search through every choice of events, on random units with many ties.

use crate::attempts_naive::{Answer, Limits, Naive, Rules, Unit};
use funnel::engine::kernel::attempt::{self, AttemptRules, Attempts, Between, StepLimits};
use funnel::engine::kernel::unordered::{Unordered, UnorderedRules};
use funnel::engine::kernel::{EntryRange, Event};
use funnel::model::time::NO_TIME;
use funnel::plan::Ties;

/// A small generator, so that the units are the same for ever.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn time(&mut self, bound: i64) -> i64 {
        i64::try_from(self.below(bound.unsigned_abs())).expect("small")
    }

    fn often(&mut self, one_in: u64) -> bool {
        self.below(one_in) == 0
    }
}

/// What a family of units may hold.
#[allow(clippy::struct_excessive_bools, reason = "each is a rule by itself")]
#[derive(Debug, Clone, Copy, Default)]
struct Family {
    any_order: bool,
    optional: bool,
    within: bool,
    directly: bool,
    excluded: bool,
    grace: bool,
    strict_ties: bool,
}

fn rules(random: &mut Random, family: Family) -> Rules {
    let steps = usize::try_from(1 + random.below(4)).expect("small");
    let limits = |step: usize, random: &mut Random| Limits {
        optional: family.optional && step > 0 && step + 1 < steps && random.often(2),
        within: (family.within && step > 0 && random.often(2)).then(|| random.time(6)),
        directly: family.directly && step > 0 && random.often(2),
    };
    let steps: Vec<Limits> = (0..steps).map(|step| limits(step, random)).collect();
    let required: Vec<usize> = (0..steps.len()).filter(|step| !steps[*step].optional).collect();
    let mut exclusions = Vec::new();
    while family.excluded && steps.len() > 1 && exclusions.len() < 2 && (exclusions.is_empty() || random.often(3)) {
        let mut one = || required[usize::try_from(random.below(required.len() as u64)).expect("small")];
        let (left, right) = (one(), one());
        if family.any_order {
            exclusions.push((0, steps.len() - 1));
        } else if left != right {
            exclusions.push((left.min(right), left.max(right)));
        }
    }
    let bounds = (random.time(12), random.time(12));
    Rules {
        any_order: family.any_order,
        strict_ties: family.strict_ties,
        window: (!random.often(4)).then(|| random.time(12)),
        grace: if family.grace { random.time(4) } else { 0 },
        drop: !exclusions.is_empty() && random.often(2),
        exclusions,
        entries: if random.often(4) { (bounds.0.min(bounds.1), bounds.0.max(bounds.1)) } else { (i64::MIN, i64::MAX) },
        steps,
    }
}

fn unit(random: &mut Random, rules: &Rules, distinct: bool) -> Unit {
    let span = [2, 5, 12][usize::try_from(random.below(3)).expect("small")];
    let steps = u32::try_from(rules.steps.len()).expect("few");
    let mask = |random: &mut Random| {
        if distinct {
            1_u32.checked_shl(u32::try_from(random.below(u64::from(steps) + 1)).expect("small")).unwrap_or(0)
                & ((1 << steps) - 1)
        } else {
            u32::try_from(random.below(1 << steps)).expect("small")
        }
    };
    let events = (0..random.below(8)).map(|_| (random.time(span), mask(random))).collect();
    let excluded = rules.exclusions.iter().map(|_| (0..random.below(3)).map(|_| random.time(span)).collect()).collect();
    Unit { events, excluded }
}

// ADAPTER: the one place that knows the library's kernel.
fn kernel(rules: &Rules, unit: &Unit) -> Answer {
    let shift = |mask: u32| i64::from(mask.trailing_zeros()) * rules.grace;
    let mut events: Vec<Event> = unit
        .events
        .iter()
        .filter(|(_, mask)| *mask != 0 || !rules.any_order)
        .map(|(time, mask)| Event { time: time + if *mask == 0 { 0 } else { shift(*mask) }, mask: u64::from(*mask) })
        .collect();
    events.sort_unstable();
    let mut excluded = unit.excluded.clone();
    for times in &mut excluded {
        times.sort_unstable();
    }
    let given = attempt::Unit { events: &events, excluded: &excluded };
    let entries = EntryRange { first: rules.entries.0, last: rules.entries.1 };
    let mut found = attempt::Attempt::default();
    if rules.any_order {
        let rules = UnorderedRules { steps: rules.steps.len(), window: rules.window, drop_tainted: rules.drop };
        Unordered::new(rules).judge(given, entries, &mut found);
    } else {
        let steps = rules.steps.iter().map(|step| StepLimits {
            optional: step.optional,
            within: step.within,
            directly: step.directly,
        });
        let exclusions = rules.exclusions.iter().map(|(from, to)| Between { from: *from, to: *to });
        let mut attempts = Attempts::new(AttemptRules {
            steps: steps.collect(),
            ties: if rules.strict_ties { Ties::Strict } else { Ties::Any },
            window: rules.window,
            grace: rules.grace,
            exclusions: exclusions.collect(),
            drop_tainted: rules.drop,
        });
        attempts.load(given);
        attempts.judge(given, entries, &mut found);
    }
    let mut used: Vec<usize> = found.events.iter().flatten().copied().collect();
    used.sort_unstable();
    let taken = used.len();
    used.dedup();
    assert_eq!(used.len(), taken, "each event is used once");
    let required = rules.steps.iter().filter(|step| !step.optional).count();
    Answer {
        times: found.times.iter().map(|time| Some(*time).filter(|time| *time != NO_TIME)).collect(),
        depth: found.depth,
        over: (0 < found.depth && found.depth < required).then_some(found.over),
    }
}

fn agree(family: Family, distinct: bool, seeds: u64) {
    let mut reached = 0;
    for seed in 0..seeds {
        let mut random = Random(seed * 7_919 + 1);
        let rules = rules(&mut random, family);
        let unit = unit(&mut random, &rules, distinct);
        let expected = Naive::new(&rules, &unit).answer();
        reached += usize::from(expected.depth > 1);
        assert_eq!(kernel(&rules, &unit), expected, "seed {seed}: {rules:?}\n{unit:?}\nthe kernel, then the search");
    }
    assert!(reached > 50, "only {reached} units go beyond step 1");
}

const SEEDS: u64 = 6_000;

#[test]
fn ordered_without_further_rules() {
    agree(Family::default(), false, SEEDS);
    agree(Family { strict_ties: true, ..Family::default() }, false, SEEDS);
}

#[test]
fn strict_order() {
    agree(Family { directly: true, ..Family::default() }, false, SEEDS);
    agree(Family { directly: true, strict_ties: true, ..Family::default() }, false, SEEDS);
}

#[test]
fn limits_from_step_to_step() {
    agree(Family { within: true, ..Family::default() }, false, SEEDS);
    agree(Family { within: true, directly: true, ..Family::default() }, false, SEEDS);
    agree(Family { within: true, strict_ties: true, ..Family::default() }, false, SEEDS);
}

#[test]
fn exclusions() {
    agree(Family { excluded: true, ..Family::default() }, false, SEEDS);
    agree(Family { excluded: true, within: true, directly: true, ..Family::default() }, false, SEEDS);
    agree(Family { excluded: true, strict_ties: true, ..Family::default() }, false, SEEDS);
}

#[test]
fn optional_steps() {
    agree(Family { optional: true, ..Family::default() }, false, SEEDS);
    agree(Family { optional: true, within: true, ..Family::default() }, false, SEEDS);
    agree(Family { optional: true, excluded: true, within: true, ..Family::default() }, false, SEEDS);
    agree(Family { optional: true, excluded: true, strict_ties: true, ..Family::default() }, false, SEEDS);
}

#[test]
fn grace() {
    agree(Family { grace: true, ..Family::default() }, true, SEEDS);
}

#[test]
fn any_order_of_any_steps() {
    agree(Family { any_order: true, ..Family::default() }, false, SEEDS);
    agree(Family { any_order: true, excluded: true, ..Family::default() }, false, SEEDS);
}
