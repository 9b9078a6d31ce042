//! What a terminal is like: whether it takes colour, and how wide it is.

use crate::render::DEFAULT_WIDTH;
use std::env;
use std::ffi::OsStr;

/// The choice of `--color`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

impl ColorChoice {
    /// Reads the word of `--color`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "always" => Some(Self::Always),
            "never" => Some(Self::Never),
            _ => None,
        }
    }
}

/// What results are written on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surface {
    /// Columns of a line.
    pub width: usize,
    pub color: bool,
    /// Whether a person is in front of it.
    pub is_terminal: bool,
}

/// What the variables wish about colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Wish {
    #[default]
    None,
    Never,
    Always,
}

/// The variables that say what terminals can do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    color: Wish,
    /// `TERM` is `dumb`.
    dumb: bool,
    columns: Option<usize>,
}

impl Environment {
    /// Reads the process's variables: `NO_COLOR` (no-color.org) first, then `CLICOLOR_FORCE` and `CLICOLOR`.
    #[must_use]
    pub fn read() -> Self {
        let is = |name: &str, test: fn(&OsStr) -> bool| env::var_os(name).is_some_and(|value| test(&value));
        let color = if is("NO_COLOR", |value| !value.is_empty()) {
            Wish::Never
        } else if is("CLICOLOR_FORCE", |value| !value.is_empty() && value != "0") {
            Wish::Always
        } else if is("CLICOLOR", |value| value == "0") {
            Wish::Never
        } else {
            Wish::None
        };
        let columns = env::var("COLUMNS").ok().and_then(|value| value.trim().parse().ok());
        let dumb = is("TERM", |value| value == "dumb");
        Self { color, dumb, columns: columns.filter(|&columns| columns > 0) }
    }

    /// Tells whether lines cannot be redrawn.
    #[must_use]
    pub const fn is_dumb(&self) -> bool {
        self.dumb
    }

    /// Decides on colour: the flag, then the variables, then what the stream is.
    #[must_use]
    pub const fn uses_color(&self, choice: ColorChoice, is_terminal: bool) -> bool {
        match (choice, self.color) {
            (ColorChoice::Always, _) | (ColorChoice::Auto, Wish::Always) => true,
            (ColorChoice::Never, _) | (ColorChoice::Auto, Wish::Never) => false,
            (ColorChoice::Auto, Wish::None) => is_terminal && !self.dumb,
        }
    }

    /// Decides on the width: `COLUMNS`, then the terminal, else what suits a file.
    #[must_use]
    pub fn width(&self, is_terminal: bool) -> usize {
        let of_terminal = || {
            let (terminal_size::Width(columns), _) = terminal_size::terminal_size_of(std::io::stdout())?;
            Some(usize::from(columns)).filter(|&columns| columns > 0)
        };
        self.columns.or_else(|| of_terminal().filter(|_| is_terminal)).unwrap_or(DEFAULT_WIDTH)
    }
}

#[cfg(test)]
mod tests {
    use super::{ColorChoice, Environment, Wish};

    #[test]
    fn colour_follows_flag_environment_and_stream() {
        let plain = Environment::default();
        assert!(plain.uses_color(ColorChoice::Auto, true));
        assert!(!plain.uses_color(ColorChoice::Auto, false));
        assert!(plain.uses_color(ColorChoice::Always, false));
        assert!(!plain.uses_color(ColorChoice::Never, true));

        let never = Environment { color: Wish::Never, ..Environment::default() };
        assert!(!never.uses_color(ColorChoice::Auto, true));
        assert!(never.uses_color(ColorChoice::Always, true));

        let always = Environment { color: Wish::Always, dumb: true, ..Environment::default() };
        assert!(always.uses_color(ColorChoice::Auto, false));
        assert!(!always.uses_color(ColorChoice::Never, true));
        let dumb = Environment { dumb: true, ..Environment::default() };
        assert!(!dumb.uses_color(ColorChoice::Auto, true));
    }

    #[test]
    fn the_width_is_asked_for_or_one_hundred() {
        assert_eq!(Environment::default().width(false), 100);
        assert_eq!(Environment { columns: Some(72), ..Environment::default() }.width(false), 72);
    }
}
