//! The second reading: judges every record and finds the wanted cells of the sound ones.

use super::cells::{Cells, Place};
use super::keys::Marks;
use super::parse::{Damage, Met, Scratch, Value, ValueKind, Visitor, parse};
use super::reason;
use super::schema::{Role, Schema};
use super::strings::unescape;

/// Not a wanted column.
const UNWANTED: u32 = u32::MAX;

/// Which columns are wanted.
#[derive(Debug)]
pub(super) struct Selection {
    /// Place of each column of the header, or [`UNWANTED`].
    places: Vec<u32>,
    /// Place of each slot; a column that is wanted twice has one place.
    slots: Vec<usize>,
    count: usize,
}

impl Selection {
    pub(super) fn new(columns: usize, needed: &[usize]) -> Self {
        let mut selection = Self { places: vec![UNWANTED; columns], slots: Vec::with_capacity(needed.len()), count: 0 };
        for column in needed {
            // A column beyond the header gets a place that no record fills.
            let place = selection.places.get_mut(*column);
            let next = selection.count;
            let place = match place {
                Some(place) if *place == UNWANTED => {
                    *place = u32::try_from(next).unwrap_or(UNWANTED);
                    next
                }
                Some(place) => *place as usize,
                None => next,
            };
            selection.count = selection.count.max(place + 1);
            selection.slots.push(place);
        }
        selection
    }
}

/// Reads records; one per thread, kept for its memory.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    schema: &'a Schema,
    selection: &'a Selection,
    marks: Marks,
    scratch: Scratch,
    places: Vec<Place>,
    unescaped: Vec<u8>,
    number: u64,
    /// What is wrong with the record apart from its form; damage to its form comes first.
    misfit: Option<Damage>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(schema: &'a Schema, selection: &'a Selection) -> Self {
        Self {
            schema,
            selection,
            marks: Marks::default(),
            scratch: Scratch::default(),
            places: vec![Place::default(); selection.count],
            unescaped: Vec::new(),
            number: 0,
            misfit: None,
        }
    }

    /// Reads one record of valid UTF-8.
    #[inline]
    pub(super) fn read<'r>(&'r mut self, record: &'r [u8]) -> Result<Cells<'r>, Damage> {
        self.number = self.marks.begin();
        self.unescaped.clear();
        self.misfit = None;
        let mut scratch = std::mem::take(&mut self.scratch);
        let result = parse(record, &mut scratch, self);
        self.scratch = scratch;
        result?;
        if let Some(misfit) = self.misfit {
            return Err(misfit);
        }
        let Self { unescaped, places, selection, number, .. } = self;
        Ok(Cells { record, unescaped, places, slots: &selection.slots, number: *number })
    }

    fn keep(&mut self, column: u32, text: &[u8], value: Value) {
        let wanted = self.selection.places.get(column as usize).copied().unwrap_or(UNWANTED);
        let Some(place) = self.places.get_mut(wanted as usize) else { return };
        let number = self.number;
        let Value { kind, start, end } = value;
        *place = match kind {
            ValueKind::Null => return,
            ValueKind::Plain => Place { number, start, end, unescaped: false },
            ValueKind::Escaped => {
                let begin = self.unescaped.len();
                unescape(text.get(start..end).unwrap_or_default(), &mut self.unescaped);
                Place { number, start: begin, end: self.unescaped.len(), unescaped: true }
            }
        };
    }
}

impl Visitor for Reader<'_> {
    #[inline]
    fn key(&mut self, parent: u32, previous: u32, key: &[u8]) -> Result<Option<Met>, Damage> {
        let keys = &self.schema.keys;
        let edge = self.marks.find(keys, parent, previous, key);
        let Some((edge, node)) = edge.and_then(|edge| keys.edge(edge).map(|found| (edge, found.child))) else {
            self.misfit.get_or_insert(Damage::new(reason::NOT_AS_LEARNT));
            return Ok(None);
        };
        if self.marks.meet(node) {
            let column = if let Role::Column(column) = self.schema.role(node) { Some(column) } else { None };
            return Err(Damage { column, reason: reason::DUPLICATE_KEY });
        }
        Ok(Some(Met { edge, node }))
    }

    #[inline]
    fn object(&mut self, node: u32) -> Result<(), Damage> {
        let misfit = match self.schema.role(node) {
            Role::Object => return Ok(()),
            Role::Column(column) => Damage { column: Some(column), reason: reason::OBJECT_WHERE_TEXT },
            Role::Hidden => Damage::new(reason::NOT_AS_LEARNT),
        };
        self.misfit.get_or_insert(misfit);
        Ok(())
    }

    #[inline]
    fn value(&mut self, node: u32, text: &[u8], value: Value) -> Result<(), Damage> {
        match self.schema.role(node) {
            Role::Column(column) => self.keep(column, text, value),
            Role::Object if value.kind == ValueKind::Null => {}
            Role::Object | Role::Hidden => {
                self.misfit.get_or_insert(Damage::new(reason::NOT_AS_LEARNT));
            }
        }
        Ok(())
    }
}
