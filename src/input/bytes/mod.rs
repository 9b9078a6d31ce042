//! Opens what the user named and hands out its plain bytes: files, standard input, gzip, zstd, any encoding.
//!
//! Everything behind this module sees one thing only, a [`ByteSource`] of known length that several threads may read
//! at once. May import the error type and nothing else of the crate.

mod encoding;
mod open;
mod sniff;
mod source;
mod spool;

pub(crate) use encoding::Evidence;
pub use encoding::{Decoded, TextEncoding, decode};
pub use open::open;
pub use sniff::{Content, refuse, sniff};
pub use source::ByteSource;
