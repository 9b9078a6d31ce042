//! JSON strings: where one ends, whether it is sound, and what it says.

use super::reason;

const ONES: u64 = u64::MAX / 255;
const HIGH: u64 = ONES * 0x80;

/// Length of the stretch at the beginning of `bytes` without quote, backslash and control character.
#[inline]
pub(super) fn plain_run(bytes: &[u8]) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return index * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let plain = tail.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
    bytes.len() - tail.len() + plain.unwrap_or(tail.len())
}

/// Marks the bytes that end a plain run by their high bits; marks above the lowest one may be wrong.
#[inline]
const fn special(word: u64) -> u64 {
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let quote = quote.wrapping_sub(ONES) & !quote;
    let backslash = backslash.wrapping_sub(ONES) & !backslash;
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (quote | backslash | control) & HIGH
}

/// A sound string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Measured {
    /// Number of bytes before the closing quote.
    pub(super) length: usize,
    pub(super) escaped: bool,
}

/// Measures the string whose opening quote is right before `bytes`.
#[inline]
pub(super) fn measure(bytes: &[u8]) -> Result<Measured, &'static str> {
    let length = plain_run(bytes);
    match bytes.get(length) {
        Some(b'"') => Ok(Measured { length, escaped: false }),
        _ => measure_escaped(bytes, length),
    }
}

fn measure_escaped(bytes: &[u8], mut at: usize) -> Result<Measured, &'static str> {
    let mut escaped = false;
    loop {
        at += plain_run(bytes.get(at..).unwrap_or_default());
        match bytes.get(at) {
            Some(b'"') => return Ok(Measured { length: at, escaped }),
            Some(b'\\') => at += escape(bytes.get(at..).unwrap_or_default())?.1,
            Some(_) => return Err(reason::CONTROL_CHARACTER),
            None => return Err(reason::CUT),
        }
        escaped = true;
    }
}

/// Reads the escape at the beginning of `bytes`: the character it means, and its length.
fn escape(bytes: &[u8]) -> Result<(char, usize), &'static str> {
    let plain = match bytes.get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(bytes),
        Some(_) => return Err(reason::INVALID_ESCAPE),
        None => return Err(reason::CUT),
    };
    Ok((plain, 2))
}

fn unicode_escape(bytes: &[u8]) -> Result<(char, usize), &'static str> {
    let first = hexadecimal(bytes, 2)?;
    let (code, length) = match first {
        0 => return Err(reason::NUL),
        0xd800..0xdc00 => {
            if bytes.get(6..8) != Some(b"\\u") {
                return Err(reason::LONE_SURROGATE);
            }
            match hexadecimal(bytes, 8)? {
                second @ 0xdc00..0xe000 => (0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00), 12),
                _ => return Err(reason::LONE_SURROGATE),
            }
        }
        code => (code, 6),
    };
    char::from_u32(code).map(|character| (character, length)).ok_or(reason::LONE_SURROGATE)
}

fn hexadecimal(bytes: &[u8], from: usize) -> Result<u32, &'static str> {
    let digits = bytes.get(from..from + 4).ok_or(reason::CUT)?;
    digits.iter().try_fold(0, |code, digit| {
        let digit = char::from(*digit).to_digit(16).ok_or(reason::INVALID_ESCAPE)?;
        Ok(code << 4 | digit)
    })
}

/// Appends what a sound string says.
pub(super) fn unescape(raw: &[u8], output: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (plain, tail) = rest.split_at(at);
        output.extend_from_slice(plain);
        // The string was measured before, so that every escape is sound.
        let Ok((character, length)) = escape(tail) else { break };
        output.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        rest = tail.get(length..).unwrap_or_default();
    }
    output.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::{Measured, measure, plain_run, reason, unescape};

    #[test]
    fn a_plain_run_ends_at_each_special_byte_and_at_no_other() {
        for position in 0..20 {
            for byte in 0..=u8::MAX {
                for filler in [b'a', 0x7f, 0x80, 0xff, b'!', b'#', b' '] {
                    let mut bytes = [filler; 20];
                    bytes[position] = byte;
                    let special = byte == b'"' || byte == b'\\' || byte < 0x20;
                    assert_eq!(plain_run(&bytes), if special { position } else { 20 });
                }
            }
        }
    }

    #[test]
    fn escapes_are_those_of_the_standard() {
        let text = br#"\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00 plain""#;
        let measured = measure(text).unwrap();
        assert_eq!(measured, Measured { length: text.len() - 1, escaped: true });
        let mut said = Vec::new();
        unescape(&text[..measured.length], &mut said);
        assert_eq!(String::from_utf8(said).unwrap(), "\"\\/\u{8}\u{c}\n\r\tA\u{e9}\u{20ac}\u{1f600} plain");
    }

    #[test]
    fn damage_has_a_reason() {
        for (text, expected) in [
            (&br"abc"[..], reason::CUT),
            (br"\", reason::CUT),
            (br"\u12", reason::CUT),
            (br#"\x""#, reason::INVALID_ESCAPE),
            (br#"\u12g4""#, reason::INVALID_ESCAPE),
            (br#"\ud800""#, reason::LONE_SURROGATE),
            (br#"\ud800\n""#, reason::LONE_SURROGATE),
            (br#"\ud800\u0041""#, reason::LONE_SURROGATE),
            (br#"\udc00""#, reason::LONE_SURROGATE),
            (br#"\u0000""#, reason::NUL),
            (b"a\tb\"", reason::CONTROL_CHARACTER),
            (b"a\0\"", reason::CONTROL_CHARACTER),
        ] {
            assert_eq!(measure(text), Err(expected), "{}", text.escape_ascii());
        }
    }
}
