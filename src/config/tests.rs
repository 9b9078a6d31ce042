//! Tests of the whole of it: a command line, an environment and a `funnel.toml` in, settings out.

use super::read::parse;
use super::settings::{Analysis, Area, ConversionSettings, InputPath, Origin, Settings, StepMatch, Target};
use super::{Environment, resolve};
use crate::args::choices::{Color, Convention, Every, Format, Order, WeekStart};
use crate::args::values::duration::Window;
use crate::args::values::number::RejectLimit;
use crate::cli;
use crate::error::{Error, ErrorKind, Result};
use crate::model::kind::{Kind, Role};
use serde_json::json;
use std::path::PathBuf;

const NO_VARIABLES: [(&str, &str); 0] = [];

fn run(line: &str, variables: &[(&str, &str)], text: Option<&str>) -> Result<Settings> {
    let words = line.split_whitespace().map(|word| word.replace('~', " "));
    let cli = cli::parse(std::iter::once("funnel".to_owned()).chain(words)).expect("a valid command line");
    let file = text.map(|text| parse(PathBuf::from("conf/funnel.toml"), text)).transpose()?;
    resolve(&cli.command, &Environment::from_pairs(variables.iter().copied()), file.as_ref())
}

fn settings(line: &str, text: &str) -> Settings {
    run(line, &NO_VARIABLES, Some(text)).expect("settings")
}

fn refused(line: &str, text: &str) -> Error {
    let error = run(line, &NO_VARIABLES, Some(text)).expect_err("an error");
    assert_eq!(error.kind, ErrorKind::Usage, "{error}");
    error
}

fn conversion(settings: &Settings) -> &ConversionSettings {
    match &settings.analysis {
        Analysis::Conversion(conversion) => conversion,
        Analysis::Report(report) => &report.conversion,
        Analysis::Cost(cost) => &cost.conversion,
        _ => panic!("no funnel"),
    }
}

#[test]
fn the_higher_layer_wins_and_is_remembered() {
    let flag = Origin::Flag("--window".to_owned());
    let variable = Origin::Variable("FUNNEL_WINDOW".to_owned());
    let file = Origin::File { path: "conf/funnel.toml".to_owned(), line: 2 };
    let day = 86_400_000_000;
    let table = [
        (true, true, true, Window::Span(day), flag.clone()),
        (true, false, false, Window::Span(day), flag),
        (false, true, true, Window::Span(2 * day), variable),
        (false, false, true, Window::Span(3 * day), file),
        (false, false, false, Window::ByKind, Origin::Default),
    ];
    for (by_flag, by_variable, by_file, window, origin) in table {
        let line = if by_flag { "conversion a.csv --window 1d" } else { "conversion a.csv" };
        let variables: &[_] = if by_variable { &[("FUNNEL_WINDOW", "2d")] } else { &[] };
        let text = by_file.then_some("[conversion]\nwindow = \"3d\"\n");
        let settings = run(line, variables, text).unwrap();
        assert_eq!(conversion(&settings).window, window);
        assert_eq!(settings.origin("window"), Some(&origin));
    }
}

#[test]
fn every_form_of_setting_comes_from_every_layer() {
    let text = "[funnel]\ntimezone = \"Europe/Paris\"\nweek_start = \"sunday\"\nas_of = 2024-06-30\nname = \"Acme\"\n\
                [conversion]\nby = [\"a,b\", \"c\"]\ntop = 3\nconfidence = 0.9\ndedupe = true\nmax_rejects = \"5%\"\n\
                where = \"x = 'a,b'\"\norder = \"any\"\nevery = \"month\"\n";
    let file = settings("conversion a.csv", text);
    assert_eq!(conversion(&file).by, ["a,b", "c"]);
    assert_eq!(conversion(&file).top, 3);
    assert_eq!(conversion(&file).order, Some(Order::Any));
    assert_eq!(conversion(&file).every, Some(Every::Month));
    assert_eq!(file.common.timezone, chrono_tz::Europe::Paris);
    assert_eq!(file.common.week_start, WeekStart::Sunday);
    assert_eq!(file.common.title.as_deref(), Some("Acme"));
    assert!((file.common.confidence - 0.9).abs() < 1e-12);
    assert_eq!(file.common.filters.rows, ["x = 'a,b'"]);
    assert_eq!(file.loading.max_rejects, RejectLimit::Share(0.05));
    assert!(file.loading.dedupe);
    // 2024-06-30 ends in Paris (UTC+2) at 22:00 UTC, which is 1 719 784 800 s.
    assert_eq!(file.common.as_of_micros(), Some(1_719_784_800_000_000 - 1));

    let variables =
        [("FUNNEL_BY", "x,y"), ("FUNNEL_DEDUPE", "no"), ("FUNNEL_WHERE", "a in (1,2)"), ("FUNNEL_TOP", "4")];
    let variable = run("conversion a.csv --top 5", &variables, Some(text)).unwrap();
    assert_eq!(conversion(&variable).by, ["x", "y"]);
    assert_eq!(conversion(&variable).top, 5);
    assert!(!variable.loading.dedupe);
    assert_eq!(variable.common.filters.rows, ["a in (1,2)"]);
    assert_eq!(variable.origin("by"), Some(&Origin::Variable("FUNNEL_BY".to_owned())));
}

#[test]
fn wrong_values_name_their_place() {
    let error = run("conversion a.csv", &[("FUNNEL_WINDOW", "1month")], None).unwrap_err();
    assert_eq!(error.to_string(), "FUNNEL_WINDOW: a month has no fixed length");
    assert_eq!(error.hint.as_deref(), Some("30d"));
    let error = refused("conversion a.csv", "[conversion]\n\nwindow = \"x\"\n");
    assert_eq!(error.to_string(), "conf/funnel.toml:3: window: a duration is a number and a unit");
    let error = refused("conversion a.csv", "[conversion]\nby = 3\n");
    assert_eq!(error.to_string(), "conf/funnel.toml:2: `by` must be a text or a list of texts");
    let error = refused("conversion a.csv", "[conversion]\ndedupe = \"yes\"\n");
    assert_eq!(error.to_string(), "conf/funnel.toml:2: `dedupe` must be true or false");
    assert!(refused("conversion a.csv --since 2024-02-01 --until 2024-01-31", "").message.contains("--since"));
    assert!(run("conversion a.csv --since 2024-01-31 --until 2024-01-31", &NO_VARIABLES, None).is_ok());
}

#[test]
fn strict_and_a_limit_are_one_setting() {
    let limit = |line: &str, variables: &[(&str, &str)], text: &str| {
        run(line, variables, Some(text)).unwrap().loading.max_rejects
    };
    let strict = "[check]\nstrict = true\n";
    assert_eq!(limit("check a.csv", &[], ""), RejectLimit::Share(0.1));
    assert_eq!(limit("check a.csv", &[], strict), RejectLimit::Rows(0));
    assert_eq!(limit("check a.csv --max-rejects 5", &[], strict), RejectLimit::Rows(5));
    assert_eq!(limit("check a.csv --strict", &[("FUNNEL_MAX_REJECTS", "5")], ""), RejectLimit::Rows(0));
    assert_eq!(limit("check a.csv", &[("FUNNEL_STRICT", "false")], strict), RejectLimit::Share(0.1));
}

#[test]
fn sources_of_the_file_are_read_in_its_order_and_beside_it() {
    let text = r#"
[sources.zeta]
kind = "events"
files = ["exports/a.csv", "/abs/b.csv"]
event_name = "Lead"
link = "contact_id"
columns = { id = "lead_id", time = "created_on" }
reading = { delimiter = ";", decimal = ",", timezone = "Europe/Paris", null = ["x"], skip_lines = 2 }
[sources.alpha]
kind = "deals"
as = "events"
files = "-"
won = ["Gagné"]
stage_dates = { Z = "z", A = "a" }
"#;
    let settings = settings("conversion --timezone Asia/Tokyo", text);
    let [zeta, alpha] = settings.sources.as_slice() else { panic!("two sources") };
    assert_eq!(zeta.name.as_deref(), Some("zeta"));
    assert_eq!(zeta.files[0], InputPath::Path(PathBuf::from("conf/exports/a.csv")));
    assert_eq!(zeta.files[1], InputPath::Path(PathBuf::from("/abs/b.csv")));
    assert_eq!(zeta.columns[&Role::Id], "lead_id");
    assert_eq!((zeta.event_name.as_deref(), zeta.link.as_deref()), (Some("Lead"), Some("contact_id")));
    assert_eq!(zeta.reading.delimiter.as_deref(), Some(";"));
    assert_eq!(zeta.reading.timezone, chrono_tz::Europe::Paris);
    assert_eq!((zeta.reading.skip_lines, zeta.reading.null_words.as_slice()), (2, &["x".to_owned()][..]));
    assert_eq!(alpha.reading.timezone, chrono_tz::Asia::Tokyo);
    assert_eq!(alpha.reading.delimiter, None);
    assert!(alpha.as_events && !zeta.as_events);
    assert_eq!(alpha.files, [InputPath::Stdin]);
    assert_eq!(alpha.stage_dates, [("Z".to_owned(), "z".to_owned()), ("A".to_owned(), "a".to_owned())]);
    assert_eq!(alpha.won, ["Gagné"]);
    let shown = settings.shown();
    assert!(shown.contains(&("sources.zeta.reading.delimiter".to_owned(), json!(";"))));
}

#[test]
fn files_of_the_command_line_replace_the_sources_but_not_the_settings() {
    let text = "[funnel]\ntimezone = \"Asia/Tokyo\"\n[sources.a]\nfiles = [\"missing-*.csv\"]\n";
    let given = settings("conversion b.csv --kind deals --id who", text);
    assert_eq!(given.sources.len(), 1);
    assert_eq!(given.sources[0].name, None);
    assert_eq!(given.sources[0].kind, Some(Kind::Deals));
    assert_eq!(given.sources[0].columns[&Role::Id], "who");
    assert_eq!(given.common.timezone, chrono_tz::Asia::Tokyo);
    assert!(refused("conversion", text).message.contains("no file matches"));
}

#[test]
fn flags_go_before_the_table_of_a_source() {
    let text = "[sources.a]\nkind = \"deals\"\nfiles = \"a.csv\"\nwon = [\"w\"]\ncolumns = { id = \"x\" }\n\
                reading = { delimiter = \";\" }\n[conversion]\ndelimiter = \"|\"\nwon = \"v\"\nlost = \"l\"\n";
    let own = settings("conversion", text);
    assert_eq!(own.sources[0].reading.delimiter.as_deref(), Some(";"));
    assert_eq!((own.sources[0].won[0].as_str(), own.sources[0].lost[0].as_str()), ("w", "l"));
    let given = settings("conversion --delimiter tab --id y --won u", text);
    assert_eq!(given.sources[0].reading.delimiter.as_deref(), Some("\t"));
    assert_eq!(given.sources[0].columns[&Role::Id], "y");
    assert_eq!(given.sources[0].won, ["u"]);
}

#[test]
fn sources_that_cannot_be_meant_are_refused() {
    assert_eq!(refused("conversion", "").message, "there is nothing to read");
    assert_eq!(refused("check a.csv ./a.csv", "").message, "the same file is given twice");
    assert_eq!(refused("check a.csv --events ./a.csv", "").message, "the same file is given twice");
    assert_eq!(refused("check - --deals -", "").message, "the same file is given twice");
    assert!(run("check --orders a.csv --events a.csv", &NO_VARIABLES, None).is_ok());
    assert_eq!(refused("check --deals a.csv --session s", "").message, "--session names no column of deals");
    assert!(refused("check --kind deals", "[sources.a]\nfiles=\"a\"").message.contains("--kind"));
    assert!(refused("check a.csv -o ./a.csv", "").message.contains("overwrite"));
    assert!(refused("check a.csv --rejects a.csv", "").message.contains("overwrite"));
    assert!(refused("check a.csv --delimiter ; --quote ;", "").message.contains("holds the quote"));
    let error = refused("check", "[sources.a]\nkind = \"deal\"\nfiles = \"a\"\n");
    assert_eq!(
        (error.to_string().as_str(), error.hint.as_deref()),
        ("conf/funnel.toml:2: unknown kind `deal`", Some("did you mean deals?"))
    );
    let error = refused("check", "[sources.a]\nfiles = \"a\"\ncolumns = { tiem = \"t\" }\n");
    assert_eq!(error.hint.as_deref(), Some("did you mean `time`?"));
    assert!(refused("check", "[sources.a]\nfiles = [\"a\", \"./a\"]\n").message.contains("twice"));
    assert!(refused("check", "[sources.a]\nkind = \"deals\"\n").message.contains("needs `files`"));
}

#[test]
fn steps_come_from_one_place() {
    let text = "[[steps]]\nevent = \"a|b\"\n[[steps]]\nname = \"C\"\nevent = [\"c,d\", \"e\"]\n\
                goal = { from_previous = 0.25 }\n[[steps]]\nname = \"Big\"\nwhere = \"value > 1\"\n";
    let table = settings("conversion a.csv", text);
    let steps = &conversion(&table).steps;
    assert_eq!(steps.iter().map(|step| step.name.as_str()).collect::<Vec<_>>(), ["a|b", "C", "Big"]);
    assert_eq!(steps[0].matches, StepMatch::Names(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(steps[1].matches, StepMatch::Names(vec!["c,d".to_owned(), "e".to_owned()]));
    assert_eq!(steps[1].goal.unwrap().from_previous, Some(0.25));
    assert_eq!(steps[2].matches, StepMatch::Expression("value > 1".to_owned()));

    let given = settings("conversion a.csv --steps visit,signup|register", text);
    assert_eq!(conversion(&given).steps[1].name, "signup|register");
    assert_eq!(given.origin("steps"), Some(&Origin::Flag("--steps".to_owned())));
    let given = settings("conversion a.csv --step Big:~value~>~1", text);
    assert_eq!(conversion(&given).steps[0].matches, StepMatch::Expression("value > 1".to_owned()));

    let twice = format!("[conversion]\nsteps = \"a,b\"\n{text}");
    assert!(refused("conversion a.csv", &twice).message.contains("given twice"));
    assert!(run("report a.csv", &NO_VARIABLES, None).unwrap().common.title.is_none());
}

#[test]
fn steps_that_cannot_be_meant_are_refused() {
    for (text, message) in [
        ("[[steps]]\nname = \"a\"\n", "conf/funnel.toml:1: a step needs `event` or `where`"),
        ("[[steps]]\nevent = \"a\"\nwhere = \"b\"\n", "conf/funnel.toml:1: a step has either `event` or `where`"),
        ("[[steps]]\nevent = 1\n", "conf/funnel.toml:2: `event` must be a text or a list of texts"),
        ("[[steps]]\nwhere = \"b\"\n", "conf/funnel.toml:1: a step given by `where` needs a `name`"),
        (
            "[[steps]]\nevent = \"a\"\ngoal = { from_first = 0.5 }\n",
            "conf/funnel.toml:3: the first step has no rate, so that it has no goal",
        ),
        (
            "[[steps]]\nevent = \"a\"\n[[steps]]\nevent = \"b\"\ngoal = { from_first = 25 }\n",
            "conf/funnel.toml:5: a goal is a fraction between 0 and 1",
        ),
        ("[[steps]]\nevent = \"a\"\nfirst = \"once\"\n", "conf/funnel.toml:3: `first` must be \"match\" or \"ever\""),
        ("[[steps]]\nevent = \"a\"\nwithin = \"1\"\n", "conf/funnel.toml:3: `within`: a duration needs a unit"),
        ("[[exclusions]]\nfrom = 1\n", "conf/funnel.toml:1: an exclusion needs `event` or `where`"),
    ] {
        assert_eq!(refused("conversion a.csv", text).to_string(), message);
    }
    assert!(run("conversion a.csv", &NO_VARIABLES, Some("[[steps]]\nevent=\"a\"\noptional=false\n")).is_ok());
    assert!(run("check a.csv", &NO_VARIABLES, Some("[[exclusions]]\nevent = \"a\"\n")).is_ok());
}

#[test]
fn the_format_follows_the_extension_unless_it_is_given() {
    let format = |line: &str| run(line, &NO_VARIABLES, None).unwrap().output.format;
    assert_eq!(format("check a.csv"), Format::Table);
    assert_eq!(format("check a.csv -o out.JSON"), Format::Json);
    assert_eq!(format("check a.csv -o out.md"), Format::Markdown);
    assert_eq!(format("check a.csv -o out.html"), Format::Html);
    assert_eq!(format("check a.csv -o out.XLSX"), Format::Xlsx);
    assert_eq!(format("check a.csv -o out.txt"), Format::Table);
    assert_eq!(format("check a.csv -o out/"), Format::Csv);
    assert_eq!(format("check a.csv -o out.csv --format json"), Format::Json);
    assert_eq!(format("check a.csv -o out.parquet"), Format::Parquet);
    assert!(run("check a.csv -o out.parquet --format csv", &NO_VARIABLES, None).is_ok());
    let output = run("check a.csv -o -", &NO_VARIABLES, None).unwrap().output;
    assert_eq!(output.target, Target::Stdout);
    let output = settings("check a.csv", "[check]\noutput = \"x.csv\"\n").output;
    assert_eq!(output.target, Target::File(PathBuf::from("conf/x.csv")));
}

#[test]
fn no_color_decides_only_where_nothing_else_does() {
    let color = |line: &str, variables: &[(&str, &str)]| run(line, variables, None).unwrap().output.color;
    assert_eq!(color("check a.csv", &[]), Color::Auto);
    assert_eq!(color("check a.csv", &[("NO_COLOR", "1")]), Color::Never);
    assert_eq!(color("check a.csv", &[("NO_COLOR", "")]), Color::Auto);
    assert_eq!(color("check a.csv --color always", &[("NO_COLOR", "1")]), Color::Always);
}

#[test]
fn the_report_takes_its_own_table_first() {
    let text = "[conversion]\nwindow = \"1d\"\ntop = 2\n[report]\ntop = 3\nsections = [\"conversion\"]\n";
    let report = settings("report a.csv", text);
    assert_eq!(conversion(&report).top, 3);
    assert_eq!(conversion(&report).window, Window::Span(86_400_000_000));
    let Analysis::Report(report) = report.analysis else { panic!("no report") };
    assert_eq!(report.sections, Some(vec!["conversion".to_owned()]));
    assert!(refused("report a.csv", "[report]\nsections = [\"leads\"]\n").message.contains("not supported yet"));
}

#[test]
fn the_settings_shown_shape_the_numbers() {
    let settings = run("conversion a.csv --steps a,b --by c -q", &NO_VARIABLES, None).unwrap();
    let shown = settings.shown();
    assert!(shown.contains(&("by".to_owned(), json!(["c"]))));
    assert!(shown.contains(&("timezone".to_owned(), json!("UTC"))));
    assert!(shown.contains(&("max_rejects".to_owned(), json!("10%"))));
    assert!(!shown.iter().any(|(name, _)| name == "quiet"));
    let mut names: Vec<&str> = shown.iter().map(|(name, _)| name.as_str()).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "no setting stands twice");
    assert!(settings.in_force.iter().any(|setting| setting.area == Area::Output && setting.name == "quiet"));
}

#[test]
fn churn_has_its_own_table_in_the_command_and_in_the_report() {
    let text = "[churn]\nevery = \"week\"\nconvention = \"stripe\"\ninactive_after = \"30d\"\nby = \"plan\"\n";
    let settings = |line: &str| run(line, &NO_VARIABLES, Some(text)).expect("settings");
    let Analysis::Churn(churn) = settings("churn x.csv --every month").analysis else { panic!("another command") };
    assert_eq!((churn.every, churn.convention), (Some(Every::Month), Some(Convention::Stripe)));
    assert_eq!(churn.inactive_after, Some(30 * 86_400_000_000));
    // The flags of the report are about its conversion.
    let Analysis::Report(report) = settings("report x.csv --every month --by channel").analysis else {
        panic!("another command")
    };
    assert_eq!((report.churn.every, report.churn.by), (Some(Every::Week), vec!["plan".to_owned()]));
    assert_eq!((report.conversion.every, report.conversion.by), (Some(Every::Month), vec!["channel".to_owned()]));
    assert!(refused("churn x.csv", "[churn]\nconvention = \"mine\"\n").hint.unwrap().contains("baremetrics"));
    assert!(refused("churn x.csv", "[churn]\nwindow = \"1d\"\n").message.contains("unknown key"));
}
