//! Names of time zones, as the IANA data base has them.

use super::{Invalid, Parsed};
use crate::args::nearest::nearest;
use chrono_tz::{TZ_VARIANTS, Tz};

/// Parses `Europe/Paris` or `UTC`.
///
/// # Errors
/// An unknown name; the hint is the nearest one, if any is near.
pub fn zone(text: &str) -> Parsed<Tz> {
    let name = text.trim();
    name.parse::<Tz>().map_err(|_| {
        let hint = match meant(name) {
            Some(name) => format!("did you mean {name}?"),
            None => "zones have names like Europe/Paris or UTC".to_owned(),
        };
        Invalid::new(format!("unknown time zone `{name}`")).with_hint(hint)
    })
}

/// Tries the same name in another case, then the city alone, then a misspelling of either.
fn meant(name: &str) -> Option<&'static str> {
    let names = || TZ_VARIANTS.iter().map(|zone| zone.name());
    let city = |zone: &'static str| zone.rsplit('/').next().unwrap_or(zone);
    let plain = name.replace(' ', "_");
    names()
        .find(|zone| zone.eq_ignore_ascii_case(&plain))
        .or_else(|| names().find(|zone| city(zone).eq_ignore_ascii_case(&plain)))
        .or_else(|| nearest(&plain, names()))
        .or_else(|| {
            let city_meant = nearest(&plain, names().map(city))?;
            names().find(|zone| city(zone) == city_meant)
        })
}

#[cfg(test)]
mod tests {
    use super::zone;

    fn hint(text: &str) -> String {
        zone(text).unwrap_err().hint.unwrap_or_default()
    }

    #[test]
    fn reads_names() {
        assert_eq!(zone("Europe/Paris"), Ok(chrono_tz::Europe::Paris));
        assert_eq!(zone("UTC"), Ok(chrono_tz::UTC));
    }

    #[test]
    fn answers_a_misspelt_name_with_the_nearest() {
        assert_eq!(hint("Europe/Pariss"), "did you mean Europe/Paris?");
        assert_eq!(hint("europe/paris"), "did you mean Europe/Paris?");
        assert_eq!(hint("Paris"), "did you mean Europe/Paris?");
        assert_eq!(hint("new york"), "did you mean America/New_York?");
        assert_eq!(hint("Berlni"), "did you mean Europe/Berlin?");
        assert_eq!(hint("+02:00"), "zones have names like Europe/Paris or UTC");
    }
}
