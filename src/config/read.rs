//! Finds and reads `funnel.toml`, and answers mistakes in it with their line and what was probably meant.

use super::environment::Environment;
use super::file::{ConfigFile, FUNNEL_KEYS, READING_KEYS, Root, Table, line_of, line_starts, same_key};
use crate::args::generate::setting_names;
use crate::args::nearest::nearest;
use crate::error::{Error, Result};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const NAME: &str = "funnel.toml";

/// Tables of commands that are still to come.
const PLANNED: [&str; 1] = ["forecast"];

/// Reads the file of `--config` or of `FUNNEL_CONFIG`, else the `funnel.toml` of `here` or of the nearest folder above.
///
/// `here` is the working directory; an empty path stands for it and keeps the paths of the result short.
///
/// # Errors
/// The file cannot be read (1), or it is wrong (2).
pub fn load(flag: Option<&Path>, environment: &Environment, here: &Path) -> Result<Option<ConfigFile>> {
    let given = flag.map(Path::to_path_buf).or_else(|| environment.get("FUNNEL_CONFIG").map(PathBuf::from));
    if let Some(path) = given {
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        return parse(path, &text).map(Some);
    }
    for path in candidates(here) {
        match std::fs::read_to_string(&path) {
            Ok(text) => return parse(path, &text).map(Some),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => return Err(unreadable(&path, &error)),
        }
    }
    Ok(None)
}

/// A file that is no text is wrong; any other failure is one of reading.
fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    if error.kind() == ErrorKind::InvalidData {
        return Error::usage("the file is no valid UTF-8").in_file(path.display());
    }
    Error::io(path.display(), error)
}

/// `funnel.toml`, `../funnel.toml`, `../../funnel.toml`, ... up to the root.
fn candidates(here: &Path) -> impl Iterator<Item = PathBuf> {
    let start = if here.as_os_str().is_empty() { Path::new(".") } else { here };
    let depth = std::fs::canonicalize(start).map_or(1, |absolute| absolute.components().count());
    let here = here.to_path_buf();
    (0..depth).map(move |above| {
        let mut path = here.clone();
        path.extend(std::iter::repeat_n("..", above));
        path.join(NAME)
    })
}

/// Parses the text of a `funnel.toml`.
///
/// # Errors
/// Wrong syntax, an unknown key, a value of the wrong type.
pub fn parse(path: PathBuf, text: &str) -> Result<ConfigFile> {
    let plain = text.strip_prefix('\u{feff}').unwrap_or(text);
    let root: Root = toml::from_str(plain).map_err(|error| toml_error(&path, plain, &error))?;
    let file = ConfigFile::new(path, plain, root);
    check_keys(&file)?;
    Ok(file)
}

/// Checks the keys of the tables that serde takes as they come.
fn check_keys(file: &ConfigFile) -> Result<()> {
    check_table(file, &file.root.funnel, &FUNNEL_KEYS)?;
    let tables = [
        ("conversion", &file.root.conversion),
        ("cycle", &file.root.cycle),
        ("pipeline", &file.root.pipeline),
        ("leads", &file.root.leads),
        ("cost", &file.root.cost),
        ("attribution", &file.root.attribution),
        ("cohort", &file.root.cohort),
        ("churn", &file.root.churn),
        ("lifecycle", &file.root.lifecycle),
        ("value", &file.root.value),
        ("paths", &file.root.paths),
        ("check", &file.root.check),
        ("report", &file.root.report),
    ];
    for (name, table) in tables {
        if !table.is_empty() {
            let names: Vec<String> = setting_names(name).iter().map(|name| name.replace('-', "_")).collect();
            check_table(file, table, &names.iter().map(String::as_str).collect::<Vec<_>>())?;
        }
    }
    for source in file.root.sources.values() {
        check_table(file, &source.reading, &READING_KEYS)?;
    }
    Ok(())
}

fn check_table(file: &ConfigFile, table: &Table, known: &[&str]) -> Result<()> {
    let mut keys: Vec<_> = table.keys().collect();
    keys.sort_by_key(|key| key.span().start);
    for (position, key) in keys.iter().enumerate() {
        let line = file.line(key.span().start);
        if !known.iter().any(|name| same_key(key.get_ref(), name)) {
            return Err(unknown_key(key.get_ref(), known).at(file.path.display(), Some(line), None));
        }
        if keys[..position].iter().any(|earlier| same_key(earlier.get_ref(), key.get_ref())) {
            let error = Error::usage(format!("key `{}` is given twice", key.get_ref()));
            return Err(error.at(file.path.display(), Some(line), None));
        }
    }
    Ok(())
}

pub(super) fn unknown_key(key: &str, known: &[&str]) -> Error {
    let error = Error::usage(format!("unknown key `{key}`"));
    match nearest(&key.replace('-', "_"), known.iter().copied()) {
        Some(name) => error.with_hint(format!("did you mean `{name}`?")),
        None => error.with_hint(format!("known keys: {}", known.join(", "))),
    }
}

/// Words an error of the TOML reader like the program's own.
fn toml_error(path: &Path, text: &str, error: &toml::de::Error) -> Error {
    let line = error.span().map(|span| line_of(&line_starts(text), span.start));
    let message = error.message();
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let worded = match (message.starts_with("unknown field"), quoted.split_first()) {
        (true, Some((key, _))) if PLANNED.contains(key) => Error::usage(format!("[{key}] is not supported yet")),
        (true, Some((key, known))) => unknown_key(key, known),
        _ => Error::usage(one_line(message).replace("expected a map", "expected a table")),
    };
    worded.at(path.display(), line, None)
}

/// A message of several lines as one.
fn one_line(message: &str) -> String {
    message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::{load, parse};
    use crate::config::Environment;
    use crate::error::{Error, ErrorKind};
    use proptest::prelude::*;
    use std::path::{Path, PathBuf};

    fn refused(text: &str) -> Error {
        let error = parse(PathBuf::from("funnel.toml"), text).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Usage);
        error
    }

    #[test]
    fn unknown_keys_are_answered_with_line_and_suggestion() {
        for (text, message, hint) in [
            ("\n[funel]\n", "funnel.toml:2: unknown key `funel`", "funnel"),
            ("[funnel]\ntimezon = \"UTC\"\n", "funnel.toml:2: unknown key `timezon`", "timezone"),
            ("[conversion]\n\nwindw = \"1d\"\n", "funnel.toml:3: unknown key `windw`", "window"),
            ("[sources.a]\nkind = \"deals\"\nfile = [\"x\"]\n", "funnel.toml:3: unknown key `file`", "files"),
            ("[sources.a]\nreading = { decimals = \",\" }\n", "funnel.toml:2: unknown key `decimals`", "decimal"),
            ("[[steps]]\nevents = \"x\"\n", "funnel.toml:2: unknown key `events`", "event"),
            ("[[steps]]\ngoal = { from_frist = 0.1 }\n", "funnel.toml:2: unknown key `from_frist`", "from_first"),
        ] {
            let error = refused(text);
            assert_eq!(error.to_string(), message);
            assert_eq!(error.hint, Some(format!("did you mean `{hint}`?")), "{text}");
        }
    }

    #[test]
    fn what_is_still_to_come_is_named_as_such() {
        assert_eq!(refused("[forecast]\nperiods = 3\n").to_string(), "funnel.toml:1: [forecast] is not supported yet");
    }

    #[test]
    fn wrong_types_and_syntax_have_their_line() {
        assert_eq!(refused("[sources.a]\nkind = 1\n").location.unwrap().line, Some(2));
        assert_eq!(refused("[[steps]]\noptional = \"yes\"\n").location.unwrap().line, Some(2));
        assert_eq!(refused("[funnel]\nname = \n").location.unwrap().line, Some(2));
        assert_eq!(refused("[lookups.a]\nfile = \"a.csv\"\n").message, "missing field `key`");
        assert_eq!(refused("[check]\nmax_rejects = 1\nmax-rejects = 2\n").message, "key `max-rejects` is given twice");
    }

    #[test]
    fn a_value_in_place_of_a_table_is_told_so() {
        for text in ["sources = { a = 3 }\n", "conversion = 3\n", "[sources.a]\ncolumns = 3\n"] {
            assert_eq!(refused(text).message, "invalid type: integer `3`, expected a table");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "(\\[|\\]|=|\"|\n|funnel|sources|steps|a|\\.|\\PC)*") {
            let _ = parse(PathBuf::from("funnel.toml"), &text);
        }
    }

    #[test]
    fn a_file_that_is_no_text_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("funnel.toml"), b"a = \"\xff\"").unwrap();
        assert_eq!(load(None, &Environment::default(), folder.path()).unwrap_err().kind, ErrorKind::Usage);
    }

    #[test]
    fn the_nearest_file_above_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(folder.path().join("funnel.toml"), "[funnel]\nname = \"A\"\n").unwrap();
        let file = load(None, &Environment::default(), &deep).unwrap().unwrap();
        assert_eq!(file.path, deep.join("../../funnel.toml"));
        assert_eq!(file.folder(), deep.join("../.."));
    }

    #[test]
    fn a_file_that_was_asked_for_must_exist() {
        let error = load(Some(Path::new("/nonexistent/x.toml")), &Environment::default(), Path::new("")).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Io);
        let environment = Environment::from_pairs([("FUNNEL_CONFIG", "/nonexistent/y.toml")]);
        assert!(load(None, &environment, Path::new("")).unwrap_err().to_string().contains("y.toml"));
    }
}
