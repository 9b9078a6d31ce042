//! Tests of the whole reader.

mod against_serde;
mod cases;
mod flattening;
mod verdicts;

use super::chunks::Sizes;
use super::keys::KeyLimits;
use super::{Account, Cells, Fault, LineSink, NdjsonFile, Reject};
use crate::error::Result;
use crate::input::bytes::ByteSource;
use std::sync::atomic::AtomicBool;

/// All there is to know about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Loaded {
    headers: Vec<String>,
    rows: Vec<(u64, Vec<Option<String>>)>,
    account: Account,
    rejects: Vec<Reject>,
    first_rows: Vec<Vec<Option<String>>>,
}

impl Loaded {
    /// Rows, with `-` for what is not there.
    fn table(&self) -> Vec<Vec<&str>> {
        let row = |row: &'_ (u64, Vec<Option<String>>)| {
            row.1.iter().map(|cell| cell.as_deref().map_or("-", |cell| &*cell.to_owned().leak())).collect()
        };
        self.rows.iter().map(row).collect()
    }

    /// Lines and reasons.
    fn faults(&self) -> Vec<(u64, &'static str)> {
        self.rejects.iter().map(|reject| (reject.line, reject.reason)).collect()
    }
}

#[derive(Default)]
struct Rows(Vec<(u64, Vec<Option<String>>)>);

fn texts(cells: &Cells<'_>) -> Vec<Option<String>> {
    let text = |slot| cells.get(slot).map(|cell| String::from_utf8(cell.to_vec()).unwrap());
    (0..cells.len()).map(text).collect()
}

impl LineSink for Rows {
    fn record(&mut self, line: u64, cells: &Cells<'_>) -> std::result::Result<(), Fault> {
        if cells.get(0) == Some(b"refuse me") {
            return Err(Fault { slot: 0, reason: "refused" });
        }
        self.0.push((line, texts(cells)));
        Ok(())
    }
}

fn load_with(bytes: &[u8], sizes: Sizes, threads: usize) -> Result<Loaded> {
    let file =
        NdjsonFile::open_with(ByteSource::from_bytes("x", bytes.to_vec()), sizes, KeyLimits::default(), threads)?;
    let needed: Vec<usize> = (0..file.headers.len()).collect();
    let mut first_rows = Vec::new();
    file.first_records(&needed, 3, &mut |cells| first_rows.push(texts(cells)))?;
    let scan = file.scan(&needed, threads, &AtomicBool::new(false), &|_| {}, &Rows::default)?;
    let mut rows = Vec::new();
    for chunk in scan.chunks {
        rows.extend(chunk.sink.0.into_iter().map(|(line, row)| (chunk.first_line + line, row)));
    }
    assert_eq!(scan.account.records, scan.account.loaded + scan.account.rejected + scan.account.blank);
    assert_eq!(scan.account.loaded, rows.len() as u64);
    assert_eq!(scan.account.rejected, scan.rejects.len() as u64);
    assert_eq!(scan.account.rejected, scan.reject_counts.iter().map(|count| count.rows).sum::<u64>());
    Ok(Loaded { headers: file.headers.clone(), rows, account: scan.account, rejects: scan.rejects, first_rows })
}

/// Reads a file in several ways, which must all give the same.
fn try_load(bytes: &[u8]) -> Result<Loaded> {
    let whole = load_with(bytes, Sizes::default(), 1);
    for (chunk, step, threads) in [(1, 1, 1), (1, 7, 3), (30, 4, 2), (100, 64, 2)] {
        let sizes = Sizes { chunk, step, ..Sizes::default() };
        assert_eq!(load_with(bytes, sizes, threads), whole, "chunks of {chunk}");
    }
    whole
}

fn load(text: &str) -> Loaded {
    try_load(text.as_bytes()).unwrap()
}
