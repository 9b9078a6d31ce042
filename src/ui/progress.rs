//! A bar or spinner on standard error that runs of less than a second never show.

use crate::render::escape;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicU64, Ordering};
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
    /// Bytes to read, and those read so far, which are more where everything is read again.
    total: u64,
    done: AtomicU64,
    /// Dropped when the work ends, which wakes the thread that would show the bar.
    ended: Option<Sender<()>>,
    shower: Option<JoinHandle<()>>,
}

impl Progress {
    pub(super) const fn hidden() -> Self {
        Self { bar: None, total: 0, done: AtomicU64::new(0), ended: None, shower: None }
    }

    pub(super) fn bytes(what: &str, total: u64) -> Self {
        Self::begin(what, Some(total), BAR)
    }

    pub(super) fn spinner(what: &str) -> Self {
        Self::begin(what, None, SPINNER)
    }

    fn begin(what: &str, total: Option<u64>, template: &str) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        bar.set_style(style(template));
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
        Self { bar: Some(bar), total: total.unwrap_or(0), done: AtomicU64::new(0), ended: Some(ended), shower }
    }

    pub(super) const fn bar(&self) -> Option<&ProgressBar> {
        self.bar.as_ref()
    }

    /// Counts bytes that are done; from any thread. When all are, what is left to do is to compute.
    pub fn advance(&self, bytes: u64) {
        let Some(bar) = self.bar.as_ref().filter(|_| self.total > 0) else { return };
        let before = self.done.fetch_add(bytes, Ordering::Relaxed);
        let now = before + bytes;
        if now / self.total > before / self.total {
            bar.set_style(style(SPINNER));
            bar.set_message("computing");
        } else if before >= self.total && before.is_multiple_of(self.total) {
            bar.set_style(style(BAR));
            bar.set_message("reading again");
        }
        bar.set_position(now % self.total);
    }

    /// Ends the work and takes the bar off the screen.
    pub fn finish(self) {
        drop(self);
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
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
        assert_eq!(bar.message(), "computing");
        progress.advance(30);
        assert_eq!((bar.message().as_str(), bar.position()), ("reading again", 30));
        progress.finish();
        assert!(bar.is_finished());
        assert!(start.elapsed() < Duration::from_millis(900));
    }
}
