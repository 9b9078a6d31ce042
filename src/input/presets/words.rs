//! Words for won and lost that a preset knows or that its columns showed, in force beside those of the user.

use super::super::source::Source;
use crate::config::settings::SourceSettings;
use crate::model::outcome::{Outcome, OutcomeWords};
use crate::model::presets::Ids;

/// Adds words to the sides for which the user gave none; a word that the user gave for one side stays there.
pub fn add_words<W: AsRef<str>>(outcomes: &mut OutcomeWords, settings: &SourceSettings, (won, lost): (&[W], &[W])) {
    let sides =
        [(Outcome::Won, won, &settings.won, &settings.lost), (Outcome::Lost, lost, &settings.lost, &settings.won)];
    for (outcome, words, own, given) in sides {
        if own.is_empty() {
            let is_free = |word: &str| given.is_empty() || outcomes.outcome(word) == Outcome::Open;
            let free = words.iter().map(AsRef::as_ref).filter(|word| is_free(word));
            let free: Vec<String> = free.map(str::to_owned).collect();
            outcomes.add(outcome, &free);
        }
    }
}

/// What presets say of words and ids holds for all sources of a run, since their stages and ids are compared.
pub fn share(sources: &mut [Source], settings: &[SourceSettings]) {
    let applied: Vec<_> = sources.iter().filter_map(|source| source.preset.clone()).collect();
    let by_salesforce = applied.iter().any(|applied| applied.preset.ids == Ids::Salesforce);
    for (source, settings) in sources.iter_mut().zip(settings) {
        source.ids = if by_salesforce { Ids::Salesforce } else { Ids::Plain };
        for applied in &applied {
            add_words(&mut source.outcomes, settings, (applied.preset.won, applied.preset.lost));
            add_words(&mut source.outcomes, settings, (&applied.learned.won, &applied.learned.lost));
        }
    }
}
