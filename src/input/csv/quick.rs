//! The quick way through a stretch of text: records are accepted by the positions that bit masks found, without looking
//! at their bytes again.
//!
//! It may accept only what the judge would accept: full width, nothing odd, quotes around whole fields and doubled
//! inside, valid text, no blank or comment line. Everything else goes to the judge. After a damaged record the judge may
//! go on elsewhere than the index assumed (quotes count differently from there); the rest of the stretch is then read
//! the slow way, so that no stretch is indexed more than once however damaged it is.

use super::fields::{Fields, Form, Made};
use super::judge::{Judge, Judged, Record};
use super::sink::RecordSink;
use super::walk::{Chunk, Walker};
use crate::input::bytes::TextEncoding;

/// What was found about one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Plain,
    Quoted,
    /// Quotes are doubled in some field.
    Doubled,
    /// The judge has to decide.
    Unclear,
}

/// An indexed stretch, with cursors to what comes next in its lists.
struct Window<'w> {
    text: &'w [u8],
    separators: &'w mut [u32],
    quotes: &'w [u32],
    odd: &'w [u32],
    /// Position in `separators` of the one before the record at hand.
    first: usize,
    next_quote: usize,
    next_odd: usize,
    /// Whether records with other bytes than ASCII need decoding.
    decodes: bool,
}

impl Walker<'_> {
    /// Reads records up to `to`. Returns whether what follows may be indexed in turn; where the judge disagreed with
    /// the index it may not, and the rest up to `to` has to be judged.
    pub(super) fn quickly<S: RecordSink>(&mut self, chunk: &mut Chunk<'_, S>, to: usize) -> bool {
        let Some(structural) = &self.structural else { return false };
        self.index.build(&self.text.bytes, chunk.at, to, structural);
        if !self.text_is_clear(chunk) {
            return false;
        }
        let stop = self.text.stop(chunk.bound);
        let (layout, judge, parts) = (self.setting.layout, &self.judge, &mut self.parts);
        let decodes = !self.index.ascii && judge.decoder.is_some();
        let lists = self.index.lists();
        let mut window = Window {
            text: self.text.visible(),
            separators: lists.separators,
            quotes: lists.quotes,
            odd: lists.odd,
            first: 0,
            next_quote: 0,
            next_odd: 0,
            decodes,
        };
        for &end in lists.line_ends {
            if chunk.at >= stop {
                break;
            }
            let found = window.examine(judge, chunk.at, end);
            if found == Found::Unclear {
                let Judged::Record(Record { next: Some(next), lines, verdict }) =
                    judge.judge(window.text, chunk.at, self.text.complete, parts)
                else {
                    return false;
                };
                chunk.take(&self.setting, window.text, parts, verdict, lines);
                chunk.move_to(&self.setting, window.text, next);
                if next != end as usize + 1 {
                    return false;
                }
                window.pass(end);
            } else {
                window.end_before_return(end, chunk.at, judge.width);
                let fields = window.fields(judge, found, &mut parts.made);
                let line = chunk.walked.account.lines;
                chunk.walked.account.records += 1;
                chunk.walked.account.lines += 1;
                chunk.hand_over(line, &fields, layout);
                chunk.at = end as usize + 1;
                window.first += judge.width;
                window.separators[window.first] = end;
            }
        }
        true
    }

    /// Checks the text of all records that end in the window at once; most texts are ASCII, which the index saw.
    fn text_is_clear<S>(&self, chunk: &mut Chunk<'_, S>) -> bool {
        let TextEncoding::Utf8 { certain } = self.setting.layout.dialect.encoding else { return true };
        let Some(last) = self.index.last_line_end() else { return true };
        if self.index.ascii {
            return true;
        }
        let stretch = &self.text.visible()[chunk.at..=last];
        let valid = std::str::from_utf8(stretch).is_ok();
        if valid && !certain && !chunk.walked.evidence.multi_byte {
            chunk.walked.evidence.add(stretch);
        }
        valid
    }
}

impl Window<'_> {
    /// Looks at the record at `start` that ends at `end`, if the index is right.
    #[inline]
    fn examine(&mut self, judge: &Judge<'_>, start: usize, end: u32) -> Found {
        let length = end as usize - start;
        let first_byte = self.text[start];
        let whole = self.separators.get(self.first + judge.width) == Some(&end);
        if !whole || self.odd[self.next_odd] <= end || length >= judge.limit {
            return Found::Unclear;
        }
        if judge.suspects[usize::from(first_byte)] && !judge.is_ordinary(self.text, start) {
            return Found::Unclear;
        }
        if self.decodes && !self.text[start..end as usize].is_ascii() {
            return Found::Unclear;
        }
        if self.quotes[self.next_quote] > end { Found::Plain } else { self.examine_quotes(judge, start, end) }
    }

    /// Checks that quotes stand around whole fields, and in pairs inside.
    fn examine_quotes(&mut self, judge: &Judge<'_>, start: usize, end: u32) -> Found {
        let mut found = Found::Quoted;
        let mut next = self.next_quote;
        let mut begin = start;
        for column in 0..judge.width {
            let separator = self.separators[self.first + 1 + column];
            let mut field_end = separator as usize;
            if separator == end && field_end > begin && self.text[field_end - 1] == b'\r' {
                field_end -= 1;
            }
            if self.quotes[next] < separator {
                if self.quotes[next] as usize != begin {
                    return Found::Unclear;
                }
                next += 1;
                loop {
                    let quote = self.quotes[next] as usize;
                    if quote + 1 == field_end {
                        next += 1;
                        break;
                    }
                    // Else a pair inside the field.
                    if quote >= field_end || self.quotes[next + 1] as usize != quote + 1 {
                        return Found::Unclear;
                    }
                    found = Found::Doubled;
                    next += 2;
                }
            }
            begin = separator as usize + 1;
        }
        if self.quotes[next] < end {
            return Found::Unclear;
        }
        self.next_quote = next;
        found
    }

    /// Ends the last field before a CR.
    #[inline]
    fn end_before_return(&mut self, end: u32, start: usize, width: usize) {
        if end as usize > start && self.text[end as usize - 1] == b'\r' {
            self.separators[self.first + width] = end - 1;
        }
    }

    #[inline]
    fn fields<'f>(&'f self, judge: &Judge<'f>, found: Found, made: &'f mut Made) -> Fields<'f> {
        let bounds = &self.separators[self.first..=self.first + judge.width];
        let form = match (found, judge.layout.dialect.quote) {
            (Found::Quoted, Some(quote)) => Form::Quoted(quote),
            (Found::Doubled, _) => {
                let raw = Fields::new(self.text, bounds, judge.layout, Form::Plain);
                made.rewrite(&raw, &judge.layout.dialect, judge.decoder.as_ref());
                Form::Made(made)
            }
            _ => Form::Plain,
        };
        Fields::new(self.text, bounds, judge.layout, form)
    }

    /// Moves all cursors behind `end`.
    fn pass(&mut self, end: u32) {
        let behind = |list: &[u32], from: usize| from + list[from..].iter().take_while(|at| **at <= end).count();
        self.first = behind(self.separators, self.first + 1) - 1;
        self.next_quote = behind(self.quotes, self.next_quote);
        self.next_odd = behind(self.odd, self.next_odd);
    }
}
