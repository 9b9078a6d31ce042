//! Salesforce: reports, and objects as Data Loader, the weekly export and warehouses write them.

use super::{Flag, Holds, Ids, Preset, RowTest, Signature};
use crate::model::kind::{Kind, Role};
use crate::model::outcome::Outcome;

/// Deleted records stand in full exports.
const DELETED: RowTest = RowTest::Is { column: &["IsDeleted"], words: &["true", "1"] };

const ENDED: &[Flag] = &[
    Flag { column: &["IsWon", "Won"], holds: Holds::Yes, outcome: Outcome::Won },
    Flag { column: &["IsClosed", "Closed"], holds: Holds::Yes, outcome: Outcome::Lost },
];

/// The lines under every record of a report, whatever its language.
const FOOTER: &[&str] = &["salesforce.com", "confidential information - do not distribute"];

const ZONE: &str = "dates and times of a report are those of the person who ran it";

pub(super) const TABLE: &[Preset] = &[
    Preset {
        name: "salesforce-opportunity-field-history",
        title: "Salesforce OpportunityFieldHistory",
        kind: Kind::History,
        signature: Signature {
            all: &[&["OpportunityId"], &["Field"], &["NewValue"], &["OldValue"], &["CreatedDate"]],
            ..Preset::PLAIN.signature
        },
        roles: &[(Role::Id, &["OpportunityId"]), (Role::Stage, &["NewValue"]), (Role::Time, &["CreatedDate"])],
        left_out: &[RowTest::NoneIs(&[(&["Field", "Field / Event"], &["StageName", "Stage"])]), DELETED],
        ids: Ids::Salesforce,
        remarks: &[
            "the stage before an opportunity's first change has no row: give the opportunities too (--deals)",
            "Salesforce keeps field history for 18 to 24 months only",
        ],
        ..Preset::PLAIN
    },
    Preset {
        name: "salesforce-opportunity-history",
        title: "Salesforce OpportunityHistory",
        kind: Kind::History,
        signature: Signature {
            all: &[&["OpportunityId"], &["StageName"], &["CreatedDate"]],
            some: (2, &["ForecastCategory", "ExpectedRevenue", "Probability", "SystemModstamp", "CloseDate"]),
            ..Preset::PLAIN.signature
        },
        roles: &[
            (Role::Id, &["OpportunityId"]),
            (Role::Stage, &["StageName"]),
            (Role::Time, &["CreatedDate"]),
            (Role::Value, &["Amount"]),
        ],
        left_out: &[DELETED],
        ids: Ids::Salesforce,
        remarks: &["a row per save: rows that change the amount or the close date repeat the stage"],
        ..Preset::PLAIN
    },
    Preset {
        name: "salesforce-opportunity",
        title: "Salesforce Opportunity",
        kind: Kind::Deals,
        signature: Signature {
            all: &[&["Id"], &["StageName"], &["CreatedDate"]],
            some: (
                2,
                &["IsWon", "IsClosed", "OwnerId", "AccountId", "SystemModstamp", "ForecastCategory", "CloseDate"],
            ),
            none: &["OpportunityId", "_fivetran_start"],
            ..Preset::PLAIN.signature
        },
        roles: &[
            (Role::Id, &["Id"]),
            (Role::Created, &["CreatedDate"]),
            (Role::Closed, &["CloseDate"]),
            (Role::Status, &["StageName"]),
            (Role::Amount, &["Amount"]),
        ],
        flags: ENDED,
        left_out: &[DELETED],
        ids: Ids::Salesforce,
        remarks: &["the close date of an open opportunity is the expected one and is not used"],
        ..Preset::PLAIN
    },
    Preset {
        name: "salesforce-lead",
        title: "Salesforce Lead",
        kind: Kind::Deals,
        signature: Signature {
            all: &[&["Id", "Lead ID"], &["Status", "Lead Status"], &["CreatedDate", "Create Date", "Created Date"]],
            some: (
                2,
                &[
                    "IsConverted",
                    "Converted",
                    "ConvertedDate",
                    "Converted Date",
                    "ConvertedOpportunityId",
                    "ConvertedContactId",
                    "ConvertedAccountId",
                ],
            ),
            ..Preset::PLAIN.signature
        },
        roles: &[
            (Role::Id, &["Id", "Lead ID"]),
            (Role::Created, &["CreatedDate", "Create Date", "Created Date"]),
            (Role::Closed, &["ConvertedDate", "Converted Date"]),
            (Role::Status, &["Status", "Lead Status"]),
        ],
        won: &["Converted", "Closed - Converted"],
        lost: &["Unqualified", "Closed - Not Converted", "Disqualified"],
        flags: &[
            Flag { column: &["IsConverted", "Converted"], holds: Holds::Yes, outcome: Outcome::Won },
            Flag { column: &["ConvertedDate", "Converted Date"], holds: Holds::Anything, outcome: Outcome::Won },
        ],
        left_out: &[DELETED],
        footer: FOOTER,
        ids: Ids::Salesforce,
        remarks: &[
            "a lead is won when it is converted",
            "link = \"ConvertedOpportunityId\" in funnel.toml joins leads with opportunities",
        ],
        ..Preset::PLAIN
    },
    Preset {
        name: "salesforce-history-report",
        title: "Salesforce report of opportunity history",
        kind: Kind::History,
        signature: Signature {
            all: &[&["Opportunity ID", "Opportunity Name"], &["To Stage"], &["Last Modified", "Last Modified Date"]],
            some: (1, &["From Stage", "Stage Duration", "Last Modified By"]),
            ..Preset::PLAIN.signature
        },
        roles: &[
            (Role::Id, &["Opportunity ID"]),
            (Role::Stage, &["To Stage"]),
            (Role::Time, &["Last Modified", "Last Modified Date"]),
            (Role::Value, &["Amount"]),
        ],
        footer: FOOTER,
        ids: Ids::Salesforce,
        lacking: &[(Role::Id, "add the column Opportunity ID to the report, or name another with --id COLUMN")],
        remarks: &[ZONE],
        ..Preset::PLAIN
    },
    Preset {
        name: "salesforce-report",
        title: "Salesforce report of opportunities",
        kind: Kind::Deals,
        signature: Signature {
            all: &[
                &["Stage"],
                &["Opportunity Name", "Opportunity Owner", "Probability (%)"],
                &["Created Date", "Close Date"],
            ],
            some: (1, &["Opportunity ID", "Account Name", "Amount", "Lead Source", "Fiscal Period", "Owner Role"]),
            none: &["To Stage"],
            ..Preset::PLAIN.signature
        },
        roles: &[
            (Role::Id, &["Opportunity ID"]),
            (Role::Created, &["Created Date"]),
            (Role::Closed, &["Close Date"]),
            (Role::Status, &["Stage"]),
            (Role::Amount, &["Amount"]),
        ],
        flags: ENDED,
        footer: FOOTER,
        ids: Ids::Salesforce,
        lacking: &[
            (Role::Id, "add the column Opportunity ID to the report, or name another with --id COLUMN"),
            (Role::Created, "add the column Created Date to the report, or name another with --created COLUMN"),
        ],
        remarks: &[ZONE, "the close date of an open opportunity is the expected one and is not used"],
        ..Preset::PLAIN
    },
];
