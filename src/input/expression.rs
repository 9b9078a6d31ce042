//! Conditions on rows: SQL boolean expressions, parsed and evaluated by polars over text columns.
//!
//! Attributes are text. Compared or calculated with a number they are read as numbers (a cell that is none is null, and
//! a null condition is not met). The role `time` is compared with dates and times written as text.

use crate::error::{Error, Result};
use crate::model::kind::Role;
use chrono::{NaiveDate, NaiveDateTime};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a name in an expression stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// A text column.
    Text,
    /// The time of the record, as whole microseconds.
    Time,
}

/// A parsed condition.
#[derive(Debug, Clone)]
pub struct Condition {
    text: String,
    expression: Expr,
    names: BTreeSet<String>,
}

impl Condition {
    /// Parses a condition.
    ///
    /// # Errors
    /// What is no SQL expression is a usage error that quotes the parser.
    pub fn parse(text: &str) -> Result<Self> {
        let expression = polars::sql::sql_expr(text).map_err(|error| usage(text, &error))?;
        if expression.into_iter().any(looks_beyond_the_row) {
            let message = format!("the condition {} looks at more than one row", quoted(text));
            return Err(Error::usage(message).with_hint("a condition is about one row: no COUNT, MAX, FIRST, OVER"));
        }
        let names = expression.into_iter().filter_map(|part| match part {
            Expr::Column(name) => Some(name.to_string()),
            _ => None,
        });
        let names = names.collect();
        Ok(Self { text: text.to_owned(), expression, names })
    }

    /// The column (or role) names that the condition mentions.
    #[must_use]
    pub const fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// Evaluates the condition; a null is not met.
    ///
    /// # Errors
    /// A condition that is not boolean, or that polars cannot evaluate, is a usage error.
    pub fn evaluate(&self, operands: &BTreeMap<String, Operand>, columns: &DataFrame) -> Result<Vec<bool>> {
        let expression = typed(self.expression.clone(), operands);
        let frame = columns.clone().lazy().select([expression.alias("met")]).collect();
        let frame = frame.map_err(|error| usage(&self.text, &error))?;
        let column = frame.column("met").map_err(|error| usage(&self.text, &error))?;
        let met = column.bool().map_err(|_| {
            Error::usage(format!("{} is not a condition: it does not give true or false", quoted(&self.text)))
        })?;
        let one_for_all = met.len() == 1 && columns.height() != 1;
        if one_for_all {
            return Ok(vec![met.get(0).unwrap_or(false); columns.height()]);
        }
        Ok(met.iter().map(|value| value.unwrap_or(false)).collect())
    }
}

/// Whether a part of a condition needs other rows, which come in parts and in any order.
///
/// The list of `IN (...)` is an aggregate of constants, which is of no row.
fn looks_beyond_the_row(part: &Expr) -> bool {
    if let Expr::Agg(aggregate) = part {
        return !matches!(aggregate, AggExpr::Implode { .. });
    }
    matches!(
        part,
        Expr::Over { .. }
            | Expr::Len
            | Expr::Sort { .. }
            | Expr::SortBy { .. }
            | Expr::Gather { .. }
            | Expr::Slice { .. }
            | Expr::Explode { .. }
            | Expr::Filter { .. }
            | Expr::SubPlan(..)
    )
}

fn quoted(text: &str) -> String {
    format!("`{text}`")
}

fn usage(text: &str, error: &PolarsError) -> Error {
    let reason = error.to_string();
    let reason = reason.lines().next().unwrap_or_default();
    Error::usage(format!("cannot use the condition {}: {reason}", quoted(text)))
        .with_hint("conditions are SQL, e.g. \"channel = 'ads' AND amount > 100\"; \"$browser\" quotes a column name")
}

/// Gives the operands of comparisons and calculations their types.
fn typed(expression: Expr, operands: &BTreeMap<String, Operand>) -> Expr {
    expression.map_expr(|part| match part {
        Expr::BinaryExpr { left, op, right } => {
            let (left, right) = pair(left.as_ref().clone(), op, right.as_ref().clone(), operands);
            Expr::BinaryExpr { left: left.into(), op, right: right.into() }
        }
        other => other,
    })
}

fn pair(left: Expr, op: Operator, right: Expr, operands: &BTreeMap<String, Operand>) -> (Expr, Expr) {
    if is_time(&left, operands) {
        return (left, instant(right));
    }
    if is_time(&right, operands) {
        return (instant(left), right);
    }
    let arithmetic = op.is_arithmetic();
    if arithmetic || is_number(&left) || is_number(&right) {
        return (number(left), number(right));
    }
    (left, right)
}

fn is_time(expression: &Expr, operands: &BTreeMap<String, Operand>) -> bool {
    matches!(expression, Expr::Column(name) if operands.get(name.as_str()) == Some(&Operand::Time))
}

/// A date or time written as text becomes whole microseconds.
fn instant(expression: Expr) -> Expr {
    match &expression {
        Expr::Literal(literal) => text_of(literal).and_then(|text| micros(&text)).map_or(expression, lit),
        _ => expression,
    }
}

fn text_of(literal: &LiteralValue) -> Option<String> {
    let value = literal.to_any_value()?;
    value.get_str().map(str::to_owned)
}

fn micros(text: &str) -> Option<i64> {
    if let Ok(moment) = chrono::DateTime::parse_from_rfc3339(text) {
        return Some(moment.timestamp_micros());
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Some(NaiveDateTime::from(day).and_utc().timestamp_micros());
    }
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"];
    let parsed = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    parsed.map(|moment| moment.and_utc().timestamp_micros())
}

fn is_number(expression: &Expr) -> bool {
    match expression {
        Expr::Literal(literal) => is_numeric(&literal.get_datatype()),
        Expr::BinaryExpr { op, .. } => op.is_arithmetic(),
        _ => false,
    }
}

fn is_numeric(kind: &DataType) -> bool {
    kind.is_primitive_numeric()
        || matches!(kind, DataType::Unknown(UnknownKind::Int(_) | UnknownKind::Float))
        || matches!(kind, DataType::Int128)
}

/// A bare column is read as numbers; what is none becomes null.
fn number(expression: Expr) -> Expr {
    match expression {
        Expr::Column(_) => expression.cast(DataType::Float64),
        other => other,
    }
}

/// The role whose name an expression uses.
#[must_use]
pub fn role_of(name: &str) -> Option<Role> {
    [Role::Id, Role::Event, Role::Stage, Role::Time, Role::Value].into_iter().find(|role| role.name() == name)
}

/// Text columns of a part of a file, as polars sees them.
pub struct Texts {
    names: Vec<String>,
    builders: Vec<StringChunkedBuilder>,
    times: Option<(String, Vec<i64>)>,
}

impl Texts {
    /// `names` are text columns; `time` is the name under which times stand, where one is used.
    #[must_use]
    pub fn new(names: &[String], time: Option<String>) -> Self {
        let builders = names.iter().map(|name| StringChunkedBuilder::new(name.as_str().into(), 1024)).collect();
        Self { names: names.to_vec(), builders, times: time.map(|name| (name, Vec::new())) }
    }

    #[must_use]
    pub fn columns(&self) -> usize {
        self.names.len()
    }

    /// Adds the next cell of a column; an empty cell is null.
    pub fn push(&mut self, column: usize, cell: &str) {
        self.builders[column].append_option(Some(cell).filter(|cell| !cell.is_empty()));
    }

    pub fn push_time(&mut self, time: i64) {
        if let Some((_, times)) = &mut self.times {
            times.push(time);
        }
    }

    /// Returns the frame that conditions are evaluated over.
    ///
    /// # Errors
    /// Columns of different length are an internal error.
    pub fn finish(self, rows: usize) -> Result<DataFrame> {
        let mut columns: Vec<Column> =
            self.builders.into_iter().map(|builder| builder.finish().into_series().into_column()).collect();
        if let Some((name, times)) = self.times {
            columns.push(Column::new(name.as_str().into(), times));
        }
        DataFrame::new(rows, columns).map_err(|error| Error::internal(error.to_string()))
    }
}
