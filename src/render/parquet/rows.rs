//! Rows of plain text as Parquet, row group by row group: all columns are text, and what a record lacks is null.

use crate::render::rows::{RowWriter, TextRows};
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{
    Column, DataFrame, DataType, IntoSeries, ParquetCompression, ParquetWriter, PlSmallStr, PolarsError, Schema,
    StringChunkedBuilder,
};
use std::io::{self, Write};

/// Rows of a group, so that the same records give the same file however they come in parts.
const GROUP: usize = 1 << 17;

/// Takes rows of text and writes them as Parquet.
pub struct ParquetRows<'w> {
    state: State<'w>,
    names: Vec<PlSmallStr>,
    group: Vec<StringChunkedBuilder>,
    rows: usize,
}

/// The file begins when the columns are known.
enum State<'w> {
    Waiting(Option<&'w mut dyn Write>),
    Writing(Box<BatchedWriter<&'w mut dyn Write>>),
}

impl<'w> ParquetRows<'w> {
    #[must_use]
    pub const fn new(writer: &'w mut dyn Write) -> Self {
        Self { state: State::Waiting(Some(writer)), names: Vec::new(), group: Vec::new(), rows: 0 }
    }

    /// Writes the rows that wait.
    fn flush(&mut self) -> io::Result<()> {
        let State::Writing(writer) = &mut self.state else { return Err(without_header()) };
        let fresh = self.names.iter().map(|name| StringChunkedBuilder::new(name.clone(), GROUP)).collect();
        let columns = std::mem::replace(&mut self.group, fresh).into_iter();
        let columns = columns.map(|builder| Column::from(builder.finish().into_series())).collect();
        let frame = DataFrame::new(self.rows, columns).map_err(failed)?;
        self.rows = 0;
        writer.write_batch(&frame).map_err(failed)
    }
}

impl RowWriter for ParquetRows<'_> {
    fn header(&mut self, names: &[String]) -> io::Result<()> {
        self.names = names.iter().map(|name| PlSmallStr::from_str(name)).collect();
        self.group = self.names.iter().map(|name| StringChunkedBuilder::new(name.clone(), GROUP)).collect();
        let State::Waiting(writer) = &mut self.state else { return Ok(()) };
        let writer = writer.take().ok_or_else(without_header)?;
        let schema: Schema = self.names.iter().map(|name| (name.clone(), DataType::String)).collect();
        let writer = ParquetWriter::new(writer).with_compression(ParquetCompression::Zstd(None));
        self.state = State::Writing(Box::new(writer.batched(&schema).map_err(failed)?));
        Ok(())
    }

    fn rows(&mut self, rows: &dyn TextRows) -> io::Result<()> {
        for row in 0..rows.rows() {
            for (column, cells) in self.group.iter_mut().enumerate() {
                cells.append_option(rows.cell(row, column));
            }
            self.rows += 1;
            if self.rows == GROUP {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.flush()?;
        }
        let State::Writing(writer) = &self.state else { return Err(without_header()) };
        writer.finish().map_err(failed)?;
        Ok(())
    }
}

fn without_header() -> io::Error {
    io::Error::other("the columns are not known yet")
}

/// A failed write stays what it was: a closed pipe is not an error of the format.
fn failed(error: PolarsError) -> io::Error {
    match error {
        PolarsError::IO { error, .. } => io::Error::new(error.kind(), error.to_string()),
        other => io::Error::other(format!("cannot write Parquet: {other}")),
    }
}
