//! The tables `survival`, `median` and `logrank`: how long customers stay, with those who are still there censored.

use super::{Churn, chart, interval, share, value};
use crate::args::choices::TenureUnit;
use crate::document::{Cell, ColumnType, Table, View};
use crate::model::time::MICROS_PER_SECOND;
use crate::plan::churn::{Basis, ChurnGroup};
use crate::reports::labels::split_view;
use crate::reports::thin::{self, Detail};
use crate::stats::logrank::logrank as compare;
use crate::stats::survival::{Observed, Survival};

/// Longer curves are for machines: people read the median and the forecast.
const MOST_ROWS: usize = 40;

const DAY: f64 = 86_400.0;
/// A year of the Julian calendar.
const YEAR: f64 = 365.25 * DAY;

impl Churn<'_> {
    /// The type of times: seconds, or a plain number where the snapshot does not say what its times count.
    fn time_type(&self) -> ColumnType {
        if self.is_plain() { ColumnType::Number } else { ColumnType::Elapsed }
    }

    fn is_plain(&self) -> bool {
        self.plan.basis == Basis::Snapshot && self.tenure_unit.is_none()
    }

    #[expect(clippy::cast_precision_loss, reason = "a stay needs no more than 53 bits")]
    fn time_cell(&self, time: i64) -> Cell {
        // Both microseconds and the parts of a snapshot's unit are millionths.
        let time = time as f64 / MICROS_PER_SECOND as f64;
        let seconds = match (self.plan.basis, self.tenure_unit) {
            (Basis::Snapshot, None) => return Cell::Number(time),
            (Basis::Snapshot, Some(TenureUnit::Day)) => DAY,
            (Basis::Snapshot, Some(TenureUnit::Week)) => 7.0 * DAY,
            (Basis::Snapshot, Some(TenureUnit::Month)) => YEAR / 12.0,
            (Basis::Snapshot, Some(TenureUnit::Year)) => YEAR,
            (Basis::Subscriptions | Basis::Activity { .. }, _) => 1.0,
        };
        Cell::Elapsed(time * seconds)
    }

    fn maybe_time(&self, time: Option<i64>) -> Cell {
        time.map_or(Cell::Missing, |time| self.time_cell(time))
    }
}

fn observed(group: &ChurnGroup) -> Vec<Observed> {
    let stays = group.stays.iter();
    stays.map(|stay| Observed { time: stay.time, events: stay.churned, censored: stay.open }).collect()
}

/// Kaplan-Meier, a row per distinct time; where nobody would see so many rows, none or as many as a picture needs.
pub fn table(churn: &Churn<'_>) -> Option<Table> {
    let is_long = tables_lack_curve(churn);
    if is_long && churn.detail == Detail::None {
        return None;
    }
    let own = [
        ("time", churn.time_type()),
        ("at_risk", ColumnType::Count),
        ("events", ColumnType::Count),
        ("censored", ColumnType::Count),
        ("survival", ColumnType::Share),
        ("low", ColumnType::Share),
        ("high", ColumnType::Share),
    ];
    let (mut table, leading) = churn.start("survival", "Customers who stay", None, &own);
    for group in &churn.answer.groups {
        let Some(curve) = Survival::estimate(&observed(group), churn.confidence) else { continue };
        let thin =
            if is_long && churn.detail.is_thin(curve.rows().len()) { thin::survival(curve.rows()) } else { Vec::new() };
        for row in if thin.is_empty() { curve.rows() } else { &thin } {
            let mut cells = Churn::cells(group, None);
            cells.push(churn.time_cell(row.time));
            cells.extend([row.at_risk, row.events, row.censored].map(Cell::Count));
            cells.push(Cell::Share(row.survival));
            cells.extend([share(row.interval.map(|band| band.low)), share(row.interval.map(|band| band.high))]);
            table.rows.push(cells);
        }
    }
    let mut columns = split_view(&table.columns, leading);
    let own = [
        value(&table, "Time", "time", 0),
        value(&table, "Customers", "at_risk", 0),
        value(&table, "Churned", "events", 0),
        value(&table, "Open", "censored", 1),
        interval(&table, "Still there", ["survival", "low", "high"], 0),
    ];
    columns.extend(own.into_iter().flatten());
    table.machine_only = is_long;
    table.view = Some(View { columns, caption: vec![caption(churn)], ..View::default() });
    table.chart = chart::survival(&table);
    Some(table)
}

pub fn median(churn: &Churn<'_>) -> Table {
    let time = churn.time_type();
    let own = [
        ("median", time),
        ("low", time),
        ("high", time),
        ("customers", ColumnType::Count),
        ("churned", ColumnType::Count),
    ];
    let (mut table, leading) = churn.start("median", "How long customers stay", None, &own);
    for group in &churn.answer.groups {
        let observed = observed(group);
        let found = Survival::estimate(&observed, churn.confidence).and_then(|curve| curve.median());
        let mut cells = Churn::cells(group, None);
        cells.push(churn.maybe_time(found.map(|found| found.time)));
        cells.push(churn.maybe_time(found.and_then(|found| found.low)));
        cells.push(churn.maybe_time(found.and_then(|found| found.high)));
        let churned: u64 = observed.iter().map(|one| one.events).sum();
        let open: u64 = observed.iter().map(|one| one.censored).sum();
        cells.extend([churned + open, churned].map(Cell::Count));
        table.rows.push(cells);
    }
    let mut columns = split_view(&table.columns, leading);
    let own = [
        value(&table, "Customers", "customers", 0),
        value(&table, "Churned", "churned", 0),
        value(&table, "Median", "median", 0),
        value(&table, "from", "low", 1),
        value(&table, "to", "high", 1),
    ];
    columns.extend(own.into_iter().flatten());
    let mut lines = Vec::new();
    if table.rows.iter().any(|row| row[leading] == Cell::Missing) {
        lines.push("Without a median, more than half are still there at the longest time seen.".to_owned());
    }
    if tables_lack_curve(churn) {
        lines.push(caption(churn));
    }
    table.view = Some(View { columns, caption: lines, ..View::default() });
    table
}

/// Whether the curve itself is too long for people, so that its definition must stand elsewhere.
fn tables_lack_curve(churn: &Churn<'_>) -> bool {
    churn.answer.groups.iter().map(|group| group.stays.len()).sum::<usize>() > MOST_ROWS
}

/// What the test says.
pub const LOGRANK: &str = "Log-rank test over all groups shown; a small p says that they differ.";

pub fn logrank(churn: &Churn<'_>) -> Table {
    let own = [
        ("groups", ColumnType::Count),
        ("chi_square", ColumnType::Number),
        ("degrees", ColumnType::Count),
        ("p_value", ColumnType::Number),
    ];
    let mut table = Table::new("logrank", "Do the groups stay equally long?", &own);
    let groups: Vec<Vec<Observed>> = churn.answer.groups.iter().map(observed).collect();
    if let Some(test) = compare(&groups) {
        table.rows.push(vec![
            Cell::Count(u64::from(test.degrees) + 1),
            Cell::Number(test.chi_square),
            Cell::Count(u64::from(test.degrees)),
            Cell::Number(test.p_value),
        ]);
    }
    let labels = [("Groups", "groups"), ("Chi-square", "chi_square"), ("Degrees", "degrees"), ("p", "p_value")];
    let columns = labels.iter().filter_map(|(label, name)| value(&table, label, name, 0)).collect();
    let caption = vec![LOGRANK.to_owned()];
    table.view = Some(View { columns, caption, ..View::default() });
    table
}

fn caption(churn: &Churn<'_>) -> String {
    stays(churn.plan.basis, churn.tenure_unit, churn.confidence)
}

/// What the curve is of.
pub fn stays(basis: Basis, tenure_unit: Option<TenureUnit>, confidence: f64) -> String {
    let stay = match basis {
        Basis::Snapshot => "the stays given in the snapshot",
        Basis::Subscriptions | Basis::Activity { .. } => {
            "the time from the first start to the first loss counted above, or for those still there to the as-of time"
        }
    };
    let unit = match (basis, tenure_unit) {
        (Basis::Snapshot, Some(TenureUnit::Month)) => " A month is 30.4375 days.",
        (Basis::Snapshot, Some(TenureUnit::Year)) => " A year is 365.25 days.",
        _ => "",
    };
    let percent = confidence * 100.0;
    format!("Kaplan-Meier over {stay} (open, not lost), with {percent} % log-log intervals.{unit}")
}
