//! A file that takes another's place in one step, and leaves nothing behind where that fails.
//!
//! A run that is killed cannot tidy up, so the next one does: temporary files carry the target's name and a lock that
//! ends with the process; those without a living owner are removed.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::{Builder, NamedTempFile};

const SUFFIX: &str = ".funnel-tmp";
/// A chain of links longer than this is a circle.
const MOST_LINKS: usize = 40;
const LONGEST_PREFIX: usize = 128;
const MOST_TRIES: usize = 8;

/// What a run that is stopped must take away: temporary files, and folders that hold nothing yet.
///
/// Whoever makes, renames or removes one of them holds the lock meanwhile, so that a signal finds either state.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Nothing is made or put in its place any more as long as it lives.
#[derive(Debug)]
pub struct Stopped {
    _held: MutexGuard<'static, BTreeSet<PathBuf>>,
}

/// Removes what is unfinished; for a run that a signal ends.
#[must_use]
pub fn abandon() -> Stopped {
    let mut held = unfinished();
    // What a folder holds comes before the folder.
    while let Some(path) = held.pop_last() {
        let _ = if path.is_dir() { fs::remove_dir(&path) } else { fs::remove_file(&path) };
    }
    Stopped { _held: held }
}

/// A path that is unfinished until this goes.
#[derive(Debug)]
struct Marked(PathBuf);

impl Drop for Marked {
    fn drop(&mut self) {
        unfinished().remove(&self.0);
    }
}

/// A new folder, removed when a signal ends the run before anything is in it.
#[derive(Debug)]
pub struct NewFolder {
    mark: Marked,
}

impl NewFolder {
    /// Makes it.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn create(path: &Path) -> io::Result<Self> {
        let mut held = unfinished();
        fs::create_dir(path)?;
        held.insert(path.to_owned());
        drop(held);
        Ok(Self { mark: Marked(path.to_owned()) })
    }

    /// Removes it, where it is still empty.
    pub fn remove(self) {
        let _held = unfinished();
        let _ = fs::remove_dir(&self.mark.0);
    }
}

/// A temporary file beside its target; removed when it goes without having taken the target's place.
#[derive(Debug)]
pub struct Pending {
    temporary: NamedTempFile,
    target: PathBuf,
    /// Goes last: a temporary file is marked as long as it is there.
    _mark: Marked,
}

impl Pending {
    /// Makes an empty file beside the target, with the permissions that the target has or a new file would get.
    ///
    /// # Errors
    /// Where the folder does not exist or cannot be written to.
    pub fn create(target: &Path) -> io::Result<Self> {
        let mut builder = Builder::new();
        let prefix = prefix(target)?;
        builder.prefix(&prefix).suffix(SUFFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        for _ in 0..MOST_TRIES {
            let mut held = unfinished();
            let temporary = builder.tempfile_in(directory_of(target))?;
            held.insert(temporary.path().to_owned());
            drop(held);
            let mark = Marked(temporary.path().to_owned());
            if owns(temporary.as_file()) {
                keep_permissions(temporary.as_file(), target)?;
                return Ok(Self { temporary, target: target.to_owned(), _mark: mark });
            }
        }
        Err(io::Error::other("another run keeps removing the temporary file"))
    }

    /// The file to write to.
    pub fn file(&mut self) -> &mut File {
        self.temporary.as_file_mut()
    }

    /// Takes the target's place.
    ///
    /// # Errors
    /// Where it cannot be renamed; the target is then as it was.
    pub fn put(self) -> io::Result<()> {
        put_all(vec![self]).map_err(|(_, error)| error)
    }
}

/// Lets several files take their places; a signal comes before the first one or after the last.
///
/// # Errors
/// The position of the first that cannot be renamed; those before it are in their places.
pub fn put_all(ready: Vec<Pending>) -> Result<(), (usize, io::Error)> {
    // The marks go after the lock, which they need.
    let mut marks = Vec::with_capacity(ready.len());
    let mut failed = None;
    let held = unfinished();
    for (position, Pending { temporary, target, _mark: mark }) in ready.into_iter().enumerate() {
        marks.push(mark);
        if failed.is_none() {
            failed = temporary.persist(&target).err().map(|failure| (position, failure.error));
        }
    }
    drop(held);
    failed.map_or(Ok(()), Err)
}

/// Follows links, so that the file is replaced and not the link to it; the file itself need not exist.
///
/// # Errors
/// Where a folder on the way does not exist, or the links form a circle.
pub fn real_target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&path) else {
            let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
            return Ok(fs::canonicalize(directory_of(&path))?.join(name));
        };
        path = directory_of(&path).join(next);
    }
    Err(io::Error::other("too many links"))
}

/// Brings the names in a folder to the disk; file systems that know no such thing are left alone.
///
/// # Errors
/// Where the disk fails.
pub fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    match File::open(path).and_then(|directory| directory.sync_all()) {
        Err(error) if !matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            // A folder that may be written to but not listed cannot be opened; the rename is done all the same.
            if error.kind() == io::ErrorKind::PermissionDenied { Ok(()) } else { Err(error) }
        }
        _ => Ok(()),
    }
}

/// Removes temporary files of the target that no living run holds; what cannot be removed stays.
pub fn sweep(target: &Path) {
    let (Ok(prefix), Ok(entries)) = (prefix(target), fs::read_dir(directory_of(target))) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let bytes = name.as_encoded_bytes();
        let is_ours = bytes.starts_with(prefix.as_encoded_bytes()) && bytes.ends_with(SUFFIX.as_bytes());
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let path = entry.path();
            let is_free = OpenOptions::new().write(true).open(&path).is_ok_and(|file| file.try_lock().is_ok());
            if is_free {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Locks a file that was just made; false where a sweep of another run came between.
fn owns(file: &File) -> bool {
    match file.try_lock() {
        Ok(()) => is_linked(file),
        Err(fs::TryLockError::WouldBlock) => false,
        // A file system without locks has no sweeps either.
        Err(fs::TryLockError::Error(_)) => true,
    }
}

#[cfg(unix)]
fn is_linked(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.metadata().is_ok_and(|metadata| metadata.nlink() > 0)
}

#[cfg(not(unix))]
const fn is_linked(_file: &File) -> bool {
    true
}

/// Gives the new file the owner (where that is allowed) and the permissions of the old one.
fn keep_permissions(file: &File, target: &Path) -> io::Result<()> {
    let Ok(metadata) = fs::metadata(target) else { return Ok(()) };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let _ = std::os::unix::fs::fchown(file, Some(metadata.uid()), Some(metadata.gid()));
    }
    let permissions: Permissions = metadata.permissions();
    file.set_permissions(permissions)
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Starts like the target, so that it can be found again; short enough for any file system.
fn prefix(target: &Path) -> io::Result<OsString> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_string_lossy();
    let mut prefix = String::from(".");
    for character in name.chars() {
        if prefix.len() + character.len_utf8() > LONGEST_PREFIX {
            break;
        }
        prefix.push(character);
    }
    prefix.push('.');
    Ok(OsString::from(prefix))
}
