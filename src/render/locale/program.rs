//! What the renderers say themselves, and the signs of numbers, per language.

use super::Locale;
use super::messages::{Messages, messages};
use crate::render::html::words::{ENGLISH as ENGLISH_PAGE, PageWords};
use crate::render::words::{ENGLISH, Words};
use std::sync::LazyLock;

struct Program {
    words: Words,
    page: PageWords,
}

static PROGRAMS: LazyLock<[Option<Program>; 3]> =
    LazyLock::new(|| [Locale::Fr, Locale::De, Locale::Es].map(|locale| messages(locale).map(program)));

fn of(locale: Locale) -> Option<&'static Program> {
    let [french, german, spanish] = &*PROGRAMS;
    match locale {
        Locale::En => None,
        Locale::Fr => french.as_ref(),
        Locale::De => german.as_ref(),
        Locale::Es => spanish.as_ref(),
    }
}

/// Words and signs of all formats for people.
#[must_use]
pub fn words(locale: Locale) -> &'static Words {
    of(locale).map_or(&ENGLISH, |program| &program.words)
}

/// Words of the page and the workbook.
#[must_use]
pub fn page_words(locale: Locale) -> &'static PageWords {
    of(locale).map_or(&ENGLISH_PAGE, |program| &program.page)
}

fn program(messages: &'static Messages) -> Program {
    let sign = |name: &str, english: &'static str| messages.sign(name).unwrap_or(english);
    let say = |english| messages.program(english);
    let words = Words {
        decimal_point: sign("decimal_point", ENGLISH.decimal_point),
        thousands: sign("thousands", ENGLISH.thousands),
        least_grouped: messages.least_grouped(),
        percent: sign("percent", ENGLISH.percent),
        missing: ENGLISH.missing,
        hidden: say(ENGLISH.hidden),
        yes: say(ENGLISH.yes),
        no: say(ENGLISH.no),
        no_rows: say(ENGLISH.no_rows),
        columns_left_out: say(ENGLISH.columns_left_out),
        intervals: say(ENGLISH.intervals),
        to: say(ENGLISH.to),
        last_unfinished: say(ENGLISH.last_unfinished),
        some_unfinished: say(ENGLISH.some_unfinished),
        last_periods: say(ENGLISH.last_periods),
        more_lines: say(ENGLISH.more_lines),
        milliseconds: say(ENGLISH.milliseconds),
        seconds: say(ENGLISH.seconds),
        minutes: say(ENGLISH.minutes),
        hours: say(ENGLISH.hours),
        days: say(ENGLISH.days),
    };
    Program { words, page: page(messages) }
}

fn page(messages: &'static Messages) -> PageWords {
    let say = |english| messages.program(english);
    let english = &ENGLISH_PAGE;
    PageWords {
        language: messages.sign("language").unwrap_or(english.language),
        as_of: say(english.as_of),
        summary: say(english.summary),
        contents: say(english.contents),
        about: say(english.about),
        reading: say(english.reading),
        sources: say(english.sources),
        settings: say(english.settings),
        notes: say(english.notes),
        warning: say(english.warning),
        all_notes: say(english.all_notes),
        file: say(english.file),
        accounts: english.accounts.map(say),
        accounting: say(english.accounting),
        settings_count: say(english.settings_count),
        rows: say(english.rows),
        tables: say(english.tables),
        no_records: say(english.no_records),
        no_statement: say(english.no_statement),
        records_read: say(english.records_read),
        made_by: say(english.made_by),
        conventions: english.conventions.map(say),
        go_on: say(english.go_on),
        stop: say(english.stop),
        still_open: say(english.still_open),
        interval: say(english.interval),
        unfinished: say(english.unfinished),
        not_drawn: say(english.not_drawn),
        out_of: say(english.out_of),
        increase: say(english.increase),
        decrease: say(english.decrease),
        total: say(english.total),
        darker: say(english.darker),
    }
}
