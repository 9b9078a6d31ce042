//! A rate of two periods side by side: the figures of every sentence that says what changed.

use super::figures::{chance, percent, points};
use super::statement::Figures;
use super::texts::Say;
use crate::stats::difference::{Counts, difference, newcombe, p_value};

/// Now against then.
pub struct Change {
    rate: f64,
    base: f64,
    gap: f64,
    low: f64,
    high: f64,
    p_value: f64,
    confidence: f64,
}

impl Change {
    /// The difference `now - then` with its Newcombe interval and p; `None` where a side has no trials.
    #[must_use]
    pub fn of(now: Counts, then: Counts, confidence: f64) -> Option<Self> {
        let interval = newcombe(now, then, confidence)?;
        Some(Self {
            rate: now.rate()?,
            base: then.rate()?,
            gap: difference(now, then)?,
            low: interval.low,
            high: interval.high,
            p_value: p_value(now, then)?,
            confidence,
        })
    }

    /// The first sentence where the change is no more than noise, else that of a rise or of a fall.
    #[must_use]
    pub fn say(&self, [same, rose, fell]: [Say; 3]) -> Say {
        match (self.p_value < 1.0 - self.confidence, self.gap > 0.0) {
            (false, _) => same,
            (true, true) => rose,
            (true, false) => fell,
        }
    }

    /// What all these sentences have in them.
    #[must_use]
    pub fn values(&self) -> [(&'static str, String); 6] {
        [
            ("rate", percent(self.rate)),
            ("base", percent(self.base)),
            ("points", points(self.gap)),
            ("low", points(self.low)),
            ("high", points(self.high)),
            ("p", chance(self.p_value)),
        ]
    }

    #[must_use]
    pub const fn figures(&self) -> Figures {
        Figures {
            value: Some(self.rate),
            base: Some(self.base),
            effect: Some(self.gap),
            low: Some(self.low),
            high: Some(self.high),
            p_value: Some(self.p_value),
        }
    }
}
