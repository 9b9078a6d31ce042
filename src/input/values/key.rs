//! The key of a unit: 128 bits of a fixed hash, so that ids cost the same whatever their length.
//!
//! Not made against an adversary; identical in every run, thread and process of one kind of machine.

use crate::input::batch::UnitKey;
use foldhash::SharedSeed;
use foldhash::quality::FoldHasher;
use std::hash::Hasher;

static FIRST_SEED: SharedSeed = SharedSeed::from_u64(0x9e37_79b9_7f4a_7c15);
static SECOND_SEED: SharedSeed = SharedSeed::from_u64(0xc2b2_ae3d_27d4_eb4f);
const FIRST_START: u64 = 0x243f_6a88_85a3_08d3;
const SECOND_START: u64 = 0x1319_8a2e_0370_7344;

/// Returns the key of an id that is already trimmed and NFC-normalised (see [`super::normalized`]).
///
/// Two 64-bit hashes whose seeds share nothing, side by side.
#[must_use]
#[inline]
pub fn unit_key(normalized: &[u8]) -> UnitKey {
    let mut first = FoldHasher::with_seed(FIRST_START, &FIRST_SEED);
    let mut second = FoldHasher::with_seed(SECOND_START, &SECOND_SEED);
    first.write(normalized);
    second.write(normalized);
    u128::from(first.finish()) << 64 | u128::from(second.finish())
}

#[cfg(test)]
mod tests {
    use super::unit_key;
    use std::collections::HashSet;

    #[test]
    fn the_same_id_has_the_same_key_in_every_thread() {
        let here = unit_key(b"u000000017");
        let there = std::thread::spawn(|| unit_key(b"u000000017")).join().unwrap();
        assert_eq!(here, there);
    }

    #[test]
    fn close_ids_and_each_half_differ() {
        let mut keys = HashSet::new();
        let mut first_halves = HashSet::new();
        let mut second_halves = HashSet::new();
        for number in 0..200_000_u32 {
            let key = unit_key(format!("u{number:09}").as_bytes());
            keys.insert(key);
            first_halves.insert(key >> 64);
            second_halves.insert(key & u128::from(u64::MAX));
        }
        assert_eq!(keys.len(), 200_000);
        // 200,000 of 2^64: the chance of any collision in a half is 1e-9.
        assert_eq!(first_halves.len(), 200_000);
        assert_eq!(second_halves.len(), 200_000);
    }

    #[test]
    fn length_counts_where_content_repeats() {
        let text = [b'0'; 300];
        let keys: HashSet<_> = (0..=300).map(|length| unit_key(&text[..length])).collect();
        assert_eq!(keys.len(), 301);
        let empty = [0_u8; 300];
        let keys: HashSet<_> = (0..=300).map(|length| unit_key(&empty[..length])).collect();
        assert_eq!(keys.len(), 301);
    }

    #[test]
    fn case_and_leading_zeros_are_kept_apart() {
        let ids: [&[u8]; 6] = [b"007", b"7", b"1e5", b"1E5", b"100000", b"a"];
        let keys: HashSet<_> = ids.into_iter().map(unit_key).collect();
        assert_eq!(keys.len(), ids.len());
    }
}
