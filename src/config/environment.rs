//! The environment, read once: the variables `FUNNEL_*` and `NO_COLOR`. Everything else takes it as a value.

use crate::args::generate::flag_names;
use crate::args::nearest::nearest;
use crate::document::Note;
use crate::error::{Error, Result};
use std::collections::BTreeMap;

/// The variables that matter; a variable set to nothing counts as not set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// Reads the environment of the process.
    ///
    /// # Errors
    /// One of the variables is no valid text.
    pub fn from_process() -> Result<Self> {
        let mut pairs = Vec::new();
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            if matters(&name) {
                let invalid = |_| Error::usage(format!("the variable {name} is no valid UTF-8"));
                pairs.push((name.clone(), value.into_string().map_err(invalid)?));
            }
        }
        Ok(Self::from_pairs(pairs))
    }

    /// Takes the variables from a list, as tests do.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { variables: pairs.filter(|(name, value)| matters(name) && !value.is_empty()).collect() }
    }

    /// Returns a variable that is set to something.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// Returns a warning for every `FUNNEL_*` variable that sets nothing.
    #[must_use]
    pub fn unknown(&self) -> Vec<Note> {
        if self.variables.keys().all(|name| name == "NO_COLOR") {
            return Vec::new();
        }
        let known: Vec<String> =
            flag_names().iter().filter(|flag| is_setting(flag)).map(|flag| variable(flag)).collect();
        let unknown = self.variables.keys().filter(|name| *name != "NO_COLOR" && !known.contains(name));
        unknown.map(|name| warning(name, nearest(name, known.iter().map(String::as_str)))).collect()
    }
}

/// Returns the variable that sets the same as a flag: `FUNNEL_WEEK_START` for `week-start`.
#[must_use]
pub fn variable(flag: &str) -> String {
    format!("FUNNEL_{}", flag.to_ascii_uppercase().replace('-', "_"))
}

fn matters(name: &str) -> bool {
    name.starts_with("FUNNEL_") || name == "NO_COLOR"
}

/// Files have no variable; they are named by flags or in `funnel.toml`.
fn is_setting(flag: &str) -> bool {
    crate::model::kind::Kind::from_name(flag).is_none() && !matches!(flag, "help" | "version" | "stage-date")
}

fn warning(name: &str, meant: Option<&str>) -> Note {
    let question = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
    Note::warning("unknown_variable", format!("the variable {name} sets nothing{question}"))
}

#[cfg(test)]
mod tests {
    use super::{Environment, variable};

    #[test]
    fn empty_and_foreign_variables_are_not_set() {
        let environment = Environment::from_pairs([("FUNNEL_BY", ""), ("HOME", "/"), ("FUNNEL_TOP", "3")]);
        assert_eq!(environment.get("FUNNEL_BY"), None);
        assert_eq!(environment.get("HOME"), None);
        assert_eq!(environment.get("FUNNEL_TOP"), Some("3"));
    }

    #[test]
    fn a_variable_that_sets_nothing_is_warned_about() {
        let environment = Environment::from_pairs([("FUNNEL_TIMEZON", "UTC"), ("FUNNEL_TOP", "3"), ("NO_COLOR", "1")]);
        let notes = environment.unknown();
        assert_eq!(notes.len(), 1);
        assert_eq!(notes[0].text, "the variable FUNNEL_TIMEZON sets nothing; did you mean FUNNEL_TIMEZONE?");
        assert_eq!(variable("week-start"), "FUNNEL_WEEK_START");
    }
}
