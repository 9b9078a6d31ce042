//! What can be wrong with a header, in words that name the columns and the flag.

use crate::error::Error;
use crate::model::kind::{Kind, Role};
use std::fmt;

/// Why the columns of a source cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnProblem {
    /// A flag names a role that sources of this kind do not have.
    NoSuchRole { kind: Kind, role: Role },
    /// A flag names a column that is not there.
    NoSuchColumn { flag: String, column: String, columns: Vec<String>, nearest: Option<String> },
    /// The same name stands in the header more than once, and is needed.
    Twice { flag: String, column: String },
    /// Several columns are equally good for one role.
    Ambiguous { flag: String, columns: Vec<String> },
    /// No column is known to play a required role.
    Missing { kind: Kind, role: Role, columns: Vec<String>, advice: Option<String> },
    /// Stage dates are given for a source whose rows are no deals.
    NoStageDates { kind: Kind },
    /// The columns fit no kind; the likely ones with the roles that they lack.
    NoKind { likely: Vec<(Kind, Vec<Role>)>, columns: Vec<String> },
}

/// So many names are listed; an export may have hundreds of columns.
const LISTED: usize = 60;

impl fmt::Display for ColumnProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchRole { kind, role } => {
                write!(formatter, "--{} is no column of {}", role.name(), kind.name())
            }
            Self::NoSuchColumn { flag, column, columns, .. } => {
                write!(formatter, "--{flag} names the column \"{column}\", which is not there; {}", listed(columns))
            }
            Self::Twice { flag, column } => {
                write!(formatter, "two columns are named \"{column}\", which is used for --{flag}")
            }
            Self::Ambiguous { flag, columns } => {
                write!(formatter, "several columns may be the {flag}: {}", quoted(columns))
            }
            Self::Missing { kind, role, columns, .. } => {
                write!(formatter, "{}: no column is known as the {}; {}", kind.name(), role.name(), listed(columns))
            }
            Self::NoStageDates { kind } => {
                write!(formatter, "--stage-date is for deals, and these are {}", kind.name())
            }
            Self::NoKind { likely, columns } => {
                write!(formatter, "the columns fit no kind of source")?;
                for (kind, missing) in likely {
                    write!(formatter, "; {} lack {}", kind.name(), names(missing).join(" and "))?;
                }
                write!(formatter, "; {}", listed(columns))
            }
        }
    }
}

impl std::error::Error for ColumnProblem {}

impl ColumnProblem {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NoSuchColumn { columns, .. } | Self::Missing { columns, .. } | Self::NoKind { columns, .. }
                if is_record(columns) =>
            {
                Some("name the columns: --no-header COL,... such as user_id,event,timestamp".to_owned())
            }
            Self::NoSuchRole { kind, .. } => {
                let mut roles = names(kind.required());
                roles.extend(names(kind.optional()));
                Some(format!("{} have --{}", kind.name(), roles.join(", --")))
            }
            Self::NoSuchColumn { nearest, .. } => nearest.as_ref().map(|name| format!("is it \"{name}\"?")),
            Self::Twice { .. } => Some("rename one of them in the file".to_owned()),
            Self::Ambiguous { flag, .. } => Some(format!("say which with --{flag} COLUMN")),
            Self::Missing { role, advice, .. } => {
                let flag = format!("name it with --{} COLUMN", role.name());
                Some(advice.as_ref().map_or(flag, Clone::clone))
            }
            Self::NoStageDates { .. } => None,
            Self::NoKind { likely, .. } => Some(likely.first().map_or_else(
                || "name the kind with --kind and its columns with their flags".to_owned(),
                |(kind, missing)| {
                    let flags: Vec<String> = missing.iter().map(|role| format!("--{} COLUMN", role.name())).collect();
                    let kind = kind.name();
                    let flags = flags.join(" ");
                    format!("if these are {kind}: --kind {kind} {flags}; `funnel init` joins exports of one step each")
                },
            )),
        }
    }
}

/// Flags that no kind of source could have are usage errors; everything else is about the data.
impl From<ColumnProblem> for Error {
    fn from(problem: ColumnProblem) -> Self {
        let error = match &problem {
            ColumnProblem::NoSuchRole { .. } | ColumnProblem::NoStageDates { .. } => Self::usage(problem.to_string()),
            _ => Self::data(problem.to_string()),
        };
        match problem.hint() {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

/// Whether names of columns are rather the cells of a record: a date, a number or an address is among them. They are not
/// shown then, since they may tell of a customer.
fn is_record(columns: &[String]) -> bool {
    let is_number = |name: &str| name.bytes().any(|byte| byte.is_ascii_digit()) && name.parse::<f64>().is_ok();
    let is_date = |name: &str| {
        let digits = name.bytes().filter(u8::is_ascii_digit).count();
        let signs = name.bytes().filter(|byte| b"-/.:T Z+".contains(byte)).count();
        digits >= 6 && signs >= 2 && digits + signs == name.len()
    };
    let is_address = |name: &str| name.split_once('@').is_some_and(|(_, host)| host.contains('.'));
    columns.iter().any(|name| is_date(name) || is_address(name))
        || (columns.len() > 1 && columns.iter().any(|name| is_number(name)))
}

fn names(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.name()).collect()
}

fn quoted(columns: &[String]) -> String {
    let quoted: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
    quoted.join(", ")
}

fn listed(columns: &[String]) -> String {
    match columns.split_at_checked(LISTED) {
        Some((first, rest)) if !rest.is_empty() => format!("the columns are {} and {} more", quoted(first), rest.len()),
        _ if columns.is_empty() => "there are no columns".to_owned(),
        _ if is_record(columns) => "the first line looks like a record, not like a header".to_owned(),
        _ => format!("the columns are {}", quoted(columns)),
    }
}
