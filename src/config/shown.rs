//! How a setting stands in JSON: the words of the flags, numbers as numbers, nothing as null.

use super::settings::{ExclusionSetting, StepMatch, StepSetting};
use crate::args::choices::{
    Anchor, Color, Convention, CsvDialect, CsvFormulas, DateOrder, ErrorFormat, Every, Format, Locale, Order, Reach,
    TenureUnit, Ties, TimeUnit, WeekStart, word,
};
use crate::args::conversion::Compare;
use crate::args::journey::{Attribution, Count, Entry, ExclusionEffect, RangeBinds, Span};
use crate::args::values::condition::Condition;
use crate::args::values::duration::{Window, duration_text};
use crate::args::values::moment::Moment;
use crate::args::values::number::RejectLimit;
use crate::args::values::pair::StageDate;
use crate::args::values::period::Period;
use crate::args::values::text::{Quote, TimeFormat};
use crate::model::decimal::Decimal;
use crate::model::kind::Kind;
use crate::model::presets::PresetChoice;
use crate::plan::rules::StepRule;
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::path::PathBuf;

/// A value that can be shown among the settings.
pub trait Shown {
    fn shown(&self) -> Value;
}

macro_rules! shown_as_word {
    ($($choice:ty),*) => {$(
        impl Shown for $choice {
            fn shown(&self) -> Value {
                Value::String(word(self))
            }
        }
    )*};
}

macro_rules! shown_as_is {
    ($($plain:ty),*) => {$(
        impl Shown for $plain {
            fn shown(&self) -> Value {
                json!(self)
            }
        }
    )*};
}

macro_rules! shown_as_text {
    ($($named:ty),*) => {$(
        impl Shown for $named {
            fn shown(&self) -> Value {
                Value::String(self.to_string())
            }
        }
    )*};
}

shown_as_word!(
    Anchor,
    Color,
    Convention,
    Compare,
    Count,
    CsvDialect,
    CsvFormulas,
    DateOrder,
    Entry,
    ErrorFormat,
    Every,
    ExclusionEffect,
    Format,
    Locale,
    Order,
    RangeBinds,
    Reach,
    TenureUnit,
    Ties,
    TimeUnit,
    WeekStart
);
shown_as_is!(bool, u64, f64, String);
shown_as_text!(char, Condition, Decimal, Moment, Period, PresetChoice, Tz);

/// A duration.
impl Shown for i64 {
    fn shown(&self) -> Value {
        Value::String(duration_text(*self))
    }
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> Value {
        self.as_ref().map_or(Value::Null, Shown::shown)
    }
}

impl<T: Shown> Shown for Vec<T> {
    fn shown(&self) -> Value {
        self.iter().map(Shown::shown).collect()
    }
}

impl Shown for u8 {
    /// Of an ASCII character.
    fn shown(&self) -> Value {
        Value::String(char::from(*self).to_string())
    }
}

impl Shown for Kind {
    fn shown(&self) -> Value {
        json!(self.name())
    }
}

impl Shown for PathBuf {
    fn shown(&self) -> Value {
        json!(self.to_string_lossy())
    }
}

impl Shown for Window {
    fn shown(&self) -> Value {
        match self {
            Self::ByKind => Value::Null,
            Self::Unlimited => json!("none"),
            Self::Span(micros) => json!(duration_text(*micros)),
        }
    }
}

impl Shown for Span {
    fn shown(&self) -> Value {
        json!(duration_text(self.0))
    }
}

impl Shown for Attribution {
    fn shown(&self) -> Value {
        match self {
            Self::First => json!("first"),
            Self::Last => json!("last"),
            Self::Step(step) => json!(format!("step:{step}")),
            Self::Same => json!("same"),
        }
    }
}

impl Shown for ExclusionSetting {
    fn shown(&self) -> Value {
        let mut exclusion = match &self.matches {
            StepMatch::Names(names) => json!({"event": names}),
            StepMatch::Expression(expression) => json!({"where": expression}),
        };
        for (key, step) in [("from", self.from), ("to", self.to)] {
            if let Some(step) = step {
                exclusion[key] = json!(step);
            }
        }
        exclusion
    }
}

impl Shown for RejectLimit {
    fn shown(&self) -> Value {
        match self {
            Self::Rows(rows) => json!(rows),
            // Two places more than people write, so that 0.1 * 100 stays 10.
            Self::Share(share) => json!(format!("{}%", (share * 1e6).round() / 1e4)),
        }
    }
}

impl Shown for Quote {
    fn shown(&self) -> Value {
        match self {
            Self::None => json!("none"),
            Self::Byte(byte) => byte.shown(),
        }
    }
}

impl Shown for TimeFormat {
    fn shown(&self) -> Value {
        json!(match self {
            Self::EpochSeconds => "epoch-s",
            Self::EpochMillis => "epoch-ms",
            Self::EpochMicros => "epoch-us",
            Self::EpochNanos => "epoch-ns",
            Self::Excel => "excel",
            Self::Pattern(pattern) => pattern,
        })
    }
}

impl Shown for StageDate {
    fn shown(&self) -> Value {
        json!(format!("{}={}", self.stage, self.column))
    }
}

impl Shown for StepSetting {
    fn shown(&self) -> Value {
        let mut step = match &self.matches {
            StepMatch::Names(names) => json!({"name": self.name, "event": names}),
            StepMatch::Expression(expression) => json!({"name": self.name, "where": expression}),
        };
        if let Some(goal) = self.goal {
            step["goal"] = json!({"from_previous": goal.from_previous, "from_first": goal.from_first});
        }
        for (key, value) in rule_shown(&self.rule) {
            step[key] = value;
        }
        step
    }
}

/// The keys of a step's rule as `funnel.toml` has them; those at their defaults are left out.
#[must_use]
pub fn rule_shown(rule: &StepRule) -> Vec<(&'static str, Value)> {
    let mut keys = Vec::new();
    keys.extend(rule.optional.then(|| ("optional", json!(true))));
    keys.extend(rule.within.map(|within| ("within", json!(duration_text(within)))));
    keys.extend(rule.directly.then(|| ("directly", json!(true))));
    keys.extend(rule.first.map(|first| ("first", json!(first.name()))));
    keys
}

#[cfg(test)]
mod tests {
    use super::Shown;
    use crate::args::values::duration::Window;
    use crate::args::values::number::RejectLimit;
    use serde_json::json;

    #[test]
    fn settings_read_as_the_flags_are_written() {
        assert_eq!(RejectLimit::Share(0.1).shown(), json!("10%"));
        assert_eq!(RejectLimit::Share(0.07).shown(), json!("7%"));
        assert_eq!(RejectLimit::Share(0.125).shown(), json!("12.5%"));
        assert_eq!(RejectLimit::Rows(3).shown(), json!(3));
        assert_eq!(Window::Span(1_209_600_000_000).shown(), json!("14d"));
        assert_eq!(Window::Unlimited.shown(), json!("none"));
        assert_eq!(Some(vec!["a".to_owned()]).shown(), json!(["a"]));
        assert_eq!(None::<u64>.shown(), json!(null));
    }
}
