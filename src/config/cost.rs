//! Resolves what `cost` is asked.

use super::analysis::conversion;
use super::resolver::{Key, Resolver};
use super::settings::CostSettings;
use super::shown::Shown;
use crate::args::choices::{choice, word};
use crate::args::cost::{AmountPer, CostOptions, Matching, Rate, SpendSpread, margin, rate};
use crate::args::filters::BreakdownArgs;
use crate::args::steps::StepArgs;
use crate::args::values::text;
use crate::error::{Error, Result};
use serde_json::{Value, json};

/// Resolves the question of cost.
///
/// # Errors
/// A wrong value; two rates for one currency.
pub fn cost(
    resolver: &mut Resolver,
    args: &CostOptions,
    steps: &StepArgs,
    breakdown: &BreakdownArgs,
) -> Result<CostSettings> {
    let settings = CostSettings {
        conversion: conversion(resolver, steps, breakdown)?,
        opportunity: resolver.optional(&Key::text("opportunity", text::name), args.opportunity.clone())?,
        matching: resolver.value(&Key::text("match", choice), args.matching, Matching::Lead)?,
        margin: resolver.optional(&Key::number("margin", margin), args.margin)?,
        amount_per: resolver.value(&Key::text("amount-per", choice), args.amount_per, AmountPer::Once)?,
        spread: resolver.value(&Key::text("spread", choice), args.spread, SpendSpread::None)?,
        period_end: resolver.optional(&Key::text("period-end", text::filled), args.period_end.clone())?,
        rates: resolver.list(&Key::list("rate", rate), &args.rate)?,
        lead_channel: resolver.optional(&Key::text("lead-channel", text::filled), args.lead_channel.clone())?,
        lead_campaign: resolver.optional(&Key::text("lead-campaign", text::filled), args.lead_campaign.clone())?,
    };
    let twice = settings
        .rates
        .iter()
        .enumerate()
        .find(|(place, rate)| settings.rates[..*place].iter().any(|earlier| earlier.currency == rate.currency));
    match twice {
        Some((_, rate)) => Err(Error::usage(format!("--rate gives {} twice", rate.currency))),
        None => Ok(settings),
    }
}

impl Shown for Matching {
    fn shown(&self) -> Value {
        json!(word(self))
    }
}

impl Shown for AmountPer {
    fn shown(&self) -> Value {
        json!(word(self))
    }
}

impl Shown for SpendSpread {
    fn shown(&self) -> Value {
        json!(word(self))
    }
}

impl Shown for Rate {
    fn shown(&self) -> Value {
        json!(format!("{}={}", self.currency, self.worth))
    }
}
