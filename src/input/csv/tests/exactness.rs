//! However a text is cut into chunks, windows and buffers, the result is that of one reading from the beginning.

use super::super::{Account, Dialect, Layout, RECORD_LIMIT, ReadingOptions, Sizes, Terminator};
use super::{Outcome, read_plainly, read_with, scan_layout};
use crate::input::bytes::TextEncoding;
use proptest::prelude::*;

fn layout(width: usize, dialect: Dialect) -> Layout {
    Layout {
        dialect,
        header: (0..width).map(|column| column.to_string()).collect(),
        wanted: (0..width).collect(),
        data_start: 0,
        header_line: None,
        first_line: 1,
        skipped: 0,
        encoding_name: "UTF-8",
    }
}

/// One reading by the state machine alone.
fn judged(text: &[u8], layout: &Layout, record: usize) -> Outcome {
    scan_layout(text, layout, 1, Sizes { chunk: u64::MAX, buffer: 1 << 20, window: 0, record })
}

fn dialects() -> impl Strategy<Value = Dialect> {
    let terminator = prop_oneof![Just(Terminator::Lf), Just(Terminator::CrCrLf), Just(Terminator::Cr)];
    let delimiter = prop_oneof![4 => Just(&b","[..]), 1 => Just(&b";;"[..])];
    let escape = prop_oneof![4 => Just(None), 1 => Just(Some(b'\\'))];
    let quote = prop_oneof![5 => Just(Some(b'"')), 1 => Just(None)];
    let comment = prop_oneof![4 => Just(None), 1 => Just(Some(b"#".to_vec()))];
    let encoding = prop_oneof![
        Just(TextEncoding::Utf8 { certain: false }),
        Just(TextEncoding::Utf8 { certain: true }),
        Just(TextEncoding::WINDOWS_1252),
        // Bytes 0xd2 and 0xff mean nothing in it.
        Just(TextEncoding::SingleByte(encoding_rs::WINDOWS_1253)),
    ];
    (delimiter, quote, escape, comment, terminator, encoding).prop_map(
        |(delimiter, quote, escape, comment, terminator, encoding)| Dialect {
            delimiter: delimiter.to_vec(),
            quote,
            escape,
            comment,
            terminator,
            encoding,
        },
    )
}

/// Text made of what hurts.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => Just(&b"\""[..]),
        6 => Just(&b","[..]),
        6 => Just(&b"\n"[..]),
        2 => Just(&b"\r"[..]),
        2 => Just(&b"\r\n"[..]),
        1 => Just(&b"\r\r\n"[..]),
        4 => Just(&b"a"[..]),
        2 => Just(&b"2"[..]),
        1 => Just(&b" "[..]),
        1 => Just(&b";"[..]),
        1 => Just(&b"#"[..]),
        1 => Just(&b"\\"[..]),
        1 => Just(&b"\0"[..]),
        1 => Just(&b"\xc3\xa9"[..]),
        1 => Just(&b"\xe9"[..]),
        1 => Just(&b"\xc2\xa0"[..]),
        2 => Just(&b"a,2,c\n"[..]),
        2 => Just(&b"\"a\",2,\"c\"\"d\"\n"[..]),
        1 => Just(&b"fault,2,c\r\n"[..]),
        1 => Just(&b"\"x\ny\",2,c\n"[..]),
    ];
    prop::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn chunks_windows_and_buffers_change_nothing(
        text in hostile(),
        dialect in dialects(),
        width in 1..4_usize,
        chunk in 1..64_u64,
        buffer in 1..100_usize,
        window in 1..300_usize,
        threads in 1..3_usize,
    ) {
        let layout = layout(width, dialect);
        let expected = judged(&text, &layout, RECORD_LIMIT);
        let sizes = Sizes { chunk, buffer, window, record: RECORD_LIMIT };
        prop_assert_eq!(&scan_layout(&text, &layout, threads, sizes), &expected);
        let whole = Sizes { chunk: u64::MAX, ..Sizes::default() };
        prop_assert_eq!(&scan_layout(&text, &layout, 1, whole), &expected);
        let lines = memchr::memchr_iter(layout.dialect.terminator.byte(), &text).count() as u64;
        let unfinished = text.last().is_some_and(|last| *last != layout.dialect.terminator.byte());
        prop_assert_eq!(expected.account.lines, lines + u64::from(unfinished));
    }

    #[test]
    fn the_limit_of_a_record_is_exact_too(
        text in hostile(),
        terminator in prop_oneof![Just(Terminator::Lf), Just(Terminator::Cr)],
        width in 1..4_usize,
        record in 1..40_usize,
        chunk in 1..64_u64,
        buffer in 1..100_usize,
        window in 1..300_usize,
    ) {
        let dialect = Dialect {
            delimiter: b",".to_vec(),
            quote: Some(b'"'),
            escape: None,
            comment: None,
            terminator,
            encoding: TextEncoding::WINDOWS_1252,
        };
        let layout = layout(width, dialect);
        let expected = judged(&text, &layout, record);
        prop_assert_eq!(&scan_layout(&text, &layout, 2, Sizes { chunk, buffer, window, record }), &expected);
    }

    /// Whatever the bytes, there is a table or an error, and every line is accounted for.
    #[test]
    fn any_bytes_are_read_or_refused(text in prop_oneof![hostile(), prop::collection::vec(any::<u8>(), 0..300)]) {
        for accepted in [false, true] {
            if let Ok((_, outcome)) = read_with(&text, &ReadingOptions::default(), &|_| accepted) {
                let Account { records, loaded, rejected, blank, skipped, lines } = outcome.account;
                prop_assert_eq!(records, loaded + rejected + blank + skipped);
                prop_assert!(lines > records, "{lines} lines, {records} records and a header");
            }
        }
    }

    /// Sound tables, as the csv crate writes them, are read as the csv crate reads them.
    #[test]
    fn sound_tables_lose_nothing(
        rows in prop::collection::vec(prop::collection::vec("[a-z3-9 ,;\"\r\n\u{e9}\u{1f600}]{0,12}", 3), 0..40),
        crlf in any::<bool>(),
        always in any::<bool>(),
        chunk in 1..200_u64,
    ) {
        // Rows of white space are blank lines here; no digit 2, so that no line inside quotes looks like a row.
        let rows: Vec<Vec<String>> =
            rows.into_iter().map(|row| row.into_iter().map(|cell| format!("x{cell}")).collect()).collect();
        let style = if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().quote_style(style).terminator(end).from_writer(Vec::new());
        writer.write_record(["id", "b", "c"]).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = writer.into_inner().unwrap();
        let outcome = read_plainly(&text);
        let loaded: Vec<Vec<String>> = outcome.loaded.iter().map(|(_, cells)| cells.clone()).collect();
        prop_assert_eq!(&loaded, &rows);
        prop_assert_eq!(outcome.account.lines, memchr::memchr_iter(b'\n', &text).count() as u64);
        let dialect = Dialect {
            delimiter: b",".to_vec(),
            quote: Some(b'"'),
            escape: None,
            comment: None,
            terminator: Terminator::Lf,
            encoding: TextEncoding::Utf8 { certain: true },
        };
        let sizes = Sizes { chunk, buffer: 64, window: 128, record: RECORD_LIMIT };
        let cut = scan_layout(&text, &layout(3, dialect), 2, sizes);
        let cut: Vec<Vec<String>> = cut.loaded.into_iter().skip(1).map(|(_, cells)| cells).collect();
        prop_assert_eq!(&cut, &rows);
    }
}

/// A field far longer than a chunk hides chunks that hold nothing but look like records.
#[test]
fn a_field_may_span_chunks() {
    let fake = "\"\"fake\"\",text,here\n".repeat(100);
    let text = format!("id,b,c\n1,2,\"{fake}\"\n3,x,y\n");
    let dialect = Dialect {
        delimiter: b",".to_vec(),
        quote: Some(b'"'),
        escape: None,
        comment: None,
        terminator: Terminator::Lf,
        encoding: TextEncoding::Utf8 { certain: true },
    };
    let layout = Layout { data_start: 7, first_line: 2, header_line: Some(1), ..layout(3, dialect) };
    for chunk in [1, 7, 64, 500, 5000] {
        let sizes = Sizes { chunk, buffer: 50, window: 100, record: RECORD_LIMIT };
        let outcome = scan_layout(text.as_bytes(), &layout, 2, sizes);
        assert_eq!(outcome.lines(), [2, 103]);
        assert_eq!(outcome.loaded[0].1[2], fake.replace("\"\"", "\""));
        assert_eq!(outcome.account.lines, 103);
    }
}
