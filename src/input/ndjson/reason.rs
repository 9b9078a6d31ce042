//! Why a record is rejected for its form. The words are stable: they stand in reject lists and tables.

pub use crate::input::csv::reason::{INVALID_TEXT, NUL, TOO_LONG};

pub const NOT_AN_OBJECT: &str = "not a JSON object";
pub const INVALID_JSON: &str = "not valid JSON";
pub const CUT: &str = "JSON object without an end";
pub const TEXT_AFTER_OBJECT: &str = "text after the JSON object";
pub const CONTROL_CHARACTER: &str = "control character inside a JSON string";
pub const INVALID_ESCAPE: &str = "invalid escape in a JSON string";
pub const LONE_SURROGATE: &str = "half a surrogate pair in a JSON string";
pub const DUPLICATE_KEY: &str = "key twice in one JSON object";
pub const OBJECT_WHERE_TEXT: &str = "object where other records hold text";
pub const TOO_DEEP: &str = "JSON nested deeper than the limit";
/// Cannot happen unless the file changed between the two readings.
pub const NOT_AS_LEARNT: &str = "key not as in the first reading";
