//! The ways in which a date whose day or month comes first, or whose month has a name, is written.

use super::calendar::Civil;
use super::dated::Dated;
use super::time::TimeFault;
use super::time_format::DateOrder;

/// What stands between the parts of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateSeparator {
    Slash,
    Hyphen,
    Point,
    /// The month is an English name or its first letters; spaces or hyphens stand around it.
    MonthName,
}

/// How many digits a year has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum YearDigits {
    /// 70-99 are 19xx, 00-69 are 20xx.
    Two,
    Four,
}

/// How the time of day is written; cells without one are dates in every style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockStyle {
    /// All cells are dates.
    None,
    TwentyFourHours,
    /// With AM and PM.
    TwelveHours,
}

/// The one way in which the dates of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DatePattern {
    pub order: DateOrder,
    pub separator: DateSeparator,
    pub year: YearDigits,
    pub clock: ClockStyle,
}

impl DatePattern {
    pub(super) fn parse(self, cell: &[u8]) -> Result<Civil, TimeFault> {
        let dated = Dated::read(cell)?;
        let styled = dated.separator == self.separator
            && (dated.clock == ClockStyle::None || dated.clock == self.clock)
            && dated.named_order.is_none_or(|order| order == self.order);
        if !styled || dated.year_digits(self.order) != Some(self.year) {
            return Err(TimeFault::Unreadable);
        }
        dated.civil(self.order)
    }

    /// Returns the strftime form, which `--time-format` takes to mean the same.
    pub(super) fn name(self) -> String {
        let year = if self.year == YearDigits::Four { "%Y" } else { "%y" };
        let (mark, month) = match self.separator {
            DateSeparator::Slash => ("/", "%m"),
            DateSeparator::Hyphen => ("-", "%m"),
            DateSeparator::Point => (".", "%m"),
            DateSeparator::MonthName => (" ", "%b"),
        };
        let [first, second, third] = match self.order {
            DateOrder::Dmy => ["%d", month, year],
            DateOrder::Mdy => [month, "%d", year],
            DateOrder::Ymd => [year, month, "%d"],
        };
        let clock = match self.clock {
            ClockStyle::None => "",
            ClockStyle::TwentyFourHours => " %H:%M:%S",
            ClockStyle::TwelveHours => " %I:%M:%S %p",
        };
        format!("{first}{mark}{second}{mark}{third}{clock}")
    }

    /// Returns every pattern that can be told or recognised: years of four digits in front are ISO, and a month's name
    /// does not follow a year.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        use {DateOrder as Order, DateSeparator as Separator, YearDigits as Year};
        const ORDERS: [(Order, Year); 5] = [
            (Order::Dmy, Year::Four),
            (Order::Mdy, Year::Four),
            (Order::Dmy, Year::Two),
            (Order::Mdy, Year::Two),
            (Order::Ymd, Year::Two),
        ];
        const SEPARATORS: [Separator; 4] =
            [Separator::Slash, Separator::Hyphen, Separator::Point, Separator::MonthName];
        const CLOCKS: [ClockStyle; 3] = [ClockStyle::None, ClockStyle::TwentyFourHours, ClockStyle::TwelveHours];
        SEPARATORS.into_iter().flat_map(|separator| {
            ORDERS
                .into_iter()
                .filter(move |(order, _)| (separator, *order) != (Separator::MonthName, Order::Ymd))
                .flat_map(move |(order, year)| {
                    CLOCKS.into_iter().map(move |clock| Self { order, separator, year, clock })
                })
        })
    }

    /// Returns the place of the pattern in a table of [`Self::PLACES`].
    pub(super) const fn place(self) -> usize {
        ((self.separator as usize * 3 + self.order as usize) * 2 + self.year as usize) * 3 + self.clock as usize
    }

    pub(super) const PLACES: usize = 4 * 3 * 2 * 3;
}
