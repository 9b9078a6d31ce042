//! Where bytes come from: a file read in place (pread), or memory.
//!
//! Positioned reads rather than a memory map: measured equal in speed, and a file that shrinks under way is an error
//! instead of a signal that ends the process.

use crate::error::{Error, ErrorKind, Result};
use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Bytes of known length that can be read at any position, by several threads at once.
#[derive(Debug)]
pub struct ByteSource {
    name: String,
    length: u64,
    data: Data,
    /// Present where a file of the user is read in place, and so may change under way.
    watched: Option<Watched>,
}

#[derive(Debug)]
pub(super) enum Data {
    File(File),
    Memory(Vec<u8>),
}

#[derive(Debug)]
struct Watched {
    path: PathBuf,
    before: Stamp,
}

/// What differs when a file was written to, cut or replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok(), inode: inode(metadata) }
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_metadata: &Metadata) -> u64 {
    0
}

#[cfg(unix)]
fn read_file_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_file_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

impl ByteSource {
    /// Bytes that are already in memory; `name` stands in messages.
    #[must_use]
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), length: bytes.len() as u64, data: Data::Memory(bytes), watched: None }
    }

    pub(super) fn from_file(path: &Path, file: File, metadata: &Metadata) -> Self {
        let watched = Watched { path: path.to_owned(), before: Stamp::of(metadata) };
        let name = path.display().to_string();
        Self { name, length: metadata.len(), data: Data::File(file), watched: Some(watched) }
    }

    pub(super) fn from_spool(name: impl Into<String>, data: Data, length: u64) -> Self {
        Self { name: name.into(), length, data, watched: None }
    }

    /// The same name and watch over other bytes, such as the same text in another encoding.
    pub(super) fn replaced_by(self, data: Data, length: u64) -> Self {
        Self { length, data, ..self }
    }

    /// The path as the user gave it, `-` for standard input.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of bytes, after decompression.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.length
    }

    /// Leaves out what stands behind a position.
    pub const fn cut(&mut self, length: u64) {
        if length < self.length {
            self.length = length;
        }
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Fills `buffer` from `offset` on and returns how many bytes there were: fewer than asked only at the end.
    ///
    /// # Errors
    /// A failed read, or a file that became shorter, as kind `Io` with the file's name.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let buffer = &mut buffer[..wanted];
        match &self.data {
            Data::Memory(bytes) => {
                let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                buffer.copy_from_slice(&bytes[from..from + wanted]);
            }
            Data::File(file) => self.fill_from_file(file, offset, buffer)?,
        }
        Ok(wanted)
    }

    fn fill_from_file(&self, file: &File, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let mut filled = 0;
        while filled < buffer.len() {
            match read_file_at(file, &mut buffer[filled..], offset + filled as u64) {
                Ok(0) => return Err(self.changed()),
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io(&self.name, &error)),
            }
        }
        Ok(())
    }

    /// Checks that the file on disk is still the one that was opened; to be called once all was read.
    ///
    /// # Errors
    /// Kind `Io` where size, modification time or inode differ, or the file is gone.
    pub fn verify_unchanged(&self) -> Result<()> {
        let Some(watched) = &self.watched else { return Ok(()) };
        match std::fs::metadata(&watched.path) {
            Ok(metadata) if Stamp::of(&metadata) == watched.before => Ok(()),
            _ => Err(self.changed()),
        }
    }

    fn changed(&self) -> Error {
        Error::new(ErrorKind::Io, "file changed while it was read")
            .in_file(&self.name)
            .with_hint("read a copy, or wait until the file is complete")
    }
}

#[cfg(test)]
mod tests {
    use super::super::open;
    use super::ByteSource;
    use crate::error::ErrorKind;
    use std::io::Write;

    #[test]
    fn reads_up_to_the_end() {
        let source = ByteSource::from_bytes("x", b"hello".to_vec());
        let mut buffer = [0; 4];
        assert_eq!(source.read_at(0, &mut buffer), Ok(4));
        assert_eq!(&buffer, b"hell");
        assert_eq!(source.read_at(3, &mut buffer), Ok(2));
        assert_eq!(source.read_at(5, &mut buffer), Ok(0));
        assert_eq!(source.read_at(99, &mut buffer), Ok(0));
    }

    #[test]
    fn a_file_that_grew_or_shrank_is_noticed() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"a,b\n1,2\n").unwrap();
        let source = open(file.path()).unwrap();
        assert_eq!(source.verify_unchanged(), Ok(()));
        file.write_all(b"3,4\n").unwrap();
        file.flush().unwrap();
        assert_eq!(source.verify_unchanged().unwrap_err().kind, ErrorKind::Io);
        file.as_file().set_len(2).unwrap();
        let mut buffer = [0; 8];
        assert_eq!(source.read_at(0, &mut buffer).unwrap_err().message, "file changed while it was read");
    }
}
