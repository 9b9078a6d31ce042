//! Values of `funnel.toml` before they are understood: texts that the parsers of flags take, with their line.

use toml::Value;

/// What a setting may be written as in TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A text (or a TOML date).
    Text,
    /// A number, or a text like `10%`.
    Number,
    /// `true` or `false`.
    Switch,
    /// A list of texts, or one text with commas between.
    List,
    /// A list of texts, or one text taken whole.
    Phrases,
}

impl Form {
    /// Names what is expected, for messages.
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Switch => "true or false",
            Self::List | Self::Phrases => "a text or a list of texts",
        }
    }

    /// Returns the texts of a TOML value; `None` if it is of another type.
    #[must_use]
    pub fn texts(self, value: &Value) -> Option<Vec<String>> {
        match (self, value) {
            (Self::List, Value::String(text)) => Some(self.split(text)),
            (Self::Text | Self::Number | Self::Phrases, Value::String(text)) => Some(vec![text.clone()]),
            (Self::Text, Value::Datetime(time)) => Some(vec![time.to_string()]),
            (Self::Number, Value::Integer(number)) => Some(vec![number.to_string()]),
            (Self::Number, Value::Float(number)) => Some(vec![number.to_string()]),
            (Self::Switch, Value::Boolean(on)) => Some(vec![on.to_string()]),
            (Self::List | Self::Phrases, Value::Array(items)) => {
                items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
            }
            _ => None,
        }
    }

    /// Returns the parts of a text, as the flag of this form would split it.
    #[must_use]
    pub fn split(self, text: &str) -> Vec<String> {
        match self {
            Self::List => text.split(',').map(str::to_owned).collect(),
            _ => vec![text.to_owned()],
        }
    }
}

/// Parses `true` or `false`, and what people set variables to.
#[must_use]
pub fn switch(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, switch};
    use toml::Value;

    #[test]
    fn values_become_texts_of_the_right_type_only() {
        let text = |text: &str| Value::String(text.to_owned());
        assert_eq!(Form::List.texts(&text("a,b")), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(Form::Phrases.texts(&text("a,b")), Some(vec!["a,b".to_owned()]));
        assert_eq!(Form::List.texts(&Value::Array(vec![text("a,b")])), Some(vec!["a,b".to_owned()]));
        assert_eq!(Form::Number.texts(&Value::Float(0.95)), Some(vec!["0.95".to_owned()]));
        assert_eq!(Form::Text.texts(&Value::Integer(1)), None);
        assert_eq!(Form::List.texts(&Value::Array(vec![Value::Integer(1)])), None);
        assert_eq!(Form::Switch.texts(&text("true")), None);
    }

    #[test]
    fn switches() {
        assert_eq!(switch("TRUE"), Some(true));
        assert_eq!(switch("0"), Some(false));
        assert_eq!(switch("maybe"), None);
    }
}
