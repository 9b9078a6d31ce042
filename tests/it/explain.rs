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
    for name in ["report", "conversion", "check"] {
        let run = world.run(&["explain", name, "--format", "json"]);
        assert!(run.table("definitions").rows.len() >= 4, "{}", run.block());
        let delimiter = setting(&run.table("settings"), "sources.deals.reading.delimiter");
        assert_eq!(delimiter, (json!(";"), json!("funnel.toml:3")));
    }
    let plain = World::new().run(&["explain", "check"]);
    assert!(plain.expect(0).text().contains("loaded + rejected + blank + skipped"));
}

#[test]
fn what_has_no_definitions_is_refused() {
    let world = World::new();
    world.run(&["explain", "init"]).expect_error(2, &["init", "--help"]);
    world.run(&["explain", "conversio"]).expect_error(2, &["conversion"]);
    world.run(&["explain", "conversion", "--windw", "7d"]).expect_error(2, &["--window"]);
    world.run(&["explain"]).expect_error(2, &["COMMAND"]);
}
