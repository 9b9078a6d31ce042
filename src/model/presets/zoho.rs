//! Zoho CRM: deals (potentials in older accounts) and leads.

use super::{Flag, Holds, Preset, Signature};
use crate::model::kind::{Kind, Role};
use crate::model::outcome::Outcome;

const ZONE: &str = "times are in the user's time zone: --source-timezone says which, else they are read in --timezone";

pub(super) const TABLE: &[Preset] = &[
    Preset {
        name: "zoho-deals",
        title: "Zoho CRM export of deals",
        kind: Kind::Deals,
        signature: Signature {
            all: &[&["Deal Name", "Potential Name"], &["Stage"], &["Closing Date"]],
            some: (
                1,
                &[
                    "Deal Owner",
                    "Potential Owner",
                    "Expected Revenue",
                    "Forecast Type",
                    "Created Time",
                    "Age Tier",
                    "Campaign Id",
                ],
            ),
            ..Preset::PLAIN.signature
        },
        roles: &[
            (Role::Id, &["Record Id", "Deal Id", "Potential Id", "LEADID"]),
            (Role::Created, &["Created Time"]),
            (Role::Closed, &["Closing Date"]),
            (Role::Status, &["Stage"]),
            (Role::Amount, &["Amount"]),
        ],
        shortened: true,
        remarks: &[ZONE, "amounts such as $1,117.10K were rounded by Zoho"],
        ..Preset::PLAIN
    },
    Preset {
        name: "zoho-leads",
        title: "Zoho CRM export of leads",
        kind: Kind::Deals,
        signature: Signature {
            all: &[&["Record Id", "LEADID", "Lead Id"], &["Lead Status"], &["Created Time"]],
            some: (1, &["Lead Owner", "Lead Source", "CONVERTED", "Is Converted", "Company"]),
            ..Preset::PLAIN.signature
        },
        roles: &[
            (Role::Id, &["Record Id", "LEADID", "Lead Id"]),
            (Role::Created, &["Created Time"]),
            (Role::Closed, &["Converted Time", "Converted Date Time", "Lead Conversion Time"]),
            (Role::Status, &["Lead Status"]),
        ],
        lost: &["Junk Lead", "Lost Lead", "Not Qualified"],
        flags: &[Flag { column: &["CONVERTED", "Is Converted"], holds: Holds::Yes, outcome: Outcome::Won }],
        shortened: true,
        remarks: &[ZONE, "a lead is won when it is converted"],
        ..Preset::PLAIN
    },
];
