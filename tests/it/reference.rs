//! The journey kernel against naive loops over every attempt, on random units with many ties.

use crate::reference_naive::{Entries, Event, Order, Rules, best_attempt, latest_entry};
use funnel::engine::kernel;
use funnel::plan;
use proptest::prelude::*;

/// What the kernel finds: the time of each step reached, and the latest entry.
type Found = (Vec<i64>, Option<i64>);

// ADAPTER: the one place that knows the library's kernel. `distinct` asks for the faster way that it has for events
// which fit one step each.
fn judge(events: &[Event], rules: Rules, distinct: bool) -> Found {
    let order = match rules.order {
        Order::Ordered => plan::Order::Ordered,
        Order::Any => plan::Order::Any,
    };
    let (steps, window) = (rules.steps, rules.window);
    let mut kernel = kernel::Kernel::new(kernel::Rules { steps, order, ties: plan::Ties::Any, window, distinct });
    let fitting = events.iter().filter(|(_, mask)| *mask != 0);
    let mut sorted: Vec<kernel::Event> =
        fitting.map(|&(time, mask)| kernel::Event { time, mask: u64::from(mask) }).collect();
    sorted.sort_unstable();
    let mut journey = kernel::Journey::default();
    let (first, last) = rules.entries;
    // A unit judged before leaves nothing behind.
    kernel.judge(&[kernel::Event { time: 5, mask: 1 }], kernel::EntryRange::ALL, &mut journey);
    kernel.judge(&sorted, kernel::EntryRange { first, last }, &mut journey);
    assert_eq!(journey.depth, journey.times.len(), "a time for every step reached");
    assert_eq!(journey.depth, journey.events.len(), "an event for every step reached");
    for (position, time) in journey.events.iter().zip(&journey.times) {
        assert_eq!(sorted[*position].time, *time, "the event has the time of its step");
    }
    let mut used = journey.events.clone();
    used.sort_unstable();
    used.dedup();
    assert_eq!(used.len(), journey.depth, "each event is used once");
    let latest = (journey.depth > 0).then_some(journey.latest_entry);
    (journey.times, latest)
}

/// Masks of the steps that one event fits.
fn any_mask(steps: usize) -> BoxedStrategy<u32> {
    (0..1_u32 << steps).boxed()
}

/// Each event fits one step or none, as plain and different names do.
fn distinct_mask(steps: usize) -> BoxedStrategy<u32> {
    (0..=steps).prop_map(move |step| if step < steps { 1 << step } else { 0 }).boxed()
}

/// The same few names in several steps: every mask is one of two or three.
fn repeated_mask(steps: usize) -> BoxedStrategy<u32> {
    let all = (1_u32 << steps) - 1;
    let odd = 0b0101_0101 & all;
    prop_oneof![Just(odd), Just(all & !odd), Just(0)].boxed()
}

/// Entries at any time, mostly, or within a part of the span.
fn entries(span: i64) -> impl Strategy<Value = Entries> {
    prop_oneof![3 => Just((i64::MIN, i64::MAX)), 1 => (0..span, 0..span).prop_map(|(one, other)| (one.min(other), one.max(other)))]
}

/// Units of up to eight events; times from a small range, so that many are equal, and windows that often bind.
fn unit(order: Order, masks: fn(usize) -> BoxedStrategy<u32>) -> impl Strategy<Value = (Vec<Event>, Rules)> {
    (1_usize..=5, prop_oneof![Just(3_i64), Just(8), Just(40)]).prop_flat_map(move |(steps, span)| {
        let events = prop::collection::vec((0..span, masks(steps)), 0..=8);
        let rules = (prop::option::weighted(0.8, 0..span), entries(span)).prop_map(move |(window, entries)| Rules {
            steps,
            window,
            order,
            entries,
        });
        (events, rules)
    })
}

fn agrees(events: &[Event], rules: Rules, distinct: bool) -> Result<(), TestCaseError> {
    let expected = best_attempt(events, rules);
    let latest = if expected.is_empty() { None } else { latest_entry(events, rules) };
    prop_assert_eq!(judge(events, rules, distinct), (expected, latest), "the kernel, then the naive loops");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ordered_with_distinct_steps((events, rules) in unit(Order::Ordered, distinct_mask)) {
        agrees(&events, rules, true)?;
        agrees(&events, rules, false)?;
    }

    #[test]
    fn ordered_with_repeated_steps((events, rules) in unit(Order::Ordered, repeated_mask)) {
        agrees(&events, rules, false)?;
    }

    #[test]
    fn ordered_with_any_conditions((events, rules) in unit(Order::Ordered, any_mask)) {
        agrees(&events, rules, false)?;
    }

    #[test]
    fn any_order_with_distinct_steps((events, rules) in unit(Order::Any, distinct_mask)) {
        agrees(&events, rules, true)?;
    }
}
