//! Records to typed columns: every recognised cell is judged, rows that are wanted are kept, the rest is counted.
//!
//! One [`Layout`] per file says how each field is read; one [`Builder`] per part of the file does it. Whatever the
//! format of the file, its records come through here, so that a reject is the same reject everywhere.

mod builder;
mod event;
mod fault;
mod keep;
mod layout;
mod names;
mod row;
mod seen;
mod times;

pub use builder::Builder;
pub use fault::Fault;
pub use layout::{LaidField, LaidText, Layout, Reader};
pub use names::NameMatcher;
pub use row::{Cell, Row};
pub use seen::Seen;
