//! Reads one field of a record: the part of the judge that knows quotes, escapes and line ends.

use super::cursor::{After, Cursor, Ending, Stop};
use super::dialect::Terminator;
use super::fields::escapes;
use super::judge::{Judge, Kind, Parts};
use super::reason;

impl Judge<'_> {
    /// Reads an unquoted field; returns where it ends and what follows.
    pub(super) fn unquoted(&self, cursor: &mut Cursor<'_>) -> Result<(usize, After), Stop> {
        loop {
            let plain = self.plain_run(cursor.text, cursor.at, cursor.end);
            cursor.at += plain;
            let at = cursor.at;
            let Some(byte) = cursor.byte(at) else {
                return match cursor.ending {
                    Ending::File => Ok((at, After::LineEnd { next: at })),
                    _ => Err(cursor.stop(reason::TOO_LONG)),
                };
            };
            match self.kinds[usize::from(byte)] {
                Kind::Delimiter => {
                    if self.delimiter_at(cursor, at)? {
                        return Ok((at, After::Delimiter));
                    }
                    cursor.at += 1;
                }
                Kind::Escape => cursor.at += self.escape_in_unquoted(cursor, at)?,
                Kind::LineFeed | Kind::CarriageReturn => return self.line_end(cursor, at),
                Kind::Quote => return Err(Stop::Damage(reason::STRAY_QUOTE)),
                Kind::Nul => return Err(Stop::Damage(reason::NUL)),
                Kind::Plain => cursor.at += 1,
            }
        }
    }

    fn plain_run(&self, text: &[u8], from: usize, to: usize) -> usize {
        let rest = text.get(from..to).unwrap_or_default();
        rest.iter().position(|byte| self.kinds[usize::from(*byte)] != Kind::Plain).unwrap_or(rest.len())
    }

    /// Length of the text without anything that matters inside quotes.
    fn quoted_run(&self, text: &[u8], from: usize, to: usize) -> usize {
        let rest = text.get(from..to).unwrap_or_default();
        match (self.layout.dialect.quote, self.layout.dialect.escape) {
            (Some(quote), None) => {
                memchr::memchr3(quote, self.layout.dialect.terminator.byte(), 0, rest).unwrap_or(rest.len())
            }
            _ => self.plain_run(text, from, to),
        }
    }

    fn delimiter_at(&self, cursor: &Cursor<'_>, at: usize) -> Result<bool, Stop> {
        let delimiter = self.layout.dialect.delimiter.as_slice();
        let visible = cursor.text.get(at..cursor.end).unwrap_or_default();
        if visible.len() >= delimiter.len() || cursor.ending == Ending::File {
            return Ok(visible.starts_with(delimiter));
        }
        // The last bytes before the limit hold no whole delimiter; the limit itself is met next.
        if cursor.ending == Ending::Limit { Ok(false) } else { Err(Stop::More) }
    }

    /// Number of bytes that an escape character and what it escapes take.
    fn escape_in_unquoted(&self, cursor: &mut Cursor<'_>, at: usize) -> Result<usize, Stop> {
        let dialect = &self.layout.dialect;
        match cursor.byte(at + 1) {
            None if cursor.ending == Ending::File => return Ok(1),
            None => return Err(cursor.stop(reason::TOO_LONG)),
            Some(b'\n' | b'\r') => return Err(Stop::Damage(reason::ESCAPED_LINE_END)),
            Some(_) => {}
        }
        let visible = cursor.text.get(at + 1..cursor.end).unwrap_or_default();
        let undecided = visible.len() < dialect.delimiter.len() && dialect.delimiter.starts_with(visible);
        if undecided && cursor.ending == Ending::More {
            return Err(Stop::More);
        }
        if !escapes(visible, false, dialect) {
            return Ok(1);
        }
        let delimited = visible.starts_with(&dialect.delimiter);
        cursor.rewritten = true;
        Ok(1 + if delimited { dialect.delimiter.len() } else { 1 })
    }

    /// Reads a line end at `at`, where a CR or LF stands outside quotes.
    fn line_end(&self, cursor: &Cursor<'_>, at: usize) -> Result<(usize, After), Stop> {
        let end = |length: usize| Ok((at, After::LineEnd { next: at + length }));
        let line_feed = cursor.text.get(at) == Some(&b'\n');
        match (self.layout.dialect.terminator, line_feed) {
            (Terminator::Cr, false) | (Terminator::Lf | Terminator::CrCrLf, true) => end(1),
            (Terminator::Cr, true) => Err(Stop::Damage(reason::LONE_LINE_FEED)),
            (terminator, false) => {
                for length in 1..=if terminator == Terminator::CrCrLf { 2 } else { 1 } {
                    match cursor.byte(at + length) {
                        Some(b'\n') => return end(length + 1),
                        Some(b'\r') => {}
                        // A CR that ends the file: its LF was cut off.
                        None if cursor.ending == Ending::File && length == 1 => return end(1),
                        None if cursor.ending != Ending::File => return Err(cursor.stop(reason::TOO_LONG)),
                        _ => break,
                    }
                }
                Err(Stop::Damage(reason::LONE_CARRIAGE_RETURN))
            }
        }
    }

    /// Reads a quoted field; returns where it ends (after the closing quote) and what follows.
    pub(super) fn quoted(&self, cursor: &mut Cursor<'_>, parts: &mut Parts) -> Result<(usize, After), Stop> {
        cursor.quoted = true;
        cursor.at += 1;
        let mut portion = cursor.at;
        let first_portion = portion;
        let terminator = self.layout.dialect.terminator.byte();
        loop {
            cursor.at += self.quoted_run(cursor.text, cursor.at, cursor.end);
            let at = cursor.at;
            let Some(byte) = cursor.byte(at) else { return Err(cursor.stop(reason::UNTERMINATED_QUOTE)) };
            match self.kinds[usize::from(byte)] {
                Kind::Quote => match cursor.byte(at + 1) {
                    Some(next) if next == byte => {
                        cursor.rewritten = true;
                        cursor.at += 2;
                    }
                    None if cursor.ending != Ending::File => return Err(cursor.stop(reason::TOO_LONG)),
                    _ => {
                        if portion != first_portion && self.is_row(cursor.text, portion, at, parts) {
                            return Err(Stop::Damage(reason::SWALLOWED_ROWS));
                        }
                        return self.after_quote(cursor, at + 1);
                    }
                },
                Kind::Escape => cursor.at += self.escape_in_quoted(cursor, at)?,
                Kind::Nul => return Err(Stop::Damage(reason::NUL)),
                _ if byte == terminator => {
                    cursor.inner_lines += 1;
                    cursor.second_line.get_or_insert(at + 1);
                    cursor.last_line = at + 1;
                    if self.is_row(cursor.text, portion, at, parts) {
                        return Err(Stop::Damage(reason::SWALLOWED_ROWS));
                    }
                    portion = at + 1;
                    cursor.at += 1;
                }
                _ => cursor.at += 1,
            }
        }
    }

    fn escape_in_quoted(&self, cursor: &mut Cursor<'_>, at: usize) -> Result<usize, Stop> {
        let Some(next) = cursor.byte(at + 1) else {
            return if cursor.ending == Ending::File { Ok(1) } else { Err(cursor.stop(reason::TOO_LONG)) };
        };
        let escaped = escapes(&[next], true, &self.layout.dialect);
        cursor.rewritten |= escaped;
        Ok(if escaped { 2 } else { 1 })
    }

    fn after_quote(&self, cursor: &mut Cursor<'_>, at: usize) -> Result<(usize, After), Stop> {
        cursor.at = at;
        let Some(byte) = cursor.byte(at) else {
            return match cursor.ending {
                Ending::File => Ok((at, After::LineEnd { next: at })),
                _ => Err(cursor.stop(reason::TOO_LONG)),
            };
        };
        match self.kinds[usize::from(byte)] {
            Kind::Delimiter if self.delimiter_at(cursor, at)? => Ok((at, After::Delimiter)),
            Kind::LineFeed | Kind::CarriageReturn => self.line_end(cursor, at),
            Kind::Nul => Err(Stop::Damage(reason::NUL)),
            _ => Err(Stop::Damage(reason::TEXT_AFTER_QUOTE)),
        }
    }
}
