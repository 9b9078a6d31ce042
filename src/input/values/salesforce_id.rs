//! Ids of Salesforce: 15 characters, or 18 whose last three say which of the others are capitals.

/// What tells the three last characters: bit i of a group of five is set where its character i is a capital.
/// (Salesforce documents it as the case-safe id.)
const SUFFIXES: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// Returns the first 15 characters of an id of 18 whose last three fit them; any other id stays as it is.
///
/// Without the check two other ids that differ in their last three characters would become one.
#[must_use]
pub fn short_id(id: &[u8]) -> &[u8] {
    let Some((short, suffix)) = id.split_last_chunk::<3>() else { return id };
    if short.len() != 15 || !short.iter().all(u8::is_ascii_alphanumeric) {
        return id;
    }
    let fits = short.chunks(5).zip(suffix).all(|(group, check)| {
        let capitals =
            group.iter().rev().fold(0_usize, |bits, byte| bits << 1 | usize::from(byte.is_ascii_uppercase()));
        SUFFIXES.get(capitals).is_some_and(|wanted| wanted.eq_ignore_ascii_case(check))
    });
    if fits { short } else { id }
}

#[cfg(test)]
mod tests {
    use super::short_id;

    /// The first is the example of Salesforce's documentation. In the last, `AbCdE` has capitals at 0, 2 and 4: bits
    /// 1 + 4 + 16 = 21 = `V`; the groups before it have none, or `e0000`, which is none either.
    #[test]
    fn long_ids_become_short_ones() {
        for (long, short) in [
            ("001D000000IRFmaIAH", "001D000000IRFma"),
            ("00590000000sJ4bAAE", "00590000000sJ4b"),
            ("0065e00000AbCdEAAV", "0065e00000AbCdE"),
        ] {
            assert_eq!(short_id(long.as_bytes()), short.as_bytes(), "{long}");
        }
    }

    #[test]
    fn other_ids_stay() {
        for id in ["", "006", "001D000000IRFma", "001D000000IRFmaIAB", "006000000000000001", "0123-567890123AAA"] {
            assert_eq!(short_id(id.as_bytes()), id.as_bytes());
        }
    }
}
