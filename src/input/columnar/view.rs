//! The columns of a batch side by side, whoever decoded them, and their records as the builder takes them.

use super::chunk::Cells;
use crate::error::{Error, Result};
use crate::input::typed::{Builder, Cell, Fault, Row};
use polars::prelude::*;

/// The columns of a batch, by slot.
pub struct View<'a> {
    columns: Vec<ViewColumn<'a>>,
}

/// Texts as polars keeps them in one chunk.
type Texts = <StringType as PolarsDataType>::Array;

enum ViewColumn<'a> {
    /// One chunk without a null.
    FullText(&'a Texts),
    Text(&'a StringChunked),
    /// One chunk without a null.
    FullTimes(&'a [i64]),
    Times(&'a Int64Chunked),
    Days(&'a Int32Chunked),
    /// Straight from the pages of a file.
    Cells(&'a Cells<'a>),
}

/// One row of a batch.
pub struct ViewRow<'v, 'a> {
    pub view: &'v View<'a>,
    pub row: usize,
}

impl<'a> Row<'a> for ViewRow<'_, 'a> {
    #[expect(clippy::inline_always, reason = "runs three times per record; measured")]
    #[inline(always)]
    fn cell(&self, slot: usize) -> Cell<'a> {
        self.view.cell(slot, self.row)
    }
}

const fn timed(at: i64) -> Cell<'static> {
    Cell::Time { at, date_only: false }
}

impl<'a> View<'a> {
    /// The columns of a frame in one chunk.
    ///
    /// # Errors
    /// An internal one where a column is neither text nor time.
    pub fn of(frame: &'a DataFrame) -> Result<Self> {
        let internal = |error: PolarsError| Error::internal(error.to_string());
        let columns = frame.columns().iter().map(|column| {
            Ok(match column.dtype() {
                DataType::Datetime(..) => {
                    let times = column.datetime().map_err(internal)?.physical();
                    times.cont_slice().map_or(ViewColumn::Times(times), ViewColumn::FullTimes)
                }
                DataType::Date => ViewColumn::Days(column.date().map_err(internal)?.physical()),
                _ => {
                    let texts = column.str().map_err(internal)?;
                    let single = (texts.null_count() == 0 && texts.chunks().len() == 1)
                        .then(|| texts.downcast_iter().next())
                        .flatten();
                    single.map_or(ViewColumn::Text(texts), ViewColumn::FullText)
                }
            })
        });
        Ok(Self { columns: columns.collect::<Result<_>>()? })
    }

    /// The columns of a row group.
    pub fn of_cells(columns: &'a [Cells<'a>]) -> Self {
        Self { columns: columns.iter().map(ViewColumn::Cells).collect() }
    }

    #[expect(clippy::inline_always, reason = "runs three times per record; measured")]
    #[inline(always)]
    fn cell(&self, slot: usize, row: usize) -> Cell<'a> {
        match &self.columns[slot] {
            ViewColumn::FullText(texts) => Cell::Text(texts.value(row).as_bytes()),
            ViewColumn::FullTimes(times) => timed(times[row]),
            ViewColumn::Text(texts) => texts.get(row).map_or(Cell::Null, |text| Cell::Text(text.as_bytes())),
            ViewColumn::Times(times) => times.get(row).map_or(Cell::Null, timed),
            ViewColumn::Days(days) => days.get(row).map_or(Cell::Null, |day| Cell::Time {
                at: i64::from(day) * crate::model::time::MICROS_PER_DAY,
                date_only: true,
            }),
            ViewColumn::Cells(Cells::FullTexts(texts)) => Cell::Text(texts[row]),
            ViewColumn::Cells(Cells::Texts(texts)) => texts[row].map_or(Cell::Null, Cell::Text),
            ViewColumn::Cells(Cells::FullTimes(times)) => timed(times[row]),
            ViewColumn::Cells(Cells::Times(times)) => times[row].map_or(Cell::Null, timed),
        }
    }

    /// Shows all records of the batch to `builder` and what became of each to `judge`.
    pub fn push(
        &self,
        rows: usize,
        builder: &mut Builder<'_>,
        judge: &mut impl FnMut(usize, std::result::Result<(), Fault>),
    ) {
        let plain = builder.event_slots().map(|slots| slots.map(|slot| &self.columns[slot]));
        match plain {
            Some([ViewColumn::FullText(ids), ViewColumn::FullTimes(times), ViewColumn::FullText(names)]) => {
                let codes = codes_of_texts(names, builder);
                self.push_events(ids.values_iter().map(str::as_bytes), times, &codes, builder, judge);
            }
            Some(
                [
                    ViewColumn::Cells(Cells::FullTexts(ids)),
                    ViewColumn::Cells(Cells::FullTimes(times)),
                    ViewColumn::Cells(Cells::FullTexts(names)),
                ],
            ) => {
                let codes = codes_of_cells(names, builder);
                self.push_events(ids.iter().copied(), times, &codes, builder, judge);
            }
            _ => {
                for row in 0..rows {
                    judge(row, builder.push(&ViewRow { view: self, row }));
                }
            }
        }
    }

    /// Judges plain events: id, time and code of the name as whole columns, none of which is ever missing.
    fn push_events<'e>(
        &self,
        ids: impl Iterator<Item = &'e [u8]>,
        times: &[i64],
        codes: &[Option<u32>],
        builder: &mut Builder<'_>,
        judge: &mut impl FnMut(usize, std::result::Result<(), Fault>),
    ) {
        let events = ids.zip(times).zip(codes).enumerate();
        if let Some(mut bare) = builder.bare_events().filter(|_| codes.iter().all(Option::is_some)) {
            bare.reserve(codes.len());
            for (row, ((id, at), code)) in events {
                judge(row, bare.push(id, *at, code.unwrap_or(0)));
            }
            return;
        }
        for (row, ((id, at), code)) in events {
            let cells = ViewRow { view: self, row };
            judge(
                row,
                match code {
                    Some(code) => builder.push_coded(id, *at, *code, &cells),
                    None => builder.push(&cells),
                },
            );
        }
    }

    /// Whether all the needed cells of a row are null or empty.
    pub fn is_blank(&self, row: usize) -> bool {
        (0..self.columns.len()).all(|slot| match self.cell(slot, row) {
            Cell::Null => true,
            Cell::Text(text) => text.is_empty(),
            Cell::Time { .. } => false,
        })
    }
}

/// Codes of names that were judged before, by the form in which the batch holds them; a log has a few dozen at most.
struct Known([(u128, Option<u32>); PLACES]);

const PLACES: usize = 64;

impl Known {
    const fn new() -> Self {
        Self([(u128::MAX, None); PLACES])
    }

    #[inline]
    fn code(&mut self, form: u128, judge: impl FnOnce() -> Option<u32>) -> Option<u32> {
        let place = &mut self.0[place(form)];
        if place.0 != form {
            *place = (form, judge());
        }
        place.1
    }
}

#[expect(clippy::cast_possible_truncation, reason = "both halves count, and six bits are left")]
const fn place(form: u128) -> usize {
    let mixed = (form as u64 ^ (form >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 58) as usize
}

/// A short text is its view, and a long one of a dictionary has one view, so that most names are known by one
/// comparison of 128 bits.
fn codes_of_texts(names: &Texts, builder: &mut Builder<'_>) -> Vec<Option<u32>> {
    let mut known = Known::new();
    let forms = names.views().iter().enumerate();
    let codes = forms.map(|(row, view)| known.code(view.as_u128(), || builder.event_code(names.value(row).as_bytes())));
    codes.collect()
}

/// A name of a dictionary lies in one place.
fn codes_of_cells(names: &[&[u8]], builder: &mut Builder<'_>) -> Vec<Option<u32>> {
    let mut known = Known::new();
    let form = |name: &[u8]| name.as_ptr().addr() as u128 | (name.len() as u128) << 64;
    names.iter().map(|name| known.code(form(name), || builder.event_code(name))).collect()
}
