//! Reads spend: rows with a moment, or with a period that its cost stands for.

use super::calendar::{DayRange, Unit, period};
use crate::engine::groups::Groups;
use crate::error::{Error, Result};
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Scan, Source};
use crate::model::decimal::Decimal;
use crate::model::kind::Role;
use crate::model::names::fold;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::calendar::{day_end, day_start, local_day};
use chrono_tz::Tz;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What is wanted of spend.
#[derive(Debug, Clone)]
pub struct SpendPlan {
    /// Per breakdown column (the currency may be the last) its column in each source, in the order of the sources.
    pub by: Vec<Vec<Option<String>>>,
    /// Column with the last day of a row's period.
    pub period_end: Option<String>,
    pub zone: Tz,
    pub row_filter: Option<String>,
    pub as_of: Option<Micros>,
}

/// When the money of a row was spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    Moment(Micros),
    Days(DayRange),
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendItem {
    /// Position in [`SpendRead::labels`].
    pub group: usize,
    /// Position among the sources of spend.
    pub source: usize,
    pub span: Span,
    pub cost: Option<Decimal>,
    pub impressions: Option<Decimal>,
    pub clicks: Option<Decimal>,
}

/// All spend.
#[derive(Debug, Default)]
pub struct SpendRead {
    pub items: Vec<SpendItem>,
    pub labels: Vec<Vec<String>>,
    pub scans: Vec<Scan>,
    /// Latest time of the rows; a date or a period counts to its last moment.
    pub latest: Option<Micros>,
    /// Whether any row is a date or a period, which hours cannot be told of.
    pub dated: bool,
    pub impressions: bool,
    pub clicks: bool,
}

/// How the time column of a source is written.
enum Written {
    Moments,
    /// Every cell names a period; the periods by their code in this dictionary.
    Periods(Arc<Dictionary>),
}

/// A row as it is in the batch.
struct Row {
    time: Micros,
    end: Micros,
    period: u32,
    group: u32,
    cost: Option<Decimal>,
    impressions: Option<Decimal>,
    clicks: Option<Decimal>,
}

/// Reads all spend.
///
/// # Errors
/// Whatever reading reports; a row whose period ends before it begins.
pub fn read(plan: &SpendPlan, sources: &[Source]) -> Result<SpendRead> {
    let groups = Groups::new(plan.by.len());
    let mut read = SpendRead::default();
    let mut rows: Vec<(usize, Row, Span)> = Vec::new();
    let never = AtomicBool::new(false);
    for (number, source) in sources.iter().enumerate() {
        let written = written(source, plan)?;
        let (request, places) = request(plan, number, source, &groups, &written);
        let scanned = source.scan(&request, &|batch| stage(batch, &places, &groups), &never)?;
        let found: Vec<Row> = scanned.staged.into_iter().flatten().collect();
        let spans = spans(plan, source, &written, &found, scanned.scan.date_only)?;
        let dates = scanned.scan.date_only || matches!(written, Written::Periods(_));
        read.dated |= dates && !found.is_empty();
        read.impressions |= places.impressions.is_some();
        read.clicks |= places.clicks.is_some();
        let ends = spans.iter().map(|span| end(*span, dates, plan.zone));
        read.latest = read.latest.max(ends.max());
        read.scans.push(scanned.scan);
        rows.extend(found.into_iter().zip(spans).map(|(row, span)| (number, row, span)));
    }
    let names = groups.ranked();
    read.labels = names.labels(plan.by.len());
    read.items.extend(rows.into_iter().map(|(source, row, span)| SpendItem {
        group: names.rank(row.group) as usize,
        source,
        span,
        cost: row.cost,
        impressions: row.impressions,
        clicks: row.clicks,
    }));
    Ok(read)
}

fn end(span: Span, dates: bool, zone: Tz) -> Micros {
    match span {
        Span::Moment(time) if dates => day_end(time, zone),
        Span::Moment(time) => time,
        Span::Days((_, last)) => day_end(day_start(last, zone), zone),
    }
}

/// Looks at the time column: where every cell names a month or another period, it is no column of times.
fn written(source: &Source, plan: &SpendPlan) -> Result<Written> {
    let dictionary = Arc::new(Dictionary::default());
    let wanted = Wanted::Text { dictionary: Arc::clone(&dictionary) };
    let fields = vec![Field { column: source.column(Role::Time), wanted }];
    source.scan(&Request { fields, ..Request::default() }, &|_| (), &AtomicBool::new(false))?;
    let names = dictionary.names();
    let mut cells = names.iter().skip(1).filter(|cell| !cell.trim().is_empty()).peekable();
    let periods = plan.period_end.is_none() && cells.peek().is_some() && cells.all(|cell| period(cell).is_some());
    // A new dictionary: that of texts holds them untrimmed.
    Ok(if periods { Written::Periods(Arc::new(Dictionary::default())) } else { Written::Moments })
}

/// Where the columns of a source's batches stand; time and cost come first.
struct Places {
    periods: bool,
    end: Option<usize>,
    impressions: Option<usize>,
    clicks: Option<usize>,
    by: Vec<Option<usize>>,
}

fn request(plan: &SpendPlan, number: usize, source: &Source, groups: &Groups, written: &Written) -> (Request, Places) {
    let time = match written {
        Written::Moments => Wanted::Time { required: true },
        Written::Periods(dictionary) => Wanted::Name { dictionary: Arc::clone(dictionary), required: true, only: None },
    };
    let mut fields = vec![
        Field { column: source.column(Role::Time), wanted: time },
        Field { column: source.column(Role::Cost), wanted: Wanted::Amount },
    ];
    let mut push = |column: String, wanted: Wanted| {
        fields.push(Field { column, wanted });
        fields.len() - 1
    };
    let mut amount = |role: Role| source.roles.get(&role).map(|column| push(column.clone(), Wanted::Amount));
    let (impressions, clicks) = (amount(Role::Impressions), amount(Role::Clicks));
    let end = plan.period_end.as_ref().and_then(|column| source.attribute(column));
    let end = end.map(|column| push(column, Wanted::Time { required: false }));
    let by = plan.by.iter().enumerate().map(|(position, columns)| {
        let column = columns.get(number).cloned().flatten()?;
        Some(push(column, Wanted::Text { dictionary: groups.dictionary(position) }))
    });
    let by = by.collect();
    let request = Request { fields, filter: plan.row_filter.clone(), as_of: plan.as_of, ..Request::default() };
    (request, Places { periods: matches!(written, Written::Periods(_)), end, impressions, clicks, by })
}

fn stage(batch: &Batch, places: &Places, groups: &Groups) -> Vec<Row> {
    let mut tuple = vec![0; places.by.len()];
    let amount = |position: Option<usize>, row: usize| match position.and_then(|at| batch.columns.get(at)) {
        Some(Column::Amounts(amounts)) => amounts[row],
        _ => None,
    };
    let time = |position: Option<usize>, row: usize| match position.and_then(|at| batch.columns.get(at)) {
        Some(Column::Times(times)) => times[row],
        _ => NO_TIME,
    };
    let code = |position: Option<usize>, row: usize| match position.and_then(|at| batch.columns.get(at)) {
        Some(Column::Codes(codes)) => codes[row],
        _ => 0,
    };
    let rows = 0..batch.rows;
    rows.map(|row| {
        for (slot, position) in tuple.iter_mut().zip(&places.by) {
            *slot = code(*position, row);
        }
        Row {
            time: time(Some(0), row),
            end: time(places.end, row),
            period: if places.periods { code(Some(0), row) } else { 0 },
            group: if tuple.is_empty() { 0 } else { groups.code(&tuple) },
            cost: amount(Some(1), row),
            impressions: amount(places.impressions, row),
            clicks: amount(places.clicks, row),
        }
    })
    .collect()
}

/// The span of each row of a source.
fn spans(plan: &SpendPlan, source: &Source, written: &Written, rows: &[Row], dates: bool) -> Result<Vec<Span>> {
    if let Written::Periods(dictionary) = written {
        let periods: Vec<Option<DayRange>> = dictionary.names().iter().map(|cell| period(cell)).collect();
        let span = |row: &Row| periods.get(row.period as usize).copied().flatten().map(Span::Days);
        let spans: Option<Vec<Span>> = rows.iter().map(span).collect();
        return spans.ok_or_else(|| Error::internal("a period was read twice and not alike"));
    }
    let days = || rows.iter().map(|row| local_day(row.time, plan.zone));
    // Dates under the header "month" that begin months stand for them.
    let unit = Unit::of_header(&fold(&source.column(Role::Time))).filter(|_| dates);
    if let Some(unit) = unit
        && let Some(ranges) = days().map(|day| unit.beginning(day)).collect::<Option<Vec<DayRange>>>()
    {
        return Ok(ranges.into_iter().map(Span::Days).collect());
    }
    let spans = rows.iter().zip(days()).map(|(row, first)| {
        let last = if row.end == NO_TIME { first } else { local_day(row.end, plan.zone) };
        match last.cmp(&first) {
            std::cmp::Ordering::Equal => Ok(Span::Moment(row.time)),
            std::cmp::Ordering::Greater => Ok(Span::Days((first, last))),
            std::cmp::Ordering::Less => {
                Err(Error::data(format!("{}: a period of spend ends before it begins", source.name)))
            }
        }
    });
    spans.collect()
}
