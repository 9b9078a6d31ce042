//! The reader against `serde_json` and a plain program over its values.

use super::super::reason;
use super::{Sizes, load_with, try_load};
use proptest::prelude::*;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// Any JSON value, without duplicate keys and NUL.
struct Strict;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

fn no_nul<E: serde::de::Error>(text: &str) -> Result<Strict, E> {
    if text.contains('\0') { Err(E::custom("NUL")) } else { Ok(Strict) }
}

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Strict, E> {
        no_nul(text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Strict, A::Error> {
        while elements.next_element::<Strict>()?.is_some() {}
        Ok(Strict)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Strict, A::Error> {
        let mut seen = BTreeSet::new();
        while let Some((key, _)) = members.next_entry::<String, Strict>()? {
            no_nul::<A::Error>(&key)?;
            if !seen.insert(key) {
                return Err(serde::de::Error::custom("duplicate"));
            }
        }
        Ok(Strict)
    }
}

/// Whether a text is a record; `None` where `serde_json` cannot say (a number beyond its range).
fn is_record(text: &[u8]) -> Option<bool> {
    match serde_json::from_slice::<Strict>(text) {
        Ok(_) => Some(text.trim_ascii_start().starts_with(b"{")),
        Err(error) if error.to_string().contains("out of range") => None,
        Err(_) => Some(false),
    }
}

/// Values with few keys, so that objects meet text and each other.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1000.0..1000.0).prop_map(|number: f64| Value::from(number)),
        "[a\"\\\\\n\u{1}\u{e9}\u{1f600}]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[ab\"\u{e9}]{0,2}", inner, 0..4)
                .prop_map(|members| Value::from(members.into_iter().collect::<serde_json::Map<_, _>>())),
        ]
    })
}

fn record() -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[abc]{1,2}", value(), 0..5)
        .prop_map(|members| Value::from(members.into_iter().collect::<serde_json::Map<_, _>>()))
}

fn token() -> impl Strategy<Value = String> {
    let tokens = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"a\"",
        "\"b\"",
        "\"\\u0061\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"",
        "\\",
        "1",
        "-0.5e1",
        "01",
        "1.",
        "true",
        "null",
        "nul",
        " ",
        "\t",
        "\n",
        "\u{b}",
        "{\"a\":1}",
        "{\"b\":{\"a\":[]}}",
        "\u{0}",
    ];
    prop::sample::select(tokens.to_vec()).prop_map(str::to_owned)
}

/// Path and text of every column of a record, and the paths that hold objects.
fn flatten(prefix: &str, value: &Value, leaves: &mut Vec<(String, Option<String>)>, objects: &mut Vec<String>) {
    for (key, value) in value.as_object().unwrap() {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Object(_) => {
                objects.push(path.clone());
                flatten(&path, value, leaves, objects);
            }
            Value::Null => leaves.push((path, None)),
            Value::String(text) => leaves.push((path, Some(text.clone()))),
            other => leaves.push((path, Some(other.to_string()))),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_are_accounted_for(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        _ = try_load(&bytes);
    }

    #[test]
    fn any_tokens_get_the_verdict_of_serde_json(tokens in prop::collection::vec(token(), 0..14)) {
        let text = tokens.concat();
        for line in text.split('\n') {
            // In front of it a record, lest the file be taken for an array.
            let loaded = try_load(format!("{{}}\n{line}").as_bytes()).unwrap();
            let blank = line.trim_matches([' ', '\t', '\u{b}']).is_empty();
            if let Some(sound) = is_record(line.as_bytes()) {
                prop_assert_eq!(loaded.account.loaded == 2, sound && !blank, "{:?}", line);
            }
        }
        _ = try_load(text.as_bytes());
    }

    #[test]
    fn damage_to_a_record_gets_the_verdict_of_serde_json(
        record in record(),
        place in any::<prop::sample::Index>(),
        damage in prop::sample::select(vec!["", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "e", "-", "\u{e9}", "\t", "\u{1}", "u"]),
        length in 0_usize..3,
    ) {
        let text = record.to_string();
        let at = place.index(text.len() + 1);
        let mut bytes = text.into_bytes();
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, damage.bytes());
        if let Some(sound) = is_record(&bytes) && bytes.first() != Some(&b'[') {
            let loaded = load_with(&bytes, Sizes::default(), 1).unwrap();
            // A dotted key that a nested one spells too is a duplicate here and none there.
            let dotted = bytes.contains(&b'.') && loaded.rejects.iter().any(|reject| reject.reason == reason::DUPLICATE_KEY);
            prop_assert!(dotted || (loaded.account.loaded == 1) == sound, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn cells_are_those_of_a_plain_program(records in prop::collection::vec(record(), 0..8)) {
        let text = records.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
        let flat: Vec<_> = records.iter().map(|record| {
            let (mut leaves, mut objects) = (Vec::new(), Vec::new());
            flatten("", record, &mut leaves, &mut objects);
            (leaves, objects)
        }).collect();
        let texts: BTreeSet<&String> = flat.iter().flat_map(|(leaves, _)| leaves).filter(|leaf| leaf.1.is_some()).map(|leaf| &leaf.0).collect();
        let objects: BTreeSet<&String> = flat.iter().flat_map(|(_, objects)| objects).collect();
        let loaded = try_load(text.as_bytes()).unwrap();
        let mut sound = loaded.rows.iter();
        for (number, (leaves, inner)) in flat.iter().enumerate() {
            let line = number as u64 + 1;
            if inner.iter().any(|path| texts.contains(path)) {
                prop_assert!(loaded.faults().contains(&(line, reason::OBJECT_WHERE_TEXT)));
                continue;
            }
            let (found, row) = sound.next().unwrap();
            prop_assert_eq!(*found, line);
            for (header, cell) in loaded.headers.iter().zip(row) {
                let expected = leaves.iter().find(|leaf| leaf.0 == *header).and_then(|leaf| leaf.1.as_ref());
                prop_assert_eq!(cell.as_ref(), expected);
            }
            for (path, text) in leaves {
                prop_assert!(text.is_none() && objects.contains(path) || loaded.headers.contains(path));
            }
        }
        prop_assert!(sound.next().is_none());
        // The same records as an array give the same table.
        let array = serde_json::to_string_pretty(&records).unwrap();
        let compact = serde_json::to_string(&records).unwrap();
        for array in [array, compact] {
            let again = try_load(array.as_bytes()).unwrap();
            prop_assert_eq!(&again.headers, &loaded.headers);
            let rows = |loaded: &super::Loaded| loaded.rows.iter().map(|row| row.1.clone()).collect::<Vec<_>>();
            // Arrays inside records are kept as written, white space and all.
            if array.lines().count() <= 1 {
                prop_assert_eq!(rows(&again), rows(&loaded));
            }
            prop_assert_eq!(again.rejects.len(), loaded.rejects.len());
        }
    }
}
