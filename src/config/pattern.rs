//! Patterns of file names, folder by folder: names that are no UTF-8 are met like others, and never a reason to stop.

use crate::error::{Error, Result};
use glob::{MatchOptions, Pattern};
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// Returns the files (no folders) below `folder` that match, in alphabetical order. `*`, `?` and `[...]` stand for
/// characters of one name, `**` for any folders; a name with a dot at its beginning must be named so.
///
/// # Errors
/// A pattern that is wrong (2), or a folder that cannot be read (1).
pub fn matching(folder: &Path, pattern: &Path) -> Result<Vec<PathBuf>> {
    let mut found = vec![folder.to_path_buf()];
    for component in pattern.components() {
        let mut next = Vec::new();
        for place in found {
            match component {
                Component::Normal(name) => step(&place, &name.to_string_lossy(), &mut next)?,
                other => next.push(place.join(other)),
            }
        }
        found = next;
    }
    found.retain(|path| path.exists() && !path.is_dir());
    found.sort();
    found.dedup();
    Ok(found)
}

/// Adds what a component of the pattern stands for in one folder.
fn step(place: &Path, name: &str, into: &mut Vec<PathBuf>) -> Result<()> {
    if name == "**" {
        return below(place, into);
    }
    if !name.contains(['*', '?', '[']) {
        into.push(place.join(name));
        return Ok(());
    }
    let wrong = |error: glob::PatternError| Error::usage(format!("wrong pattern {name}: {}", error.msg));
    let pattern = Pattern::new(name).map_err(wrong)?;
    let names = names(place)?.into_iter();
    into.extend(
        names.filter(|name| pattern.matches_with(&name.to_string_lossy(), OPTIONS)).map(|name| place.join(name)),
    );
    Ok(())
}

/// The folder and all folders below it; links and hidden ones are left out.
fn below(place: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    into.push(place.to_path_buf());
    for name in names(place)? {
        let path = place.join(&name);
        let is_folder = path.symlink_metadata().is_ok_and(|found| found.is_dir());
        if is_folder && !name.to_string_lossy().starts_with('.') {
            below(&path, into)?;
        }
    }
    Ok(())
}

/// Names in a folder; none where there is no such folder.
fn names(place: &Path) -> Result<Vec<OsString>> {
    let place = if place.as_os_str().is_empty() { Path::new(".") } else { place };
    let failed = |error: &std::io::Error| Error::io(place.display(), error);
    let entries = match fs::read_dir(place) {
        Ok(entries) => entries,
        Err(error) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind()) => return Ok(Vec::new()),
        Err(error) => return Err(failed(&error)),
    };
    entries.map(|entry| entry.map(|entry| entry.file_name()).map_err(|error| failed(&error))).collect()
}

#[cfg(test)]
mod tests {
    use super::matching;
    use std::path::Path;

    #[test]
    fn folders_are_gone_through_by_every_sign() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        for name in ["a/x1.csv", "a/y.csv", "b/x2.csv", "b/c/x3.csv", ".d/x4.csv", "x5.csv"] {
            let path = here.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let found = |pattern: &str| -> Vec<String> {
            let found = matching(here, Path::new(pattern)).unwrap();
            found.iter().map(|path| path.strip_prefix(here).unwrap().display().to_string()).collect()
        };
        assert_eq!(found("*/x?.csv"), ["a/x1.csv", "b/x2.csv"]);
        assert_eq!(found("**/x*.csv"), ["a/x1.csv", "b/c/x3.csv", "b/x2.csv", "x5.csv"]);
        assert_eq!(found("[ab]/*.csv"), ["a/x1.csv", "a/y.csv", "b/x2.csv"]);
        assert_eq!(found(".d/*.csv"), [".d/x4.csv"]);
        assert_eq!(found("none/*.csv"), [""; 0]);
        assert_eq!(found("a/../b/x*"), ["a/../b/x2.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_met_or_passed_over() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join(std::ffi::OsStr::from_bytes(b"z\xff.csv"));
        std::fs::write(&odd, "").unwrap();
        std::fs::write(folder.path().join("a.csv"), "").unwrap();
        assert_eq!(matching(folder.path(), Path::new("*.csv")).unwrap(), [folder.path().join("a.csv"), odd]);
        assert_eq!(matching(folder.path(), Path::new("a*")).unwrap(), [folder.path().join("a.csv")]);
    }
}
