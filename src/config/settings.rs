//! What a run is asked to do, resolved once: plain values, free of clap records, of TOML and of the engine.

use crate::args::attribution::{Model, Repeats};
use crate::args::choices::{
    Anchor, Color, Convention, CsvDialect, CsvFormulas, DateOrder, ErrorFormat, Every, Format, Locale, Order, Reach,
    TenureUnit, Ties, TimeUnit, WeekStart,
};
use crate::args::conversion::Compare;
use crate::args::cost::{AmountPer, Matching, Rate, SpendSpread};
use crate::args::journey::{Attribution, Count, Entry, ExclusionEffect, RangeBinds, Span};
use crate::args::values::condition::{Condition, Limit, Place};
use crate::args::values::duration::Window;
use crate::args::values::moment::Moment;
use crate::args::values::number::RejectLimit;
use crate::args::values::period;
use crate::args::values::text::{Quote, TimeFormat};
use crate::document::Note;
use crate::model::decimal::Decimal;
use crate::model::horizon::Horizon;
use crate::model::kind::{Kind, Role};
use crate::model::presets::PresetChoice;
use crate::model::time::Micros;
use crate::plan::rules::StepRule;
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

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

/// One file of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputPath {
    Stdin,
    Path(PathBuf),
}

/// How the files of a source are written; `None` is left to the reader to find out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub delimiter: Option<String>,
    pub quote: Option<Quote>,
    /// An ASCII character.
    pub escape: Option<u8>,
    /// Canonical name in lower case, as the WHATWG standard has it.
    pub encoding: Option<String>,
    pub decimal: Option<char>,
    pub thousands: Option<char>,
    pub time_format: Option<TimeFormat>,
    pub date_order: Option<DateOrder>,
    /// Of times that are written without a zone.
    pub timezone: Tz,
    /// Whether that zone was said, and not taken from the report.
    pub timezone_given: bool,
    pub skip_lines: u64,
    /// Of a workbook; without it the first one with data.
    pub sheet: Option<String>,
    pub comment: Option<String>,
    /// Names of the columns of a file without a header.
    pub no_header: Option<Vec<String>>,
    /// Words that stand for no value, besides the usual ones.
    pub null_words: Vec<String>,
}

/// One source: files of one kind, put together by column name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSettings {
    /// The name in `funnel.toml`; `None` for files of the command line, which are named after their kind.
    pub name: Option<String>,
    /// `None`: it follows from the columns.
    pub kind: Option<Kind>,
    /// `None`: it is recognised by the columns.
    pub preset: Option<PresetChoice>,
    pub files: Vec<InputPath>,
    /// Columns that were named; the others are recognised.
    pub columns: BTreeMap<Role, String>,
    /// Stage and column, in the given order.
    pub stage_dates: Vec<(String, String)>,
    /// Every row is this event.
    pub event_name: Option<String>,
    /// This column is the unit's id, to join sources that name people differently.
    pub link: Option<String>,
    /// The rows of another kind are read as events.
    pub as_events: bool,
    pub reading: Reading,
    /// Words that mean won; empty stands for the usual ones.
    pub won: Vec<String>,
    /// Words that mean lost; empty stands for the usual ones.
    pub lost: Vec<String>,
}

/// Attributes from another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupSettings {
    pub name: String,
    pub file: PathBuf,
    pub key: String,
}

/// What happens to records, whatever their source.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadingSettings {
    pub max_rejects: RejectLimit,
    /// Where rejects are written.
    pub rejects: Option<PathBuf>,
    pub dedupe: bool,
    pub fail_if_empty: bool,
    pub show_values: bool,
}

/// What all analyses share.
#[derive(Debug, Clone, PartialEq)]
pub struct CommonSettings {
    /// `name` of `[funnel]`.
    pub title: Option<String>,
    /// `currency` of `[funnel]`.
    pub currency: Option<String>,
    pub timezone: Tz,
    pub week_start: WeekStart,
    pub as_of: Option<Moment>,
    pub since: Option<Moment>,
    pub until: Option<Moment>,
    /// As it was asked for; `--since` and `--until` are its days once these are known.
    pub period: Option<period::Period>,
    /// Its days; `None` without a period, and as long as the as-of time has to be read from the data.
    pub span: Option<period::Span>,
    pub filters: FilterSettings,
    /// Between 0 and 1.
    pub confidence: f64,
    /// Counts of 1 to less than these are hidden.
    pub min_cell: Option<u64>,
}

impl CommonSettings {
    /// Returns the first microsecond of `--since` in the zone.
    #[must_use]
    pub fn since_micros(&self) -> Option<Micros> {
        self.since.map(|moment| moment.first(self.timezone))
    }

    /// Returns the last microsecond of `--until` in the zone; it is included.
    #[must_use]
    pub fn until_micros(&self) -> Option<Micros> {
        self.until.map(|moment| moment.last(self.timezone))
    }

    /// Returns the last microsecond of `--as-of` in the zone.
    #[must_use]
    pub fn as_of_micros(&self) -> Option<Micros> {
        self.as_of.map(|moment| moment.last(self.timezone))
    }
}

/// SQL boolean expressions; all of a list must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterSettings {
    pub rows: Vec<String>,
    pub entry: Vec<String>,
    pub unit: Vec<String>,
}

/// What meets a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepMatch {
    /// Any of these event or stage names.
    Names(Vec<String>),
    /// An SQL boolean expression.
    Expression(String),
}

/// Rates that a step should reach, 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Goal {
    pub from_previous: Option<f64>,
    pub from_first: Option<f64>,
}

impl Goal {
    /// Whether it says anything.
    #[must_use]
    pub const fn is_set(self) -> bool {
        self.from_previous.is_some() || self.from_first.is_some()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct StepSetting {
    pub name: String,
    pub matches: StepMatch,
    pub goal: Option<Goal>,
    pub rule: StepRule,
}

/// An event that ends attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExclusionSetting {
    /// As it was given.
    pub text: String,
    pub matches: StepMatch,
    /// Number of the step (from 1) after which it counts; `None`: the first.
    pub from: Option<u32>,
    /// Number of the step before which it counts; `None`: the last.
    pub to: Option<u32>,
}

/// Which journeys count. All but `optional` and the exclusions are for events only, and `None` where not given.
#[derive(Debug, Clone, PartialEq)]
pub struct JourneySettings {
    /// Names of steps that may be skipped.
    pub optional: Vec<String>,
    pub exclusions: Vec<ExclusionSetting>,
    pub exclusion: Option<ExclusionEffect>,
    pub entry: Option<Entry>,
    pub grace: Option<Span>,
    pub count: Option<Count>,
    pub session_gap: Option<Span>,
    pub hold: Vec<String>,
    pub range: Option<RangeBinds>,
}

/// Tables of `funnel conversion` that are made where they are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableSettings {
    pub histogram: bool,
    pub compare: Option<Compare>,
    /// Columns whose values are held against going on and stopping.
    pub drivers: Vec<String>,
}

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

/// What is asked of the command alone.
#[derive(Debug, Clone, PartialEq)]
pub enum Analysis {
    Check,
    Churn(ChurnSettings),
    Conversion(ConversionSettings),
    Cycle(CycleSettings),
    Pipeline(PipelineSettings),
    Leads(LeadsSettings),
    Cost(CostSettings),
    Attribution(AttributionSettings),
    Cohort(super::cohort::CohortSettings),
    Lifecycle(LifecycleSettings),
    Value(ValueSettings),
    Paths(PathsSettings),
    Report(Box<ReportSettings>),
}

impl Analysis {
    /// The steps of the conversion funnel that were given; empty where it has none.
    #[must_use]
    pub fn steps(&self) -> &[StepSetting] {
        match self {
            Self::Conversion(asked) => &asked.steps,
            Self::Report(asked) => &asked.conversion.steps,
            _ => &[],
        }
    }

    /// The breakdown columns that were asked for.
    #[must_use]
    pub fn by(&self) -> &[String] {
        match self {
            Self::Conversion(asked) => &asked.by,
            Self::Churn(asked) => &asked.by,
            Self::Cohort(asked) => &asked.by,
            Self::Lifecycle(asked) => &asked.by,
            Self::Value(asked) => &asked.by,
            Self::Paths(asked) => &asked.by,
            Self::Cycle(asked) => &asked.deals.by,
            Self::Pipeline(asked) => &asked.deals.by,
            Self::Leads(asked) => &asked.deals.by,
            Self::Report(asked) => &asked.conversion.by,
            Self::Attribution(_) | Self::Cost(_) | Self::Check => &[],
        }
    }
}

/// Where the result goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Stdout,
    File(PathBuf),
    /// One file per table.
    Directory(PathBuf),
}

/// What a key figure should be.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalSetting {
    pub place: Place,
    pub limit: Limit,
}

/// Checks, records and the lock of a run that nobody watches.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunSettings {
    pub fail_if: Vec<Condition>,
    pub fail_on_goal: bool,
    pub record: Option<PathBuf>,
    pub append: Option<PathBuf>,
    pub lock: Option<PathBuf>,
    /// `[goals]` of `funnel.toml`.
    pub goals: Vec<GoalSetting>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct OutputSettings {
    pub format: Format,
    pub target: Target,
    pub table: Option<String>,
    /// `None`: seconds in machine formats, the fitting unit for people.
    pub time_unit: Option<TimeUnit>,
    pub locale: Locale,
    pub csv_dialect: CsvDialect,
    pub csv_formulas: CsvFormulas,
    pub quiet: bool,
    pub no_progress: bool,
    /// `NO_COLOR` is accounted for.
    pub color: Color,
    pub error_format: ErrorFormat,
    pub run: RunSettings,
}

/// Everything a run needs to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub command: &'static str,
    pub sources: Vec<SourceSettings>,
    pub lookups: Vec<LookupSettings>,
    pub loading: LoadingSettings,
    pub common: CommonSettings,
    pub analysis: Analysis,
    pub output: OutputSettings,
    /// Every setting with its origin, in the order of the groups.
    pub in_force: Vec<InForce>,
    /// What a reader should know about the settings.
    pub notes: Vec<Note>,
    /// The `funnel.toml` that was read.
    pub config_path: Option<PathBuf>,
}

impl Settings {
    /// Returns the settings that shape the numbers, for the output: name and value.
    #[must_use]
    pub fn shown(&self) -> Vec<(String, serde_json::Value)> {
        let shaping = self.in_force.iter().filter(|setting| setting.area != Area::Output);
        shaping.map(|setting| (setting.name.clone(), setting.value.clone())).collect()
    }

    /// Returns where a setting came from.
    #[must_use]
    pub fn origin(&self, name: &str) -> Option<&Origin> {
        self.in_force.iter().find(|setting| setting.name == name).map(|setting| &setting.origin)
    }
}

impl InputPath {
    /// Returns the path, unless it is standard input.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdin => None,
            Self::Path(path) => Some(path),
        }
    }
}
