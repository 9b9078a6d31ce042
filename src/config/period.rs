//! `--period`: in place of which dates it stands, when its days are known, and its name in the names of files.

use super::resolver::{Key, Resolver};
use super::run::fill;
use super::settings::{CommonSettings, Origin, Settings};
use crate::args::choices::WeekStart;
use crate::args::filters::TimeArgs;
use crate::args::values::moment::Moment;
use crate::args::values::period::{self, Period};
use crate::document::Note;
use crate::error::{Error, Result};
use crate::model::time::Micros;
use crate::plan::calendar::{day_end, local_day};
use chrono::{NaiveDate, Weekday};
use serde_json::json;

/// What stands for the period's name in the name of a file.
pub const PLACE: &str = "{period}";

/// Resolves the period itself; of it and the dates the higher layer wins.
///
/// # Errors
/// A wrong period; a period and dates in the same layer.
pub fn period(resolver: &mut Resolver, time: &TimeArgs, common: &mut CommonSettings) -> Result<()> {
    let Some(found) = resolver.find(&Key::text("period", period::period), time.period)? else {
        resolver.note("period", &None::<Period>, Origin::Default);
        return Ok(());
    };
    let dates = ["since", "until"];
    let given = resolver.in_force.iter().filter(|setting| dates.contains(&setting.name.as_str()));
    let rival = given.max_by_key(|setting| setting.origin.layer()).map(|setting| setting.origin.clone());
    match rival.map_or(0, |origin| origin.layer()) {
        layer if layer > found.origin.layer() => {
            resolver.note("period", &None::<Period>, Origin::Default);
            return Ok(());
        }
        layer if layer == found.origin.layer() => {
            let error = Error::usage("--period cannot be combined with --since and --until");
            return Err(error.with_hint("a range of days is a period too: --period 2026-11-01..2026-11-15"));
        }
        _ => {}
    }
    (common.since, common.until) = (None, None);
    common.period = Some(found.value);
    resolver.note("period", &found.value, found.origin);
    Ok(())
}

impl Settings {
    /// Tells whether the days of the period wait for the as-of time of the data.
    #[must_use]
    pub fn awaits_as_of(&self) -> bool {
        self.common.period.is_some() && self.common.span.is_none()
    }

    /// Finds the days of the period where the data need not be asked.
    pub(super) fn settle_known_period(&mut self) -> Result<()> {
        match (self.common.period, self.common.as_of_micros()) {
            (Some(_), Some(as_of)) => self.settle_period(as_of),
            (Some(period), None) if period.is_relative() => Ok(()),
            (Some(_), None) => self.settle_period(0),
            (None, _) => self.name_files(),
        }
    }

    /// Finds the days of the period, and the names of files that hold its name.
    ///
    /// # Errors
    /// A period that the calendar in force does not have; a file that is named after a period that is not known.
    pub fn settle_period(&mut self, as_of: Micros) -> Result<()> {
        let Some(asked) = self.common.period else { return self.name_files() };
        let zone = self.common.timezone;
        let seen = local_day(as_of, zone);
        let is_over = day_end(as_of, zone) <= as_of;
        let unfinished = if is_over { seen.succ_opt().unwrap_or(seen) } else { seen };
        let week_start = match self.common.week_start {
            WeekStart::Monday => Weekday::Mon,
            WeekStart::Sunday => Weekday::Sun,
        };
        let span = asked.days(seen, unfinished, week_start).map_err(|invalid| {
            let mut error = Error::usage(format!("--period {asked}: {}", invalid.message));
            error.hint = invalid.hint;
            error
        })?;
        self.common.span = Some(span);
        self.common.since = Some(Moment::Date(span.first));
        self.common.until = Some(Moment::Date(span.last));
        let origin = self.origin("period").cloned().unwrap_or(Origin::Default);
        let shown = [("period", span.to_string()), ("since", span.first.to_string()), ("until", span.last.to_string())];
        for (name, value) in shown {
            if let Some(setting) = self.in_force.iter_mut().find(|setting| setting.name == name) {
                (setting.value, setting.origin) = (json!(value), origin.clone());
            }
        }
        if asked.is_relative() {
            let text = format!("period: {asked} is {span}, from {} to {}", span.first, span.last);
            self.notes.push(Note::note("period", text));
        }
        self.name_files()
    }

    /// Writes the period's name into the names of files.
    fn name_files(&mut self) -> Result<()> {
        let name = self.period_name();
        for (_, path) in self.written() {
            fill(path, name.as_deref())?;
        }
        self.refuse_clashes()
    }

    /// The name of the period; of whole days without a period, the range of these days.
    #[must_use]
    pub fn period_name(&self) -> Option<String> {
        let of_days = |first: NaiveDate, last: NaiveDate| period::Span { first, last, unit: None }.to_string();
        match (self.common.span, self.common.since, self.common.until) {
            (Some(span), ..) => Some(span.to_string()),
            (None, Some(Moment::Date(first)), Some(Moment::Date(last))) => Some(of_days(first, last)),
            _ => None,
        }
    }
}
