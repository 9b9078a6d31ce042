//! Event exports: GA4, Mixpanel, Amplitude, Segment, `PostHog`. Nested fields have dotted names.

use super::{Preset, RowTest, Signature};
use crate::model::kind::{Kind, Role};

pub(super) const TABLE: &[Preset] = &[
    Preset {
        name: "ga4",
        title: "GA4 export of BigQuery",
        kind: Kind::Events,
        signature: Signature {
            all: &[&["user_pseudo_id"], &["event_name", "name"], &["event_timestamp", "timestamp"]],
            ..Preset::PLAIN.signature
        },
        roles: &[
            (Role::Id, &["user_pseudo_id"]),
            (Role::Event, &["event_name", "name"]),
            (Role::Time, &["event_timestamp", "timestamp"]),
            (Role::Session, &["param_ga_session_id", "ga_session_id"]),
        ],
        utc: true,
        remarks: &["a unit is a browser (user_pseudo_id): --id user_id follows those who signed in"],
        ..Preset::PLAIN
    },
    Preset {
        name: "mixpanel",
        title: "Mixpanel export of events",
        kind: Kind::Events,
        signature: Signature {
            all: &[
                &["properties.distinct_id", "distinct_id"],
                &["properties.time", "time"],
                &["event", "name"],
                &["properties.$insert_id", "$insert_id", "insert_id"],
            ],
            none: &["amplitude_id"],
            ..Preset::PLAIN.signature
        },
        roles: &[
            (Role::Id, &["properties.distinct_id", "distinct_id"]),
            (Role::Event, &["event", "name"]),
            (Role::Time, &["properties.time", "time"]),
        ],
        remarks: &["its times are those of the project's time zone, though they are written as seconds since 1970"],
        ..Preset::PLAIN
    },
    Preset {
        name: "amplitude",
        title: "Amplitude export of events",
        kind: Kind::Events,
        signature: Signature { all: &[&["amplitude_id"], &["event_type"], &["event_time"]], ..Preset::PLAIN.signature },
        roles: &[
            (Role::Id, &["amplitude_id"]),
            (Role::Event, &["event_type"]),
            (Role::Time, &["event_time"]),
            (Role::Session, &["session_id"]),
        ],
        utc: true,
        remarks: &["times are UTC, whatever zone the report is in"],
        ..Preset::PLAIN
    },
    Preset {
        name: "segment",
        title: "Segment's events",
        kind: Kind::Events,
        signature: Signature {
            all: &[&["anonymous_id"], &["event"], &["timestamp"], &["received_at", "sent_at"]],
            some: (1, &["original_timestamp", "event_text", "sent_at", "message_id", "type"]),
            ..Preset::PLAIN.signature
        },
        roles: &[(Role::Id, &["anonymous_id"]), (Role::Event, &["event"]), (Role::Time, &["timestamp"])],
        left_out: &[RowTest::Is { column: &["type"], words: &["identify", "page", "screen", "group", "alias"] }],
        utc: true,
        remarks: &[
            "a unit is a browser or device (anonymous_id): --id user_id follows those who signed in",
            "an event sent by a server has no anonymous_id and is a reject",
        ],
        ..Preset::PLAIN
    },
    Preset {
        name: "posthog",
        title: "PostHog export of events",
        kind: Kind::Events,
        signature: Signature {
            all: &[&["uuid"], &["event"], &["distinct_id"], &["timestamp"]],
            some: (1, &["person_id", "person.id", "elements_chain", "properties", "created_at"]),
            ..Preset::PLAIN.signature
        },
        roles: &[
            (Role::Id, &["person_id", "person.id", "distinct_id"]),
            (Role::Event, &["event"]),
            (Role::Time, &["timestamp"]),
        ],
        utc: true,
        ..Preset::PLAIN
    },
];
