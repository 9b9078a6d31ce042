//! `funnel completions` and `funnel man`.

use clap::Args;
use clap_complete::Shell;

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  funnel completions bash > ~/.local/share/bash-completion/completions/funnel
  funnel completions zsh > ~/.zfunc/_funnel
  funnel completions fish > ~/.config/fish/completions/funnel.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  funnel man | man -l -
  funnel man conversion | man -l -
  funnel man > ~/.local/share/man/man1/funnel.1";

/// Shell completions
#[derive(Debug, Clone, Args)]
#[command(before_help = COMPLETIONS_EXAMPLES)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// Man pages
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = MAN_EXAMPLES)]
pub struct ManArgs {
    /// The command whose page is printed
    ///
    /// Default: the page of funnel itself.
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}
