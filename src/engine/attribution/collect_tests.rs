//! Random journeys: the credits of every model add up to the conversions and to their revenue.

use super::answer;
use crate::engine::attribution::{Read, class};
use crate::engine::groups::Groups;
use crate::engine::record::{Unpacked, Wide};
use crate::engine::store::{Packed, Staged};
use crate::model::apportion::UNIT;
use crate::model::decimal::Decimal;
use crate::model::time::{MICROS_PER_DAY, NO_TIME};
use crate::plan::attribution::{AttributionPlan, Model, UNATTRIBUTED};
use proptest::prelude::*;

fn plan(lookback: Option<i64>, collapse: bool, top: usize) -> AttributionPlan {
    AttributionPlan {
        models: Model::ALL.to_vec(),
        lookback: lookback.map(|days| days * MICROS_PER_DAY),
        half_life: 7 * MICROS_PER_DAY,
        direct: vec!["direct".to_owned()],
        collapse: vec![collapse],
        zone: chrono_tz::Tz::UTC,
        since: None,
        until: None,
        as_of: None,
        row_filter: None,
        unit_filters: Vec::new(),
        dedupe: false,
        top,
    }
}

/// Records of units: a unit, a day, and a channel or an amount in cents.
type Record = (u8, i64, Result<usize, Option<i128>>);

fn read(records: &[Record]) -> Read {
    let channels = Groups::new(1);
    let codes = ["mail", "Direct", "ads", "seo", " ads"].map(|name| channels.dictionary(0).code(name));
    let mut packed = Packed::<Wide>::with_capacity(records.len());
    for (unit, day, what) in records {
        let unit = u128::from(*unit) << 120 | u128::from(*unit);
        let time = if *day < 0 { NO_TIME } else { (19_000 + day) * MICROS_PER_DAY };
        let (class, group, value) = match what {
            Ok(channel) => (class::TOUCH, codes[*channel], None),
            Err(cents) => (class::CONVERSION, 0, cents.map(|cents| Decimal(cents * Decimal::ONE / 100))),
        };
        if class == class::CONVERSION || time != NO_TIME {
            packed.push(&Unpacked { unit, time, class, group, value });
        }
    }
    Read {
        chunks: vec![Staged::new(&packed)],
        channels: channels.ranked(),
        currencies: Groups::new(1).ranked(),
        dates: vec![false],
        scans: Vec::new(),
        latest: None,
        no_channel: 0,
        with_cost: false,
    }
}

fn record() -> impl Strategy<Value = Record> {
    let what = prop_oneof![3 => (0_usize..5).prop_map(Ok), 1 => prop::option::of(-500_i128..100_000).prop_map(Err)];
    (0_u8..4, -1_i64..60, what)
}

proptest! {
    #[test]
    fn credits_add_up(
        records in prop::collection::vec(record(), 0..40),
        lookback in prop::option::of(0_i64..40),
        collapse in any::<bool>(),
        top in 1_usize..5,
        threads in 1_usize..4,
    ) {
        let plan = plan(lookback, collapse, top);
        let found = answer(&plan, &read(&records), None, true, threads).unwrap();
        let conversions: Vec<Option<i128>> = records.iter().filter_map(|(_, _, what)| what.err()).collect();
        prop_assert_eq!(found.conversions, conversions.len() as u64);
        let revenue: i128 = conversions.iter().flatten().sum::<i128>() * Decimal::ONE / 100;
        prop_assert_eq!(found.revenue.0, revenue);
        let cent = Decimal::ONE / 100;
        for (place, model) in plan.models.iter().enumerate() {
            let credits = || found.rows.iter().map(|row| row.credits[place]);
            let sum: i128 = credits().map(|credit| credit.conversions).sum();
            prop_assert_eq!(sum, conversions.len() as i128 * UNIT, "{}", model.name());
            let sum: i128 = credits().map(|credit| credit.revenue.0).sum();
            prop_assert_eq!(sum, revenue, "{}", model.name());
            prop_assert!(credits().all(|credit| credit.conversions >= 0 && credit.revenue.0 % cent == 0));
        }
        prop_assert_eq!(&found.rows.last().unwrap().channel, UNATTRIBUTED);

        let mut back = records;
        back.reverse();
        prop_assert_eq!(answer(&plan, &read(&back), None, true, 1).unwrap(), found);
    }
}

#[test]
fn look_back_and_direct() {
    // Touches 8 and 7 days and 0 days before the conversion, the last one direct; look-back 7 days, its end included.
    let records: [Record; 4] = [(1, 2, Ok(2)), (1, 3, Ok(0)), (1, 10, Ok(1)), (1, 10, Err(Some(300)))];
    let found = answer(&plan(Some(7), false, 10), &read(&records), None, true, 1).unwrap();
    let of = |channel: &str, model: Model| {
        let place = Model::ALL.iter().position(|one| *one == model).unwrap();
        let row = found.rows.iter().find(|row| row.channel == channel).unwrap();
        (row.touches, row.credits[place].conversions, row.credits[place].revenue.to_string())
    };
    assert_eq!(of("ads", Model::First), (1, 0, "0".to_owned()));
    assert_eq!(of("mail", Model::First), (1, UNIT, "3".to_owned()));
    assert_eq!(of("Direct", Model::Last), (1, UNIT, "3".to_owned()));
    assert_eq!(of("mail", Model::LastNonDirect), (1, UNIT, "3".to_owned()));
    // 2^0 to 2^-1: two thirds and one third.
    assert_eq!(of("Direct", Model::TimeDecay), (1, UNIT * 2 / 3 + 1, "2".to_owned()));
    assert_eq!(of(UNATTRIBUTED, Model::Linear), (0, 0, "0".to_owned()));
}
