//! What kind of content a source holds, by its first bytes.

use super::source::ByteSource;
use crate::error::{Error, Result};

/// What the first bytes say. Names of files are not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Empty,
    /// Delimited text, as far as one can tell.
    Text,
    /// Text that begins like an object: one JSON object per line.
    Ndjson,
    /// Text that begins like an array of objects.
    JsonArray,
    Parquet,
    ArrowFile,
    /// A zip archive, which an XLSX workbook is too.
    Zip,
    /// An `OpenDocument` spreadsheet, in a zip archive too.
    OpenDocument,
    /// A workbook of Excel before 2007; an encrypted newer one is in the same container.
    OldWorkbook,
    Pdf,
    LfsPointer,
}

/// What the archive of such a spreadsheet begins with, behind the head of its first entry.
const OPEN_DOCUMENT: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet";

/// Looks at the first bytes of a source.
///
/// # Errors
/// A failed read (kind `Io`).
pub fn sniff(source: &ByteSource) -> Result<Content> {
    let mut head = [0; 256];
    let count = source.read_at(0, &mut head)?;
    Ok(content_of(&head[..count]))
}

fn content_of(head: &[u8]) -> Content {
    const MAGIC: [(&[u8], Content); 8] = [
        (b"PK\x03\x04", Content::Zip),
        (b"PK\x05\x06", Content::Zip),
        (b"PAR1", Content::Parquet),
        (b"PARE", Content::Parquet),
        (b"ARROW1", Content::ArrowFile),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Content::OldWorkbook),
        (b"%PDF-", Content::Pdf),
        (b"version https://git-lfs.github.com/spec/", Content::LfsPointer),
    ];
    if head.is_empty() {
        return Content::Empty;
    }
    if head.starts_with(b"PK") && memchr::memmem::find(head, OPEN_DOCUMENT).is_some() {
        return Content::OpenDocument;
    }
    if let Some((_, content)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *content;
    }
    // Zeros are skipped, so that UTF-16 is seen through as well. One character is no proof: a header may be `[id]`.
    let mut ink = head.iter().filter(|byte| !b"\xef\xbb\xbf\xff\xfe\0 \t\r\n".contains(byte));
    match (ink.next(), ink.next()) {
        (Some(b'{'), Some(b'"' | b'}')) => Content::Ndjson,
        (Some(b'['), Some(b'{' | b']')) => Content::JsonArray,
        _ => Content::Text,
    }
}

/// The error for content that holds no table of events in any form read here; `None` where a reader exists.
#[must_use]
pub fn refuse(content: Content, name: &str) -> Option<Error> {
    let (what, hint) = match content {
        Content::Empty => ("the file is empty", "a header line with column names is needed"),
        Content::Pdf => ("is a PDF document, not text", "export the data as CSV"),
        Content::LfsPointer => ("is a Git LFS pointer, not the file itself", "run `git lfs pull` first"),
        Content::Text
        | Content::Ndjson
        | Content::JsonArray
        | Content::Parquet
        | Content::ArrowFile
        | Content::Zip
        | Content::OpenDocument
        | Content::OldWorkbook => return None,
    };
    Some(Error::data(what).at(name, Some(1), None).with_hint(hint))
}

#[cfg(test)]
mod tests {
    use super::{Content, content_of, refuse};
    use crate::error::ErrorKind;

    #[test]
    fn content_is_told_by_the_first_bytes() {
        assert_eq!(content_of(b""), Content::Empty);
        assert_eq!(content_of(b"a,b\n"), Content::Text);
        assert_eq!(content_of(b"\xef\xbb\xbf\n {\"a\":1}"), Content::Ndjson);
        assert_eq!(content_of(b"\xff\xfe{\0\"\0"), Content::Ndjson);
        assert_eq!(content_of(b" [ {}"), Content::JsonArray);
        assert_eq!(content_of(b"[id],[event]\n"), Content::Text);
        assert_eq!(content_of(b"PAR1\x15\x04"), Content::Parquet);
        assert_eq!(content_of(b"ARROW1\0\0"), Content::ArrowFile);
        assert_eq!(content_of(b"PK\x03\x04\x14"), Content::Zip);
        let open = b"PK\x03\x04\x14\0mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK";
        assert_eq!(content_of(open), Content::OpenDocument);
        assert_eq!(content_of(b"version https://git-lfs.github.com/spec/v1\noid"), Content::LfsPointer);
        assert_eq!(content_of(b"PAR,b\n"), Content::Text);
    }

    #[test]
    fn what_cannot_be_read_is_an_error_of_the_data() {
        let error = refuse(Content::Pdf, "x.csv").unwrap();
        assert_eq!(error.kind, ErrorKind::Data);
        assert_eq!(error.to_string(), "x.csv:1: is a PDF document, not text");
        for readable in [Content::Text, Content::Zip, Content::OldWorkbook] {
            assert_eq!(refuse(readable, "x.csv"), None);
        }
    }
}
