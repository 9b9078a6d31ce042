//! The rules by which records look odd. Each finding says its rule, and never a cell but names of events and stages.

use super::days::{Bulk, usual};
use super::{Checked, RejectCount, rank};
use crate::document::NoteLevel;
use crate::engine::inspect::{AmountFacts, NameFacts, TimeFacts, UnitFacts};
use crate::model::kind::{Kind, Role};
use crate::model::names::fold;
use std::collections::BTreeMap;

/// An id with at least this part of the rows (1 / 3), and at least so many rows, stands out.
const ONE_ID_PART: u64 = 3;
const ONE_ID_ROWS: u64 = 10;
/// Fewer times say nothing about midnight.
const MIDNIGHT_ROWS: u64 = 10;
const MANY_NAMES: usize = 200;
/// A column whose rejects are 1 % of the records or more.
const UNREADABLE_PERCENT: u64 = 1;
/// Ids that begin on the first day: at least so many, and so many times the usual number, judged by so many days.
const PILEUP_IDS: u64 = 10;
const PILEUP_TIMES: u64 = 5;
const PILEUP_DAYS: u64 = 7;
/// So many groups of spellings are listed.
const LISTED: usize = 3;
/// Words for customers that have left or stayed.
const CHURNED: [&str; 12] = ["1", "0", "true", "false", "yes", "no", "y", "n", "t", "f", "churned", "active"];

/// Something odd about the records of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub level: NoteLevel,
    pub code: &'static str,
    pub text: String,
    /// Records that it is about; `None` where it is about none in particular.
    pub rows: Option<u64>,
}

fn warning(code: &'static str, rows: impl Into<Option<u64>>, text: String) -> Finding {
    Finding { level: NoteLevel::Warning, code, text, rows: rows.into() }
}

fn note(code: &'static str, rows: impl Into<Option<u64>>, text: String) -> Finding {
    Finding { level: NoteLevel::Note, code, text, rows: rows.into() }
}

/// Everything odd about all sources: warnings first, then in the order of the sources.
pub fn findings(checked: &[Checked]) -> Vec<Finding> {
    let mut all = Vec::new();
    for source in checked {
        let found = of_source(source);
        let named = |text: String| if checked.len() > 1 { format!("{}: {text}", source.account.name) } else { text };
        all.extend(found.into_iter().map(|finding| Finding { text: named(finding.text.clone()), ..finding }));
    }
    all.sort_by_key(|finding| rank(finding.level));
    all
}

fn of_source(source: &Checked) -> Vec<Finding> {
    let facts = &source.facts;
    let mut found = Vec::new();
    found.extend(source.preset.clone().map(|text| note("preset", None, text)));
    found.extend(unreadable(&source.rejects, source.records()));
    if facts.rows == 0 {
        found.push(warning("empty", 0, "no record was loaded".to_owned()));
        return found;
    }
    if let Some(units) = &facts.units {
        found.extend(ids(source.kind, units, facts.rows));
    }
    if let Some(times) = &facts.times {
        found.extend(moments(times));
        found.extend(spread(times, facts.units.as_ref()));
    }
    found.extend(facts.names.iter().flat_map(names));
    found.extend(facts.amounts.iter().flat_map(amounts));
    found.extend(reversed(source.kind, facts.reversed));
    found
}

fn unreadable(rejects: &[RejectCount], records: u64) -> Vec<Finding> {
    let mut columns: BTreeMap<Option<&str>, Vec<&RejectCount>> = BTreeMap::new();
    for reject in rejects {
        columns.entry(reject.column.as_deref()).or_default().push(reject);
    }
    let mut found = Vec::new();
    for (column, mut reasons) in columns {
        let rows: u64 = reasons.iter().map(|reject| reject.rows).sum();
        if rows * 100 < records * UNREADABLE_PERCENT {
            continue;
        }
        reasons.sort_by_key(|reject| std::cmp::Reverse(reject.rows));
        let place = column.map_or("the structure".to_owned(), |column| format!("column `{column}`"));
        let reason = reasons.first().map_or("", |reject| reject.reason.as_str());
        let text = format!(
            "{rows} of {records} records ({}) rejected for {place}, mainly \"{reason}\": 1 % or more",
            percent(rows, records)
        );
        found.push(warning("unreadable", rows, text));
    }
    found
}

fn ids(kind: Kind, units: &UnitFacts, rows: u64) -> Vec<Finding> {
    let mut found = Vec::new();
    if matches!(kind, Kind::Deals | Kind::Customers) {
        if units.repeats > 0 {
            let text = format!("{} with an id that an earlier row has", counted(units.repeats, "row"));
            found.push(warning("duplicate_ids", units.repeats, text));
        }
    } else if units.duplicates > 0 {
        let same = match kind {
            Kind::Events => "id, event and time",
            Kind::History => "id, stage and time",
            Kind::Subscriptions => "customer, start, plan and amount",
            Kind::Touches => "id, time, channel and cost",
            _ => "customer, time and amount",
        };
        let text = format!("{} with the same {same} as another", counted(units.duplicates, "row"));
        found.push(warning("duplicates", units.duplicates, text));
    }
    if units.largest >= ONE_ID_ROWS && units.largest * ONE_ID_PART >= rows {
        let text = format!(
            "one id with {} of {rows} rows ({}), a third or more (judged from {ONE_ID_ROWS} rows on): a test account, or \
             a stand-in for missing ids?",
            units.largest,
            percent(units.largest, rows)
        );
        found.push(warning("one_id", units.largest, text));
    }
    if units.rounded > 0 {
        let text = format!(
            "{} with an id like 1.23E+11, as spreadsheets round long numbers: different ids may have become one; export \
             them as text",
            counted(units.rounded, "row")
        );
        found.push(warning("rounded_ids", units.rounded, text));
    }
    found
}

fn moments(times: &TimeFacts) -> Vec<Finding> {
    let mut found = Vec::new();
    let all: u64 = times.days.iter().map(|day| day.rows).sum();
    if times.missing > 0 {
        let text = format!("{} without a creation time, which stand in no period", counted(times.missing, "row"));
        found.push(note("no_time", times.missing, text));
    }
    if times.date_only {
        let text = "dates without a clock: the order within a day is not known".to_owned();
        found.push(note("date_only", all, text));
    } else if all >= MIDNIGHT_ROWS && times.at_midnight * 2 >= all {
        let text = format!(
            "{} of {all} times at 00:00:00, half or more (judged from {MIDNIGHT_ROWS} times on): where the clock was \
             lost, the order within a day is not known",
            times.at_midnight
        );
        found.push(warning("midnight", times.at_midnight, text));
    }
    found
}

fn spread(times: &TimeFacts, units: Option<&UnitFacts>) -> Vec<Finding> {
    let mut found = Vec::new();
    let bulk = Bulk::of(&times.days);
    if bulk.early > 0 {
        let text = format!("{} before 2000-01-01", counted(bulk.early, "time"));
        found.push(warning("early_times", bulk.early, text));
    }
    if bulk.outlying > 0 {
        let text = format!(
            "{} more than 366 days before or after all others, at either end at most 0.1 % of the rows or one (judged from \
             20 rows on)",
            counted(bulk.outlying, "time")
        );
        found.push(warning("outlying_times", bulk.outlying, text));
    }
    let gaps = bulk.gaps();
    if let Some(first) = gaps.first() {
        let text = format!(
            "{} without a row, the first {first}, though other days of the same weekday usually (median) have 10 or more",
            counted(gaps.len() as u64, "day")
        );
        found.push(warning("gaps", None, text));
    }
    if let (Some((first, rest)), Some(units)) = (bulk.days.split_first(), units) {
        let usual = usual(&bulk.newcomers_after_first());
        let days = (bulk.last_day() - first.day).num_days().unsigned_abs();
        let is_pileup = first.newcomers >= PILEUP_IDS && first.newcomers >= PILEUP_TIMES * usual.max(1);
        if is_pileup && days >= PILEUP_DAYS && !rest.is_empty() {
            let text = format!(
                "{} of {} ids begin on the first day, {}, {PILEUP_TIMES} times the usual (median) {usual} of a later day or \
                 more (judged from {PILEUP_IDS} ids and {PILEUP_DAYS} later days on): their earlier rows may be missing",
                first.newcomers, units.distinct, first.day
            );
            found.push(warning("first_day_pileup", first.newcomers, text));
        }
    }
    found
}

fn names(facts: &NameFacts) -> Vec<Finding> {
    let mut found = Vec::new();
    let role = facts.role.name();
    if facts.role == Role::Churned {
        let known = |name: &str| CHURNED.contains(&name.to_lowercase().as_str());
        let unknown: u64 = facts.counts.iter().filter(|(name, _)| !known(name)).map(|(_, rows)| rows).sum();
        if unknown > 0 {
            let text = format!("{} with another word for churned than {}", counted(unknown, "row"), CHURNED.join(", "));
            found.push(warning("churned_words", unknown, text));
        }
        return found;
    }
    if matches!(facts.role, Role::Event | Role::Stage) && facts.counts.len() > MANY_NAMES {
        let text = format!(
            "{role}: {} different names, more than {MANY_NAMES}: do they hold ids or dates?",
            facts.counts.len()
        );
        found.push(warning("many_names", facts.counts.values().sum::<u64>(), text));
    }
    found.extend(variants(facts));
    found
}

/// Names that are one but for case, accents, spaces and punctuation.
fn variants(facts: &NameFacts) -> Option<Finding> {
    let mut spellings: BTreeMap<String, Vec<(&str, u64)>> = BTreeMap::new();
    for (name, rows) in &facts.counts {
        let folded = fold(name);
        if !folded.is_empty() {
            spellings.entry(folded).or_default().push((name, *rows));
        }
    }
    let groups: Vec<&Vec<(&str, u64)>> = spellings.values().filter(|group| group.len() > 1).collect();
    if groups.is_empty() {
        return None;
    }
    // The most frequent spelling of a group is taken for the right one.
    let rarer = |group: &[(&str, u64)]| {
        group.iter().map(|(_, rows)| rows).sum::<u64>() - group.iter().map(|(_, rows)| *rows).max().unwrap_or_default()
    };
    let rows = groups.iter().map(|group| rarer(group)).sum::<u64>();
    let written = |group: &&Vec<(&str, u64)>| {
        group.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(" and ")
    };
    let listed: Vec<String> = groups.iter().take(LISTED).map(written).collect();
    let more = if groups.len() > LISTED { ", ..." } else { "" };
    let text = format!(
        "{}: names that differ only by case, accents, spaces or punctuation ({}{more}); {} with a rarer spelling",
        facts.role.name(),
        listed.join(", "),
        counted(rows, "row")
    );
    Some(warning("case_variants", rows, text))
}

fn amounts(facts: &AmountFacts) -> Vec<Finding> {
    let mut found = Vec::new();
    let role = facts.role.name();
    if facts.negative > 0 {
        let text = format!("{role}: {} below zero: refunds, or mistakes?", counted(facts.negative, "row"));
        found.push(warning("negative_amounts", facts.negative, text));
    }
    if facts.zero > 0 && matches!(facts.role, Role::Value | Role::Amount) {
        found.push(note("zero_amounts", facts.zero, format!("{role}: {} of zero", counted(facts.zero, "row"))));
    }
    found
}

fn reversed(kind: Kind, rows: u64) -> Option<Finding> {
    let (code, what) = match kind {
        Kind::Subscriptions => ("end_before_start", "ended before the start"),
        _ => ("closed_before_created", "closed before the creation"),
    };
    let text = format!("{} {what} (a date lasts to the end of its day)", counted(rows, "row"));
    (rows > 0).then(|| warning(code, rows, text))
}

/// `1 row`, `2 rows`.
fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn percent(part: u64, whole: u64) -> String {
    format!("{:.1} %", part as f64 * 100.0 / whole.max(1) as f64)
}
