//! Finds the structure of a stretch of text 64 bytes at a time: where fields and records end, if all is sound.
//!
//! Each block becomes bit masks (one bit per byte) by vector comparison; quoted stretches are masked out by a running
//! exclusive-or of the quote bits. Nothing is judged here: positions that need a closer look are listed as `odd`.
//!
//! Measured on 20 million records of six columns (1.05 GB, two threads, split + width check + three fields): see
//! `scan`. The public CSV libraries were no faster, and none of them tells a damaged record from a sound one or can be
//! restarted at a line of our choice, which is why their readers are not used here.

use super::dialect::{Dialect, Terminator};
use wide::u8x16;

const BLOCK: usize = 64;
/// Ends every list of positions, so that cursors need no end check.
const NO_MORE: u32 = u32::MAX - 1;

/// The bytes that matter, as vectors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Structural {
    delimiter: u8x16,
    terminator: u8x16,
    /// NUL where nothing quotes: NUL is special anyway.
    quote: u8x16,
    /// The line-end byte that does not end lines here: CR in LF files, LF in CR files.
    other_end: u8x16,
    zero: u8x16,
    has_quote: bool,
    /// CR is right before the terminator and nowhere else.
    carriage_return_before_end: bool,
}

impl Structural {
    /// `None` where the delimiter is longer than a byte or characters are escaped: such texts, both rare, are judged
    /// byte by byte.
    pub(super) fn of(dialect: &Dialect) -> Option<Self> {
        let ([delimiter], None) = (dialect.delimiter.as_slice(), dialect.escape) else { return None };
        let terminator = dialect.terminator.byte();
        let other_end = if terminator == b'\n' { b'\r' } else { b'\n' };
        Some(Self {
            delimiter: u8x16::splat(*delimiter),
            terminator: u8x16::splat(terminator),
            quote: u8x16::splat(dialect.quote.unwrap_or(0)),
            other_end: u8x16::splat(other_end),
            zero: u8x16::splat(0),
            has_quote: dialect.quote.is_some(),
            carriage_return_before_end: dialect.terminator != Terminator::Cr,
        })
    }

    #[inline(always)]
    fn special(&self, lane: u8x16) -> u8x16 {
        lane.simd_eq(self.quote) | lane.simd_eq(self.other_end) | lane.simd_eq(self.zero)
    }
}

/// Positions in a text, ascending.
#[derive(Debug, Default)]
pub(super) struct Index {
    separators: Positions,
    line_ends: Positions,
    /// Ends with [`NO_MORE`].
    quotes: Vec<u32>,
    /// Ends with [`NO_MORE`].
    odd: Vec<u32>,
    pub(super) ascii: bool,
}

/// The lists of an index.
pub(super) struct Lists<'i> {
    /// The position before the stretch, then delimiters and line ends outside quotes: what lies between two of them is
    /// a field. To be patched where a field ends before a CR. Ends with [`NO_MORE`].
    pub(super) separators: &'i mut [u32],
    /// Line ends outside quotes.
    pub(super) line_ends: &'i [u32],
    /// Ends with [`NO_MORE`].
    pub(super) quotes: &'i [u32],
    /// Bytes that the quick way does not understand: NUL, misplaced line ends, line ends inside quotes. Ends with
    /// [`NO_MORE`].
    pub(super) odd: &'i [u32],
}

/// A list that is written several slots at a time, whatever the number of bits: one branch that is nearly always
/// guessed right instead of one per bit.
#[derive(Debug, Default)]
struct Positions {
    /// With room for one more block than was needed.
    slots: Vec<u32>,
    count: usize,
}

impl Positions {
    fn clear(&mut self, most: usize) {
        if self.slots.len() < most + BLOCK + 2 {
            self.slots.resize(most + BLOCK + 2, 0);
        }
        self.count = 0;
    }

    fn push(&mut self, position: u32) {
        self.slots[self.count] = position;
        self.count += 1;
    }

    #[inline(always)]
    fn push_bits<const STEP: usize>(&mut self, base: u32, mut bits: u64) {
        let count = bits.count_ones() as usize;
        let Some(slots) = self.slots[self.count..].first_chunk_mut::<BLOCK>() else { return };
        for step in slots.as_chunks_mut::<STEP>().0 {
            for slot in step {
                *slot = base + bits.trailing_zeros();
                bits &= bits.wrapping_sub(1);
            }
            if bits == 0 {
                break;
            }
        }
        self.count += count;
    }
}

/// What one block leaves for the next.
#[derive(Debug, Clone, Copy, Default)]
struct Carry {
    /// All ones inside quotes, else zero.
    in_quotes: u64,
    /// One where the last byte was the other line-end byte.
    after_other_end: u64,
}

impl Index {
    pub(super) fn lists(&mut self) -> Lists<'_> {
        Lists {
            separators: &mut self.separators.slots[..self.separators.count],
            line_ends: &self.line_ends.slots[..self.line_ends.count],
            quotes: &self.quotes,
            odd: &self.odd,
        }
    }

    pub(super) fn last_line_end(&self) -> Option<usize> {
        self.line_ends.slots[..self.line_ends.count].last().map(|end| *end as usize)
    }

    /// Indexes `text[from..to]`, taking `from` as outside quotes. Positions count from the beginning of `text`.
    pub(super) fn build(&mut self, text: &[u8], from: usize, to: usize, structural: &Structural) {
        let stretch = &text[from..to];
        let structural = *structural;
        self.separators.clear(stretch.len());
        self.line_ends.clear(stretch.len());
        self.quotes.clear();
        self.odd.clear();
        let mut base = narrow(from);
        self.separators.push(base.wrapping_sub(1));
        let mut high = u8x16::splat(0);
        let mut carry = Carry::default();
        let (blocks, tail) = stretch.as_chunks::<BLOCK>();
        for block in blocks {
            self.add(block, base, u64::MAX, &structural, &mut carry, &mut high);
            base += 64;
        }
        if !tail.is_empty() {
            let mut block = [b' '; BLOCK];
            block[..tail.len()].copy_from_slice(tail);
            self.add(&block, base, u64::MAX >> (BLOCK - tail.len()), &structural, &mut carry, &mut high);
        }
        self.separators.push(NO_MORE);
        self.quotes.push(NO_MORE);
        self.odd.push(NO_MORE);
        self.ascii = high.to_bitmask() == 0;
    }

    #[inline(always)]
    fn add(
        &mut self,
        block: &[u8; BLOCK],
        base: u32,
        valid: u64,
        structural: &Structural,
        carry: &mut Carry,
        high: &mut u8x16,
    ) {
        let lanes = lanes(block);
        *high |= (lanes[0] | lanes[1]) | (lanes[2] | lanes[3]);
        let ends = lanes.map(|lane| lane.simd_eq(structural.terminator));
        let delimiters = lanes.map(|lane| lane.simd_eq(structural.delimiter));
        let mut ends = bits(ends) & valid;
        let mut separators = (bits(delimiters) & valid) | ends;
        let special = lanes.map(|lane| structural.special(lane));
        let any = ((special[0] | special[1]) | (special[2] | special[3])).any();
        if any || (carry.in_quotes | carry.after_other_end) != 0 {
            let outside = self.add_special(block, base, valid, structural, carry, ends);
            ends &= outside;
            separators &= outside;
        }
        self.line_ends.push_bits::<2>(base, ends);
        self.separators.push_bits::<8>(base, separators);
    }

    /// Handles a block with anything but plain text, delimiters and line ends. Returns the mask of what is not quoted.
    #[inline(never)]
    fn add_special(
        &mut self,
        block: &[u8; BLOCK],
        base: u32,
        valid: u64,
        structural: &Structural,
        carry: &mut Carry,
        ends: u64,
    ) -> u64 {
        let lanes = lanes(block);
        let positions = |byte: u8x16| bits(lanes.map(|lane| lane.simd_eq(byte))) & valid;
        let quotes = if structural.has_quote { positions(structural.quote) } else { 0 };
        let mut inside = quotes;
        for shift in [1, 2, 4, 8, 16, 32] {
            inside ^= inside << shift;
        }
        inside ^= carry.in_quotes;
        let others = positions(structural.other_end);
        let after = (others << 1) | carry.after_other_end;
        let misplaced = if structural.carriage_return_before_end { after & !ends } else { others };
        push_all(&mut self.quotes, base, quotes);
        push_all(&mut self.odd, base, positions(structural.zero) | (ends & inside) | misplaced);
        let in_quotes = if inside >> 63 == 1 { u64::MAX } else { 0 };
        *carry = Carry { in_quotes, after_other_end: others >> 63 };
        !inside
    }
}

#[inline(always)]
fn lanes(block: &[u8; BLOCK]) -> [u8x16; 4] {
    let (parts, _) = block.as_chunks::<16>();
    [0, 1, 2, 3].map(|lane: usize| u8x16::new(parts[lane]))
}

#[inline(always)]
fn bits(lanes: [u8x16; 4]) -> u64 {
    let [first, second, third, fourth] = lanes.map(|lane| u64::from(lane.to_bitmask()));
    first | second << 16 | third << 32 | fourth << 48
}

fn push_all(list: &mut Vec<u32>, base: u32, mut bits: u64) {
    while bits != 0 {
        list.push(base + bits.trailing_zeros());
        bits &= bits - 1;
    }
}

/// Positions in a buffer fit 32 bits: a buffer holds at most a few times the longest record allowed.
#[expect(clippy::cast_possible_truncation, reason = "buffers are far below 4 GiB")]
#[inline]
pub(super) const fn narrow(position: usize) -> u32 {
    position as u32
}
