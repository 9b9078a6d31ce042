//! Names of sheets: at most 31 characters, none of `[]:*?/\`, each only once whatever its case.

/// What spreadsheets allow.
const LONGEST: usize = 31;
/// `Summary` is the first sheet; `History` is kept by Excel for itself.
const TAKEN: [&str; 2] = ["summary", "history"];

/// Names the sheets of tables, in their order.
pub fn sheets<'a>(tables: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken: Vec<String> = TAKEN.map(str::to_owned).to_vec();
    let mut sheets = Vec::new();
    for table in tables {
        let plain = plain(table);
        let mut name = cut(&plain, LONGEST);
        let mut number = 2;
        while taken.contains(&name.to_lowercase()) {
            let end = format!(" {number}");
            name = format!("{}{end}", cut(&plain, LONGEST - end.len()));
            number += 1;
        }
        taken.push(name.to_lowercase());
        sheets.push(name);
    }
    sheets
}

fn plain(name: &str) -> String {
    let allowed = |character: char| !(character.is_control() || "[]:*?/\\'".contains(character));
    let plain: String = name.chars().map(|character| if allowed(character) { character } else { '_' }).collect();
    if plain.trim().is_empty() { "table".to_owned() } else { plain }
}

/// The first characters, counted as spreadsheets do: in UTF-16.
fn cut(name: &str, most: usize) -> String {
    let mut length = 0;
    let fits = |character: &char| {
        length += character.len_utf16();
        length <= most
    };
    let cut: String = name.chars().take_while(fits).collect();
    cut.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::sheets;
    use proptest::prelude::*;

    #[test]
    fn names_are_short_and_unique() {
        let long = "conversion.steps_by_original_traffic_source";
        let names = sheets(["steps", "Steps", "summary", long, long, "a/b:c", "'x'", " "].into_iter());
        let expected = [
            "steps",
            "Steps 2",
            "summary 2",
            "conversion.steps_by_original_tr",
            "conversion.steps_by_original_ 2",
            "a_b_c",
            "_x_",
            "table",
        ];
        assert_eq!(names, expected);
    }

    proptest! {
        #[test]
        fn any_names_are_allowed_ones(tables in prop::collection::vec(".{0,40}", 0..8)) {
            let names = sheets(tables.iter().map(String::as_str));
            prop_assert_eq!(names.len(), tables.len());
            let mut seen = std::collections::BTreeSet::new();
            for name in names {
                prop_assert!(name.encode_utf16().count() <= 31 && !name.is_empty());
                prop_assert!(!name.contains(['[', ']', ':', '*', '?', '/', '\\']));
                prop_assert!(seen.insert(name.to_lowercase()), "{name} stands twice");
            }
        }
    }
}
