//! One file or folder per report: what it asks of the engine, and how the answer becomes tables. Pure.
//!
//! Reports see plan, model, stats and document; never polars, files, clock or terminal.

pub mod attribution;
pub mod check;
pub mod churn;
pub mod cohort;
pub mod columns;
pub mod conversion;
pub mod cost;
pub mod cycle;
pub mod event_leads;
pub mod explain;
pub mod labels;
pub mod leads;
pub mod lifecycle;
pub mod min_cell;
pub mod paths;
pub mod pipeline;
pub mod sources;
pub mod summary;
pub mod thin;
pub mod value;
pub mod words;

/// Microseconds as seconds.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53")]
pub const fn seconds(micros: crate::model::time::Micros) -> f64 {
    micros as f64 / crate::model::time::MICROS_PER_SECOND as f64
}
