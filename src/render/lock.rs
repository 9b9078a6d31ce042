//! A file that one run holds at a time. The system gives it up when the process ends, in whatever way, so that no lock
//! is ever left behind; the file stays, and is empty where nobody holds it.

use crate::error::{Error, ErrorKind, Result};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// What the file begins with, so that no other file is written over.
const MARK: &str = "funnel, process ";
const LONGEST: u64 = 512;

/// Held until it goes.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock at once or not at all, and says in the file who has it.
    ///
    /// # Errors
    /// Of kind locked where another run has it, with what is known of it; usage for a file that is no lock; I/O.
    pub fn take(path: &Path, holder: &str) -> Result<Self> {
        let failed = |error: &std::io::Error| {
            Error::new(ErrorKind::Io, format!("cannot be locked: {error}")).in_file(path.display())
        };
        let mut options = OpenOptions::new();
        let opened = options.read(true).write(true).create(true).truncate(false).open(path);
        let mut file = opened.map_err(|error| failed(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = written(&mut file).unwrap_or_default();
                let who = holder.strip_prefix(MARK).map(|rest| format!(": process {}", rest.trim_end()));
                let message = format!("another run holds the lock{}", who.unwrap_or_default());
                let error = Error::new(ErrorKind::Locked, message).in_file(path.display());
                return Err(error.with_hint("wait until it has ended; a run that was killed holds no lock"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
        let before = written(&mut file).map_err(|error| failed(&error))?;
        if !before.is_empty() && !before.starts_with(MARK) {
            let error = Error::usage("--lock: the file holds something else").in_file(path.display());
            return Err(error.with_hint("name a file of its own, such as funnel.lock"));
        }
        let mut lock = Self { file };
        // A full disk is no reason not to run: the lock itself needs no space.
        let _ = lock.say(&format!("{MARK}{} ({holder})\n", std::process::id()));
        Ok(lock)
    }

    fn say(&mut self, text: &str) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(text.as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

fn written(file: &mut File) -> std::io::Result<String> {
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Waits for a folder, so that two runs do not read and replace a file in it at the same time; `None` where the system
/// does not lock folders.
#[must_use]
pub fn hold_folder(of: &Path) -> Option<File> {
    let folder = of.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = File::open(folder).ok()?;
    folder.lock().ok().map(|()| folder)
}

#[cfg(test)]
mod tests {
    use super::{Lock, MARK};
    use crate::error::ErrorKind;

    #[test]
    fn one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.lock");
        let first = Lock::take(&path, "funnel report").unwrap();
        let error = Lock::take(&path, "funnel report").unwrap_err();
        assert_eq!(error.kind, ErrorKind::Locked);
        assert!(error.message.contains(&format!("process {} (funnel report)", std::process::id())), "{error}");
        drop(first);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "");
        drop(Lock::take(&path, "funnel report").unwrap());
    }

    #[test]
    fn what_a_killed_run_left_is_no_lock_and_other_files_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.lock");
        std::fs::write(&path, format!("{MARK}1 (funnel report)\n")).unwrap();
        drop(Lock::take(&path, "funnel report").unwrap());
        std::fs::write(&path, "id,amount\n").unwrap();
        assert_eq!(Lock::take(&path, "funnel report").unwrap_err().kind, ErrorKind::Usage);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "id,amount\n");
    }
}
