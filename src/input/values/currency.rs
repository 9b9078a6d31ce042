//! Currency signs and codes around an amount.

use std::fmt;

/// A currency as far as it can be told: its ISO 4217 code, or a sign that several share (`$`, `¥`, `kr`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(&'static str);

/// Codes of ISO 4217 in use, sorted.
const CODES: [&str; 158] = [
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLF", "CLP", "CNY", "COP",
    "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL",
    "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HRK", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR",
    "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR",
    "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR",
    "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR",
    "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SLL", "SOS", "SRD", "SSP",
    "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD",
    "UYU", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZAR", "ZMW",
];

/// Signs and what they stand for; a sign that ends like another comes before it.
const SIGNS: [(&str, &str); 35] = [
    ("US$", "USD"),
    ("CA$", "CAD"),
    ("AU$", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("NT$", "TWD"),
    ("MX$", "MXN"),
    ("A$", "AUD"),
    ("C$", "CAD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
    ("$", "$"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "¥"),
    ("₹", "INR"),
    ("₽", "RUB"),
    ("₩", "KRW"),
    ("₺", "TRY"),
    ("₴", "UAH"),
    ("₪", "ILS"),
    ("₫", "VND"),
    ("฿", "THB"),
    ("₱", "PHP"),
    ("₦", "NGN"),
    ("₡", "CRC"),
    ("₸", "KZT"),
    ("₾", "GEL"),
    ("₼", "AZN"),
    ("₵", "GHS"),
    ("zł", "PLN"),
    ("Kč", "CZK"),
    ("kr.", "kr"),
    ("kr", "kr"),
    ("Ft", "HUF"),
];

impl Currency {
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// Splits a sign or code off the front.
    pub(super) fn in_front(text: &[u8]) -> Option<(Self, &[u8])> {
        for (sign, name) in SIGNS {
            if let Some(rest) = text.strip_prefix(sign.as_bytes()) {
                return Some((Self(name), rest));
            }
        }
        let (code, rest) = text.split_first_chunk::<3>()?;
        Some((Self::from_code(*code)?, rest))
    }

    /// Splits a sign or code off the end.
    pub(super) fn behind(text: &[u8]) -> Option<(Self, &[u8])> {
        for (sign, name) in SIGNS {
            if let Some(rest) = text.strip_suffix(sign.as_bytes()) {
                return Some((Self(name), rest));
            }
        }
        let (rest, code) = text.split_last_chunk::<3>()?;
        Some((Self::from_code(*code)?, rest))
    }

    fn from_code(mut code: [u8; 3]) -> Option<Self> {
        code.make_ascii_uppercase();
        let place = CODES.binary_search_by(|known| known.as_bytes().cmp(&code)).ok()?;
        CODES.get(place).map(|known| Self(known))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{CODES, Currency, SIGNS};

    #[test]
    fn codes_are_sorted_and_signs_do_not_hide_each_other() {
        assert!(CODES.windows(2).all(|pair| pair[0] < pair[1]));
        for (place, (sign, _)) in SIGNS.iter().enumerate() {
            assert!(!SIGNS[..place].iter().any(|(earlier, _)| sign.ends_with(earlier) || sign.starts_with(earlier)));
        }
    }

    #[test]
    fn signs_and_codes_are_told_apart() {
        let front = |text: &'static str| Currency::in_front(text.as_bytes()).map(|(currency, _)| currency.name());
        assert_eq!(front("$12"), Some("$"));
        assert_eq!(front("US$12"), Some("USD"));
        assert_eq!(front("€ 12"), Some("EUR"));
        assert_eq!(front("eur12"), Some("EUR"));
        assert_eq!(front("12"), None);
        let behind = |text: &'static str| Currency::behind(text.as_bytes()).map(|(currency, _)| currency.name());
        assert_eq!(behind("12 zł"), Some("PLN"));
        assert_eq!(behind("12US$"), Some("USD"));
        assert_eq!(behind("12 ABC"), None);
        assert_eq!(behind("K"), None);
    }
}
