//! Which encoding a text has, and the same text in one that keeps ASCII bytes as they are.
//!
//! Delimiters, quotes and line ends are ASCII, so that the scanner reads UTF-8 and every single-byte encoding that
//! extends ASCII as they stand; all others (UTF-16, GB18030, ...) become UTF-8 first. Bytes that mean nothing in
//! their encoding become the byte 0xFF, which is never valid UTF-8: the record that holds it is rejected later,
//! instead of a replacement character that would pass for data.

use super::source::ByteSource;
use super::spool::Spool;
use crate::error::{Error, Result};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::io::Write;

const UTF_8_MARK: &[u8] = b"\xef\xbb\xbf";
/// How much of the beginning is looked at before anything is decided.
const HEAD: usize = 64 << 10;

/// How the bytes of a source become characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8. Without `certain` nothing but ASCII was seen so far: where bytes of another kind turn up and no valid
    /// sequence does, in the whole file, the file is Windows-1252 after all.
    Utf8 { certain: bool },
    /// One byte per character, ASCII as it is.
    SingleByte(&'static Encoding),
}

impl TextEncoding {
    /// The encoding assumed of text that is no UTF-8.
    pub const WINDOWS_1252: Self = Self::SingleByte(WINDOWS_1252);

    /// Returns the text, or `None` where bytes mean nothing in this encoding.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 { .. } => std::str::from_utf8(bytes).ok().map(str::to_owned),
            Self::SingleByte(encoding) => {
                encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
            }
        }
    }
}

/// Text whose ASCII bytes stand for themselves.
#[derive(Debug)]
pub struct Decoded {
    pub source: ByteSource,
    pub encoding: TextEncoding,
    /// Where the text begins, after byte order marks.
    pub start: u64,
    /// The encoding of the file as it was found, for a note: `UTF-8`, `UTF-16LE`, `windows-1252`, ...
    pub name: &'static str,
}

/// Finds the encoding: a byte order mark, else `label` (any name that the WHATWG encoding standard knows), else the
/// pattern of zeros that UTF-16 leaves, else UTF-8 or Windows-1252 by the bytes themselves.
///
/// # Errors
/// Kind `Usage` for an unknown label, kind `Io` for a failed read.
pub fn decode(source: ByteSource, label: Option<&str>) -> Result<Decoded> {
    let told = label.map(encoding_of_label).transpose()?;
    let mut head = vec![0; HEAD];
    let count = source.read_at(0, &mut head)?;
    head.truncate(count);
    if head.starts_with(UTF_8_MARK) {
        let marks = 1 + usize::from(head[3..].starts_with(UTF_8_MARK));
        let start = (marks * UTF_8_MARK.len()) as u64;
        return Ok(Decoded { source, encoding: TextEncoding::Utf8 { certain: true }, start, name: UTF_8.name() });
    }
    let marked = match head.as_slice() {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        _ => None,
    };
    if let Some(encoding) = marked {
        return transcoded(source, encoding, 2);
    }
    match told.or_else(|| utf16_without_mark(&head)) {
        Some(encoding) if encoding == UTF_8 => {
            Ok(Decoded { source, encoding: TextEncoding::Utf8 { certain: true }, start: 0, name: UTF_8.name() })
        }
        Some(encoding) if encoding.is_single_byte() && encoding.is_ascii_compatible() => {
            Ok(Decoded { source, encoding: TextEncoding::SingleByte(encoding), start: 0, name: encoding.name() })
        }
        Some(encoding) => transcoded(source, encoding, 0),
        None => by_bytes(source, &head),
    }
}

fn encoding_of_label(label: &str) -> Result<&'static Encoding> {
    Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(|| {
        Error::usage(format!("unknown encoding `{}`", label.escape_default()))
            .with_hint("for example utf-8, utf-16le, windows-1252, iso-8859-15, shift_jis, gb18030")
    })
}

/// Recognises UTF-16 by its zeros: text of mostly ASCII has them in every other place, and nowhere else.
fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let sample = &head[..head.len().min(1024) & !1];
    let pairs = sample.len() / 2;
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let (many, few) = (pairs.div_ceil(2), pairs / 20);
    if pairs == 0 {
        None
    } else if odd >= many && even <= few {
        Some(UTF_16LE)
    } else if even >= many && odd <= few {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Decides between UTF-8 and Windows-1252. Only where the beginning holds bytes that are no UTF-8, and none that are,
/// the whole source is read for it; where the beginning is ASCII the scan itself finds out.
fn by_bytes(source: ByteSource, head: &[u8]) -> Result<Decoded> {
    let mut evidence = Evidence::default();
    evidence.add(head);
    let mut certain = evidence.multi_byte;
    if !certain && evidence.invalid {
        certain = holds_multi_byte_sequence(&source)?;
        if !certain {
            let name = WINDOWS_1252.name();
            return Ok(Decoded { source, encoding: TextEncoding::WINDOWS_1252, start: 0, name });
        }
    }
    Ok(Decoded { source, encoding: TextEncoding::Utf8 { certain }, start: 0, name: UTF_8.name() })
}

/// What bytes say about being UTF-8.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// A valid sequence of two to four bytes was seen.
    pub(crate) multi_byte: bool,
    /// A byte was seen that belongs to no valid sequence.
    pub(crate) invalid: bool,
}

impl Evidence {
    /// Looks at whole lines. A sequence cut by either end counts as invalid.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for chunk in bytes.utf8_chunks() {
            self.multi_byte |= !chunk.valid().is_ascii();
            self.invalid |= !chunk.invalid().is_empty();
            if self.multi_byte && self.invalid {
                return;
            }
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.multi_byte |= other.multi_byte;
        self.invalid |= other.invalid;
    }
}

fn holds_multi_byte_sequence(source: &ByteSource) -> Result<bool> {
    let mut buffer = vec![0; 1 << 20];
    let mut offset = 0;
    loop {
        let count = source.read_at(offset, &mut buffer)?;
        let mut evidence = Evidence::default();
        evidence.add(&buffer[..count]);
        if evidence.multi_byte || offset + count as u64 >= source.len() {
            return Ok(evidence.multi_byte);
        }
        // Three bytes are read again, for a sequence that the end of the buffer cut.
        offset += count as u64 - 3;
    }
}

/// Writes the text from `start` on as UTF-8.
fn transcoded(source: ByteSource, encoding: &'static Encoding, start: u64) -> Result<Decoded> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut spool = Spool::new();
    let mut input = vec![0; 256 << 10];
    let mut output = Vec::with_capacity(1 << 20);
    let mut offset = start;
    loop {
        let count = source.read_at(offset, &mut input)?;
        offset += count as u64;
        let last = offset >= source.len();
        let mut rest = &input[..count];
        loop {
            output.resize(1 << 20, 0);
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, &mut output, last);
            output.truncate(written);
            if let DecoderResult::Malformed(..) = result {
                output.push(0xff);
            }
            spool.write_all(&output).map_err(|error| Error::io(source.name(), &error))?;
            rest = &rest[read..];
            if result == DecoderResult::InputEmpty {
                break;
            }
        }
        if last {
            break;
        }
    }
    source.verify_unchanged()?;
    let (data, length) = spool.finish();
    let source = source.replaced_by(data, length);
    let mut mark = [0; 3];
    let count = source.read_at(0, &mut mark)?;
    let start = if mark[..count] == *UTF_8_MARK { 3 } else { 0 };
    Ok(Decoded { source, encoding: TextEncoding::Utf8 { certain: true }, start, name: encoding.name() })
}

#[cfg(test)]
mod tests {
    use super::{ByteSource, Decoded, TextEncoding, decode};
    use crate::error::ErrorKind;
    use encoding_rs::WINDOWS_1252;

    fn decoded(bytes: &[u8], label: Option<&str>) -> Decoded {
        decode(ByteSource::from_bytes("x", bytes.to_vec()), label).unwrap()
    }

    fn text(decoded: &Decoded) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(decoded.source.len() - decoded.start).unwrap()];
        decoded.source.read_at(decoded.start, &mut bytes).unwrap();
        bytes
    }

    fn utf16(text: &str, big_endian: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn byte_order_marks_are_left_out_once_or_twice() {
        for mark in [&b"\xef\xbb\xbf"[..], b"\xef\xbb\xbf\xef\xbb\xbf"] {
            let found = decoded(&[mark, b"a,b\n"].concat(), None);
            assert_eq!(text(&found), b"a,b\n");
            assert_eq!(found.encoding, TextEncoding::Utf8 { certain: true });
        }
    }

    #[test]
    fn utf16_is_read_with_and_without_mark() {
        let long = "user_id,event\nu1,caf\u{e9} \u{1f600}\n".repeat(9000);
        for big_endian in [false, true] {
            assert_eq!(text(&decoded(&utf16(&long, big_endian), None)), long.as_bytes());
            let marked = utf16(&format!("\u{feff}{long}"), big_endian);
            let found = decoded(&marked, None);
            assert_eq!(text(&found), long.as_bytes());
            assert_eq!(found.name, if big_endian { "UTF-16BE" } else { "UTF-16LE" });
        }
    }

    #[test]
    fn an_odd_byte_or_half_a_pair_leaves_invalid_text() {
        let mut bytes = utf16("\u{feff}a,b\n1,2", false);
        bytes.push(0x33);
        assert_eq!(text(&decoded(&bytes, None)), b"a,b\n1,2\xff");
        let mut bytes = utf16("\u{feff}a", false);
        bytes.extend([0x00, 0xd8, 0x0a, 0x00]);
        assert_eq!(text(&decoded(&bytes, None)), b"a\xff\n");
    }

    #[test]
    fn a_label_decides() {
        let found = decoded(b"\xd6\xd0\xce\xc4,b\n", Some("gb18030"));
        assert_eq!(text(&found), "\u{4e2d}\u{6587},b\n".as_bytes());
        let found = decoded(b"caf\xe9", Some("latin1"));
        assert_eq!(found.encoding, TextEncoding::SingleByte(WINDOWS_1252));
        let source = ByteSource::from_bytes("x", b"a".to_vec());
        assert_eq!(decode(source, Some("ebcdic")).unwrap_err().kind, ErrorKind::Usage);
    }

    #[test]
    fn without_a_label_the_bytes_decide() {
        assert_eq!(decoded(b"a,b\n", None).encoding, TextEncoding::Utf8 { certain: false });
        assert_eq!(decoded("caf\u{e9}\n".as_bytes(), None).encoding, TextEncoding::Utf8 { certain: true });
        assert_eq!(decoded(b"caf\xe9\n", None).encoding, TextEncoding::WINDOWS_1252);
        // One valid sequence far behind makes the file UTF-8; it straddles the end of a read.
        let mut far = b"caf\xe9\n".to_vec();
        far.resize((1 << 20) - 1, b'x');
        far.extend("\u{e9}\n".as_bytes());
        assert_eq!(decoded(&far, None).encoding, TextEncoding::Utf8 { certain: true });
        // Blocks of zeros in the middle are no UTF-16.
        let mut zeros = b"id,event\nu1,a\nu2,".to_vec();
        zeros.extend([0; 512]);
        assert_eq!(decoded(&zeros, None).encoding, TextEncoding::Utf8 { certain: false });
    }
}
