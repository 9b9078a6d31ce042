//! `funnel init`: what it writes is what the exports show, and a report runs on it at once.

use crate::workbooks::{Cell, fill};
use crate::world::{Run, World, repository};
use rust_xlsxwriter::Workbook;
use serde_json::json;
use std::fs;

fn example(name: &str) -> String {
    fs::read_to_string(repository().join("examples").join(name)).expect("an example")
}

/// Tables of a report, without the one that lists files.
#[track_caller]
fn tables(run: &Run) -> Vec<String> {
    let document = run.json();
    let tables = document["tables"].as_array().expect("tables").iter();
    tables.filter(|table| table["name"] != "report.sources").map(ToString::to_string).collect()
}

fn parsed(text: &str) -> toml::Table {
    text.parse().unwrap_or_else(|error| panic!("no TOML: {error}\n{text}"))
}

/// Compares with the file under `testdata/init`; `FUNNEL_FILL=1` writes it: read the difference.
#[track_caller]
fn expect_golden(name: &str, text: &str) {
    let path = repository().join("testdata/init").join(name);
    if std::env::var_os("FUNNEL_FILL").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("the golden file");
    }
    assert_eq!(text, fs::read_to_string(&path).unwrap_or_default(), "{}", path.display());
}

#[test]
fn a_report_runs_on_what_is_written_and_says_the_same() {
    for (example_name, file, golden) in
        [("crm/deals.csv", "deals.csv", "deals.toml"), ("crm/history.csv", "history.csv", "history.toml")]
    {
        let world = World::new();
        world.file(file, example(example_name));
        let before = world.run(&["report", file, "--format", "json"]);
        world.run(&["init", file]).expect(0);
        expect_golden(golden, &world.read("funnel.toml"));
        assert_eq!(tables(&world.run(&["report", "--format", "json"])), tables(&before), "{file}");
    }
}

#[test]
fn the_value_of_events_and_the_channel_are_found() {
    let world = World::new();
    world.file("events.csv", example("saas/events.csv"));
    let run = world.run(&["init", "events.csv"]);
    assert!(run.expect(0).stdout.is_empty() && run.stderr.contains("visit, signup, activate, subscribe"));
    let text = world.read("funnel.toml");
    expect_golden("events.toml", &text);
    let config = parsed(&text);
    let columns = json!({"id": "user_id", "event": "event", "time": "timestamp", "value": "amount"});
    assert_eq!(json!(config["sources"]["events"]["columns"]), columns);
    assert_eq!(json!(config["conversion"]), json!({"by": ["channel"]}));
    let steps = "visit,signup,activate,subscribe";
    let flags = ["report", "events.csv", "--config", "none.toml", "--steps", steps, "--value", "amount"];
    world.file("none.toml", "");
    let told = world.run(&[&flags[..], &["--by", "channel", "--format", "json"]].concat());
    assert_eq!(tables(&world.run(&["report", "--format", "json"])), tables(&told));
}

#[test]
fn a_file_that_is_there_is_kept() {
    let world = World::new();
    world.file("deals.csv", example("crm/deals.csv")).file("funnel.toml", "# mine\n");
    world.run(&["init", "deals.csv"]).expect_error(2, &["funnel.toml", "--force"]);
    assert_eq!(world.read("funnel.toml"), "# mine\n");
    let printed = world.run(&["init", "deals.csv", "-o", "-"]);
    assert_eq!(world.read("funnel.toml"), "# mine\n");
    world.run(&["init", "deals.csv", "--force", "--quiet"]).expect(0);
    assert_eq!(world.read("funnel.toml"), printed.expect(0).text());
    World::new().run(&["init"]).expect_error(2, &["nothing to read"]);
    world.run(&["init", "deals.csv", "--config", "x", "-o", "-"]).expect_error(2, &["reads none"]);
    world.run_with_input(&["init", "-", "-o", "-"], b"user_id,event,timestamp\n").expect_error(2, &["standard input"]);
}

#[test]
fn paths_are_seen_from_the_folder_of_the_configuration() {
    let world = World::new();
    world.file("exports/deals.csv", example("crm/deals.csv")).file("clients/acme/.keep", "");
    world.run(&["init", "exports/deals.csv", "-o", "clients/acme/funnel.toml"]).expect(0);
    let config = parsed(&world.read("clients/acme/funnel.toml"));
    assert_eq!(json!(config["sources"]["deals"]["files"]), json!(["../../exports/deals.csv"]));
    world.run(&["report", "--config", "clients/acme/funnel.toml"]).expect(0);
}

#[test]
fn formats_are_written_down() {
    let world = World::new();
    let deals = "Deal ID;Date de création;Date de clôture;Étape;Montant\n\
                 1;13/01/2026;22/02/2026;Gagné;1 234,50\n2;02/01/2026;;Démo;0,5\n3;03/01/2026;;Démo;12,25\n";
    let flags = ["--created", "Date de création", "--closed", "Date de clôture", "--status", "Étape"];
    let init = [&["init", "deals.csv", "--kind", "deals", "--amount", "Montant"][..], &flags].concat();
    world.file("deals.csv", deals);
    world.run(&init).expect(0);
    let reading = json!({"delimiter": ";", "time_format": "%d/%m/%Y", "decimal": ","});
    let written = parsed(&world.read("funnel.toml"));
    assert_eq!(json!(written["sources"]["deals"]["reading"]), reading);
}

#[test]
fn what_the_data_cannot_decide_is_asked_for_and_then_kept() {
    let world = World::new();
    let deals = "deal_id,created,stage\n1,03/04/2026,Lead\n2,05/06/2026,Demo\n";
    world.file("deals.csv", deals);
    world.run(&["init", "deals.csv"]).expect_error(3, &["deals.csv:2:created", "--date-order"]);
    assert_eq!(world.names(), ["deals.csv"], "nothing is written");
    world.run(&["init", "deals.csv", "--date-order", "dmy", "--timezone", "Europe/Paris"]).expect(0);
    let config = parsed(&world.read("funnel.toml"));
    assert_eq!(json!(config["sources"]["deals"]["reading"]["date_order"]), json!("dmy"));
    assert_eq!(json!(config["funnel"]["timezone"]), json!("Europe/Paris"));
    let report = world.run(&["report", "--format", "json"]).json();
    // The end of 5 June in Paris.
    assert_eq!(report["as_of"], json!("2026-06-05T21:59:59.999999Z"));
}

#[test]
fn exports_of_several_kinds_make_several_sources() {
    let world = World::new();
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "cover").expect("a cell");
    let header = ["Day", "Channel", "Cost", "Clicks"];
    let row = || vec![Cell::Date("2026-02-01"), Cell::Text("ads"), Cell::Number(12.5), Cell::Number(3.0)];
    fill(book.add_worksheet().set_name("Spend").expect("a name"), 0, &header, &[row(), row()]);
    world.file("x/spend.xlsx", book.save_to_buffer().expect("a workbook"));
    world.file("x/b.csv", example("crm/deals.csv")).file("x/a.csv", example("crm/deals.csv").replace("\n480", "\n481"));
    world.file("x/odd.csv", "deal_id,created,\"si\"\"ze\",stage\n9,2026-01-01,q,\"A | \"\"B\"\"\"\n");
    let init = ["init", "--sheet", "Spend", "-o", "-"];
    let one = world.run(&[&init[..], &["x/b.csv", "x/spend.xlsx", "x/a.csv", "x/odd.csv"]].concat());
    let other = world.run(&[&init[..], &["x/odd.csv", "x/a.csv", "x/b.csv", "x/spend.xlsx"]].concat());
    assert_eq!(one.expect(0).text(), other.expect(0).text());
    let config = parsed(one.text());
    let sources = config["sources"].as_table().expect("sources");
    assert_eq!(sources.keys().collect::<Vec<_>>(), ["deals", "deals_2", "spend"]);
    assert_eq!(json!(sources["deals"]["files"]), json!(["x/a.csv", "x/b.csv"]));
    assert_eq!(json!(sources["spend"]["reading"]), json!({"sheet": "Spend"}));
    assert!(one.text().contains("`si\\\"ze`"), "{}", one.block());
    world.file("funnel.toml", one.text());
    world.run(&["report"]).expect(0);
}

#[test]
fn rejects_are_said_and_a_limit_is_kept() {
    let world = World::new();
    let rows: String = (1..=8).map(|row| format!("{row},2026-01-0{row},Lead\n")).collect();
    world.file("deals.csv", format!("deal_id,created,stage\n{rows}9,soon,Lead\n10,later,Lead\n"));
    world.run(&["init", "deals.csv"]).expect_error(3, &["deals.csv"]);
    let run = world.run(&["init", "deals.csv", "--max-rejects", "20%"]);
    assert!(run.expect(0).stderr.contains("2 of 10 records cannot be read"), "{}", run.block());
    let text = world.read("funnel.toml");
    assert!(text.contains("CHECK: 2 of 10 records cannot be read"), "{text}");
    world.run(&["report"]).expect(0);
}

/// Neither file is an event log or a list of deals, but both together are the steps of a funnel.
#[test]
fn exports_of_one_step_each_are_put_together() {
    let world = World::new();
    world
        .file("leads.csv", "lead_id,first_contact_date,origin\n1,2024-01-01,seo\n2,2024-01-02,ads\n3,2024-01-02,ads\n")
        .file("closed.csv", "lead_id,seller_id,won_date\n2,77,2024-01-20 10:00:00\n");
    let run = world.run(&["init", "leads.csv", "closed.csv"]);
    assert!(run.expect(0).stderr.contains("first contact, won"), "{}", run.block());
    expect_golden("milestones.toml", &world.read("funnel.toml"));
    let config = parsed(&world.read("funnel.toml"));
    assert_eq!(json!(config["sources"]["events"]["event_name"]), json!("won"));
    let steps = world.run(&["conversion", "--format", "json"]).table("steps");
    // By origin: two leads of ads, of whom one was won, and one of seo.
    assert_eq!(steps.column("name"), ["first contact", "won", "first contact", "won"]);
    assert_eq!(steps.column("entered"), [2, 1, 1, 0]);
    world.run(&["report"]).expect(0);
    // One file alone says nothing of a funnel.
    world.run(&["init", "closed.csv", "--force"]).expect_error(3, &["fit no kind"]);
}
