//! What a reader must know to read the costs right, and the sentences of the report.

use super::{Cost, table};
use crate::document::Note;
use crate::plan::cost::{CostRow, Matching};
use crate::plan::{NONE, OTHER};
use crate::reports::summary::figures::{count as grouped, money};

pub fn notes(cost: &Cost<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let (total, facts) = (&cost.answer.total, &cost.answer.facts);
    if cost.answer.known.leads && total.open > 0 && cost.question.matching == Matching::Lead {
        let text = format!(
            "{} of {} leads are still open: customers and revenue may still rise, and costs per customer fall",
            total.open, total.leads
        );
        notes.push(Note::warning("immature", text));
    }
    for (spend, lead) in &cost.answer.alike {
        let text = format!(
            "`{spend}` of the spend and `{lead}` of the leads differ only in how they are written, and are kept apart"
        );
        notes.push(Note::warning("similar_names", text));
    }
    let told = [
        (facts.no_cost, "no_cost", "spend rows without a cost, counted as 0"),
        (facts.spread, "spread", "spend rows laid evenly on the days of their period"),
        (facts.spend_outside, "outside", "spend rows outside --since and --until, left out"),
        (facts.undated, "no_entry_time", "leads without a date: they are in no period but in a row of their own"),
        (facts.undated_wins, "no_win_time", "customers without a date: they are in no period"),
        (facts.no_amount, "no_amount", "customers (or orders) without an amount"),
        (facts.after_as_of, "after_as_of", "records left out because they are later than the as-of time"),
    ];
    let told = told.into_iter().filter(|(count, _, _)| *count > 0);
    notes.extend(told.map(|(count, code, text)| Note::note(code, format!("{text}: {count}"))));
    if cost.answer.known.opportunities && facts.lost_unknown > 0 {
        let text = "lost deals without a dated stage: they are no opportunities, so that their cost is overstated";
        notes.push(Note::warning("lost_stage_unknown", format!("{text}: {}", facts.lost_unknown)));
    }
    notes
}

/// Sentences for the report: the whole, and the dearest and cheapest groups.
pub fn lines(cost: &Cost<'_>) -> Vec<String> {
    let total = &cost.answer.total;
    let currency = cost.answer.currency.as_deref();
    let Some(spend) = total.spend else { return vec!["No spend is in range.".to_owned()] };
    let mut line = format!("{} were spent", money(spend.to_f64(), currency));
    if cost.answer.known.leads {
        line.push_str(&format_each(", for", total.leads, "leads", spend.to_f64()));
    }
    line.push_str(&format_each(", and", total.customers, "customers", spend.to_f64()));
    let mut lines = vec![format!("{line}.")];
    lines.extend(extremes(cost));
    lines
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn format_each(before: &str, count: u64, what: &str, spend: f64) -> String {
    match count {
        0 => format!("{before} 0 {what}"),
        _ => format!("{before} {} {what} ({} each)", grouped(count), money(spend / count as f64, None)),
    }
}

/// The groups whose customers cost least and most, of those with any.
fn extremes(cost: &Cost<'_>) -> Option<String> {
    if cost.question.every.is_some() {
        return None;
    }
    let named = |row: &&CostRow| row.group.iter().all(|value| value != OTHER && value != NONE);
    let priced = cost.answer.rows.iter().filter(named).filter_map(|row| {
        let spend = row.counts.spend.filter(|spend| spend.0 > 0)?;
        Some((table::each(spend, row.counts.customers)?, row))
    });
    let mut priced: Vec<(f64, &CostRow)> = priced.collect();
    priced.sort_by(|left, right| left.0.total_cmp(&right.0).then_with(|| left.1.group.cmp(&right.1.group)));
    let (cheap, dear) = (priced.first()?, priced.last()?);
    (cheap.0 < dear.0).then(|| {
        format!(
            "A customer of {} cost {} ({} customers), one of {} {} ({} customers).",
            cheap.1.group.join(", "),
            money(cheap.0, None),
            grouped(cheap.1.counts.customers),
            dear.1.group.join(", "),
            money(dear.0, None),
            grouped(dear.1.counts.customers)
        )
    })
}
