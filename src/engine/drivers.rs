//! Several columns answered from one reading: each gives its own groups, by the same rules as a breakdown by it alone.

use super::groups::{GroupNames, Groups};
use super::judge::{Counted, Judge, Units};
use super::record::Record;
use crate::error::Result;
use crate::model::time::Micros;
use crate::plan::{Cut, CutRows, JourneyPlan};

/// The columns that are read, and where those of the breakdown and each driver stand among them.
#[derive(Debug)]
pub struct Drivers {
    columns: Vec<String>,
    by: Vec<usize>,
    each: Vec<usize>,
}

impl Drivers {
    #[must_use]
    pub fn new(plan: &JourneyPlan, drivers: &[String]) -> Self {
        let mut columns: Vec<String> = Vec::new();
        let mut place = |column: &String| {
            columns.iter().position(|known| known == column).unwrap_or_else(|| {
                columns.push(column.clone());
                columns.len() - 1
            })
        };
        let by = plan.by.iter().map(&mut place).collect();
        let each = drivers.iter().map(&mut place).collect();
        Self { columns, by, each }
    }

    /// The plan that reads all columns.
    #[must_use]
    pub fn reading(&self, plan: &JourneyPlan) -> JourneyPlan {
        JourneyPlan { by: self.columns.clone(), ..plan.clone() }
    }

    /// The groups of the breakdown.
    #[must_use]
    pub fn groups(&self, read: &Groups) -> GroupNames {
        read.ranked_by(&self.by)
    }

    /// One question per driver, whose answer is a single cut.
    #[must_use]
    pub fn questions(&self, plan: &JourneyPlan, read: &Groups) -> Vec<Driven> {
        let question = |position: &usize| {
            let by = vec![self.columns[*position].clone()];
            let cuts = vec![Cut { grouped: true, every: None }];
            let plan = JourneyPlan { by, cuts, ..plan.clone() };
            Driven { plan, groups: read.ranked_by(&[*position]), counted: Vec::new() }
        };
        self.each.iter().map(question).collect()
    }
}

/// What is asked about one driver, and what has been counted so far.
#[derive(Debug)]
pub struct Driven {
    pub plan: JourneyPlan,
    /// The groups of its values.
    pub groups: GroupNames,
    counted: Vec<Counted>,
}

impl Driven {
    /// Counts the units of the partitions at hand.
    ///
    /// # Errors
    /// A panic of a worker is an internal error.
    pub fn count<R: Record>(&mut self, as_of: Option<Micros>, units: &mut Units<R>, threads: usize) -> Result<()> {
        std::mem::swap(&mut units.groups, &mut self.groups);
        let counted = Judge { plan: &self.plan, as_of, units, counts_only: true, list: None }.count(threads);
        std::mem::swap(&mut units.groups, &mut self.groups);
        self.counted.extend(counted?);
        Ok(())
    }

    /// Puts together what was counted over all partitions; the units keep its groups.
    ///
    /// # Errors
    /// A sum of values beyond the exact range is a data error.
    pub fn answer<R: Record>(self, as_of: Option<Micros>, units: &mut Units<R>) -> Result<CutRows> {
        units.groups = self.groups;
        let answer = Judge { plan: &self.plan, as_of, units, counts_only: true, list: None }.assemble(self.counted)?;
        Ok(answer.cuts.into_iter().next().unwrap_or_default())
    }
}
