//! Damaged and foreign files: the manifest's promise for each, kept by the program.

use crate::bad_inputs_verdict::verdict;
use crate::world::{Run, World, assert_harmless, shared};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A case of the manifest with its files and flags.
pub struct Case<'a> {
    pub manifest: &'a Value,
    pub files: Vec<PathBuf>,
    /// Where it runs: the folder of a file whose name must stand bare on the command line.
    pub folder: Option<PathBuf>,
    pub flags: Vec<String>,
    /// The column that holds the channel.
    pub channel: String,
}

impl<'a> Case<'a> {
    fn new(manifest: &'a Value, root: &Path) -> Self {
        let names: Vec<&str> = match &manifest["file"] {
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
            name => name.as_str().into_iter().collect(),
        };
        let mut files: Vec<PathBuf> = names.iter().map(|name| root.join(name)).collect();
        let mut folder = None;
        if let [only] = files.as_slice()
            && only.file_name().is_some_and(|name| name.to_string_lossy().starts_with('-'))
        {
            folder = only.parent().map(Path::to_path_buf);
            files = only.file_name().map(PathBuf::from).into_iter().collect();
        }
        let (flags, channel) = flags(&manifest["hint"]);
        Self { manifest, files, folder, flags, channel }
    }

    /// A file that nothing is wrong with, read with the same roles.
    fn clean(manifest: &'a Value, root: &Path, name: &str) -> Self {
        let flags = flags(&Value::Null).0;
        Self { manifest, files: vec![root.join(name)], folder: None, flags, channel: "channel".to_owned() }
    }

    fn run(&self, world: &World, command: &str, more: &[&str]) -> Run {
        let mut command = world.command(&[command]);
        command.args(&self.flags).args(more).args(["--format", "json", "--"]).args(&self.files);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        Run::of(&mut command)
    }
}

/// The reading options that a hint stands for, the roles, and the name of the channel column.
fn flags(hint: &Value) -> (Vec<String>, String) {
    let mut roles = BTreeMap::from([("user_id", "--id"), ("timestamp", "--time"), ("amount", "--value")]);
    let mut names: BTreeMap<&str, &str> = [("amount", "amount"), ("channel", "channel")].into();
    let mut flags = Vec::new();
    for (key, value) in hint.as_object().into_iter().flatten() {
        let flag = match key.as_str() {
            "columns" => {
                for (role, column) in value.as_object().into_iter().flatten() {
                    names.insert(role.as_str(), column.as_str().expect("a name"));
                }
                continue;
            }
            "timestamp_format" => "--time-format".to_owned(),
            "timezone" => "--source-timezone".to_owned(),
            other => format!("--{}", other.replace('_', "-")),
        };
        let value = value.as_str().map_or_else(|| value.to_string(), |text| text.replace("epoch_ns", "epoch-ns"));
        flags.extend([flag, value]);
    }
    for (role, column) in &names {
        if let Some(flag) = roles.remove(role) {
            flags.extend([flag.to_owned(), (*column).to_owned()]);
        }
    }
    (flags, names["channel"].to_owned())
}

/// What the program made of a case: both commands, and the rejects it wrote.
pub struct Outcome {
    pub conversion: Run,
    pub check: Run,
    pub rejects: Vec<csv::StringRecord>,
    /// The tables of `conversion`, with the channel column under its usual name.
    pub tables: Option<Value>,
}

impl Outcome {
    pub fn of(case: &Case<'_>) -> Self {
        let world = World::new();
        let by = case.channel.clone();
        let rejects = world.path().join("rejects.csv");
        let steps = "visit,signup,add_to_cart,purchase";
        let conversion = case.run(
            &world,
            "conversion",
            &["--steps", steps, "--window", "none", "--allow-unknown", "--by", &by, "--top", "100"],
        );
        let check = case.run(&world, "check", &["--rejects", &rejects.to_string_lossy()]);
        let rejects = csv::Reader::from_path(&rejects)
            .map(|mut reader| reader.records().map(|record| record.expect("a reject")).collect());
        let tables = (conversion.code == Some(0)).then(|| {
            let text = conversion.json()["tables"].to_string();
            let text = text.replace(&format!("\"{by}\""), "\"channel\"");
            serde_json::from_str(&text).expect("the tables")
        });
        Self { conversion, check, rejects: rejects.unwrap_or_default(), tables }
    }

    /// The sum over the files of one count of `check`.
    pub fn account(&self, column: &str) -> u64 {
        self.check.table("sources").counts(column).iter().sum()
    }

    /// `records = loaded + rejected + blank + skipped` for every file.
    pub fn accounts_add_up(&self) -> bool {
        self.check.table("sources").rows.iter().all(|row| {
            let count = |name: &str| row[name].as_u64().expect("a count");
            count("records") == count("loaded") + count("rejected") + count("blank") + count("skipped")
        })
    }
}

/// The twins, each run once and compared with the numbers that the manifest states for it.
struct Twins<'a> {
    root: &'a Path,
    runs: BTreeMap<String, Outcome>,
}

impl Twins<'_> {
    fn get(&mut self, case: &Value) -> &Outcome {
        let name = case["clean"].as_str().unwrap_or("clean.csv").to_owned();
        let root = self.root;
        self.runs.entry(name.clone()).or_insert_with(|| {
            let outcome = Outcome::of(&Case::clean(case, root, &name));
            check_twin(&outcome, &case["clean_result"], &name);
            outcome
        })
    }
}

/// A twin must give what the manifest says: rows, users, the sum of the amounts and the funnel over all channels.
fn check_twin(outcome: &Outcome, stated: &Value, name: &str) {
    outcome.conversion.expect(0);
    outcome.check.expect(0);
    if stated.is_null() {
        return;
    }
    assert_eq!(outcome.account("loaded"), stated["rows"].as_u64().expect("rows"), "{name}: loaded");
    assert_eq!(outcome.account("rejected"), 0, "{name}: rejected");
    let sources = outcome.check.table("sources");
    assert_eq!(sources.counts("ids"), [stated["users"].as_u64().expect("users")], "{name}: ids");
    let sum: f64 = sources.texts("value_sum")[0].parse().expect("a sum");
    let wanted: f64 = stated["sum_amount"].as_str().expect("a sum").parse().expect("a number");
    assert!((sum - wanted).abs() < 1e-9 * wanted.abs().max(1.0), "{name}: sum {sum}, stated {wanted}");
    let steps = outcome.conversion.table("steps");
    let mut reached = [0; 4];
    for row in &steps.rows {
        reached[usize::try_from(row["step"].as_u64().expect("a step")).expect("small") - 1] +=
            row["entered"].as_u64().expect("a count");
    }
    let stated = stated["funnel visit>signup>add_to_cart>purchase (ordered, no window)"].as_array().expect("a funnel");
    assert_eq!(reached.map(Value::from).as_slice(), stated.as_slice(), "{name}: funnel");
}

#[test]
fn every_bad_input_keeps_its_promise() {
    let Some(root) = shared("cases/bad_inputs") else { return };
    let manifest: Value =
        serde_json::from_slice(&fs::read(root.join("manifest.json")).expect("the manifest")).expect("JSON");
    let cases = manifest["cases"].as_array().expect("cases");
    assert_eq!(cases.len() as u64, manifest["count"].as_u64().expect("the count"), "cases of the manifest");
    let mut twins = Twins { root: &root, runs: BTreeMap::new() };
    let (mut report, mut taken) = (String::new(), BTreeMap::<String, u32>::new());
    for manifest in cases {
        let case = Case::new(manifest, &root);
        let outcome = Outcome::of(&case);
        for run in [&outcome.conversion, &outcome.check] {
            assert_harmless(&run.stderr, &format!("stderr of {}", manifest["id"]));
        }
        match verdict(&case, &outcome, twins.get(manifest)) {
            Ok(class) => *taken.entry(class).or_default() += 1,
            Err(problems) => report.push_str(&format!(
                "== {} ({})\n{problems}{}{}\n",
                manifest["id"],
                manifest["what is wrong"],
                outcome.conversion.block(),
                outcome.check.block()
            )),
        }
    }
    eprintln!("bad inputs: {taken:?}");
    assert!(report.is_empty(), "bad inputs:\n{report}");
}
