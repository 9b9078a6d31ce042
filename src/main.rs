//! The `funnel` binary: arguments in, exit code out.

mod allocator;

use std::process::ExitCode;

fn main() -> ExitCode {
    allocator::keep_memory();
    funnel::commands::main(std::env::args_os().collect())
}
