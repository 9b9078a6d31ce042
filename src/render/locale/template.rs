//! Texts with named places: `{n} of {n2} {units}`. A place named `n`, `n2`, ... holds a number, any other one any text.

/// A text cut at its places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Before the first place.
    start: String,
    /// The name of each place, and the text behind it.
    rest: Vec<(String, String)>,
}

impl Template {
    /// Reads a text; braces without a name between them are none.
    pub fn of(text: &str) -> Self {
        let mut template = Self { start: String::new(), rest: Vec::new() };
        let mut left = text;
        while let Some((before, name, behind)) = place(left) {
            template.push(before);
            template.rest.push((name.to_owned(), String::new()));
            left = behind;
        }
        template.push(left);
        template
    }

    fn push(&mut self, text: &str) {
        self.rest.last_mut().map_or(&mut self.start, |(_, behind)| behind).push_str(text);
    }

    pub fn has_places(&self) -> bool {
        !self.rest.is_empty()
    }

    #[cfg(test)]
    pub fn places(&self) -> Vec<String> {
        self.rest.iter().map(|(name, _)| name.clone()).collect()
    }

    /// How much of the text is given: of two that fit, the one with more is meant.
    pub fn letters(&self) -> usize {
        self.start.len() + self.rest.iter().map(|(_, behind)| behind.len()).sum::<usize>()
    }

    /// Returns what stands in the places where the text is of this form.
    pub fn read<'t>(&self, text: &'t str) -> Option<Vec<(&str, &'t str)>> {
        let left = text.strip_prefix(self.start.as_str())?;
        let mut found = Vec::with_capacity(self.rest.len());
        read(&self.rest, left, &mut found).then_some(found)
    }

    /// Writes the text with its places filled.
    pub fn fill(&self, value: impl Fn(&str) -> String) -> String {
        let mut out = self.start.clone();
        for (name, behind) in &self.rest {
            out.push_str(&value(name));
            out.push_str(behind);
        }
        out
    }
}

fn place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, behind) = rest.split_once('}')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    is_name.then_some((before, name, behind))
}

/// Matches the places from the first on, each as short as the others allow.
fn read<'p, 't>(places: &'p [(String, String)], text: &'t str, found: &mut Vec<(&'p str, &'t str)>) -> bool {
    let Some(((name, behind), others)) = places.split_first() else { return text.is_empty() };
    let fits = |value: &str| !value.is_empty() && (!is_number(name) || number(value).is_some());
    if others.is_empty() {
        return match text.strip_suffix(behind.as_str()).filter(|value| fits(value)) {
            Some(value) => {
                found.push((name, value));
                true
            }
            None => false,
        };
    }
    for (at, _) in text.match_indices(behind.as_str()) {
        let (value, rest) = (&text[..at], &text[at + behind.len()..]);
        if !fits(value) {
            continue;
        }
        found.push((name, value));
        if read(others, rest, found) {
            return true;
        }
        found.pop();
    }
    false
}

fn is_number(name: &str) -> bool {
    name.strip_prefix('n').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The digits of a number as English writes it, `1,234.5` or `45.1 %`.
pub fn number(text: &str) -> Option<&str> {
    let digits = text.strip_suffix(" %").unwrap_or(text);
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    let (whole, part) = unsigned.split_once('.').map_or((unsigned, None), |(whole, part)| (whole, Some(part)));
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().is_some_and(plain);
    let grouped = groups.all(|group| group.len() == 3 && plain(group));
    let first_fits = !whole.contains(',') || whole.find(',').is_some_and(|at| at <= 3);
    (first && grouped && first_fits && part.is_none_or(plain)).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::{Template, number};

    #[test]
    fn places_are_read_and_filled() {
        let template = Template::of("{n} of {n2} {units} went from {first} to {last}: {n3}.");
        let read = template.read("1,000 of 29 users went from a to b to c: 7.2 %.").unwrap();
        let expected =
            [("n", "1,000"), ("n2", "29"), ("units", "users"), ("first", "a"), ("last", "b to c"), ("n3", "7.2 %")];
        assert_eq!(read, expected);
        assert_eq!(template.read("x of 29 users went from a to b: 7."), None);
        assert_eq!(template.read("1 of 29 users went from a to b: 7. More."), None);
        assert_eq!(template.fill(str::to_uppercase), "N of N2 UNITS went from FIRST to LAST: N3.");
        assert!(!Template::of("All {} rows {Not a name}").has_places());
    }

    #[test]
    fn numbers_are_told_from_names() {
        for text in ["0", "1,234.5", "-12.50", "45.1 %", "12671", "1,234,567"] {
            assert!(number(text).is_some(), "{text}");
        }
        for text in ["", "-", "1,23", "1234,567", ".5", "5.", "30d", "2026-01-01", "1 2", "%", "1..2", ","] {
            assert!(number(text).is_none(), "{text}");
        }
    }
}
