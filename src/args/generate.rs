//! What is generated from the registry of commands: completions, man pages, the list of setting names.

use super::nearest::nearest;
use crate::cli::Cli;
use crate::error::{Error, Result};
use crate::model::kind::Role;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use std::io::Write;

/// Returns the completion script of a shell.
#[must_use]
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "funnel", &mut script);
    script
}

/// Returns the man page (roff) of `funnel`, or of one of its commands.
///
/// # Errors
/// There is no such command.
pub fn man_page(command: Option<&str>) -> Result<Vec<u8>> {
    let mut root = Cli::command();
    root.build();
    let page = match command {
        None => root,
        Some(name) => {
            let found = root.find_subcommand(name).cloned();
            let names = root.get_subcommands().map(Command::get_name);
            found.ok_or_else(|| unknown_command(name, names))?
        }
    };
    let examples = page.get_before_help().map(ToString::to_string).unwrap_or_default();
    render(page, &examples).map_err(|error| Error::internal(format!("the man page could not be made: {error}")))
}

/// Returns the long names of the flags that variables and command tables of `funnel.toml` may set.
///
/// Files and columns belong to a source, so that they have no default of a command.
#[must_use]
pub fn setting_names(command: &str) -> Vec<String> {
    let root = Cli::command();
    let Some(command) = root.find_subcommand(command) else { return Vec::new() };
    let settings = command.get_arguments().filter(|argument| argument.get_help_heading() != Some("Sources"));
    settings
        .filter(|argument| argument.get_help_heading() != Some("Columns") || !names_role(argument))
        .filter_map(|argument| argument.get_long())
        .filter(|name| *name != "stage-date" && *name != "error-format")
        .map(str::to_owned)
        .collect()
}

/// Returns the names of all commands.
#[must_use]
pub fn command_names() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// Whether a flag is called like a role.
fn names_role(argument: &clap::Arg) -> bool {
    argument.get_long().and_then(Role::from_name).is_some()
}

/// Returns the first line of a flag's help.
#[must_use]
pub fn flag_help(command: &str, flag: &str) -> Option<String> {
    let root = Cli::command();
    let command = root.find_subcommand(command)?;
    let argument = command.get_arguments().find(|argument| argument.get_long() == Some(flag))?;
    argument.get_help().map(ToString::to_string)
}

/// Returns the long names of all flags, for the names of variables.
#[must_use]
pub fn flag_names() -> Vec<String> {
    let root = Cli::command();
    let flags = root.get_subcommands().flat_map(Command::get_arguments).filter_map(|argument| argument.get_long());
    let mut names: Vec<String> = flags.map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

fn unknown_command<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Error {
    let error = Error::usage(format!("there is no command `{name}`"));
    match nearest(name, names) {
        Some(name) => error.with_hint(format!("did you mean {name}?")),
        None => error.with_hint("`funnel --help` lists the commands"),
    }
}

fn render(page: Command, examples: &str) -> std::io::Result<Vec<u8>> {
    let has_commands = page.has_subcommands();
    let man = Man::new(page);
    let mut roff = Vec::new();
    man.render_title(&mut roff)?;
    man.render_name_section(&mut roff)?;
    man.render_synopsis_section(&mut roff)?;
    writeln!(roff, ".SH EXAMPLES\n.nf")?;
    for line in examples.lines().skip(1) {
        writeln!(roff, "\\&{}", line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq"))?;
    }
    writeln!(roff, ".fi")?;
    man.render_description_section(&mut roff)?;
    man.render_options_section(&mut roff)?;
    if has_commands {
        man.render_subcommands_section(&mut roff)?;
    }
    Ok(roff)
}

#[cfg(test)]
mod tests {
    use super::{completions, flag_names, man_page, setting_names};
    use clap_complete::Shell;

    #[test]
    fn completions_name_the_commands() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
            let script = String::from_utf8(completions(shell)).unwrap();
            assert!(script.contains("conversion") && script.contains("where-entry"), "{shell}");
        }
    }

    #[test]
    fn man_pages_hold_examples_and_flags() {
        let page = String::from_utf8(man_page(Some("conversion")).unwrap()).unwrap();
        assert!(page.contains(".SH EXAMPLES") && page.contains("purchase"));
        assert!(page.contains("where\\-entry"));
        assert!(String::from_utf8(man_page(None).unwrap()).unwrap().contains("conversion"));
        assert_eq!(man_page(Some("conversio")).unwrap_err().hint.as_deref(), Some("did you mean conversion?"));
    }

    #[test]
    fn settings_are_flags_without_files_and_columns() {
        let names = setting_names("conversion");
        for name in ["window", "by", "max-rejects", "won", "format"] {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
        for name in ["events", "id", "config", "kind", "help"] {
            assert!(!names.iter().any(|known| known == name), "{name}");
        }
        assert!(setting_names("report").iter().any(|name| name == "sections"));
        assert!(flag_names().iter().any(|name| name == "id"));
    }
}
