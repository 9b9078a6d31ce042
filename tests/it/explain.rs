//! `funnel explain`: definitions in words, and settings with where each came from.

use crate::world::World;
use serde_json::{Value, json};

const CONFIG: &str = "[funnel]\nname = \"Acme\"\ntimezone = \"Europe/Paris\"\n\n[conversion]\nwindow = \"7d\"\n\
                      confidence = 0.9\n";

fn setting(table: &crate::world::Table, name: &str) -> (Value, Value) {
    let found = table.only("setting", name);
    let row = found.rows.first().unwrap_or_else(|| panic!("no setting {name}"));
    (row["value"].clone(), row["origin"].clone())
}

#[test]
fn every_setting_says_where_it_came_from() {
    let world = World::new();
    world.file("funnel.toml", CONFIG);
    let mut command = world.command(&["explain", "conversion", "--by", "channel", "--format", "json"]);
    let run = crate::world::Run::of(command.env("FUNNEL_TOP", "3"));
    let table = run.table("settings");
    assert_eq!(table.columns, ["setting", "value", "origin", "meaning"]);
    for (name, value, origin) in [
        ("timezone", "Europe/Paris", "funnel.toml:3"),
        ("window", "7d", "funnel.toml:6"),
        ("confidence", "0.9", "funnel.toml:7"),
        ("by", "channel", "--by"),
        ("top", "3", "FUNNEL_TOP"),
        ("attribution", "first", "default"),
        ("format", "json", "--format"),
    ] {
        assert_eq!(setting(&table, name), (json!(value), json!(origin)), "{name}");
    }
    let meaning = table.only("setting", "window").texts("meaning").concat();
    let help = world.run(&["conversion", "-h"]);
    let help = help.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!meaning.is_empty() && help.contains(&meaning), "{meaning}\n{help}");
}

#[test]
fn definitions_follow_the_settings_and_are_those_under_the_tables() {
    let world = World::new();
    world.file("funnel.toml", CONFIG);
    world.file("log.csv", "user_id,event,timestamp\na,x,2026-01-01\na,y,2026-01-02\n");
    let explained = world.run(&["explain", "conversion"]);
    let text = explained.expect(0).text().split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["window 7d from step 1", "90 % Wilson intervals", "in the zone Europe/Paris"] {
        assert!(text.contains(words), "{words:?}\n{}", explained.block());
    }
    assert!(!text.contains("reach beyond"), "deals take no window\n{}", explained.block());
    let shown = world.run(&["conversion", "log.csv", "--steps", "x,y"]);
    let shown = shown.text().split_whitespace().collect::<Vec<_>>().join(" ");
    let captions = shown.split("Steps in order").nth(1).expect("a caption");
    let caption = captions.split("First step to last").next().expect("the caption of the steps").trim();
    let mode = format!("Steps in order{}", caption.split(" In brackets").next().expect("a sentence"));
    assert!(text.contains(&mode), "{mode:?}\n{text}");
    // Events have no reach: where one is told, deals are meant.
    let deals = world.run(&["explain", "conversion", "--reach", "strict", "--window", "none", "--format", "json"]);
    let terms = deals.table("definitions").texts("term");
    assert!(terms.contains(&"deals, history".to_owned()) && !terms.contains(&"events".to_owned()), "{terms:?}");
}

#[test]
fn every_analysis_is_explained_and_nothing_is_read() {
    let world = World::new();
    world.file("funnel.toml", "[sources.deals]\nfiles = [\"deals.csv\"]\nreading = { delimiter = \";\" }\n");
    world.file("deals.csv", [0xff, 0xfe, 0x00]);
    for name in
        ["report", "conversion", "cycle", "pipeline", "leads", "cost", "attribution", "cohort", "churn", "check"]
    {
        let run = world.run(&["explain", name, "--format", "json"]);
        assert!(run.table("definitions").rows.len() >= 4, "{}", run.block());
        let delimiter = setting(&run.table("settings"), "sources.deals.reading.delimiter");
        assert_eq!(delimiter, (json!(";"), json!("funnel.toml:3")));
    }
    assert!(world.run(&["explain", "init"]).expect(0).text().contains("only you can confirm"));
    let plain = World::new().run(&["explain", "check"]);
    assert!(plain.expect(0).text().contains("loaded + rejected + blank + skipped"));
}

#[test]
fn what_has_no_definitions_is_refused() {
    let world = World::new();
    world.run(&["explain", "man"]).expect_error(2, &["man", "--help"]);
    world.run(&["explain", "conversio"]).expect_error(2, &["conversion"]);
    world.run(&["explain", "conversion", "--windw", "7d"]).expect_error(2, &["--window"]);
    world.run(&["explain"]).expect_error(2, &["COMMAND"]);
}

/// The caption under a table says what `explain` says, word for word.
fn stands_in(caption: &str, explained: &crate::world::Run) {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (text, caption) = (flat(explained.expect(0).text()), flat(caption));
    assert!(text.contains(&caption), "{caption:?}\n{}", explained.block());
}

#[test]
fn the_settings_in_force_shape_the_definitions() {
    let world = World::new();
    for (line, words) in [
        (vec!["pipeline", "--stuck-after", "30d"], "Stuck: open and in the stage for longer than 30d."),
        (vec!["pipeline", "--anchor", "closed"], "Periods are those of the closing."),
        (vec!["cycle", "--from", "Qualified"], "Time from Qualified to close,"),
        (
            vec!["leads", "--open-at", "Offer", "--limit", "7"],
            "Open deals at Offer, the longest waiting first, 7 at most.",
        ),
        (
            vec!["cost", "--steps", "lead,win", "--match", "win"],
            "Leads: users at lead. Customers: users who went on to win.",
        ),
        (vec!["cost", "--match", "win"], "they are not the same people."),
        (
            vec!["churn", "--convention", "stripe", "--confidence", "0.9"],
            "churned / start + new (convention stripe); in brackets the 90 %",
        ),
        (vec!["churn", "--inactive-after", "30d"], "active until silent for 30d,"),
        (
            vec!["cohort", "--every", "week", "--rolling"],
            "Age n: from n times 7 days after each one's own start (rolling).",
        ),
        (vec!["attribution", "--lookback", "30d", "--model", "time_decay"], "in the 30d before it (inclusive)"),
        (
            vec!["conversion", "--count", "sessions", "--session-gap", "10m"],
            "where more than 10m pass without an event",
        ),
    ] {
        let explained = world.run(&[&["explain"], &line[..]].concat());
        stands_in(words, &explained);
    }
    world.run(&["explain", "conversion", "--reach", "any", "--order", "any"]).expect_error(2, &["--reach"]);
}

#[test]
fn captions_and_definitions_are_the_same_words() {
    let world = World::new();
    world.file("deals.csv", "id,created,closed,status\na,2026-01-01,2026-01-05,won\nb,2026-01-02,2026-01-09,lost\n");
    world.file("orders.csv", "customer,time,amount\na,2026-01-01,5\na,2026-02-01,5\nb,2026-01-09,3\n");
    for (line, caption) in [
        (vec!["pipeline", "--deals", "deals.csv"], "Win rate = won / (won + lost); open deals are in neither."),
        (vec!["cycle", "--deals", "deals.csv"], "Kaplan-Meier with open deals censored at the as-of time,"),
        (vec!["cohort", "--orders", "orders.csv"], "Age n: the n-th calendar month after it."),
        (vec!["churn", "--orders", "orders.csv"], "A gap inside one month is no loss;"),
    ] {
        let shown = world.run(&[&line[..], &["--format", "markdown"]].concat());
        stands_in(caption, &shown);
        stands_in(caption, &world.run(&["explain", line[0]]));
        stands_in(caption, &world.run(&["explain", "report"]));
    }
}

#[test]
fn a_report_explains_its_sections() {
    let world = World::new();
    let run = world.run(&["explain", "report", "--sections", "churn,cycle", "--format", "json"]);
    let mut parts = run.table("definitions").texts("part");
    parts.dedup();
    assert_eq!(parts, ["cycle", "churn"]);
}
