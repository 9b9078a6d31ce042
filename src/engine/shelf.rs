//! Where staged events stand while a log is read, so that they keep within a limit of memory.
//!
//! A log that does not fit is read several times, each time for some of the partitions. How many fit is found out while
//! the first pass reads: whenever the limit is reached, the upper part of the partitions is let go.

use super::record::{PARTITIONS, Record};
use super::store::{Packed, Staged};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The events of one part of the input. It travels with the part, since a part may be read twice.
#[derive(Debug)]
pub struct Chunk<R>(Arc<Mutex<Staged<R>>>);

/// The chunks of one pass over the input.
#[derive(Debug)]
pub struct Shelf<R> {
    /// Bytes that the events may take; `None` is no limit.
    budget: Option<u64>,
    first: usize,
    /// One behind the last partition that is kept; it only falls.
    end: AtomicUsize,
    /// Bytes put here so far, without regard to parts that were dropped since.
    stored: AtomicU64,
    chunks: Mutex<Vec<Weak<Mutex<Staged<R>>>>>,
}

impl<R: Record> Shelf<R> {
    /// A shelf for the partitions from `first` on, at most `most` of them.
    #[must_use]
    pub fn new(budget: Option<u64>, first: usize, most: usize) -> Self {
        let end = AtomicUsize::new((first + most.max(1)).min(PARTITIONS));
        Self { budget, first, end, stored: AtomicU64::new(0), chunks: Mutex::default() }
    }

    /// The partitions that are kept.
    #[must_use]
    pub fn partitions(&self) -> Range<usize> {
        self.first..self.end.load(Ordering::Relaxed)
    }

    /// Puts packed events on the shelf.
    pub fn add(&self, packed: &Packed<R>) -> Chunk<R> {
        let Some(budget) = self.budget else { return Chunk(Arc::new(Mutex::new(Staged::new(packed)))) };
        let staged = Staged::within(packed, &self.partitions());
        let stored = self.stored.fetch_add(staged.bytes(), Ordering::Relaxed) + staged.bytes();
        let staged = Arc::new(Mutex::new(staged));
        lock(&self.chunks).push(Arc::downgrade(&staged));
        if stored > budget {
            self.make_room(budget);
        }
        Chunk(staged)
    }

    /// Lets partitions go until what is kept takes three quarters of the budget, or one partition is left.
    fn make_room(&self, budget: u64) {
        let mut chunks = lock(&self.chunks);
        chunks.retain(|chunk| chunk.strong_count() > 0);
        let alive: Vec<_> = chunks.iter().filter_map(Weak::upgrade).collect();
        let bytes = || alive.iter().map(|chunk| lock(chunk).bytes()).sum::<u64>();
        let mut stored = bytes();
        while stored > budget {
            let kept = self.partitions();
            if kept.len() == 1 {
                break;
            }
            let end = kept.start + (kept.len() * 3 / 4).max(1);
            self.end.store(end, Ordering::Relaxed);
            for chunk in &alive {
                lock(chunk).cut(end);
            }
            stored = bytes();
        }
        self.stored.store(stored, Ordering::Relaxed);
    }
}

impl<R: Record> Chunk<R> {
    /// The events, of the partitions that are kept in the end.
    #[must_use]
    pub fn into_staged(self, room: &Shelf<R>) -> Staged<R> {
        let mut staged = match Arc::try_unwrap(self.0) {
            Ok(staged) => staged.into_inner().unwrap_or_else(PoisonError::into_inner),
            // The shelf holds no strong handle once the scan is over.
            Err(shared) => std::mem::replace(&mut *lock(&shared), Staged::new(&Packed::with_capacity(0))),
        };
        if room.budget.is_some() {
            // A chunk that was made while room was made may hold more.
            staged.cut(room.partitions().end);
        }
        staged
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::record::{Narrow, Unpacked, partition_of};

    fn packed(numbers: Range<u64>) -> Packed<Narrow> {
        let mut packed = Packed::with_capacity(0);
        for number in numbers {
            let unit = u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
            let event = Unpacked { unit, time: 0, class: 1, group: 0, value: None };
            assert!(packed.push(&event));
        }
        packed
    }

    /// Reads 40 chunks of 1,000 events in passes of at most `budget` bytes; returns the partitions of each pass and all
    /// events found.
    fn passes(budget: Option<u64>) -> (Vec<Range<usize>>, u64) {
        let (mut first, mut most, mut found, mut passes) = (0, PARTITIONS, 0, Vec::new());
        while first < PARTITIONS {
            let shelf = Shelf::<Narrow>::new(budget, first, most);
            let chunks: Vec<_> = (0..40).map(|part| shelf.add(&packed(part * 1_000..(part + 1) * 1_000))).collect();
            let chunks: Vec<_> = chunks.into_iter().map(|chunk| chunk.into_staged(&shelf)).collect();
            let bytes: u64 = chunks.iter().map(Staged::bytes).sum();
            assert!(budget.is_none_or(|budget| bytes <= budget || shelf.partitions().len() == 1), "{bytes}");
            found += bytes / size_of::<Narrow>() as u64;
            passes.push(shelf.partitions());
            (first, most) = (shelf.partitions().end, shelf.partitions().len());
        }
        (passes, found)
    }

    #[test]
    fn every_partition_is_read_once_whatever_the_budget() {
        // 40,000 events of 16 bytes.
        for budget in [None, Some(640_000), Some(639_999), Some(100_000), Some(10_000), Some(1)] {
            let (passes, found) = passes(budget);
            assert_eq!(found, 40_000, "{budget:?}");
            assert_eq!(passes.first().map(|pass| pass.start), Some(0));
            assert_eq!(passes.last().map(|pass| pass.end), Some(PARTITIONS));
            assert!(passes.windows(2).all(|pair| pair[0].end == pair[1].start));
        }
        assert_eq!(passes(None).0.len(), 1);
        assert_eq!(passes(Some(640_000)).0.len(), 1);
        assert_eq!(passes(Some(1)).0.len(), PARTITIONS);
    }

    #[test]
    fn a_part_that_is_read_twice_counts_once() {
        let shelf = Shelf::<Narrow>::new(Some(40_000), 0, PARTITIONS);
        for _ in 0..10 {
            drop(shelf.add(&packed(0..1_000)));
        }
        let chunk = shelf.add(&packed(0..1_000)).into_staged(&shelf);
        assert_eq!((chunk.bytes(), shelf.partitions()), (16_000, 0..PARTITIONS));
        assert!(partition_of(u128::MAX) == 255);
    }
}
