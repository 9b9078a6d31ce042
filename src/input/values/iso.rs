//! ISO 8601 as it is found in exports: extended and basic, `T` or a space, and `/` or `.` for `-` in dates whose year
//! comes first.

use super::calendar::{self, Civil};
use super::scanner::Scanner;
use super::time::TimeFault;

/// Reads a cell in any of the spellings.
pub(super) fn parse(cell: &[u8]) -> Result<Civil, TimeFault> {
    let mut scanner = Scanner::new(cell);
    let (date, basic) = date(&mut scanner).ok_or(TimeFault::Unreadable)?;
    if scanner.is_done() {
        return date.map(Civil::date);
    }
    if !(scanner.eat(b'T') || scanner.eat(b't') || scanner.eat_spaces()) {
        return Err(TimeFault::Unreadable);
    }
    let clock = if basic { basic_clock(&mut scanner) } else { None };
    let clock = clock.or_else(|| calendar::clock(&mut scanner).map(|clock| clock.micros));
    let clock = clock.ok_or(TimeFault::Unreadable)?;
    let offset = calendar::offset(&mut scanner)?;
    scanner.finish()?;
    Ok(Civil { day: date?, clock: clock?, offset, date_only: false })
}

/// Reads the date and whether it is basic (`20240113`); the inner result says whether it exists.
fn date(scanner: &mut Scanner) -> Option<(Result<i64, TimeFault>, bool)> {
    let year = scanner.exactly(4)?;
    let separator = scanner.peek()?;
    let basic = separator.is_ascii_digit();
    let (month, day) = if basic {
        (scanner.exactly(2)?, scanner.exactly(2)?)
    } else {
        if !matches!(separator, b'-' | b'/' | b'.') || !scanner.eat(separator) {
            return None;
        }
        let (month, _) = scanner.digits(1, 2)?;
        if !scanner.eat(separator) {
            return None;
        }
        (month, scanner.digits(1, 2)?.0)
    };
    Some((calendar::day_number(year, month, day), basic))
}

/// Reads `hhmm[ss[.fff]]`; nothing where a colon stands in it.
fn basic_clock(scanner: &mut Scanner) -> Option<Result<i64, TimeFault>> {
    let mut ahead = *scanner;
    let (hour, minute) = (ahead.exactly(2)?, ahead.exactly(2)?);
    let second = ahead.exactly(2);
    let micros = if second.is_some() { calendar::fraction(&mut ahead)? } else { 0 };
    *scanner = ahead;
    Some(calendar::clock_micros(hour, minute, second.unwrap_or(0), micros))
}

/// Reads what may follow the seconds at fixed width: a fraction, then `Z` or `±hh:mm`. Returns microseconds and
/// seconds east of UTC.
#[inline]
pub(super) fn tail(bytes: &[u8]) -> Option<(i64, Option<i64>)> {
    match bytes {
        [] => Some((0, None)),
        [b'Z'] => Some((0, Some(0))),
        _ => longer_tail(bytes),
    }
}

fn longer_tail(bytes: &[u8]) -> Option<(i64, Option<i64>)> {
    let mut scanner = Scanner::new(bytes);
    let micros = if scanner.eat(b'.') { scanner.micros()? } else { 0 };
    let offset = calendar::offset(&mut scanner).ok()?;
    scanner.is_done().then_some((micros, offset))
}

/// Returns the day number of `2026-01-01`; years out of range are left to the general way.
#[inline]
pub(super) fn fixed_date(date: [u8; 10]) -> Option<i64> {
    let [year_month @ .., ten, one] = date;
    let digits = fixed_digits(year_month, *b"0000-00-")?;
    let (ten, one) = (ten.wrapping_sub(b'0'), one.wrapping_sub(b'0'));
    if ten > 9 || one > 9 {
        return None;
    }
    let year = pair(digits, 0) * 100 + pair(digits, 2);
    calendar::day_in_range(year, pair(digits, 5), u32::from(ten) * 10 + u32::from(one))
}

/// Returns the microseconds of `00:00:00`.
#[inline]
pub(super) fn fixed_clock(clock: [u8; 8]) -> Option<i64> {
    let digits = fixed_digits(clock, *b"00:00:00")?;
    calendar::clock_micros(pair(digits, 0), pair(digits, 3), pair(digits, 6), 0).ok()
}

#[inline]
fn pair(digits: [u8; 8], place: usize) -> u32 {
    u32::from(digits[place]) * 10 + u32::from(digits[place + 1])
}

/// Returns the digits of text that has a digit wherever `pattern` has `0`, and else the pattern's own bytes (returned
/// as 0); all eight bytes are checked at once.
#[inline]
fn fixed_digits(text: [u8; 8], pattern: [u8; 8]) -> Option<[u8; 8]> {
    const HIGH_NIBBLES: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    // A right byte leaves its digit, or 0 for a mark. Anything else has a high nibble, or gets one when 6 is added to
    // a digit above 9, or 15 to a mark that is not 0.
    let carry = u64::from_le_bytes(pattern.map(|byte| if byte == b'0' { 6 } else { 15 }));
    let digits = u64::from_le_bytes(text) ^ u64::from_le_bytes(pattern);
    if (digits | ((digits & !HIGH_NIBBLES) + carry)) & HIGH_NIBBLES != 0 {
        return None;
    }
    Some(digits.to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::{fixed_clock, fixed_date};
    use chrono::Datelike;

    /// Every byte in every place, against a plain reading.
    #[test]
    fn the_fixed_clock_accepts_digits_and_colons_only() {
        for place in 0..8 {
            for byte in 0..=255_u8 {
                let mut clock = *b"00:00:00";
                clock[place] = byte;
                let colon = place == 2 || place == 5;
                let limit = if matches!(place, 0) {
                    b'2'
                } else if matches!(place, 3 | 6) {
                    b'5'
                } else {
                    b'9'
                };
                let valid = if colon { byte == b':' } else { (b'0'..=limit).contains(&byte) };
                assert_eq!(fixed_clock(clock).is_some(), valid, "{place} {byte}");
            }
        }
        assert_eq!(fixed_clock(*b"23:59:59"), Some(86_399_000_000));
        assert_eq!(fixed_clock(*b"24:00:00"), None);
    }

    #[test]
    fn the_fixed_date_accepts_digits_and_hyphens_only() {
        for place in 0..10 {
            for byte in 0..=255_u8 {
                let mut date = *b"1971-11-11";
                date[place] = byte;
                let text = std::str::from_utf8(&date).ok();
                let digits = text.filter(|text| !text.contains('+'));
                let day = digits.and_then(|text| chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
                let expected = day.filter(|day| {
                    (1970..2100).contains(&day.year())
                        && !date.iter().any(|byte| byte.is_ascii_whitespace() || *byte == 0x0b)
                });
                let days = expected.map(|day| day.signed_duration_since(chrono::NaiveDate::default()).num_days());
                assert_eq!(fixed_date(date), days, "{place} {byte}");
            }
        }
    }

    #[test]
    fn the_fixed_date_is_checked() {
        assert_eq!(fixed_date(*b"1969-12-31"), None);
        assert_eq!(fixed_date(*b"2100-01-01"), None);
        assert_eq!(fixed_date(*b"2099-12-31"), Some(47_481));
        assert_eq!(fixed_date(*b"1970-01-02"), Some(1));
        assert_eq!(fixed_date(*b"2024-02-30"), None);
        assert_eq!(fixed_date(*b"2024/02/20"), None);
        assert_eq!(fixed_date(*b"2024-0a-20"), None);
    }
}
