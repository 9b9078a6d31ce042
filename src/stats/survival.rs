//! Kaplan-Meier: the share still waiting after a time, when some have not been watched to their end.

use super::{Interval, normal};

/// How many had the event, and how many were last seen without it, at one time (in whatever unit the caller counts).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observed {
    pub time: i64,
    pub events: u64,
    pub censored: u64,
}

/// One distinct time of a survival curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalRow {
    pub time: i64,
    /// Those without event and still watched just before this time.
    pub at_risk: u64,
    pub events: u64,
    pub censored: u64,
    /// The estimated share without event after this time.
    pub survival: f64,
    /// `None` once nobody is left, where Greenwood's variance is not defined.
    pub interval: Option<Interval>,
}

/// The time by which half had the event; ends are `None` where the curve's band does not come down to a half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Median {
    pub time: i64,
    pub low: Option<i64>,
    pub high: Option<i64>,
}

/// The estimated share that had the event by a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// The time that was asked for, or the longest observed one where that is shorter.
    pub time: i64,
    pub rate: f64,
    pub interval: Option<Interval>,
}

/// A Kaplan-Meier curve: a row per distinct observed time, ascending.
#[derive(Debug, Clone, PartialEq)]
pub struct Survival {
    rows: Vec<SurvivalRow>,
}

/// Differences below this are rounding: a median is reached at 0.5 whatever order the factors were multiplied in.
const TOLERANCE: f64 = 1e-9;

impl Survival {
    /// Estimates the curve from counts in any order (counts of one time are put together).
    ///
    /// S is the product of 1 - d/n, events before censorings at equal times; with Greenwood's G = sum of d/(n(n-d)) the
    /// interval is S^exp(±z sqrt(G) / |ln S|), which stays inside 0 to 1; before the first event it is 1 to 1.
    /// `None` if nobody was observed, for counts beyond 64 bits, or a `confidence` not between 0 and 1 (excluded).
    #[must_use]
    pub fn estimate(observed: &[Observed], confidence: f64) -> Option<Self> {
        let z = normal::two_sided(confidence)?;
        let merged = merge(observed)?;
        let mut at_risk =
            merged.iter().try_fold(0_u64, |sum, one| sum.checked_add(one.events)?.checked_add(one.censored))?;
        if at_risk == 0 {
            return None;
        }
        let mut rows = Vec::with_capacity(merged.len());
        let (mut survival, mut greenwood) = (1.0, 0.0);
        for Observed { time, events, censored } in merged {
            let left = at_risk - events;
            survival *= share(left, at_risk);
            greenwood += greenwood_term(events, at_risk);
            rows.push(SurvivalRow {
                time,
                at_risk,
                events,
                censored,
                survival,
                interval: band(survival, greenwood, z),
            });
            at_risk = left - censored;
        }
        Some(Self { rows })
    }

    /// The curve, by ascending time.
    #[must_use]
    pub fn rows(&self) -> &[SurvivalRow] {
        &self.rows
    }

    /// The longest observed time.
    #[must_use]
    pub fn longest(&self) -> Option<i64> {
        self.rows.last().map(|row| row.time)
    }

    /// The first time at which S is at most one half, with the times at which its band comes down to it
    /// (Brookmeyer and Crowley); `None` if the curve stays above.
    #[must_use]
    pub fn median(&self) -> Option<Median> {
        let first =
            |at_half: &dyn Fn(&SurvivalRow) -> bool| self.rows.iter().find(|row| at_half(row)).map(|row| row.time);
        let low_end = |row: &SurvivalRow| row.interval.is_some_and(|band| band.low <= 0.5 + TOLERANCE);
        let high_end = |row: &SurvivalRow| row.interval.is_some_and(|band| band.high <= 0.5 + TOLERANCE);
        let time = first(&|row| row.survival <= 0.5 + TOLERANCE)?;
        Some(Median { time, low: first(&low_end), high: first(&high_end) })
    }

    /// The first time by which a share `p` (of all, from 0 to 1) had the event; `None` if the curve does not get there.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<i64> {
        let target = (0.0..=1.0).contains(&p).then_some(1.0 - p + TOLERANCE)?;
        self.rows.iter().find(|row| row.events > 0 && row.survival <= target).map(|row| row.time)
    }

    /// The area under the curve up to `horizon`: the mean time without the event if everybody is taken out then.
    ///
    /// `None` for a horizon beyond the longest observed time, where the curve says nothing.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "times are far below 2^53")]
    pub fn restricted_mean(&self, horizon: i64) -> Option<f64> {
        if horizon < 0 || horizon > self.longest()? {
            return None;
        }
        let (mut area, mut level, mut from) = (0.0, 1.0, 0);
        for row in self.rows.iter().take_while(|row| row.time < horizon) {
            area += level * (row.time - from).max(0) as f64;
            (level, from) = (row.survival, row.time.max(0));
        }
        Some(area + level * (horizon - from) as f64)
    }

    /// The share 1 - S that had the event by a time (its own moment included); after the longest observed time the
    /// curve says nothing, and its end is given with that time.
    #[must_use]
    pub fn reached_by(&self, time: i64) -> Option<Reached> {
        let time = time.min(self.longest()?);
        let passed = self.rows.partition_point(|row| row.time <= time);
        let Some(row) = passed.checked_sub(1).and_then(|index| self.rows.get(index)) else {
            return Some(Reached { time, rate: 0.0, interval: Some(Interval { low: 0.0, high: 0.0 }) });
        };
        let interval = row.interval.map(|band| Interval { low: 1.0 - band.high, high: 1.0 - band.low });
        Some(Reached { time, rate: 1.0 - row.survival, interval })
    }
}

/// Sorts by time and adds up the counts of one time; times without anybody are left out. `None` on overflow.
fn merge(observed: &[Observed]) -> Option<Vec<Observed>> {
    let mut sorted: Vec<Observed> = observed.iter().copied().filter(|one| one.events > 0 || one.censored > 0).collect();
    sorted.sort_unstable();
    let mut merged: Vec<Observed> = Vec::with_capacity(sorted.len());
    for one in sorted {
        match merged.last_mut() {
            Some(last) if last.time == one.time => {
                last.events = last.events.checked_add(one.events)?;
                last.censored = last.censored.checked_add(one.censored)?;
            }
            _ => merged.push(one),
        }
    }
    Some(merged)
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 53 bits")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

/// Infinite when the last ones have the event; the band is then not defined.
#[expect(clippy::cast_precision_loss, reason = "a variance needs no more than 53 bits")]
fn greenwood_term(events: u64, at_risk: u64) -> f64 {
    if events == 0 { 0.0 } else { events as f64 / (at_risk as f64 * (at_risk - events) as f64) }
}

/// The complementary log-log interval.
fn band(survival: f64, greenwood: f64, z: f64) -> Option<Interval> {
    if survival >= 1.0 {
        return Some(Interval { low: 1.0, high: 1.0 });
    }
    if survival <= 0.0 || !greenwood.is_finite() {
        return None;
    }
    let spread = (z * greenwood.sqrt() / survival.ln().abs()).exp();
    let (low, high) = (survival.powf(spread), survival.powf(spread.recip()));
    (low.is_finite() && high.is_finite()).then_some(Interval { low, high })
}

#[cfg(test)]
mod tests {
    use super::{Median, Observed, Survival};
    use proptest::prelude::*;

    fn assert_near(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
    }

    fn observed(rows: &[(i64, u64, u64)]) -> Vec<Observed> {
        rows.iter().map(|&(time, events, censored)| Observed { time, events, censored }).collect()
    }

    /// Remission of 21 leukaemia patients on 6-MP, weeks (Freireich et al. 1963, Blood 21:699).
    fn remissions() -> Vec<Observed> {
        observed(&[
            (6, 3, 1),
            (7, 1, 0),
            (9, 0, 1),
            (10, 1, 1),
            (11, 0, 1),
            (13, 1, 0),
            (16, 1, 0),
            (17, 0, 1),
            (19, 0, 1),
            (20, 0, 1),
            (22, 1, 0),
            (23, 1, 0),
            (25, 0, 1),
            (32, 0, 2),
            (34, 0, 1),
            (35, 0, 1),
        ])
    }

    /// Survival and log-log limits of that trial as textbooks and Stata's `sts list` print them.
    #[test]
    fn gives_the_published_curve() {
        let curve = Survival::estimate(&remissions(), 0.95).expect("defined");
        let published = [
            (6, 21, 0.8571, 0.6197, 0.9516),
            (7, 17, 0.8067, 0.5631, 0.9228),
            (10, 15, 0.7529, 0.5032, 0.8894),
            (13, 12, 0.6902, 0.4316, 0.8491),
            (16, 11, 0.6275, 0.3675, 0.8049),
            (22, 7, 0.5378, 0.2678, 0.7468),
            (23, 6, 0.4482, 0.1881, 0.6801),
        ];
        let events: Vec<_> = curve.rows().iter().filter(|row| row.events > 0).collect();
        assert_eq!(events.len(), published.len());
        for (row, (time, at_risk, survival, low, high)) in events.into_iter().zip(published) {
            assert_eq!((row.time, row.at_risk), (time, at_risk));
            assert_near(row.survival, survival, 5e-5);
            let band = row.interval.expect("defined");
            assert_near(band.low, low, 5e-5);
            assert_near(band.high, high, 5e-5);
        }
    }

    /// SAS prints the median as 23 weeks with limits 13 and none; the lower quartile as 13.
    #[test]
    fn gives_the_published_median() {
        let curve = Survival::estimate(&remissions(), 0.95).expect("defined");
        assert_eq!(curve.median(), Some(Median { time: 23, low: Some(13), high: None }));
        assert_eq!(curve.quantile(0.25), Some(13));
        assert_eq!(curve.quantile(0.75), None);
    }

    #[test]
    fn reads_the_curve_at_a_time() {
        let curve = Survival::estimate(&remissions(), 0.95).expect("defined");
        let at = |time| curve.reached_by(time).expect("defined");
        assert_near(at(0).rate, 0.0, 0.0);
        assert_near(at(6).rate, 3.0 / 21.0, 1e-12);
        assert_near(at(12).rate, 1.0 - 0.7529, 5e-5);
        assert_near(at(12).interval.expect("defined").low, 1.0 - 0.8894, 5e-5);
        assert_eq!((at(35).time, at(1000).time), (35, 35));
        assert_near(at(1000).rate, 1.0 - 0.4482, 5e-5);
    }

    /// Times 1, 2 (censored), 4: S is 1 to 1, then 2/3 to 4, then 0: 1 + 3 x 2/3 = 3; up to 2 it is 1 + 2/3.
    #[test]
    fn the_restricted_mean_is_the_area_under_the_curve() {
        let curve = Survival::estimate(&observed(&[(1, 1, 0), (2, 0, 1), (4, 1, 0)]), 0.95).expect("defined");
        assert_near(curve.restricted_mean(4).expect("defined"), 3.0, 1e-12);
        assert_near(curve.restricted_mean(2).expect("defined"), 5.0 / 3.0, 1e-12);
        assert_eq!(curve.restricted_mean(5), None);
        assert_near(curve.restricted_mean(0).expect("defined"), 0.0, 0.0);
    }

    #[test]
    fn events_come_before_censorings_of_the_same_time() {
        let curve = Survival::estimate(&observed(&[(1, 1, 1)]), 0.95).expect("defined");
        assert_near(curve.rows()[0].survival, 0.5, 0.0);
        assert_eq!(curve.median().map(|median| median.time), Some(1));
    }

    #[test]
    fn order_and_splits_of_the_counts_do_not_matter() {
        let split = observed(&[(3, 0, 1), (1, 1, 0), (2, 0, 0), (3, 2, 0), (1, 1, 1)]);
        let whole = observed(&[(1, 2, 1), (3, 2, 1)]);
        assert_eq!(Survival::estimate(&split, 0.9), Survival::estimate(&whole, 0.9));
    }

    #[test]
    fn a_band_ends_where_nobody_is_left() {
        let curve = Survival::estimate(&observed(&[(5, 2, 0)]), 0.95).expect("defined");
        assert_near(curve.rows()[0].survival, 0.0, 0.0);
        assert_eq!(curve.rows()[0].interval, None);
        assert_eq!(curve.median(), Some(Median { time: 5, low: None, high: None }));
        assert_eq!(curve.reached_by(5).expect("defined").interval, None);
    }

    /// 1 - 1/3 - ... in thirds and sixths does not multiply to exactly a half in binary.
    #[test]
    fn a_half_that_rounds_above_is_a_half() {
        let curve =
            Survival::estimate(&observed(&[(1, 1, 0), (2, 1, 0), (3, 1, 0), (9, 0, 3)]), 0.95).expect("defined");
        assert_eq!(curve.median().map(|median| median.time), Some(3));
    }

    #[test]
    fn what_is_undefined_is_none() {
        assert_eq!(Survival::estimate(&[], 0.95), None);
        assert_eq!(Survival::estimate(&observed(&[(1, 0, 0)]), 0.95), None);
        assert_eq!(Survival::estimate(&observed(&[(1, u64::MAX, 1)]), 0.95), None);
        assert_eq!(Survival::estimate(&remissions(), 1.0), None);
        let nobody = Survival::estimate(&observed(&[(1, 0, 4)]), 0.95).expect("defined");
        assert_eq!(nobody.median(), None);
        assert_eq!(nobody.quantile(0.0), None);
    }

    proptest! {
        #[test]
        fn without_censoring_it_is_the_empirical_distribution(times in prop::collection::vec(0_i64..40, 1..80)) {
            let counts: Vec<Observed> = times.iter().map(|&time| Observed { time, events: 1, censored: 0 }).collect();
            let curve = Survival::estimate(&counts, 0.95).expect("defined");
            for row in curve.rows() {
                let later = times.iter().filter(|&&time| time > row.time).count();
                #[expect(clippy::cast_precision_loss)]
                let expected = later as f64 / times.len() as f64;
                prop_assert!((row.survival - expected).abs() < 1e-12);
            }
        }

        #[test]
        fn never_rises_and_its_band_holds_it(
            rows in prop::collection::vec((0_i64..30, 0_u64..5, 0_u64..5), 1..40), confidence in 0.5_f64..0.9999,
        ) {
            let Some(curve) = Survival::estimate(&observed(&rows), confidence) else { return Ok(()) };
            let mut before = 1.0;
            for row in curve.rows() {
                prop_assert!(row.survival <= before && row.survival >= 0.0);
                before = row.survival;
                if let Some(band) = row.interval {
                    prop_assert!(0.0 <= band.low && band.low <= row.survival + 1e-12);
                    prop_assert!(row.survival <= band.high + 1e-12 && band.high <= 1.0);
                }
            }
        }
    }
}
