//! Keeps a stream that cannot be read twice: in memory while it is small, in an unlinked temporary file beyond.

use super::source::Data;
use std::fs::File;
use std::io::{self, Read, Write};

/// Streams above this many bytes go to a temporary file, so that a decompression bomb fills a disk quota at worst.
const MEMORY_LIMIT: usize = 256 << 20;

/// Takes bytes in, of which nobody knows yet how many there will be.
pub(super) struct Spool {
    memory: Vec<u8>,
    file: Option<File>,
    length: u64,
    limit: usize,
}

impl Spool {
    pub(super) fn new() -> Self {
        Self::with_limit(MEMORY_LIMIT)
    }

    pub(super) fn with_limit(limit: usize) -> Self {
        Self { memory: Vec::new(), file: None, length: 0, limit }
    }

    /// Returns the bytes and their number.
    pub(super) fn finish(self) -> (Data, u64) {
        match self.file {
            Some(file) => (Data::File(file), self.length),
            None => (Data::Memory(self.memory), self.length),
        }
    }

    /// Reads a stream to its end.
    pub(super) fn fill(&mut self, stream: &mut dyn Read) -> io::Result<()> {
        let mut buffer = vec![0; 256 << 10];
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => self.write_all(&buffer[..count])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.length += bytes.len() as u64;
        if let Some(file) = &mut self.file {
            file.write_all(bytes)?;
        } else if self.memory.len() + bytes.len() <= self.limit {
            self.memory.extend_from_slice(bytes);
        } else {
            let mut file = tempfile::tempfile()?;
            file.write_all(&self.memory)?;
            file.write_all(bytes)?;
            self.memory = Vec::new();
            self.file = Some(file);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::ByteSource;
    use super::Spool;

    #[test]
    fn memory_and_file_hold_the_same() {
        let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        for limit in [0, 1000, 399_999, 400_000, usize::MAX] {
            let mut spool = Spool::with_limit(limit);
            spool.fill(&mut bytes.as_slice()).unwrap();
            let (data, length) = spool.finish();
            let source = ByteSource::from_spool("-", data, length);
            let mut read = vec![0; bytes.len()];
            assert_eq!(source.read_at(0, &mut read), Ok(bytes.len()));
            assert_eq!(read, bytes);
        }
    }
}
