//! The words of a configuration: what was found, what to confirm, and what could be said further.

use super::probe::Probed;
use super::relative::relative;
use super::{Findings, ground};
use crate::config::settings::Area;
use crate::engine::discover::Ground;
use crate::error::Result;
use crate::model::kind::Kind;
use std::fmt::Write;
use std::path::Path;

/// Longest line of a comment.
const WIDTH: usize = 100;

/// Longest list of names in a comment.
const MOST_NAMES: usize = 30;

/// Writes the configuration that stands at `path`.
///
/// # Errors
/// A path that cannot stand in it.
pub fn of(findings: &Findings, path: &Path) -> Result<String> {
    let mut text = String::new();
    comment(
        &mut text,
        "Written by `funnel init`. `funnel report` runs on it as it is; lines that say CHECK hold guesses that only you \
         can confirm. Flags go before these settings; `funnel explain report` says what they mean.",
    );
    funnel(&mut text, findings);
    for source in &findings.sources {
        source_table(&mut text, source, findings, path)?;
    }
    steps(&mut text, findings);
    commands(&mut text, findings);
    Ok(text)
}

fn funnel(text: &mut String, findings: &Findings) {
    text.push_str("\n[funnel]\n# name = \"...\"  # the title of reports\n");
    comment(
        text,
        "CHECK: the zone in which days, weeks and months begin; times that are written without a zone are in it too.",
    );
    line(text, "timezone", findings.timezone.name());
    text.push_str("# week_start = \"monday\"\n# currency = \"EUR\"\n");
}

fn source_table(text: &mut String, source: &Probed, findings: &Findings, path: &Path) -> Result<()> {
    text.push('\n');
    let records = match source.rejected {
        0 => format!("{} records, all of which can be read.", source.records),
        some => format!("CHECK: {some} of {} records cannot be read; `funnel check` says why.", source.records),
    };
    comment(text, &format!("{} {records}", what(source.kind)));
    let _ = writeln!(text, "[sources.{}]", source.name);
    line(text, "kind", source.kind.name());
    let files = source.files.iter().map(|file| relative(file, path).map(toml::Value::String));
    let files = toml::Value::Array(files.collect::<Result<_>>()?);
    let _ = writeln!(text, "files = {files}  # a pattern such as \"exports/*.csv\" takes later exports too");
    for (name, words) in [("won", &source.won), ("lost", &source.lost)] {
        if !words.is_empty() {
            let words = toml::Value::Array(words.iter().cloned().map(toml::Value::String).collect());
            let _ = writeln!(text, "{name} = {words}");
        }
    }
    if let Some(event) = &source.event_name {
        let _ = writeln!(text, "event_name = {}  # CHECK: what every row of it is", quoted(event));
    }
    columns(text, source);
    reading(text, source, findings);
    Ok(())
}

fn columns(text: &mut String, source: &Probed) {
    let _ = writeln!(text, "\n[sources.{}.columns]  # CHECK: which column plays which part", source.name);
    for (role, column) in &source.roles {
        line(text, role.name(), column);
    }
    if !source.attributes.is_empty() {
        comment(text, &format!("Further columns, for `by` and `where`: {}", listed(&source.attributes)));
    }
    if !source.stage_dates.is_empty() {
        let _ = writeln!(text, "\n[sources.{}.stage_dates]  # when a deal entered each stage", source.name);
        for (stage, column) in &source.stage_dates {
            let _ = writeln!(text, "{} = {}", quoted(stage), quoted(column));
        }
    }
}

fn reading(text: &mut String, source: &Probed, findings: &Findings) {
    let told = findings.told.iter().filter(|setting| setting.area == Area::Sources);
    // A sheet is named for workbooks only.
    let told = told.filter(|setting| source.has_workbook || setting.name != "sheet");
    let told: Vec<(&str, String)> = told
        .filter_map(|setting| {
            let name = if setting.name == "source_timezone" { "timezone" } else { setting.name.as_str() };
            let value = toml::Value::try_from(&setting.value).ok()?;
            crate::config::file::READING_KEYS.contains(&name).then(|| (name, value.to_string()))
        })
        .collect();
    let found = source.reading.iter().filter(|(name, _)| told.iter().all(|(told, _)| told != name));
    let found: Vec<(&str, String)> = found.map(|(name, value)| (*name, quoted(value))).collect();
    if !told.is_empty() || !found.is_empty() {
        let _ = writeln!(text, "\n[sources.{}.reading]  # how the files are written", source.name);
        for (name, value) in told.iter().chain(&found) {
            let _ = writeln!(text, "{name} = {value}");
        }
    }
    if !source.time_formats.is_empty() {
        comment(text, &format!("Times are written in several ways, found by column: {}", listed(&source.time_formats)));
    }
}

fn steps(text: &mut String, findings: &Findings) {
    let Some(found) = &findings.steps else { return };
    let doubt = match found.ground {
        Ground::StageDates => "the order of the columns is taken for that of the funnel",
        Ground::FirstEntries => "the order is the usual one in the data; leave out what is no step",
        Ground::CurrentStages => "current stages say little about their order: put them in yours",
    };
    text.push('\n');
    comment(text, &format!("CHECK: the steps, {}: {doubt}.", ground(found.ground)));
    if !findings.others.is_empty() {
        comment(text, &format!("Names in the data that are no step here: {}", listed(&findings.others)));
    }
    for (position, step) in found.steps.iter().enumerate() {
        let gap = if position == 0 { "" } else { "\n" };
        let _ = writeln!(text, "{gap}[[steps]]\nname = {}", quoted(step));
        // In a plain text | separates alternatives; the texts of a list are taken whole.
        let event = if step.contains('|') { format!("[{}]", quoted(step)) } else { quoted(step) };
        let _ = writeln!(text, "event = {event}");
        if position == 1 {
            text.push_str("# goal = { from_previous = 0.25 }  # the rate that it should reach\n");
        }
    }
}

fn commands(text: &mut String, findings: &Findings) {
    let events = findings.sources.iter().any(|source| source.kind == Kind::Events);
    if findings.steps.is_some() {
        text.push_str("\n[conversion]\n");
        match &findings.by {
            Some(by) => {
                comment(text, "CHECK: the column that says best where people came from.");
                let _ = writeln!(text, "by = [{}]", quoted(by));
            }
            None => text.push_str("# by = [\"COLUMN\"]  # a breakdown\n"),
        }
        if findings.sources.iter().any(|source| source.event_name.is_some()) {
            text.push_str("window = \"none\"  # CHECK: time to convert from the first step, such as \"90d\"\n");
        } else if events {
            text.push_str("# window = \"14d\"  # time to convert from the first step, or \"none\"\n");
        }
    }
    let limit = findings.told.iter().find(|setting| setting.name == "max_rejects");
    if let Some(limit) = limit.and_then(|setting| toml::Value::try_from(&setting.value).ok()) {
        let _ = writeln!(text, "\n[report]\nmax_rejects = {limit}");
    }
}

/// What a row of a kind is.
const fn what(kind: Kind) -> &'static str {
    match kind {
        Kind::Events => "A row per event of a user.",
        Kind::History => "A row per change of stage.",
        Kind::Deals => "A row per deal or lead.",
        Kind::Subscriptions => "A row per subscription.",
        Kind::Customers => "A row per customer, as they are today.",
        Kind::Orders => "A row per order.",
        Kind::Spend => "A row per day and channel or campaign of spending.",
        Kind::Touches => "A row per contact with a channel.",
    }
}

fn line(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "{key} = {}", quoted(value));
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(MOST_NAMES).map(|name| format!("`{}`", name.escape_debug())).collect();
    match names.len().checked_sub(MOST_NAMES) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}

/// Writes a comment, broken between words.
fn comment(text: &mut String, words: &str) {
    let mut width = 0;
    for word in words.split(' ') {
        let length = word.chars().count();
        if width == 0 || width + length >= WIDTH {
            text.push_str(if width == 0 { "#" } else { "\n#" });
            width = 1;
        }
        text.push(' ');
        text.push_str(word);
        width += length + 1;
    }
    text.push('\n');
}
