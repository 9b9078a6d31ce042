//! One file or folder per report: what it asks of the engine, and how the answer becomes tables. Pure.
//!
//! Reports see plan, model, stats and document; never polars, files, clock or terminal.

pub mod check;
pub mod conversion;
pub mod labels;
pub mod sources;
pub mod summary;
