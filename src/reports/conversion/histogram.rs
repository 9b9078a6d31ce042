//! The table `histogram`: how long those who converted took, in spans that people think in.

use super::{Conversion, view};
use crate::document::{Cell, ColumnType, Table};
use crate::model::time::{MICROS_PER_SECOND, Micros};
use crate::plan::CutRow;
use crate::reports::labels::{split_cells, split_columns};

const OWN: [(&str, ColumnType); 3] =
    [("lower", ColumnType::Elapsed), ("upper", ColumnType::Elapsed), ("units", ColumnType::Count)];

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Upper ends of the bins in seconds; each belongs to its bin, so that who takes all of a window is inside it.
const ENDS: [i64; 14] = [
    10,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    6 * HOUR,
    DAY,
    3 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    90 * DAY,
    180 * DAY,
    365 * DAY,
];

/// The bin of a duration.
fn bin(duration: Micros) -> usize {
    ENDS.partition_point(|end| end * MICROS_PER_SECOND < duration)
}

/// Units by bin.
fn counts(row: &CutRow) -> [u64; ENDS.len() + 1] {
    let mut counts = [0; ENDS.len() + 1];
    for count in &row.durations {
        counts[bin(count.duration)] += count.converted;
    }
    counts
}

pub fn table(conversion: &Conversion<'_>) -> Table {
    let mut table = Table::new("histogram", "Time from the first step to the last", &[]);
    table.columns = split_columns(conversion.by(), conversion.every, &OWN);
    let leading = table.columns.len();
    table.columns.extend(Table::new("", "", &OWN).columns);
    for row in &conversion.cut.rows {
        let counts = counts(row);
        let (Some(first), Some(last)) =
            (counts.iter().position(|count| *count > 0), counts.iter().rposition(|count| *count > 0))
        else {
            continue;
        };
        for (bin, units) in counts.iter().enumerate().take(last + 1).skip(first) {
            let end = |bin: Option<usize>| {
                bin.map_or(Cell::Elapsed(0.0), |bin| seconds(bin).map_or(Cell::Missing, Cell::Elapsed))
            };
            let mut cells = split_cells(&row.group, row.period);
            cells.extend([end(bin.checked_sub(1)), end(Some(bin)), Cell::Count(*units)]);
            table.rows.push(cells);
        }
    }
    table.view = Some(view::histogram(conversion, &table, leading));
    table
}

/// The upper end of a bin; the last one has none.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn seconds(bin: usize) -> Option<f64> {
    ENDS.get(bin).map(|end| *end as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::DurationCount;

    #[test]
    fn an_end_belongs_to_its_bin() {
        let at = |seconds: i64| bin(seconds * MICROS_PER_SECOND);
        assert_eq!((at(0), at(10), at(11), at(60), at(61)), (0, 0, 1, 1, 2));
        assert_eq!(bin(DAY * MICROS_PER_SECOND) + 1, bin(DAY * MICROS_PER_SECOND + 1));
        assert_eq!(at(366 * DAY), ENDS.len());
    }

    #[test]
    fn only_those_who_converted_count() {
        let duration = |seconds: i64, converted| DurationCount {
            duration: seconds * MICROS_PER_SECOND,
            converted,
            lost: 5,
            censored: 7,
        };
        let row = CutRow { durations: vec![duration(1, 2), duration(10, 1), duration(3600, 4)], ..CutRow::default() };
        let counts = counts(&row);
        assert_eq!((counts[0], counts[4], counts.iter().sum::<u64>()), (3, 4, 7));
    }
}
