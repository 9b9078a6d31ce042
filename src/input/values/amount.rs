//! Amounts as exact decimals: sign, currency, thousands marks, decimal mark, exponent; nothing is rounded.

use super::currency::Currency;
use super::shortened::{multiplied, without_size};
use super::text::NullWords;
use crate::model::decimal::Decimal;
use std::fmt;

/// The mark between whole and part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecimalMark {
    Point,
    Comma,
}

impl DecimalMark {
    const fn byte(self) -> u8 {
        match self {
            Self::Point => b'.',
            Self::Comma => b',',
        }
    }

    /// Returns the mark of `--decimal`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "." => Some(Self::Point),
            "," => Some(Self::Comma),
            _ => None,
        }
    }
}

/// The mark between groups of three digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thousands {
    Comma,
    Point,
    /// A space, U+00A0 or U+202F.
    Space,
    /// `'` or U+2019.
    Apostrophe,
}

impl Thousands {
    /// Returns the mark of `--thousands`, given as the character or as `space` or `apostrophe`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "space" => return Some(Self::Space),
            "apostrophe" => return Some(Self::Apostrophe),
            _ => {}
        }
        let (mark, length) = Self::read(name.as_bytes())?;
        (length == name.len()).then_some(mark)
    }

    /// Reads the mark that comes next, with its length in bytes.
    fn read(text: &[u8]) -> Option<(Self, usize)> {
        match text {
            [b',', ..] => Some((Self::Comma, 1)),
            [b'.', ..] => Some((Self::Point, 1)),
            [b' ', ..] => Some((Self::Space, 1)),
            [b'\'', ..] => Some((Self::Apostrophe, 1)),
            [0xc2, 0xa0, ..] => Some((Self::Space, 2)),
            [0xe2, 0x80, 0xaf, ..] => Some((Self::Space, 3)),
            [0xe2, 0x80, 0x99, ..] => Some((Self::Apostrophe, 3)),
            _ => None,
        }
    }
}

/// How the amounts of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountFormat {
    pub decimal: DecimalMark,
    /// The only thousands mark, if one was told; else every mark that is not the decimal mark.
    pub thousands: Option<Thousands>,
    /// The column's currency. Cells without one are of it; without it no cell may name one.
    pub currency: Option<Currency>,
}

impl fmt::Display for AmountFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.decimal {
            DecimalMark::Point => "decimal point",
            DecimalMark::Comma => "decimal comma",
        })?;
        self.currency.map_or(Ok(()), |currency| write!(formatter, ", {currency}"))
    }
}

/// Why a cell is no amount. The cell itself is never part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AmountFault {
    /// Not written as an amount: `(12.50)`, `12 %`, `0x1F`, NaN, infinity, digits beyond ASCII, unsound groups.
    Unreadable,
    /// Names another currency than the column's.
    OtherCurrency,
    /// More than 18 decimal places.
    TooPrecise,
    /// Beyond 10^15.
    OutOfRange,
}

impl AmountFault {
    /// Returns the reason for the list of rejects.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Unreadable => "not an amount in the column's format",
            Self::OtherCurrency => "an amount in another currency than the column's",
            Self::TooPrecise => "an amount with more than 18 decimal places",
            Self::OutOfRange => "an amount beyond 10^15",
        }
    }
}

impl fmt::Display for AmountFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.reason())
    }
}

/// How the amounts of one column are read.
#[derive(Debug, Clone)]
pub struct AmountColumn {
    pub format: AmountFormat,
    pub nulls: NullWords,
    /// Whether `1.5K`, `2M` and `3B` are amounts.
    pub shortened: bool,
}

impl AmountColumn {
    /// Takes the default null words.
    #[must_use]
    pub fn new(format: AmountFormat) -> Self {
        Self { format, nulls: NullWords::default(), shortened: false }
    }

    /// Takes the null words of a source.
    #[must_use]
    pub fn with_nulls(self, nulls: NullWords) -> Self {
        Self { nulls, ..self }
    }

    /// Takes shortened amounts too, where the vendor writes them.
    #[must_use]
    pub fn with_shortened(self, shortened: bool) -> Self {
        Self { shortened, ..self }
    }

    /// Reads a trimmed cell; an empty cell or a null word has no amount.
    ///
    /// # Errors
    /// Says why the cell is no amount in this column; `nan` is none unless `--null` names it.
    pub fn parse(&self, cell: &[u8]) -> Result<Option<Decimal>, AmountFault> {
        if self.nulls.is_null(cell) {
            return if self.nulls.is_failed_number(cell) { Err(AmountFault::Unreadable) } else { Ok(None) };
        }
        let (cell, times) = if self.shortened { without_size(cell) } else { (cell, 1) };
        let parts = Parts::of(cell);
        let value = parts.value(self.format.decimal, self.format.thousands)?;
        let value = if times == 1 { value } else { multiplied(value, times)? };
        match parts.currency {
            Some(named) if Some(named) != self.format.currency => Err(AmountFault::OtherCurrency),
            _ => Ok(Some(value)),
        }
    }
}

/// A cell without its sign and currency.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts<'a> {
    negative: bool,
    pub currency: Option<Currency>,
    number: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(super) fn of(cell: &'a [u8]) -> Self {
        let mut number = cell;
        let mut sign = eat_sign(&mut number);
        let mut currency = None;
        if !starts_number(number)
            && let Some((found, rest)) = Currency::in_front(number)
        {
            currency = Some(found);
            number = without_leading_space(rest);
            sign = sign.or_else(|| eat_sign(&mut number));
        }
        if currency.is_none()
            && !number.last().is_some_and(u8::is_ascii_digit)
            && let Some((found, rest)) = Currency::behind(number)
        {
            currency = Some(found);
            number = without_trailing_space(rest);
        }
        Self { negative: sign == Some(true), currency, number }
    }

    pub(super) fn value(self, decimal: DecimalMark, thousands: Option<Thousands>) -> Result<Decimal, AmountFault> {
        let magnitude = match plain_magnitude(self.number, decimal) {
            Some(magnitude) => magnitude,
            None => magnitude(self.number, decimal, thousands)?,
        };
        Ok(Decimal(if self.negative { -magnitude } else { magnitude }))
    }
}

fn starts_number(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}

/// Reads `-` (true) or `+` (false).
fn eat_sign(text: &mut &[u8]) -> Option<bool> {
    let (first, rest) = text.split_first()?;
    let negative = match first {
        b'-' => true,
        b'+' => false,
        _ => return None,
    };
    *text = rest;
    Some(negative)
}

fn without_leading_space(mut text: &[u8]) -> &[u8] {
    while let Some((Thousands::Space, length)) = Thousands::read(text) {
        text = &text[length..];
    }
    text
}

fn without_trailing_space(mut text: &[u8]) -> &[u8] {
    const SPACES: [&[u8]; 3] = [b" ", "\u{a0}".as_bytes(), "\u{202f}".as_bytes()];
    while let Some(rest) = SPACES.iter().find_map(|space| text.strip_suffix(*space)) {
        text = rest;
    }
    text
}

/// Reads `123` and `123.45` of at most 15 digits, which most amounts are; anything else is left to the general way.
#[inline]
fn plain_magnitude(text: &[u8], decimal: DecimalMark) -> Option<i128> {
    const MOST: usize = 15;
    const POWERS: [u64; MOST + 1] = {
        let mut powers = [1; MOST + 1];
        let mut place = 1;
        while place <= MOST {
            powers[place] = powers[place - 1] * 10;
            place += 1;
        }
        powers
    };
    if text.len() > MOST + 1 {
        return None;
    }
    let mut value = 0_u64;
    let mut mark = None;
    for (place, byte) in text.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            value = value * 10 + u64::from(digit);
        } else if *byte == decimal.byte() && mark.is_none() {
            mark = Some(place);
        } else {
            return None;
        }
    }
    let places = mark.map_or(0, |place| text.len() - place - 1);
    if !text.last()?.is_ascii_digit() {
        return None;
    }
    // At most 10^16 with no places: the product stays below 2^127, and the range is checked as for every number.
    let one = i128::from(10_u64.pow(Decimal::SCALE) / POWERS.get(places)?);
    Some(i128::from(value) * one).filter(|value| *value <= Decimal::LARGEST_CELL)
}

/// Returns a number without sign as a whole number of 10^-18.
fn magnitude(text: &[u8], decimal: DecimalMark, thousands: Option<Thousands>) -> Result<i128, AmountFault> {
    let mut digits = Significand::default();
    let mut rest = text;
    let grouped = read_whole(&mut rest, &mut digits, decimal, thousands).ok_or(AmountFault::Unreadable)?;
    if rest.first() == Some(&decimal.byte()) {
        rest = &rest[1..];
        let places = digits.push_all(&mut rest);
        if places == 0 {
            return Err(AmountFault::Unreadable);
        }
        digits.places = i64::try_from(places).unwrap_or(i64::MAX);
    } else if rest.len() == text.len() {
        return Err(AmountFault::Unreadable);
    }
    let exponent = match rest {
        [] => 0,
        [b'e' | b'E', exponent @ ..] if !grouped => read_exponent(exponent).ok_or(AmountFault::Unreadable)?,
        _ => return Err(AmountFault::Unreadable),
    };
    digits.scaled(exponent)
}

/// Reads the digits before the decimal mark and returns whether there were thousands marks among them; nothing where
/// the groups are unsound: every group has three digits, the first one to three and no zero in front.
fn read_whole(
    rest: &mut &[u8],
    digits: &mut Significand,
    decimal: DecimalMark,
    thousands: Option<Thousands>,
) -> Option<bool> {
    let first = rest.first().copied();
    let mut length = digits.push_all(rest);
    let mut used = None;
    while let Some((mark, width)) = Thousands::read(rest) {
        if rest[0] == decimal.byte() {
            break;
        }
        let allowed = thousands.is_none_or(|told| told == mark) && used.is_none_or(|used| used == mark);
        let sound = if used.is_none() { (1..=3).contains(&length) && first != Some(b'0') } else { length == 3 };
        if !allowed || !sound {
            return None;
        }
        used = Some(mark);
        *rest = &rest[width..];
        length = digits.push_all(rest);
    }
    (used.is_none() || length == 3).then_some(used.is_some())
}

fn read_exponent(text: &[u8]) -> Option<i64> {
    let mut digits = text;
    let negative = eat_sign(&mut digits) == Some(true);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits.iter().fold(0_i64, |size, digit| (size * 10 + i64::from(digit - b'0')).min(1_000_000_000));
    Some(if negative { -size } else { size })
}

/// The digits of a number without the zeros at either end.
#[derive(Debug, Default)]
struct Significand {
    value: u128,
    /// Digits in `value`; counted on, where `value` would overflow.
    length: u32,
    /// Zeros read after the last other digit.
    zeros: u32,
    /// Digits read after the decimal mark.
    places: i64,
}

impl Significand {
    /// The most digits that a 128-bit number always holds.
    const MOST: u32 = 38;

    /// Reads all digits that come next and returns how many.
    fn push_all(&mut self, rest: &mut &[u8]) -> usize {
        let mut length = 0;
        while let Some(byte) = rest.get(length).filter(|byte| byte.is_ascii_digit()) {
            self.push(byte - b'0');
            length += 1;
        }
        *rest = &rest[length..];
        length
    }

    fn push(&mut self, digit: u8) {
        if digit == 0 {
            self.zeros += u32::from(self.length > 0);
            return;
        }
        let added = self.zeros + 1;
        self.length = self.length.saturating_add(added);
        self.zeros = 0;
        if self.length <= Self::MOST {
            self.value = self.value * 10_u128.pow(added) + u128::from(digit);
        }
    }

    /// Returns the number times 10^18 and 10^exponent, if that is whole and in range.
    fn scaled(&self, exponent: i64) -> Result<i128, AmountFault> {
        if self.length == 0 {
            return Ok(0);
        }
        let power = exponent + i64::from(self.zeros) - self.places;
        // 10^15 has sixteen digits.
        if i64::from(self.length) + power > 16 {
            return Err(AmountFault::OutOfRange);
        }
        let power = power + i64::from(Decimal::SCALE);
        if self.length > Self::MOST || power < 0 {
            return Err(AmountFault::TooPrecise);
        }
        let factor = u32::try_from(power).ok().and_then(|power| 10_i128.checked_pow(power));
        let value = i128::try_from(self.value).ok().zip(factor).and_then(|(value, factor)| value.checked_mul(factor));
        value.filter(|value| *value <= Decimal::LARGEST_CELL).ok_or(AmountFault::OutOfRange)
    }
}
