//! Values made of two parts (`Stage=Column`, `NAME: EXPR`) and the list of steps.

use super::{Invalid, Parsed};

/// `--step 'NAME: EXPR'`: a step that is met by an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedExpression {
    pub name: String,
    pub expression: String,
}

/// `--stage-date 'Stage=Column'`: the column that holds the time at which a stage was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageDate {
    pub stage: String,
    pub column: String,
}

/// Splits at the first `=`.
///
/// # Errors
/// No `=`, or nothing on one side of it.
pub fn stage_date(text: &str) -> Parsed<StageDate> {
    match text.split_once('=').map(|(stage, column)| (stage.trim(), column.trim())) {
        Some((stage, column)) if !stage.is_empty() && !column.is_empty() => {
            Ok(StageDate { stage: stage.to_owned(), column: column.to_owned() })
        }
        _ => Err(Invalid::new("a stage and its column are expected").with_hint("such as 'Demo=demo_date'")),
    }
}

/// Splits at the first `: `, so that an expression may hold colons.
///
/// # Errors
/// No `: `, or nothing on one side of it.
pub fn named_expression(text: &str) -> Parsed<NamedExpression> {
    match text.split_once(": ").map(|(name, expression)| (name.trim(), expression.trim())) {
        Some((name, expression)) if !name.is_empty() && !expression.is_empty() => {
            Ok(NamedExpression { name: name.to_owned(), expression: expression.to_owned() })
        }
        _ => Err(Invalid::new("a name and an expression are expected, with `: ` between them")
            .with_hint("such as \"Big order: event = 'order' AND value > 100\"")),
    }
}

/// Splits one step of `--steps` into the names that meet it: `signup|register`.
///
/// # Errors
/// An empty step or an empty alternative.
pub fn alternatives(text: &str) -> Parsed<Vec<String>> {
    let names: Vec<String> = text.split('|').map(|name| name.trim().to_owned()).collect();
    if names.iter().any(String::is_empty) {
        return Err(Invalid::new("a step has no name").with_hint("such as 'visit,signup|register,purchase'"));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::{alternatives, named_expression, stage_date};

    #[test]
    fn a_stage_date_splits_at_the_first_equals_sign() {
        let pair = stage_date("Demo = demo=date").unwrap();
        assert_eq!((pair.stage.as_str(), pair.column.as_str()), ("Demo", "demo=date"));
        for text in ["Demo", "=date", "Demo=", ""] {
            assert!(stage_date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_step_name_ends_at_the_first_colon_and_space() {
        let step = named_expression("Paid: a:b: event = 'x: y'").unwrap();
        assert_eq!(step.name, "Paid");
        assert_eq!(step.expression, "a:b: event = 'x: y'");
        for text in ["Paid", "Paid:event", ": event", "Paid: "] {
            assert!(named_expression(text).is_err(), "{text}");
        }
    }

    #[test]
    fn alternatives_are_trimmed_and_never_empty() {
        assert_eq!(alternatives(" signup | register ").unwrap(), ["signup", "register"]);
        assert_eq!(alternatives("visit").unwrap(), ["visit"]);
        for text in ["", "a||b", "|a", "a|"] {
            assert!(alternatives(text).is_err(), "{text}");
        }
    }
}
