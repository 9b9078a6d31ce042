//! Objects within records.

use super::super::reason;
use super::load;

#[test]
fn objects_are_flattened_at_any_depth() {
    let loaded = load(concat!(
        r#"{"event":"$pageview","properties":{"time":1700000000,"distinct_id":"u1","utm":{"source":"ads"}}}"#,
        "\n",
        r#"{"event":"buy","properties":{"distinct_id":"u2","time":1700000001,"$insert_id":"x","items":[{"n":1}]}}"#,
        "\n",
        r#"{"event":"none","properties":null}"#,
        "\n",
        r#"{"event":"empty","properties":{"utm":{}}}"#,
        "\n",
        r#"{"event":"absent"}"#,
    ));
    let headers = [
        "event",
        "properties.time",
        "properties.distinct_id",
        "properties.utm.source",
        "properties.$insert_id",
        "properties.items",
    ];
    assert_eq!(loaded.headers, headers);
    assert_eq!(
        loaded.table(),
        [
            ["$pageview", "1700000000", "u1", "ads", "-", "-"],
            ["buy", "1700000001", "u2", "-", "x", r#"[{"n":1}]"#],
            ["none", "-", "-", "-", "-", "-"],
            ["empty", "-", "-", "-", "-", "-"],
            ["absent", "-", "-", "-", "-", "-"],
        ]
    );
}

#[test]
fn an_object_where_others_hold_text_is_a_reject_before_or_after_them() {
    for other in ["\"x\"", "1", "true", "[]"] {
        let loaded = load(&format!(
            "{{\"a\":{{\"b\":1}},\"c\":1}}\n{{\"a\":{other}}}\n{{\"a\":{{}}}}\n{{\"a\":null}}\n{{\"a\":{{\"b\":{{\"d\":1}}}}}}\n"
        ));
        assert_eq!(loaded.headers, ["a", "c"]);
        assert_eq!(loaded.faults(), [1, 3, 5].map(|line| (line, reason::OBJECT_WHERE_TEXT)));
        assert!(loaded.rejects.iter().all(|reject| reject.column == Some(0)));
        assert_eq!(loaded.table(), [[other.trim_matches('"'), "-"], ["-", "-"]]);
    }
}

#[test]
fn damaged_records_do_not_decide_what_a_key_is() {
    let loaded = load("{\"a\":\"text\",}\n{\"a\":{\"b\":1}}\n{\"a\":1,\"a\":1}\n");
    assert_eq!(loaded.headers, ["a.b"]);
    assert_eq!(loaded.table(), [["1"]]);
    assert_eq!(loaded.faults(), [(1, reason::INVALID_JSON), (3, reason::DUPLICATE_KEY)]);
}

#[test]
fn a_dotted_key_and_a_nested_one_are_the_same_column() {
    let loaded =
        load("{\"a.b\":1}\n{\"a\":{\"b\":2}}\n{\"a.b\":3,\"a\":{\"b\":3}}\n{\"a\":{\"b\":4},\"c\":{\"\":5},\"\":6}\n");
    assert_eq!(loaded.headers, ["a.b", "c.", ""]);
    assert_eq!(loaded.table(), [["1", "-", "-"], ["2", "-", "-"], ["4", "5", "6"]]);
    assert_eq!(loaded.faults(), [(3, reason::DUPLICATE_KEY)]);
}

#[test]
fn the_same_key_in_different_objects_is_no_duplicate() {
    let loaded = load("{\"id\":1,\"a\":{\"id\":2},\"b\":{\"id\":3},\"l\":[{\"id\":4},{\"id\":5}]}\n");
    assert_eq!(loaded.headers, ["id", "a.id", "b.id", "l"]);
    assert_eq!(loaded.rejects, []);
}

#[test]
fn damage_to_the_form_is_told_before_an_object_in_the_wrong_place() {
    let loaded = load("{\"a\":1}\n{\"a\":{\"new\":{\"x\":1}},}\n{\"a\":{\"new\":{\"x\":1}}}\n");
    assert_eq!(loaded.faults(), [(2, reason::INVALID_JSON), (3, reason::OBJECT_WHERE_TEXT)]);
}
