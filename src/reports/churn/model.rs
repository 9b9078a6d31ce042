//! The tables `fit` and `forecast`: the shifted-beta-geometric model of contractual churn, what it expects, and what it
//! would have expected earlier, beside what came.

use super::{Churn, chart, share, value};
use crate::document::{Cell, ColumnType, Table, View};
use crate::plan::calendar::Every;
use crate::plan::churn::{Basis, ChurnGroup};
use crate::reports::labels::split_view;
use crate::stats::shifted_beta_geometric::{Fallback, Fit, Model, Paid, at_risk, cut, fit};

/// Longer forecasts are for machines.
const MOST_ROWS: usize = 60;
/// No forecast goes further beyond the data than this many periods, or half of what was seen.
const MOST_AHEAD: u32 = 24;

/// What was fitted to a group.
pub struct Fitted {
    /// The longest stay, in periods.
    pub seen: u32,
    /// Fitted to all that is known.
    pub whole: Option<Fit>,
    /// Fitted to the first two thirds of the periods, and how many these are; `None` where that is too little.
    pub earlier: Option<(u32, Fit)>,
    /// Who could leave after each period, and who did.
    pub at_risk: Vec<(u64, u64)>,
}

impl Fitted {
    pub fn of(group: &ChurnGroup) -> Self {
        let paid: Vec<Paid> = group
            .renewals
            .iter()
            .map(|renewals| Paid { periods: renewals.periods, left: renewals.churned, open: renewals.open })
            .collect();
        let at_risk = at_risk(&paid);
        let seen = u32::try_from(at_risk.len()).unwrap_or(0);
        let until = seen - seen / 3;
        let earlier = (seen >= 3).then(|| fit(&cut(&paid, until))).flatten().map(|fit| (until, fit));
        Self { seen, whole: fit(&paid), earlier, at_risk }
    }
}

pub fn fits(churn: &Churn<'_>) -> Table {
    let own = [
        ("fitted_to", ColumnType::Count),
        ("model", ColumnType::Text),
        ("customers", ColumnType::Count),
        ("churned", ColumnType::Count),
        ("alpha", ColumnType::Number),
        ("beta", ColumnType::Number),
        ("theta", ColumnType::Number),
        ("log_likelihood", ColumnType::Number),
    ];
    let (mut table, leading) = churn.start("fit", "Model of churn", None, &own);
    for group in &churn.answer.groups {
        let fitted = Fitted::of(group);
        let whole = fitted.whole.map(|fit| (fitted.seen, fit));
        for (until, fit) in whole.into_iter().chain(fitted.earlier) {
            let known = fitted.at_risk.iter().take(until as usize);
            let mut cells = Churn::cells(group, None);
            cells.push(Cell::Count(u64::from(until)));
            cells.push(Cell::Text(name(&fit.model).to_owned()));
            cells.push(Cell::Count(fitted.at_risk.first().map_or(0, |(risk, _)| *risk)));
            cells.push(Cell::Count(known.map(|(_, left)| left).sum()));
            cells.extend(parameters(&fit.model));
            cells.push(Cell::Number(fit.log_likelihood));
            table.rows.push(cells);
        }
    }
    let mut columns = split_view(&table.columns, leading);
    let labels = [
        ("Periods", "fitted_to", 0),
        ("Model", "model", 0),
        ("Customers", "customers", 1),
        ("Churned", "churned", 1),
        ("alpha", "alpha", 0),
        ("beta", "beta", 0),
        ("theta", "theta", 0),
        ("Log-likelihood", "log_likelihood", 2),
    ];
    columns.extend(labels.iter().filter_map(|(label, name, expendable)| value(&table, label, name, *expendable)));
    // A parameter that no row has need not be looked at.
    let filled =
        |name: &str| table.position(name).is_some_and(|at| table.rows.iter().any(|row| row[at] != Cell::Missing));
    columns.retain(|column| !["alpha", "beta", "theta"].contains(&column.label.as_str()) || filled(&column.label));
    table.view = Some(View { columns, caption: caption(churn), ..View::default() });
    table
}

fn name(model: &Model) -> &'static str {
    match model {
        Model::ShiftedBetaGeometric { .. } => "shifted beta-geometric",
        Model::Geometric { .. } => "geometric",
    }
}

fn parameters(model: &Model) -> [Cell; 3] {
    match model {
        Model::ShiftedBetaGeometric { alpha, beta } => [Cell::Number(*alpha), Cell::Number(*beta), Cell::Missing],
        Model::Geometric { theta } => [Cell::Missing, Cell::Missing, Cell::Number(*theta)],
    }
}

/// What the forecast is.
pub const FORECAST: &str = "Share that stays on after so many paid periods: observed (open customers censored), by the \
                            model, and by the model fitted to the first two thirds of the periods only, to be held \
                            against what came.";

pub fn forecast(churn: &Churn<'_>) -> Table {
    let own = [
        ("paid_periods", ColumnType::Count),
        ("at_risk", ColumnType::Count),
        ("churned", ColumnType::Count),
        ("observed", ColumnType::Share),
        ("forecast", ColumnType::Share),
        ("earlier", ColumnType::Share),
    ];
    let (mut table, leading) = churn.start("forecast", "Customers who stay on, and the forecast", None, &own);
    for group in &churn.answer.groups {
        add_forecast(group, &mut table.rows);
    }
    let mut columns = split_view(&table.columns, leading);
    let labels = [
        ("Paid periods", "paid_periods", 0),
        ("Customers", "at_risk", 1),
        ("Churned", "churned", 1),
        ("Stayed on", "observed", 0),
        ("Forecast", "forecast", 0),
        ("Seen earlier", "earlier", 0),
    ];
    columns.extend(labels.iter().filter_map(|(label, name, expendable)| value(&table, label, name, *expendable)));
    table.machine_only = table.rows.len() > MOST_ROWS;
    let caption = vec![FORECAST.to_owned()];
    table.view = Some(View { columns, caption, ..View::default() });
    table.chart = chart::forecast(&table);
    table
}

fn add_forecast(group: &ChurnGroup, rows: &mut Vec<Vec<Cell>>) {
    let fitted = Fitted::of(group);
    let Some(whole) = fitted.whole else { return };
    let ahead = (fitted.seen / 2).clamp(1, MOST_AHEAD);
    let mut observed = Some(1.0);
    for period in 1..=fitted.seen + ahead {
        let known = fitted.at_risk.get(period as usize - 1);
        observed = known.filter(|(risk, _)| *risk > 0).and_then(|(risk, left)| {
            super::rate(risk - left, *risk).zip(observed).map(|(stays, before)| stays * before)
        });
        let count = |count: Option<u64>| count.map_or(Cell::Missing, Cell::Count);
        let earlier = fitted.earlier.filter(|(until, _)| period > *until);
        let mut cells = Churn::cells(group, None);
        cells.push(Cell::Count(u64::from(period)));
        cells.extend([count(known.map(|known| known.0)), count(known.map(|known| known.1)), share(observed)]);
        cells.push(Cell::Share(whole.model.survival(period)));
        cells.push(share(earlier.map(|(_, fit)| fit.model.survival(period))));
        rows.push(cells);
    }
}

/// Why a model is not the one that was asked for.
#[must_use]
pub const fn reason(fallback: Fallback) -> &'static str {
    match fallback {
        Fallback::NoSpread => "the chance to leave does not fall with time: the geometric model stands in",
        Fallback::OnePeriod => "nobody was watched beyond the first period: the geometric model stands in",
        Fallback::AllOrNothing => {
            "hardly anybody leaves after the first period: the parameters are held at their least"
        }
    }
}

fn caption(churn: &Churn<'_>) -> Vec<String> {
    vec![fitted(churn.plan.basis, churn.plan.every)]
}

/// What is fitted to what.
pub fn fitted(basis: Basis, every: Every) -> String {
    let length = match basis {
        Basis::Snapshot => "the unit of the snapshot's times".to_owned(),
        Basis::Subscriptions | Basis::Activity { .. } => format!("a {} from the own start", every.name()),
    };
    format!(
        "Chances to leave are beta distributed over customers (shifted beta-geometric, maximum likelihood); a period is \
         {length}, and only periods that are over count."
    )
}
