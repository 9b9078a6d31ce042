//! Resolves what `attribution` is asked.

use super::resolver::{Key, Resolver};
use super::settings::AttributionSettings;
use super::shown::Shown;
use super::steps::steps;
use crate::args::attribution::{AttributionOptions, HalfLife, Model, Repeats, half_life};
use crate::args::choices::{choice, word};
use crate::args::steps::{StepArgs, StepNames, step_names};
use crate::args::values::duration::{Window, duration_text, window};
use crate::args::values::{number, text};
use crate::error::{Error, Result};
use crate::model::time::MICROS_PER_DAY;
use serde_json::{Value, json};

const LOOKBACK: Window = Window::Span(30 * MICROS_PER_DAY);
const HALF_LIFE: HalfLife = HalfLife(7 * MICROS_PER_DAY);
const TOP: u64 = 10;

/// Resolves the question of attribution.
///
/// # Errors
/// A wrong value; a model that is named twice.
pub fn attribution(resolver: &mut Resolver, args: &AttributionOptions) -> Result<AttributionSettings> {
    let step_args = StepArgs { steps: args.steps.clone(), ..StepArgs::default() };
    let conversion = resolver.optional(&Key::text("conversion", step_names), args.conversion.clone())?;
    let settings = AttributionSettings {
        conversion: conversion.map(|names| names.names),
        steps: steps(resolver, &step_args)?,
        models: resolver.list(&Key::list("model", model), &args.model)?,
        lookback: resolver.value(&Key::text("lookback", window), args.lookback, LOOKBACK)?,
        half_life: resolver.value(&Key::text("half-life", half_life), args.half_life, HALF_LIFE)?.0,
        repeats: resolver.optional(&Key::text("repeats", choice), args.repeats)?,
        direct: resolver.list(&Key::list("direct", text::name), &args.direct)?,
        touch: resolver.list(&Key::list("touch", text::name), &args.touch)?,
        top: resolver.value(&Key::number("top", number::positive), args.top, TOP)?,
    };
    let twice = settings.models.iter().enumerate().find(|(place, model)| settings.models[..*place].contains(model));
    match twice {
        Some((_, model)) => Err(Error::usage(format!("--model names {} twice", word(model)))),
        None => Ok(settings),
    }
}

/// A model by its flag's word, or as it stands in the output.
fn model(text: &str) -> crate::args::values::Parsed<Model> {
    choice(&text.trim().replace('_', "-"))
}

impl Shown for Model {
    fn shown(&self) -> Value {
        json!(word(self))
    }
}

impl Shown for Repeats {
    fn shown(&self) -> Value {
        json!(word(self))
    }
}

impl Shown for HalfLife {
    fn shown(&self) -> Value {
        json!(duration_text(self.0))
    }
}

impl Shown for StepNames {
    fn shown(&self) -> Value {
        json!(self.names)
    }
}
