//! `lifecycle`: who is new, returns, comes back or falls silent in each period, and in how many periods users are active.

mod words;

pub use words::{activity, terms};

use crate::document::{Cell, Column, ColumnType, Note, Section, Table, View, ViewColumn, ViewContent};
use crate::error::{Error, Result};
use crate::model::kind::Kind;
use crate::plan::calendar::{PeriodStart, local_time};
use crate::plan::lifecycle::{LifecycleAnswer, LifecyclePlan};
use crate::reports::labels::{split_cells, split_columns, split_view};
use crate::stats::proportion::rate;

/// Everything the tables are made from.
#[derive(Debug, Clone, Copy)]
pub struct Lifecycle<'a> {
    pub plan: &'a LifecyclePlan,
    pub answer: &'a LifecycleAnswer,
}

impl Lifecycle<'_> {
    /// Returns the tables `lifecycle` and `stickiness`.
    ///
    /// # Errors
    /// An internal error where new, returning and resurrecting units are not the active ones.
    pub fn tables(&self) -> Result<Vec<Table>> {
        for counts in self.answer.groups.iter().flat_map(|group| &group.periods) {
            let sum = counts.new + counts.returning + counts.resurrecting;
            if sum != counts.active {
                return Err(Error::internal(format!("{sum} units by state, but {} active ones", counts.active)));
            }
        }
        Ok(vec![self.states(), self.stickiness()])
    }

    /// The section of the report: sentences, and the tables under their full names.
    ///
    /// # Errors
    /// As [`Self::tables`].
    pub fn section(&self) -> Result<Section> {
        let mut tables = self.tables()?;
        for table in &mut tables {
            table.name = format!("lifecycle.{}", table.name);
        }
        Ok(Section { title: "Who is active".to_owned(), lines: self.lines(), tables })
    }

    /// The last period that is over, in words.
    fn lines(&self) -> Vec<String> {
        let [group] = self.answer.groups.as_slice() else { return Vec::new() };
        let over = group.periods.len().saturating_sub(usize::from(self.answer.last_is_open));
        let Some((counts, start)) = group.periods[..over].last().zip(self.answer.periods[..over].last()) else {
            return Vec::new();
        };
        let period = self.plan.every.name();
        let start = match start {
            PeriodStart::Day(day) => day.to_string(),
            PeriodStart::Hour(time) => time.format("%Y-%m-%d %H:%M").to_string(),
        };
        vec![format!(
            "In the {period} of {start}, the last that is over, {} were active: {} new, {} returning, {} back after a \
             pause. {} of those active in the {period} before were not.",
            counts.active, counts.new, counts.returning, counts.resurrecting, counts.dormant
        )]
    }

    fn states(&self) -> Table {
        let own = ["new", "returning", "resurrecting", "dormant", "active"].map(|name| (name, ColumnType::Count));
        let mut table = Table::new("lifecycle", &format!("Lifecycle by {}", self.plan.every.name()), &[]);
        table.columns = split_columns(&self.plan.by, Some(self.plan.every), &own);
        let leading = table.columns.len();
        table.columns.extend(own.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }));
        for group in &self.answer.groups {
            for (period, counts) in self.answer.periods.iter().zip(&group.periods) {
                let mut cells = split_cells(&group.group, Some(*period));
                let counts = [counts.new, counts.returning, counts.resurrecting, counts.dormant, counts.active];
                cells.extend(counts.map(Cell::Count));
                table.rows.push(cells);
            }
        }
        table.view = Some(self.view(&table, leading));
        table
    }

    fn view(&self, table: &Table, leading: usize) -> View {
        let mut columns = split_view(&table.columns, leading);
        let column = |label: &str, position, expendable| ViewColumn {
            label: label.to_owned(),
            content: ViewContent::Value(leading + position),
            expendable,
        };
        columns.extend([
            column("New", 0, 0),
            column("Returning", 1, 0),
            column("Resurrecting", 2, 0),
            column("Active", 4, 0),
            ViewColumn { label: String::new(), content: ViewContent::Bar(leading + 4), expendable: 1 },
            column("Dormant", 3, 0),
        ]);
        let open = self.answer.last_is_open && !self.answer.periods.is_empty();
        let every = self.answer.periods.len();
        let marks =
            (1..=self.answer.groups.len()).filter(|_| open).map(|group| (group * every - 1, "not over".to_owned()));
        let period = self.plan.every.name();
        let caption = vec![
            words::active(&self.activity(), period),
            words::states(period, self.plan.first_seen.as_deref()),
            self.population(),
        ];
        View { columns, marks: marks.collect(), caption }
    }

    /// Whom the tables are about.
    fn population(&self) -> String {
        let users = self.answer.groups.iter().flat_map(|group| &group.stickiness).sum::<u64>();
        let as_of = self.answer.as_of.map(|as_of| local_time(as_of, self.plan.zone).format("%Y-%m-%d %H:%M:%S"));
        let as_of = as_of.map_or_else(String::new, |as_of| format!(", as of {as_of}"));
        let of_all = if users == 1 { "user" } else { "users" };
        format!("Population: {users} {of_all} active in the periods shown{as_of}.")
    }

    /// The average share of the users that is active in a period.
    fn average(&self) -> Option<String> {
        let (mut users, mut active) = (0_u64, 0_u64);
        for group in &self.answer.groups {
            for (periods, count) in (1..).zip(&group.stickiness) {
                users += count;
                active += periods * count;
            }
        }
        let periods = self.answer.periods.len() as u64;
        let share = rate(active, periods.checked_mul(users)?)?;
        let period = self.plan.every.name();
        Some(format!("Stickiness: in an average {period} {:.1} % of the {users} users are active.", share * 100.0))
    }

    /// What makes a period an active one.
    fn activity(&self) -> String {
        let plan = self.plan;
        let what = match (plan.kind, plan.activity.as_slice()) {
            (Kind::Orders, _) => "orders".to_owned(),
            (_, []) => "events".to_owned(),
            (_, names) => format!("events {}", names.join(", ")),
        };
        activity(&what, plan.least, plan.most)
    }

    fn stickiness(&self) -> Table {
        let own = ["periods_active", "users", "users_at_least"].map(|name| (name, ColumnType::Count));
        let mut table =
            Table::new("stickiness", &format!("In how many {}s users are active", self.plan.every.name()), &[]);
        table.columns = split_columns(&self.plan.by, None, &own);
        let leading = table.columns.len();
        table.columns.extend(own.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }));
        for group in &self.answer.groups {
            let mut at_least: u64 = group.stickiness.iter().sum();
            for (periods, users) in (1..).zip(&group.stickiness) {
                let mut cells = split_cells(&group.group, None);
                cells.extend([periods, *users, at_least].map(Cell::Count));
                table.rows.push(cells);
                at_least -= users;
            }
        }
        let mut columns = split_view(&table.columns, leading);
        let content = [ViewContent::Value(leading), ViewContent::Value(leading + 1), ViewContent::Bar(leading + 1)];
        let labels = [format!("Active {}s", self.plan.every.name()), "Users".to_owned(), String::new()];
        let pairs = labels.into_iter().zip(content).zip([0, 0, 1]);
        columns.extend(pairs.map(|((label, content), expendable)| ViewColumn { label, content, expendable }));
        columns.push(ViewColumn {
            label: "As many or more".to_owned(),
            content: ViewContent::Value(leading + 2),
            expendable: 2,
        });
        let mut caption = vec![words::stickiness(self.plan.every.name())];
        caption.extend(self.average());
        if self.answer.partial {
            caption.push(words::CUT.to_owned());
        }
        table.view = Some(View { columns, marks: Vec::new(), caption });
        table
    }

    /// What a reader must know to read the counts right.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.answer.last_is_open {
            let text = "the last period is not over: its counts still grow, and who is dormant in it may yet be active";
            notes.push(Note::warning("immature", text));
        }
        if self.answer.after_as_of > 0 {
            let text =
                format!("records left out because they are later than the as-of time: {}", self.answer.after_as_of);
            notes.push(Note::note("after_as_of", text));
        }
        let unknown = self.answer.unknown.iter();
        notes.extend(unknown.map(|name| Note::warning("unknown_event", format!("no record is called `{name}`"))));
        notes
    }
}
