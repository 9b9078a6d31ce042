//! Axes: round ticks, and values to places.

use crate::document::Cell;
use crate::render::points::{date, number};
use chrono::Datelike;

/// From values to pixels.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// Maps `low` to the pixel `from` and `high` to `to`.
    #[must_use]
    pub fn new((low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        Self { low, high, from, to }
    }

    /// The place of a value; values outside stand on the edge.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        let span = self.high - self.low;
        if span <= 0.0 || !span.is_finite() {
            return f64::midpoint(self.from, self.to);
        }
        let share = ((value - self.low) / span).clamp(0.0, 1.0);
        self.from + share * (self.to - self.from)
    }
}

/// Round numbers that cover a range, about `wanted` of them: steps of 1, 2 or 5 times a power of ten.
#[must_use]
pub fn ticks(low: f64, high: f64, wanted: u32) -> Vec<f64> {
    let span = high - low;
    if !span.is_finite() || span <= 0.0 {
        return vec![low];
    }
    let step = round_step(span / f64::from(wanted.max(1)));
    let first = (low / step + 1e-9).floor();
    let last = (high / step - 1e-9).ceil();
    let mut ticks = Vec::new();
    let mut at = first;
    while at <= last && ticks.len() < 50 {
        ticks.push(at * step);
        at += 1.0;
    }
    ticks
}

/// First days of months, quarters or years between two moments (seconds since 1970), about `wanted` of them; the
/// moments themselves where they are too near to each other.
#[must_use]
pub fn date_ticks(low: f64, high: f64, wanted: u32) -> Vec<f64> {
    let (Some(first), Some(last)) = (date(low), date(high)) else { return Vec::new() };
    let month = |day: chrono::NaiveDate| day.year() * 12 + day.month0().cast_signed();
    let months = month(last) - month(first);
    let wanted = wanted.max(1).cast_signed();
    let steps = [1, 3, 6, 12, 24, 60, 120, 600, 1200].into_iter();
    let Some(step) = steps.clone().find(|step| months / step <= wanted).or(steps.last()) else { return Vec::new() };
    let mut ticks = Vec::new();
    let mut at = month(first).div_euclid(step) * step;
    while at <= month(last) && ticks.len() < 50 {
        let day = chrono::NaiveDate::from_ymd_opt(at.div_euclid(12), at.rem_euclid(12).cast_unsigned() + 1, 1);
        let moment = day.and_then(|day| number(&Cell::Date(day)));
        ticks.extend(moment.filter(|moment| *moment >= low && *moment <= high));
        at += step;
    }
    if ticks.len() < 2 { vec![low, high] } else { ticks }
}

/// The next of 1, 2, 5 times a power of ten.
fn round_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.log10().floor());
    let factor = rough / power;
    let nice = if factor <= 1.0 + 1e-9 {
        1.0
    } else if factor <= 2.0 + 1e-9 {
        2.0
    } else if factor <= 5.0 + 1e-9 {
        5.0
    } else {
        10.0
    };
    nice * power
}

/// Every how many labels one is written, so that each has its room.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "there are few labels")]
pub fn every(count: usize, room: f64, label: f64) -> usize {
    (1..=count.max(1)).find(|&every| (count as f64 / every as f64) * label <= room.max(1.0)).unwrap_or(count.max(1))
}

#[cfg(test)]
mod tests {
    use super::{Scale, date_ticks, every, ticks};
    use crate::render::points::date;

    #[test]
    fn dates_stand_at_the_beginning_of_months() {
        let day = |text: &str| {
            let day: chrono::NaiveDate = text.parse().expect("a date");
            f64::from(i32::try_from(day.signed_duration_since(chrono::NaiveDate::default()).num_days()).unwrap())
                * 86_400.0
        };
        let names = |low: &str, high: &str, wanted| {
            let ticks = date_ticks(day(low), day(high), wanted);
            ticks.into_iter().map(|tick| date(tick).expect("a date").to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names("2025-11-15", "2026-02-20", 8), ["2025-12-01", "2026-01-01", "2026-02-01"]);
        assert_eq!(
            names("2024-01-01", "2026-06-30", 5),
            ["2024-01-01", "2024-07-01", "2025-01-01", "2025-07-01", "2026-01-01"]
        );
        assert_eq!(names("2026-05-03", "2026-05-20", 4), ["2026-05-03", "2026-05-20"]);
        assert!(date_ticks(f64::NAN, 1e300, 4).len() <= 2 && date_ticks(-1e12, 1e12, 4).len() <= 50);
    }

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        assert_eq!(ticks(0.0, 97.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(ticks(0.0, 100.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(ticks(-3.0, 7.0, 4), [-5.0, 0.0, 5.0, 10.0]);
        assert_eq!(ticks(0.0, 0.0, 4), [0.0]);
        assert_eq!(ticks(0.0, f64::INFINITY, 4), [0.0]);
        assert!(ticks(1e17, 1e17 + 64.0, 4).len() <= 50);
    }

    #[test]
    fn values_have_their_place() {
        let scale = Scale::new((0.0, 10.0), (100.0, 0.0));
        assert!((scale.at(0.0) - 100.0).abs() < 1e-9 && (scale.at(5.0) - 50.0).abs() < 1e-9);
        assert!(scale.at(99.0).abs() < 1e-9, "outside stands on the edge");
        assert!((Scale::new((1.0, 1.0), (0.0, 8.0)).at(1.0) - 4.0).abs() < 1e-9);
    }

    #[test]
    fn labels_have_their_room() {
        assert_eq!(every(10, 1000.0, 50.0), 1);
        assert_eq!(every(10, 250.0, 50.0), 2);
        assert_eq!(every(10, 0.0, 50.0), 10);
        assert_eq!(every(0, 10.0, 5.0), 1);
    }
}
