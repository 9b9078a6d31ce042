//! `funnel value`.

use super::filters::{BreakdownArgs, FilterArgs, TimeArgs};
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, MoreSourceArgs, SourceArgs};
use super::values::{self, Invalid, Parsed, moment::Moment};
use crate::model::horizon::Horizon;
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  funnel value orders.csv
  funnel value orders.csv --spend ads.csv --margin 60% --horizon 12m
  funnel value --subscriptions subscriptions.csv --margin 0.8 --retention-change 0.01
  funnel value --deals deals.csv --account company --by sales_agent
  funnel value orders.csv --every month --format csv";

/// Average sale, orders and revenue per customer, lifetime value, what retention is worth
///
/// From orders, else subscriptions, else won deals. Lifetime value is given by several methods, each with its name, its
/// horizon and the customers behind it; beside them stands what the models would have forecast, and what came.
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = EXAMPLES)]
pub struct ValueArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub more_sources: MoreSourceArgs,
    #[command(flatten)]
    pub value: ValueOptions,
    #[command(flatten)]
    pub filters: FilterArgs,
    #[command(flatten)]
    pub breakdown: BreakdownArgs,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What only this command asks.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Value")]
pub struct ValueOptions {
    /// How far from the first purchase value is counted: 12m, 365d, 3y
    ///
    /// Default: 12m. Months and years are those of the calendar.
    #[arg(long, value_name = "SPAN", value_parser = horizon)]
    pub horizon: Option<Horizon>,

    /// Share of revenue that is left after the cost of what is sold: 0.6 or 60%
    ///
    /// Default: none; lifetime value is revenue then, not profit.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub margin: Option<f64>,

    /// Last day of the data that the models are checked with; they forecast the rest
    ///
    /// Default: two thirds of the way from the first purchase to the as-of time.
    #[arg(long, value_name = "TIME", value_parser = values::moment::moment)]
    pub calibration_end: Option<Moment>,

    /// Change of retention whose worth is shown: 0.01 is one point
    ///
    /// Default: 0.01.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub retention_change: Option<f64>,

    /// Column of deals that names the customer
    ///
    /// Default: none; every won deal is a customer of its own then.
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub account: Option<String>,
}

/// Parses `12m`, `365d`, `52w` or `3y`.
///
/// # Errors
/// Anything else, nothing at all, and more than ten years.
pub fn horizon(text: &str) -> Parsed<Horizon> {
    let trimmed = text.trim();
    let split = trimmed.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(trimmed.len());
    let (number, unit) = trimmed.split_at(split);
    let number: Option<u32> = number.parse().ok();
    let found = match unit.trim() {
        "d" => number.map(Horizon::Days),
        "w" => number.and_then(|weeks| weeks.checked_mul(7)).map(Horizon::Days),
        "m" | "mo" => number.map(Horizon::Months),
        "y" => number.and_then(|years| years.checked_mul(12)).map(Horizon::Months),
        _ => None,
    };
    match found {
        Some(Horizon::Days(1..=Horizon::MOST_DAYS) | Horizon::Months(1..=Horizon::MOST_MONTHS)) => {}
        Some(Horizon::Days(0) | Horizon::Months(0)) => return Err(Invalid::new("a horizon is at least one day")),
        Some(_) => return Err(Invalid::new("a horizon is at most ten years").with_hint("such as 10y")),
        None => {
            let hint = "such as 12m, 365d, 52w or 3y";
            return Err(Invalid::new("a horizon is a whole number and a unit: d, w, m or y").with_hint(hint));
        }
    }
    found.ok_or_else(|| Invalid::new("a horizon is expected"))
}

/// Parses a share above 0 and at most 1, also as a percentage.
///
/// # Errors
/// Anything else.
pub fn share(text: &str) -> Parsed<f64> {
    let trimmed = text.trim();
    let (number, scale) = trimmed.strip_suffix('%').map_or((trimmed, 1.0), |number| (number.trim_end(), 100.0));
    let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let found = number.parse::<f64>().ok().filter(|_| plain).map(|number| number / scale);
    found
        .filter(|share| *share > 0.0 && *share <= 1.0)
        .ok_or_else(|| Invalid::new("a share above 0 and at most 1 is expected").with_hint("such as 0.6 or 60%"))
}

#[cfg(test)]
mod tests {
    use super::{horizon, share};
    use crate::model::horizon::Horizon;

    #[test]
    fn horizons() {
        assert_eq!(horizon("12m"), Ok(Horizon::Months(12)));
        assert_eq!(horizon("365d"), Ok(Horizon::Days(365)));
        assert_eq!(horizon(" 39 w "), Ok(Horizon::Days(273)));
        assert_eq!(horizon("3y"), Ok(Horizon::Months(36)));
        for text in ["", "12", "0d", "0m", "m", "-1m", "1.5y", "11y", "99999999999d", "4000d", "12h", "900000000w"] {
            assert!(horizon(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shares() {
        assert_eq!(share("60%"), Ok(0.6));
        assert_eq!(share("0.01"), Ok(0.01));
        for text in ["0", "1.1", "60", "-0.1", "x", "", "%", "nan", "1e-2"] {
            assert!(share(text).is_err(), "{text}");
        }
    }
}
