//! The definitions of churn for `explain`: those that stand under its tables.

use super::{activity, customers, model, notes, retention, revenue, survival};
use crate::args::choices::{Convention, TenureUnit};
use crate::model::time::Micros;
use crate::plan::calendar::Every;
use crate::plan::churn::Basis;
use crate::reports::explain::{Term, term};
use crate::reports::labels::span;

/// What the definitions depend on.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    pub convention: Convention,
    pub every: Every,
    /// `None`: by the gaps in the data.
    pub inactive_after: Option<Micros>,
    pub tenure_unit: Option<TenureUnit>,
    pub confidence: f64,
}

/// The definitions, whatever tells of churn.
#[must_use]
pub fn terms(asked: &Asked) -> Vec<Term> {
    let silence = asked.inactive_after.map_or_else(|| format!("long ({})", notes::SILENCE), span);
    let activity = Basis::Activity { inactive_after: asked.inactive_after };
    let stays = |basis: Basis| survival::stays(basis, asked.tenure_unit, asked.confidence);
    vec![
        term("active, of subscriptions", customers::PAID),
        term("active, of orders and events", customers::silent(&silence)),
        term("movements", customers::moves(asked.every)),
        term("churn rate", customers::rate_text(asked.convention, asked.confidence)),
        term("revenue", revenue::caption(asked.convention).join(" ")),
        term("retention", retention::RETENTION),
        term("passive", activity::PASSIVE),
        term("survival", stays(activity)),
        term("survival, of a snapshot", stays(Basis::Snapshot)),
        term("logrank", survival::LOGRANK),
        term("fit", model::fitted(Basis::Subscriptions, asked.every)),
        term("forecast", model::FORECAST),
    ]
}
