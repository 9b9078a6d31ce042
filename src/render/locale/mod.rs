//! The language of what people read: the reports speak English, and what a renderer for people is given is put into
//! the language asked for here, once, from one table of messages per language (`fr.toml`, `de.toml`, `es.toml`).
//!
//! A text that its table lacks stays English. Names that come from the data, and what machines read, are never touched.

mod document;
mod messages;
mod program;
mod template;

pub use document::translated;
pub use program::{page_words, words};

/// The language of labels and numbers for people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Locale {
    #[default]
    En,
    Fr,
    De,
    Es,
}
