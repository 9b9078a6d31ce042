//! What the page says by itself, in English, beside [`Words`](crate::render::Words).

/// Words of the page; `{}` stands for what is filled in.
#[derive(Debug, Clone, Copy)]
pub struct PageWords {
    pub language: &'static str,
    pub as_of: &'static str,
    pub summary: &'static str,
    /// In the place of statements.
    pub no_statement: &'static str,
    pub contents: &'static str,
    pub about: &'static str,
    pub reading: &'static str,
    pub sources: &'static str,
    pub settings: &'static str,
    pub notes: &'static str,
    pub warning: &'static str,
    /// Leads from the warnings at the top to all notes.
    pub all_notes: &'static str,
    pub file: &'static str,
    pub accounts: [&'static str; 5],
    pub accounting: &'static str,
    pub settings_count: &'static str,
    pub rows: &'static str,
    /// Above the list of a workbook's sheets.
    pub tables: &'static str,
    pub no_records: &'static str,
    pub records_read: &'static str,
    pub made_by: &'static str,
    /// How to read the tables and pictures.
    pub conventions: [&'static str; 4],
    pub go_on: &'static str,
    pub stop: &'static str,
    pub still_open: &'static str,
    pub interval: &'static str,
    pub unfinished: &'static str,
    pub not_drawn: &'static str,
    pub out_of: &'static str,
    pub increase: &'static str,
    pub decrease: &'static str,
    pub total: &'static str,
    pub darker: &'static str,
}

/// The words that other languages are given for.
pub const ENGLISH: PageWords = PageWords {
    language: "en",
    as_of: "As of {} UTC",
    summary: "Summary",
    no_statement: "The data support no statement: the tables say all there is.",
    contents: "Contents",
    about: "About these numbers",
    reading: "How to read them",
    sources: "Sources",
    settings: "Settings in force",
    notes: "Notes",
    warning: "warning",
    all_notes: "All {} notes",
    file: "File",
    accounts: ["Records", "Loaded", "Rejected", "Blank", "Skipped"],
    accounting: "Every record is accounted for: records = loaded + rejected + blank + skipped.",
    settings_count: "All {} settings",
    rows: "All {} rows",
    tables: "Sheets",
    no_records: "No source was read.",
    records_read: "{} records from {}",
    made_by: "Made by funnel {}",
    conventions: [
        "Brackets and shaded bands hold the interval of a rate or an estimate: the range that the data leave likely.",
        "Open units may still go on; they are never counted as lost. Hollow points and dashed lines are not final yet.",
        "A dash stands for a value that does not exist, which is not the same as zero.",
        "Definitions, populations and windows stand under each table.",
    ],
    go_on: "{} go on",
    stop: "{} do not",
    still_open: "{} of them still open",
    interval: "interval",
    unfinished: "not final yet",
    not_drawn: "{} more in the table",
    out_of: "{}, at most {}",
    increase: "adds",
    decrease: "takes away",
    total: "total",
    darker: "the darker, the higher: up to {}",
};

/// Puts values in the places of a text.
#[must_use]
pub fn filled(text: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut values = values.iter();
    let mut parts = text.split("{}");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(values.next().unwrap_or(&""));
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn places_are_filled_in_their_order() {
        assert_eq!(filled("{} of {}", &["1", "{}"]), "1 of {}");
        assert_eq!(filled("none", &["1"]), "none");
        assert_eq!(filled("{} and {}", &["1"]), "1 and ");
    }
}
