//! Recurring amounts: billing intervals in words, and what they come to per month, exactly.

use super::decimal::Decimal;
use super::names::fold;
use chrono::{Days, Months, NaiveDate};

/// The length of which a billing interval is a multiple.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IntervalUnit {
    Day,
    Week,
    Month,
}

/// How often an amount is billed: every `count` units (a year is twelve months).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    pub unit: IntervalUnit,
    /// At least 1.
    pub count: u32,
}

/// Words of an interval, folded, with their unit and how many of it they are.
const WORDS: &[(IntervalUnit, u32, &[&str])] = &[
    (
        IntervalUnit::Day,
        1,
        &[
            "d",
            "day",
            "days",
            "daily",
            "jour",
            "jours",
            "quotidien",
            "quotidienne",
            "journalier",
            "tag",
            "tage",
            "taglich",
            "dia",
            "dias",
            "diario",
            "giorno",
            "giorni",
            "giornaliero",
        ],
    ),
    (
        IntervalUnit::Week,
        1,
        &[
            "w",
            "wk",
            "week",
            "weeks",
            "weekly",
            "semaine",
            "semaines",
            "hebdomadaire",
            "woche",
            "wochen",
            "wochentlich",
            "semana",
            "semanas",
            "semanal",
            "settimana",
            "settimane",
            "settimanale",
        ],
    ),
    (IntervalUnit::Week, 2, &["fortnight", "fortnightly"]),
    (
        IntervalUnit::Month,
        1,
        &[
            "m",
            "mo",
            "mon",
            "mth",
            "month",
            "months",
            "monthly",
            "mois",
            "mensuel",
            "mensuelle",
            "monat",
            "monate",
            "monatlich",
            "mes",
            "meses",
            "mensual",
            "mese",
            "mesi",
            "mensile",
            "mensal",
            "maand",
            "maandelijks",
        ],
    ),
    (
        IntervalUnit::Month,
        3,
        &[
            "q",
            "quarter",
            "quarters",
            "quarterly",
            "trimestre",
            "trimestres",
            "trimestriel",
            "trimestrielle",
            "quartal",
            "quartale",
            "quartalsweise",
            "vierteljahr",
            "vierteljahrlich",
            "trimestral",
            "trimestrale",
            "kwartaal",
        ],
    ),
    (
        IntervalUnit::Month,
        6,
        &[
            "halfyear",
            "halfyearly",
            "semiannual",
            "semiannually",
            "semestre",
            "semestriel",
            "semestrielle",
            "halbjahr",
            "halbjahrlich",
            "semestral",
            "semestrale",
        ],
    ),
    (
        IntervalUnit::Month,
        12,
        &[
            "y",
            "yr",
            "year",
            "years",
            "yearly",
            "annual",
            "annually",
            "annum",
            "an",
            "ans",
            "annee",
            "annees",
            "annuel",
            "annuelle",
            "jahr",
            "jahre",
            "jahrlich",
            "ano",
            "anos",
            "anual",
            "anno",
            "anni",
            "annuale",
            "jaar",
            "jaarlijks",
        ],
    ),
];

/// What may stand before the number.
const EVERY: &[&str] = &["every", "each", "per", "tousles", "toutesles", "par", "alle", "pro", "cada", "por", "ogni"];

/// Longer intervals than this many units are no billing intervals.
const LONGEST: u32 = 3_660;

impl Interval {
    pub const MONTH: Self = Self { unit: IntervalUnit::Month, count: 1 };

    /// Reads words such as `month`, `Yearly`, `3 months`, `every 2 weeks`, `P1Y`, `trimestriel`, `jährlich`; `None` for
    /// any other, among them `biweekly` and `bimonthly`, which mean two things.
    #[must_use]
    pub fn from_words(text: &str) -> Option<Self> {
        let folded = fold(text);
        if let Some(interval) = Self::word(&folded) {
            return Some(interval);
        }
        let bare = EVERY.iter().find_map(|prefix| folded.strip_prefix(prefix)).unwrap_or(&folded);
        let bare = bare
            .strip_prefix('p')
            .filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
            .unwrap_or(bare);
        let split = bare.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(bare.len());
        let (number, word) = bare.split_at(split);
        let count = if number.is_empty() { 1 } else { number.parse().ok()? };
        Self::word(word)?.times(count)
    }

    fn word(folded: &str) -> Option<Self> {
        let found = WORDS.iter().find(|(_, _, words)| words.contains(&folded))?;
        Some(Self { unit: found.0, count: found.1 })
    }

    /// An interval of so many of this one; `None` for none or too many.
    #[must_use]
    pub fn times(self, count: u32) -> Option<Self> {
        let count = self.count.checked_mul(count).filter(|count| (1..=LONGEST).contains(count))?;
        Some(Self { unit: self.unit, count })
    }

    /// The day of the payment after `count` others: the same day of a later month, or the month's last one.
    #[must_use]
    pub fn payment(self, start: NaiveDate, count: u32) -> Option<NaiveDate> {
        let units = self.count.checked_mul(count)?;
        match self.unit {
            IntervalUnit::Day => start.checked_add_days(Days::new(u64::from(units))),
            IntervalUnit::Week => start.checked_add_days(Days::new(u64::from(units) * 7)),
            IntervalUnit::Month => start.checked_add_months(Months::new(units)),
        }
    }

    /// The interval as a number, for columns of codes.
    #[must_use]
    pub const fn code(self) -> u32 {
        self.unit as u32 * (LONGEST + 1) + self.count
    }

    /// Reads [`Self::code`] back.
    #[must_use]
    pub const fn from_code(code: u32) -> Self {
        let unit = match code / (LONGEST + 1) {
            0 => IntervalUnit::Day,
            1 => IntervalUnit::Week,
            _ => IntervalUnit::Month,
        };
        Self { unit, count: code % (LONGEST + 1) }
    }

    /// Parts of [`Monthly`] that a unit of money billed per unit of time comes to in a month.
    const fn parts(self) -> i128 {
        match self.unit {
            IntervalUnit::Day => Monthly::PARTS * 365 / 12,
            IntervalUnit::Week => Monthly::PARTS * 52 / 12,
            IntervalUnit::Month => Monthly::PARTS,
        }
    }
}

/// A monthly recurring amount, kept as a whole number of parts of 10^-18, so that a third of a quarter's price and a
/// twelfth of a year's have no rounding and sums never drift.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Monthly(pub i128);

impl Monthly {
    pub const ZERO: Self = Self(0);

    /// Parts of the smallest money: divisible by 1 to 12 and by 12 once more, so that days (x 365/12), weeks (x 52/12)
    /// and one to twelve of any unit are exact; other multiples are rounded down to a part.
    const PARTS: i128 = 12 * 27_720;

    /// The monthly amount of a price per interval: a day x 365/12, a week x 52/12, a quarter / 3, a year / 12.
    /// `None` beyond the exact range.
    #[must_use]
    pub fn of(amount: Decimal, interval: Interval) -> Option<Self> {
        let parts = amount.0.checked_mul(interval.parts())?;
        Some(Self(parts.checked_div(i128::from(interval.count))?))
    }

    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The amount as money, rounded to the nearest 10^-18.
    #[must_use]
    pub fn money(self) -> Decimal {
        let (whole, rest) = (self.0.div_euclid(Self::PARTS), self.0.rem_euclid(Self::PARTS));
        Decimal(whole + i128::from(rest * 2 >= Self::PARTS))
    }

    /// This share of another; `None` of nothing.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a ratio needs no more than 53 bits")]
    pub fn ratio(self, whole: Self) -> Option<f64> {
        (whole.0 != 0).then(|| self.0 as f64 / whole.0 as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::{Interval, IntervalUnit, Monthly};
    use crate::model::decimal::Decimal;

    fn months(count: u32) -> Interval {
        Interval { unit: IntervalUnit::Month, count }
    }

    #[test]
    fn reads_words_of_several_languages() {
        for word in ["month", "Monthly", "MONATLICH", "mensuel", "mensual", "1 month", "P1M", "per month", "par mois"] {
            assert_eq!(Interval::from_words(word), Some(months(1)), "{word}");
        }
        for word in ["quarter", "quarterly", "trimestriel", "vierteljährlich", "3 months", "every 3 months", "P3M"] {
            assert_eq!(Interval::from_words(word), Some(months(3)), "{word}");
        }
        for word in ["year", "Yearly", "annual", "annuel", "jährlich", "año", "12 months", "P1Y", "tous les 12 mois"]
        {
            assert_eq!(Interval::from_words(word), Some(months(12)), "{word}");
        }
        assert_eq!(Interval::from_words("2 years"), Some(months(24)));
        assert_eq!(Interval::from_words("every 2 weeks"), Some(Interval { unit: IntervalUnit::Week, count: 2 }));
        assert_eq!(Interval::from_words("30 days"), Some(Interval { unit: IntervalUnit::Day, count: 30 }));
    }

    #[test]
    fn unknown_and_ambiguous_words_are_refused() {
        for word in ["", "biweekly", "bimonthly", "once", "12", "0 months", "every", "99999999999 days", "p"] {
            assert_eq!(Interval::from_words(word), None, "{word}");
        }
    }

    #[test]
    fn payments_fall_on_the_same_day_of_the_month() {
        let start = "2024-01-31".parse().unwrap();
        let paid = |count| Interval::MONTH.payment(start, count).unwrap().to_string();
        assert_eq!([paid(0), paid(1), paid(2)], ["2024-01-31", "2024-02-29", "2024-03-31"]);
        let fortnight = Interval { unit: IntervalUnit::Week, count: 2 };
        assert_eq!(fortnight.payment(start, 1).unwrap().to_string(), "2024-02-14");
    }

    #[test]
    fn codes_read_back() {
        for unit in [IntervalUnit::Day, IntervalUnit::Week, IntervalUnit::Month] {
            for count in [1, 12, 3_660] {
                let interval = Interval { unit, count };
                assert_eq!(Interval::from_code(interval.code()), interval);
            }
        }
    }

    fn monthly(amount: i64, word: &str) -> Monthly {
        Monthly::of(Decimal::from_integer(amount), Interval::from_words(word).unwrap()).unwrap()
    }

    #[test]
    fn amounts_per_month_are_exact() {
        assert_eq!(monthly(12, "week").money(), Decimal::from_integer(52));
        assert_eq!(monthly(12, "day").money(), Decimal::from_integer(365));
        assert_eq!(monthly(100, "month").money(), Decimal::from_integer(100));
        assert_eq!(monthly(30, "quarter").money(), Decimal::from_integer(10));
        assert_eq!(monthly(100, "year").money().to_string(), "8.333333333333333333");
        // Twelve twelfths are whole again.
        let sum = (0..12).fold(Monthly::ZERO, |sum, _| sum.checked_add(monthly(100, "year")).unwrap());
        assert_eq!(sum.money(), Decimal::from_integer(100));
        assert_eq!(sum, monthly(100, "month"));
        assert_eq!(monthly(200, "year").money().to_string(), "16.666666666666666667");
        assert_eq!(monthly(1, "month").ratio(monthly(24, "year")), Some(0.5));
        assert_eq!(monthly(1, "month").ratio(Monthly::ZERO), None);
    }

    #[test]
    fn amounts_out_of_range_are_none() {
        assert_eq!(Monthly::of(Decimal(i128::MAX / 2), Interval::MONTH), None);
    }
}
