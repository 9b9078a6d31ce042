//! Headers of advertising cost exports: Google, Meta, `LinkedIn`, Microsoft, `TikTok`, Snapchat, Apple, Amazon, X.
//!
//! A currency in parentheses at the end ("Amount spent (EUR)") is no part of the name.

use super::{Entry, NearMiss, SPEND, entry};
use crate::model::kind::{Kind, Role};

pub(super) const TABLE: &[Entry] = &[
    entry(SPEND, Role::Time, 14, &["stat time day", "stat time hour", "date start", "report date", "time period"]),
    entry(SPEND, Role::Cost, 14, &["local spend amount", "cost in local currency"]),
    entry(SPEND, Role::Cost, 16, &["cost in usd", "spend in usd", "total spent"]),
    entry(SPEND, Role::Impressions, 12, &["impr."]),
    entry(SPEND, Role::Clicks, 12, &["link clicks", "inline link clicks", "clics sur un lien", "Link-Klicks"]),
    entry(SPEND, Role::Clicks, 20, &["taps", "swipes", "interactions", "clicks (all)", "clics (tous)"]),
    entry(SPEND, Role::Campaign, 14, &["campaign group name", "base campaign", "campaign base campaign"]),
    entry(SPEND, Role::Channel, 22, &["ad network type", "advertising channel type"]),
];

const MICROS: &str =
    "holds millionths of the currency; divide it by 1,000,000, or name it with --cost to take it as it stands";
const SPAN: &str = "is the start of the whole period; export with a breakdown by day, or name it with --time";

pub(super) const NEAR_MISSES: &[NearMiss] = &[
    NearMiss {
        kind: Kind::Spend,
        role: Role::Cost,
        names: &[
            "cost micros",
            "spend micros",
            "spend in micro dollar",
            "billed charge local micro",
            "metrics.cost_micros",
        ],
        advice: MICROS,
    },
    NearMiss {
        kind: Kind::Spend,
        role: Role::Time,
        names: &["reporting starts", "début des rapports", "Beginn des Berichts", "inicio del informe", "start date"],
        advice: SPAN,
    },
];
