//! Reads the names of the columns from one physical line.
//!
//! A header decides what every cell means, so that nothing about it is repaired: what is not sound is an error.

use super::dialect::Dialect;
use super::fields::escapes;

/// Most columns that a record may have.
pub(super) const MOST_COLUMNS: usize = 65_536;

/// Splits a header line (without its line end) into trimmed names.
///
/// # Errors
/// Says what is wrong with it.
pub(super) fn names(line: &[u8], dialect: &Dialect) -> Result<Vec<String>, &'static str> {
    let mut names = Vec::new();
    let mut rest = line;
    loop {
        let (name, behind) = match dialect.quote.filter(|quote| rest.first() == Some(quote)) {
            Some(quote) => quoted(&rest[1..], quote, dialect)?,
            None => unquoted(rest, dialect)?,
        };
        names.push(decoded(&name, dialect)?);
        if names.len() > MOST_COLUMNS {
            return Err("more than 65,536 columns");
        }
        match behind.strip_prefix(dialect.delimiter.as_slice()) {
            Some(next) => rest = next,
            None => return Ok(names),
        }
    }
}

/// A name and what follows it: a delimiter or nothing.
type NameAndRest<'t> = (Vec<u8>, &'t [u8]);

fn unquoted<'t>(text: &'t [u8], dialect: &Dialect) -> Result<NameAndRest<'t>, &'static str> {
    let mut name = Vec::new();
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        if rest.starts_with(&dialect.delimiter) {
            break;
        }
        if Some(byte) == dialect.quote {
            return Err("a quote inside an unquoted name");
        }
        let escaped = Some(byte) == dialect.escape && escapes(tail, false, dialect);
        let length = match (escaped, tail.starts_with(&dialect.delimiter)) {
            (true, true) => dialect.delimiter.len(),
            _ => 1,
        };
        let kept = if escaped { tail } else { rest };
        name.extend_from_slice(&kept[..length]);
        rest = &kept[length..];
    }
    Ok((name, rest))
}

fn quoted<'t>(text: &'t [u8], quote: u8, dialect: &Dialect) -> Result<NameAndRest<'t>, &'static str> {
    let mut name = Vec::new();
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        let doubled = byte == quote && tail.first() == Some(&quote);
        let escaped = Some(byte) == dialect.escape && escapes(tail, true, dialect);
        if doubled || escaped {
            name.extend_from_slice(&tail[..1]);
            rest = &tail[1..];
        } else if byte == quote {
            let sound = tail.is_empty() || tail.starts_with(&dialect.delimiter);
            return if sound { Ok((name, tail)) } else { Err("text after a closing quote") };
        } else {
            name.push(byte);
            rest = tail;
        }
    }
    Err("a quote is not closed on its line")
}

fn decoded(name: &[u8], dialect: &Dialect) -> Result<String, &'static str> {
    let name = dialect.encoding.decode(name).ok_or("text that is not valid in the encoding of the file")?;
    let name = name.trim();
    if name.chars().any(char::is_control) {
        return Err("a control character in a name");
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::dialect::{Dialect, Terminator};
    use super::names;
    use crate::input::bytes::TextEncoding;

    fn dialect(delimiter: &str, encoding: TextEncoding) -> Dialect {
        let (delimiter, terminator) = (delimiter.as_bytes().to_vec(), Terminator::Lf);
        Dialect { delimiter, quote: Some(b'"'), escape: None, comment: None, terminator, encoding }
    }

    #[test]
    fn names_are_unquoted_decoded_and_trimmed() {
        let utf8 = dialect(",", TextEncoding::Utf8 { certain: true });
        let line = "id\u{a0}, event ,\"Date entered \"\"Won, lost\"\"\",";
        assert_eq!(names(line.as_bytes(), &utf8).unwrap(), ["id", "event", "Date entered \"Won, lost\"", ""]);
        let western = dialect("||", TextEncoding::WINDOWS_1252);
        assert_eq!(names(b"r\xe9gl\xe9||\"a|b\"||c", &western).unwrap(), ["r\u{e9}gl\u{e9}", "a|b", "c"]);
    }

    #[test]
    fn a_name_with_a_zero_width_space_counts_as_it_is() {
        let utf8 = dialect(",", TextEncoding::Utf8 { certain: true });
        assert_eq!(names("\u{200b}id,b".as_bytes(), &utf8).unwrap(), ["\u{200b}id", "b"]);
    }

    #[test]
    fn damage_is_not_repaired() {
        let utf8 = dialect(",", TextEncoding::Utf8 { certain: true });
        for line in [&b"a,b\"c"[..], b"a,\"b", b"a,\"b\"c", b"a,b\0", b"a\x1b[2J,b", b"a,\xe9", b"a\rb,c"] {
            assert!(names(line, &utf8).is_err(), "{line:?}");
        }
    }
}
