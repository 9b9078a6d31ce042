//! Headers of billing exports: Stripe, `ChartMogul`, Baremetrics, Recurly, Zuora; and of shops.

use super::{BUYERS, CUSTOMERS, Entry, NearMiss, ORDERS, SUBSCRIPTIONS, entry};
use crate::model::kind::{Kind, Role};

/// Names whose amounts are monthly whatever the interval column says.
pub(super) const MONTHLY: &[&str] =
    &["mrr", "monthly amount", "monthly recurring revenue", "monthly revenue", "monthly price", "monthly charges"];

pub(super) const TABLE: &[Entry] = &[
    entry(BUYERS, Role::Customer, 16, &["customer oid", "customer external id", "customer uuid", "customer unique id"]),
    entry(
        SUBSCRIPTIONS,
        Role::Start,
        14,
        &["subscription started at", "subscription started on", "contract effective date"],
    ),
    // Stripe: "Ended At" is when it ended, "Canceled At" when that was asked for; the first is the better end.
    entry(
        SUBSCRIPTIONS,
        Role::End,
        34,
        &["subscription canceled at", "subscription cancelled at", "expires at", "expired at"],
    ),
    entry(SUBSCRIPTIONS, Role::Amount, 40, MONTHLY),
    entry(SUBSCRIPTIONS, Role::Plan, 32, &["plan oid", "price id"]),
    entry(CUSTOMERS, Role::Amount, 12, &["mrr", "monthly recurring revenue", "monthly revenue"]),
    entry(ORDERS, Role::Amount, 24, &["net amount", "gross amount", "subtotal", "amount paid", "total paid"]),
];

const CENTS: &str =
    "holds hundredths of the currency; divide it by 100, or name it with --amount to take it as it stands";

pub(super) const NEAR_MISSES: &[NearMiss] = &[
    NearMiss {
        kind: Kind::Subscriptions,
        role: Role::Amount,
        names: &["plan amount", "unit amount", "amount cents", "amount in cents", "mrr cents", "price cents"],
        advice: CENTS,
    },
    NearMiss {
        kind: Kind::Subscriptions,
        role: Role::Amount,
        names: &["arr", "annual recurring revenue", "annual amount", "yearly amount"],
        advice: "is a yearly amount; name it with --amount and give the interval",
    },
    NearMiss {
        kind: Kind::Orders,
        role: Role::Amount,
        names: &["amount cents", "amount in cents", "total cents", "price cents", "unit amount"],
        advice: CENTS,
    },
    NearMiss {
        kind: Kind::Orders,
        role: Role::Amount,
        names: &["unit price", "price", "prix unitaire", "Stückpreis", "precio unitario"],
        advice: "may be the price of one piece; name it with --amount if it is the order's amount",
    },
];
