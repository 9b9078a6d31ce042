//! A bar or spinner on standard error that runs of less than a second never show.

use crate::render::escape;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Nothing is shown before.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);
const BAR: &str = "{msg} [{bar:24}] {bytes} of {total_bytes}, {eta} left";
const SPINNER: &str = "{spinner} {msg} {elapsed}";

/// Work under way; its bar goes when it does.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    /// Dropped when the work ends, which wakes the thread that would show the bar.
    ended: Option<Sender<()>>,
    shower: Option<JoinHandle<()>>,
}

impl Progress {
    pub(super) const fn hidden() -> Self {
        Self { bar: None, ended: None, shower: None }
    }

    pub(super) fn bytes(what: &str, total: u64) -> Self {
        Self::begin(what, Some(total), BAR)
    }

    pub(super) fn spinner(what: &str) -> Self {
        Self::begin(what, None, SPINNER)
    }

    fn begin(what: &str, total: Option<u64>, template: &str) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(escape(what).into_owned());
        let (ended, end) = mpsc::channel();
        let shown = bar.clone();
        let show = move || {
            if end.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(TICK);
            }
        };
        // Without a thread there is no bar, and that is all.
        let shower = thread::Builder::new().name("progress".to_owned()).spawn(show).ok();
        Self { bar: Some(bar), ended: Some(ended), shower }
    }

    pub(super) const fn bar(&self) -> Option<&ProgressBar> {
        self.bar.as_ref()
    }

    /// Counts bytes that are done; from any thread.
    pub fn advance(&self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(bytes);
        }
    }

    /// Ends the work and takes the bar off the screen.
    pub fn finish(self) {
        drop(self);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.ended.take());
        if let Some(shower) = self.shower.take() {
            let _ = shower.join();
        }
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;
    use std::time::{Duration, Instant};

    #[test]
    fn short_work_ends_at_once_and_shows_nothing() {
        let start = Instant::now();
        let progress = Progress::bytes("reading", 100);
        progress.advance(100);
        let bar = progress.bar().cloned().unwrap();
        assert!(bar.is_hidden());
        progress.finish();
        assert!(bar.is_finished());
        assert!(start.elapsed() < Duration::from_millis(900));
    }
}
