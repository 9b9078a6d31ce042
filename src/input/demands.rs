//! What some kinds of sources demand of a cell beyond its format: an end after the start, a word that is known, a number
//! that is there. What breaks a demand is a reject, for every command that needs the cell.

use super::typed::Cell;
use super::values::{SourceZone, TimeColumn, clean};
use crate::model::decimal::Decimal;
use crate::model::time::{Micros, NO_TIME};

const ENDS_BEFORE_START: &str = "ends before it starts";
const EMPTY_NUMBER: &str = "empty number";
const NEGATIVE_NUMBER: &str = "negative number";

/// Returns the first moment after the end: of the day, where the cell is a date. [`NO_TIME`] without an end.
///
/// # Errors
/// The end lies before the start.
pub fn over(start: Micros, end: Micros, cell: Cell<'_>, column: Option<&TimeColumn>) -> Result<Micros, &'static str> {
    if end == NO_TIME {
        return Ok(NO_TIME);
    }
    let date_only = match cell {
        Cell::Time { date_only, .. } => date_only,
        Cell::Text(text) => column.is_some_and(|column| column.parse(clean(text)).is_ok_and(|time| time.date_only)),
        Cell::Null => false,
    };
    let zone = column.map_or(SourceZone::Utc, |column| column.zone);
    let over = if date_only { zone.next_day(end) } else { end };
    // The day after the last one paid is later than the first one paid.
    let reversed = if date_only { over <= start } else { over < start };
    if start != NO_TIME && reversed { Err(ENDS_BEFORE_START) } else { Ok(over) }
}

/// Returns the code of a word that is no null.
pub fn word(text: &[u8], read: fn(&str) -> Option<u32>) -> Option<u32> {
    std::str::from_utf8(text).ok().and_then(read)
}

/// Returns a number that must be there.
///
/// # Errors
/// It is not, or it is negative.
pub fn quantity(number: Option<Decimal>) -> Result<Decimal, &'static str> {
    match number {
        None => Err(EMPTY_NUMBER),
        Some(number) if number < Decimal::ZERO => Err(NEGATIVE_NUMBER),
        Some(number) => Ok(number),
    }
}

#[cfg(test)]
mod tests {
    use super::{over, quantity, word};
    use crate::input::typed::Cell;
    use crate::input::values::{SourceZone, TimeColumn, TimeFormat};
    use crate::model::decimal::Decimal;
    use crate::model::time::{MICROS_PER_DAY, NO_TIME};

    const HOUR: i64 = MICROS_PER_DAY / 24;

    #[test]
    fn a_date_lasts_to_the_end_of_its_day_and_a_time_does_not() {
        let column = TimeColumn::new(TimeFormat::Iso, SourceZone::Utc);
        let day = 19_800 * MICROS_PER_DAY;
        assert_eq!(over(day, day, Cell::Text(b"2024-03-18"), Some(&column)), Ok(day + MICROS_PER_DAY));
        assert_eq!(over(day, day, Cell::Text(b"2024-03-18 00:00:00"), Some(&column)), Ok(day));
        assert!(over(day + MICROS_PER_DAY, day, Cell::Text(b"2024-03-18"), Some(&column)).is_err(), "the day before");
        assert_eq!(over(day, NO_TIME, Cell::Null, Some(&column)), Ok(NO_TIME));
        // A start with a clock, on the day that the end names.
        assert!(over(day + 9 * HOUR, day, Cell::Text(b"2024-03-18"), Some(&column)).is_ok());
        assert!(over(day + 9 * HOUR, day, Cell::Text(b"2024-03-18 00:00"), Some(&column)).is_err());
    }

    #[test]
    fn a_day_is_as_long_as_its_zone_makes_it() {
        // Paris lost an hour on 2024-03-31: midnight was 23:00 UTC, the next one 22:00 UTC.
        let zone = SourceZone::from_name("Europe/Paris").unwrap();
        let midnight = 19_813 * MICROS_PER_DAY - HOUR;
        assert_eq!(zone.next_day(midnight), midnight + 23 * HOUR);
        assert_eq!(SourceZone::Utc.next_day(0), MICROS_PER_DAY);
    }

    #[test]
    fn numbers_must_be_there_and_words_known() {
        assert!(quantity(None).is_err() && quantity(Some(Decimal(-1))).is_err());
        assert_eq!(quantity(Some(Decimal::ZERO)), Ok(Decimal::ZERO));
        let read = |text: &str| (text == "yes").then_some(1);
        assert_eq!((word(b"yes", read), word(b"no", read), word(b"\xff", read)), (Some(1), None, None));
    }
}
