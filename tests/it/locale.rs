//! `--locale`: what people read is in their language, what machines read never changes.

use crate::world::{World, repository};
use std::collections::BTreeSet;
use std::path::Path;

const LANGUAGES: [&str; 3] = ["fr", "de", "es"];
const EXAMPLES: [&str; 4] = ["saas", "crm", "shop", "subscription"];
/// Every command, with the options that bring further tables.
const COMMANDS: [&[&str]; 19] = [
    &["report"],
    &["conversion"],
    &["conversion", "--every", "month", "--histogram"],
    &["conversion", "--by", "channel", "--compare", "rest"],
    &["cycle"],
    &["cycle", "--by", "Deal owner"],
    &["pipeline"],
    &["leads"],
    &["cost"],
    &["attribution"],
    &["cohort"],
    &["cohort", "--measure", "revenue"],
    &["churn"],
    &["churn", "--every", "year"],
    &["lifecycle"],
    &["value"],
    &["value", "--every", "quarter"],
    &["paths"],
    &["check"],
];

fn example(name: &str) -> World {
    let world = World::new();
    world.folder(&repository().join("examples").join(name));
    world
}

#[test]
fn numbers_are_written_as_the_language_does() {
    let world = World::new();
    // 12,345 users enter on one day; 1,234 of them go on: 9.996 %.
    let visits = (0..12_345).map(|user| format!("{user},visit,2026-01-01T00:00:00Z\n"));
    let orders = (0..1_234).map(|user| format!("{user},order,2026-01-02T00:00:00Z\n"));
    let log: String = std::iter::once("id,event,time\n".to_owned()).chain(visits).chain(orders).collect();
    world.file("log.csv", log);
    let written = [
        ("en", "12,345", "1,234", "10.0 %", "Conversion by step"),
        ("fr", "12\u{202f}345", "1\u{202f}234", "10,0\u{202f}%", "Conversion par étape"),
        ("de", "12.345", "1.234", "10,0\u{a0}%", "Konversion je Schritt"),
        ("es", "12.345", "1234", "10,0\u{a0}%", "Conversión por paso"),
    ];
    for (locale, entered, converted, rate, title) in written {
        for format in ["table", "markdown", "html"] {
            let arguments = ["conversion", "log.csv", "--steps", "visit,order", "--locale", locale, "--format", format];
            let run = world.run(&arguments);
            for text in [entered, converted, rate, title] {
                assert!(run.expect(0).text().contains(text), "{text}\n{}", run.block());
            }
            let language = format!("<html lang=\"{locale}\">");
            assert_eq!(run.text().contains(&language), format == "html", "{}", run.block());
        }
    }
}

#[test]
fn machines_read_the_same_in_every_language() {
    let world = example("shop");
    for format in ["csv", "ndjson"] {
        let english = world.run(&["cost", "--by", "channel", "--format", format]);
        for locale in LANGUAGES {
            let other = world.run(&["cost", "--by", "channel", "--format", format, "--locale", locale]);
            assert_eq!(other.expect(0).stdout, english.stdout, "{format} {locale}");
        }
    }
    let english = world.run(&["report", "--format", "json"]);
    let french = world.run(&["report", "--format", "json", "--locale", "fr"]);
    assert_eq!(french.tables_text(), english.tables_text());
}

#[test]
fn the_language_is_a_setting_like_others() {
    let world = example("saas");
    let flag = world.run(&["conversion", "--locale", "de"]);
    let mut command = world.command(&["conversion"]);
    let variable = crate::world::Run::of(command.env("FUNNEL_LOCALE", "de"));
    let file = world.read("funnel.toml").replace("[funnel]", "[funnel]\nlocale = \"de\"");
    world.file("funnel.toml", file);
    let file = world.run(&["conversion"]);
    for run in [&variable, &file] {
        assert_eq!(run.expect(0).stdout, flag.expect(0).stdout, "{}", run.block());
    }
    assert!(file.text().contains("Vom vorigen"), "{}", file.block());
    world.run(&["conversion", "--locale", "it"]).expect_error(2, &["locale", "it"]);
}

#[test]
fn a_column_of_the_data_keeps_its_name() {
    let world = World::new();
    world.file("log.csv", "id,event,time,Value\n1,a,2026-01-01,Won\n2,a,2026-01-01,lost\n1,b,2026-01-02,Won\n");
    let run = world.run(&["conversion", "log.csv", "--steps", "a,b", "--by", "Value", "--locale", "fr"]);
    let text = run.expect(0).text();
    assert!(text.contains("Value") && text.contains("Won") && text.contains("lost"), "{}", run.block());
}

/// The texts of a run as Markdown: titles and labels, and the sentences.
fn texts(run: &str) -> (Vec<&str>, Vec<&str>) {
    let lines: Vec<&str> = run.lines().collect();
    let (mut labels, mut sentences) = (Vec::new(), Vec::new());
    for (at, line) in lines.iter().enumerate() {
        let is_header = lines.get(at + 1).is_some_and(|next| next.starts_with("| :-") || next.starts_with("| -"));
        match line.chars().next() {
            Some('#') => labels.push(line.trim_start_matches(['#', ' '])),
            Some('|') if is_header => labels.extend(line.trim_matches(['|', ' ']).split(" | ").map(str::trim)),
            Some('|') | None => {}
            Some(_) => sentences.push(line.trim_matches('*')),
        }
    }
    (labels, sentences)
}

/// What the table of a language holds, whatever it says: some words are the same in both.
fn known(locale: &str) -> BTreeSet<String> {
    let path = repository().join(format!("src/render/locale/{locale}.toml"));
    let table: toml::Table = std::fs::read_to_string(path).expect("a table").parse().expect("TOML");
    ["texts", "columns"].iter().flat_map(|name| table[*name].as_table().expect("texts").keys().cloned()).collect()
}

/// Titles, labels and headings are complete; the sentences that stay English are listed, and are the smaller part.
#[test]
fn every_label_of_every_command_is_there() {
    for locale in LANGUAGES {
        let known = known(locale);
        let (mut missing, mut english, mut sentences) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for name in EXAMPLES {
            let world = example(name);
            // A column of the data keeps its name.
            let files = world
                .names()
                .into_iter()
                .filter(|file| Path::new(file).extension().is_some_and(|found| found == "csv"));
            let headers: Vec<String> =
                files.filter_map(|file| Some(world.read(&file).lines().next()?.to_owned())).collect();
            let of_data: Vec<&str> = headers.iter().flat_map(|header| header.split(',')).collect();
            for command in COMMANDS {
                let first = world.run(&[command, &["--format", "markdown", "--quiet"]].concat());
                if first.code != Some(0) {
                    continue;
                }
                let other = world.run(&[command, &["--format", "markdown", "--quiet", "--locale", locale]].concat());
                let ((labels, lines), (own_labels, own_lines)) = (texts(first.text()), texts(other.expect(0).text()));
                assert_eq!((labels.len(), lines.len()), (own_labels.len(), own_lines.len()), "{}", other.block());
                for (label, own) in labels.iter().zip(own_labels) {
                    let is_data = label.chars().next().is_none_or(|first| first.is_ascii_digit())
                        || of_data.contains(label)
                        || command.contains(&label.replace('\\', "").as_str());
                    let title = label.rsplit_once(": ").map_or(*label, |(_, title)| title);
                    if *label == own && !is_data && !known.contains(title) {
                        missing.insert((*label).to_owned());
                    }
                }
                for (line, own) in lines.iter().zip(own_lines) {
                    sentences.insert((*line).to_owned());
                    if *line == own {
                        english.insert((*line).to_owned());
                    }
                }
            }
        }
        eprintln!("{locale}: {} of {} lines are English:", english.len(), sentences.len());
        for line in &english {
            eprintln!("  {line}");
        }
        assert!(missing.is_empty(), "src/render/locale/{locale}.toml lacks {missing:#?}");
        assert!(sentences.len() > 100 && english.len() * 2 < sentences.len(), "{locale}: too much stays English");
    }
}

/// The summary of a page is its statements, in every language.
#[test]
fn the_page_tells_its_statements() {
    let world = example("crm");
    for (locale, statement) in [
        ("en", "The biggest leak is after Qualified: 47 of 124 deals (37.9 %)"),
        ("fr", "La plus grosse fuite est après Qualified\u{a0}: 47 affaires sur 124 (37,9\u{202f}%)"),
        ("de", "Das größte Leck liegt nach Qualified: "),
        ("es", "Qualified: "),
    ] {
        let run = world.run(&["report", "--format", "html", "--quiet", "--locale", locale]);
        let page = run.expect(0).text();
        let (_, summary) = page.split_once("<div class=\"summary\">").expect("a summary");
        let (summary, _) = summary.split_once("</dl>").expect("a list");
        assert!(summary.contains(statement), "{locale}: {summary}");
        assert!(!summary.contains(">leak<") && !summary.contains(">stuck<"), "{locale}: {summary}");
    }
}
