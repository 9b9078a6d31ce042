//! What to say when steps are missing: the names that the data offer.

use crate::engine::names;
use crate::error::Error;
use crate::input::source::Source;

/// How many names a message lists.
const LISTED: usize = 20;

/// The error of a funnel of events without steps.
pub fn steps_missing(sources: &[Source]) -> Error {
    let error = Error::usage("which steps? --steps 'first,second,...' names events in their order");
    match names::present(sources) {
        Ok(present) if !present.is_empty() => {
            let shown: Vec<&str> = present.iter().take(LISTED).map(String::as_str).collect();
            let more = if present.len() > LISTED { ", ..." } else { "" };
            error.with_hint(format!("the data have: {}{more}", shown.join(", ")))
        }
        Ok(_) => error,
        Err(error) => error,
    }
}
