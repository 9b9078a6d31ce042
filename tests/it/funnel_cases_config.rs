//! Turns the configuration of a published funnel case into a command line, or says why it is out of scope.

use serde_json::Value;

/// Flags of a case; the file comes first.
pub type Arguments = Vec<String>;

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

fn steps(config: &Value, arguments: &mut Arguments) -> Result<(), String> {
    let steps = config["steps"].as_array().ok_or("no steps")?;
    for step in steps {
        let extra =
            step.as_object().into_iter().flatten().map(|(key, _)| key).find(|key| *key != "event" && *key != "where");
        if let Some(extra) = extra {
            return Err(format!("steps with `{extra}`"));
        }
    }
    let mut names: Vec<&str> = steps.iter().filter_map(|step| step["event"].as_str()).collect();
    let plain = steps.iter().all(is_plain) && !names.iter().any(|name| name.contains([',', '|']));
    if plain {
        arguments.extend(["--steps".to_owned(), names.join(",")]);
    } else {
        for (number, step) in steps.iter().enumerate() {
            arguments.extend(["--step".to_owned(), format!("Step {}: {}", number + 1, step_expression(step)?)]);
        }
    }
    names.sort_unstable();
    names.dedup();
    if config["order"] == "any" && (!plain || names.len() != steps.len()) {
        return Err("any order with steps that are no plain, different names".to_owned());
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

fn out_of_scope(config: &Value) -> Option<String> {
    if config["order"] == "strict" {
        return Some("strict order".to_owned());
    }
    if config["entry"] == "first_entry" {
        return Some("--entry first".to_owned());
    }
    if config.get("exclusions").is_some_and(|list| !list.as_array().is_none_or(Vec::is_empty)) {
        return Some("exclusions".to_owned());
    }
    let attribution = config["breakdown"]["attribution"].as_str();
    attribution.filter(|kind| *kind != "first_touch").map(|kind| format!("attribution {kind}"))
}

/// Properties of the breakdown, in order.
pub fn breakdown(config: &Value) -> Vec<String> {
    match &config["breakdown"]["property"] {
        Value::String(property) => vec![property.clone()],
        Value::Array(list) => list.iter().map(cell).collect(),
        _ => Vec::new(),
    }
}

/// The command line of a case, or the reason why it is not run.
pub fn arguments(config: &Value) -> Result<Arguments, String> {
    if let Some(reason) = out_of_scope(config) {
        return Err(reason);
    }
    let id = config["unit"]["property"].as_str().unwrap_or("user_id");
    let words = ["conversion", "events.csv", "--id", id, "--event", "event", "--time", "timestamp", "--format", "json"];
    let mut arguments: Arguments = words.map(str::to_owned).to_vec();
    arguments.extend(["--max-rejects", "100%", "--allow-unknown", "--window"].map(str::to_owned));
    arguments.push(window(config)?);
    steps(config, &mut arguments)?;
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
    Ok(arguments)
}
