//! The only place that reads the current time, and only to tell how long something took.
//!
//! No result depends on it: `--as-of`, or else the data, says what "now" is. It uses no other room.

use std::time::{Duration, Instant};

/// Measures elapsed time, for progress and diagnostics.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch {
    started: Instant,
}

impl Stopwatch {
    #[must_use]
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// Returns the time since the start; it never goes backwards.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::Stopwatch;

    #[test]
    fn never_goes_backwards() {
        let stopwatch = Stopwatch::start();
        let first = stopwatch.elapsed();
        assert!(stopwatch.elapsed() >= first);
    }
}
