//! The journeys really taken: the question, and what was counted of moves and paths.

use super::Attribution;
use crate::model::kind::Kind;
use crate::model::time::Micros;
use chrono_tz::Tz;

/// A request for journeys from node to node.
#[derive(Debug, Clone)]
pub struct PathsPlan {
    /// Events or history.
    pub kind: Kind,
    /// The column whose values are the nodes; `None`: the event's or stage's name.
    pub node: Option<String>,
    /// Names of nodes in the order in which they should come, alternatives together; may be empty.
    pub order: Vec<Vec<String>>,
    /// Journeys begin at the first such node.
    pub start: Option<String>,
    /// Journeys end at the first such node.
    pub end: Option<String>,
    /// A longer pause begins another journey.
    pub gap: Option<Micros>,
    /// Nodes of a path that are told apart, at most [`MOST_STEPS`].
    pub max_steps: usize,
    /// Nodes that are told apart, at most [`MOST_NODES`]; the rarer ones are one.
    pub nodes: usize,
    /// Paths and groups that are shown.
    pub top: usize,
    pub by: Vec<String>,
    pub attribution: Attribution,
    pub zone: Tz,
    /// Journeys that begin before or after are left out.
    pub since: Option<Micros>,
    pub until: Option<Micros>,
    pub as_of: Option<Micros>,
    pub row_filter: Option<String>,
    pub entry_filter: Option<String>,
    pub unit_filters: Vec<String>,
}

/// Paths longer than this are cut.
pub const MOST_STEPS: usize = 15;
/// More nodes than this are not told apart.
pub const MOST_NODES: usize = 200;

/// Where a move comes from or goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Start,
    Node(String),
    /// The journey is over.
    End,
    /// The journey may still go on.
    Open,
}

/// A move seen beside the order of the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveKind {
    /// To the step after.
    Next,
    /// Over one step or more.
    Skip,
    Back,
    /// Between alternatives of one step.
    Same,
}

impl MoveKind {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Skip => "skip",
            Self::Back => "back",
            Self::Same => "same",
        }
    }
}

/// All moves from one place to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    pub from: Place,
    pub to: Place,
    pub moves: u64,
    /// Units that made it once or more.
    pub units: u64,
    /// All moves from the same place.
    pub left: u64,
    /// Seconds from reaching the one to reaching the other.
    pub median: Option<f64>,
    /// `None` where one of the two is no step.
    pub kind: Option<MoveKind>,
}

/// Journeys that took one path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path {
    /// Empty for all paths that are not shown on their own.
    pub nodes: Vec<String>,
    /// Whether the journeys go on after the last node that is told.
    pub goes_on: bool,
    pub journeys: u64,
    pub units: u64,
    /// Units that reached the goal on a journey that took this path.
    pub converted: u64,
}

/// Where units went that did not go on to the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detour {
    /// Position of the furthest step that they reached.
    pub step: usize,
    pub to: Place,
    pub units: u64,
}

/// The answer for one group.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PathsGroup {
    pub group: Vec<String>,
    pub units: u64,
    pub journeys: u64,
    pub transitions: Vec<Transition>,
    /// The most taken first; what is not shown on its own last.
    pub paths: Vec<Path>,
    pub detours: Vec<Detour>,
}

/// Everything an engine says to a [`PathsPlan`].
#[derive(Debug, Clone, Default)]
pub struct PathsAnswer {
    pub groups: Vec<PathsGroup>,
    /// Names that reach the goal; empty where there is none.
    pub goal: Vec<String>,
    pub as_of: Option<Micros>,
    pub after_as_of: u64,
    /// Names that were put together as one node.
    pub merged: u64,
    /// Names of the plan that no record carries.
    pub unknown: Vec<String>,
}
