//! Spreads of durations: mean and type-7 quantiles, in seconds.

use crate::model::time::{MICROS_PER_SECOND, Micros};
use crate::plan::Spread;
use crate::stats::quantile;

/// Returns the spread of durations in microseconds; `None` of nothing. The values are reordered.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a second has 10^6 microseconds")]
pub fn spread(durations: &mut [Micros]) -> Option<Spread> {
    let mean = quantile::mean(durations)?;
    let quantiles = quantile::quantiles(durations, &[0.25, 0.5, 0.75, 0.9])?;
    let second = MICROS_PER_SECOND as f64;
    let [p25, median, p75, p90] = <[f64; 4]>::try_from(quantiles).ok()?.map(|value| value / second);
    Some(Spread { n: durations.len() as u64, mean: mean / second, p25, median, p75, p90 })
}
