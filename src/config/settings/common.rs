//! What all commands are asked: bounds, filters, zones.

use crate::args::choices::WeekStart;
use crate::args::values::moment::Moment;
use crate::args::values::period;
use crate::model::time::Micros;
use chrono_tz::Tz;

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
