//! The rules of attribution in words: under the tables, and for `explain`.

use crate::model::time::Micros;
use crate::plan::attribution::Model;
use crate::reports::explain::{Term, term};
use crate::reports::labels::span;

/// Which touches a conversion is credited to.
pub fn credited(lookback: Option<Micros>) -> String {
    let lookback = match lookback {
        Some(lookback) => format!("in the {} before it (inclusive)", span(lookback)),
        None => "before it, however long".to_owned(),
    };
    format!("A conversion is credited to the touches of its unit {lookback}; a touch can serve several conversions.")
}

/// Whether repeats count, by whether each source takes touches in a row as one.
pub fn repeats(collapse: &[bool]) -> &'static str {
    match (collapse.contains(&true), collapse.contains(&false)) {
        (false, _) => "Every touch counts, repeats of a channel too.",
        (true, false) => "Touches of one channel in a row count as one (the last of them).",
        (true, true) => "Of events, touches of one channel in a row count as one; of other sources every touch counts.",
    }
}

/// What direct is.
pub fn direct(models: &[Model]) -> &'static str {
    if models.contains(&Model::LastNonDirect) {
        "Direct is a channel like others but for last non-direct, which passes over it."
    } else {
        "Direct is a channel like others."
    }
}

/// How a model shares credit out, where its name does not say it.
pub fn model(model: Model, half_life: Micros) -> Option<String> {
    match model {
        Model::TimeDecay => Some(format!("Time decay: half for each {}.", span(half_life))),
        Model::Position => Some("Position: 40/20/40, of two 50/50.".to_owned()),
        Model::Markov => {
            Some("Markov: first order; units that never convert end in nothing after their last touches.".to_owned())
        }
        Model::Shapley => Some("Shapley: sum form, each conversion equally among its different channels.".to_owned()),
        Model::First | Model::Last | Model::LastNonDirect | Model::Linear => None,
    }
}

/// What the table `removal` says.
pub const REMOVAL: &str = "Without it lost: the part of the probability to convert that goes where every step to the \
                           channel leads nowhere; solved, not simulated.";

/// The definitions for `explain`; `collapse` as for [`repeats`].
#[must_use]
pub fn terms(models: &[Model], lookback: Option<Micros>, half_life: Micros, collapse: &[bool]) -> Vec<Term> {
    let mut terms = vec![
        term("credit", credited(lookback)),
        term(
            "unattributed",
            "Conversions without a touch in the look-back: with them the credits of each model add up.",
        ),
        term("repeats", repeats(collapse)),
        term("direct", direct(models)),
    ];
    let plain = |model: &Model| match model {
        Model::First => "All to the first touch.".to_owned(),
        Model::Last => "All to the last touch.".to_owned(),
        Model::LastNonDirect => {
            "All to the last touch that is not direct; of direct touches only, the last.".to_owned()
        }
        _ => "To each touch alike.".to_owned(),
    };
    terms.extend(models.iter().map(|one| term(one.name(), model(*one, half_life).unwrap_or_else(|| plain(one)))));
    terms.extend(models.contains(&Model::Markov).then(|| term("removal", REMOVAL)));
    terms
}
