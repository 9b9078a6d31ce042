//! Pipedrive: exports of deals, whose headers are `Deal - Title` in the user's language; and its log of stage changes.

use super::{Names, Preset, RowTest, Signature};
use crate::model::kind::{Kind, Role};

/// Every language has the same columns.
const fn signature(begins: &'static str, all: &'static [Names]) -> Signature {
    Signature { all, some: (0, &[]), none: &[], begins }
}

const ZONE: &str =
    "times are in the account's time zone: --source-timezone says which, else they are read in --timezone";
const NO_HISTORY: &str = "the export has no history of stages: a lost deal's furthest stage is not dated";
const LACKS_ID: &str = "add the deal's ID to the columns of the export, or name another with --id COLUMN";

pub(super) const TABLE: &[Preset] = &[
    Preset {
        name: "pipedrive-deals",
        title: "Pipedrive export of deals",
        kind: Kind::Deals,
        signature: signature("Deal - ", &[&["Deal - Status"]]),
        roles: &[
            (Role::Id, &["Deal - ID", "Deal - Pipedrive System ID"]),
            (Role::Created, &["Deal - Deal created", "Deal - Add time"]),
            (Role::Closed, &["Deal - Deal closed on", "Deal - Closed on", "Deal - Close time"]),
            (Role::Status, &["Deal - Status"]),
            (Role::Stage, &["Deal - Stage", "Deal - Stage (pipeline)"]),
            (Role::Amount, &["Deal - Value"]),
        ],
        left_out: &[RowTest::Is { column: &["Deal - Status"], words: &["deleted"] }],
        lacking: &[(Role::Id, LACKS_ID)],
        remarks: &[ZONE, NO_HISTORY],
        ..Preset::PLAIN
    },
    Preset {
        name: "pipedrive-deals-fr",
        title: "Pipedrive export of deals in French",
        kind: Kind::Deals,
        signature: signature("Affaire - ", &[&["Affaire - Statut"]]),
        roles: &[
            (Role::Id, &["Affaire - ID"]),
            (Role::Created, &["Affaire - Affaire créée", "Affaire - Date de création", "Affaire - Date d'ajout"]),
            (Role::Closed, &["Affaire - Affaire fermée le", "Affaire - Fermée le", "Affaire - Date de clôture"]),
            (Role::Status, &["Affaire - Statut"]),
            (Role::Stage, &["Affaire - Étape"]),
            (Role::Amount, &["Affaire - Valeur"]),
        ],
        left_out: &[RowTest::Is { column: &["Affaire - Statut"], words: &["supprimée", "supprimé"] }],
        lacking: &[(Role::Id, LACKS_ID)],
        remarks: &[ZONE, NO_HISTORY],
        ..Preset::PLAIN
    },
    Preset {
        name: "pipedrive-deals-cs",
        title: "Pipedrive export of deals in Czech",
        kind: Kind::Deals,
        signature: signature("Obchod - ", &[&["Obchod - Stav"]]),
        roles: &[
            (Role::Id, &["Obchod - ID"]),
            (Role::Created, &["Obchod - Obchod vytvořen", "Obchod - Čas přidání"]),
            (Role::Closed, &["Obchod - Uzavřeno", "Obchod - Datum uzavření"]),
            (Role::Status, &["Obchod - Stav"]),
            (Role::Stage, &["Obchod - Fáze"]),
            (Role::Amount, &["Obchod - Hodnota"]),
        ],
        left_out: &[RowTest::Is { column: &["Obchod - Stav"], words: &["smazáno", "odstraněno"] }],
        lacking: &[(Role::Id, LACKS_ID)],
        remarks: &[ZONE, NO_HISTORY],
        ..Preset::PLAIN
    },
    Preset {
        name: "pipedrive-flow",
        title: "Pipedrive's log of changes of deals",
        kind: Kind::History,
        signature: Signature {
            all: &[&["item_id"], &["field_key"], &["new_value"], &["old_value"], &["log_time"]],
            ..Preset::PLAIN.signature
        },
        roles: &[(Role::Id, &["item_id"]), (Role::Stage, &["new_value"]), (Role::Time, &["log_time"])],
        left_out: &[RowTest::NoneIs(&[(&["field_key"], &["stage_id"])])],
        utc: true,
        remarks: &["stages are numbers there: --steps takes them"],
        ..Preset::PLAIN
    },
];
