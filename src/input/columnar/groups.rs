//! Row groups of a Parquet file, read whole by the thread that stages them.
//!
//! polars decodes in its own threads, into new memory, and hands the result over; a log of texts and times in many row
//! groups is read faster where each worker unpacks a row group into memory it had before and looks at the values in
//! place. What does not fit is left to polars: a file with other columns, or a single row group.

use super::chunk::{Cells, Chunk, Kind, Unpacker};
use crate::input::bytes::{self, ByteSource};
use polars::prelude::{DataType, Schema, TimeUnit};
use polars_parquet::parquet::metadata::{ColumnChunkMetadata, FileMetadata, RowGroupMetadata};
use polars_parquet::parquet::read::read_metadata;
use polars_parquet::parquet::schema::types::{
    PhysicalType, PrimitiveConvertedType, PrimitiveLogicalType, PrimitiveType, TimeUnit as ParquetUnit,
};
use std::fs::File;
use std::path::Path;

/// The needed columns of a file whose row groups can be read one by one.
pub struct Groups {
    source: ByteSource,
    metadata: FileMetadata,
    /// Name and kind of each needed column.
    columns: Vec<(String, Kind)>,
    /// The row that each row group begins with.
    starts: Vec<u64>,
}

/// More rows than this in one row group would take much memory for each thread.
const MOST_ROWS: usize = 1 << 21;

impl Groups {
    /// The row groups of a file, where all needed columns are texts or typed times and there is work for all threads.
    ///
    /// `needed` are columns of the file; `times` tells which of them stand as typed times.
    pub fn open(path: &Path, schema: &Schema, needed: &[(usize, bool)], threads: usize) -> Option<Self> {
        let columns = needed.iter().map(|(column, is_time)| {
            let (name, kind) = schema.get_at_index(*column)?;
            let kind = match kind {
                DataType::String => Kind::Text,
                DataType::Int32 => Kind::Number(4),
                DataType::Int64 => Kind::Number(8),
                DataType::Datetime(unit, _) if *is_time => Kind::Time(*unit),
                _ => return None,
            };
            Some((name.to_string(), kind))
        });
        let columns: Vec<_> = columns.collect::<Option<_>>()?;
        let metadata = read_metadata(&mut File::open(path).ok()?).ok()?;
        let is_small = metadata.num_rows < MOST_ROWS / 2;
        let feeds_all = metadata.row_groups.len() >= 2 * threads || is_small;
        if !feeds_all || metadata.row_groups.iter().any(|group| group.num_rows() > MOST_ROWS) {
            return None;
        }
        let mut next = 0;
        let starts = metadata.row_groups.iter().map(|group| {
            let start = next;
            next += group.num_rows() as u64;
            start
        });
        let starts = starts.collect();
        let groups = Self { source: bytes::open(path).ok()?, columns, starts, metadata };
        let fits = |group| groups.columns.iter().all(|(name, kind)| flat(group, name, *kind).is_some());
        groups.metadata.row_groups.iter().all(fits).then_some(groups)
    }

    pub const fn len(&self) -> usize {
        self.starts.len()
    }

    /// First row, from 0, and number of rows of a row group.
    pub fn rows(&self, group: usize) -> (u64, usize) {
        (self.starts[group], self.metadata.row_groups[group].num_rows())
    }

    /// Unpacks the needed columns of a row group; `None` where it holds what only polars reads.
    pub fn chunks(&self, group: usize, unpacker: &mut Unpacker) -> Option<Vec<Chunk>> {
        let group = &self.metadata.row_groups[group];
        let chunks = self.columns.iter().map(|(name, kind)| {
            let column = flat(group, name, *kind)?;
            let range = column.byte_range();
            if range.end > self.source.len() {
                return None;
            }
            let mut bytes = vec![0; usize::try_from(range.end - range.start).ok()?];
            self.source.read_at(range.start, &mut bytes).ok()?;
            unpacker.chunk(*kind, column, bytes)
        });
        chunks.collect()
    }

    /// The cells of the needed columns, in their order.
    pub fn cells<'a>(&self, group: usize, chunks: &'a [Chunk]) -> Option<Vec<Cells<'a>>> {
        let rows = self.metadata.row_groups[group].num_rows();
        chunks.iter().map(|chunk| chunk.cells(rows)).collect()
    }

    /// Whether the file on disk is still the one that was opened.
    ///
    /// # Errors
    /// Kind `Io` where it is not.
    pub fn verify_unchanged(&self) -> crate::error::Result<()> {
        self.source.verify_unchanged()
    }
}

/// The one column of this name, where its type in the file is that of the kind.
fn flat<'a>(group: &'a RowGroupMetadata, name: &str, kind: Kind) -> Option<&'a ColumnChunkMetadata> {
    let mut columns = group.columns_under_root_iter(name)?;
    let column = columns.next()?;
    let descriptor = &column.descriptor().descriptor;
    let is_flat = columns.next().is_none()
        && column.descriptor().path_in_schema.len() == 1
        && descriptor.max_rep_level == 0
        && descriptor.max_def_level <= 1;
    let fits = match kind {
        Kind::Text => descriptor.primitive_type.physical_type == PhysicalType::ByteArray,
        Kind::Number(4) => descriptor.primitive_type.physical_type == PhysicalType::Int32,
        Kind::Number(_) => descriptor.primitive_type.physical_type == PhysicalType::Int64,
        Kind::Time(unit) => unit_of(&descriptor.primitive_type) == Some(unit),
    };
    (is_flat && fits).then_some(column)
}

/// The unit of a 64-bit time.
fn unit_of(column: &PrimitiveType) -> Option<TimeUnit> {
    if column.physical_type != PhysicalType::Int64 {
        return None;
    }
    match (column.logical_type, column.converted_type) {
        (Some(PrimitiveLogicalType::Timestamp { unit, .. }), _) => Some(match unit {
            ParquetUnit::Milliseconds => TimeUnit::Milliseconds,
            ParquetUnit::Microseconds => TimeUnit::Microseconds,
            ParquetUnit::Nanoseconds => TimeUnit::Nanoseconds,
        }),
        (None, Some(PrimitiveConvertedType::TimestampMillis)) => Some(TimeUnit::Milliseconds),
        (None, Some(PrimitiveConvertedType::TimestampMicros)) => Some(TimeUnit::Microseconds),
        _ => None,
    }
}
