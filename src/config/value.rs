//! Resolves what `value` is asked.

use super::analysis::columns;
use super::resolver::{Key, Resolver};
use super::settings::ValueSettings;
use super::shown::Shown;
use crate::args::choices::choice;
use crate::args::filters::BreakdownArgs;
use crate::args::journey::{Attribution, attribution};
use crate::args::value::{ValueOptions, horizon, share};
use crate::args::values::{moment, number, text};
use crate::error::Result;
use crate::model::horizon::Horizon;
use serde_json::{Value, json};

const DEFAULT_TOP: u64 = 10;
const ONE_POINT: f64 = 0.01;

/// Resolves the question of value.
///
/// # Errors
/// A wrong value.
pub fn value(resolver: &mut Resolver, args: &ValueOptions, breakdown: &BreakdownArgs) -> Result<ValueSettings> {
    let change = Key::number("retention-change", share);
    Ok(ValueSettings {
        horizon: resolver.value(&Key::text("horizon", horizon), args.horizon, Horizon::DEFAULT)?,
        margin: resolver.optional(&Key::number("margin", share), args.margin)?,
        calibration_end: resolver.optional(&Key::text("calibration-end", moment::moment), args.calibration_end)?,
        retention_change: resolver.value(&change, args.retention_change, ONE_POINT)?,
        account: resolver.optional(&Key::text("account", text::filled), args.account.clone())?,
        by: columns(resolver, breakdown)?,
        top: resolver.value(&Key::number("top", number::positive), breakdown.top, DEFAULT_TOP)?,
        attribution: resolver.value(
            &Key::text("attribution", attribution),
            breakdown.attribution,
            Attribution::First,
        )?,
        every: resolver.optional(&Key::text("every", choice), breakdown.every)?,
    })
}

impl Shown for Horizon {
    fn shown(&self) -> Value {
        json!(self.to_string())
    }
}
