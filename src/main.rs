//! The `funnel` binary: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    funnel::commands::main(std::env::args_os().collect())
}
