//! The tables: `credit` by model and channel, and the same side by side.

use super::Attribution;
use crate::document::{Cell, Chart, Column, ColumnType, Measure, Table, View, ViewColumn, ViewContent};
use crate::model::apportion::{UNIT, per_share};
use crate::model::decimal::Decimal;
use crate::plan::attribution::{ChannelCredits, Credit, Model};

/// A label, the column it shows, and how readily that is dropped.
type Shown<'a> = (&'a str, &'a str, u8);

fn view(table: &Table, shown: &[Shown<'_>]) -> View {
    let filled = |position: usize| table.rows.iter().any(|row| row[position] != Cell::Missing);
    let columns = shown.iter().filter_map(|(label, name, expendable)| {
        let position = table.position(name).filter(|at| *expendable == 0 || filled(*at))?;
        let content = ViewContent::Value(position);
        Some(ViewColumn { label: (*label).to_owned(), content, expendable: *expendable })
    });
    View { columns: columns.collect(), ..View::default() }
}

pub fn credit(attribution: &Attribution<'_>) -> Table {
    let mut table = Table::new(
        "credit",
        "Credit by channel",
        &[
            ("model", ColumnType::Text),
            ("channel", ColumnType::Text),
            ("touches", ColumnType::Count),
            ("conversions", ColumnType::Number),
            ("revenue", ColumnType::Money),
            ("spend", ColumnType::Money),
            ("cost_per_conversion", ColumnType::Money),
            ("roas", ColumnType::Number),
        ],
    );
    for (place, model) in attribution.plan.models.iter().enumerate() {
        for row in &attribution.answer.rows {
            table.rows.push(credit_cells(attribution, *model, row, row.credits[place]));
        }
    }
    table.view = Some(view(
        &table,
        &[
            ("Model", "model", 0),
            ("Channel", "channel", 0),
            ("Touches", "touches", 2),
            ("Conversions", "conversions", 0),
            ("Revenue", "revenue", 1),
            ("Spend", "spend", 2),
            ("Per conversion", "cost_per_conversion", 1),
            ("ROAS", "roas", 1),
        ],
    ));
    // Several models are drawn side by side, in a table of their own.
    if let (1, Some(value)) = (attribution.plan.models.len(), table.position("conversions")) {
        table.chart = Some(Chart::Bars { label: vec![1], value: Measure::plain(value) });
    }
    table
}

fn credit_cells(attribution: &Attribution<'_>, model: Model, row: &ChannelCredits, credit: Credit) -> Vec<Cell> {
    let with_revenue = attribution.answer.with_revenue;
    let each = row.spend.and_then(|spend| per_share(spend, credit.conversions)).map(to_billionths);
    let roas = row.spend.filter(|spend| spend.0 > 0 && with_revenue);
    vec![
        Cell::Text(model.name().to_owned()),
        Cell::Text(row.channel.clone()),
        Cell::Count(row.touches),
        Cell::Number(conversions_of(credit)),
        if with_revenue { Cell::Money(credit.revenue) } else { Cell::Missing },
        row.spend.map_or(Cell::Missing, Cell::Money),
        each.map_or(Cell::Missing, Cell::Money),
        roas.map_or(Cell::Missing, |spend| Cell::Number(credit.revenue.to_f64() / spend.to_f64())),
    ]
}

/// Rounds to 9 places, which is as far as shares of conversions are exact.
fn to_billionths(amount: Decimal) -> Decimal {
    let step = Decimal::ONE / 1_000_000_000;
    Decimal((amount.0 + step / 2).div_euclid(step) * step)
}

#[expect(clippy::cast_precision_loss, reason = "a sum of shares needs no more than 53 bits")]
fn conversions_of(credit: Credit) -> f64 {
    // Shares are exact to 10^-15 of one conversion; 10^-12 of them are shown.
    let shown = (credit.conversions + 500).div_euclid(1_000);
    let one = UNIT / 1_000;
    (shown / one) as f64 + (shown % one) as f64 / one as f64
}

/// Conversions by channel, a column per model.
pub fn conversions(attribution: &Attribution<'_>) -> Table {
    let cell = |credit: Credit| Cell::Number(conversions_of(credit));
    side_by_side(attribution, "conversions", "Conversions by model", ColumnType::Number, &cell)
}

/// Revenue by channel, a column per model.
pub fn revenue(attribution: &Attribution<'_>) -> Table {
    let cell = |credit: Credit| Cell::Money(credit.revenue);
    side_by_side(attribution, "revenue", "Revenue by model", ColumnType::Money, &cell)
}

fn side_by_side(
    attribution: &Attribution<'_>,
    name: &str,
    title: &str,
    kind: ColumnType,
    cell: &dyn Fn(Credit) -> Cell,
) -> Table {
    let mut table = Table::new(name, title, &[("channel", ColumnType::Text), ("touches", ColumnType::Count)]);
    let models = attribution.plan.models.iter().map(|model| model.name());
    table.columns.extend(models.map(|model| Column { name: model.to_owned(), kind }));
    for row in &attribution.answer.rows {
        let mut cells = vec![Cell::Text(row.channel.clone()), Cell::Count(row.touches)];
        cells.extend(row.credits.iter().map(|credit| cell(*credit)));
        table.rows.push(cells);
    }
    let mut shown: Vec<Shown<'_>> = vec![("Channel", "channel", 0), ("Touches", "touches", 7)];
    shown.extend(attribution.plan.models.iter().map(|model| (label(*model), model.name(), rank(*model))));
    table.view = Some(view(&table, &shown));
    // A picture has room for some models only: those that a narrow terminal keeps longest.
    let mut models: Vec<Model> = attribution.plan.models.clone();
    models.sort_by_key(|model| rank(*model));
    models.truncate(MOST_DRAWN);
    let drawn = attribution.plan.models.iter().filter(|model| models.contains(model));
    let values = drawn.filter_map(|model| table.position(model.name())).collect();
    table.chart = Some(Chart::Groups { label: vec![0], values });
    table
}

/// Models in one picture.
const MOST_DRAWN: usize = 5;

const fn label(model: Model) -> &'static str {
    match model {
        Model::First => "First",
        Model::Last => "Last",
        Model::LastNonDirect => "Last non-direct",
        Model::Linear => "Linear",
        Model::Position => "Position",
        Model::TimeDecay => "Time decay",
        Model::Markov => "Markov",
        Model::Shapley => "Shapley",
    }
}

/// Which models go first where the width is short.
const fn rank(model: Model) -> u8 {
    match model {
        Model::First | Model::Last => 0,
        Model::Linear => 1,
        Model::Markov => 2,
        Model::Shapley => 3,
        Model::TimeDecay => 4,
        Model::LastNonDirect => 5,
        Model::Position => 6,
    }
}

/// What removing each channel takes from the probability of a conversion.
pub fn removal(attribution: &Attribution<'_>) -> Table {
    let mut table = Table::new(
        "removal",
        "Removal effects (Markov)",
        &[("channel", ColumnType::Text), ("removal_effect", ColumnType::Share), ("share", ColumnType::Share)],
    );
    for (channel, effect, share) in &attribution.answer.removal {
        table.rows.push(vec![Cell::Text(channel.clone()), Cell::Share(*effect), Cell::Share(*share)]);
    }
    let mut view = view(
        &table,
        &[("Channel", "channel", 0), ("Without it lost", "removal_effect", 0), ("Share of credit", "share", 0)],
    );
    view.columns.push(ViewColumn { label: String::new(), content: ViewContent::Bar(1), expendable: 1 });
    view.caption = vec![super::rules::REMOVAL.to_owned()];
    table.view = Some(view);
    table
}
