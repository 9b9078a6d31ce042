//! Whole documents through the renderers, and what holds for every width and every text.

use super::text::width;
use super::{Format, RenderOptions, render, render_files};
use crate::document::{Cell, ColumnType, Document, Section, Table, View, ViewColumn, ViewContent};
use crate::error::ErrorKind;
use crate::model::decimal::Decimal;
use proptest::prelude::*;

fn view_column(label: &str, content: ViewContent, expendable: u8) -> ViewColumn {
    ViewColumn { label: label.to_owned(), content, expendable }
}

fn steps() -> Table {
    let columns = [
        ("step", ColumnType::Count),
        ("name", ColumnType::Text),
        ("entered", ColumnType::Count),
        ("rate", ColumnType::Share),
        ("low", ColumnType::Share),
        ("high", ColumnType::Share),
        ("time_median", ColumnType::Elapsed),
        ("value", ColumnType::Money),
    ];
    let mut table = Table::new("steps", "Steps", &columns);
    let row = |step, name: &str, entered, rates: [f64; 3], days: f64, value| {
        let [rate, low, high] = rates.map(Cell::Share);
        let money = Cell::Money(Decimal::from_integer(value));
        vec![
            Cell::Count(step),
            Cell::Text(name.to_owned()),
            Cell::Count(entered),
            rate,
            low,
            high,
            Cell::Elapsed(days * 86_400.0),
            money,
        ]
    };
    table.rows = vec![
        row(1, "Lead", 12_400, [1.0, 1.0, 1.0], 0.0, 0),
        row(2, "Qualified", 5_580, [0.45, 0.441, 0.459], 3.2, 0),
        row(3, "Won", 620, [0.111, 0.103, 0.12], 41.0, 1_054_300),
    ];
    for (position, cell) in [(3, Cell::Missing), (6, Cell::Missing), (7, Cell::Missing)] {
        table.rows[0][position] = cell;
    }
    table.rows[1][7] = Cell::Missing;
    table.view = Some(View {
        columns: vec![
            view_column("#", ViewContent::Value(0), 0),
            view_column("Step", ViewContent::Value(1), 0),
            view_column("Entered", ViewContent::Value(2), 0),
            view_column("From previous", ViewContent::Interval { value: 3, low: 4, high: 5 }, 1),
            view_column("", ViewContent::Bar(2), 4),
            view_column("Median time", ViewContent::Value(6), 2),
            view_column("Value", ViewContent::Value(7), 3),
        ],
        marks: vec![(2, "largest leak".to_owned())],
        caption: vec!["Best attempt, window 90 days from step 1.".to_owned()],
    });
    table
}

fn document() -> Document {
    let mut leaks = Table::new("leaks", "Leaks", &[("name", ColumnType::Text), ("share", ColumnType::Share)]);
    leaks.rows = Vec::new();
    let sections = vec![Section {
        title: "Conversion".to_owned(),
        lines: vec!["Of 12,400 leads 620 were won: 5.0 %.".to_owned()],
        tables: vec![steps(), leaks],
    }];
    Document { command: "conversion".to_owned(), title: "Conversion".to_owned(), sections, ..Document::default() }
}

fn table_text(width: usize) -> String {
    let options = RenderOptions { width: Some(width), ..RenderOptions::default() };
    String::from_utf8(render(&document(), &options).unwrap().bytes).unwrap()
}

#[test]
fn a_wide_terminal_shows_all() {
    let expected = "\
Conversion

Of 12,400 leads 620 were won: 5.0 %.

Steps
#  Step       Entered       From previous                            Median time      Value
────────────────────────────────────────────────────────────────────────────────────────────────────────────
1  Lead        12,400                   -  ████████████████████████            -          -
2  Qualified    5,580  45.0 % (44.1-45.9)  ██████████▊                     3.2 d          -
3  Won            620  11.1 % (10.3-12.0)  █▎                               41 d  1,054,300  <- largest leak
Best attempt, window 90 days from step 1.

Leaks
name  share
───────────
(no rows)
";
    assert_eq!(table_text(120), expected);
}

#[test]
fn a_narrow_terminal_shows_what_matters() {
    let expected = "\
Conversion

Of 12,400 leads 620 were won: 5.0 %.

Steps
#  Step       Entered  From previous
────────────────────────────────────────
1  Lead        12,400              -
2  Qualified    5,580         45.0 %
3  Won            620         11.1 %  <-
<- Won: largest leak
Too narrow for: Median time, Value,
intervals
Best attempt, window 90 days from step
1.

Leaks
name  share
───────────
(no rows)
";
    assert_eq!(table_text(40), expected);
}

#[test]
fn a_table_that_cannot_stand_side_by_side_is_folded() {
    let mut table = Table::new("t", "", &[("first", ColumnType::Count), ("other", ColumnType::Count)]);
    table.rows = vec![vec![Cell::Count(u64::MAX), Cell::Count(u64::MAX)], vec![Cell::Count(1), Cell::Missing]];
    let columns =
        vec![view_column("First", ViewContent::Value(0), 0), view_column("Other one", ViewContent::Value(1), 0)];
    table.view = Some(View { columns, marks: vec![(0, "odd".to_owned())], caption: Vec::new() });
    let sections = vec![Section { tables: vec![table], ..Section::default() }];
    let document = Document { sections, ..Document::default() };
    let options = RenderOptions { width: Some(40), ..RenderOptions::default() };
    let expected = "\
First      18,446,744,073,709,551,615
Other one  18,446,744,073,709,551,615
<- odd

First      1
Other one  -
";
    assert_eq!(String::from_utf8(render(&document, &options).unwrap().bytes).unwrap(), expected);
}

#[test]
fn colour_is_only_added() {
    let mut options = RenderOptions { width: Some(100), ..RenderOptions::default() };
    let plain = String::from_utf8(render(&document(), &options).unwrap().bytes).unwrap();
    options.color = true;
    let mut painted = String::from_utf8(render(&document(), &options).unwrap().bytes).unwrap();
    assert!(painted.contains("\x1b[33m<- largest leak\x1b[0m\n"), "{painted}");
    for code in ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[33m"] {
        painted = painted.replace(code, "");
    }
    assert_eq!(painted, plain);
}

#[test]
fn one_table_formats_say_what_they_left_out() {
    let options = RenderOptions { format: Format::Csv, ..RenderOptions::default() };
    let rendered = render(&document(), &options).unwrap();
    assert_eq!(rendered.notes.len(), 1);
    assert_eq!(rendered.notes[0].text, "wrote table steps; --table picks another: leaks");
    let picked = RenderOptions { table: Some("conversion.leaks".to_owned()), ..options };
    let rendered = render(&document(), &picked).unwrap();
    assert_eq!((rendered.bytes.as_slice(), rendered.notes.len()), (b"name,share\n".as_slice(), 0));
}

#[test]
fn an_unknown_table_is_named_with_the_nearest() {
    let options = RenderOptions { format: Format::Csv, table: Some("leeks".to_owned()), ..RenderOptions::default() };
    let error = render(&document(), &options).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Usage);
    assert_eq!(error.message, "there is no table leeks");
    assert_eq!(error.hint.as_deref(), Some("did you mean leaks? tables: steps, leaks"));
}

#[test]
fn a_folder_gets_a_file_per_table() {
    let options = RenderOptions { format: Format::Csv, ..RenderOptions::default() };
    let files = render_files(&document(), &options).unwrap();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["steps.csv", "leaks.csv"]);
    let mut report = document();
    report.command = "report".to_owned();
    report.sections[0].tables[0].name = "../conversion.steps".to_owned();
    assert_eq!(render_files(&report, &options).unwrap()[0].name, "_conversion.steps.csv");
}

#[test]
fn a_result_without_tables_is_no_csv() {
    let options = RenderOptions { format: Format::Ndjson, ..RenderOptions::default() };
    assert_eq!(render(&Document::default(), &options).unwrap_err().kind, ErrorKind::Usage);
}

fn any_cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        Just(Cell::Missing),
        any::<u64>().prop_map(Cell::Count),
        any::<f64>().prop_map(Cell::Share),
        any::<f64>().prop_map(Cell::Number),
        any::<i128>().prop_map(|value| Cell::Money(Decimal(value))),
        any::<f64>().prop_map(Cell::Elapsed),
        any::<i64>().prop_map(Cell::Instant),
        any::<String>().prop_map(Cell::Text),
        any::<bool>().prop_map(Cell::Flag),
    ]
}

fn any_kind() -> impl Strategy<Value = ColumnType> {
    prop::sample::select(vec![ColumnType::Text, ColumnType::Count, ColumnType::Share, ColumnType::Time])
}

prop_compose! {
    fn any_view()(
        columns in prop::collection::vec((any::<String>(), 0_usize..9, 0_u8..4, 0_u8..4), 0..9),
        marks in prop::collection::vec((0_usize..6, any::<String>()), 0..3),
        caption in prop::collection::vec(any::<String>(), 0..3),
    ) -> View {
        let content = |kind, at| match kind {
            0 => ViewContent::Bar(at),
            1 => ViewContent::Interval { value: at, low: at + 1, high: at / 2 },
            _ => ViewContent::Value(at),
        };
        let columns =
            columns.into_iter().map(|(label, at, kind, expendable)| view_column(&label, content(kind, at), expendable));
        View { columns: columns.collect(), marks, caption }
    }
}

prop_compose! {
    fn any_table()(
        kinds in prop::collection::vec((any::<String>(), any_kind()), 0..8),
        rows in prop::collection::vec(prop::collection::vec(any_cell(), 0..9), 0..5),
        title in any::<String>(),
        view in prop::option::of(any_view()),
    ) -> Table {
        let columns: Vec<(&str, ColumnType)> = kinds.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        Table { rows, view, ..Table::new("t", &title, &columns) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_line_is_wider_than_the_terminal(
        table in any_table(),
        lines in prop::collection::vec(any::<String>(), 0..3),
        columns in prop::sample::select(vec![40_usize, 60, 80, 120, 200]),
    ) {
        let sections = vec![Section { title: "Section".to_owned(), lines, tables: vec![table] }];
        let document = Document { sections, ..Document::default() };
        let options = RenderOptions { width: Some(columns), ..RenderOptions::default() };
        let text = String::from_utf8(render(&document, &options).unwrap().bytes).unwrap();
        for line in text.lines() {
            prop_assert!(width(line) <= columns, "{} > {columns}: {line:?}", width(line));
            prop_assert!(!line.contains(super::escape::is_hazard), "{line:?}");
        }
        let options = RenderOptions { format: Format::Markdown, ..options };
        let text = String::from_utf8(render(&document, &options).unwrap().bytes).unwrap();
        prop_assert!(!text.replace('\n', "").contains(super::escape::is_hazard));
        let options = RenderOptions { format: Format::Json, ..options };
        let value: serde_json::Value = serde_json::from_slice(&render(&document, &options).unwrap().bytes).unwrap();
        prop_assert_eq!(value["tables"][0]["name"].as_str(), Some("t"));
    }

    #[test]
    fn wild_widths_do_no_harm(columns in any::<usize>()) {
        prop_assert!(table_text(columns).contains("12,400"));
    }

    #[test]
    fn readable_tables_fit_every_width(columns in 40_usize..200) {
        let text = table_text(columns);
        for line in text.lines() {
            prop_assert!(width(line) <= columns);
        }
        for number in ["12,400", "5,580", "620"] {
            prop_assert!(text.contains(number));
        }
    }
}
