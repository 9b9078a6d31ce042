//! Which files a list of names stands for: standard input, paths, patterns; and that none is named twice.

use super::file::ConfigFile;
use super::pattern;
use super::settings::InputPath;
use crate::error::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

/// Returns a path of `funnel.toml` as seen from the working directory.
pub fn beside(file: &ConfigFile, path: &Path) -> PathBuf {
    file.folder().join(path)
}

/// Returns the files that a name stands for. A path that exists is never a pattern.
///
/// # Errors
/// A pattern that is wrong or meets no file (2), or a folder that cannot be read (1).
pub fn expand(name: &Path, folder: Option<&Path>) -> Result<Vec<InputPath>> {
    if name == Path::new("-") {
        return Ok(vec![InputPath::Stdin]);
    }
    let path = folder.map_or_else(|| name.to_path_buf(), |folder| folder.join(name));
    let pattern = match name.to_str() {
        Some(text) if text.contains(['*', '?', '[']) && path.symlink_metadata().is_err() => text,
        _ => return Ok(vec![InputPath::Path(path)]),
    };
    let found = pattern::matching(folder.unwrap_or(Path::new("")), Path::new(pattern))?;
    if found.is_empty() {
        let error = Error::usage(format!("no file matches {}", path.display()));
        return Err(error.with_hint("patterns use * ? and [...]"));
    }
    Ok(found.into_iter().map(InputPath::Path).collect())
}

/// Refuses a file that is named twice, under whatever name.
///
/// # Errors
/// The same file twice (2).
pub fn refuse_repeats<'a>(files: impl IntoIterator<Item = &'a InputPath>) -> Result<()> {
    let mut seen = Vec::new();
    for file in files {
        let identity = file.path().map(identity);
        if seen.contains(&identity) {
            let name = file.path().map_or("-".into(), |path| path.display().to_string());
            return Err(Error::new(ErrorKind::Usage, "the same file is given twice").in_file(name));
        }
        seen.push(identity);
    }
    Ok(())
}

/// Returns what two names of one file have in common: the path without links.
pub fn identity(path: &Path) -> PathBuf {
    std::fs::canonicalize(path)
        .or_else(|_| {
            // A file that does not exist yet, in a folder that does.
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            std::fs::canonicalize(folder).map(|folder| folder.join(path.file_name().unwrap_or_default()))
        })
        .unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::{expand, refuse_repeats};
    use crate::config::settings::InputPath;
    use crate::error::ErrorKind;
    use std::fs::write;
    use std::path::{Path, PathBuf};

    fn path(path: impl Into<PathBuf>) -> InputPath {
        InputPath::Path(path.into())
    }

    #[test]
    fn patterns_meet_files_in_order_and_never_hidden_ones() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        for name in ["b.csv", "a.csv", ".c.csv", "d.txt"] {
            write(here.join(name), "").unwrap();
        }
        std::fs::create_dir(here.join("e.csv")).unwrap();
        let found = expand(Path::new("*.csv"), Some(here)).unwrap();
        assert_eq!(found, [path(here.join("a.csv")), path(here.join("b.csv"))]);
        assert_eq!(expand(&here.join("?.csv"), None).unwrap(), found);
    }

    #[test]
    fn an_existing_path_is_never_a_pattern() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().join("q[1]");
        std::fs::create_dir(&here).unwrap();
        write(here.join("a[1].csv"), "").unwrap();
        write(here.join("a1.csv"), "").unwrap();
        assert_eq!(expand(Path::new("a[1].csv"), Some(&here)).unwrap(), [path(here.join("a[1].csv"))]);
        assert_eq!(expand(Path::new("a[0-9].csv"), Some(&here)).unwrap(), [path(here.join("a1.csv"))]);
    }

    #[test]
    fn a_pattern_without_a_match_is_a_usage_error_and_a_missing_file_is_not() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(expand(Path::new("*.csv"), Some(folder.path())).unwrap_err().kind, ErrorKind::Usage);
        assert_eq!(expand(Path::new("a[.csv"), Some(folder.path())).unwrap_err().kind, ErrorKind::Usage);
        assert!(expand(Path::new("none.csv"), Some(folder.path())).is_ok());
        assert_eq!(expand(Path::new("-"), Some(folder.path())).unwrap(), [InputPath::Stdin]);
    }

    #[test]
    fn the_same_file_twice_is_refused_under_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        write(&file, "").unwrap();
        let other = folder.path().join(".").join("a.csv");
        assert_eq!(refuse_repeats(&[path(&file), path(&other)]).unwrap_err().kind, ErrorKind::Usage);
        assert!(refuse_repeats(&[InputPath::Stdin, InputPath::Stdin]).is_err());
        assert!(refuse_repeats(&[path(&file), path(folder.path().join("b.csv")), InputPath::Stdin]).is_ok());
        #[cfg(unix)]
        {
            let link = folder.path().join("link.csv");
            std::os::unix::fs::symlink(&file, &link).unwrap();
            assert!(refuse_repeats(&[path(&file), path(&link)]).is_err());
        }
    }
}
