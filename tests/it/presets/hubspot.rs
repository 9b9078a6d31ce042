//! `HubSpot`: headers with quotes in them, internal names, lifecycle dates of contacts.

use super::{accounts, column, entered, same};

const PLAIN: &str = "deal_id,created,closed,status,amount,first_date,second_date,won_date,lost_date
101,2025-01-05 09:12,2025-03-01 10:00,Closed Won,5000,2025-01-05 09:12,2025-02-10 11:00,2025-03-01 10:00,
102,2025-01-06 09:12,2025-02-11 10:00,Closed Lost,2500,2025-01-06 09:12,,,2025-02-11 10:00
103,2025-01-07 09:12,2025-06-30 10:00,Contract Sent,,2025-01-07 09:12,2025-02-12 08:00,,
";
const STEPS: &str = "Appointment Scheduled,Contract Sent,Closed Won";

fn deals(dates: [&str; 4]) -> String {
    let dates = dates.map(|header| format!("\"{}\"", header.replace('"', "\"\""))).join(",");
    format!(
        r#""Record ID","Deal Name","Amount","Close Date","Create Date","Deal Stage","Pipeline","Is Closed Won","Is closed lost",{dates}
"101","Alpha","5000","2025-03-01 10:00","2025-01-05 09:12","Closed Won","Sales Pipeline","true","false","2025-01-05 09:12","2025-02-10 11:00","2025-03-01 10:00",""
"102","Beta","2500","2025-02-11 10:00","2025-01-06 09:12","Closed Lost","Sales Pipeline","false","true","2025-01-06 09:12","","","2025-02-11 10:00"
"103","Gamma","","2025-06-30 10:00","2025-01-07 09:12","Contract Sent","Sales Pipeline","false","false","2025-01-07 09:12","2025-02-12 08:00","",""
"#
    )
}

#[track_caller]
fn same_deals(export: &str, stage: fn(&str) -> String) {
    let plain = PLAIN.replace("Closed Won", &stage("Closed Won")).replace("Closed Lost", &stage("Closed Lost"));
    let plain = plain.replace("Contract Sent", &stage("Contract Sent"));
    let steps: Vec<String> = STEPS.split(',').map(stage).collect();
    let world = crate::world::World::new();
    world.file("deals.csv", export).file("plain.csv", &plain);
    let steps_word = steps.join(",");
    let run = world.run(&["conversion", "deals.csv", "--steps", &steps_word, "--format", "json"]);
    let dates = ["first_date", "second_date", "won_date"];
    let dates: Vec<String> = steps.iter().zip(dates).map(|(step, column)| format!("{step}={column}")).collect();
    let mut told = vec!["conversion", "plain.csv", "--steps", &steps_word, "--format", "json"];
    for date in &dates {
        told.extend(["--stage-date", date]);
    }
    let twin = world.run(&told);
    super::expect_preset(&run, Some("hubspot-deals"));
    assert_eq!(run.tables_text(), twin.tables_text(), "{}\n{}", run.block(), twin.block());
    assert_eq!((entered(&run), accounts(&run)), (vec![3, 2, 1], [3, 3, 0, 0, 0]));
}

#[test]
fn deals_with_quoted_stage_dates() {
    let stages = ["Appointment Scheduled", "Contract Sent", "Closed Won", "Closed Lost"];
    let as_it_is = str::to_owned;
    same_deals(
        &deals(stages.map(|stage| format!("Date entered \"{stage} (Sales Pipeline)\"")).each_ref().map(String::as_str)),
        as_it_is,
    );
    same_deals(&deals(stages.map(|stage| format!("Date entered '{stage}'")).each_ref().map(String::as_str)), as_it_is);
    same_deals(&deals(stages.map(|stage| format!("Date entered {stage}")).each_ref().map(String::as_str)), as_it_is);
}

#[test]
fn deals_with_internal_names() {
    let internal = |label: &str| label.to_lowercase().replace(' ', "");
    for prefix in ["hs_v2_date_entered_", "hs_date_entered_"] {
        let export = format!(
            "hs_object_id,dealname,amount,createdate,closedate,dealstage,pipeline,hs_is_closed_won,{prefix}appointmentscheduled,{prefix}contractsent,{prefix}closedwon,{prefix}closedlost
101,Alpha,5000,2025-01-05T09:12:00Z,2025-03-01T10:00:00Z,closedwon,default,true,2025-01-05T09:12:00Z,2025-02-10T11:00:00Z,2025-03-01T10:00:00Z,
102,Beta,2500,2025-01-06T09:12:00Z,2025-02-11T10:00:00Z,closedlost,default,false,2025-01-06T09:12:00Z,,,2025-02-11T10:00:00Z
103,Gamma,,2025-01-07T09:12:00Z,2025-06-30T10:00:00Z,contractsent,default,false,2025-01-07T09:12:00Z,2025-02-12T08:00:00Z,,
"
        );
        same_deals(&export, internal);
    }
}

/// Stages that are numbers end as the columns say: nobody could know `1164152`.
#[test]
fn stages_by_number_end_as_the_columns_say() {
    let export = "hs_object_id,dealname,amount,createdate,closedate,dealstage,hs_is_closed_won,hs_is_closed
1,Alpha,10,2025-01-05T09:12:00Z,2025-03-01T10:00:00Z,1164152,true,true
2,Beta,20,2025-01-06T09:12:00Z,2025-02-11T10:00:00Z,1164153,false,true
3,Gamma,30,2025-01-07T09:12:00Z,,1164150,false,false
";
    let plain = "deal_id,created,closed,status,amount
1,2025-01-05T09:12:00Z,2025-03-01T10:00:00Z,Won,10
2,2025-01-06T09:12:00Z,2025-02-11T10:00:00Z,Lost,20
3,2025-01-07T09:12:00Z,,Open,30
";
    let world = crate::world::World::new();
    world.file("deals.csv", export).file("plain.csv", plain);
    let run = world.run(&["conversion", "deals.csv", "--steps", "Created,1164152", "--format", "json"]);
    let twin = world.run(&["conversion", "plain.csv", "--steps", "Created,Won", "--format", "json"]);
    let named = twin.tables_text().replace("\"Won\"", "\"1164152\"");
    assert_eq!(run.tables_text(), named, "{}", run.block());
    assert_eq!(run.table("steps").counts("dropped"), [1, 0]);
}

#[test]
fn contacts_by_their_lifecycle() {
    let contacts = r#""Record ID","First Name","Email","Lifecycle Stage","Lead Status","Create Date","Became a Lead Date","Became a Marketing Qualified Lead Date","Became an Opportunity Date","Became a Customer Date"
"1","A","a@example.com","Customer","Connected","2025-01-01 08:00","2025-01-01 08:00","2025-01-03 08:00","2025-02-01 08:00","2025-03-01 08:00"
"2","B","b@example.com","Marketing Qualified Lead","","2025-01-02 08:00","2025-01-02 08:00","2025-01-05 08:00","",""
"3","C","c@example.com","Lead","Unqualified","2025-01-03 08:00","2025-01-03 08:00","","",""
"#;
    let plain = "deal_id,stage,status,created,lead_date,mql_date,opportunity_date,customer_date
1,Customer,Won,2025-01-01 08:00,2025-01-01 08:00,2025-01-03 08:00,2025-02-01 08:00,2025-03-01 08:00
2,MQL,,2025-01-02 08:00,2025-01-02 08:00,2025-01-05 08:00,,
3,Lead,Lost,2025-01-03 08:00,2025-01-03 08:00,,,
";
    let world = crate::world::World::new();
    world.file("contacts.csv", contacts).file("plain.csv", plain);
    let steps = ["--steps", "Lead,Marketing Qualified Lead,Opportunity,Customer", "--format", "json"];
    let run = world.run(&[&["conversion", "contacts.csv"][..], &steps].concat());
    let dates = ["Lead=lead_date", "Marketing Qualified Lead=mql_date", "Opportunity=opportunity_date"];
    let mut told = vec!["conversion", "plain.csv", "--won", "Customer,Won", "--stage-date", "Customer=customer_date"];
    told.extend(dates.iter().flat_map(|date| ["--stage-date", date]));
    let twin = world.run(&[&told[..], &steps].concat());
    super::expect_preset(&run, Some("hubspot-contacts"));
    assert_eq!(run.tables_text(), twin.tables_text(), "{}\n{}", run.block(), twin.block());
    assert_eq!((entered(&run), run.table("steps").counts("dropped")), (vec![3, 2, 1, 1], vec![1, 0, 0, 0]));
}

#[test]
fn the_amount_in_the_company_s_currency_is_read() {
    let export = r#""Record ID","Deal Name","Amount","Amount in company currency","Close Date","Create Date","Deal Stage"
"1","Alpha","1000","1100.50","2025-03-01 10:00","2025-01-05 09:12","Closed Won"
"#;
    let plain = "deal_id,amount,closed,created,status\n1,1100.5,2025-03-01 10:00,2025-01-05 09:12,Closed Won\n";
    let run = same("hubspot-deals", ("deals.csv", export), plain, &["--steps", "Created,Closed Won"]);
    assert_eq!(column(&run, "amount"), "Amount in company currency");
}
