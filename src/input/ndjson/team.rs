//! Shares the chunks of a file among threads.

use crate::error::{Error, Result};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// What the threads bring home.
struct Board<R> {
    /// By chunk; `None` where nobody came to it.
    results: Vec<Option<R>>,
    /// The error of the foremost chunk that has one.
    error: Option<(usize, Error)>,
}

/// Lets `threads` workers (0: as many as there are cores) take the chunks in ascending order until all are done, one
/// failed, or `stop` is set. Returns the workers, and the results by chunk.
pub(super) fn share<W, R>(
    count: usize,
    threads: usize,
    stop: &AtomicBool,
    make_worker: &(dyn Fn() -> W + Sync),
    work: &(dyn Fn(&mut W, usize) -> Result<R> + Sync),
) -> Result<(Vec<W>, Vec<Option<R>>)>
where
    W: Send,
    R: Send,
{
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let board = Mutex::new(Board { results: (0..count).map(|_| None).collect(), error: None });
    let workers = Mutex::new(Vec::new());
    let run = || {
        let mut worker = make_worker();
        loop {
            if stop.load(Ordering::Relaxed) || failed.load(Ordering::Relaxed) {
                break;
            }
            let chunk = next.fetch_add(1, Ordering::Relaxed);
            if chunk >= count {
                break;
            }
            let result = work(&mut worker, chunk);
            let mut board = board.lock().unwrap_or_else(PoisonError::into_inner);
            match result {
                Ok(result) => {
                    if let Some(slot) = board.results.get_mut(chunk) {
                        *slot = Some(result);
                    }
                }
                Err(error) => {
                    failed.store(true, Ordering::Relaxed);
                    if board.error.as_ref().is_none_or(|(first, _)| chunk < *first) {
                        board.error = Some((chunk, error));
                    }
                }
            }
        }
        workers.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    };
    let threads = thread_count(threads).min(count);
    if threads <= 1 {
        run();
    } else {
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(run))));
    }
    let board = board.into_inner().unwrap_or_else(PoisonError::into_inner);
    match board.error {
        Some((_, error)) => Err(error),
        None => Ok((workers.into_inner().unwrap_or_else(PoisonError::into_inner), board.results)),
    }
}

fn thread_count(asked: usize) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        asked => asked,
    }
}
