//! Random spend and leads: the rows add up to the input, whatever is asked and in whatever order it comes.

use super::{Asked, Inputs, answer};
use crate::engine::cost::{Acquired, Payment, Span, SpendItem, SpendRead, Units};
use crate::model::decimal::Decimal;
use crate::model::time::{MICROS_PER_DAY, NO_TIME};
use crate::plan::NONE;
use crate::plan::calendar::Every;
use crate::plan::cost::{CostCounts, Known, Matching};
use chrono::{Days, NaiveDate, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;

/// 2024-01-01.
const START: i64 = 19_723 * MICROS_PER_DAY;

fn asked(every: Option<Every>, matching: Matching, top: usize) -> Asked {
    Asked {
        every,
        matching,
        zone: Tz::Europe__Paris,
        week_start: Weekday::Mon,
        since: None,
        until: None,
        as_of: None,
        top,
        by_day: true,
        with_currency: false,
        spend_currency: vec![None],
        lead_currency: None,
        rates: super::Rates::new(),
        configured: None,
        known: Known { leads: true, opportunities: true, revenue: true, impressions: true, clicks: true },
    }
}

fn labels(names: &[&str]) -> Vec<Vec<String>> {
    std::iter::once(NONE).chain(names.iter().copied()).map(|name| vec![name.to_owned()]).collect()
}

fn item() -> impl Strategy<Value = SpendItem> {
    let span = prop_oneof![
        (0_i64..200).prop_map(|hour| Span::Moment(START + hour * 7 * 3_600_000_000)),
        (0_u64..60, 0_u64..40).prop_map(|(first, length)| {
            let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Days::new(first);
            Span::Days((first, first + Days::new(length)))
        }),
    ];
    let amount = || prop::option::of((-5_000_i128..100_000).prop_map(|cents| Decimal(cents * Decimal::ONE / 100)));
    let whole = || prop::option::of((0_i64..5_000).prop_map(Decimal::from_integer));
    (0_usize..5, span, amount(), whole(), whole()).prop_map(|(group, span, cost, impressions, clicks)| SpendItem {
        group,
        source: 0,
        span,
        cost,
        impressions,
        clicks,
    })
}

fn unit() -> impl Strategy<Value = (Acquired, Option<Decimal>)> {
    let time = || prop_oneof![1 => Just(NO_TIME), 9 => (0_i64..90).prop_map(|day| START + day * MICROS_PER_DAY)];
    let amount = prop::option::of((0_i128..100_000).prop_map(|cents| Decimal(cents * Decimal::ONE / 100)));
    (0_u32..5, time(), prop::option::of(time()), prop::option::of(time()), any::<bool>(), amount).prop_map(
        |(group, entry, opportunity, customer, open, amount)| {
            (Acquired { group, entry, opportunity, customer, open, days: 0 }, amount)
        },
    )
}

fn inputs(items: Vec<SpendItem>, units: &[(Acquired, Option<Decimal>)]) -> Inputs {
    // The third group of spend and the second of leads are one; the others stand alone on their side.
    let spend = SpendRead { items, labels: labels(&["ads", "mail", "seo", " tv "]), ..SpendRead::default() };
    let mut all = Units::new();
    all.labels = labels(&["direct", "seo", "SEO", "tv"]);
    for (unit, amount) in units {
        all.push(*unit, *amount);
    }
    Inputs { spend, units: all }
}

fn total(inputs: &Inputs) -> (i128, i128, u64, u64, u64, i128) {
    let items = &inputs.spend.items;
    let units = &inputs.units.acquired;
    (
        items.iter().filter_map(|item| item.cost).map(|cost| cost.0).sum(),
        items.iter().filter_map(|item| item.clicks).map(|clicks| clicks.0).sum(),
        units.len() as u64,
        units.iter().filter(|unit| unit.opportunity.is_some()).count() as u64,
        units.iter().filter(|unit| unit.customer.is_some()).count() as u64,
        inputs.units.payments.iter().map(|payment: &Payment| payment.amount.0).sum(),
    )
}

fn counted(counts: &CostCounts) -> (i128, i128, u64, u64, u64, i128) {
    let money = |amount: Option<Decimal>| amount.unwrap_or_default().0;
    (money(counts.spend), money(counts.clicks), counts.leads, counts.opportunities, counts.customers, counts.revenue.0)
}

proptest! {
    #[test]
    fn rows_add_up_to_the_input(
        items in prop::collection::vec(item(), 0..20),
        units in prop::collection::vec(unit(), 0..20),
        every in prop::option::of(prop::sample::select(vec![Every::Day, Every::Week, Every::Month, Every::Quarter])),
        matching in prop::sample::select(vec![Matching::Lead, Matching::Win]),
        top in 1_usize..6,
    ) {
        let asked = asked(every, matching, top);
        let forward = inputs(items.clone(), &units);
        let found = answer(&asked, &forward).unwrap();
        let rows = found.rows.iter().try_fold(CostCounts::default(), |sum, row| sum.checked_add(&row.counts)).unwrap();
        prop_assert_eq!(counted(&rows), total(&forward));
        prop_assert_eq!(counted(&found.total), total(&forward));
        let mut labels: Vec<&str> = found.rows.iter().map(|row| row.group[0].as_str()).collect();
        labels.dedup();
        prop_assert!(labels.len() <= top + 2, "{:?}", labels);

        let back: Vec<SpendItem> = items.into_iter().rev().collect();
        let units: Vec<_> = units.into_iter().rev().collect();
        prop_assert_eq!(answer(&asked, &inputs(back, &units)).unwrap(), found);
    }
}

#[test]
fn names_are_trimmed_and_near_names_told() {
    let spend = |group| SpendItem {
        group,
        source: 0,
        span: Span::Moment(START),
        cost: Some(Decimal::from_integer(1)),
        impressions: None,
        clicks: None,
    };
    let lead = |group| {
        (Acquired { group, entry: START, opportunity: None, customer: None, open: true, days: 0 }, None::<Decimal>)
    };
    // Spend of seo and tv; leads of SEO and tv.
    let found =
        answer(&asked(None, Matching::Lead, 10), &inputs(vec![spend(3), spend(4)], &[lead(3), lead(4)])).unwrap();
    let rows: Vec<(&str, bool, u64)> =
        found.rows.iter().map(|row| (row.group[0].as_str(), row.counts.spend.is_some(), row.counts.leads)).collect();
    assert_eq!(rows, [("tv", true, 1), ("seo", true, 0), ("SEO", false, 1)]);
    assert_eq!(found.alike, [("seo".to_owned(), "SEO".to_owned())]);
}
