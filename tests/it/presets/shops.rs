//! Shopify: a row per line of an order, of which the first has the order.

use super::{accounts, check, column, expect_preset, value_sum};

const ORDERS: &str = "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price
#1001,ann@example.org,paid,2024-01-03 10:00:00 +0100,fulfilled,EUR,50.00,55.00,2024-01-03 09:58:00 +0100,1,Shirt,30.00
#1001,ann@example.org,,,,,,,2024-01-03 09:58:00 +0100,2,Sock,10.00
#1002,bob@example.org,partially_refunded,2024-01-05 11:00:00 +0100,fulfilled,EUR,20.00,25.00,2024-01-05 10:58:00 +0100,1,Cap,20.00
#1003,ann@example.org,refunded,2024-02-05 11:00:00 +0100,fulfilled,EUR,20.00,25.00,2024-02-05 10:58:00 +0100,1,Cap,20.00
#1004,ann@example.org,pending,,,EUR,20.00,25.00,2024-03-05 10:58:00 +0100,1,Cap,20.00
";

#[test]
fn the_lines_of_an_order_are_one_order() {
    let run = check("orders.csv", ORDERS, &[]);
    expect_preset(&run, Some("shopify-orders"));
    // Two orders; one further line, one refunded and one that is not paid yet are none.
    assert_eq!((accounts(&run), value_sum(&run)), ([5, 2, 0, 0, 3], "80".into()));
    for (role, name) in [("customer", "Email"), ("time", "Created at"), ("amount", "Total")] {
        assert_eq!(column(&run, role), name, "{}", run.block());
    }
}
