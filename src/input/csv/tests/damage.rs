//! One damaged record costs one record: every other one survives, and no damage is silent.

use super::super::reason::{
    CARRIAGE_RETURN_ENDS, INVALID_TEXT, LONE_CARRIAGE_RETURN, NUL, STRAY_QUOTE, SWALLOWED_ROWS, TEXT_AFTER_QUOTE,
    TOO_FEW_FIELDS, TOO_LONG, TOO_MANY_FIELDS, UNTERMINATED_QUOTE,
};
use super::super::{ReadingOptions, Sizes};
use super::{read, read_plainly, scan_layout};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// A table of rows `uN,2024-01-01,note`, the line `damaged` among them as line 5.
fn with_damage(damaged: &str) -> String {
    let row = |number| format!("u{number},2024-01-01,note\n");
    let before: String = (2..5).map(row).collect();
    let after: String = (6..9).map(row).collect();
    format!("id,time,note\n{before}{damaged}\n{after}")
}

#[test]
fn each_kind_of_damage_costs_its_own_record_only() {
    let cases = [
        ("u5,2024-01-01", TOO_FEW_FIELDS, None),
        ("u5,2024-01-01,a,b", TOO_MANY_FIELDS, None),
        ("u5;2024-01-01;a", TOO_FEW_FIELDS, None),
        ("u5,2024-01-01,27\" monitor", STRAY_QUOTE, Some(2)),
        ("u\"5,2024-01-01,a", STRAY_QUOTE, Some(0)),
        ("u5,2024-01-01,note\"", STRAY_QUOTE, Some(2)),
        ("u5,2024-01-01, \"note\"", STRAY_QUOTE, Some(2)),
        ("u5,\"2024-01-01\"x,note", TEXT_AFTER_QUOTE, Some(1)),
        ("u5,2024-01-01,\"note", UNTERMINATED_QUOTE, Some(2)),
        ("\"u5,2024-01-01,note", UNTERMINATED_QUOTE, Some(0)),
        ("u5,2024-01-01,a\0b", NUL, Some(2)),
        ("u5,\"2024\0\",a", NUL, Some(1)),
        ("u5,2024-01-01,a\rb", LONE_CARRIAGE_RETURN, Some(2)),
        ("u5,\"2024-01-01\"\r,b", LONE_CARRIAGE_RETURN, Some(1)),
        ("u5,2024-01-01,b\r\r", LONE_CARRIAGE_RETURN, Some(2)),
        ("u5,2024-01-01,a\ru6,2024-01-01,b", CARRIAGE_RETURN_ENDS, None),
    ];
    for (damaged, reason, column) in cases {
        // An unterminated quote runs over rows that look like rows, which is found first.
        let reason = if reason == UNTERMINATED_QUOTE { SWALLOWED_ROWS } else { reason };
        let outcome = read_plainly(with_damage(damaged));
        assert_eq!(outcome.rejects, [(5, column, reason)], "{damaged:?}");
        assert_eq!(outcome.lines(), [2, 3, 4, 6, 7, 8], "{damaged:?}");
    }
}

#[test]
fn a_quote_without_an_end_is_found_where_nothing_looks_like_a_row() {
    let outcome = read_plainly("id,note\n1,a\n2,\"b\n3,c\n");
    assert_eq!(outcome.rejects, [(3, Some(1), UNTERMINATED_QUOTE)]);
    assert_eq!(outcome.lines(), [2, 4]);
}

#[test]
fn swallowed_rows_are_found_wherever_the_quotes_stand() {
    // A quote opens in one row and closes rows later; the width is right.
    let outcome = read_plainly("id,time,note\nu1,2024,\"a\nu2,2024,b\nu3,2024,c\"\nu4,2024,d\n");
    assert_eq!(outcome.rejected(), [(2, SWALLOWED_ROWS), (4, STRAY_QUOTE)]);
    assert_eq!(outcome.lines(), [3, 5]);
    // Two neighbouring rows joined by stray quotes in their first fields.
    let outcome = read_plainly("id,time,note\n\"u1,2024,a\nu2\",2024,b\nu3,2024,c\n");
    assert_eq!(outcome.rejected(), [(2, SWALLOWED_ROWS), (3, STRAY_QUOTE)]);
    assert_eq!(outcome.lines(), [4]);
    // The same in their second fields: no line inside the quotes is whole, but both lines are.
    let outcome = read_plainly("id,time,note\nu1,\"2024,a\nu2,2\",b\nu3,2024,c\n");
    assert_eq!(outcome.rejected(), [(2, SWALLOWED_ROWS), (3, STRAY_QUOTE)]);
    assert_eq!(outcome.lines(), [4]);
}

#[test]
fn a_long_text_of_many_lines_is_no_damage() {
    let text = "a line, with a comma\n".repeat(1000);
    let outcome = read_plainly(format!("id,time,note\nu1,2024,\"{text}\"\nu2,2024,b\n"));
    assert_eq!(outcome.lines(), [2, 1003]);
    assert_eq!(outcome.loaded[0].1[2], text);
    // In the first column the last line of the text is followed by the rest of the record, which has the full width.
    let outcome = read_plainly("id,time,note\n\"a\nb\",2024,x\n\"c\nd, e\",2024,y\n");
    assert_eq!(outcome.lines(), [2, 4]);
    assert_eq!(outcome.account.rejected, 0);
}

#[test]
fn a_block_of_zeros_is_not_silent() {
    let outcome = read_plainly(format!("id,b\n1,a\n2,{}3,c\n4,d\n", "\0".repeat(512)));
    assert_eq!(outcome.rejects, [(3, Some(1), NUL)]);
    assert_eq!(outcome.lines(), [2, 4]);
}

#[test]
fn invalid_text_names_its_column() {
    let outcome = read_plainly(b"id,b,c\n1,caf\xc3\xa9,x\n2,x,caf\xe9\n3,caf\xc3,\"\n\"\n4,x,caf\xc3");
    // A quote of a record that is rejected counts no more: line 5 begins anew, and with an open quote.
    let expected = [(3, Some(2), INVALID_TEXT), (4, Some(1), INVALID_TEXT), (5, Some(0), UNTERMINATED_QUOTE)];
    assert_eq!(outcome.rejects[..3], expected);
    assert_eq!(outcome.rejects[3..], [(6, Some(2), INVALID_TEXT)]);
    assert_eq!(outcome.lines(), [2]);
}

#[test]
fn what_the_sink_refuses_is_a_reject_and_reading_goes_on_behind_it() {
    let outcome = read_plainly("id,b\n1,fault\n\"fault\",\"x\ny\"\n3,z\n");
    assert_eq!(outcome.rejects, [(2, Some(1), "not accepted"), (3, Some(0), "not accepted")]);
    assert_eq!(outcome.lines(), [5]);
}

#[test]
fn blank_lines_are_counted_apart() {
    let outcome = read_plainly("id,b\n1,a\n\n   \n,\n , \n,,,,\n\"\",\" \"\n\u{a0},\t\n\r\n2,b\n,x\n\n");
    assert_eq!(outcome.lines(), [2, 11, 12]);
    assert_eq!(outcome.account.blank, 9);
    assert_eq!(outcome.account.records, 12);
    assert_eq!(outcome.account.lines, 13);
    // A quoted quote or a quoted comma is not nothing.
    let outcome = read_plainly("id,b\n\"\"\"\",\n\",\",\n");
    assert_eq!(outcome.account.loaded, 2);
}

#[test]
fn a_second_table_or_header_is_judged_like_any_record() {
    let outcome = read_plainly("id,b,c\n1,2,3\n\nx,y\n4,5\n");
    assert_eq!(outcome.rejected(), [(4, TOO_FEW_FIELDS), (5, TOO_FEW_FIELDS)]);
    assert_eq!((outcome.account.blank, outcome.account.loaded), (1, 1));
}

#[test]
fn records_beyond_the_limit_are_rejected() {
    let long = "x".repeat(100);
    let text = format!("id,b\n1,{long}\n2,b\n3,\"{long}\n{long}\"\n4,d\n5,{long}");
    let (layout, _) = read(&text, &ReadingOptions::default());
    for (chunk, buffer) in [(1 << 20, 1 << 20), (10, 7)] {
        let sizes = Sizes { chunk, buffer, window: 64, record: 50 };
        let outcome = scan_layout(text.as_bytes(), &layout, 1, sizes);
        assert_eq!(outcome.rejected(), [(2, TOO_LONG), (4, TOO_LONG), (5, TOO_LONG), (7, TOO_LONG)]);
        assert_eq!(outcome.lines(), [3, 6]);
        assert_eq!(outcome.account.lines, 7);
    }
}

/// A quote put anywhere into a sound table, or any delimiter or quote taken out of it, costs the record it is in, never
/// another one, and never silently.
#[test]
fn a_stray_or_missing_byte_anywhere_costs_one_record() {
    let header = "id,channel,time,note\n";
    let rows = [
        "u1,ads,2024-01-01,\n",
        "u2,\"social, paid\",2024-01-02,\"a\"\n",
        "u3,,2024-01-03,\"27\"\" screen\"\n",
        "\"u4\",\"\",\"2024-01-04\",\"x\"\n",
        "u5,ads,2024-01-05,plain\n",
        "u6,\"\"\"x\",2024-01-06,\"\"\n",
        "u7,,2024-01-07,\n",
        "u8,\"ads\",2024-01-08,end\n",
    ];
    let sound = read_plainly([header, &rows.concat()].concat()).loaded;
    assert_eq!(sound.len(), rows.len());
    for (position, row) in rows.iter().enumerate() {
        let others: Vec<_> = sound.iter().filter(|(line, _)| *line != position as u64 + 2).cloned().collect();
        let added = (0..row.len()).map(|at| [&row[..at], "\"", &row[at..]].concat());
        let outside = |at: usize| row[..at].matches('"').count().is_multiple_of(2);
        let structural =
            row.char_indices().filter(|(at, character)| *character == '"' || (*character == ',' && outside(*at)));
        let removed = structural.map(|(at, _)| [&row[..at], &row[at + 1..]].concat());
        for damaged in added.chain(removed) {
            let mut table = rows.map(str::to_owned);
            table[position].clone_from(&damaged);
            let outcome = read_plainly([header, &table.concat()].concat());
            assert_eq!(outcome.loaded, others, "{damaged:?}");
            assert!(outcome.rejected().iter().any(|(line, _)| *line == position as u64 + 2), "{damaged:?}");
        }
    }
}

/// Every line opens a quote; reading must stay linear in the size of the text. Twenty seconds are far above what
/// is needed, and far below what looking to the end from each line would take.
#[test]
fn hostile_texts_take_no_longer_than_their_size() {
    let started = Instant::now();
    let paired = "1,\"\"\"\"\"\n".repeat(100_000);
    let open = "1,\"a\n".repeat(100_000);
    let nested = "1,\"\"x\n\"\",\"\n".repeat(100_000);
    for body in [paired, open, nested] {
        let mut text = String::from("id,b\n");
        write!(text, "9,\"{body}").unwrap();
        let outcome = read_plainly(&text);
        assert_eq!(outcome.account.lines, 2 + body.matches('\n').count() as u64 - u64::from(body.ends_with('\n')));
    }
    assert!(started.elapsed() < Duration::from_secs(20));
}
