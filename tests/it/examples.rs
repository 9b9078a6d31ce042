//! Runs the console blocks of `examples/*/README.md`: what a reader is shown is what the program prints.
//!
//! In a block fenced as `console`, a line that begins with `$ ` is a command (lines ended by a backslash go on), and
//! what follows up to the next command is its output, both streams as a terminal shows them; `[exit status: N]` ends
//! the output of a command that fails. `FUNNEL_FILL=1` writes the present outputs into the files: read the diff.

use crate::world::{BINARY, World, repository};
use std::fs;
use std::path::{Path, PathBuf};

/// One command of a console block with the output that is shown for it.
#[derive(Debug, PartialEq)]
struct Shown {
    command: String,
    output: String,
}

/// A README cut into text that stays and commands with their output.
#[derive(Debug, PartialEq)]
enum Part {
    Text(String),
    Shown(Shown),
}

fn parts(readme: &str) -> Vec<Part> {
    let (mut parts, mut inside) = (Vec::new(), false);
    let mut lines = readme.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        if inside && line.starts_with("$ ") {
            let mut command = line.to_owned();
            while command.trim_end().ends_with('\\') {
                command.push_str(lines.next().unwrap_or_default());
            }
            let mut output = String::new();
            while let Some(next) = lines.next_if(|next| !next.starts_with("$ ") && !next.starts_with("```")) {
                output.push_str(next);
            }
            parts.push(Part::Shown(Shown { command, output }));
            continue;
        }
        if line.starts_with("```") {
            inside = !inside && line.trim_end() == "```console";
        }
        parts.push(Part::Text(line.to_owned()));
    }
    parts
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// Runs the command as a shell would, in a copy of the example's folder, both streams into one.
fn output(world: &World, command: &str) -> String {
    let program = Path::new(BINARY).parent().expect("a folder").display().to_string();
    let line = command.strip_prefix("$ ").expect("a command");
    let mut shell = world.command_of("/bin/sh");
    shell.env("PATH", format!("{program}:/usr/local/bin:/usr/bin:/bin")).env("COLUMNS", "80");
    let result = shell.arg("-c").arg(format!("exec 2>&1\n{line}")).output().expect("a shell");
    let mut text = String::from_utf8(result.stdout).expect("UTF-8");
    match result.status.code() {
        Some(0) => {}
        Some(code) => text.push_str(&format!("[exit status: {code}]\n")),
        None => text.push_str("[ended by a signal]\n"),
    }
    text
}

/// Runs every command of one example in order; returns the README as it would be now.
fn replayed(folder: &Path, readme: &str) -> (usize, String) {
    let world = World::new();
    copy(folder, &world.path());
    let (mut commands, mut text) = (0, String::new());
    for part in parts(readme) {
        match part {
            Part::Text(line) => text.push_str(&line),
            Part::Shown(shown) => {
                commands += 1;
                text.push_str(&shown.command);
                let mut printed = output(&world, &shown.command);
                // An empty line before the next command is for the reader, not output.
                if shown.output.ends_with("\n\n") && !printed.ends_with("\n\n") {
                    printed.push('\n');
                }
                text.push_str(&printed);
            }
        }
    }
    (commands, text)
}

fn examples() -> Vec<PathBuf> {
    let entries = fs::read_dir(repository().join("examples")).expect("examples");
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

#[test]
fn console_blocks_show_what_is_printed() {
    let folders = examples();
    assert!(folders.len() >= 2, "examples: {folders:?}");
    let fill = std::env::var_os("FUNNEL_FILL").is_some();
    let mut report = String::new();
    let front = (repository().join("examples/saas"), repository().join("README.md"));
    let pages = folders.into_iter().map(|folder| (folder.clone(), folder.join("README.md")));
    for (folder, path) in pages.chain([front]) {
        let readme = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (commands, now) = replayed(&folder, &readme);
        assert!(commands > 0, "{} shows no command", path.display());
        if now == readme {
            continue;
        }
        if fill {
            fs::write(&path, &now).expect("the README");
            eprintln!("{} was filled in; read the difference", path.display());
        }
        let pairs = now.lines().zip(readme.lines());
        let first = pairs.take_while(|(now, shown)| now == shown).count();
        report.push_str(&format!("== {} differs from line {}; now it would be:\n{now}\n", path.display(), first + 1));
    }
    assert!(fill || report.is_empty(), "{report}");
}

#[test]
fn a_readme_is_cut_into_commands() {
    let readme = "# Title\n```toml\n$ no\n```\n```console\n$ one \\\n  two\nout\n\n$ three\n```\nend\n";
    let shown = |command: &str, output: &str| Part::Shown(Shown { command: command.into(), output: output.into() });
    let found: Vec<Part> = parts(readme).into_iter().filter(|part| matches!(part, Part::Shown(_))).collect();
    assert_eq!(found, [shown("$ one \\\n  two\n", "out\n\n"), shown("$ three\n", "")]);
}
