//! Reads sources into touches and conversions.

use super::class;
use crate::engine::groups::{GroupNames, Groups};
use crate::engine::record::{Unpacked, Wide};
use crate::engine::store::{Packed, Staged};
use crate::error::Result;
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Scan, Source};
use crate::model::decimal::Decimal;
use crate::model::kind::{Kind, Role};
use crate::model::outcome::Outcome;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::attribution::AttributionPlan;
use crate::plan::calendar::day_end;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Which rows of a source are conversions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Converts {
    Nothing,
    /// Deals, or changes of a history, that are won.
    Won,
    Names(Vec<String>),
    Expression(String),
    /// Every row, as of orders.
    Always,
}

/// A source and the part it plays.
pub struct Part {
    pub source: Source,
    /// The column with the channel, where its rows are touches.
    pub channel: Option<String>,
    /// Only events of these names are touches; empty: all are.
    pub touch_names: Vec<String>,
    pub converts: Converts,
    /// Column with the currency of a conversion's amount.
    pub currency: Option<String>,
}

/// Everything that was read.
pub struct Read {
    pub chunks: Vec<Staged<Wide>>,
    /// Channels by rank.
    pub channels: GroupNames,
    /// Currencies of conversions by rank.
    pub currencies: GroupNames,
    /// Whether the times of a source are dates, by its position.
    pub dates: Vec<bool>,
    pub scans: Vec<Scan>,
    pub latest: Option<Micros>,
    pub no_channel: u64,
    pub with_cost: bool,
}

/// What all threads of a scan share.
struct Stager<'a> {
    plan: &'a AttributionPlan,
    part: &'a Part,
    number: u32,
    shape: Shape,
    dictionary: Arc<Dictionary>,
}

/// Where the columns of a batch stand; the id is first, the time second.
#[derive(Default)]
struct Shape {
    name: Option<usize>,
    status: Option<usize>,
    value: Option<usize>,
    channel: Option<usize>,
    cost: Option<usize>,
    currency: Option<usize>,
}

/// Reads all parts.
///
/// # Errors
/// Whatever reading reports.
pub fn read(plan: &AttributionPlan, parts: &[Part]) -> Result<Read> {
    let (channels, currencies) = (Groups::new(1), Groups::new(1));
    let mut read = Read {
        chunks: Vec::new(),
        channels: GroupNames::default(),
        currencies: GroupNames::default(),
        dates: Vec::new(),
        scans: Vec::new(),
        latest: None,
        no_channel: 0,
        with_cost: false,
    };
    let never = AtomicBool::new(false);
    for (number, part) in (0..).zip(parts) {
        let dictionary = Arc::new(Dictionary::default());
        let (request, shape) = request(plan, part, &dictionary, &channels, &currencies);
        read.with_cost |= shape.cost.is_some();
        let stager = Stager { plan, part, number, shape, dictionary };
        let scanned = part.source.scan(&request, &|batch| stager.stage(batch), &never)?;
        for (staged, no_channel) in scanned.staged {
            read.chunks.push(staged);
            read.no_channel += no_channel;
        }
        let scan = scanned.scan;
        let latest = scan.latest.map(|latest| if scan.date_only { day_end(latest, plan.zone) } else { latest });
        read.latest = read.latest.max(latest);
        read.dates.push(scan.date_only);
        read.scans.push(scan);
    }
    (read.channels, read.currencies) = (channels.ranked(), currencies.ranked());
    Ok(read)
}

fn request(
    plan: &AttributionPlan,
    part: &Part,
    dictionary: &Arc<Dictionary>,
    channels: &Groups,
    currencies: &Groups,
) -> (Request, Shape) {
    let source = &part.source;
    let deals = source.kind == Kind::Deals;
    let id = if source.kind == Kind::Orders { Role::Customer } else { Role::Id };
    let time = if deals { Role::Closed } else { Role::Time };
    let mut fields = vec![
        Field { column: source.column(id), wanted: Wanted::Id },
        Field { column: source.column(time), wanted: Wanted::Time { required: !deals } },
    ];
    let mut push = |column: Option<String>, wanted: Wanted| {
        fields.push(Field { column: column?, wanted });
        Some(fields.len() - 1)
    };
    let role = |role: Role| source.roles.get(&role).cloned();
    let name = || Wanted::Name { dictionary: Arc::clone(dictionary), required: false, only: None };
    let named = match source.kind {
        Kind::Events => role(Role::Event),
        _ => role(Role::Stage),
    };
    let converts = part.converts != Converts::Nothing;
    let amount = match source.kind {
        Kind::Deals | Kind::Orders => Role::Amount,
        _ => Role::Value,
    };
    let text = |groups: &Groups| Wanted::Text { dictionary: groups.dictionary(0) };
    let shape = Shape {
        name: push(named.filter(|_| source.event_name.is_none()), name()),
        status: push(role(Role::Status).filter(|_| deals), name()),
        value: push(role(amount).filter(|_| converts), Wanted::Amount),
        channel: push(part.channel.clone(), text(channels)),
        cost: push(role(Role::Cost).filter(|_| part.channel.is_some()), Wanted::Amount),
        currency: push(part.currency.clone().filter(|_| converts), text(currencies)),
    };
    let own = match &part.converts {
        Converts::Expression(expression) => Some(expression.clone()),
        _ => None,
    };
    let predicates = own.into_iter().chain(plan.unit_filters.iter().cloned()).collect();
    (Request { fields, predicates, filter: plan.row_filter.clone(), as_of: plan.as_of }, shape)
}

impl Stager<'_> {
    /// Packs the rows of a batch, and counts the touches that name no channel.
    fn stage(&self, batch: &Batch) -> (Staged<Wide>, u64) {
        let mut packed = Packed::with_capacity(batch.rows);
        let mut no_channel = 0;
        let (Some(Column::Ids(ids)), Some(Column::Times(times))) = (batch.columns.first(), batch.columns.get(1)) else {
            return (Staged::new(&packed), 0);
        };
        let names = self.dictionary.names();
        let outcomes: Vec<Outcome> = names.iter().map(|name| self.part.source.outcomes.outcome(name)).collect();
        let constant = self.part.source.event_name.as_deref();
        for row in 0..batch.rows {
            let mut push = |class: u32, group: u32, value: Option<Decimal>| {
                let class = class + self.number * class::EACH;
                packed.push(&Unpacked { unit: ids[row], time: times[row], class, group, value });
            };
            let code = code(batch, self.shape.name, row);
            let name = constant.unwrap_or_else(|| names.get(code as usize).map_or("", String::as_str));
            if let Some(channel) = self.shape.channel.filter(|_| self.touches(name) && times[row] != NO_TIME) {
                let channel = self::code(batch, Some(channel), row);
                // An event without a channel is no touch; a row of touches is one whatever it says.
                if channel != 0 || self.part.source.kind == Kind::Touches {
                    push(class::TOUCH, channel, amount(batch, self.shape.cost, row));
                    no_channel += u64::from(channel == 0);
                }
            }
            let status = self::code(batch, self.shape.status, row);
            let words = [status, code].map(|word| outcomes.get(word as usize).copied().unwrap_or(Outcome::Open));
            if let Some(class) = self.conversion(batch, row, name, words) {
                let currency = self::code(batch, self.shape.currency, row);
                push(class, currency, amount(batch, self.shape.value, row));
            }
            self.unit_filters(batch, row, &mut push);
        }
        (Staged::new(&packed), no_channel)
    }

    fn touches(&self, name: &str) -> bool {
        self.part.touch_names.is_empty() || self.part.touch_names.iter().any(|wanted| wanted == name)
    }

    /// Whether a row is a conversion, or a change of stage that must be known to tell.
    fn conversion(&self, batch: &Batch, row: usize, name: &str, words: [Outcome; 2]) -> Option<u32> {
        let won = words.into_iter().find(|word| *word != Outcome::Open) == Some(Outcome::Won);
        let converts = match &self.part.converts {
            Converts::Nothing => false,
            Converts::Won if self.part.source.kind == Kind::History => {
                return Some(if won { class::CHANGE_WON } else { class::CHANGE_OTHER });
            }
            Converts::Won => won,
            Converts::Names(names) => names.iter().any(|wanted| wanted == name),
            Converts::Expression(_) => batch.predicates.first().is_some_and(|met| met[row]),
            Converts::Always => true,
        };
        converts.then_some(class::CONVERSION)
    }

    fn unit_filters(&self, batch: &Batch, row: usize, push: &mut impl FnMut(u32, u32, Option<Decimal>)) {
        let own = usize::from(matches!(self.part.converts, Converts::Expression(_)));
        for (class, (met, _)) in (class::UNIT_MET..).zip(batch.predicates.iter().skip(own).zip(&self.plan.unit_filters))
        {
            if met[row] {
                push(class, 0, None);
            }
        }
    }
}

fn code(batch: &Batch, position: Option<usize>, row: usize) -> u32 {
    match position.and_then(|position| batch.columns.get(position)) {
        Some(Column::Codes(codes)) => codes[row],
        _ => 0,
    }
}

fn amount(batch: &Batch, position: Option<usize>, row: usize) -> Option<Decimal> {
    match position.and_then(|position| batch.columns.get(position)) {
        Some(Column::Amounts(amounts)) => amounts[row],
        _ => None,
    }
}
