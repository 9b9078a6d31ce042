//! The only way out for results: standard output, a file that is old or new and never half, or a folder of files.
//!
//! Opened before anything is computed, so that a path that cannot be written fails at once. May import the error
//! type and the files of [`super::RenderedFile`].

use super::RenderedFile;
use crate::error::{Error, ErrorKind, Result};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::atomic::{NewFolder, Pending, put_all, real_target, sweep, sync_directory};

const STDOUT: &str = "standard output";

/// How writing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Written,
    /// The reader of the pipe had enough: the run ends quietly, with exit code 0.
    ClosedPipe,
}

/// A place for results that was found to be writable.
#[derive(Debug)]
pub struct Output {
    target: Target,
}

#[derive(Debug)]
enum Target {
    Stdout,
    /// The path as given, and the file that a link there leads to.
    File {
        given: PathBuf,
        real: PathBuf,
    },
    /// A device or a named pipe: nothing that could be replaced.
    Special {
        given: PathBuf,
        file: File,
    },
    Directory(Directory),
}

#[derive(Debug)]
struct Directory {
    path: PathBuf,
    /// Present where it was made by [`Output::open`] and holds nothing yet.
    new: Option<NewFolder>,
}

impl Drop for Directory {
    fn drop(&mut self) {
        if let Some(new) = self.new.take() {
            new.remove();
        }
    }
}

impl Output {
    /// Finds out where the result goes: standard output without a path or for `-`, a folder for `DIR/` or an existing
    /// folder, else a file.
    ///
    /// # Errors
    /// Of kind I/O where the place cannot be written to.
    pub fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else {
            return Ok(Self { target: Target::Stdout });
        };
        let target = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => open_directory(path, false),
            Ok(metadata) if metadata.is_file() => open_file(path, true),
            Ok(_) => {
                let file = OpenOptions::new().write(true).open(path);
                file.map(|file| Target::Special { given: path.to_owned(), file })
            }
            Err(_) if names_directory(path) => open_directory(path, true),
            Err(_) => open_file(path, false),
        };
        target.map(|target| Self { target }).map_err(|error| cannot_open(path, &error))
    }

    /// Tells whether a file per table is wanted: then [`Output::write_files`] is the one to call.
    #[must_use]
    pub const fn is_directory(&self) -> bool {
        matches!(self.target, Target::Directory(_))
    }

    /// The path as given, a folder with a separator at its end; `None` for standard output.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        match &self.target {
            Target::Stdout => None,
            Target::File { given, .. } | Target::Special { given, .. } => Some(given.display().to_string()),
            Target::Directory(directory) => Some(directory.path.join("").display().to_string()),
        }
    }

    /// Tells whether the result goes to standard output.
    #[must_use]
    pub const fn is_stdout(&self) -> bool {
        matches!(self.target, Target::Stdout)
    }

    /// Writes the whole result.
    ///
    /// # Errors
    /// Of kind I/O, naming the place; what stood there before is kept, and no temporary file stays.
    pub fn write(self, bytes: &[u8]) -> Result<Outcome> {
        let what = format!("{} bytes", bytes.len());
        self.write_parts(&what, |writer| writer.write_all(bytes))
    }

    /// Writes a result that is made piece by piece.
    ///
    /// # Errors
    /// As [`Output::write`]; an error of `produce` is taken for a failed write.
    pub fn write_with(self, produce: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Outcome> {
        self.write_parts("the result", produce)
    }

    fn write_parts(self, what: &str, produce: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Outcome> {
        match self.target {
            Target::Stdout => write_stream(io::stdout().lock(), STDOUT, what, produce),
            Target::Special { given, file } => write_stream(file, &given.display().to_string(), what, produce),
            Target::File { given, real } => {
                replace(&real, produce).map_err(|error| cannot_write(&given, what, &error))?;
                Ok(Outcome::Written)
            }
            Target::Directory(directory) => {
                let message = "is a directory, and this result is one file";
                Err(Error::new(ErrorKind::Internal, message).in_file(directory.path.display()))
            }
        }
    }

    /// Writes a file per table into the folder; all are complete before the first one takes its place.
    ///
    /// # Errors
    /// Of kind I/O, naming the file; internal where the output is no folder.
    pub fn write_files(self, files: &[RenderedFile]) -> Result<Outcome> {
        let Target::Directory(mut directory) = self.target else {
            return Err(Error::internal("several files were to be written into one"));
        };
        let mut ready = Vec::with_capacity(files.len());
        for file in files {
            let path = directory.path.join(&file.name);
            let pending = prepare(&path, |writer| writer.write_all(&file.bytes));
            let what = format!("{} bytes", file.bytes.len());
            ready.push((pending.map_err(|error| cannot_write(&path, &what, &error))?, path));
        }
        let (ready, paths): (Vec<Pending>, Vec<PathBuf>) = ready.into_iter().unzip();
        put_all(ready).map_err(|(position, error)| cannot_write(&paths[position], "the file", &error))?;
        // It holds something now, and stays.
        directory.new = directory.new.take().filter(|_| paths.is_empty());
        sync_directory(&directory.path).map_err(|error| cannot_write(&directory.path, "the folder", &error))?;
        Ok(Outcome::Written)
    }
}

/// A path that ends in a separator means a folder, even one that is not there yet.
fn names_directory(path: &Path) -> bool {
    path.as_os_str().to_string_lossy().ends_with(std::path::is_separator)
}

fn open_directory(path: &Path, is_missing: bool) -> io::Result<Target> {
    let new = if is_missing { Some(NewFolder::create(path)?) } else { None };
    let directory = Directory { path: path.to_owned(), new };
    let probe = path.join("probe");
    sweep(&probe);
    drop(Pending::create(&probe)?);
    Ok(Target::Directory(directory))
}

/// Proves that the file can be written, and takes away what a run that was killed may have left.
fn open_file(path: &Path, exists: bool) -> io::Result<Target> {
    let real = real_target(path)?;
    if exists {
        OpenOptions::new().write(true).open(&real)?;
    }
    sweep(&real);
    drop(Pending::create(&real)?);
    Ok(Target::File { given: path.to_owned(), real })
}

/// Writes beside the target and brings the bytes to the disk.
fn prepare(target: &Path, produce: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Pending> {
    let target = real_target(target)?;
    sweep(&target);
    let mut pending = Pending::create(&target)?;
    let mut writer = io::BufWriter::with_capacity(1 << 16, pending.file());
    produce(&mut writer)?;
    writer.flush()?;
    drop(writer);
    pending.file().sync_all()?;
    Ok(pending)
}

fn replace(target: &Path, produce: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    prepare(target, produce)?.put()?;
    sync_directory(target.parent().unwrap_or(Path::new(".")))
}

/// Writes to something that cannot be replaced; a closed pipe is no error.
fn write_stream(
    stream: impl Write,
    name: &str,
    what: &str,
    produce: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Outcome> {
    let mut writer = io::BufWriter::with_capacity(1 << 16, stream);
    let result = produce(&mut writer).and_then(|()| writer.flush());
    // What could not be written must not be tried again when the buffer goes.
    let (_stream, _unwritten) = writer.into_parts();
    match result {
        Ok(()) => Ok(Outcome::Written),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Outcome::ClosedPipe),
        Err(error) => Err(cannot_write(Path::new(name), what, &error)),
    }
}

fn cannot_open(path: &Path, error: &io::Error) -> Error {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "the folder must exist",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "choose a place that may be written to",
        _ => return Error::new(ErrorKind::Io, format!("cannot write here: {error}")).in_file(path.display()),
    };
    Error::new(ErrorKind::Io, format!("cannot write here: {error}")).in_file(path.display()).with_hint(hint)
}

fn cannot_write(path: &Path, what: &str, error: &io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot write {what}: {error}")).in_file(path.display())
}

#[cfg(test)]
#[path = "sink_tests.rs"]
mod tests;
