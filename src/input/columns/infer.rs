//! The kind of a source, told by its columns.
//!
//! The first of these that holds decides; "fits" means that all required roles are found:
//!
//! 1. customers: fits (tenure and churned are names of nothing else).
//! 2. events: fits by a name that says event or activity type, or by an id of an analytics tool.
//! 3. history: fits, and a column tells of a change of stage (`to stage`, `date entered`, `changed at`, ...), or a stage
//!    has an `id` of its own beside the deal's (Salesforce's `OpportunityHistory`).
//! 4. spend: fits, with clicks or impressions.
//! 5. subscriptions: fits, with end, interval or plan, and starts by a name that says start; no stage, no closing date.
//! 6. history: fits by a stage (not a mere status), and nothing says created.
//! 7. deals: fits, with a closing date, a stage or stage dates, or by an id that says deal or lead; or with a status, and
//!    nothing says order.
//! 8. orders: fits.
//! 9. touches: fits.
//! 10. events: fits by a fair name of an event (`action`, `activity`).
//! 11. deals: fits. 12. spend: fits. 13. subscriptions: fits. 14. history: fits.
//! 15. events: fits by any name of an event (`name`, `type`), if the time is more than a time of creation.
//!
//! Rules 4 and 5 hold too where a cost, a day or a subscription's amount is all that is lacking and a column is known to
//! hold it in a form that cannot be read unasked, or where only the amount of a subscription is lacking: the error that
//! follows then says so. A kind that has no place for a given role is out of the question.

use super::header::Header;
use super::problem::ColumnProblem;
use super::resolve::{Given, Survey, near_miss};
use super::stage_dates;
use crate::model::kind::{Kind, Role};
use std::collections::BTreeSet;

const ANALYTICS_IDS: &[&str] = &["distinct id", "user pseudo id", "amplitude id", "activity type id", "activity type"];
const CHANGES: &[&str] = &[
    "to stage",
    "new stage",
    "stage to",
    "from stage",
    "previous stage",
    "old stage",
    "stage duration",
    "changed at",
    "change date",
    "changed on",
    "date entered",
    "entered at",
    "moved at",
    "log time",
    "_fivetran_start",
    "stage changed at",
    "stage entered at",
    "transitioned at",
    "nouvelle étape",
    "date de changement",
];
const ROW_IDS: &[&str] = &["id"];
const CHANGED_IDS: &[&str] = &["opportunity id", "deal id"];
const DEAL_IDS: &[&str] = &["opportunity id", "deal id", "lead id"];
const ORDER_SIGNS: &[&str] = &[
    "order id",
    "order number",
    "order no",
    "order date",
    "order total",
    "invoice",
    "invoice id",
    "invoice no",
    "invoice number",
    "invoice date",
    "quantity",
    "qty",
    "transaction id",
    "payment id",
    "purchase date",
    "number of cds",
    "captured",
    "financial status",
    "n° commande",
    "numéro de commande",
    "date de commande",
    "Bestellnummer",
    "Bestelldatum",
];

/// Ranks up to these are sure (see `tables`).
const SURE_EVENT: u8 = 20;
const SURE_START: u8 = 20;
const SURE_STAGE: u8 = 20;
const FAIR_EVENT: u8 = 40;
const GOOD_TIME: u8 = 49;
/// A status from this rank on is a stage.
const STAGE_AS_STATUS: u8 = 50;

/// Tells the kind of a source by its columns, and by the roles that were given; the order is in the module's words.
///
/// # Errors
/// A given column that is not there; or no kind that fits, with what the likely ones lack.
pub fn infer_kind(headers: &[String], given: &Given) -> Result<Kind, ColumnProblem> {
    let header = Header::new(headers);
    let mut surveys = Vec::with_capacity(Kind::ALL.len());
    for kind in Kind::ALL {
        match Survey::take(kind, &header, given) {
            Ok(survey) if given.stage_dates.is_empty() || kind == Kind::Deals => surveys.push((kind, survey)),
            Ok(_) | Err(ColumnProblem::NoSuchRole { .. }) => {}
            Err(problem) => return Err(problem),
        }
    }
    let evidence = Evidence { header, surveys };
    evidence.decide().ok_or_else(|| ColumnProblem::NoKind { likely: evidence.likely(), columns: headers.to_vec() })
}

struct Evidence<'a> {
    header: Header<'a>,
    surveys: Vec<(Kind, Survey)>,
}

impl Evidence<'_> {
    fn decide(&self) -> Option<Kind> {
        let sure = [
            (Kind::Customers, self.fits(Kind::Customers)),
            (Kind::Events, self.fits(Kind::Events) && self.is_tracked()),
            (Kind::History, self.fits(Kind::History) && self.tells_changes()),
            (Kind::Spend, self.is_advertising()),
            (Kind::Subscriptions, self.is_lasting()),
            (Kind::History, self.fits(Kind::History) && self.is_staged()),
            (Kind::Deals, self.fits(Kind::Deals) && self.is_pipeline()),
        ];
        let acts = self.has_by(Kind::Events, Role::Event, FAIR_EVENT);
        let times = self.has_by(Kind::Events, Role::Time, GOOD_TIME);
        let fitting = [
            (Kind::Orders, true),
            (Kind::Touches, true),
            (Kind::Events, acts),
            (Kind::Deals, true),
            (Kind::Spend, true),
            (Kind::Subscriptions, true),
            (Kind::History, true),
            (Kind::Events, times),
        ];
        let sure = sure.into_iter().find(|&(_, holds)| holds);
        sure.or_else(|| fitting.into_iter().find(|&(kind, holds)| holds && self.fits(kind))).map(|(kind, _)| kind)
    }

    fn survey(&self, kind: Kind) -> Option<&Survey> {
        self.surveys.iter().find(|(one, _)| *one == kind).map(|(_, survey)| survey)
    }

    fn fits(&self, kind: Kind) -> bool {
        self.survey(kind).is_some_and(Survey::fits)
    }

    fn has(&self, kind: Kind, role: Role) -> bool {
        self.survey(kind).is_some_and(|survey| survey.has(role))
    }

    fn has_by(&self, kind: Kind, role: Role, rank: u8) -> bool {
        self.survey(kind).is_some_and(|survey| survey.has_by(role, rank))
    }

    fn says(&self, names: &[&str]) -> bool {
        self.header.position(names).is_some()
    }

    fn is_tracked(&self) -> bool {
        self.has_by(Kind::Events, Role::Event, SURE_EVENT) || self.says(ANALYTICS_IDS)
    }

    fn tells_changes(&self) -> bool {
        let own_id = self.says(ROW_IDS) && self.says(CHANGED_IDS);
        self.says(CHANGES) || (own_id && self.has_by(Kind::History, Role::Stage, SURE_STAGE))
    }

    fn is_staged(&self) -> bool {
        self.has_by(Kind::History, Role::Stage, SURE_STAGE) && !self.has(Kind::Deals, Role::Created)
    }

    fn is_advertising(&self) -> bool {
        let Some(spend) = self.survey(Kind::Spend) else { return false };
        let is_held = |role: &Role| near_miss(Kind::Spend, *role, &self.header).is_some();
        (spend.has(Role::Clicks) || spend.has(Role::Impressions)) && spend.missing.iter().all(is_held)
    }

    fn is_lasting(&self) -> bool {
        let Some(subscriptions) = self.survey(Kind::Subscriptions) else { return false };
        let lasts = [Role::End, Role::Interval, Role::Plan].into_iter().any(|role| subscriptions.has(role));
        let sells = self.survey(Kind::Deals).is_some_and(|deals| deals.has(Role::Closed) || has_stage(deals));
        let lacks_amount_only = subscriptions.missing.iter().all(|role| *role == Role::Amount);
        lasts && !sells && lacks_amount_only && subscriptions.has_by(Role::Start, SURE_START)
    }

    fn is_pipeline(&self) -> bool {
        let Some(deals) = self.survey(Kind::Deals) else { return false };
        let used: BTreeSet<usize> = deals.roles.values().copied().collect();
        let is_staged = || stage_dates::recognise(&self.header, &used, true).is_ok_and(|found| !found.is_empty());
        let by_id = self.says(DEAL_IDS);
        let by_status = deals.has(Role::Status) && !self.says(ORDER_SIGNS);
        deals.has(Role::Closed) || has_stage(deals) || by_id || by_status || is_staged()
    }

    /// The kinds that lack the fewest roles and have at least one, the fewest first, at most three.
    fn likely(&self) -> Vec<(Kind, Vec<Role>)> {
        let lacks_some = |kind: Kind, missing: &[Role]| !missing.is_empty() && missing.len() < kind.required().len();
        let some = self.surveys.iter().filter(|(kind, survey)| lacks_some(*kind, &survey.missing));
        let mut likely: Vec<(Kind, Vec<Role>)> = some.map(|(kind, survey)| (*kind, survey.missing.clone())).collect();
        likely.sort_by_key(|(_, missing)| missing.len());
        likely.truncate(3);
        likely
    }
}

/// Tells whether deals have a stage, be it as their status.
fn has_stage(deals: &Survey) -> bool {
    deals.has(Role::Stage) || deals.ranks.get(&Role::Status).is_some_and(|&rank| rank >= STAGE_AS_STATUS)
}
