//! Tries to work out what is hidden.

use super::{conversion, suppressed};
use crate::document::{Cell, ColumnType, Table};
use proptest::prelude::*;
use std::collections::BTreeSet;

#[test]
fn the_next_smallest_joins_what_is_hidden() {
    let hidden = |sizes: &[f64]| suppressed(&sizes.iter().map(|size| vec![*size]).collect::<Vec<_>>(), 10);
    assert_eq!(hidden(&[3.0, 50.0, 40.0]), [true, false, true]);
    // 3 and 4 are 7: their sum is small too.
    assert_eq!(hidden(&[3.0, 50.0, 4.0]), [true, true, true]);
    assert_eq!(hidden(&[6.0, 50.0, 4.0]), [true, false, true]);
    // Nobody hides nobody.
    assert_eq!(hidden(&[0.0, 3.0, 20.0, 30.0]), [false, true, true, false]);
    assert_eq!(hidden(&[0.0, 10.0, 20.0]), [false, false, false]);
    assert_eq!(hidden(&[3.0]), [true]);
    assert_eq!(suppressed(&[vec![30.0, 4.5], vec![40.0, 12.0], vec![35.0, 11.0]], 10), [true, false, true]);
}

/// The counts of a funnel of three steps: entered, dropped, open of each.
type Funnel = [[u64; 3]; 3];

fn table(funnel: &Funnel) -> Table {
    let columns = [("step", ColumnType::Count), ("name", ColumnType::Text), ("entered", ColumnType::Count)];
    let mut table = Table::new("steps", "", &columns);
    table.columns.extend(Table::new("", "", &[("dropped", ColumnType::Count), ("open", ColumnType::Count)]).columns);
    for (step, [entered, dropped, open]) in (1..).zip(funnel) {
        let counts = [*entered, *dropped, *open].map(Cell::Count);
        table.rows.push([vec![Cell::Count(step), Cell::Text("a".to_owned())], counts.to_vec()].concat());
    }
    table
}

/// Every funnel that is possible: who enters a step goes on, drops or is open.
fn possible(entered: u64) -> impl Iterator<Item = Funnel> {
    (0..=entered).flat_map(move |second| {
        (0..=entered - second).flat_map(move |dropped| {
            (0..=second).flat_map(move |third| {
                (0..=second - third).map(move |later| {
                    [
                        [entered, dropped, entered - second - dropped],
                        [second, later, second - third - later],
                        [third, 0, 0],
                    ]
                })
            })
        })
    })
}

proptest! {
    /// Of all funnels that look the same, a hidden count has at least as many values as units are asked for.
    #[test]
    fn what_is_hidden_cannot_be_worked_out(entered in 4_u64..13, at in any::<prop::sample::Index>(), least in 2_u64..5) {
        let all: Vec<Funnel> = possible(entered).collect();
        let truth = &all[at.index(all.len())];
        prop_assume!(entered >= least);
        let mut tables = [table(truth)];
        conversion::hide(&mut tables, least);
        let shown = |step: usize, what: usize| match tables[0].rows[step][what + 2] {
            Cell::Count(count) => Some(count),
            _ => None,
        };
        let fits = |funnel: &&Funnel| {
            (0..3).all(|step| (0..3).all(|what| shown(step, what).is_none_or(|count| count == funnel[step][what])))
        };
        let alike: Vec<&Funnel> = all.iter().filter(fits).collect();
        for step in 0..3 {
            for what in 0..3 {
                let values: BTreeSet<u64> = alike.iter().map(|funnel| funnel[step][what]).collect();
                let is_few = (1..least).contains(&truth[step][what]);
                prop_assert!(!is_few || shown(step, what).is_none(), "{truth:?}");
                // Nobody is dropped or open at the last step, whatever is hidden.
                let is_end = step == 2 && what > 0;
                prop_assert!(is_end || shown(step, what).is_some() || values.len() as u64 >= least, "{truth:?}: {values:?}");
            }
        }
    }
}
