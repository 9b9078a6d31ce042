//! One export of each vendor, and tables as people write them by hand.

use super::super::{Given, infer_kind, resolve};
use super::{columns, given, read, stages};
use crate::error::{Error, ErrorKind};
use crate::model::kind::{Kind, Role};
use std::collections::BTreeMap;

#[test]
fn reads_maven_in_english_and_french() {
    assert_eq!(
        read("opportunity_id|sales_agent|product|account|deal_stage|engage_date|close_date|close_value"),
        "deals: id=opportunity_id created=engage_date closed=close_date status=deal_stage amount=close_value"
    );
    assert_eq!(
        read("N° opportunité|Commercial|Produit|Compte|Étape|Date d'engagement|Date de clôture|Montant (€)"),
        "deals: id=N° opportunité created=Date d'engagement closed=Date de clôture status=Étape amount=Montant (€)"
    );
    assert_eq!(
        read("opportunity_id|deal_stage|engage_date|close_date|close_value|engage_quarter|close_quarter"),
        "deals: id=opportunity_id created=engage_date closed=close_date status=deal_stage amount=close_value"
    );
}

#[test]
fn reads_salesforce() {
    assert_eq!(
        read(
            "Id|AccountId|Name|StageName|Amount|Probability|ExpectedRevenue|CloseDate|Type|LeadSource|IsClosed|IsWon|\
             CampaignId|OwnerId|CreatedDate|LastModifiedDate|SystemModstamp|LastActivityDate|LastStageChangeDate"
        ),
        "deals: id=Id created=CreatedDate closed=CloseDate status=StageName amount=Amount"
    );
    assert_eq!(
        read("Opportunity ID|Opportunity Name|Account Name|Stage|Amount|Close Date|Created Date|Probability (%)|Age"),
        "deals: id=Opportunity ID created=Created Date closed=Close Date status=Stage amount=Amount"
    );
    assert_eq!(
        read("Id|OpportunityId|CreatedById|CreatedDate|StageName|Amount|ExpectedRevenue|CloseDate|SystemModstamp"),
        "history: id=OpportunityId time=CreatedDate value=Amount stage=StageName"
    );
    assert_eq!(
        read("_fivetran_active|_fivetran_start|_fivetran_end|amount|close_date|created_date|id|stage_name"),
        "history: id=id time=_fivetran_start value=amount stage=stage_name"
    );
    assert_eq!(
        read(
            "Id|Status|IsConverted|ConvertedDate|ConvertedOpportunityId|LeadSource|CreatedDate|Company|LastActivityDate"
        ),
        "deals: id=Id created=CreatedDate status=Status"
    );
}

#[test]
fn reads_hubspot() {
    let header = "Record ID|Amount|Amount in company currency|Close Date|Closed Lost Reason|Create Date|Days to close|\
                  Deal Name|Deal Stage|Deal Type|Is Closed (numeric)|Is Closed Won|Last Activity Date|Last Contacted|\
                  Last Modified Date|Next Activity Date|Original Traffic Source|Owner assigned date|Pipeline|\
                  Date entered \"Demo (Sales Pipeline)\"|Date exited \"Demo (Sales Pipeline)\"|\
                  Date entered \"Closed Won (Sales Pipeline)\"";
    assert_eq!(
        read(header),
        "deals: id=Record ID created=Create Date closed=Close Date status=Deal Stage amount=Amount"
    );
    assert_eq!(stages(header), ["Demo@19", "Closed Won@21"]);
    assert_eq!(
        read("Record ID|Email|Lifecycle Stage|Lead Status|Create Date|Became a Lead Date|Became a Customer Date"),
        "deals: id=Record ID stage=Lifecycle Stage created=Create Date status=Lead Status"
    );
    assert_eq!(
        read(
            "deal_id|deal_pipeline_id|deal_pipeline_stage_id|owner_id|property_amount|property_closedate|property_createdate"
        ),
        "deals: id=deal_id created=property_createdate closed=property_closedate status=deal_pipeline_stage_id \
         amount=property_amount"
    );
}

#[test]
fn reads_pipedrive_in_three_languages() {
    assert_eq!(
        read(
            "Deal - ID|Deal - Title|Deal - Value|Deal - Stage|Deal - Status|Deal - Deal created|\
             Deal - Expected close date|Deal - Won time|Deal - Lost time|Deal - Deal closed on|Deal - Last stage change"
        ),
        "deals: id=Deal - ID stage=Deal - Stage created=Deal - Deal created closed=Deal - Deal closed on \
         status=Deal - Status amount=Deal - Value"
    );
    let french = "Affaire - ID|Affaire - Titre|Affaire - Statut|Affaire - Étape|Affaire - Raison de la perte|\
                  Affaire - Valeur|Affaire - Affaire créée|Affaire - Date de gain|Affaire - Date de perte|\
                  Affaire - Heure de mise à jour|Activité - Date d’ajout";
    assert_eq!(
        read(french),
        "deals: id=Affaire - ID stage=Affaire - Étape created=Affaire - Affaire créée status=Affaire - Statut \
         amount=Affaire - Valeur"
    );
    assert_eq!(stages(french), ["Won@7", "Lost@8"]);
    assert_eq!(
        read("Obchod - ID|Obchod - Fáze|Obchod - Stav|Obchod - Hodnota|Obchod - Obchod vytvořen|Obchod - Datum výhry"),
        "deals: id=Obchod - ID stage=Obchod - Fáze created=Obchod - Obchod vytvořen status=Obchod - Stav \
         amount=Obchod - Hodnota"
    );
}

#[test]
fn reads_zoho_and_olist() {
    assert_eq!(
        read(
            "Potential Name|Created Time|Closing Date|Amount|Expected Revenue|Stage|Type|Lead Source|LEADID|Campaign Id"
        ),
        "deals: id=LEADID created=Created Time closed=Closing Date status=Stage amount=Amount"
    );
    assert_eq!(read("mql_id|first_contact_date|landing_page_id|origin"), "deals: id=mql_id created=first_contact_date");
}

#[test]
fn reads_subscriptions() {
    assert_eq!(
        read(
            "id|Customer ID|Customer Email|Plan|Product|Quantity|Currency|Interval|Amount|Status|Created (UTC)|\
             Start (UTC)|Start Date (UTC)|Current Period Start (UTC)|Trial End (UTC)|Canceled At (UTC)|Ended At (UTC)"
        ),
        "subscriptions: amount=Amount customer=Customer ID start=Start Date (UTC) end=Ended At (UTC) \
         interval=Interval plan=Plan"
    );
    assert_eq!(
        read("customer|start|end|amount|interval|plan"),
        "subscriptions: amount=amount customer=customer start=start end=end interval=interval plan=plan"
    );
}

#[test]
fn reads_customers_and_orders() {
    assert_eq!(
        read("customerID|gender|tenure|Contract|MonthlyCharges|TotalCharges|Churn"),
        "customers: amount=MonthlyCharges customer=customerID tenure=tenure churned=Churn"
    );
    assert_eq!(
        read("customer_id|date|number_of_cds|dollar_value"),
        "orders: time=date amount=dollar_value customer=customer_id quantity=number_of_cds"
    );
    assert_eq!(
        read("order_id|customer_id|order_date|status|total_amount"),
        "orders: time=order_date amount=total_amount customer=customer_id"
    );
    assert_eq!(
        read("Client|Date de commande|Montant HT"),
        "orders: time=Date de commande amount=Montant HT customer=Client"
    );
}

#[test]
fn reads_ad_costs() {
    assert_eq!(
        read(
            "Day|Campaign status|Campaign|Budget|Campaign ID|Currency code|Impr.|Interactions|Clicks|CTR|Avg. CPC|Cost"
        ),
        "spend: time=Day cost=Cost campaign=Campaign clicks=Clicks impressions=Impr."
    );
    assert_eq!(
        read("Jour|Campagne|Code de la devise|Coût|Impr.|Clics|Conversions"),
        "spend: time=Jour cost=Coût campaign=Campagne clicks=Clics impressions=Impr."
    );
    assert_eq!(
        read("Tag|Kampagne|Währungscode|Kosten|Impr.|Klicks"),
        "spend: time=Tag cost=Kosten campaign=Kampagne clicks=Klicks impressions=Impr."
    );
    assert_eq!(
        read("Jour|Nom de la campagne|Montant dépensé (USD)|Impressions|Clics sur un lien"),
        "spend: time=Jour cost=Montant dépensé (USD) campaign=Nom de la campagne clicks=Clics sur un lien \
         impressions=Impressions"
    );
    assert_eq!(
        read("Campaign name|Day|Amount spent (EUR)|Impressions|Reach|Link clicks|Cost per results|Reporting starts"),
        "spend: time=Day cost=Amount spent (EUR) campaign=Campaign name clicks=Link clicks impressions=Impressions"
    );
    assert_eq!(
        read("CAMPAIGN_ID|STAT_TIME_HOUR|COST_PER_CONVERSION|IMPRESSIONS|CLICKS|SPEND"),
        "spend: time=STAT_TIME_HOUR cost=SPEND campaign=CAMPAIGN_ID clicks=CLICKS impressions=IMPRESSIONS"
    );
    assert_eq!(read("date|channel|cost"), "spend: time=date cost=cost channel=channel");
}

#[test]
fn amounts_in_millionths_are_not_taken_in_silence() {
    let columns = columns("customer_id|date|campaign_id|clicks|cost_micros|impressions");
    let problem = resolve(Kind::Spend, &columns, &BTreeMap::new()).expect_err("no cost");
    let error = Error::from(problem);
    assert_eq!(error.kind, ErrorKind::Data);
    assert!(error.hint.expect("has a hint").contains("millionths"));
    assert!(resolve(Kind::Spend, &columns, &given(&[(Role::Cost, "cost_micros")])).is_ok());
}

#[test]
fn reads_event_exports() {
    assert_eq!(read("id|user_id|event|timestamp|amount"), "events: id=user_id event=event time=timestamp");
    assert_eq!(read("id|event|time"), "events: id=id event=event time=time");
    assert_eq!(
        read("id|anonymous_id|user_id|event|event_text|received_at|sent_at|original_timestamp|timestamp|context_ip"),
        "events: id=user_id event=event time=timestamp"
    );
    assert_eq!(
        read("uuid|event|properties|timestamp|distinct_id|person_id|elements_chain"),
        "events: id=person_id event=event time=timestamp"
    );
    assert_eq!(
        read("event_id|name|time|distinct_id|properties|insert_id|device_id|referrer"),
        "events: id=distinct_id event=name time=time"
    );
    assert_eq!(
        read("device_id|id|amplitude_id|client_event_time|event_time|event_type|event_type_id|session_id|user_id|uuid"),
        "events: id=amplitude_id event=event_type time=event_time session=session_id"
    );
    assert_eq!(
        read("date|name|platform|timestamp|traffic_source_source|user_id|user_pseudo_id|param_ga_session_id"),
        "events: id=user_pseudo_id event=name time=timestamp session=param_ga_session_id"
    );
    assert_eq!(
        read("activity_date|activity_type_id|campaign_id|id|lead_id|primary_attribute_value"),
        "events: id=lead_id event=activity_type_id time=activity_date"
    );
}

#[test]
fn reads_history_and_touches() {
    assert_eq!(read("deal_id|stage|changed_at"), "history: id=deal_id time=changed_at stage=stage");
    assert_eq!(read("id|stage|time"), "history: id=id time=time stage=stage");
    assert_eq!(read("lead_id|status|timestamp"), "history: id=lead_id time=timestamp stage=status");
    assert_eq!(read("user_id|timestamp|channel"), "touches: id=user_id time=timestamp channel=channel");
    assert_eq!(read("user_id|time|channel|cost"), "touches: id=user_id time=time cost=cost channel=channel");
}

#[test]
fn vendors_stage_dates_keep_what_tells_stages_apart() {
    let base = "id|created|";
    assert_eq!(stages(&format!("{base}Date entered 'On Hold'|Date entered Won")), ["On Hold@2", "Won@3"]);
    let two = "Date entered \"Demo (Sales Pipeline)\"|Date entered \"Demo (Partner Pipeline)\"|Date entered \"New (Sales Pipeline)\"";
    assert_eq!(stages(&format!("{base}{two}")), ["Demo (Sales Pipeline)@2", "Demo (Partner Pipeline)@3", "New@4"]);
    assert_eq!(stages(&format!("{base}Date entered \"Demo (online)\"")), ["Demo (online)@2"]);
    assert_eq!(
        stages(&format!("{base}hs_v2_date_entered_closedwon|hs_v2_date_exited_closedwon|hs_date_entered_closedwon")),
        ["closedwon@2"]
    );
    assert_eq!(stages(&format!("{base}property_hs_date_entered_1164152")), ["1164152@2"]);
    assert_eq!(
        stages(&format!("{base}Became a Marketing Qualified Lead Date|Became an Opportunity Date|demo_date|call_date")),
        ["Marketing Qualified Lead@2", "Opportunity@3"]
    );
}

#[test]
fn tells_a_kind_by_a_column_that_cannot_be_read_unasked() {
    let kind = |header: &str| infer_kind(&columns(header), &Given::default());
    assert_eq!(kind("customer_id|date|campaign_id|clicks|cost_micros|impressions"), Ok(Kind::Spend));
    assert_eq!(kind("Campaign name|Reporting starts|Reporting ends|Amount spent (EUR)|Impressions"), Ok(Kind::Spend));
    assert_eq!(kind("id|created|customer_id|start_date|ended_at|status|quantity"), Ok(Kind::Subscriptions));
    assert_eq!(
        kind("customer_oid|subscription_started_at|subscription_canceled_at|plan_amount|plan_interval"),
        Ok(Kind::Subscriptions)
    );
}
