//! Finds the one format in which a column of times is written, from its cells.
//!
//! An ISO column is settled by the first cell that any format fits; every other format needs all cells (or so many
//! more cells than any other that the rest hardly matters), because `03/04/2024` proves nothing.

use super::date_pattern::{ClockStyle, DatePattern, DateSeparator, YearDigits};
use super::dated::Dated;
use super::epoch::{Digits, Epoch, EpochUnit};
use super::iso;
use super::time::TimeFault;
use super::time_format::{DateOrder, TimeFormat};
use std::fmt;

/// A format is decided before the end of a column once it fits so many cells more than any other.
const DECISIVE_LEAD: u64 = 1_024;

/// Why the cells of a column do not tell its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeAmbiguity {
    /// 03/04/2024: day or month first.
    DateOrder,
    /// Numbers whose count of digits is that of no epoch unit, or of two units alike.
    EpochUnit,
    /// Two formats fit equally many cells.
    Mixed,
    /// No known format fits any cell.
    NoFormat,
}

impl TimeAmbiguity {
    /// Returns the flag that settles it.
    #[must_use]
    pub const fn flag(self) -> &'static str {
        match self {
            Self::DateOrder => "--date-order",
            Self::EpochUnit | Self::Mixed | Self::NoFormat => "--time-format",
        }
    }

    /// Returns the way out, for the hint of the error.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::DateOrder => "pass `--date-order dmy` or `--date-order mdy`",
            Self::EpochUnit => {
                "pass `--time-format` with epoch-s, epoch-ms, epoch-us, epoch-ns, excel or a strftime format"
            }
            Self::Mixed | Self::NoFormat => "pass `--time-format` with a strftime format such as %d/%m/%Y %H:%M:%S",
        }
    }
}

impl fmt::Display for TimeAmbiguity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::DateOrder => "the dates do not show whether the day or the month comes first",
            Self::EpochUnit => "the digits of the numbers do not show a unit of time",
            Self::Mixed => "the times are written in several formats, none of which prevails",
            Self::NoFormat => "no known format of times fits any cell",
        })
    }
}

/// The first cell that any format fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    None,
    Iso,
    Other,
}

/// What the cells of a column tell about its format. Cells are trimmed and no null words; empty ones are ignored.
#[derive(Debug, Clone)]
pub struct TimeEvidence {
    cells: u64,
    first: First,
    iso: u64,
    /// Cells that look like ISO but do not exist, such as `0000-00-00`.
    iso_impossible: u64,
    /// How many cells each pattern reads; a date without a clock is counted under [`ClockStyle::None`] only.
    dated: [u64; DatePattern::PLACES],
    epoch: [u64; 4],
    /// Numbers with as many digits as no epoch unit.
    odd_numbers: u64,
}

impl Default for TimeEvidence {
    fn default() -> Self {
        Self::new()
    }
}

impl TimeEvidence {
    #[must_use]
    pub const fn new() -> Self {
        Self {
            cells: 0,
            first: First::None,
            iso: 0,
            iso_impossible: 0,
            dated: [0; DatePattern::PLACES],
            epoch: [0; 4],
            odd_numbers: 0,
        }
    }

    /// Takes a cell into account.
    pub fn observe(&mut self, cell: &[u8]) {
        if cell.is_empty() {
            return;
        }
        self.cells += 1;
        let iso = self.observe_iso(cell);
        let fits = iso || self.observe_number(cell) || self.observe_dated(cell);
        if fits && self.first == First::None {
            self.first = if iso { First::Iso } else { First::Other };
        }
    }

    fn observe_iso(&mut self, cell: &[u8]) -> bool {
        match iso::parse(cell) {
            Ok(_) => {
                self.iso += 1;
                return true;
            }
            Err(TimeFault::NoSuchTime) => self.iso_impossible += 1,
            Err(_) => {}
        }
        false
    }

    fn observe_number(&mut self, cell: &[u8]) -> bool {
        let Some(digits) = Digits::read(cell, b'.') else { return false };
        let unit = EpochUnit::of_digits(digits.whole.len());
        match unit {
            Some(unit) => self.epoch[unit as usize] += 1,
            None => self.odd_numbers += 1,
        }
        unit.is_some()
    }

    fn observe_dated(&mut self, cell: &[u8]) -> bool {
        let Ok(dated) = Dated::read(cell) else { return false };
        let mut fits = false;
        for order in [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd] {
            let Some(year) = dated.year_digits(order) else { continue };
            if dated.named_order.is_some_and(|named| named != order) || dated.civil(order).is_err() {
                continue;
            }
            let pattern = DatePattern { order, separator: dated.separator, year, clock: dated.clock };
            self.dated[pattern.place()] += 1;
            fits = true;
        }
        fits
    }

    /// Adds the evidence of cells that come later in the column.
    pub fn merge(&mut self, later: &Self) {
        self.cells += later.cells;
        self.iso += later.iso;
        self.iso_impossible += later.iso_impossible;
        self.odd_numbers += later.odd_numbers;
        for (count, further) in self.dated.iter_mut().zip(later.dated) {
            *count += further;
        }
        for (count, further) in self.epoch.iter_mut().zip(later.epoch) {
            *count += further;
        }
        if self.first == First::None {
            self.first = later.first;
        }
    }

    /// Whether the format is decided, so that later misfits are rejects. Parts of a column that others precede must
    /// be merged with them first.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.settled_with(None)
    }

    /// As [`Self::settled`], where `--date-order` was given or not.
    #[must_use]
    pub fn settled_with(&self, order: Option<DateOrder>) -> bool {
        if self.first == First::Iso {
            return true;
        }
        if self.cells < DECISIVE_LEAD {
            return false;
        }
        let (best, second) = self.ranking(order);
        best.count >= second.count + DECISIVE_LEAD
    }

    /// Returns the format that fits most cells, or `None` where no cell had content.
    ///
    /// # Errors
    /// The cells do not tell it; the error names the flag that does.
    pub fn decide(&self, order: Option<DateOrder>) -> Result<Option<TimeFormat>, TimeAmbiguity> {
        if self.cells == 0 {
            return Ok(None);
        }
        if self.first == First::Iso {
            return Ok(Some(TimeFormat::Iso));
        }
        let (best, second) = self.ranking(order);
        if best.count == 0 {
            return self.without_a_fit();
        }
        if best.count == second.count {
            return Err(tie(best.candidate, second.candidate));
        }
        Ok(Some(best.candidate.format()))
    }

    fn without_a_fit(&self) -> Result<Option<TimeFormat>, TimeAmbiguity> {
        if self.iso_impossible > 0 {
            return Ok(Some(TimeFormat::Iso));
        }
        if self.odd_numbers > 0 {
            return Err(TimeAmbiguity::EpochUnit);
        }
        Err(TimeAmbiguity::NoFormat)
    }

    /// Returns the candidate that fits most cells, and the next.
    fn ranking(&self, order: Option<DateOrder>) -> (Ranked, Ranked) {
        let none = Ranked { count: 0, candidate: Candidate::Iso };
        let mut top = (none, none);
        let mut place = |candidate, count| {
            let ranked = Ranked { count, candidate };
            if count > top.0.count {
                top = (ranked, top.0);
            } else if count > top.1.count {
                top.1 = ranked;
            }
        };
        place(Candidate::Iso, self.iso);
        for unit in EpochUnit::ALL {
            place(Candidate::Epoch(unit), self.epoch[unit as usize]);
        }
        for pattern in DatePattern::all().filter(|pattern| is_allowed(*pattern, order)) {
            place(Candidate::Dated(pattern), self.fitting(pattern));
        }
        top
    }

    /// Returns how many cells a pattern reads; 0 where another pattern that says more reads the same cells.
    fn fitting(&self, pattern: DatePattern) -> u64 {
        let count = |clock| self.dated[DatePattern { clock, ..pattern }.place()];
        let dates = count(ClockStyle::None);
        let timed = [ClockStyle::TwentyFourHours, ClockStyle::TwelveHours];
        if pattern.clock == ClockStyle::None {
            return if timed.into_iter().all(|clock| count(clock) == 0) { dates } else { 0 };
        }
        if count(pattern.clock) == 0 { 0 } else { count(pattern.clock) + dates }
    }
}

#[derive(Debug, Clone, Copy)]
struct Ranked {
    count: u64,
    candidate: Candidate,
}

#[derive(Debug, Clone, Copy)]
enum Candidate {
    Iso,
    Epoch(EpochUnit),
    Dated(DatePattern),
}

impl Candidate {
    const fn format(self) -> TimeFormat {
        match self {
            Self::Iso => TimeFormat::Iso,
            Self::Epoch(unit) => TimeFormat::Epoch(Epoch { unit, told: false }),
            Self::Dated(pattern) => TimeFormat::Dated(pattern),
        }
    }
}

/// Whether a pattern can be the column's under `--date-order`. Names of months show their order; `ymd` concerns years
/// of two digits, which are in front only if it says so.
fn is_allowed(pattern: DatePattern, order: Option<DateOrder>) -> bool {
    if pattern.separator == DateSeparator::MonthName {
        return true;
    }
    match (order, pattern.year) {
        (None, _) | (Some(DateOrder::Ymd), YearDigits::Four) => pattern.order != DateOrder::Ymd,
        (Some(order), _) => pattern.order == order,
    }
}

fn tie(one: Candidate, other: Candidate) -> TimeAmbiguity {
    match (one, other) {
        (Candidate::Dated(one), Candidate::Dated(other)) if one == (DatePattern { order: one.order, ..other }) => {
            TimeAmbiguity::DateOrder
        }
        (Candidate::Epoch(_), Candidate::Epoch(_)) => TimeAmbiguity::EpochUnit,
        _ => TimeAmbiguity::Mixed,
    }
}
