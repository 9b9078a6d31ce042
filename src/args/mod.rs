//! What the command line may say: groups of flags shared by commands, one file per command, and the parsers of values.
//!
//! The structs only record what was given; [`crate::config::resolve`] gives it meaning. Uses clap, model and error.

pub mod attribution;
pub mod check;
pub mod choices;
pub mod churn;
pub mod cohort;
pub mod conversion;
pub mod convert;
pub mod cost;
pub mod deals;
pub mod explain;
pub mod filters;
pub mod generate;
pub mod init;
pub mod journey;
pub mod lifecycle;
pub mod nearest;
pub mod output;
pub mod paths;
pub mod reading;
pub mod report;
pub mod run;
pub mod sources;
pub mod steps;
pub mod tools;
pub mod value;
pub mod values;
