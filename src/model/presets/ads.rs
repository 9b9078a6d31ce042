//! Costs of advertising: Google Ads and Meta, in the languages whose headers are known.

use super::{Preset, RowTest, Signature};
use crate::model::kind::{Kind, Role};

const GOOGLE_CAMPAIGN: &[&str] = &["Campaign", "Campagne", "Kampagne", "Campaña", "Campagna", "Campanha"];
const GOOGLE_COST: &[&str] = &["Cost", "Coût", "Kosten", "Coste", "Costo", "Custo"];
const DAY: &[&str] = &["Day", "Jour", "Tag", "Día", "Giorno", "Dia"];

const META_SPENT: &[&str] =
    &["Amount spent", "Montant dépensé", "Ausgegebener Betrag", "Importe gastado", "Importo speso", "Valor usado"];
const META_CAMPAIGN: &[&str] =
    &["Campaign name", "Nom de la campagne", "Kampagnenname", "Nombre de la campaña", "Nome campagna"];
const META_SET: &[&str] = &["Ad set name", "Nom de l'ensemble de publicités", "Name der Anzeigengruppe"];
const META_AD: &[&str] = &["Ad name", "Nom de la publicité", "Name der Werbeanzeige"];

pub(super) const TABLE: &[Preset] = &[
    Preset {
        name: "google-ads",
        title: "Google Ads report",
        kind: Kind::Spend,
        signature: Signature { all: &[GOOGLE_CAMPAIGN, GOOGLE_COST, &["Impr."]], ..Preset::PLAIN.signature },
        roles: &[
            (Role::Time, DAY),
            (Role::Cost, GOOGLE_COST),
            (Role::Campaign, GOOGLE_CAMPAIGN),
            (Role::Clicks, &["Clicks", "Clics", "Klicks", "Clic", "Cliques"]),
            (Role::Impressions, &["Impr."]),
        ],
        left_out: &[RowTest::FirstBegins(&[
            "Total:",
            "Total :",
            "Total\u{a0}:",
            "Total\u{202f}:",
            "Gesamt:",
            "Totale:",
        ])],
        nulls: &["--"],
        lacking: &[(Role::Time, "Google Ads writes a row per day only with the segment Day: add it and export again")],
        ..Preset::PLAIN
    },
    Preset {
        name: "meta-ads",
        title: "Meta Ads report",
        kind: Kind::Spend,
        signature: Signature {
            all: &[META_SPENT],
            some: (
                2,
                &[
                    "Campaign name",
                    "Nom de la campagne",
                    "Kampagnenname",
                    "Nombre de la campaña",
                    "Nome campagna",
                    "Ad set name",
                    "Nom de l'ensemble de publicités",
                    "Ad name",
                    "Day",
                    "Jour",
                    "Tag",
                    "Reporting starts",
                    "Début des rapports",
                    "Reporting ends",
                    "Fin des rapports",
                    "Reach",
                    "Couverture",
                    "Results",
                    "Résultats",
                    "Attribution setting",
                ],
            ),
            ..Preset::PLAIN.signature
        },
        roles: &[
            (Role::Time, DAY),
            (Role::Cost, META_SPENT),
            (Role::Campaign, META_CAMPAIGN),
            (Role::Clicks, &["Link clicks", "Clics sur un lien", "Link-Klicks"]),
            (Role::Impressions, &["Impressions", "Impressionen", "Impresiones"]),
        ],
        left_out: &[RowTest::AllEmpty(&[DAY, META_CAMPAIGN, META_SET, META_AD])],
        nulls: &["--"],
        lacking: &[(
            Role::Time,
            "without a breakdown by day a row spans the whole period: export with one (By time > Day)",
        )],
        ..Preset::PLAIN
    },
];
