//! Parquet logs read by their row groups: whatever a writer chose, the answer is that of the same log as text, and a
//! damaged file is an error.

use crate::world::{Run, World};
use polars::prelude::{
    Column, DataFrame, DataType, NamedFrom, ParquetCompression, ParquetWriter, Series, TimeUnit, TimeZone as PolarsZone,
};
use std::fs::File;

/// A plain generator of numbers, the same at each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(limit)).expect("less than a u32")
    }

    fn index(&mut self, length: usize) -> usize {
        self.below(u32::try_from(length).expect("short")) as usize
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ids {
    Texts,
    Numbers,
}

struct Record {
    user: Option<String>,
    event: Option<&'static str>,
    /// Milliseconds.
    time: Option<i64>,
    channel: Option<&'static str>,
}

const EVENTS: [&str; 5] = ["visit", "signup", "buy", "", "an event whose name is longer than twelve bytes"];

/// A log with cells that are missing (where `gaps` says so) and ids that are numbers or go beyond ASCII.
fn log(dice: &mut Dice, gaps: bool, ids: Ids) -> Vec<Record> {
    let mut missing = |share: u32| gaps && dice.below(share) == 0;
    let holes: Vec<[bool; 4]> = (0..3000).map(|_| [missing(40), missing(40), missing(40), missing(3)]).collect();
    let records = holes.into_iter().map(|[user, event, time, channel]| {
        let id = dice.below(400);
        let name = EVENTS[dice.index(if gaps { 5 } else { 3 })];
        let at = 1_700_000_000_000 + i64::from(dice.below(2_592_000_000));
        Record {
            user: (!user).then(|| match ids {
                Ids::Texts if id.is_multiple_of(7) => format!("{id}-é"),
                Ids::Texts => format!("user {id}"),
                Ids::Numbers => (i64::from(id) - 200).to_string(),
            }),
            event: (!event).then_some(name),
            time: (!time).then_some(at),
            channel: (!channel).then(|| ["ads", "seo"][dice.index(2)]),
        }
    });
    records.collect()
}

fn text(log: &[Record]) -> String {
    let rows = log.iter().map(|record| {
        let time = record.time.and_then(chrono::DateTime::from_timestamp_millis);
        let time = time.map(|time| time.format("%Y-%m-%d %H:%M:%S%.3f").to_string()).unwrap_or_default();
        let user = record.user.as_deref().unwrap_or_default();
        format!("{user},{},{time},{}\n", record.event.unwrap_or_default(), record.channel.unwrap_or_default())
    });
    std::iter::once("user_id,event,timestamp,channel\n".to_owned()).chain(rows).collect()
}

/// The log as Parquet with these choices of the writer.
fn write(world: &World, log: &[Record], ids: Ids, unit: TimeUnit, rows: usize, packing: ParquetCompression) {
    let per_milli = match unit {
        TimeUnit::Milliseconds => 1,
        TimeUnit::Microseconds => 1_000,
        TimeUnit::Nanoseconds => 1_000_000,
    };
    let users: Vec<Option<&str>> = log.iter().map(|record| record.user.as_deref()).collect();
    let events: Vec<Option<&str>> = log.iter().map(|record| record.event).collect();
    let times: Vec<Option<i64>> = log.iter().map(|record| record.time.map(|time| time * per_milli)).collect();
    let channels: Vec<Option<&str>> = log.iter().map(|record| record.channel).collect();
    let kind = DataType::Datetime(unit, (rows.is_multiple_of(2)).then_some(PolarsZone::UTC));
    let users = Series::new("user_id".into(), users);
    // What is no number would become missing, and be noticed.
    let users = match ids {
        Ids::Texts => users,
        Ids::Numbers => users.cast(&if rows == 97 { DataType::Int32 } else { DataType::Int64 }).expect("numbers"),
    };
    let columns = vec![
        Column::from(users),
        Column::from(Series::new("event".into(), events)),
        Column::from(Series::new("timestamp".into(), times).cast(&kind).expect("times")),
        Column::from(Series::new("channel".into(), channels)),
    ];
    let mut frame = DataFrame::new(log.len(), columns).expect("a frame");
    ParquetWriter::new(File::create(world.path().join("log.parquet")).expect("a file"))
        .with_compression(packing)
        .with_row_group_size(Some(rows))
        .with_data_page_size(Some(4096))
        .finish(&mut frame)
        .expect("a file");
}

fn funnel(world: &World, name: &str, more: &[&str]) -> Run {
    let steps = ["--steps", "visit,signup,buy", "--window", "7d", "--max-rejects", "100%", "--format", "json"];
    world.run(&[&["conversion", name], &steps[..], more].concat())
}

/// Tables and accounts of a run, without the names of its files. A record that has nothing but a channel is blank where
/// the channel is not read, and a reject where it is.
fn told(run: &Run) -> (serde_json::Value, [u64; 3]) {
    run.expect(0);
    let json = run.json();
    let file = &json["sources"][0]["files"][0];
    let count = |name: &str| file[name].as_u64().expect("a count");
    (json["tables"].clone(), [count("records"), count("loaded"), count("rejected") + count("blank")])
}

#[test]
fn a_parquet_log_says_what_the_same_text_says() {
    let packings = [
        ParquetCompression::Zstd(None),
        ParquetCompression::Snappy,
        ParquetCompression::Uncompressed,
        ParquetCompression::Lz4Raw,
    ];
    let units = [TimeUnit::Milliseconds, TimeUnit::Microseconds, TimeUnit::Nanoseconds];
    let mut dice = Dice(7);
    for (round, packing) in packings.into_iter().enumerate() {
        for (gaps, ids) in [(false, Ids::Texts), (true, Ids::Texts), (false, Ids::Numbers), (true, Ids::Numbers)] {
            let world = World::new();
            let log = log(&mut dice, gaps, ids);
            world.file("log.csv", text(&log));
            for (unit, rows) in units.into_iter().zip([97, 500 + 2 * round, 10_000]) {
                write(&world, &log, ids, unit, rows, packing);
                for more in [&[][..], &["--by", "channel"], &["--where", "channel = 'ads'"]] {
                    let (parquet, text) = (funnel(&world, "log.parquet", more), funnel(&world, "log.csv", more));
                    assert_eq!(told(&parquet), told(&text), "{packing:?} {ids:?} {unit:?} {rows} {more:?}");
                }
            }
        }
    }
}

/// Bytes changed at random: an answer (where a value is another now) or an error, and nothing of the reader's panic.
#[test]
fn a_damaged_parquet_log_is_an_error_of_the_file() {
    let mut dice = Dice(11);
    let world = World::new();
    let log = log(&mut dice, true, Ids::Texts);
    let mut failed = 0;
    for round in 0..120_u32 {
        let packing =
            if round.is_multiple_of(2) { ParquetCompression::Zstd(None) } else { ParquetCompression::Uncompressed };
        write(&world, &log, Ids::Texts, TimeUnit::Milliseconds, 300, packing);
        let path = world.path().join("log.parquet");
        let mut bytes = std::fs::read(&path).expect("the file");
        for _ in 0..=dice.below(4) {
            let place = dice.index(bytes.len());
            bytes[place] = u8::try_from(dice.below(256)).expect("a byte");
        }
        std::fs::write(&path, bytes).expect("the file");
        let run = funnel(&world, "log.parquet", &[]);
        assert!(matches!(run.code, Some(0 | 1 | 3)), "{}", run.block());
        assert!(!run.stderr.contains("panicked"), "{}", run.block());
        if run.code == Some(1) {
            assert!(run.stderr.contains("log.parquet"), "{}", run.block());
            failed += 1;
        }
    }
    assert!(failed > 20, "{failed} of 120");
}
