//! Vendors' exports as data: the headers by which each is recognised, and what its columns, words and rows mean.
//!
//! One table per vendor. Names of columns are compared folded ([`super::names::fold`]), and most roles need no word
//! here: the general names of columns know them. A preset says what they cannot know: which rows are none of the data,
//! which columns say how a deal ended, how ids are compared.

mod ads;
mod analytics;
mod billing;
mod hubspot;
mod marketo;
mod pipedrive;
mod salesforce;
mod shops;
mod zoho;

use super::kind::{Kind, Role};
use super::names::fold;
use super::outcome::Outcome;
use std::fmt;
use std::sync::LazyLock;

/// Names of one column, any of which will do.
pub type Names = &'static [&'static str];

/// An export of one vendor.
#[derive(Debug, PartialEq, Eq)]
pub struct Preset {
    /// The word of `--preset`.
    pub name: &'static str,
    /// What it is an export of, for people.
    pub title: &'static str,
    pub kind: Kind,
    pub signature: Signature,
    /// Columns of roles where the general names are not enough, the best name first.
    pub roles: &'static [(Role, Names)],
    /// Words for won and lost besides the usual ones.
    pub won: Names,
    pub lost: Names,
    /// Columns that say how a deal ended; the first that is met decides.
    pub flags: &'static [Flag],
    /// Rows that are none of the data.
    pub left_out: &'static [RowTest],
    /// A block of lines at the end of the file is no data if one of them holds one of these, in small letters.
    pub footer: Names,
    /// Words for no value besides the usual ones.
    pub nulls: Names,
    pub ids: Ids,
    /// Whether amounts may be shortened: `1.5K`, `2M`.
    pub shortened: bool,
    /// Whether times without a zone are UTC, whatever zone the report is in.
    pub utc: bool,
    /// What to do where a required role has no column.
    pub lacking: &'static [(Role, &'static str)],
    /// What a reader must know of this export.
    pub remarks: &'static [&'static str],
}

/// By which columns an export is recognised.
#[derive(Debug, PartialEq, Eq)]
pub struct Signature {
    /// Of each of these one name must be there.
    pub all: &'static [Names],
    /// So many of these must be there besides.
    pub some: (usize, Names),
    /// None of these may be there.
    pub none: Names,
    /// Three columns or more begin with this, letter by letter; empty where it does not matter.
    pub begins: &'static str,
}

/// A column that says how a deal ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Flag {
    pub column: Names,
    pub holds: Holds,
    pub outcome: Outcome,
}

/// When a flag is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Its cell says yes.
    Yes,
    /// Its cell is not empty.
    Anything,
}

/// What makes a row none of the data. A test whose column is missing is never met.
#[derive(Debug, PartialEq, Eq)]
pub enum RowTest {
    /// The cell is one of these words (compared without case).
    Is { column: Names, words: Names },
    /// In none of these columns the cell is one of the words. The first column must be there.
    NoneIs(&'static [(Names, Names)]),
    /// The first cell of the row begins with one of these (compared without case).
    FirstBegins(Names),
    /// The first column is there, and all of these columns that are there are empty.
    AllEmpty(&'static [Names]),
}

/// How ids are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ids {
    #[default]
    Plain,
    /// Salesforce ids: 15 characters, or 18 whose last three check the others.
    Salesforce,
}

impl Preset {
    /// What a preset says of nothing.
    const PLAIN: Self = Self {
        name: "",
        title: "",
        kind: Kind::Events,
        signature: Signature { all: &[], some: (0, &[]), none: &[], begins: "" },
        roles: &[],
        won: &[],
        lost: &[],
        flags: &[],
        left_out: &[],
        footer: &[],
        nulls: &[],
        ids: Ids::Plain,
        shortened: false,
        utc: false,
        lacking: &[],
        remarks: &[],
    };
}

/// Every preset, in the order in which they are tried.
static TABLES: &[&[Preset]] = &[
    salesforce::TABLE,
    hubspot::TABLE,
    pipedrive::TABLE,
    zoho::TABLE,
    billing::TABLE,
    shops::TABLE,
    marketo::TABLE,
    ads::TABLE,
    analytics::TABLE,
];

/// What was said about presets: one is to be taken, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresetChoice {
    None,
    One(&'static Preset),
}

impl PresetChoice {
    /// Reads the word of `--preset`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == NONE {
            return Some(Self::None);
        }
        all().find(|preset| preset.name == name).map(Self::One)
    }
}

impl fmt::Display for PresetChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => NONE,
            Self::One(preset) => preset.name,
        })
    }
}

/// The word by which nothing is recognised.
pub const NONE: &str = "none";

/// Every preset.
pub fn all() -> impl Iterator<Item = &'static Preset> {
    TABLES.iter().copied().flatten()
}

/// Every word that `--preset` takes.
#[must_use]
pub fn names() -> Vec<&'static str> {
    all().map(|preset| preset.name).chain([NONE]).collect()
}

/// A preset with its signature folded.
struct Known {
    preset: &'static Preset,
    all: Vec<Vec<String>>,
    some: Vec<String>,
    none: Vec<String>,
}

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let folded = |names: Names| names.iter().map(|name| fold_header(name)).collect::<Vec<_>>();
    let known = |preset: &'static Preset| Known {
        preset,
        all: preset.signature.all.iter().map(|names| folded(names)).collect(),
        some: folded(preset.signature.some.1),
        none: folded(preset.signature.none),
    };
    all().map(known).collect()
});

/// Recognises an export by its columns; also returns the columns that gave it away, as they are written.
#[must_use]
pub fn recognise(headers: &[String]) -> Option<(&'static Preset, Vec<String>)> {
    let folded: Vec<String> = headers.iter().map(|name| fold_header(name)).collect();
    KNOWN.iter().find_map(|known| Some((known.preset, known.evidence(headers, &folded)?)))
}

/// So many columns must begin as a signature says.
const BEGUN: usize = 3;

impl Known {
    fn evidence(&self, headers: &[String], folded: &[String]) -> Option<Vec<String>> {
        let position = |names: &[String]| folded.iter().position(|name| names.contains(name));
        let mut found = self.all.iter().map(|names| position(names)).collect::<Option<Vec<usize>>>()?;
        let some = self.some.iter().filter_map(|name| position(std::slice::from_ref(name)));
        let some: Vec<usize> = some.filter(|column| !found.contains(column)).collect();
        let begins = self.preset.signature.begins;
        let begun = headers.iter().enumerate().filter(|(_, name)| name.trim().starts_with(begins));
        let begun: Vec<usize> = begun.map(|(column, _)| column).take(BEGUN).collect();
        if some.len() < self.preset.signature.some.0
            || position(&self.none).is_some()
            || (!begins.is_empty() && begun.len() < BEGUN)
        {
            return None;
        }
        if !begins.is_empty() {
            found.extend(begun);
        }
        found.extend(some.iter().take(self.preset.signature.some.0));
        found.sort_unstable();
        found.dedup();
        Some(found.into_iter().filter_map(|column| headers.get(column).cloned()).collect())
    }
}

/// Folds the name of a column; a currency or zone in parentheses at its end is no part of it.
#[must_use]
pub fn fold_header(name: &str) -> String {
    let bare = name.trim().strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let is_unit = |unit: &str| unit.len() == 3 && unit.bytes().all(|byte| byte.is_ascii_uppercase());
    match bare {
        Some((bare, unit)) if is_unit(unit.trim()) && !bare.trim().is_empty() => fold(bare),
        _ => fold(name),
    }
}

#[cfg(test)]
mod tests {
    use super::{PresetChoice, RowTest, all, names, recognise};
    use std::collections::BTreeSet;

    fn columns(header: &str) -> Vec<String> {
        header.split('|').map(str::to_owned).collect()
    }

    #[test]
    fn names_are_unique_and_known() {
        let names = names();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        for name in names {
            assert_eq!(PresetChoice::from_name(name).map(|choice| choice.to_string()).as_deref(), Some(name));
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
        }
        assert_eq!(PresetChoice::from_name("salesforse"), None);
    }

    /// One column alone never makes an export, and a role is one that the kind has.
    #[test]
    fn every_preset_is_sound() {
        for preset in all() {
            let signature = &preset.signature;
            let by_name = !signature.begins.is_empty();
            assert!(by_name || signature.all.len() + signature.some.0 >= 2, "{}", preset.name);
            assert!(signature.some.0 <= signature.some.1.len(), "{}", preset.name);
            for (role, names) in preset.roles {
                let known = preset.kind.required().contains(role) || preset.kind.optional().contains(role);
                assert!(known && !names.is_empty(), "{} {}", preset.name, role.name());
            }
            for test in preset.left_out {
                if let RowTest::FirstBegins(beginnings) = test {
                    assert!(beginnings.iter().all(|beginning| beginning.len() >= 4), "{}", preset.name);
                }
            }
            assert!(preset.footer.iter().all(|marker| *marker == marker.to_lowercase()), "{}", preset.name);
        }
    }

    /// Tables that people write by hand, and those of other tools, are nobody's export.
    #[test]
    fn plain_tables_are_not_recognised() {
        for header in [
            "opportunity_id|sales_agent|product|account|deal_stage|engage_date|close_date|close_value",
            "id|created|closed|status|stage|amount",
            "deal_id|stage|changed_at",
            "id|event|time",
            "user_id|event|timestamp|amount",
            "mql_id|first_contact_date|landing_page_id|origin",
            "customer|start|end|amount|interval|plan",
            "date|channel|campaign|clicks|impressions|cost",
            "Jour|Campagne|Coût|Clics",
            "customerID|tenure|Contract|MonthlyCharges|Churn",
            "order_id|customer_id|order_date|status|total_amount",
            "deal_id|deal_title|deal_status|deal_stage|deal_value|deal_owner",
            "uid|name|timestamp|properties",
            "",
        ] {
            assert_eq!(recognise(&columns(header)).map(|(preset, _)| preset.name), None, "{header}");
        }
    }
}
