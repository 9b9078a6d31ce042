//! Which texts are records, and why others are not; after the cases of the public JSON parsing test suite.

use super::super::reason;
use super::{load, try_load};

/// Values that stand alone in a record under the key `v`, and what they come to.
const SOUND: [(&str, &str); 27] = [
    ("1", "1"),
    ("-0", "-0"),
    ("0", "0"),
    ("1.0", "1.0"),
    ("10e5", "10e5"),
    ("1E+2", "1E+2"),
    ("1.50e-07", "1.50e-07"),
    ("123456789012345678901234567890", "123456789012345678901234567890"),
    ("1e99999", "1e99999"),
    ("9007199254740993", "9007199254740993"),
    ("true", "true"),
    ("false", "false"),
    ("null", "-"),
    ("\"\"", ""),
    ("\"007\"", "007"),
    ("\" a \"", " a "),
    ("\"null\"", "null"),
    ("\"a\\u000ab\"", "a\nb"),
    ("\"\\ud83d\\ude00\"", "\u{1f600}"),
    ("\"\u{7f}\"", "\u{7f}"),
    ("\"\u{2028}\u{10ffff}\"", "\u{2028}\u{10ffff}"),
    ("\"\\uFFFF\"", "\u{ffff}"),
    ("\"\\/\\\"\\\\\"", "/\"\\"),
    ("[]", "[]"),
    ("[ 1, \"a\\n\" ,[null ] ]", "[ 1, \"a\\n\" ,[null ] ]"),
    ("[{\"a\":1},{\"a\":1}]", "[{\"a\":1},{\"a\":1}]"),
    ("\"{\\\"a\\\": 1}\"", "{\"a\": 1}"),
];

const DAMAGED: [(&str, &str); 58] = [
    ("", reason::INVALID_JSON),
    ("01", reason::INVALID_JSON),
    ("-", reason::INVALID_JSON),
    ("-01", reason::INVALID_JSON),
    ("+1", reason::INVALID_JSON),
    (".5", reason::INVALID_JSON),
    ("1.", reason::INVALID_JSON),
    ("1.e2", reason::INVALID_JSON),
    ("1e", reason::INVALID_JSON),
    ("1e+", reason::INVALID_JSON),
    ("1.5.5", reason::INVALID_JSON),
    ("0x10", reason::INVALID_JSON),
    ("1_000", reason::INVALID_JSON),
    ("1 000", reason::INVALID_JSON),
    ("\u{ff11}", reason::INVALID_JSON),
    ("NaN", reason::INVALID_JSON),
    ("nan", reason::INVALID_JSON),
    ("Infinity", reason::INVALID_JSON),
    ("-Infinity", reason::INVALID_JSON),
    ("undefined", reason::INVALID_JSON),
    ("True", reason::INVALID_JSON),
    ("nul", reason::INVALID_JSON),
    ("nulll", reason::INVALID_JSON),
    ("truefalse", reason::INVALID_JSON),
    ("'a'", reason::INVALID_JSON),
    ("a", reason::INVALID_JSON),
    ("\"a\" \"b\"", reason::INVALID_JSON),
    ("\"a", reason::CUT),
    ("\"a\\\"", reason::CUT),
    ("\"\\x41\"", reason::INVALID_ESCAPE),
    ("\"\\u00\"", reason::INVALID_ESCAPE),
    ("\"\\u00zz\"", reason::INVALID_ESCAPE),
    ("\"\\U0041\"", reason::INVALID_ESCAPE),
    ("\"\\'\"", reason::INVALID_ESCAPE),
    ("\"\\ud800\"", reason::LONE_SURROGATE),
    ("\"\\ude00\\ud83d\"", reason::LONE_SURROGATE),
    ("\"\\ud83d\\u0041\"", reason::LONE_SURROGATE),
    ("\"\\ud83d\\ud83d\\ude00\"", reason::LONE_SURROGATE),
    ("\"\\u0000\"", reason::NUL),
    ("\"a\tb\"", reason::CONTROL_CHARACTER),
    ("\"a\u{0}b\"", reason::CONTROL_CHARACTER),
    ("\"a\u{1f}b\"", reason::CONTROL_CHARACTER),
    ("[1,]", reason::INVALID_JSON),
    ("[,1]", reason::INVALID_JSON),
    ("[1 2]", reason::INVALID_JSON),
    ("[1", reason::INVALID_JSON),
    ("[1}", reason::INVALID_JSON),
    ("[", reason::INVALID_JSON),
    ("]", reason::INVALID_JSON),
    ("{\"a\"}", reason::INVALID_JSON),
    ("{\"a\":}", reason::INVALID_JSON),
    ("{\"a\":1,}", reason::INVALID_JSON),
    ("{a:1}", reason::INVALID_JSON),
    ("{1:1}", reason::INVALID_JSON),
    ("{\"a\":1,\"a\":1}", reason::DUPLICATE_KEY),
    ("[{\"a\":1,\"b\":1,\"\\u0061\":2}]", reason::DUPLICATE_KEY),
    ("1 // comment", reason::INVALID_JSON),
    ("1\u{a0}", reason::INVALID_JSON),
];

#[test]
fn sound_values_are_kept_to_the_letter() {
    for (json, expected) in SOUND {
        let loaded = load(&format!("{{\"v\":{json}}}\n"));
        assert_eq!(loaded.table(), [[expected]], "{json}");
    }
}

#[test]
fn damaged_values_reject_their_record_with_a_reason() {
    for (json, expected) in DAMAGED {
        let loaded = load(&format!("{{\"w\":1}}\n{{\"v\":{json}}}\n{{\"w\":2}}\n"));
        assert_eq!(loaded.faults(), [(2, expected)], "{json}");
        assert_eq!(loaded.headers, ["w"], "{json}");
        assert_eq!(loaded.table(), [["1"], ["2"]], "{json}");
    }
}

#[test]
fn a_line_is_one_object_and_nothing_else() {
    for (line, expected) in [
        ("1", reason::NOT_AN_OBJECT),
        ("null", reason::NOT_AN_OBJECT),
        ("\"{}\"", reason::NOT_AN_OBJECT),
        ("[{\"w\":1}]", reason::NOT_AN_OBJECT),
        ("}", reason::NOT_AN_OBJECT),
        ("user,event", reason::NOT_AN_OBJECT),
        ("\u{feff}{}", reason::NOT_AN_OBJECT),
        ("{}{}", reason::TEXT_AFTER_OBJECT),
        ("{} {}", reason::TEXT_AFTER_OBJECT),
        ("{},", reason::TEXT_AFTER_OBJECT),
        ("{}]", reason::TEXT_AFTER_OBJECT),
        ("{", reason::CUT),
        ("{\"w\"", reason::CUT),
        ("{\"w", reason::CUT),
        ("{\"w\":", reason::CUT),
        ("{\"w\":1", reason::CUT),
        ("{\"w\":t", reason::CUT),
        ("{\"w\":1,", reason::CUT),
        ("{\"w\":[1", reason::CUT),
        ("{\"w\":\"\\u12", reason::CUT),
        ("{\"w\":1,\"w\":1}", reason::DUPLICATE_KEY),
        ("{\"w\":1,\"\\u0077\":null}", reason::DUPLICATE_KEY),
        ("{\"zz\":1,\"zz\":1}", reason::DUPLICATE_KEY),
        ("{\"zz\":{},\"zz\":{}}", reason::DUPLICATE_KEY),
        ("{\"zz\":{\"y\":{\"x\":1,\"x\":1}}}", reason::DUPLICATE_KEY),
        ("{,}", reason::INVALID_JSON),
        ("{\"w\":1 \"x\":2}", reason::INVALID_JSON),
        ("{\"w\":1;}", reason::INVALID_JSON),
        ("{\"w\" 1}", reason::INVALID_JSON),
        ("{\"w\"::1}", reason::INVALID_JSON),
        ("{\"w\":1]", reason::INVALID_JSON),
        ("{\u{b}\"w\":1}", reason::INVALID_JSON),
        ("{\u{0}}", reason::INVALID_JSON),
    ] {
        let loaded = load(&format!("{{\"w\":1}}\n{line}\n{{\"w\":2}}"));
        assert_eq!(loaded.faults(), [(2, expected)], "{line}");
        assert_eq!((loaded.headers.as_slice(), loaded.rows.len()), (&["w".to_owned()][..], 2), "{line}");
    }
}

#[test]
fn bytes_that_are_no_utf_8_reject_their_record_only() {
    for bytes in [&b"\xff"[..], b"\xc3", b"\xe9", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80"] {
        let mut text = b"{\"w\":\"caf\xc3\xa9\"}\n{\"w\":\"".to_vec();
        text.extend_from_slice(bytes);
        text.extend_from_slice(b"\"}\n{\"w\":2}\n");
        let loaded = try_load(&text).unwrap();
        assert_eq!(loaded.faults(), [(2, reason::INVALID_TEXT)]);
        assert_eq!(loaded.table(), [["caf\u{e9}"], ["2"]]);
    }
}

#[test]
fn nesting_has_a_limit() {
    let nested = |open: &str, close: &str, depth: usize| {
        format!("{{\"v\":{}1{}}}\n", open.repeat(depth - 1), close.repeat(depth - 1))
    };
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
        let levels = open.matches(['[', '{']).count();
        let most = 1 + 127 / levels;
        let loaded = load(&nested(open, close, most));
        assert_eq!(loaded.rows.len(), 1);
        let loaded = load(&nested(open, close, most + 1));
        assert_eq!(loaded.faults(), [(1, reason::TOO_DEEP)]);
        let loaded = load(&nested(open, "", 100_000));
        assert_eq!(loaded.faults(), [(1, reason::TOO_DEEP)]);
    }
}

#[test]
fn many_keys_in_an_object_that_is_no_table_are_judged_in_time() {
    let keys = |count: usize| (0..count).map(|key| format!("\"k{key}\":{key}")).collect::<Vec<_>>().join(",");
    let sound = format!("{{\"v\":[{{{}}}]}}\n", keys(200_000));
    let damaged = format!("{{\"v\":[{{{},\"k7\":1}}]}}\n", keys(200_000));
    let loaded = super::load_with(format!("{sound}{damaged}").as_bytes(), super::Sizes::default(), 1).unwrap();
    assert_eq!(loaded.faults(), [(2, reason::DUPLICATE_KEY)]);
}
