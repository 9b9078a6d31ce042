//! The walls between the rooms, read from the source: who may name whom, and who may touch the world.

use crate::world::repository;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A source file: its path under `src`, and its code without comments and tests.
struct Source {
    path: String,
    code: String,
}

fn collect(folder: &Path, root: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            collect(&entry, root, sources);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            let path = entry.strip_prefix(root).expect("inside").to_string_lossy().replace('\\', "/");
            let is_test = path.ends_with("tests.rs") || path.contains("/tests/");
            if !is_test {
                sources.push(Source { path, code: code_of(&fs::read_to_string(&entry).expect("a source file")) });
            }
        }
    }
}

/// Drops comments, strings that stand alone on a line's end stay, and everything from the first test module on.
fn code_of(text: &str) -> String {
    let tests = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    let lines = text[..tests].lines().map(|line| line.find("//").map_or(line, |start| &line[..start]));
    lines.collect::<Vec<_>>().join("\n")
}

fn sources() -> Vec<Source> {
    let root = repository().join("src");
    let mut sources = Vec::new();
    collect(&root, &root, &mut sources);
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(sources.len() > 10, "only {} source files", sources.len());
    sources
}

/// The room of a file: its first folder, or its name.
fn room(path: &str) -> &str {
    path.split('/').next().unwrap_or(path).trim_end_matches(".rs")
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Positions at which `word` stands as a word of its own.
fn mentions(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(start, _)| {
        let before = code[..start].chars().next_back();
        let after = code[start + word.len()..].chars().next();
        let word_ends_open = word.ends_with(|last: char| !is_name(last));
        !before.is_some_and(is_name) && (word_ends_open || !after.is_some_and(is_name))
    })
}

/// The rooms that a file names: what follows `crate::`, one name or a list in braces.
fn named_rooms(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (start, prefix) in code.match_indices("crate::") {
        let rest = &code[start + prefix.len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut item = String::new();
            for character in list.chars() {
                match character {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => rooms.extend([first_name(&std::mem::take(&mut item))]),
                    other if depth == 0 => item.push(other),
                    _ => {}
                }
            }
            rooms.insert(first_name(&item));
        } else {
            rooms.insert(first_name(rest));
        }
    }
    rooms.remove("");
    rooms
}

fn first_name(text: &str) -> String {
    text.trim_start().chars().take_while(|character| is_name(*character)).collect()
}

/// Names that a file must not mention, with the reason.
fn forbidden(sources: &[Source], words: &[&str], allowed: impl Fn(&str) -> bool, why: &str) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| !allowed(&source.path)) {
        found.extend(
            words
                .iter()
                .filter(|word| mentions(&source.code, word))
                .map(|word| format!("src/{}: `{word}`: {why}", source.path)),
        );
    }
    found
}

fn stray_rooms(sources: &[Source], of: &str, allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| room(&source.path) == of) {
        let strays =
            named_rooms(&source.code).into_iter().filter(|name| name != of && !allowed.contains(&name.as_str()));
        found.extend(strays.map(|name| format!("src/{}: `crate::{name}`: {of} may use only {allowed:?}", source.path)));
    }
    found
}

fn is_in(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| path == *place || path.starts_with(&format!("{}/", place.trim_end_matches(".rs"))))
}

#[test]
fn rooms_keep_to_their_walls() {
    let sources = sources();
    let mut found = Vec::new();
    let polars = |path: &str| is_in(path, &["input.rs", "engine.rs", "render/parquet.rs"]);
    found.extend(forbidden(&sources, &["polars"], polars, "polars stays in input, engine and render/parquet"));
    found.extend(stray_rooms(&sources, "model", &["error"]));
    found.extend(stray_rooms(&sources, "stats", &["error"]));
    found.extend(stray_rooms(&sources, "document", &["model", "error"]));
    found.extend(stray_rooms(&sources, "render", &["document", "model", "error"]));
    found.extend(stray_rooms(&sources, "reports", &["plan", "model", "stats", "document", "args", "engine", "error"]));
    found.extend(stray_rooms(&sources, "plan", &["model", "error"]));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_world_is_touched_in_one_place_each() {
    let sources = sources();
    let mut found = Vec::new();
    let terminal = |path: &str| is_in(path, &["ui.rs"]);
    found.extend(forbidden(
        &sources,
        &["eprintln", "eprint", "stderr()"],
        terminal,
        "only ui writes to standard error",
    ));
    let sink = |path: &str| is_in(path, &["ui.rs", "render/sink.rs"]);
    found.extend(forbidden(
        &sources,
        &["println", "print", "stdout()"],
        sink,
        "only render/sink writes to standard output",
    ));
    let files = |path: &str| is_in(path, &["render/sink.rs", "render/atomic.rs", "render/lock.rs"]);
    found.extend(forbidden(
        &sources,
        &["File::create", "fs::write", "NamedTempFile", "OpenOptions"],
        files,
        "only render/sink, its atomic files and locks write files",
    ));
    let clock = |path: &str| is_in(path, &["clock.rs"]);
    found.extend(forbidden(
        &sources,
        &["SystemTime::now", "Instant::now", "Utc::now", "Local::now"],
        clock,
        "only clock reads the time",
    ));
    let pure = |path: &str| !is_in(path, &["reports.rs", "stats.rs", "model.rs", "plan.rs", "document.rs"]);
    found.extend(forbidden(&sources, &["std::fs", "std::env", "std::io", "File::open"], pure, "this room is pure"));
    let ends = |path: &str| path == "main.rs";
    found.extend(forbidden(&sources, &["process::exit", "abort()"], ends, "only main ends the program"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_file_says_why_it_exists() {
    let root = repository().join("src");
    let mut silent = Vec::new();
    for source in sources() {
        let text = fs::read_to_string(root.join(&source.path)).expect("a source file");
        if !text.starts_with("//!") {
            silent.push(source.path);
        }
    }
    assert!(silent.is_empty(), "without a module comment: {silent:?}");
}

#[test]
fn a_breach_is_noticed() {
    let source = |path: &str, code: &str| Source { path: path.to_owned(), code: code_of(code) };
    let names = |code: &str| named_rooms(code).into_iter().collect::<Vec<_>>();
    assert_eq!(names("use crate::model::time::Micros; crate::render::x()"), ["model", "render"]);
    assert_eq!(names("use crate::{input::{a, b}, ui, error::Result};"), ["error", "input", "ui"]);
    let bad = [
        source("render/json.rs", "use crate::input::batch;\nuse polars::prelude::*;"),
        source("stats/km.rs", "// polars, crate::ui\nfn a() {}"),
    ];
    assert_eq!(stray_rooms(&bad, "render", &["document"]).len(), 1);
    assert!(stray_rooms(&bad, "stats", &[]).is_empty(), "comments do not count");
    assert_eq!(forbidden(&bad, &["polars"], |_| false, "").len(), 1);
    assert!(!mentions("let printer = sprint();", "print"), "a part of a word does not count");
    assert!(mentions("print!(\"x\")", "print"));
    assert!(!mentions("MyInstant::nowhere()", "Instant::now"));
    assert!(is_in("engine/polars/cuts.rs", &["engine.rs"]) && !is_in("engineer.rs", &["engine.rs"]));
    assert_eq!(code_of("a\n#[cfg(test)]\nmod tests { polars }"), "a");
}
