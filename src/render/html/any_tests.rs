//! Whatever a table and a chart hold, the page is well formed and the same each time.

use super::tests::{assert_well_formed, page};
use crate::document::{Cell, Chart, ColumnType, Document, Matrix, Measure, Section, Table};
use crate::model::decimal::Decimal;
use proptest::prelude::*;

fn any_cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        Just(Cell::Missing),
        any::<u64>().prop_map(Cell::Count),
        any::<f64>().prop_map(Cell::Share),
        any::<f64>().prop_map(Cell::Number),
        any::<f64>().prop_map(Cell::Elapsed),
        any::<i128>().prop_map(|value| Cell::Money(Decimal(value))),
        any::<i64>().prop_map(Cell::Instant),
        any::<bool>().prop_map(Cell::Flag),
        ".{0,12}".prop_map(Cell::Text),
    ]
}

fn any_chart() -> impl Strategy<Value = Chart> {
    let at = || 0_usize..5;
    let some = || prop::collection::vec(0_usize..5, 0..3);
    let value = || {
        (at(), prop::option::of(at()), prop::option::of(at())).prop_map(|(value, low, high)| Measure {
            value,
            low,
            high,
        })
    };
    prop_oneof![
        (at(), at(), value(), at()).prop_map(|(label, count, rate, open)| Chart::Funnel {
            label,
            count,
            rate: Some(rate),
            open: Some(open)
        }),
        (at(), some(), value(), at(), some()).prop_map(|(period, series, value, size, unfinished)| Chart::Trend {
            period,
            series,
            value,
            size: Some(size),
            unfinished
        }),
        (at(), some(), prop::collection::vec(value(), 0..3), any::<bool>(), prop::option::of(any::<f64>()))
            .prop_map(|(x, series, lines, step, start)| Chart::Curve { x, series, lines, step, start }),
        (at(), at(), at(), prop::option::of(at())).prop_map(|(row, column, value, complete)| Chart::HeatMap {
            row,
            column,
            value,
            complete
        }),
        (some(), value()).prop_map(|(label, value)| Chart::Bars { label, value }),
        (at(), at(), some(), some()).prop_map(|(label, value, totals, minus)| Chart::Waterfall {
            label,
            value,
            totals,
            minus
        }),
        (some(), some()).prop_map(|(label, values)| Chart::Groups { label, values }),
        Just(Chart::Matrix),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_table_and_chart_make_a_page(
        rows in prop::collection::vec(prop::collection::vec(any_cell(), 0..5), 0..9),
        chart in any_chart(),
        first in 0_usize..6,
        kind in prop::sample::select(vec![ColumnType::Share, ColumnType::Elapsed, ColumnType::Money, ColumnType::Date]),
    ) {
        let columns = [("a", ColumnType::Text), ("b", kind), ("c", kind), ("d", ColumnType::Count)];
        let mut table = Table::new("t", "T", &columns);
        table.rows = rows;
        table.chart = Some(chart);
        table.matrix = Some(Matrix { first, scale: first + 1, partial: vec![(0, 2), (9, 9)] });
        let sections = vec![Section { tables: vec![table], ..Section::default() }];
        let document = Document { sections, ..Document::default() };
        let first = page(&document);
        assert_well_formed(&first);
        prop_assert!(!first.contains("=\"NaN") && !first.contains("=\"inf"));
        prop_assert_eq!(first, page(&document));
    }
}
