//! Headers of event exports: GA4, Mixpanel, Amplitude, Segment, `PostHog`, Matomo.
//!
//! Ids that a tool has on every row, known user or not, come before `user_id`, which is empty on anonymous rows.

use super::{EVENTS, Entry, PEOPLE, entry};
use crate::model::kind::Role;

pub(super) const TABLE: &[Entry] = &[
    entry(PEOPLE, Role::Id, 2, &["amplitude id"]),
    entry(PEOPLE, Role::Id, 4, &["person id"]),
    entry(PEOPLE, Role::Id, 6, &["user pseudo id"]),
    entry(PEOPLE, Role::Id, 8, &["distinct id"]),
    entry(PEOPLE, Role::Id, 62, &["full visitor id"]),
    entry(EVENTS, Role::Session, 14, &["ga session id", "param_ga_session_id"]),
    entry(EVENTS, Role::Value, 20, &["value in usd", "event value in usd", "properties value"]),
    entry(PEOPLE, Role::Time, 52, &["original timestamp", "client event time"]),
];
