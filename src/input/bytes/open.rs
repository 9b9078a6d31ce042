//! From a path to plain bytes. What a file is follows from its first bytes, never from its name.

use super::source::{ByteSource, Stamp};
use super::spool::Spool;
use crate::error::{Error, ErrorKind, Result};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// Opens a file, or standard input for `-`. Gzip (all members) and zstd (all frames) are unpacked to their end, so that
/// a truncated one is found before anything is reported.
///
/// # Errors
/// Kind `Io`, with the name: no such file, a directory, no permission, a damaged archive, a full temporary directory.
pub fn open(path: &Path) -> Result<ByteSource> {
    if path.as_os_str() == "-" {
        return stream("-", &mut io::stdin().lock());
    }
    let name = path.display().to_string();
    let mut file = File::open(path).map_err(|error| Error::io(&name, &error))?;
    let metadata = file.metadata().map_err(|error| Error::io(&name, &error))?;
    if metadata.is_dir() {
        return Err(Error::new(ErrorKind::Io, "is a directory, not a file").in_file(&name));
    }
    if !metadata.is_file() {
        return stream(&name, &mut file);
    }
    let plain = ByteSource::from_file(path, file, &metadata);
    let mut magic = [0; 4];
    let count = plain.read_at(0, &mut magic)?;
    if packing(&magic[..count]).is_none() {
        return Ok(plain);
    }
    let mut file = File::open(path).map_err(|error| Error::io(&name, &error))?;
    let unpacked = stream(&name, &mut file)?;
    let after = file.metadata().map_err(|error| Error::io(&name, &error))?;
    if Stamp::of(&after) != Stamp::of(&metadata) {
        return Err(Error::new(ErrorKind::Io, "file changed while it was read").in_file(&name));
    }
    Ok(unpacked)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Gzip,
    Zstd,
}

fn packing(magic: &[u8]) -> Option<Packing> {
    if magic.starts_with(&[0x1f, 0x8b]) {
        Some(Packing::Gzip)
    } else if magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Some(Packing::Zstd)
    } else {
        None
    }
}

/// Reads a stream to its end, unpacked if it is packed.
fn stream(name: &str, input: &mut dyn Read) -> Result<ByteSource> {
    let mut magic = Vec::with_capacity(4);
    input.take(4).read_to_end(&mut magic).map_err(|error| Error::io(name, &error))?;
    let packing = packing(&magic);
    let mut whole = BufReader::with_capacity(256 << 10, magic.as_slice().chain(input));
    let mut spool = Spool::new();
    let result = match packing {
        None => spool.fill(&mut whole),
        Some(Packing::Gzip) => spool.fill(&mut MultiGzDecoder::new(whole)),
        Some(Packing::Zstd) => {
            zstd::stream::read::Decoder::with_buffer(whole).and_then(|mut decoder| spool.fill(&mut decoder))
        }
    };
    result.map_err(|error| unpack_error(name, packing, &error))?;
    let (data, length) = spool.finish();
    Ok(ByteSource::from_spool(name, data, length))
}

fn unpack_error(name: &str, packing: Option<Packing>, error: &io::Error) -> Error {
    let format = match packing {
        None => return Error::io(name, error),
        Some(Packing::Gzip) => "gzip",
        Some(Packing::Zstd) => "zstd",
    };
    let text = match error.kind() {
        io::ErrorKind::UnexpectedEof => format!("the {format} data end too early"),
        _ => format!("the {format} data cannot be unpacked: {error}"),
    };
    Error::new(ErrorKind::Io, text).in_file(name).with_hint("fetch the file again; nothing was reported from it")
}

#[cfg(test)]
mod tests {
    use super::open;
    use crate::error::ErrorKind;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;
    use std::path::{Path, PathBuf};

    const TEXT: &[u8] = b"id,event\n1,a\n2,b\n";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn write(directory: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn content(path: &Path) -> Vec<u8> {
        let source = open(path).unwrap();
        let mut bytes = vec![0; usize::try_from(source.len()).unwrap()];
        source.read_at(0, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn the_first_bytes_decide_not_the_name() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(content(&write(&directory, "plain.csv.gz", TEXT)), TEXT);
        assert_eq!(content(&write(&directory, "packed.csv", &gzip(TEXT))), TEXT);
        let frame = zstd::encode_all(TEXT, 3).unwrap();
        assert_eq!(content(&write(&directory, "packed.txt", &frame)), TEXT);
    }

    #[test]
    fn members_and_frames_are_read_one_after_the_other() {
        let directory = tempfile::tempdir().unwrap();
        let (first, second) = TEXT.split_at(9);
        let members = [gzip(first), gzip(second)].concat();
        assert_eq!(content(&write(&directory, "two.gz", &members)), TEXT);
        let frames = [zstd::encode_all(first, 3).unwrap(), zstd::encode_all(second, 3).unwrap()].concat();
        assert_eq!(content(&write(&directory, "two.zst", &frames)), TEXT);
    }

    #[test]
    fn every_truncation_and_a_flipped_byte_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let body = TEXT.repeat(50);
        for packed in [gzip(&body), zstd::encode_all(body.as_slice(), 3).unwrap()] {
            for length in 4..packed.len() {
                let path = write(&directory, "cut", &packed[..length]);
                assert_eq!(open(&path).unwrap_err().kind, ErrorKind::Io, "cut at {length}");
            }
        }
        let mut flipped = gzip(&body);
        let last = flipped.len() - 6;
        flipped[last] ^= 1;
        assert_eq!(open(&write(&directory, "flipped", &flipped)).unwrap_err().kind, ErrorKind::Io);
    }

    #[test]
    fn missing_files_and_directories_are_named() {
        let directory = tempfile::tempdir().unwrap();
        let error = open(directory.path()).unwrap_err();
        assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Io, "is a directory, not a file"));
        let error = open(&directory.path().join("none.csv")).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Io);
        assert!(error.to_string().contains("none.csv"));
    }
}
