//! Money of several currencies: which ones there are, and what they are worth in one of them.

use crate::error::{Error, Result};
use crate::model::decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// What one unit of a currency is worth in the common one.
pub type Rates = BTreeMap<String, Decimal>;

/// The common currency, and how others become it.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    /// `None`: no source names a currency.
    pub base: Option<String>,
    rates: Rates,
}

impl Exchange {
    /// Decides the common currency: the configured one, else the only one that has no rate.
    ///
    /// # Errors
    /// Several currencies without a rate are a usage error.
    pub fn new(seen: &BTreeSet<String>, rates: &Rates, configured: Option<&str>) -> Result<Self> {
        let mut unrated: Vec<&String> = seen.iter().filter(|currency| !rates.contains_key(*currency)).collect();
        // A dollar sign is that of the dollars that are named.
        let dollars: Vec<&String> = unrated.iter().copied().filter(|currency| currency.ends_with('D')).collect();
        if let [_] = dollars.as_slice() {
            unrated.retain(|currency| *currency != "$");
        }
        let configured = configured.map(str::to_owned);
        let base = configured.or_else(|| unrated.first().map(|currency| (*currency).clone()));
        let stray: Vec<&str> =
            unrated.iter().filter(|currency| Some(**currency) != base.as_ref()).map(|name| name.as_str()).collect();
        if let (Some(base), false) = (&base, stray.is_empty()) {
            let message = format!("the money is in several currencies: {base}, {}", stray.join(", "));
            let hint = format!("--rate {}=1.08 says what one {} is worth in {base}", stray[0], stray[0]);
            return Err(Error::usage(message).with_hint(hint));
        }
        Ok(Self { base, rates: rates.clone() })
    }

    /// Returns an amount in the common currency, exactly.
    ///
    /// # Errors
    /// A product that needs more than 18 places, or that leaves the exact range.
    pub fn convert(&self, amount: Decimal, currency: Option<&str>) -> Result<Decimal> {
        let foreign = currency.filter(|currency| self.base.as_deref() != Some(*currency));
        let Some(rate) = foreign.and_then(|currency| self.rates.get(currency)) else { return Ok(amount) };
        product(amount, *rate).ok_or_else(|| {
            Error::data("an amount times its rate of exchange has more than 18 decimal places, or is too large")
                .with_hint("a rate with fewer places is exact")
        })
    }
}

/// The exact product; `None` where it has more than 18 places or leaves the range.
fn product(left: Decimal, right: Decimal) -> Option<Decimal> {
    let (mut amount, mut rate, mut divisor) = (left.0, right.0, Decimal::ONE);
    while divisor > 1 && rate % 10 == 0 {
        (rate, divisor) = (rate / 10, divisor / 10);
    }
    while divisor > 1 && amount % 10 == 0 {
        (amount, divisor) = (amount / 10, divisor / 10);
    }
    let product = amount.checked_mul(rate)?;
    (product % divisor == 0).then(|| Decimal(product / divisor))
}

#[cfg(test)]
mod tests {
    use super::{Exchange, Rates, product};
    use crate::error::ErrorKind;
    use crate::model::decimal::Decimal;
    use std::collections::BTreeSet;

    fn seen(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn rates(pairs: &[(&str, i128)]) -> Rates {
        pairs.iter().map(|(name, cents)| ((*name).to_owned(), Decimal(cents * Decimal::ONE / 100))).collect()
    }

    #[test]
    fn products_are_exact_or_refused() {
        let amount = Decimal(1_234_560_000_000_000_000_000);
        assert_eq!(product(amount, Decimal(1_080_000_000_000_000_000)).unwrap().to_string(), "1333.3248");
        assert_eq!(product(Decimal(-1), Decimal::from_integer(3)), Some(Decimal(-3)));
        assert_eq!(product(Decimal(1), Decimal(Decimal::ONE / 2)), None);
        let most = Decimal(Decimal::LARGEST_CELL);
        assert_eq!(product(most, Decimal(1_080_000_000_000_000_000)).unwrap().to_string(), "1080000000000000");
    }

    #[test]
    fn one_currency_may_do_without_a_rate() {
        let exchange = Exchange::new(&seen(&["EUR", "USD"]), &rates(&[("EUR", 108)]), None).unwrap();
        assert_eq!(exchange.base.as_deref(), Some("USD"));
        let hundred = Decimal::from_integer(100);
        assert_eq!(exchange.convert(hundred, Some("EUR")).unwrap(), Decimal::from_integer(108));
        assert_eq!(exchange.convert(hundred, Some("USD")).unwrap(), hundred);
        assert_eq!(exchange.convert(hundred, None).unwrap(), hundred);
        let error = Exchange::new(&seen(&["EUR", "USD"]), &Rates::new(), None).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Usage);
        assert!(error.hint.unwrap().contains("--rate USD="));
        assert!(Exchange::new(&seen(&["$", "USD"]), &Rates::new(), None).is_ok());
        assert!(Exchange::new(&seen(&["$", "AUD", "USD"]), &Rates::new(), None).is_err());
        assert!(Exchange::new(&seen(&["USD"]), &Rates::new(), Some("EUR")).is_err());
        assert_eq!(Exchange::new(&seen(&[]), &Rates::new(), None).unwrap().base, None);
    }
}
