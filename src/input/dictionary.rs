//! Codes for repeated texts, shared by the threads of a scan. Code 0 is "no text".

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

#[derive(Debug, Default)]
struct Entries {
    codes: HashMap<String, u32, foldhash::fast::FixedState>,
    /// By code - 1.
    names: Vec<String>,
}

/// Texts and their codes, in the order in which they were first met.
#[derive(Debug, Default)]
pub struct Dictionary {
    entries: Mutex<Entries>,
}

impl Dictionary {
    /// Makes a dictionary whose first codes are those of `names`.
    #[must_use]
    pub fn with_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let dictionary = Self::default();
        for name in names {
            dictionary.code(name);
        }
        dictionary
    }

    /// Returns the code of a text, a new one where it was not met before.
    pub fn code(&self, text: &str) -> u32 {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(code) = entries.codes.get(text) {
            return *code;
        }
        entries.names.push(text.to_owned());
        let code = u32::try_from(entries.names.len()).unwrap_or(u32::MAX);
        entries.codes.insert(text.to_owned(), code);
        code
    }

    /// Returns all texts by code; the first (code 0) is empty.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::once(String::new()).chain(entries.names.iter().cloned()).collect()
    }
}

/// A thread's own memory of a dictionary: repeated texts cost no lock.
#[derive(Debug, Default)]
pub struct Memo {
    codes: HashMap<Box<str>, u32, foldhash::fast::FixedState>,
}

/// More distinct texts than this are not remembered per thread.
const MEMO_LIMIT: usize = 65_536;

impl Memo {
    pub fn code(&mut self, dictionary: &Dictionary, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        match self.codes.get(text) {
            Some(code) => *code,
            None => self.learn(dictionary, text),
        }
    }

    fn learn(&mut self, dictionary: &Dictionary, text: &str) -> u32 {
        let code = dictionary.code(text);
        if self.codes.len() < MEMO_LIMIT {
            self.codes.insert(text.into(), code);
        }
        code
    }
}
