//! The last net: a panic that nobody caught is an internal error with the code and the form of one.

use crate::error::{Error, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs all of the program; a panic that nobody caught is an internal error.
///
/// # Errors
/// Those of `run`, or that.
pub fn caught<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(Error::internal(format!("stopped unexpectedly: {}", said.unwrap_or("no reason given"))))
    })
}

#[cfg(test)]
mod tests {
    use super::caught;
    use crate::error::ErrorKind;

    #[test]
    fn a_panic_is_an_internal_error() {
        let error = caught::<()>(|| panic!("odd {}", 1)).unwrap_err();
        assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Internal, "stopped unexpectedly: odd 1"));
        assert_eq!(caught(|| Ok(1)), Ok(1));
    }
}
