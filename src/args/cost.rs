//! `funnel cost`.

use super::filters::{BreakdownArgs, FilterArgs, TimeArgs};
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, MoreSourceArgs, SourceArgs};
use super::steps::StepArgs;
use super::values::{self, Invalid, Parsed};
use crate::model::decimal::Decimal;
use clap::{Args, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  funnel cost --spend ads.csv --deals deals.csv
  funnel cost --spend ads.csv --deals deals.csv --by channel,campaign --every month
  funnel cost --spend ads.csv --events log.csv --steps visit,signup,purchase --value paid
  funnel cost --spend google.csv meta.csv --orders orders.csv --rate EUR=1.08 --margin 60%
  funnel cost --spend ads.csv --deals deals.csv --opportunity Demo --every quarter --match win";

/// Which time decides the period that a customer stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Matching {
    /// That of the lead: the spend of a period beside what its leads became
    Lead,
    /// That of each event: customers and revenue in the period in which they were won
    Win,
}

/// What happens to spend that is given for a month or another period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SpendSpread {
    /// It is refused unless it lies in one of the periods asked for
    None,
    /// It is laid evenly on the days of its period
    Day,
}

/// How often the amount of a deal or event comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AmountPer {
    Once,
    Month,
    Quarter,
    Year,
}

/// One rate of exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// In capitals.
    pub currency: String,
    pub worth: Decimal,
}

/// Spend, cost per lead, opportunity and customer, return on spend, payback, by channel and period
///
/// Leads are deals created (or users at the first step), customers are deals won (or users at the last step). Spend
/// without leads and leads without spend are rows of their own; the rows add up to the input.
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = EXAMPLES)]
pub struct CostArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub more_sources: MoreSourceArgs,
    #[command(flatten)]
    pub cost: CostOptions,
    #[command(flatten)]
    pub steps: StepArgs,
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
#[command(next_help_heading = "Cost")]
pub struct CostOptions {
    /// Stage or step that makes a lead an opportunity
    ///
    /// Default: the step called opportunity, qualified or SQL, where there is one; else opportunities are left empty.
    #[arg(long, value_name = "STAGE", value_parser = values::text::name)]
    pub opportunity: Option<String>,

    /// Whether customers stand in the period of their lead or of their win
    ///
    /// Default: lead.
    #[arg(long = "match", value_name = "TIME")]
    pub matching: Option<Matching>,

    /// Gross margin for the payback: 0.6 or 60%
    ///
    /// Default: none; without it the payback is left empty.
    #[arg(long, value_name = "SHARE", value_parser = margin)]
    pub margin: Option<f64>,

    /// How often an amount comes in, for the payback (deals and events)
    ///
    /// Default: once; a payment that does not recur has no payback time.
    #[arg(long, value_name = "PERIOD")]
    pub amount_per: Option<AmountPer>,

    /// What happens to spend that is given per month, week, quarter or year
    ///
    /// Default: none.
    #[arg(long, value_name = "RULE")]
    pub spread: Option<SpendSpread>,

    /// Column of the spend with the last day of each row's period
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub period_end: Option<String>,

    /// What one unit of a currency is worth in the common one (repeatable)
    ///
    /// The currency without a rate is the common one. Several currencies without rates are an error.
    #[arg(long, value_name = "CODE=WORTH", value_parser = rate)]
    pub rate: Vec<Rate>,

    /// Column of deals, events or orders with the channel
    ///
    /// Default: the one named like that of the spend, else the best known name.
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub lead_channel: Option<String>,

    /// Column of deals, events or orders with the campaign
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub lead_campaign: Option<String>,
}

/// Parses a margin: a fraction or a percentage above 0, at most 1.
///
/// # Errors
/// Anything else.
pub fn margin(text: &str) -> Parsed<f64> {
    let trimmed = text.trim();
    let (number, scale) = trimmed.strip_suffix('%').map_or((trimmed, 1.0), |number| (number.trim_end(), 100.0));
    let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let share = number.parse::<f64>().ok().filter(|_| plain).map(|number| number / scale);
    share
        .filter(|share| *share > 0.0 && *share <= 1.0)
        .ok_or_else(|| Invalid::new("a share above 0 and at most 1 is expected").with_hint("such as 0.6 or 60%"))
}

/// Parses `EUR=1.08`.
///
/// # Errors
/// A name or a number that is missing, a number that is not above 0 or has too many digits.
pub fn rate(text: &str) -> Parsed<Rate> {
    let invalid = || Invalid::new("a currency and its worth are expected").with_hint("such as EUR=1.08");
    let (currency, worth) = text.split_once('=').ok_or_else(invalid)?;
    let currency = currency.trim().to_uppercase();
    let worth = decimal(worth.trim()).filter(|worth| worth.0 > 0).ok_or_else(invalid)?;
    if currency.is_empty() { Err(invalid()) } else { Ok(Rate { currency, worth }) }
}

/// Reads a plain decimal number of at most 9 digits before the point and 9 behind it.
fn decimal(text: &str) -> Option<Decimal> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) {
        return None;
    }
    let places = u32::try_from(part.len()).ok()?;
    let part = part.parse::<i128>().ok()? * 10_i128.pow(Decimal::SCALE - places);
    Some(Decimal(whole.parse::<i128>().ok()? * Decimal::ONE + part))
}

#[cfg(test)]
mod tests {
    use super::{margin, rate};

    #[test]
    fn margins_are_shares() {
        assert_eq!(margin("0.6"), Ok(0.6));
        assert_eq!(margin("60 %"), Ok(0.6));
        assert_eq!(margin("100%"), Ok(1.0));
        for text in ["0", "60", "-1", "x", "", "%", "nan", "1e-1"] {
            assert!(margin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn rates_are_exact() {
        let read = rate(" eur = 1.08").unwrap();
        assert_eq!((read.currency.as_str(), read.worth.to_string().as_str()), ("EUR", "1.08"));
        assert_eq!(rate("JPY=0.0067").unwrap().worth.to_string(), "0.0067");
        for text in ["EUR", "=1", "EUR=", "EUR=0", "EUR=-1", "EUR=1,08", "EUR=1.", "EUR=1e3", "EUR=12345678901"] {
            assert!(rate(text).is_err(), "{text}");
        }
    }
}
