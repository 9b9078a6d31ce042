//! Guesses where a record begins near a place in the middle of a text.
//!
//! A wrong guess costs time, never a record: a chunk counts only if the one before it really ends where it began.

use super::judge::{Judge, Judged, Parts, Record, Verdict};
use crate::error::Result;
use crate::input::bytes::ByteSource;

/// How much text is looked at.
const SAMPLE: usize = 64 << 10;
/// How many records are tried for each hypothesis.
const TRIALS: usize = 8;

/// Returns the likely beginning of the first record at or after `near`; `None` where no line ends close by.
pub(super) fn guess(source: &ByteSource, judge: &Judge<'_>, near: u64, parts: &mut Parts) -> Result<Option<u64>> {
    // The byte before counts: where it ends a line, a record may begin right at `near`.
    let from = near.saturating_sub(1);
    let left = usize::try_from(source.len().saturating_sub(from)).unwrap_or(SAMPLE);
    let mut sample = vec![0; SAMPLE.min(left)];
    let count = source.read_at(from, &mut sample)?;
    sample.truncate(count);
    let terminator = judge.layout.dialect.terminator.byte();
    let outside = memchr::memchr(terminator, &sample).map(|at| at + 1);
    let quote = judge.layout.dialect.quote.filter(|quote| memchr::memchr(*quote, &sample).is_some());
    let best = match quote.and_then(|quote| line_end_after_quotes(&sample, quote, terminator)) {
        Some(inside) if Some(inside) != outside => {
            let sound = |start: Option<usize>, parts: &mut Parts| {
                start.map_or(0, |start| count_sound(&sample, start, judge, parts))
            };
            if sound(Some(inside), parts) > sound(outside, parts) { Some(inside) } else { outside }
        }
        _ => outside,
    };
    Ok(best.map(|at| from + at as u64))
}

/// The first line end outside quotes if the text begins inside quotes.
fn line_end_after_quotes(sample: &[u8], quote: u8, terminator: u8) -> Option<usize> {
    let mut quoted = true;
    for (at, &byte) in sample.iter().enumerate() {
        if byte == quote {
            quoted = !quoted;
        } else if byte == terminator && !quoted {
            return Some(at + 1);
        }
    }
    None
}

fn count_sound(sample: &[u8], start: usize, judge: &Judge<'_>, parts: &mut Parts) -> usize {
    let mut at = start;
    let mut sound = 0;
    for _ in 0..TRIALS {
        if at >= sample.len() {
            break;
        }
        match judge.judge(sample, at, false, parts) {
            Judged::Record(Record { next: Some(next), verdict, .. }) => {
                sound += usize::from(!matches!(verdict, Verdict::Rejected(_)));
                at = next;
            }
            _ => break,
        }
    }
    sound
}
