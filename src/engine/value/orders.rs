//! Orders and won deals: rows packed by customer, then counted customer by customer.

use super::customers::{Customers, ENTRY_MET, Purchase, unit_bit};
use super::{Frame, ValueRun, rows};
use crate::engine::groups::Groups;
use crate::engine::record::{Record, Unpacked, Wide};
use crate::engine::store::{Gathered, Packed, Staged, gather, in_parallel};
use crate::error::{Error, Result};
use crate::input::batch::{Batch, Column, Field, UnitKey, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Scan, Source};
use crate::input::values::unit_key;
use crate::model::decimal::Decimal;
use crate::model::kind::{Kind, Role};
use crate::model::outcome::Outcome;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::calendar::Calendar;
use crate::plan::value::{SpendSpan, ValueFacts, ValuePlan};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Answers a plan from orders or deals.
///
/// # Errors
/// Whatever reading reports; a sum of amounts beyond the exact range.
pub fn run(plan: &ValuePlan, sources: &[Source], spend: Option<SpendSpan>, threads: usize) -> Result<ValueRun> {
    let stager = Stager { plan, groups: Groups::new(plan.by.len()), accounts: Arc::new(Dictionary::default()) };
    let (mut chunks, mut scans, mut told) = (Vec::new(), Vec::<Scan>::new(), Told::default());
    for source in sources {
        let (request, shape) = stager.request(source);
        let scanned = source.scan(&request, &|batch| stager.stage(batch, &shape), &AtomicBool::new(false))?;
        for (staged, part) in scanned.staged {
            chunks.push(staged);
            told.merge(&part);
        }
        scans.push(scanned.scan);
    }
    told.facts.after_as_of = scans.iter().map(|scan| scan.after_as_of).sum();
    let whole_days = scans.iter().all(|scan| scan.date_only);
    let latest = scans.iter().filter_map(|scan| scan.latest).max().unwrap_or(NO_TIME);
    let names = stager.groups.ranked();
    let frame = Frame::new(plan, (told.earliest, latest.max(told.latest)), whole_days, spend, &names);
    let span = (told.earliest <= told.latest).then_some((told.earliest, told.latest));
    let calendar = plan.every.zip(span).map(|(every, (earliest, latest))| {
        let (first, last) = (plan.since.unwrap_or(earliest), plan.until.unwrap_or(latest));
        Calendar::covering(first.min(earliest), last.max(latest), every, plan.zone, plan.week_start)
    });
    let counted = count(&frame, calendar.as_ref(), &chunks, threads)?;
    let mut answer = rows::answer(&frame, calendar.as_ref(), counted)?;
    super::tally::merge_facts(&mut answer.facts, &told.facts);
    Ok(ValueRun { answer, scans })
}

/// Counts all customers, partition by partition.
fn count<'a>(
    frame: &'a Frame<'a>,
    calendar: Option<&'a Calendar>,
    chunks: &[Staged<Wide>],
    threads: usize,
) -> Result<Customers<'a>> {
    let make = || (Customers::new(frame, calendar), Gathered::default(), Vec::new());
    let work = |(customers, gathered, purchases): &mut (Customers<'a>, Gathered<Wide>, Vec<Purchase>), partition| {
        gather(chunks, partition, gathered);
        for rows in gathered.records.chunk_by(|one, other| one.same_unit(*other)) {
            purchases.clear();
            for row in rows {
                let amount = row.value().unwrap_or_default();
                let (time, group, class) = (row.time(), row.group(), row.class());
                let one = Purchase { time, amount, group, class };
                let twin = purchases.iter_mut().rev().take_while(|other: &&mut Purchase| other.time == time);
                let twin = twin.into_iter().find(|other| other.amount == amount);
                customers.facts.duplicates += u64::from(twin.is_some());
                match twin {
                    Some(twin) if frame.plan.dedupe => twin.class |= class,
                    _ => purchases.push(one),
                }
            }
            customers.add(purchases, None);
        }
    };
    let mut workers = in_parallel(threads, make, work)?.into_iter().map(|(customers, _, _)| customers);
    let first = workers.next().ok_or_else(|| Error::internal("no worker counted"))?;
    Ok(workers.fold(first, |mut all, other| {
        all.merge(other);
        all
    }))
}

/// Where the columns of a source's batches stand.
struct Shape {
    time: usize,
    amount: usize,
    account: Option<usize>,
    /// Status and stage of deals, and what their codes mean.
    words: [Option<usize>; 2],
    deals: Option<(crate::model::outcome::OutcomeWords, Arc<Dictionary>)>,
    by: Vec<Option<usize>>,
}

struct Stager<'a> {
    plan: &'a ValuePlan,
    groups: Groups,
    accounts: Arc<Dictionary>,
}

/// What a part told besides its rows.
struct Told {
    earliest: Micros,
    latest: Micros,
    facts: ValueFacts,
}

impl Default for Told {
    fn default() -> Self {
        Self { earliest: Micros::MAX, latest: NO_TIME, facts: ValueFacts::default() }
    }
}

impl Told {
    fn merge(&mut self, other: &Self) {
        self.earliest = self.earliest.min(other.earliest);
        self.latest = self.latest.max(other.latest);
        super::tally::merge_facts(&mut self.facts, &other.facts);
    }
}

impl Stager<'_> {
    fn request(&self, source: &Source) -> (Request, Shape) {
        let deals = source.kind == Kind::Deals;
        let id = if deals { Role::Id } else { Role::Customer };
        let mut fields = vec![Field { column: source.column(id), wanted: Wanted::Id }];
        let mut push = |column: String, wanted: Wanted| {
            fields.push(Field { column, wanted });
            fields.len() - 1
        };
        let time =
            push(source.column(if deals { Role::Closed } else { Role::Time }), Wanted::Time { required: !deals });
        if deals {
            // Tells how late the data reach.
            push(source.column(Role::Created), Wanted::Time { required: false });
        }
        let amount = push(source.column(Role::Amount), Wanted::Amount);
        let words = Arc::new(Dictionary::default());
        let mut word = |role: Role| {
            let column = source.roles.get(&role).filter(|_| deals)?;
            Some(push(column.clone(), Wanted::Name { dictionary: Arc::clone(&words), required: false, only: None }))
        };
        let codes = [word(Role::Status), word(Role::Stage)];
        let account = self.plan.account.as_ref().filter(|_| deals).and_then(|column| source.attribute(column));
        let account = account.map(|column| push(column, Wanted::Text { dictionary: Arc::clone(&self.accounts) }));
        let by = self.plan.by.iter().enumerate();
        let by = by
            .map(|(position, column)| {
                let column = source.attribute(column)?;
                Some(push(column, Wanted::Text { dictionary: self.groups.dictionary(position) }))
            })
            .collect();
        let deals = deals.then(|| (source.outcomes.clone(), words));
        let shape = Shape { time, amount, account, words: codes, deals, by };
        (request(self.plan, fields), shape)
    }

    fn stage(&self, batch: &Batch, shape: &Shape) -> (Staged<Wide>, Told) {
        let (mut packed, mut told) = (Packed::with_capacity(batch.rows), Told::default());
        let Some(Column::Ids(ids)) = batch.columns.first() else { return (Staged::new(&packed), told) };
        let won = shape.won_codes();
        let accounts = shape.account.map(|position| (position, self.accounts.names()));
        let mut tuple = vec![0; shape.by.len()];
        for (row, id) in ids.iter().enumerate() {
            let time = times(batch, shape.time).map_or(NO_TIME, |times| times[row]);
            told.latest = told.latest.max(time);
            if shape.deals.is_some() && !shape.is_won(batch, row, &won) {
                continue;
            }
            let Some(amount) = amount(batch, shape.amount, row) else {
                told.facts.without_amount += 1;
                continue;
            };
            if time == NO_TIME {
                told.facts.undated += 1;
                continue;
            }
            told.earliest = told.earliest.min(time);
            for (slot, position) in tuple.iter_mut().zip(&shape.by) {
                *slot = position.map_or(0, |position| code(batch, position, row));
            }
            let group = if tuple.is_empty() { 0 } else { self.groups.code(&tuple) };
            let unit = accounts.as_ref().and_then(|(position, names)| account(batch, *position, row, names));
            let class = class(self.plan, batch, row);
            packed.push(&Unpacked { unit: unit.unwrap_or(*id), time, class, group, value: Some(amount) });
        }
        (Staged::new(&packed), told)
    }
}

impl Shape {
    /// Which codes of status and stage mean won.
    fn won_codes(&self) -> Vec<bool> {
        let Some((outcomes, words)) = &self.deals else { return Vec::new() };
        words.names().iter().map(|word| outcomes.outcome(word) == Outcome::Won).collect()
    }

    fn is_won(&self, batch: &Batch, row: usize, won: &[bool]) -> bool {
        let mut codes = self.words.iter().flatten().map(|position| code(batch, *position, row) as usize);
        codes.any(|code| won.get(code).copied().unwrap_or(false))
    }
}

/// A request for fields, with the filters of the plan.
pub fn request(plan: &ValuePlan, fields: Vec<Field>) -> Request {
    let predicates = plan.entry_filter.iter().chain(&plan.unit_filters).cloned().collect();
    Request { fields, predicates, filter: plan.row_filter.clone(), as_of: plan.as_of }
}

/// The filters that a row meets.
pub fn class(plan: &ValuePlan, batch: &Batch, row: usize) -> u32 {
    let mut predicates = batch.predicates.iter();
    let entry = if plan.entry_filter.is_some() { predicates.next().is_none_or(|met| met[row]) } else { true };
    let unit = predicates.enumerate().filter(|(_, met)| met[row]).fold(0, |bits, (filter, _)| bits | unit_bit(filter));
    unit | if entry { ENTRY_MET } else { 0 }
}

/// The key of the customer that an account column names; `None` where it is empty.
fn account(batch: &Batch, position: usize, row: usize, names: &[String]) -> Option<UnitKey> {
    let name = names.get(code(batch, position, row) as usize).filter(|name| !name.is_empty())?;
    Some(unit_key(name.as_bytes()))
}

pub fn times(batch: &Batch, position: usize) -> Option<&[Micros]> {
    match batch.columns.get(position) {
        Some(Column::Times(times)) => Some(times),
        _ => None,
    }
}

pub fn amount(batch: &Batch, position: usize, row: usize) -> Option<Decimal> {
    match batch.columns.get(position) {
        Some(Column::Amounts(amounts)) => amounts[row],
        _ => None,
    }
}

pub fn code(batch: &Batch, position: usize, row: usize) -> u32 {
    match batch.columns.get(position) {
        Some(Column::Codes(codes)) => codes[row],
        _ => 0,
    }
}
