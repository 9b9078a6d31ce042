//! Names that are wanted, found among many that are not.

use crate::input::dictionary::{SHAPED, Shape};
use crate::input::values::normalized;

/// Finds a few known names fast: by length, first and last bytes before anything else.
#[derive(Debug)]
pub struct NameMatcher {
    names: Vec<(Shape, Vec<u8>, u32)>,
    /// One bit per length of a name; bit 63 stands for 63 bytes and more.
    lengths: u64,
}

impl NameMatcher {
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = (String, u32)>) -> Self {
        let names = names.into_iter().map(|(name, code)| (Shape::of(name.as_bytes()), name.into_bytes(), code));
        let names: Vec<_> = names.collect();
        let lengths = names.iter().fold(0, |lengths, (_, name, _)| lengths | 1 << name.len().min(63));
        Self { names, lengths }
    }

    #[inline]
    pub(super) fn find(&self, name: &[u8]) -> Option<u32> {
        if self.lengths >> name.len().min(63) & 1 == 0 {
            return None;
        }
        let wanted = Shape::of(name);
        let found =
            self.names.iter().find(|(shape, full, _)| *shape == wanted && (name.len() <= SHAPED || full == name));
        found.map(|(_, _, code)| *code)
    }

    /// Finds a name that may be written in another form of Unicode; 0 is none.
    #[inline]
    pub(super) fn find_composed(&self, name: &[u8]) -> u32 {
        if name.is_ascii() { 0 } else { self.find(&normalized(name)).unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::NameMatcher;

    #[test]
    fn only_whole_names_are_found() {
        let names = ["buy", "signup", "checkout", "add_to_cart", "a_name_of_more_than_16"];
        let matcher = NameMatcher::new(names.iter().zip(1..).map(|(name, code)| ((*name).to_owned(), code)));
        for (name, code) in names.iter().zip(1..) {
            assert_eq!(matcher.find(name.as_bytes()), Some(code), "{name}");
        }
        for other in ["", "bu", "buyy", "signuP", "checkour", "add_to_bart", "add_to_carr", "a_name_of_XXXX_than_16"] {
            assert_eq!(matcher.find(other.as_bytes()), None, "{other}");
        }
    }
}
