//! Plain domain types. No clap, no polars, no files: every room may use them.

pub mod apportion;
pub mod billing;
pub mod decimal;
pub mod horizon;
pub mod kind;
pub mod names;
pub mod outcome;
pub mod presets;
pub mod time;
