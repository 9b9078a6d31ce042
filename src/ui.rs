//! The only writer to standard error: notes, warnings, errors and progress; and the only one to ask what the
//! terminal is like.
//!
//! Nothing here fails: where standard error is closed the run goes on. All text is escaped before it is written.

mod message;
mod progress;
mod surface;

pub use progress::Progress;
pub use surface::{ColorChoice, Surface};

use crate::document::{Note, NoteLevel};
use crate::error::Error;
use indicatif::ProgressBar;
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use surface::Environment;

/// How errors and notes are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ErrorFormat {
    #[default]
    Human,
    /// A JSON object a line.
    Json,
}

impl ErrorFormat {
    /// Reads the word of `--error-format`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "human" => Some(Self::Human),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// The voice of the program.
#[derive(Debug)]
pub struct Ui {
    is_quiet: bool,
    shows_progress: bool,
    color: bool,
    error_format: ErrorFormat,
    color_choice: ColorChoice,
    environment: Environment,
    /// The bar on the screen, which makes way for messages.
    current: Mutex<Option<ProgressBar>>,
}

impl Ui {
    /// Looks at the environment and the terminals once.
    #[must_use]
    pub fn new(is_quiet: bool, color_choice: ColorChoice, allows_progress: bool, error_format: ErrorFormat) -> Self {
        let environment = Environment::read();
        let is_terminal = io::stderr().is_terminal();
        let shows_progress =
            allows_progress && !is_quiet && is_terminal && !environment.is_dumb() && error_format == ErrorFormat::Human;
        let color = environment.uses_color(color_choice, is_terminal);
        let current = Mutex::new(None);
        Self { is_quiet, shows_progress, color, error_format, color_choice, environment, current }
    }

    /// Describes where the result goes: standard output, or a file, which is no terminal whatever runs the program.
    #[must_use]
    pub fn surface(&self, is_stdout: bool) -> Surface {
        let is_terminal = is_stdout && io::stdout().is_terminal();
        Surface {
            width: self.environment.width(is_terminal),
            color: self.environment.uses_color(self.color_choice, is_terminal),
            is_terminal,
        }
    }

    /// Says a note or a warning; nothing where the run is quiet.
    pub fn note(&self, note: &Note) {
        if self.is_quiet {
            return;
        }
        self.say(&match self.error_format {
            ErrorFormat::Human => message::note(note, self.color),
            ErrorFormat::Json => message::note_json(note),
        });
    }

    /// Says all notes, warnings last, where they are seen.
    pub fn notes(&self, notes: &[Note]) {
        for level in [NoteLevel::Note, NoteLevel::Warning] {
            notes.iter().filter(|note| note.level == level).for_each(|note| self.note(note));
        }
    }

    /// Says what ended the run, quiet or not.
    pub fn error(&self, error: &Error) {
        self.say(&match self.error_format {
            ErrorFormat::Human => message::error(error, self.color),
            ErrorFormat::Json => message::error_json(error),
        });
    }

    /// Begins a bar over `total` bytes; it is seen only on a terminal, and only after a second.
    #[must_use]
    pub fn progress(&self, what: &str, total: u64) -> Progress {
        self.begin(if self.shows_progress { Progress::bytes(what, total) } else { Progress::hidden() })
    }

    /// Begins a spinner for work of unknown length; seen as a bar is.
    #[must_use]
    pub fn spinner(&self, what: &str) -> Progress {
        self.begin(if self.shows_progress { Progress::spinner(what) } else { Progress::hidden() })
    }

    fn begin(&self, progress: Progress) -> Progress {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = progress.bar().cloned();
        progress
    }

    /// Writes in one piece, so that lines of two runs do not mix.
    fn say(&self, text: &str) {
        let write = || {
            let _ = io::stderr().lock().write_all(text.as_bytes());
        };
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match current {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ColorChoice, ErrorFormat, Ui};
    use crate::document::Note;
    use crate::error::Error;

    #[test]
    fn nothing_fails_without_a_terminal() {
        let ui = Ui::new(true, ColorChoice::Never, true, ErrorFormat::Human);
        ui.note(&Note::note("code", "text"));
        let progress = ui.progress("reading", 10);
        progress.advance(4);
        progress.finish();
        drop(ui.spinner("computing"));
        assert!(!ui.surface(false).color);
        ui.error(&Error::usage("shown by the test"));
    }

    #[test]
    fn words_of_flags() {
        assert_eq!(ErrorFormat::from_name("json"), Some(ErrorFormat::Json));
        assert_eq!(ErrorFormat::from_name("xml"), None);
        assert_eq!(ColorChoice::from_name("always"), Some(ColorChoice::Always));
    }
}
