//! Where settings came from.

use std::fmt;

/// Where a setting came from; the later ones win.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Default,
    /// A line of `funnel.toml`, from 1.
    File {
        path: String,
        line: u64,
    },
    /// The variable's name.
    Variable(String),
    /// The flag with its dashes.
    Flag(String),
}

impl Origin {
    /// Returns the layer, from 0 (default) to 3 (flag).
    #[must_use]
    pub const fn layer(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File { .. } => 1,
            Self::Variable(_) => 2,
            Self::Flag(_) => 3,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::File { path, line } => write!(formatter, "{path}:{line}"),
            Self::Variable(name) | Self::Flag(name) => formatter.write_str(name),
        }
    }
}

/// The part of the program that a setting concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Sources,
    Reading,
    Analysis,
    Output,
}

/// One setting with its value and origin, for the output's `settings` and for `explain`.
#[derive(Debug, Clone, PartialEq)]
pub struct InForce {
    /// The flag's name with `_` for `-`; of a source in `funnel.toml` `sources.NAME.reading.delimiter`.
    pub name: String,
    pub value: serde_json::Value,
    pub origin: Origin,
    pub area: Area,
}
