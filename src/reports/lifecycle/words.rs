//! The definitions of the lifecycle: under its tables, and in `explain`.

use crate::reports::explain::{Term, term};

/// What makes a period an active one: so many of the events (or orders).
#[must_use]
pub fn activity(what: &str, least: u64, most: Option<u64>) -> String {
    match (least, most) {
        (1, None) => format!("any {what}"),
        (least, None) => format!("at least {least} {what}"),
        (1, Some(most)) => format!("at most {most} {what}"),
        (least, Some(most)) => format!("{least} to {most} {what}"),
    }
}

pub fn active(activity: &str, period: &str) -> String {
    format!("Active: {activity} in the {period}. New + returning + resurrecting = active.")
}

pub fn states(period: &str, first_seen: Option<&str>) -> String {
    let after = first_seen.map_or_else(String::new, |column| format!(", not after that of {column}"));
    let earlier = if first_seen.is_some() { "active or seen" } else { "active" };
    format!(
        "New: the first active {period} of all history{after}; returning: active in the {period} before too; \
         resurrecting: {earlier} earlier; dormant: active in the {period} before, not in this one."
    )
}

pub fn stickiness(period: &str) -> String {
    format!("Users by the number of {period}s shown above in which they are active.")
}

pub const CUT: &str = "Periods that --since or --until cut count as periods, by the events within.";

/// The definitions for `explain`.
#[must_use]
pub fn terms(activity: &str, period: &str, first_seen: Option<&str>) -> Vec<Term> {
    vec![
        term("active", active(activity, period)),
        term("new, returning, resurrecting, dormant", states(period, first_seen)),
        term("stickiness", stickiness(period)),
        term("--since, --until", CUT),
    ]
}
