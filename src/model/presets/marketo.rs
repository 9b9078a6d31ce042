//! Marketo: the log of activities, of which only changes of the revenue stage tell of a funnel.

use super::{Preset, RowTest, Signature};
use crate::model::kind::{Kind, Role};

pub(super) const TABLE: &[Preset] = &[Preset {
    name: "marketo-activity",
    title: "Marketo's log of changed data values",
    kind: Kind::History,
    signature: Signature {
        all: &[&["activity_date"], &["activity_type_id"], &["lead_id"], &["new_value"], &["primary_attribute_value"]],
        ..Preset::PLAIN.signature
    },
    roles: &[(Role::Id, &["lead_id"]), (Role::Stage, &["new_value"]), (Role::Time, &["activity_date"])],
    left_out: &[RowTest::NoneIs(&[
        (&["primary_attribute_value"], &["Revenue Stage", "Revenue Cycle Stage", "Lifecycle Stage"]),
        (&["activity_type_id"], &["101"]),
    ])],
    utc: true,
    remarks: &["leads that were merged or deleted later are in it as they were"],
    ..Preset::PLAIN
}];
