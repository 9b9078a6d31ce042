//! `funnel cost` and `funnel attribution`: mistakes are answered, nothing depends on order, the report has their
//! sections, and real deals keep their published totals.

use crate::world::{Run, World, assert_harmless, shared};
use serde_json::Value;
use std::fs;

const ADS: &str = "day,channel,campaign,cost,clicks
2024-01-05,ads,brand,100.10,50
2024-02-03,ads,brand,50.05,30
2024-02-10,tv,spot,80,
";

const DEALS: &str = "deal_id,created,closed,status,amount,channel
a,2024-01-06,2024-01-20,Won,1000.50,ads
b,2024-01-07,,Open,,ads
c,2024-02-05,2024-02-09,Lost,,seo
";

const TOUCHES: &str = "deal_id,timestamp,channel
a,2024-01-06 08:00,mail
a,2024-01-10 08:00,ads
b,2024-01-10 08:00,ads
";

fn world() -> World {
    let world = World::new();
    world.file("ads.csv", ADS).file("deals.csv", DEALS).file("touches.csv", TOUCHES);
    world
}

fn run(world: &World, line: &str) -> Run {
    world.run(&line.split(' ').collect::<Vec<_>>())
}

#[test]
fn what_is_missing_is_named() {
    let world = world();
    for (line, words) in [
        ("cost --deals deals.csv", &["--spend"][..]),
        ("cost --spend ads.csv", &["--deals", "--orders"]),
        ("cost --spend ads.csv --deals deals.csv --opportunity Demoo", &["Demoo", "hint: "]),
        ("cost --spend ads.csv --deals deals.csv --every hour", &["--every hour"]),
        ("cost --spend ads.csv --deals deals.csv --rate EUR", &["EUR=1.08"]),
        ("cost --spend ads.csv --deals deals.csv --rate EUR=1 --rate eur=2", &["EUR twice"]),
        ("cost --spend ads.csv --deals deals.csv --margin 60", &["0.6 or 60%"]),
        ("attribution --touches touches.csv", &["--conversion"]),
        ("attribution --deals deals.csv", &["--touches"]),
        ("attribution --touches touches.csv --deals deals.csv --model markov,markov", &["markov twice"]),
        ("attribution --touches touches.csv --deals deals.csv --half-life 0d", &["half-life"]),
        ("attribution --touches touches.csv --deals deals.csv --conversion buy", &["--events"]),
    ] {
        let run = run(&world, line);
        run.expect_error(2, words);
        assert_harmless(&run.stderr, line);
    }
    run(&world, "cost --spend ads.csv --deals deals.csv --by chanel").expect_error(3, &["chanel", "channel"]);
    run(&world, "cost --spend ads.csv --deals deals.csv --lead-channel x").expect_error(3, &["`x`", "channel"]);
    world.file("log.csv", "user_id,event,timestamp,channel\na,visit,2024-01-01,ads\na,purchase,2024-01-02,ads\n");
    run(&world, "cost --spend ads.csv --events log.csv").expect_error(2, &["--steps", "visit"]);
    run(&world, "attribution log.csv --conversion purchse").expect_error(2, &["purchse", "`purchase`"]);
}

#[test]
fn a_breakdown_that_one_side_lacks_is_kept_and_told() {
    let world = world();
    let run = run(&world, "cost --spend ads.csv --deals deals.csv --by campaign --format json");
    assert!(run.note_codes().contains(&"by_missing".to_owned()), "{}", run.block());
    let table = run.table("cost");
    assert_eq!(table.texts("campaign"), ["brand", "spot", "(none)"]);
    assert_eq!(table.counts("leads"), [0, 0, 3]);
    let total = run.table("total");
    assert_eq!((total.numbers("spend"), total.counts("leads")), (vec![Some(230.15)], vec![3]));
}

#[test]
fn nothing_depends_on_the_order_of_rows_or_files() {
    let world = world();
    let lines = [
        "cost --deals deals.csv --by channel,campaign --every month --format json --spend",
        "attribution --touches touches.csv --deals deals.csv --format json --spend",
    ];
    let mut shuffled = ADS.lines().collect::<Vec<_>>();
    shuffled[1..].reverse();
    world.file("back.csv", shuffled.join("\n") + "\n");
    let (one, two) = (ADS.lines().take(2).collect::<Vec<_>>(), ADS.lines().skip(2).collect::<Vec<_>>());
    world.file("one.csv", one.join("\n") + "\n");
    world.file("two.csv", format!("{}\n{}\n", one[0], two.join("\n")));
    for line in lines {
        let whole = run(&world, &format!("{line} ads.csv"));
        for files in ["back.csv", "two.csv one.csv"] {
            let other = run(&world, &format!("{line} {files}"));
            assert_eq!(other.tables_text(), whole.tables_text(), "{line} {files}");
        }
    }
}

#[test]
fn funnel_toml_holds_the_questions_of_the_report() {
    let world = world();
    world.file(
        "funnel.toml",
        "[sources.deals]\nkind = \"deals\"\nfiles = [\"deals.csv\"]\n[sources.ads]\nkind = \"spend\"\n\
         files = [\"ads.csv\"]\n[sources.touches]\nkind = \"touches\"\nfiles = [\"touches.csv\"]\n\
         [cost]\nby = [\"campaign\"]\nmargin = 0.5\namount_per = \"year\"\n\
         [attribution]\nmodel = [\"first\", \"last\"]\nlookback = \"none\"\n",
    );
    let run = world.run(&["report", "--format", "json"]);
    assert_eq!(run.table("cost.cost").texts("campaign"), ["brand", "spot", "(none)"]);
    // One customer for 230.15 over all, whose margin is 1000.50 x 0.5 a year.
    let months = run.table("cost.total").numbers("payback_months")[0].expect("a payback");
    assert!((months - 230.15 * 12.0 / 500.25).abs() < 1e-9, "{months}");
    assert_eq!(run.table("attribution.credit").texts("model").len(), 8);
    let kinds: Vec<Value> = run.json()["sources"].as_array().expect("sources").clone();
    assert_eq!(kinds.len(), 3, "{}", run.block());
    assert!(!run.note_codes().contains(&"unused_source".to_owned()), "{}", run.block());
    // Only the sections that are asked for.
    let one = world.run(&["report", "--sections", "cost", "--format", "json"]);
    let names: Vec<Value> =
        one.json()["tables"].as_array().expect("tables").iter().map(|t| t["name"].clone()).collect();
    assert_eq!(names, ["cost.cost", "cost.total"]);
    world.file("funnel.toml", "[cost]\nmargn = 1\n");
    world.run(&["report"]).expect_error(2, &["funnel.toml:2", "margin"]);
}

#[test]
fn a_section_that_nobody_asked_for_does_not_end_the_report() {
    let world = world();
    world.file("log.csv", "deal_id,event,timestamp\na,visit,2024-01-01\na,buy,2024-01-02\n");
    let line = "report log.csv --touches touches.csv --spend ads.csv --format json --id deal_id";
    let run = run(&world, line);
    assert!(run.note_codes().contains(&"section_left_out".to_owned()), "{}", run.block());
    assert!(!run.table("conversion.steps").rows.is_empty());
    let asked = format!("{line} --sections attribution");
    self::run(&world, &asked).expect_error(2, &["--conversion"]);
}

#[test]
fn people_see_models_side_by_side_and_scripts_the_long_table() {
    let world = world();
    let line = "attribution --touches touches.csv --deals deals.csv";
    let shown = run(&world, line);
    assert!(shown.text().contains("Last non-direct"), "{}", shown.block());
    assert!(shown.text().contains("in the 30d before it"), "{}", shown.block());
    assert_harmless(shown.text(), "the table");
    let csv = run(&world, &format!("{line} --format csv --quiet"));
    assert!(csv.text().starts_with("model,channel,touches,conversions,revenue,spend,cost_per_conversion,roas\n"));
    assert_eq!(csv.text().lines().count(), 1 + 8 * 3);
    let narrow = crate::world::Run::of(world.command(&line.split(' ').collect::<Vec<_>>()).env("COLUMNS", "50"));
    assert!(narrow.text().lines().all(|line| line.chars().count() <= 50), "{}", narrow.block());
}

#[test]
fn settings_say_what_was_decided() {
    let world = world();
    let settings = |line: &str| run(&world, line).json()["settings"].clone();
    let cost = settings("cost --spend ads.csv --deals deals.csv --format json");
    assert_eq!(
        [&cost["by"], &cost["match"], &cost["spread"]],
        [&serde_json::json!(["channel"]), &"lead".into(), &"none".into()]
    );
    let line = "attribution --touches touches.csv --deals deals.csv --model linear,time_decay --format json";
    let attribution = settings(line);
    assert_eq!(attribution["model"], serde_json::json!(["linear", "time_decay"]));
    assert_eq!([&attribution["lookback"], &attribution["half_life"]], ["30d", "7d"]);
    world.file("others.csv", "deal_id,timestamp,channel\nx,2024-01-06 08:00,mail\n");
    let apart = run(&world, "attribution --touches others.csv --deals deals.csv --format json");
    assert!(apart.note_codes().contains(&"ids_apart".to_owned()), "{}", apart.block());
}

/// Spend on two of the products of the Maven pipeline: leads, customers and revenue are those of the reference, for
/// every product, whatever was spent.
#[test]
fn maven_by_product() {
    let Some(folder) = shared("data/maven_crm") else { return };
    let world = World::new();
    world
        .file("ads.csv", "date,product,cost\n2017-01-01,GTX Pro,1000\n2017-02-01,MG Special,0.30\n2017-02-02,None,5\n");
    let deals = folder.join("sales_pipeline_us_mdy.csv");
    let deals = deals.to_string_lossy();
    let arguments =
        ["cost", "--spend", "ads.csv", "--deals", &deals, "--by", "product", "--top", "50", "--format", "json"];
    let run = world.run(&arguments);
    let reference: Value =
        serde_json::from_slice(&fs::read(folder.join("reference.json")).expect("a file")).expect("JSON");
    let total = run.table("total");
    assert_eq!((total.counts("leads"), total.counts("customers")), (vec![8800], vec![4238]));
    assert_eq!(total.numbers("revenue"), [reference["overall"]["won_value"].as_f64()]);
    // 1589 are engaging and 500 prospecting: all of them are open.
    assert_eq!(total.counts("open"), [2089]);
    let table = run.table("cost");
    for (product, block) in reference["by_product"].as_object().expect("products") {
        // The reference writes one product as the list of products does, the deals without a space.
        let row = table.only("product", if product == "GTX Pro" { "GTXPro" } else { product });
        assert_eq!(row.numbers("leads"), [block["opportunities"].as_f64()], "{product}");
        assert_eq!(row.numbers("customers"), [block["won"].as_f64()], "{product}");
        assert_eq!(row.numbers("revenue"), [block["won_value"].as_f64()], "{product}");
    }
    assert_eq!(table.only("product", "MG Special").numbers("spend"), [Some(0.3)]);
    assert!(run.note_codes().contains(&"similar_names".to_owned()), "GTX Pro and GTXPro\n{}", run.block());
}

/// By month of engagement the leads and customers are those of the reference's cohorts.
#[test]
fn maven_by_month() {
    let Some(folder) = shared("data/maven_crm") else { return };
    let world = World::new();
    world.file("ads.csv", "month,cost\n2016-10,70\n2017-03,1000\n");
    let deals = folder.join("sales_pipeline.csv");
    let deals = deals.to_string_lossy();
    let run = world.run(&["cost", "--spend", "ads.csv", "--deals", &deals, "--every", "month", "--format", "json"]);
    let reference: Value =
        serde_json::from_slice(&fs::read(folder.join("reference.json")).expect("a file")).expect("JSON");
    let table = run.table("cost");
    for (month, block) in reference["by_engage_month_cohort"].as_object().expect("months") {
        let row = table.only("period", &format!("{month}-01"));
        let [leads, won, open] = ["engaged", "won", "open"].map(|key| vec![block[key].as_f64()]);
        assert_eq!(
            (row.numbers("leads"), row.numbers("customers"), row.numbers("open")),
            (leads, won, open),
            "{month}"
        );
    }
    assert_eq!(table.only("period", "2016-10-01").numbers("cost_per_lead"), [Some(10.0)]);
    // The 500 deals without a date have a row of their own.
    assert_eq!(table.rows.last().expect("rows")["leads"], 500);
    assert_eq!(table.counts("leads").iter().sum::<u64>(), 8800);
}
