//! The table `revenue`: monthly recurring revenue and what moved it, period by period.

use super::{Churn, chart, share, value};
use crate::args::choices::Convention;
use crate::document::{Cell, ColumnType, Table, View};
use crate::model::billing::Monthly;
use crate::plan::churn::RevenueMoves;
use crate::reports::labels::split_view;

const OWN: [(&str, ColumnType); 10] = [
    ("start", ColumnType::Money),
    ("new", ColumnType::Money),
    ("expansion", ColumnType::Money),
    ("contraction", ColumnType::Money),
    ("churned", ColumnType::Money),
    ("reactivation", ColumnType::Money),
    ("end", ColumnType::Money),
    ("gross_churn_rate", ColumnType::Share),
    ("net_churn_rate", ColumnType::Share),
    ("quick_ratio", ColumnType::Number),
];

pub fn table(churn: &Churn<'_>) -> Table {
    let (mut table, leading) = churn.start("revenue", "Monthly recurring revenue", Some(churn.plan.every), &OWN);
    for group in &churn.answer.groups {
        for period in &group.periods {
            let moves = &period.revenue;
            let mut cells = Churn::cells(group, Some(period.period));
            let sums = [moves.start, moves.new, moves.expansion, moves.contraction, moves.churned, moves.reactivation];
            cells.extend(sums.into_iter().chain([moves.end]).map(|sum| Cell::Money(sum.money())));
            let rates = Rates::of(churn.convention, moves);
            cells.extend([share(rates.gross), share(rates.net)]);
            cells.push(rates.quick.map_or(Cell::Missing, Cell::Number));
            table.rows.push(cells);
        }
    }
    let mut columns = split_view(&table.columns, leading);
    let own = [
        value(&table, "Start", "start", 0),
        value(&table, "New", "new", 1),
        value(&table, "Expansion", "expansion", 1),
        value(&table, "Contraction", "contraction", 1),
        value(&table, "Churned", "churned", 1),
        value(&table, "Reactivation", "reactivation", 2),
        value(&table, "End", "end", 0),
        value(&table, "Gross churn", "gross_churn_rate", 0),
        value(&table, "Net churn", "net_churn_rate", 2),
        value(&table, "Quick ratio", "quick_ratio", 3),
    ];
    columns.extend(own.into_iter().flatten());
    table.view = Some(View { columns, marks: churn.under_way(), caption: caption(churn.convention) });
    table.chart = chart::revenue(churn, &table);
    table
}

/// The rates of a period; `None` without a denominator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    pub gross: Option<f64>,
    pub net: Option<f64>,
    pub quick: Option<f64>,
}

impl Rates {
    /// Sums that leave the exact range give no rate.
    #[must_use]
    pub fn of(convention: Convention, moves: &RevenueMoves) -> Self {
        let sum = |parts: &[i128]| parts.iter().try_fold(0_i128, |sum, part| sum.checked_add(*part)).map(Monthly);
        let ratio = |parts: &[i128], whole: &[i128]| sum(parts)?.ratio(sum(whole)?);
        let back = |counts: bool| if counts { moves.reactivation.0 } else { 0 };
        let lost = [moves.churned.0, moves.contraction.0];
        let nets_back = convention != Convention::Baremetrics;
        let net = [lost[0], lost[1], -moves.expansion.0, -back(nets_back)];
        let gains = [moves.new.0, moves.expansion.0, back(convention == Convention::Chartmogul)];
        Self { gross: ratio(&lost, &[moves.start.0]), net: ratio(&net, &[moves.start.0]), quick: ratio(&gains, &lost) }
    }
}

/// Amounts per month, movements and rates.
pub fn caption(convention: Convention) -> Vec<String> {
    let net = match convention {
        Convention::Baremetrics => "(churned + contraction - expansion) / start",
        _ => "(churned + contraction - expansion - reactivation) / start",
    };
    let quick = match convention {
        Convention::Chartmogul => "(new + expansion + reactivation) / (churned + contraction)",
        _ => "(new + expansion) / (churned + contraction)",
    };
    vec![
        "Amounts per month: a day x 365/12, a week x 52/12, a quarter / 3, a year / 12; subscriptions of one customer add \
         up, and a change of plan is expansion or contraction. start + new + expansion - contraction - churned + \
         reactivation = end."
            .to_owned(),
        format!("Gross churn: (churned + contraction) / start. Net churn: {net}. Quick ratio: {quick}."),
    ]
}

#[cfg(test)]
mod tests {
    use super::Rates;
    use crate::args::choices::Convention;
    use crate::model::billing::Monthly;
    use crate::plan::churn::RevenueMoves;

    /// 100 at the start; 30 new, 12 more, 5 less, 20 lost, 4 back.
    fn moves() -> RevenueMoves {
        RevenueMoves {
            start: Monthly(100),
            new: Monthly(30),
            expansion: Monthly(12),
            contraction: Monthly(5),
            churned: Monthly(20),
            reactivation: Monthly(4),
            end: Monthly(121),
        }
    }

    #[test]
    fn conventions_differ_where_they_say_so() {
        let standard = Rates::of(Convention::Standard, &moves());
        assert_eq!(standard, Rates { gross: Some(0.25), net: Some(0.09), quick: Some(42.0 / 25.0) });
        assert_eq!(Rates::of(Convention::Stripe, &moves()), standard);
        assert_eq!(Rates::of(Convention::Baremetrics, &moves()), Rates { net: Some(0.13), ..standard });
        assert_eq!(Rates::of(Convention::Chartmogul, &moves()), Rates { quick: Some(46.0 / 25.0), ..standard });
    }

    #[test]
    fn nothing_lost_and_nobody_there_have_no_ratio() {
        let nobody = RevenueMoves { new: Monthly(10), end: Monthly(10), ..RevenueMoves::default() };
        assert_eq!(Rates::of(Convention::Standard, &nobody), Rates { gross: None, net: None, quick: None });
    }
}
