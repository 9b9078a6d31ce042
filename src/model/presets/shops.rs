//! Shopify: the admin's export of orders, in which every further line of an order is a row of its own.

use super::{Preset, RowTest, Signature};
use crate::model::kind::{Kind, Role};

pub(super) const TABLE: &[Preset] = &[Preset {
    name: "shopify-orders",
    title: "Shopify export of orders",
    kind: Kind::Orders,
    signature: Signature {
        all: &[&["Name"], &["Email"], &["Financial Status"], &["Total"], &["Created at"], &["Lineitem name"]],
        some: (
            2,
            &["Fulfillment Status", "Paid at", "Lineitem quantity", "Lineitem price", "Subtotal", "Refunded Amount"],
        ),
        ..Preset::PLAIN.signature
    },
    roles: &[(Role::Customer, &["Email"]), (Role::Time, &["Created at"]), (Role::Amount, &["Total"])],
    left_out: &[
        RowTest::AllEmpty(&[&["Financial Status"], &["Total"]]),
        RowTest::Is {
            column: &["Financial Status"],
            words: &["pending", "authorized", "expired", "voided", "refunded", "unpaid"],
        },
    ],
    remarks: &[
        "the further lines of an order are no orders of their own",
        "an order that is not paid yet, voided or refunded in full is none; what was refunded in part is not taken off",
    ],
    ..Preset::PLAIN
}];
