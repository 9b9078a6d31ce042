//! Parsers of single values, as plain functions: the same for flags, `FUNNEL_*` variables and `funnel.toml`.
//!
//! They touch no file and no environment. Uses model, chrono and chrono-tz.

pub mod condition;
pub mod duration;
pub mod moment;
pub mod number;
pub mod pair;
pub mod period;
pub mod size;
pub mod text;
pub mod zone;

use std::fmt;

/// Why a value cannot be used, and what would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    pub message: String,
    pub hint: Option<String>,
}

pub type Parsed<T> = Result<T, Invalid>;

impl Invalid {
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Invalid {}
