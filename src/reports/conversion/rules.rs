//! The rules of journeys in words, for the lines under the tables.

use crate::plan::rules::{Count, Entry, ExclusionEffect, First, RangeBinds};
use crate::plan::{Attribution, JourneyPlan, Order, Step, Ties};
use crate::reports::labels::span;

/// What is counted, in the plural.
#[must_use]
pub const fn unit_label(plan: &JourneyPlan) -> &'static str {
    match plan.rules.count {
        Count::Users => "Users",
        Count::Attempts => "Attempts",
        Count::Sessions { .. } => "Sessions",
    }
}

/// Order, attempt, window and ties in one sentence.
#[must_use]
pub fn main_line(plan: &JourneyPlan, order: Order, ties: Ties, window: &str) -> String {
    let order = match order {
        Order::Ordered => "Steps in order",
        Order::Strict => "Steps in order, each the next event of the user",
        Order::Any => "Steps in any order",
    };
    let ties = match ties {
        _ if plan.rules.grace > 0 => format!("events within {} in either order", span(plan.rules.grace)),
        Ties::Any => "events of one moment in either order".to_owned(),
        Ties::Strict => "later steps strictly later".to_owned(),
    };
    format!("{order}, {}, {window}, {ties}, each event used once.", attempt(plan))
}

fn attempt(plan: &JourneyPlan) -> String {
    let which = match plan.rules.entry {
        Entry::Best => "best attempt",
        Entry::First => "first entry",
    };
    match plan.rules.count {
        Count::Users => format!("{which} of each user"),
        Count::Sessions { gap } => {
            format!("{which} of each session (which ends where more than {} pass without an event)", span(gap))
        }
        Count::Attempts => {
            let which = if plan.rules.entry == Entry::First { "the first attempt" } else { "every attempt" };
            format!("{which} (the next begins after the one before has converted or is over)")
        }
    }
}

/// One line for each rule that is not the default.
#[must_use]
pub fn lines(plan: &JourneyPlan) -> Vec<String> {
    let mut lines = Vec::new();
    let optional: Vec<&str> =
        plan.steps.iter().filter(|step| step.rule.optional).map(|step| step.name.as_str()).collect();
    if !optional.is_empty() {
        let names = optional.join(", ");
        lines.push(format!("Optional: {names}. Who skips it has not dropped; rates are from the last required step."));
    }
    lines.extend(plan.steps.iter().filter_map(limits));
    for exclusion in &plan.rules.exclusions {
        let between = format!("after step {} and before step {}", exclusion.from + 1, exclusion.to + 1);
        let effect = match plan.rules.effect {
            ExclusionEffect::End => "ends the attempt",
            ExclusionEffect::DropUser => "takes the attempt out; who has no other is left out",
        };
        lines.push(format!("Excluded: {} {between} {effect}.", exclusion.name));
    }
    if !plan.rules.hold.is_empty() {
        let columns = plan.rules.hold.join(", ");
        lines.push(format!("Held: a user is an id with one value of {columns}; rows without a value are left out."));
    }
    if plan.rules.range == RangeBinds::All {
        lines.push("The range of dates binds all events, not only entries.".to_owned());
    }
    if is_cut_short(plan) {
        lines.push("Dropped: the window is over, or no attempt can go on under these rules.".to_owned());
    }
    lines.extend(attribution(plan));
    lines
}

/// Whether attempts may end before their window is over.
fn is_cut_short(plan: &JourneyPlan) -> bool {
    let limited = plan.steps.iter().any(|step| step.rule.directly || step.rule.within.is_some());
    plan.is_strict() || limited || !plan.rules.exclusions.is_empty()
}

fn limits(step: &Step) -> Option<String> {
    let rule = step.rule;
    let within = rule.within.map(|within| format!("within {} of the last required step (inclusive)", span(within)));
    let directly = rule.directly.then(|| "the next event after the step before".to_owned());
    let first = rule.first.map(|first| match first {
        First::Match => "only the first event that matches".to_owned(),
        First::Ever => "only if the first event of that name matches".to_owned(),
    });
    let parts: Vec<String> = [within, directly, first].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("{}: {}.", step.name, parts.join("; ")))
}

fn attribution(plan: &JourneyPlan) -> Option<String> {
    let by = plan.by.join(", ");
    match plan.attribution {
        _ if plan.by.is_empty() => None,
        Attribution::First => None,
        Attribution::Last => Some(format!("{by}: the last value over the events that match a step.")),
        Attribution::Step(position) => Some(format!(
            "{by}: the value at step {} ({}); who does not reach it has none, who reaches it with several values counts \
             under each.",
            position + 1,
            plan.steps[position].name
        )),
        Attribution::Same => {
            Some(format!("{by}: attempts whose steps all have one value; a user may count under several."))
        }
    }
}
