//! Finds how the amounts of a column are written: the decimal mark and the currency.

use super::amount::{AmountFault, AmountFormat, DecimalMark, Parts, Thousands};
use super::currency::Currency;
use crate::error::{Error, Result};
use crate::model::decimal::Decimal;
use std::cmp::Ordering;
use std::fmt;

/// A column is settled once it has this many cells and the votes lead by as many or are unanimous.
const DECISIVE: u64 = 256;

/// What `--decimal` and `--thousands` say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AmountFlags {
    decimal: Option<DecimalMark>,
    thousands: Option<Thousands>,
}

impl AmountFlags {
    /// Checks the two flags against each other; a thousands mark of `,` or `.` leaves the other for the decimal mark.
    ///
    /// # Errors
    /// A flag is no known mark, or both are the same mark.
    pub fn new(decimal: Option<&str>, thousands: Option<&str>) -> Result<Self> {
        let decimal = decimal.map(|name| {
            DecimalMark::from_name(name).ok_or_else(|| Error::usage("`--decimal` takes a point or a comma"))
        });
        let thousands = thousands.map(|name| {
            Thousands::from_name(name)
                .ok_or_else(|| Error::usage("`--thousands` takes a comma, a point, a space or an apostrophe"))
        });
        let (decimal, thousands) = (decimal.transpose()?, thousands.transpose()?);
        let implied = match thousands {
            Some(Thousands::Comma) => Some(DecimalMark::Point),
            Some(Thousands::Point) => Some(DecimalMark::Comma),
            _ => None,
        };
        if decimal.is_some() && implied.is_some() && decimal != implied {
            return Err(Error::usage("`--decimal` and `--thousands` are the same mark"));
        }
        Ok(Self { decimal: decimal.or(implied), thousands })
    }
}

/// Why the cells of a column do not tell how amounts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountAmbiguity {
    /// 1,137 everywhere: thousands or decimals.
    Mark,
    /// As many cells with decimal points as with decimal commas.
    Mixed,
}

impl AmountAmbiguity {
    /// Returns the flag that settles it.
    #[must_use]
    pub const fn flag(self) -> &'static str {
        "--decimal"
    }

    /// Returns the way out, for the hint of the error.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        "pass `--decimal` or `--thousands` with the mark"
    }
}

impl fmt::Display for AmountAmbiguity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Mark => "the amounts do not show whether the mark before three digits is for thousands or decimals",
            Self::Mixed => "as many amounts have a decimal point as have a decimal comma",
        })
    }
}

/// What the cells of a column tell about its amounts. Cells are trimmed and no null words; empty ones are ignored.
#[derive(Debug, Clone, Default)]
pub struct AmountEvidence {
    /// Cells that are amounts under some reading.
    amounts: u64,
    /// Cells that only a decimal point explains, such as `12.5` and `1,234,567`.
    point: u64,
    comma: u64,
    /// `1.137`: a point before exactly three digits.
    unclear_point: u64,
    /// `1,137`.
    unclear_comma: u64,
    /// Cells per currency named, sorted; few, so that a list will do.
    currencies: Vec<(Currency, u64)>,
}

impl AmountEvidence {
    #[must_use]
    pub const fn new() -> Self {
        Self { amounts: 0, point: 0, comma: 0, unclear_point: 0, unclear_comma: 0, currencies: Vec::new() }
    }

    /// Takes a cell into account.
    pub fn observe(&mut self, cell: &[u8]) {
        if cell.is_empty() {
            return;
        }
        let parts = Parts::of(cell);
        let point = parts.value(DecimalMark::Point, None);
        let comma = parts.value(DecimalMark::Comma, None);
        match (is_amount(point), is_amount(comma)) {
            (false, false) => return,
            (true, false) => self.point += 1,
            (false, true) => self.comma += 1,
            (true, true) if point == comma => {}
            // The larger reading took the mark for thousands.
            (true, true) if size(point) > size(comma) => self.unclear_comma += 1,
            (true, true) => self.unclear_point += 1,
        }
        self.amounts += 1;
        if let Some(currency) = parts.currency {
            self.count_currency(currency, 1);
        }
    }

    fn count_currency(&mut self, currency: Currency, count: u64) {
        match self.currencies.binary_search_by_key(&currency, |entry| entry.0) {
            Ok(place) => self.currencies[place].1 += count,
            Err(place) => self.currencies.insert(place, (currency, count)),
        }
    }

    /// Adds the evidence of further cells of the column.
    pub fn merge(&mut self, other: &Self) {
        self.amounts += other.amounts;
        self.point += other.point;
        self.comma += other.comma;
        self.unclear_point += other.unclear_point;
        self.unclear_comma += other.unclear_comma;
        for (currency, count) in &other.currencies {
            self.count_currency(*currency, *count);
        }
    }

    /// Whether mark and currency are decided, so that later misfits are rejects.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.settled_with(AmountFlags::default())
    }

    /// As [`Self::settled`], given the flags.
    #[must_use]
    pub fn settled_with(&self, flags: AmountFlags) -> bool {
        if self.amounts < DECISIVE {
            return false;
        }
        let mark = flags.decimal.is_some() || decisive(self.point, self.comma) || decisive(self.comma, self.point);
        let (first, second) = self.currency_votes();
        mark && decisive(first.1, second)
    }

    /// Returns how the column's amounts are written.
    ///
    /// # Errors
    /// The cells do not tell the decimal mark; the error names the flag that does.
    pub fn decide(&self, flags: AmountFlags) -> std::result::Result<AmountFormat, AmountAmbiguity> {
        let decimal = flags.decimal.map_or_else(|| self.mark(flags.thousands), Ok)?;
        Ok(AmountFormat { decimal, thousands: flags.thousands, currency: self.currency_votes().0.0 })
    }

    /// As [`Self::decide`], of a column that counts: its numbers are whole, so that a mark before three digits is for
    /// thousands.
    ///
    /// # Errors
    /// Where points and commas stand before three digits alike.
    pub fn decide_whole(&self, flags: AmountFlags) -> std::result::Result<AmountFormat, AmountAmbiguity> {
        let decided = self.decide(flags);
        let decimal = match (&decided, self.unclear_point, self.unclear_comma) {
            (Err(AmountAmbiguity::Mark), 0, _) => DecimalMark::Point,
            (Err(AmountAmbiguity::Mark), _, 0) => DecimalMark::Comma,
            _ => return decided,
        };
        Ok(AmountFormat { decimal, thousands: flags.thousands, currency: self.currency_votes().0.0 })
    }

    fn mark(&self, thousands: Option<Thousands>) -> std::result::Result<DecimalMark, AmountAmbiguity> {
        // Where the thousands mark is told to be neither, point and comma are decimal marks.
        let proven = u64::from(thousands.is_some());
        let point = self.point + proven * self.unclear_point;
        let comma = self.comma + proven * self.unclear_comma;
        let unclear = self.unclear_point + self.unclear_comma > 0;
        match point.cmp(&comma) {
            Ordering::Less => Ok(DecimalMark::Comma),
            Ordering::Equal if point > 0 => Err(AmountAmbiguity::Mixed),
            Ordering::Equal if unclear => Err(AmountAmbiguity::Mark),
            Ordering::Greater | Ordering::Equal => Ok(DecimalMark::Point),
        }
    }

    /// Returns the currency of most cells with its votes, and the votes of the next. Cells without a currency vote for
    /// none, and win a tie; ties of currencies go to the first by name.
    fn currency_votes(&self) -> ((Option<Currency>, u64), u64) {
        let named: u64 = self.currencies.iter().map(|entry| entry.1).sum();
        let mut first = (None, self.amounts - named);
        let mut second = 0;
        for (currency, count) in &self.currencies {
            if *count > first.1 {
                second = first.1;
                first = (Some(*currency), *count);
            } else {
                second = second.max(*count);
            }
        }
        (first, second)
    }
}

/// Whether votes are unanimous, or lead by so many that the rest of the column hardly matters.
const fn decisive(votes: u64, others: u64) -> bool {
    votes > 0 && (others == 0 || votes >= others + DECISIVE)
}

/// Whether the cell is written as an amount, be it out of range.
const fn is_amount(value: std::result::Result<Decimal, AmountFault>) -> bool {
    !matches!(value, Err(AmountFault::Unreadable))
}

/// Returns the size of an amount; what is too large or too precise has the largest or none.
const fn size(value: std::result::Result<Decimal, AmountFault>) -> u128 {
    match value {
        Ok(value) => value.0.unsigned_abs(),
        Err(AmountFault::OutOfRange) => u128::MAX,
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{AmountAmbiguity, AmountEvidence, AmountFlags, AmountFormat, DecimalMark, Thousands};
    use crate::error::ErrorKind;

    fn observed(cells: &[&str]) -> AmountEvidence {
        let mut evidence = AmountEvidence::new();
        for cell in cells {
            evidence.observe(cell.as_bytes());
        }
        evidence
    }

    fn told(cells: &[&str], decimal: Option<&str>, thousands: Option<&str>) -> Result<AmountFormat, AmountAmbiguity> {
        let flags = AmountFlags::new(decimal, thousands).unwrap();
        let decided = observed(cells).decide(flags);
        for split in 0..=cells.len() {
            let (early, late) = cells.split_at(split);
            let mut merged = observed(late);
            merged.merge(&observed(early));
            assert_eq!(merged.decide(flags), decided, "split at {split}");
        }
        decided
    }

    fn mark(cells: &[&str]) -> Result<DecimalMark, AmountAmbiguity> {
        told(cells, None, None).map(|format| format.decimal)
    }

    fn currency(cells: &[&str]) -> Option<&'static str> {
        told(cells, None, None).unwrap().currency.map(super::Currency::name)
    }

    #[test]
    fn one_cell_can_prove_the_mark() {
        for cell in [
            "12.5",
            "1054.00",
            "1,234.56",
            "1,234,567",
            "1054.123",
            "0.125",
            ".5",
            "1.234E3",
            "1 234.567",
            "12.3456",
            "$0.500",
        ] {
            assert_eq!(mark(&["7", "1,137", "1.137", cell]), Ok(DecimalMark::Point), "{cell}");
        }
        for cell in ["12,5", "1054,00", "1.234,56", "1.234.567", "1054,123", "0,125", "1.234,567", "1 234,5 €"] {
            assert_eq!(mark(&["7", "1,137", "1.137", cell]), Ok(DecimalMark::Comma), "{cell}");
        }
    }

    #[test]
    fn counts_are_whole() {
        let counted = |cells: &[&str]| observed(cells).decide_whole(AmountFlags::default()).map(|told| told.decimal);
        assert_eq!(counted(&["1,137", "12"]), Ok(DecimalMark::Point));
        assert_eq!(counted(&["1.137", "12"]), Ok(DecimalMark::Comma));
        assert_eq!(counted(&["1.137", "1,137"]), Err(AmountAmbiguity::Mark));
        assert_eq!(counted(&["1.5", "1,137"]), Ok(DecimalMark::Point));
        assert_eq!(counted(&["12", "7"]), Ok(DecimalMark::Point));
    }

    #[test]
    fn integers_do_not_matter() {
        for cells in [&[][..], &["", "12"], &["12", "1 234", "1'234", "1e5", "-7", "$3"], &["junk", "12%"]] {
            assert_eq!(mark(cells), Ok(DecimalMark::Point));
        }
    }

    #[test]
    fn three_digits_after_every_mark_are_ambiguous() {
        assert_eq!(mark(&["1,137", "1,000"]), Err(AmountAmbiguity::Mark));
        assert_eq!(mark(&["1.137", "12"]), Err(AmountAmbiguity::Mark));
        assert_eq!(mark(&["$1,137", "123,456"]), Err(AmountAmbiguity::Mark));
        assert_eq!(AmountAmbiguity::Mark.flag(), "--decimal");
        assert_eq!(mark(&["12.5", "12,5"]), Err(AmountAmbiguity::Mixed));
        assert_eq!(mark(&["12.5", "12,5", "1,5"]), Ok(DecimalMark::Comma));
    }

    #[test]
    fn flags_settle_the_mark() {
        let decided = |decimal, thousands| told(&["1,137"], decimal, thousands).map(|format| format.decimal);
        assert_eq!(decided(None, Some(",")), Ok(DecimalMark::Point));
        assert_eq!(decided(Some(","), None), Ok(DecimalMark::Comma));
        assert_eq!(decided(Some("."), None), Ok(DecimalMark::Point));
        assert_eq!(decided(None, Some("space")), Ok(DecimalMark::Comma));
        assert_eq!(told(&["1.137"], None, Some("'")).unwrap().decimal, DecimalMark::Point);
        assert_eq!(told(&["1.137"], None, Some("'")).unwrap().thousands, Some(Thousands::Apostrophe));
    }

    #[test]
    fn flags_are_checked() {
        for (decimal, thousands) in
            [(Some(","), Some(",")), (Some("."), Some(".")), (Some(";"), None), (None, Some("x"))]
        {
            assert_eq!(AmountFlags::new(decimal, thousands).unwrap_err().kind, ErrorKind::Usage);
        }
        assert!(AmountFlags::new(Some(","), Some(".")).is_ok());
        assert!(AmountFlags::new(Some(","), Some(" ")).is_ok());
    }

    #[test]
    fn the_currency_is_that_of_most_cells() {
        assert_eq!(currency(&["$1.50", "$2.50", "3.50 EUR"]), Some("$"));
        assert_eq!(currency(&["$1.50", "$2.50", "3.50"]), Some("$"));
        assert_eq!(currency(&["12.50 EUR", "£9.99", "3.50", "4.50", "1"]), None);
        assert_eq!(currency(&["12.50 EUR", "3.50"]), None);
        assert_eq!(currency(&["junk EUR", "3.50"]), None);
        assert_eq!(currency(&["€1", "2 EUR", "£3"]), Some("EUR"));
        assert_eq!(currency(&[]), None);
    }

    #[test]
    fn many_cells_of_one_kind_settle() {
        let mut evidence = observed(&["12.50"]);
        assert!(!evidence.settled());
        for _ in 0..255 {
            evidence.observe(b"7");
        }
        assert!(evidence.settled());
        let mut unclear = AmountEvidence::new();
        for _ in 0..300 {
            unclear.observe(b"1,137");
        }
        assert!(!unclear.settled());
        assert!(unclear.settled_with(AmountFlags::new(None, Some(",")).unwrap()));
        let mut mixed = AmountEvidence::new();
        for _ in 0..300 {
            mixed.observe(b"$1.50");
            mixed.observe(b"1.50");
        }
        assert!(!mixed.settled());
    }
}
