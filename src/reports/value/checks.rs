//! The tables `forecasts` (what the models would have said, and what came) and `fits` (their parameters).

use super::methods::{Found, Method};
use super::models::Fit;
use super::money::number;
use super::tenure::Staying;
use super::{Answered, Value, view};
use crate::document::{Cell, ColumnType, Table};
use crate::model::decimal::Decimal;
use crate::model::horizon::whole_months;
use chrono::{Days, NaiveDate};

/// A forecast of a number, or of money.
struct Forecast {
    method: Method,
    measure: &'static str,
    customers: u64,
    from: NaiveDate,
    to: NaiveDate,
    expected: f64,
    actual: Option<f64>,
}

pub fn forecasts(answered: &Answered<'_>) -> Table {
    let own = [
        ("method", ColumnType::Text),
        ("measure", ColumnType::Text),
        ("n", ColumnType::Count),
        ("from", ColumnType::Date),
        ("to", ColumnType::Date),
        ("forecast", ColumnType::Number),
        ("actual", ColumnType::Number),
        ("error", ColumnType::Share),
    ];
    let mut table = answered.table("forecasts", "What the models would have forecast, and what came", &own);
    for found in &answered.found {
        let all = buyers(&answered.value, found).into_iter().chain(subscribers(&answered.value, found));
        for one in all {
            let mut cells = Answered::leading_cells(found);
            let error = one.actual.filter(|actual| *actual > 0.0).map(|actual| one.expected / actual - 1.0);
            cells.extend([
                Cell::Text(one.method.name().to_owned()),
                Cell::Text(one.measure.to_owned()),
                Cell::Count(one.customers),
                Cell::Date(one.from),
                Cell::Date(one.to),
                number(Some(one.expected)),
                number(one.actual),
                super::money::share(error),
            ]);
            table.rows.push(cells);
        }
    }
    table.view = Some(view::forecasts(answered, &table));
    table
}

/// Of buyers: the purchases and the revenue after the calibration, and those of the horizon from the as-of day.
fn buyers(value: &Value<'_>, found: &Found<'_>) -> Vec<Forecast> {
    let (tally, answer) = (&found.row.tally, value.answer);
    let mut all = Vec::new();
    let mut push = |fit: &Fit, buyers, (from, to): (NaiveDate, NaiveDate), actual: Option<(u64, Decimal)>| {
        let days = number_of((to - from).num_days());
        let Some(expected) = fit.ahead(buyers, days) else { return };
        let forecast = |measure, expected, actual| {
            let from = from.checked_add_days(Days::new(1)).unwrap_or(from);
            Forecast { method: Method::Model, measure, customers: fit.customers, from, to, expected, actual }
        };
        all.push(forecast("orders", expected.purchases, actual.map(|(days, _)| count_of(days))));
        all.push(forecast("revenue", expected.revenue, actual.map(|(_, value)| value.to_f64())));
    };
    if let (Some(from), Some(to), Some(fit)) = (answer.calibration_day, answer.last_day, &found.calibration) {
        push(fit, &tally.calibration, (from, to), Some((tally.later_days, tally.later_value)));
    }
    if let (Some(Ok(fit)), Some(from)) = (&found.fit, answer.last_day)
        && let Some(to) = value.plan.horizon.last_day(from)
    {
        push(fit, &tally.buyers, (from, to), None);
    }
    all
}

/// Of subscribers: those there at the end of the calibration who are still there.
fn subscribers(value: &Value<'_>, found: &Found<'_>) -> Vec<Forecast> {
    let answer = value.answer;
    let (Some(tenures), Some(from), Some(to)) = (&found.row.tally.tenures, answer.calibration_day, answer.last_day)
    else {
        return Vec::new();
    };
    let Some(staying) = Staying::new(&tenures.calibration, 0, Decimal::ZERO, value.confidence) else {
        return Vec::new();
    };
    let more = whole_months(from, to);
    let there = || (0_u32..).zip(&tenures.calibration.there).filter(|(_, customers)| **customers > 0);
    let customers: u64 = there().map(|(_, customers)| customers).sum();
    let actual = Some(count_of(tenures.kept.iter().sum()));
    let by_curve: Option<f64> = there().map(|(month, count)| Some(count_of(*count) * staying.kept(month, more)?)).sum();
    let by_rate = staying.churn.map(|churn| count_of(customers) * (1.0 - churn).powf(f64::from(more)));
    let methods = [(Method::Survival, by_curve), (Method::Naive, by_rate)];
    let forecast = |(method, expected): (Method, Option<f64>)| {
        let from = from.checked_add_days(Days::new(1)).unwrap_or(from);
        Some(Forecast { method, measure: "customers kept", customers, from, to, expected: expected?, actual })
    };
    methods.into_iter().filter_map(forecast).collect()
}

/// The parameters of the models, fitted to everything and to the calibration.
pub fn fits(answered: &Answered<'_>) -> Table {
    let own = [
        ("fitted_on", ColumnType::Text),
        ("model", ColumnType::Text),
        ("n", ColumnType::Count),
        ("parameter", ColumnType::Text),
        ("estimate", ColumnType::Number),
    ];
    let mut table = answered.table("fits", "Parameters of the models", &own);
    for found in &answered.found {
        let all = found.fit.as_ref().and_then(|fit| fit.as_ref().ok());
        for (name, fit) in [("all", all), ("calibration", found.calibration.as_ref())] {
            let Some(fit) = fit else { continue };
            for (model, customers, parameter, estimate) in parameters(fit) {
                let mut cells = Answered::leading_cells(found);
                cells.extend([
                    Cell::Text(name.to_owned()),
                    Cell::Text(model.to_owned()),
                    Cell::Count(customers),
                    Cell::Text(parameter.to_owned()),
                    number(estimate),
                ]);
                table.rows.push(cells);
            }
        }
    }
    table.view = Some(view::fits(answered, &table));
    table
}

type Parameter = (&'static str, u64, &'static str, Option<f64>);

fn parameters(fit: &Fit) -> Vec<Parameter> {
    let (often, much) = (&fit.frequency, &fit.spending);
    let of_frequency = [
        ("r", often.r),
        ("alpha (weeks)", often.alpha),
        ("a", often.a),
        ("b", often.b),
        ("log-likelihood", often.log_likelihood),
    ];
    let of_spending = [("p", much.p), ("q", much.q), ("v", much.v), ("log-likelihood", much.log_likelihood)];
    let first = of_frequency.into_iter().map(|(name, value)| ("bg/nbd", fit.customers, name, Some(value)));
    let second = of_spending.into_iter().map(|(name, value)| ("gamma-gamma", fit.spenders, name, Some(value)));
    let link = ("gamma-gamma", fit.spenders, "correlation", fit.correlation);
    first.chain(second).chain([link]).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn count_of(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "days are few")]
fn number_of(days: i64) -> f64 {
    days as f64
}
