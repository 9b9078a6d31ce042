//! Which units of a funnel of events to list, and what a list says of each. Free of any engine.

use crate::model::decimal::Decimal;
use crate::model::time::Micros;

/// Which units to list; steps are positions from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Counted in `entered` of the step.
    Reached(usize),
    /// Counted in `dropped` of the step.
    DroppedAt(usize),
    /// Counted in `open` of the step.
    OpenAt(usize),
}

impl Which {
    /// The step that is asked about.
    #[must_use]
    pub const fn step(self) -> usize {
        match self {
            Self::Reached(step) | Self::DroppedAt(step) | Self::OpenAt(step) => step,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeadList {
    pub which: Which,
    pub limit: usize,
}

/// How a journey stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Converted,
    Dropped,
    Open,
}

impl Status {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Converted => "converted",
            Self::Dropped => "dropped",
            Self::Open => "open",
        }
    }
}

/// A unit of the list, with the journey that the funnel counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    pub id: String,
    /// The step that it has reached last.
    pub step: usize,
    pub status: Status,
    /// Time of step 1.
    pub entered: Micros,
    /// Time of the step that it has reached last.
    pub last: Micros,
    /// From step 1 to the conversion, else to the as-of time.
    pub elapsed: Micros,
    /// The value at the step that was asked about.
    pub value: Option<Decimal>,
    /// The breakdown columns; empty where it has no value in any.
    pub group: Vec<String>,
}

/// The list: the longest underway first, then by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leads {
    pub listed: Vec<Lead>,
    /// Those beyond the limit among them.
    pub total: u64,
}
