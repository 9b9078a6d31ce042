//! Columns of times and the formats that they decide.

use super::{DateOrder, TimeAmbiguity, TimeEvidence};

fn observed(cells: &[&str]) -> TimeEvidence {
    let mut evidence = TimeEvidence::new();
    for cell in cells {
        evidence.observe(cell.as_bytes());
    }
    evidence
}

fn told(cells: &[&str], order: Option<DateOrder>) -> Result<String, TimeAmbiguity> {
    let evidence = observed(cells);
    for split in 0..=cells.len() {
        let (early, late) = cells.split_at(split);
        let mut merged = observed(early);
        merged.merge(&observed(late));
        assert_eq!(merged.decide(order), evidence.decide(order), "split at {split}");
    }
    evidence.decide(order).map(|format| format.map_or_else(|| "nothing".to_owned(), |format| format.to_string()))
}

fn decided(cells: &[&str]) -> Result<String, TimeAmbiguity> {
    told(cells, None)
}

#[test]
fn nothing_is_decided_without_content() {
    assert_eq!(decided(&[]), Ok("nothing".to_owned()));
    assert_eq!(decided(&["", ""]), Ok("nothing".to_owned()));
    assert!(!observed(&[""]).settled());
}

#[test]
fn the_first_iso_cell_settles() {
    for cell in ["2024-01-13 14:17:00", "2024-01-13", "20240113", "2024/01/13 14:17", "9999-12-31"] {
        assert_eq!(decided(&[cell]), Ok("iso".to_owned()), "{cell}");
        assert!(observed(&[cell]).settled(), "{cell}");
    }
    assert_eq!(decided(&["2024-01-13", "13/01/2024", "14/01/2024"]), Ok("iso".to_owned()));
    assert_eq!(decided(&["junk", "", "2024-02-30", "2024-01-13", "13/01/2024", "14/01/2024"]), Ok("iso".to_owned()));
    assert!(!observed(&["junk", "2024-02-30"]).settled());
    assert_eq!(decided(&["0000-00-00 00:00:00"]), Ok("iso".to_owned()));
}

#[test]
fn one_part_above_twelve_shows_the_order() {
    assert_eq!(decided(&["03/04/2024", "13/04/2024"]), Ok("%d/%m/%Y".to_owned()));
    assert_eq!(decided(&["03.04.2024 10:00", "13.04.2024 10:00:00"]), Ok("%d.%m.%Y %H:%M:%S".to_owned()));
    assert_eq!(decided(&["3-4-2024 1:00 PM", "3-14-2024"]), Ok("%m-%d-%Y %I:%M:%S %p".to_owned()));
    assert_eq!(decided(&["3/4/24", "13/4/24"]), Ok("%d/%m/%y".to_owned()));
    assert_eq!(decided(&["03/04/2024", "04/04/2024"]), Err(TimeAmbiguity::DateOrder));
    assert_eq!(TimeAmbiguity::DateOrder.flag(), "--date-order");
    assert!(!observed(&["13/04/2024"]).settled());
}

#[test]
fn both_kinds_are_outvoted_or_a_tie() {
    assert_eq!(decided(&["13/04/2024", "14/04/2024", "04/14/2024", "01/02/2024"]), Ok("%d/%m/%Y".to_owned()));
    assert_eq!(decided(&["13/04/2024", "04/14/2024", "01/02/2024"]), Err(TimeAmbiguity::DateOrder));
    // A date that does not exist is no evidence.
    assert_eq!(decided(&["31/02/2024", "01/02/2024"]), Err(TimeAmbiguity::DateOrder));
}

#[test]
fn the_flag_settles_the_order() {
    assert_eq!(told(&["03/04/2024"], Some(DateOrder::Mdy)), Ok("%m/%d/%Y".to_owned()));
    assert_eq!(told(&["03/04/2024"], Some(DateOrder::Dmy)), Ok("%d/%m/%Y".to_owned()));
    assert_eq!(told(&["24/01/13"], Some(DateOrder::Ymd)), Ok("%y/%m/%d".to_owned()));
    assert_eq!(told(&["13/01/24", "01/13/24"], Some(DateOrder::Mdy)), Ok("%m/%d/%y".to_owned()));
    assert_eq!(told(&["13/01/2024"], Some(DateOrder::Mdy)), Err(TimeAmbiguity::NoFormat));
    assert_eq!(told(&["03/04/2024", "13/04/2024"], Some(DateOrder::Ymd)), Ok("%d/%m/%Y".to_owned()));
    let cells = vec!["03/04/2024"; 1_100];
    assert!(observed(&cells).settled_with(Some(DateOrder::Mdy)));
    assert!(!observed(&cells).settled());
}

#[test]
fn a_year_of_two_digits_is_in_front_only_if_told() {
    // 24 cannot be a month, so day first: 24 January 2013.
    assert_eq!(decided(&["24/01/13"]), Ok("%d/%m/%y".to_owned()));
    assert_eq!(decided(&["32/01/13"]), Err(TimeAmbiguity::NoFormat));
    assert_eq!(decided(&["02/01/03"]), Err(TimeAmbiguity::DateOrder));
}

#[test]
fn digits_show_the_unit() {
    for (cell, name) in [
        ("1705155420", "epoch-s"),
        ("1705155420.0", "epoch-s"),
        ("1705155420000", "epoch-ms"),
        ("1705155420000000", "epoch-us"),
        ("1705155420000000000", "epoch-ns"),
    ] {
        assert_eq!(decided(&[cell]), Ok(name.to_owned()));
    }
    assert_eq!(decided(&["1705155420", "1705155420000", "1705155421000"]), Ok("epoch-ms".to_owned()));
    assert_eq!(decided(&["1705155420", "1705155420000"]), Err(TimeAmbiguity::EpochUnit));
    for cell in ["45304", "45304.5951388889", "2024", "170515542", "20240113141700", "20241301"] {
        let result = decided(&[cell]);
        if cell == "20241301" {
            assert_eq!(result, Ok("iso".to_owned()));
        } else {
            assert_eq!(result, Err(TimeAmbiguity::EpochUnit), "{cell}");
        }
    }
    assert_eq!(TimeAmbiguity::EpochUnit.flag(), "--time-format");
}

#[test]
fn junk_settles_nothing() {
    assert_eq!(decided(&["13 janv. 2024 14:17:00", "14 févr. 2024"]), Err(TimeAmbiguity::NoFormat));
    assert_eq!(decided(&["junk", "13/04/2024", "14/04/2024"]), Ok("%d/%m/%Y".to_owned()));
    assert_eq!(decided(&["1705155420", "13/04/2024"]), Err(TimeAmbiguity::Mixed));
    assert_eq!(TimeAmbiguity::NoFormat.flag(), "--time-format");
}

#[test]
fn named_months_decide_themselves() {
    assert_eq!(decided(&["15 Apr, 2021 00:03:00"]), Ok("%d %b %Y %H:%M:%S".to_owned()));
    assert_eq!(decided(&["Sat Jan 13 2024 14:17:00 GMT+0000"]), Ok("%b %d %Y %H:%M:%S".to_owned()));
    assert_eq!(decided(&["15-Apr-21"]), Ok("%d %b %y".to_owned()));
}

#[test]
fn a_long_lead_settles_other_formats() {
    let mut evidence = TimeEvidence::new();
    for _ in 0..1_023 {
        evidence.observe(b"1705155420000");
    }
    assert!(!evidence.settled());
    evidence.observe(b"1705155420000");
    assert!(evidence.settled());
}
