//! The quick way through a stretch of text: records are accepted by the positions that bit masks found, without looking
//! at their bytes again.
//!
//! It may accept only what the judge would accept: full width, nothing odd, quotes around whole fields and doubled
//! inside, valid text, no blank or comment line. Everything else goes to the judge. After a damaged record the judge
//! may go on elsewhere than the index assumed (quotes count differently from there); what follows is then indexed anew,
//! in small steps first, so that a text full of damage is not indexed again and again.

use super::fields::{Decoder, Fields, Form, Made};
use super::index::Lists;
use super::judge::{Judge, Judged, Record};
use super::sink::RecordSink;
use super::walk::{Chunk, Walker};
use crate::input::bytes::TextEncoding;

/// What was found about one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// Cells can be handed out as they stand, or without the quotes around them.
    Sound,
    /// Wanted cells may hold pairs of quotes, or characters to decode.
    ToRewrite,
    /// The judge has to decide.
    Unclear,
}

/// An indexed stretch, with cursors to what comes next in its lists.
struct Window<'w> {
    text: &'w [u8],
    separators: &'w mut [u32],
    pairs: &'w [u32],
    odd: &'w [u32],
    /// Position in `separators` of the one before the record at hand.
    first: usize,
    next_pair: usize,
    next_odd: usize,
    /// The quote character, if there is one in the stretch.
    quote: Option<u8>,
    /// Present where there are bytes to decode.
    decoder: Option<&'w Decoder>,
}

impl Walker<'_> {
    /// Reads records up to `to`. Returns whether the index was right as far as it went: where the text is not valid, or
    /// the judge goes on elsewhere than the index assumed, it is of no use for what follows.
    pub(super) fn quickly<S: RecordSink>(&mut self, chunk: &mut Chunk<'_, S>, to: usize) -> bool {
        let Some(structural) = &self.structural else { return false };
        self.index.build(&self.text.bytes, chunk.at, to, structural);
        if !self.text_is_clear(chunk) {
            return false;
        }
        let stop = self.text.stop(chunk.bound);
        let (layout, judge, parts) = (self.setting.layout, &self.judge, &mut self.parts);
        let decoder = if self.index.ascii { None } else { judge.decoder.as_ref() };
        let quote = if self.index.quoted { layout.dialect.quote } else { None };
        let Lists { separators, line_ends, pairs, odd } = self.index.lists();
        let text = self.text.visible();
        let mut window = Window { text, separators, pairs, odd, first: 0, next_pair: 0, next_odd: 0, quote, decoder };
        for &end in line_ends {
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
        let mut found = Found::Sound;
        if let Some(decoder) = self.decoder {
            let record = &self.text[start..end as usize];
            if decoder.first_invalid(record).is_some() {
                return Found::Unclear;
            }
            if !record.is_ascii() {
                found = Found::ToRewrite;
            }
        }
        while self.pairs[self.next_pair] < end {
            self.next_pair += 1;
            found = Found::ToRewrite;
        }
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
        let form = match (found, self.quote) {
            (Found::ToRewrite, _) => {
                let raw = Fields::new(self.text, bounds, judge.layout, Form::Plain);
                made.rewrite(&raw, &judge.layout.dialect, self.decoder);
                Form::Made(made)
            }
            (_, Some(quote)) => Form::Quoted(quote),
            _ => Form::Plain,
        };
        Fields::new(self.text, bounds, judge.layout, form)
    }

    /// Moves all cursors behind `end`.
    fn pass(&mut self, end: u32) {
        let behind = |list: &[u32], from: usize| from + list[from..].iter().take_while(|at| **at <= end).count();
        self.first = behind(self.separators, self.first + 1) - 1;
        self.next_pair = behind(self.pairs, self.next_pair);
        self.next_odd = behind(self.odd, self.next_odd);
    }
}
