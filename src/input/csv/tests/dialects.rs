//! The same table in every dialect gives the same records.

use super::super::{ReadingOptions, Terminator};
use super::{read, read_plainly, read_with};
use crate::error::{ErrorKind, Location};

const TABLE: &str = "id,event,note\nu1,visit,caf\u{e9}\nu2,\"sign, up\",\"two\nlines\"\nu3,\"\",x\n";

fn rows() -> Vec<Vec<String>> {
    let rows = [["u1", "visit", "caf\u{e9}"], ["u2", "sign, up", "two\nlines"], ["u3", "", "x"]];
    rows.map(|row| row.map(str::to_owned).to_vec()).to_vec()
}

fn cells(text: impl AsRef<[u8]>, options: &ReadingOptions) -> Vec<Vec<String>> {
    let (_, outcome) = read(text, options);
    assert_eq!(outcome.rejects, []);
    outcome.loaded.into_iter().map(|(_, cells)| cells).collect()
}

fn plain_cells(text: impl AsRef<[u8]>) -> Vec<Vec<String>> {
    cells(text, &ReadingOptions::default())
}

fn with_delimiter(delimiter: &str) -> ReadingOptions {
    ReadingOptions { delimiter: Some(delimiter.to_owned()), ..ReadingOptions::default() }
}

#[test]
fn the_plain_table() {
    assert_eq!(plain_cells(TABLE), rows());
    assert_eq!(plain_cells(TABLE.trim_end()), rows());
}

#[test]
fn line_ends() {
    for (end, expected) in [("\r\n", Terminator::Lf), ("\r\r\n", Terminator::CrCrLf), ("\r", Terminator::Cr)] {
        let text = TABLE.replace('\n', end);
        let (layout, outcome) = read(&text, &ReadingOptions::default());
        assert_eq!(layout.dialect.terminator, expected);
        assert_eq!(outcome.lines(), [2, 3, 5], "{end:?}");
        let mut inside = rows();
        inside[1][2] = inside[1][2].replace('\n', end);
        assert_eq!(plain_cells(&text), inside);
    }
    // Mixed; and a CR whose LF was cut off at the end.
    assert_eq!(plain_cells(TABLE.replace("caf\u{e9}\n", "caf\u{e9}\r\n")), rows());
    assert_eq!(plain_cells(format!("{}\r", TABLE.trim_end())), rows());
    // Records end with CR LF, texts in cells hold LF.
    assert_eq!(plain_cells(TABLE.replace('\n', "\r\n").replace("two\r\n", "two\n")), rows());
}

#[test]
fn byte_order_marks_and_encodings() {
    assert_eq!(plain_cells(format!("\u{feff}{TABLE}")), rows());
    assert_eq!(plain_cells(format!("\u{feff}\u{feff}{TABLE}")), rows());
    let utf16: Vec<u8> = TABLE.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(plain_cells(utf16), rows());
    let western: Vec<u8> = TABLE.chars().map(|character| u8::try_from(character).unwrap()).collect();
    assert_eq!(plain_cells(&western), rows());
    let label = |label: &str| ReadingOptions { encoding: Some(label.to_owned()), ..ReadingOptions::default() };
    assert_eq!(cells(&western, &label("latin1")), rows());
    let chinese = encoding_rs::GB18030.encode(TABLE).0;
    assert_eq!(cells(&chinese, &label("gb18030")), rows());
}

#[test]
fn windows_1252_is_found_even_far_behind() {
    let mut text = b"id,b\n".to_vec();
    text.extend(b"1,plain\n".repeat(20_000));
    text.extend(b"2,caf\xe9 \x80\n");
    let (_, outcome) = read(&text, &ReadingOptions::default());
    assert_eq!(outcome.loaded.last().unwrap(), &(20_002, vec!["2".to_owned(), "caf\u{e9} \u{20ac}".to_owned()]));
    // One valid sequence anywhere makes the file UTF-8, and the other record a reject.
    text.extend("3,caf\u{e9}\n".as_bytes());
    let (_, outcome) = read(&text, &ReadingOptions::default());
    assert_eq!(outcome.account.rejected, 1);
    assert_eq!(outcome.loaded.last().unwrap().1[1], "caf\u{e9}");
}

#[test]
fn delimiters_are_found_by_the_header() {
    for delimiter in [';', '\t', '|', '\x1f'] {
        let text = format!("id{delimiter}b\n1,1{delimiter}2,2\n");
        assert_eq!(plain_cells(text), [["1,1", "2,2"]], "{delimiter:?}");
    }
    // A delimiter inside quotes does not count.
    assert_eq!(plain_cells("\"id\";\"a,b,c,d\"\n1;2\n"), [["1", "2"]]);
    // The names decide, not their number.
    let (layout, _) = read("id;a,b,c\n", &ReadingOptions::default());
    assert_eq!(layout.header, ["id", "a,b,c"]);
}

#[test]
fn delimiters_that_are_told() {
    assert_eq!(cells("id||b||c\n1||||x|y\n", &with_delimiter("||")), [["1", "", "x|y"]]);
    assert_eq!(cells("id\u{a7}b\n1\u{a7}\"\u{a7}\"\n", &with_delimiter("\u{a7}")), [["1", "\u{a7}"]]);
    assert_eq!(cells(b"id\xa7b\n1\xa7\xe9\n", &with_delimiter("\u{a7}")), [["1", "\u{e9}"]]);
    assert_eq!(cells("id b\n1 2\n", &with_delimiter(" ")), [["1", "2"]]);
}

#[test]
fn quotes_and_escapes_that_are_told() {
    let none = ReadingOptions { quote: None, ..ReadingOptions::default() };
    assert_eq!(cells("id,b\n1,27\" x\n2,\"y\n", &none), [["1", "27\" x"], ["2", "\"y"]]);
    let single = ReadingOptions { quote: Some(b'\''), ..ReadingOptions::default() };
    assert_eq!(cells("id,b\n1,'it''s, \"x\"'\n", &single), [["1", "it's, \"x\""]]);
    let escape = ReadingOptions { escape: Some(b'\\'), ..ReadingOptions::default() };
    let text = "id,b\n1,\"say \\\"hi\\\"\"\n2,a\\,b\n3,\"C:\\new\\\\x\"\n4,\"a\"\"b\"\n5,\\N\n";
    let expected = [["1", "say \"hi\""], ["2", "a,b"], ["3", "C:\\new\\x"], ["4", "a\"b"], ["5", "\\N"]];
    assert_eq!(cells(text, &escape), expected);
}

#[test]
fn a_character_that_quotes_separates_nothing() {
    let bar = ReadingOptions { quote: Some(b'|'), ..ReadingOptions::default() };
    assert_eq!(cells("|id|,|b,c|,d\n1,|x,y|,|z||z|\n", &bar), [["1", "x,y", "z|z"]]);
}

#[test]
fn lines_before_the_header() {
    let report = format!("Events report\nExported,2024-02-01\n\n{TABLE}");
    let (layout, outcome) = read(&report, &ReadingOptions::default());
    assert_eq!((layout.header_line, layout.skipped, outcome.account.skipped), (Some(4), 3, 3));
    assert_eq!(outcome.lines(), [5, 6, 8]);
    assert_eq!(outcome.account.records, 6);
    let skip = ReadingOptions { skip_lines: 3, ..ReadingOptions::default() };
    assert_eq!(cells(&report, &skip), rows());
    let comments = format!("# GA export\n# 2024\n{TABLE}# end\n");
    let comment = ReadingOptions { comment: Some("#".to_owned()), ..ReadingOptions::default() };
    assert_eq!(cells(&comments, &comment), rows());
    assert_eq!(read(&comments, &comment).1.account.skipped, 3);
    // Without being told, a line that begins with # is a record.
    assert_eq!(plain_cells("id,b\n#1,x\n"), [["#1", "x"]]);
}

#[test]
fn the_directive_of_excel_is_consumed() {
    let (layout, outcome) = read("sep=;\nid;b\n1;2\n", &ReadingOptions::default());
    assert_eq!((layout.skipped, outcome.lines()), (1, vec![3]));
    assert_eq!(plain_cells("\u{feff}\"SEP=\t\"\r\nid\tb\r\n1\t2\r\n"), [["1", "2"]]);
}

#[test]
fn names_may_be_given() {
    let names = ["id", "b"].map(str::to_owned).to_vec();
    let given = ReadingOptions { column_names: Some(names), ..ReadingOptions::default() };
    let (layout, outcome) = read("1;a,x\n2;b\n", &given);
    assert_eq!((layout.header_line, outcome.lines()), (None, vec![1, 2]));
    assert_eq!(outcome.loaded[0].1, ["1", "a,x"]);
}

#[test]
fn a_file_without_a_needed_column_gives_its_first_line() {
    let (layout, _) = read_with(b"\nuser;event\n1;2\n", &ReadingOptions::default(), &|_| false).unwrap();
    assert_eq!(layout.header, ["user", "event"]);
    assert_eq!(layout.header_line, Some(2));
}

#[test]
fn headers_that_are_damaged_or_missing() {
    let texts: [&[u8]; 8] = [
        b"",
        b"\n",
        b"\xef\xbb\xbf",
        b"id,b\"c\n1,2\n",
        b"id,\"b\nc\"\n1,2\n",
        b"id,b\0\n1,2\n",
        b"id,\x1b[31mb\n1,2\n",
        b"\xa4\xa2\x85\x99m\x89\x84k\x83\x88\x81\x95\x95\x85\x93%\xa4\xf0",
    ];
    for text in texts {
        let error = read_with(text, &ReadingOptions::default(), &|names| names.contains(&"id".to_owned())).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Data, "{text:?}");
        let location = Location { file: "x".to_owned(), line: Some(1), column: None };
        assert_eq!(error.location.as_deref(), Some(&location), "{text:?}");
    }
}

#[test]
fn a_header_alone_is_a_table_without_rows() {
    for text in ["id,b", "id,b\n", "id,b\r\n"] {
        let outcome = read_plainly(text);
        assert_eq!((outcome.account.records, outcome.account.lines), (0, 1));
    }
}
