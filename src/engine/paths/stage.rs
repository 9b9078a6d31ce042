//! From batches to packed records: a record's group stands for its node together with its breakdown values.

use crate::engine::groups::Groups;
use crate::engine::record::{Record, Unpacked};
use crate::engine::store::{Packed, Staged};
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::source::{Request, Source};
use crate::model::kind::{Kind, Role};
use crate::plan::NONE;
use crate::plan::paths::PathsPlan;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};

const MAY_BEGIN: u32 = 1;

/// Whether a journey may begin with such an event.
#[must_use]
pub const fn class_may_begin(class: u32) -> bool {
    class & MAY_BEGIN != 0
}

/// Returns the bit of a unit filter.
#[must_use]
pub const fn unit_bit(filter: usize) -> u32 {
    2 << filter
}

/// More unit filters than this do not fit a record.
pub const MOST_UNIT_FILTERS: usize = 7;

/// Where the columns of a source's batches stand.
pub struct Shape {
    /// Position of the node, or the code of the node that all rows have.
    node: Option<usize>,
    constant: u32,
    by: Vec<Option<usize>>,
}

/// Turns batches into packed records; shared by all threads of a scan.
pub struct Stager<'a> {
    plan: &'a PathsPlan,
    /// Of the node and the breakdown columns, as one tuple.
    groups: Groups,
    pub misfit: AtomicBool,
}

/// Rows by group code.
type Rows = HashMap<u32, u64, foldhash::fast::FixedState>;

impl<'a> Stager<'a> {
    pub fn new(plan: &'a PathsPlan) -> Self {
        Self { plan, groups: Groups::new(1 + plan.by.len()), misfit: AtomicBool::new(false) }
    }

    pub fn request(&self, source: &Source) -> (Request, Shape) {
        let plan = self.plan;
        let mut fields = vec![
            Field { column: source.column(Role::Id), wanted: Wanted::Id },
            Field { column: source.column(Role::Time), wanted: Wanted::Time { required: true } },
        ];
        let mut push = |column: String, wanted: Wanted| {
            fields.push(Field { column, wanted });
            fields.len() - 1
        };
        let dictionary = self.groups.dictionary(0);
        let constant = source.event_name.as_ref().filter(|_| plan.node.is_none());
        let constant_code = constant.map_or(0, |name| dictionary.code(name));
        let node = match (&plan.node, constant) {
            (Some(column), _) => source.attribute(column).map(|column| push(column, Wanted::Text { dictionary })),
            (None, Some(_)) => None,
            (None, None) => {
                let role = if source.kind == Kind::History { Role::Stage } else { Role::Event };
                Some(push(source.column(role), Wanted::Name { dictionary, required: true, only: None }))
            }
        };
        let by = plan.by.iter().enumerate();
        let by = by
            .map(|(position, column)| {
                let column = source.attribute(column)?;
                Some(push(column, Wanted::Text { dictionary: self.groups.dictionary(position + 1) }))
            })
            .collect();
        let predicates = plan.entry_filter.iter().chain(&plan.unit_filters).cloned().collect();
        let request = Request { fields, predicates, filter: plan.row_filter.clone(), as_of: plan.as_of };
        (request, Shape { node, constant: constant_code, by })
    }

    /// Packs a part; a row without a node is no stop.
    pub fn stage<R: Record>(&self, batch: &Batch, shape: &Shape) -> (Staged<R>, Rows) {
        let (mut packed, mut rows) = (Packed::with_capacity(batch.rows), Rows::default());
        let (Some(Column::Ids(ids)), Some(Column::Times(times))) = (batch.columns.first(), batch.columns.get(1)) else {
            return (Staged::new(&packed), rows);
        };
        let node = shape.node.and_then(|position| codes(batch, position));
        let by: Vec<Option<&[u32]>> =
            shape.by.iter().map(|position| position.and_then(|position| codes(batch, position))).collect();
        let mut tuple = vec![0; 1 + by.len()];
        for (row, (unit, time)) in ids.iter().zip(times).enumerate() {
            tuple[0] = node.map_or(shape.constant, |node| node[row]);
            if tuple[0] == 0 {
                continue;
            }
            for (slot, column) in tuple[1..].iter_mut().zip(&by) {
                *slot = column.map_or(0, |column| column[row]);
            }
            let group = self.groups.code(&tuple);
            *rows.entry(group).or_default() += 1;
            let event = Unpacked { unit: *unit, time: *time, class: self.class(batch, row), group, value: None };
            if !packed.push(&event) {
                self.misfit.store(true, Ordering::Relaxed);
                break;
            }
        }
        (Staged::new(&packed), rows)
    }

    fn class(&self, batch: &Batch, row: usize) -> u32 {
        let mut predicates = batch.predicates.iter();
        let entry = self.plan.entry_filter.is_none() || predicates.next().is_none_or(|met| met[row]);
        let unit = predicates.enumerate().filter(|(_, met)| met[row]);
        unit.fold(u32::from(entry) * MAY_BEGIN, |class, (filter, _)| class | unit_bit(filter))
    }

    /// Reads the codes of all records back into names.
    pub fn labels(&self, rows: &BTreeMap<u32, u64>) -> Labels {
        let ranked = self.groups.ranked();
        let mut labels = Labels::default();
        let mut of_values: BTreeMap<Vec<String>, u32> = BTreeMap::new();
        let by_code: Vec<(u32, Vec<String>)> =
            rows.keys().map(|code| (*code, ranked.label(ranked.rank(*code)))).collect();
        let values = |label: &[String]| label.get(1..).unwrap_or_default().to_vec();
        for (_, label) in &by_code {
            if label.iter().skip(1).any(|value| value != NONE) {
                of_values.insert(values(label), 0);
            }
        }
        for (number, group) in of_values.values_mut().zip(1..) {
            *number = group;
        }
        for (code, label) in &by_code {
            let code = *code as usize;
            if labels.place_of_code.len() <= code {
                labels.place_of_code.resize(code + 1, 0);
            }
            labels.place_of_code[code] = labels.node_names.len();
            let node = label.first().cloned().unwrap_or_default();
            let count = rows.get(&u32::try_from(code).unwrap_or(u32::MAX)).copied().unwrap_or(0);
            *labels.rows.entry(node.clone()).or_default() += count;
            labels.node_names.push(node);
            labels.group_numbers.push(of_values.get(&values(label)).copied().unwrap_or(0));
        }
        labels.groups = of_values.into_keys().collect();
        labels
    }
}

/// What the codes of records stand for.
#[derive(Debug, Default)]
pub struct Labels {
    place_of_code: Vec<usize>,
    /// Name of the node, by place.
    pub node_names: Vec<String>,
    /// Number of the breakdown values (from 1, by name; 0 is none), by place.
    group_numbers: Vec<u32>,
    /// Breakdown values by number less one.
    groups: Vec<Vec<String>>,
    /// Rows by name of the node.
    pub rows: BTreeMap<String, u64>,
}

impl Labels {
    /// The place of a record's code.
    #[inline]
    #[must_use]
    pub fn rank(&self, code: u32) -> usize {
        self.place_of_code.get(code as usize).copied().unwrap_or(0)
    }

    /// The number of a record's breakdown values.
    #[inline]
    #[must_use]
    pub fn group(&self, code: u32) -> u32 {
        self.group_numbers.get(self.rank(code)).copied().unwrap_or(0)
    }

    /// The breakdown values of a number.
    #[must_use]
    pub fn values(&self, group: u32) -> Vec<String> {
        self.groups.get((group as usize).wrapping_sub(1)).cloned().unwrap_or_default()
    }
}

fn codes(batch: &Batch, position: usize) -> Option<&[u32]> {
    match batch.columns.get(position) {
        Some(Column::Codes(codes)) => Some(codes),
        _ => None,
    }
}
