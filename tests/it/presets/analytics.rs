//! Event exports: GA4, Mixpanel, Amplitude, Segment, `PostHog`; nested fields by their dotted names.

use super::{accounts, column, entered, same};

/// Two visitors, one of whom buys after a minute.
const PLAIN: &str = "user_id,event,timestamp,source
1,session_start,2025-03-01T10:00:00Z,google
1,purchase,2025-03-01T10:01:00Z,google
2,session_start,2025-03-01T10:01:40Z,bing
";

#[track_caller]
fn same_events(preset: &str, export: (&str, &str), id: &str) -> crate::world::Run {
    let run = same(preset, export, PLAIN, &["--steps", "session_start,purchase"]);
    assert_eq!((entered(&run), column(&run, "id")), (vec![2, 1], id.to_owned()));
    run
}

#[test]
fn ga4_nested_and_flat() {
    let nested = r#"{"event_date":"20250301","event_timestamp":1740823200000000,"event_name":"session_start","user_pseudo_id":"1.1","user_id":null,"event_params":[{"key":"ga_session_id","value":{"int_value":7}}],"traffic_source":{"medium":"organic","source":"google"}}
{"event_date":"20250301","event_timestamp":1740823260000000,"event_name":"purchase","user_pseudo_id":"1.1","user_id":"u1","event_params":[],"traffic_source":{"medium":"organic","source":"google"}}
{"event_date":"20250301","event_timestamp":1740823300000000,"event_name":"session_start","user_pseudo_id":"2.2","user_id":null,"event_params":[],"traffic_source":{"medium":"organic","source":"bing"}}
"#;
    same_events("ga4", ("ga4.ndjson", nested), "user_pseudo_id");
    let world = crate::world::World::new();
    world.file("ga4.ndjson", nested);
    let by = ["conversion", "ga4.ndjson", "--steps", "session_start,purchase", "--by", "traffic_source.source"];
    let run = world.run(&[&by[..], &["--format", "json"]].concat());
    let sources = run.table("steps").texts("traffic_source.source");
    assert!(sources.contains(&"google".to_owned()) && sources.contains(&"bing".to_owned()), "{}", run.block());
    let flat = "date,name,platform,timestamp,traffic_source_source,user_id,user_pseudo_id,param_ga_session_id
20250301,session_start,WEB,2025-03-01 10:00:00.000,google,,1.1,7
20250301,purchase,WEB,2025-03-01 10:01:00.000,google,u1,1.1,7
20250301,session_start,WEB,2025-03-01 10:01:40.000,bing,,2.2,8
";
    let run = same_events("ga4", ("ga4.csv", flat), "user_pseudo_id");
    assert_eq!((column(&run, "event"), column(&run, "session")), ("name".to_owned(), "param_ga_session_id".to_owned()));
}

#[test]
fn mixpanel_nested_and_flat() {
    let nested = r#"{"event":"session_start","properties":{"time":1740823200,"distinct_id":"1","$insert_id":"a","$browser":"Firefox"}}
{"event":"purchase","properties":{"time":1740823260,"distinct_id":"1","$insert_id":"b","utm_source":"google"}}
{"event":"session_start","properties":{"time":1740823300,"distinct_id":"2","$insert_id":"c"}}
"#;
    same_events("mixpanel", ("mixpanel.ndjson", nested), "properties.distinct_id");
    let flat = "event_id,name,time,distinct_id,properties,insert_id,device_id,referrer
1,session_start,2025-03-01 10:00:00,1,\"{\"\"title\"\": \"\"a, b\"\"}\",a,,
2,purchase,2025-03-01 10:01:00,1,{},b,,
3,session_start,2025-03-01 10:01:40,2,{},c,,
";
    same_events("mixpanel", ("mixpanel.csv", flat), "distinct_id");
}

#[test]
fn amplitude_nested_and_flat() {
    let nested = r#"{"$insert_id":"a","event_time":"2025-03-01 10:00:00.000000","event_type":"session_start","user_id":null,"device_id":"d1","amplitude_id":11,"session_id":1740823200000,"event_properties":{"plan":"pro"},"user_properties":{}}
{"$insert_id":"b","event_time":"2025-03-01 10:01:00.000000","event_type":"purchase","user_id":"u1","device_id":"d1","amplitude_id":11,"session_id":1740823200000,"event_properties":{"plan":"pro","price":12.5},"user_properties":{}}
{"$insert_id":"c","event_time":"2025-03-01 10:01:40.000000","event_type":"session_start","user_id":null,"device_id":"d2","amplitude_id":12,"session_id":1740823300000,"event_properties":{},"user_properties":{}}
"#;
    let run = same_events("amplitude", ("amplitude.json", nested), "amplitude_id");
    assert_eq!(column(&run, "session"), "session_id");
    let flat = "device_id,id,amplitude_id,client_event_time,event_time,event_type,event_type_id,session_id,user_id,uuid
d1,1,11,2025-03-01 09:59:59,2025-03-01 10:00:00,session_start,3,1,,a
d1,2,11,2025-03-01 10:00:59,2025-03-01 10:01:00,purchase,4,1,u1,b
d2,3,12,2025-03-01 10:01:39,2025-03-01 10:01:40,session_start,3,2,,c
";
    same_events("amplitude", ("amplitude.csv", flat), "amplitude_id");
    // The times are UTC, wherever the report is made.
    let world = crate::world::World::new();
    world.file("amplitude.csv", flat).file("plain.csv", PLAIN);
    let by_hour = |file| {
        let words =
            ["--steps", "session_start,purchase", "--every", "hour", "--timezone", "Asia/Tokyo", "--format", "json"];
        world.run(&[&["conversion", file][..], &words].concat()).tables_text().to_owned()
    };
    assert_eq!(by_hour("amplitude.csv"), by_hour("plain.csv"));
}

#[test]
fn segment_from_a_warehouse_and_raw() {
    let tracks = "id,anonymous_id,user_id,event,event_text,received_at,sent_at,original_timestamp,timestamp,context_page_url
e1,an1,,session_start,Session Start,2025-03-01 10:00:01.000 UTC,2025-03-01 10:00:00.500 UTC,2025-03-01 10:00:00.000 UTC,2025-03-01 10:00:00.000 UTC,/a
e2,an1,u1,purchase,Purchase,2025-03-01 10:01:01.000 UTC,2025-03-01 10:01:00.500 UTC,2025-03-01 10:01:00.000 UTC,2025-03-01 10:01:00.000 UTC,/b
e3,an2,,session_start,Session Start,2025-03-01 10:01:41.000 UTC,2025-03-01 10:01:40.500 UTC,2025-03-01 10:01:40.000 UTC,2025-03-01 10:01:40.000 UTC,/a
";
    same_events("segment", ("tracks.csv", tracks), "anonymous_id");
    let raw = r#"{"type":"track","messageId":"a","anonymousId":"an1","userId":null,"event":"session_start","context":{"page":{"path":"/a"}},"properties":{},"sentAt":"2025-03-01T10:00:00.500Z","receivedAt":"2025-03-01T10:00:01.000Z","originalTimestamp":"2025-03-01T10:00:00.000Z","timestamp":"2025-03-01T10:00:00.000Z"}
{"type":"page","messageId":"p","anonymousId":"an1","userId":null,"name":"Home","context":{"page":{"path":"/a"}},"properties":{},"sentAt":"2025-03-01T10:00:00.500Z","receivedAt":"2025-03-01T10:00:01.000Z","originalTimestamp":"2025-03-01T10:00:30.000Z","timestamp":"2025-03-01T10:00:30.000Z"}
{"type":"track","messageId":"b","anonymousId":"an1","userId":"u1","event":"purchase","context":{"page":{"path":"/b"}},"properties":{"total":5},"sentAt":"2025-03-01T10:01:00.500Z","receivedAt":"2025-03-01T10:01:01.000Z","originalTimestamp":"2025-03-01T10:01:00.000Z","timestamp":"2025-03-01T10:01:00.000Z"}
{"type":"track","messageId":"c","anonymousId":"an2","userId":null,"event":"session_start","context":{"page":{"path":"/a"}},"properties":{},"sentAt":"2025-03-01T10:01:40.500Z","receivedAt":"2025-03-01T10:01:41.000Z","originalTimestamp":"2025-03-01T10:01:40.000Z","timestamp":"2025-03-01T10:01:40.000Z"}
"#;
    let run = same_events("segment", ("segment.ndjson", raw), "anonymousId");
    // A page is no event of the funnel, and no reject.
    assert_eq!(accounts(&run), [4, 3, 0, 0, 1]);
}

#[test]
fn posthog_nested_and_flat() {
    let flat = "uuid,event,properties,timestamp,distinct_id,person_id,elements_chain,created_at
a,session_start,\"{\"\"$browser\"\":\"\"Firefox\"\",\"\"x\"\":1}\",2025-03-01T10:00:00.000Z,d1,p1,,2025-03-01T10:00:01Z
b,purchase,{},2025-03-01T10:01:00.000Z,d1b,p1,,2025-03-01T10:01:01Z
c,session_start,{},2025-03-01T10:01:40.000Z,d2,p2,,2025-03-01T10:01:41Z
";
    same_events("posthog", ("posthog.csv", flat), "person_id");
    let nested = r#"{"uuid":"a","event":"session_start","properties":{"$browser":"Firefox"},"timestamp":"2025-03-01T10:00:00.000Z","distinct_id":"d1","person":{"id":"p1"}}
{"uuid":"b","event":"purchase","properties":{"$browser":"Firefox"},"timestamp":"2025-03-01T10:01:00.000Z","distinct_id":"d1b","person":{"id":"p1"}}
{"uuid":"c","event":"session_start","properties":{"$browser":"Safari"},"timestamp":"2025-03-01T10:01:40.000Z","distinct_id":"d2","person":{"id":"p2"}}
"#;
    same_events("posthog", ("posthog.ndjson", nested), "person.id");
    let bare = "uuid,event,properties,timestamp,distinct_id\na,session_start,{},2025-03-01T10:00:00Z,1\nb,purchase,{},2025-03-01T10:01:00Z,1\nc,session_start,{},2025-03-01T10:01:40Z,2\n";
    same_events("posthog", ("posthog.csv", bare), "distinct_id");
}
