//! Bytes to typed batches: opening, encodings, record splitting, roles of columns, formats of cells, rejects.
//!
//! Everything that is known of a file's format stays in this room; what leaves it are batches and accounts.

pub mod batch;
pub mod bytes;
pub mod cells;
pub mod columnar;
pub mod columns;
pub mod csv;
pub mod delimited;
pub mod demands;
pub mod dictionary;
pub mod evidence;
pub mod expression;
pub mod file;
pub mod formats;
mod hush;
pub mod left_out;
pub mod lookup;
pub mod ndjson;
pub mod objects;
pub mod open;
pub mod presets;
pub mod source;
pub mod tables;
pub mod typed;
pub mod values;
pub mod workbook;

pub use hush::hush_readers;
