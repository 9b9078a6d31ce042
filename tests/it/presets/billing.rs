//! Stripe: subscriptions of the dashboard, in UTC whatever zone the report is in.

use super::{accounts, check, column, expect_preset, value_sum};

const SUBSCRIPTIONS: &str = "id,Customer ID,Customer Email,Plan,Product,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start (UTC),Start Date (UTC),Current Period Start (UTC),Current Period End (UTC),Trial Start (UTC),Trial End (UTC),Canceled At (UTC),Cancel At Period End,Ended At (UTC)
sub_1,cus_1,a@example.com,price_1,prod_1,1,eur,month,29.00,active,2024-03-05 14:22,2024-03-05 14:22,2024-03-05 14:22,2025-03-05 14:22,2025-04-05 14:22,,,,false,
sub_2,cus_2,b@example.com,price_2,prod_1,1,eur,year,290.10,canceled,2024-03-06 14:22,2024-03-06 14:22,2024-03-06 14:22,2025-03-06 14:22,2025-04-06 14:22,,,2025-02-01 10:00,true,2025-03-06 14:22
sub_3,cus_3,c@example.com,price_2,prod_1,1,eur,year,290.10,incomplete_expired,2024-03-07 14:22,2024-03-07 14:22,2024-03-07 14:22,2024-03-07 14:22,2025-03-07 14:22,,,,false,2024-03-08 14:22
";

#[test]
fn subscriptions_are_read_in_utc() {
    let run = check("subscriptions.csv", SUBSCRIPTIONS, &[]);
    expect_preset(&run, Some("stripe-subscriptions"));
    // A subscription that was never paid is none.
    assert_eq!((accounts(&run), value_sum(&run)), ([3, 2, 0, 0, 1], "319.1".into()));
    for (role, name) in [
        ("customer", "Customer ID"),
        ("start", "Start Date (UTC)"),
        ("end", "Ended At (UTC)"),
        ("amount", "Amount"),
        ("interval", "Interval"),
        ("plan", "Plan"),
    ] {
        assert_eq!(column(&run, role), name, "{}", run.block());
    }
    let plain = "customer,start,end,amount,interval,plan
cus_1,2024-03-05T14:22:00Z,,29.00,month,price_1
cus_2,2024-03-06T14:22:00Z,2025-03-06T14:22:00Z,290.10,year,price_2
";
    let times = |run: &crate::world::Run| run.table("sources").rows[0]["first"].clone();
    let zone = ["--timezone", "America/New_York"];
    let twin = check("plain.csv", plain, &zone);
    assert_eq!(times(&check("subscriptions.csv", SUBSCRIPTIONS, &zone)), times(&twin));
    assert_eq!(value_sum(&run), value_sum(&twin));
    // A zone that is said holds.
    let told = check("subscriptions.csv", SUBSCRIPTIONS, &["--source-timezone", "America/New_York"]);
    assert_ne!(times(&told), times(&run));
}
