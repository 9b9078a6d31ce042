//! The closed lists of words that flags, variables and `funnel.toml` accept. Uses clap only.

use super::values::{Invalid, Parsed};
use clap::ValueEnum;

/// How many steps must be met in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// In the given order; other events may come between
    Ordered,
    /// In the given order, each the unit's next event after the step before
    Strict,
    /// In any order: step k means any k different steps
    Any,
}

/// Whether events of the same time may stand for consecutive steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ties {
    /// Events of the same time count in whatever order helps
    Any,
    /// The next step must be later
    Strict,
}

/// Which steps a deal is credited with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Reach {
    /// All steps up to the furthest stage known
    Beyond,
    /// The stages really seen, whatever came before
    Any,
    /// The stages really seen, without a gap
    Strict,
}

/// Which moment puts a deal into a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Anchor {
    /// When the deal was created
    Created,
    /// When it was won or lost
    Closed,
}

/// Length of the periods of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Every {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WeekStart {
    Monday,
    Sunday,
}

/// Whose formulas the churn rates follow, where vendors differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Convention {
    /// Churned / customers at the start; net churn less expansion and reactivation
    Standard,
    /// Churned / (customers at the start + new)
    Stripe,
    /// Net churn less expansion only
    Baremetrics,
    /// Reactivation is a gain in the quick ratio too
    Chartmogul,
}

/// What the tenure of a snapshot counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TenureUnit {
    Day,
    Week,
    Month,
    Year,
}

/// Order of the parts of a date written with numbers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DateOrder {
    Dmy,
    Mdy,
    Ymd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Csv,
    Json,
    Ndjson,
    Markdown,
    /// One page with pictures, offline
    Html,
    /// A workbook with a sheet per table
    Xlsx,
    /// One table, typed
    Parquet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TimeUnit {
    /// Seconds
    S,
    /// Hours
    H,
    /// Days
    D,
}

/// Language of labels and numbers for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Locale {
    En,
    Fr,
    De,
    Es,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CsvDialect {
    /// UTF-8, comma, decimal point
    Plain,
    /// BOM, semicolon, decimal comma, CRLF
    ExcelEu,
}

/// What happens to text cells that a spreadsheet would run as a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CsvFormulas {
    /// A quote is put before them
    Escape,
    /// They are written as they are
    Keep,
    /// Nothing is written
    Refuse,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

/// How errors are written to stderr.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ErrorFormat {
    #[default]
    Text,
    Json,
}

/// Returns the word of a choice, as it is given and as it is shown in JSON.
#[must_use]
pub fn word<T: ValueEnum>(choice: &T) -> String {
    choice.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

/// Parses a word that stands in a variable or in `funnel.toml`.
///
/// # Errors
/// The word is none of the choices; the hint lists them.
pub fn choice<T: ValueEnum>(text: &str) -> Parsed<T> {
    let found = T::value_variants().iter().find(|variant| word(*variant) == text);
    found.cloned().ok_or_else(|| {
        let words: Vec<String> = T::value_variants().iter().map(word).collect();
        Invalid::new(format!("`{text}` is not one of the choices")).with_hint(format!("one of {}", words.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::{CsvDialect, Every, choice, word};

    #[test]
    fn words_are_read_and_written_alike() {
        assert_eq!(choice("excel-eu"), Ok(CsvDialect::ExcelEu));
        assert_eq!(word(&CsvDialect::ExcelEu), "excel-eu");
        assert_eq!(choice("quarter"), Ok(Every::Quarter));
    }

    #[test]
    fn a_wrong_word_is_answered_with_the_choices() {
        let error = choice::<Every>("fortnight").unwrap_err();
        assert_eq!(error.hint.as_deref(), Some("one of hour, day, week, month, quarter, year"));
    }
}
