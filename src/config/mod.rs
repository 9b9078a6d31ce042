//! Settings: flags, `FUNNEL_*` variables, `funnel.toml` and defaults, put together in one place.
//!
//! The only room that reads the environment and `funnel.toml`, and the only one that knows which of them wins.
//! Uses args, cli, model, document (notes) and error.

mod analysis;
mod attribution;
mod churn;
pub mod cohort;
mod cost;
mod deals;
pub mod environment;
pub mod file;
mod journey;
mod journeys;
mod lifecycle;
mod output;
mod paths;
mod pattern;
mod period;
mod raw;
mod read;
mod reading;
mod resolve;
mod resolver;
mod run;
pub mod settings;
pub mod shown;
mod sources;
mod steps;
#[cfg(test)]
mod tests;
mod value;

pub use environment::Environment;
pub use read::{load, parse};
pub use resolve::{resolve, resolve_settings};
