//! Curves in few points: what a picture can show of a curve that has a row per distinct time.

use crate::stats::incidence::Shares;
use crate::stats::survival::SurvivalRow;

/// How a curve is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// Not at all: nobody would see it.
    None,
    /// In as many points as a picture shows.
    Drawn,
    /// For a spreadsheet: a row per distinct time, unless these are more than anybody goes through.
    Sheet,
    /// A row per distinct time.
    #[default]
    Full,
}

/// Longer tables of curves are of no use in a spreadsheet.
const MOST_SHEET_ROWS: usize = 100_000;

impl Detail {
    /// Whether a table of so many rows is told in the points that a picture needs.
    #[must_use]
    pub const fn is_thin(self, rows: usize) -> bool {
        match self {
            Self::None | Self::Full => false,
            Self::Drawn => true,
            Self::Sheet => rows > MOST_SHEET_ROWS,
        }
    }
}

/// Parts of the height and of the length of a picture: a point stands wherever the curve has moved by one of either.
const PARTS: f64 = 100.0;

/// Positions of the points that a picture needs, the first and the last among them: at most some 200.
fn needed(points: &[(f64, f64)]) -> Vec<usize> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let length = last.0 - first.0;
    let mut kept = vec![0];
    let mut held = *first;
    for (position, point) in points.iter().enumerate().skip(1) {
        let has_moved = (point.1 - held.1).abs() * PARTS >= 1.0 || (point.0 - held.0) * PARTS >= length;
        if has_moved || position + 1 == points.len() {
            kept.push(position);
            held = *point;
        }
    }
    kept
}

/// A survival curve in few rows: those left out add their events and censorings to the next one that stays, whose
/// number at risk is that of the first of them.
#[must_use]
pub fn survival(rows: &[SurvivalRow]) -> Vec<SurvivalRow> {
    let points: Vec<(f64, f64)> = rows.iter().map(|row| (crate::reports::seconds(row.time), row.survival)).collect();
    let mut from = 0;
    let mut thin = Vec::new();
    for at in needed(&points) {
        let merged = &rows[from..=at];
        thin.push(SurvivalRow {
            at_risk: merged[0].at_risk,
            events: merged.iter().map(|row| row.events).sum(),
            censored: merged.iter().map(|row| row.censored).sum(),
            ..rows[at]
        });
        from = at + 1;
    }
    thin
}

/// Cumulative shares in few rows.
#[must_use]
pub fn incidence(rows: &[Shares]) -> Vec<Shares> {
    let points: Vec<(f64, f64)> = rows.iter().map(|row| (crate::reports::seconds(row.time), row.waiting)).collect();
    needed(&points).into_iter().map(|at| rows[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::{needed, survival};
    use crate::stats::survival::{Observed, Survival};

    #[test]
    fn few_points_stand_for_many() {
        let curve: Vec<(f64, f64)> =
            (0..100_000).map(|at| f64::from(at) / 100_000.0).map(|at| (at, 1.0 - at)).collect();
        let kept = needed(&curve);
        assert!(kept.len() > 90 && kept.len() < 202, "{}", kept.len());
        assert_eq!((kept[0], kept[kept.len() - 1]), (0, 99_999));
        // Between two points the curve has moved by no more than a hundredth and what one step adds.
        assert!(kept.windows(2).all(|pair| curve[pair[0]].1 - curve[pair[1]].1 < 0.010_02));
        assert!(needed(&[]).is_empty());
        assert_eq!(needed(&[(1.0, 1.0)]), [0]);
    }

    #[test]
    fn nobody_is_lost_in_a_thin_curve() {
        let observed: Vec<Observed> =
            (0..5_000).map(|time| Observed { time, events: 1, censored: u64::from(time % 3 == 0) }).collect();
        let curve = Survival::estimate(&observed, 0.95).expect("defined");
        let thin = survival(curve.rows());
        assert!(thin.len() < 250);
        assert_eq!(thin[0].at_risk, curve.rows()[0].at_risk);
        for pair in thin.windows(2) {
            assert_eq!(pair[0].at_risk - pair[0].events - pair[0].censored, pair[1].at_risk);
        }
        assert_eq!(
            thin.last().map(|row| row.survival.to_bits()),
            curve.rows().last().map(|row| row.survival.to_bits())
        );
    }
}
