//! Ctrl-C and a polite kill: what is unfinished is taken away, then the process ends as it would have anyway.
//!
//! Results are left as they were or are complete. Uses render, which knows what is unfinished.

#[cfg(unix)]
mod unix {
    use crate::render::abandon;
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    pub fn watch() {
        // Without the watch a signal ends the process all the same, and the next run tidies up.
        let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
        let wait = move || {
            if let Some(signal) = signals.forever().next() {
                let _stopped = abandon();
                let _ = emulate_default_handler(signal);
            }
        };
        let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(wait);
    }
}

/// Watches for signals from now on: 130 for a shell after Ctrl-C, 143 after a kill.
pub fn watch() {
    #[cfg(unix)]
    unix::watch();
}
