//! Google Ads and Meta: titles before the header, totals behind the rows, the currency in the header.

use super::{accounts, check, column, expect_preset, value_sum};

const GOOGLE: &str = "Campaign report
\"September 1, 2026 - September 2, 2026\"
Day,Campaign status,Campaign,Budget,Campaign ID,Currency code,Impr.,Interactions,Clicks,CTR,Avg. CPC,Cost,Conversions
2026-09-01,Enabled,Brand,20.00,11,EUR,\"1,000\",50,50,5.00%,0.20,10.10,2.00
2026-09-01,Enabled,Generic,20.00,12,EUR,\"2,500\",25,25,1.00%,1.00,25.25,1.00
2026-09-02,Enabled,Brand,20.00,11,EUR,800,40,40,5.00%,0.25, --,0.00
Total: Campaigns, --, --, --, --,EUR,\"4,300\",115,115,2.67%,0.31,35.35,3.00
Total: Account, --, --,40.00, --,EUR,\"4,300\",115,115,2.67%,0.31,35.35,3.00
";

#[test]
fn google_without_titles_and_totals() {
    let run = check("ads.csv", GOOGLE, &[]);
    expect_preset(&run, Some("google-ads"));
    // Two lines of title, three rows, two totals; a cost of -- is none.
    assert_eq!((accounts(&run), value_sum(&run)), ([7, 3, 0, 0, 4], "35.35".into()), "{}", run.block());
    let roles = ["time", "cost", "campaign", "clicks", "impressions"].map(|role| column(&run, role));
    assert_eq!(roles, ["Day", "Cost", "Campaign", "Clicks", "Impr."]);
    let plain = "date,campaign,cost,clicks,impressions
2026-09-01,Brand,10.10,50,1000
2026-09-01,Generic,25.25,25,2500
2026-09-02,Brand,,40,800
";
    let twin = check("plain.csv", plain, &[]);
    expect_preset(&twin, None);
    let facts = |run: &crate::world::Run| {
        let row = run.table("sources").rows[0].clone();
        ["loaded", "rejected", "first", "last", "value_sum"].map(|name| row[name].clone())
    };
    assert_eq!(facts(&run), facts(&twin));
}

/// What no preset knows is judged like a record: a total row has no date.
#[test]
fn a_total_elsewhere_is_a_reject() {
    let run = check("ads.csv", GOOGLE, &["--preset", "none", "--decimal", ".", "--null", "--", "--max-rejects", "50%"]);
    expect_preset(&run, None);
    assert_eq!(accounts(&run), [7, 3, 2, 0, 2], "{}", run.block());
    let plain = "date,campaign,cost\n2026-09-01,Brand,10\nTotal: all,,10\n";
    assert_eq!(accounts(&check("plain.csv", plain, &["--max-rejects", "50%"])), [2, 1, 1, 0, 0]);
}

#[test]
fn google_in_french_and_german() {
    let french = "Rapport sur les campagnes
1 sept. 2026 - 2 sept. 2026
Jour;Campagne;Code de la devise;Coût;Impr.;Clics;Conversions
2026-09-01;Marque;EUR;10,10;1\u{202f}000;50;2,00
2026-09-02;Marque;EUR;25,25;800;40;0,00
Total\u{a0}: compte; --;EUR;35,35;1\u{202f}800;90;2,00
";
    let run = check("ads.csv", french, &[]);
    expect_preset(&run, Some("google-ads"));
    assert_eq!((accounts(&run), value_sum(&run)), ([5, 2, 0, 0, 3], "35.35".into()), "{}", run.block());
    let german = "Kampagnenbericht
All time
Tag,Kampagne,Währungscode,Kosten,Impr.,Klicks
2026-09-01,Marke,EUR,\"10,10\",\"1.000\",50
2026-09-02,Marke,EUR,\"25,25\",\"2.000\",40
Gesamt: Konto,--,EUR,\"35,35\",\"3.000\",90
";
    let run = check("ads.csv", german, &[]);
    expect_preset(&run, Some("google-ads"));
    assert_eq!((accounts(&run), value_sum(&run)), ([5, 2, 0, 0, 3], "35.35".into()), "{}", run.block());
}

/// Tab-separated UTF-16, as the button "Excel .csv" gives it.
#[test]
fn google_for_excel() {
    let tabs = GOOGLE.replace("\"1,000\"", "1000").replace("\"2,500\"", "2500").replace("\"4,300\"", "4300");
    let tabs =
        tabs.lines().map(|line| if line.contains("September") { line.to_owned() } else { line.replace(',', "\t") });
    let tabs: Vec<String> = tabs.collect();
    let bytes: Vec<u8> =
        std::iter::once(0xfeff_u16).chain(tabs.join("\r\n").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let world = crate::world::World::new();
    world.file("ads.csv", bytes);
    let run = world.run(&["check", "ads.csv", "--format", "json"]);
    expect_preset(&run, Some("google-ads"));
    assert_eq!((accounts(&run), value_sum(&run)), ([7, 3, 0, 0, 4], "35.35".into()), "{}", run.block());
}

#[test]
fn google_without_days_says_what_to_add() {
    let whole = "Campaign report\nAll time\nCampaign status,Campaign,Impr.,Clicks,Cost\nEnabled,Brand,10,1,1.00\n";
    check("ads.csv", whole, &[]).expect_error(3, &["time", "segment Day"]);
}

#[test]
fn meta_with_its_currency_and_summary() {
    let export = "Reporting starts,Reporting ends,Campaign name,Day,Amount spent (EUR),Impressions,Reach,Link clicks,Results,Attribution setting
2026-09-01,2026-09-01,Prospecting,2026-09-01,12.34,\"1,000\",900,30,3,7-day click
2026-09-02,2026-09-02,Prospecting,2026-09-02,20.66,\"1,500\",\"1,200\",41,4,7-day click
2026-09-01,2026-09-02,,,33.00,\"2,500\",\"1,900\",71,7,Multiple attribution settings
";
    let run = check("meta.csv", export, &[]);
    expect_preset(&run, Some("meta-ads"));
    assert_eq!((accounts(&run), value_sum(&run)), ([3, 2, 0, 0, 1], "33".into()), "{}", run.block());
    let roles = ["time", "cost", "campaign", "clicks", "impressions"].map(|role| column(&run, role));
    assert_eq!(roles, ["Day", "Amount spent (EUR)", "Campaign name", "Link clicks", "Impressions"]);
    // A row with a campaign and without a day is no summary.
    let torn = export.replace("Prospecting,2026-09-02,", "Prospecting,,");
    assert_eq!(accounts(&check("meta.csv", &torn, &["--max-rejects", "50%"])), [3, 1, 1, 0, 1]);
}

#[test]
fn meta_in_french_and_by_hand() {
    let french = "Début des rapports,Fin des rapports,Nom de la campagne,Jour,Montant dépensé (EUR),Impressions,Couverture,Résultats,Clics sur un lien
2026-09-01,2026-09-01,Prospection,2026-09-01,\"12,34\",1000,900,3,30
2026-09-02,2026-09-02,Prospection,2026-09-02,\"20,66\",1500,1200,4,41
";
    let by_hand = "Jour;Nom de la campagne;Montant dépensé (USD)
13/08/2026;Prospection;\"1 234,56\"
01/08/2026;Prospection;0,44
";
    for (content, sum) in [(french, "33"), (by_hand, "1235")] {
        let run = check("meta.csv", content, &[]);
        expect_preset(&run, Some("meta-ads"));
        assert_eq!((accounts(&run), value_sum(&run)), ([2, 2, 0, 0, 0], sum.into()), "{}", run.block());
    }
}

#[test]
fn meta_without_days_says_what_to_add() {
    let whole = "Reporting starts,Reporting ends,Campaign name,Amount spent (EUR),Impressions\n2026-09-01,2026-09-30,A,1.00,5\n";
    check("meta.csv", whole, &[]).expect_error(3, &["time", "breakdown by day"]);
}
