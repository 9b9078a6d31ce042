//! One column of one row group of a Parquet file, from its pages to cells that lie where the pages were unpacked.
//!
//! Follows <https://parquet.apache.org/docs/file-format/>: flat columns of texts and of 64-bit times, plain or by a
//! dictionary. Every function answers `None` for what it does not read, be it damaged or of another kind: polars reads
//! that row group then, and says what is wrong with it.

use polars::prelude::TimeUnit;
use polars_buffer::Buffer;
use polars_parquet::parquet::CowBuffer;
use polars_parquet::parquet::compression::{Compression, DecompressionContext};
use polars_parquet::parquet::encoding::{Encoding, hybrid_rle::HybridRleDecoder};
use polars_parquet::parquet::metadata::{ColumnChunkMetadata, Descriptor};
use polars_parquet::parquet::page::{CompressedPage, DataPage, DataPageHeader, Page, split_buffer};
use polars_parquet::parquet::read::{PageReader, decompress};
use std::io::Cursor;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Whole numbers of so many bytes, which become texts: ids often are such.
    Number(usize),
    /// Counts of this unit since 1970.
    Time(TimeUnit),
}

/// The pages of a column of a row group, unpacked.
pub struct Chunk {
    kind: Kind,
    dictionary: Option<(Vec<u8>, usize)>,
    pages: Vec<DataPage>,
    /// Numbers as texts, in the form of a plain page; those of missing cells are not among them.
    spelled: Vec<u8>,
}

/// The cells of a column of a row group.
pub enum Cells<'a> {
    /// None is missing.
    FullTexts(Vec<&'a [u8]>),
    Texts(Vec<Option<&'a [u8]>>),
    /// Microseconds; none is missing.
    FullTimes(Vec<i64>),
    Times(Vec<Option<i64>>),
}

/// What a thread needs to unpack pages; its memory serves one page after the other.
pub struct Unpacker {
    context: DecompressionContext,
    zstd: Option<zstd::bulk::Decompressor<'static>>,
    spare: Vec<Vec<u8>>,
}

/// Pages that would unpack to more are left to polars.
const LARGEST_PAGE: usize = 256 << 20;

impl Unpacker {
    pub const fn new() -> Self {
        Self { context: DecompressionContext::Unset, zstd: None, spare: Vec::new() }
    }

    /// Unpacks all pages of a column chunk, whose bytes in the file are `bytes`.
    pub fn chunk(&mut self, kind: Kind, column: &ColumnChunkMetadata, bytes: Vec<u8>) -> Option<Chunk> {
        let largest = bytes.len();
        let mut reader = PageReader::new(Cursor::new(Buffer::from_vec(bytes)), column, Vec::new(), largest);
        let dictionary = match reader.read_dict().ok()? {
            None => None,
            Some(page) => match decompress(CompressedPage::Dict(page), &mut Vec::new(), &mut self.context).ok()? {
                Page::Dict(page) => Some((page.buffer.into_vec(), page.num_values)),
                Page::Data(_) => return None,
            },
        };
        let mut pages = Vec::new();
        for page in reader {
            pages.push(self.page(page.ok()?, &column.descriptor().descriptor)?);
        }
        let mut chunk = Chunk { kind, dictionary, pages, spelled: Vec::new() };
        if let Kind::Number(width) = kind {
            chunk.spelled = spelled(&chunk.numbers(width)?.0)?;
        }
        Some(chunk)
    }

    fn page(&mut self, page: CompressedPage, descriptor: &Descriptor) -> Option<DataPage> {
        let CompressedPage::Data(mut page) = page else { return None };
        let size = page.uncompressed_size();
        if size > LARGEST_PAGE {
            return None;
        }
        let mut buffer = self.spare.pop().unwrap_or_default();
        // In one piece and into memory that nobody has to clear first, which the general way does not do.
        if page.compression() == Compression::Zstd && matches!(page.header(), DataPageHeader::V1(_)) {
            let header = page.header().clone();
            buffer.clear();
            buffer.try_reserve_exact(size).ok()?;
            let zstd = match &mut self.zstd {
                Some(zstd) => zstd,
                empty => empty.insert(zstd::bulk::Decompressor::new().ok()?),
            };
            let unpacked = zstd.decompress_to_buffer(page.slice_mut(), &mut buffer).ok()?;
            if unpacked != size {
                return None;
            }
            let rows = header.num_values();
            return Some(DataPage::new(header, CowBuffer::Owned(buffer), descriptor.clone(), rows));
        }
        match decompress(CompressedPage::Data(page), &mut buffer, &mut self.context).ok()? {
            Page::Data(page) => Some(page),
            Page::Dict(_) => None,
        }
    }

    /// Takes back the memory of pages that are done with.
    pub fn recycle(&mut self, chunk: Chunk) {
        self.spare.extend(chunk.pages.into_iter().map(|mut page| std::mem::take(page.buffer_mut())));
    }
}

impl Chunk {
    /// The cells of all `rows` of the row group.
    pub fn cells(&self, rows: usize) -> Option<Cells<'_>> {
        match self.kind {
            Kind::Text => self.texts(rows),
            Kind::Number(_) => self.spelled(rows),
            Kind::Time(unit) => self.times(rows, unit),
        }
    }

    fn texts(&self, rows: usize) -> Option<Cells<'_>> {
        let (texts, presence) = self.values(plain_texts)?;
        texts_of(texts, presence, rows)
    }

    fn spelled(&self, rows: usize) -> Option<Cells<'_>> {
        let presence = self.pages(|_, _, _| Some(()))?;
        let mut texts = Vec::with_capacity(presence.present);
        plain_texts(&self.spelled, presence.present, &mut texts)?;
        texts_of(texts, presence, rows)
    }

    fn times(&self, rows: usize, unit: TimeUnit) -> Option<Cells<'_>> {
        let (mut times, presence) = self.numbers(8)?;
        match unit {
            TimeUnit::Microseconds => {}
            TimeUnit::Milliseconds => times.iter_mut().for_each(|time| *time = time.saturating_mul(1000)),
            // What is finer is cut towards the past.
            TimeUnit::Nanoseconds => times.iter_mut().for_each(|time| *time = time.div_euclid(1000)),
        }
        Some(match spread(times, presence, rows)? {
            Spread::Full(times) => Cells::FullTimes(times),
            Spread::Gapped(times) => Cells::Times(times),
        })
    }

    fn numbers(&self, width: usize) -> Option<(Vec<i64>, Presence)> {
        self.values(|values, count, numbers| plain_numbers(values, count, width, numbers))
    }

    /// All values that there are, and which rows they belong to. `plain` reads so many plain values.
    fn values<'a, T: Copy>(
        &'a self,
        plain: impl Fn(&'a [u8], usize, &mut Vec<T>) -> Option<()>,
    ) -> Option<(Vec<T>, Presence)> {
        let mut known = Vec::new();
        if let Some((bytes, count)) = &self.dictionary {
            plain(bytes, *count, &mut known)?;
        }
        let rows = self.pages.iter().map(DataPage::num_values).sum();
        let mut all = Vec::with_capacity(rows);
        let presence = self.pages(|encoding, values, count| match encoding {
            Encoding::Plain => plain(values, count, &mut all),
            Encoding::PlainDictionary | Encoding::RleDictionary => {
                for index in indices(values, count)? {
                    all.push(*known.get(index as usize)?);
                }
                Some(())
            }
            _ => None,
        })?;
        Some((all, presence))
    }

    /// Shows the values of each page to `read`, with their encoding and number, and returns which rows have one.
    fn pages<'a>(&'a self, mut read: impl FnMut(Encoding, &'a [u8], usize) -> Option<()>) -> Option<Presence> {
        let mut presence = Presence::default();
        for page in &self.pages {
            let rows = page.num_values();
            let parts = split(page)?;
            let before = presence.present;
            if page.descriptor.max_def_level == 0 {
                presence.add(1, rows);
            } else if page.definition_level_encoding() == Encoding::Rle {
                presence.read(parts.0, rows)?;
            } else {
                return None;
            }
            read(page.encoding(), parts.1, presence.present - before)?;
        }
        Some(presence)
    }
}

/// Levels and values of a page.
fn split(page: &DataPage) -> Option<(&[u8], &[u8])> {
    let levels = match page.header() {
        // The length of the levels stands before them.
        DataPageHeader::V1(_) if page.descriptor.max_def_level > 0 => 4,
        DataPageHeader::V1(_) => 0,
        DataPageHeader::V2(header) => {
            let levels = usize::try_from(header.definition_levels_byte_length).ok()?;
            levels.checked_add(usize::try_from(header.repetition_levels_byte_length).ok()?)?
        }
    };
    if page.buffer().len() < levels {
        return None;
    }
    let parts = split_buffer(page).ok()?;
    Some((parts.def, parts.values))
}

/// Which rows have a value, in runs.
#[derive(Default)]
struct Presence {
    rows: usize,
    present: usize,
    /// Whether the rows of each run have a value, and their number; neighbours differ.
    runs: Vec<(bool, usize)>,
}

impl Presence {
    fn read(&mut self, levels: &[u8], rows: usize) -> Option<()> {
        let mut decoder = HybridRleDecoder::new(levels, 1, rows);
        let mut seen = 0;
        while let Some(chunk) = decoder.next_chunk().ok()? {
            use polars_parquet::parquet::encoding::hybrid_rle::HybridRleChunk;
            seen += chunk.len();
            match chunk {
                HybridRleChunk::Rle(level, _) if level > 1 => return None,
                HybridRleChunk::Rle(level, count) => self.add(level, count),
                HybridRleChunk::Bitpacked(decoder) => {
                    let mut levels = Vec::with_capacity(decoder.len());
                    decoder.collect_into(&mut levels);
                    for level in levels {
                        self.add(level, 1);
                    }
                }
            }
        }
        (seen == rows).then_some(())
    }

    fn add(&mut self, level: u32, rows: usize) {
        let has_value = level == 1;
        self.rows += rows;
        self.present += if has_value { rows } else { 0 };
        match self.runs.last_mut() {
            Some((same, count)) if *same == has_value => *count += rows,
            _ => self.runs.push((has_value, rows)),
        }
    }
}

enum Spread<T> {
    Full(Vec<T>),
    Gapped(Vec<Option<T>>),
}

/// Values to the rows that they belong to; `None` where there are not as many as there must be.
fn spread<T: Copy>(values: Vec<T>, presence: Presence, rows: usize) -> Option<Spread<T>> {
    if presence.rows != rows || presence.present != values.len() {
        return None;
    }
    if presence.present == rows {
        return Some(Spread::Full(values));
    }
    let mut values = values.into_iter();
    let mut spread = Vec::with_capacity(rows);
    for (has_value, count) in presence.runs {
        if has_value {
            spread.extend(values.by_ref().take(count).map(Some));
        } else {
            spread.resize(spread.len() + count, None);
        }
    }
    Some(Spread::Gapped(spread))
}

/// Texts one after the other, each behind its length. All must be UTF-8.
fn plain_texts<'a>(values: &'a [u8], count: usize, texts: &mut Vec<&'a [u8]>) -> Option<()> {
    // Lengths below 128 are ASCII too, so that one look at the page clears nearly all logs.
    let is_ascii = values.is_ascii();
    let mut rest = values;
    for _ in 0..count {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let (text, behind) = behind.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        if !is_ascii {
            std::str::from_utf8(text).ok()?;
        }
        texts.push(text);
        rest = behind;
    }
    rest.is_empty().then_some(())
}

/// Numbers of so many bytes one after the other.
fn plain_numbers(values: &[u8], count: usize, width: usize, numbers: &mut Vec<i64>) -> Option<()> {
    if count.checked_mul(width)? != values.len() {
        return None;
    }
    match width {
        4 => numbers.extend(values.as_chunks::<4>().0.iter().map(|bytes| i64::from(i32::from_le_bytes(*bytes)))),
        8 => numbers.extend(values.as_chunks::<8>().0.iter().map(|bytes| i64::from_le_bytes(*bytes))),
        _ => return None,
    }
    Some(())
}

/// Numbers as decimal texts, each behind its length.
fn spelled(numbers: &[i64]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(numbers.len() * 12);
    let mut digits = itoa::Buffer::new();
    for number in numbers {
        let text = digits.format(*number).as_bytes();
        bytes.extend_from_slice(&u32::try_from(text.len()).ok()?.to_le_bytes());
        bytes.extend_from_slice(text);
    }
    Some(bytes)
}

fn texts_of(texts: Vec<&[u8]>, presence: Presence, rows: usize) -> Option<Cells<'_>> {
    Some(match spread(texts, presence, rows)? {
        Spread::Full(texts) => Cells::FullTexts(texts),
        Spread::Gapped(texts) => Cells::Texts(texts),
    })
}

/// Places in the dictionary: their width in bits, then runs and packed numbers.
fn indices(values: &[u8], count: usize) -> Option<Vec<u32>> {
    if count == 0 {
        return Some(Vec::new());
    }
    let (width, packed) = values.split_first()?;
    if *width > 32 {
        return None;
    }
    let indices = HybridRleDecoder::new(packed, u32::from(*width), count).collect().ok()?;
    (indices.len() == count).then_some(indices)
}
