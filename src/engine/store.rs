//! Where events wait between the scan and the journeys: per chunk of input, sorted roughly into partitions by unit.
//!
//! A chunk keeps one exact allocation with its partitions back to back, so that it can be dropped and read again, and
//! nothing grows by doubling.

use super::record::{PARTITIONS, Record, Unpacked, partition_of};

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
        let Packed { partitions, records } = packed;
        let mut offsets = vec![0_u32; PARTITIONS + 1];
        for partition in partitions {
            offsets[usize::from(*partition) + 1] += 1;
        }
        for partition in 0..PARTITIONS {
            offsets[partition + 1] += offsets[partition];
        }
        let Some(any) = records.first() else { return Self { records: Vec::new(), offsets } };
        let mut places = offsets.clone();
        let mut sorted = vec![*any; records.len()];
        for (partition, record) in partitions.iter().zip(records) {
            let place = &mut places[usize::from(*partition)];
            sorted[*place as usize] = *record;
            *place += 1;
        }
        Self { records: sorted, offsets }
    }

    fn partition(&self, partition: usize) -> &[R] {
        &self.records[self.offsets[partition] as usize..self.offsets[partition + 1] as usize]
    }
}

/// Gathers one partition of all chunks, sorted by unit and time.
pub fn gather<R: Record>(chunks: &[Staged<R>], partition: usize, into: &mut Vec<R>) {
    into.clear();
    into.reserve(chunks.iter().map(|chunk| chunk.partition(partition).len()).sum());
    for chunk in chunks {
        into.extend_from_slice(chunk.partition(partition));
    }
    into.sort_unstable();
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
    let next = std::sync::atomic::AtomicUsize::new(0);
    let run = || {
        let mut worker = make();
        loop {
            let partition = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if partition >= PARTITIONS {
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
