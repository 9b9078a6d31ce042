//! Conditions on key figures: `conversion.overall.rate < 0.05`, and the limits of goals: `>= 5%`, `<= 30d`.

use super::duration::duration;
use super::{Invalid, Parsed};
use crate::model::time::MICROS_PER_SECOND;
use std::fmt;

const HINT: &str = "such as 'conversion.overall.rate < 0.05' or 'pipeline.summary.stuck > 20'";

/// How a figure is compared with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Below,
    AtMost,
    Above,
    AtLeast,
    Equal,
    Unequal,
}

impl Sign {
    /// Longer words first, since they begin with shorter ones.
    const WORDS: [(&str, Self); 8] = [
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("==", Self::Equal),
        ("!=", Self::Unequal),
        ("<>", Self::Unequal),
        ("<", Self::Below),
        (">", Self::Above),
        ("=", Self::Equal),
    ];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Equal => "=",
            Self::Unequal => "!=",
        }
    }

    #[must_use]
    #[expect(clippy::float_cmp, reason = "`rate = 1` asks for exactly that")]
    pub fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Below => value < limit,
            Self::AtMost => value <= limit,
            Self::Above => value > limit,
            Self::AtLeast => value >= limit,
            Self::Equal => value == limit,
            Self::Unequal => value != limit,
        }
    }
}

/// How a number was written, which says what it may be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Plain,
    /// `5%`: of shares.
    Percent,
    /// `14d`: of durations; the number is in seconds.
    Duration,
    /// `true` is 1, `false` is 0.
    Flag,
}

/// A sign and a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    pub sign: Sign,
    pub number: f64,
    pub form: Form,
    /// The number as it was written.
    text: String,
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.sign.word(), self.text)
    }
}

/// A column of a table, as the report names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub command: String,
    pub table: String,
    pub column: String,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.command, self.table, self.column)
    }
}

/// What no row of a table may meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    pub place: Place,
    pub limit: Limit,
}

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.place, self.limit)
    }
}

/// Parses `COMMAND.TABLE.COLUMN OP N`.
///
/// # Errors
/// A part that is missing, another sign, another number.
pub fn condition(text: &str) -> Parsed<Condition> {
    let Some(split) = text.find(['<', '>', '=', '!']) else {
        return Err(Invalid::new("a condition is COMMAND.TABLE.COLUMN OP N").with_hint(HINT));
    };
    Ok(Condition { place: place(&text[..split])?, limit: limit(&text[split..])? })
}

/// Parses `COMMAND.TABLE.COLUMN`.
///
/// # Errors
/// A part that is missing.
pub fn place(text: &str) -> Parsed<Place> {
    let parts: Vec<&str> = text.splitn(3, '.').map(str::trim).collect();
    match parts.as_slice() {
        [command, table, column] if parts.iter().all(|part| !part.is_empty()) => {
            let [command, table, column] = [command, table, column].map(|part| (*part).to_owned());
            Ok(Place { command, table, column })
        }
        _ => Err(Invalid::new(format!("`{}` is not COMMAND.TABLE.COLUMN", text.trim())).with_hint(HINT)),
    }
}

/// Parses a sign and a number: `>= 0.05`, `< 5%`, `<= 30d`, `= true`.
///
/// # Errors
/// Another sign, another number.
pub fn limit(text: &str) -> Parsed<Limit> {
    let text = text.trim();
    let found = Sign::WORDS.iter().find_map(|(word, sign)| Some((*sign, text.strip_prefix(word)?.trim())));
    let Some((sign, number)) = found else {
        return Err(Invalid::new(format!("`{text}` has no sign")).with_hint("one of <, <=, >, >=, =, !="));
    };
    let (value, form) = value(number)?;
    Ok(Limit { sign, number: value, form, text: number.to_owned() })
}

/// At least this number, as a goal without a sign means.
#[must_use]
pub fn at_least(number: f64) -> Limit {
    Limit { sign: Sign::AtLeast, number, form: Form::Plain, text: number.to_string() }
}

fn value(text: &str) -> Parsed<(f64, Form)> {
    let wrong = || {
        Invalid::new(format!("`{text}` is no number"))
            .with_hint("such as 0.05, 5%, 1200, 30d, or true and false of flags")
    };
    match text {
        "true" => return Ok((1.0, Form::Flag)),
        "false" => return Ok((0.0, Form::Flag)),
        _ => {}
    }
    if let Some(percent) = text.strip_suffix('%') {
        return plain(percent.trim_end()).map(|percent| (percent / 100.0, Form::Percent)).ok_or_else(wrong);
    }
    if let Some(number) = plain(text) {
        return Ok((number, Form::Plain));
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 1000 years in microseconds")]
    let seconds = |micros: i64| micros as f64 / MICROS_PER_SECOND as f64;
    duration(text).map(|micros| (seconds(micros), Form::Duration)).map_err(|_| wrong())
}

/// Digits with at most one point and a sign; no exponents and no words.
fn plain(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let shape = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: f64 = text.parse().ok().filter(|_| shape && digits.bytes().any(|byte| byte.is_ascii_digit()))?;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{Form, Sign, condition, limit};
    use proptest::prelude::*;

    #[test]
    fn a_condition_has_a_place_a_sign_and_a_number() {
        for (text, shown, sign, number, form) in [
            ("conversion.overall.rate<0.05", "conversion.overall.rate < 0.05", Sign::Below, 0.05, Form::Plain),
            ("conversion.steps.goal_met = false", "conversion.steps.goal_met = false", Sign::Equal, 0.0, Form::Flag),
            ("a.b.c >= 12.5 %", "a.b.c >= 12.5 %", Sign::AtLeast, 0.125, Form::Percent),
            ("cycle.cycle.median > 30d", "cycle.cycle.median > 30d", Sign::Above, 2_592_000.0, Form::Duration),
            (
                "churn.revenue.net_churn_rate != -1",
                "churn.revenue.net_churn_rate != -1",
                Sign::Unequal,
                -1.0,
                Form::Plain,
            ),
            ("a.b.a column.x <> 1", "a.b.a column.x != 1", Sign::Unequal, 1.0, Form::Plain),
        ] {
            let parsed = condition(text).unwrap();
            assert_eq!(parsed.to_string(), shown);
            assert_eq!((parsed.limit.sign, parsed.limit.number, parsed.limit.form), (sign, number, form), "{text}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for text in [
            "",
            "rate < 1",
            "conversion.rate < 1",
            "a.b.c",
            "a.b.c 5",
            "a.b.c <",
            "a.b.c < x",
            "a..c < 1",
            ".b.c < 1",
            "a.b.c < 1e5",
            "a.b.c < inf",
            "a.b.c < nan",
            "a.b.c < 5 percent",
            "a.b.c => 5",
            "a.b.c < -",
            "a.b.c < .",
            "a.b.c < 1 < 2",
            "a.b.c ! 5",
        ] {
            assert!(condition(text).is_err(), "{text}");
        }
    }

    #[test]
    fn equal_numbers_are_on_neither_side() {
        assert!(!Sign::Below.holds(0.05, 1.0 / 20.0) && Sign::AtMost.holds(0.05, 1.0 / 20.0));
        assert!(!Sign::Above.holds(2.0, 2.0) && Sign::AtLeast.holds(2.0, 2.0) && !Sign::Unequal.holds(2.0, 2.0));
        assert_eq!(limit("< 5%").unwrap().number.to_bits(), 0.05_f64.to_bits());
    }

    proptest! {
        #[test]
        fn never_panics(text in "(a|\\.|<|>|=|!|%|-|[0-9]|d|é| |\\PC)*") {
            let _ = condition(&text);
        }
    }
}
