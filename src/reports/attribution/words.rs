//! The rules in words, what a reader must know, and the sentences of the report.

use super::{Attribution, rules};
use crate::document::Note;
use crate::model::apportion::{UNIT, places};
use crate::plan::attribution::{Model, UNATTRIBUTED};
use crate::plan::{NONE, OTHER};

/// Look-back, touches, repeats, direct, null paths, rounding.
pub fn caption(attribution: &Attribution<'_>) -> Vec<String> {
    let plan = attribution.plan;
    let (touches, conversions) = (attribution.touches, attribution.conversions);
    let mut lines = vec![format!("Conversions: {conversions}. Touches: {touches}. {}", rules::credited(plan.lookback))];
    let has = |model: &&Model| plan.models.contains(model);
    let mut rules = vec![rules::repeats(&plan.collapse).to_owned(), rules::direct(&plan.models).to_owned()];
    let simple = [Model::TimeDecay, Model::Position];
    rules.extend(simple.iter().filter(has).filter_map(|model| rules::model(*model, plan.half_life)));
    lines.push(rules.join(" "));
    let solved = [Model::Markov, Model::Shapley];
    let mut rules: Vec<String> =
        solved.iter().filter(has).filter_map(|model| rules::model(*model, plan.half_life)).collect();
    if attribution.answer.with_revenue {
        let places = usize::try_from(places(attribution.answer.revenue)).unwrap_or(2);
        let currency = attribution.answer.currency.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        rules.push(format!(
            "Revenue is rounded to {:.places$}{currency} by the largest remainder, so that it adds up.",
            0.1_f64.powi(i32::try_from(places).unwrap_or(2))
        ));
    }
    lines.extend((!rules.is_empty()).then(|| rules.join(" ")));
    lines
}

pub fn notes(attribution: &Attribution<'_>) -> Vec<Note> {
    let (answer, facts) = (attribution.answer, &attribution.answer.facts);
    let mut notes = Vec::new();
    let unattributed = answer.conversions - answer.attributed;
    if unattributed > 0 {
        let text = format!("{unattributed} of {} conversions have no touch in the look-back", answer.conversions);
        notes.push(Note::note("unattributed", text));
    }
    if unattributed > 0 && answer.attributed == 0 && facts.units > 0 {
        let text = "no conversion has a touch before it: do the ids of both sides name the same units?";
        notes.push(Note::warning("ids_apart", text));
    }
    if answer.conversions == 0 {
        notes.push(Note::warning("no_conversions", "there is no conversion in range"));
    }
    for (spend, touches) in &answer.alike {
        let text = format!(
            "`{spend}` of the spend and `{touches}` of the touches differ only in how they are written, and are kept \
             apart"
        );
        notes.push(Note::warning("similar_names", text));
    }
    let told = [
        (facts.no_channel, "no_channel", "touches without a channel, under (none)"),
        (facts.undated, "no_win_time", "conversions without a time: no touch can be told to come before them"),
        (if answer.with_revenue { facts.no_amount } else { 0 }, "no_amount", "conversions without an amount"),
        (facts.repeated, "duplicates", "records that repeat another one, left out"),
        (facts.after_as_of, "after_as_of", "records left out because they are later than the as-of time"),
    ];
    let told = told.into_iter().filter(|(count, _, _)| *count > 0);
    notes.extend(told.map(|(count, code, text)| Note::note(code, format!("{text}: {count}"))));
    notes
}

/// Sentences for the report: how much is attributed, and on which channel the models disagree most.
pub fn lines(attribution: &Attribution<'_>) -> Vec<String> {
    let answer = attribution.answer;
    if answer.conversions == 0 {
        return vec!["There is no conversion in range.".to_owned()];
    }
    let mut lines =
        vec![format!("{} of {} conversions have a touch before them.", answer.attributed, answer.conversions)];
    lines.extend(disagreement(attribution));
    lines
}

/// The channel that first and last touch see most differently.
fn disagreement(attribution: &Attribution<'_>) -> Option<String> {
    let place = |model: Model| attribution.plan.models.iter().position(|one| *one == model);
    let (first, last) = (place(Model::First)?, place(Model::Last)?);
    let named =
        attribution.answer.rows.iter().filter(|row| ![OTHER, NONE, UNATTRIBUTED].contains(&row.channel.as_str()));
    let apart = named.map(|row| (row.credits[first].conversions, row.credits[last].conversions, &row.channel));
    let (first, last, channel) =
        apart.max_by_key(|(first, last, channel)| ((first - last).abs(), std::cmp::Reverse(*channel)))?;
    let (first, last) = (first / UNIT, last / UNIT);
    let verb = if first > last { "begins more journeys than it ends" } else { "ends more journeys than it begins" };
    (first != last).then(|| format!("{channel} {verb}: {first} first touches, {last} last ones."))
}
