//! Columns of deals that say when a stage was entered, told by their headers.
//!
//! 1. Vendors' headers, each sure by itself: `HubSpot`'s `Date entered "Closed Won (Sales Pipeline)"` (double, single,
//!    curly or no quotes, with or without the pipeline), `hs_v2_date_entered_ID` and `hs_date_entered_ID` (the older one
//!    is left out where both are there; `property_` may precede), and of contacts `Became a Lead Date` and
//!    `hs_lifecyclestage_ID_date`. The pipeline in parentheses is no part of the stage's name if its text has the word
//!    pipeline or stands in two of the headers; it stays where two pipelines have a stage of the same name.
//! 2. `Won time`, `won_date`, `Date de gain` and their lost counterparts, as the stages `Won` and `Lost`, where no column
//!    is the closing date.
//! 3. Only where there is none of the first: `X date`, `X_at`, `date X`, `date de X` and the like. X may hold no word that
//!    tells of bookkeeping (created, closed, modified, last, next, expected, ...), and at least two such columns (those
//!    of the second rule count) must be there, since one alone is as likely something else.
//!
//! The order is the header's. A column that plays a role is never a stage date.

use super::header::Header;
use super::problem::ColumnProblem;
use super::tables::SYNONYMS;
use crate::model::kind::Kind;
use crate::model::names::fold;
use std::collections::BTreeSet;

/// Words that make a date no stage wherever they stand in it.
const NOISE: &[&str] = &[
    "activity",
    "added",
    "adjustment",
    "anniversary",
    "archived",
    "assigned",
    "birth",
    "bounced",
    "cancel",
    "close",
    "closed",
    "closing",
    "clôture",
    "create",
    "created",
    "creation",
    "création",
    "deadline",
    "deleted",
    "dernier",
    "dernière",
    "due",
    "début",
    "effective",
    "end",
    "ended",
    "ends",
    "engage",
    "engagement",
    "estimated",
    "exchange",
    "exit",
    "exited",
    "expected",
    "expire",
    "expires",
    "expiry",
    "exported",
    "fermeture",
    "fin",
    "forecast",
    "follow",
    "import",
    "imported",
    "jour",
    "last",
    "latest",
    "login",
    "maj",
    "mise",
    "modification",
    "modified",
    "modstamp",
    "naissance",
    "next",
    "open",
    "opened",
    "opted",
    "owner",
    "period",
    "planned",
    "prochaine",
    "prévue",
    "rate",
    "recent",
    "referenced",
    "refreshed",
    "relance",
    "reminder",
    "renewal",
    "start",
    "synced",
    "target",
    "task",
    "tax",
    "transferred",
    "update",
    "updated",
    "valid",
    "viewed",
    "voided",
    "échéance",
];

/// Words that are no stage by themselves (`order date`), but may be part of one (`contract sent date`).
const NOISE_ALONE: &[&str] = &[
    "contact", "contract", "delivery", "email", "from", "invoice", "order", "publish", "received", "sent", "the",
    "time", "to",
];

const WON: &[&str] = &["won date", "date won", "won at", "won on", "won time", "deal won time", "deal - won time"];
const WON_FRENCH: &[&str] = &["date de gain", "affaire - date de gain", "heure de gain", "gagné le", "gagnée le"];
const WON_CZECH: &[&str] = &["datum výhry", "obchod - datum výhry"];
const LOST: &[&str] =
    &["lost date", "date lost", "lost at", "lost on", "lost time", "deal lost time", "deal - lost time"];
const LOST_FRENCH: &[&str] =
    &["date de perte", "affaire - date de perte", "affaire - heure de l'échec", "perdu le", "perdue le"];
const LOST_CZECH: &[&str] = &["datum prohry", "obchod - datum prohry"];

/// Finds the stage dates among the columns that play no role.
pub(super) fn recognise(
    header: &Header,
    used: &BTreeSet<usize>,
    has_closed: bool,
) -> Result<Vec<(String, usize)>, ColumnProblem> {
    let free: Vec<usize> = (0..header.names.len()).filter(|column| !used.contains(column)).collect();
    let vendors = vendor_stages(header, &free);
    let found = if vendors.is_empty() { plain_stages(header, &free, has_closed) } else { vendors };
    for (index, (_, column)) in found.iter().enumerate() {
        let name = header.name(*column);
        if found.iter().skip(index + 1).any(|(_, other)| header.name(*other) == name) {
            return Err(ColumnProblem::Twice { flag: "stage-date".to_owned(), column: name.to_owned() });
        }
    }
    Ok(found)
}

/// A vendor's header: how it says the stage, and the stage.
enum Vendor<'a> {
    Label(&'a str),
    Internal(&'a str),
    OldInternal(&'a str),
}

fn vendor_stages(header: &Header, free: &[usize]) -> Vec<(String, usize)> {
    let found: Vec<(Vendor, usize)> =
        free.iter().filter_map(|&column| Some((vendor(header.name(column))?, column))).collect();
    let has_new = found.iter().any(|(vendor, _)| matches!(vendor, Vendor::Internal(_)));
    let labels: Vec<&str> = found.iter().filter_map(|(vendor, _)| vendor.label()).collect();
    let stages = found.iter().filter(|(vendor, _)| !(has_new && matches!(vendor, Vendor::OldInternal(_))));
    stages
        .map(|(vendor, column)| match vendor {
            Vendor::Label(label) => (without_pipeline(label, &labels).to_owned(), *column),
            Vendor::Internal(id) | Vendor::OldInternal(id) => ((*id).to_owned(), *column),
        })
        .collect()
}

impl<'a> Vendor<'a> {
    const fn label(&self) -> Option<&'a str> {
        match self {
            Self::Label(label) => Some(label),
            Self::Internal(_) | Self::OldInternal(_) => None,
        }
    }
}

fn vendor(name: &str) -> Option<Vendor<'_>> {
    let name = name.trim();
    let internal = strip_start(name, "property_").unwrap_or(name);
    if let Some(id) = strip_start(internal, "hs_v2_date_entered_") {
        return Some(Vendor::Internal(id)).filter(|_| !id.is_empty());
    }
    if let Some(id) = strip_start(internal, "hs_date_entered_") {
        return Some(Vendor::OldInternal(id)).filter(|_| !id.is_empty());
    }
    if let Some(id) = strip_start(internal, "hs_lifecyclestage_").and_then(|rest| strip_end(rest, "_date")) {
        return Some(Vendor::Internal(id)).filter(|_| !id.is_empty());
    }
    if let Some(rest) = strip_start(name, "date entered ") {
        let label = rest.trim_matches(|letter: char| letter.is_whitespace() || is_quote(letter));
        return Some(Vendor::Label(label)).filter(|_| !label.is_empty());
    }
    let became = strip_start(name, "became an ").or_else(|| strip_start(name, "became a "))?;
    let label = strip_end(became, " date")?.trim();
    Some(Vendor::Label(label)).filter(|_| !label.is_empty())
}

/// Cuts the pipeline off a label, unless another label would then be the same.
fn without_pipeline<'a>(label: &'a str, labels: &[&str]) -> &'a str {
    let Some((stage, pipeline)) = split_pipeline(label) else { return label };
    let shared = || labels.iter().filter(|other| split_pipeline(other).is_some_and(|(_, one)| one == pipeline)).count();
    if !fold(pipeline).contains("pipeline") && shared() < 2 {
        return label;
    }
    let same = labels.iter().filter(|other| fold(stage_of(other)) == fold(stage)).count();
    if same > 1 { label } else { stage }
}

fn stage_of(label: &str) -> &str {
    split_pipeline(label).map_or(label, |(stage, _)| stage)
}

fn split_pipeline(label: &str) -> Option<(&str, &str)> {
    let (stage, pipeline) = label.strip_suffix(')')?.rsplit_once('(')?;
    let stage = stage.trim_end();
    (!stage.is_empty()).then_some((stage, pipeline))
}

fn plain_stages(header: &Header, free: &[usize], has_closed: bool) -> Vec<(String, usize)> {
    let mut outcomes = Vec::new();
    let mut generic = Vec::new();
    for &column in free {
        if let Some(stage) = outcome_stage(header, column) {
            outcomes.push((stage.to_owned(), column));
        } else if let Some(stage) = generic_stage(header.name(column)) {
            generic.push((stage, column));
        }
    }
    let enough = outcomes.len() + generic.len() >= 2;
    let mut found = if has_closed { Vec::new() } else { outcomes };
    if enough {
        found.extend(generic);
    }
    found.sort_by_key(|(_, column)| *column);
    found
}

fn outcome_stage(header: &Header, column: usize) -> Option<&'static str> {
    let folded = header.bare(column);
    let is_any = |lists: [&[&str]; 3]| lists.into_iter().flatten().any(|name| fold(name) == folded);
    if is_any([WON, WON_FRENCH, WON_CZECH]) {
        Some("Won")
    } else {
        is_any([LOST, LOST_FRENCH, LOST_CZECH]).then_some("Lost")
    }
}

/// Takes X out of `X date`, `X_at`, `XDate`, `date X`, `date de X`.
fn generic_stage(name: &str) -> Option<String> {
    if is_known(name) {
        return None;
    }
    let words = words(name);
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let first = folded.first()?.as_str();
    let last = folded.last()?.as_str();
    let stage = if matches!(last, "date" | "at") {
        words.split_last()?.1
    } else if first == "date" {
        let joins =
            folded.iter().skip(1).take_while(|word| matches!(word.as_str(), "de" | "du" | "d" | "des" | "of")).count();
        words.get(1 + joins..)?
    } else {
        return None;
    };
    let is_any = |word: &str, noise: &[&str]| noise.iter().any(|noise| fold(noise) == fold(word));
    let is_noise = stage.iter().any(|word| fold(word) == "date" || is_any(word, NOISE))
        || matches!(stage, [word] if is_any(word, NOISE_ALONE));
    let is_named = stage.iter().any(|word| word.chars().any(char::is_alphabetic));
    if is_noise || !is_named {
        return None;
    }
    part_of(name, stage)
}

/// Whether a word tells of bookkeeping, and not of something that happened to somebody.
pub(super) fn is_bookkeeping(word: &str) -> bool {
    NOISE.iter().any(|noise| fold(noise) == fold(word))
}

/// A name that says a role of deals is no stage even where another column plays the role.
fn is_known(name: &str) -> bool {
    let folded = fold(name);
    SYNONYMS.iter().any(|synonym| synonym.folded == folded && synonym.kinds.contains(&Kind::Deals))
}

/// The stage as it is written in the header, from its first to its last word.
fn part_of(name: &str, words: &[&str]) -> Option<String> {
    let offset = |word: &str| (word.as_ptr() as usize).checked_sub(name.as_ptr() as usize);
    let start = offset(words.first()?)?;
    let last = words.last()?;
    let end = offset(last)?.checked_add(last.len())?;
    name.get(start..end).map(str::to_owned)
}

/// Splits at everything but letters and digits, and where a small letter is followed by a capital.
pub(super) fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in name.split(|letter: char| !letter.is_alphanumeric()) {
        let mut start = 0;
        let mut before_is_small = false;
        for (index, letter) in part.char_indices() {
            if before_is_small && letter.is_uppercase() {
                words.extend(part.get(start..index));
                start = index;
            }
            before_is_small = letter.is_lowercase();
        }
        words.extend(part.get(start..).filter(|rest| !rest.is_empty()));
    }
    words
}

fn strip_start<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let head = text.get(..start.len())?;
    head.eq_ignore_ascii_case(start).then(|| text.get(start.len()..)).flatten()
}

fn strip_end<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let middle = text.len().checked_sub(end.len())?;
    let tail = text.get(middle..)?;
    tail.eq_ignore_ascii_case(end).then(|| text.get(..middle)).flatten()
}

const fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '\'' | '“' | '”' | '„' | '‘' | '’' | '«' | '»')
}
