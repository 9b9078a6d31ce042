//! The one error type: what happened, where, and the way out. Its kind decides the exit code.
//!
//! Every room may use it; it uses none of them.

use std::fmt;

pub type Result<T> = std::result::Result<T, Error>;

/// What kind of failure ended the run; each has a stable exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Reading or writing failed.
    Io,
    /// A defect of the program itself.
    Internal,
    /// The command line or the configuration is wrong.
    Usage,
    /// The data are wrong, or cannot be decided without a flag.
    Data,
    /// A check that was asked for (`--fail-if`, `--fail-on-goal`) failed.
    CheckFailed,
    /// Another run holds the lock.
    Locked,
}

impl ErrorKind {
    /// Returns the exit code that scripts may rely on.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Io | Self::Internal => 1,
            Self::Usage => 2,
            Self::Data => 3,
            Self::CheckFailed => 4,
            Self::Locked => 75,
        }
    }

    /// Returns the word that machines read with `--error-format json`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Io => "io",
            Self::Internal => "internal",
            Self::Usage => "usage",
            Self::Data => "data",
            Self::CheckFailed => "check_failed",
            Self::Locked => "locked",
        }
    }
}

/// Where in the input it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    pub file: String,
    /// Physical line, from 1.
    pub line: Option<u64>,
    /// Name of the column.
    pub column: Option<String>,
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(formatter, ":{line}")?;
        }
        if let Some(column) = &self.column {
            write!(formatter, ":{column}")?;
        }
        Ok(())
    }
}

/// A failure with its place and the way out. Cells never stand in a message; names may (escaped when printed).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub kind: ErrorKind,
    pub message: String,
    /// Boxed: an error is rare and results are everywhere.
    pub location: Option<Box<Location>>,
    pub hint: Option<String>,
}

impl Error {
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), location: None, hint: None }
    }

    #[must_use]
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    #[must_use]
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Data, message)
    }

    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// Wraps a failed read or write with the path it concerns.
    #[must_use]
    pub fn io(path: impl fmt::Display, error: &std::io::Error) -> Self {
        let failure = Self::new(ErrorKind::Io, error.to_string()).in_file(path);
        match error.kind() {
            std::io::ErrorKind::NotFound => {
                failure.with_hint("paths are relative to the working directory, those of funnel.toml to its folder")
            }
            std::io::ErrorKind::IsADirectory => failure.with_hint("name the files in it, such as 'exports/*.csv'"),
            std::io::ErrorKind::PermissionDenied => failure.with_hint("check who may read or write it"),
            _ => failure,
        }
    }

    #[must_use]
    pub fn in_file(self, file: impl fmt::Display) -> Self {
        self.at(file, None, None)
    }

    #[must_use]
    pub fn at(mut self, file: impl fmt::Display, line: Option<u64>, column: Option<&str>) -> Self {
        let location = Location { file: file.to_string(), line, column: column.map(str::to_owned) };
        self.location = Some(Box::new(location));
        self
    }

    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(formatter, "{location}: ")?;
        }
        write!(formatter, "{}", self.message)
    }
}

impl std::error::Error for Error {}
