//! How the records of one file are read.

use super::names::NameMatcher;
use crate::input::batch::{Column, Wanted};
use crate::input::cells::Cells;
use crate::input::expression::{Condition, Operand};
use crate::input::left_out::LaidTest;
use crate::input::lookup::Lookup;
use crate::input::values::{AmountColumn, NullWords, TimeColumn, normalized, short_id, unit_key};
use crate::model::presets::Ids;
use crate::model::time::Micros;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How one field is read.
#[derive(Debug)]
pub struct LaidField {
    /// Position in the file; `None` where the file lacks the column: all its cells are missing.
    pub column: Option<usize>,
    pub wanted: Wanted,
    pub reader: Reader,
}

/// What a field's cells need besides its kind.
#[derive(Debug)]
pub enum Reader {
    Plain,
    /// `None`: no cell of the column has content.
    Time(Option<TimeColumn>),
    Amount(AmountColumn),
    Names(NameMatcher),
    Lookup(Arc<Lookup>),
}

/// A text that conditions need.
#[derive(Debug, Clone)]
pub struct LaidText {
    /// The name that conditions use.
    pub name: String,
    pub column: Option<usize>,
    /// Ids and names are compared in their normal form.
    pub normalize: bool,
    /// A cell that every record has, where the column is a constant.
    pub constant: Option<String>,
    pub lookup: Option<Arc<Lookup>>,
}

/// How the records of one file become batches.
#[derive(Debug)]
pub struct Layout {
    pub fields: Vec<LaidField>,
    pub texts: Vec<LaidText>,
    /// The name under which conditions see the time of the record.
    pub time_name: Option<String>,
    pub predicates: Vec<Condition>,
    pub filter: Option<Condition>,
    pub operands: BTreeMap<String, Operand>,
    pub nulls: NullWords,
    pub as_of: Option<Micros>,
    /// Rows that meet one of these are none of the data.
    pub left_out: Vec<LaidTest>,
    pub ids: Ids,
    /// Columns of batches that were staged: their memory serves the next ones.
    pub spare: Mutex<Vec<Vec<Column>>>,
}

impl Layout {
    /// The key of a unit by its id.
    pub(super) fn key(&self, id: &[u8]) -> u128 {
        let id = normalized(id);
        match self.ids {
            Ids::Plain => unit_key(&id),
            Ids::Salesforce => unit_key(short_id(&id)),
        }
    }

    /// Empty columns for the fields, with memory that was used before where there is some.
    pub(super) fn columns(&self) -> Vec<Column> {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match spare {
            Some(mut columns) => {
                columns.iter_mut().for_each(Column::clear);
                columns
            }
            None => self.fields.iter().map(|field| empty_column(&field.wanted)).collect(),
        }
    }
}

/// Rows for which there is room at first; a part of a large file has more.
const ROOM: usize = 1 << 14;

fn empty_column(wanted: &Wanted) -> Column {
    match wanted {
        Wanted::Id => Column::Ids(Vec::with_capacity(ROOM)),
        Wanted::Time { .. } | Wanted::Over { .. } => Column::Times(Vec::with_capacity(ROOM)),
        Wanted::Name { .. } | Wanted::Text { .. } | Wanted::Word { .. } | Wanted::Label { .. } => {
            Column::Codes(Vec::with_capacity(ROOM))
        }
        Wanted::Amount | Wanted::Quantity => Column::Amounts(Vec::new()),
        Wanted::Cell => Column::Cells(Cells::default()),
    }
}
