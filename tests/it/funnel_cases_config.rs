//! Turns the configuration of a published funnel case into a command line, or says why it is out of scope.

use serde_json::Value;
use std::fmt::Write;

/// Flags of a case; the file comes first.
pub type Arguments = Vec<String>;

/// How a case is run: the flags, and a `funnel.toml` where flags do not say enough.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    pub arguments: Arguments,
    pub toml: String,
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The text of a property as it stands in the CSV.
pub fn cell(value: &Value) -> String {
    value.as_str().map_or_else(|| if value.is_null() { String::new() } else { value.to_string() }, str::to_owned)
}

/// One property condition: a plain value, or a list of operators that must all hold.
fn condition(property: &str, wanted: &Value) -> Result<String, String> {
    let column = format!("\"{}\"", property.replace('"', "\"\""));
    let Some(list) = wanted.as_array() else {
        return Ok(format!("{column} = {}", quoted(&cell(wanted))));
    };
    let parts: Result<Vec<String>, String> = list
        .iter()
        .map(|item| {
            let value = quoted(&cell(&item["value"]));
            match item["op"].as_str() {
                Some("exact") => Ok(format!("{column} = {value}")),
                Some("is_not") => Ok(format!("({column} <> {value} or {column} is null)")),
                operator => Err(format!("operator {operator:?}")),
            }
        })
        .collect();
    Ok(parts?.join(" and "))
}

fn conditions(properties: &Value) -> Result<Vec<String>, String> {
    properties.as_object().into_iter().flatten().map(|(property, wanted)| condition(property, wanted)).collect()
}

fn is_plain(step: &Value) -> bool {
    step["event"].is_string() && step["where"].as_object().is_none_or(serde_json::Map::is_empty)
}

fn step_expression(step: &Value) -> Result<String, String> {
    let mut parts = Vec::new();
    if let Some(event) = step["event"].as_str() {
        parts.push(format!("event = {}", quoted(event)));
    }
    parts.extend(conditions(&step["where"])?);
    if parts.is_empty() {
        parts.push("event is not null".to_owned());
    }
    Ok(parts.join(" and "))
}

/// Steps as `funnel.toml` has them, for the rules that flags cannot say.
fn tabled_steps(steps: &[Value]) -> Result<String, String> {
    let mut text = String::new();
    for (number, step) in steps.iter().enumerate() {
        let condition = if is_plain(step) {
            format!("event = [{}]", Value::from(step["event"].as_str().unwrap_or_default()))
        } else {
            format!("where = {}", Value::from(step_expression(step)?))
        };
        let first = match step["math"].as_str() {
            None => "",
            // The first event of that name, ever, must be the one that matches.
            Some("first_time_for_user") => "first = \"ever\"\n",
            Some(other) => return Err(format!("steps with math {other}")),
        };
        let _ = write!(text, "[[steps]]\nname = \"Step {}\"\n{condition}\n{first}", number + 1);
    }
    Ok(text)
}

fn steps(config: &Value, setup: &mut Setup) -> Result<(), String> {
    let steps = config["steps"].as_array().ok_or("no steps")?;
    let known = ["event", "where", "optional", "math"];
    let extra = steps.iter().filter_map(Value::as_object).flatten().find(|(key, _)| !known.contains(&key.as_str()));
    if let Some((extra, _)) = extra {
        return Err(format!("steps with `{extra}`"));
    }
    let Setup { arguments, toml } = setup;
    if steps.iter().any(|step| step["math"].is_string()) {
        *toml = tabled_steps(steps)?;
        return Ok(());
    }
    let names: Vec<&str> = steps.iter().filter_map(|step| step["event"].as_str()).collect();
    let plain = steps.iter().all(is_plain) && !names.iter().any(|name| name.contains([',', '|']));
    if plain {
        arguments.extend(["--steps".to_owned(), names.join(",")]);
    } else {
        for (number, step) in steps.iter().enumerate() {
            arguments.extend(["--step".to_owned(), format!("Step {}: {}", number + 1, step_expression(step)?)]);
        }
    }
    for (number, step) in steps.iter().enumerate().filter(|(_, step)| step["optional"] == true) {
        let name = if plain { cell(&step["event"]) } else { format!("Step {}", number + 1) };
        arguments.extend(["--optional".to_owned(), name]);
    }
    Ok(())
}

/// `14 days` as `14d`.
fn window(config: &Value) -> Result<String, String> {
    let Some(text) = config["window"].as_str() else { return Ok("none".to_owned()) };
    let (number, unit) = text.split_once(' ').ok_or("a window without unit")?;
    let unit = unit.trim_end_matches('s');
    ["second", "minute", "hour", "day", "week"]
        .contains(&unit)
        .then(|| format!("{number}{}", &unit[..1]))
        .ok_or_else(|| format!("window {text}"))
}

/// What `funnel-semantics.md` decides otherwise than the tool that the case is from.
fn decided_otherwise(id: &str) -> Option<&'static str> {
    match id {
        "ph-trend-excl-completion" => Some("a clean attempt counts beside a tainted one (semantics 26)"),
        _ => None,
    }
}

fn exclusions(config: &Value, arguments: &mut Arguments) -> Result<(), String> {
    let exclusions = config["exclusions"].as_array().map_or(&[][..], Vec::as_slice);
    for exclusion in exclusions {
        if !exclusion["where"].as_object().is_none_or(serde_json::Map::is_empty) {
            return Err("exclusions with conditions".to_owned());
        }
        let step = |key: &str| exclusion[key].as_u64().map(|step| step + 1).ok_or("no positions");
        let between = format!("{}@{}..{}", cell(&exclusion["event"]), step("from_step")?, step("to_step")?);
        arguments.extend(["--exclude".to_owned(), between]);
    }
    match config["exclusion_effect"].as_str() {
        Some("drop_user") if !exclusions.is_empty() => {
            arguments.extend(["--exclusion".to_owned(), "drop-user".to_owned()]);
            Ok(())
        }
        Some(other) if other != "drop_user" => Err(format!("exclusion effect {other}")),
        _ => Ok(()),
    }
}

fn attribution(config: &Value, arguments: &mut Arguments) -> Result<(), String> {
    let value = match config["breakdown"]["attribution"].as_str() {
        None | Some("first_touch") => return Ok(()),
        Some("last_touch") => "last".to_owned(),
        Some("step") => format!("step:{}", config["breakdown"]["step"].as_u64().ok_or("no step")? + 1),
        Some("all_events") => "same".to_owned(),
        Some(other) => return Err(format!("attribution {other}")),
    };
    arguments.extend(["--attribution".to_owned(), value]);
    Ok(())
}

/// Properties of the breakdown, in order.
pub fn breakdown(config: &Value) -> Vec<String> {
    match &config["breakdown"]["property"] {
        Value::String(property) => vec![property.clone()],
        Value::Array(list) => list.iter().map(cell).collect(),
        _ => Vec::new(),
    }
}

/// How a case is run, or the reason why it is not.
pub fn setup(case: &Value) -> Result<Setup, String> {
    if let Some(reason) = decided_otherwise(&cell(&case["id"])) {
        return Err(reason.to_owned());
    }
    let config = &case["config"];
    let id = config["unit"]["property"].as_str().unwrap_or("user_id");
    let words = ["conversion", "events.csv", "--id", id, "--event", "event", "--time", "timestamp", "--format", "json"];
    let mut arguments: Arguments = words.map(str::to_owned).to_vec();
    arguments.extend(["--max-rejects", "100%", "--allow-unknown", "--window"].map(str::to_owned));
    arguments.push(window(config)?);
    let mut setup = Setup { arguments, toml: String::new() };
    steps(config, &mut setup)?;
    let Setup { mut arguments, toml } = setup;
    exclusions(config, &mut arguments)?;
    attribution(config, &mut arguments)?;
    match config["entry"].as_str() {
        Some("first_entry") => arguments.extend(["--entry".to_owned(), "first".to_owned()]),
        None | Some("best_attempt") => {}
        Some(other) => return Err(format!("entry {other}")),
    }
    for (key, flag) in [
        ("order", "--order"),
        ("date_from", "--since"),
        ("date_to", "--until"),
        ("timezone", "--timezone"),
        ("interval", "--every"),
        ("week_start", "--week-start"),
    ] {
        if let Some(value) = config[key].as_str() {
            arguments.extend([flag.to_owned(), value.to_owned()]);
        }
    }
    let filter = conditions(&config["where"])?;
    if !filter.is_empty() {
        arguments.extend(["--where".to_owned(), filter.join(" and ")]);
    }
    let columns = breakdown(config);
    if !columns.is_empty() {
        arguments.extend(["--by".to_owned(), columns.join(",")]);
    }
    if let Some(limit) = config["breakdown"]["limit"].as_u64() {
        arguments.extend(["--top".to_owned(), limit.to_string()]);
    }
    Ok(Setup { arguments, toml })
}
