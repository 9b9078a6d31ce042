//! What is asked of each command alone.

use super::journey::{JourneySettings, StepSetting, TableSettings};
use crate::args::attribution::{Model, Repeats};
use crate::args::choices::{Anchor, Convention, Every, Order, Reach, TenureUnit, Ties};
use crate::args::cost::{AmountPer, Matching, Rate, SpendSpread};
use crate::args::journey::Attribution;
use crate::args::values::duration::Window;
use crate::args::values::moment::Moment;
use crate::model::decimal::Decimal;
use crate::model::horizon::Horizon;
use std::path::PathBuf;

/// What `funnel conversion` (and the conversion section of the report) is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct ConversionSettings {
    /// Empty where none are given; deals then have their stages.
    pub steps: Vec<StepSetting>,
    pub journey: JourneySettings,
    /// `None` where it is not given: ordered. Given for deals or history it is a usage error.
    pub order: Option<Order>,
    pub ties: Ties,
    pub window: Window,
    /// `None` where it is not given: beyond, for deals and history.
    pub reach: Option<Reach>,
    pub allow_unknown: bool,
    pub by: Vec<String>,
    pub top: u64,
    pub attribution: Attribution,
    pub every: Option<Every>,
    pub tables: TableSettings,
    /// Bytes; `None` where it is not given.
    pub memory_limit: Option<u64>,
}

/// What `funnel churn` (and the churn section of the report) is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct ChurnSettings {
    pub by: Vec<String>,
    pub top: u64,
    pub attribution: Attribution,
    /// `None` where it is not given: month.
    pub every: Option<Every>,
    /// `None` where it is not given: standard.
    pub convention: Option<Convention>,
    /// The silence after which a customer is lost, in microseconds.
    pub inactive_after: Option<i64>,
    pub tenure_unit: Option<TenureUnit>,
}

/// What `funnel cost` (and the cost section of the report) is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct CostSettings {
    /// Steps, breakdown, periods: by the rules of the conversion funnel.
    pub conversion: ConversionSettings,
    pub opportunity: Option<String>,
    pub matching: Matching,
    /// Above 0, at most 1.
    pub margin: Option<f64>,
    pub amount_per: AmountPer,
    pub spread: SpendSpread,
    pub period_end: Option<String>,
    pub rates: Vec<Rate>,
    pub lead_channel: Option<String>,
    pub lead_campaign: Option<String>,
}

/// What `funnel attribution` (and the attribution section of the report) is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributionSettings {
    /// Names of events that are conversions.
    pub conversion: Option<Vec<String>>,
    /// The last of them is the conversion where none is named; may be empty.
    pub steps: Vec<StepSetting>,
    /// Empty: all.
    pub models: Vec<Model>,
    pub lookback: Window,
    /// Microseconds, above 0.
    pub half_life: i64,
    /// `None`: by the kind of the source.
    pub repeats: Option<Repeats>,
    /// Empty: the usual names.
    pub direct: Vec<String>,
    /// Events that are touches; empty: all that have a channel.
    pub touch: Vec<String>,
    pub top: u64,
}

/// What `funnel lifecycle` is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct LifecycleSettings {
    /// Names of the events that count; empty: all.
    pub activity: Vec<String>,
    /// Column with the time at which a user was first seen.
    pub first_seen: Option<String>,
    pub min_occurrences: u64,
    pub max_occurrences: Option<u64>,
    pub by: Vec<String>,
    pub top: u64,
    pub attribution: Attribution,
    /// `None`: a week for events, a month for orders.
    pub every: Option<Every>,
}

/// What `funnel paths` is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct PathsSettings {
    /// The order in which nodes should come; may be empty.
    pub steps: Vec<StepSetting>,
    /// Column of the nodes; `None`: the event or stage.
    pub node: Option<String>,
    pub start: Option<String>,
    pub end: Option<String>,
    pub session_gap: Window,
    pub max_steps: u64,
    pub nodes: u64,
    pub by: Vec<String>,
    pub top: u64,
    pub attribution: Attribution,
}

/// What `funnel value` (and the value section of the report) is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueSettings {
    pub horizon: Horizon,
    /// Above 0, at most 1.
    pub margin: Option<f64>,
    pub calibration_end: Option<Moment>,
    /// Above 0, at most 1.
    pub retention_change: f64,
    /// Column of deals that names the customer.
    pub account: Option<String>,
    pub by: Vec<String>,
    pub top: u64,
    pub attribution: Attribution,
    pub every: Option<Every>,
}

/// What `funnel report` is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportSettings {
    /// `None`: all that the sources can answer.
    pub sections: Option<Vec<String>>,
    pub conversion: ConversionSettings,
    pub churn: ChurnSettings,
    pub cost: CostSettings,
    pub attribution: AttributionSettings,
    pub value: ValueSettings,
    pub lifecycle: LifecycleSettings,
    pub paths: PathsSettings,
}

/// What is asked about the lives of deals.
#[derive(Debug, Clone, PartialEq)]
pub struct DealSettings {
    /// The stages; empty where they are to be found in the data.
    pub steps: Vec<StepSetting>,
    pub anchor: Anchor,
    pub by: Vec<String>,
    pub top: u64,
    pub attribution: Attribution,
    pub every: Option<Every>,
}

/// What `funnel cycle` is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct CycleSettings {
    pub deals: DealSettings,
    /// `created`, a stage or a column.
    pub from: Option<String>,
    /// `closed`, a stage or a column.
    pub to: Option<String>,
    /// Microseconds.
    pub horizon: Option<i64>,
}

/// What `funnel pipeline` is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct PipelineSettings {
    pub deals: DealSettings,
    /// Microseconds.
    pub stuck_after: Option<i64>,
    pub target: Option<Decimal>,
    pub previous: Vec<PathBuf>,
}

/// Which deals are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListSetting {
    Stuck,
    OpenAt(String),
    DroppedAt(String),
    Reached(String),
    NeverContacted,
}

/// What `funnel leads` is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadsSettings {
    pub deals: DealSettings,
    /// The funnel, where the rows are events: by the defaults of `conversion` in `funnel.toml`.
    pub funnel: Box<ConversionSettings>,
    /// A flag that is for events only, where one was given.
    pub events_flag: Option<&'static str>,
    /// `None` where none is given: stuck deals.
    pub list: Option<ListSetting>,
    /// The column with the time of the first contact.
    pub contact: Option<String>,
    /// Microseconds.
    pub stuck_after: Option<i64>,
    pub limit: u64,
}
