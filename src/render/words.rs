//! All words and number signs for people, in English; other languages are tables of messages (`locale`).
//!
//! Machine formats never look here.

/// What the renderers for people say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    pub decimal_point: &'static str,
    pub thousands: &'static str,
    /// Digits of the shortest whole number whose thousands are set apart.
    pub least_grouped: usize,
    /// Behind a share, with the space before it.
    pub percent: &'static str,
    /// Stands for a value that is not there.
    pub missing: &'static str,
    /// Stands for a value that is kept back.
    pub hidden: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    /// Under a table without rows.
    pub no_rows: &'static str,
    /// Before the labels of columns that the width did not allow.
    pub columns_left_out: &'static str,
    /// Names intervals among what was left out.
    pub intervals: &'static str,
    /// Between the bounds of an interval, where a dash would read as a sign.
    pub to: &'static str,
    /// Behind the course of a trend: that its last points may still change, of one and of several.
    pub last_unfinished: &'static str,
    pub some_unfinished: &'static str,
    /// Where only the latest periods of so many fit.
    pub last_periods: &'static str,
    /// So many courses are not drawn.
    pub more_lines: &'static str,
    pub milliseconds: &'static str,
    pub seconds: &'static str,
    pub minutes: &'static str,
    pub hours: &'static str,
    pub days: &'static str,
}

/// The words that other languages are given for.
pub const ENGLISH: Words = Words {
    decimal_point: ".",
    thousands: ",",
    least_grouped: 4,
    percent: " %",
    missing: "-",
    hidden: "hidden",
    yes: "yes",
    no: "no",
    no_rows: "(no rows)",
    columns_left_out: "Too narrow for:",
    intervals: "intervals",
    to: "to",
    last_unfinished: "the last may still change",
    some_unfinished: "the last {} may still change",
    last_periods: "the latest of {}",
    more_lines: "and {} more",
    milliseconds: "ms",
    seconds: "s",
    minutes: "min",
    hours: "h",
    days: "d",
};
