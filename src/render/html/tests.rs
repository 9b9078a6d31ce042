//! Whole pages: every kind of picture, hostile text in every place, and markup that closes what it opens.

use super::render;
use crate::document::{
    Cell, Chart, ColumnType, Document, FileAccount, Measure, Note, Section, SourceAccount, Table, View, ViewColumn,
    ViewContent,
};
use crate::model::decimal::Decimal;
use crate::render::Locale;
use chrono::{Days, NaiveDate};

/// Text that would be markup, a handler, a style or a terminal's command if it were not escaped.
const HOSTILE: &str = "</script><script>alert(1)</script>\" onload='x' --></style>&\u{202e}\x1b[2J";

fn text(value: &str) -> Cell {
    Cell::Text(value.to_owned())
}

fn measure(value: usize) -> Measure {
    Measure { value, low: Some(value + 1), high: Some(value + 2) }
}

fn funnel() -> Table {
    let columns = [
        ("name", ColumnType::Text),
        ("entered", ColumnType::Count),
        ("open", ColumnType::Count),
        ("rate", ColumnType::Share),
        ("low", ColumnType::Share),
        ("high", ColumnType::Share),
    ];
    let mut table = Table::new("steps", "Steps", &columns);
    let share = Cell::Share;
    table.rows = vec![
        vec![text("Lead"), Cell::Count(12_400), Cell::Count(310), Cell::Missing, Cell::Missing, Cell::Missing],
        vec![text("Qualified <b>"), Cell::Count(5_580), Cell::Count(0), share(0.45), share(0.441), share(0.459)],
        vec![text("Won"), Cell::Count(620), Cell::Count(0), share(0.111), share(0.103), share(0.12)],
    ];
    let column = |label: &str, content| ViewColumn { label: label.to_owned(), content, expendable: 0 };
    table.view = Some(View {
        columns: vec![
            column("Step", ViewContent::Value(0)),
            column("Entered", ViewContent::Value(1)),
            column("From previous", ViewContent::Interval { value: 3, low: 4, high: 5 }),
            column("", ViewContent::Bar(1)),
        ],
        marks: vec![(2, "largest leak".to_owned())],
        caption: vec!["Best attempt, window 90 days.".to_owned()],
    });
    table.chart = Some(Chart::Funnel { label: 0, count: 1, rate: Some(measure(3)), open: Some(2) });
    table
}

fn trend(groups: &[&str]) -> Table {
    let columns = [
        ("channel", ColumnType::Text),
        ("period", ColumnType::Date),
        ("entered", ColumnType::Count),
        ("rate", ColumnType::Share),
        ("low", ColumnType::Share),
        ("high", ColumnType::Share),
    ];
    let mut table = Table::new("by_week", "By week", &columns);
    let start = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
    for (at, group) in groups.iter().enumerate() {
        for week in 0..14_u32 {
            let rate = 0.12 + 0.01 * f64::from(week % 5) + 0.03 * f64::from(u32::try_from(at).unwrap());
            let cells = if week == 6 {
                [Cell::Missing, Cell::Missing, Cell::Missing]
            } else {
                [rate, rate - 0.04, rate + 0.05].map(Cell::Share)
            };
            let mut row = vec![
                text(group),
                Cell::Date(start + Days::new(u64::from(week) * 7)),
                Cell::Count(u64::from(40 + week * 7 % 60)),
            ];
            row.extend(cells);
            table.rows.push(row);
        }
    }
    let series = if groups.len() > 1 { vec![0] } else { Vec::new() };
    table.chart = Some(Chart::Trend { period: 1, series, value: measure(3), size: Some(2), unfinished: vec![12, 13] });
    table
}

fn curve() -> Table {
    let columns = [
        ("plan", ColumnType::Text),
        ("time", ColumnType::Elapsed),
        ("survival", ColumnType::Share),
        ("low", ColumnType::Share),
        ("high", ColumnType::Share),
    ];
    let mut table = Table::new("survival", "Customers who stay", &columns);
    for (plan, loss) in [("Basic", 0.045), ("Pro", 0.02)] {
        for month in 1..=18 {
            let survival = (-loss * f64::from(month)).exp();
            let shares = [survival, survival - 0.05, (survival + 0.04).min(1.0)].map(Cell::Share);
            table.rows.push(
                [text(plan), Cell::Elapsed(f64::from(month) * 30.0 * 86_400.0)].into_iter().chain(shares).collect(),
            );
        }
    }
    table.chart = Some(Chart::Curve { x: 1, series: vec![0], lines: vec![measure(2)], step: true, start: Some(1.0) });
    table
}

fn heat(ages: u32) -> Table {
    let columns = [
        ("cohort", ColumnType::Date),
        ("period", ColumnType::Count),
        ("rate", ColumnType::Share),
        ("complete", ColumnType::Flag),
    ];
    let mut table = Table::new("cohorts", "Retention by cohort", &columns);
    for cohort in 0..ages {
        let date = NaiveDate::from_ymd_opt(2025, 1 + cohort % 12, 1).unwrap();
        for age in 0..ages - cohort {
            let rate = if age == 0 { 1.0 } else { 0.62 / f64::from(age).sqrt() - 0.01 * f64::from(cohort % 4) };
            let complete = age == 0 || age + 1 < ages - cohort;
            table.rows.push(vec![
                Cell::Date(date),
                Cell::Count(u64::from(age)),
                Cell::Share(rate.max(0.0)),
                Cell::Flag(complete),
            ]);
        }
    }
    table.chart = Some(Chart::HeatMap { row: 0, column: 1, value: 2, complete: Some(3) });
    table
}

fn amounts(chart: Chart) -> Table {
    let mut table = Table::new("items", "Pipeline", &[("item", ColumnType::Text), ("value", ColumnType::Money)]);
    let items = [("Start", 420_000), ("New", 185_000), ("Won", -142_000), ("Lost", -96_500), ("End", 366_500)];
    table.rows = items.map(|(item, value)| vec![text(item), Cell::Money(Decimal::from_integer(value))]).to_vec();
    table.chart = Some(chart);
    table
}

/// A document with every kind of picture.
fn gallery() -> Document {
    let tables = vec![
        funnel(),
        trend(&["all"]),
        trend(&["ads", "mail", "search", "social", "partners", "events", "direct", "other"]),
        curve(),
        heat(12),
        amounts(Chart::Bars { label: vec![0], value: Measure::plain(1) }),
        amounts(Chart::Waterfall { label: 0, value: 1, totals: vec![0, 4], minus: vec![] }),
    ];
    let sections = vec![
        Section { title: "Gallery".to_owned(), lines: vec!["620 of 12,400 leads were won.".to_owned()], tables },
        Section { title: "Empty".to_owned(), lines: Vec::new(), tables: vec![Table::new("none", "Nothing", &[])] },
    ];
    Document { command: "report".to_owned(), title: "Gallery".to_owned(), sections, ..Document::default() }
}

pub fn page(document: &Document) -> String {
    String::from_utf8(render(document, None, Locale::En, None)).unwrap()
}

/// Fails where markup does not close what it opens, or an attribute has no quotes.
pub fn assert_well_formed(page: &str) {
    const VOID: [&str; 2] = ["meta", "!DOCTYPE"];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let tag = &rest[start + 1..];
        let end = tag.find('>').expect("a tag ends");
        let inside = &tag[..end];
        let name = inside.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap();
        assert_eq!(inside.matches('"').count() % 2, 0, "quotes in <{inside}>");
        if inside.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "</{name}> closes another element");
        } else if !inside.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
        rest = &tag[end + 1..];
        if name == "style" && !inside.starts_with('/') {
            rest = &rest[rest.find("</style>").expect("the style ends")..];
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
}

#[test]
fn every_kind_of_picture_is_drawn_twice_and_described() {
    let page = page(&gallery());
    assert_well_formed(&page);
    assert_eq!(page.matches("<figure>").count(), 7);
    assert_eq!(page.matches("<svg class=\"wide").count(), 7);
    assert_eq!(page.matches("<svg class=\"narrow").count(), 7);
    assert_eq!(page.matches("<desc ").count(), 14);
    let ids: Vec<&str> = page.match_indices(" id=\"").map(|(at, _)| &page[at..at + 30]).collect();
    let unique: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(ids.len(), unique.len(), "an id stands twice");
    assert!(!page.contains("NaN") && !page.contains("inf\""), "a coordinate is no number");
}

#[test]
fn the_funnel_says_what_is_lost_on_the_way() {
    let page = page(&gallery());
    // 12,400 - 5,580 = 6,820 and 5,580 - 620 = 4,960; 620 / 12,400 = 5 %.
    assert!(page.contains("↓ 45.0 % (44.1-45.9) go on · 6,820 do not, 310 of them still open"));
    assert!(page.contains("class=\"warn\"") && page.contains("4,960 do not"));
    assert!(page.contains(">5.0 %</text>"));
}

#[test]
fn a_gap_breaks_the_line_and_open_periods_are_hollow() {
    let table = Table { title: "Trend".to_owned(), ..trend(&["all"]) };
    let sections = vec![Section { tables: vec![table], ..Section::default() }];
    let page = page(&Document { sections, ..Document::default() });
    // 14 periods of which one is missing, each drawn for both widths; the last two are not final.
    assert_eq!(page.matches("<circle").count(), 2 * 13);
    assert_eq!(page.matches("class=\"dot s0 part\"").count(), 2 * 2);
    assert!(page.contains("not final yet") && page.contains("2026-01-05: 12.0 % (8.0-17.0)"));
    // Runs of 6 and 7 points have 5 and 6 parts, the last two of them dashed.
    assert_eq!(page.matches("<path class=\"line s0\"").count(), 2 * (5 + 4));
    assert_eq!(page.matches("<path class=\"line s0 part\"").count(), 2 * 2);
}

#[test]
fn lines_that_are_not_drawn_are_told() {
    let page = page(&gallery());
    assert!(page.contains("2 more in the table"));
    assert!(page.contains("line s5") && !page.contains("line s6"));
}

#[test]
fn a_waterfall_stands_on_what_came_before() {
    let page = page(&gallery());
    assert!(page.contains(">+185,000</text>") && page.contains(">-142,000</text>") && page.contains(">366,500</text>"));
    assert_eq!(page.matches("<rect class=\"plus\"").count(), 2);
    // Bars below zero, and two parts that take away; each twice.
    assert_eq!(page.matches("<rect class=\"minus\"").count(), 2 * 2 + 2 * 2);
}

#[test]
fn tables_have_scopes_numbers_and_one_row_is_figures() {
    let mut one = Table::new("overall", "Overall", &[("entered", ColumnType::Count), ("rate", ColumnType::Share)]);
    one.rows = vec![vec![Cell::Count(1234), Cell::Share(0.5)]];
    let mut document = gallery();
    document.sections[0].tables.push(one);
    let page = page(&document);
    assert!(page.contains("<th scope=\"row\" class=\"t\">Lead</th><td class=\"n\">12,400</td>"), "{page}");
    assert!(page.contains("45.0 % <span class=\"ci\">(44.1-45.9)</span>"));
    assert!(page.contains("<span class=\"mark\">largest leak</span>"));
    assert!(page.contains("<dl class=\"tiles\"><div><dt>entered</dt><dd>1,234</dd></div>"));
    assert!(page.contains("(no rows)"));
    assert!(page.contains("All 78 rows"), "a heat map of 12 cohorts has 78 cells");
}

#[test]
fn text_from_files_is_never_markup() {
    let mut table = Table::new(HOSTILE, HOSTILE, &[(HOSTILE, ColumnType::Text), ("n", ColumnType::Count)]);
    table.rows = vec![vec![text(HOSTILE), Cell::Count(2)], vec![text(HOSTILE), Cell::Count(1)]];
    let view_column = ViewColumn { label: HOSTILE.to_owned(), content: ViewContent::Value(0), expendable: 0 };
    table.view = Some(View {
        columns: vec![view_column],
        marks: vec![(0, HOSTILE.to_owned())],
        caption: vec![HOSTILE.to_owned()],
    });
    let charts = [
        Chart::Bars { label: vec![0], value: Measure::plain(1) },
        Chart::Funnel { label: 0, count: 1, rate: Some(Measure::plain(1)), open: Some(1) },
        Chart::Trend { period: 0, series: vec![0], value: Measure::plain(1), size: Some(1), unfinished: vec![0] },
        Chart::HeatMap { row: 0, column: 0, value: 1, complete: None },
        Chart::Waterfall { label: 0, value: 1, totals: vec![], minus: vec![1] },
        Chart::Curve { x: 1, series: vec![0], lines: vec![Measure::plain(1)], step: true, start: Some(0.0) },
    ];
    let tables = charts.into_iter().map(|chart| Table { chart: Some(chart), ..table.clone() });
    let account = FileAccount { path: HOSTILE.to_owned(), records: 2, loaded: 2, ..FileAccount::default() };
    let document = Document {
        command: HOSTILE.to_owned(),
        title: HOSTILE.to_owned(),
        as_of: Some(0),
        settings: vec![(HOSTILE.to_owned(), serde_json::json!([HOSTILE, {HOSTILE: HOSTILE}]))],
        sources: vec![SourceAccount {
            preset: None,
            name: HOSTILE.to_owned(),
            kind: HOSTILE.to_owned(),
            columns: vec![(HOSTILE.to_owned(), HOSTILE.to_owned())],
            files: vec![account],
        }],
        sections: vec![
            Section { title: HOSTILE.to_owned(), lines: vec![HOSTILE.to_owned(); 5], tables: tables.collect() },
            Section { title: HOSTILE.to_owned(), lines: vec![HOSTILE.to_owned()], tables: vec![table.clone()] },
        ],
        notes: vec![Note::warning(HOSTILE, HOSTILE), Note::note(HOSTILE, HOSTILE)],
    };
    let page = page(&document);
    assert_well_formed(&page);
    assert!(!page.contains("<script") && !page.contains("\" onload") && !page.contains('\u{202e}'));
    assert!(!page.contains('\x1b') && page.matches("</style>").count() == 1);
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let page = page(&gallery());
    for word in ["http:", "https:", "//", "<script", "<link", "<img", "src=", "@import", "url(", "javascript:"] {
        assert!(!page.contains(word), "the page holds {word}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn less_than_two_points_leave_the_table_alone() {
    let mut table = funnel();
    table.rows.truncate(1);
    let sections = vec![Section { tables: vec![table], ..Section::default() }];
    let page = page(&Document { sections, ..Document::default() });
    assert!(!page.contains("<figure>") && page.contains("12,400"));
}

#[test]
fn an_empty_document_is_a_page() {
    assert_well_formed(&page(&Document::default()));
}

#[test]
fn a_whisker_that_leaves_the_picture_has_no_cap() {
    let columns = [
        ("channel", ColumnType::Text),
        ("rate", ColumnType::Share),
        ("low", ColumnType::Share),
        ("high", ColumnType::Share),
    ];
    let mut table = Table::new("by_channel", "By channel", &columns);
    let row = |name: &str, shares: [f64; 3]| std::iter::once(text(name)).chain(shares.map(Cell::Share)).collect();
    // The picture reaches to 0.2 * 1.75 = 0.35.
    table.rows = vec![row("a", [0.2, 0.15, 0.3]), row("b", [0.1, 0.0, 0.9])];
    table.chart = Some(Chart::Bars { label: vec![0], value: measure(1) });
    let sections = vec![Section { tables: vec![table], ..Section::default() }];
    let page = page(&Document { sections, ..Document::default() });
    // A line and two caps for the first, a line and one cap for the second; each twice.
    assert_eq!(page.matches("<line class=\"whisker\"").count(), 2 * 5);
}
