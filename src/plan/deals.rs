//! What to compute about the lives of deals: how they end, how long they take, where they stand. Free of any engine.
//!
//! A deal is created, enters stages, and is won, lost or open at the as-of time. A stay is the time between entering a
//! stage and leaving it; rows that repeat a stage belong to one stay.

use super::{JourneyPlan, calendar::PeriodStart};
use crate::model::decimal::Decimal;
use crate::model::time::Micros;

/// A moment in the life of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Point {
    Created,
    Closed,
    /// The first entry into the stage at this position.
    Stage(usize),
    /// The further time column at this position of [`JourneyPlan::moments`].
    Moment(usize),
}

/// Which moment puts a deal into a period, and inside `since` and `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Created,
    Closed,
}

impl Anchor {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Closed => "closed",
        }
    }
}

/// A request for the lives of deals.
#[derive(Debug, Clone)]
pub struct DealPlan {
    /// Steps: the creation (which no name matches), then the stages in their order, without the won and lost words.
    pub journey: JourneyPlan,
    /// Whether a deal stands at the first stage from its creation on, since that stage has no date of its own.
    pub created_is_first: bool,
    pub anchor: Anchor,
    pub from: Point,
    pub to: Point,
    /// Deals longer in their stage than this are stuck; `None`: longer than p90 of those that advanced from it.
    pub stuck_after: Option<Micros>,
    /// The rows behind the numbers, where they are asked for.
    pub list: Option<List>,
}

/// Which deals to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// Open deals longer in their stage than the limit.
    Stuck,
    /// Open deals whose stage is the one at this position, counted from 0 without the creation.
    OpenAt(usize),
    /// Lost deals whose last stage is this one.
    DroppedAt(usize),
    /// Deals that ever stood at this stage.
    Reached(usize),
    /// Deals without a time in the further time column 0.
    NeverContacted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List {
    pub what: Listing,
    pub limit: usize,
}

impl DealPlan {
    /// The stages by name, without the creation.
    pub fn stages(&self) -> impl Iterator<Item = &str> {
        self.journey.steps.iter().skip(1).map(|step| step.name.as_str())
    }
}

/// Deals that ended in which way, or were still open, after one duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EndCount {
    /// Microseconds.
    pub duration: Micros,
    pub won: u64,
    pub lost: u64,
    pub open: u64,
}

/// Number and amounts of deals in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    pub deals: u64,
    /// Sum of the amounts; deals without one add nothing.
    pub value: Decimal,
    pub without_amount: u64,
}

/// Stays in one stage.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StageLife {
    /// Entries, those of a deal that came back among them: `entered = running + advanced + lost + back`.
    pub entered: u64,
    pub running: u64,
    /// Left for a later stage or won.
    pub advanced: u64,
    pub lost: u64,
    /// Left for an earlier stage.
    pub back: u64,
    /// Deals that stood at a later stage, or were won, without having entered this one.
    pub skipped: u64,
    /// Different deals that entered.
    pub deals: u64,
    /// Entries of deals that had been lost before.
    pub recycled: u64,
    /// Time in the stage per deal, all its stays added up, sorted; `running` are still counting.
    pub finished: Vec<Micros>,
    pub counting: Vec<Micros>,
    /// Open deals that stand here now.
    pub open: Held,
    /// How long the open deals have stood here, sorted; those whose entry has no date are left out.
    pub waiting: Vec<Micros>,
    /// Lengths of the stays that ended by advancing, sorted.
    pub advanced_after: Vec<Micros>,
    /// Closed deals with a known way that reached the stage or one beyond it, and how many of them were won.
    pub closed: u64,
    pub won: u64,
    pub stuck: u64,
}

/// From one moment to another: how many came there, and what became of the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HandOver {
    /// Deals with the first moment.
    pub passed: u64,
    /// Those that came to the second moment, not before the first.
    pub accepted: u64,
    /// Accepted ones that stood at an earlier stage again afterwards.
    pub returned: u64,
    /// Passed ones that came back after having been lost.
    pub recycled: u64,
    /// Not accepted, and lost.
    pub lost: u64,
    /// Not accepted, neither lost nor won.
    pub open: u64,
    /// Not accepted, but won.
    pub won: u64,
}

/// The lives of the deals of one group and period.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DealRow {
    pub group: Vec<String>,
    pub period: Option<PeriodStart>,
    pub won: Held,
    pub lost: Held,
    pub open: Held,
    /// Open deals whose creation is known.
    pub open_dated: u64,
    /// Between the two moments that were asked for; sorted by duration.
    pub durations: Vec<EndCount>,
    /// From creation to close; the same as `durations` where these were asked for.
    pub cycle: Vec<EndCount>,
    /// Deals that cannot be timed: a moment without a date.
    pub untimed: u64,
    /// Deals whose second moment lies before the first.
    pub backward: u64,
    /// Ages of the open deals with their amounts, sorted.
    pub ages: Vec<(Micros, Option<Decimal>)>,
    pub stages: Vec<StageLife>,
    pub hand_over: HandOver,
    pub stuck: u64,
}

/// A deal of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: String,
    /// Position of the stage, counted from 0 without the creation.
    pub stage: Option<usize>,
    pub status: &'static str,
    /// When it entered the stage.
    pub entered: Option<Micros>,
    /// Its last known move.
    pub last: Option<Micros>,
    /// From `entered` (else from the creation) to the as-of time, or to the close.
    pub elapsed: Option<Micros>,
    pub value: Option<Decimal>,
    /// The breakdown columns.
    pub group: Vec<String>,
}

/// What a reader must know about the deals behind the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DealFacts {
    pub deals: u64,
    pub without_created: u64,
    /// Closed deals without a closing time.
    pub without_closed: u64,
    /// Closed deals whose stages are not known.
    pub without_way: u64,
    /// Records later than the as-of time.
    pub after_as_of: u64,
    /// Rows of deals whose id another row has.
    pub repeated: u64,
    /// Whether any deal has a dated stage.
    pub has_moves: bool,
    /// Deals left out by `since`, `until` or a filter on the unit.
    pub left_out: u64,
    /// Closed deals have no place in a table by closing period.
    pub unplaced: u64,
    /// Listed deals beyond the limit.
    pub unlisted: u64,
    /// Stays that would end before they begin.
    pub backward_stays: u64,
}

/// Everything an engine says to a [`DealPlan`].
#[derive(Debug, Clone, Default)]
pub struct DealAnswer {
    /// One entry per cut of the plan.
    pub cuts: Vec<Vec<DealRow>>,
    pub as_of: Option<Micros>,
    /// Times are dates: durations are whole days.
    pub whole_days: bool,
    pub facts: DealFacts,
    /// By stage: from how long on a deal counts as stuck; `None` where too few have advanced to say.
    pub limits: Vec<Option<Micros>>,
    pub listed: Vec<Listed>,
}

/// So many must have advanced from a stage before their p90 says when a deal is stuck there.
pub const FEWEST_ADVANCED: usize = 10;

/// What happened to deals between two looks at a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// Open at the first look.
    Start,
    New,
    /// Closed at the first look, open at the second.
    Reopened,
    ValueUp,
    ValueDown,
    Won,
    Lost,
    /// Open at the first look, not in the second.
    Gone,
    /// Open at the second look.
    End,
    MovedOn,
    MovedBack,
    /// The closing date moved later.
    Slipped,
    /// The closing date moved earlier.
    PulledIn,
}

impl Item {
    pub const ALL: [Self; 13] = [
        Self::Start,
        Self::New,
        Self::Reopened,
        Self::ValueUp,
        Self::ValueDown,
        Self::Won,
        Self::Lost,
        Self::Gone,
        Self::End,
        Self::MovedOn,
        Self::MovedBack,
        Self::Slipped,
        Self::PulledIn,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::New => "new",
            Self::Reopened => "reopened",
            Self::ValueUp => "value up",
            Self::ValueDown => "value down",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Gone => "gone",
            Self::End => "end",
            Self::MovedOn => "moved on",
            Self::MovedBack => "moved back",
            Self::Slipped => "slipped",
            Self::PulledIn => "pulled in",
        }
    }

    /// How the value counts in `start + ... - ... - end = 0`; 0 for changes that leave the open value as it is.
    #[must_use]
    pub const fn sign(self) -> i8 {
        match self {
            Self::Start | Self::New | Self::Reopened | Self::ValueUp => 1,
            Self::ValueDown | Self::Won | Self::Lost | Self::Gone | Self::End => -1,
            Self::MovedOn | Self::MovedBack | Self::Slipped | Self::PulledIn => 0,
        }
    }

    /// Whether the number of open deals changes, or is one of its ends.
    #[must_use]
    pub const fn moves_deals(self) -> bool {
        !matches!(self, Self::ValueUp | Self::ValueDown) && self.sign() != 0
    }
}

/// Deals and value of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    pub item: Item,
    pub deals: u64,
    pub value: Decimal,
}
