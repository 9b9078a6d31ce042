//! Lines, arrays, columns, accounts.

use super::super::chunks::Sizes;
use super::super::keys::KeyLimits;
use super::super::{NdjsonFile, RejectCount, reason};
use super::{Rows, load, load_with, try_load};
use crate::error::ErrorKind;
use crate::input::bytes::ByteSource;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

const THREE: [[&str; 2]; 3] = [["u1", "visit"], ["u2", "buy"], ["u3", "-"]];

#[test]
fn line_ends_and_marks_and_blank_lines_change_nothing() {
    let lines = [r#"{"id":"u1","event":"visit"}"#, r#"{"event":"buy","id":"u2"}"#, r#" {"id" : "u3"} "#];
    for end in ["\n", "\r\n", "\r\r\n", "\r", "\n\n", "\n \t\n", "\r\n\r\n"] {
        for mark in ["", "\u{feff}", "\u{feff}\u{feff}"] {
            for last in ["", end] {
                let loaded = load(&format!("{mark}{}{last}", lines.join(end)));
                assert_eq!(loaded.headers, ["id", "event"], "{end:?}");
                assert_eq!(loaded.table(), THREE, "{end:?}");
                assert_eq!(loaded.first_rows, loaded.rows.iter().map(|row| row.1.clone()).collect::<Vec<_>>());
                let doubled = end.matches('\n').count() > 1;
                let blank = if doubled { 2 + u64::from(!last.is_empty()) } else { 0 };
                assert_eq!(loaded.account.blank, blank, "{end:?} {last:?}");
                let numbers: Vec<u64> = loaded.rows.iter().map(|row| row.0).collect();
                assert_eq!(numbers, if doubled { [1, 3, 5] } else { [1, 2, 3] });
            }
        }
    }
}

#[test]
fn a_file_without_records_has_no_columns() {
    for text in ["", "\n", " ", "\r\n\n", "\u{feff}", "{}\n{}", "[]", " [ ] \n", "5\n", "nonsense"] {
        let loaded = load(text);
        assert_eq!(loaded.headers.len(), 0, "{text:?}");
    }
    assert_eq!(load("\n \n").account.blank, 2);
    assert_eq!(load("{}\n{}\n").account.loaded, 2);
}

#[test]
fn an_array_is_read_as_records() {
    let lines = [r#"{"id":"u1","event":"visit"}"#, r#"{"id":"u2","event":"buy"}"#, r#"{"id":"u3"}"#];
    for (opening, comma, closing) in [
        ("[", ",\n", "]"),
        ("[", ",", "]"),
        ("[\n  ", ",\n\n  ", "\n]\n"),
        (" \u{20}[", " , ", " ] "),
        ("\u{feff}[", ",\r\n", "]"),
    ] {
        let loaded = load(&format!("{opening}{}{closing}", lines.join(comma)));
        assert_eq!(loaded.table(), THREE);
        assert_eq!((loaded.account.records, loaded.account.blank), (3, 0));
    }
    let pretty =
        "[\n  {\n    \"id\": \"u1, ] }\",\n    \"event\": \"\\\"[\"\n  },\n  {\n    \"id\": \"\\\\\"\n  }\n]\n";
    let loaded = load(pretty);
    assert_eq!(loaded.table(), [["u1, ] }", "\"["], ["\\", "-"]]);
    assert_eq!(loaded.rows.iter().map(|row| row.0).collect::<Vec<_>>(), [2, 6]);
    assert_eq!(loaded.account.lines, 9);
}

#[test]
fn elements_are_judged_like_lines() {
    let loaded =
        load("[{\"a\":1},\n{\"a\":NaN},\n5, \"x\", null,\n[{\"a\":2}],\n{\"a\":3,\"a\":3},\n{\"a\":4]\n,{\"a\":5}]");
    assert_eq!(loaded.table(), [["1"], ["5"]]);
    let expected = [
        (2, reason::INVALID_JSON),
        (3, reason::NOT_AN_OBJECT),
        (3, reason::NOT_AN_OBJECT),
        (3, reason::NOT_AN_OBJECT),
        (4, reason::NOT_AN_OBJECT),
        (5, reason::DUPLICATE_KEY),
        (6, reason::INVALID_JSON),
    ];
    assert_eq!(loaded.faults(), expected);
}

#[test]
fn a_damaged_array_is_an_error_with_its_line() {
    for (text, line) in [
        ("[", 1),
        ("[{\"a\":1}", 1),
        ("[{\"a\":1},\n", 2),
        ("[{\"a\":1},\n{\"a\":2\n", 3),
        ("[{\"a\":1}\n{\"a\":2}]", 2),
        ("[{\"a\":1},\n,{\"a\":2}]", 2),
        ("[{\"a\":1},\n]", 2),
        ("[{\"a\":1}]\n[{\"a\":2}]", 2),
        ("[{\"a\":1}]\n\nx", 3),
        ("[{\"a\":\"1\n\"}]", 1),
        ("[{\"a\":\"\\\n\"}]", 1),
        ("[{\"a\":{\"b\":1},\n{\"a\":2}]", 2),
    ] {
        let error = try_load(text.as_bytes()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Data, "{text:?}");
        assert_eq!(error.location.unwrap().line, Some(line), "{text:?}");
    }
}

#[test]
fn columns_stand_in_the_order_of_their_first_line() {
    let mut lines = vec!["{\"z\":1}".to_owned(), "{\"damaged\":1,}".to_owned()];
    lines.extend((0..200).map(|n| format!("{{\"z\":{n},\"k{}\":{{\"y\":1,\"n{n}\":2}}}}", n / 50)));
    let mut expected = vec!["z".to_owned()];
    for group in 0..4 {
        expected.push(format!("k{group}.y"));
        expected.extend((group * 50..group * 50 + 50).map(|number| format!("k{group}.n{number}")));
    }
    assert_eq!(load(&lines.join("\n")).headers, expected);
}

#[test]
fn a_sink_may_refuse_a_record_and_rejects_are_counted_by_column() {
    let loaded = load(
        "{\"a\":\"refuse me\",\"b\":{\"c\":1}}\n{\"a\":1}\n{\"a\":{}}\n{\"b\":{\"c\":1,\"c\":1}}\n{\"b\":{\"c\":[]}}",
    );
    let faults: Vec<_> = loaded.rejects.iter().map(|reject| (reject.line, reject.column, reject.reason)).collect();
    let expected =
        [(1, Some(0), "refused"), (3, Some(0), reason::OBJECT_WHERE_TEXT), (4, Some(1), reason::DUPLICATE_KEY)];
    assert_eq!(faults, expected);
    assert_eq!(loaded.headers, ["a", "b.c"]);
    assert_eq!(loaded.table(), [["1", "-"], ["-", "[]"]]);
}

#[test]
fn the_list_of_rejects_is_cut_and_the_counts_are_not() {
    let text = format!("{{\"a\":1}}\n{}", "{\"a\":}\n".repeat(12_000));
    let file = NdjsonFile::open_with(
        ByteSource::from_bytes("x", text.into_bytes()),
        Sizes { chunk: 5000, ..Sizes::default() },
        KeyLimits::default(),
        2,
    );
    let seen = AtomicU64::new(0);
    let progress = |bytes| _ = seen.fetch_add(bytes, Ordering::Relaxed);
    let file = file.unwrap();
    let scan = file.scan(&[0], 2, &AtomicBool::new(false), &progress, &Rows::default).unwrap();
    assert_eq!(scan.rejects.len(), 10_000);
    assert!(scan.rejects.iter().zip(2..).all(|(reject, line)| reject.line == line));
    let expected = RejectCount { column: None, reason: reason::INVALID_JSON, rows: 12_000, first_line: 2 };
    assert_eq!(scan.reject_counts, [expected]);
    assert_eq!(seen.into_inner(), file.bytes());
    let stopped = file.scan(&[0], 2, &AtomicBool::new(true), &|_| {}, &Rows::default).unwrap();
    assert_eq!((stopped.chunks.len(), stopped.account.records), (0, 0));
}

#[test]
fn columns_may_be_wanted_in_any_order_twice_and_beyond_the_header() {
    let source = ByteSource::from_bytes("x", b"{\"a\":\"1\\n\",\"b\":2}\n{\"b\":3}".to_vec());
    let file = NdjsonFile::open(source).unwrap();
    let mut rows = Vec::new();
    file.first_records(&[1, 0, 9, 1], 5, &mut |cells| rows.push(super::texts(cells))).unwrap();
    let cell = |text: &str| Some(text.to_owned());
    assert_eq!(rows, [[cell("2"), cell("1\n"), None, cell("2")], [cell("3"), None, None, cell("3")]]);
}

#[test]
fn too_long_records_are_rejected_without_being_read() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(500));
    let sizes = Sizes { chunk: 40, record: 100, step: 16 };
    let short = "{\"a\":1}";
    for threads in [1, 3] {
        let text = format!("{short}\n{short}\n{long}\n{short}\n{}\n{short}", " ".repeat(200));
        let loaded = load_with(text.as_bytes(), sizes, threads).unwrap();
        assert_eq!(loaded.faults(), [(3, reason::TOO_LONG), (5, reason::TOO_LONG)]);
        assert_eq!(loaded.rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 4, 6]);
        let text = format!("[{short},\n{short},\n{long},\n{short}{},\n{short}]", " ".repeat(200));
        let loaded = load_with(text.as_bytes(), sizes, threads).unwrap();
        assert_eq!(loaded.faults(), [(3, reason::TOO_LONG)]);
        assert_eq!(loaded.rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 4, 5]);
    }
}

#[test]
fn keys_that_are_ids_are_an_error() {
    let text = (0..70_000).map(|id| format!("{{\"seen\":{{\"u{id}\":1}}}}")).collect::<Vec<_>>().join("\n");
    let error = NdjsonFile::open(ByteSource::from_bytes("x", text.into_bytes())).unwrap_err();
    assert_eq!(
        (error.kind, error.to_string().as_str()),
        (ErrorKind::Data, "x: there are too many different keys for columns")
    );
    let nested = format!("{{\"{}\":{{\"b\":1}}}}", "a".repeat(1000));
    let limits = KeyLimits { keys: 10, bytes: 1500 };
    let open = |text: String| {
        let source = ByteSource::from_bytes("x", text.into_bytes());
        NdjsonFile::open_with(source, Sizes::default(), limits, 1)
    };
    assert_eq!(open(nested).unwrap_err().kind, ErrorKind::Data);
    // What damaged records hold is taken back.
    let damaged = (0..100).map(|id| format!("{{\"u{id}\":1,}}")).collect::<Vec<_>>().join("\n");
    assert_eq!(open(format!("{damaged}\n{{\"a\":1}}")).unwrap().headers, ["a"]);
}
