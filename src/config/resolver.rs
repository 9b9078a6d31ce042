//! The one place where precedence stands: flags, then `FUNNEL_*` variables, then `funnel.toml`, then defaults.
//!
//! Every setting that is asked for is noted down with the layer it came from.

use super::environment::{Environment, variable};
use super::file::{ConfigFile, Table, entry};
use super::raw::{Form, switch};
use super::settings::{Area, InForce, Origin};
use super::shown::Shown;
use crate::args::values::{Invalid, Parsed};
use crate::error::{Error, Result};

/// How a setting is named, written and parsed below the flags.
pub struct Key<T> {
    /// The flag's name without dashes.
    pub name: &'static str,
    pub form: Form,
    pub parse: fn(&str) -> Parsed<T>,
}

impl<T> Key<T> {
    pub const fn text(name: &'static str, parse: fn(&str) -> Parsed<T>) -> Self {
        Self { name, form: Form::Text, parse }
    }

    pub const fn number(name: &'static str, parse: fn(&str) -> Parsed<T>) -> Self {
        Self { name, form: Form::Number, parse }
    }

    pub const fn list(name: &'static str, parse: fn(&str) -> Parsed<T>) -> Self {
        Self { name, form: Form::List, parse }
    }

    pub const fn phrases(name: &'static str, parse: fn(&str) -> Parsed<T>) -> Self {
        Self { name, form: Form::Phrases, parse }
    }
}

/// A value with the layer it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<T> {
    pub value: T,
    pub origin: Origin,
}

/// A table of one source, which goes before the tables of commands.
#[derive(Clone, Copy)]
struct Local<'a> {
    source: &'a str,
    table: &'a Table,
}

/// Looks settings up, layer by layer.
pub struct Resolver<'a> {
    environment: &'a Environment,
    pub file: Option<&'a ConfigFile>,
    /// Tables of commands, the first that has the key wins; `[funnel]` comes last.
    tables: &'static [&'static str],
    local: Option<Local<'a>>,
    pub area: Area,
    pub in_force: Vec<InForce>,
}

impl<'a> Resolver<'a> {
    pub fn new(environment: &'a Environment, file: Option<&'a ConfigFile>, tables: &'static [&'static str]) -> Self {
        Self { environment, file, tables, local: None, area: Area::Sources, in_force: Vec::new() }
    }

    /// Returns a resolver for one source, whose own table goes before those of commands; it notes nothing down yet.
    pub fn for_source(&self, source: &'a str, table: &'a Table) -> Self {
        let local = Some(Local { source, table });
        Self {
            environment: self.environment,
            file: self.file,
            tables: self.tables,
            local,
            area: self.area,
            in_force: Vec::new(),
        }
    }

    /// Returns a resolver for a section of the report, whose own table has its settings; it notes nothing down yet.
    pub fn for_section(&self, tables: &'static [&'static str]) -> Self {
        Self {
            environment: self.environment,
            file: self.file,
            tables,
            local: None,
            area: self.area,
            in_force: Vec::new(),
        }
    }

    /// Resolves a setting that may be left open.
    pub fn optional<T: Shown>(&mut self, key: &Key<T>, flag: Option<T>) -> Result<Option<T>> {
        let found = self.find(key, flag)?;
        let origin = found.as_ref().map_or(Origin::Default, |found| found.origin.clone());
        let value = found.map(|found| found.value);
        self.note(key.name, &value, origin);
        Ok(value)
    }

    /// Resolves a setting that has a default.
    pub fn value<T: Shown>(&mut self, key: &Key<T>, flag: Option<T>, default: T) -> Result<T> {
        let found = self.find(key, flag)?.unwrap_or(Found { value: default, origin: Origin::Default });
        self.note(key.name, &found.value, found.origin);
        Ok(found.value)
    }

    /// Resolves a list; a layer that gives any replaces those below.
    pub fn list<T: Shown + Clone>(&mut self, key: &Key<T>, flag: &[T]) -> Result<Vec<T>> {
        let found = self.find_list(key, flag)?.unwrap_or(Found { value: Vec::new(), origin: Origin::Default });
        self.note(key.name, &found.value, found.origin);
        Ok(found.value)
    }

    /// Resolves a flag that takes no value.
    pub fn switch(&mut self, name: &'static str, flag: bool) -> Result<bool> {
        self.value(&Self::switch_key(name), flag.then_some(true), false)
    }

    /// Returns the key of a flag that takes no value.
    pub const fn switch_key(name: &'static str) -> Key<bool> {
        Key { name, form: Form::Switch, parse: parse_switch }
    }

    /// As [`Self::optional`], with the origin, and without noting it down.
    pub fn find<T>(&self, key: &Key<T>, flag: Option<T>) -> Result<Option<Found<T>>> {
        if let Some(value) = flag {
            return Ok(Some(Found { value, origin: flag_origin(key.name) }));
        }
        let Some(found) = self.texts(key.name, key.form)? else { return Ok(None) };
        let [text] = found.value.as_slice() else { return Err(wrong(key, &found.origin, &one_value())) };
        let value = (key.parse)(text).map_err(|invalid| wrong(key, &found.origin, &invalid))?;
        Ok(Some(Found { value, origin: found.origin }))
    }

    /// As [`Self::list`], with the origin, and without noting it down.
    pub fn find_list<T: Clone>(&self, key: &Key<T>, flag: &[T]) -> Result<Option<Found<Vec<T>>>> {
        if !flag.is_empty() {
            return Ok(Some(Found { value: flag.to_vec(), origin: flag_origin(key.name) }));
        }
        let Some(found) = self.texts(key.name, key.form)? else { return Ok(None) };
        let parsed: Parsed<Vec<T>> = found.value.iter().map(|text| (key.parse)(text)).collect();
        let value = parsed.map_err(|invalid| wrong(key, &found.origin, &invalid))?;
        Ok(Some(Found { value, origin: found.origin }))
    }

    /// Writes a setting down among those in force.
    pub fn note(&mut self, name: &str, value: &impl Shown, origin: Origin) {
        let plain = name.replace('-', "_");
        let name = match self.local {
            Some(local) => format!("sources.{}.reading.{plain}", local.source),
            None => plain,
        };
        self.in_force.push(InForce { name, value: value.shown(), origin, area: self.area });
    }

    /// Resolves a text that stands in `[funnel]` only, such as the title.
    pub fn file_text(&mut self, name: &str) -> Result<Option<String>> {
        let found = self.file.and_then(|file| entry(file.table("funnel")?, name));
        let Some((key, value)) = found else { return Ok(None) };
        let offset = key.span().start;
        match value.get_ref().as_str().map(str::trim) {
            Some(text) if !text.is_empty() => {
                let text = text.to_owned();
                self.note(name, &text, self.file_origin(offset));
                Ok(Some(text))
            }
            _ => Err(self.in_file(Error::usage(format!("`{name}` must be a text")), offset)),
        }
    }

    /// Reads a variable that no flag has.
    pub fn environment(&self, name: &str) -> Option<&str> {
        self.environment.get(name)
    }

    /// Returns the origin of a place in `funnel.toml`.
    pub fn file_origin(&self, offset: usize) -> Origin {
        self.file.map_or(Origin::Default, |file| Origin::File {
            path: file.path.display().to_string(),
            line: file.line(offset),
        })
    }

    /// Puts an error at a place in `funnel.toml`.
    pub fn in_file(&self, error: Error, offset: usize) -> Error {
        match self.file {
            Some(file) => error.at(file.path.display(), Some(file.line(offset)), None),
            None => error,
        }
    }

    /// Returns the texts of the first layer below the flags that has the setting.
    fn texts(&self, name: &'static str, form: Form) -> Result<Option<Found<Vec<String>>>> {
        let variable = variable(name);
        if let Some(text) = self.environment.get(&variable) {
            return Ok(Some(Found { value: form.split(text), origin: Origin::Variable(variable) }));
        }
        let Some((key, value)) = self.entry(name) else { return Ok(None) };
        let offset = key.span().start;
        let Some(value) = form.texts(value.get_ref()) else {
            let error = Error::usage(format!("`{}` must be {}", key.get_ref(), form.expected()));
            return Err(self.in_file(error, offset));
        };
        Ok(Some(Found { value, origin: self.file_origin(offset) }))
    }

    fn entry(&self, name: &str) -> Option<(&'a toml::Spanned<String>, &'a toml::Spanned<toml::Value>)> {
        // In the table of a source the zone has a shorter name.
        let local_name = if name == "source-timezone" { "timezone" } else { name };
        let local = self.local.and_then(|local| entry(local.table, local_name));
        let file = self.file?;
        let mut tables = self.tables.iter().chain(&["funnel"]).filter_map(|table| file.table(table));
        local.or_else(|| tables.find_map(|table| entry(table, name)))
    }
}

/// Words a wrong value by where it stands: the variable's name, or file and line.
fn wrong<T>(key: &Key<T>, origin: &Origin, invalid: &Invalid) -> Error {
    let place = match origin {
        Origin::Variable(name) => name.clone(),
        _ => key.name.replace('-', "_"),
    };
    let mut error = Error::usage(format!("{place}: {}", invalid.message));
    error.hint.clone_from(&invalid.hint);
    match origin {
        Origin::File { path, line } => error.at(path, Some(*line), None),
        _ => error,
    }
}

fn flag_origin(name: &str) -> Origin {
    Origin::Flag(format!("--{name}"))
}

fn parse_switch(text: &str) -> Parsed<bool> {
    switch(text).ok_or_else(|| Invalid::new("true or false is expected"))
}

fn one_value() -> Invalid {
    Invalid::new("one value is expected")
}
