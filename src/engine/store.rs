//! Where events wait between the scan and the journeys: per chunk of input, sorted roughly into partitions by unit.
//!
//! A chunk keeps one exact allocation with its partitions back to back, so that it can be dropped and read again, and
//! nothing grows by doubling.

use super::record::{PARTITIONS, Record, Unpacked, partition_of};
use std::ops::Range;

/// Events in the order of the input, each with its partition.
#[derive(Debug)]
pub struct Packed<R> {
    partitions: Vec<u8>,
    records: Vec<R>,
}

impl<R: Record> Packed<R> {
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { partitions: Vec::with_capacity(capacity), records: Vec::with_capacity(capacity) }
    }

    /// Empties it and keeps its memory.
    pub fn clear(&mut self) {
        self.partitions.clear();
        self.records.clear();
    }

    /// Packs an event; returns false where it does not fit the form.
    #[inline]
    pub fn push(&mut self, event: &Unpacked) -> bool {
        let Some(record) = R::pack(event) else { return false };
        self.partitions.push(partition_of(event.unit));
        self.records.push(record);
        true
    }
}

/// The events of one chunk of input, partition after partition.
#[derive(Debug)]
pub struct Staged<R> {
    records: Vec<R>,
    /// Start of each partition, and the end of the last.
    offsets: Vec<u32>,
}

impl<R: Record> Staged<R> {
    /// Sorts packed events into their partitions (counting sort).
    #[must_use]
    pub fn new(packed: &Packed<R>) -> Self {
        Self::within(packed, &(0..PARTITIONS))
    }

    /// As [`Self::new`], with the events of some partitions only.
    #[must_use]
    pub fn within(packed: &Packed<R>, wanted: &Range<usize>) -> Self {
        let Packed { partitions, records } = packed;
        let mut offsets = vec![0_u32; PARTITIONS + 1];
        for partition in partitions {
            offsets[usize::from(*partition) + 1] += 1;
        }
        for partition in (0..PARTITIONS).filter(|partition| !wanted.contains(partition)) {
            offsets[partition + 1] = 0;
        }
        for partition in 0..PARTITIONS {
            offsets[partition + 1] += offsets[partition];
        }
        let Some(any) = records.first() else { return Self { records: Vec::new(), offsets } };
        let mut places = offsets.clone();
        let mut sorted = vec![*any; offsets[PARTITIONS] as usize];
        for (partition, record) in partitions.iter().zip(records) {
            if wanted.contains(&usize::from(*partition)) {
                let place = &mut places[usize::from(*partition)];
                sorted[*place as usize] = *record;
                *place += 1;
            }
        }
        Self { records: sorted, offsets }
    }

    /// Drops the partitions from `end` on, and gives their memory back.
    pub fn cut(&mut self, end: usize) {
        let kept = self.offsets[end];
        self.records.truncate(kept as usize);
        self.records.shrink_to_fit();
        self.offsets[end..].fill(kept);
    }

    /// The memory that its events take.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        (self.records.len() * size_of::<R>()) as u64
    }

    fn partition(&self, partition: usize) -> &[R] {
        &self.records[self.offsets[partition] as usize..self.offsets[partition + 1] as usize]
    }
}

/// Working memory of [`gather`], kept from partition to partition.
#[derive(Debug)]
pub struct Gathered<R> {
    /// One partition, sorted by unit and time.
    pub records: Vec<R>,
    /// Where each bucket ends while it is filled.
    places: Vec<u32>,
}

impl<R> Default for Gathered<R> {
    fn default() -> Self {
        Self { records: Vec::new(), places: Vec::new() }
    }
}

/// Records of a bucket on average: so few are sorted by insertion.
const BUCKET: usize = 8;
const MOST_BUCKET_BITS: u32 = 16;

/// Gathers one partition of all chunks, sorted by unit and time.
///
/// Keys are hashes, so the next bits of the key spread the records evenly over small buckets: they are dealt out by
/// counting, and only the inside of a bucket is sorted.
pub fn gather<R: Record>(chunks: &[Staged<R>], partition: usize, into: &mut Gathered<R>) {
    let parts = || chunks.iter().map(|chunk| chunk.partition(partition));
    let total: usize = parts().map(<[R]>::len).sum();
    into.records.clear();
    let Some(any) = parts().find_map(<[R]>::first) else { return };
    let bits = (total / BUCKET).max(1).ilog2().clamp(1, MOST_BUCKET_BITS);
    into.places.clear();
    into.places.resize(1 << bits, 0);
    for record in parts().flatten() {
        into.places[record.bucket(bits)] += 1;
    }
    let mut start = 0;
    for place in &mut into.places {
        start += std::mem::replace(place, start);
    }
    into.records.resize(total, *any);
    for record in parts().flatten() {
        let place = &mut into.places[record.bucket(bits)];
        into.records[*place as usize] = *record;
        *place += 1;
    }
    let mut rest = into.records.as_mut_slice();
    let mut start = 0;
    for end in &into.places {
        let (bucket, more) = rest.split_at_mut((*end - start) as usize);
        bucket.sort_unstable();
        (rest, start) = (more, *end);
    }
}

/// Runs `work` over all partitions on `threads` threads; the results come back in any order but one per thread.
///
/// # Errors
/// A panic of a worker is an internal error.
pub fn in_parallel<W: Send>(
    threads: usize,
    make: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, usize) + Sync,
) -> crate::error::Result<Vec<W>> {
    in_parallel_over(&(0..PARTITIONS), threads, make, work)
}

/// As [`in_parallel`], over some partitions.
///
/// # Errors
/// A panic of a worker is an internal error.
pub fn in_parallel_over<W: Send>(
    partitions: &Range<usize>,
    threads: usize,
    make: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, usize) + Sync,
) -> crate::error::Result<Vec<W>> {
    let next = std::sync::atomic::AtomicUsize::new(partitions.start);
    let run = || {
        let mut worker = make();
        loop {
            let partition = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if partition >= partitions.end {
                return worker;
            }
            work(&mut worker, partition);
        }
    };
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(run)).collect();
        handles
            .into_iter()
            .map(|handle| handle.join().map_err(|_| crate::error::Error::internal("a worker thread failed")))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::record::{Narrow, Wide};

    fn packed<R: Record>(count: u64) -> Vec<Staged<R>> {
        let event = |number: u64| Unpacked {
            unit: u128::from(number % 97).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835),
            time: i64::try_from(number * 7919 % 1009).unwrap() * 1_000_000,
            class: u32::try_from(number % 3).unwrap(),
            group: 0,
            value: None,
        };
        let chunk = |numbers: std::ops::Range<u64>| {
            let mut packed = Packed::with_capacity(0);
            numbers.for_each(|number| assert!(packed.push(&event(number))));
            Staged::new(&packed)
        };
        vec![chunk(0..count / 3), chunk(count / 3..count / 3), chunk(count / 3..count)]
    }

    fn all_sorted<R: Record + std::fmt::Debug>(count: u64) {
        let chunks = packed::<R>(count);
        let mut gathered = Gathered::default();
        let mut total = 0;
        for partition in 0..PARTITIONS {
            gather(&chunks, partition, &mut gathered);
            let mut expected: Vec<R> = chunks.iter().flat_map(|chunk| chunk.partition(partition)).copied().collect();
            expected.sort_unstable();
            assert_eq!(gathered.records, expected);
            total += gathered.records.len() as u64;
        }
        assert_eq!(total, count);
    }

    #[test]
    fn a_gathered_partition_is_sorted_and_whole() {
        for count in [0, 1, 2, 100, 5_000] {
            all_sorted::<Narrow>(count);
            all_sorted::<Wide>(count);
        }
    }
}
