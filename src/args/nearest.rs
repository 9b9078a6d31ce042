//! Finds the name that was probably meant, for hints. Uses nothing else.

/// Returns the candidate nearest to `word`, if one is near enough to be meant.
///
/// Near enough is at most a third of the word's letters (and at least one) wrong, compared without case; of equally
/// near ones the first wins.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase();
    let allowed = (wanted.chars().count() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase());
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        assert_eq!(nearest("timezne", ["window", "timezone"]), Some("timezone"));
        assert_eq!(nearest("Window", ["window"]), Some("window"));
        assert_eq!(nearest("ot", ["to", "by"]), Some("to"));
        assert_eq!(nearest("colour", ["window", "by"]), None);
        assert_eq!(nearest("", ["by"]), None);
    }
}
