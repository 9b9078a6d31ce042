//! How people see the tables of value: labels, fewer columns, and the definitions underneath.

use super::methods::Method;
use super::{Answered, words};
use crate::document::{Cell, Table, View, ViewColumn, ViewContent};
use crate::model::decimal::Decimal;
use crate::model::kind::Kind;
use crate::reports::labels::split_view;

/// Label, column, and how readily it is dropped where the width is short.
type Shown<'a> = (&'a str, &'a str, u8);

fn view(answered: &Answered<'_>, table: &Table, shown: &[Shown<'_>], caption: Vec<String>) -> View {
    let mut columns = split_view(&table.columns, answered.leading());
    for (label, name, expendable) in shown {
        let Some(position) = table.position(name) else { continue };
        if table.rows.iter().all(|row| row[position] == Cell::Missing) {
            continue;
        }
        let content = ViewContent::Value(position);
        columns.push(ViewColumn { label: (*label).to_owned(), content, expendable: *expendable });
    }
    View { columns, marks: Vec::new(), caption }
}

pub fn value(answered: &Answered<'_>, table: &Table) -> View {
    let shown = [
        ("Method", "method", 0),
        ("Customers", "n", 0),
        (orders_label(answered), "orders", 3),
        ("Revenue", "revenue", 2),
        ("Average sale", "average_sale", 1),
        ("Per customer", "per_customer", 0),
        ("Lifetime value", "ltv", 0),
        ("from", "low", 1),
        ("to", "high", 1),
        ("Horizon", "horizon", 0),
    ];
    view(answered, table, &shown, value_caption(answered))
}

const fn orders_label(answered: &Answered<'_>) -> &'static str {
    match answered.value.plan.kind {
        Kind::Subscriptions => "Payments",
        Kind::Deals => "Deals",
        _ => "Orders",
    }
}

fn value_caption(answered: &Answered<'_>) -> Vec<String> {
    let value = &answered.value;
    let span = value.plan.horizon.words();
    let money = value.currency.map_or_else(String::new, |currency| format!(" in {currency}"));
    let worth = words::worth(value.margin, &money);
    let has = |method: Method| answered.found.iter().any(|found| found.estimate(method).is_some());
    let methods = words::methods(&span, value.confidence);
    let mut caption = vec![worth];
    caption.extend(
        methods
            .into_iter()
            .filter(|(method, _)| has(*method))
            .map(|(method, text)| format!("{}: {text}", method.name())),
    );
    caption.extend(match value.plan.kind {
        Kind::Subscriptions => Some(
            "Payments are laid out from start, amount and interval up to the as-of time or the last day paid for; a \
             customer stays until the last subscription is over."
                .to_owned(),
        ),
        _ if value.is_modelled() => Some("Models count days with a purchase; orders of one day are one.".to_owned()),
        _ => None,
    });
    caption
}

pub fn repeat(answered: &Answered<'_>, table: &Table) -> View {
    let mut shown = view(
        answered,
        table,
        &[
            ("Customers", "n", 0),
            ("Came back", "repeat", 0),
            ("Rate", "repeat_rate", 0),
            ("On another day", "other_day", 2),
            ("Rate", "other_day_rate", 2),
            ("Orders per customer", "orders_per_customer", 1),
        ],
        vec![format!(
            "Came back: two orders or more so far. In brackets: {} % Wilson interval.",
            answered.value.confidence * 100.0
        )],
    );
    let places = ["repeat_rate", "low", "high"].map(|name| table.position(name));
    if let [Some(rate), Some(low), Some(high)] = places {
        for column in &mut shown.columns {
            if column.content == ViewContent::Value(rate) {
                column.content = ViewContent::Interval { value: rate, low, high };
            }
        }
    }
    shown
}

pub fn by_age(answered: &Answered<'_>, table: &Table) -> View {
    let shown = [
        ("Until", "until", 0),
        ("Customers", "n", 0),
        (orders_label(answered), "orders", 2),
        ("Revenue", "revenue", 1),
        ("Per customer", "per_customer", 0),
        ("Cumulative", "cumulative", 0),
    ];
    view(answered, table, &shown, vec![words::AGES.to_owned()])
}

pub fn acquisition(answered: &Answered<'_>, table: &Table) -> View {
    let shown = [
        ("Method", "method", 0),
        ("Lifetime value", "ltv", 0),
        ("Horizon", "horizon", 2),
        ("Spend", "spend", 1),
        ("New customers", "new_customers", 1),
        ("Cost each", "cac", 0),
        ("Value to cost", "ltv_to_cac", 0),
        ("Payback (months)", "payback_months", 2),
    ];
    let span = answered
        .value
        .answer
        .spend
        .map_or_else(String::new, |spend| format!(" from {} to {}", spend.first, spend.last));
    let group = if answered.value.plan.by.is_empty() { "" } else { " of the group" };
    let caption = vec![
        format!(
            "Cost each: all spend{span}{group} / customers{group} whose first purchase lies in that span, whatever \
             brought them."
        ),
        words::PAYBACK.to_owned(),
    ];
    view(answered, table, &shown, caption)
}

pub fn retention(answered: &Answered<'_>, table: &Table) -> View {
    let shown = [
        ("Method", "method", 0),
        ("Measure", "measure", 1),
        ("Now", "rate", 0),
        ("Then", "changed_rate", 0),
        ("Lifetime value", "ltv", 2),
        ("More per customer", "difference", 0),
        ("For all", "total", 0),
        ("As new customers", "as_new_customers", 0),
        ("Who would cost", "acquiring_cost", 0),
    ];
    let mut caption = vec![match answered.value.plan.kind {
        Kind::Subscriptions => format!(
            "If {} more of the customers stayed from each month to the next; for all: for as many customers as so far.",
            points(answered.value.change)
        ),
        _ => format!(
            "If {} more of the customers ordered again within the horizon, and brought what those bring who do.",
            points(answered.value.change)
        ),
    }];
    caption.push("As new customers: how many more customers would bring the same.".to_owned());
    view(answered, table, &shown, caption)
}

/// A share in points, as people say it.
fn points(share: f64) -> String {
    let points = (share * 1e6).round() / 1e4;
    format!("{points} {}", if points > 1.0 { "points" } else { "point" })
}

pub fn forecasts(answered: &Answered<'_>, table: &Table) -> View {
    let shown = [
        ("Method", "method", 0),
        ("Of", "measure", 0),
        ("Customers", "n", 2),
        ("From", "from", 1),
        ("To", "to", 1),
        ("Forecast", "forecast", 0),
        ("Came", "actual", 0),
        ("Off by", "error", 0),
    ];
    let caption = match answered.value.answer.calibration_day {
        Some(day) => format!("Where something came, the model knew the data up to {day} only."),
        None => "The data are too short to hold any back for a check.".to_owned(),
    };
    view(answered, table, &shown, vec![caption])
}

pub fn fits(answered: &Answered<'_>, table: &Table) -> View {
    let shown = [
        ("Fitted on", "fitted_on", 0),
        ("Model", "model", 0),
        ("Customers", "n", 1),
        ("Parameter", "parameter", 0),
        ("Estimate", "estimate", 0),
    ];
    let caption = "BG/NBD in weeks, days with a purchase; Gamma-Gamma over customers with a repeat purchase of value.";
    view(answered, table, &shown, vec![caption.to_owned()])
}

/// Sentences for the report.
pub fn lines(answered: &Answered<'_>) -> Vec<String> {
    let [found] = answered.found.as_slice() else { return Vec::new() };
    let tally = &found.row.tally;
    let unit = answered.value.currency.map_or_else(String::new, |currency| format!(" {currency}"));
    let text = |amount: Option<Decimal>| amount.map(|amount| format!("{:.2}{unit}", amount.to_f64()));
    let mut lines = Vec::new();
    if let Some(each) = found.estimate(Method::Observed).and_then(|one| text(one.per_customer)) {
        lines.push(format!("{} customers brought {each} each so far.", tally.all.customers));
    }
    let best = [Method::Survival, Method::Cohort].into_iter().find_map(|method| found.estimate(method));
    if let Some((best, amount)) = best.and_then(|best| Some((best, text(best.lifetime)?))) {
        let horizon = answered.value.plan.horizon;
        let span = if best.horizon == horizon.to_string() { horizon.words() } else { best.horizon.clone() };
        lines.push(format!(
            "Over {span} a new customer is worth {amount} (method {}, {} customers).",
            best.method.name(),
            best.customers
        ));
    }
    lines
}
