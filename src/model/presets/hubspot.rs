//! `HubSpot`: exports of deals and contacts, with labels or internal names as headers. Their stage dates are recognised
//! wherever they stand (`Date entered "..."`, `hs_v2_date_entered_...`, `Became a ... Date`).

use super::{Flag, Holds, Preset, Signature};
use crate::model::kind::{Kind, Role};
use crate::model::outcome::Outcome;

const ID: &[&str] = &["Record ID", "hs_object_id"];
const CREATED: &[&str] = &["Create Date", "createdate", "hs_createdate"];

const ZONE: &str =
    "times are in the account's time zone: --source-timezone says which, else they are read in --timezone";

pub(super) const TABLE: &[Preset] = &[
    Preset {
        name: "hubspot-deals",
        title: "HubSpot export of deals",
        kind: Kind::Deals,
        signature: Signature {
            all: &[ID, &["Deal Stage", "dealstage"]],
            some: (
                1,
                &[
                    "Deal Name",
                    "dealname",
                    "Deal owner",
                    "hubspot_owner_id",
                    "Pipeline",
                    "Is Closed Won",
                    "hs_is_closed_won",
                ],
            ),
            ..Preset::PLAIN.signature
        },
        roles: &[
            (Role::Id, ID),
            (Role::Created, CREATED),
            (Role::Closed, &["Close Date", "closedate"]),
            (Role::Status, &["Deal Stage", "dealstage"]),
            (
                Role::Amount,
                &["Amount in company currency", "amount_in_home_currency", "hs_amount_in_home_currency", "Amount"],
            ),
        ],
        flags: &[
            Flag { column: &["Is Closed Won", "hs_is_closed_won"], holds: Holds::Yes, outcome: Outcome::Won },
            Flag { column: &["Is closed lost", "hs_is_closed_lost"], holds: Holds::Yes, outcome: Outcome::Lost },
            Flag {
                column: &["Is Deal Closed?", "Is Closed (numeric)", "hs_is_closed"],
                holds: Holds::Yes,
                outcome: Outcome::Lost,
            },
        ],
        remarks: &[ZONE, "the amount in the company's currency is read where it is there"],
        ..Preset::PLAIN
    },
    Preset {
        name: "hubspot-contacts",
        title: "HubSpot export of contacts",
        kind: Kind::Deals,
        signature: Signature {
            all: &[ID, &["Lifecycle Stage", "lifecyclestage"]],
            some: (
                1,
                &[
                    "Became a Lead Date",
                    "Became a Customer Date",
                    "Lead Status",
                    "hs_lead_status",
                    "Email",
                    "hs_lifecyclestage_lead_date",
                    "First Name",
                    "firstname",
                ],
            ),
            none: &["Deal Stage", "dealstage"],
            ..Preset::PLAIN.signature
        },
        roles: &[
            (Role::Id, ID),
            (Role::Created, CREATED),
            (Role::Stage, &["Lifecycle Stage", "lifecyclestage"]),
            (Role::Status, &["Lead Status", "hs_lead_status"]),
        ],
        won: &["Customer"],
        lost: &["Unqualified"],
        remarks: &[ZONE, "a contact is won as a customer and lost as unqualified: --won and --lost say otherwise"],
        ..Preset::PLAIN
    },
];
