//! Why a record is rejected for its form. The words are stable: they stand in reject lists and tables.

pub const TOO_FEW_FIELDS: &str = "too few fields";
pub const TOO_MANY_FIELDS: &str = "too many fields";
pub const STRAY_QUOTE: &str = "quote inside an unquoted field";
pub const TEXT_AFTER_QUOTE: &str = "text after a closing quote";
pub const UNTERMINATED_QUOTE: &str = "quote without an end";
pub const SWALLOWED_ROWS: &str = "quoted field holds lines that look like rows";
pub const NUL: &str = "NUL byte";
pub const INVALID_TEXT: &str = "text not valid in the encoding of the file";
pub const LONE_CARRIAGE_RETURN: &str = "carriage return inside an unquoted field";
pub const CARRIAGE_RETURN_ENDS: &str = "several records in one line, each ended by a carriage return alone";
pub const LONE_LINE_FEED: &str = "line feed inside an unquoted field";
pub const ESCAPED_LINE_END: &str = "escape character before a line end";
pub const TOO_LONG: &str = "record longer than the limit";
