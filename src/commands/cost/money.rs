//! Which currencies the sources name: in a column of their own, in a header, or in the cells.

use crate::error::{Error, Result};
use crate::input::source::Source;
use crate::model::kind::Role;
use crate::model::names::fold;

/// Folded names of columns that hold the currency of a row.
const COLUMNS: [&str; 12] = [
    "currency",
    "currencycode",
    "codedeladevise",
    "devise",
    "wahrung",
    "wahrungscode",
    "moneda",
    "codigodemoneda",
    "dealcurrency",
    "accountcurrency",
    "currencyisocode",
    "currencyofvalue",
];

/// Where the rows name their currency.
pub struct Currencies {
    spend: Vec<Option<String>>,
    lead: Option<String>,
}

impl Currencies {
    pub fn of(spend: &[Source], leads: &[Source]) -> Self {
        Self { spend: spend.iter().map(column).collect(), lead: leads.iter().find_map(column) }
    }

    /// Whether any side has a column of currencies; it then is the last breakdown column of both.
    pub fn has_column(&self) -> bool {
        self.lead.is_some() || self.spend.iter().any(Option::is_some)
    }

    #[must_use]
    pub fn lead_column(&self) -> Option<String> {
        self.has_column().then(|| self.lead.clone().unwrap_or_else(|| "\u{1}none".to_owned()))
    }

    #[must_use]
    pub fn spend_columns(&self) -> Option<Vec<Option<String>>> {
        self.has_column().then(|| self.spend.clone())
    }

    /// The currency that each source of spend names for all its rows, once they were read.
    #[must_use]
    pub fn of_spend(&self, spend: &[Source]) -> Vec<Option<String>> {
        spend.iter().map(|source| whole(source, &[Role::Cost])).collect()
    }

    /// The currency that the leads' side names for all its rows.
    ///
    /// # Errors
    /// Several sources that name different ones.
    pub fn of_leads(&self, leads: &[Source]) -> Result<Option<String>> {
        let mut named: Vec<String> =
            leads.iter().filter_map(|source| whole(source, &[Role::Amount, Role::Value])).collect();
        named.sort();
        named.dedup();
        if named.len() > 1 {
            let error = Error::usage(format!("the amounts are in several currencies: {}", named.join(", ")));
            return Err(error.with_hint("a column `currency` tells them apart; --rate says what they are worth"));
        }
        Ok(named.pop())
    }
}

fn column(source: &Source) -> Option<String> {
    source.columns().into_iter().find(|column| COLUMNS.contains(&fold(column).as_str()))
}

/// The currency in the header of an amount column (`Amount spent (EUR)`), else that of its cells.
fn whole(source: &Source, roles: &[Role]) -> Option<String> {
    let column = roles.iter().find_map(|role| source.roles.get(role))?;
    header_unit(column).or_else(|| {
        let cells = source.files.iter().find_map(|file| {
            let position = file.position(column)?;
            source.shared.formats.currency(file, position)
        });
        cells.map(str::to_owned)
    })
}

fn header_unit(column: &str) -> Option<String> {
    let (bare, unit) = column.trim().strip_suffix(')')?.rsplit_once('(')?;
    let is_code = unit.len() == 3 && unit.bytes().all(|byte| byte.is_ascii_uppercase());
    match unit {
        "€" => Some("EUR".to_owned()),
        "£" => Some("GBP".to_owned()),
        "$" => Some("$".to_owned()),
        _ => (is_code && !bare.trim().is_empty()).then(|| unit.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::header_unit;

    #[test]
    fn headers_name_currencies() {
        assert_eq!(header_unit("Amount spent (USD)").as_deref(), Some("USD"));
        assert_eq!(header_unit("Montant (€)").as_deref(), Some("EUR"));
        assert_eq!(header_unit("Clicks (all)"), None);
        assert_eq!(header_unit("cost"), None);
    }
}
