//! Which preset is taken, and by whose word; deals that repeat.

use super::{accounts, check, column, expect_preset, finding};
use crate::world::World;

const PLAIN: &str = "deal_id,created,closed,status,amount\n1,2025-01-02,2025-02-01,Won,10\n";

#[test]
fn an_unknown_preset_is_answered_with_the_list() {
    let run = check("plain.csv", PLAIN, &["--preset", "salesforse"]);
    run.expect_error(2, &["salesforse", "salesforce-report", "hubspot-deals", "google-ads", "none"]);
}

#[test]
fn a_preset_that_is_asked_for_is_taken() {
    // Nothing in the header says that the amounts are those of Zoho.
    let short = "deal_id,created,closed,stage,amount\n1,2025-01-02,2025-02-01,Closed Won,$1.5K\n";
    let run = check("deals.csv", short, &["--preset", "zoho-deals"]);
    expect_preset(&run, Some("zoho-deals"));
    assert_eq!(super::value_sum(&run), "1500", "{}", run.block());
    assert!(finding(&run, "preset").contains("as asked for"), "{}", run.block());
    assert_eq!(run.json()["settings"]["preset"], "zoho-deals");
    check("deals.csv", short, &[]).expect(3);
}

#[test]
fn a_preset_of_another_kind_is_refused() {
    let world = World::new();
    world.file("plain.csv", PLAIN);
    let arguments = ["check", "--deals", "plain.csv", "--preset", "google-ads"];
    world.run(&arguments).expect_error(2, &["google-ads", "spend"]);
}

#[test]
fn a_preset_needs_the_column_that_tells_its_rows() {
    let history = "deal_id,stage,changed_at\n1,New,2025-01-02\n";
    let run = check("history.csv", history, &["--preset", "salesforce-opportunity-field-history"]);
    run.expect_error(3, &["salesforce-opportunity-field-history", "Field"]);
}

#[test]
fn a_column_that_is_given_goes_before_the_preset() {
    let export =
        "id,anonymous_id,user_id,event,received_at,sent_at,timestamp\ne1,an1,u1,buy,2025-03-01,2025-03-01,2025-03-01\n";
    let run = check("tracks.csv", export, &["--id", "user_id"]);
    expect_preset(&run, Some("segment"));
    assert_eq!((column(&run, "id"), column(&run, "event")), ("user_id".to_owned(), "event".to_owned()));
}

#[test]
fn a_kind_that_is_given_goes_before_the_preset() {
    let log = "activity_date,activity_type_id,lead_id,new_value,primary_attribute_value\n2025-01-02T10:00:00Z,13,1,FR,Country\n";
    let run = check("log.csv", log, &["--kind", "events"]);
    expect_preset(&run, None);
    assert_eq!(accounts(&run), [1, 1, 0, 0, 0]);
}

#[test]
fn funnel_toml_names_a_preset_per_source() {
    let world = World::new();
    world.file("plain.csv", PLAIN);
    let config = |preset: &str| format!("[sources.crm]\nfiles = [\"plain.csv\"]\npreset = \"{preset}\"\n");
    world.file("funnel.toml", config("pipedrive-deals"));
    let run = world.run(&["check", "--format", "json"]);
    expect_preset(&run, Some("pipedrive-deals"));
    // A flag goes before it.
    let run = world.run(&["check", "--preset", "none", "--format", "json"]);
    expect_preset(&run, None);
    world.file("funnel.toml", config("pipedrife"));
    world.run(&["check"]).expect_error(2, &["funnel.toml:3", "pipedrife", "pipedrive-deals"]);
    world.file("funnel.toml", format!("{}kind = \"spend\"\n", config("pipedrive-deals")));
    world.run(&["check"]).expect_error(2, &["pipedrive-deals", "deals"]);
}

#[test]
fn a_plain_file_has_no_preset() {
    let run = check("plain.csv", PLAIN, &[]);
    expect_preset(&run, None);
    assert!(run.table("findings").only("code", "preset").rows.is_empty());
    assert!(run.json()["sources"][0].get("preset").is_none());
}

/// A deal that stands in two rows is one deal, and that is said.
#[test]
fn repeated_deals_are_said() {
    let world = World::new();
    let repeated = "deal_id,created,closed,status\n1,2025-01-02,,Open\n1,2025-01-02,2025-02-01,Won\n2,2025-01-03,2025-02-01,Won\n2,2025-01-03,2025-02-03,Open\n3,2025-01-04,,Open\n";
    world.file("deals.csv", repeated).file("plain.csv", PLAIN);
    let run = world.run(&["conversion", "deals.csv", "--steps", "Created,Won", "--format", "json"]);
    // Two deals are won, whichever of their rows says so.
    assert_eq!(super::entered(&run), [3, 2], "{}", run.block());
    assert_eq!(run.table("steps").counts("open"), [1, 0], "{}", run.block());
    assert!(
        run.note_codes().contains(&"repeated_ids".to_owned()) && run.stderr.contains("shows: 2"),
        "{}",
        run.block()
    );
    let run = world.run(&["conversion", "plain.csv", "--steps", "Created,Won", "--format", "json"]);
    assert!(!run.note_codes().contains(&"repeated_ids".to_owned()), "{}", run.block());
    let checked = check("deals.csv", repeated, &[]);
    assert_eq!(checked.table("findings").only("code", "duplicate_ids").counts("rows"), [2], "{}", checked.block());
}
