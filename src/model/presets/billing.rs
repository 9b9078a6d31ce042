//! Stripe: the dashboard's export of subscriptions.

use super::{Preset, RowTest, Signature};
use crate::model::kind::{Kind, Role};

pub(super) const TABLE: &[Preset] = &[Preset {
    name: "stripe-subscriptions",
    title: "Stripe export of subscriptions",
    kind: Kind::Subscriptions,
    signature: Signature {
        all: &[&["id"], &["Customer ID"], &["Status"], &["Interval"], &["Current Period Start", "Current Period End"]],
        some: (1, &["Canceled At", "Cancel At Period End", "Ended At", "Trial End", "Plan"]),
        ..Preset::PLAIN.signature
    },
    roles: &[
        (Role::Customer, &["Customer ID"]),
        (Role::Start, &["Start Date", "Start", "Created"]),
        (Role::End, &["Ended At"]),
        (Role::Amount, &["Amount"]),
        (Role::Interval, &["Interval"]),
        (Role::Plan, &["Plan"]),
    ],
    left_out: &[RowTest::Is { column: &["Status"], words: &["incomplete_expired", "incomplete"] }],
    utc: true,
    remarks: &[
        "a subscription that was never paid is none",
        "it ends when it ended and not when that was asked for",
        "times are UTC, whatever zone the report is in",
    ],
    ..Preset::PLAIN
}];
