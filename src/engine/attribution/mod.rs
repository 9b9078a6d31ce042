//! Touches and conversions by unit, and the credit that each conversion gives to the channels before it.

mod collect;
mod credit;
mod read;

pub use collect::answer;
pub use read::{Converts, Part, Read, read};

/// Kinds of records of a unit. Touches sort before conversions of one moment.
mod class {
    pub const TOUCH: u32 = 0;
    pub const CONVERSION: u32 = 1;
    /// A change of a stage history that says won, or another one.
    pub const CHANGE_WON: u32 = 2;
    pub const CHANGE_OTHER: u32 = 3;
    /// A row meets the first unit filter; those of further filters follow.
    pub const UNIT_MET: u32 = 16;
    /// Classes of one source; those of the next follow.
    pub const EACH: u32 = 128;
}
