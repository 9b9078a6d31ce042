//! Zoho CRM: dates with the month in letters, amounts shortened to thousands.

use super::{accounts, check, column, entered, finding, same, value_sum};

const DEALS: &str = r#""Potential Name","Potential Owner","Created Time","Closing Date","Amount","Expected Revenue","Stage","Lead Source","LEADID"
"Alpha","Jo","15 Apr, 2021 00:03:00","20 May, 2021 00:00:00","$22,700.00","$22,700.00","Closed Won","Web","1001"
"Beta","Jo","16 Apr, 2021 10:13:00","21 May, 2021 00:00:00","$1,117.10K","$0.00","Closed Lost","Web","1002"
"Gamma","Jo","17 Apr, 2021 11:30:00","30 Jun, 2021 00:00:00","$950.00","$475.00","Negotiation","Ads","1003"
"#;

#[test]
fn deals_with_its_dates_and_amounts() {
    let plain = "deal_id,created,closed,amount,status
1,2021-04-15 00:03:00,2021-05-20 00:00:00,22700,Closed Won
2,2021-04-16 10:13:00,2021-05-21 00:00:00,1117100,Closed Lost
3,2021-04-17 11:30:00,2021-06-30 00:00:00,950,Negotiation
";
    let run = same("zoho-deals", ("potentials.csv", DEALS), plain, &["--steps", "Created,Negotiation,Closed Won"]);
    assert_eq!(entered(&run), [3, 2, 1]);
    let run = check("potentials.csv", DEALS, &[]);
    // 22,700 + 1,117,100 + 950.
    assert_eq!(value_sum(&run), "1140750", "{}", run.block());
    assert!(finding(&run, "preset").contains("rounded by Zoho"), "{}", run.block());
}

/// A shortened amount is none where nobody says that the vendor writes them.
#[test]
fn a_shortened_amount_is_a_reject_elsewhere() {
    let run = check("potentials.csv", DEALS, &["--preset", "none", "--max-rejects", "50%"]);
    assert_eq!(accounts(&run), [3, 2, 1, 0, 0], "{}", run.block());
}

#[test]
fn newer_deals_have_a_record_id() {
    let export = r#""Record Id","Deal Name","Deal Owner","Created Time","Closing Date","Amount","Stage"
"zcrm_25842000000262376","Alpha","Jo","2025-01-02 09:00:00","2025-02-01","100.00","Closed Won"
"#;
    let plain = "deal_id,created,closed,amount,status\n1,2025-01-02 09:00:00,2025-02-01,100,Closed Won\n";
    let run = same("zoho-deals", ("deals.csv", export), plain, &["--steps", "Created,Closed Won"]);
    assert_eq!(column(&run, "id"), "Record Id");
}

#[test]
fn leads_are_won_when_converted() {
    let leads = r#""LEADID","Last Name","Company","Lead Owner","Lead Source","Lead Status","Created Time","CONVERTED"
"1","A","Acme","Jo","Web","Pre Qualified","15 Apr, 2021 00:03:00","true"
"2","B","Beta","Jo","Web","Contacted","16 Apr, 2021 00:03:00","false"
"3","C","Gamma","Jo","Ads","Junk Lead","17 Apr, 2021 00:03:00","false"
"#;
    let plain = "deal_id,status,created
1,Won,2021-04-15 00:03:00
2,Contacted,2021-04-16 00:03:00
3,Lost,2021-04-17 00:03:00
";
    let world = crate::world::World::new();
    world.file("leads.csv", leads).file("plain.csv", plain);
    let run = world.run(&["conversion", "leads.csv", "--steps", "Created,Contacted,Pre Qualified", "--format", "json"]);
    let twin = world.run(&["conversion", "plain.csv", "--steps", "Created,Contacted,Won", "--format", "json"]);
    super::expect_preset(&run, Some("zoho-leads"));
    assert_eq!(run.tables_text(), twin.tables_text().replace("\"Won\"", "\"Pre Qualified\""), "{}", run.block());
    assert_eq!((entered(&run), run.table("steps").counts("dropped")), (vec![3, 2, 1], vec![1, 0, 0]));
}
