//! Paths of a configuration are relative to its folder, paths of a command line to the working directory.

use crate::error::{Error, Result};
use std::path::{Component, Path, PathBuf};

/// Rewrites a path of the command line for a configuration at `config`.
///
/// # Errors
/// A path cannot be made absolute, or is no text.
pub fn relative(file: &Path, config: &Path) -> Result<String> {
    let folder = config.parent().unwrap_or(Path::new(""));
    let moved = if folder.as_os_str().is_empty() || file.is_absolute() {
        file.to_path_buf()
    } else if [file, folder].into_iter().all(goes_down) {
        let up = folder.components().filter(|part| *part != Component::CurDir).map(|_| "..");
        up.collect::<PathBuf>().join(file)
    } else {
        std::path::absolute(file).map_err(|error| Error::io(file.display(), &error))?
    };
    let text = moved.to_str().map(str::to_owned);
    text.ok_or_else(|| Error::usage("a path that is no text cannot stand in a configuration").in_file(file.display()))
}

/// Whether a path leads into folders below the working directory only.
fn goes_down(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

#[cfg(test)]
mod tests {
    use super::relative;
    use std::path::Path;

    #[test]
    fn paths_are_seen_from_the_configuration() {
        let seen = |file: &str, config: &str| relative(Path::new(file), Path::new(config)).unwrap();
        assert_eq!(seen("exports/a.csv", "funnel.toml"), "exports/a.csv");
        assert_eq!(seen("../a.csv", "funnel.toml"), "../a.csv");
        assert_eq!(seen("exports/a.csv", "clients/acme/funnel.toml"), "../../exports/a.csv");
        assert_eq!(seen("/data/a.csv", "clients/funnel.toml"), "/data/a.csv");
        assert!(Path::new(&seen("../a.csv", "clients/funnel.toml")).is_absolute());
    }
}
