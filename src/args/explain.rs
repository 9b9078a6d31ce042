//! `funnel explain`.

use clap::Args;
use std::ffi::OsString;

const EXAMPLES: &str = "\
Examples:
  funnel explain conversion
  funnel explain conversion --window 30d --by channel
  funnel explain report --config clients/acme/funnel.toml
  funnel explain check --format markdown -o check.md";

/// The definitions behind a command, and the settings in force with where each came from
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = EXAMPLES)]
pub struct ExplainArgs {
    /// The command
    #[arg(value_name = "COMMAND")]
    pub command: String,

    /// Its flags, as it would be run; no file is read but funnel.toml
    #[arg(value_name = "FLAG", trailing_var_arg = true, allow_hyphen_values = true)]
    pub flags: Vec<OsString>,
}
