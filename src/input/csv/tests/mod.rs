//! The scanner as a whole: exactness of chunks, the rules of damage, dialects.

mod damage;
mod dialects;
mod exactness;

use super::{
    Account, Fault, Fields, Layout, ReadingOptions, RecordSink, RejectCount, Scan, ScanOptions, Sizes, detect, scan,
};
use crate::error::Result;
use crate::input::bytes::ByteSource;

/// Keeps all cells. A cell that is exactly `fault` is not accepted.
#[derive(Debug, Default)]
struct Keep(Vec<(u64, Vec<String>)>);

impl RecordSink for Keep {
    fn record(&mut self, line: u64, fields: &Fields<'_>) -> std::result::Result<(), Fault> {
        if let Some(slot) = (0..fields.len()).find(|slot| fields.get(*slot) == b"fault") {
            return Err(Fault { slot, reason: "not accepted" });
        }
        let cells = (0..fields.len()).map(|slot| String::from_utf8(fields.get(slot).to_vec()).unwrap());
        self.0.push((line, cells.collect()));
        Ok(())
    }
}

/// What came out of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    /// Physical line and cells.
    loaded: Vec<(u64, Vec<String>)>,
    /// Physical line, column and reason.
    rejects: Vec<(u64, Option<usize>, &'static str)>,
    counts: Vec<RejectCount>,
    account: Account,
}

impl Outcome {
    fn of(scan: Scan<Keep>) -> Self {
        let absolute = |first: u64, rows: Vec<(u64, Vec<String>)>| {
            rows.into_iter().map(move |(line, cells)| (first + line, cells))
        };
        Self {
            loaded: scan.chunks.into_iter().flat_map(|chunk| absolute(chunk.first_line, chunk.sink.0)).collect(),
            rejects: scan.rejects.into_iter().map(|reject| (reject.line, reject.column, reject.reason)).collect(),
            counts: scan.reject_counts,
            account: scan.account,
        }
    }

    fn lines(&self) -> Vec<u64> {
        self.loaded.iter().map(|(line, _)| *line).collect()
    }

    fn rejected(&self) -> Vec<(u64, &'static str)> {
        self.rejects.iter().map(|(line, _, reason)| (*line, *reason)).collect()
    }
}

/// In these tests a line looks like a row when its last cell but one looks like a time: begins with `2`.
fn looks_like_row(fields: &Fields<'_>) -> bool {
    fields.len() > 1 && fields.get(fields.len() - 2).starts_with(b"2")
}

fn scan_layout(text: &[u8], layout: &Layout, threads: usize, sizes: Sizes) -> Outcome {
    let source = ByteSource::from_bytes("x", text.to_vec());
    let options = ScanOptions { threads, sizes, looks_like_row: &looks_like_row, ..ScanOptions::default() };
    Outcome::of(scan(&source, layout, &options, &Keep::default).unwrap())
}

fn read_with(text: &[u8], options: &ReadingOptions, accepts: &dyn Fn(&[String]) -> bool) -> Result<(Layout, Outcome)> {
    let detected = detect(ByteSource::from_bytes("x", text.to_vec()), options, accepts)?;
    let mut layout = detected.layout;
    layout.wanted = (0..layout.header.len()).collect();
    let options = ScanOptions { looks_like_row: &looks_like_row, ..ScanOptions::default() };
    let outcome = Outcome::of(scan(&detected.source, &layout, &options, &Keep::default)?);
    Ok((layout, outcome))
}

/// Reads a text whose header holds `id`.
fn read(text: impl AsRef<[u8]>, options: &ReadingOptions) -> (Layout, Outcome) {
    read_with(text.as_ref(), options, &|names| names.iter().any(|name| name == "id")).unwrap()
}

fn read_plainly(text: impl AsRef<[u8]>) -> Outcome {
    read(text, &ReadingOptions::default()).1
}
