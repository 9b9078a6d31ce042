//! What rules beyond the plain funnel ask of the rows: which are kept, and what is known of them.

use super::held::Held;
use crate::input::batch::UnitKey;
use crate::plan::rules::{Count, First};
use crate::plan::{JourneyPlan, Step, StepMatch};

#[derive(Debug)]
pub struct Wants {
    /// Whether the plan takes the general way.
    pub general: bool,
    /// Whether events that are no step count: they stand between others, part sessions, or are the first of their name.
    pub all_rows: bool,
    /// Whether names must be told apart.
    pub names: bool,
    pub held: Option<Held>,
    /// Exclusions by code of the name; empty without any.
    excluded_of_name: Vec<u32>,
}

impl Wants {
    /// `names` are those of the dictionary, from code 1 on; `distinct` is whether each stands for one step only.
    #[must_use]
    pub fn new(plan: &JourneyPlan, names: &[String], distinct: bool) -> Self {
        let first_of_name = |step: &Step| step.rule.first == Some(First::Ever);
        let by_expression = |step: &Step| matches!(step.matches, StepMatch::Expression(_));
        let between = plan.is_strict() || plan.steps.iter().any(|step| step.rule.directly);
        Self {
            general: plan.has_rules() || (plan.is_any_order() && !distinct),
            all_rows: between
                || matches!(plan.rules.count, Count::Sessions { .. })
                || plan.steps.iter().any(|step| first_of_name(step) && by_expression(step)),
            names: plan.dedupe || plan.steps.iter().any(first_of_name),
            held: Held::new(plan.rules.hold.len()),
            excluded_of_name: excluded_of_name(plan, names),
        }
    }

    /// The exclusions (bits) that a name meets.
    #[must_use]
    pub fn excluded(&self, name: u32) -> u32 {
        self.excluded_of_name.get(name as usize).copied().unwrap_or(0)
    }

    /// The unit of a row: its id, with the values of the columns that are held; `None` where one is missing.
    ///
    /// `values` is working memory, as long as `columns`.
    #[inline]
    #[must_use]
    pub fn unit(&self, id: UnitKey, columns: &[Option<&[u32]>], row: usize, values: &mut [u32]) -> Option<UnitKey> {
        let Some(held) = &self.held else { return Some(id) };
        for (value, column) in values.iter_mut().zip(columns) {
            *value = column.map_or(0, |column| column[row]);
        }
        held.unit(id, values)
    }
}

fn excluded_of_name(plan: &JourneyPlan, names: &[String]) -> Vec<u32> {
    if plan.rules.exclusions.is_empty() {
        return Vec::new();
    }
    let mut excluded = vec![0; names.len() + 1];
    for (position, exclusion) in plan.rules.exclusions.iter().enumerate() {
        if let StepMatch::Names(matched) = &exclusion.matches {
            for (code, _) in names.iter().enumerate().filter(|(_, name)| matched.contains(name)) {
                excluded[code + 1] |= 1 << position;
            }
        }
    }
    excluded
}
