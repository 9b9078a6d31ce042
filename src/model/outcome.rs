//! The words by which a deal's status or stage says that it is won or lost; everything else is open.

use super::names::fold;
use crate::error::{Error, Result};

/// How a deal ended, or that it has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    Won,
    Lost,
    Open,
}

impl Outcome {
    /// Returns the word used in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Open => "open",
        }
    }
}

/// Won words that need no `--won`: English, French, German and Dutch, Spanish, Italian, Portuguese, Czech.
const WON: &[&str] = &[
    "won",
    "closed won",
    "close won",
    "deal won",
    "gagné",
    "gagnée",
    "affaire gagnée",
    "fermé gagné",
    "fermée gagnée",
    "clos gagné",
    "close gagnée",
    "clôturé gagné",
    "clôturée gagnée",
    "conclu gagné",
    "conclue gagnée",
    "gewonnen",
    "geschlossen gewonnen",
    "abgeschlossen gewonnen",
    "gesloten gewonnen",
    "ganado",
    "ganada",
    "cerrado ganado",
    "cerrada ganada",
    "cierre ganado",
    "vinto",
    "vinta",
    "chiuso vinto",
    "chiusa vinta",
    "ganho",
    "ganha",
    "fechado ganho",
    "fechada ganha",
    "vyhráno",
    "výhra",
];

/// Lost words that need no `--lost`, in the same languages.
const LOST: &[&str] = &[
    "lost",
    "closed lost",
    "close lost",
    "deal lost",
    "closed lost to competition",
    "perdu",
    "perdue",
    "affaire perdue",
    "fermé perdu",
    "fermée perdue",
    "clos perdu",
    "close perdue",
    "clôturé perdu",
    "clôturée perdue",
    "conclu perdu",
    "conclue perdue",
    "verloren",
    "geschlossen verloren",
    "abgeschlossen verloren",
    "gesloten verloren",
    "perdido",
    "perdida",
    "cerrado perdido",
    "cerrada perdida",
    "cierre perdido",
    "perso",
    "persa",
    "chiuso perso",
    "chiusa persa",
    "fechado perdido",
    "fechada perdida",
    "prohráno",
    "prohra",
];

/// The words in force, compared without case, spaces, punctuation and accents.
///
/// `--won` replaces the default won words and leaves the lost ones as they are, and the other way round; a word given
/// for one side is taken from the other side's defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeWords {
    won: Words,
    lost: Words,
}

/// Words as they are shown and as they are compared (sorted).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Words {
    shown: Vec<String>,
    keys: Vec<String>,
}

impl Default for OutcomeWords {
    fn default() -> Self {
        Self { won: Words::new(WON.iter().copied()), lost: Words::new(LOST.iter().copied()) }
    }
}

impl OutcomeWords {
    /// Makes the words of `--won` and `--lost`; `None` keeps that side's defaults.
    ///
    /// # Errors
    /// A usage error where a word is empty or is given for both sides.
    pub fn new(won: Option<&[String]>, lost: Option<&[String]>) -> Result<Self> {
        let mut words = Self::default();
        if let Some(given) = won {
            words.won = Words::given("won", given)?;
        }
        if let Some(given) = lost {
            words.lost = Words::given("lost", given)?;
        }
        match (won, lost) {
            (Some(_), None) => words.lost.remove(&words.won),
            (None, Some(_)) => words.won.remove(&words.lost),
            _ => {}
        }
        match words.won.shown.iter().find(|word| words.lost.has(word)) {
            Some(word) => Err(Error::usage(format!("\"{word}\" is given both as --won and as --lost"))),
            None => Ok(words),
        }
    }

    /// Adds words of the data to one side; on the other side they mean nothing any more.
    pub fn add(&mut self, outcome: Outcome, words: &[String]) {
        let more = Words::new(words.iter().map(String::as_str));
        let (side, other) = match outcome {
            Outcome::Won => (&mut self.won, &mut self.lost),
            Outcome::Lost => (&mut self.lost, &mut self.won),
            Outcome::Open => return,
        };
        other.remove(&more);
        side.shown.extend(
            more.shown
                .into_iter()
                .zip(words)
                .filter(|(_, word)| !side.keys.contains(&key(word)))
                .map(|(shown, _)| shown),
        );
        side.keys.extend(more.keys);
        side.keys.sort_unstable();
        side.keys.dedup();
    }

    /// Tells what a status or stage word says; an empty or unknown word is open.
    #[must_use]
    pub fn outcome(&self, word: &str) -> Outcome {
        if self.won.has(word) {
            Outcome::Won
        } else if self.lost.has(word) {
            Outcome::Lost
        } else {
            Outcome::Open
        }
    }

    /// The won words in force, for the settings and `explain`.
    #[must_use]
    pub fn won(&self) -> &[String] {
        &self.won.shown
    }

    /// The lost words in force, for the settings and `explain`.
    #[must_use]
    pub fn lost(&self) -> &[String] {
        &self.lost.shown
    }
}

impl Words {
    fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let shown: Vec<String> = words.map(|word| word.trim().to_owned()).collect();
        let mut keys: Vec<String> = shown.iter().map(|word| key(word)).collect();
        keys.sort_unstable();
        keys.dedup();
        Self { shown, keys }
    }

    fn given(flag: &str, words: &[String]) -> Result<Self> {
        if words.is_empty() || words.iter().any(|word| word.trim().is_empty()) {
            return Err(Error::usage(format!("--{flag} has an empty word")));
        }
        Ok(Self::new(words.iter().map(String::as_str)))
    }

    fn has(&self, word: &str) -> bool {
        self.keys.binary_search(&key(word)).is_ok()
    }

    fn remove(&mut self, others: &Self) {
        self.shown.retain(|word| !others.has(word));
        self.keys.retain(|word| others.keys.binary_search(word).is_err());
    }
}

/// A word of symbols only (a tick, a plus sign) is compared as it is.
fn key(word: &str) -> String {
    let folded = fold(word);
    if folded.is_empty() { word.trim().to_owned() } else { folded }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, OutcomeWords};

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn knows_the_promised_words_in_any_spelling() {
        let defaults = OutcomeWords::default();
        for word in ["won", "Won", "Closed Won", "closedwon", "closed-won", "GAGNÉ", "Gagnée", "gagne", "gewonnen"] {
            assert_eq!(defaults.outcome(word), Outcome::Won, "{word}");
        }
        for word in ["lost", "Closed Lost", "closedlost", "Perdu", "PERDUE", "verloren", "perdido"] {
            assert_eq!(defaults.outcome(word), Outcome::Lost, "{word}");
        }
        for word in ["", "Open", "Engaging", "Prospecting", "En cours", "Closed", "not won yet", "✓"] {
            assert_eq!(defaults.outcome(word), Outcome::Open, "{word}");
        }
    }

    #[test]
    fn the_default_sides_share_no_word() {
        let defaults = OutcomeWords::default();
        assert!(defaults.lost().iter().all(|word| defaults.outcome(word) == Outcome::Lost));
        assert!(defaults.won().iter().all(|word| defaults.outcome(word) == Outcome::Won));
    }

    #[test]
    fn given_words_replace_their_side_only() {
        let given = OutcomeWords::new(Some(&words(&["Signed"])), None).expect("valid");
        assert_eq!(given.outcome("signed"), Outcome::Won);
        assert_eq!(given.outcome("won"), Outcome::Open);
        assert_eq!(given.outcome("lost"), Outcome::Lost);
        assert_eq!(given.won(), ["Signed"]);
    }

    #[test]
    fn a_given_word_leaves_the_other_defaults() {
        let given = OutcomeWords::new(Some(&words(&["Lost"])), None).expect("valid");
        assert_eq!(given.outcome("lost"), Outcome::Won);
        assert_eq!(given.outcome("perdu"), Outcome::Lost);
    }

    #[test]
    fn words_of_the_data_are_added() {
        let mut added = OutcomeWords::default();
        added.add(Outcome::Won, &words(&["Signed", "won", "Lost"]));
        assert_eq!(added.outcome("signed"), Outcome::Won);
        assert_eq!(added.outcome("LOST"), Outcome::Won);
        assert_eq!(added.outcome("closed lost"), Outcome::Lost);
        assert_eq!(added.won().iter().filter(|word| *word == "won").count(), 1);
        let before = added.clone();
        added.add(Outcome::Open, &words(&["won"]));
        assert_eq!(added, before);
    }

    #[test]
    fn symbols_can_be_words() {
        let given = OutcomeWords::new(Some(&words(&["✓"])), Some(&words(&["✗"]))).expect("valid");
        assert_eq!(given.outcome(" ✓ "), Outcome::Won);
        assert_eq!(given.outcome("✗"), Outcome::Lost);
        assert_eq!(given.outcome("-"), Outcome::Open);
    }

    #[test]
    fn refuses_empty_and_contradictory_words() {
        assert!(OutcomeWords::new(Some(&[]), None).is_err());
        assert!(OutcomeWords::new(None, Some(&words(&[" "]))).is_err());
        let both = OutcomeWords::new(Some(&words(&["Done"])), Some(&words(&["done!"])));
        assert_eq!(both.map_err(|error| error.kind.exit_code()), Err(2));
    }
}
