//! Runs the program in a pinned world: no environment but what stands here, its own directory, a fixed width and zone.

use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The program under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_funnel");

/// A directory of its own, in which one test runs the program.
pub struct World {
    directory: TempDir,
}

impl World {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        for name in ["home", "tmp", "work"] {
            fs::create_dir(directory.path().join(name)).expect("a directory in the world");
        }
        Self { directory }
    }

    /// The working directory of the runs.
    pub fn path(&self) -> PathBuf {
        self.directory.path().join("work")
    }

    /// Writes a file into the working directory.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("the parent directory");
        fs::write(path, content).expect("a file in the world");
        self
    }

    /// Copies every file of a folder into the working directory.
    pub fn folder(&self, folder: &Path) -> &Self {
        for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let entry = entry.expect("an entry");
            if entry.path().is_file() {
                fs::copy(entry.path(), self.path().join(entry.file_name())).expect("a copy");
            }
        }
        self
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A command with the pinned environment, of any program.
    pub fn command_of(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(self.path()).stdin(Stdio::null());
        command.env("HOME", self.directory.path().join("home"));
        command.env("TMPDIR", self.directory.path().join("tmp"));
        command.env("TZ", "UTC").env("COLUMNS", "100").env("LANG", "C.UTF-8");
        command
    }

    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = self.command_of(BINARY);
        command.args(arguments);
        command
    }

    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Run {
        Run::of(&mut self.command(arguments))
    }

    /// Runs with this text on standard input.
    pub fn run_with_input<S: AsRef<OsStr>>(&self, arguments: &[S], input: &[u8]) -> Run {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        // A program that refuses its arguments ends before it reads: what counts is how it ends.
        if let Err(error) = child.stdin.take().expect("a pipe").write_all(input) {
            assert_eq!(error.kind(), ErrorKind::BrokenPipe, "the program reads its input: {error}");
        }
        let output = child.wait_with_output().expect("the program ends");
        Run::from_output(described(&command), output)
    }

    /// Names of the files in the working directory, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("the working directory");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn described(command: &Command) -> String {
    let words: Vec<String> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
    format!("funnel {}", words.join(" "))
}

/// What one run left behind.
pub struct Run {
    pub command: String,
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Run {
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the program starts");
        Self::from_output(described(command), output)
    }

    fn from_output(command: String, output: Output) -> Self {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        Self { command, code: output.status.code(), stdout: output.stdout, stderr }
    }

    /// Both streams and the exit code in one block, for failure messages.
    pub fn block(&self) -> String {
        let stdout = String::from_utf8_lossy(&self.stdout);
        let code = self.code.map_or("signal".to_owned(), |code| code.to_string());
        format!("$ {}\n{stdout}------- stderr -------\n{}[exit status: {code}]\n", self.command, self.stderr)
    }

    #[track_caller]
    pub fn expect(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "unexpected exit code\n{}", self.block());
        self
    }

    /// Checks a failed run: the exit code, nothing on standard output, and a message that holds these words.
    #[track_caller]
    pub fn expect_error(&self, code: i32, words: &[&str]) -> &Self {
        self.expect(code);
        assert!(self.stdout.is_empty(), "an error must leave standard output empty\n{}", self.block());
        for word in words {
            assert!(self.stderr.contains(word), "stderr lacks {word:?}\n{}", self.block());
        }
        self
    }

    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is no UTF-8: {error}\n{}", self.block()))
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        self.expect(0);
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is no JSON: {error}\n{}", self.block()))
    }

    #[track_caller]
    pub fn table(&self, name: &str) -> Table {
        Table::from_document(&self.json(), name).unwrap_or_else(|| panic!("no table {name:?}\n{}", self.block()))
    }

    /// The codes of the notes, warnings among them.
    #[track_caller]
    pub fn note_codes(&self) -> Vec<String> {
        let document = self.json();
        let notes = document["notes"].as_array().expect("notes");
        notes.iter().map(|note| note["code"].as_str().expect("a code").to_owned()).collect()
    }

    /// The text of the tables as it was written, to be compared byte for byte.
    #[track_caller]
    pub fn tables_text(&self) -> &str {
        self.expect(0);
        let text = self.text();
        let start = text.find("\"tables\"").unwrap_or_else(|| panic!("no tables\n{}", self.block()));
        let end = text.rfind("\"notes\"").unwrap_or_else(|| panic!("no notes\n{}", self.block()));
        &text[start..end]
    }
}

/// One table of the JSON document.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Value>,
}

impl Table {
    pub fn from_document(document: &Value, name: &str) -> Option<Self> {
        let table = document["tables"].as_array()?.iter().find(|table| table["name"] == name)?;
        let columns = table["columns"].as_array()?;
        let columns = columns.iter().map(|column| column["name"].as_str().unwrap_or_default().to_owned()).collect();
        Some(Self { columns, rows: table["rows"].as_array()?.clone() })
    }

    #[track_caller]
    pub fn column(&self, name: &str) -> Vec<Value> {
        assert!(self.columns.iter().any(|column| column == name), "no column {name:?} in {:?}", self.columns);
        self.rows.iter().map(|row| row[name].clone()).collect()
    }

    #[track_caller]
    pub fn counts(&self, name: &str) -> Vec<u64> {
        let values = self.column(name);
        values.iter().map(|value| value.as_u64().unwrap_or_else(|| panic!("{name}: no count: {value}"))).collect()
    }

    #[track_caller]
    pub fn numbers(&self, name: &str) -> Vec<Option<f64>> {
        self.column(name).iter().map(Value::as_f64).collect()
    }

    #[track_caller]
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.column(name).iter().map(|value| value.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The rows in which the column holds this text.
    #[track_caller]
    pub fn only(&self, column: &str, text: &str) -> Self {
        assert!(self.columns.iter().any(|name| name == column), "no column {column:?} in {:?}", self.columns);
        let rows = self.rows.iter().filter(|row| row[column] == text).cloned().collect();
        Self { columns: self.columns.clone(), rows }
    }
}

/// The folder of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file or folder of the reference data, which is not part of the project; says loudly when it is absent.
pub fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("FUNNEL_SHARED").map_or_else(|| repository().join("../shared"), PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path.canonicalize().expect("the path of the reference data"));
    }
    eprintln!("SKIPPED: {} is absent; set FUNNEL_SHARED to the folder of the reference data", path.display());
    None
}

/// Equal up to rounding in the last places.
pub fn close(actual: f64, expected: f64, tolerance: f64) -> bool {
    (actual - expected).abs() <= tolerance * expected.abs().max(1.0)
}

/// Fails on a byte that a terminal would obey: C0 but tab and line feed, DEL, C1, bidirectional and invisible marks.
#[track_caller]
pub fn assert_harmless(text: &str, what: &str) {
    let bad = text.chars().find(|&character| {
        let control = character.is_control() && character != '\n' && character != '\t';
        let invisible = ('\u{200b}'..='\u{200f}').contains(&character) || character == '\u{feff}';
        let directing =
            ('\u{202a}'..='\u{202e}').contains(&character) || ('\u{2066}'..='\u{2069}').contains(&character);
        control || invisible || directing
    });
    assert!(bad.is_none(), "{what} holds the control character {bad:?}: {text:?}");
}
