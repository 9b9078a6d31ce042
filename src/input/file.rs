//! One opened file of any format: the same accounts, rejects and batches from all of them.

use super::batch::Batch;
use super::columnar::ColumnarFile;
use super::csv::{Account, Reject, RejectCount};
use super::delimited::DelimitedFile;
use super::evidence::Evidence;
use super::ndjson::NdjsonFile;
use super::objects;
use super::source::{Shared, check_account};
use super::typed::{Layout, Seen};
use super::workbook::WorkbookFile;
use crate::document::{FileAccount, Note};
use crate::error::Result;
use std::sync::atomic::AtomicBool;

/// How one file answers a request.
#[derive(Debug)]
pub struct ScanTask {
    pub layout: Layout,
    /// Positions of the columns that are read; the layout counts in this list.
    pub needed: Vec<usize>,
}

/// Rejects of one column and reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub column: Option<usize>,
    pub reason: &'static str,
    pub rows: u64,
    pub first_line: u64,
}

impl From<RejectCount> for Reason {
    fn from(count: RejectCount) -> Self {
        Self { column: count.column, reason: count.reason, rows: count.rows, first_line: count.first_line }
    }
}

/// What the scan of a file found. Columns are positions in its header.
#[derive(Debug)]
pub struct FileScan<S> {
    pub staged: Vec<S>,
    pub account: FileAccount,
    /// Line, column and reason, the first ones.
    pub rejects: Vec<(u64, Option<usize>, &'static str)>,
    pub reasons: Vec<Reason>,
    pub seen: Seen,
    pub notes: Vec<Note>,
}

impl<S> FileScan<S> {
    /// Puts together what the parts of a text file gave, in their order.
    ///
    /// # Errors
    /// The first part that could not be staged.
    pub fn of_parts(
        path: &str,
        account: &Account,
        parts: impl Iterator<Item = (Seen, Option<Result<S>>)>,
    ) -> Result<Self> {
        let mut seen = Seen::default();
        let mut staged = Vec::new();
        for (told, part) in parts {
            seen.merge(&told);
            staged.extend(part.transpose()?);
        }
        let account = FileAccount {
            path: path.to_owned(),
            records: account.records,
            loaded: account.loaded,
            rejected: account.rejected,
            blank: account.blank,
            skipped: account.skipped,
        };
        Ok(Self { staged, account, rejects: Vec::new(), reasons: Vec::new(), seen, notes: Vec::new() })
    }

    #[must_use]
    pub fn with_rejects(self, rejects: Vec<Reject>, counts: Vec<RejectCount>) -> Self {
        let rejects = rejects.into_iter().map(|reject| (reject.line, reject.column, reject.reason)).collect();
        Self { rejects, reasons: counts.into_iter().map(Reason::from).collect(), ..self }
    }
}

/// A file of a known format.
pub enum File {
    Delimited(DelimitedFile),
    Columnar(ColumnarFile),
    Ndjson(NdjsonFile),
    Workbook(WorkbookFile),
}

impl File {
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Delimited(file) => file.path(),
            Self::Columnar(file) => &file.name,
            Self::Ndjson(file) => file.name(),
            Self::Workbook(file) => &file.name,
        }
    }

    /// Column names in the order of the file.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        match self {
            Self::Delimited(file) => file.headers(),
            Self::Columnar(file) => &file.headers,
            Self::Ndjson(file) => &file.headers,
            Self::Workbook(file) => &file.headers,
        }
    }

    #[must_use]
    pub fn position(&self, column: &str) -> Option<usize> {
        if column.is_empty() {
            return None;
        }
        self.headers().iter().position(|header| header == column)
    }

    /// Cuts off the lines at the end that are no records; only delimited text has such lines.
    ///
    /// # Errors
    /// Whatever reading reports.
    pub fn cut_footer(&mut self, markers: &[&str]) -> Result<()> {
        match self {
            Self::Delimited(file) => file.cut_footer(markers),
            Self::Columnar(_) | Self::Ndjson(_) | Self::Workbook(_) => Ok(()),
        }
    }

    /// What separates the fields of a delimited file.
    #[must_use]
    pub fn delimiter(&self) -> Option<String> {
        match self {
            Self::Delimited(file) => Some(file.delimiter()),
            Self::Columnar(_) | Self::Ndjson(_) | Self::Workbook(_) => None,
        }
    }

    /// Size in bytes, for progress.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Delimited(file) => file.bytes(),
            Self::Columnar(_) => 0,
            Self::Ndjson(file) => file.bytes(),
            Self::Workbook(file) => file.bytes,
        }
    }

    /// Shows the cells of the needed columns to the evidence until it is settled, of the whole file if need be.
    ///
    /// # Errors
    /// Whatever reading reports.
    pub fn gather(&self, needed: &[usize], evidence: Evidence, shared: &Shared) -> Result<Evidence> {
        match self {
            Self::Delimited(file) => file.gather(needed, &evidence, shared),
            Self::Columnar(file) => file.gather(needed, evidence, shared.formats.is_local()),
            Self::Ndjson(file) => objects::gather(file, needed, &evidence, shared),
            Self::Workbook(file) => Ok(file.gather(needed, evidence)),
        }
    }

    /// Reads the file into batches.
    ///
    /// # Errors
    /// Whatever reading reports.
    pub fn scan<S: Send>(
        &self,
        task: &ScanTask,
        shared: &Shared,
        stage: &(dyn Fn(&Batch) -> S + Sync),
        stop: &AtomicBool,
    ) -> Result<FileScan<S>> {
        let mut scan = match self {
            Self::Delimited(file) => file.scan(task, shared, stage, stop)?,
            Self::Columnar(file) => file.scan(task, shared, stage, stop)?,
            Self::Ndjson(file) => objects::scan(file, task, shared, stage, stop)?,
            Self::Workbook(file) => file.scan(task, shared, stage, stop)?,
        };
        // The readers took them for records like any other.
        scan.account.loaded = scan.account.loaded.saturating_sub(scan.seen.left_out);
        scan.account.skipped += scan.seen.left_out;
        check_account(&scan.account)?;
        Ok(scan)
    }
}
