//! What a reader must know to read the values right.

use super::Answered;
use super::methods::Method;
use super::worth::spent_elsewhere;
use crate::document::Note;

/// How strongly how often and how much may hang together before it is said.
const LINKED: f64 = 0.3;

/// Returns the notes that follow from the answer and the estimates.
#[must_use]
pub fn notes(answered: &Answered<'_>) -> Vec<Note> {
    let mut notes = facts(answered);
    let value = &answered.value;
    if value.has_customers() {
        notes.extend(immature(answered));
        notes.extend(models(answered));
        notes.extend(curves(answered));
    }
    let is_split = value.plan.every.is_none() && (value.plan.by.is_empty() || value.answer.spend_by.is_some());
    if value.answer.spend.is_some() && !is_split {
        let text = "spend is not split by periods here, nor by columns that it lacks: `funnel value` without them \
                    compares it with lifetime value";
        notes.push(Note::note("spend_not_split", text));
    }
    if let Some(rest) = spent_elsewhere(answered) {
        let text = format!("spend on what has no row of its own here, compared with no lifetime value: {rest}");
        notes.push(Note::warning("spend_elsewhere", text));
    }
    if !value.has_customers() {
        let text = "every won deal counts as a customer of its own; --account COLUMN names the customer, and adds \
                    lifetime value and who comes back";
        notes.push(Note::note("deal_is_customer", text));
    }
    notes
}

fn facts(answered: &Answered<'_>) -> Vec<Note> {
    let facts = &answered.value.answer.facts;
    let told = [
        (
            facts.duplicates,
            "duplicates",
            "rows that repeat another one's customer, time and amount (--dedupe drops them)",
        ),
        (facts.after_as_of, "after_as_of", "records left out because they are later than the as-of time"),
        (facts.without_amount, "no_amount", "rows left out because they have no amount"),
        (facts.refunds, "refunds", "rows with a negative amount: they lower the revenue and are no orders"),
        (facts.stray_refunds, "stray_refunds", "negative amounts before any order of the customer, left out"),
        (facts.undated, "no_close_time", "won deals left out because they have no closing time"),
    ];
    let warn = ["no_amount", "stray_refunds", "no_close_time"];
    let told = told.into_iter().filter(|(count, _, _)| *count > 0);
    told.map(|(count, code, text)| {
        let text = format!("{text}: {count}");
        if warn.contains(&code) { Note::warning(code, text) } else { Note::note(code, text) }
    })
    .collect()
}

/// Customers who are too new for the horizon.
fn immature(answered: &Answered<'_>) -> Option<Note> {
    let tallies = || answered.found.iter().map(|found| &found.row.tally);
    let all: u64 = tallies().map(|tally| tally.all.customers).sum();
    let mature: u64 = tallies().map(|tally| tally.mature.customers).sum();
    let horizon = answered.value.plan.horizon;
    (mature < all).then(|| {
        let text = format!(
            "{} of {all} customers are younger than {horizon}: cohort leaves them out, pooled counts the ages they \
             have been through",
            all - mature
        );
        Note::warning("immature", text)
    })
}

/// Models that could not be fitted, and one whose assumption does not hold.
fn models(answered: &Answered<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for found in &answered.found {
        let place =
            if found.row.group.is_empty() { String::new() } else { format!(" for {}", found.row.group.join(", ")) };
        match &found.fit {
            Some(Err(why)) => {
                let text = format!("no bg/nbd estimate{place}: {}", why.text());
                notes.push(Note::warning("no_fit", text));
            }
            Some(Ok(fit)) if fit.correlation.is_some_and(|link| link.abs() > LINKED) => {
                let link = fit.correlation.unwrap_or(0.0);
                let text = format!(
                    "how often and how much customers buy hang together{place} (correlation {link:.2}): the bg/nbd \
                     estimate takes them for unrelated"
                );
                notes.push(Note::warning("correlated", text));
            }
            Some(Ok(fit)) if fit.spending.mean().is_none() => {
                let text = format!("no bg/nbd estimate{place}: the spread of the amounts has no finite mean");
                notes.push(Note::warning("no_fit", text));
            }
            _ => {}
        }
    }
    notes
}

/// Horizons that nobody has been watched through.
fn curves(answered: &Answered<'_>) -> Option<Note> {
    let asked = answered.value.plan.horizon.to_string();
    let shorter =
        answered.found.iter().flat_map(|found| &found.estimates).find(|estimate| {
            [Method::Survival, Method::Pooled].contains(&estimate.method) && estimate.horizon != asked
        })?;
    let text = format!(
        "nobody has been watched for {asked} in some row: {} counts up to {} there",
        shorter.method.name(),
        shorter.horizon
    );
    Some(Note::warning("short_history", text))
}
