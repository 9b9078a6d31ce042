//! The same data in another order, cut, dressed or packed otherwise give the same tables, byte for byte.

use crate::reference_binary::Random;
use crate::world::World;
use std::fmt::Write as _;
use std::io::Write as _;

const HEADER: [&str; 5] = ["user_id", "event", "timestamp", "channel", "paid"];
const EVENTS: [&str; 5] = ["visit", "signup", "view", "cart", "buy"];
const CHANNELS: [&str; 6] = ["ads", "seo", "", "social, paid", "caf\u{e9}", "say \"hi\""];

type Row = [String; 5];

fn below(random: &mut Random, bound: usize) -> usize {
    usize::try_from(random.below(bound as u64)).expect("small")
}

/// Six hundred events of ninety units in three weeks, to the full hour so that many are equal.
fn rows() -> Vec<Row> {
    let mut random = Random(2026);
    let mut rows: Vec<Row> = (0..600)
        .map(|_| {
            let event = EVENTS[below(&mut random, 5)];
            let (day, hour) = (1 + below(&mut random, 21), below(&mut random, 24));
            let paid = if event == "buy" {
                format!("{}.{:02}", below(&mut random, 200), below(&mut random, 100))
            } else {
                String::new()
            };
            let unit = format!("u{:03}", below(&mut random, 90));
            [
                unit,
                event.to_owned(),
                format!("2026-03-{day:02} {hour:02}:00:00"),
                CHANNELS[below(&mut random, 6)].to_owned(),
                paid,
            ]
        })
        .collect();
    rows.sort_by(|one, other| one[2].cmp(&other[2]));
    rows
}

fn shuffled(rows: &[Row]) -> Vec<Row> {
    let (mut rows, mut random) = (rows.to_vec(), Random(99));
    for last in (1..rows.len()).rev() {
        rows.swap(last, below(&mut random, last + 1));
    }
    rows
}

/// Text of the rows with these columns, delimiter and line end; every field that needs it is quoted.
fn csv_of(rows: &[Row], columns: &[usize], delimiter: u8, quote_all: bool, end: &str) -> String {
    let terminator = if end == "\n" { csv::Terminator::Any(b'\n') } else { csv::Terminator::CRLF };
    let style = if quote_all { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(terminator)
        .quote_style(style)
        .from_writer(Vec::new());
    writer.write_record(columns.iter().map(|&column| HEADER[column])).expect("a header");
    for row in rows {
        writer.write_record(columns.iter().map(|&column| &row[column])).expect("a record");
    }
    String::from_utf8(writer.into_inner().expect("the text")).expect("UTF-8")
}

const ALL: [usize; 5] = [0, 1, 2, 3, 4];

fn plain(rows: &[Row]) -> String {
    csv_of(rows, &ALL, b',', false, "\n")
}

/// The analyses whose tables must stay the same.
const ANALYSES: [&[&str]; 4] = [
    &["--steps", "visit,view,buy", "--window", "3d"],
    &["--steps", "visit,signup,cart,buy", "--order", "any", "--window", "none", "--by", "channel", "--top", "3"],
    &["--steps", "view,view,cart", "--window", "7d", "--every", "week", "--timezone", "Europe/Paris"],
    &["--step", "In: event in ('visit', 'view')", "--step", "Out: event <> 'signup'", "--where", "channel <> 'seo'"],
];

/// The text of the tables of every analysis over these files.
fn tables(world: &World, files: &[&str], more: &[&str]) -> String {
    ANALYSES.iter().fold(String::new(), |mut text, analysis| {
        let mut arguments = vec!["conversion"];
        arguments.extend(files.iter().chain(more).chain(*analysis));
        // Times without a zone are UTC here, as the ones that name it.
        arguments.extend(["--source-timezone", "UTC", "--value", "paid", "--format", "json", "--quiet"]);
        let _ = writeln!(text, "{}", world.run(&arguments).tables_text());
        text
    })
}

/// Writes the files, runs every analysis over them and compares with the plain file.
#[track_caller]
fn same(files: &[(&str, Vec<u8>)], more: &[&str]) {
    let world = World::new();
    world.file("plain.csv", plain(&rows()));
    for (name, content) in files {
        world.file(name, content);
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let expected = tables(&world, &["plain.csv"], &[]);
    assert!(expected.contains("\"entered\""), "{expected}");
    assert_eq!(tables(&world, &names, more), expected);
}

#[test]
fn in_another_order_of_rows() {
    same(&[("shuffled.csv", plain(&shuffled(&rows())).into_bytes())], &[]);
}

#[test]
fn cut_into_three_files_in_any_order() {
    let rows = shuffled(&rows());
    let part = |from: usize, to: usize| plain(&rows[from..to]).into_bytes();
    same(&[("c.csv", part(400, 600)), ("a.csv", part(0, 150)), ("b.csv", part(150, 400))], &[]);
}

#[test]
fn in_another_dialect() {
    let rows = rows();
    let semicolons = csv_of(&rows, &ALL, b';', false, "\r\n");
    same(&[("excel.csv", format!("\u{feff}{semicolons}").into_bytes())], &[]);
    same(&[("tabs.tsv", csv_of(&rows, &ALL, b'\t', true, "\n").into_bytes())], &[]);
    same(&[("pipes.csv", csv_of(&rows, &ALL, b'|', false, "\n").into_bytes())], &["--delimiter", "|"]);
}

#[test]
fn with_the_columns_in_another_order() {
    same(&[("columns.csv", csv_of(&rows(), &[4, 2, 0, 3, 1], b',', true, "\n").into_bytes())], &[]);
}

#[test]
fn with_times_written_otherwise() {
    let with = |change: &dyn Fn(&str) -> String| -> Vec<u8> {
        let rows: Vec<Row> = rows()
            .into_iter()
            .map(|row| {
                let time = change(&row[2]);
                let [id, event, _, channel, paid] = row;
                [id, event, time, channel, paid]
            })
            .collect();
        plain(&rows).into_bytes()
    };
    same(&[("iso.csv", with(&|time| format!("{}Z", time.replace(' ', "T"))))], &[]);
    same(&[("fraction.csv", with(&|time| format!("{time}.000")))], &[]);
    same(
        &[("european.csv", with(&|time| format!("{}/{}/{} {}", &time[8..10], &time[5..7], &time[..4], &time[11..])))],
        &[],
    );
    let epoch = |time: &str| {
        chrono::NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S")
            .expect("a time")
            .and_utc()
            .timestamp_millis()
            .to_string()
    };
    same(&[("epoch.csv", with(&epoch))], &[]);
}

#[test]
fn packed() {
    let text = plain(&rows());
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).expect("packing");
    same(&[("packed.csv.gz", gzip.finish().expect("packing"))], &[]);
    same(&[("packed.csv.zst", zstd::encode_all(text.as_bytes(), 0).expect("packing"))], &[]);
}

#[test]
fn as_ndjson() {
    let lines: String = rows().iter().fold(String::new(), |mut text, row| {
        let cells: Vec<String> = HEADER
            .iter()
            .zip(row)
            .map(|(name, cell)| format!("{}:{}", serde_json::json!(name), serde_json::json!(cell)))
            .collect();
        let _ = writeln!(text, "{{{}}}", cells.join(","));
        text
    });
    same(&[("log.ndjson", lines.into_bytes())], &[]);
}

#[test]
fn again() {
    let world = World::new();
    world.file("plain.csv", plain(&rows()));
    let arguments =
        ["conversion", "plain.csv", "--steps", "visit,buy", "--by", "channel", "--every", "day", "--format", "json"];
    let first = world.run(&arguments);
    first.expect(0);
    for _ in 0..5 {
        assert_eq!(world.run(&arguments).stdout, first.stdout, "the whole document, every time");
    }
}

#[test]
fn a_change_of_the_data_is_seen() {
    let world = World::new();
    let mut rows = rows();
    world.file("plain.csv", plain(&rows));
    rows.truncate(500);
    world.file("less.csv", plain(&rows));
    assert_ne!(tables(&world, &["plain.csv"], &[]), tables(&world, &["less.csv"], &[]));
}
