//! A language's table of messages, and how a text is looked up in it: whole, by a template, or sentence by sentence.

use super::Locale;
use super::template::{Template, number};
use std::collections::BTreeMap;
use std::sync::LazyLock;

type Texts = BTreeMap<String, String>;

/// What stands in a file of messages; all keys but those of `signs` are the English texts.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// How numbers are written.
    signs: Texts,
    /// What the renderers say themselves.
    program: Texts,
    /// Titles, labels, marks and sentences of the reports.
    texts: Texts,
    /// Names of columns, where a table shows them all.
    columns: Texts,
    /// Words that stand in a place of a text, by the name of the place.
    words: BTreeMap<String, Texts>,
    /// Words of ours in the cells of a column, by its name.
    cells: BTreeMap<String, Texts>,
}

/// A language's messages.
#[derive(Debug)]
pub struct Messages {
    file: File,
    /// The most telling first.
    templates: Vec<(Template, Template)>,
}

static LANGUAGES: LazyLock<[Messages; 3]> =
    LazyLock::new(|| [include_str!("fr.toml"), include_str!("de.toml"), include_str!("es.toml")].map(Messages::read));

/// The messages of a language; English needs none.
pub fn messages(locale: Locale) -> Option<&'static Messages> {
    let [french, german, spanish] = &*LANGUAGES;
    match locale {
        Locale::En => None,
        Locale::Fr => Some(french),
        Locale::De => Some(german),
        Locale::Es => Some(spanish),
    }
}

impl Messages {
    /// A test reads every file, so that none is ever empty here.
    fn read(text: &str) -> Self {
        let file: File = toml::from_str(text).unwrap_or_default();
        let pairs = file.texts.iter().map(|(english, other)| (Template::of(english), Template::of(other)));
        let mut templates: Vec<_> = pairs.filter(|(english, _)| english.has_places()).collect();
        templates.sort_by_key(|(english, _)| std::cmp::Reverse(english.letters()));
        Self { file, templates }
    }

    pub fn sign(&'static self, name: &str) -> Option<&'static str> {
        self.file.signs.get(name).map(String::as_str)
    }

    /// What a renderer says, else the English it says it in.
    pub fn program(&'static self, english: &'static str) -> &'static str {
        self.file.program.get(english).map_or(english, String::as_str)
    }

    pub fn column(&self, name: &str) -> Option<&str> {
        self.file.columns.get(name).map(String::as_str)
    }

    pub fn cell(&self, column: &str, text: &str) -> Option<&str> {
        self.file.cells.get(column)?.get(text).map(String::as_str)
    }

    /// A text in this language: whole, else sentence by sentence; a sentence that is not in the table stays English.
    pub fn text(&self, english: &str) -> String {
        if let Some(whole) = self.find(english) {
            return whole;
        }
        let sentences: Vec<&str> = english.split_inclusive(". ").collect();
        let (mut out, mut at) = (Vec::new(), 0);
        while at < sentences.len() {
            let longest = (at + 1..=sentences.len()).rev();
            let found = longest.map(|end| (end, sentences[at..end].concat())).find_map(|(end, text)| {
                let found = self.find(text.trim_end())?;
                Some((end, found))
            });
            let (end, text) = found.unwrap_or_else(|| (at + 1, sentences[at].trim_end().to_owned()));
            out.push(text);
            at = end;
        }
        out.join(" ")
    }

    /// A heading: the name of the analysis stands before it, its dates behind it.
    pub fn title(&self, english: &str) -> String {
        let whole = self.text(english);
        if whole != english {
            return whole;
        }
        if let Some((name, rest)) = english.rsplit_once(": ") {
            return format!("{name}{}{}", self.file.signs.get("colon").map_or(": ", String::as_str), self.title(rest));
        }
        match english.split_once(", ") {
            Some((first, rest)) => format!("{}, {rest}", self.text(first)),
            None => whole,
        }
    }

    /// The message of one text.
    pub fn find(&self, english: &str) -> Option<String> {
        if let Some(text) = self.file.texts.get(english) {
            return Some(text.clone());
        }
        self.templates.iter().find_map(|(template, other)| {
            let places = template.read(english)?;
            Some(other.fill(|place| {
                let found = places.iter().find(|(name, _)| *name == place).map_or("", |(_, text)| *text);
                self.place(place, found)
            }))
        })
    }

    /// What stands in a place: a word of ours, a number, or a name as it is.
    fn place(&self, name: &str, text: &str) -> String {
        let kind = name.trim_end_matches(|character: char| character.is_ascii_digit());
        if let Some(words) = self.file.words.get(kind)
            && let Some(word) = words.get(text).cloned().or_else(|| self.find(text))
        {
            return word;
        }
        number(text).map_or_else(|| text.to_owned(), |digits| self.number(digits, text.ends_with('%')))
    }

    fn number(&self, digits: &str, percent: bool) -> String {
        let sign = |name: &str| self.file.signs.get(name).map_or("", String::as_str);
        let plain = digits.replace(',', "");
        let (whole, part) = plain.split_once('.').map_or((plain.as_str(), None), |(whole, part)| (whole, Some(part)));
        let grouped = digits.contains(',') && whole.trim_start_matches('-').len() >= self.least_grouped();
        let mut out = String::new();
        for (position, digit) in whole.char_indices() {
            let left = whole.len() - position;
            if grouped && left % 3 == 0 && !out.is_empty() && out != "-" {
                out.push_str(sign("thousands"));
            }
            out.push(digit);
        }
        if let Some(part) = part {
            out.push_str(sign("decimal_point"));
            out.push_str(part);
        }
        if percent {
            out.push_str(sign("percent"));
        }
        out
    }

    /// Digits of the shortest whole number whose thousands are set apart.
    pub fn least_grouped(&self) -> usize {
        self.file.signs.get("least_grouped").and_then(|digits| digits.parse().ok()).unwrap_or(4)
    }
}

#[cfg(test)]
mod tests {
    use super::super::template::Template;
    use super::{File, Locale, messages};
    use proptest::prelude::*;

    const LANGUAGES: [Locale; 3] = [Locale::Fr, Locale::De, Locale::Es];

    #[test]
    fn every_table_is_read_and_holds_the_same_texts() {
        let read = |text| toml::from_str::<File>(text).unwrap();
        let files = [read(include_str!("fr.toml")), read(include_str!("de.toml")), read(include_str!("es.toml"))];
        let keys = |file: &File| {
            let own = [&file.signs, &file.program, &file.texts, &file.columns].map(|texts| texts.keys().cloned());
            let words = file.words.iter().chain(&file.cells);
            let words = words.flat_map(|(name, words)| words.keys().map(move |word| format!("{name}.{word}")));
            own.into_iter().flatten().chain(words).collect::<Vec<_>>()
        };
        let first = keys(&files[0]);
        for file in &files {
            assert_eq!(keys(file), first);
            for (english, other) in file.texts.iter().chain(&file.program) {
                let places = |text: &str| {
                    let mut places = Template::of(text).places();
                    places.sort();
                    places
                };
                assert_eq!(places(english), places(other), "{english}: {other}");
            }
        }
    }

    #[test]
    fn places_are_filled_with_numbers_and_words_of_the_language() {
        let french = messages(Locale::Fr).unwrap();
        assert_eq!(
            french.text("In brackets: 99.5 % Wilson intervals."),
            "Entre parenthèses\u{a0}: intervalles de Wilson à 99,5\u{202f}%."
        );
        assert_eq!(
            french.text("1,234 of 29,000 users went from a, b to c: 7.2 % (4.8 % to 10.8 %)."),
            "1\u{202f}234 utilisateurs sur 29\u{202f}000 sont allés de a, b à c\u{a0}: 7,2\u{202f}% (de 4,8\u{202f}% à 10,8\u{202f}%)."
        );
        assert_eq!(french.title("Corner, shop: Conversion"), "Corner, shop\u{a0}: Conversion");
        let spanish = messages(Locale::Es).unwrap();
        assert!(
            spanish
                .text("1,234 of 29,000 users went from a to b: 7.2 % (4.8 % to 10.8 %).")
                .starts_with("1234 de 29.000 usuarios")
        );
    }

    #[test]
    fn a_sentence_that_is_not_there_stays_english() {
        let german = messages(Locale::De).unwrap();
        assert_eq!(german.text("Nobody has put this down. No, not this."), "Nobody has put this down. No, not this.");
        let mixed = german.text("Nobody has put this down. Open units may still go on and are not lost.");
        assert!(mixed.starts_with("Nobody has put this down. Offene "), "{mixed}");
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_look_up(text in "[a-z0-9 .,:;%`(){}-]{0,60}") {
            for locale in LANGUAGES {
                let messages = messages(locale).unwrap();
                let _ = (messages.text(&text), messages.title(&text));
            }
        }
    }
}
