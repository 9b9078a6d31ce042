//! Names that people type: when two of them are the same, when one is a misspelling of another, and which one was
//! probably meant. Headers, stage words and step names are all compared here, so that they are compared alike.

use std::cmp::Reverse;
use unicode_normalization::UnicodeNormalization;

/// Returns the form in which names are compared: no case, accents, spaces or punctuation; letters and digits stay.
///
/// Compatibility forms (full-width letters, ligatures, superscripts) become their plain letters; letters that are one
/// with a mark in their script (Japanese voicing, Indic vowels) keep it. Empty for a name of symbols only.
#[must_use]
pub fn fold(name: &str) -> String {
    name.nfkd()
        .filter(|&letter| !is_accent(letter))
        .flat_map(char::to_lowercase)
        .filter(|&letter| letter.is_alphanumeric() || is_mark_of_a_letter(letter))
        .nfc()
        .fold(String::with_capacity(name.len()), |mut folded, letter| {
            push_plain(&mut folded, letter);
            folded
        })
}

/// Tells whether `wanted`, which is absent from the data, is probably the name `present` misspelt.
///
/// They are when they differ only by case, accents, spaces or punctuation, or by an edit distance (of their folded
/// forms) of at most 2 and at most a quarter of the length of `wanted`; their digits must be the same, since `Step 1`
/// is no misspelling of `Step 2`. A name is no misspelling of itself.
#[must_use]
pub fn is_misspelling(wanted: &str, present: &str) -> bool {
    if wanted == present {
        return false;
    }
    let (wanted, present) = (fold(wanted), fold(present));
    if wanted.is_empty() || present.is_empty() {
        return false;
    }
    if wanted == present {
        return true;
    }
    let distance = strsim::levenshtein(&wanted, &present);
    distance <= 2 && distance * 4 <= wanted.chars().count() && digits(&wanted).eq(digits(&present))
}

/// Returns the candidate that was probably meant, for a hint; `None` where none is near.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_names(name, candidates, 1).first().copied()
}

/// Returns up to `limit` candidates that may have been meant, the nearest first, ties in their given order.
///
/// A candidate is near when its folded form is at most a third of the longer name away, or holds the name (or is held
/// by it) where that is three letters or more.
#[must_use]
pub fn nearest_names<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>, limit: usize) -> Vec<&'a str> {
    let wanted = fold(name);
    let mut near: Vec<(Nearness, &str)> = Vec::new();
    for candidate in candidates {
        if near.iter().any(|(_, known)| *known == candidate) {
            continue;
        }
        if let Some(nearness) = Nearness::between(&wanted, &fold(candidate)) {
            near.push((nearness, candidate));
        }
    }
    near.sort_by(|left, right| left.0.cmp(&right.0));
    near.into_iter().take(limit).map(|(_, candidate)| candidate).collect()
}

/// How near a candidate is; the smaller the nearer.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    Edits(usize),
    /// One holds the other; the longer the common part is, the better.
    Holds(Reverse<usize>),
}

impl Nearness {
    fn between(wanted: &str, candidate: &str) -> Option<Self> {
        if wanted.is_empty() || candidate.is_empty() {
            return None;
        }
        let (wanted_length, candidate_length) = (wanted.chars().count(), candidate.chars().count());
        let edits = strsim::osa_distance(wanted, candidate);
        if edits * 3 <= wanted_length.max(candidate_length) {
            return Some(Self::Edits(edits));
        }
        let common = wanted_length.min(candidate_length);
        let holds = candidate.contains(wanted) || wanted.contains(candidate);
        (holds && common >= 3).then_some(Self::Holds(Reverse(common)))
    }
}

fn digits(folded: &str) -> impl Iterator<Item = char> {
    folded.chars().filter(|letter| letter.is_numeric())
}

/// Marks that European scripts put on letters; the marks of other scripts tell letters apart.
const fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

fn is_mark_of_a_letter(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter) && !is_accent(letter)
}

/// Writes letters that have no decomposition as people write them without their keyboard.
fn push_plain(folded: &mut String, letter: char) {
    match letter {
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'ø' => folded.push('o'),
        'ł' => folded.push('l'),
        'đ' => folded.push('d'),
        'ı' => folded.push('i'),
        'ς' => folded.push('σ'),
        _ => folded.push(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::{fold, is_misspelling, nearest, nearest_names};
    use proptest::prelude::*;

    #[test]
    fn folds_case_accents_spaces_and_punctuation() {
        assert_eq!(fold("  Date de clôture "), "datedecloture");
        assert_eq!(fold("USER_ID"), "userid");
        assert_eq!(fold("Affaire - Étape"), "affaireetape");
        assert_eq!(fold("E\u{301}tape"), "etape");
        assert_eq!(fold("N° opportunité"), "nopportunite");
        assert_eq!(fold("Impr."), "impr");
        assert_eq!(fold("utm_source\u{a0}2"), "utmsource2");
        assert_eq!(fold("Größe"), "grosse");
        assert_eq!(fold("Cœur"), "coeur");
        assert_eq!(fold("İstanbul"), "istanbul");
        assert_eq!(fold("ＵＳＥＲ"), "user");
        assert_eq!(fold("?!"), "");
    }

    #[test]
    fn keeps_marks_that_make_another_letter() {
        assert_ne!(fold("が"), fold("か"));
        assert_ne!(fold("की"), fold("का"));
        assert_eq!(fold("한국"), "한국");
    }

    #[test]
    fn every_character_folds_to_a_fixed_point() {
        for letter in (0..=0x0010_ffff).filter_map(char::from_u32) {
            let once = fold(&letter.to_string());
            assert_eq!(fold(&once), once, "U+{:04X}", u32::from(letter));
        }
    }

    #[test]
    fn misspellings_differ_by_case_accents_punctuation_or_little() {
        assert!(is_misspelling("sign up", "Sign-Up"));
        assert!(is_misspelling("Proposition envoyee", "Proposition envoyée"));
        assert!(is_misspelling("Step-1", "step 1"));
        // One letter in six, two in eight.
        assert!(is_misspelling("Singup2", "Singup 2"));
        assert!(is_misspelling("Signpu", "Signp"));
        assert!(is_misspelling("Purchsae", "Purchase"));
    }

    #[test]
    fn other_names_are_no_misspellings() {
        assert!(!is_misspelling("Lead", "Lead"));
        assert!(!is_misspelling("Step 1", "Step 2"));
        assert!(!is_misspelling("Step", "Step 1"));
        // Two edits in seven letters are more than a quarter.
        assert!(!is_misspelling("Paymnet", "Payment"));
        // Three edits are too many whatever the length.
        assert!(!is_misspelling("abcdefghijklmnop", "abcdefghijklmxyz"));
        // One edit in three letters is more than a quarter.
        assert!(!is_misspelling("Won", "Non"));
        assert!(is_misspelling("Lost", "Last"));
        assert!(!is_misspelling("??", "!!"));
        assert!(!is_misspelling("", "a"));
    }

    #[test]
    fn finds_the_nearest_name() {
        let columns = ["user_id", "event", "timestamp", "utm_source"];
        assert_eq!(nearest("userid", columns), Some("user_id"));
        assert_eq!(nearest("evnet", columns), Some("event"));
        assert_eq!(nearest("source", columns), Some("utm_source"));
        assert_eq!(nearest("amount", columns), None);
        assert_eq!(nearest("", columns), None);
        assert_eq!(nearest_names("step", ["step 12", "stop", "Step"], 2), ["Step", "stop"]);
        assert_eq!(nearest_names("a", ["a", "a"], 5), ["a"]);
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(name in "\\PC{0,24}") {
            let once = fold(&name);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn equal_folds_are_misspellings_both_ways(left in "[a-zA-Z _-]{1,8}") {
            let right = left.to_uppercase();
            prop_assert_eq!(is_misspelling(&left, &right), is_misspelling(&right, &left));
        }
    }
}
