//! Workbooks that cannot be read: a clear error, nothing on standard output, and never a crash.

use crate::workbooks::{Cell, workbook};
use crate::world::World;
use rust_xlsxwriter::Workbook;

const LOG: [&str; 3] = ["user_id", "event", "timestamp"];

fn log() -> Vec<u8> {
    let row = || vec![Cell::Text("a"), Cell::Text("visit"), Cell::Time("2026-01-01T10:00:00")];
    workbook(&LOG, &[row(), row()])
}

#[test]
fn every_truncation_is_an_error() {
    let whole = log();
    for length in (4..whole.len()).step_by(97) {
        let world = World::new();
        world.file("data.xlsx", &whole[..length]);
        let run = world.run(&["conversion", "data.xlsx", "--steps", "visit"]);
        run.expect_error(1, &["data.xlsx", "damaged", "hint:"]);
    }
}

#[test]
fn a_flipped_byte_is_an_error_or_harmless() {
    let whole = log();
    for at in (0..whole.len()).step_by(31) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x24;
        let world = World::new();
        world.file("data.xlsx", &flipped);
        let run = world.run(&["conversion", "data.xlsx", "--steps", "visit", "--format", "csv"]);
        match run.code {
            Some(0) => {}
            Some(1 | 3) => assert!(run.stdout.is_empty() && run.stderr.contains("error"), "{at}: {}", run.block()),
            _ => panic!("byte {at}: {}", run.block()),
        }
        assert!(!run.stderr.contains("panicked"), "byte {at}: {}", run.block());
    }
}

/// A compound file whose directory names an encrypted package: header, one sector of places, one of names.
fn encrypted() -> Vec<u8> {
    const FREE: u32 = 0xffff_ffff;
    const END: u32 = 0xffff_fffe;
    const PLACES: u32 = 0xffff_fffd;
    let mut header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    header.extend([0; 16]);
    for word in [0x3e_u16, 3, 0xfffe, 9, 6, 0, 0, 0] {
        header.extend(word.to_le_bytes());
    }
    // Directory sectors, places sectors, first directory sector, transaction, cut-off, small sectors, further places.
    for word in [0, 1, 1, 0, 4096, END, 0, END, 0, 0] {
        header.extend(word.to_le_bytes());
    }
    header.resize(512, 0xff);
    let mut places = Vec::new();
    for word in [PLACES, END] {
        places.extend(word.to_le_bytes());
    }
    places.resize(512, 0xff);
    let entry = |name: &str, kind: u8, child: u32| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u16::try_from(entry.len() + 2).expect("a short name");
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        for word in [FREE, FREE, child] {
            entry.extend(word.to_le_bytes());
        }
        entry.resize(116, 0);
        entry.extend(END.to_le_bytes());
        entry.resize(128, 0);
        entry
    };
    let mut directory = [entry("Root Entry", 5, 1), entry("EncryptedPackage", 2, FREE)].concat();
    directory.resize(512, 0);
    [header, places, directory].concat()
}

#[test]
fn a_password_is_named() {
    let world = World::new();
    world.file("data.xlsx", encrypted());
    let run = world.run(&["conversion", "data.xlsx", "--steps", "visit"]);
    run.expect_error(1, &["data.xlsx", "password", "hint:"]);
}

#[test]
fn what_holds_no_table_is_said() {
    let world = World::new();
    let mut empty = Workbook::new();
    empty.add_worksheet();
    world.file("empty.xlsx", empty.save_to_buffer().expect("a workbook"));
    // An archive without a single entry.
    world.file("none.xlsx", [&b"PK\x05\x06"[..], &[0; 18]].concat());
    world.file("other.xlsx", workbook(&["a", "b"], &[vec![Cell::Number(1.0)]]));
    world.file("control.xlsx", workbook(&["user_id", "ev\u{7}ent", "timestamp"], &[]));
    world.file("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more");
    for (file, code, words) in [
        ("empty.xlsx", 3, ["empty.xlsx:1", "no data"]),
        ("none.xlsx", 3, ["none.xlsx:1", "zip archive"]),
        ("other.xlsx", 3, ["other.xlsx:1", "\"a\", \"b\""]),
        ("control.xlsx", 3, ["control.xlsx:1", "control character"]),
        ("old.xls", 1, ["old.xls", "damaged"]),
    ] {
        world.run(&["conversion", file, "--steps", "visit"]).expect_error(code, &words);
    }
}
