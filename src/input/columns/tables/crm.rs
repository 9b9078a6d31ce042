//! Headers of CRM exports: Salesforce, `HubSpot`, Pipedrive (English, French, Czech), Zoho, Marketo, and their copies in
//! warehouses.

use super::{DEALS, EVENTS, Entry, HISTORY, PEOPLE, entry};
use crate::model::kind::Role;

pub(super) const TABLE: &[Entry] = &[
    // Salesforce: reports say "Opportunity ID", the API says "Id"; both fold to general names.
    entry(HISTORY, Role::Time, 8, &["_fivetran_start"]),
    entry(HISTORY, Role::Time, 52, &["last modified date"]),
    entry(HISTORY, Role::Time, 62, &["system modstamp"]),
    // HubSpot; its warehouse copies put `property_` before the names.
    entry(DEALS, Role::Id, 12, &["hs_object_id", "property_hs_object_id", "deal record id", "contact record id"]),
    entry(DEALS, Role::Created, 14, &["property_createdate", "hs_createdate", "property_hs_createdate"]),
    entry(DEALS, Role::Closed, 14, &["property_closedate", "hs_closed_date"]),
    entry(DEALS, Role::Amount, 13, &["property_amount"]),
    entry(DEALS, Role::Amount, 24, &["amount in company currency"]),
    entry(DEALS, Role::Status, 51, &["property_dealstage", "deal_pipeline_stage_id"]),
    entry(DEALS, Role::Stage, 11, &["property_dealstage", "deal_pipeline_stage_id"]),
    entry(DEALS, Role::Status, 60, &["lifecycle stage", "property_lifecyclestage"]),
    entry(DEALS, Role::Stage, 20, &["lifecycle stage", "property_lifecyclestage"]),
    entry(HISTORY, Role::Stage, 14, &["lifecycle stage"]),
    // Pipedrive writes "Entity - Field"; "Deal - Stage" folds to the general name.
    entry(DEALS, Role::Created, 14, &["deal - deal created"]),
    entry(DEALS, Role::Created, 15, &["deal - add time", "add time"]),
    entry(DEALS, Role::Closed, 14, &["deal - deal closed on", "deal - closed on", "deal - close time"]),
    entry(DEALS, Role::Status, 53, &["deal - stage (pipeline)"]),
    entry(DEALS, Role::Stage, 13, &["deal - stage (pipeline)"]),
    entry(DEALS, Role::Id, 20, &["deal - pipedrive system id", "affaire - id", "obchod - id"]),
    entry(DEALS, Role::Created, 14, &["affaire - affaire créée", "affaire - date de création"]),
    entry(DEALS, Role::Created, 15, &["affaire - date d'ajout", "obchod - obchod vytvořen", "obchod - čas přidání"]),
    entry(
        DEALS,
        Role::Closed,
        14,
        &["affaire - affaire fermée le", "affaire - fermée le", "affaire - date de clôture"],
    ),
    entry(DEALS, Role::Closed, 15, &["obchod - uzavřeno", "obchod - datum uzavření"]),
    entry(DEALS, Role::Status, 12, &["affaire - statut", "obchod - stav"]),
    entry(DEALS, Role::Status, 50, &["affaire - étape", "obchod - fáze"]),
    entry(DEALS, Role::Stage, 10, &["affaire - étape", "obchod - fáze"]),
    entry(DEALS, Role::Amount, 12, &["affaire - valeur", "obchod - hodnota"]),
    entry(HISTORY, Role::Id, 20, &["item id"]),
    entry(HISTORY, Role::Time, 18, &["log time"]),
    // Zoho.
    entry(DEALS, Role::Id, 18, &["potential id"]),
    // Marketo: a file per activity.
    entry(EVENTS, Role::Event, 34, &["activity type id"]),
    // Leads of other CRMs and forms.
    entry(PEOPLE, Role::Id, 24, &["mql id"]),
];
